package amd64

import "axol/jit/ir"

// Conversions and comparisons that amd64 has no instruction for, or only with an extension.

func init() {
	emitters[ir.OpFlagsCFCmp] = emitter{emitFlagsCFCmp, func(c *Compiler, in *ir.Inst) bool {
		return !c.SoftFP && ir.Type(in.Aux) != ir.F16
	}}
	emitters[ir.OpFRintN] = emitter{emitFRintN, func(c *Compiler, in *ir.Inst) bool { return !c.SoftFP && in.Type != ir.F16 }}
	emitters[ir.OpFJcvt] = emitter{emitFJcvt, func(c *Compiler, _ *ir.Inst) bool { return !c.SoftFP }}
}

// constOf picks the constant for a type from a pair of which the one for double precision comes first.
func constOf(t ir.Type, double int) int {
	if t == ir.F32 {
		return double + 1
	}
	return double
}

// tempFor is a register roundTo needs for some roundings.
func (c *Compiler) tempFor(aux uint8) Xmm {
	if aux&7 == ir.RoundTieAway {
		return c.temp()
	}
	return NoReg
}

// roundTo is dst = src rounded to an integer as aux says, with tmp from tempFor. dst is neither src nor
// scratchX2. Without RoundExact in aux no exception is raised.
func (c *Compiler) roundTo(t ir.Type, dst, src, tmp Xmm, aux uint8) {
	if aux&7 == ir.RoundTieAway {
		c.killFlags()
		c.roundAway(t, dst, src, tmp)
		return
	}
	c.movaps(dst, src)
	c.round(t, dst, src, roundImm(aux))
}

// exactly is a rounding that raises inexact where another one is.
func exactly(mode uint8) uint8 {
	if mode == ir.RoundTieAway {
		mode = ir.RoundZero
	}
	return mode | ir.RoundExact
}

// roundAway rounds ties away from zero: src without its fraction, and one more, in the direction of its sign, where
// the fraction was a half or more. All of it is exact. A NaN, and what has no fraction bits, stays what it is.
func (c *Compiler) roundAway(t ir.Type, dst, src, tmp Xmm) {
	c.movups(tmp, constMem(constOf(t, constAbs64)))
	c.sse(xAND, tmp, src)
	c.movups(scratchX2, constMem(constOf(t, constIntegral64)))
	c.ucomis(t, scratchX2, tmp)
	c.movaps(dst, src)
	var done Label
	c.jcc(ccBE, &done)
	const truncate, quiet, lessOrEqual = 3, 8, 2
	c.round(t, dst, src, truncate|quiet)
	c.movaps(tmp, src)
	c.sse(scalarOp(xSUB, t), tmp, dst)
	c.rm(xAND, false, tmp, constMem(constOf(t, constAbs64)))
	c.movups(scratchX2, constMem(constOf(t, constHalf64)))
	c.sseImm(scalarOp(xCMPPS, t), scratchX2, tmp, lessOrEqual)
	c.rm(xAND, false, scratchX2, constMem(constOf(t, constOne64)))
	c.movaps(tmp, src)
	c.rm(xAND, false, tmp, constMem(constOf(t, constSign64)))
	c.sse(xOR, scratchX2, tmp)
	c.sse(scalarOp(xADD, t), dst, scratchX2)
	c.Asm.bind(&done)
}

// halfConversion reports whether the instruction converts between half precision and what F16C can.
func halfConversion(in *ir.Inst) bool {
	return ir.Type(in.Aux) == ir.F16 || ir.Type(in.Aux) == ir.F32 && in.Type == ir.F16
}

// convertHalf converts the lowest lane; the others are cleared before, so that they raise nothing.
func (c *Compiler) convertHalf(in *ir.Inst, dst, src Xmm, p int) {
	if in.Type == ir.F16 {
		c.unlessNaN(ir.F32, src, p)
		c.keep(scratchX, src, ir.S|ir.VOne)
		c.vex(xCVTPS2PH, false, false, scratchX, 0, dst)
		c.byte(4) // as MXCSR says
		c.movXtoG(false, scratch, dst)
		c.aluRI(aluAnd, false, scratch, 0x7FFF)
		c.aluRI(aluCmp, false, scratch, 0x400) // the smallest normal number
		c.jcc(ccE, c.stopAt(p))
		return
	}
	c.keep(scratchX, src, ir.H|ir.VOne)
	c.vex(xCVTPH2PS, false, false, dst, 0, scratchX)
	c.unlessNaN(ir.F32, dst, p)
	if in.Type == ir.F64 {
		c.sse(scalarOp(0x5A|map0F, ir.F32), dst, dst)
	}
}

// scaleDown divides by 2^n, which is exact.
func (c *Compiler) scaleDown(t ir.Type, r Xmm, n uint8) {
	if n == 0 {
		return
	}
	c.movImm(scratch, powerOfHalf(t, n))
	c.movGtoX(t == ir.F64, scratchX, scratch)
	c.sse(scalarOp(xMUL, t), r, scratchX)
}

// emitFlagsCFCmp compares if the condition holds.
func emitFlagsCFCmp(c *Compiler, v ir.Value, in *ir.Inst) {
	b, k := c.in(in.B), c.in(in.C)
	op := 0x2E | map0F
	if in.Imm>>8&1 != 0 {
		op = 0x2F | map0F
	}
	if ir.Type(in.Aux) == ir.F64 {
		op |= pp66
	}
	c.compareIf(v, in, func() {
		c.rr(op, false, b, k)
		c.fcmpToRAX()
	})
}

// compareIf makes NZCV what compare leaves in rax if the condition of in holds, else a constant. Either way it is
// put together in rax, as Host.Flags has it, and goes to the host's flags register from there.
func (c *Compiler) compareIf(v ir.Value, in *ir.Inst, compare func()) {
	cond, nzcv := ir.Cond(in.Imm&15), uint8(in.Imm>>4&15)
	h := c.need(in.A, cond).invert()
	c.killFlagsFor(in.A, v)
	c.drop(in.A)
	var otherwise, done Label
	c.jumpIf(h, &otherwise)
	compare()
	if !h.never {
		c.jmp(&done)
		c.Asm.bind(&otherwise)
		c.movImm(RAX, uint64(hostNZCV(nzcv)))
		c.Asm.bind(&done)
	}
	c.drop(in.B)
	c.drop(in.C)
	c.eflagsFromAX()
	c.opaque(v, efAdd)
}

// integerBits is how many bits of magnitude a conversion to an integer is good for.
func integerBits(in *ir.Inst) uint8 {
	bits := uint8(in.Type.Bits())
	if in.Aux&ir.Unsigned != 0 && bits == 32 {
		return 32
	}
	return bits - 1
}

// scaleUp is dst = src * 2^n, which is exact: what would not be below 2^limit leaves the unit.
func (c *Compiler) scaleUp(t ir.Type, dst, src Xmm, n, limit uint8, p int) {
	double := t == ir.F64
	c.killFlags()
	c.movXtoG(double, scratch, src)
	c.unlessMagnitudeBelow(t, int(limit)-int(n), p)
	power := (1023 + uint64(n)) << 52
	if !double {
		power = (127 + uint64(n)) << 23
	}
	c.movImm(scratch, power)
	c.movGtoX(double, dst, scratch)
	c.sse(scalarOp(xMUL, t), dst, src)
}

// emitFJcvt converts to 32 bits; what does not fit leaves the unit. It was exact when the bits
// come back, which they do not for -0.
func emitFJcvt(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.in(in.A)
	exact := c.tempG()
	p := c.stopBefore()
	c.killFlags()
	c.rr(scalarOp(0x2C|map0F, ir.F64), false, scratch, a)
	c.aluRI(aluCmp, false, scratch, 1)
	c.jcc(ccO, c.stopAt(p))
	c.sse(xXOR, scratchX, scratchX)
	c.rr(scalarOp(0x2A|map0F, ir.F64), false, scratchX, scratch)
	c.sse(pCMPEQQ, scratchX, a)
	c.movXtoG(true, exact, scratchX)
	c.drop(in.A)
	dst := c.out(v)
	c.shiftImm(shShr, true, exact, 63)
	c.shiftImm(shShl, true, exact, 32)
	c.movRR(false, dst, scratch)
	c.aluRR(aluOr, true, dst, exact)
}

// emitFRintN rounds twice, as emitVFRintN does.
func emitFRintN(c *Compiler, v ir.Value, in *ir.Inst) {
	l := ir.S
	if in.Type == ir.F64 {
		l = ir.D
	}
	a := c.in(in.A)
	dst := c.fresh(v)
	p := c.stopBefore()
	c.round(in.Type, dst, a, roundImm(in.Aux&7))
	c.movXtoG(l == ir.D, scratch, dst)
	c.killFlags()
	c.unlessMagnitudeBelow(in.Type, int(in.Imm)-1, p)
	c.round(in.Type, scratchX, a, roundImm(in.Aux&7|ir.RoundExact))
	c.drop(in.A)
	c.own(v, dst)
}

// powerOfHalf is 2^-n.
func powerOfHalf(t ir.Type, n uint8) uint64 {
	if t == ir.F32 {
		return (127 - uint64(n)) << 23
	}
	return (1023 - uint64(n)) << 52
}
