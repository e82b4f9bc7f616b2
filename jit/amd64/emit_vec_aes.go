package amd64

import "axol/jit/ir"

// AES. A round of Arm is AESE, which adds the key and then shifts rows and substitutes bytes, and AESMC, which mixes
// columns; a round of amd64 does the same but adds the key at the end. So the first key is added on its own, and each
// key after that goes into the round before it, where nobody sees what is in between.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVAesE:   emitAes,
		ir.OpVAesD:   emitAes,
		ir.OpVAesMc:  emitAesMc,
		ir.OpVAesImc: emitAesMc,
	}, func(c *Compiler, _ *ir.Inst) bool { return c.feat.AES })
}

// aesState is how much of what an AES instruction does has been done to its value.
type aesState uint8

const (
	aesDone  aesState = iota
	aesOpen           // of AESE, AESD: the key was added, nothing else
	aesKeyed          // of AESMC, AESIMC: all, and the key of the next round was added
)

// onlyUse is the one instruction that uses v, if that comes in the same block; nil if there are more, or the
// value is written to a guest register.
func (c *Compiler) onlyUse(v ir.Value) *ir.Inst {
	if c.vals[v].uses != 1 {
		return nil
	}
	for i := v + 1; i < ir.Value(c.u.Blocks[c.cur].Last); i++ {
		if in := &c.u.Insts[i]; in.Op != ir.OpNop && in.Op != ir.OpInsn && (in.A == v || in.B == v || in.C == v) {
			return in
		}
	}
	return nil
}

// mixing is the operation that mixes columns after this one.
func mixing(op ir.Op) ir.Op {
	if op == ir.OpVAesE {
		return ir.OpVAesMc
	}
	return ir.OpVAesImc
}

func emitAes(c *Compiler, v ir.Value, in *ir.Inst) {
	switch {
	case c.vals[in.A].aes == aesKeyed:
		c.drop(in.B)
		c.outFrom(v, in.A)
	case c.vals[in.B].aes == aesKeyed:
		c.drop(in.A)
		c.outFrom(v, in.B)
	default:
		c.two(pXOR, v, in.A, in.B)
	}
	c.vals[v].aes = aesOpen
	if use := c.onlyUse(v); use == nil || use.Op != mixing(in.Op) && (use.Op != ir.OpVXor || use.A == use.B) {
		c.closeRound(v)
	}
}

// closeRound does what is left of an open round, in place.
func (c *Compiler) closeRound(v ir.Value) {
	if c.vals[v].aes == aesOpen {
		r := c.inV(v)
		c.op3k(lastRoundOf(c.u.Insts[v].Op), r, r, constZero)
		c.vals[v].aes = aesDone
	}
}

func lastRoundOf(op ir.Op) opcode {
	if op == ir.OpVAesE {
		return xAESENCLAST
	}
	return xAESDECLAST
}

// lastRound is v = the open round of a, and b added.
func (c *Compiler) lastRound(v, a, b ir.Value) {
	c.closeRound(b)
	c.two(lastRoundOf(c.u.Insts[a].Op), v, a, b)
}

// emitAesMc finishes an open round, and adds the next round's key if that is at hand. Mixing without a round
// undoes the last decryption round's shift and substitution by those of an encryption round.
func emitAesMc(c *Compiler, v ir.Value, in *ir.Inst) {
	inverse := in.Op == ir.OpVAesImc
	round := pickOp(inverse, xAESDEC, xAESENC)
	if c.vals[in.A].aes != aesOpen {
		a := c.inV(in.A)
		dst := c.over(v, in.A)
		if inverse {
			c.sse(xAESIMC, dst, a)
			return
		}
		c.op3k(xAESDECLAST, dst, a, constZero)
		c.op3k(round, dst, dst, constZero)
		return
	}
	if k := c.nextKey(v, in.Op); k != 0 {
		c.vals[c.canon(k)].uses++ // the next round is its user
		c.vals[v].aes = aesKeyed
		c.two(round, v, in.A, k)
		return
	}
	a := c.inV(in.A)
	c.op3k(round, c.over(v, in.A), a, constZero)
}

// nextKey is what will be added to v by the round that alone uses it, if that is known by now.
func (c *Compiler) nextKey(v ir.Value, mix ir.Op) ir.Value {
	use := c.onlyUse(v)
	if use == nil || mixing(use.Op) != mix || use.Op != ir.OpVAesE && use.Op != ir.OpVAesD || use.A == use.B {
		return 0
	}
	key := use.A
	if key == v {
		key = use.B
	}
	if c.vals[c.canon(key)].aes != aesDone {
		return 0
	}
	if key < v {
		return key
	}
	// A guest register that is first read there has its present value, unless it is written before.
	get := &c.u.Insts[key]
	if get.Op != ir.OpGetV {
		return 0
	}
	for i := v + 1; i < key; i++ {
		if in := &c.u.Insts[i]; in.Op == ir.OpSetV && in.Imm == get.Imm || in.Op == ir.OpHook || in.Op == ir.OpHelper {
			return 0
		}
	}
	return c.get(guestOf(get))
}
