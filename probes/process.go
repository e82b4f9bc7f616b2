package probes

import (
	"encoding/binary"
	"errors"
	goruntime "runtime"

	"axol/jit"
	"axol/runtime"
	"axol/runtime/mem"

	"golang.org/x/sys/unix"
)

// Engine is [runtime.JIT] for a process that is to be probed: it makes an engine with the
// manager's probes in it, binds the manager to it, and attaches every vCPU. What the
// manager's Config says of the guest is filled in.
func (m *Manager) Engine(cfg jit.Config) func(g jit.Guest, base, limit uint64) (runtime.Engine, error) {
	return func(g jit.Guest, base, limit uint64) (runtime.Engine, error) {
		cfg.MemBase, cfg.MemLimit = base, limit
		e, err := jit.New(m.Into(cfg))
		if err != nil {
			return nil, err
		}
		m.cfg.Text = g.Fetch
		if p, ok := g.(*runtime.Process); ok {
			m.cfg.Symbols = p.Symbols
			m.UseMemory(p.Mem())
			m.cfg.File = func(path string) (MappedFile, error) { return openMapped(p, path) }
		}
		m.Bind(e)
		return engine{e, m}, nil
	}
}

// mappedFile is a file of a process.
type mappedFile struct {
	mem  *mem.Memory
	stat unix.Stat_t
}

// openMapped finds a regular file by the guest's name for it.
func openMapped(p *runtime.Process, path string) (MappedFile, error) {
	f := &mappedFile{mem: p.Mem()}
	if err := unix.Stat(p.HostPath(path), &f.stat); err != nil {
		return nil, err
	}
	if f.stat.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, errors.New("not a regular file")
	}
	return f, nil
}

func (f *mappedFile) Size() uint64 { return uint64(f.stat.Size) }

// At looks at private mappings, as the kernel does: breakpoints must not come into the file.
func (f *mappedFile) At(offset uint64) (at []uint64) {
	for _, v := range f.mem.Mappings() {
		if v.Inode == f.stat.Ino && v.Dev == f.stat.Dev && v.Flags&(mem.Shared|mem.Anonymous) == 0 &&
			v.Prot&mem.Exec != 0 && offset >= v.Offset && offset-v.Offset < v.Hi-v.Lo {
			at = append(at, v.Lo+offset-v.Offset)
		}
	}
	return at
}

// UseMemory has the manager read and write flat guest memory. It comes before any vCPU runs.
func (m *Manager) UseMemory(g *mem.Memory) {
	m.cfg.Memory, m.cfg.Write = ReadMemory(g), WriteMemory(g)
	m.cfg.Poke = func(addr uint64, code []byte) error {
		defer m.changing()()
		if e := g.Poke(addr, code); e != 0 {
			return e
		}
		return nil
	}
	m.cfg.MapPage = func() (uint64, error) {
		defer m.changing()()
		// As in v4.8, the page is writable too: a slot is a store and nothing more.
		addr, e := g.Map(mem.Request{Length: slotPageLen, Top: g.Limit() - 1<<20,
			Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous, Name: "[kprobes]"}})
		if e != 0 {
			return 0, e
		}
		return addr, nil
	}
	if m.cfg.Placement == PlaceText {
		m.unmapped = m.placeInText()
	}
}

// changing says that it is the manager that changes guest memory, until done is called: Remapped is not to look.
func (m *Manager) changing() (done func()) {
	goruntime.LockOSThread()
	m.mapping.Store(int32(unix.Gettid()))
	return func() {
		m.mapping.Store(0)
		goruntime.UnlockOSThread()
	}
}

// engine is a jit.Engine whose vCPUs are attached.
type engine struct {
	*jit.Engine
	m *Manager
}

func (e engine) NewCPU() (runtime.CPU, error) {
	c, err := e.Engine.NewCPU()
	if err != nil {
		return nil, err
	}
	e.m.Attach(c)
	return cpu{c, e.m}, nil
}

func (e engine) Invalidate(lo, hi uint64) {
	e.Engine.Invalidate(lo, hi)
	e.m.Remapped()
}

// cpu is a jit.CPU that is detached when it is closed.
type cpu struct {
	*jit.CPU
	m *Manager
}

func (c cpu) Close() {
	c.m.Detach(c.CPU)
	c.CPU.Close()
}

// ReadMemory reads flat guest memory.
func ReadMemory(m *mem.Memory) Memory {
	return func(addr uint64, size int) (uint64, bool) {
		addr = mem.Untag(addr)
		switch size {
		case 8:
			v, e := m.Read64(addr)
			return v, e == 0
		case 4:
			v, e := m.Read32(addr)
			return uint64(v), e == 0
		case 2:
			low, ok1 := readByte(m, addr)
			high, ok2 := readByte(m, addr+1)
			return low | high<<8, ok1 && ok2
		}
		return readByte(m, addr)
	}
}

// WriteMemory writes flat guest memory.
func WriteMemory(m *mem.Memory) Write {
	return func(addr uint64, size int, value uint64) bool {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], value)
		return m.Write(mem.Untag(addr), b[:size]) == 0
	}
}

// readByte reads the word around a byte, which is in the same page: Memory.Read would have
// the byte on the heap.
func readByte(m *mem.Memory, addr uint64) (uint64, bool) {
	w, e := m.Read32(addr &^ 3)
	return uint64(w >> (addr & 3 * 8) & 0xff), e == 0
}
