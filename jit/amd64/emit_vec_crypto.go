package amd64

import "axol/jit/ir"

// Cryptography. The instructions of both architectures do the same arithmetic but cut it up differently.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVAesE:   emitAES(xAESENCLAST, ir.OpVAesMc),
		ir.OpVAesD:   emitAES(xAESDECLAST, ir.OpVAesImc),
		ir.OpVAesMc:  emitAesMc,
		ir.OpVAesImc: emitAesImc,
	}, func(c *Compiler, _ *ir.Inst) bool { return c.feat.AES })
	register(map[ir.Op]emitFunc{
		ir.OpVSha1C:     emitSha1(0, constSha1K),
		ir.OpVSha1P:     emitSha1(1, constSha1K2),
		ir.OpVSha1M:     emitSha1(2, constSha1K3),
		ir.OpVSha256H:   emitSha256(false),
		ir.OpVSha256H2:  emitSha256(true),
		ir.OpVSha256Su0: emitSha256Su0,
		ir.OpVSha256Su1: emitSha256Su1,
	}, func(c *Compiler, _ *ir.Inst) bool { return c.feat.SHA })
	register(map[ir.Op]emitFunc{
		ir.OpVSha1H:   emitSha1H,
		ir.OpVSha1Su0: emitSha1Su0,
		ir.OpVSha1Su1: emitSha1Su1,
	}, nil)
	emitters[ir.OpCrc32] = emitter{emitCrc32, func(c *Compiler, _ *ir.Inst) bool { return c.feat.PCLMUL }}
}

// emitAES: the last round of amd64 with a key of zero, which it adds at the end, after
// adding the key that Arm adds at the beginning. Where nothing but the mixing of columns comes
// after it, the two are one round of amd64, which is left to the mixing.
func emitAES(round opcode, mix ir.Op) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		dst := c.over(v, in.A, in.B)
		c.op3(pXOR, dst, a, b)
		if c.onlyFor(v, mix) {
			c.unmixed = v
			return
		}
		c.zeroX(scratchX)
		c.sse(round, dst, scratchX)
	}
}

// onlyFor reports whether the one use of v is by an operation op in the same block, before another AES round.
func (c *Compiler) onlyFor(v ir.Value, op ir.Op) bool {
	if c.vals[v].uses != 1 {
		return false
	}
	last := ir.Value(c.u.Blocks[c.cur].Last)
	for i := v + 1; i < last; i++ {
		switch in := &c.u.Insts[i]; in.Op {
		case op:
			return in.A == v
		case ir.OpVAesE, ir.OpVAesD:
			return false
		}
	}
	return false
}

// mixes reports whether the operation gets a round that was left to it.
func (c *Compiler) mixes(in *ir.Inst) bool {
	left := c.unmixed == in.A
	if left {
		c.unmixed = 0
	}
	return left
}

// emitAesMc undoes the last decryption round's shift and substitution by those of the
// encryption round, which leaves the mixing of columns.
func emitAesMc(c *Compiler, v ir.Value, in *ir.Inst) {
	round := c.mixes(in)
	c.inV(in.A)
	dst := c.outFrom(v, in.A)
	c.zeroX(scratchX)
	if !round {
		c.sse(xAESDECLAST, dst, scratchX)
	}
	c.sse(xAESENC, dst, scratchX)
}

func emitAesImc(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	if c.mixes(in) {
		dst := c.outFrom(v, in.A)
		c.zeroX(scratchX)
		c.sse(xAESDEC, dst, scratchX)
		return
	}
	c.sse(xAESIMC, c.over(v, in.A), a)
}

// emitSha1: amd64 has the words in the opposite order, and adds the round constant, which Arm
// has in C already.
func emitSha1(function uint8, k int) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, e, w := c.inV(in.A), c.inV(in.B), c.inV(in.C)
		dst := c.apart(v, in.A, in.B, in.C)
		c.op3k(pSUBD, scratchX, w, k)
		c.keep(scratchX2, e, ir.S|ir.VOne)
		c.sse(pADDD, scratchX, scratchX2)
		c.sseImm(pSHUFD, scratchX, scratchX, 0x1B)
		c.sseImm(pSHUFD, dst, a, 0x1B)
		c.sseImm(xSHA1RNDS, dst, scratchX, function)
		c.sseImm(pSHUFD, dst, dst, 0x1B)
	}
}

func emitSha1H(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.apart(v, in.A)
	c.keep(scratchX, a, ir.S|ir.VOne)
	c.shl(ir.S, dst, scratchX, 30)
	c.shr(ir.S, scratchX, scratchX, 2)
	c.sse(pOR, dst, scratchX)
}

// emitSha1Su0: A ^ C ^ (A's upper half, B's lower half).
func emitSha1Su0(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b, w := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	c.op3i(xSHUFPD, scratchX, a, b, 1)
	c.sse(pXOR, scratchX, a)
	c.op3(pXOR, c.over(v, in.A, in.B, in.C), w, scratchX)
}

// emitSha1Su1: A ^ B, moved down by a word, rotated left by 1; the highest word takes the
// lowest, rotated once more.
func emitSha1Su1(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	dst := c.apart(v, in.A, in.B)
	c.shiftX(pSHIFTQ, shBytesRight, scratchX, b, 4)
	c.sse(pXOR, scratchX, a)
	c.shl(ir.S, dst, scratchX, 1)
	c.shr(ir.S, scratchX, scratchX, 31)
	c.sse(pOR, dst, scratchX)
	c.shiftX(pSHIFTQ, shBytesLeft, scratchX, dst, 12)
	c.shl(ir.S, scratchX2, scratchX, 1)
	c.shr(ir.S, scratchX, scratchX, 31)
	c.sse(pXOR, dst, scratchX2)
	c.sse(pXOR, dst, scratchX)
}

// emitSha256: from a, b, c, d and e, f, g, h (lowest word first) amd64 makes two rounds at a time, in
// registers f, e, b, a and h, g, d, c; the constants and schedule are in xmm0.
func emitSha256(second bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		c.evict(&c.xmm, 0)
		c.xmm.pinned |= 1
		abcd, efgh := in.A, in.B
		if second {
			abcd, efgh = efgh, abcd
		}
		x, y, w := c.inV(abcd), c.inV(efgh), c.inV(in.C)
		dst := c.apart(v, in.A, in.B, in.C)
		const low, high = 0x11, 0xBB
		c.op3i(xSHUFPS, scratchX, y, x, low) // f e b a
		c.op3i(xSHUFPS, dst, y, x, high)     // h g d c
		c.movaps(0, w)
		c.sse(xSHA256RNDS, dst, scratchX)
		c.sseImm(pSHUFD, 0, w, 0xEE)
		c.sse(xSHA256RNDS, scratchX, dst)
		if second {
			c.op3i(xSHUFPS, dst, scratchX, dst, low)
		} else {
			c.op3i(xSHUFPS, dst, scratchX, dst, high)
		}
	}
}

func emitSha256Su0(c *Compiler, v ir.Value, in *ir.Inst) {
	b := c.inV(in.B)
	c.inV(in.A)
	c.drop(in.B)
	c.sse(xSHA256MSG1, c.outFrom(v, in.A), b)
}

func emitSha256Su1(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b, w := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	dst := c.apart(v, in.A, in.B, in.C)
	c.op3i(pALIGNR, dst, w, b, 4)
	c.sse(pADDD, dst, a)
	c.sse(xSHA256MSG2, dst, w)
}

// emitCrc32 divides by the polynomial: x, the message at the top of 64 bits, lowest coefficient at the
// top, is q times the polynomial below bit 64, so q is x times its inverse; what that product has from
// bit 64 on is the remainder.
func emitCrc32(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.in(in.A), c.in(in.B)
	bits := uint8(8) << in.Aux
	c.killFlags()
	t := NoReg
	if bits < 32 {
		t = c.alloc(&c.gpr, 0)
		c.gpr.pinned |= 1 << t
	}
	c.movRR(false, scratch, a)
	c.aluRR(aluXor, true, scratch, b)
	if bits < 64 {
		c.shiftImm(shShl, true, scratch, 64-bits)
	}
	c.movGtoX(true, scratchX, scratch)
	c.movups(scratchX2, constMem(constCRC))
	c.sseImm(pCLMULQDQ, scratchX, scratchX2, 0x00)
	c.sseImm(pCLMULQDQ, scratchX, scratchX2, 0x10)
	if bits < 32 {
		c.movRR(false, t, a)
		c.shiftImm(shShr, false, t, bits)
	}
	c.drop(in.A)
	c.drop(in.B)
	dst := c.out(v)
	c.xExtract(ir.S, dst, scratchX, 2)
	if bits < 32 {
		c.aluRR(aluXor, false, dst, t)
	}
}
