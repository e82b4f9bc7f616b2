package probes

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"axol/jit"
)

// trampolines are kernels with each kind of trampoline: assembly, assembly that leaves a frame record, BRK #7.
var trampolines = []string{"linux-4.8", "linux-5.10", rules61, "debian-6.12", "linux-7.2"}

func forTrampolines(t *testing.T, f func(t *testing.T, k *kernel)) {
	for _, rules := range trampolines {
		t.Run(rules, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) { f(t, newKernel(t, cfg, Config{}, rules)) })
		})
	}
}

// What handlers see, what they may change, and what is left in X30.
func TestKretprobe(t *testing.T) {
	forTrampolines(t, func(t *testing.T, k *kernel) {
		mech := &k.m.cfg.Rules.mech
		lr := uint64(callAt + 0x40)
		entries, returns := 0, 0
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_stp", Cookie: 7}, DataSize: 16}
		rp.Entry = func(h *Hit, ri *Instance) int {
			entries++
			if ri.RetAddr != 0 || ri.Probe != rp || len(ri.Data) != 16 || h.X(30) != lr || h.Cookie() != 7 {
				t.Errorf("entry: %+v", ri)
			}
			ri.Data[15] = byte(h.X(0))
			return 0
		}
		rp.Handler = func(h *Hit, ri *Instance) int {
			returns++
			pc, daif := uint64(0), uint64(0)
			if mech.returnPC {
				pc = lr
			}
			if mech.brkReturn {
				daif = 0x3c0
			}
			if ri.RetAddr != lr || ri.Data[15] != byte(h.X(0)) || h.PC() != pc || h.SP() != stackAt || h.X(30) != k.m.stubs.trampoline || h.X(5) != 55 {
				t.Errorf("return: %+v, pc %#x, sp %#x, x30 %#x", ri, h.PC(), h.SP(), h.X(30))
			}
			if h.DAIF() != daif && mech.listReturn {
				t.Errorf("return: DAIF %#x", h.DAIF())
			}
			want := uint64(0x60000005) // what the trampoline can see of PSTATE
			if mech.brkReturn {
				want = pstateBL
			}
			if h.PState() != want {
				t.Errorf("return: PSTATE %#x", h.PState())
			}
			h.SetX(0, h.X(0)+100)
			h.SetX(7, 77)
			return 0
		}
		if err := k.m.RegisterKretprobe(rp); err != nil {
			t.Fatal(err)
		}
		for i := range uint64(30) {
			before := *k.cpu.State()
			k.cpu.State().X[5] = 55
			if r := k.call("kf_stp", lr, pstateBL, i); r != i+100 {
				t.Errorf("x0 = %d", r)
			}
			st := k.cpu.State()
			x30 := lr
			if mech.brkReturn {
				x30 = k.m.stubs.trampoline
			}
			if st.X[30] != x30 || st.X[7] != 77 || st.X[5] != 55 || st.NZCV != 0x60000000 || st.X[28] != before.X[28] || st.X[29] != before.X[29] {
				t.Errorf("left: x30 %#x, x7 %d, nzcv %x, x29 %#x", st.X[30], st.X[7], st.NZCV, st.X[29])
			}
			if p := k.m.PState(k.cpu); p != pstateBL {
				t.Errorf("PSTATE is %#x", p)
			}
		}
		if entries != 30 || returns != 30 || k.m.Hits(&rp.Kprobe) != 30 || rp.MissedReturns() != 0 || rp.Missed() != 0 {
			t.Errorf("%d entries, %d returns, %d missed", entries, returns, rp.MissedReturns())
		}
		if k.ctl().current != nil || k.ctl().rets.newest != nil {
			t.Error("something is left")
		}
	})
}

// The assembled trampoline saves the registers below SP, as pt_regs.
func TestTrampolineFrame(t *testing.T) {
	for _, rules := range []string{"linux-4.8", rules61} {
		t.Run(rules, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				k := newKernel(t, cfg, Config{}, rules)
				if err := k.m.RegisterKretprobe(&Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}}); err != nil {
					t.Fatal(err)
				}
				st := k.cpu.State()
				for i := range st.X {
					st.X[i] = 0x1000 + uint64(i)
				}
				k.call("kf_empty", callAt+0x40, pstateBL, 1)
				load := func(off uint64) uint64 { v, _ := k.m.cfg.Memory(stackAt-ptRegsSize+off, 8); return v }
				for r := range uint64(30) {
					want := 0x1000 + r
					if r == 0 {
						want = 2
					}
					if v := load(8 * r); v != want {
						t.Errorf("x%d is saved as %#x", r, v)
					}
				}
				if load(240) != k.m.stubs.trampoline || load(ptRegsSP) != stackAt || load(ptRegsPC) != 0 || load(ptRegsPState)&pstateNZCV != 0x60000000 {
					t.Errorf("lr %#x, sp %#x, pc %#x, pstate %#x", load(240), load(ptRegsSP), load(ptRegsPC), load(ptRegsPState))
				}
			})
		})
	}
}

// Recursion: each call has an instance as long as there are some, and the others are missed.
func TestKretprobeRecursion(t *testing.T) {
	forTrampolines(t, func(t *testing.T, k *kernel) {
		for _, c := range []struct{ max, depth, returns int }{{2, 4, 2}, {5, 4, 5}, {0, 4, 5}, {0, 20, 10}} {
			var seen []string
			rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_rec"}, MaxActive: c.max}
			rp.Handler = func(h *Hit, ri *Instance) int {
				seen = append(seen, fmt.Sprintf("%d", h.X(0)))
				return 0
			}
			if err := k.m.RegisterKretprobe(rp); err != nil {
				t.Fatal(err)
			}
			if c.max == 0 && rp.MaxActive != 10 {
				t.Errorf("MaxActive is %d", rp.MaxActive)
			}
			for range 2 {
				if r := k.call("kf_rec", callAt+0x40, pstateBL, uint64(c.depth)); r != uint64(c.depth) {
					t.Errorf("x0 = %d", r)
				}
			}
			if len(seen) != 2*c.returns || rp.MissedReturns() != uint64(2*(c.depth+1-c.returns)) {
				t.Errorf("%+v: %d returns (%s), %d missed", c, len(seen), strings.Join(seen, " "), rp.MissedReturns())
			}
			if err := k.m.UnregisterKretprobe(rp); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Several on one function: entries newest first, returns oldest first, and all see the real address.
func TestKretprobesOnOneFunction(t *testing.T) {
	forTrampolines(t, func(t *testing.T, k *kernel) {
		var order []string
		var rps []*Kretprobe
		for _, name := range []string{"a", "b", "c"} {
			rps = append(rps, &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"},
				Entry: func(h *Hit, ri *Instance) int { order = append(order, name); return 0 },
				Handler: func(h *Hit, ri *Instance) int {
					if ri.RetAddr != callAt+0x40 {
						t.Errorf("%s returns to %#x", name, ri.RetAddr)
					}
					order = append(order, name+"'")
					return 0
				}})
		}
		if err := k.m.RegisterKretprobes(rps); err != nil {
			t.Fatal(err)
		}
		k.call("kf_empty", callAt+0x40, pstateBL, 1)
		if got := strings.Join(order, " "); got != "c b a a' b' c'" {
			t.Errorf("order is %s", got)
		}
		// Nested functions: each return is handled on its own.
		order = nil
		outer := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_outer"}, Handler: func(h *Hit, ri *Instance) int { order = append(order, "outer"); return 0 }}
		inner := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_multi"}, Handler: func(h *Hit, ri *Instance) int { order = append(order, "inner"); return 0 }}
		if err := k.m.RegisterKretprobes([]*Kretprobe{outer, inner}); err != nil {
			t.Fatal(err)
		}
		if r := k.call("kf_outer", callAt+0x40, pstateBL, 1); r != 8 || strings.Join(order, " ") != "inner outer" {
			t.Errorf("x0 = %d, order %v", r, order)
		}
	})
}

// What a return handler calls is nested.
func TestKretprobeMisses(t *testing.T) {
	forTrampolines(t, func(t *testing.T, k *kernel) {
		p := counter("kf_b2")
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}}
		rp.Handler = func(h *Hit, ri *Instance) int {
			if r, err := h.Call(k.addr["kf_b2"], 5); r != 7 || err != nil {
				t.Errorf("%d, %v", r, err)
			}
			return 0
		}
		k.register(&p.Kprobe)
		if err := k.m.RegisterKretprobe(rp); err != nil {
			t.Fatal(err)
		}
		k.call("kf_empty", callAt+0x40, pstateBL, 1)
		p.want(t, 0, 0, 1)
		k.call("kf_b2", callAt+0x40, pstateBL, 1)
		p.want(t, 1, 1, 1)
	})
}

// A return probe that goes while a call is under way: the call returns where it should, and nobody is told.
func TestKretprobeGoes(t *testing.T) {
	forTrampolines(t, func(t *testing.T, k *kernel) {
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_outer"}, Handler: func(*Hit, *Instance) int { t.Error("the handler runs"); return 0 }}
		if err := k.m.RegisterKretprobe(rp); err != nil {
			t.Fatal(err)
		}
		k.register(&Kprobe{Symbol: "kf_multi", Pre: func(h *Hit) int {
			if err := k.m.UnregisterKretprobe(rp); err != nil {
				t.Error(err)
			}
			return 0
		}})
		if r := k.call("kf_outer", callAt+0x40, pstateBL, 1); r != 8 {
			t.Errorf("x0 = %d", r)
		}
	})
}

// A function that changes X29 and does not put it back: kernels that check it do not call the handler.
func TestKretprobeFrame(t *testing.T) {
	forTrampolines(t, func(t *testing.T, k *kernel) {
		calls := 0
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_fp"}, Handler: func(*Hit, *Instance) int { calls++; return 0 }}
		if err := k.m.RegisterKretprobe(rp); err != nil {
			t.Fatal(err)
		}
		k.call("kf_fp", callAt+0x40, pstateBL, 1)
		want := 1
		if k.m.cfg.Rules.mech.listReturn {
			want = 0
			k.reported("frame pointer")
		}
		if calls != want || k.cpu.State().X[29] != 5 {
			t.Errorf("%d calls, x29 = %d", calls, k.cpu.State().X[29])
		}
	})
}

// Code that goes to the trampoline out of the blue is a bug of the kernel's.
func TestTrampolineWithoutCall(t *testing.T) {
	forTrampolines(t, func(t *testing.T, k *kernel) {
		k.start("kf_ret")
		k.cpu.State().X[30] = k.m.stubs.trampoline
		if x := k.run(); x.Kind != jit.ExitDead {
			t.Errorf("%s at %#x", x.Kind, k.cpu.State().PC)
		}
		k.reported("Return address not found")
	})
}

// Calls that a vCPU had under way when it went are over.
func TestKretprobeDetach(t *testing.T) {
	k := newKernel(t, jit.Config{Interp: true}, Config{}, rules61)
	rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_load"}, MaxActive: 1}
	if err := k.m.RegisterKretprobe(rp); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		k.start("kf_load", 0, userHole)
		if x := k.run(); x.Kind != jit.ExitFault {
			t.Fatal(x.Kind)
		}
		k.close(k.cpu)
		k.cpu = k.newCPU()
	}
	if rp.MissedReturns() != 0 {
		t.Errorf("%d missed", rp.MissedReturns())
	}
}

func TestKretprobeErrors(t *testing.T) {
	for i, c := range []struct {
		rules string
		rp    *Kretprobe
		errno syscall.Errno
	}{
		{"linux-4.11", &Kretprobe{Kprobe: Kprobe{Symbol: "kf_multi", Offset: 4}}, 0},
		{"linux-4.12", &Kretprobe{Kprobe: Kprobe{Symbol: "kf_multi", Offset: 4}}, syscall.EINVAL},
		{rules61, &Kretprobe{Kprobe: Kprobe{Symbol: "kf_multi", Offset: 4}}, syscall.EINVAL},
		{rules61, &Kretprobe{}, syscall.EINVAL},
		{rules61, &Kretprobe{Kprobe: Kprobe{Symbol: "nowhere"}}, syscall.ENOENT},
		{rules61, &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, DataSize: 4096}, 0},
		{rules61, &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, DataSize: 4097, MaxActive: 1}, syscall.E2BIG},
		{"linux-5.4", &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, DataSize: 4097, MaxActive: 1}, 0},
		{rules61, &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, DataSize: -1}, syscall.EINVAL},
		{rules61, &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, MaxActive: 1 << 30}, syscall.ENOMEM},
	} {
		t.Run(fmt.Sprintf("%s-%d", c.rules, i), func(t *testing.T) {
			k := newKernel(t, jit.Config{Interp: true}, Config{}, c.rules)
			err := k.m.RegisterKretprobe(c.rp)
			if c.errno != 0 {
				wantErrno(t, err, c.errno)
				return
			}
			if err != nil {
				t.Error(err)
			}
			wantErrno(t, k.m.RegisterKretprobe(c.rp), syscall.EINVAL)
		})
	}
	k := newKernel(t, jit.Config{Interp: true}, Config{}, rules61)
	good, bad := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}}, &Kretprobe{Kprobe: Kprobe{Symbol: "kf_multi", Offset: 4}}
	wantErrno(t, k.m.RegisterKretprobes([]*Kretprobe{good, bad}), syscall.EINVAL)
	wantErrno(t, k.m.RegisterKretprobes(nil), syscall.EINVAL)
	if n := len(k.m.Probes()); n != 0 {
		t.Errorf("%d probes are left", n)
	}
	wantErrno(t, k.m.UnregisterKretprobe(good), syscall.EINVAL)
}
