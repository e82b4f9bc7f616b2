package jit

import (
	"fmt"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

func newCache(size int) (*cache, error) {
	fd, err := unix.MemfdCreate("axol-code", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("jit: code cache: memfd_create: %w", err)
	}
	defer unix.Close(fd)
	if err := unix.Ftruncate(fd, int64(size)); err != nil {
		return nil, fmt.Errorf("jit: code cache of %d bytes: %w", size, err)
	}
	rw, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("jit: code cache, writable mapping: %w", err)
	}
	rx, _, errno := unix.Syscall6(unix.SYS_MMAP, 0, uintptr(size), unix.PROT_READ|unix.PROT_EXEC, unix.MAP_SHARED, uintptr(fd), 0)
	if errno != 0 {
		_ = unix.Munmap(rw)
		return nil, fmt.Errorf("jit: code cache, executable mapping: %w", errno)
	}
	return &cache{rw: rw, rx: rx}, nil
}

func (c *cache) close() {
	_, _, _ = unix.Syscall(unix.SYS_MUNMAP, c.rx, uintptr(len(c.rw)), 0)
	_ = unix.Munmap(c.rw)
}

// put places code at the next offset, which is aligned to 16.
func (c *cache) put(code []byte) {
	copy(c.rw[c.used:], code)
	c.used = (c.used + len(code) + 15) &^ 15
}

// patch replaces the displacement at off of a jump others may be executing: its four bytes are
// aligned, so that they are seen old or new, never mixed.
func (c *cache) patch(off uint32, target int) {
	atomic.StoreUint32((*uint32)(unsafe.Pointer(&c.rw[off])), uint32(int32(target-int(off)-4)))
}
