package amd64

import "axol/jit/ir"

// Saturating arithmetic. What saturates sets FPSR.QC, in ir.State: it is found by comparing with
// the result that does not saturate.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVSqAdd: emitVSqAdd,
		ir.OpVUqAdd: emitVUqAdd,
		ir.OpVSqSub: emitVSqSub,
		ir.OpVUqSub: emitVUqSub,
		ir.OpVSqNeg: emitVSqNeg,
		ir.OpVSqAbs: emitVSqAbs,
	}, nil)
	register(map[ir.Op]emitFunc{
		ir.OpVSqShl:  emitVSatShift,
		ir.OpVUqShl:  emitVSatShift,
		ir.OpVSqShlU: emitVSatShift,
	}, nil)
	register(map[ir.Op]emitFunc{
		ir.OpVSqXtn:  emitVSatNarrow(byLane{0, pACKSSWB, pACKSSDW}, byLane{0, pMOVSXBW, pMOVSXWD}, byLane{}),
		ir.OpVSqXtun: emitVSatNarrow(byLane{0, pACKUSWB, pACKUSDW}, byLane{0, pMOVZXBW, pMOVZXWD}, byLane{}),
		ir.OpVUqXtn:  emitVSatNarrow(byLane{0, pACKUSWB, pACKUSDW}, byLane{0, pMOVZXBW, pMOVZXWD}, byLane{0, pMINUW, pMINUD}),
	}, nil)
	register(map[ir.Op]emitFunc{
		ir.OpVSqDmulh:  emitVSqDmulh(false),
		ir.OpVSqrDmulh: emitVSqDmulh(true),
		ir.OpVSqDmull:  emitVSqDmull,
	}, func(_ *Compiler, in *ir.Inst) bool { l := ir.LaneOf(in.Aux); return l == ir.H || l == ir.S })
}

const fpsrQC = 1 << 27

// saturatedIf sets FPSR.QC if r is not all zeros.
func (c *Compiler) saturatedIf(r Xmm) {
	c.killFlags()
	c.sse(pTEST, r, r)
	var none Label
	c.jcc(ccE, &none)
	c.aluMI(aluOr, false, st(ir.OffFPSR), fpsrQC)
	c.Asm.bind(&none)
}

// saturatedWhere is saturatedIf for lanes of the mask, which lose what the operation does
// not compute.
func (c *Compiler) saturatedWhere(mask Xmm, aux uint8) {
	c.keepPart(mask, aux)
	c.saturatedIf(mask)
}

// narrowSat emits an operation on bytes or halves that the host has: sat saturates, wrap does not.
func (c *Compiler) narrowSat(v ir.Value, in *ir.Inst, sat, wrap opcode) {
	a, b := c.inV(in.A), c.inV(in.B)
	dst := c.apart(v, in.A, in.B)
	c.op3(wrap, scratchX, a, b)
	c.op3(sat, dst, a, b)
	c.sse(pXOR, scratchX, dst)
	c.keepPart(dst, in.Aux)
	c.saturatedWhere(scratchX, in.Aux)
}

// bound is dst = the largest lane where src is not negative, else the smallest.
func (c *Compiler) bound(l ir.Lane, dst, src Xmm) {
	c.signs(l, dst, src)
	c.op3k(pXOR, dst, dst, [...]int{constByteShr + 1, constAbs16, constAbs32, constAbs64}[l])
}

// choose replaces dst by x where the mask has ones. x is overwritten.
func (c *Compiler) choose(dst, x, mask Xmm) {
	c.sse(pXOR, x, dst)
	c.sse(pAND, x, mask)
	c.sse(pXOR, dst, x)
}

func emitVSqAdd(c *Compiler, v ir.Value, in *ir.Inst) {
	l := ir.LaneOf(in.Aux)
	if l < ir.S {
		c.narrowSat(v, in, byLane{pADDSB, pADDSW}[l], add[l])
		return
	}
	// It overflows where the sum's sign is neither operand's: (a ^ sum) & (b ^ sum).
	c.signedSat(v, in, add[l], func(t, dst, a, b Xmm) {
		c.op3(pXOR, t, dst, a)
		c.op3(pXOR, scratchX, dst, b)
		c.sse(pAND, t, scratchX)
	})
}

func emitVSqSub(c *Compiler, v ir.Value, in *ir.Inst) {
	l := ir.LaneOf(in.Aux)
	if l < ir.S {
		c.narrowSat(v, in, byLane{pSUBSB, pSUBSW}[l], subtract[l])
		return
	}
	c.signedSat(v, in, subtract[l], func(t, dst, a, b Xmm) {
		c.op3(pXOR, t, dst, a)
		c.op3(pXOR, scratchX, a, b)
		c.sse(pAND, t, scratchX)
	})
}

// signedSat is dst = a op b, where t, made by overflow, is negative the bound on a's side.
func (c *Compiler) signedSat(v ir.Value, in *ir.Inst, op opcode, overflow func(t, dst, a, b Xmm)) {
	l := ir.LaneOf(in.Aux)
	a, b := c.inV(in.A), c.inV(in.B)
	t, mask := c.temp(), c.temp()
	dst := c.apart(v, in.A, in.B)
	c.op3(op, dst, a, b)
	overflow(t, dst, a, b)
	c.signs(l, mask, t)
	c.bound(l, scratchX, a)
	c.choose(dst, scratchX, mask)
	c.keepPart(dst, in.Aux)
	c.saturatedWhere(mask, in.Aux)
}

// emitVUqAdd: the sum of unsigned numbers is wrong where it is less than an operand.
func emitVUqAdd(c *Compiler, v ir.Value, in *ir.Inst) {
	l := ir.LaneOf(in.Aux)
	if l < ir.S {
		c.narrowSat(v, in, byLane{pADDUSB, pADDUSW}[l], add[l])
		return
	}
	a, b := c.inV(in.A), c.inV(in.B)
	dst := c.apart(v, in.A, in.B)
	c.op3(add[l], dst, a, b)
	c.aboveLanes(l, a, dst)
	c.sse(pOR, dst, scratchX)
	c.keepPart(dst, in.Aux)
	c.saturatedWhere(scratchX, in.Aux)
}

func emitVUqSub(c *Compiler, v ir.Value, in *ir.Inst) {
	l := ir.LaneOf(in.Aux)
	if l < ir.S {
		c.narrowSat(v, in, byLane{pSUBUSB, pSUBUSW}[l], subtract[l])
		return
	}
	a, b := c.inV(in.A), c.inV(in.B)
	dst := c.apart(v, in.A, in.B)
	c.aboveLanes(l, b, a)
	c.op3(subtract[l], dst, a, b)
	c.movaps(scratchX2, scratchX)
	c.sse(pANDN, scratchX2, dst)
	c.movaps(dst, scratchX2)
	c.keepPart(dst, in.Aux)
	c.saturatedWhere(scratchX, in.Aux)
}

// aboveLanes is scratchX = a > b, unsigned lanes of 32 or 64 bits.
func (c *Compiler) aboveLanes(l ir.Lane, a, b Xmm) {
	if l == ir.D {
		c.above64(a, b)
		return
	}
	c.op3(pMINUD, scratchX, a, b)
	c.sse(pCMPEQD, scratchX, a)
	c.not(scratchX, scratchX)
}

// emitVSqNeg: only the minimum saturates, and is its own negative.
func emitVSqNeg(c *Compiler, v ir.Value, in *ir.Inst) {
	l := ir.LaneOf(in.Aux)
	a := c.inV(in.A)
	dst := c.apart(v, in.A)
	c.zeroX(dst)
	c.sse(subtract[l], dst, a)
	c.topToMax(dst, in.Aux)
}

func emitVSqAbs(c *Compiler, v ir.Value, in *ir.Inst) {
	l := ir.LaneOf(in.Aux)
	a := c.inV(in.A)
	dst := c.apart(v, in.A)
	if l == ir.D {
		c.signs(ir.D, scratchX, a)
		c.op3(pXOR, dst, a, scratchX)
		c.sse(pSUBQ, dst, scratchX)
	} else {
		c.sse(byLane{pABSB, pABSW, pABSD}[l], dst, a)
	}
	c.topToMax(dst, in.Aux)
}

// topToMax turns the minimum into the maximum, for operations that give the minimum where, and
// only where, they saturate.
func (c *Compiler) topToMax(r Xmm, aux uint8) {
	l := ir.LaneOf(aux)
	c.movups(scratchX, constMem([...]int{constByteTop, constSign16, constSign32, constSign64}[l]))
	c.sse(compareEQ[l], scratchX, r)
	c.sse(pXOR, r, scratchX)
	c.keepPart(r, aux)
	c.saturatedWhere(scratchX, aux)
}

// emitVSatNarrow packs, and widens again to see whether something was lost. The instructions take
// their source as signed: unsigned ones are limited before.
func emitVSatNarrow(pack, widen, limit byLane) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		l := ir.LaneOf(in.Aux)
		if l == ir.D {
			c.satNarrow64(v, in)
			return
		}
		a := c.inV(in.A)
		dst := c.apart(v, in.A)
		src := c.part(scratchX2, a, in.Aux)
		if limit[l] != 0 {
			c.op3k(limit[l], dst, src, constBottom+int(l))
			c.sse(pack[l], dst, dst)
		} else {
			c.op3(pack[l], dst, src, src)
		}
		c.sse(widen[l], scratchX, dst)
		c.sse(pXOR, scratchX, src)
		c.sse(xMOVQ, dst, dst)
		c.saturatedIf(scratchX)
	}
}

// emitVSatShift shifts to the left by a constant; other amounts are for satShift, or the interpreter where the host
// has no shifts by registers. What was shifted out is missed when it is shifted back.
func emitVSatShift(c *Compiler, v ir.Value, in *ir.Inst) {
	l := ir.LaneOf(in.Aux)
	n, same := c.sameInLanes(l, in.B)
	a := c.inV(in.A)
	if !same || n < 0 {
		if c.feat.AVX && in.Op != ir.OpVSqShlU {
			satShift{signed: in.Op == ir.OpVSqShl}.emit(c, v, in)
			return
		}
		dst := c.fresh(v)
		c.jmp(c.stopAt(c.stopBefore()))
		c.done(v, dst, 0, in.A, in.B)
		return
	}
	t := c.temp()
	dst := c.apart(v, in.A, in.B)
	by := uint8(min(int(n), 8<<l))
	c.shl(l, dst, a, by)
	if in.Op == ir.OpVSqShl {
		c.sar(l, t, dst, by)
	} else {
		c.shr(l, t, dst, by)
	}
	c.sse(compareEQ[l], t, a)
	c.not(t, t)
	switch in.Op {
	case ir.OpVSqShl:
		c.bound(l, scratchX, a)
		c.choose(dst, scratchX, t)
	case ir.OpVUqShl:
		c.sse(pOR, dst, t)
	default: // negative: to zero
		c.signs(l, scratchX, a)
		c.sse(pOR, t, scratchX)
		c.sse(pOR, dst, t)
		c.sse(pANDN, scratchX, dst)
		c.movaps(dst, scratchX)
	}
	c.keepPart(dst, in.Aux)
	c.saturatedWhere(t, in.Aux)
}

// satNarrow64 narrows lanes of 64 bits. It has the upper and the lower words apart, in the low half of a register
// each: an upper word that does not just continue the lower one says that, and where to, it saturates.
func (c *Compiler) satNarrow64(v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	t := c.temp()
	dst := c.apart(v, in.A)
	src := c.part(scratchX2, a, in.Aux)
	c.sseImm(pSHUFD, dst, src, 0x08)
	c.sseImm(pSHUFD, scratchX, src, 0x5D)
	if in.Op == ir.OpVSqXtn { // what the upper word should be
		c.signs(ir.S, t, dst)
	} else {
		c.zeroX(t)
	}
	c.sse(pCMPEQD, t, scratchX)
	c.not(t, t)
	c.sse(xMOVQ, t, t)
	switch in.Op {
	case ir.OpVSqXtn:
		c.bound(ir.S, scratchX2, scratchX)
		c.choose(dst, scratchX2, t)
	case ir.OpVSqXtun: // zero where negative
		c.signs(ir.S, scratchX2, scratchX)
		c.sse(pOR, dst, t)
		c.sse(pANDN, scratchX2, dst)
		c.movaps(dst, scratchX2)
	default:
		c.sse(pOR, dst, t)
	}
	c.sse(xMOVQ, dst, dst)
	c.saturatedIf(t)
}

// emitVSqDmulh: the product saturates for the two minima only, and is the minimum then.
func emitVSqDmulh(round bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		l := ir.LaneOf(in.Aux)
		dst := c.apart(v, in.A, in.B)
		switch {
		case l == ir.H && round:
			c.op3(pMULHRSW, dst, a, b)
		case l == ir.H:
			c.op3(pMULHW, dst, a, b)
			c.op3(pMULLW, scratchX, a, b)
			c.shl(ir.H, dst, dst, 1)
			c.shr(ir.H, scratchX, scratchX, 15)
			c.sse(pOR, dst, scratchX)
		default:
			c.dmulh32(dst, a, b, round)
		}
		c.topToMax(dst, in.Aux)
	}
}

// dmulh32 multiplies even and odd words to 64 bits and joins the upper halves of twice the products.
func (c *Compiler) dmulh32(dst, a, b Xmm, round bool) {
	c.op3(pMULDQ, dst, a, b)
	c.shr(ir.D, scratchX, a, 32)
	c.shr(ir.D, scratchX2, b, 32)
	c.sse(pMULDQ, scratchX, scratchX2)
	for _, r := range [...]Xmm{dst, scratchX} {
		c.op3(pADDQ, r, r, r)
		if round {
			c.op3k(pADDQ, r, r, constRound32)
		}
	}
	c.shr(ir.D, dst, dst, 32)
	c.op3i(pBLENDW, dst, dst, scratchX, oddLanes[ir.S])
}

func emitVSqDmull(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	dst := c.apart(v, in.A, in.B)
	upper := in.Imm&1 != 0
	l := ir.LaneOf(in.Aux)
	if l == ir.H {
		c.op3(pMULHW, scratchX, a, b)
		c.op3(pMULLW, dst, a, b)
		c.sse(pickOp(upper, pUNPCKHWD, pUNPCKLWD), dst, scratchX)
	} else {
		c.longOperands(dst, scratchX, a, b, upper)
		c.sse(pMULDQ, dst, scratchX)
	}
	c.op3(add[l+1], dst, dst, dst)
	c.topToMax(dst, l+1|in.Aux&ir.VOne)
}
