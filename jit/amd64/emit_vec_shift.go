package amd64

import "axol/jit/ir"

// Shifts of lanes: by an immediate, and by registers.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVShlImm: emitVShiftImm((*Compiler).shl),
		ir.OpVShrImm: emitVShiftImm((*Compiler).shr),
		ir.OpVSarImm: emitVShiftImm((*Compiler).sar),
	}, nil)
	register(map[ir.Op]emitFunc{
		ir.OpVShlReg:  emitVShiftReg(false, false),
		ir.OpVSshlReg: emitVShiftReg(true, false),
		ir.OpVUrShl:   emitVShiftReg(false, true),
		ir.OpVSrShl:   emitVShiftReg(true, true),
	}, withAVX)
}

func emitVShiftImm(shift func(*Compiler, ir.Lane, Xmm, Xmm, uint8)) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a := c.inV(in.A)
		shift(c, in.Aux, c.over(v, in.A), a, uint8(in.Imm))
	}
}

// emitVShiftReg shifts by the signed low byte of each lane of B. A constant becomes an immediate;
// else lanes of 32 and 64 bits are shifted both ways, each lane by an amount that leaves
// nothing for one of them. Narrow lanes are shifted in wide ones.
func emitVShiftReg(signed, round bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		l := ir.LaneOf(in.Aux)
		if n, same := c.sameInLanes(l, in.B); same {
			c.shiftConst(v, in, n, signed, round)
			return
		}
		a, b := c.inV(in.A), c.inV(in.B)
		s := laneShift{c: c, signed: signed, round: round}
		s.left, s.by = c.temp(), c.temp()
		dst := c.apart(v, in.A, in.B)
		switch l {
		case ir.S, ir.D:
			s.emit(l, dst, a, b)
		default:
			s.narrow(l, dst, a, b, c.temp(), c.temp(), c.temp())
		}
		c.keepPart(dst, in.Aux)
	}
}

// sameInLanes is the signed low byte of every lane of v, when that is known and the same.
func (c *Compiler) sameInLanes(l ir.Lane, v ir.Value) (n int8, same bool) {
	x := c.val(v)
	return int8(x.imm), x.konst && every(l, x.imm&(^uint64(0)>>(64-8<<l)))[0] == x.imm
}

// shiftConst shifts every lane by the same amount, right where it is negative.
func (c *Compiler) shiftConst(v ir.Value, in *ir.Inst, n int8, signed, round bool) {
	l := ir.LaneOf(in.Aux)
	width := 8 << l
	a := c.inV(in.A)
	dst := c.apart(v, in.A, in.B)
	right := -int(n)
	shift := c.shr
	if signed {
		shift = c.sar
	}
	switch {
	case n >= 0:
		c.shl(l, dst, a, uint8(min(int(n), width)))
	case !round:
		shift(l, dst, a, uint8(min(right, width)))
	case right > width:
		c.zeroX(dst) // half of the divisor is more than any lane
	default: // the last bit shifted out is added
		shift(l, dst, a, uint8(min(right, width)))
		shift(l, scratchX, a, uint8(right-1))
		c.op3k(pAND, scratchX, scratchX, constEvery+int(l))
		c.op3(add[l], dst, dst, scratchX)
	}
	c.keepPart(dst, in.Aux)
}

// laneShift shifts lanes of 32 or 64 bits by registers.
type laneShift struct {
	c             *Compiler
	signed, round bool
	left, by      Xmm // for use inside
}

// emit is dst = a shifted by b, in lanes l. The amounts are taken modulo 256: an
// amount of the other sign is larger than any width. dst is none of the operands.
func (s *laneShift) emit(l ir.Lane, dst, a, b Xmm) {
	c, w := s.c, l == ir.D
	amount := [...]int{ir.S: constByteOfS, ir.D: constByteOfD}[l]
	c.op3k(pAND, s.by, b, amount)
	c.vex(pSLLV, w, false, s.left, a, s.by)
	c.zeroX(s.by)
	c.op3(subtract[l], s.by, s.by, b)
	c.op3k(pAND, s.by, s.by, amount)
	s.right(l, dst, a, s.by)
	if s.round {
		c.op3m(subtract[l], s.by, s.by, constMem(constEvery+int(l)))
		s.right(l, scratchX, a, s.by)
		c.op3k(pAND, scratchX, scratchX, constEvery+int(l))
		c.op3(add[l], dst, dst, scratchX)
	}
	if s.signed { // where there is nothing to shift to the right, the sign came in
		c.shl(l, scratchX, b, 8<<l-8)
		c.signs(l, scratchX2, scratchX)
		c.op3(pAND, dst, dst, scratchX2)
		c.op3(pANDN, scratchX2, scratchX2, s.left)
		c.op3(pOR, dst, dst, scratchX2)
		return
	}
	c.op3(pOR, dst, dst, s.left)
}

// right is dst = a shifted right by the lanes of by. There is no arithmetic shift of 64
// bits: ones are shifted in where the bits are inverted before and after. It uses scratchX2.
func (s *laneShift) right(l ir.Lane, dst, a, by Xmm) {
	c := s.c
	switch {
	case !s.signed:
		c.vex(pSRLV, l == ir.D, false, dst, a, by)
	case l == ir.S:
		c.vex(pSRAV, false, false, dst, a, by)
	default:
		c.signs(ir.D, scratchX2, a)
		c.op3(pXOR, dst, a, scratchX2)
		c.vex(pSRLV, true, false, dst, dst, by)
		c.op3(pXOR, dst, dst, scratchX2)
	}
}

// narrow is emit for lanes of 8 and 16 bits: each part of a lane of 32 bits in turn.
func (s *laneShift) narrow(l ir.Lane, dst, a, b, x, y, r Xmm) {
	c := s.c
	width := uint8(8) << l
	top := 32 - width
	for at := uint8(0); at < 32; at += width {
		c.shl(ir.S, x, a, top-at)
		if s.signed {
			c.sar(ir.S, x, x, top)
		} else {
			c.shr(ir.S, x, x, top)
		}
		c.shr(ir.S, y, b, at)
		out := dst
		if at != 0 {
			out = r
		}
		s.emit(ir.S, out, x, y)
		c.shl(ir.S, out, out, top)
		c.shr(ir.S, out, out, top-at)
		if at != 0 {
			c.op3(pOR, dst, dst, r)
		}
	}
}
