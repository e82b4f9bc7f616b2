package amd64

import "axol/jit/ir"

// Complex numbers, whose parts are neighbours: the real one has the lower lane.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVFCMla: emitVFCMla,
	}, func(c *Compiler, in *ir.Inst) bool { return !c.SoftFP && isFloatLane(in.Aux) && c.feat.FMA })
	register(map[ir.Op]emitFunc{
		ir.OpVFCAdd: emitVFCAdd,
	}, func(c *Compiler, in *ir.Inst) bool { return !c.SoftFP && isFloatLane(in.Aux) })
}

// Which parts of each number change their sign.
const (
	negateNone = iota
	negateReal
	negateImag
	negateBoth
)

// rotations are, by quarters of a turn: whether the parts change places, and which then change their sign.
var rotations = [4]struct {
	swap   bool
	negate int
}{{false, negateNone}, {true, negateReal}, {false, negateBoth}, {true, negateImag}}

// swapParts is dst = src with the parts of each number in each other's place.
func (c *Compiler) swapParts(l ir.Lane, dst, src Xmm) {
	switch l {
	case ir.H:
		c.sseImm(pSHUFLW, dst, src, 0xB1)
		c.sseImm(pSHUFHW, dst, dst, 0xB1)
	case ir.S:
		c.sseImm(pSHUFD, dst, src, 0xB1)
	default:
		c.sseImm(pSHUFD, dst, src, 0x4E)
	}
}

// onePart is dst = the real (imag 0) or the imaginary part (imag 1) of each number of src, in both places.
func (c *Compiler) onePart(l ir.Lane, dst, src Xmm, imag uint64) {
	imm := [...][2]uint8{ir.H: {0xA0, 0xF5}, ir.S: {0xA0, 0xF5}, ir.D: {0x44, 0xEE}}[l][imag]
	if l == ir.H {
		c.sseImm(pSHUFLW, dst, src, imm)
		c.sseImm(pSHUFHW, dst, dst, imm)
		return
	}
	c.sseImm(pSHUFD, dst, src, imm)
}

// rotated is src turned by quarters, in dst where it is not src itself.
func (c *Compiler) rotated(l ir.Lane, dst, src, tmp Xmm, quarters uint64) Xmm {
	r := rotations[quarters]
	if r.swap {
		c.swapParts(l, dst, src)
		src = dst
	}
	if r.negate == negateNone {
		return src
	}
	c.movups(tmp, constMem(signConst[l]))
	switch { // the signs of one part
	case r.negate == negateReal && l == ir.D:
		c.sse(xMOVQ, tmp, tmp)
	case r.negate == negateReal:
		c.shr(l+1, tmp, tmp, 8<<l)
	case r.negate == negateImag && l == ir.D:
		c.shiftX(pSHIFTQ, shBytesLeft, tmp, tmp, 8)
	case r.negate == negateImag:
		c.shl(l+1, tmp, tmp, 8<<l)
	}
	c.op3(pXOR, dst, src, tmp)
	return dst
}

func emitVFCMla(c *Compiler, v ir.Value, in *ir.Inst) {
	a, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	l := ir.LaneOf(in.Aux)
	dst := c.fresh(v)
	p := c.stopBefore()
	y = c.rotated(l, scratchX2, y, scratchX, in.Imm)
	c.onePart(l, scratchX, x, in.Imm&1)
	y = c.twice(scratchX2, y, in.Aux)
	x = c.twice(scratchX, scratchX, in.Aux)
	c.movaps(dst, c.twice(dst, a, in.Aux))
	c.vex(xFMADD, l == ir.D, false, dst, x, y)
	c.unlessLeastOrNaNs(in.Aux, dst, p)
	c.done(v, dst, in.Aux, in.A, in.B, in.C)
}

func emitVFCAdd(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	l := ir.LaneOf(in.Aux)
	dst := c.fresh(v)
	p := c.stopBefore()
	b = c.twice(scratchX2, c.rotated(l, scratchX2, b, scratchX, in.Imm), in.Aux)
	c.op3(formOf(xADD, in.Aux), dst, c.twice(scratchX, a, in.Aux), b)
	c.unlessNaNs(in.Aux, dst, p)
	c.done(v, dst, in.Aux, in.A, in.B)
}
