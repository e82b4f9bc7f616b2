package amd64

import "axol/jit/ir"

// Cryptography. The instructions of both architectures do the same arithmetic but cut it up differently.

func init() {
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

// emitSha1: amd64 has the words in the opposite order, in which they stay in scratchX2 for the next rounds, and adds the round constant, which Arm
// has in C already.
func emitSha1(function uint8, k int) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, e, w := c.inV(in.A), c.inV(in.B), c.inV(in.C)
		dst := c.apart(v, in.A, in.B, in.C)
		c.op3k(pSUBD, scratchX, w, k)
		c.keep(dst, e, ir.S|ir.VOne)
		c.sse(pADDD, scratchX, dst)
		c.sseImm(pSHUFD, scratchX, scratchX, 0x1B)
		if !c.stillThere(c.canon(in.A), v, sha1Rounds) {
			c.sseImm(pSHUFD, scratchX2, a, 0x1B)
		}
		c.sseImm(xSHA1RNDS, scratchX2, scratchX, function)
		c.sseImm(pSHUFD, dst, scratchX2, 0x1B)
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
	t := c.temp()
	dst := c.apart(v, in.A, in.B)
	c.shiftX(pSHIFTQ, shBytesRight, scratchX, b, 4)
	c.sse(pXOR, scratchX, a)
	c.shl(ir.S, dst, scratchX, 1)
	c.shr(ir.S, scratchX, scratchX, 31)
	c.sse(pOR, dst, scratchX)
	c.shiftX(pSHIFTQ, shBytesLeft, scratchX, dst, 12)
	c.shl(ir.S, t, scratchX, 1)
	c.shr(ir.S, scratchX, scratchX, 31)
	c.sse(pXOR, dst, t)
	c.sse(pXOR, dst, scratchX)
}

// emitSha256: from a, b, c, d and e, f, g, h (lowest word first) amd64 makes two rounds at a time, in
// registers f, e, b, a and h, g, d, c; the constants and schedule are in xmm0. Both halves of the
// result are there then: where the instruction for the other one is to come, it is made at once.
func emitSha256(second bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		if c.twin == v {
			c.twin = 0
			return
		}
		c.evict(&c.xmm, 0)
		c.xmm.pinned |= 1
		abcd, efgh := in.A, in.B
		if second {
			abcd, efgh = efgh, abcd
		}
		x, y, w := c.inV(abcd), c.inV(efgh), c.inV(in.C)
		const low, high = 0x11, 0xBB
		if !c.sameRounds(v, abcd, efgh) {
			c.op3i(xSHUFPS, scratchX, y, x, low)   // f e b a
			c.op3i(xSHUFPS, scratchX2, y, x, high) // h g d c
		}
		c.movaps(0, w)
		c.sse(xSHA256RNDS, scratchX2, scratchX)
		c.sseImm(pSHUFD, 0, w, 0xEE)
		c.sse(xSHA256RNDS, scratchX, scratchX2)
		twin := ir.Value(0)
		if !second {
			twin = c.otherHalf(v, in)
		}
		if twin != 0 {
			for _, a := range [...]ir.Value{in.A, in.B, in.C} {
				c.drop(a)
			}
		}
		c.op3i(xSHUFPS, c.over(v, in.A, in.B, in.C), scratchX, scratchX2, pickImm(second, low, high))
		if twin != 0 {
			c.vals[twin].early = false // not before what stands in between
			c.op3i(xSHUFPS, c.out(twin), scratchX, scratchX2, low)
			c.twin = twin
		}
		c.lastTwin = twin
	}
}

func pickImm(cond bool, x, y uint8) uint8 {
	if cond {
		return x
	}
	return y
}

// sameRounds reports whether the scratch registers still have the state as the rounds before left it.
func (c *Compiler) sameRounds(v, abcd, efgh ir.Value) bool {
	return c.lastTwin != 0 && c.canon(efgh) == c.lastTwin && c.stillThere(c.canon(abcd), v, sha256Rounds)
}

// rounds are operations, from first to last, that leave a state in scratch registers, and up to quiet those of the same
// algorithm that do not touch it there.
type rounds struct{ first, last, quiet ir.Op }

var (
	sha1Rounds   = rounds{ir.OpVSha1C, ir.OpVSha1M, ir.OpVSha1Su1}
	sha256Rounds = rounds{ir.OpVSha256H, ir.OpVSha256H, ir.OpVSha256Su1} // SHA256H2 is made by then
)

// stillThere reports whether a is of one of the rounds, and the scratch registers have what it left there until v.
func (c *Compiler) stillThere(a, v ir.Value, r rounds) bool {
	if int(a) >= len(c.u.Insts) || !c.feat.AVX || c.u.Insts[a].Op < r.first || c.u.Insts[a].Op > r.last {
		return false
	}
	for i := a + 1; i < v; i++ {
		if op := c.u.Insts[i].Op; !quiet[op] && (op <= r.last || op > r.quiet) {
			return false
		}
	}
	return true
}

// quiet are operations whose emitters leave the scratch vector registers alone on a host with AVX.
var quiet = [ir.NumOps]bool{
	ir.OpNop: true, ir.OpInsn: true, ir.OpConst: true, ir.OpGetV: true, ir.OpSetV: true, ir.OpGetX: true, ir.OpSetX: true,
	ir.OpAdd: true, ir.OpSub: true, ir.OpLoadV: true, ir.OpVRev32: true, ir.OpVAdd: true, ir.OpVOr: true,
}

// otherHalf looks for the SHA256H2 of the same rounds as SHA256H, which comes right behind it.
func (c *Compiler) otherHalf(v ir.Value, in *ir.Inst) ir.Value {
	last := min(v+10, ir.Value(c.u.Blocks[c.cur].Last))
	for i := v + 1; i < last && c.twin == 0; i++ {
		o := &c.u.Insts[i]
		if o.Op == ir.OpHook || o.Op == ir.OpHelper {
			break // nothing stays in registers
		}
		if o.Op == ir.OpVSha256H2 && c.vals[i].uses > 0 && c.canon(o.A) == c.canon(in.B) && c.canon(o.B) == c.canon(in.A) && c.canon(o.C) == c.canon(in.C) {
			return i
		}
	}
	return 0
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
