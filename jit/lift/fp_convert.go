package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Floating-point data processing: conversions, rounding, and moves to and from
// general registers.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpFcvtnsInt: floatToInt(ir.RoundTieEven),
		a64.OpFcvtnuInt: floatToInt(ir.RoundTieEven | ir.Unsigned),
		a64.OpFcvtasInt: floatToInt(ir.RoundTieAway),
		a64.OpFcvtauInt: floatToInt(ir.RoundTieAway | ir.Unsigned),
		a64.OpFcvtpsInt: floatToInt(ir.RoundUp),
		a64.OpFcvtpuInt: floatToInt(ir.RoundUp | ir.Unsigned),
		a64.OpFcvtmsInt: floatToInt(ir.RoundDown),
		a64.OpFcvtmuInt: floatToInt(ir.RoundDown | ir.Unsigned),
		a64.OpFcvtzsInt: floatToInt(ir.RoundZero),
		a64.OpFcvtzuInt: floatToInt(ir.RoundZero | ir.Unsigned),
		a64.OpScvtfInt:  intToFloat(0),
		a64.OpUcvtfInt:  intToFloat(ir.Unsigned),

		a64.OpFcvtzsFixed: floatToInt(ir.RoundZero),
		a64.OpFcvtzuFixed: floatToInt(ir.RoundZero | ir.Unsigned),
		a64.OpScvtfFixed:  intToFloat(0),
		a64.OpUcvtfFixed:  intToFloat(ir.Unsigned),

		a64.OpFrintn: floatRint(ir.RoundTieEven),
		a64.OpFrintp: floatRint(ir.RoundUp),
		a64.OpFrintm: floatRint(ir.RoundDown),
		a64.OpFrintz: floatRint(ir.RoundZero),
		a64.OpFrinta: floatRint(ir.RoundTieAway),
		a64.OpFrintx: floatRint(ir.RoundCurrent | ir.RoundExact),
		a64.OpFrinti: floatRint(ir.RoundCurrent),

		a64.OpFrint32z: floatRintN(32, ir.RoundZero),
		a64.OpFrint32x: floatRintN(32, ir.RoundCurrent),
		a64.OpFrint64z: floatRintN(64, ir.RoundZero),
		a64.OpFrint64x: floatRintN(64, ir.RoundCurrent),

		a64.OpFcvt: func(l *lifter) {
			from, to := l.ftype(), [...]ir.Type{ir.F32, ir.F64, ir.None, ir.F16}[l.in.Field(16, 15)]
			l.setF(l.Emit(ir.Inst{Op: ir.OpFCvt, Type: to, Aux: uint8(from), A: l.getF(l.in.Rn(), from)}))
		},
		a64.OpBfcvt: func(l *lifter) {
			l.SetV(l.in.Rd(), l.Lane1(ir.OpVBfCvtN, ir.S|ir.VOne, l.GetV(l.in.Rn())))
		},
		a64.OpFjcvtzs: func(l *lifter) {
			r := l.Op1(ir.OpFJcvt, ir.I64, l.getF(l.in.Rn(), ir.F64))
			z := l.Op1Imm(ir.OpUbfx, ir.I64, r, 32|1<<8)
			l.setReg(ir.I32, l.in.Rd(), l.Op1(ir.OpLow32, ir.I32, r))
			l.SetFlags(l.Op1(ir.OpFlagsOf, ir.Flags, l.Op2(ir.OpShl, ir.I64, z, l.Const(ir.I64, 30))))
		},

		a64.OpFmovToGen: func(l *lifter) {
			t := l.ftype()
			i := bitsType(t)
			l.setReg(i, l.in.Rd(), l.Op1(ir.OpFToBits, i, l.getF(l.in.Rn(), t)))
		},
		a64.OpFmovFromGen: func(l *lifter) {
			t := l.ftype()
			l.setF(l.Op1(ir.OpBitsToF, t, l.reg(bitsType(t), l.in.Rn())))
		},
		a64.OpFmovToGenTop: func(l *lifter) {
			l.setReg(ir.I64, l.in.Rd(), l.vGet(ir.OpVGet, ir.I64, ir.D, l.GetV(l.in.Rn()), 1))
		},
		a64.OpFmovFromGenTop: func(l *lifter) {
			x := l.reg(ir.I64, l.in.Rn())
			l.SetV(l.in.Rd(), l.Emit(ir.Inst{Op: ir.OpVIns, Type: ir.V128, Aux: ir.D, A: l.GetV(l.in.Rd()), B: x, Imm: 1}))
		},
	})
}

// fixedBits is the number of fraction bits of a fixed-point conversion; the
// integer conversions, whose bit 21 is set, have none.
func (l *lifter) fixedBits() uint64 {
	if l.in.Bit(21) {
		return 0
	}
	return uint64(64 - l.in.Imm6())
}

func floatToInt(how uint8) liftFunc {
	return func(l *lifter) {
		t, to := l.ftype(), l.width()
		l.setReg(to, l.in.Rd(), l.Emit(ir.Inst{Op: ir.OpFToI, Type: to, Aux: how,
			A: l.getF(l.in.Rn(), t), Imm: l.fixedBits() | uint64(t)<<8}))
	}
}

func intToFloat(how uint8) liftFunc {
	return func(l *lifter) {
		t, from := l.ftype(), l.width()
		l.setF(l.Emit(ir.Inst{Op: ir.OpIToF, Type: t, Aux: how,
			A: l.reg(from, l.in.Rn()), Imm: l.fixedBits() | uint64(from)<<8}))
	}
}

func floatRint(how uint8) liftFunc {
	return func(l *lifter) {
		t := l.ftype()
		l.setF(l.Emit(ir.Inst{Op: ir.OpFRint, Type: t, Aux: how, A: l.getF(l.in.Rn(), t)}))
	}
}

func floatRintN(width uint64, how uint8) liftFunc {
	return func(l *lifter) {
		t := l.ftype()
		l.setF(l.Emit(ir.Inst{Op: ir.OpFRintN, Type: t, Aux: how, A: l.getF(l.in.Rn(), t), Imm: width}))
	}
}
