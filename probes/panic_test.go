package probes

import (
	"strings"
	"testing"

	"axol/jit"
)

// panics has a probe of each kind that calls guest or Go code of its owner, whose handler panics.
var panics = []struct {
	name     string
	rules    string
	register func(k *kernel) (*Kprobe, error)
}{
	{"pre", rules61, func(k *kernel) (*Kprobe, error) {
		p := &Kprobe{Symbol: "kf_empty", Pre: func(h *Hit) int { h.SetPC(1); panic("oh no") }}
		return p, k.m.Register(p)
	}},
	{"pre after a call", rules61, func(k *kernel) (*Kprobe, error) {
		p := &Kprobe{Symbol: "kf_empty", Pre: func(h *Hit) int {
			if r, err := h.Call(k.addr["kf_b2"], 5); r != 7 || err != nil {
				k.t.Errorf("%d, %v", r, err)
			}
			panic("oh no")
		}}
		return p, k.m.Register(p)
	}},
	{"post", rules61, func(k *kernel) (*Kprobe, error) {
		p := &Kprobe{Symbol: "kf_empty", Post: func(*Hit) { panic("oh no") }}
		return p, k.m.Register(p)
	}},
	{"fault", "linux-5.10", func(k *kernel) (*Kprobe, error) {
		p := &Kprobe{Symbol: "kf_empty", Fault: func(*Hit, int) int { panic("oh no") }}
		p.Pre = func(h *Hit) int { _, _ = h.Call(k.addr["kf_load"], 0, userHole); return 0 }
		return p, k.m.Register(p)
	}},
	{"entry", rules61, func(k *kernel) (*Kprobe, error) {
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, MaxActive: 1, Entry: func(*Hit, *Instance) int { panic("oh no") }}
		rp.Handler = func(*Hit, *Instance) int { k.t.Error("a call without an entry returns"); return 0 }
		return &rp.Kprobe, k.m.RegisterKretprobe(rp)
	}},
	{"return", "linux-5.10", func(k *kernel) (*Kprobe, error) {
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, MaxActive: 1, Handler: func(*Hit, *Instance) int { panic("oh no") }}
		return &rp.Kprobe, k.m.RegisterKretprobe(rp)
	}},
	{"return by BRK", "debian-6.12", func(k *kernel) (*Kprobe, error) {
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, MaxActive: 1, Handler: func(*Hit, *Instance) int { panic("oh no") }}
		return &rp.Kprobe, k.m.RegisterKretprobe(rp)
	}},
	{"jprobe", "linux-4.8", func(k *kernel) (*Kprobe, error) {
		jp := &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(*Hit) { panic("oh no") }}
		return &jp.Kprobe, k.m.RegisterJprobe(jp)
	}},
	{"uprobe", rules61, func(k *kernel) (*Kprobe, error) {
		up := &Uprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(h *Hit) int { h.SetPC(1); panic("oh no") }}
		return &up.Kprobe, k.m.RegisterUprobe(up)
	}},
	{"uretprobe", rules61, func(k *kernel) (*Kprobe, error) {
		up := &Uprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Return: func(*Hit, *UserCall) int { panic("oh no") }}
		return &up.Kprobe, k.m.RegisterUprobe(up)
	}},
}

// A handler that panics is reported with its probe's place, the probe is disabled, and nothing else is lost.
func TestPanics(t *testing.T) {
	for _, c := range panics {
		t.Run(c.name, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				k := newKernel(t, cfg, Config{}, c.rules)
				older, newer := counter("kf_empty"), counter("kf_empty")
				if !strings.HasPrefix(c.name, "u") {
					k.register(&older.Kprobe)
				}
				p, err := c.register(k)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.HasPrefix(c.name, "u") {
					k.register(&newer.Kprobe)
				}
				for range 3 {
					if r := k.call("kf_empty", callAt+0x40, pstateBL, 1); r != 2 {
						t.Errorf("x0 = %d", r)
					}
				}
				if n := k.m.Hits(p); n != 1 || k.m.Enabled(p) {
					t.Errorf("%d hits, enabled: %t", n, k.m.Enabled(p))
				}
				if len(k.reports) != 1 || !strings.HasPrefix(k.reports[0], "probe at kf_empty+0x0 (0x11240): its handler panicked, it is disabled: oh no\n") || !strings.Contains(k.reports[0], "panic_test.go") {
					t.Errorf("%q", k.reports)
				}
				if !strings.HasPrefix(c.name, "u") {
					missed := uint64(0)
					if c.name == "fault" {
						missed = 1 // of all probes, as faults are
					}
					older.want(t, 3, 3, missed)
					newer.want(t, 3, 3, missed)
				}
			})
		})
	}
}

// As configured, it is the end of the guest instead.
func TestPanicStops(t *testing.T) {
	for _, c := range panics {
		t.Run(c.name, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				k := newKernel(t, cfg, Config{PanicStops: true}, c.rules)
				if _, err := c.register(k); err != nil {
					t.Fatal(err)
				}
				k.start("kf_empty", 1)
				if x := k.run(); x.Kind != jit.ExitDead {
					t.Errorf("ended with %s", x.Kind)
				}
				if len(k.reports) != 1 || !strings.Contains(k.reports[0], "probe at kf_empty+0x0 (0x11240): its handler panicked, the guest is given up: oh no") {
					t.Errorf("%q", k.reports)
				}
			})
		})
	}
}
