package probes

import (
	"errors"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// MappedFile is a file that the guest may map.
type MappedFile interface {
	// Size is its length in bytes.
	Size() uint64
	// At is where a byte of it is mapped as code.
	At(offset uint64) []uint64
}

// openFile finds the file of a uprobe, which need not be mapped (kern_path and what uprobe_register asks).
func (e *Event) openFile() (err error) {
	d := e.Definition
	refuse := func(errno syscall.Errno, reason string) error {
		return &Error{Place: d.Target(), Errno: errno, Reason: reason}
	}
	e.file, err = e.m.cfg.File(d.Path)
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		return refuse(errno, err.Error())
	case err != nil:
		return refuse(syscall.EINVAL, err.Error())
	case d.Offset > e.file.Size():
		return refuse(syscall.EINVAL, "the file ends before that")
	case d.Offset%4 != 0:
		return refuse(syscall.EINVAL, "not a multiple of 4")
	}
	return nil
}

// follow puts the uprobe where its file is mapped now, and takes it from where it is not mapped any more. At an error, which
// is of the first place that cannot be probed, it is nowhere. mu is held.
func (e *Event) follow(self *control) error {
	for _, addr := range e.moved(self) {
		if err := e.put(addr); err != nil {
			_ = e.unregister(self) // all of which are registered
			return err
		}
	}
	return nil
}

// moved takes the uprobe from where its file is not any more, and says where it is to be put.
func (e *Event) moved(self *control) (todo []uint64) {
	at := e.file.At(e.Offset)
	e.probes = slices.DeleteFunc(slices.Clone(e.probes), func(p *Kprobe) bool {
		if slices.Contains(at, p.Addr) {
			return false
		}
		if p.site != nil {
			_ = e.m.unregister(p, self) // it is registered
		}
		e.gone += e.m.hits(p)
		return true
	})
	for _, addr := range at {
		if !slices.ContainsFunc(e.probes, func(p *Kprobe) bool { return p.Addr == addr }) {
			todo = append(todo, addr)
		}
	}
	return todo
}

// put puts the uprobe at an address. If that fails, it is not tried there again.
func (e *Event) put(addr uint64) error {
	up := &Uprobe{Kprobe: Kprobe{Addr: addr}, Handler: func(*Hit) int { return 0 }}
	if e.Return {
		up.Return = func(*Hit, *UserCall) int { return 0 }
	}
	if len(e.outputs) > 0 {
		up.outputs.Store(e.newOutputs(e.outputs))
	}
	e.probes = append(e.probes, &up.Kprobe)
	return e.m.registerUser(up)
}

// Remapped tells that what the guest has mapped as code has changed: uprobes follow their files (uprobe_mmap,
// uprobe_munmap). As in the kernel it is nobody's error if an instruction that is mapped cannot be probed.
func (m *Manager) Remapped() {
	if m.files.Load() == 0 || m.mapping.Load() == int32(unix.Gettid()) {
		return // or it is a page of ours, with mu held
	}
	self := m.lock()
	defer m.unlock(self)
	for _, e := range m.events {
		if e.file == nil {
			continue
		}
		for _, addr := range e.moved(self) {
			if err := e.put(addr); err != nil {
				m.cfg.Report(err.Error())
			}
		}
		for _, p := range e.probes {
			m.repatch(p.site)
		}
	}
}

// repatch puts the breakpoint back where the file was mapped anew at the same place. mu is held.
func (m *Manager) repatch(s *site) {
	if s == nil || m.cfg.Placement != PlaceText || s.chain.Load() == nil {
		return
	}
	if w, ok := m.cfg.Text(s.addr); ok && w == s.word {
		m.patch(s, true)
		m.code.Invalidate(s.addr, s.addr+4)
	}
}
