package amd64

import "axol/jit/ir"

// Polynomials over {0, 1} of bytes: the bits of one factor from the top, each of which adds the other factor or not.

func init() {
	register(map[ir.Op]emitFunc{ir.OpVPmul: emitVPmul}, nil)
	emitters[ir.OpVPmull] = emitter{emitVPmull, func(c *Compiler, in *ir.Inst) bool {
		l := ir.LaneOf(in.Aux)
		return l == ir.B || l == ir.D && c.feat.PCLMUL
	}}
}

// multiplyPoly is dst = a * b by lanes of 8 or 16 bits; b has eight bits at the top of each lane. It uses
// scratchX, and overwrites b.
func (c *Compiler) multiplyPoly(l ir.Lane, dst, a, b Xmm) {
	for i := range 8 {
		c.signs(l, scratchX, b)
		if i == 0 {
			c.op3(pAND, dst, scratchX, a)
		} else {
			c.op3(add[l], dst, dst, dst)
			c.op3(pAND, scratchX, scratchX, a)
			c.op3(pXOR, dst, dst, scratchX)
		}
		if i < 7 {
			c.op3(add[l], b, b, b)
		}
	}
}

func emitVPmul(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	dst := c.apart(v, in.A, in.B)
	c.movaps(scratchX2, b)
	c.multiplyPoly(ir.B, dst, a, scratchX2)
	c.keepPart(dst, in.Aux)
}

func emitVPmull(c *Compiler, v ir.Value, in *ir.Inst) {
	upper := in.Imm&1 != 0
	if ir.LaneOf(in.Aux) == ir.D {
		c.two(pCLMULQDQ, v, in.A, in.B)
		c.byte(pickImm(upper, 0x11, 0))
		return
	}
	a, b := c.inV(in.A), c.inV(in.B)
	t := c.temp()
	dst := c.apart(v, in.A, in.B)
	c.zeroX(scratchX2)
	unpack := pickOp(upper, pUNPCKHBW, pUNPCKLBW)
	c.op3(unpack, t, a, scratchX2)
	c.op3(unpack, scratchX2, scratchX2, b)
	c.multiplyPoly(ir.H, dst, t, scratchX2)
}
