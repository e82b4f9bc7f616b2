package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Flag manipulation (FEAT_FlagM, FEAT_FlagM2): arithmetic on NZCV as a number.

// The flags where OpNZCV and OpFlagsOf have them.
const (
	bitV = 1 << (28 + iota)
	bitC
	bitZ
	bitN
)

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpCfinv:  cfinv,
		a64.OpAxflag: axflag,
		a64.OpXaflag: xaflag,
		a64.OpRmif:   rmif,
		a64.OpSetf8:  setf(8),
		a64.OpSetf16: setf(16),
	})
}

// nzcv is the flags as a number.
func (l *lifter) nzcv() ir.Value { return l.Op1(ir.OpNZCV, ir.I64, l.GetFlags()) }

func (l *lifter) setNZCV(v ir.Value) { l.SetFlags(l.Op1(ir.OpFlagsOf, ir.Flags, v)) }

func (l *lifter) and(a, b ir.Value) ir.Value            { return l.Op2(ir.OpAnd, ir.I64, a, b) }
func (l *lifter) or(a, b ir.Value) ir.Value             { return l.Op2(ir.OpOr, ir.I64, a, b) }
func (l *lifter) mask(a ir.Value, bits uint64) ir.Value { return l.op2Const(ir.OpAnd, ir.I64, a, bits) }
func (l *lifter) shl(a ir.Value, n uint8) ir.Value      { return l.shift(a64.LSL, ir.I64, a, n) }
func (l *lifter) shr(a ir.Value, n uint8) ir.Value      { return l.shift(a64.LSR, ir.I64, a, n) }

func (l *lifter) andNot(a, b ir.Value) ir.Value { return l.Op2(ir.OpAndNot, ir.I64, a, b) }

func cfinv(l *lifter) { l.setNZCV(l.op2Const(ir.OpXor, ir.I64, l.nzcv(), bitC)) }

// axflag: Z := Z or V; C := C and not V; N and V := 0.
func axflag(l *lifter) {
	f := l.nzcv()
	z := l.mask(l.or(f, l.shl(f, 2)), bitZ)
	c := l.mask(l.andNot(f, l.shl(f, 1)), bitC)
	l.setNZCV(l.or(z, c))
}

// xaflag: N := neither C nor Z; Z := Z and C; C := C or Z; V := Z and not C.
func xaflag(l *lifter) {
	f := l.nzcv()
	n := l.andNot(l.Const(ir.I64, bitN), l.or(l.shl(f, 2), l.shl(f, 1)))
	z := l.mask(l.and(f, l.shl(f, 1)), bitZ)
	c := l.mask(l.or(f, l.shr(f, 1)), bitC)
	v := l.mask(l.andNot(l.shr(f, 2), l.shr(f, 1)), bitV)
	l.setNZCV(l.or(l.or(n, z), l.or(c, v)))
}

// rmif inserts bits 3:0 of the rotated register under a mask.
func rmif(l *lifter) {
	keep := uint64(l.in.Field(3, 0)) << 28
	from := l.shl(l.shift(a64.ROR, ir.I64, l.reg(ir.I64, l.in.Rn()), uint8(l.in.Field(20, 15))), 28)
	l.setNZCV(l.or(l.mask(from, keep), l.mask(l.nzcv(), (bitN|bitZ|bitC|bitV)&^keep)))
}

// setf: N and Z of the low width bits; V where the bit above them differs from
// their sign; C stays.
func setf(width uint8) liftFunc {
	return func(l *lifter) {
		x := l.reg(ir.I64, l.in.Rn())
		top := l.Op1(ir.OpLow32, ir.I32, l.shl(x, 32-width))
		nz := l.mask(l.Op1(ir.OpNZCV, ir.I64, l.FlagsLogic(ir.I32, top)), bitN|bitZ)
		sign := l.Op2(ir.OpXor, ir.I64, l.shl(x, 28-width), l.shl(x, 29-width))
		c := l.mask(l.nzcv(), bitC)
		l.setNZCV(l.or(nz, l.or(c, l.mask(sign, bitV))))
	}
}
