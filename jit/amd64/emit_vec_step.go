package amd64

import "axol/jit/ir"

// Products that are not what a multiplication gives for infinities: FMULX and the steps of Newton's
// method. Operands that are not well inside the format leave the unit before anything is computed,
// because the host would raise exceptions. Lanes that are not computed get copies of those that are.

func init() {
	withFMA := func(c *Compiler, in *ir.Inst) bool { return !c.SoftFP && isFloatLane(in.Aux) && c.feat.FMA }
	register(map[ir.Op]emitFunc{
		ir.OpVFRecpS:  emitVFStep(false),
		ir.OpVFRSqrtS: emitVFStep(true),
	}, withFMA)
	register(map[ir.Op]emitFunc{
		ir.OpVFMulX:  emitVFMulX,
		ir.OpVFRintN: emitVFRintN,
	}, func(c *Compiler, in *ir.Inst) bool { return !c.SoftFP && isFloatLane(in.Aux) })
}

// unlessUpTo leaves the unit unless the magnitudes of all lanes are up to limit, given as bits. A NaN is
// larger than any. It uses the scratch registers.
func (c *Compiler) unlessUpTo(l ir.Lane, limit uint64, p int, regs ...Xmm) {
	c.splat(l, scratchX2, limit)
	c.killFlags()
	for _, r := range regs {
		c.op3k(pAND, scratchX, r, absConst[l])
		c.sse(compareGT[l], scratchX, scratchX2)
		c.unlessZero(scratchX, p)
	}
}

// largest are the largest numbers, as bits.
var largest = [...]uint64{ir.H: 0x7BFF, ir.S: 0x7F7FFFFF, ir.D: 0x7FEFFFFFFFFFFFFF}

// powerOfTwo is 2^n as bits.
func powerOfTwo(l ir.Lane, n int) uint64 { return uint64(exponentBias[l]+n) << fractionBits[l] }

func emitVFMulX(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	l := ir.LaneOf(in.Aux)
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	a, b = c.repeated(dst, a, in.Aux), c.repeated(t, b, in.Aux)
	c.unlessUpTo(l, largest[l], p, a, b)
	c.op3(formOf(xMUL, l), dst, a, b)
	c.unlessLeastOrNaNs(l, dst, p)
	c.done(v, dst, in.Aux, in.A, in.B)
}

// emitVFStep is 2 - A * B, or (3 - A * B) / 2. Halving is exact, since what is not zero is far
// from the smallest numbers; the product must not overflow where half of it would not.
func emitVFStep(root bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		l := ir.LaneOf(in.Aux)
		dst, t, u := c.fresh(v), c.temp(), c.temp()
		p := c.stopBefore()
		limit, from := largest[l], powerOfTwo(l, 1)
		if root {
			limit = powerOfTwo(l, (exponentBias[l]+1)/2) - 1
			from |= 1 << (fractionBits[l] - 1)
		}
		a, b = c.repeated(u, a, in.Aux), c.repeated(t, b, in.Aux)
		c.unlessUpTo(l, limit, p, a, b)
		c.splat(l, dst, from)
		c.vex(xFNMADD, l == ir.D, false, dst, a, b)
		if root {
			c.splat(l, scratchX, powerOfTwo(l, -1))
			c.sse(formOf(xMUL, l), dst, scratchX)
		}
		c.done(v, dst, in.Aux, in.A, in.B)
	}
}

// emitVFRintN rounds twice: without a word, to see whether the result is in range, and again for the inexact flag.
func emitVFRintN(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	l := ir.LaneOf(in.Aux)
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	a = c.repeated(t, a, in.Aux)
	mode := uint8(in.Imm >> 8)
	c.roundLanes(l, dst, a, roundImm(mode))
	c.unlessUpTo(l, powerOfTwo(l, int(in.Imm&255)-1)-1, p, dst)
	c.roundLanes(l, scratchX, a, roundImm(mode|ir.RoundExact))
	c.done(v, dst, in.Aux, in.A)
}
