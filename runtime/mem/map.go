package mem

import "syscall"

// Request is a mapping to be made. Addr must be page-aligned; Length is rounded up.
type Request struct {
	Addr, Length uint64
	Mapping          // Prot, Flags, Name and so on; Lo and Hi are ignored
	FD           int // the file; ignored for anonymous mappings
	Host         int // further host mmap flags (MAP_POPULATE and the like)
	Place        Placing
	Top          uint64 // Anywhere looks below this address; 0 is the end of memory
}

// Placing says what Request.Addr means.
type Placing uint8

// The ways to choose the address.
const (
	Anywhere  Placing = iota // Addr is a hint
	Fixed                    // exactly at Addr, replacing what is there
	NoReplace                // exactly at Addr; EEXIST if something is there
)

func roundUp(n uint64) uint64 { return (n + PageSize - 1) &^ (PageSize - 1) }

// inside reports whether [a, a+n) can be mapped at all.
func (m *Memory) inside(a, n uint64) bool {
	return a >= LowestAddress && a < m.limit && n <= m.limit-a
}

// Map makes a mapping and returns its address.
func (m *Memory) Map(r Request) (uint64, syscall.Errno) {
	n := roundUp(r.Length)
	switch {
	case n < r.Length:
		return 0, syscall.ENOMEM
	case n == 0, r.Addr%PageSize != 0, r.Offset%PageSize != 0:
		return 0, syscall.EINVAL
	}
	addr, code, e := m.mapLocked(r, n)
	if code && m.CodeChanged != nil {
		m.CodeChanged(addr, addr+n)
	}
	return addr, e
}

func (m *Memory) mapLocked(r Request, n uint64) (addr uint64, code bool, e syscall.Errno) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if addr, e = m.place(r, n); e != 0 {
		return 0, false, e
	}
	if r.Flags == Shared|Anonymous {
		if e = m.shareable(&r, n); e != 0 {
			return 0, false, e
		}
	} else if r.Flags == Shared {
		m.keepShared(r)
	}
	host, fd := r.Host|int(r.Flags), r.FD
	if r.Flags&Shared == 0 {
		host |= syscall.MAP_PRIVATE
	}
	if r.Flags&Anonymous != 0 {
		fd = -1
	}
	if e = m.hostMap(addr, n, r.Prot, host, fd, r.Offset); e != 0 {
		return 0, false, e
	}
	v := r.Mapping
	v.Lo, v.Hi = addr, addr+n
	return addr, m.replace(v.Lo, v.Hi, v), 0
}

// place chooses the address for n bytes.
func (m *Memory) place(r Request, n uint64) (uint64, syscall.Errno) {
	if r.Place != Anywhere {
		switch {
		case r.Addr < LowestAddress:
			return 0, syscall.EPERM
		case !m.inside(r.Addr, n):
			return 0, syscall.ENOMEM
		case r.Place == NoReplace && !m.free(r.Addr, n):
			return 0, syscall.EEXIST
		}
		return r.Addr, 0
	}
	if m.inside(r.Addr, n) && m.free(r.Addr, n) {
		return r.Addr, 0
	}
	top := m.limit
	if r.Top != 0 {
		top = r.Top
	}
	if a, ok := m.gap(n, top); ok {
		return a, 0
	}
	if a, ok := m.gap(n, m.limit); ok {
		return a, 0
	}
	return 0, syscall.ENOMEM
}

func (m *Memory) free(a, n uint64) bool {
	i, found := m.find(a)
	return !found && (i == len(m.maps) || m.maps[i].Lo-a >= n)
}

// gap is the highest free range of n bytes that ends at or below top.
func (m *Memory) gap(n, top uint64) (uint64, bool) {
	i, found := m.find(top - 1)
	if found {
		top = m.maps[i].Lo
	}
	for ; ; i-- {
		bottom := uint64(LowestAddress)
		if i > 0 {
			bottom = m.maps[i-1].Hi
		}
		if top >= bottom && top-bottom >= n {
			return top - n, true
		}
		if i == 0 {
			return 0, false
		}
		top = m.maps[i-1].Lo
	}
}

// Unmap removes what is mapped in [a, a+n).
func (m *Memory) Unmap(a, n uint64) syscall.Errno {
	n = roundUp(n)
	if a%PageSize != 0 || n == 0 || a >= m.limit || n > m.limit-a {
		return syscall.EINVAL
	}
	m.mu.Lock()
	e := m.hostHole(a, n)
	code := e == 0 && m.replace(a, a+n)
	m.mu.Unlock()
	if code && m.CodeChanged != nil {
		m.CodeChanged(a, a+n)
	}
	return e
}

// Protect gives the pages of [a, a+n) new permissions.
func (m *Memory) Protect(a, n uint64, prot Prot) syscall.Errno {
	n = roundUp(n)
	if n == 0 {
		return 0
	}
	if a >= m.limit || n > m.limit-a {
		return syscall.ENOMEM
	}
	m.mu.Lock()
	code, e := m.protectLocked(a, a+n, prot)
	m.mu.Unlock()
	if code && m.CodeChanged != nil {
		m.CodeChanged(a, a+n)
	}
	return e
}

func (m *Memory) protectLocked(lo, hi uint64, prot Prot) (code bool, e syscall.Errno) {
	if !m.covered(lo, hi) {
		return false, syscall.ENOMEM
	}
	if e = m.hostProtect(lo, hi, prot); e != 0 {
		return false, e
	}
	i, j := m.carve(lo, hi)
	m.noteGuard(prot)
	code = prot&Exec != 0 || hasCode(m.maps[i:j])
	for k := i; k < j; k++ {
		m.maps[k].Prot = prot
	}
	m.join(lo, hi)
	m.code.Store(nil)
	return code, 0
}

// Rename gives the anonymous mappings in [a, a+n) a name, for Mappings to show.
func (m *Memory) Rename(a, n uint64, name string) syscall.Errno {
	n = roundUp(n)
	if a%PageSize != 0 || a >= m.limit || n > m.limit-a {
		return syscall.EINVAL
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.covered(a, a+n) {
		return syscall.ENOMEM
	}
	i, j := m.carve(a, a+n)
	for k := i; k < j; k++ {
		if m.maps[k].Flags&Anonymous != 0 {
			m.maps[k].Name = name
		}
	}
	m.join(a, a+n)
	return 0
}

// Covered reports whether all of [a, a+n) is mapped.
func (m *Memory) Covered(a, n uint64) bool {
	if a >= m.limit || n > m.limit-a {
		return false
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.covered(a, a+roundUp(n))
}
