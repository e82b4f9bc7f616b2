package amd64

import "axol/jit/ir"

// Floating point uses the host's scalar instructions under the guest's rounding mode.
// amd64 chooses other NaNs than Arm, so a result that is one leaves the unit, and the
// interpreter does the instruction over. For that, the operands' registers must
// still be what they were: results go to registers of their own.
//
// Arm decides before rounding that a result is tiny, amd64 after. So a result that is the smallest normal number may
// lack FPSR.UFC, and leaves the unit, too.

func init() {
	fp := func(_ *Compiler, in *ir.Inst) bool { return in.Type == ir.F32 || in.Type == ir.F64 }
	hard := func(c *Compiler, in *ir.Inst) bool { return !c.SoftFP && fp(c, in) }
	for op, f := range map[ir.Op]func(*Compiler, ir.Value, *ir.Inst){
		ir.OpFAdd:   emitFBin(xADD),
		ir.OpFSub:   emitFBin(xSUB),
		ir.OpFMul:   emitFBin(xMUL),
		ir.OpFDiv:   emitFBin(xDIV),
		ir.OpFSqrt:  emitFSqrt,
		ir.OpFMin:   emitFMinMax(xMIN, xOR),
		ir.OpFMax:   emitFMinMax(xMAX, xAND),
		ir.OpFMinNM: emitFMinMax(xMIN, xOR),
		ir.OpFMaxNM: emitFMinMax(xMAX, xAND),
	} {
		emitters[op] = emitter{f, hard}
	}
	emitters[ir.OpFMulAdd] = emitter{emitFMulAdd, func(c *Compiler, in *ir.Inst) bool { return hard(c, in) && c.feat.FMA }}
	emitters[ir.OpFNeg] = emitter{emitFSign(xXOR, constSign64), fp}
	emitters[ir.OpFAbs] = emitter{emitFSign(xAND, constAbs64), fp}
	emitters[ir.OpFCvt] = emitter{emitFCvt, func(c *Compiler, in *ir.Inst) bool {
		return hard(c, in) && ir.Type(in.Aux) != ir.F16 || !c.SoftFP && c.feat.F16C && halfConversion(in)
	}}
	emitters[ir.OpFRint] = emitter{emitFRint, hard}
	emitters[ir.OpFToI] = emitter{emitFToI, func(c *Compiler, in *ir.Inst) bool {
		return !c.SoftFP && ir.Type(in.Imm>>8) != ir.F16 && (in.Imm&255 == 0 || in.Aux&7 == ir.RoundZero)
	}}
	emitters[ir.OpIToF] = emitter{emitIToF, hard}
	emitters[ir.OpFlagsFCmp] = emitter{emitFlagsFCmp, func(c *Compiler, in *ir.Inst) bool {
		return !c.SoftFP && ir.Type(in.Aux) != ir.F16
	}}
	emitters[ir.OpBitsToF] = emitter{emit: emitBitsToF}
	emitters[ir.OpFToBits] = emitter{emit: emitFToBits}
	emitters[ir.OpVToF] = emitter{emit: emitVToF}
	emitters[ir.OpFToV] = emitter{emit: emitFToV}
}

// scalarOp adds the prefix of the scalar form.
func scalarOp(op opcode, t ir.Type) opcode {
	if t == ir.F32 {
		return op | ppF3
	}
	return op | ppF2
}

// fresh is a register for v that is none of the present ones, so that the state before the
// instruction stays as it is until the instruction is known to be done.
func (c *Compiler) fresh(v ir.Value) Reg {
	c.vals[v].early = false
	x := &c.vals[v]
	f := c.fileOf(x)
	r := c.alloc(f, 0)
	f.pinned |= 1 << r
	return r
}

// unlessNaN leaves the unit when r is a NaN.
func (c *Compiler) unlessNaN(t ir.Type, r Xmm, point int) {
	c.killFlags()
	c.ucomis(t, r, r)
	c.jcc(ccP, c.stopAt(point))
}

// unlessLeastOrNaN leaves the unit when r is a NaN, or has the magnitude of the smallest normal number. It uses scratchX.
func (c *Compiler) unlessLeastOrNaN(t ir.Type, r Xmm, point int) {
	c.op3k(xAND, scratchX, r, constOf(t, constAbs64))
	c.killFlags()
	op := 0x2E | map0F
	if t == ir.F64 {
		op |= pp66
	}
	c.rm(op, false, scratchX, constMem(constOf(t, constLeast64)))
	c.jcc(ccE, c.stopAt(point)) // or unordered
}

func (c *Compiler) ucomis(t ir.Type, a, b Xmm) {
	if t == ir.F32 {
		c.rr(0x2E|map0F, false, a, b)
	} else {
		c.rr(0x2E|map0F|pp66, false, a, b)
	}
}

// op3 is dst = a op b.
func (c *Compiler) op3(op opcode, dst, a, b Xmm) {
	switch {
	case c.feat.AVX:
		c.vex(op, false, false, dst, a, b)
	case dst == b && dst != a:
		c.movaps(scratchX2, b)
		c.movaps(dst, a)
		c.sse(op, dst, scratchX2)
	default:
		c.movaps(dst, a)
		c.sse(op, dst, b)
	}
}

// stopBefore records the state before the current instruction, for a result that turns
// out to need the interpreter. The stop's code is placed by stopAt.
func (c *Compiler) stopBefore() int { return c.faultPoint() }

func emitFBin(op opcode) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		ra, rb := c.in(in.A), c.in(in.B)
		dst := c.fresh(v)
		p := c.stopBefore()
		c.op3(scalarOp(op, in.Type), dst, ra, rb)
		if op == xADD || op == xSUB { // a tiny sum is exact
			c.unlessNaN(in.Type, dst, p)
		} else {
			c.unlessLeastOrNaN(in.Type, dst, p)
		}
		c.drop(in.A)
		c.drop(in.B)
		c.own(v, dst)
	}
}

func emitFSqrt(c *Compiler, v ir.Value, in *ir.Inst) {
	ra := c.in(in.A)
	dst := c.fresh(v)
	p := c.stopBefore()
	c.movaps(dst, ra) // sqrtss keeps the upper part of its destination: no false dependency on an old one
	c.sse(scalarOp(xSQRT, in.Type), dst, ra)
	c.unlessNaN(in.Type, dst, p)
	c.drop(in.A)
	c.own(v, dst)
}

func emitFMulAdd(c *Compiler, v ir.Value, in *ir.Inst) {
	ra, rb, rc := c.in(in.A), c.in(in.B), c.in(in.C)
	dst := c.fresh(v)
	p := c.stopBefore()
	c.movaps(dst, ra)
	c.vex(0xB9|map0F38|pp66, in.Type == ir.F64, false, dst, rb, rc) // vfmadd231
	c.unlessLeastOrNaN(in.Type, dst, p)
	c.drop(in.A)
	c.drop(in.B)
	c.drop(in.C)
	c.own(v, dst)
}

// emitFMinMax does it both ways round: where the operands are zeros of either sign
// or one is a NaN, amd64 answers with the second. Of two zeros the minimum is negative if
// either is, the maximum if both are.
func emitFMinMax(op, both opcode) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		ra, rb := c.in(in.A), c.in(in.B)
		dst := c.fresh(v)
		p := c.stopBefore()
		c.killFlags()
		c.ucomis(in.Type, ra, rb)
		c.jcc(ccP, c.stopAt(p))
		c.movaps(scratchX, ra)
		c.sse(scalarOp(op, in.Type), scratchX, rb)
		c.movaps(dst, rb)
		c.sse(scalarOp(op, in.Type), dst, ra)
		c.sse(both, dst, scratchX)
		c.drop(in.A)
		c.drop(in.B)
		c.own(v, dst)
	}
}

// emitFSign changes the sign bit.
func emitFSign(op opcode, k int) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		k := k
		if in.Type == ir.F32 {
			k++
		}
		dst := c.outFrom(v, in.A)
		c.retype(v, in.Type)
		c.rm(op, false, dst, constMem(k))
	}
}

// retype says that v, whatever its register held before, is now a scalar of type t.
func (c *Compiler) retype(v ir.Value, t ir.Type) { c.vals[v].typ = t }

func emitFCvt(c *Compiler, v ir.Value, in *ir.Inst) {
	ra := c.in(in.A)
	dst := c.fresh(v)
	p := c.stopBefore()
	if halfConversion(in) {
		c.convertHalf(in, dst, ra, p)
	} else {
		c.movaps(dst, ra)
		c.sse(scalarOp(0x5A|map0F, ir.Type(in.Aux)), dst, ra)
		if in.Type == ir.F32 {
			c.unlessLeastOrNaN(in.Type, dst, p)
		} else {
			c.unlessNaN(in.Type, dst, p)
		}
	}
	c.drop(in.A)
	c.own(v, dst)
}

// roundImm is the immediate of roundss and roundsd; bit 3 keeps inexact quiet.
func roundImm(aux uint8) uint8 {
	m := [...]uint8{ir.RoundTieEven: 0, ir.RoundUp: 2, ir.RoundDown: 1, ir.RoundZero: 3, ir.RoundCurrent: 4}[aux&7]
	if aux&ir.RoundExact == 0 {
		m |= 8
	}
	return m
}

func (c *Compiler) round(t ir.Type, dst, src Xmm, imm uint8) {
	op := 0x0B | map0F3A | pp66
	if t == ir.F32 {
		op = 0x0A | map0F3A | pp66
	}
	c.sseImm(op, dst, src, imm)
}

func emitFRint(c *Compiler, v ir.Value, in *ir.Inst) {
	ra := c.in(in.A)
	dst, tmp := c.fresh(v), c.tempFor(in.Aux)
	p := c.stopBefore()
	c.roundTo(in.Type, dst, ra, tmp, in.Aux)
	c.unlessNaN(in.Type, dst, p)
	c.drop(in.A)
	c.own(v, dst)
}

// emitFToI converts with truncation. Where that is not the direction asked for, or the host
// converts to more bits than are wanted, the value is rounded first without a word, and once more
// for the inexact flag when it is known to be in range. What is out of range gives the minimum on amd64;
// then the interpreter saturates.
func emitFToI(c *Compiler, v ir.Value, in *ir.Inst) {
	from := ir.Type(in.Imm >> 8)
	unsigned := in.Aux&ir.Unsigned != 0
	wide := in.Type == ir.I64
	ra := c.in(in.A)
	dst, tmp := c.fresh(v), c.tempFor(in.Aux)
	p := c.stopBefore()
	if n := uint8(in.Imm); n != 0 {
		c.scaleUp(from, scratchX2, ra, n, integerBits(in), p)
		ra = scratchX2
	}
	src := ra
	if unsigned && wide {
		// Only below 2^63 does a signed conversion do, and raise no exception of its own.
		c.killFlags()
		c.movXtoG(from == ir.F64, scratch, ra)
		c.unlessExponentBelow(from, 63, p)
	}
	first := in.Aux&7 != ir.RoundZero || unsigned && !wide
	if first {
		c.roundTo(from, scratchX, ra, tmp, in.Aux&7)
		src = scratchX
	}
	c.rr(scalarOp(0x2C|map0F, from), wide || unsigned, dst, src)
	c.killFlags()
	switch {
	case unsigned && wide: // known to be in range
	case unsigned:
		c.movRR(false, scratch, dst)
		c.aluRR(aluCmp, true, scratch, dst)
		c.jcc(ccNE, c.stopAt(p))
	default:
		c.aluRI(aluCmp, wide, dst, 1) // overflows for the minimum only
		c.jcc(ccO, c.stopAt(p))
	}
	if first {
		c.roundTo(from, scratchX, ra, NoReg, exactly(in.Aux&7))
	}
	c.drop(in.A)
	c.own(v, dst)
}

func emitIToF(c *Compiler, v ir.Value, in *ir.Inst) {
	ra := c.in(in.A)
	w := ir.Type(in.Imm>>8) == ir.I64
	unsigned := in.Aux&ir.Unsigned != 0
	if unsigned && w {
		c.killFlags()
	}
	c.drop(in.A)
	dst := c.out(v)
	switch {
	case unsigned && w:
		c.movRR(true, scratch, ra)
		c.intToFloat(in.Type, dst, true)
	case unsigned: // 32 bits, zero-extended
		c.movRR(false, scratch, ra)
		c.intToFloat(in.Type, dst, false)
	default:
		c.sse(xXOR, dst, dst) // no false dependency on what was there
		c.rr(scalarOp(0x2A|map0F, in.Type), w, dst, ra)
	}
	c.scaleDown(in.Type, dst, uint8(in.Imm))
}

// emitFlagsFCmp compares at once, because a signalling NaN must be noticed even when nobody asks
// for the result; the order is the one the next condition wants.
func emitFlagsFCmp(c *Compiler, v ir.Value, in *ir.Inst) {
	ra, rb := c.in(in.A), c.in(in.B)
	c.killFlags()
	swap := c.swapWanted(v)
	op := 0x2E | map0F
	if in.Imm != 0 {
		op = 0x2F | map0F
	}
	if ir.Type(in.Aux) == ir.F64 {
		op |= pp66
	}
	k := efFCmp
	if swap {
		ra, rb, k = rb, ra, efFSwap
	}
	c.rr(op, false, ra, rb)
	c.vals[v].uses++
	c.defFlags(v, FlagsFCmp, false, in.A, in.B)
	c.vals[v].fcmp32 = ir.Type(in.Aux) == ir.F32
	c.drop(in.A)
	c.drop(in.B)
	c.ef, c.efKind = v, k
	c.drop(v)
}

// swapWanted looks for the next condition on v in the block.
func (c *Compiler) swapWanted(v ir.Value) bool {
	last := ir.Value(c.u.Blocks[c.cur].Last)
	for i := v + 1; i < last; i++ {
		in := &c.u.Insts[i]
		if in.A == v && (in.Op == ir.OpBrCond || in.Op == ir.OpSelect) {
			return ir.Cond(in.Aux) < ir.AL && fcondTable[in.Aux].swap
		}
	}
	return false
}

func emitBitsToF(c *Compiler, v ir.Value, in *ir.Inst) {
	if x := c.val(in.A); x.konst && x.imm == 0 {
		c.drop(in.A)
		dst := c.out(v)
		c.sse(xXOR, dst, dst)
		c.retype(v, ir.V128)
		return
	}
	ra := c.take(in.A)
	c.movGtoX(in.Type == ir.F64, c.out(v), ra)
	if in.Type != ir.F16 {
		c.retype(v, ir.V128) // movd and movq clear what is above
	}
}

func emitFToBits(c *Compiler, v ir.Value, in *ir.Inst) {
	t := c.u.Insts[in.A].Type
	ra := c.take(in.A)
	dst := c.out(v)
	c.movXtoG(t == ir.F64, dst, ra)
	if t == ir.F16 {
		c.movx(false, 1, false, dst, dst)
	}
}

// emitVToF is another name for the register, whose wider part may be asked for than was made.
func emitVToF(c *Compiler, v ir.Value, in *ir.Inst) {
	if made := scalarBytes(c.val(in.A).typ); made != 0 && int(made)*8 < in.Type.Bits() {
		c.inV(in.A)
	}
	c.alias(v, in.A)
}

// emitFToV gives the scalar's own register to the vector, with a note that what is above
// must read as zero, when the register holds just that scalar.
func emitFToV(c *Compiler, v ir.Value, in *ir.Inst) {
	t := c.u.Insts[in.A].Type
	a := c.canon(in.A)
	if x := &c.vals[a]; x.typ == t && t != ir.F16 || c.zeroAboveKnown(a, t) {
		c.alias(v, in.A)
		return
	}
	ra := c.take(in.A)
	dst := c.out(v)
	c.movaps(dst, ra)
	switch t {
	case ir.F64:
		c.zeroAbove(dst, 8)
	case ir.F32:
		c.zeroAbove(dst, 4)
	default:
		c.movXtoG(false, scratch, dst)
		c.movx(false, 1, false, scratch, scratch)
		c.movGtoX(false, dst, scratch)
	}
}

// zeroAboveKnown reports whether value a is a whole vector that was made with zeros above
// a scalar of type t.
func (c *Compiler) zeroAboveKnown(a ir.Value, t ir.Type) bool {
	if int(a) >= len(c.u.Insts) || c.vals[a].typ != ir.V128 {
		return false
	}
	switch in := &c.u.Insts[a]; in.Op {
	case ir.OpLoadV:
		return in.Aux <= 3 && t == ir.F64 || in.Aux <= 2 && t == ir.F32 || in.Aux <= 1
	case ir.OpBitsToF:
		return in.Type == t
	}
	return false
}

// inV is in for an instruction that reads the whole vector register.
func (c *Compiler) inV(v ir.Value) Reg {
	r := c.in(v)
	x := c.val(v)
	if b := scalarBytes(x.typ); b != 0 {
		c.zeroAbove(r, b)
		x.typ = ir.V128
	}
	return r
}

// constX loads a vector constant: imm in both halves.
func (c *Compiler) constX(r Xmm, x *val) {
	switch x.imm {
	case 0:
		c.sse(xXOR, r, r)
		return
	case ^uint64(0):
		c.sse(pCMPEQD, r, r)
		return
	}
	if k, ok := constIndex[x.imm]; ok {
		c.movups(r, constMem(k))
		return
	}
	c.movImm(scratch, x.imm)
	c.movGtoX(true, r, scratch)
	c.sse(0x6C|map0F|pp66, r, r) // punpcklqdq
}
