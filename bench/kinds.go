package bench

import (
	"fmt"

	"axol/probes"
)

// probe is any kind of probe: how to put it on and take it off, and what it has counted.
type probe struct {
	register, unregister func() error
	hits, missed         func() uint64
}

// maker makes the probe of a row for a function at an address, which has no other.
type maker func(m *probes.Manager, at uint64) *probe

func noPre(*probes.Hit) int { return 0 }
func noPost(*probes.Hit)    {}

// kprobe makes kprobes with these handlers; without any they count.
func kprobe(pre func(*probes.Hit) int, post func(*probes.Hit)) maker {
	return func(m *probes.Manager, at uint64) *probe {
		return ofKprobe(m, &probes.Kprobe{Addr: at, Pre: pre, Post: post})
	}
}

func ofKprobe(m *probes.Manager, p *probes.Kprobe) *probe {
	return &probe{
		register:   func() error { return m.Register(p) },
		unregister: func() error { return m.Unregister(p) },
		hits:       func() uint64 { return m.Hits(p) },
		missed:     p.Missed,
	}
}

// helper is where guest "nested" has the function that the handler of calling calls.
const helper = 8

// calling makes a kprobe whose handler calls a guest function.
func calling(m *probes.Manager, at uint64) *probe {
	return ofKprobe(m, &probes.Kprobe{Addr: at, Pre: func(h *probes.Hit) int {
		if _, err := h.Call(at + helper); err != nil {
			panic(err)
		}
		return 0
	}})
}

// inner makes a kprobe on that function: all its hits are nested, and missed.
func inner(m *probes.Manager, at uint64) *probe {
	return ofKprobe(m, &probes.Kprobe{Addr: at + helper, Pre: noPre})
}

// kretprobe makes return probes for so many calls at once.
func kretprobe(active int) maker {
	return func(m *probes.Manager, at uint64) *probe {
		rp := &probes.Kretprobe{Kprobe: probes.Kprobe{Addr: at}, MaxActive: active,
			Handler: func(*probes.Hit, *probes.Instance) int { return 0 }}
		return &probe{
			register:   func() error { return m.RegisterKretprobe(rp) },
			unregister: func() error { return m.UnregisterKretprobe(rp) },
			hits:       func() uint64 { return m.Hits(&rp.Kprobe) },
			missed:     func() uint64 { return rp.Missed() + rp.MissedReturns() },
		}
	}
}

func jprobe(m *probes.Manager, at uint64) *probe {
	jp := &probes.Jprobe{Kprobe: probes.Kprobe{Addr: at}, Handler: noPost}
	return &probe{
		register:   func() error { return m.RegisterJprobe(jp) },
		unregister: func() error { return m.UnregisterJprobe(jp) },
		hits:       func() uint64 { return m.Hits(&jp.Kprobe) },
		missed:     jp.Missed,
	}
}

func uprobe(m *probes.Manager, at uint64) *probe {
	return ofUprobe(m, &probes.Uprobe{Kprobe: probes.Kprobe{Addr: at}, Handler: noPre})
}

func uretprobe(m *probes.Manager, at uint64) *probe {
	return ofUprobe(m, &probes.Uprobe{Kprobe: probes.Kprobe{Addr: at}, Return: func(*probes.Hit, *probes.UserCall) int { return 0 }})
}

func ofUprobe(m *probes.Manager, up *probes.Uprobe) *probe {
	return &probe{
		register:   func() error { return m.RegisterUprobe(up) },
		unregister: func() error { return m.UnregisterUprobe(up) },
		hits:       func() uint64 { return m.Hits(&up.Kprobe) },
		missed:     up.Missed,
	}
}

// event makes events with these arguments. A filter may stand in front of the record, or a trigger in its place.
func event(args, filter, trigger string) maker {
	return func(m *probes.Manager, at uint64) *probe {
		name := fmt.Sprintf("at_%x", at)
		var e *probes.Event
		return &probe{
			register: func() error {
				d, err := probes.Parse(fmt.Sprintf("p:bench/%s %#x %s", name, at, args))
				if err != nil {
					return err
				}
				if e, err = m.AddEvent(d); err != nil {
					return err
				}
				return output(e, filter, trigger)
			},
			unregister: func() error { return m.RemoveEvent("bench", name) },
			hits:       func() uint64 { return e.Hits() },
			missed:     func() uint64 { return e.Missed() },
		}
	}
}

// output gives an event what it does at a hit.
func output(e *probes.Event, filter, trigger string) error {
	if filter != "" {
		return e.SetFilter(filter)
	}
	if trigger == "" {
		return nil
	}
	if err := e.SetRecords(false); err != nil {
		return err
	}
	_, err := e.AddHist(trigger)
	return err
}

// several makes all of these, the first is registered first.
func several(makers ...maker) maker {
	return func(m *probes.Manager, at uint64) *probe {
		var all []*probe
		for _, mk := range makers {
			all = append(all, mk(m, at))
		}
		sum := func(count func(*probe) uint64) (n uint64) {
			for _, p := range all {
				n += count(p)
			}
			return n
		}
		return &probe{
			register: func() error {
				for _, p := range all {
					if err := p.register(); err != nil {
						return err
					}
				}
				return nil
			},
			unregister: func() error {
				for _, p := range all {
					if err := p.unregister(); err != nil {
						return err
					}
				}
				return nil
			},
			hits:   func() uint64 { return sum(func(p *probe) uint64 { return p.hits() }) },
			missed: func() uint64 { return sum(func(p *probe) uint64 { return p.missed() }) },
		}
	}
}
