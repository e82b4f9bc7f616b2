package mem

import (
	"fmt"
	"slices"
	"sort"
)

// Prot says what a guest may do with a page; the values are Linux's.
type Prot uint32

// The permissions.
const (
	Read  Prot = 1
	Write Prot = 2
	Exec  Prot = 4
	BTI   Prot = 0x10 // where Exec is: guarded, so that indirect branches may lead to landing pads only
)

// Flags are the properties of a mapping that outlive mmap; the values are Linux's.
type Flags uint32

// The flags kept.
const (
	Shared    Flags = 0x01
	Anonymous Flags = 0x20
)

// Mapping is a run of guest pages that are alike.
type Mapping struct {
	Lo, Hi uint64 // page-aligned, [Lo, Hi)
	Prot   Prot
	Flags  Flags
	Name   string // file name, or a name in brackets, or empty
	Offset uint64 // of Lo in the file
	Inode  uint64
	Dev    uint64 // the device of the file
}

// String is the mapping as a line of /proc/self/maps, without the newline.
func (v Mapping) String() string {
	perm := []byte("---p")
	for i, p := range [...]Prot{Read, Write, Exec} {
		if v.Prot&p != 0 {
			perm[i] = "rwx"[i]
		}
	}
	if v.Flags&Shared != 0 {
		perm[3] = 's'
	}
	major, minor := v.Dev>>8&0xFFF, v.Dev&0xFF|v.Dev>>12&0xFFF00
	s := fmt.Sprintf("%08x-%08x %s %08x %02x:%02x %d ", v.Lo, v.Hi, perm, v.Offset, major, minor, v.Inode)
	if v.Name == "" {
		return s
	}
	return fmt.Sprintf("%-73s%s", s, v.Name)
}

// from is the part of v from address a on.
func (v Mapping) from(a uint64) Mapping {
	if v.Flags&Anonymous == 0 {
		v.Offset += a - v.Lo
	}
	v.Lo = a
	return v
}

// continues reports whether w is v going on, so that one mapping can stand for both.
func (v Mapping) continues(w Mapping) bool {
	return v.Hi == w.Lo && v.like(w) && (v.Flags&Anonymous != 0 || v.Offset+(v.Hi-v.Lo) == w.Offset)
}

func (v Mapping) like(w Mapping) bool {
	return v.Prot == w.Prot && v.Flags == w.Flags && v.Name == w.Name && v.Inode == w.Inode && v.Dev == w.Dev
}

// find is the index of the mapping that holds a, or of the first above it.
func (m *Memory) find(a uint64) (i int, found bool) {
	i = sort.Search(len(m.maps), func(i int) bool { return a < m.maps[i].Hi })
	return i, i < len(m.maps) && m.maps[i].Lo <= a
}

// cut makes a a boundary between mappings, and returns the index of the first at or above it.
func (m *Memory) cut(a uint64) int {
	i, found := m.find(a)
	if !found || m.maps[i].Lo == a {
		return i
	}
	m.maps = slices.Insert(m.maps, i+1, m.maps[i].from(a))
	m.maps[i].Hi = a
	return i + 1
}

// carve makes lo and hi boundaries; the mappings between them are m.maps[i:j].
func (m *Memory) carve(lo, hi uint64) (i, j int) {
	i = m.cut(lo)
	return i, m.cut(hi)
}

// join merges what lies around [lo, hi) where one mapping can stand for two.
func (m *Memory) join(lo, hi uint64) {
	if len(m.maps) == 0 {
		return
	}
	i, _ := m.find(lo)
	i = max(i-1, 0)
	j := i
	for k := i + 1; k < len(m.maps) && m.maps[k].Lo <= hi; k++ {
		if m.maps[j].continues(m.maps[k]) {
			m.maps[j].Hi = m.maps[k].Hi
		} else {
			j++
			m.maps[j] = m.maps[k]
		}
		i = k
	}
	m.maps = slices.Delete(m.maps, j+1, i+1)
}

// replace puts with in place of whatever is mapped in [lo, hi); none for nothing. It
// reports whether code was or is there.
func (m *Memory) replace(lo, hi uint64, with ...Mapping) (code bool) {
	i, j := m.carve(lo, hi)
	code = hasCode(m.maps[i:j]) || hasCode(with)
	for _, v := range with {
		m.noteGuard(v.Prot)
	}
	m.maps = slices.Replace(m.maps, i, j, with...)
	m.join(lo, hi)
	m.code.Store(nil)
	return code
}

func hasCode(ms []Mapping) bool {
	return slices.ContainsFunc(ms, func(v Mapping) bool { return v.Prot&Exec != 0 })
}

// covered reports whether every page of [lo, hi) is mapped.
func (m *Memory) covered(lo, hi uint64) bool {
	for i, _ := m.find(lo); lo < hi; i++ {
		if i == len(m.maps) || m.maps[i].Lo > lo {
			return false
		}
		lo = m.maps[i].Hi
	}
	return true
}

// Find is the mapping that holds address a.
func (m *Memory) Find(a uint64) (Mapping, bool) {
	a = Untag(a)
	m.mu.RLock()
	defer m.mu.RUnlock()
	i, found := m.find(a)
	if !found {
		return Mapping{}, false
	}
	return m.maps[i], true
}

// Mappings is everything that is mapped, in order.
func (m *Memory) Mappings() []Mapping {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Clone(m.maps)
}
