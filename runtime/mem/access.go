package mem

import (
	"bytes"
	"encoding/binary"
	goruntime "runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// Untag drops the top byte of a user address (bit 55 clear), as the processor does
// for Linux programs and the kernel does with their pointers.
func Untag(a uint64) uint64 {
	if a>>55&1 == 0 {
		a &= 1<<56 - 1
	}
	return a
}

// Host is the host address of a buffer that starts at guest address a, for the
// host's kernel, which turns what is not mapped into EFAULT. The guard makes the
// length of the buffer irrelevant as long as it is under 4 GiB.
func (m *Memory) Host(a uint64) (uintptr, bool) {
	a = Untag(a)
	return uintptr(m.base) + uintptr(a), a < m.limit
}

// bytes is n bytes of guest memory at a. Touching them may fault.
func (m *Memory) bytes(a uint64, n int) ([]byte, bool) {
	a = Untag(a)
	if a >= m.limit || uint64(n) > m.limit-a || a < LowestAddress && n > 0 { // there, Go takes faults for its own
		return nil, false
	}
	return unsafe.Slice((*byte)(unsafe.Add(m.base, a)), n), true
}

// guarded turns a fault in the deferring function into EFAULT. That function must
// have switched panic-on-fault on.
func guarded(e *syscall.Errno) {
	if r := recover(); r != nil {
		if !isFault(r) {
			panic(r)
		}
		*e = syscall.EFAULT
	}
}

// isFault reports whether a panic is a fault in memory. Go takes those at low addresses, which is what an emulator says of some
// SIGBUS, for nil pointers of its own, and does not tell the address.
func isFault(r any) bool {
	if _, ok := r.(interface{ Addr() uintptr }); ok {
		return true
	}
	err, ok := r.(goruntime.Error)
	return ok && err.Error() == "runtime error: invalid memory address or nil pointer dereference"
}

// Read copies guest memory at a to p.
func (m *Memory) Read(a uint64, p []byte) (e syscall.Errno) {
	src, ok := m.bytes(a, len(p))
	if !ok {
		return syscall.EFAULT
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer guarded(&e)
	copy(p, src)
	return 0
}

// Write copies p to guest memory at a. At a fault part of it may have been written.
func (m *Memory) Write(a uint64, p []byte) (e syscall.Errno) {
	dst, ok := m.bytes(a, len(p))
	if !ok {
		return syscall.EFAULT
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer guarded(&e)
	copy(dst, p)
	return 0
}

// Read32 reads a little-endian word.
func (m *Memory) Read32(a uint64) (uint32, syscall.Errno) {
	var b [4]byte
	e := m.Read(a, b[:])
	return binary.LittleEndian.Uint32(b[:]), e
}

// Read64 reads a little-endian doubleword.
func (m *Memory) Read64(a uint64) (uint64, syscall.Errno) {
	var b [8]byte
	e := m.Read(a, b[:])
	return binary.LittleEndian.Uint64(b[:]), e
}

// Write32 writes a little-endian word.
func (m *Memory) Write32(a uint64, v uint32) syscall.Errno {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], v)
	return m.Write(a, b[:])
}

// Write64 writes a little-endian doubleword.
func (m *Memory) Write64(a, v uint64) syscall.Errno {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	return m.Write(a, b[:])
}

// ReadString copies the bytes before the first NUL at a to the front of p and says
// how many there are. A string that does not fit p is ENAMETOOLONG.
func (m *Memory) ReadString(a uint64, p []byte) (int, syscall.Errno) {
	n := 0
	for n < len(p) {
		// Up to the next page at a time: what follows may not be mapped.
		end := min(n+PageSize-int((a+uint64(n))%PageSize), len(p))
		if e := m.Read(a+uint64(n), p[n:end]); e != 0 {
			return 0, e
		}
		if i := bytes.IndexByte(p[n:end], 0); i >= 0 {
			return n + i, 0
		}
		n = end
	}
	return 0, syscall.ENAMETOOLONG
}

// Touch reports whether the byte at a can be read, or written, right now. It changes
// nothing.
func (m *Memory) Touch(a uint64, write bool) bool {
	b, ok := m.bytes(a&^3, 4)
	return ok && touch((*uint32)(unsafe.Pointer(unsafe.SliceData(b))), write) == 0
}

func touch(p *uint32, write bool) (e syscall.Errno) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer guarded(&e)
	if write {
		atomic.OrUint32(p, 0)
	} else {
		atomic.LoadUint32(p)
	}
	return 0
}

// Fetch reads the instruction at pc, which must be executable.
func (m *Memory) Fetch(pc uint64) (word uint32, ok bool) {
	pc = Untag(pc)
	if pc%4 != 0 || !m.executable(pc) {
		return 0, false
	}
	word, e := m.Read32(pc)
	return word, e == 0
}

// executable is asked for each instruction translated, so it remembers the range.
func (m *Memory) executable(pc uint64) bool {
	if c := m.code.Load(); c != nil && c.lo <= pc && pc < c.hi {
		return true
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	i, found := m.find(pc)
	if !found || m.maps[i].Prot&Exec == 0 {
		return false
	}
	m.code.Store(&span{m.maps[i].Lo, m.maps[i].Hi})
	return true
}

// Poke writes p to guest memory at a whatever the permissions are, as a debugger
// does. Shared mappings are left alone: the file behind them is not the guest's.
func (m *Memory) Poke(a uint64, p []byte) syscall.Errno {
	a = Untag(a)
	dst, ok := m.bytes(a, len(p))
	if !ok {
		return syscall.EFAULT
	}
	e := m.poke(a, dst, p)
	if e == 0 && m.CodeChanged != nil {
		m.CodeChanged(a, a+uint64(len(p)))
	}
	return e
}

func (m *Memory) poke(a uint64, dst, p []byte) (e syscall.Errno) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for at, end := a, a+uint64(len(p)); at < end; {
		i, found := m.find(at)
		if !found {
			return syscall.EFAULT
		}
		if m.maps[i].Flags&Shared != 0 {
			return syscall.EACCES
		}
		part := min(end, m.maps[i].Hi)
		if e := m.pokePart(m.maps[i].Prot, at, dst[at-a:part-a], p[at-a:part-a]); e != 0 {
			return e
		}
		at = part
	}
	return 0
}

// pokePart writes inside one mapping, of permissions prot.
func (m *Memory) pokePart(prot Prot, a uint64, dst, p []byte) (e syscall.Errno) {
	lo := a &^ (PageSize - 1)
	hi := (a + uint64(len(p)) + PageSize - 1) &^ (PageSize - 1)
	if prot&Write == 0 {
		if e := m.hostProtect(lo, hi, prot|Read|Write); e != 0 {
			return e
		}
		defer m.hostProtect(lo, hi, prot)
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer guarded(&e)
	copy(dst, p)
	return 0
}

// CompareAndSwap32 is atomic with the guest's own atomics.
func (m *Memory) CompareAndSwap32(a uint64, old, new uint32) (done bool, e syscall.Errno) {
	b, ok := m.bytes(a, 4)
	if !ok || a%4 != 0 {
		return false, syscall.EFAULT
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer guarded(&e)
	return atomic.CompareAndSwapUint32((*uint32)(unsafe.Pointer(unsafe.SliceData(b))), old, new), 0
}
