package amd64

import "axol/jit/ir"

// Half precision is computed in single precision, which has enough bits that rounding twice does not show: for sums,
// products, quotients and roots twice those of half precision and two more. All lanes of a register go into one of 256
// bits. A result that is a NaN leaves the unit, and so does the smallest normal number, of which it cannot be known
// whether it was tiny before it was rounded.

func init() {
	for ops, emit := range map[[2]ir.Op]emitFunc{
		{ir.OpFAdd, ir.OpVFAdd}:     emitHalfBin(xADD),
		{ir.OpFSub, ir.OpVFSub}:     emitHalfBin(xSUB),
		{ir.OpFMul, ir.OpVFMul}:     emitHalfBin(xMUL),
		{ir.OpFDiv, ir.OpVFDiv}:     emitHalfBin(xDIV),
		{ir.OpNop, ir.OpVFMulX}:     emitHalfMulX,
		{ir.OpFSqrt, ir.OpVFSqrt}:   emitHalfSqrt,
		{ir.OpFMin, ir.OpVFMin}:     emitHalfMinMax(xMIN, xOR),
		{ir.OpFMax, ir.OpVFMax}:     emitHalfMinMax(xMAX, xAND),
		{ir.OpFMinNM, ir.OpVFMinNM}: emitHalfMinMax(xMIN, xOR),
		{ir.OpFMaxNM, ir.OpVFMaxNM}: emitHalfMinMax(xMAX, xAND),
		{ir.OpFRint, ir.OpVFRint}:   emitHalfRint,
		{ir.OpNop, ir.OpVFCmpEQ}:    emitHalfCmp(0, false),
		{ir.OpNop, ir.OpVFCmpGE}:    emitHalfCmp(2, true),
		{ir.OpNop, ir.OpVFCmpGT}:    emitHalfCmp(1, true),
		{ir.OpNop, ir.OpVFCAdd}:     emitHalfCAdd,
		{ir.OpNop, ir.OpVFToI}:      emitHalfVToI,
		{ir.OpNop, ir.OpVIToF}:      emitHalfVIToF,
		{ir.OpFNeg, ir.OpNop}:       emitHalfSign(pXOR, constSign16),
		{ir.OpFAbs, ir.OpNop}:       emitHalfSign(pAND, constAbs16),
		{ir.OpIToF, ir.OpNop}:       emitHalfIToF,
	} {
		half(ops, emit, (*Compiler).halfHost)
	}
	for ops, emit := range map[[2]ir.Op]emitFunc{
		{ir.OpFMulAdd, ir.OpVFMulAdd}: emitHalfMulAdd,
		{ir.OpNop, ir.OpVFRecpS}:      emitHalfStep(0x40000000, 0),
		{ir.OpNop, ir.OpVFRSqrtS}:     emitHalfStep(0x3FC00000, 0x3F000000),
		{ir.OpNop, ir.OpVFCMla}:       emitHalfCMla,
	} {
		half(ops, emit, func(c *Compiler) bool { return c.halfHost() && c.feat.FMA })
	}
}

// half registers an emitter of an operation on scalars and one on lanes.
func half(ops [2]ir.Op, emit emitFunc, host func(*Compiler) bool) {
	if ops[0] != ir.OpNop {
		halves[ops[0]] = emitter{emit, func(c *Compiler, in *ir.Inst) bool { return in.Type == ir.F16 && host(c) }}
	}
	if ops[1] != ir.OpNop {
		halves[ops[1]] = emitter{emit, func(c *Compiler, in *ir.Inst) bool { return ir.LaneOf(in.Aux) == ir.H && host(c) }}
	}
}

func (c *Compiler) halfHost() bool { return !c.SoftFP && c.feat.F16C && c.feat.AVX }

// halfLanes is the Aux of an operation on lanes that does what this one does.
func halfLanes(in *ir.Inst) uint8 {
	if in.Type == ir.V128 {
		return in.Aux
	}
	return ir.H | ir.VOne
}

// wideHalf reports whether the singles need 256 bits.
func wideHalf(aux uint8) bool { return aux&(ir.VOne|ir.VHalf) == 0 }

// widenHalf is dst = the halves that are computed, as singles; lanes that are not computed are zeros, where they
// could raise something.
func (c *Compiler) widenHalf(aux uint8, dst, src Xmm) {
	if aux&ir.VOne != 0 {
		c.op3k(pAND, dst, src, constLow+int(ir.H))
		src = dst
	}
	c.vex(xCVTPH2PS, false, wideHalf(aux), dst, 0, src)
}

// narrowHalf is dst = the singles in src, as halves. Nothing of 256 bits is used after it.
func (c *Compiler) narrowHalf(aux uint8, dst, src Xmm) {
	c.vex(xCVTPS2PH, false, wideHalf(aux), src, 0, dst)
	c.byte(4) // as MXCSR says
	c.narrowEnd(aux)
}

// narrowEnd spares the instructions that come the cost of upper halves that are in use.
func (c *Compiler) narrowEnd(aux uint8) {
	if wideHalf(aux) {
		c.vzeroupper()
	}
}

// singles is dst = a op b on the singles of an operation on halves.
func (c *Compiler) singles(op opcode, aux uint8, dst, a, b Xmm) {
	if aux&ir.VOne != 0 {
		op |= ppF3
	}
	c.vex(op, false, wideHalf(aux), dst, a, b)
}

// packed is singles for instructions that can do no harm to lanes of zeros.
func (c *Compiler) packed(op opcode, aux uint8, dst, a, b Xmm) {
	c.vex(op, false, wideHalf(aux), dst, a, b)
}

// packedImm is packed with an immediate.
func (c *Compiler) packedImm(op opcode, aux uint8, dst, a, b Xmm, imm uint8) {
	c.packed(op, aux, dst, a, b)
	c.byte(imm)
}

// splatSingles is dst = a single in all lanes of 256 bits. It overwrites rax.
func (c *Compiler) splatSingles(dst Xmm, x uint32) {
	c.movImm(scratch, uint64(x))
	c.movGtoX(false, dst, scratch)
	c.vex(pBROADCASTD, false, true, dst, 0, dst)
}

// unlessHalf leaves the unit when a lane of r is a NaN or the smallest normal number. It uses the scratch registers.
func (c *Compiler) unlessHalf(r Xmm, p int) {
	c.op3k(pAND, scratchX, r, constAbs16)
	c.op3k(pCMPEQW, scratchX2, scratchX, constLeast16)
	c.op3k(pCMPGTW, scratchX, scratchX, constInfinity16)
	c.sse(pOR, scratchX, scratchX2)
	c.killFlags()
	c.unlessZero(scratchX, p)
}

// madeHalf ends an emitter whose singles are in src: the result goes to the fresh register dst.
func (c *Compiler) madeHalf(v ir.Value, aux uint8, dst, src Xmm, p int, operands ...ir.Value) {
	c.narrowHalf(aux, dst, src)
	c.unlessHalf(dst, p)
	c.done(v, dst, 0, operands...)
}

func emitHalfBin(op opcode) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b, aux := c.inV(in.A), c.inV(in.B), halfLanes(in)
		dst := c.fresh(v)
		p := c.stopBefore()
		c.widenHalf(aux, scratchX, a)
		c.widenHalf(aux, scratchX2, b)
		c.singles(op, aux, scratchX, scratchX, scratchX2)
		c.madeHalf(v, aux, dst, scratchX, p, in.A, in.B)
	}
}

func emitHalfMulX(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	c.unlessUpTo(ir.H, largest[ir.H], p, c.repeated(dst, a, in.Aux), c.repeated(t, b, in.Aux))
	c.widenHalf(in.Aux, scratchX, a)
	c.widenHalf(in.Aux, scratchX2, b)
	c.singles(xMUL, in.Aux, scratchX, scratchX, scratchX2)
	c.madeHalf(v, in.Aux, dst, scratchX, p, in.A, in.B)
}

func emitHalfSqrt(c *Compiler, v ir.Value, in *ir.Inst) {
	a, aux := c.inV(in.A), halfLanes(in)
	dst := c.fresh(v)
	p := c.stopBefore()
	c.widenHalf(aux, scratchX, a)
	c.packed(xSQRT, aux, scratchX, 0, scratchX)
	c.madeHalf(v, aux, dst, scratchX, p, in.A)
}

// emitHalfMinMax is emitFMinMax in single precision.
func emitHalfMinMax(op, both opcode) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b, aux := c.inV(in.A), c.inV(in.B), halfLanes(in)
		dst := c.fresh(v)
		p := c.stopBefore()
		c.widenHalf(aux, scratchX, a)
		c.widenHalf(aux, scratchX2, b)
		const unordered = 3
		c.packedImm(xCMPPS, aux, dst, scratchX, scratchX2, unordered)
		c.killFlags()
		c.vex(pTEST, false, wideHalf(aux), dst, 0, dst)
		c.jcc(ccNE, c.stopAt(p))
		c.packed(op, aux, dst, scratchX, scratchX2)
		c.packed(op, aux, scratchX, scratchX2, scratchX)
		c.packed(both, aux, scratchX, scratchX, dst)
		c.narrowHalf(aux, dst, scratchX)
		c.done(v, dst, 0, in.A, in.B)
	}
}

// roundSingles is dst = src rounded to integers; with a half added first where ties go away from zero, which is exact.
// It uses scratchX2. dst is not src.
func (c *Compiler) roundSingles(aux, mode uint8, dst, src Xmm) {
	if mode&7 != ir.RoundTieAway {
		c.packedImm(xROUNDPS, aux, dst, 0, src, roundImm(mode))
		return
	}
	c.splatSingles(scratchX2, 1<<31)
	c.packed(pAND, aux, scratchX2, scratchX2, src)
	c.splatSingles(dst, 0x3F000000)
	c.packed(pOR, aux, dst, dst, scratchX2)
	c.packed(xADD, aux, dst, dst, src)
	c.packedImm(xROUNDPS, aux, dst, 0, dst, roundImm(ir.RoundZero))
	c.packed(pOR, aux, dst, dst, scratchX2) // the sign of a zero
}

func emitHalfRint(c *Compiler, v ir.Value, in *ir.Inst) {
	a, aux := c.inV(in.A), halfLanes(in)
	mode := in.Aux
	if in.Type == ir.V128 {
		mode = uint8(in.Imm)
	}
	dst := c.fresh(v)
	p := c.stopBefore()
	c.widenHalf(aux, dst, a)
	c.roundSingles(aux, mode, scratchX, dst)
	c.madeHalf(v, aux, dst, scratchX, p, in.A)
}

func emitHalfCmp(predicate uint8, swap bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		dst := c.apart(v, in.A, in.B)
		c.widenHalf(in.Aux, scratchX, a)
		c.widenHalf(in.Aux, scratchX2, b)
		x, y := scratchX, scratchX2
		if swap {
			x, y = y, x
		}
		c.packedImm(xCMPPS, in.Aux, scratchX, x, y, predicate)
		c.packWords(pACKSSDW, in.Aux, dst, scratchX)
	}
}

// packWords narrows lanes of 32 bits that are the result of an operation on halves. It uses scratchX2.
func (c *Compiler) packWords(op opcode, aux uint8, dst, src Xmm) {
	upper := src
	if wideHalf(aux) {
		c.vex(xEXTRACT128, false, true, src, 0, scratchX2)
		c.byte(1)
		upper = scratchX2
	}
	c.op3(op, dst, src, upper)
	c.narrowEnd(aux)
	c.keepPart(dst, aux)
}

func emitHalfSign(op opcode, k int) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a := c.inV(in.A)
		c.op3k(op, c.over(v, in.A), a, k)
	}
}

func emitHalfCAdd(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	dst := c.fresh(v)
	p := c.stopBefore()
	b = c.rotated(ir.H, dst, b, scratchX, in.Imm)
	c.widenHalf(in.Aux, scratchX, a)
	c.widenHalf(in.Aux, scratchX2, b)
	c.singles(xADD, in.Aux, scratchX, scratchX, scratchX2)
	c.madeHalf(v, in.Aux, dst, scratchX, p, in.A, in.B)
}
