package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Floating-point data processing (Arm ARM C4.1.96): arithmetic, comparison,
// selection and immediates. Every result clears the rest of its register.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpFmul:   float2(ir.OpFMul),
		a64.OpFdiv:   float2(ir.OpFDiv),
		a64.OpFadd:   float2(ir.OpFAdd),
		a64.OpFsub:   float2(ir.OpFSub),
		a64.OpFmax:   float2(ir.OpFMax),
		a64.OpFmin:   float2(ir.OpFMin),
		a64.OpFmaxnm: float2(ir.OpFMaxNM),
		a64.OpFminnm: float2(ir.OpFMinNM),
		a64.OpFnmul: func(l *lifter) {
			t := l.ftype()
			l.setF(l.Op1(ir.OpFNeg, t, l.Op2(ir.OpFMul, t, l.getF(l.in.Rn(), t), l.getF(l.in.Rm(), t))))
		},

		a64.OpFmadd:  fusedMulAdd(false, false),
		a64.OpFmsub:  fusedMulAdd(false, true),
		a64.OpFnmadd: fusedMulAdd(true, true),
		a64.OpFnmsub: fusedMulAdd(true, false),

		a64.OpFmov:  func(l *lifter) { l.setF(l.getF(l.in.Rn(), l.ftype())) },
		a64.OpFabs:  float1(ir.OpFAbs),
		a64.OpFneg:  float1(ir.OpFNeg),
		a64.OpFsqrt: float1(ir.OpFSqrt),

		a64.OpFcmp:   func(l *lifter) { l.floatCompare(0, false) },
		a64.OpFcmpe:  func(l *lifter) { l.floatCompare(1, false) },
		a64.OpFcmp0:  func(l *lifter) { l.floatCompare(0, true) },
		a64.OpFcmpe0: func(l *lifter) { l.floatCompare(1, true) },
		a64.OpFccmp:  func(l *lifter) { l.floatCondCompare(0) },
		a64.OpFccmpe: func(l *lifter) { l.floatCondCompare(1) },
		a64.OpFcsel: func(l *lifter) {
			t := l.ftype()
			i := bitsType(t)
			x := l.Op1(ir.OpFToBits, i, l.getF(l.in.Rn(), t))
			y := l.Op1(ir.OpFToBits, i, l.getF(l.in.Rm(), t))
			l.setF(l.Op1(ir.OpBitsToF, t, l.Select(i, ir.Cond(l.in.Cond()), l.GetFlags(), x, y)))
		},
		a64.OpFmovImm: func(l *lifter) {
			t := l.ftype()
			l.setF(l.floatConst(t, expandFloat(l.in.Imm8(), t)))
		},
	})
}

// ftype is the type that the ftype field names.
func (l *lifter) ftype() ir.Type {
	return [...]ir.Type{ir.F32, ir.F64, ir.None, ir.F16}[l.in.Ftype()]
}

// bitsType is the integer type that carries the bits of a float.
func bitsType(t ir.Type) ir.Type {
	if t == ir.F64 {
		return ir.I64
	}
	return ir.I32
}

func (l *lifter) getF(n uint8, t ir.Type) ir.Value { return l.Op1(ir.OpVToF, t, l.GetV(n)) }

func (l *lifter) setF(v ir.Value) { l.SetV(l.in.Rd(), l.Op1(ir.OpFToV, ir.V128, v)) }

func (l *lifter) floatConst(t ir.Type, pattern uint64) ir.Value {
	return l.Op1(ir.OpBitsToF, t, l.Const(bitsType(t), pattern))
}

// expandFloat is VFPExpandImm: sign, three bits of exponent, four of fraction.
func expandFloat(imm uint8, t ir.Type) uint64 {
	frac := map[ir.Type]uint{ir.F16: 10, ir.F32: 23, ir.F64: 52}[t]
	exp := uint(t.Bits()) - 1 - frac
	high := uint64(1) << (exp - 1) // NOT(imm<6>) and copies of imm<6>
	if imm>>6&1 != 0 {
		high = 1<<(exp-1) - 4
	}
	return uint64(imm>>7)<<(t.Bits()-1) | (high|uint64(imm>>4&3))<<frac | uint64(imm&15)<<(frac-4)
}

func float1(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.ftype()
		l.setF(l.Op1(op, t, l.getF(l.in.Rn(), t)))
	}
}

func float2(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.ftype()
		l.setF(l.Op2(op, t, l.getF(l.in.Rn(), t), l.getF(l.in.Rm(), t)))
	}
}

// fusedMulAdd is [-]a + [-]n * m; the negations come before NaNs are looked at.
func fusedMulAdd(negAddend, negProduct bool) liftFunc {
	return func(l *lifter) {
		t := l.ftype()
		a, n, m := l.getF(l.in.Ra(), t), l.getF(l.in.Rn(), t), l.getF(l.in.Rm(), t)
		if negAddend {
			a = l.Op1(ir.OpFNeg, t, a)
		}
		if negProduct {
			n = l.Op1(ir.OpFNeg, t, n)
		}
		l.setF(l.Emit(ir.Inst{Op: ir.OpFMulAdd, Type: t, A: a, B: n, C: m}))
	}
}

func (l *lifter) floatCompare(signal uint64, withZero bool) {
	t := l.ftype()
	n := l.getF(l.in.Rn(), t)
	var m ir.Value
	if withZero {
		m = l.floatConst(t, 0)
	} else {
		m = l.getF(l.in.Rm(), t)
	}
	l.SetFlags(l.Emit(ir.Inst{Op: ir.OpFlagsFCmp, Type: ir.Flags, Aux: uint8(t), A: n, B: m, Imm: signal}))
}

func (l *lifter) floatCondCompare(signal uint64) {
	t := l.ftype()
	n, m := l.getF(l.in.Rn(), t), l.getF(l.in.Rm(), t)
	imm := uint64(l.in.Cond()) | uint64(l.in.NZCV())<<4 | signal<<8
	l.SetFlags(l.Emit(ir.Inst{Op: ir.OpFlagsCFCmp, Type: ir.Flags, Aux: uint8(t), A: l.GetFlags(), B: n, C: m, Imm: imm}))
}
