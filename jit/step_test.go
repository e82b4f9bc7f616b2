package jit_test

import (
	"testing"

	"axol/jit"
	"axol/jit/ir"
)

// One instruction at a time, of every kind of way on; and what cannot be stepped stops as ever.
func TestStep(t *testing.T) {
	code := []uint32{
		0xd2800060, // 00 mov x0, #3
		0xf9400381, // 04 ldr x1, [x28]
		0xf9000780, // 08 str x0, [x28, #8]
		0xb4000040, // 0c cbz x0, .+8
		0xb5000040, // 10 cbnz x0, .+8
		0xd4200020, // 14 brk #1
		0xc85f7f83, // 18 ldxr x3, [x28]
		0xd51b441f, // 1c msr fpcr, xzr
		0x1e7e0004, // 20 fjcvtzs w4, d0
		0x10000067, // 24 adr x7, .+12
		0xd61f00e0, // 28 br x7
		0xd503201f, // 2c nop
		0x14000002, // 30 b .+8
		0xd503201f, // 34 nop
		0xd503203f, // 38 yield
		0x93c81107, // 3c extr x7, x8, x8, #4
		0xf94003a1, // 40 ldr x1, [x29]
	}
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, code...)
		st := g.cpu.State()
		st.X[28] = dataAt
		for round := range 3 {
			// As it comes, then with every access left to the interpreter for its tag.
			if round == 1 {
				st.X[28] = dataAt | 0x12<<56
			}
			st.PC = codeAt
			g.cpu.SetStep(true)
			at := uint64(codeAt)
			for i, next := range []uint64{4, 8, 0xc, 0x10, 0x18, 0x1c, 0x20, 0x24, 0x28, 0x30, 0x38, 0x3c, 0x40} {
				before := g.cpu.Insns()
				x := g.run()
				var ex uint64
				if at == codeAt+0x18 {
					ex = 1
				}
				if x.Kind != jit.ExitStep || st.PC != codeAt+next || x.Arg != ex {
					t.Fatalf("step %d from %#x: %s %d at %#x", i, at, x.Kind, x.Arg, st.PC)
				}
				if n := g.cpu.Insns() - before; n != 1 {
					t.Errorf("step %d from %#x ran %d instructions", i, at, n)
				}
				at = st.PC
			}
			if x := g.run(); x.Kind != jit.ExitFault || st.PC != codeAt+0x40 {
				t.Errorf("a fault is %s at %#x", x.Kind, st.PC)
			}
			st.PC = codeAt + 0x14
			if x := g.run(); x.Kind != jit.ExitBRK || st.PC != codeAt+0x14 {
				t.Errorf("brk is %s at %#x", x.Kind, st.PC)
			}
			// The same code, not stepped.
			g.cpu.SetStep(false)
			st.PC = codeAt
			if x := g.run(); x.Kind != jit.ExitWait || st.PC != codeAt+0x3c || st.X[7] != codeAt+0x30 {
				t.Errorf("%s at %#x", x.Kind, st.PC)
			}
		}
	})
}

// Instructions that the engine has work with are one step, too.
func TestStepSystem(t *testing.T) {
	code := []uint32{
		0xd50b753c, // 00 ic ivau, x28
		0xd50b7a3c, // 04 dc cvac, x28
		0xd50b743c, // 08 dc zva, x28
		0xd5033fdf, // 0c isb
		0xd5031001, // 10 wfet x1
		0xd503207f, // 14 wfi
		0xd51b441f, // 18 msr fpcr, xzr
		0xd503201f, // 1c nop
	}
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, code...)
		st := g.cpu.State()
		st.X[28] = dataAt
		g.cpu.SetStep(true)
		for i := range code {
			before := g.cpu.Insns()
			x := g.run()
			if want := codeAt + 4*uint64(i+1); x.Kind != jit.ExitStep || st.PC != want || g.cpu.Insns()-before != 1 {
				t.Fatalf("%08x is %s, %d instructions, and goes on at %#x", code[i], x.Kind, g.cpu.Insns()-before, st.PC)
			}
		}
	})
}

// Config.Trap has the exceptions, and can run other code from within them.
func TestTrap(t *testing.T) {
	code := []uint32{
		0xd2800000, // 00 mov x0, #0
		0xd2800061, // 04 mov x1, #3
		0xd4200080, // 08 brk #4
		0xf1000421, // 0c subs x1, x1, #1
		0x54ffffc1, // 10 b.ne .-8
		0xd4200000, // 14 brk #0
		0x91000400, // 18 add x0, x0, #1
		0xd42000a0, // 1c brk #5
	}
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		nested := 0
		cfg.Trap = func(c *jit.CPU, x *jit.Exit) bool {
			st := c.State()
			switch {
			case x.Kind == jit.ExitBRK && x.Arg == 4:
				old := *st
				st.PC = codeAt + 0x18
				y := c.Nested()
				if x.Kind != jit.ExitBRK || x.Arg != 4 {
					t.Errorf("the trap has become %s %d", x.Kind, x.Arg)
				}
				if y.Kind != jit.ExitBRK || y.Arg != 5 || st.X[0] != old.X[0]+1 {
					t.Errorf("nested: %s %d, x0=%d", y.Kind, y.Arg, st.X[0])
				}
				nested++
				c.Hold(true)
				c.Kick()
				st.PC = codeAt + 0xc
				return true
			case x.Kind == jit.ExitBRK && x.Arg == 0:
				c.Hold(false)
				x.Kind = jit.ExitDead
			}
			return false
		}
		g := newGuest(t, cfg, code...)
		for range 2 {
			g.cpu.State().PC = codeAt
			nested = 0
			if x := g.run(); x.Kind != jit.ExitDead || nested != 3 || g.cpu.State().X[0] != 3 {
				t.Errorf("%s, %d nested, x0=%d", x.Kind, nested, g.cpu.State().X[0])
			}
			if x := g.run(); x.Kind != jit.ExitKicked { // held back until now
				t.Errorf("%s after the kick", x.Kind)
			}
		}
	})
}

// The hook of a unit runs code that drops this unit, or everything.
func TestNestedInHook(t *testing.T) {
	code := []uint32{
		0xd2800000, // 00 mov x0, #0
		0xd2807d01, // 04 mov x1, #1000
		0x91000400, // 08 add x0, x0, #1
		0xf1000421, // 0c subs x1, x1, #1
		0x54ffffc1, // 10 b.ne .-8
		0xd4200000, // 14 brk #0
		0xf9400384, // 18 ldr x4, [x28]
		0x91000484, // 1c add x4, x4, #1
		0xf9000384, // 20 str x4, [x28]
		0xd42000a0, // 24 brk #5
	}
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		var g *guest
		cfg.CacheSize = 640 << 10
		cfg.Before = func(b *ir.Builder, pc uint64) {
			if pc == codeAt+0xc {
				b.Emit(ir.Inst{Op: ir.OpHook})
			}
		}
		cfg.Hook = func(c *jit.CPU, number uint64) {
			st := c.State()
			old := *st
			st.PC, st.X[28] = codeAt+0x18, dataAt
			if x := c.Nested(); x.Kind != jit.ExitBRK || x.Arg != 5 {
				t.Fatalf("nested: %s", x.Kind)
			}
			if st.X[4]%3 == 0 {
				g.eng.Invalidate(codeAt, codeAt+0x28)
			}
			budget, granted := st.Budget, st.Granted
			*st = old
			st.Budget, st.Granted = budget, granted
		}
		g = newGuest(t, cfg, code...)
		x := g.run()
		n, _ := g.mem.Read64(dataAt)
		if st := g.cpu.State(); x.Kind != jit.ExitBRK || st.PC != codeAt+0x14 || st.X[0] != 1000 || n != 1000 {
			t.Errorf("%s at %#x, x0=%d, %d nested", x.Kind, st.PC, st.X[0], n)
		}
		if got := g.cpu.Insns(); got != 3003+4000 {
			t.Errorf("%d instructions", got)
		}
	})
}

// What the jump cache knows was translated for one regime of floating point: a write to FPCR that
// changes the regime must not find it.
func TestJumpCacheAndRegime(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg,
			0x100000c5, // 00 adr x5, .+24
			0xd63f00a0, // 04 blr x5
			0xd2a02006, // 08 mov x6, #1<<24
			0xd51b4406, // 0c msr fpcr, x6
			0xd63f00a0, // 10 blr x5
			0xd4200000, // 14 brk #0
			0x1e612802, // 18 fadd d2, d0, d1
			0xd65f03c0) // 1c ret
		st := g.cpu.State()
		for range 2 {
			st.PC, st.FPCR = codeAt, 0
			st.V[0][0], st.V[1][0], st.V[2][0] = 1, 0, 99
			if x := g.run(); x.Kind != jit.ExitBRK || st.V[2][0] != 0 {
				t.Errorf("%s; with denormals flushed, the smallest plus 0 is %#x", x.Kind, st.V[2][0])
			}
		}
	})
}
