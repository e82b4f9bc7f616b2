package probes

import (
	"testing"

	"axol/jit"
	"axol/runtime"
)

// daifRows are what each kernel makes of PSTATE.DAIF around a slot: in the slot, behind it, and behind a fault in it, for a
// hit of code that has nothing masked, and for a nested hit, in a handler, where all is.
var daifRows = []struct {
	rules                                string
	slot, after, fault                   uint64
	nestedSlot, nestedAfter, nestedFault uint64
	step                                 bool // by PSTATE.SS
}{
	{"linux-4.8", 0x080, 0, 0x080, 0x1c0, 0x3c0, 0x3c0, true},
	{"linux-5.0", 0x080, 0, 0x080, 0x1c0, 0x3c0, 0x3c0, true},
	{"linux-5.1", 0x080, 0, 0x080, 0x1c0, 0x1c0, 0x1c0, true},
	{"linux-5.3", 0x080, 0, 0x080, 0x1c0, 0x3c0, 0x1c0, true},
	{"linux-5.9", 0x080, 0, 0x080, 0x1c0, 0x3c0, 0x1c0, true},
	{"linux-5.10", 0x3c0, 0, 0x3c0, 0x3c0, 0x3c0, 0x3c0, false},
	{"linux-5.12", 0x3c0, 0, 0x3c0, 0x3c0, 0x3c0, 0x3c0, false},
	{"linux-5.13", 0x3c0, 0, 0, 0x3c0, 0x3c0, 0x3c0, false},
	{"linux-6.1", 0x3c0, 0, 0, 0x3c0, 0x3c0, 0x3c0, false},
	{"linux-7.2", 0x3c0, 0, 0, 0x3c0, 0x3c0, 0x3c0, false},
	{rules61, 0x3c0, 0, 0, 0x3c0, 0x3c0, 0x3c0, false},
	{"debian-6.12", 0x3c0, 0, 0, 0x3c0, 0x3c0, 0x3c0, false},
}

func TestDAIF(t *testing.T) {
	for _, row := range daifRows {
		t.Run(row.rules, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				check := func(what string, got, want uint64) {
					t.Helper()
					if got&daifAll != want {
						t.Errorf("%s: DAIF is %x, want %x", what, got&daifAll, want)
					}
				}
				// A hit of code with nothing masked.
				k := newKernel(t, cfg, Config{}, row.rules)
				p := counter("kf_load")
				k.register(&p.Kprobe)
				k.stuck(&p.Kprobe)
				in := k.m.PState(k.cpu)
				check("slot", in, row.slot)
				if step := in&runtime.PStateSS != 0; step != row.step {
					t.Errorf("PSTATE.SS in the slot is %t", step)
				}
				k.cpu.State().X[1] = dataAt
				k.runToBreak(callAt + 0x40)
				check("behind the slot", k.m.PState(k.cpu), row.after)
				if k.ctl().el1.MDSCR != 0 || k.m.PState(k.cpu)&runtime.PStateSS != 0 {
					t.Error("software step stays on")
				}
				k.start("kf_load", 0, userHole)
				k.run()
				check("behind a fault", k.m.PState(k.cpu), row.fault)

				// What was masked before stays.
				k.call("kf_load", callAt+0x40, pstateBL|0xc0, 0, dataAt)
				check("interrupts were masked", k.m.PState(k.cpu), 0xc0)

				// A nested hit.
				k = newKernel(t, cfg, Config{}, row.rules)
				outer, p := counter("kf_empty"), counter("kf_load")
				var seen uint64
				k.trapped = func(c *jit.CPU, x jit.Exit) {
					if x.Kind == jit.ExitFault || x.Kind == jit.ExitBRK && x.Arg == immCallReturn {
						seen = k.m.PState(c)
					}
				}
				outer.Pre = func(h *Hit) int {
					check("handler", h.DAIF(), 0x3c0)
					_, _ = h.Call(k.addr["kf_load"], 0, dataAt)
					// By inline fidelity no exception is taken for an instruction that does not
					// fault, and so there is nothing that a kernel could forget to undo.
					if way.fidelity == Trap {
						check("behind a nested slot", seen, row.nestedAfter)
					}
					_, _ = h.Call(k.addr["kf_load"], 0, userHole)
					check("behind a fault in a nested slot", seen, row.nestedFault)
					_, _ = h.Call(k.addr["kf_load"], 0, kernelHole)
					check("nested slot", seen, row.nestedSlot)
					return 0
				}
				k.register(&outer.Kprobe, &p.Kprobe)
				k.start("kf_empty")
				k.run()
			})
		})
	}
}

// What the architecture and the kernel have a handler see by the trap path: the syndrome, the return address and the
// state that was interrupted, in the registers that they are in.
func TestExceptionRegisters(t *testing.T) {
	defer func() { way = ways[0] }()
	for _, way = range ways[2:] {
		for _, rules := range []string{"linux-4.8", "linux-5.10", rules61} {
			t.Run(rules+"-"+way.placement.String(), func(t *testing.T) {
				k := newKernel(t, jit.Config{}, Config{}, rules)
				p := k.probe("p", "kf_empty", 0)
				p.Pre = func(h *Hit) int {
					if e := h.EL1(); e.ESR != 0xf2000004 || e.ELR != k.addr["kf_empty"] || e.SPSR != pstateCall || e.PState != 0x4003c5 {
						t.Errorf("pre: %+v", e)
					}
					return 0
				}
				p.Post = func(h *Hit) {
					e := h.EL1()
					esr, spsr := uint64(0xf2000006), uint64(0x604003c5)
					if k.m.cfg.Rules.mech.hardwareStep {
						esr, spsr = 0xcf000022, 0x60400085
					}
					if e.ESR != esr || e.ELR != p.site.slot+4 || e.SPSR != spsr || h.PState() != pstateBL || h.PC() != k.addr["kf_empty"]+4 {
						t.Errorf("post: %+v, pstate %x, pc %#x", e, h.PState(), h.PC())
					}
				}
				k.register(p)
				k.call("kf_empty", callAt+0x40, pstateCall, 1)
				q := &Kprobe{Symbol: "kf_load"}
				k.register(q)
				k.start("kf_load", 0, userHole)
				k.run()
				if e := &k.ctl().el1; e.ESR != 0x96000007 || e.FAR != userHole {
					t.Errorf("fault: ESR %#x, FAR %#x", e.ESR, e.FAR)
				}
			})
		}
	}
}
