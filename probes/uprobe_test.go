package probes

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"axol/jit"
)

// program is a guest at EL0, with the functions of kernelFuncs.
func newProgram(t testing.TB, cfg jit.Config, rules string) *kernel {
	k := newKernel(t, cfg, Config{}, rules)
	k.m.cfg.Kernel = nil
	return k
}

// userRules are kernels with each way of their own: literals simulated, refused; NOP stepped, simulated.
var userRules = []string{"linux-4.10", "linux-5.10", rules61, "debian-6.12", "linux-7.2"}

func forPrograms(t *testing.T, f func(t *testing.T, k *kernel)) {
	for _, rules := range userRules {
		t.Run(rules, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) { f(t, newProgram(t, cfg, rules)) })
		})
	}
}

func (k *kernel) uprobes(ups ...*Uprobe) {
	k.t.Helper()
	for _, up := range ups {
		if err := k.m.RegisterUprobe(up); err != nil {
			k.t.Fatal(err)
		}
	}
}

func TestUprobe(t *testing.T) {
	forPrograms(t, func(t *testing.T, k *kernel) {
		var pcs []uint64
		for i := range uint64(6) {
			at := k.addr["kf_multi"] + 4*i
			k.uprobes(&Uprobe{Kprobe: Kprobe{Addr: at, Cookie: i}, Handler: func(h *Hit) int {
				if h.PC() != at || h.Cookie() != i || h.PState()&^pstateNZCV != 0 || h.DAIF() != 0x3c0 {
					t.Errorf("at %#x: PC %#x, PSTATE %x, DAIF %x", at, h.PC(), h.PState(), h.DAIF())
				}
				if e := h.EL1(); way.fidelity == Trap && (e.ESR != 0xf2000005 || e.ELR != at || e.SPSR&0xf != 0) {
					t.Errorf("%+v", e)
				}
				pcs = append(pcs, h.PC()-k.addr["kf_multi"])
				return 0
			}})
		}
		before := k.cpu.Insns()
		if r := k.call("kf_multi", callAt+0x40, pstateBL, 16); r != 23 || fmt.Sprint(pcs) != "[0 4 8 12 20]" {
			t.Errorf("x0 = %d, hits at %d", r, pcs)
		}
		sameInsns(t, k.cpu.Insns()-before, 6) // with the BRK that ends it
		if ps := k.m.PState(k.cpu); ps != pstateBL {
			t.Errorf("PSTATE is %x", ps)
		}
		if e := &k.ctl().el1; way.fidelity == Trap && e.MDSCR != 0 {
			t.Errorf("%+v", e)
		}
	})
}

// The end of a step is a software step exception from EL0.
func TestUprobeStep(t *testing.T) {
	defer func() { way = ways[0] }()
	for _, way = range ways[2:] {
		k := newProgram(t, jit.Config{}, rules61)
		steps := 0
		k.trapped = func(c *jit.CPU, x jit.Exit) {
			if x.Kind == jit.ExitStep {
				steps++
				if e := &k.ctl().el1; e.ESR != 0xcb000022 || c.State().PC != k.addr["kf_empty"]+4 {
					t.Errorf("%+v", e)
				}
			}
		}
		k.uprobes(&Uprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(h *Hit) int { return 0 }})
		k.call("kf_empty", callAt+0x40, pstateBL, 1)
		if steps != 1 {
			t.Errorf("%d steps", steps)
		}
	}
}

func TestUprobeHandlers(t *testing.T) {
	forPrograms(t, func(t *testing.T, k *kernel) {
		var order []string
		named := func(name string, ret int) *Uprobe {
			return &Uprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(h *Hit) int { order = append(order, name); return ret }}
		}
		k.uprobes(named("a", 0), named("b", 0))
		k.call("kf_empty", callAt+0x40, pstateBL, 1)
		if got := strings.Join(order, " "); got != "b a" {
			t.Errorf("order is %s", got)
		}
		// One that moves PC: the instruction does not run.
		k.uprobes(&Uprobe{Kprobe: Kprobe{Symbol: "kf_b2"}, Handler: func(h *Hit) int { h.SetPC(k.addr["kf_alt"]); return 0 }})
		if r := k.call("kf_b2", callAt+0x40, pstateBL, 1); r != 0x777 {
			t.Errorf("x0 = %#x", r)
		}
		// One that is done.
		once := named("once", 1)
		once.Symbol = "kf_b3"
		order = nil
		k.uprobes(once)
		for range 3 {
			if r := k.call("kf_b3", callAt+0x40, pstateBL, 1); r != 4 {
				t.Errorf("x0 = %d", r)
			}
		}
		if len(order) != 1 || k.m.Enabled(&once.Kprobe) {
			t.Errorf("called %d times", len(order))
		}
	})
}

// A fault in the slot: the program is at the probe when it gets its signal, and the probe is hit again.
func TestUprobeFault(t *testing.T) {
	forPrograms(t, func(t *testing.T, k *kernel) {
		hits := 0
		k.uprobes(&Uprobe{Kprobe: Kprobe{Symbol: "kf_load"}, Handler: func(h *Hit) int { hits++; return 0 }})
		k.start("kf_load", 0, userHole)
		if x := k.run(); x.Kind != jit.ExitFault || x.Addr != userHole || k.cpu.State().PC != k.addr["kf_load"] || hits != 1 {
			t.Errorf("%s at %#x, %d hits", x.Kind, k.cpu.State().PC, hits)
		}
		k.cpu.State().X[1] = dataAt
		if k.runToBreak(callAt + 0x40); hits != 2 {
			t.Errorf("%d hits", hits)
		}
		if k.ctl().el1.MDSCR != 0 || k.ctl().slotDepth() != 0 {
			t.Error("it is still stepping")
		}
	})
}

func TestUretprobe(t *testing.T) {
	forPrograms(t, func(t *testing.T, k *kernel) {
		var seen []string
		up := &Uprobe{Kprobe: Kprobe{Symbol: "kf_rec"}}
		up.Handler = func(h *Hit) int { seen = append(seen, fmt.Sprintf("+%d", h.X(0))); return 0 }
		up.Return = func(h *Hit, c *UserCall) int {
			ret := k.addr["kf_rec"] + 0x14
			if h.X(0) == 2 {
				ret = callAt + 0x40
			}
			if h.PC() != ret || c.RetAddr != ret || c.Func != k.addr["kf_rec"] || h.X(30) != k.m.userStubs {
				t.Errorf("returned to %#x, %+v", h.PC(), c)
			}
			seen = append(seen, fmt.Sprintf("-%d", h.X(0)))
			return 0
		}
		k.uprobes(up)
		if r := k.call("kf_rec", callAt+0x40, pstateBL, 2); r != 2 || strings.Join(seen, " ") != "+2 +1 +0 -0 -1 -2" {
			t.Errorf("x0 = %d, %v", r, seen)
		}
		if k.ctl().urets.depth != 0 {
			t.Error("calls are left")
		}
	})
}

// More calls than a task may have under way: those return unseen.
func TestUretprobeDepth(t *testing.T) {
	forPrograms(t, func(t *testing.T, k *kernel) {
		returns := 0
		k.uprobes(&Uprobe{Kprobe: Kprobe{Symbol: "kf_rec"}, Return: func(*Hit, *UserCall) int { returns++; return 0 }})
		for range 2 {
			if r := k.call("kf_rec", callAt+0x40, pstateBL, 99); r != 99 {
				t.Errorf("x0 = %d", r)
			}
		}
		if returns != 2*maxCalls || len(k.reports) != 1 {
			t.Errorf("%d returns, %q", returns, k.reports)
		}
	})
}

// A function that ends by a plain branch to another: one return is both's.
func TestUretprobeTailCall(t *testing.T) {
	forPrograms(t, func(t *testing.T, k *kernel) {
		const tail = kernelAt + 0x1000
		k.write(tail, 0x91004000, branchWord(tail+4, k.addr["kf_empty"])) // add x0, x0, #16
		var order []string
		up := func(name string, addr uint64) *Uprobe {
			return &Uprobe{Kprobe: Kprobe{Addr: addr}, Return: func(h *Hit, c *UserCall) int {
				if c.RetAddr != callAt+0x40 {
					t.Errorf("%s returns to %#x", name, c.RetAddr)
				}
				order = append(order, name)
				return 0
			}}
		}
		k.uprobes(up("tail", tail), up("empty", k.addr["kf_empty"]))
		k.addr["tail"] = tail
		if r := k.call("tail", callAt+0x40, pstateBL, 1); r != 18 || strings.Join(order, " ") != "empty tail" {
			t.Errorf("x0 = %d, order %v", r, order)
		}
	})
}

// Calls that a longjmp has left are over: the next hit, with a higher SP, forgets them, and so does the next return.
func TestUretprobeLongjmp(t *testing.T) {
	forPrograms(t, func(t *testing.T, k *kernel) {
		returns := 0
		k.uprobes(&Uprobe{Kprobe: Kprobe{Symbol: "kf_load"}, Return: func(*Hit, *UserCall) int { returns++; return 0 }},
			&Uprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Return: func(*Hit, *UserCall) int { returns++; return 0 }})
		for range 100 { // it never returns, from deep below
			k.start("kf_load", 0, userHole)
			k.cpu.State().SP = stackAt - 0x100
			if x := k.run(); x.Kind != jit.ExitFault {
				t.Fatal(x.Kind)
			}
		}
		k.call("kf_empty", callAt+0x40, pstateBL, 1)
		if returns != 1 || k.ctl().urets.depth != 0 || len(k.reports) != 0 {
			t.Errorf("%d returns, %d calls are left, %q", returns, k.ctl().urets.depth, k.reports)
		}
	})
}

// Nobody returns to the trampoline without a call: SIGILL.
func TestUretprobeWithoutCall(t *testing.T) {
	forPrograms(t, func(t *testing.T, k *kernel) {
		k.start("kf_ret")
		k.cpu.State().X[30] = k.m.userStubs
		if x := k.run(); x.Kind != jit.ExitUndefined {
			t.Errorf("%s", x.Kind)
		}
	})
}

// A program's own breakpoints are its own.
func TestProgramsBreakpoints(t *testing.T) {
	forPrograms(t, func(t *testing.T, k *kernel) {
		k.register(&Kprobe{Symbol: "kf_empty"})
		k.uprobes(&Uprobe{Kprobe: Kprobe{Symbol: "kf_b2"}, Handler: func(*Hit) int { return 0 }})
		for _, imm := range []uint32{immKprobe, immUprobe, immSlotEnd, immKretprobe, immBug, immCallReturn, immDead, 0x1234} {
			k.write(k.addr["kf_b3"], brkWord(imm))
			k.eng.Invalidate(k.addr["kf_b3"], k.addr["kf_b3"]+4)
			k.start("kf_b3")
			if x := k.run(); x.Kind != jit.ExitBRK || x.Arg != uint64(imm) || k.cpu.State().PC != k.addr["kf_b3"] || k.m.PState(k.cpu) != pstateBL {
				t.Errorf("brk #%d: %s %d at %#x", imm, x.Kind, x.Arg, k.cpu.State().PC)
			}
		}
	})
}

func TestUprobeErrors(t *testing.T) {
	handler := func(*Hit) int { return 0 }
	for i, c := range []struct {
		rules string
		up    *Uprobe
		errno syscall.Errno
	}{
		{rules61, &Uprobe{Kprobe: Kprobe{Symbol: "kf_empty"}}, syscall.EINVAL},
		{rules61, &Uprobe{Kprobe: Kprobe{Symbol: "nowhere"}, Handler: handler}, syscall.ENOENT},
		{rules61, &Uprobe{Kprobe: Kprobe{Symbol: "kf_empty", Offset: 2}, Handler: handler}, syscall.EINVAL},
		{rules61, &Uprobe{Kprobe: Kprobe{Addr: dataAt}, Handler: handler}, syscall.EIO},
		{rules61, &Uprobe{Kprobe: Kprobe{Symbol: "kf_b2"}, Handler: handler}, ENOTSUPP},            // a kprobe is there
		{rules61, &Uprobe{Kprobe: Kprobe{Symbol: "kf_b2", Offset: 4}, Handler: handler}, ENOTSUPP}, // the program's own
		{rules61, &Uprobe{Kprobe: Kprobe{Symbol: "kf_b3"}, Handler: handler}, syscall.EINVAL},      // svc
		{"linux-5.10", &Uprobe{Kprobe: Kprobe{Symbol: "kf_ldrlit"}, Handler: handler}, 0},
		{"debian-6.12", &Uprobe{Kprobe: Kprobe{Symbol: "kf_ldrlit"}, Handler: handler}, syscall.EINVAL},
		{"linux-7.1", &Uprobe{Kprobe: Kprobe{Symbol: "kf_ldrlit"}, Handler: handler}, syscall.EINVAL},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			k := newProgram(t, jit.Config{Interp: true}, c.rules)
			k.write(k.addr["kf_b3"], 0xd4000001)
			k.write(k.addr["kf_b2"]+4, brkWord(immUprobe))
			k.register(&Kprobe{Symbol: "kf_b2"})
			err := k.m.RegisterUprobe(c.up)
			if c.errno == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantErrno(t, err, c.errno)
		})
	}
}
