package jit_test

import (
	"encoding/binary"
	goruntime "runtime"
	"testing"

	"axol/jit"
	"axol/runtime/mem"
)

// engines are the ways to run code that must all give the same.
var engines = []struct {
	name string
	cfg  jit.Config
}{
	{"jit", jit.Config{Off: jit.Off{Tiers: true}}},
	{"tiers", jit.Config{Slice: 50}},
	{"interp", jit.Config{Interp: true}},
	{"blocks", jit.Config{Off: jit.Off{Regions: true}}},
	{"plain", jit.Config{Off: jit.Off{Forward: true, Fold: true, Common: true, DeadWrites: true, Links: true, JumpCache: true, Peel: true, Calls: true, Tiers: true}}},
}

const (
	codeAt  = 0x10000
	stackAt = 0x200000
	dataAt  = 0x300000
)

// guest is a machine for tests: flat memory with code and data, one vCPU.
type guest struct {
	mem *mem.Memory
	eng *jit.Engine
	cpu *jit.CPU
}

func newGuest(t testing.TB, cfg jit.Config, code ...uint32) *guest {
	t.Helper()
	reserve := mem.Reserve
	if cfg.Interp {
		reserve = mem.ReserveConfined
	}
	m, err := reserve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Release)
	g := &guest{mem: m}
	for _, r := range []mem.Request{
		{Addr: codeAt, Length: 0x10000, Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous}, Place: mem.Fixed},
		{Addr: stackAt - 0x10000, Length: 0x10000, Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous}, Place: mem.Fixed},
		{Addr: dataAt, Length: 0x10000, Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous}, Place: mem.Fixed},
	} {
		if _, e := m.Map(r); e != 0 {
			t.Fatal(e)
		}
	}
	g.write(t, codeAt, code...)
	cfg.Guest, cfg.MemBase, cfg.MemLimit, cfg.Strict = m, m.Base(), m.Limit(), true
	if g.eng, err = jit.New(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.eng.Close)
	if g.cpu, err = g.eng.NewCPU(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.cpu.Close)
	g.cpu.State().PC, g.cpu.State().SP = codeAt, stackAt
	return g
}

func (g *guest) write(t testing.TB, addr uint64, code ...uint32) {
	t.Helper()
	var b []byte
	for _, w := range code {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	if e := g.mem.Write(addr, b); e != 0 {
		t.Fatal(e)
	}
}

func (g *guest) run() jit.Exit {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	return g.cpu.Run()
}

// forEngines runs a test on every engine.
func forEngines(t *testing.T, f func(t *testing.T, cfg jit.Config)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) { f(t, e.cfg) })
	}
}

// Engines come and go in any order; there is no end to it.
func TestManyEngines(t *testing.T) {
	var open []*jit.Engine
	for i := range 400 {
		e, err := jit.New(jit.Config{CacheSize: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if open = append(open, e); len(open) == 5 {
			n := i % 5
			open[n].Close()
			open = append(open[:n], open[n+1:]...)
		}
	}
	for _, e := range open {
		e.Close()
	}
}

func TestLoop(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg,
			0xd2800000, // mov x0, #0
			0xd28f4241, // mov x1, #31250
			0x8b010000, // add x0, x0, x1
			0xf1000421, // subs x1, x1, #1
			0x54ffffc1, // b.ne .-8
			0xd4200000, // brk #0
		)
		ex := g.run()
		st := g.cpu.State()
		if ex.Kind != jit.ExitBRK || st.PC != codeAt+20 || st.X[0] != 31250*31251/2 || st.X[1] != 0 || st.NZCV != 0x60000000 {
			t.Fatalf("%v %+v x0=%d x1=%d nzcv=%#x", ex, st.PC, st.X[0], st.X[1], st.NZCV)
		}
		if got := g.cpu.Insns(); got != 3+3*31250 {
			t.Errorf("%d instructions, want %d", got, 3+3*31250)
		}
	})
}
