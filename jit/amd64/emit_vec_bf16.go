package amd64

import "axol/jit/ir"

// Dot products of BF16 numbers. They have a floating point of their own: sums are rounded to odd, denormals are
// flushed, FPSR is left alone. The host truncates and flushes meanwhile, under an MXCSR that is taken back
// afterwards; a sum was inexact, and gets an odd last place, where subtracting an operand does not give the other.
// What is no finite number, or may have overflowed, leaves the unit.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVBfDot:  emitVBfDot,
		ir.OpVBfMmla: emitVBfMmla,
	}, withAVX)
}

// mxcsrBF is all exceptions masked, truncation, denormals flushed as operands and as results.
const mxcsrBF = 0x1F80 | 3<<13 | 1<<15 | 1<<6

// bfSums has the registers of a dot product.
type bfSums struct {
	c                 *Compiler
	top               Xmm // the largest magnitude so far, as bits
	even, odd, tmp, w Xmm
}

// bfSum computes with f between two loads of MXCSR, and leaves the unit where that was no use.
func (c *Compiler) bfSum(v ir.Value, in *ir.Inst, f func(s *bfSums, sum, x, y Xmm)) {
	a, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	dst := c.fresh(v)
	s := &bfSums{c, c.temp(), c.temp(), c.temp(), c.temp(), c.temp()}
	p := c.stopBefore()
	c.killFlags()
	c.stmxcsr(host(tempOff))
	c.ldmxcsr(constMem(constMXCSRBF))
	c.zeroX(s.top)
	c.movaps(dst, a)
	f(s, dst, x, y)
	c.ldmxcsr(host(tempOff))
	c.splat(ir.S, scratchX, largest[ir.S]-1)
	c.op3(pCMPGTD, scratchX, s.top, scratchX)
	c.keepPart(scratchX, in.Aux)
	c.unlessZero(scratchX, p)
	c.done(v, dst, in.Aux, in.A, in.B, in.C)
}

// add is dst = a + b. a and b are not dst, which may be sum's own operand a.
func (s *bfSums) add(dst, a, b Xmm) {
	c := s.c
	const equal, notEqual = 0, 4
	c.op3(xADD, scratchX, a, b)
	c.op3(xSUB, scratchX2, scratchX, a)
	c.op3i(xCMPPS, scratchX2, scratchX2, b, equal)
	c.op3(xSUB, s.w, scratchX, b)
	c.op3i(xCMPPS, s.w, s.w, a, equal)
	c.op3(pAND, scratchX2, scratchX2, s.w) // exact
	c.zeroX(s.w)
	c.op3i(xCMPPS, s.w, s.w, scratchX, notEqual)
	c.op3(pANDN, scratchX2, scratchX2, s.w)
	c.shr(ir.S, scratchX2, scratchX2, 31)
	c.op3(pOR, dst, scratchX, scratchX2)
	s.see(dst)
}

// see notes the magnitudes of r.
func (s *bfSums) see(r Xmm) {
	s.c.op3k(pAND, scratchX, r, constAbs32)
	s.c.op3(pMAXSD, s.top, s.top, scratchX)
}

// step is sum += the two products of x and y in each word.
func (s *bfSums) step(sum, x, y Xmm) {
	c := s.c
	c.shl(ir.S, scratchX, x, 16)
	c.shl(ir.S, scratchX2, y, 16)
	c.op3(xMUL, s.even, scratchX, scratchX2)
	c.splat(ir.S, scratchX2, 0xFFFF0000)
	c.op3(pAND, scratchX, x, scratchX2)
	c.op3(pAND, scratchX2, scratchX2, y)
	c.op3(xMUL, s.odd, scratchX, scratchX2)
	s.see(s.even)
	s.see(s.odd)
	s.add(s.even, s.even, s.odd)
	s.add(sum, sum, s.even)
}

func emitVBfDot(c *Compiler, v ir.Value, in *ir.Inst) {
	c.bfSum(v, in, (*bfSums).step)
}

// emitVBfMmla is two steps: the left halves of rows and columns, and the right ones.
func emitVBfMmla(c *Compiler, v ir.Value, in *ir.Inst) {
	c.bfSum(v, in, func(s *bfSums, sum, x, y Xmm) {
		for _, half := range [...]struct{ row, column uint8 }{{0xA0, 0x88}, {0xF5, 0xDD}} {
			s.c.sseImm(pSHUFD, s.tmp, x, half.row)
			s.c.sseImm(pSHUFD, s.odd, y, half.column)
			s.step(sum, s.tmp, s.odd)
		}
	})
}
