package jit_test

import (
	"testing"

	"axol/jit"
	"axol/jit/ir"
)

// Calls of leaf functions, of which a region has copies.

const leafAt = codeAt + 0x1000

// callLoop calls the function at leafAt twice in each of 50 rounds, with 3 in X1 and then with 4, and adds up in X2
// what it leaves in X0.
var callLoop = []uint32{
	0xd2800654, // mov x20, #50
	0xd2800002, // mov x2, #0
	0xd2800061, // mov x1, #3
	0x940003fd, // bl leafAt
	0x8b000042, // add x2, x2, x0
	0xd2800081, // mov x1, #4
	0x940003fa, // bl leafAt
	0x8b000042, // add x2, x2, x0
	0xf1000694, // subs x20, x20, #1
	0x54ffff21, // b.ne back
	brk,
}

func TestLeafCalls(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		for _, l := range []struct {
			name string
			code []uint32
			sum  uint64
			one  bool // the function is a leaf: all is one unit
		}{
			{"straight", []uint32{0x91002820 /* add x0, x1, #10 */, ret}, 50 * 27, true},
			{"two ways out", []uint32{
				0xf1000c3f, // cmp x1, #3
				0x54000060, // b.eq .+12
				0xd2800020, // mov x0, #1
				ret,
				0xd28000e0, // mov x0, #7
				ret,
			}, 50 * 8, true},
			{"a loop", []uint32{
				0xd2800000, // mov x0, #0
				0x91000400, // add x0, x0, #1
				0xf1000421, // subs x1, x1, #1
				0x54ffffc1, // b.ne .-8
				ret,
			}, 50 * 7, true},
			{"calls another", []uint32{
				0xaa1e03e9, // mov x9, x30
				0x94000003, // bl .+12
				0xaa0903fe, // mov x30, x9
				ret,
				0xd2800040, // mov x0, #2
				ret,
			}, 50 * 4, false},
			{"returns elsewhere", []uint32{
				0xd2800020, // mov x0, #1
				0x910013de, // add x30, x30, #4: what adds up is left out
				ret,
			}, 0, false},
		} {
			g := newGuest(t, cfg, callLoop...)
			g.write(t, leafAt, l.code...)
			if ex := g.run(); ex.Kind != jit.ExitBRK || g.cpu.State().X[2] != l.sum {
				t.Errorf("%s: %v, x2 = %d, want %d", l.name, ex, g.cpu.State().X[2], l.sum)
			}
			if one := g.eng.Stats().Units == 1; cfg.Off == (jit.Off{Tiers: true}) && one != l.one {
				t.Errorf("%s: %d units", l.name, g.eng.Stats().Units)
			}
		}
	})
}

// TestLeafHook: who looks on in a leaf function may change where it returns to.
func TestLeafHook(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		cfg.Before = func(b *ir.Builder, pc uint64) {
			if pc == leafAt {
				b.Emit(ir.Inst{Op: ir.OpHook})
			}
		}
		hits := 0
		cfg.Hook = func(c *jit.CPU, _ uint64) {
			hits++
			c.State().X[30] += 4
		}
		g := newGuest(t, cfg, callLoop...)
		g.write(t, leafAt, 0x91002820 /* add x0, x1, #10 */, ret)
		if ex := g.run(); ex.Kind != jit.ExitBRK || g.cpu.State().X[2] != 0 || hits != 100 {
			t.Errorf("%v, x2 = %d, %d hits", ex, g.cpu.State().X[2], hits)
		}
	})
}

// TestLeafChanged: all copies go when the function changes, and nothing else does.
func TestLeafChanged(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, callLoop...)
		for i := range uint32(4) {
			g.write(t, leafAt, 0x91000020|i<<10 /* add x0, x1, #i */, ret)
			g.eng.Invalidate(leafAt, leafAt+4)
			st := g.cpu.State()
			st.PC = codeAt
			if ex := g.run(); ex.Kind != jit.ExitBRK || st.X[2] != 50*(7+2*uint64(i)) {
				t.Errorf("%v, x2 = %d, want %d", ex, st.X[2], 50*(7+2*i))
			}
			if n := g.eng.Invalidate(leafAt+8, leafAt+0x800); n != 0 {
				t.Errorf("%d units have what is behind the function", n)
			}
		}
	})
}
