package amd64

import (
	"math/bits"

	"axol/jit/ir"
)

// SM3 and SM4, for which amd64 has no instructions: rounds in general registers, the schedule of SM3 in vector registers.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVSm3Ss1:    emitSm3Ss1,
		ir.OpVSm3Tt1A:   emitSm3Tt(true, sm3Parity),
		ir.OpVSm3Tt1B:   emitSm3Tt(true, sm3Majority),
		ir.OpVSm3Tt2A:   emitSm3Tt(false, sm3Parity),
		ir.OpVSm3Tt2B:   emitSm3Tt(false, sm3Choose),
		ir.OpVSm3PartW1: emitSm3PartW1,
		ir.OpVSm3PartW2: emitSm3PartW2,
		ir.OpVSm4E:      emitSm4(2, 10, 18, 24),
		ir.OpVSm4Ekey:   emitSm4(13, 23),
	}, nil)
	for i := range 256 {
		setByte(tableSm4, i, int(sm4Affine(sm4Inverse(sm4Affine(uint8(i))))))
	}
}

// rol rotates a general register left, 32 bits.
func (c *Compiler) rol(r Reg, n uint8) { c.shiftImm(shRol, false, r, n) }

func emitSm3Ss1(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b, k := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	t := c.tempG()
	c.killFlags()
	dst := c.apart(v, in.A, in.B, in.C)
	c.xExtract(ir.S, scratch, a, 3)
	c.rol(scratch, 12)
	for _, x := range [...]Xmm{b, k} {
		c.xExtract(ir.S, t, x, 3)
		c.aluRR(aluAdd, false, scratch, t)
	}
	c.rol(scratch, 7)
	c.movGtoX(false, dst, scratch)
	c.shiftX(pSHIFTQ, shBytesLeft, dst, dst, 12)
}

// sm3Func is a Boolean function of SM3: dst = f(x, y, z). dst is none of them.
type sm3Func func(c *Compiler, dst, x, y, z, tmp Reg)

func sm3Parity(c *Compiler, dst, x, y, z, _ Reg) {
	c.movRR(false, dst, x)
	c.aluRR(aluXor, false, dst, y)
	c.aluRR(aluXor, false, dst, z)
}

func sm3Majority(c *Compiler, dst, x, y, z, tmp Reg) {
	c.movRR(false, dst, y)
	c.aluRR(aluXor, false, dst, z)
	c.aluRR(aluAnd, false, dst, x)
	c.movRR(false, tmp, y)
	c.aluRR(aluAnd, false, tmp, z)
	c.aluRR(aluXor, false, dst, tmp)
}

func sm3Choose(c *Compiler, dst, x, y, z, _ Reg) {
	c.movRR(false, dst, y)
	c.aluRR(aluXor, false, dst, z)
	c.aluRR(aluAnd, false, dst, x)
	c.aluRR(aluXor, false, dst, z)
}

// emitSm3Tt is half a round: of the words a to d (first), or e to h.
func emitSm3Tt(first bool, f sm3Func) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		d, n, w := c.inV(in.A), c.inV(in.B), c.inV(in.C)
		x, y, z, t := c.tempG(), c.tempG(), c.tempG(), c.tempG()
		c.killFlags()
		dst := c.apart(v, in.A, in.B, in.C)
		for i, r := range [...]Reg{z, y, x} {
			c.xExtract(ir.S, r, d, uint8(i+1))
		}
		f(c, scratch, x, y, z, t)
		add := func(from Xmm, lane uint8) {
			c.xExtract(ir.S, t, from, lane)
			c.aluRR(aluAdd, false, scratch, t)
		}
		add(d, 0)
		add(w, uint8(in.Imm))
		if first {
			c.xExtract(ir.S, t, n, 3)
			c.movGtoX(false, scratchX, z)
			c.movRR(false, z, x)
			c.rol(z, 12)
			c.aluRR(aluXor, false, t, z)
			c.aluRR(aluAdd, false, scratch, t)
			c.rol(y, 9)
		} else {
			add(n, 3)
			c.movGtoX(false, scratchX, z)
			c.movRR(false, t, scratch)
			c.movRR(false, z, scratch)
			c.rol(t, 9)
			c.rol(z, 17)
			c.aluRR(aluXor, false, scratch, t)
			c.aluRR(aluXor, false, scratch, z)
			c.rol(y, 19)
		}
		c.movaps(dst, scratchX)
		c.xInsert(ir.S, dst, y, 1)
		c.xInsert(ir.S, dst, x, 2)
		c.xInsert(ir.S, dst, scratch, 3)
	}
}

// rolWords is dst = the words of src rotated left. It uses scratchX2; dst is not src.
func (c *Compiler) rolWords(dst, src Xmm, n uint8) {
	c.shr(ir.S, scratchX2, src, 32-n)
	c.shl(ir.S, dst, src, n)
	c.op3(pOR, dst, dst, scratchX2)
}

// sm3Diffuse is r = P1 of r, by words. It uses tmp and scratchX2.
func (c *Compiler) sm3Diffuse(r, tmp Xmm) {
	c.rolWords(tmp, r, 8)
	c.op3(pXOR, tmp, tmp, r) // x and x<<<8, which rotated by 15 are the other two
	c.rolWords(scratchX, tmp, 15)
	c.op3(pXOR, r, r, scratchX)
}

// emitSm3PartW1: the highest word depends on the lowest one's result, which is added, since all of it is linear.
func emitSm3PartW1(c *Compiler, v ir.Value, in *ir.Inst) {
	d, n, w := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	t := c.temp()
	dst := c.apart(v, in.A, in.B, in.C)
	c.shiftX(pSHIFTQ, shBytesRight, t, w, 4)
	c.rolWords(dst, t, 15)
	c.op3(pXOR, dst, dst, d)
	c.op3(pXOR, dst, dst, n)
	c.sm3Diffuse(dst, t)
	c.sm3Highest(dst, dst, t)
}

// sm3Highest adds P1 of the lowest word of src, rotated by 15, to the highest word of dst. It uses tmp and the scratch registers.
func (c *Compiler) sm3Highest(dst, src, tmp Xmm) {
	c.shiftX(pSHIFTQ, shBytesLeft, tmp, src, 12)
	c.rolWords(scratchX, tmp, 15)
	c.op3(pXOR, dst, dst, scratchX)
	for _, n := range [...]uint8{30, 6} { // by 15 and 15, and by 15 and 23 again
		c.rolWords(scratchX, tmp, n)
		c.op3(pXOR, dst, dst, scratchX)
	}
}

func emitSm3PartW2(c *Compiler, v ir.Value, in *ir.Inst) {
	d, n, w := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	t, u := c.temp(), c.temp()
	dst := c.apart(v, in.A, in.B, in.C)
	c.rolWords(t, w, 7)
	c.op3(pXOR, t, t, n)
	c.op3(pXOR, dst, t, d)
	c.sm3Highest(dst, t, u)
}

// emitSm4 is four rounds; the linear transformation rotates as given.
func emitSm4(rotations ...uint8) emitFunc {
	table := constMem(tableSm4)
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, key := c.inV(in.A), c.inV(in.B)
		x := [4]Reg{c.tempG(), c.tempG(), c.tempG(), c.tempG()}
		sub, t := c.tempG(), c.tempG()
		c.killFlags()
		dst := c.apart(v, in.A, in.B)
		for i, r := range x {
			c.extract(ir.S, r, a, uint8(i))
		}
		for round := range uint8(4) {
			c.extract(ir.S, scratch, key, round)
			for _, r := range x[1:] {
				c.aluRR(aluXor, false, scratch, r)
			}
			for i := range uint8(4) {
				c.movx(false, 0, false, t, scratch)
				m := table
				m.Index = t
				c.loadx(false, 0, false, t, m)
				if i == 0 {
					c.movRR(false, sub, t)
				} else {
					c.shiftImm(shShl, false, t, 8*i)
					c.aluRR(aluOr, false, sub, t)
				}
				c.shiftImm(shShr, false, scratch, 8)
			}
			c.aluRR(aluXor, false, x[0], sub)
			for _, n := range rotations {
				c.movRR(false, t, sub)
				c.rol(t, n)
				c.aluRR(aluXor, false, x[0], t)
			}
			x = [4]Reg{x[1], x[2], x[3], x[0]}
		}
		c.movGtoX(false, dst, x[0])
		for i := uint8(1); i < 4; i++ {
			c.xInsert(ir.S, dst, x[i], i)
		}
	}
}

// sm4Affine and sm4Inverse make the S-box: an affine map around the inverse in GF(2^8) modulo
// x^8+x^7+x^6+x^5+x^4+x^2+1.
func sm4Affine(x uint8) (r uint8) {
	for i := range 8 {
		r |= uint8(bits.OnesCount8(x&bits.RotateLeft8(0xA7, i))&1) << i
	}
	return r ^ 0xD3
}

func sm4Inverse(x uint8) uint8 {
	multiply := func(a, b uint8) (r uint8) {
		for ; b != 0; b >>= 1 {
			if b&1 != 0 {
				r ^= a
			}
			top := a >> 7
			a = a<<1 ^ 0xF5*top
		}
		return r
	}
	r := uint8(1)
	for range 254 { // the order of the group is 255; zero stays zero
		r = multiply(r, x)
	}
	return r
}
