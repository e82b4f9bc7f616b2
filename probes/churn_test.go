package probes

import (
	"sync/atomic"
	"testing"

	"axol/jit"
	"axol/runtime/elf"
)

// calling calls a function that adds 1 to X0, stores that at [X28], and so on for ever.
var calling = []uint32{
	0x94000003, // 00 bl f
	0xf9000380, // 04 str x0, [x28]
	0x17fffffe, // 08 b .-8
	0x91000400, // 0c f: add x0, x0, #1
	ret,        // 10
}

// Probes of all kinds come and go while four vCPUs run through them. Each is hit while it is there and no more when it has
// gone; and the guest, whose calls are all undone and done again, does not lose one.
func TestChurn(t *testing.T) {
	const f = codeAt + 0xc
	var handled atomic.Uint64
	pre := func(*Hit) int { handled.Add(1); return 0 }
	kinds := []struct {
		name  string
		rules string
		make  func() (p *Kprobe, on, off func(m *Manager) error)
	}{
		{"kprobe", rules61, func() (*Kprobe, func(*Manager) error, func(*Manager) error) {
			p := &Kprobe{Addr: f, Pre: pre, Post: func(*Hit) { handled.Add(1) }}
			return p, func(m *Manager) error { return m.Register(p) }, func(m *Manager) error { return m.Unregister(p) }
		}},
		{"kprobe-4.8", "linux-4.8", func() (*Kprobe, func(*Manager) error, func(*Manager) error) {
			p := &Kprobe{Addr: f, Pre: pre}
			return p, func(m *Manager) error { return m.Register(p) }, func(m *Manager) error { return m.Unregister(p) }
		}},
		{"kretprobe", rules61, func() (*Kprobe, func(*Manager) error, func(*Manager) error) {
			rp := &Kretprobe{Kprobe: Kprobe{Addr: f}, Handler: func(*Hit, *Instance) int { handled.Add(1); return 0 }}
			return &rp.Kprobe, func(m *Manager) error { return m.RegisterKretprobe(rp) }, func(m *Manager) error { return m.UnregisterKretprobe(rp) }
		}},
		{"kretprobe-brk", "debian-6.12", func() (*Kprobe, func(*Manager) error, func(*Manager) error) {
			rp := &Kretprobe{Kprobe: Kprobe{Addr: f}, Handler: func(*Hit, *Instance) int { handled.Add(1); return 0 }}
			return &rp.Kprobe, func(m *Manager) error { return m.RegisterKretprobe(rp) }, func(m *Manager) error { return m.UnregisterKretprobe(rp) }
		}},
		{"jprobe", "linux-4.8", func() (*Kprobe, func(*Manager) error, func(*Manager) error) {
			jp := &Jprobe{Kprobe: Kprobe{Addr: f}, Handler: func(*Hit) { handled.Add(1) }}
			return &jp.Kprobe, func(m *Manager) error { return m.RegisterJprobe(jp) }, func(m *Manager) error { return m.UnregisterJprobe(jp) }
		}},
		{"uprobe", rules61, func() (*Kprobe, func(*Manager) error, func(*Manager) error) {
			up := &Uprobe{Kprobe: Kprobe{Addr: f}, Handler: pre, Return: func(*Hit, *UserCall) int { handled.Add(1); return 0 }}
			return &up.Kprobe, func(m *Manager) error { return m.RegisterUprobe(up) }, func(m *Manager) error { return m.UnregisterUprobe(up) }
		}},
	}
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				const cpus = 4
				m := startCode(t, cfg, k.rules, calling, cpus)
				defer m.halt()
				// So that f is a function.
				m.m.cfg.Symbols = functionAt(f)
				p, on, off := k.make()
				for range 5 {
					if err := on(m.m); err != nil {
						t.Fatal(err)
					}
					first := sumOf(m.counts())
					last := m.progress(first)
					if err := off(m.m); err != nil {
						t.Fatal(err)
					}
					// A vCPU's count lags behind its calls by one, and a jprobe that goes while its
					// handler runs has every hit of the others.
					hits, calls := m.m.Hits(p), handled.Load()
					if hits+p.Missed()+2*cpus < last-first {
						t.Errorf("%d hits in %d passes", hits, last-first)
					}
					m.progress(sumOf(m.counts()))
					if m.m.Hits(p) != hits || handled.Load() > calls+cpus {
						t.Errorf("%d hits and %d calls of handlers after the probe was gone", m.m.Hits(p)-hits, handled.Load()-calls)
					}
				}
				m.halt()
				for i, c := range m.cpus {
					st := c.State()
					if st.PC >= codeAt+0x1000 {
						continue // in a stub, which has X0 for itself
					}
					if st.X[0] < m.counts()[i] || st.X[0] > m.counts()[i]+1 {
						t.Errorf("vCPU %d has lost count: %d, stored %d", i, st.X[0], m.counts()[i])
					}
				}
			})
		})
	}
}

// functionAt is symbols with one function.
func functionAt(addr uint64) func() *elf.Symbols {
	s := elf.NewSymbols([]elf.Symbol{{Name: "main", Addr: codeAt, Size: addr - codeAt}, {Name: "f", Addr: addr, Size: 8}})
	return func() *elf.Symbols { return s }
}
