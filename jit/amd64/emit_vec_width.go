package amd64

import "axol/jit/ir"

// Conversions of lanes that amd64 has no instruction for.

func init() {
	emitters[ir.OpVFMulAddL] = emitter{emitVFMulAddL, func(c *Compiler, _ *ir.Inst) bool {
		return !c.SoftFP && c.feat.FMA && c.feat.F16C
	}}
	emitters[ir.OpVBfCvtN] = emitter{emitVBfCvtN, func(c *Compiler, _ *ir.Inst) bool { return !c.SoftFP }}
}

// emitVFMulAddL multiplies half precision numbers, whose product is exact in single precision.
func emitVFMulAddL(c *Compiler, v ir.Value, in *ir.Inst) {
	a, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	dst := c.fresh(v)
	p := c.stopBefore()
	for _, f := range [...]struct{ dst, src Xmm }{{scratchX, x}, {scratchX2, y}} {
		src := f.src
		if in.Aux&ir.VHalf != 0 {
			c.sseImm(pSHUFD, f.dst, src, uint8(in.Imm&1)*0x55)
			src = f.dst
		} else if in.Imm&1 != 0 {
			c.sseImm(pSHUFD, f.dst, src, 0xEE)
			src = f.dst
		}
		c.vex(xCVTPH2PS, false, false, f.dst, 0, src)
	}
	c.movaps(dst, c.twice(dst, a, in.Aux))
	c.vex(xFMADD, false, false, dst, scratchX, scratchX2)
	c.unlessLeastOrNaNs(in.Aux, dst, p)
	c.done(v, dst, in.Aux, in.A, in.B, in.C)
}

// unlessMiddling leaves the unit unless the magnitudes of all lanes are zero or from low to high, given as bits. It
// uses the scratch registers and tmp.
func (c *Compiler) unlessMiddling(l ir.Lane, src, tmp Xmm, low, high uint64, p int) {
	c.unlessUpTo(l, high, p, src)
	c.op3k(pAND, scratchX, src, absConst[l])
	c.splat(l, scratchX2, low)
	c.op3(compareGT[l], scratchX2, scratchX2, scratchX)
	c.zeroX(tmp)
	c.sse(compareEQ[l], tmp, scratchX)
	c.op3(pANDN, tmp, tmp, scratchX2)
	c.unlessZero(tmp, p)
}

// emitVBfCvtN lets the host round to eight bits of precision, with all exceptions: it adds a power of two that is larger
// by 16 binary places, with the number's sign, and subtracts it again.
func emitVBfCvtN(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	a = c.repeated(t, a, in.Aux)
	c.unlessMiddling(ir.S, a, dst, powerOfTwo(ir.S, -126), powerOfTwo(ir.S, 111)-1, p)
	c.splat(ir.S, scratchX, 0xFF800000)
	c.op3(pAND, scratchX2, a, scratchX)
	c.splat(ir.S, scratchX, 16<<23)
	c.sse(pADDD, scratchX2, scratchX)
	c.op3(xADD, dst, a, scratchX2)
	c.sse(xSUB, dst, scratchX2)
	c.op3k(pAND, scratchX, a, constSign32) // a zero keeps its sign
	c.op3k(pAND, dst, dst, constAbs32)
	c.sse(pOR, dst, scratchX)
	c.shr(ir.S, dst, dst, 16)
	c.op3(pACKUSDW, dst, dst, dst)
	c.narrowed(dst, in.Aux, ir.H)
	c.done(v, dst, 0, in.A)
}

// narrowed keeps the results of an operation on lanes wider than l, which are the low half of r, or one.
func (c *Compiler) narrowed(r Xmm, aux uint8, l ir.Lane) {
	if aux&ir.VOne != 0 {
		c.lowest(l, r)
	} else {
		c.sse(xMOVQ, r, r)
	}
}

func emitVFCvtOdd(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst, t := c.fresh(v), c.temp()
	p := c.stopBefore()
	a = c.repeated(t, a, in.Aux)
	c.roundOdd(dst, a, p)
	c.sse(xCVTPD2PS, scratchX, a) // what that raises is what counts
	c.narrowed(dst, in.Aux, ir.S)
	c.done(v, dst, 0, in.A)
}

// roundOdd is dst = doubles as singles, rounded to odd without exceptions: the bits that single precision does not
// have are cut off, and leave a one in the last place if there were any.
func (c *Compiler) roundOdd(dst, a Xmm, p int) {
	c.unlessMiddling(ir.D, a, dst, powerOfTwo(ir.D, -126), powerOfTwo(ir.D, 127)-1, p)
	const lost = 1<<29 - 1
	c.splat(ir.D, scratchX, lost)
	c.op3(pAND, scratchX2, a, scratchX)
	c.op3(pADDQ, scratchX2, scratchX2, scratchX) // reaches bit 29 if there were any
	c.op3(pOR, scratchX2, scratchX2, a)
	c.op3(pANDN, scratchX, scratchX, scratchX2)
	c.sse(xCVTPD2PS, dst, scratchX)
}
