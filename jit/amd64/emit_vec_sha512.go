package amd64

import "axol/jit/ir"

// SHA-512, for which amd64 has no instructions: rounds in general registers, the schedule in vector registers.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVSha512H:   emitSha512H,
		ir.OpVSha512H2:  emitSha512H2,
		ir.OpVSha512Su0: emitSha512Su0,
		ir.OpVSha512Su1: emitSha512Su1,
	}, nil)
}

// tempG is a general register for use inside one emitter. It must be asked for while all operands are pinned.
func (c *Compiler) tempG() Reg {
	r := c.alloc(&c.gpr, 0)
	c.gpr.pinned |= 1 << r
	return r
}

// bigSigma is dst = src rotated right by r, by r+s and by r+s+t, combined by exclusive or.
func (c *Compiler) bigSigma(dst, src Reg, r, s, t uint8) {
	c.movRR(true, dst, src)
	c.shiftImm(shRor, true, dst, t)
	c.aluRR(aluXor, true, dst, src)
	c.shiftImm(shRor, true, dst, s)
	c.aluRR(aluXor, true, dst, src)
	c.shiftImm(shRor, true, dst, r)
}

// emitSha512H is the manual's SHA512hash part 1: A has the schedule with constants, B and C the state.
func emitSha512H(c *Compiler, v ir.Value, in *ir.Inst) {
	w, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	sum, t, low := c.tempG(), c.tempG(), c.tempG()
	c.killFlags()
	dst := c.apart(v, in.A, in.B, in.C)
	// The first round: choose(y.hi; x.lo, x.hi) = ((x.lo ^ x.hi) & y.hi) ^ x.hi.
	c.xExtract(ir.D, scratch, y, 1)
	c.xExtract(ir.D, t, x, 1)
	c.movXtoG(true, low, x)
	c.movRR(true, sum, low)
	c.aluRR(aluXor, true, sum, t)
	c.aluRR(aluAnd, true, sum, scratch)
	c.aluRR(aluXor, true, sum, t)
	c.bigSigma(t, scratch, 14, 4, 23)
	c.aluRR(aluAdd, true, sum, t)
	c.xExtract(ir.D, t, w, 1)
	c.aluRR(aluAdd, true, sum, t)
	// The second: of sum + y.lo choose y.hi or x.lo.
	c.aluRR(aluXor, true, scratch, low)
	c.movXtoG(true, t, y)
	c.aluRR(aluAdd, true, t, sum)
	c.aluRR(aluAnd, true, scratch, t)
	c.aluRR(aluXor, true, scratch, low)
	c.bigSigma(low, t, 14, 4, 23)
	c.aluRR(aluAdd, true, scratch, low)
	c.movXtoG(true, t, w)
	c.aluRR(aluAdd, true, scratch, t)
	c.movGtoX(true, dst, scratch)
	c.xInsert(ir.D, dst, sum, 1)
}

// emitSha512H2 is part 2: the majority of b, c and a is (a & (b ^ c)) ^ (b & c).
func emitSha512H2(c *Compiler, v ir.Value, in *ir.Inst) {
	w, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	sum, differ, both, t := c.tempG(), c.tempG(), c.tempG(), c.tempG()
	c.killFlags()
	dst := c.apart(v, in.A, in.B, in.C)
	c.xExtract(ir.D, differ, y, 1)
	c.movXtoG(true, scratch, y)
	c.movRR(true, both, differ)
	c.aluRR(aluAnd, true, both, scratch)
	c.aluRR(aluXor, true, differ, scratch)
	round := func(a Reg, of Reg, n uint8) { // sum = majority + sigma of a register + schedule
		c.movRR(true, sum, a)
		c.aluRR(aluAnd, true, sum, differ)
		c.aluRR(aluXor, true, sum, both)
		c.bigSigma(t, of, 28, 6, 5)
		c.aluRR(aluAdd, true, sum, t)
		c.extract(ir.D, t, w, n)
		c.aluRR(aluAdd, true, sum, t)
	}
	c.movXtoG(true, sum, x)
	round(sum, scratch, 1)
	c.movRR(true, scratch, sum)
	round(scratch, scratch, 0)
	c.movGtoX(true, dst, sum)
	c.xInsert(ir.D, dst, scratch, 1)
}

// smallSigma is dst = src rotated right by r and by s, and shifted right by t, combined by exclusive
// or. It uses scratchX2; src is not it, nor dst.
func (c *Compiler) smallSigma(dst, src Xmm, r, s, t uint8) {
	c.shr(ir.D, dst, src, t)
	for _, n := range [...]uint8{r, s} {
		c.shr(ir.D, scratchX2, src, n)
		c.sse(pXOR, dst, scratchX2)
		c.shl(ir.D, scratchX2, src, 64-n)
		c.sse(pXOR, dst, scratchX2)
	}
}

func emitSha512Su0(c *Compiler, v ir.Value, in *ir.Inst) {
	w, x := c.inV(in.A), c.inV(in.B)
	dst := c.apart(v, in.A, in.B)
	c.op3i(xSHUFPD, scratchX, w, x, 1) // the words after those of w
	c.smallSigma(dst, scratchX, 1, 8, 7)
	c.op3(pADDQ, dst, dst, w)
}

func emitSha512Su1(c *Compiler, v ir.Value, in *ir.Inst) {
	w, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	dst := c.apart(v, in.A, in.B, in.C)
	c.smallSigma(dst, x, 19, 61, 6)
	c.op3(pADDQ, dst, dst, w)
	c.op3(pADDQ, dst, dst, y)
}
