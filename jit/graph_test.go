package jit_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"axol/jit/a64"
)

// graph makes a random program of blocks that branch to each other in all ways direct branches
// can, and call small functions. Each block takes one from X20 and leaves for the end when it is zero.
func graph(r *rand.Rand, lines []*a64.Line) (code []uint32) {
	const head = 2
	n := 2 + r.IntN(8)
	regs := 5
	if r.IntN(2) == 0 {
		regs = countdown
	}
	sizes := make([]int, n)
	starts := make([]int, n+1)
	at := 1 // mov x20, #..
	for i := range sizes {
		sizes[i] = r.IntN(6 + regs/2)
		starts[i] = at
		at += head + sizes[i] + 2
	}
	end := at
	code = append(code, 0xd2800000|uint32(20+r.IntN(60))<<5|countdown)
	for i := range n {
		code = append(code, 0xd1000400|countdown<<5|countdown) // sub x20, x20, #1
		code = append(code, 0xb4000000|uint32(end-len(code))&0x7FFFF<<5|countdown)
		for range sizes[i] {
			l := lines[r.IntN(len(lines))]
			code = append(code, narrow(r, l, l.Random(r), regs))
		}
		for range 2 {
			off := uint32(starts[r.IntN(n)] - len(code))
			if r.IntN(5) == 0 {
				code = append(code, 0x94000000|uint32(end+1+leafSize*r.IntN(numLeaves)-len(code))) // bl
			} else {
				code = append(code, randomBranch(r, off))
			}
		}
	}
	code = append(code, brk)
	for range numLeaves {
		for range 3 {
			l := lines[r.IntN(len(lines))]
			code = append(code, narrow(r, l, l.Random(r), regs))
		}
		code[len(code)-1-r.IntN(3)] = []uint32{
			0xb4000040, // cbz x0, .+8
			0x37000061, // tbnz w1, #0, .+12: maybe beyond the ret
			ret,
			0xaa1e03fe, // mov x30, x30
		}[r.IntN(4)]
		code = append(code, ret)
	}
	return code
}

const (
	numLeaves = 3
	leafSize  = 4
)

// randomBranch is a direct branch over off instructions.
func randomBranch(r *rand.Rand, off uint32) uint32 {
	switch r.IntN(6) {
	case 0:
		return 0x14000000 | off&0x3FFFFFF
	case 1:
		return 0x34000000 | uint32(r.IntN(2))<<31 | uint32(r.IntN(2))<<24 | off&0x7FFFF<<5 | uint32(r.IntN(5))
	case 2:
		return 0x36000000 | uint32(r.IntN(2))<<31 | uint32(r.IntN(2))<<24 | uint32(r.IntN(32))<<19 | off&0x3FFF<<5 | uint32(r.IntN(5))
	default:
		return 0x54000000 | off&0x7FFFF<<5 | uint32(r.IntN(16))
	}
}

// TestGraphs compares random control flow: joints, loops, and the ways out of units.
func TestGraphs(t *testing.T) {
	var ints, loads []*a64.Line
	for _, l := range randomLines() {
		switch l.Group {
		case a64.DataProcImm, a64.DataProcReg:
			ints = append(ints, l)
		case a64.LoadStore:
			loads = append(loads, l)
		}
	}
	rounds := 1500
	if testing.Short() {
		rounds = 300
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			p := newPair(t, v.cfg)
			for i, bad := 0, 0; i < rounds && bad < 3; i++ {
				seed := 1<<49 | uint64(i)
				if only := os.Getenv("AXOL_SEED"); only != "" && only != fmt.Sprint(seed) {
					continue
				}
				r := rand.New(rand.NewPCG(seed, 1))
				lines := ints
				if i%4 == 3 {
					lines = append(lines[:len(lines):len(lines)], loads...)
				}
				if !p.check(t, seed, graph(r, lines)) {
					bad++
				}
			}
		})
	}
}
