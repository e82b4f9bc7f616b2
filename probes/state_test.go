package probes

import (
	"errors"
	"strings"
	"testing"
	"time"

	"axol/jit"
)

// Addresses that cannot be accessed: a user's, for whose faults the kernel asks kprobes, and a kernel's, for whose it
// does not.
const (
	userHole   = 0x20
	kernelHole = 0xffff_8000_dead_0000
)

func (k *kernel) ctl() *control { return k.cpu.Local.(*control) }

// start goes to a function, without running it.
func (k *kernel) start(fn string, args ...uint64) {
	st := k.cpu.State()
	st.PC, st.X[30], st.SP = k.addr[fn], callAt+0x40, stackAt
	copy(st.X[:], args)
	k.m.SetPState(k.cpu, pstateBL)
}

// state is the control block in words.
func (k *kernel) state(current *Kprobe, st status) {
	k.t.Helper()
	ctl := k.ctl()
	var at *site
	if current != nil {
		at = current.site
	}
	if ctl.current != at || ctl.status != st {
		k.t.Errorf("state is %s with %v current, want %s with %v", ctl.status, ctl.current, st, at)
	}
}

func (k *kernel) reported(words ...string) {
	k.t.Helper()
	all := strings.Join(k.reports, "\n")
	for _, w := range words {
		if !strings.Contains(all, w) {
			k.t.Errorf("the report is %q, want %q in it", all, w)
		}
	}
}

// counted has handlers that count.
type counted struct {
	Kprobe
	pre, post int
}

func counter(fn string) *counted {
	c := &counted{Kprobe: Kprobe{Symbol: fn}}
	c.Pre = func(*Hit) int { c.pre++; return 0 }
	c.Post = func(*Hit) { c.post++ }
	return c
}

func (c *counted) want(t testing.TB, pre, post int, missed uint64) {
	t.Helper()
	if c.pre != pre || c.post != post || c.Missed() != missed {
		t.Errorf("%s: %d pre, %d post, %d missed; want %d, %d, %d", c.Symbol, c.pre, c.post, c.Missed(), pre, post, missed)
	}
}

// kinds of functions: stepped, and simulated.
var bothClasses = []string{"kf_empty", "kf_adr"}

// stateRows are the rows of the tables of the kprobe state machine, by the kernels that have them.
var stateRows = []struct {
	row   string
	rules []string
	play  func(k *kernel)
}{
	{"idle: BRK 4, pre returns 0", []string{"linux-4.8", "linux-5.10", "linux-7.2", rules61}, func(k *kernel) {
		for _, fn := range bothClasses {
			p := counter(fn)
			p.Pre = func(*Hit) int { k.state(&p.Kprobe, hitActive); p.pre++; return 0 }
			p.Post = func(*Hit) { k.state(&p.Kprobe, hitDone); p.post++ }
			k.register(&p.Kprobe)
			k.call(fn, callAt+0x40, pstateBL, 1)
			k.state(nil, hitDone)
			p.want(k.t, 1, 1, 0)
		}
	}},
	{"idle: BRK 4, no pre handler", []string{"linux-4.8", "linux-5.10", rules61}, func(k *kernel) {
		p := &Kprobe{Symbol: "kf_empty", Post: func(*Hit) {}}
		k.register(p)
		k.call("kf_empty", callAt+0x40, pstateBL, 1)
		k.state(nil, hitDone)
	}},
	{"idle: BRK 4, pre returns nonzero: it stays current", []string{"linux-4.8", "linux-4.18"}, func(k *kernel) {
		p, q := counter("kf_empty"), counter("kf_alt")
		p.Pre = func(h *Hit) int { p.pre++; h.SetPC(k.addr["kf_alt"]); return 1 }
		k.register(&p.Kprobe, &q.Kprobe)
		if r := k.call("kf_empty", callAt+0x40, pstateBL, 1); r != 0x777 {
			k.t.Errorf("x0 = %#x", r)
		}
		k.state(&p.Kprobe, hitActive)
		p.want(k.t, 1, 0, 0)
		q.want(k.t, 0, 0, 1)
		k.call("kf_alt", callAt+0x40, pstateBL)
		q.want(k.t, 0, 0, 2)
		k.call("kf_empty", callAt+0x40, pstateBL, 1) // nested into itself: no handler
		p.want(k.t, 1, 0, 1)
	}},
	{"idle: BRK 4, pre returns nonzero: nothing is current", []string{"linux-4.19", "linux-5.10", "linux-7.2", rules61}, func(k *kernel) {
		p, q := counter("kf_empty"), counter("kf_alt")
		p.Pre = func(h *Hit) int { p.pre++; h.SetPC(k.addr["kf_alt"]); return 1 }
		k.register(&p.Kprobe, &q.Kprobe)
		k.call("kf_empty", callAt+0x40, pstateBL, 1)
		if k.ctl().current != nil {
			k.t.Error("it is still current")
		}
		p.want(k.t, 1, 0, 0)
		q.want(k.t, 1, 1, 0)
	}},
	{"idle: BRK 4 without a probe is executed again and again", []string{"linux-4.8", "linux-5.10", "linux-6.1", rules61}, func(k *kernel) {
		k.write(k.addr["kf_b3"], brkWord(immKprobe))
		k.start("kf_b3")
		if x := k.runKicked(); x.Kind != jit.ExitKicked || k.cpu.State().PC != k.addr["kf_b3"] || len(k.reports) != 0 {
			k.t.Errorf("%s at %#x: %q", x.Kind, k.cpu.State().PC, k.reports)
		}
	}},
	{"idle: BRK 4 without a probe is an oops", []string{"linux-6.2", "linux-7.2", "debian-6.12"}, func(k *kernel) {
		k.write(k.addr["kf_b3"], brkWord(immKprobe))
		k.start("kf_b3")
		if x := k.run(); x.Kind != jit.ExitDead {
			k.t.Errorf("%s", x.Kind)
		}
		k.reported("Oops - BRK: 00000000f2000004")
	}},
	{"HIT_ACTIVE, HIT_SSDONE: BRK 4 is missed by all, and executed", []string{"linux-4.8", "linux-5.4", "linux-5.10", "linux-7.2", rules61}, func(k *kernel) {
		for i, inner := range []string{"kf_b2", "kf_nop", "kf_b"} {
			outer, p := counter(bothClasses[i%2]), counter(inner)
			off := &Kprobe{Symbol: inner, Disabled: true}
			call := func(h *Hit) {
				if r, err := h.Call(k.addr[inner], 5); err != nil || inner == "kf_b2" && r != 7 || inner != "kf_b2" && r != 5 {
					k.t.Errorf("%s: %d, %v", inner, r, err)
				}
			}
			outer.Pre = func(h *Hit) int { outer.pre++; call(h); k.state(&outer.Kprobe, hitActive); return 0 }
			outer.Post = func(h *Hit) { outer.post++; call(h); k.state(&outer.Kprobe, hitDone) }
			k.register(&outer.Kprobe, &p.Kprobe, off)
			k.call(outer.Symbol, callAt+0x40, pstateBL, 1)
			outer.want(k.t, 1, 1, 0)
			p.want(k.t, 0, 0, 2)
			if off.Missed() != 2 {
				k.t.Errorf("the disabled probe missed %d", off.Missed())
			}
			if err := k.m.Unregister(&outer.Kprobe); err != nil {
				k.t.Error(err)
			}
		}
	}},
	{"HIT_SS: BRK 4 is the end", []string{"linux-4.8", "linux-5.4", "linux-5.10", "linux-6.1", "linux-7.1"}, func(k *kernel) {
		p, q := counter("kf_load"), counter("kf_b2")
		k.register(&p.Kprobe, &q.Kprobe)
		k.stuck(&p.Kprobe)
		if _, err := k.m.Call(k.cpu, k.addr["kf_b2"], 5); !errors.Is(err, ErrDead) {
			k.t.Errorf("the call gives %v", err)
		}
		q.want(k.t, 0, 0, 0)
		k.dies("kf_b2")
	}},
	{"HIT_SS: BRK 4 is nested", []string{"linux-7.2", rules61, "debian-6.12"}, func(k *kernel) {
		p, q := counter("kf_load"), counter("kf_b2")
		k.register(&p.Kprobe, &q.Kprobe)
		k.stuck(&p.Kprobe)
		if r, err := k.m.Call(k.cpu, k.addr["kf_b2"], 5); err != nil || r != 7 {
			k.t.Errorf("the call gives %d, %v", r, err)
		}
		q.want(k.t, 0, 0, 1)
		k.state(&p.Kprobe, hitSlot)
		// What could not be accessed can, now: the slot ends, and what was saved for it is still there.
		k.cpu.State().X[1] = dataAt
		k.runToBreak(callAt + 0x40)
		p.want(k.t, 1, 1, 0)
		k.state(nil, hitDone)
		if ps := k.m.PState(k.cpu); ps != pstateBL {
			k.t.Errorf("PSTATE is %x", ps)
		}
	}},
	{"REENTER: BRK 4 is the end", []string{"linux-4.8", "linux-5.4", "linux-5.10", "linux-6.1", "linux-7.2", rules61, "debian-6.12"}, func(k *kernel) {
		outer, p, q := counter("kf_empty"), counter("kf_load"), counter("kf_b2")
		outer.Pre = func(h *Hit) int {
			if _, err := h.Call(k.addr["kf_load"], 0, kernelHole); err == nil {
				k.t.Error("the load succeeds")
			}
			k.state(&p.Kprobe, hitReenter)
			if _, err := h.Call(k.addr["kf_b2"], 5); !errors.Is(err, ErrDead) {
				k.t.Errorf("the call gives %v", err)
			}
			return 0
		}
		k.register(&outer.Kprobe, &p.Kprobe, &q.Kprobe)
		k.start("kf_empty")
		p.want(k.t, 0, 0, 0)
		k.dies("kf_b2")
		p.want(k.t, 0, 0, 1)
		q.want(k.t, 0, 0, 0)
	}},
	{"no status: BRK 4 is left alone", []string{"linux-4.8", "linux-5.10"}, func(k *kernel) {
		p := counter("kf_empty")
		k.register(&p.Kprobe)
		s := p.site
		ctl := k.ctl()
		ctl.current, ctl.status = busy, 0
		ctl.st.PC = s.addr
		ctl.nested(s, s.chain.Load())
		p.want(k.t, 0, 0, 0)
		if k.reported("WARNING"); ctl.st.PC != s.addr || ctl.current != busy {
			k.t.Errorf("PC is %#x", ctl.st.PC)
		}
	}},
	{"current: BRK 4 of jprobe_return", []string{"linux-4.8", "linux-4.14"}, func(k *kernel) {
		calls := 0
		jp := &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(h *Hit) {
			calls++
			if h.X(0) != 10 || k.ctl().status != hitActive {
				k.t.Errorf("x0 is %d, %s", h.X(0), k.ctl().status)
			}
			h.SetX(0, 99)
		}}
		if err := k.m.RegisterJprobe(jp); err != nil {
			k.t.Fatal(err)
		}
		if r := k.call("kf_empty", callAt+0x40, pstateBL, 10); r != 11 || calls != 1 || jp.Missed() != 0 {
			k.t.Errorf("x0 = %d after %d calls, %d missed", r, calls, jp.Missed())
		}
		k.state(nil, hitDone)
	}},
	{"current: BRK 4 without a probe, and no break handler wants it", []string{"linux-4.8"}, func(k *kernel) {
		p := counter("kf_empty")
		p.Pre = func(h *Hit) int { h.SetPC(k.addr["kf_b3"]); return 1 }
		k.register(&p.Kprobe)
		k.write(k.addr["kf_b3"], brkWord(immKprobe))
		k.start("kf_empty")
		if x := k.runKicked(); x.Kind != jit.ExitKicked || k.cpu.State().PC != k.addr["kf_b3"] {
			k.t.Errorf("%s at %#x", x.Kind, k.cpu.State().PC)
		}
		k.state(&p.Kprobe, hitActive)
	}},
	{"HIT_SS: the end of the slot", []string{"linux-4.8", "linux-5.3", "linux-5.10", "linux-5.11", "linux-7.2", rules61}, func(k *kernel) {
		p := counter("kf_load")
		k.register(&p.Kprobe)
		k.stuck(&p.Kprobe)
		k.cpu.State().X[1] = dataAt
		k.runToBreak(callAt + 0x40)
		p.want(k.t, 1, 1, 0)
		k.state(nil, hitDone)
	}},
	{"REENTER: the end of the slot goes back to what was", []string{"linux-4.8", "linux-5.10", rules61}, func(k *kernel) {
		outer, p := counter("kf_empty"), counter("kf_load")
		outer.Pre = func(h *Hit) int {
			outer.pre++
			r, err := h.Call(k.addr["kf_load"], 0, dataAt)
			if err != nil || r != 42 {
				k.t.Errorf("%d, %v", r, err)
			}
			k.state(&outer.Kprobe, hitActive)
			return 0
		}
		k.m.cfg.Write(dataAt, 8, 42)
		k.register(&outer.Kprobe, &p.Kprobe)
		k.call("kf_empty", callAt+0x40, pstateBL)
		outer.want(k.t, 1, 1, 0)
		p.want(k.t, 0, 0, 1)
	}},
	{"REENTER: the end of the slot is nobody's, and the end", []string{"linux-5.11-rc1", "linux-5.11-rc4"}, func(k *kernel) {
		outer, p := counter("kf_empty"), counter("kf_load")
		outer.Pre = func(h *Hit) int {
			outer.pre++
			if _, err := h.Call(k.addr["kf_load"], 0, dataAt); !errors.Is(err, ErrDead) {
				k.t.Errorf("the call gives %v", err)
			}
			return 0
		}
		k.register(&outer.Kprobe, &p.Kprobe)
		k.call("kf_load", callAt+0x40, pstateBL, 0, dataAt) // not nested
		p.want(k.t, 1, 1, 0)
		k.start("kf_empty")
		if x := k.run(); x.Kind != jit.ExitDead {
			k.t.Errorf("ended with %s", x.Kind)
		}
		k.reported("Unexpected kernel BRK exception at EL1", "00000000f2000006")
		outer.want(k.t, 1, 0, 0)
		p.want(k.t, 1, 1, 1)
	}},
	{"idle: BRK 4 with D masked, and the step does not end", []string{"linux-4.8", "linux-5.0"}, func(k *kernel) {
		p := counter("kf_empty")
		k.register(&p.Kprobe)
		k.start("kf_empty", 1)
		k.m.SetPState(k.cpu, pstateBL|maskDbg)
		if x := k.run(); x.Kind != jit.ExitUndefined || k.cpu.State().PC != p.site.slot+4 || k.cpu.State().X[0] != 2 {
			k.t.Errorf("%s at %#x, the slot is %#x", x.Kind, k.cpu.State().PC, p.site.slot)
		}
		k.reported("WARNING: a step with PSTATE.D set")
		k.state(&p.Kprobe, hitSlot)
		p.want(k.t, 1, 0, 0)
	}},
	{"idle: BRK 4 with D masked", []string{"linux-5.1", "linux-5.10", rules61}, func(k *kernel) {
		p := counter("kf_empty")
		k.register(&p.Kprobe)
		if r := k.call("kf_empty", callAt+0x40, pstateBL|maskDbg, 1); r != 2 || len(k.reports) != 0 {
			k.t.Errorf("x0 = %d, %q", r, k.reports)
		}
		p.want(k.t, 1, 1, 0)
	}},
	{"HIT_SS: page fault goes back to the probe", []string{"linux-4.8", "linux-5.3", "linux-5.10", "linux-5.13", "linux-7.2", rules61, "debian-6.12"}, func(k *kernel) {
		p := counter("kf_load")
		k.register(&p.Kprobe)
		k.start("kf_load", 0, userHole)
		if x := k.run(); x.Kind != jit.ExitFault || x.Addr != userHole || k.cpu.State().PC != k.addr["kf_load"] {
			k.t.Fatalf("%s at %#x", x.Kind, k.cpu.State().PC)
		}
		if k.ctl().current != nil {
			k.t.Error("it is still current")
		}
		p.want(k.t, 1, 0, 0)
		k.cpu.State().X[1] = dataAt // served: the probe is hit again
		k.runToBreak(callAt + 0x40)
		p.want(k.t, 2, 1, 0)
	}},
	{"HIT_SS: page fault of a kernel address is left alone", []string{"linux-4.8", "linux-5.10", "linux-7.2", rules61}, func(k *kernel) {
		p := counter("kf_load")
		k.register(&p.Kprobe)
		k.stuck(&p.Kprobe)
	}},
	{"HIT_SS: page fault elsewhere goes back to the probe, too", []string{"linux-4.8", "linux-5.10", "debian-6.12"}, func(k *kernel) {
		p := counter("kf_load")
		k.register(&p.Kprobe)
		k.stuck(&p.Kprobe)
		pc := uint64(0)
		k.trapped = func(c *jit.CPU, x jit.Exit) { pc = c.State().PC }
		_, _ = k.m.Call(k.cpu, k.addr["kf_store"], 0, userHole)
		if k.ctl().current != nil || pc != k.addr["kf_load"] {
			k.t.Errorf("the fault is left at %#x", pc)
		}
	}},
	{"HIT_SS: page fault elsewhere is left alone", []string{"linux-7.2"}, func(k *kernel) {
		p := counter("kf_load")
		k.register(&p.Kprobe)
		k.stuck(&p.Kprobe)
		pc := uint64(0)
		k.trapped = func(c *jit.CPU, x jit.Exit) { pc = c.State().PC }
		_, _ = k.m.Call(k.cpu, k.addr["kf_store"], 0, userHole)
		if k.state(&p.Kprobe, hitSlot); pc != k.addr["kf_store"] {
			k.t.Errorf("the fault is left at %#x", pc)
		}
	}},
	{"REENTER: page fault goes back to the probe and to what was", []string{"linux-4.8", "linux-5.3", "linux-5.10", "linux-7.2", rules61}, func(k *kernel) {
		outer, p := counter("kf_empty"), counter("kf_load")
		pc := uint64(0)
		k.trapped = func(c *jit.CPU, x jit.Exit) {
			if x.Kind == jit.ExitFault {
				pc = c.State().PC
			}
		}
		outer.Pre = func(h *Hit) int {
			if _, err := h.Call(k.addr["kf_load"], 0, userHole); err == nil {
				k.t.Error("the load succeeds")
			}
			k.state(&outer.Kprobe, hitActive)
			return 0
		}
		k.register(&outer.Kprobe, &p.Kprobe)
		k.call("kf_empty", callAt+0x40, pstateBL)
		if p.want(k.t, 0, 0, 1); pc != k.addr["kf_load"] {
			k.t.Errorf("the fault is at %#x", pc)
		}
	}},
	{"HIT_ACTIVE, HIT_SSDONE: page fault in a handler is a miss, and for the fault handler", []string{"linux-4.8", "linux-5.10", "linux-5.13"}, func(k *kernel) {
		faults := 0
		p := counter("kf_empty")
		call := func(h *Hit) {
			if r, err := h.Call(k.addr["kf_load"], 7, userHole); err != nil || r != 7 {
				k.t.Errorf("%d, %v", r, err)
			}
		}
		p.Pre = func(h *Hit) int { call(h); p.pre++; return 0 }
		p.Post = func(h *Hit) { call(h); p.post++ }
		p.Fault = func(h *Hit, trap int) int { faults++; h.SetPC(h.PC() + 4); return 1 }
		k.register(&p.Kprobe)
		k.call("kf_empty", callAt+0x40, pstateBL)
		if p.want(k.t, 1, 1, 2); faults != 2 {
			k.t.Errorf("%d calls of the fault handler", faults)
		}
	}},
	{"HIT_ACTIVE: page fault in a handler, exception table", []string{"linux-4.8", "linux-5.10", "linux-6.1", rules61}, func(k *kernel) {
		p := counter("kf_empty")
		p.Pre = func(h *Hit) int {
			p.pre++
			if r, err := h.Call(k.addr["kf_load"], 7, userHole); err != nil || r != 7 {
				k.t.Errorf("%d, %v", r, err)
			}
			return 0
		}
		k.register(&p.Kprobe)
		k.call("kf_empty", callAt+0x40, pstateBL)
		missed := uint64(0)
		if k.m.cfg.Rules.mech.faultHandler {
			missed = 1
		}
		p.want(k.t, 1, 1, missed)
	}},
	{"HIT_ACTIVE: page fault in a handler is not for kprobes, exception table or not", []string{"linux-6.2", "linux-7.2", "debian-6.12"}, func(k *kernel) {
		p := counter("kf_empty")
		p.Fault = func(*Hit, int) int { k.t.Error("a fault handler is called"); return 0 }
		p.Pre = func(h *Hit) int {
			p.pre++
			if _, err := h.Call(k.addr["kf_load"], 7, userHole); err == nil || !strings.Contains(err.Error(), "fault") {
				k.t.Errorf("the call gives %v", err)
			}
			k.state(&p.Kprobe, hitActive)
			return 0
		}
		k.register(&p.Kprobe)
		k.call("kf_empty", callAt+0x40, pstateBL)
		p.want(k.t, 1, 1, 0)
	}},
	{"a slot's end that is nobody's", []string{"linux-5.10", "linux-5.11", "linux-7.2", rules61}, func(k *kernel) {
		k.write(k.addr["kf_b3"], brkWord(immSlotEnd))
		k.start("kf_b3")
		if x := k.run(); x.Kind != jit.ExitDead {
			k.t.Errorf("%s", x.Kind)
		}
		k.reported("00000000f2000006")
	}},
}

// runKicked runs a guest that does not come to an end, for a moment.
func (k *kernel) runKicked() jit.Exit {
	kicked := make(chan bool)
	go func() {
		time.Sleep(20 * time.Millisecond)
		k.cpu.Kick()
		close(kicked)
	}()
	defer func() { <-kicked }()
	return k.run()
}

// stuck hits a probe on kf_load, whose slot then faults on an address of the kernel, which the guest is left with.
func (k *kernel) stuck(p *Kprobe) {
	k.t.Helper()
	k.start("kf_load", 0, kernelHole)
	if x := k.run(); x.Kind != jit.ExitFault || x.Addr != kernelHole || k.cpu.State().PC != p.site.slot {
		k.t.Fatalf("%s of %#x at %#x, the slot is %#x", x.Kind, x.Addr, k.cpu.State().PC, p.site.slot)
	}
	k.state(p, hitSlot)
}

// dies runs a guest that is at its end, which a hit of fn was.
func (k *kernel) dies(fn string) {
	k.t.Helper()
	if x := k.run(); x.Kind != jit.ExitDead {
		k.t.Errorf("ended with %s", x.Kind)
	}
	if k.m.cfg.Rules.mech.oldWarning {
		k.reported("Unrecoverable kprobe detected", "Name: "+fn, "kernel BUG at")
	} else {
		k.reported("Failed to recover from reentered kprobes.", ".symbol_name = "+fn, "kernel BUG at", "Oops - BUG")
	}
}

func TestStates(t *testing.T) {
	for _, row := range stateRows {
		t.Run(row.row, func(t *testing.T) {
			for _, rules := range row.rules {
				t.Run(rules, func(t *testing.T) {
					everyWay(t, func(t *testing.T, cfg jit.Config, cpus int) {
						pc := Config{Kernel: &Kernel{}}
						if strings.Contains(row.row, "exception table") {
							pc.Kernel.Extable = []Fixup{{funcAt("kf_load"), funcAt("kf_load") + 4}}
						}
						k := newKernel(t, cfg, pc, rules)
						defer k.company(cpus - 1)()
						row.play(k)
					})
				})
			}
		})
	}
}
