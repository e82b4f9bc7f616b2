package mem

import "syscall"

// The flags of mremap.
const (
	mremapMayMove = 1
	mremapFixed   = 2
)

// Remap moves or resizes the mapping of oldLen bytes at old, as mremap does, and
// returns where it is now. Moving is allowed if mayMove; to is the new address if
// fixed. New places are looked for below top.
func (m *Memory) Remap(old, oldLen, newLen uint64, mayMove, fixed bool, to, top uint64) (uint64, syscall.Errno) {
	oldLen, newLen = roundUp(oldLen), roundUp(newLen)
	if old%PageSize != 0 || to%PageSize != 0 || newLen == 0 || fixed && !mayMove {
		return 0, syscall.EINVAL
	}
	if !m.inside(old, max(oldLen, PageSize)) {
		return 0, syscall.EFAULT
	}
	if oldLen == 0 { // a second mapping of a shared one; nobody but dosemu asks
		return 0, syscall.EINVAL
	}
	if fixed && (!m.inside(to, newLen) || to < old+oldLen && old < to+newLen) {
		return 0, syscall.EINVAL
	}
	if !fixed && newLen <= oldLen {
		if newLen < oldLen {
			return old, m.Unmap(old+newLen, oldLen-newLen)
		}
		return old, 0
	}
	at, code, e := m.remapLocked(old, oldLen, newLen, mayMove, fixed, to, top)
	if code && m.CodeChanged != nil {
		m.CodeChanged(old, old+oldLen)
		m.CodeChanged(at, at+newLen)
	}
	return at, e
}

func (m *Memory) remapLocked(old, oldLen, newLen uint64, mayMove, fixed bool, to, top uint64) (at uint64, code bool, e syscall.Errno) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, found := m.find(old)
	if !found || m.maps[i].Hi-old < oldLen {
		return 0, false, syscall.EFAULT
	}
	v := m.maps[i].from(old)
	if !fixed {
		// The reservation lies right behind every mapping, so the host cannot grow one
		// where it is. What has no file can be grown by a neighbour of the same kind.
		end := old + oldLen
		if v.Flags == Anonymous && v.Hi == end && m.inside(end, newLen-oldLen) && m.free(end, newLen-oldLen) {
			e = m.hostMap(end, newLen-oldLen, v.Prot, syscall.MAP_PRIVATE|syscall.MAP_ANON, -1, 0)
			if e == 0 {
				v.Lo, v.Hi = end, old+newLen
				m.replace(v.Lo, v.Hi, v)
			}
			return old, v.Prot&Exec != 0, e
		}
		if !mayMove {
			return 0, false, syscall.ENOMEM
		}
		if to, e = m.place(Request{Top: top}, newLen); e != 0 {
			return 0, false, e
		}
	}
	return m.move(v, old, oldLen, to, newLen)
}

// move takes oldLen bytes at old, which lie in v, to address to, with newLen bytes.
func (m *Memory) move(v Mapping, old, oldLen, to, newLen uint64) (at uint64, code bool, e syscall.Errno) {
	if oldLen > newLen {
		if e = m.hostHole(old+newLen, oldLen-newLen); e != 0 {
			return 0, false, e
		}
		m.replace(old+newLen, old+oldLen)
		oldLen = newLen
	}
	base := uintptr(m.base)
	_, _, e = syscall.Syscall6(syscall.SYS_MREMAP, base+uintptr(old), uintptr(oldLen), uintptr(newLen),
		mremapMayMove|mremapFixed, base+uintptr(to), 0)
	if e != 0 {
		return 0, false, e
	}
	// The host has left a hole where the mapping was; close it.
	if e = m.hostHole(old, oldLen); e != 0 {
		return 0, false, e
	}
	code = m.replace(old, old+oldLen)
	v.Lo, v.Hi = to, to+newLen
	return to, m.replace(v.Lo, v.Hi, v) || code, 0
}
