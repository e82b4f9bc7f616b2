package jit_test

import (
	"testing"

	"axol/jit"
)

// loopInFunction calls a function with two nested loops, x0 times.
var loopInFunction = []uint32{
	0x94000004, // 00 bl 10
	0xd1000400, // 04 sub x0, x0, #1
	0xb5ffffc0, // 08 cbnz x0, 00
	brk,        // 0c
	0xd2800141, // 10 mov x1, #10
	0xd2800c82, // 14 mov x2, #100
	0x91000463, // 18 add x3, x3, #1
	0xd1000442, // 1c sub x2, x2, #1
	0xb5ffffc2, // 20 cbnz x2, 18
	0xd1000421, // 24 sub x1, x1, #1
	0xb5ffff61, // 28 cbnz x1, 14
	ret,        // 2c
}

// TestHotCodeBecomesRegions: what runs long is translated a second time, and runs as it did.
func TestHotCodeBecomesRegions(t *testing.T) {
	run := func(cfg jit.Config, rounds uint64) (*guest, jit.Stats) {
		g := newGuest(t, cfg, loopInFunction...)
		st := g.cpu.State()
		st.X[0], st.X[3] = rounds, 0
		if x := g.run(); x.Kind != jit.ExitBRK || st.X[3] != rounds*1000 {
			t.Fatalf("%s, x3 = %d", exitString(x), st.X[3])
		}
		if n := g.cpu.Insns(); n != rounds*(3+1+10*(1+100*3+2)+1)+1 {
			t.Errorf("%d instructions", n)
		}
		return g, g.eng.Stats()
	}
	_, cold := run(jit.Config{}, 1)
	if cold.Regions != 0 {
		t.Errorf("cold: %d regions", cold.Regions)
	}
	g, warm := run(jit.Config{}, 1000)
	if warm.Regions == 0 || warm.Regions > 6 {
		t.Errorf("hot: %d regions", warm.Regions)
	}
	// Both tiers go when the code does.
	if n := g.eng.Invalidate(codeAt+0x18, codeAt+0x1c); n < 3 {
		t.Errorf("%d units had the inner loop", n)
	}
	if n := g.eng.Invalidate(codeAt, codeAt+0x30); n == 0 {
		t.Error("nothing is left of the rest")
	}
	if n := g.eng.Invalidate(0, 1<<45); n != 0 {
		t.Errorf("%d units of no known code", n)
	}
	_, all := run(jit.Config{Off: jit.Off{Tiers: true}}, 1000)
	if all.Units != all.Regions {
		t.Errorf("%d units and %d regions at once", all.Units, all.Regions)
	}
}
