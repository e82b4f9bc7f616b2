package probes

import (
	"testing"

	"axol/jit"
	"axol/jit/a64"
)

// Post handlers of stepped instructions behind which the translator ends a unit are called all the same.
func TestPostBehindUnitEnd(t *testing.T) {
	for _, word := range []uint32{
		0xd5031005, // wfet x5
		0xd5031025, // wfit x5
		0xd50b753c, // ic ivau, x28
		0xd50b7a3c, // dc cvac, x28
		0xd5033fdf, // isb
		0xd503245f, // bti c
	} {
		t.Run(a64.Listing(word, 0), func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				g := newGuest(t, cfg, rules61, nop, word, nop, brk)
				pres, posts := 0, 0
				g.register(&Kprobe{Addr: codeAt + 4, Pre: func(*Hit) int { pres++; return 0 }, Post: func(h *Hit) {
					posts++
					if h.PC() != codeAt+8 {
						t.Errorf("the post handler has PC %#x", h.PC())
					}
				}})
				x := g.run()
				for x.Kind == jit.ExitWait {
					x = g.run()
				}
				if x.Kind != jit.ExitBRK || g.cpu.State().PC != codeAt+12 || pres != 1 || posts != 1 {
					t.Errorf("%s at %#x, %d calls of pre, %d of post", x.Kind, g.cpu.State().PC, pres, posts)
				}
			})
		})
	}
}
