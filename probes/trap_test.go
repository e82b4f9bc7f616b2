package probes

import (
	"testing"

	"axol/jit"
)

// Nothing is allocated at a hit by the trap path either, on its whole way; and a probe can have it for itself.
func TestTrapsDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, rules := range []string{"linux-5.4", rules61} {
		k := newKernel(t, jit.Config{}, Config{}, rules)
		exceptions := 0
		k.trapped = func(*jit.CPU, jit.Exit) { exceptions++ }
		p := &Kprobe{Symbol: "kf_empty", Trap: true, Pre: func(*Hit) int { return 0 }, Post: func(*Hit) {}}
		q := &Kprobe{Symbol: "kf_adr", Trap: true, Pre: func(*Hit) int { return 0 }}
		inline := &Kprobe{Symbol: "kf_b2", Pre: func(*Hit) int { return 0 }}
		k.register(p, q, inline)
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_b3", Trap: true}, Handler: func(*Hit, *Instance) int { return 0 }}
		if err := k.m.RegisterKretprobe(rp); err != nil {
			t.Fatal(err)
		}
		calls := []string{"kf_empty", "kf_adr", "kf_b2", "kf_b3"}
		allocs := testing.AllocsPerRun(100, func() {
			for _, fn := range calls {
				k.call(fn, callAt+0x40, pstateBL, 1)
			}
		})
		if allocs != 0 {
			t.Errorf("%s: %v allocations", rules, allocs)
		}
		// Breakpoint and end of the slot, breakpoint, nothing, breakpoint and end of the slot; and four that end the calls.
		if want := 101 * (2 + 1 + 0 + 2 + 4); exceptions != want {
			t.Errorf("%s: %d exceptions, want %d", rules, exceptions, want)
		}
	}
}

// A probe that is all on its own in the way it is hit lies beside others: the aggregate takes the way that one of them needs.
func TestTrapInAggregate(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		k := newKernel(t, cfg, Config{}, rules61)
		a, b := counter("kf_empty"), counter("kf_empty")
		b.Trap = true
		k.register(&a.Kprobe, &b.Kprobe)
		k.call("kf_empty", callAt+0x40, pstateBL, 1)
		if err := k.m.Unregister(&b.Kprobe); err != nil {
			t.Error(err)
		}
		k.call("kf_empty", callAt+0x40, pstateBL, 1)
		a.want(t, 2, 2, 0)
		b.want(t, 1, 1, 0)
	})
}

// What the kernel's slot makes of a SIMD literal load: it reads relative to the slot, by both fidelities.
func TestSlotHazard(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		k := newKernel(t, cfg, Config{}, rules61)
		p := &Kprobe{Symbol: "kf_lit128"}
		k.register(p)
		k.start("kf_lit128")
		st := k.cpu.State()
		if way.placement == PlaceShadow { // there is no memory at slots
			if x := k.run(); x.Kind != jit.ExitFault || x.Addr != p.site.slot+8 || st.PC != p.site.slot {
				t.Errorf("%s of %#x at %#x", x.Kind, x.Addr, st.PC)
			}
			return
		}
		next, _ := k.m.cfg.Memory(p.site.slot+8, 8)
		if k.runToBreak(callAt + 0x40); st.V[0][0] != next || next == 0x2222222211111111 {
			t.Errorf("q0 is %x, the slots have %x", st.V[0][0], next)
		}
	})
}
