package jit

import (
	"math/rand/v2"
	"os"
	"testing"

	"axol/jit/amd64"
	"axol/jit/ir"
)

// cryptoTrials runs units that body builds on V0 and up, with its results in V2 and up.
func cryptoTrials(t *testing.T, body func(b *ir.Builder, rnd *rand.Rand)) {
	r := newRig(t, amd64.Detect())
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 600 {
		var u ir.Unit
		u.Reset(0x1000)
		b := ir.Builder{U: &u}
		b.Start(b.NewBlock(0x1000))
		b.Insn(0x1000, 0)
		body(&b, rnd)
		b.Trap(ir.TrapBRK, 0x1000, 0)
		var from ir.State
		for i := range from.V {
			from.V[i] = [2]uint64{rnd.Uint64(), rnd.Uint64()}
		}
		want := from
		want.Budget = 1000
		r.in.Run(&u, &want)
		if got, _ := r.run(t, r.translate(&u), &from); got.V != want.V {
			u.Print(os.Stderr)
			t.Fatalf("got %#x\nwant %#x", got.V[:13], want.V[:13])
		}
	}
}

// TestAESRounds joins rounds, the mixing of columns and sums in every way: what is one instruction of the host must
// still be two where somebody looks between them, and a key is the one the register has by then.
func TestAESRounds(t *testing.T) {
	encrypt, decrypt := []ir.Op{ir.OpVAesE, ir.OpVAesMc}, []ir.Op{ir.OpVAesD, ir.OpVAesImc}
	cryptoTrials(t, func(b *ir.Builder, rnd *rand.Rand) {
		ops := encrypt
		if rnd.IntN(2) == 0 {
			ops = decrypt
		}
		if rnd.IntN(4) == 0 {
			ops = append(append([]ir.Op{}, encrypt...), decrypt...)
		}
		made := []ir.Value{b.GetV(0), b.GetV(1)}
		for k := range 10 {
			op := ops[k%len(ops)]
			if rnd.IntN(8) == 0 {
				op = ops[rnd.IntN(len(ops))]
			}
			if rnd.IntN(6) == 0 || k == 9 {
				op = ir.OpVXor
			}
			a := made[len(made)-1]
			if rnd.IntN(6) == 0 {
				a = made[rnd.IntN(len(made))]
			}
			if op == ir.OpVAesMc || op == ir.OpVAesImc {
				made = append(made, b.Lane1(op, 0, a))
			} else {
				key := made[rnd.IntN(len(made))]
				if rnd.IntN(3) != 0 {
					key = b.GetV(uint8(1 + rnd.IntN(6))) // the first time somebody asks for it, or not
				}
				if rnd.IntN(2) == 0 {
					a, key = key, a
				}
				made = append(made, b.Lane2(op, 0, a, key))
			}
			if rnd.IntN(5) == 0 {
				b.SetV(uint8(1+rnd.IntN(12)), made[len(made)-1])
			}
		}
		b.SetV(12, made[len(made)-1])
	})
}

// TestSHA256Rounds: both halves of rounds are one computation, and may go on from where the rounds before ended.
func TestSHA256Rounds(t *testing.T) {
	cryptoTrials(t, func(b *ir.Builder, rnd *rand.Rand) {
		three := func(op ir.Op, x, y, z ir.Value) ir.Value {
			return b.Emit(ir.Inst{Op: op, Type: ir.V128, A: x, B: y, C: z})
		}
		abcd, efgh, w := b.GetV(0), b.GetV(1), b.GetV(2)
		for k := range 4 {
			x := three(ir.OpVSha256H, abcd, efgh, w)
			if rnd.IntN(3) == 0 {
				b.SetV(uint8(3+rnd.IntN(8)), x)
			}
			if rnd.IntN(4) == 0 {
				w = b.Lane2(ir.OpVAdd, ir.S, w, abcd)
			}
			first, second := efgh, abcd
			if rnd.IntN(8) == 0 {
				first = abcd
			}
			y := three(ir.OpVSha256H2, first, second, w)
			if rnd.IntN(3) == 0 {
				b.SetV(uint8(3+rnd.IntN(8)), y)
			}
			switch rnd.IntN(6) {
			case 0:
				w = b.Lane2(ir.OpVSha256Su0, 0, w, y)
			case 1:
				w = three(ir.OpVSha256Su1, w, x, y)
			case 2:
				w = b.Lane1Imm(ir.OpVSarImm, ir.D, w, 7) // overwrites scratch registers
			case 3:
				w = b.GetV(uint8(3 + k))
			}
			if abcd, efgh = x, y; rnd.IntN(8) == 0 {
				abcd, efgh = y, x
			}
		}
		b.SetV(11, abcd)
		b.SetV(12, efgh)
	})
}

// TestSHA1Rounds: rounds go on from where those before ended, or not.
func TestSHA1Rounds(t *testing.T) {
	cryptoTrials(t, func(b *ir.Builder, rnd *rand.Rand) {
		three := func(op ir.Op, x, y, z ir.Value) ir.Value {
			return b.Emit(ir.Inst{Op: op, Type: ir.V128, A: x, B: y, C: z})
		}
		state, e, w := b.GetV(0), b.GetV(1), b.GetV(2)
		for k := range 6 {
			old := state
			next := b.Lane1(ir.OpVSha1H, 0, state)
			state = three([]ir.Op{ir.OpVSha1C, ir.OpVSha1P, ir.OpVSha1M}[rnd.IntN(3)], state, e, w)
			if rnd.IntN(4) == 0 {
				b.SetV(uint8(3+k), state)
			}
			e = next
			switch rnd.IntN(8) {
			case 0:
				w = three(ir.OpVSha1Su0, w, old, state)
			case 1:
				w = b.Lane2(ir.OpVSha1Su1, 0, w, state)
			case 2:
				w = b.Lane2(ir.OpVAdd, ir.S, w, e)
			case 3:
				w = b.Lane1Imm(ir.OpVSarImm, ir.D, w, 7) // overwrites scratch registers
			case 4:
				w = three([]ir.Op{ir.OpVSha256H, ir.OpVSha256H2}[rnd.IntN(2)], w, old, state)
			case 5:
				state = b.Lane2(ir.OpVAdd, ir.S, state, old)
			case 6:
				state = old
			}
		}
		b.SetV(11, state)
		b.SetV(12, e)
	})
}
