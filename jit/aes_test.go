package jit

import (
	"math/rand/v2"
	"testing"

	"axol/jit/amd64"
	"axol/jit/ir"
)

// TestAESRounds joins rounds and the mixing of columns in every way: what is one instruction of the host must
// still be two where somebody looks between them.
func TestAESRounds(t *testing.T) {
	r := newRig(t, amd64.Detect())
	rnd := rand.New(rand.NewPCG(1, 2))
	ops := []ir.Op{ir.OpVAesE, ir.OpVAesMc, ir.OpVAesD, ir.OpVAesImc, ir.OpVAesE, ir.OpVAesMc}
	for range 400 {
		var u ir.Unit
		u.Reset(0x1000)
		b := ir.Builder{U: &u}
		b.Start(b.NewBlock(0x1000))
		b.Insn(0x1000, 0)
		made := []ir.Value{b.GetV(0), b.GetV(1)}
		for k := range 8 {
			op := ops[(k+rnd.IntN(2))%len(ops)]
			a := made[len(made)-1]
			if rnd.IntN(4) == 0 {
				a = made[rnd.IntN(len(made))]
			}
			if op == ir.OpVAesE || op == ir.OpVAesD {
				made = append(made, b.Lane2(op, 0, a, made[rnd.IntN(2)]))
			} else {
				made = append(made, b.Lane1(op, 0, a))
			}
			if rnd.IntN(5) == 0 {
				b.SetV(uint8(2+k), made[len(made)-1])
			}
		}
		b.SetV(12, made[len(made)-1])
		b.Trap(ir.TrapBRK, 0x1000, 0)
		var from ir.State
		for i := range from.V {
			from.V[i] = [2]uint64{rnd.Uint64(), rnd.Uint64()}
		}
		want := from
		want.Budget = 1000
		r.in.Run(&u, &want)
		if got, _ := r.run(t, r.translate(&u), &from); got.V != want.V {
			t.Fatalf("got %#x\nwant %#x", got.V[2:13], want.V[2:13])
		}
	}
}
