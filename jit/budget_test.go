package jit_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"axol/jit/a64"
)

// TestBudgetStops has the budget run out at every place of random control flow, which a kick does
// too: generated code is left in front of a block, with guest registers and flags wherever they
// are, and gone on with. Nothing of it may be seen.
func TestBudgetStops(t *testing.T) {
	var ints, all []*a64.Line
	for _, l := range randomLines() {
		switch l.Group {
		case a64.DataProcImm, a64.DataProcReg:
			ints = append(ints, l)
			all = append(all, l)
		case a64.LoadStore, a64.SIMDFP:
			all = append(all, l)
		}
	}
	rounds := 200
	if testing.Short() {
		rounds = 40
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			p := newPair(t, v.cfg)
			for i, bad := 0, 0; i < rounds && bad < 3; i++ {
				seed := 1<<52 | uint64(i)
				if only := os.Getenv("AXOL_SEED"); only != "" && only != fmt.Sprint(seed) {
					continue
				}
				r := rand.New(rand.NewPCG(seed, 1))
				lines := ints
				if i%3 == 2 {
					lines = all
				}
				code := graph(r, lines)
				want := p.interp.outcome(t, seed, code)
				for range 10 {
					budget := int64(r.Uint64N(min(want.insns, 400) + 1))
					p.jit.cpu.State().Budget = budget
					got := p.jit.outcome(t, seed, code)
					if d := got.diff(&want); d != "" {
						bad++
						t.Errorf("seed %d, out of budget after %d:\n%s%s", seed, budget, listing(code), d)
						break
					}
				}
			}
		})
	}
}
