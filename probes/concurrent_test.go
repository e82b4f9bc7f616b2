package probes

import (
	goruntime "runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"axol/jit"
)

// counting adds 1 to X0 and stores it at [X28], for ever.
var counting = []uint32{
	0x91000400, // 00 add x0, x0, #1
	0xf9000380, // 04 str x0, [x28]
	0x17fffffe, // 08 b .-8
}

// machine is vCPUs that run counting, each with its own word of memory.
type machine struct {
	*guest
	cpus []*jit.CPU
	stop atomic.Bool
	done sync.WaitGroup
	old  int // GOMAXPROCS
}

func startMachine(t *testing.T, cfg jit.Config, n int, probes ...*Kprobe) *machine {
	return startCode(t, cfg, rules61, counting, n, probes...)
}

func startCode(t *testing.T, cfg jit.Config, rules string, code []uint32, n int, probes ...*Kprobe) *machine {
	m := &machine{guest: newGuest(t, cfg, rules, code...)}
	m.register(probes...)
	m.start(n)
	return m
}

// start runs n vCPUs, and returns when all have been round.
func (m *machine) start(n int) {
	for i := range n {
		c := m.cpu
		if i > 0 {
			c = m.newCPU()
		}
		c.State().X[28] = dataAt + 64*uint64(i)
		c.State().SP = stackAt - 0x1000*uint64(i)
		m.cpus = append(m.cpus, c)
	}
	m.old = goruntime.GOMAXPROCS(n + 2) // generated code does not give way to goroutines
	for _, c := range m.cpus {
		m.done.Add(1)
		go func() {
			defer m.done.Done()
			goruntime.LockOSThread()
			defer goruntime.UnlockOSThread()
			for !m.stop.Load() {
				if x := c.Run(); x.Kind != jit.ExitKicked {
					m.t.Errorf("guest stopped with %s", x.Kind)
					return
				}
			}
		}()
	}
	for !m.stop.Load() && slices.Min(m.counts()) == 0 {
		time.Sleep(time.Millisecond)
	}
}

// counts is how often each vCPU has been round.
func (m *machine) counts() []uint64 {
	var all []uint64
	for i := range m.cpus {
		v, ok := m.m.cfg.Memory(dataAt+64*uint64(i), 8)
		if !ok {
			m.t.Fatal("cannot read guest memory")
		}
		all = append(all, v)
	}
	return all
}

func sumOf(all []uint64) (sum uint64) {
	for _, v := range all {
		sum += v
	}
	return sum
}

// progress waits until the vCPUs have been round a hundred times since, together.
func (m *machine) progress(since uint64) uint64 {
	m.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		now := sumOf(m.counts())
		if now >= since+100 {
			return now
		}
		if time.Now().After(deadline) {
			m.t.Fatal("the guest stands still")
		}
	}
}

func (m *machine) halt() {
	if m.stop.Swap(true) {
		return
	}
	end := make(chan bool)
	go func() { m.done.Wait(); close(end) }()
	for {
		for _, c := range m.cpus {
			c.Kick()
		}
		select {
		case <-end:
			goruntime.GOMAXPROCS(m.old)
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// While several vCPUs run: once a probe is registered or enabled no round goes by without a
// hit, and once it is disabled or unregistered there is none.
func TestGuarantees(t *testing.T) {
	var handled atomic.Uint64
	for _, c := range []struct {
		name string
		make func() *Kprobe
	}{
		{"count", func() *Kprobe { return &Kprobe{Addr: codeAt} }},
		{"pre", func() *Kprobe { return &Kprobe{Addr: codeAt, Pre: func(*Hit) int { handled.Add(1); return 0 }} }},
		{"post", func() *Kprobe { return &Kprobe{Addr: codeAt, Post: func(*Hit) { handled.Add(1) }} }},
		{"simulated", func() *Kprobe { return &Kprobe{Addr: codeAt + 8, Post: func(*Hit) { handled.Add(1) }} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				const cpus = 2
				m := startMachine(t, cfg, cpus)
				defer m.halt()
				p := c.make()
				for round := range 6 {
					on, off := m.m.Register, m.m.Unregister
					if round%2 == 1 {
						p.Disabled = true
						m.register(p)
						on, off = m.m.Enable, m.m.Disable
					}
					before := sumOf(m.counts())
					if err := on(p); err != nil {
						t.Fatal(err)
					}
					first := sumOf(m.counts())
					last := m.progress(first)
					if err := off(p); err != nil {
						t.Fatal(err)
					}
					after := sumOf(m.counts())
					hits, calls := m.m.Hits(p), handled.Load()
					if hits+cpus < last-first || hits > after-before+2*cpus {
						t.Errorf("round %d: %d hits in %d to %d passes", round, hits, last-first, after-before)
					}
					m.progress(after)
					if m.m.Hits(p) != hits || handled.Load() != calls {
						t.Errorf("round %d: hits after the probe was off", round)
					}
					if round%2 == 1 {
						if err := m.m.Unregister(p); err != nil {
							t.Fatal(err)
						}
						p.Disabled = false
					}
				}
			})
		})
	}
}

// Handlers change probes, their own and each other's, on several vCPUs at once, while another
// thread does the same. Nothing stands still, and the counts are right.
func TestChangesByHandlers(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		m := startMachine(t, cfg, 3)
		defer m.halt()
		var other [3]Kprobe
		var calls atomic.Uint64
		var probes [3]*Kprobe
		for i := range probes {
			other[i] = Kprobe{Addr: codeAt + 4, Pre: func(*Hit) int { return 0 }, Post: func(*Hit) {}}
			probes[i] = &Kprobe{Addr: codeAt, Pre: func(h *Hit) int {
				// All vCPUs do this; who comes second is told that it is done.
				_ = m.m.Register(&other[i])
				_ = m.m.Disable(probes[(i+1)%3])
				_ = m.m.Enable(probes[(i+1)%3])
				_ = m.m.Unregister(&other[i])
				calls.Add(1)
				return 0
			}}
		}
		m.register(probes[:]...)
		deadline := time.Now().Add(20 * time.Second)
		for calls.Load() < 300 && time.Now().Before(deadline) {
			extra := &Kprobe{Addr: codeAt + 8}
			m.register(extra)
			if err := m.m.Unregister(extra); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range probes {
			if err := m.m.Unregister(p); err != nil {
				t.Error(err)
			}
		}
		if calls.Load() < 300 {
			t.Fatalf("stuck after %d calls", calls.Load())
		}
		m.progress(sumOf(m.counts()))
		m.halt() // Unregister does not wait for handlers that wait to change probes
		if hits := m.m.Hits(probes[0]) + m.m.Hits(probes[1]) + m.m.Hits(probes[2]); hits != calls.Load() {
			t.Errorf("%d hits, %d calls", hits, calls.Load())
		}
	})
}

// A handler that takes its own probe away has been called for the last time.
func TestOneShot(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61, countdown...)
		calls, posts := 0, 0
		p := &Kprobe{Addr: codeAt + 8, Post: func(*Hit) { posts++ }}
		p.Pre = func(h *Hit) int {
			if calls++; calls == 3 {
				if err := g.m.Unregister(p); err != nil {
					t.Error(err)
				}
			}
			return 0
		}
		stays := &Kprobe{Addr: codeAt + 12}
		g.register(p, stays)
		g.runToBreak(codeAt + 0x14)
		if calls != 3 || posts != 2 || g.m.Hits(p) != 3 || g.m.Hits(stays) != 1000 || g.cpu.State().X[0] != 1000 {
			t.Errorf("%d calls, %d posts, hits %d and %d, x0=%d", calls, posts, g.m.Hits(p), g.m.Hits(stays), g.cpu.State().X[0])
		}
	})
}

// The unit in which a pre handler runs disappears under it, and now and then the whole code
// cache; the post handler runs all the same, and what stands in front of the next
// instruction does, too, once.
func TestUnitGoesInHandler(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		cfg.CacheSize = 640 << 10
		g := newGuest(t, cfg, rules61, countdown...)
		pre, post := 0, 0
		drop := func() { g.eng.Invalidate(codeAt, codeAt+0x18) }
		p := &Kprobe{Addr: codeAt + 8,
			Pre:  func(*Hit) int { pre++; drop(); return 0 },
			Post: func(*Hit) { post++; drop() }}
		next := &Kprobe{Addr: codeAt + 12}
		hooked := &Kprobe{Addr: codeAt + 16, Pre: func(*Hit) int { drop(); return 0 }}
		g.register(p, next, hooked)
		g.runToBreak(codeAt + 0x14)
		if pre != 1000 || post != 1000 || g.m.Hits(next) != 1000 || g.m.Hits(hooked) != 1000 || g.cpu.State().X[0] != 1000 {
			t.Errorf("%d pre, %d post, hits %d and %d, x0=%d", pre, post, g.m.Hits(next), g.m.Hits(hooked), g.cpu.State().X[0])
		}
		sameInsns(t, g.cpu.Insns(), expectedInsns(t, cfg))
		if !cfg.Interp && way.fidelity == Inline && g.eng.Stats().Flushes == 0 {
			t.Error("the code cache was never full")
		}
	})
}

// A kick at a hit stops the guest between instructions, and nothing is hit twice for it.
func TestKickAtHit(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61, countdown...)
		posts := 0
		p := &Kprobe{Addr: codeAt + 8,
			Pre:  func(h *Hit) int { h.CPU().Kick(); return 0 },
			Post: func(h *Hit) { posts++; h.CPU().Kick() }}
		next := &Kprobe{Addr: codeAt + 12}
		branch := &Kprobe{Addr: codeAt + 16, Pre: func(h *Hit) int { h.CPU().Kick(); return 0 }}
		g.register(p, next, branch)
		kicks := 0
		for g.run().Kind == jit.ExitKicked {
			kicks++
		}
		if st := g.cpu.State(); st.PC != codeAt+0x14 || st.X[0] != 1000 || kicks < 1000 {
			t.Errorf("at %#x with x0=%d after %d kicks", st.PC, st.X[0], kicks)
		}
		if g.m.Hits(p) != 1000 || posts != 1000 || g.m.Hits(next) != 1000 || g.m.Hits(branch) != 1000 {
			t.Errorf("hits %d %d %d, %d posts", g.m.Hits(p), g.m.Hits(next), g.m.Hits(branch), posts)
		}
		sameInsns(t, g.cpu.Insns(), expectedInsns(t, cfg))
	})
}

// While vCPUs are kicked without end, every hit has its post handler, and no instruction is hit
// twice: not on the way into generated code, nor where the interpreter does one instruction.
func TestKicks(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		const cpus = 2
		var posts atomic.Uint64
		add := &Kprobe{Addr: codeAt}
		str := &Kprobe{Addr: codeAt + 4,
			Pre: func(h *Hit) int {
				h.SetX(28, h.X(28)|0x12<<56) // an access that generated code cannot check
				return 0
			},
			Post: func(*Hit) { posts.Add(1) }}
		b := &Kprobe{Addr: codeAt + 8, Pre: func(*Hit) int { return 0 }}
		m := startMachine(t, cfg, cpus, add, str, b)
		defer m.halt()
		for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
			for _, c := range m.cpus {
				c.Kick()
			}
		}
		m.progress(sumOf(m.counts()))
		m.halt()
		hits := [...]uint64{m.m.Hits(add), m.m.Hits(str), m.m.Hits(b)}
		if hits[1] != posts.Load() {
			t.Errorf("%d hits of str, but %d posts", hits[1], posts.Load())
		}
		for _, h := range hits {
			if h+cpus < hits[0] || h > hits[0] {
				t.Errorf("hits of add, str, b: %d", hits)
			}
		}
	})
}

// fakeCode records what is dropped.
type fakeCode struct{ ranges [][2]uint64 }

func (f *fakeCode) Invalidate(lo, hi uint64) int {
	if lo < kernelSlots {
		f.ranges = append(f.ranges, [2]uint64{lo, hi})
	}
	return 1
}

// Translations are dropped when they must be, and of the probed instruction only.
func TestWhatIsDropped(t *testing.T) {
	g := newGuest(t, jit.Config{Interp: true}, rules61, countdown...)
	f := &fakeCode{}
	g.m.Bind(f)
	pre := func(*Hit) int { return 0 }
	count, a, b := &Kprobe{Addr: codeAt}, &Kprobe{Addr: codeAt, Pre: pre}, &Kprobe{Addr: codeAt, Pre: pre}
	post := &Kprobe{Addr: codeAt, Post: func(*Hit) {}}
	off := &Kprobe{Addr: codeAt, Disabled: true}
	for i, c := range []struct {
		change func(*Kprobe) error
		p      *Kprobe
		drops  int
	}{
		{g.m.Register, off, 0},
		{g.m.Register, count, 1},
		{g.m.Register, a, 1}, // a count becomes a hook
		{g.m.Register, b, 0}, // the hook finds it
		{g.m.Disable, b, 0},
		{g.m.Disable, b, 0},
		{g.m.Register, post, 1},
		{g.m.Disable, post, 1},
		{g.m.Enable, off, 0},
		{g.m.Unregister, a, 1}, // counts again
		{g.m.Unregister, off, 1},
		{g.m.Disable, count, 1},
		{g.m.Unregister, count, 0},
		{g.m.Enable, b, 1},
		{g.m.Unregister, b, 1},
		{g.m.Unregister, post, 0},
	} {
		f.ranges = nil
		if err := c.change(c.p); err != nil {
			t.Fatal(err)
		}
		if len(f.ranges) != c.drops || c.drops == 1 && f.ranges[0] != [2]uint64{codeAt, codeAt + 4} {
			t.Errorf("step %d dropped %x, want %d", i, f.ranges, c.drops)
		}
	}
	if len(g.m.sites.all()) != 0 {
		t.Error("sites are left")
	}
}

// What the engine drops for a probe is the units with its instruction.
func TestExactInvalidation(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61, countdown...)
		g.write(codeAt+0x40, 0x91000400, brk)
		g.runToBreak(codeAt + 0x14)
		g.cpu.State().PC = codeAt + 0x40
		g.runToBreak(codeAt + 0x44)
		old := g.eng.Stats().Invalidated
		g.register(&Kprobe{Addr: codeAt + 0x40})
		if n := g.eng.Stats().Invalidated - old; n != 1 {
			t.Errorf("%d units dropped, want 1", n)
		}
	})
}

// Counters are handed on, and counts outlive vCPUs.
func TestCounters(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61, countdown...)
		p, q := &Kprobe{Addr: codeAt + 8}, &Kprobe{Addr: codeAt + 12}
		g.register(p)
		g.runToBreak(codeAt + 0x14)
		g.close(g.cpu)
		g.cpu = g.newCPU()
		g.runToBreak(codeAt + 0x14)
		if n := g.m.Hits(p); n != 2000 {
			t.Errorf("%d hits on two vCPUs", n)
		}
		counter := p.counter
		if err := g.m.Unregister(p); err != nil {
			t.Fatal(err)
		}
		g.register(q)
		if q.counter != counter {
			t.Error("the counter was not used again")
		}
		if g.m.Hits(q) != 0 || g.m.Hits(p) != 2000 {
			t.Errorf("hits %d and %d", g.m.Hits(q), g.m.Hits(p))
		}
		g.restart()
		g.runToBreak(codeAt + 0x14)
		if g.m.Hits(q) != 1000 || g.m.Hits(p) != 2000 {
			t.Errorf("hits %d and %d", g.m.Hits(q), g.m.Hits(p))
		}
		if err := g.m.Unregister(q); err != nil {
			t.Fatal(err)
		}
		g.register(q)
		if g.m.Hits(q) != 0 {
			t.Errorf("registered again, it has %d hits", g.m.Hits(q))
		}
	})
}
