package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Register 31 is the stack pointer in some fields and zero in the others. The
// functions with SP in their name are for the former.

// zr is the number of the zero register.
const zr = 31

// intType is the type of the 64-bit or 32-bit form of an instruction.
func intType(sf bool) ir.Type {
	if sf {
		return ir.I64
	}
	return ir.I32
}

// width is the type the sf bit asks for.
func (l *lifter) width() ir.Type { return intType(l.in.Sf()) }

// reg reads general register n as type t.
func (l *lifter) reg(t ir.Type, n uint8) ir.Value {
	if n == zr {
		return l.Const(t, 0)
	}
	return l.regSP(t, n)
}

// regSP reads general register n, or the stack pointer, as type t.
func (l *lifter) regSP(t ir.Type, n uint8) ir.Value {
	v := l.GetX(n)
	if t == ir.I32 {
		v = l.Op1(ir.OpLow32, ir.I32, v)
	}
	return v
}

// setReg writes general register n; a value of 32 bits clears the upper half.
func (l *lifter) setReg(t ir.Type, n uint8, v ir.Value) {
	if n != zr {
		l.setRegSP(t, n, v)
	}
}

// setRegSP writes general register n, or the stack pointer.
func (l *lifter) setRegSP(t ir.Type, n uint8, v ir.Value) {
	if t == ir.I32 {
		v = l.Op1(ir.OpZext32, ir.I64, v)
	}
	l.SetX(n, v)
}

// op2Const is an operation on a value and a constant of the same type.
func (l *lifter) op2Const(op ir.Op, t ir.Type, a ir.Value, c uint64) ir.Value {
	return l.Op2(op, t, a, l.Const(t, c))
}

// add adds a constant to an address.
func (l *lifter) add(a ir.Value, c int64) ir.Value {
	if c == 0 {
		return a
	}
	return l.op2Const(ir.OpAdd, ir.I64, a, uint64(c))
}

var shiftOps = [...]ir.Op{a64.LSL: ir.OpShl, a64.LSR: ir.OpShr, a64.ASR: ir.OpSar, a64.ROR: ir.OpRor}

// shift shifts by a constant.
func (l *lifter) shift(kind a64.Shift, t ir.Type, v ir.Value, amount uint8) ir.Value {
	if amount == 0 {
		return v
	}
	return l.op2Const(shiftOps[kind], t, v, uint64(amount))
}

// shiftedRm is the second operand of a shifted-register instruction.
func (l *lifter) shiftedRm(t ir.Type) ir.Value {
	if l.in.Rm() == zr {
		return l.Const(t, 0)
	}
	return l.shift(l.in.Shift(), t, l.reg(t, l.in.Rm()), l.in.Imm6())
}

// extendedRm is register Rm extended as the option field says, and shifted left.
func (l *lifter) extendedRm(t ir.Type, amount uint8) ir.Value {
	return l.shift(a64.LSL, t, l.extend(t, l.in.Rm()), amount)
}

// extend is the manual's ExtendReg without its shift. To 32 bits, a word is
// extended by taking it as it is.
func (l *lifter) extend(t ir.Type, n uint8) ir.Value {
	if n == zr {
		return l.Const(t, 0)
	}
	switch l.in.Extend() {
	case a64.UXTB:
		return l.Op1(ir.OpZext8, t, l.reg(t, n))
	case a64.UXTH:
		return l.Op1(ir.OpZext16, t, l.reg(t, n))
	case a64.SXTB:
		return l.Op1(ir.OpSext8, t, l.reg(t, n))
	case a64.SXTH:
		return l.Op1(ir.OpSext16, t, l.reg(t, n))
	case a64.UXTW:
		if t == ir.I64 {
			return l.Op1(ir.OpZext32, t, l.reg(ir.I32, n))
		}
	case a64.SXTW:
		if t == ir.I64 {
			return l.Op1(ir.OpSext32, t, l.reg(ir.I32, n))
		}
	}
	return l.reg(t, n)
}

// cond is the instruction's condition; always reports AL and NV.
func (l *lifter) cond() (c ir.Cond, always bool) {
	c = ir.Cond(l.in.Cond())
	return c, c >= ir.AL
}
