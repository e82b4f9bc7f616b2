package dynamic

import (
	"fmt"

	"axol/jit"
	"axol/jit/ir"
	"axol/probes"
	"axol/runtime"
	"axol/runtime/mem"
)

// cacheSize is the generated code a machine keeps: each instruction is executed a few times, and never again.
const cacheSize = 4 << 20

// machine is a guest that executes one instruction at a time: without probes, or with them.
type machine struct {
	name   string
	engine *jit.Engine
	cpu    *jit.CPU
	probes *probes.Manager // nil: none
}

// newMachine makes a machine; m is nil for one without probes.
func newMachine(name string, g *mem.Memory, code jit.Guest, m *probes.Manager) (*machine, error) {
	cfg := jit.Config{
		Guest: code, MemBase: g.Base(), MemLimit: g.Limit(), CacheSize: cacheSize, MaxInsns: 1,
		Off: jit.Off{Regions: true, Links: true, JumpCache: true},
	}
	if m != nil {
		cfg = m.Into(cfg)
	}
	engine, err := jit.New(cfg)
	if err != nil {
		return nil, err
	}
	x := &machine{name: name, engine: engine, probes: m}
	if x.cpu, err = engine.NewCPU(); err != nil {
		engine.Close()
		return nil, err
	}
	if m != nil {
		m.Bind(engine)
		m.Attach(x.cpu)
	}
	return x, nil
}

func (x *machine) close() {
	if x == nil {
		return
	}
	if x.probes != nil {
		x.probes.Detach(x.cpu)
	}
	x.cpu.Close()
	x.engine.Close()
}

// outcome is how the execution of one instruction ends.
type outcome struct {
	exit jit.Exit // ExitRan: it has run, and State.PC is what comes next
	state
	pstate uint64 // but for N, Z, C and V
}

// run executes the instruction at s.PC.
func (x *machine) run(s *state, o *outcome) {
	st := x.cpu.State()
	s.load(st)
	if x.probes != nil {
		x.probes.SetPState(x.cpu, s.NZCV|initialPState)
	}
	o.exit = x.cpu.RunFor(1)
	for o.exit.Kind == jit.ExitWait { // it need not wait (Arm ARM D1.6), and the slot is not at its end
		o.exit = x.cpu.RunFor(0)
	}
	o.state.store(st)
	o.pstate = initialPState
	if x.probes != nil {
		o.pstate = x.probes.PState(x.cpu) &^ runtime.PStateNZCV
	}
	if x.probes != nil && keepsHit(o.exit) {
		x.probes.Abandon(x.cpu)
	}
}

// keepsHit says whether a hit that ends so is not over for the kernel: any exception in the slot but a fault of a user's address, after
// which it goes back to the probe.
func keepsHit(x jit.Exit) bool {
	if x.Kind == jit.ExitFault {
		return x.Addr>>55&1 != 0 || x.Arg&ir.FaultUnaligned != 0
	}
	return x.Kind != jit.ExitRan
}

// state is what a trial starts from and ends in.
type state struct {
	X          [31]uint64
	SP, PC     uint64
	NZCV       uint64
	V          [32][2]uint64
	FPCR, FPSR uint32
}

// The registers that no instruction that can be probed changes.
const (
	tpidr   = 0x7fff_1234_5678
	tpidrro = 0x7fff_8765_4321
)

var keys = [ir.NumKeys][2]uint64{
	{0x0123456789abcdef, 0xfedcba9876543210}, {0x1133557799bbddff, 0x2244668800aaccee}, {0x5555aaaa3333cccc, 0x0f0f1e1e2d2d3c3c},
	{0x8899aabbccddeeff, 0x0011223344556677}, {0x13579bdf02468ace, 0xfdb97531eca86420},
}

func (s *state) load(st *ir.State) {
	st.X, st.SP, st.PC, st.NZCV, st.V, st.FPCR, st.FPSR = s.X, s.SP, s.PC, s.NZCV, s.V, s.FPCR, s.FPSR
	st.TPIDR, st.TPIDRRO, st.Keys, st.PSTATE, st.ExSize = tpidr, tpidrro, keys, 0, 0
}

func (s *state) store(st *ir.State) {
	s.X, s.SP, s.PC, s.NZCV, s.V, s.FPCR, s.FPSR = st.X, st.SP, st.PC, st.NZCV, st.V, st.FPCR, st.FPSR
}

// diff says what is different between an execution with a probe and one without, empty for nothing.
func (o *outcome) diff(want *outcome) (d string) {
	note := func(what string, got, want any) {
		if got != want {
			d += fmt.Sprintf(" %s %#x is %#x;", what, want, got)
		}
	}
	if o.exit != want.exit {
		d = fmt.Sprintf(" %s (%#x, %#x) is %s (%#x, %#x);", want.exit.Kind, want.exit.Arg, want.exit.Addr, o.exit.Kind, o.exit.Arg, o.exit.Addr)
	}
	if o.state == want.state && o.pstate == want.pstate {
		return d
	}
	for i := range o.X {
		note(fmt.Sprintf("x%d", i), o.X[i], want.X[i])
	}
	note("sp", o.SP, want.SP)
	note("pc", o.PC, want.PC)
	note("nzcv", o.NZCV, want.NZCV)
	for i := range o.V {
		note(fmt.Sprintf("v%d low", i), o.V[i][0], want.V[i][0])
		note(fmt.Sprintf("v%d high", i), o.V[i][1], want.V[i][1])
	}
	note("fpcr", o.FPCR, want.FPCR)
	note("fpsr", o.FPSR, want.FPSR)
	note("pstate", o.pstate, want.pstate)
	return d
}
