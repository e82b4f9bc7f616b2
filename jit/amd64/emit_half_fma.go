package amd64

import "axol/jit/ir"

// A product and a sum with one rounding, in half precision. Single precision is not wide enough for that: a result just
// beside the middle between two halves may be rounded to that middle, and then the wrong way. Such results leave the
// unit, as do those that are tiny, which may have been inexact before.

// halfMulAdd is the half precision dst = sum + x*y, or sum - x*y, of singles. It overwrites all of them.
func (c *Compiler) halfMulAdd(op opcode, aux uint8, dst, sum, x, y Xmm, p int) {
	wide := wideHalf(aux)
	c.vex(op, false, wide, sum, x, y)
	c.vex(xCVTPS2PH, false, wide, sum, 0, dst)
	c.byte(4) // as MXCSR says
	c.vex(xCVTPH2PS, false, wide, x, 0, dst)
	c.packed(pCMPEQD, aux, x, x, sum) // exact
	c.splatSingles(y, 0xFFF)
	c.packed(pAND, aux, y, y, sum)
	c.packed(pXOR, aux, sum, sum, sum)
	c.packed(pCMPEQD, aux, y, y, sum) // no bits below the middle
	c.packed(pANDN, aux, y, x, y)
	c.killFlags()
	c.vex(pTEST, false, wide, y, 0, y)
	c.narrowEnd(aux)
	c.jcc(ccNE, c.stopAt(p))
	c.op3k(pAND, sum, dst, constAbs16)
	c.op3k(pCMPGTW, x, sum, constInfinity16)
	c.splat(ir.H, y, 1)
	c.op3(pSUBW, sum, sum, y)
	c.splat(ir.H, y, 0x3FF)
	c.op3(pMINUW, y, y, sum)
	c.op3(pCMPEQW, y, y, sum)
	c.op3(pOR, x, x, y)
	c.unlessZero(x, p)
}

func emitHalfMulAdd(c *Compiler, v ir.Value, in *ir.Inst) {
	a, x, y, aux := c.inV(in.A), c.inV(in.B), c.inV(in.C), halfLanes(in)
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	c.widenHalf(aux, t, a)
	c.widenHalf(aux, scratchX, x)
	c.widenHalf(aux, scratchX2, y)
	c.halfMulAdd(xFMADD, aux, dst, t, scratchX, scratchX2, p)
	c.done(v, dst, 0, in.A, in.B, in.C)
}

func emitHalfCMla(c *Compiler, v ir.Value, in *ir.Inst) {
	a, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	c.onePart(ir.H, scratchX2, x, in.Imm&1)
	y = c.rotated(ir.H, dst, y, scratchX, in.Imm)
	c.widenHalf(in.Aux, t, a)
	c.widenHalf(in.Aux, scratchX, scratchX2)
	c.widenHalf(in.Aux, scratchX2, y)
	c.halfMulAdd(xFMADD, in.Aux, dst, t, scratchX, scratchX2, p)
	c.done(v, dst, 0, in.A, in.B, in.C)
}

// emitHalfStep is from - A * B, with A multiplied by scale, which is exact, if that is not 0.
func emitHalfStep(from, scale uint32) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		dst, t, u := c.fresh(v), c.temp(), c.temp()
		p := c.stopBefore()
		a, b = c.repeated(t, a, in.Aux), c.repeated(u, b, in.Aux)
		c.unlessUpTo(ir.H, largest[ir.H], p, a, b)
		c.widenHalf(in.Aux, scratchX, a)
		c.widenHalf(in.Aux, scratchX2, b)
		if scale != 0 {
			c.splatSingles(t, scale)
			c.packed(xMUL, in.Aux, scratchX, scratchX, t)
		}
		c.splatSingles(t, from)
		if in.Aux&ir.VOne != 0 { // the other lanes' sums are nothing that leaves
			c.keep(t, t, ir.S|ir.VOne)
		}
		c.halfMulAdd(xFNMADD, in.Aux, dst, t, scratchX, scratchX2, p)
		c.done(v, dst, in.Aux, in.A, in.B)
	}
}
