package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Data processing, immediate.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpAdr:     func(l *lifter) { l.setReg(ir.I64, l.in.Rd(), l.Const(ir.I64, l.pc+uint64(l.in.AdrOffset()))) },
		a64.OpAdrp:    func(l *lifter) { l.setReg(ir.I64, l.in.Rd(), l.Const(ir.I64, l.pc&^0xfff+uint64(l.in.AdrOffset()))) },
		a64.OpAddImm:  addSubImm(ir.OpAdd),
		a64.OpSubImm:  addSubImm(ir.OpSub),
		a64.OpAddsImm: addSubsImm(ir.OpAdd, ir.OpFlagsAdd),
		a64.OpSubsImm: addSubsImm(ir.OpSub, ir.OpFlagsSub),
		a64.OpAndImm:  logicalImm(ir.OpAnd),
		a64.OpOrrImm:  logicalImm(ir.OpOr),
		a64.OpEorImm:  logicalImm(ir.OpXor),
		a64.OpAndsImm: andsImm,
		a64.OpMovz:    func(l *lifter) { l.setReg(l.width(), l.in.Rd(), l.Const(l.width(), wideImm(l.in))) },
		a64.OpMovn:    func(l *lifter) { l.setReg(l.width(), l.in.Rd(), l.Const(l.width(), ^wideImm(l.in))) },
		a64.OpMovk:    movk,
		a64.OpSbfm:    sbfm,
		a64.OpBfm:     bfm,
		a64.OpUbfm:    ubfm,
		a64.OpExtr:    extr,
	})
}

func addSubImm(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		v := l.regSP(t, l.in.Rn())
		if imm := l.in.AddImm(); imm != 0 { // MOV to and from SP adds 0
			v = l.op2Const(op, t, v, imm)
		}
		l.setRegSP(t, l.in.Rd(), v)
	}
}

func addSubsImm(op, flags ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.arithS(op, flags, t, l.regSP(t, l.in.Rn()), l.Const(t, l.in.AddImm()))
	}
}

// arithS writes a op b to Rd, unless that is the zero register, and sets the flags.
func (l *lifter) arithS(op, flags ir.Op, t ir.Type, a, b ir.Value) {
	f := l.FlagsOf2(flags, t, a, b)
	if l.in.Rd() != zr {
		l.setReg(t, l.in.Rd(), l.Op2(op, t, a, b))
	}
	l.SetFlags(f)
}

func logicalImm(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		v := l.Const(t, l.in.Bitmask())
		if op != ir.OpOr || l.in.Rn() != zr { // else MOV (bitmask immediate)
			v = l.Op2(op, t, l.reg(t, l.in.Rn()), v)
		}
		l.setRegSP(t, l.in.Rd(), v)
	}
}

func andsImm(l *lifter) {
	t := l.width()
	l.setLogicS(t, l.op2Const(ir.OpAnd, t, l.reg(t, l.in.Rn()), l.in.Bitmask()))
}

// setLogicS writes v to Rd and sets the flags of a logical result.
func (l *lifter) setLogicS(t ir.Type, v ir.Value) {
	f := l.FlagsLogic(t, v)
	l.setReg(t, l.in.Rd(), v)
	l.SetFlags(f)
}

func wideImm(in a64.Inst) uint64 { return uint64(in.Imm16()) << (16 * in.Hw()) }

func movk(l *lifter) {
	t, rd := l.width(), l.in.Rd()
	v := l.bfi(t, l.reg(t, rd), l.Const(t, uint64(l.in.Imm16())), 16*l.in.Hw(), 16)
	l.setReg(t, rd, v)
}

// field is the Imm of the bit-field operations.
func field(lsb, width uint8) uint64 { return uint64(lsb) | uint64(width)<<8 }

func (l *lifter) bfi(t ir.Type, into, from ir.Value, lsb, width uint8) ir.Value {
	return l.Emit(ir.Inst{Op: ir.OpBfi, Type: t, A: into, B: from, Imm: field(lsb, width)})
}

// bitfield is what the bit-field moves have in common: width bits from bit from
// of the source go to bit to of the destination, one of which is bit 0
// (C6.2, UBFM: "if imms is greater than or equal to immr ...").
type bitfield struct{ from, to, width uint8 }

func (l *lifter) bitfield(t ir.Type) bitfield {
	r, s := l.in.ImmR(), l.in.ImmS()
	if s >= r {
		return bitfield{from: r, width: s - r + 1}
	}
	return bitfield{to: uint8(t.Bits()) - r, width: s + 1}
}

// top reports whether the field is at the upper end of its source or destination.
func (f bitfield) top(t ir.Type) bool { return int(f.from+f.to+f.width) == t.Bits() }

func ubfm(l *lifter) {
	t := l.width()
	f, v := l.bitfield(t), l.reg(t, l.in.Rn())
	switch {
	case f.top(t) && f.to == 0:
		v = l.shift(a64.LSR, t, v, f.from)
	case f.top(t):
		v = l.shift(a64.LSL, t, v, f.to)
	case f.from == 0 && f.width == 8:
		v = l.shift(a64.LSL, t, l.Op1(ir.OpZext8, t, v), f.to)
	case f.from == 0 && f.width == 16:
		v = l.shift(a64.LSL, t, l.Op1(ir.OpZext16, t, v), f.to)
	default:
		v = l.shift(a64.LSL, t, l.Op1Imm(ir.OpUbfx, t, v, field(f.from, f.width)), f.to)
	}
	l.setReg(t, l.in.Rd(), v)
}

func sbfm(l *lifter) {
	t := l.width()
	f := l.bitfield(t)
	if f.from == 0 && f.width == 32 && t == ir.I64 {
		l.setReg(t, l.in.Rd(), l.shift(a64.LSL, t, l.Op1(ir.OpSext32, t, l.reg(ir.I32, l.in.Rn())), f.to))
		return
	}
	v := l.reg(t, l.in.Rn())
	switch {
	case f.top(t) && f.to == 0:
		v = l.shift(a64.ASR, t, v, f.from)
	case f.top(t):
		v = l.shift(a64.LSL, t, v, f.to)
	case f.from == 0 && f.width == 8:
		v = l.shift(a64.LSL, t, l.Op1(ir.OpSext8, t, v), f.to)
	case f.from == 0 && f.width == 16:
		v = l.shift(a64.LSL, t, l.Op1(ir.OpSext16, t, v), f.to)
	default:
		v = l.shift(a64.LSL, t, l.Op1Imm(ir.OpSbfx, t, v, field(f.from, f.width)), f.to)
	}
	l.setReg(t, l.in.Rd(), v)
}

func bfm(l *lifter) {
	t, rd := l.width(), l.in.Rd()
	f := l.bitfield(t)
	from := l.shift(a64.LSR, t, l.reg(t, l.in.Rn()), f.from)
	if int(f.width) < t.Bits() {
		from = l.bfi(t, l.reg(t, rd), from, f.to, f.width)
	}
	l.setReg(t, rd, from)
}

func extr(l *lifter) {
	t, n, m := l.width(), l.in.Rn(), l.in.Rm()
	if n == m {
		l.setReg(t, l.in.Rd(), l.shift(a64.ROR, t, l.reg(t, n), l.in.ImmS()))
		return
	}
	v := ir.Inst{Op: ir.OpExtr, Type: t, A: l.reg(t, n), B: l.reg(t, m), Imm: uint64(l.in.ImmS())}
	l.setReg(t, l.in.Rd(), l.Emit(v))
}
