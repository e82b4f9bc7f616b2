package jit_test

import (
	"testing"

	"axol/jit"
)

// Containing counts what Invalidate drops. Code that was entered at two places is in two units.
func TestContaining(t *testing.T) {
	g := newGuest(t, jit.Config{Off: jit.Off{Regions: true}},
		0xd2800060, // 00 mov x0, #3
		0xd1000400, // 04 sub x0, x0, #1
		0xb5ffffe0, // 08 cbnz x0, .-4
		0xd4200000, // 0c brk
	)
	for _, entry := range []uint64{codeAt + 4, codeAt} {
		g.cpu.State().PC, g.cpu.State().X[0] = entry, 2
		if x := g.cpu.Run(); x.Kind != jit.ExitBRK {
			t.Fatal(x.Kind)
		}
	}
	for _, c := range []struct {
		lo, hi uint64
		want   int
	}{{0, 4, 1}, {4, 8, 2}, {8, 12, 2}, {0, 16, 3}, {12, 16, 1}, {16, 20, 0}, {4, 4, 0}} {
		if n := g.eng.Containing(codeAt+c.lo, codeAt+c.hi); n != c.want {
			t.Errorf("%d units contain [%d, %d), want %d", n, c.lo, c.hi, c.want)
		}
	}
	if n := g.eng.Invalidate(codeAt+4, codeAt+8); n != 2 || g.eng.Containing(codeAt, codeAt+16) != 1 {
		t.Errorf("%d units dropped, %d left", n, g.eng.Containing(codeAt, codeAt+16))
	}
}
