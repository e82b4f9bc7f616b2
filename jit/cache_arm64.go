package jit

import (
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"

	"axol/jit/arm64"

	"golang.org/x/sys/unix"
)

// Code lies in one memfd that is mapped twice, once to write it and once to execute it; no address is both. Behind it
// is the mirror: an indirect branch to guest address g leads to the word at mirror+g, which is a branch to the
// unit, or a breakpoint. Together they are small enough for one branch to reach from any word to any other.
const (
	mirrorSize = 96 << 20
	codeSize   = 32 << 20

	// guestBits is how much of the address space is the guest's: mirrors lie above.
	guestBits = 34
)

// mirrors are the bits by which addresses in a mirror differ from the guest's: a run of ones, which one EOR inverts. Each engine has
// another.
var mirrors = [...]struct{ lo, hi int }{{37, 37}, {36, 36}, {35, 35}, {36, 37}, {35, 36}, {35, 37}, {37, 38}, {36, 38}, {35, 38}}

func (h *host) mirror() uint64 { return uint64(2)<<h.mirrorHi - uint64(1)<<h.mirrorLo }

// newCache makes the memory for code of size bytes, with its mirror.
func (e *Engine) newCache(size int) (*cache, error) {
	fd, err := unix.MemfdCreate("axol-code", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("jit: code cache: memfd_create: %w", err)
	}
	defer unix.Close(fd)
	size = (size + 1<<16 - 1) &^ (1<<16 - 1) // whatever the host's pages are
	total := mirrorSize + size
	if err := unix.Ftruncate(fd, int64(total)); err != nil {
		return nil, fmt.Errorf("jit: code cache of %d bytes: %w", total, err)
	}
	prot := unix.PROT_READ | unix.PROT_EXEC
	if !aliasesCoherent() {
		prot |= unix.PROT_WRITE
	}
	var rx uintptr
	for _, m := range mirrors {
		e.mirrorLo, e.mirrorHi = m.lo, m.hi
		if rx = mapAt(uintptr(e.mirror())-uintptr(size), total, prot, fd); rx != 0 {
			break
		}
	}
	if rx == 0 {
		return nil, fmt.Errorf("jit: no place for a code cache with its mirror: there are %d at most", len(mirrors))
	}
	var rw []byte
	if prot&unix.PROT_WRITE != 0 {
		rw = unsafe.Slice((*byte)(hostPointer(rx)), total)
	} else if rw, err = unix.Mmap(fd, 0, total, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		_, _, _ = unix.Syscall(unix.SYS_MUNMAP, rx, uintptr(total), 0)
		return nil, fmt.Errorf("jit: code cache, writable mapping: %w", err)
	}
	e.slots = rw[size:]
	return &cache{rw: rw[:size:size], rx: rx}, nil
}

const mapFixedNoReplace = 0x100000

// mapAt maps a file at an address that is free; 0: it is not.
func mapAt(addr uintptr, size, prot, fd int) uintptr {
	got, _, errno := unix.Syscall6(unix.SYS_MMAP, addr, uintptr(size), uintptr(prot), unix.MAP_SHARED|mapFixedNoReplace, uintptr(fd), 0)
	switch {
	case errno != 0:
		return 0
	case got != addr: // a kernel that does not know the flag
		_, _, _ = unix.Syscall(unix.SYS_MUNMAP, got, uintptr(size), 0)
		return 0
	}
	return got
}

// hostPointer is a host address outside of the Go heap as a pointer.
func hostPointer(a uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&a)) }

// closeCache gives the memory back.
func (e *Engine) closeCache() {
	total := uintptr(mirrorSize + len(e.cache.rw))
	_, _, _ = unix.Syscall(unix.SYS_MUNMAP, e.cache.rx, total, 0)
	if w := uintptr(unsafe.Pointer(&e.cache.rw[0])); w != e.cache.rx {
		_, _, _ = unix.Syscall(unix.SYS_MUNMAP, w, total, 0)
	}
}

// put places code at the next offset, which is aligned to 16.
func (c *cache) put(code []uint32) {
	at := c.used
	copy(unsafe.Slice((*uint32)(unsafe.Pointer(&c.rw[at])), len(code)), code)
	c.used = (c.used + 4*len(code) + 15) &^ 15
	syncCode(uintptr(unsafe.Pointer(&c.rw[at])), c.rx+uintptr(at), 4*len(code))
}

// patch replaces the word at off, which others may be executing. It is a branch, and becomes another, which is
// one of the changes that need no synchronization with them: they see the old or the new (Arm ARM B2.2.5, "Concurrent
// modification and execution of instructions").
func (c *cache) patch(off uint32, word uint32) { patchWord(&c.rw[off], c.rx+uintptr(off), word) }

func patchWord(w *byte, x uintptr, word uint32) {
	atomic.StoreUint32((*uint32)(unsafe.Pointer(w)), word)
	syncCode(uintptr(unsafe.Pointer(w)), x, 4)
}

func cleanLine(addr uintptr)
func dropLine(addr uintptr)
func barrier()
func contextSync()
func readCTR() uint64
func readDCZID() uint64

// syncCode makes n bytes written at w what is executed at x (Arm ARM B2.4.4, "Concurrency and instruction caches"): the data
// are cleaned to the point of unification, which has to be complete before the instruction cache is told, and that before
// anybody is told of the code; both are said for the inner shareable domain. What CTR_EL0 says is not needed is left out. The
// ISB is for this processor; others have theirs on the way into generated code.
func syncCode(w, x uintptr, n int) {
	ctr := readCTR()
	const idc, dic = 1 << 28, 1 << 29
	if ctr&idc == 0 {
		line := uintptr(4) << (ctr >> 16 & 15)
		for a := w &^ (line - 1); a < w+uintptr(n); a += line {
			cleanLine(a)
		}
	}
	barrier()
	if ctr&dic == 0 {
		line := uintptr(4) << (ctr & 15)
		for a := x &^ (line - 1); a < x+uintptr(n); a += line {
			dropLine(a)
		}
		barrier()
	}
	contextSync()
}

// setSlot has indirect branches to pc lead to a host address, 0: to the engine.
func (e *Engine) setSlot(pc uint64, to uintptr) {
	x := uintptr(e.mirror() + pc)
	word := uint32(noSlot)
	if to != 0 {
		word = arm64.Jump(int(to) - int(x))
	}
	patchWord(&e.slots[pc], x, word)
}

// noSlot is BRK: like a branch, it may be replaced while others execute it.
const noSlot = 0xd4200000

// prepare fills the pages of the mirror that u's code has addresses in, before any branch is put there.
func (e *Engine) prepare(u *unit) {
	u.pages(func(p uint64) {
		at := p << pageShift
		if _, done := e.prepared[p]; done || at >= mirrorSize {
			return
		}
		e.prepared[p] = struct{}{}
		for i := at; i < at+1<<pageShift; i += 4 {
			binary.LittleEndian.PutUint32(e.slots[i:], noSlot)
		}
		syncCode(uintptr(unsafe.Pointer(&e.slots[at])), uintptr(e.mirror()+at), 1<<pageShift)
	})
}

// membarrierSync has every thread of the process execute a context synchronization event before it goes on in user code
// (Linux 4.16), so that nobody goes on with what it fetched before new code was written.
var membarrierSync = registerMembarrierSync()

const (
	membarrierSyncCore         = 32
	membarrierSyncCoreRegister = 64
)

func registerMembarrierSync() bool {
	_, _, e := unix.Syscall(unix.SYS_MEMBARRIER, membarrierSyncCoreRegister, 0, 0)
	return e == 0
}

// syncCores lets the other vCPUs come to code that was written just now by a branch that is patched, without an exit.
func (e *Engine) syncCores() {
	if membarrierSync && len(e.cpus) > 1 {
		_, _, _ = unix.Syscall(unix.SYS_MEMBARRIER, membarrierSyncCore, 0, 0)
	}
}

// aliasesCoherent reports whether code that is written by one mapping and made coherent can be executed by another. An emulator
// may not do what IC IVAU says (QEMU 7.2): it gets one mapping that is both.
var aliasesCoherent = sync.OnceValue(func() bool {
	fd, err := unix.MemfdCreate("axol-test", unix.MFD_CLOEXEC)
	if err != nil {
		return true
	}
	defer unix.Close(fd)
	const size = 1 << 16
	if unix.Ftruncate(fd, size) != nil {
		return true
	}
	rw, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return true
	}
	defer unix.Munmap(rw)
	rx, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_SHARED)
	if err != nil {
		return true
	}
	defer unix.Munmap(rx)
	for n := range uint32(8) {
		code := unsafe.Slice((*uint32)(unsafe.Pointer(&rw[0])), 2)
		code[0], code[1] = 0x52800000|n<<5, 0xd65f03c0 // mov w0, #n; ret
		x := uintptr(unsafe.Pointer(&rx[0]))
		syncCode(uintptr(unsafe.Pointer(&rw[0])), x, 8)
		if enter(x, 0, 0) != n {
			return false
		}
	}
	return true
})
