package amd64

import "axol/jit/ir"

// Estimates of reciprocals and of reciprocal square roots. The manual defines them by the upper bits of
// the operand, so they come from tables. Where the operand or the result is not a normal number, the
// interpreter decides.

func init() {
	float := func(c *Compiler, in *ir.Inst) bool { return !c.SoftFP && ir.LaneOf(in.Aux) != ir.B }
	register(map[ir.Op]emitFunc{
		ir.OpVFRecpE:  emitVFRecpE,
		ir.OpVFRSqrtE: emitVFRSqrtE,
		ir.OpVFRecpX:  emitVFRecpX,
	}, float)
	register(map[ir.Op]emitFunc{
		ir.OpVURecpE:  emitVURecpE,
		ir.OpVURSqrtE: emitVURSqrtE,
	}, nil)
	for i := range 512 {
		setByte(tableRSqrt, i, rsqrtEstimate([2]int{256 | i&255, 128 | i>>1&127}[i>>8]))
		setByte(tableURSqrt, i, rsqrtEstimate(i))
		if i < 256 {
			setByte(tableRecip, i, recipEstimate(256|i))
		}
	}
}

// setByte sets a byte of a table.
func setByte(table, i, v int) {
	constValues[table+i/16][i/8&1] |= uint64(v&0xFF) << (i % 8 * 8)
}

// recipEstimate is the manual's RecipEstimate: of a in [256, 512), a number in [0.5, 1), the reciprocal as
// a number in [256, 512). The tables have its lowest eight bits.
func recipEstimate(a int) int { return (1<<19/(2*a+1) + 1) / 2 }

// rsqrtEstimate is the manual's RecipSqrtEstimate, of a in [128, 512), a number in [0.25, 1).
func rsqrtEstimate(a int) int {
	if a < 256 {
		a = 2*a + 1
	} else {
		a = (a&^1 + 1) * 2
	}
	b := 512
	for a*(b+1)*(b+1) < 1<<28 {
		b++
	}
	return (b + 1) / 2
}

// The fields of floating-point lanes.
var (
	fractionBits = [...]uint8{ir.H: 10, ir.S: 23, ir.D: 52}
	exponentBias = [...]int{ir.H: 15, ir.S: 127, ir.D: 1023}
)

// lanesIn is how many lanes an operation computes.
func lanesIn(aux uint8) uint8 {
	n := uint8(16) >> ir.LaneOf(aux)
	switch {
	case aux&ir.VOne != 0:
		return 1
	case aux&ir.VHalf != 0:
		return n / 2
	}
	return n
}

// repeated is src, or where not all lanes are computed a register that has nothing but those that are, in tmp.
func (c *Compiler) repeated(tmp, src Xmm, aux uint8) Xmm {
	switch {
	case aux&ir.VOne != 0:
		c.spread(ir.LaneOf(aux), tmp, src, 0)
	case aux&ir.VHalf != 0:
		c.sseImm(pSHUFD, tmp, src, 0x44)
	default:
		return src
	}
	return tmp
}

// splat is dst = x in every lane. It overwrites rax.
func (c *Compiler) splat(l ir.Lane, dst Xmm, x uint64) {
	c.movImm(scratch, x)
	c.movGtoX(l == ir.D, dst, scratch)
	c.spread(l, dst, dst, 0)
}

// lookUp is dst = bytes of a table, in the lowest byte of each lane that is computed; index has lanes below 512.
func (c *Compiler) lookUp(aux uint8, dst, index Xmm, table int) {
	l := ir.LaneOf(aux)
	m := constMem(table)
	m.Index = scratch
	c.zeroX(dst)
	for i := range lanesIn(aux) {
		c.xExtract(ir.H, scratch, index, i<<(l-1))
		c.loadx(false, 0, false, scratch, m)
		c.xInsert(ir.B, dst, scratch, i<<l)
	}
}

// unlessZero leaves the unit unless r is all zeros.
func (c *Compiler) unlessZero(r Xmm, p int) {
	c.sse(pTEST, r, r)
	c.jcc(ccNE, c.stopAt(p))
}

// unlessNormal leaves the unit unless every lane of exps is from 1 to limit. It uses the scratch registers.
func (c *Compiler) unlessNormal(l ir.Lane, exps Xmm, limit int, p int) {
	c.splat(l, scratchX, uint64(limit))
	c.op3(compareGT[l], scratchX, exps, scratchX)
	c.zeroX(scratchX2)
	c.sse(compareEQ[l], scratchX2, exps)
	c.sse(pOR, scratchX, scratchX2)
	c.killFlags()
	c.unlessZero(scratchX, p)
}

func emitVFRecpE(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	l := ir.LaneOf(in.Aux)
	width, frac, bias := uint8(8)<<l, fractionBits[l], exponentBias[l]
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	x := c.repeated(dst, a, in.Aux)
	c.shl(l, t, x, 1) // without the sign
	c.shr(l, t, t, frac+1)
	c.unlessNormal(l, t, 2*bias-2, p)
	c.splat(l, scratchX, uint64(2*bias-1))
	c.op3(subtract[l], scratchX, scratchX, t)
	c.shl(l, scratchX, scratchX, frac) // the result's exponent
	c.op3k(pAND, t, x, signConst[l])
	c.sse(pOR, scratchX, t)
	c.shl(l, scratchX2, x, width-frac)
	c.shr(l, scratchX2, scratchX2, width-8)
	c.lookUp(in.Aux, t, scratchX2, tableRecip)
	c.shl(l, t, t, frac-8)
	c.op3(pOR, dst, scratchX, t)
	c.done(v, dst, in.Aux, in.A)
}

// emitVFRSqrtE: the lowest bit of the exponent belongs to the index.
func emitVFRSqrtE(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	l := ir.LaneOf(in.Aux)
	width, frac, bias := uint8(8)<<l, fractionBits[l], exponentBias[l]
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	x := c.repeated(dst, a, in.Aux)
	c.shr(l, t, x, frac) // with the sign, which makes it too large
	c.unlessNormal(l, t, 2*bias, p)
	c.splat(l, scratchX, uint64(3*bias-1))
	c.op3(subtract[l], scratchX, scratchX, t)
	c.shr(l, scratchX, scratchX, 1)
	c.shl(l, scratchX, scratchX, frac)
	c.shl(l, scratchX2, x, width-frac-1)
	c.shr(l, scratchX2, scratchX2, width-9)
	c.lookUp(in.Aux, t, scratchX2, tableRSqrt)
	c.shl(l, t, t, frac-8)
	c.op3(pOR, dst, scratchX, t)
	c.done(v, dst, in.Aux, in.A)
}

// emitVFRecpX inverts the exponent: that of a zero or a denormal becomes the largest of a number.
func emitVFRecpX(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	l := ir.LaneOf(in.Aux)
	dst := c.fresh(v)
	p := c.stopBefore()
	x := c.repeated(dst, a, in.Aux)
	c.op3k(pAND, scratchX, x, absConst[l])
	c.movups(scratchX2, constMem(infinityConst[l]))
	c.sse(compareGT[l], scratchX, scratchX2)
	c.killFlags()
	c.unlessZero(scratchX, p)
	c.op3k(pAND, scratchX, x, infinityConst[l])
	c.sse(pXOR, scratchX2, scratchX)
	c.op3k(pAND, dst, x, signConst[l])
	c.sse(pOR, dst, scratchX2)
	c.zeroX(scratchX2)
	c.sse(compareEQ[l], scratchX2, scratchX)
	c.shr(l, scratchX2, scratchX2, 8<<l-1)
	c.shl(l, scratchX2, scratchX2, fractionBits[l])
	c.op3(subtract[l], dst, dst, scratchX2)
	c.done(v, dst, in.Aux, in.A)
}

// emitVURecpE: numbers below a half have no estimate, and all ones for a result.
func emitVURecpE(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.apart(v, in.A)
	c.shl(ir.S, scratchX, a, 1)
	c.shr(ir.S, scratchX, scratchX, 24)
	c.lookUp(in.Aux, scratchX2, scratchX, tableRecip)
	c.shl(ir.S, scratchX2, scratchX2, 23)
	c.op3k(pOR, scratchX2, scratchX2, constSign32)
	c.signs(ir.S, dst, a)
	c.not(dst, dst)
	c.sse(pOR, dst, scratchX2)
	c.keepPart(dst, in.Aux)
}

// emitVURSqrtE is the same for numbers below a quarter.
func emitVURSqrtE(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.apart(v, in.A)
	c.shr(ir.S, scratchX, a, 23)
	c.lookUp(in.Aux, scratchX2, scratchX, tableURSqrt)
	c.shl(ir.S, scratchX2, scratchX2, 23)
	c.op3k(pOR, scratchX2, scratchX2, constSign32)
	c.shr(ir.S, scratchX, a, 30)
	c.zeroX(dst)
	c.sse(pCMPEQD, dst, scratchX)
	c.sse(pOR, dst, scratchX2)
	c.keepPart(dst, in.Aux)
}
