package jit_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"axol/jit/a64"
)

// TestFloatingGraphs compares random control flow over vectors and floating point: values in host
// registers around loops, and stops in the middle of them.
func TestFloatingGraphs(t *testing.T) {
	var lines, loads []*a64.Line
	for _, l := range randomLines() {
		switch l.Group {
		case a64.SIMDFP:
			lines = append(lines, l)
		case a64.LoadStore:
			loads = append(loads, l)
		}
	}
	rounds := 600
	if testing.Short() {
		rounds = 150
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			p := newPair(t, v.cfg)
			for i, bad := 0, 0; i < rounds && bad < 3; i++ {
				seed := 1<<51 | uint64(i)
				if only := os.Getenv("AXOL_SEED"); only != "" && only != fmt.Sprint(seed) {
					continue
				}
				r := rand.New(rand.NewPCG(seed, 1))
				some := lines
				if i%3 == 2 {
					some = append(lines[:len(lines):len(lines)], loads...)
				}
				if !p.check(t, seed, graph(r, some)) {
					bad++
				}
			}
		})
	}
}
