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

	// linkAddress is where Axol's own text is to begin on a host whose lowest addresses are the guest's.
	linkAddress = 0x55_0001_1000

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

// Reserve makes an empty guest address space for an engine that runs native code. Where guest instructions are executed as they
// are, guest addresses are host addresses.
func Reserve() (*Memory, error) {
	if err := checkPageSize(); err != nil {
		return nil, err
	}
	if identity {
		return reserveIdentity()
	}
	return reserveAnywhere()
}

// ReserveConfined makes one none of whose addresses is a host address, so that nothing the guest can name is outside of it.
func ReserveConfined() (*Memory, error) {
	if err := checkPageSize(); err != nil {
		return nil, err
	}
	return reserveAnywhere()
}

func checkPageSize() error {
	if n := syscall.Getpagesize(); n != PageSize {
		return fmt.Errorf("guest memory needs host pages of %d bytes, this host has %d", PageSize, n)
	}
	return nil
}

// reserveIdentity reserves the lowest part of the address space.
func reserveIdentity() (*Memory, error) {
	const size = 1 << identityBits
	if err := take(LowestAddress, size+guard-LowestAddress); err != nil {
		return nil, fmt.Errorf("guest memory: the addresses below %#x are not free (%w): Axol has to be linked above, with -ldflags=-T=%#x", uint64(size), err, uint64(linkAddress))
	}
	return &Memory{limit: size}, nil
}

func reserveAnywhere() (*Memory, error) {
	if identity { // native code has the addresses that look like sizes, and the interpreter takes any
		const size = 1 << identityBits
		got, _, e := syscall.Syscall6(syscall.SYS_MMAP, 0, size+2*guard, syscall.PROT_NONE, syscall.MAP_PRIVATE|syscall.MAP_ANON|syscall.MAP_NORESERVE, ^uintptr(0), 0)
		if e != 0 {
			return nil, fmt.Errorf("guest memory: no range of 2^%d bytes is free: %w", identityBits, e)
		}
		got += guard
		return &Memory{base: *(*unsafe.Pointer)(unsafe.Pointer(&got)), limit: size}, nil
	}
	var err error
	for bits := maxBits; bits >= minBits; bits-- {
		size := uintptr(1) << bits
		if err = take(size-guard, size+2*guard); err == nil {
			return &Memory{base: *(*unsafe.Pointer)(unsafe.Pointer(&size)), limit: uint64(size)}, nil
		}
	}
	return nil, fmt.Errorf("guest memory: no range of 2^%d to 2^%d bytes is free: %w", minBits, maxBits, err)
}

// take reserves [at, at+n) of the host's address space.
func take(at, n uintptr) error {
	const flags = syscall.MAP_PRIVATE | syscall.MAP_ANON | syscall.MAP_NORESERVE | mapFixedNoReplace
	got, _, e := syscall.Syscall6(syscall.SYS_MMAP, at, n, syscall.PROT_NONE, flags, ^uintptr(0), 0)
	if e != 0 {
		return e
	}
	if got != at { // a kernel that does not know the flag takes the address for a hint
		syscall.Syscall(syscall.SYS_MUNMAP, got, n, 0)
		return errors.New("the host gave another address")
	}
	return nil
}

// Release gives the address space back to the host. Nothing may use m any more.
func (m *Memory) Release() {
	lo := uintptr(LowestAddress)
	if m.base != nil {
		lo = uintptr(m.base) - guard
	}
	syscall.Syscall(syscall.SYS_MUNMAP, lo, uintptr(m.base)+uintptr(m.limit)+guard-lo, 0)
	m.limit, m.maps = 0, nil
	m.dropShared()
	m.code.Store(nil)
}

// Base is the host address of guest address 0.
func (m *Memory) Base() uint64 { return uint64(uintptr(m.base)) }

// Limit is the first guest address that does not exist.
func (m *Memory) Limit() uint64 { return m.limit }
