package jit_test

import (
	"fmt"
	goruntime "runtime"
	"testing"

	"axol/jit"
)

// Code that changes: by the guest, which says so with IC IVAU, and by Invalidate.

const (
	functionAt = codeAt + 0x1000
	movX0      = 0xd2800000 // mov x0, #0; the immediate begins at bit 5
	ret        = 0xd65f03c0
	brk        = 0xd4200000
)

// rewrite stores the instruction in W6 at X5 as the architecture asks for (Arm ARM B2.4.4).
var rewrite = []uint32{
	0xb90000a6, // str w6, [x5]
	0xd50b7b25, // dc cvau, x5
	0xd5033b9f, // dsb ish
	0xd50b7525, // ic ivau, x5
	0xd5033b9f, // dsb ish
	0xd5033fdf, // isb
}

// TestRewrittenFunction changes a function and calls it, many times, by addresses with and
// without a tag.
func TestRewrittenFunction(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		for _, tag := range []uint64{0, 0x55 << 56} {
			t.Run(fmt.Sprintf("%#x", tag), func(t *testing.T) {
				g := newGuest(t, cfg, append(append([]uint32{}, rewrite...),
					0xd63f00a0, // blr x5
					0x8b00014a, // add x10, x10, x0
					0x110080c6, // add w6, w6, #1<<5
					0xd1000694, // sub x20, x20, #1
					0xb5fffed4, // cbnz x20, back
					brk)...)
				g.write(t, functionAt, movX0, ret)
				st := g.cpu.State()
				st.X[5], st.X[6], st.X[20] = functionAt|tag, movX0, 1000
				if ex := g.run(); ex.Kind != jit.ExitBRK || st.X[10] != 999*1000/2 {
					t.Errorf("tag %#x: %s, sum %d", tag, exitString(ex), st.X[10])
				}
				// Each round dropped the function that was called, and the first found none.
				if n := g.eng.Stats().Invalidated; n != 999 {
					t.Errorf("tag %#x: %d units invalidated, want 999", tag, n)
				}
				if n := g.cpu.Insns(); n != 1000*13+1 {
					t.Errorf("tag %#x: %d instructions", tag, n)
				}
			})
		}
	})
}

// TestRewrittenAhead changes an instruction of the straight line that changes it.
func TestRewrittenAhead(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		code := append([]uint32{0x10000105 /* adr x5, .+32 */}, rewrite...)
		g := newGuest(t, cfg, append(code,
			0xd2800021, // mov x1, #1
			movX0,      // changed
			0x8b00014a, // add x10, x10, x0
			0x110080c6, // add w6, w6, #1<<5
			0xd1000694, // sub x20, x20, #1
			0xb5fffe94, // cbnz x20, back
			brk)...)
		st := g.cpu.State()
		st.X[6], st.X[20] = movX0, 1000
		if ex := g.run(); ex.Kind != jit.ExitBRK || st.X[10] != 999*1000/2 || g.cpu.Insns() != 1000*13+1 {
			t.Errorf("%s, sum %d, %d instructions", exitString(ex), st.X[10], g.cpu.Insns())
		}
	})
}

// onThread runs f on an OS thread of its own and closes the channel when it is over.
func onThread(f func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		goruntime.LockOSThread()
		defer close(done)
		f()
	}()
	return done
}

// newCPU is one more vCPU of g.
func (g *guest) newCPU(t testing.TB) *jit.CPU {
	c, err := g.eng.NewCPU()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// TestRewrittenByAnother has a vCPU patch the loop another one is in.
func TestRewrittenByAnother(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg,
			movX0,      // changed
			0x91000463, // add x3, x3, #1
			0xf9000083, // str x3, [x4]
			0xf1001c1f, // cmp x0, #7
			0x54ffff81, // b.ne back
			brk)
		g.write(t, functionAt, append(append([]uint32{}, rewrite...), brk)...)
		other := g.newCPU(t)
		for range 20 {
			g.write(t, codeAt, movX0)
			g.eng.Invalidate(codeAt, codeAt+4)
			g.mem.Write64(dataAt, 0)
			st := g.cpu.State()
			st.PC, st.X[0], st.X[3], st.X[4] = codeAt, 0, 0, dataAt
			before := g.cpu.Insns()
			var ex jit.Exit
			done := onThread(func() { ex = g.cpu.Run() })
			for {
				if n, _ := g.mem.Read64(dataAt); n > 1000 {
					break
				}
				goruntime.Gosched()
			}
			var patched jit.Exit
			<-onThread(func() {
				o := other.State()
				o.PC, o.X[5], o.X[6] = functionAt, codeAt, movX0|7<<5
				patched = other.Run()
			})
			<-done
			if patched.Kind != jit.ExitBRK || ex.Kind != jit.ExitBRK || st.X[0] != 7 || g.cpu.Insns()-before != st.X[3]*5+1 {
				t.Fatalf("%v, %v, x0 = %d after %d rounds, %d instructions", patched.Kind, ex.Kind, st.X[0], st.X[3], g.cpu.Insns()-before)
			}
		}
	})
}

// TestInvalidate drops exactly the units with code in the range.
func TestInvalidate(t *testing.T) {
	const (
		f = codeAt + 0x1000
		g = codeAt + 0x2000
		h = codeAt + 0x3ffc // lies on two pages
	)
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		cfg.Slice, cfg.Off.Calls = 0, true // nothing becomes a region meanwhile, and each function is a unit of its own
		gu := newGuest(t, cfg,
			0x94000400, // bl f
			0x940007ff, // bl g
			0x94000ffd, // bl h
			0xd1000694, // sub x20, x20, #1
			0xb5ffff94, // cbnz x20, back
			brk)
		gu.write(t, f, 0x91000400 /* add x0, x0, #1 */, ret)
		gu.write(t, g, 0x91000800 /* add x0, x0, #2 */, ret)
		gu.write(t, h, 0x91001000 /* add x0, x0, #4 */, ret)
		run := func() (made uint64) {
			t.Helper()
			before := gu.eng.Stats().Units
			st := gu.cpu.State()
			st.PC, st.X[0], st.X[20] = codeAt, 0, 100
			if ex := gu.run(); ex.Kind != jit.ExitBRK || st.X[0] != 700 {
				t.Fatalf("%s, x0 = %d", exitString(ex), st.X[0])
			}
			return gu.eng.Stats().Units - before
		}
		all := run()
		if again := run(); again != 0 {
			t.Fatalf("%d units made anew", again)
		}
		for _, c := range []struct {
			lo, hi uint64
			want   uint64
		}{
			{f, f + 4, 1}, {f + 3, f + 4, 1}, {f + 7, f + 8, 1}, {f, f + 8, 1}, {f + 8, f + 0x800, 0}, {f - 4, f, 0}, {f - 4, f + 1, 1},
			{g, g + 8, 1}, {f, g, 1}, {f, g + 1, 2}, {f + 8, g, 0}, {f, f, 0}, {g, f, 0},
			{h, h + 1, 1}, {h + 4, h + 5, 1}, {h + 8, h + 0x1000, 0}, {h + 4, h + 0x1000, 1}, {h + 0x800, h + 0x801, 0},
			{0, codeAt, 0}, {codeAt + 0x5000, 1 << 45, 0}, {codeAt + 0x5000, ^uint64(0), 0}, {f, 1 << 45, 3}, {codeAt + 24, ^uint64(0), 3},
			{0, 1 << 45, all}, {0, ^uint64(0), all},
		} {
			before := gu.eng.Stats().Invalidated
			n := gu.eng.Invalidate(c.lo, c.hi)
			counted := gu.eng.Stats().Invalidated - before
			if again := run(); uint64(n) != c.want || counted != c.want || again != c.want {
				t.Errorf("[%#x, %#x): %d units dropped, %d counted, %d made anew, want %d", c.lo, c.hi, n, counted, again, c.want)
			}
		}
	})
}
