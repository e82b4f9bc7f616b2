package probes

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"axol/jit"
)

// Every kind of probe on every kind of instruction of a loop: all are hit as often as the
// instruction runs, see the right registers, and leave no trace in the guest.
func TestHits(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		plain := newGuest(t, cfg, rules61, countdown...)
		plain.runToBreak(codeAt + 0x14)

		g := newGuest(t, cfg, rules61, countdown...)
		var pcs []uint64
		pre := func(h *Hit) int {
			if want := h.Probe().Symbol == "main" && h.PC() == codeAt+h.Probe().Offset; !want {
				t.Errorf("pre handler at %#x", h.PC())
			}
			return 0
		}
		probes := []*Kprobe{
			{Symbol: "main", Offset: 0},
			{Symbol: "main", Offset: 4, Pre: pre},
			{Symbol: "main", Offset: 8, Pre: pre, Post: func(h *Hit) {
				if h.PC() != codeAt+12 || h.X(0)+h.X(1) != 1001 {
					t.Errorf("post of add at %#x with x0=%d x1=%d", h.PC(), h.X(0), h.X(1))
				}
			}},
			{Addr: codeAt + 12},
			{Symbol: "main", Offset: 16, Post: func(h *Hit) { pcs = append(pcs, h.PC()) }},
		}
		g.register(probes...)
		g.runToBreak(codeAt + 0x14)
		for i, want := range []uint64{1, 1, 1000, 1000, 1000} {
			if got := g.m.Hits(probes[i]); got != want {
				t.Errorf("probe %d: %d hits, want %d", i, got, want)
			}
		}
		if n := len(pcs); n != 1000 || pcs[n-1] != codeAt+20 || slices.Max(pcs[:n-1]) != codeAt+8 || slices.Min(pcs) != codeAt+8 {
			t.Errorf("post of b.ne saw %d targets", n)
		}
		if g.cpu.State().X != plain.cpu.State().X || g.cpu.State().NZCV != plain.cpu.State().NZCV {
			t.Errorf("the guest ended differently: %x and %x", g.cpu.State().X, plain.cpu.State().X)
		}
		sameInsns(t, g.cpu.Insns(), plain.cpu.Insns())
		for _, p := range probes {
			if p.Missed() != 0 {
				t.Errorf("%d misses", p.Missed())
			}
		}
	})
}

// What a pre handler does to the guest, by the instruction it does it at.
func TestPreChanges(t *testing.T) {
	code := []uint32{
		0x91000400, // 00 add x0, x0, #1
		0x10000042, // 04 adr x2, .+8
		0x14000002, // 08 b .+8
		brk,        // 0c
		0x91001000, // 10 add x0, x0, #4
		0x91002000, // 14 add x0, x0, #8
		brk,        // 18
	}
	for _, c := range []struct {
		name   string
		offset uint64
		pre    func(h *Hit) int
		end    uint64 // offset of the BRK
		x0, x2 uint64
	}{
		{"nothing", 0, func(h *Hit) int { return 0 }, 0x18, 13, codeAt + 12},
		{"a register", 0, func(h *Hit) int { h.SetX(0, 100); return 0 }, 0x18, 113, codeAt + 12},
		{"skips", 0, func(h *Hit) int { h.SetPC(codeAt + 4); return 1 }, 0x18, 12, codeAt + 12},
		{"skips far", 0, func(h *Hit) int { h.SetPC(codeAt + 0x14); return 1 }, 0x18, 8, 0},
		{"skips to a stop", 8, func(h *Hit) int { h.SetPC(codeAt + 0xc); return 1 }, 0x0c, 1, codeAt + 12},
		{"PC, stepped: ignored", 0, func(h *Hit) int { h.SetPC(codeAt + 0x14); return 0 }, 0x18, 13, codeAt + 12},
		{"PC, simulated branch: ignored", 8, func(h *Hit) int { h.SetPC(codeAt + 0x14); return 0 }, 0x18, 13, codeAt + 12},
		{"PC, simulated adr: goes on behind it", 4, func(h *Hit) int { h.SetPC(codeAt + 0x10); return 0 }, 0x18, 9, codeAt + 12},
	} {
		for _, withPost := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/post=%t", c.name, withPost), func(t *testing.T) {
				forEngines(t, func(t *testing.T, cfg jit.Config) {
					g := newGuest(t, cfg, rules61, code...)
					p := &Kprobe{Symbol: "main", Offset: c.offset, Pre: c.pre}
					posts := 0
					if withPost {
						p.Post = func(*Hit) { posts++ }
					}
					g.register(p)
					g.runToBreak(codeAt + c.end)
					st := g.cpu.State()
					if st.X[0] != c.x0 || st.X[2] != c.x2 {
						t.Errorf("x0=%d x2=%#x, want %d %#x", st.X[0], st.X[2], c.x0, c.x2)
					}
					if skipped := strings.HasPrefix(c.name, "skips"); withPost && (posts == 0) != skipped {
						t.Errorf("post handler ran %d times", posts)
					}
				})
			})
		}
	}
}

// A pre handler that returns nonzero and leaves PC alone is called again, as in the kernel.
func TestPreAgain(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61, countdown...)
		calls := 0
		p := &Kprobe{Addr: codeAt + 4, Pre: func(*Hit) int { calls++; return min(1, max(0, 5-calls)) }}
		g.register(p)
		g.runToBreak(codeAt + 0x14)
		if calls != 5 || g.m.Hits(p) != 5 || g.cpu.State().X[0] != 1000 {
			t.Errorf("%d calls, x0=%d", calls, g.cpu.State().X[0])
		}
		sameInsns(t, g.cpu.Insns(), expectedInsns(t, cfg))
	})
}

// expectedInsns is how many instructions the countdown is, in the engine's way of counting.
func expectedInsns(t *testing.T, cfg jit.Config) uint64 {
	g := newGuest(t, cfg, rules61, countdown...)
	g.runToBreak(codeAt + 0x14)
	return g.cpu.Insns()
}

// A simulated branch to itself is hit at every round.
func TestBranchToItself(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61,
			0xd2800141, // 00 mov x1, #10
			0xb5000001, // 04 cbnz x1, .
			brk)
		posts := 0
		p := &Kprobe{Addr: codeAt + 4, Pre: func(h *Hit) int { h.SetX(1, h.X(1)-1); return 0 }, Post: func(*Hit) { posts++ }}
		g.register(p)
		g.runToBreak(codeAt + 8)
		if g.m.Hits(p) != 10 || posts != 10 {
			t.Errorf("%d hits, %d posts", g.m.Hits(p), posts)
		}
	})
}

func TestPostChanges(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61,
			0x91000400, // 00 add x0, x0, #1
			0x91001000, // 04 add x0, x0, #4
			brk,        // 08
			brk)
		g.register(&Kprobe{Addr: codeAt, Post: func(h *Hit) { h.SetX(0, h.X(0)+100); h.SetPC(codeAt + 0xc) }})
		g.runToBreak(codeAt + 0xc)
		if x := g.cpu.State().X[0]; x != 101 {
			t.Errorf("x0 = %d", x)
		}
	})
}

// Code that jumps to the instruction behind a probed one does not run the post handler.
func TestPostOnlyFromTheProbe(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61,
			0xd2800061, // 00 mov x1, #3
			0x91000400, // 04 add x0, x0, #1
			0xf1000421, // 08 subs x1, x1, #1
			0x54ffffe1, // 0c b.ne .-4
			brk)
		posts := 0
		p := &Kprobe{Addr: codeAt + 4, Post: func(*Hit) { posts++ }}
		behind := &Kprobe{Addr: codeAt + 8, Pre: func(*Hit) int { return 0 }}
		g.register(p, behind)
		g.runToBreak(codeAt + 0x10)
		if posts != 1 || g.m.Hits(p) != 1 || g.m.Hits(behind) != 3 {
			t.Errorf("%d posts, %d hits, %d hits behind", posts, g.m.Hits(p), g.m.Hits(behind))
		}
	})
}

// A fault of the probed instruction: pre has run, post not; both run when it is repeated.
func TestFault(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61,
			0xf9400383, // 00 ldr x3, [x28]
			brk)
		pre, post := 0, 0
		p := &Kprobe{Addr: codeAt, Pre: func(*Hit) int { pre++; return 0 }, Post: func(*Hit) { post++ }}
		g.register(p)
		g.cpu.State().X[28] = 0x20
		if x := g.run(); x.Kind != jit.ExitFault || x.Addr != 0x20 || g.cpu.State().PC != codeAt || pre != 1 || post != 0 {
			t.Fatalf("%s at %#x, %d pre, %d post", x.Kind, g.cpu.State().PC, pre, post)
		}
		g.cpu.State().X[28] = dataAt
		g.runToBreak(codeAt + 4)
		if pre != 2 || post != 1 {
			t.Errorf("%d pre, %d post", pre, post)
		}
	})
}

// An access that generated code leaves to the interpreter, for its tagged address: what
// stands around the instruction runs once.
func TestInterpretedAccess(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61,
			0xf9400383, // 00 ldr x3, [x28]
			0xf9000383, // 04 str x3, [x28]
			brk)
		posts := 0
		a := &Kprobe{Addr: codeAt, Pre: func(*Hit) int { return 0 }, Post: func(*Hit) { posts++ }}
		b := &Kprobe{Addr: codeAt + 4, Post: func(*Hit) { posts++ }}
		g.register(a, b)
		for range 100 {
			g.restart()
			g.cpu.State().X[28] = dataAt | 0x12<<56
			g.runToBreak(codeAt + 8)
		}
		if g.m.Hits(a) != 100 || g.m.Hits(b) != 100 || posts != 200 {
			t.Errorf("hits %d and %d, %d posts", g.m.Hits(a), g.m.Hits(b), posts)
		}
	})
}

// A probe is lost, not misapplied, when other code takes the place of its instruction; it is
// back with the instruction.
func TestCodeReplaced(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61,
			0x14000002, // 00 b .+8
			brk, brk)
		p := &Kprobe{Addr: codeAt, Post: func(*Hit) {}}
		g.register(p)
		run := func(word uint32, end, hits uint64) {
			t.Helper()
			if way.placement == PlaceText {
				hits = 0 // what is overwritten is the breakpoint
			}
			g.write(codeAt, word)
			g.eng.Invalidate(codeAt, codeAt+4)
			g.restart()
			g.runToBreak(codeAt + end)
			if g.m.Hits(p) != hits {
				t.Errorf("%d hits, want %d", g.m.Hits(p), hits)
			}
		}
		run(0x14000002, 8, 1)
		run(nop, 4, 1)
		run(0x14000002, 8, 2)
	})
}

// A simulated literal load that cannot be read faults at its place.
func TestSimulatedFault(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61, 0x58800003) // ldr x3, .-1MB
		posts := 0
		g.register(&Kprobe{Addr: codeAt, Post: func(*Hit) { posts++ }})
		if x := g.run(); x.Kind != jit.ExitFault || g.cpu.State().PC != codeAt || posts != 0 {
			t.Errorf("%s at %#x, %d posts", x.Kind, g.cpu.State().PC, posts)
		}
	})
}

func TestAggregate(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61, countdown...)
		var order []string
		named := func(name string, ret int) *Kprobe {
			return &Kprobe{Addr: codeAt + 4,
				Pre: func(h *Hit) int {
					order = append(order, name)
					if ret != 0 {
						h.SetPC(codeAt + 0x14)
					}
					return ret
				},
				Post: func(*Hit) { order = append(order, name+"'") }}
		}
		a, b, c := named("a", 0), named("b", 0), named("c", 0)
		count := &Kprobe{Addr: codeAt + 4}
		stop := named("stop", 1)
		run := func() string {
			order = nil
			g.restart()
			g.runToBreak(codeAt + 0x14)
			return strings.Join(order, " ")
		}
		expect := func(want string) {
			t.Helper()
			if got := run(); got != want {
				t.Errorf("ran %q, want %q", got, want)
			}
		}
		g.register(a, count, b, c)
		expect("c b a c' b' a'")
		if err := g.m.Disable(b); err != nil {
			t.Error(err)
		}
		expect("c a c' a'")
		g.register(stop)
		expect("stop")
		if g.m.Hits(count) != 2 || g.m.Hits(a) != 2 || g.m.Hits(b) != 1 || g.m.Hits(c) != 2 || g.m.Hits(stop) != 1 {
			t.Errorf("hits %d %d %d %d %d", g.m.Hits(count), g.m.Hits(a), g.m.Hits(b), g.m.Hits(c), g.m.Hits(stop))
		}
		for _, p := range []*Kprobe{stop, a, c} {
			if err := g.m.Unregister(p); err != nil {
				t.Error(err)
			}
		}
		expect("")
		if err := g.m.Enable(b); err != nil {
			t.Error(err)
		}
		expect("b b'")
		if g.m.Hits(count) != 4 || g.m.Hits(a) != 2 || g.m.Hits(b) != 2 {
			t.Errorf("hits %d %d %d", g.m.Hits(count), g.m.Hits(a), g.m.Hits(b))
		}
		if err := g.m.Unregister(b); err != nil {
			t.Error(err)
		}
		expect("")
		if g.m.Hits(count) != 5 {
			t.Errorf("%d hits of the counting probe", g.m.Hits(count))
		}
	})
}

// A hit while a handler runs on the vCPU is missed by all probes of the instruction,
// disabled ones included, and the instruction runs.
func TestNested(t *testing.T) {
	g := newGuest(t, jit.Config{Interp: true}, rules61, countdown...)
	inner := &Kprobe{Addr: codeAt + 8, Pre: func(*Hit) int { t.Error("nested handler ran"); return 0 }}
	off := &Kprobe{Addr: codeAt + 8, Disabled: true}
	outer := &Kprobe{Addr: codeAt + 4}
	g.register(inner, off, outer)
	number := uint64(g.m.sites.at(codeAt + 8).number)
	outer2 := &Kprobe{Addr: codeAt + 4, Pre: func(h *Hit) int {
		h.SetPC(codeAt + 8) // as if the handler had called guest code
		hook(h.CPU(), number)
		if h.PC() != codeAt+8 {
			t.Errorf("a missed hit moved PC to %#x", h.PC())
		}
		h.SetPC(codeAt + 4)
		return 0
	}}
	g.register(outer2)
	g.cpu.State().PC = codeAt + 4
	for range 2 {
		hook(g.cpu, uint64(g.m.sites.at(codeAt+4).number))
	}
	if inner.Missed() != 2 || off.Missed() != 2 || outer.Missed() != 0 || g.m.Hits(outer2) != 2 || g.m.Hits(inner) != 0 {
		t.Errorf("missed %d %d %d, hits %d %d", inner.Missed(), off.Missed(), outer.Missed(), g.m.Hits(outer2), g.m.Hits(inner))
	}
}

func TestPanic(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, rules61, countdown...)
		bad := &Kprobe{Symbol: "main", Offset: 8, Pre: func(h *Hit) int { h.SetPC(1); panic("oh no") }}
		badPost := &Kprobe{Symbol: "main", Offset: 12, Post: func(*Hit) { var p *Kprobe; p.site = nil }}
		good := &Kprobe{Symbol: "main", Offset: 8}
		g.register(good, bad, badPost)
		g.runToBreak(codeAt + 0x14)
		if g.cpu.State().X[0] != 1000 || g.m.Hits(good) != 1000 || g.m.Hits(bad) != 1 || g.m.Hits(badPost) != 1 {
			t.Errorf("x0=%d, hits %d %d %d", g.cpu.State().X[0], g.m.Hits(good), g.m.Hits(bad), g.m.Hits(badPost))
		}
		if g.m.Enabled(bad) || g.m.Enabled(badPost) || !g.m.Enabled(good) {
			t.Error("not the ones that panicked are disabled")
		}
		if len(g.reports) != 2 || !strings.Contains(g.reports[0], "main+0x8 (0x10008)") || !strings.Contains(g.reports[0], "oh no") {
			t.Errorf("reports: %q", g.reports)
		}
	})
}

func TestRegisterErrors(t *testing.T) {
	g := newGuest(t, jit.Config{Interp: true}, rules61,
		nop,
		0xd4000001, // 04 svc #0
		0x885f7c20, // 08 ldxr w0, [x1]
		0x11000400, // 0c add w0, w0, #1
		0x88027c20, // 10 stxr w2, w0, [x1]
		0xd50b7520, // 14 ic ivau, x0
		brk)
	registered := &Kprobe{Addr: codeAt}
	g.register(registered)
	for _, c := range []struct {
		name  string
		p     *Kprobe
		errno syscall.Errno
		text  string
	}{
		{"nothing", &Kprobe{}, syscall.EINVAL, "neither"},
		{"both", &Kprobe{Symbol: "main", Addr: codeAt}, syscall.EINVAL, "both"},
		{"no symbol", &Kprobe{Symbol: "nowhere"}, syscall.ENOENT, "nowhere: no such symbol"},
		{"registered", registered, syscall.EINVAL, "main+0x0 (0x10000): it is already registered"},
		{"data", &Kprobe{Addr: dataAt}, syscall.EINVAL, "not executable"},
		{"unmapped", &Kprobe{Addr: 0x7000000000}, syscall.EINVAL, "not executable"},
		{"beyond", &Kprobe{Addr: 1 << 63}, syscall.EINVAL, "not executable"},
		{"misaligned", &Kprobe{Symbol: "main", Offset: 2}, syscall.EINVAL, "not a multiple of 4"},
		{"svc", &Kprobe{Symbol: "main", Offset: 4}, syscall.EINVAL, "svc #0x0: debian-6.1 refuses it: generates an exception"},
		{"exclusive", &Kprobe{Symbol: "main", Offset: 8}, syscall.EINVAL, "ldxr w0, [x1]: debian-6.1 refuses it: exclusive access"},
		{"inside", &Kprobe{Symbol: "main", Offset: 12}, syscall.EINVAL, "inside an exclusive sequence"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := g.m.Register(c.p)
			wantErrno(t, err, c.errno)
			if err != nil && !strings.Contains(err.Error(), c.text) {
				t.Errorf("error is %q, want %q in it", err, c.text)
			}
		})
	}
	if n := len(g.m.Probes()); n != 1 {
		t.Errorf("%d probes are registered", n)
	}
	for name, f := range map[string]func(*Kprobe) error{"unregister": g.m.Unregister, "enable": g.m.Enable, "disable": g.m.Disable} {
		if err := f(&Kprobe{Addr: codeAt}); err == nil {
			t.Errorf("%s of a stranger succeeds", name)
		} else {
			wantErrno(t, err, syscall.EINVAL)
		}
	}
	var rejected *Error
	err := g.m.RegisterAll([]*Kprobe{{Addr: codeAt + 16 + 8 - 4}, {Symbol: "main", Offset: 4}})
	if wantErrno(t, err, syscall.EINVAL); len(g.m.Probes()) != 1 {
		t.Errorf("a list that failed left %d probes", len(g.m.Probes()))
	}
	if rejected, _ = err.(*Error); rejected == nil || rejected.Verdict.Reason != ReasonException {
		t.Errorf("error %#v has no verdict", err)
	}
}

// The scan for exclusive sequences sees the breakpoints of armed probes.
func TestScanSeesBreakpoints(t *testing.T) {
	g := newGuest(t, jit.Config{Interp: true}, rules61,
		0xc8dffc20, // 00 ldar x0, [x1]: passes for a load-exclusive
		nop, nop, brk)
	behind := &Kprobe{Addr: codeAt + 8}
	wantErrno(t, g.m.Register(behind), syscall.EINVAL)
	cover := &Kprobe{Addr: codeAt}
	g.register(cover, behind)
	if err := g.m.Unregister(behind); err != nil {
		t.Fatal(err)
	}
	if err := g.m.Disable(cover); err != nil {
		t.Fatal(err)
	}
	wantErrno(t, g.m.Register(behind), syscall.EINVAL)
}
