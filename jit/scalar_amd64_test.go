package jit

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"axol/jit/ir"
)

// Scalar floating point against the interpreter, like the vector operations: every type, rounding and width,
// with each feature of the host switched off in turn.

// scalarCase is an operation on scalars in the low lanes of V1 to V3, or on X1. to is the type of
// the result, from that of the operands.
type scalarCase struct {
	in       ir.Inst
	from, to ir.Type
}

func (k scalarCase) String() string {
	return fmt.Sprintf("%s aux %#x imm %#x, %s to %s", k.in.Op, k.in.Aux, k.in.Imm, k.from, k.to)
}

func scalarCases() (l []scalarCase) {
	add := func(op ir.Op, from, to ir.Type, aux uint8, imm uint64) {
		l = append(l, scalarCase{ir.Inst{Op: op, Type: to, Aux: aux, Imm: imm}, from, to})
	}
	floats := []ir.Type{ir.F16, ir.F32, ir.F64}
	add(ir.OpFJcvt, ir.F64, ir.I64, 0, 0)
	for _, t := range floats {
		for _, op := range []ir.Op{ir.OpFAdd, ir.OpFSub, ir.OpFMul, ir.OpFDiv, ir.OpFMin, ir.OpFMax, ir.OpFMinNM, ir.OpFMaxNM, ir.OpFMulAdd, ir.OpFSqrt, ir.OpFNeg, ir.OpFAbs} {
			add(op, t, t, 0, 0)
		}
		for mode := range uint8(6) {
			add(ir.OpFRint, t, t, mode, 0)
			for _, to := range []ir.Type{ir.I32, ir.I64} {
				add(ir.OpFToI, t, to, mode, uint64(t)<<8)
				add(ir.OpFToI, t, to, mode|ir.Unsigned, uint64(t)<<8)
			}
		}
		for _, to := range []ir.Type{ir.I32, ir.I64} {
			for _, scale := range []uint64{1, 8, 31, uint64(to.Bits())} {
				add(ir.OpFToI, t, to, ir.RoundZero, uint64(t)<<8|scale)
				add(ir.OpFToI, t, to, ir.RoundZero|ir.Unsigned, uint64(t)<<8|scale)
			}
		}
		add(ir.OpFRint, t, t, ir.RoundCurrent|ir.RoundExact, 0)
		for _, mode := range []uint8{ir.RoundZero, ir.RoundCurrent} {
			add(ir.OpFRintN, t, t, mode, 32)
			add(ir.OpFRintN, t, t, mode, 64)
		}
		for _, from := range []ir.Type{ir.I32, ir.I64} {
			for _, scale := range []uint64{0, 1, 7, uint64(from.Bits())} {
				add(ir.OpIToF, from, t, 0, uint64(from)<<8|scale)
				add(ir.OpIToF, from, t, ir.Unsigned, uint64(from)<<8|scale)
			}
		}
		for _, signal := range []uint64{0, 1} {
			add(ir.OpFlagsFCmp, t, ir.Flags, uint8(t), signal)
			for cond := range uint64(16) {
				add(ir.OpFlagsCFCmp, t, ir.Flags, uint8(t), cond|(cond*7&15)<<4|signal<<8)
			}
		}
		for _, from := range []ir.Type{ir.F16, ir.F32, ir.F64} {
			if from != t {
				add(ir.OpFCvt, from, t, uint8(from), 0)
			}
		}
	}
	return l
}

// scalarUnit reads operands, does the operation and writes the result: a float to V0, an integer to X0, flags to NZCV.
func scalarUnit(u *ir.Unit, k scalarCase) {
	u.Reset(0x1000)
	b := ir.Builder{U: u}
	b.Start(b.NewBlock(0x1000))
	b.Insn(0x1000, 0)
	in := k.in
	operands := [...]*ir.Value{&in.A, &in.B, &in.C}
	for i, kind := range in.Op.Info().Args {
		switch {
		case kind == 'c':
			*operands[i] = b.GetFlags()
		case k.from.IsVec():
			*operands[i] = b.Op1(ir.OpVToF, k.from, b.GetV(uint8(i+1)))
		case k.from == ir.I32:
			*operands[i] = b.Op1(ir.OpLow32, ir.I32, b.GetX(1))
		default:
			*operands[i] = b.GetX(1)
		}
	}
	switch v := b.Emit(in); k.to {
	case ir.Flags:
		b.SetFlags(v)
	case ir.I32:
		b.SetX(0, b.Op1(ir.OpZext32, ir.I64, v))
	case ir.I64:
		b.SetX(0, v)
	default:
		b.SetV(0, b.Op1(ir.OpFToV, ir.V128, v))
	}
	b.Trap(ir.TrapBRK, 0x1000, 0)
}

func TestScalarFloat(t *testing.T) {
	for name, f := range hosts() {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, f)
			for _, k := range scalarCases() {
				if r.eng.comp.Native(&k.in) {
					r.scalarCase(t, k)
				}
			}
		})
	}
}

func (r *rig) scalarCase(t *testing.T, k scalarCase) {
	var u ir.Unit
	scalarUnit(&u, k)
	code := r.translate(&u)
	rnd := rand.New(rand.NewPCG(uint64(k.in.Op), k.in.Imm))
	lane := ir.S
	switch k.from {
	case ir.F16:
		lane = ir.H
	case ir.F64, ir.I64:
		lane = ir.D
	}
	stayed := false
	defer func() {
		if !stayed && !t.Failed() {
			t.Errorf("%s is always left to the interpreter", k)
		}
	}()
	for range 100 {
		var from ir.State
		for i := range 4 {
			from.V[i] = randomVector(rnd, lane)
			from.X[i] = randomVector(rnd, ir.D)[0]
		}
		from.NZCV = uint64(rnd.IntN(16)) << 28
		from.FPCR = uint32(rnd.IntN(4)) << 22
		want := from
		want.Budget = 1000
		r.in.Run(&u, &want)
		got, stopped := r.run(t, code, &from)
		stayed = stayed || !stopped
		status := want.FPSR
		if stopped {
			want = from
			want.FPSR = got.FPSR
		}
		if got.FPSR&^status != 0 || got.V != want.V || got.X != want.X || got.NZCV != want.NZCV || got.FPSR != want.FPSR {
			t.Errorf("%s stopped=%v fpcr %#x nzcv %#x\n operands %#x x1 %#x\n got  %#x x0 %#x nzcv %#x fpsr %#x\n want %#x %#x nzcv %#x fpsr %#x", k, stopped, from.FPCR, from.NZCV,
				from.V[1:4], from.X[1], got.V[0], got.X[0], got.NZCV, got.FPSR, want.V[0], want.X[0], want.NZCV, status)
			return
		}
	}
}
