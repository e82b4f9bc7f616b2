package amd64

import "axol/jit/ir"

// Floating point by lane, with emit_fp.go's rules: a NaN leaves the unit with the operands as they
// were. The host must not compute on lanes the guest does not: their exceptions would be seen in FPSR.
// Of two lanes, each is computed twice; of one, the scalar instruction is used.

func init() {
	hard := func(c *Compiler, in *ir.Inst) bool { return !c.SoftFP && isFloatLane(in.Aux) }
	register(map[ir.Op]emitFunc{
		ir.OpVFAdd:   emitVFBin(xADD),
		ir.OpVFSub:   emitVFBin(xSUB),
		ir.OpVFMul:   emitVFBin(xMUL),
		ir.OpVFDiv:   emitVFBin(xDIV),
		ir.OpVFMin:   emitVFMinMax(xMIN, xOR),
		ir.OpVFMax:   emitVFMinMax(xMAX, xAND),
		ir.OpVFMinNM: emitVFMinMax(xMIN, xOR),
		ir.OpVFMaxNM: emitVFMinMax(xMAX, xAND),
		ir.OpVFSqrt:  emitVFSqrt,
		ir.OpVFCmpEQ: emitVFCmp(0, false),
		ir.OpVFCmpGE: emitVFCmp(2, true),
		ir.OpVFCmpGT: emitVFCmp(1, true),
	}, hard)
	emitters[ir.OpVFMulAdd] = emitter{emitVFMulAdd, func(c *Compiler, in *ir.Inst) bool { return hard(c, in) && c.feat.FMA }}
	emitters[ir.OpVFRint] = emitter{emitVFRint, hard}
	emitters[ir.OpVFToI] = emitter{emitVFToI, hard}
	emitters[ir.OpVIToF] = emitter{emitVIToF, hard}
	emitters[ir.OpVFCvtL] = emitter{emitVFCvtL, func(c *Compiler, in *ir.Inst) bool {
		l := ir.LaneOf(in.Aux)
		return !c.SoftFP && (l == ir.S || l == ir.H && c.feat.F16C)
	}}
	emitters[ir.OpVFCvtN] = emitter{emitVFCvtN, func(c *Compiler, in *ir.Inst) bool {
		l := ir.LaneOf(in.Aux)
		return !c.SoftFP && (in.Imm&1 != 0 || in.Aux&(ir.VOne|ir.VHalf) == 0) && (l == ir.D || l == ir.S && c.feat.F16C)
	}}
}

func isFloatLane(aux uint8) bool { l := ir.LaneOf(aux); return l == ir.S || l == ir.D }

// formOf adds to a packed single instruction the prefix for what is computed.
func formOf(op opcode, aux uint8) opcode {
	double := ir.LaneOf(aux) == ir.D
	switch {
	case aux&ir.VOne != 0 && double:
		return op | ppF2
	case aux&ir.VOne != 0:
		return op | ppF3
	case double:
		return op | pp66
	}
	return op
}

// floatType is the type of a lane's scalar.
func floatType(aux uint8) ir.Type {
	if ir.LaneOf(aux) == ir.D {
		return ir.F64
	}
	return ir.F32
}

// twice is src, or where only the low half is computed that half twice, in tmp.
func (c *Compiler) twice(tmp, src Xmm, aux uint8) Xmm {
	if aux&ir.VHalf == 0 {
		return src
	}
	c.sseImm(pSHUFD, tmp, src, 0x44)
	return tmp
}

// unlessNaNs leaves the unit when a lane of r that is computed is a NaN. It uses scratchX.
func (c *Compiler) unlessNaNs(aux uint8, r Xmm, point int) { c.unlessUnordered(aux, r, r, point) }

// unlessUnordered leaves the unit when a lane of a or b that is computed is a NaN.
func (c *Compiler) unlessUnordered(aux uint8, a, b Xmm, point int) {
	c.killFlags()
	if aux&ir.VOne != 0 {
		c.ucomis(floatType(aux), a, b)
		c.jcc(ccP, c.stopAt(point))
		return
	}
	const unordered = 3
	if c.feat.AVX {
		c.vex(formOf(xCMPPS, aux), false, false, scratchX, a, b)
	} else {
		c.movaps(scratchX, a)
		c.sse(formOf(xCMPPS, aux), scratchX, b)
	}
	c.byte(unordered)
	c.sse(pTEST, scratchX, scratchX)
	c.jcc(ccNE, c.stopAt(point))
}

// unlessLeastOrNaNs is unlessLeastOrNaN for the lanes of r that are computed.
func (c *Compiler) unlessLeastOrNaNs(aux uint8, r Xmm, point int) {
	t := floatType(aux)
	if aux&ir.VOne != 0 {
		c.unlessLeastOrNaN(t, r, point)
		return
	}
	const equal, unordered, equalOrUnordered = 0, 3, 8
	least := constMem(constOf(t, constLeast64))
	c.op3k(xAND, scratchX, r, constOf(t, constAbs64))
	if c.feat.AVX {
		c.vexm(formOf(xCMPPS, aux), false, false, scratchX, scratchX, least)
		c.byte(equalOrUnordered)
	} else {
		c.movaps(scratchX2, r)
		c.sse(formOf(xCMPPS, aux), scratchX2, scratchX2)
		c.byte(unordered)
		c.rm(formOf(xCMPPS, aux), false, scratchX, least)
		c.byte(equal)
		c.sse(pOR, scratchX, scratchX2)
	}
	c.killFlags()
	c.sse(pTEST, scratchX, scratchX)
	c.jcc(ccNE, c.stopAt(point))
}

// done ends an emitter that made v in the fresh register dst.
func (c *Compiler) done(v ir.Value, dst Xmm, aux uint8, operands ...ir.Value) {
	c.keepPart(dst, aux)
	for _, a := range operands {
		c.drop(a)
	}
	c.own(v, dst)
}

func emitVFBin(op opcode) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		dst := c.fresh(v)
		p := c.stopBefore()
		a, b = c.twice(scratchX, a, in.Aux), c.twice(scratchX2, b, in.Aux)
		c.op3(formOf(op, in.Aux), dst, a, b)
		if op == xADD || op == xSUB { // a tiny sum is exact
			c.unlessNaNs(in.Aux, dst, p)
		} else {
			c.unlessLeastOrNaNs(in.Aux, dst, p)
		}
		c.done(v, dst, in.Aux, in.A, in.B)
	}
}

func emitVFSqrt(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.fresh(v)
	p := c.stopBefore()
	a = c.twice(scratchX, a, in.Aux)
	c.sse(formOf(xSQRT, in.Aux), dst, a)
	c.unlessNaNs(in.Aux, dst, p)
	c.done(v, dst, in.Aux, in.A)
}

func emitVFMulAdd(c *Compiler, v ir.Value, in *ir.Inst) {
	a, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	dst := c.fresh(v)
	p := c.stopBefore()
	c.movaps(dst, c.twice(dst, a, in.Aux))
	x, y = c.twice(scratchX, x, in.Aux), c.twice(scratchX2, y, in.Aux)
	op := xFMADD
	if in.Aux&ir.VOne != 0 {
		op = xFMADDS
	}
	c.vex(op, ir.LaneOf(in.Aux) == ir.D, false, dst, x, y)
	c.unlessLeastOrNaNs(in.Aux, dst, p)
	c.done(v, dst, in.Aux, in.A, in.B, in.C)
}

// emitVFMinMax is emitFMinMax by lane.
func emitVFMinMax(op, both opcode) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		dst, t := c.fresh(v), c.temp()
		p := c.stopBefore()
		a, b = c.twice(t, a, in.Aux), c.twice(scratchX2, b, in.Aux)
		c.unlessUnordered(in.Aux, a, b, p)
		c.op3(formOf(op, in.Aux), scratchX, a, b)
		c.op3(formOf(op, in.Aux), dst, b, a)
		c.op3(both, dst, dst, scratchX)
		c.done(v, dst, in.Aux, in.A, in.B)
	}
}

// emitVFCmp compares; no result is a NaN, and the same NaNs signal. swap: the operands the other way round.
func emitVFCmp(predicate uint8, swap bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		dst := c.apart(v, in.A, in.B)
		a, b = c.twice(scratchX, a, in.Aux), c.twice(scratchX2, b, in.Aux)
		if swap {
			a, b = b, a
		}
		c.op3i(formOf(xCMPPS, in.Aux), dst, a, b, predicate)
		c.keepPart(dst, in.Aux)
	}
}

// roundLanes is dst = src rounded to integers.
func (c *Compiler) roundLanes(aux uint8, dst, src Xmm, imm uint8) {
	switch {
	case aux&ir.VOne != 0:
		c.movaps(dst, src)
		c.round(floatType(aux), dst, src, imm)
	case ir.LaneOf(aux) == ir.D:
		c.sseImm(xROUNDPD, dst, src, imm)
	default:
		c.sseImm(xROUNDPS, dst, src, imm)
	}
}

// roundLanesAway rounds ties away from zero, as roundAway does. Lanes without fraction bits are zero meanwhile, and put
// back at the end. A NaN leaves the unit. dst and tmp are no scratch registers, and not src.
func (c *Compiler) roundLanesAway(aux uint8, dst, src, tmp Xmm, p int) {
	c.unlessNaNs(aux, src, p)
	t := floatType(aux)
	if aux&ir.VOne != 0 {
		c.roundAway(t, dst, src, tmp)
		return
	}
	const truncate, quiet, less, notLess = 3, 8, 1, 5
	constant := func(op opcode, r Xmm, double int) { c.rm(formOf(op, aux), false, r, constMem(constOf(t, double))) }
	c.movaps(tmp, src)
	constant(xAND, tmp, constAbs64)
	constant(xCMPPS, tmp, constIntegral64)
	c.byte(less)
	c.op3(xAND, scratchX, src, tmp)
	c.roundLanes(aux, dst, scratchX, truncate|quiet)
	c.op3(formOf(xSUB, aux), scratchX2, scratchX, dst)
	constant(xAND, scratchX2, constAbs64)
	constant(xCMPPS, scratchX2, constHalf64)
	c.byte(notLess)
	constant(xAND, scratchX2, constOne64)
	constant(xAND, scratchX, constSign64)
	c.sse(xOR, scratchX2, scratchX)
	c.sse(formOf(xADD, aux), dst, scratchX2)
	c.sse(xAND, dst, tmp)
	c.op3(xANDN, tmp, tmp, src)
	c.sse(xOR, dst, tmp)
}

func emitVFRint(c *Compiler, v ir.Value, in *ir.Inst) {
	if in.Imm&7 == uint64(ir.RoundTieAway) {
		emitVFRintAway(c, v, in)
		return
	}
	a := c.inV(in.A)
	dst := c.fresh(v)
	p := c.stopBefore()
	a = c.twice(scratchX, a, in.Aux)
	c.roundLanes(in.Aux, dst, a, roundImm(uint8(in.Imm)))
	c.unlessNaNs(in.Aux, dst, p)
	c.done(v, dst, in.Aux, in.A)
}

func emitVFRintAway(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst, tmp, both := c.fresh(v), c.temp(), c.temp()
	p := c.stopBefore()
	a = c.twice(both, a, in.Aux)
	c.roundLanesAway(in.Aux, dst, a, tmp, p)
	c.done(v, dst, in.Aux, in.A)
}

// emitVFToI converts as signed. What is out of range gives the minimum; then the interpreter saturates. An
// unsigned number must be known to be below the signed maximum before, since amd64 would raise an
// exception: not negative and not too large are one comparison of the bits.
func emitVFToI(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	l, how := ir.LaneOf(in.Aux), uint8(in.Imm>>8)
	away := how&7 == ir.RoundTieAway
	dst, both := c.fresh(v), scratchX
	var tmp, rounded Xmm
	if away {
		both, tmp, rounded = c.temp(), c.temp(), c.temp()
	}
	scaled := both
	if in.Imm&255 != 0 {
		scaled = c.temp()
	}
	p := c.stopBefore()
	if n := int(in.Imm & 255); n != 0 {
		a = c.scaledUp(in.Aux, scaled, a, n, p)
	} else {
		a = c.twice(both, a, in.Aux)
	}
	if how&ir.Unsigned != 0 {
		c.unlessBelowMax(in.Aux, a, p)
	}
	src := a
	switch m := how & 7; {
	case away:
		c.roundLanesAway(in.Aux, rounded, a, tmp, p)
		src, a = a, rounded
	case m != ir.RoundZero:
		c.roundLanes(in.Aux, scratchX, a, roundImm(m|ir.RoundExact))
		a = scratchX
	}
	c.killFlags()
	if l == ir.S && in.Aux&ir.VOne == 0 {
		c.sse(xCVTTPS2I, dst, a)
		c.movups(scratchX2, constMem(constSign32))
		c.sse(pCMPEQD, scratchX2, dst)
		c.sse(pTEST, scratchX2, scratchX2)
		c.jcc(ccNE, c.stopAt(p))
	} else {
		c.truncate(in.Aux, a, p)
		c.movGtoX(l == ir.D, dst, scratch)
		if l == ir.D && in.Aux&ir.VOne == 0 {
			c.sseImm(pSHUFD, scratchX2, a, 0xEE)
			c.truncate(in.Aux, scratchX2, p)
			c.xInsert(ir.D, dst, scratch, 1)
		}
	}
	if away { // it was quiet
		c.roundLanes(in.Aux, scratchX, src, roundImm(ir.RoundZero|ir.RoundExact))
	}
	c.done(v, dst, in.Aux, in.A)
}

// scaledUp is dst = src * 2^n, which is exact; what would not be below the signed maximum leaves the unit.
func (c *Compiler) scaledUp(aux uint8, dst, src Xmm, n, p int) Xmm {
	l := ir.LaneOf(aux)
	src = c.repeated(dst, src, aux)
	c.unlessUpTo(l, powerOfTwo(l, 8<<l-1-n)-1, p, src)
	c.splat(l, scratchX, powerOfTwo(l, n))
	c.op3(formOf(xMUL, l), dst, src, scratchX)
	return dst
}

// truncate converts the lowest lane to an integer in rax.
func (c *Compiler) truncate(aux uint8, a Xmm, p int) {
	wide := ir.LaneOf(aux) == ir.D
	c.rr(scalarOp(0x2C|map0F, floatType(aux)), wide, scratch, a)
	c.aluRI(aluCmp, wide, scratch, 1)
	c.jcc(ccO, c.stopAt(p))
}

// unlessBelowMax leaves the unit unless every lane is a number from 0 to the signed maximum.
func (c *Compiler) unlessBelowMax(aux uint8, a Xmm, p int) {
	c.killFlags()
	if ir.LaneOf(aux) == ir.S && aux&ir.VOne == 0 {
		c.movups(scratchX2, constMem(constBelow31))
		c.sse(pMINUD, scratchX2, a)
		c.sse(pXOR, scratchX2, a)
		c.sse(pTEST, scratchX2, scratchX2)
		c.jcc(ccNE, c.stopAt(p))
		return
	}
	for i := uint8(0); i == 0 || i == 1 && aux&ir.VOne == 0; i++ {
		c.extract(ir.LaneOf(aux), scratch, a, i)
		c.unlessExponentBelow(floatType(aux), 8<<ir.LaneOf(aux)-1, p)
	}
}

// unlessExponentBelow leaves the unit unless rax is a positive number (or +0) below 2^n. It overwrites rax.
func (c *Compiler) unlessExponentBelow(t ir.Type, n, p int) {
	if t == ir.F64 {
		c.shiftImm(shShr, true, scratch, 52)
		c.aluRI(aluCmp, false, scratch, 1023+int32(n))
	} else {
		c.shiftImm(shShr, false, scratch, 23)
		c.aluRI(aluCmp, false, scratch, 127+int32(n))
	}
	c.jcc(ccAE, c.stopAt(p))
}

// unlessMagnitudeBelow leaves the unit unless rax is a number between -2^n and 2^n. It overwrites rax.
func (c *Compiler) unlessMagnitudeBelow(t ir.Type, n, p int) {
	c.aluRR(aluAdd, t == ir.F64, scratch, scratch)
	if t == ir.F64 {
		c.shiftImm(shShr, true, scratch, 53)
		c.aluRI(aluCmp, false, scratch, int32(1023+n))
	} else {
		c.shiftImm(shShr, false, scratch, 24)
		c.aluRI(aluCmp, false, scratch, int32(127+n))
	}
	c.jcc(ccAE, c.stopAt(p))
}

func emitVIToF(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.apart(v, in.A)
	unsigned := in.Imm>>8&uint64(ir.Unsigned) != 0
	if ir.LaneOf(in.Aux) == ir.S {
		a = c.part(scratchX, a, in.Aux) // zeros convert without an exception
		if unsigned {
			c.wordsToFloat(dst, a)
		} else {
			c.sse(xCVTDQ2PS, dst, a)
		}
		c.scaleLanes(in.Aux, dst, uint8(in.Imm))
		return
	}
	c.killFlags()
	c.movXtoG(true, scratch, a)
	c.intToDouble(dst, unsigned)
	if in.Aux&ir.VOne == 0 {
		c.xExtract(ir.D, scratch, a, 1)
		c.intToDouble(scratchX, unsigned)
		c.sse(pUNPCKLQDQ, dst, scratchX)
	} else {
		c.sse(xMOVQ, dst, dst)
	}
	c.scaleLanes(in.Aux, dst, uint8(in.Imm))
}

// scaleLanes divides every lane by 2^n, which is exact; zeros stay zeros.
func (c *Compiler) scaleLanes(aux uint8, r Xmm, n uint8) {
	if n == 0 {
		return
	}
	l := ir.LaneOf(aux)
	c.movImm(scratch, powerOfHalf(floatType(aux), n))
	c.movGtoX(l == ir.D, scratchX, scratch)
	c.spread(l, scratchX, scratchX, 0)
	c.sse(formOf(xMUL, l), r, scratchX)
}

// wordsToFloat converts unsigned words: both halves exactly, and their sum is rounded once.
func (c *Compiler) wordsToFloat(dst, a Xmm) {
	c.shr(ir.S, scratchX2, a, 16)
	c.sse(xCVTDQ2PS, scratchX2, scratchX2)
	c.op3k(xMUL, scratchX2, scratchX2, const65536F)
	c.op3k(pAND, dst, a, constBottom+int(ir.S))
	c.sse(xCVTDQ2PS, dst, dst)
	c.sse(xADD, dst, scratchX2)
}

// intToDouble is dst = rax, signed or not.
func (c *Compiler) intToDouble(dst Xmm, unsigned bool) { c.intToFloat(ir.F64, dst, unsigned) }

// intToFloat is dst = the 64 bits in rax. From 2^63 on an unsigned number is halved, with the bit shifted out
// kept in the lowest place where it decides the rounding, and the result doubled. rax is overwritten.
func (c *Compiler) intToFloat(t ir.Type, dst Xmm, unsigned bool) {
	convert := func() {
		c.sse(xXOR, dst, dst) // no false dependency on what was there
		c.rr(scalarOp(0x2A|map0F, t), true, dst, scratch)
	}
	if !unsigned {
		convert()
		return
	}
	var large, done Label
	c.testRR(true, scratch, scratch)
	c.jcc(ccS, &large)
	convert()
	c.jmp(&done)
	c.Asm.bind(&large)
	c.shiftImm(shShr, true, scratch, 1)
	var even Label
	c.jcc(ccAE, &even)
	c.aluRI(aluOr, true, scratch, 1)
	c.Asm.bind(&even)
	convert()
	c.sse(scalarOp(xADD, t), dst, dst)
	c.Asm.bind(&done)
}

func emitVFCvtL(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.fresh(v)
	p := c.stopBefore()
	if in.Imm&1 != 0 {
		c.sseImm(pSHUFD, scratchX, a, 0xEE)
		a = scratchX
	}
	l := ir.LaneOf(in.Aux)
	if l == ir.H {
		c.vex(xCVTPH2PS, false, false, dst, 0, a)
	} else {
		c.sse(xCVTPS2PD, dst, a)
	}
	c.unlessNaNs(l+1, dst, p)
	c.done(v, dst, 0, in.A)
}

func emitVFCvtN(c *Compiler, v ir.Value, in *ir.Inst) {
	if in.Imm&1 != 0 {
		emitVFCvtOdd(c, v, in)
		return
	}
	a := c.inV(in.A)
	dst := c.fresh(v)
	p := c.stopBefore()
	if in.Aux == ir.D {
		c.sse(xCVTPD2PS, dst, a)
		c.unlessLeastOrNaNs(ir.S, dst, p)
	} else {
		c.unlessNaNs(ir.S, a, p)
		c.vex(xCVTPS2PH, false, false, a, 0, dst)
		c.byte(4) // as MXCSR says
		c.op3k(pAND, scratchX, dst, constAbs16)
		c.op3k(compareEQ[ir.H], scratchX, scratchX, constLeast16)
		c.unlessZero(scratchX, p)
	}
	c.done(v, dst, 0, in.A)
}
