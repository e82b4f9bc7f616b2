package mem

import "syscall"

// hostProt is what the host has to allow for the guest to have p. The host never
// executes guest pages; it has to read the code.
func hostProt(p Prot) uintptr {
	if p&Exec != 0 {
		p = p&^Exec | Read
	}
	return uintptr(p &^ BTI)
}

// hostMap maps over whatever is there. No memory is promised to any mapping, so that
// the host sees neighbours as alike and merges them, and mremap may take them at once.
func (m *Memory) hostMap(a, n uint64, p Prot, flags, fd int, off uint64) syscall.Errno {
	_, _, e := syscall.Syscall6(syscall.SYS_MMAP, uintptr(m.base)+uintptr(a), uintptr(n), hostProt(p), uintptr(flags|syscall.MAP_FIXED|syscall.MAP_NORESERVE), uintptr(fd), uintptr(off))
	return e
}

func (m *Memory) hostProtect(lo, hi uint64, p Prot) syscall.Errno {
	_, _, e := syscall.Syscall(syscall.SYS_MPROTECT, uintptr(m.base)+uintptr(lo), uintptr(hi-lo), hostProt(p))
	return e
}

// hostHole makes pages part of the bare reservation again. They are never unmapped
// on the host: somebody else's mapping could land there.
func (m *Memory) hostHole(a, n uint64) syscall.Errno {
	return m.hostMap(a, n, 0, syscall.MAP_PRIVATE|syscall.MAP_ANON, -1, 0)
}
