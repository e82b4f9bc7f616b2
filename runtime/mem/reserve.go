package mem

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// PageSize is the guest's page size. The host's must be the same.
const PageSize = 4096

// LowestAddress is the first guest address that may be mapped, as vm.mmap_min_addr
// has it on a usual Linux: a null pointer with a small offset always faults.
const LowestAddress = 64 << 10

const (
	guard = 4 << 30 // never mapped, below and above the reservation

	// The reservation is the largest power of two between these that the host gives.
	// 2^46 would already reach where Linux puts position-independent programs.
	maxBits, minBits = 45, 36

	mapFixedNoReplace = 0x100000 // MAP_FIXED_NOREPLACE, Linux 4.17
)

// Memory is one guest address space.
type Memory struct {
	base  unsafe.Pointer // host address of guest address 0
	limit uint64         // the first guest address that does not exist

	// CodeChanged, if set, is called after guest addresses in [lo, hi) that were or
	// have become executable were mapped, unmapped or given other permissions.
	// No lock is held.
	CodeChanged func(lo, hi uint64)

	mu   sync.RWMutex
	maps []Mapping // sorted, disjoint, none empty

	shared map[inode]int // descriptors of shared memory, for copies of the address space

	guards atomic.Bool // there was a guarded mapping

	code atomic.Pointer[span] // an executable range found lately; nil after any change
}

type span struct{ lo, hi uint64 }

// Reserve makes an empty guest address space.
func Reserve() (*Memory, error) {
	if n := syscall.Getpagesize(); n != PageSize {
		return nil, fmt.Errorf("guest memory needs host pages of %d bytes, this host has %d", PageSize, n)
	}
	var err error
	for bits := maxBits; bits >= minBits; bits-- {
		size := uintptr(1) << bits
		var m *Memory
		if m, err = reserveAt(size); err == nil {
			return m, nil
		}
	}
	return nil, fmt.Errorf("guest memory: no range of 2^%d to 2^%d bytes is free: %w", minBits, maxBits, err)
}

func reserveAt(size uintptr) (*Memory, error) {
	const flags = syscall.MAP_PRIVATE | syscall.MAP_ANON | syscall.MAP_NORESERVE | mapFixedNoReplace
	want := size - guard
	got, _, e := syscall.Syscall6(syscall.SYS_MMAP, want, size+2*guard, syscall.PROT_NONE, flags, ^uintptr(0), 0)
	if e != 0 {
		return nil, e
	}
	if got != want { // a kernel that does not know the flag takes the address for a hint
		syscall.Syscall(syscall.SYS_MUNMAP, got, size+2*guard, 0)
		return nil, errors.New("the host gave another address")
	}
	host := size
	return &Memory{base: *(*unsafe.Pointer)(unsafe.Pointer(&host)), limit: uint64(size)}, nil
}

// Release gives the address space back to the host. Nothing may use m any more.
func (m *Memory) Release() {
	syscall.Syscall(syscall.SYS_MUNMAP, uintptr(m.base)-guard, uintptr(m.limit)+2*guard, 0)
	m.limit, m.maps = 0, nil
	m.dropShared()
	m.code.Store(nil)
}

// Base is the host address of guest address 0.
func (m *Memory) Base() uint64 { return uint64(uintptr(m.base)) }

// Limit is the first guest address that does not exist.
func (m *Memory) Limit() uint64 { return m.limit }
