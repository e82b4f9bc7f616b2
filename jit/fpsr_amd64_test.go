package jit

import (
	"math/rand/v2"
	"testing"

	"axol/jit/amd64"
	"axol/jit/ir"
)

// TestFPSR reads and writes FPSR between operations that raise exceptions: what the host
// remembers of them belongs to it.
func TestFPSR(t *testing.T) {
	r := newRig(t, amd64.Detect())
	var u ir.Unit
	u.Reset(0x1000)
	b := ir.Builder{U: &u}
	b.Start(b.NewBlock(0x1000))
	b.Insn(0x1000, 0)
	divide := func(d uint8) {
		b.SetV(d, b.Lane2(ir.OpVFDiv, ir.D|ir.VOne, b.GetV(1), b.GetV(2)))
	}
	read := func(reg uint64, d uint8) {
		b.SetX(d, b.Emit(ir.Inst{Op: ir.OpGetSys, Type: ir.I64, Imm: reg}))
	}
	read(ir.SysFPSR, 0)
	divide(3)
	read(ir.SysFPSR, 4)
	b.SetV(3, b.Lane2(ir.OpVSqAdd, ir.B, b.GetV(1), b.GetV(2)))
	read(ir.SysFPSR, 5)
	b.Emit(ir.Inst{Op: ir.OpSetSys, A: b.GetX(1), Imm: ir.SysFPSR})
	read(ir.SysFPSR, 6)
	divide(4)
	read(ir.SysFPSR, 7)
	read(ir.SysFPCR, 8)
	b.Trap(ir.TrapBRK, 0x1000, 0)
	code := r.translate(&u)
	rnd := rand.New(rand.NewPCG(1, 1))
	stops := 0
	for range 500 {
		var from ir.State
		for i := range from.V {
			from.V[i] = randomVector(rnd, ir.D)
		}
		from.X[1] = rnd.Uint64()
		from.FPSR = rnd.Uint32() & 0xF800009F
		from.FPCR = uint32(rnd.IntN(4)) << 22
		want := from
		want.Budget = 1000
		r.in.Run(&u, &want)
		got, stopped := r.run(t, code, &from)
		if stopped { // the quotient is a NaN
			stops++
			continue
		}
		if got.X != want.X || got.FPSR != want.FPSR {
			t.Fatalf("fpsr %#x, then %#x, want %#x, %#x; of %#x / %#x", got.X[:9], got.FPSR, want.X[:9], want.FPSR, from.V[1], from.V[2])
		}
	}
	if stops > 250 {
		t.Errorf("%d of 500 trials saw a NaN", stops)
	}
}
