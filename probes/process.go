package probes

import (
	"encoding/binary"

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
			m.cfg.File = func(path string, offset uint64) (uint64, uint64, bool) { return fileAddress(p.Mem(), path, offset) }
		}
		m.Bind(e)
		return engine{e, m}, nil
	}
}

// fileAddress finds a byte of a file among the mappings of code. The file is known by its name in
// /proc/self/maps, or by its inode.
func fileAddress(g *mem.Memory, path string, offset uint64) (addr, base uint64, ok bool) {
	var st unix.Stat_t
	known := unix.Stat(path, &st) == nil
	for _, v := range g.Mappings() {
		same := v.Name == path || known && v.Inode == st.Ino && v.Dev == st.Dev && v.Inode != 0
		if same && v.Prot&mem.Exec != 0 && offset >= v.Offset && offset-v.Offset < v.Hi-v.Lo {
			return v.Lo + offset - v.Offset, v.Lo - v.Offset, true
		}
	}
	return 0, 0, false
}

// UseMemory has the manager read and write flat guest memory. It comes before any vCPU runs.
func (m *Manager) UseMemory(g *mem.Memory) {
	m.cfg.Memory, m.cfg.Write = ReadMemory(g), WriteMemory(g)
	m.cfg.Poke = func(addr uint64, code []byte) error {
		if e := g.Poke(addr, code); e != 0 {
			return e
		}
		return nil
	}
	m.cfg.MapPage = func() (uint64, error) {
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

func (e engine) Invalidate(lo, hi uint64) { e.Engine.Invalidate(lo, hi) }

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
