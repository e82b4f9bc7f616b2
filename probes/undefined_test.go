package probes

import (
	"testing"

	"axol/jit"
)

// An undefined instruction with a probe is undefined in its slot, which is where the kernel sees it, whatever the
// fidelity: with PC and PSTATE as the slot has them, and a hit that is not over.
func TestUndefinedInSlot(t *testing.T) {
	const udf = 0x00000000
	for _, rules := range allRules {
		for _, post := range []bool{false, true} {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				k := newKernel(t, cfg, Config{}, rules)
				k.write(k.addr["kf_empty"], udf)
				p := &Kprobe{Symbol: "kf_empty"}
				if post {
					p.Post = func(*Hit) { t.Error("the post handler is called") }
				}
				k.register(p)
				k.start("kf_empty")
				x := k.run()
				st, ctl := k.cpu.State(), k.cpu.Local.(*control)
				if x.Kind != jit.ExitUndefined || x.Arg != udf || st.PC != p.site.slot {
					t.Errorf("%s: %s of %#x at %#x, want it in the slot at %#x", rules, x.Kind, x.Arg, st.PC, p.site.slot)
				}
				mech := &k.m.cfg.Rules.mech
				if want := pstateBL&^mech.daif.clear | mech.daif.set; k.m.PState(k.cpu)&daifAll != want&daifAll {
					t.Errorf("%s: PSTATE is %#x, want DAIF of %#x", rules, k.m.PState(k.cpu), want)
				}
				if ctl.current != p.site || ctl.status != hitSlot {
					t.Errorf("%s: status is %s", rules, ctl.status)
				}
				k.m.Abandon(k.cpu)
				k.m.Abandon(k.cpu) // which changes nothing
				if ctl.slotDepth() != 0 {
					t.Errorf("%s: in %d slots", rules, ctl.slotDepth())
				}
				next := counter("kf_b2")
				k.register(&next.Kprobe)
				if x := k.call("kf_b2", callAt+0x40, pstateBL, 1); x != 3 || ctl.current != nil || ctl.status != hitDone && ctl.status != 0 && ctl.status != hitSlot {
					t.Errorf("%s: the next call returns %d, status %s", rules, x, ctl.status)
				}
				next.want(t, 1, 1, 0)
			})
		}
	}
}
