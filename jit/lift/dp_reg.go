package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Data processing, register.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpUdiv:   twoSource(ir.OpDivU),
		a64.OpSdiv:   twoSource(ir.OpDivS),
		a64.OpLslv:   twoSource(ir.OpShl),
		a64.OpLsrv:   twoSource(ir.OpShr),
		a64.OpAsrv:   twoSource(ir.OpSar),
		a64.OpRorv:   twoSource(ir.OpRor),
		a64.OpCrc32:  crc(ir.OpCrc32),
		a64.OpCrc32c: crc(ir.OpCrc32C),

		a64.OpRbit:  oneSource(ir.OpRbit),
		a64.OpRev16: oneSource(ir.OpRev16),
		a64.OpRev32: oneSource(ir.OpRev32),
		a64.OpRev:   oneSource(ir.OpRev),
		a64.OpClz:   oneSource(ir.OpClz),
		a64.OpCls:   oneSource(ir.OpCls),

		a64.OpAndShifted:  logical(ir.OpAnd),
		a64.OpBicShifted:  logical(ir.OpAndNot),
		a64.OpOrrShifted:  orr,
		a64.OpOrnShifted:  invertedLogical(ir.OpOr),
		a64.OpEorShifted:  logical(ir.OpXor),
		a64.OpEonShifted:  invertedLogical(ir.OpXor),
		a64.OpAndsShifted: logicalS(ir.OpAnd),
		a64.OpBicsShifted: logicalS(ir.OpAndNot),

		a64.OpAddShifted:  addSub(ir.OpAdd),
		a64.OpSubShifted:  addSub(ir.OpSub),
		a64.OpAddsShifted: addSubs(ir.OpAdd, ir.OpFlagsAdd),
		a64.OpSubsShifted: addSubs(ir.OpSub, ir.OpFlagsSub),
		a64.OpAddExt:      addSubExt(ir.OpAdd),
		a64.OpSubExt:      addSubExt(ir.OpSub),
		a64.OpAddsExt:     addSubsExt(ir.OpAdd, ir.OpFlagsAdd),
		a64.OpSubsExt:     addSubsExt(ir.OpSub, ir.OpFlagsSub),
		a64.OpAdc:         carry(ir.OpAdc, ir.OpInvalid),
		a64.OpAdcs:        carry(ir.OpAdc, ir.OpFlagsAdc),
		a64.OpSbc:         carry(ir.OpSbc, ir.OpInvalid),
		a64.OpSbcs:        carry(ir.OpSbc, ir.OpFlagsSbc),

		a64.OpCcmnReg: condCompare(ir.OpFlagsAdd, ir.OpFlagsCCmpAdd, false),
		a64.OpCcmpReg: condCompare(ir.OpFlagsSub, ir.OpFlagsCCmpSub, false),
		a64.OpCcmnImm: condCompare(ir.OpFlagsAdd, ir.OpFlagsCCmpAdd, true),
		a64.OpCcmpImm: condCompare(ir.OpFlagsSub, ir.OpFlagsCCmpSub, true),

		a64.OpCsel:  condSelect((*lifter).reg),
		a64.OpCsinc: condSelect((*lifter).regInc),
		a64.OpCsinv: condSelect((*lifter).regNot),
		a64.OpCsneg: condSelect((*lifter).regNeg),

		a64.OpMadd:   multiplyAdd(ir.OpAdd),
		a64.OpMsub:   multiplyAdd(ir.OpSub),
		a64.OpSmaddl: multiplyAddLong(ir.OpSext32, ir.OpAdd),
		a64.OpSmsubl: multiplyAddLong(ir.OpSext32, ir.OpSub),
		a64.OpUmaddl: multiplyAddLong(ir.OpZext32, ir.OpAdd),
		a64.OpUmsubl: multiplyAddLong(ir.OpZext32, ir.OpSub),
		a64.OpSmulh:  multiplyHigh(ir.OpMulHiS),
		a64.OpUmulh:  multiplyHigh(ir.OpMulHiU),
	})
}

func twoSource(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.setReg(t, l.in.Rd(), l.Op2(op, t, l.reg(t, l.in.Rn()), l.reg(t, l.in.Rm())))
	}
}

func oneSource(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.setReg(t, l.in.Rd(), l.Op1(op, t, l.reg(t, l.in.Rn())))
	}
}

func crc(op ir.Op) liftFunc {
	return func(l *lifter) {
		sum, data := l.reg(ir.I32, l.in.Rn()), l.reg(l.width(), l.in.Rm())
		size := uint8(l.in.Field(11, 10))
		l.setReg(ir.I32, l.in.Rd(), l.Emit(ir.Inst{Op: op, Type: ir.I32, Aux: size, A: sum, B: data}))
	}
}

func logical(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.setReg(t, l.in.Rd(), l.Op2(op, t, l.reg(t, l.in.Rn()), l.shiftedRm(t)))
	}
}

// orr: with the zero register as first operand it is MOV (register).
func orr(l *lifter) {
	t := l.width()
	v := l.shiftedRm(t)
	if l.in.Rn() != zr {
		v = l.Op2(ir.OpOr, t, l.reg(t, l.in.Rn()), v)
	}
	l.setReg(t, l.in.Rd(), v)
}

// invertedLogical: with the zero register as first operand they are MVN.
func invertedLogical(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		v := l.Op1(ir.OpNot, t, l.shiftedRm(t))
		if l.in.Rn() != zr {
			v = l.Op2(op, t, l.reg(t, l.in.Rn()), v)
		}
		l.setReg(t, l.in.Rd(), v)
	}
}

func logicalS(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.setLogicS(t, l.Op2(op, t, l.reg(t, l.in.Rn()), l.shiftedRm(t)))
	}
}

func addSub(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.setReg(t, l.in.Rd(), l.Op2(op, t, l.reg(t, l.in.Rn()), l.shiftedRm(t)))
	}
}

func addSubs(op, flags ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.arithS(op, flags, t, l.reg(t, l.in.Rn()), l.shiftedRm(t))
	}
}

func addSubExt(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.setRegSP(t, l.in.Rd(), l.Op2(op, t, l.regSP(t, l.in.Rn()), l.extendedRm(t, l.in.Imm3())))
	}
}

func addSubsExt(op, flags ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.arithS(op, flags, t, l.regSP(t, l.in.Rn()), l.extendedRm(t, l.in.Imm3()))
	}
}

// carry lifts ADC and SBC; flags is OpInvalid where the flags are not set.
func carry(op, flags ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		a, b, c := l.reg(t, l.in.Rn()), l.reg(t, l.in.Rm()), l.GetFlags()
		v := l.Emit(ir.Inst{Op: op, Type: t, A: a, B: b, C: c})
		if flags == ir.OpInvalid {
			l.setReg(t, l.in.Rd(), v)
			return
		}
		f := l.Emit(ir.Inst{Op: flags, Type: ir.Flags, Aux: uint8(t), A: a, B: b, C: c})
		l.setReg(t, l.in.Rd(), v)
		l.SetFlags(f)
	}
}

func condCompare(always, conditional ir.Op, imm bool) liftFunc {
	return func(l *lifter) {
		t := l.width()
		a := l.reg(t, l.in.Rn())
		var b ir.Value
		if imm {
			b = l.Const(t, uint64(l.in.Imm5()))
		} else {
			b = l.reg(t, l.in.Rm())
		}
		c, al := l.cond()
		if al {
			l.SetFlags(l.FlagsOf2(always, t, a, b))
			return
		}
		l.SetFlags(l.Emit(ir.Inst{Op: conditional, Type: ir.Flags, Aux: uint8(t),
			A: l.GetFlags(), B: a, C: b, Imm: uint64(l.in.NZCV())<<4 | uint64(c)}))
	}
}

// condSelect selects Rn, or what other makes of Rm.
func condSelect(other func(*lifter, ir.Type, uint8) ir.Value) liftFunc {
	return func(l *lifter) {
		t := l.width()
		v := l.reg(t, l.in.Rn())
		if c, always := l.cond(); !always {
			v = l.Select(t, c, l.GetFlags(), v, other(l, t, l.in.Rm()))
		}
		l.setReg(t, l.in.Rd(), v)
	}
}

// regInc, regNot and regNeg are a register plus one, inverted, and negated; of
// the zero register, as in CSET and CSETM, they are constants.

func (l *lifter) regInc(t ir.Type, n uint8) ir.Value {
	if n == zr {
		return l.Const(t, 1)
	}
	return l.op2Const(ir.OpAdd, t, l.reg(t, n), 1)
}

func (l *lifter) regNot(t ir.Type, n uint8) ir.Value {
	if n == zr {
		return l.Const(t, ^uint64(0))
	}
	return l.Op1(ir.OpNot, t, l.reg(t, n))
}

func (l *lifter) regNeg(t ir.Type, n uint8) ir.Value {
	if n == zr {
		return l.Const(t, 0)
	}
	return l.Op2(ir.OpSub, t, l.Const(t, 0), l.reg(t, n))
}

func multiplyAdd(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.setReg(t, l.in.Rd(), l.accumulate(op, t, l.Op2(ir.OpMul, t, l.reg(t, l.in.Rn()), l.reg(t, l.in.Rm()))))
	}
}

func multiplyAddLong(extend, op ir.Op) liftFunc {
	return func(l *lifter) {
		n := l.Op1(extend, ir.I64, l.reg(ir.I32, l.in.Rn()))
		m := l.Op1(extend, ir.I64, l.reg(ir.I32, l.in.Rm()))
		l.setReg(ir.I64, l.in.Rd(), l.accumulate(op, ir.I64, l.Op2(ir.OpMul, ir.I64, n, m)))
	}
}

// accumulate is Ra op product; MUL adds to the zero register.
func (l *lifter) accumulate(op ir.Op, t ir.Type, product ir.Value) ir.Value {
	if l.in.Ra() == zr && op == ir.OpAdd {
		return product
	}
	return l.Op2(op, t, l.reg(t, l.in.Ra()), product)
}

func multiplyHigh(op ir.Op) liftFunc {
	return func(l *lifter) {
		l.setReg(ir.I64, l.in.Rd(), l.Op2(op, ir.I64, l.reg(ir.I64, l.in.Rn()), l.reg(ir.I64, l.in.Rm())))
	}
}
