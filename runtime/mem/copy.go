package mem

import (
	"encoding/binary"
	"os"
	"syscall"
	"unsafe"
)

// A process that forks has its memory copied into another process of the host: the pages that are its
// own through a file, everything else by mapping it again.

// Copy is a copy of an address space on its way.
type Copy struct {
	FD   int // the file with the pages; it and the files of shared memory have to be inherited
	Maps []Copied
}

// Copied is a mapping of the copy.
type Copied struct {
	Mapping
	Runs   []Run
	Shared int // descriptor of shared memory, or -1
}

// Run is pages that are not what a new mapping holds, and where they are in the file.
type Run struct {
	Lo, Hi uint64
	Offset int64
}

// Files is the descriptors that the other process has to inherit.
func (c *Copy) Files() []int {
	files := []int{c.FD}
	for _, v := range c.Maps {
		if v.Shared >= 0 {
			files = append(files, v.Shared)
		}
	}
	return files
}

// Copy makes a copy. Threads that go on writing meanwhile may be seen half-way, as with the
// kernel's fork. The caller closes FD.
func (m *Memory) Copy() (c *Copy, e syscall.Errno) {
	pagemap, err := os.Open("/proc/self/pagemap")
	if err != nil {
		return nil, syscall.ENOMEM
	}
	defer pagemap.Close()
	m.mu.RLock()
	defer m.mu.RUnlock()
	c = new(Copy)
	if c.FD, e = memFile(); e != 0 {
		return nil, e
	}
	defer func() {
		if e != 0 {
			syscall.Close(c.FD)
		}
	}()
	at := int64(0)
	for _, v := range m.maps {
		w := Copied{Mapping: v, Shared: -1}
		fd, kept := m.shared[inode{v.Dev, v.Inode}]
		switch {
		case kept && v.Flags&Shared != 0:
			w.Shared = fd
		case v.Flags&Shared != 0:
			if !v.sameFile() {
				return c, syscall.ENOMEM
			}
		default:
			if w.Runs, e = m.ownPages(pagemap, v); e != 0 {
				return c, e
			}
		}
		for i := range w.Runs {
			r := &w.Runs[i]
			r.Offset = at
			if e = m.writePages(c.FD, v.Prot, *r); e != 0 {
				return c, e
			}
			at += int64(r.Hi - r.Lo)
		}
		c.Maps = append(c.Maps, w)
	}
	return c, 0
}

// sameFile reports whether the file of a mapping can be found under its name.
func (v Mapping) sameFile() bool {
	var st syscall.Stat_t
	return syscall.Stat(v.Name, &st) == nil && st.Ino == v.Inode && st.Dev == v.Dev
}

// Bits of an entry of /proc/PID/pagemap.
const (
	pagePresent = 1 << 63
	pageSwapped = 1 << 62
	pageOfFile  = 1 << 61
)

// ownPages is the pages of a private mapping that have to be copied: those that are no longer the
// file's, and all if the file cannot be found again.
func (m *Memory) ownPages(pagemap *os.File, v Mapping) (runs []Run, e syscall.Errno) {
	file := v.Flags&Anonymous == 0
	if file && !v.sameFile() {
		return []Run{{Lo: v.Lo, Hi: v.Hi}}, 0
	}
	const chunk = 8192
	b := make([]byte, 8*min(chunk, (v.Hi-v.Lo)/PageSize))
	for at := v.Lo; at < v.Hi; at += chunk * PageSize {
		n := min(chunk, (v.Hi-at)/PageSize)
		if _, err := pagemap.ReadAt(b[:8*n], int64((m.Base()+at)/PageSize*8)); err != nil {
			return nil, syscall.ENOMEM
		}
		for i := range n {
			entry := binary.LittleEndian.Uint64(b[8*i:])
			if entry&(pagePresent|pageSwapped) == 0 || file && entry&pageOfFile != 0 {
				continue
			}
			lo := at + i*PageSize
			if k := len(runs) - 1; k >= 0 && runs[k].Hi == lo {
				runs[k].Hi += PageSize
			} else {
				runs = append(runs, Run{Lo: lo, Hi: lo + PageSize})
			}
		}
	}
	return runs, 0
}

func (m *Memory) writePages(fd int, prot Prot, r Run) syscall.Errno {
	if prot&(Read|Exec) == 0 { // the guest may not read them, but they are there
		if e := m.hostProtect(r.Lo, r.Hi, prot|Read); e != 0 {
			return e
		}
		defer m.hostProtect(r.Lo, r.Hi, prot)
	}
	for off := r.Offset; r.Lo < r.Hi; {
		n, _, e := syscall.Syscall6(syscall.SYS_PWRITE64, uintptr(fd), uintptr(m.base)+uintptr(r.Lo), uintptr(r.Hi-r.Lo), uintptr(off), 0, 0)
		switch {
		case e == syscall.EINTR:
			continue
		case e == syscall.EFAULT || n == 0: // behind the end of a file
			return 0
		case e != 0:
			return e
		}
		r.Lo += uint64(n)
		off += int64(n)
	}
	return 0
}

// Restore makes an empty address space the copy. Its descriptors are kept or closed.
func (m *Memory) Restore(c *Copy) syscall.Errno {
	defer syscall.Close(c.FD)
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range c.Maps {
		if !m.inside(w.Lo, w.Hi-w.Lo) {
			return syscall.ENOMEM
		}
		if e := m.restore(c.FD, w); e != 0 {
			return e
		}
		m.replace(w.Lo, w.Hi, w.Mapping)
	}
	return 0
}

func (m *Memory) restore(pages int, w Copied) syscall.Errno {
	n := w.Hi - w.Lo
	fd, flags, prot := -1, syscall.MAP_PRIVATE, w.Prot
	switch {
	case w.Shared >= 0:
		fd, flags = w.Shared, syscall.MAP_SHARED
		syscall.CloseOnExec(fd)
		m.addShared(fd, w.Mapping)
	case w.Flags&Anonymous != 0 || w.Flags&Shared == 0 && !w.sameFile():
		flags |= syscall.MAP_ANON
	default:
		mode := syscall.O_RDONLY
		if w.Flags&Shared != 0 {
			flags = syscall.MAP_SHARED
			if w.Prot&Write != 0 {
				mode = syscall.O_RDWR
			}
		}
		var err error
		if fd, err = syscall.Open(w.Name, mode|syscall.O_CLOEXEC, 0); err != nil {
			return syscall.ENOMEM
		}
		defer syscall.Close(fd)
	}
	if len(w.Runs) > 0 {
		prot |= Read | Write
	}
	if e := m.hostMap(w.Lo, n, prot, flags, fd, w.Offset); e != 0 {
		return e
	}
	for _, r := range w.Runs {
		b := unsafe.Slice((*byte)(unsafe.Add(m.base, r.Lo)), r.Hi-r.Lo)
		for off := r.Offset; len(b) > 0; {
			n, err := syscall.Pread(pages, b, off)
			if err == syscall.EINTR {
				continue
			}
			if err != nil || n == 0 { // behind the end of a file: zeros
				break
			}
			b, off = b[n:], off+int64(n)
		}
	}
	if prot != w.Prot {
		return m.hostProtect(w.Lo, w.Hi, w.Prot)
	}
	return 0
}
