package amd64

import "axol/jit/ir"

// Half precision and integers, and comparisons that set the flags.

func init() {
	for op, f := range map[ir.Op]emitFunc{
		ir.OpFToI:       emitHalfToI,
		ir.OpFlagsFCmp:  emitFlagsHalf,
		ir.OpFlagsCFCmp: emitFlagsCHalf,
	} {
		halves[op] = emitter{f, func(c *Compiler, in *ir.Inst) bool {
			return c.halfHost() && (in.Op == ir.OpFToI && ir.Type(in.Imm>>8) == ir.F16 || in.Op != ir.OpFToI && ir.Type(in.Aux) == ir.F16)
		}}
	}
	halves[ir.OpFCvt] = emitter{emitDoubleToHalf, func(c *Compiler, in *ir.Inst) bool {
		return c.halfHost() && in.Type == ir.F16 && ir.Type(in.Aux) == ir.F64
	}}
}

// emitHalfVToI converts to integers of 16 bits. What is out of range leaves the unit, before anything is raised.
func emitHalfVToI(c *Compiler, v ir.Value, in *ir.Inst) {
	a, mode := c.inV(in.A), uint8(in.Imm>>8)
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	c.widenHalf(in.Aux, t, a)
	if n := int(in.Imm & 255); n != 0 {
		c.splatSingles(scratchX, uint32(powerOfTwo(ir.S, n)))
		c.packed(xMUL, in.Aux, t, t, scratchX)
	}
	c.roundSingles(in.Aux, mode&7, scratchX, t)
	unsigned := mode&ir.Unsigned != 0
	if unsigned {
		c.splatSingles(scratchX2, 0x477FFF00) // 65535
		c.packed(pMINUD, in.Aux, scratchX2, scratchX2, scratchX)
		c.packed(pXOR, in.Aux, scratchX2, scratchX2, scratchX)
	} else {
		c.splatSingles(scratchX2, 1<<31)
		c.packed(pANDN, in.Aux, dst, scratchX2, scratchX)
		c.splatSingles(scratchX2, 0x46FFFE00) // 32767
		c.packed(pCMPGTD, in.Aux, scratchX2, dst, scratchX2)
	}
	c.killFlags()
	c.vex(pTEST, false, wideHalf(in.Aux), scratchX2, 0, scratchX2)
	c.jcc(ccNE, c.stopAt(p))
	c.roundSingles(in.Aux, exactly(mode&7), dst, t) // once more, for the inexact flag
	c.packed(xCVTTPS2I, in.Aux, scratchX, 0, scratchX)
	c.packWords(pickOp(unsigned, pACKUSDW, pACKSSDW), in.Aux, dst, scratchX)
	c.done(v, dst, 0, in.A)
}

func emitHalfVIToF(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.fresh(v)
	p := c.stopBefore()
	extend := pickOp(in.Imm>>8&uint64(ir.Unsigned) != 0, pMOVZXWD, pMOVSXWD)
	if in.Aux&ir.VOne != 0 {
		c.op3k(pAND, scratchX, a, constLow+int(ir.H))
		a = scratchX
	}
	c.packed(extend, in.Aux, scratchX, 0, a)
	c.packed(xCVTDQ2PS, in.Aux, scratchX, 0, scratchX)
	if n := int(in.Imm & 255); n != 0 {
		c.splatSingles(scratchX2, uint32(powerOfTwo(ir.S, -n)))
		c.packed(xMUL, in.Aux, scratchX, scratchX, scratchX2)
	}
	c.madeHalf(v, in.Aux, dst, scratchX, p, in.A)
}

// emitHalfToI converts a scalar. What is out of range leaves the unit.
func emitHalfToI(c *Compiler, v ir.Value, in *ir.Inst) {
	const one = ir.H | ir.VOne
	a, mode := c.inV(in.A), in.Aux&7
	unsigned, w := in.Aux&ir.Unsigned != 0, in.Type == ir.I64
	x, r := c.temp(), c.temp()
	dst := c.fresh(v)
	p := c.stopBefore()
	c.killFlags()
	c.widenHalf(one, x, a)
	if n := int(in.Imm & 255); n != 0 {
		c.splat(ir.S, scratchX, powerOfTwo(ir.S, n))
		c.sse(xMUL|ppF3, x, scratchX)
	}
	c.movXtoG(false, scratch, x)
	if unsigned {
		c.unlessExponentBelow(ir.F32, int(integerBits(in)), p)
	} else {
		c.unlessMagnitudeBelow(ir.F32, int(integerBits(in)), p)
	}
	c.roundSingles(one, mode, r, x)
	c.rr(scalarOp(0x2C|map0F, ir.F32), w || unsigned, dst, r)
	c.roundSingles(one, exactly(mode), r, x) // once more, for the inexact flag
	c.drop(in.A)
	c.own(v, dst)
}

// emitHalfIToF converts what single precision has exactly; other integers leave the unit.
func emitHalfIToF(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.in(in.A)
	w := ir.Type(in.Imm>>8) == ir.I64
	dst := c.fresh(v)
	p := c.stopBefore()
	c.killFlags()
	c.movRR(w, scratch, a)
	if in.Aux&ir.Unsigned == 0 {
		c.aluRI(aluAdd, w, scratch, 1<<23)
	}
	c.shiftImm(shShr, w, scratch, 24)
	c.jcc(ccNE, c.stopAt(p))
	c.zeroX(scratchX)
	c.rr(scalarOp(0x2A|map0F, ir.F32), false, scratchX, a)
	if n := int(in.Imm & 255); n != 0 {
		c.splat(ir.S, scratchX2, powerOfTwo(ir.S, -n))
		c.sse(xMUL|ppF3, scratchX, scratchX2)
	}
	c.madeHalf(v, ir.H|ir.VOne, dst, scratchX, p, in.A)
}

// emitDoubleToHalf rounds to odd in between, which cannot change the second rounding.
func emitDoubleToHalf(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	a = c.repeated(t, a, ir.D|ir.VOne)
	c.roundOdd(dst, a, p)
	c.keep(scratchX, dst, ir.S|ir.VOne)
	c.madeHalf(v, ir.H|ir.VOne, dst, scratchX, p, in.A)
}

// compareHalves compares as singles.
func (c *Compiler) compareHalves(a, b Xmm, signal bool) {
	c.widenHalf(ir.H|ir.VOne, scratchX, a)
	c.widenHalf(ir.H|ir.VOne, scratchX2, b)
	op := 0x2E | map0F
	if signal {
		op++
	}
	c.rr(op, false, scratchX, scratchX2)
	c.fcmpToRAX()
}

func emitFlagsHalf(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	c.killFlags()
	c.compareHalves(a, b, in.Imm != 0)
	c.drop(in.A)
	c.drop(in.B)
	c.eflagsFromAX()
	c.opaque(v, efAdd)
}

// emitFlagsCHalf is emitFlagsCFCmp of halves.
func emitFlagsCHalf(c *Compiler, v ir.Value, in *ir.Inst) {
	b, k := c.inV(in.B), c.inV(in.C)
	c.compareIf(v, in, func() { c.compareHalves(b, k, in.Imm>>8&1 != 0) })
}
