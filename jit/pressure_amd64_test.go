package jit_test

import (
	"math/rand/v2"
	"testing"
)

// TestPressure: more registers are live than the host has, NZCV is a comparison of some of them, and these are then
// replaced by others: what loads an operand must not cost the only copy of what comes in its place. (It did,
// by way of a closure in math/big's tests.)
func TestPressure(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			p := newPair(t, v.cfg)
			if _, err := p.jit.eng.NewCPU(); err != nil { // others may look: a pair is one access
				t.Fatal(err)
			}
			for seed := range uint64(400) {
				r := rand.New(rand.NewPCG(seed, 3))
				regs := r.Perm(19) // the first of those that are loaded are back in memory when the last are
				early := func() uint32 { return uint32(regs[r.IntN(5)]) }
				late := func() uint32 { return uint32(regs[5+r.IntN(11)]) }
				code := []uint32{0xd2a0061a} // mov x26, #dataAt
				for i := range 8 {
					a, b := uint32(regs[2*i]), uint32(regs[2*i+1])
					code = append(code, 0xa9400340|uint32(r.IntN(8))<<15|b<<10|a) // ldp xa, xb, [x26, #..]
				}
				code = append(code, 0xeb00001f|early()<<16|early()<<5, // cmp xn, xm
					0x54000040|uint32(r.IntN(14))) // b.cond .+8
				for range 4 {
					code = append(code, 0xaa0003e0|late()<<16|early()) // mov xd, xm
				}
				code = append(code, 0x9a800000|late()<<16|late()<<5|early()) // csel xd, xn, xm, eq
				if !p.check(t, seed, code) {
					return
				}
			}
		})
	}
}
