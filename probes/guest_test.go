package probes

import (
	"encoding/binary"
	"errors"
	"fmt"
	goruntime "runtime"
	"sync"
	"syscall"
	"testing"

	"axol/jit"
	"axol/runtime/elf"
	"axol/runtime/mem"
)

// engines are the ways to run guest code that must all see the same probes.
var engines = []struct {
	name string
	cfg  jit.Config
}{
	{"interp", jit.Config{Interp: true}},
	{"jit", jit.Config{Off: jit.Off{Tiers: true}}},
	{"tiers", jit.Config{Slice: 50}},
	{"blocks", jit.Config{Off: jit.Off{Regions: true}}},
	{"unlinked", jit.Config{Off: jit.Off{Links: true, JumpCache: true, Forward: true, Fold: true, DeadWrites: true}}},
}

// ways are how hits are taken, and where breakpoints are.
var ways = []struct {
	fidelity  Fidelity
	placement Placement
}{{Inline, PlaceShadow}, {Inline, PlaceText}, {Trap, PlaceShadow}, {Trap, PlaceText}}

// way is the one that newGuest's managers have. forEngines sets it.
var way = ways[0]

// forEngines runs a test on every engine, and in every way on the two that differ most; on the interpreter only
// when the race detector is on.
func forEngines(t *testing.T, f func(t *testing.T, cfg jit.Config)) {
	old := way
	defer func() { way = old }()
	for i, e := range engines {
		if raceEnabled && !e.cfg.Interp {
			continue
		}
		for j, w := range ways {
			if i > 1 && j > 0 {
				break
			}
			way = w
			name := e.name
			if j > 0 {
				name += "-" + w.fidelity.String() + "-" + w.placement.String()
			}
			t.Run(name, func(t *testing.T) { f(t, e.cfg) })
		}
	}
}

// everyWay is forEngines, by one vCPU and by four.
func everyWay(t *testing.T, f func(t *testing.T, cfg jit.Config, cpus int)) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		for _, cpus := range []int{1, 4} {
			t.Run(fmt.Sprintf("cpus=%d", cpus), func(t *testing.T) { f(t, cfg, cpus) })
		}
	})
}

// sameInsns compares counts of guest instructions: breakpoints are none, and an instruction is one in its place, in
// its slot, and where it is simulated.
func sameInsns(t *testing.T, got, want uint64) {
	t.Helper()
	if got != want {
		t.Errorf("%d instructions, want %d", got, want)
	}
}

const (
	codeAt  = 0x10000
	stackAt = 0x200000
	dataAt  = 0x300000
	dataLen = 0x10000
)

// guest is a machine for tests: flat memory with code and data, and a manager.
type guest struct {
	t       testing.TB
	mem     *mem.Memory
	eng     *jit.Engine
	m       *Manager
	cpu     *jit.CPU
	reports []string
	trapped func(c *jit.CPU, x jit.Exit) // is told of exceptions of cpu, once the manager has had them
}

func newGuest(t testing.TB, cfg jit.Config, rules string, code ...uint32) *guest {
	t.Helper()
	return newGuestWith(t, cfg, Config{}, rules, code...)
}

// newGuestWith has the manager's Config given, but for what the guest makes itself.
func newGuestWith(t testing.TB, cfg jit.Config, pc Config, rules string, code ...uint32) *guest {
	t.Helper()
	reserve := mem.Reserve
	if cfg.Interp {
		reserve = mem.ReserveConfined
	}
	g := &guest{t: t}
	end := sync.OnceFunc(func() {
		if g.eng != nil {
			g.eng.Close()
		}
		if g.mem != nil {
			g.mem.Release()
		}
	})
	if goruntime.GOARCH == "arm64" && !cfg.Interp { // guest addresses are host addresses: there is room for one
		endNative()
		endNative = end
	}
	t.Cleanup(end)
	m, err := reserve()
	if err != nil {
		t.Fatal(err)
	}
	g.mem = m
	for _, r := range []mem.Request{
		{Addr: codeAt, Length: 0x10000, Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous}},
		{Addr: stackAt - 0x10000, Length: 0x10000, Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous}},
		{Addr: dataAt, Length: dataLen, Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous}},
	} {
		r.Place = mem.Fixed
		if _, e := m.Map(r); e != 0 {
			t.Fatal(e)
		}
	}
	g.write(codeAt, code...)
	if pc.Rules, err = Lookup(rules); err != nil {
		t.Fatal(err)
	}
	pc.Text, pc.Fidelity, pc.Placement = m.Fetch, way.fidelity, way.placement
	pc.Report = func(line string) { g.reports = append(g.reports, line) }
	if pc.Symbols == nil {
		symbols := elf.NewSymbols([]elf.Symbol{{Name: "main", Addr: codeAt, Size: 0x40}, {Name: "other", Addr: codeAt + 0x40, Size: 0x40}})
		pc.Symbols = func() *elf.Symbols { return symbols }
	}
	g.m = New(pc)
	g.m.UseMemory(m)
	cfg.MemBase, cfg.MemLimit, cfg.Strict = m.Base(), m.Limit(), true
	cfg = g.m.Into(cfg)
	cfg.Trap = func(c *jit.CPU, x *jit.Exit) bool {
		on := g.m.Trap(c, x)
		if c == g.cpu && g.trapped != nil {
			g.trapped(c, *x)
		}
		return on
	}
	if g.eng, err = jit.New(cfg); err != nil {
		t.Fatal(err)
	}
	g.m.Bind(g.eng)
	g.cpu = g.newCPU()
	return g
}

// endNative ends the guest that was made last, where there cannot be two.
var endNative = func() {}

// newCPU makes another vCPU, at the beginning of the code.
func (g *guest) newCPU() *jit.CPU {
	g.t.Helper()
	c, err := g.eng.NewCPU()
	if err != nil {
		g.t.Fatal(err)
	}
	g.m.Attach(c)
	c.State().PC, c.State().SP = codeAt, stackAt
	c.State().X[28] = dataAt
	g.t.Cleanup(func() {
		if c.Local != nil {
			g.close(c)
		}
	})
	return c
}

func (g *guest) close(c *jit.CPU) {
	g.m.Detach(c)
	c.Local = nil
	c.Close()
}

func (g *guest) write(addr uint64, code ...uint32) {
	g.t.Helper()
	var b []byte
	for _, w := range code {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	if e := g.mem.Write(addr, b); e != 0 {
		g.t.Fatal(e)
	}
}

func (g *guest) register(probes ...*Kprobe) {
	g.t.Helper()
	for _, p := range probes {
		if err := g.m.Register(p); err != nil {
			g.t.Fatal(err)
		}
	}
}

// run runs the first vCPU until something happens.
func (g *guest) run() jit.Exit {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	return g.cpu.Run()
}

// runToBreak is run when BRK at pc is to be what happens.
func (g *guest) runToBreak(pc uint64) {
	g.t.Helper()
	if x := g.run(); x.Kind != jit.ExitBRK || g.cpu.State().PC != pc {
		g.t.Fatalf("ended with %s at %#x, want brk at %#x", x.Kind, g.cpu.State().PC, pc)
	}
}

// restart brings the vCPU back to the beginning.
func (g *guest) restart() { g.cpu.State().PC = codeAt }

func wantErrno(t *testing.T, err error, want syscall.Errno) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, want) {
		t.Errorf("error is %v, want %v", err, want)
	}
}

const rules61 = "debian-6.1"

const (
	nop = 0xd503201f
	brk = 0xd4200000
	ret = 0xd65f03c0
)

// countdown adds 1 to X0 a thousand times.
var countdown = []uint32{
	0xd2800000, // 00 mov x0, #0
	0xd2807d01, // 04 mov x1, #1000
	0x91000400, // 08 add x0, x0, #1
	0xf1000421, // 0c subs x1, x1, #1
	0x54ffffc1, // 10 b.ne .-8
	brk,        // 14
}
