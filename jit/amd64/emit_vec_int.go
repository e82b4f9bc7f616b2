package amd64

import "axol/jit/ir"

// Integer arithmetic by lane, without saturation.

var (
	add       = byLane{pADDB, pADDW, pADDD, pADDQ}
	subtract  = byLane{pSUBB, pSUBW, pSUBD, pSUBQ}
	compareEQ = byLane{pCMPEQB, pCMPEQW, pCMPEQD, pCMPEQQ}
	compareGT = byLane{pCMPGTB, pCMPGTW, pCMPGTD, pCMPGTQ}
	minS      = byLane{pMINSB, pMINSW, pMINSD}
	minU      = byLane{pMINUB, pMINUW, pMINUD}
	maxS      = byLane{pMAXSB, pMAXSW, pMAXSD}
	maxU      = byLane{pMAXUB, pMAXUW, pMAXUD}
)

func init() {
	simple(map[ir.Op]byLane{
		ir.OpVAdd:   add,
		ir.OpVSub:   subtract,
		ir.OpVMinS:  minS,
		ir.OpVMaxS:  maxS,
		ir.OpVCmpEQ: compareEQ,
		ir.OpVCmpGT: compareGT,
	})
	register(map[ir.Op]emitFunc{
		ir.OpVNeg:       emitVNeg,
		ir.OpVAbs:       emitVAbs,
		ir.OpVCmpGE:     emitVCmpGE,
		ir.OpVCmpHI:     emitVCmpHI,
		ir.OpVCmpHS:     emitVCmpHS,
		ir.OpVCmpTst:    emitVCmpTst,
		ir.OpVCnt:       emitVCnt,
		ir.OpVAddP:      emitVAddP,
		ir.OpVAddAcross: emitVAddAcross,
		ir.OpVRbit:      emitVRbit,
		ir.OpVPopcnt:    emitVPopcnt,
	}, nil)
	register(map[ir.Op]emitFunc{
		ir.OpVMinU:   emitVBound(minU),
		ir.OpVMaxU:   emitVBound(maxU),
		ir.OpVMul:    emitVMul,
		ir.OpVWidenU: emitVWiden(byLane{pMOVZXBW, pMOVZXWD, pMOVZXDQ}),
		ir.OpVWidenS: emitVWiden(byLane{pMOVSXBW, pMOVSXWD, pMOVSXDQ}),
		ir.OpVMulLS:  emitVMulL(true),
		ir.OpVMulLU:  emitVMulL(false),
		ir.OpVShAdd:  emitVHalving(add, pAND, true, false),
		ir.OpVUhAdd:  emitVHalving(add, pAND, false, false),
		ir.OpVSrhAdd: emitVHalving(subtract, pOR, true, false),
		ir.OpVUrhAdd: emitVHalving(subtract, pOR, false, false),
		ir.OpVShSub:  emitVHalving(subtract, pANDN, true, true),
		ir.OpVUhSub:  emitVHalving(subtract, pANDN, false, true),
		ir.OpVClz:    emitVClz,
		ir.OpVCls:    emitVCls,

		ir.OpVSMaxAcross: emitVAcross(maxS),
		ir.OpVSMinAcross: emitVAcross(minS),
		ir.OpVUMaxAcross: emitVAcross(maxU),
		ir.OpVUMinAcross: emitVAcross(minU),
	}, lanesUpTo(ir.S))
	register(map[ir.Op]emitFunc{
		ir.OpVNarrow: emitVNarrow,
		ir.OpVSAbd:   emitVAbd(maxS, minS, true),
		ir.OpVUAbd:   emitVAbd(maxU, minU, false),

		ir.OpVSDot:  emitVDot(pMOVSXBW, pMOVSXBW),
		ir.OpVUDot:  emitVDot(pMOVZXBW, pMOVZXBW),
		ir.OpVUsDot: emitVDot(pMOVZXBW, pMOVSXBW),

		ir.OpVSmmla:  emitVMatMul(pMOVSXBW, pMOVSXBW),
		ir.OpVUmmla:  emitVMatMul(pMOVZXBW, pMOVZXBW),
		ir.OpVUsmmla: emitVMatMul(pMOVZXBW, pMOVSXBW),
	}, nil)
}

func emitVNeg(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	c.zeroX(scratchX)
	c.op3(subtract[in.Aux], c.over(v, in.A), scratchX, a)
}

func emitVAbs(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	if in.Aux < ir.D {
		c.sse(byLane{pABSB, pABSW, pABSD}[in.Aux], c.over(v, in.A), a)
		return
	}
	dst := c.apart(v, in.A)
	c.signs(ir.D, scratchX, a)
	c.op3(pXOR, dst, a, scratchX)
	c.op3(pSUBQ, dst, dst, scratchX)
}

// emitVMul multiplies bytes as lanes of 16 bits, even and odd ones apart.
func emitVMul(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	if in.Aux != ir.B {
		c.op3(byLane{0, pMULLW, pMULLD}[in.Aux], c.over(v, in.A, in.B), a, b)
		return
	}
	dst := c.apart(v, in.A, in.B)
	c.shr(ir.H, scratchX, a, 8)
	c.shr(ir.H, scratchX2, b, 8)
	c.sse(pMULLW, scratchX, scratchX2)
	c.shl(ir.H, scratchX, scratchX, 8)
	c.op3(pMULLW, dst, a, b)
	c.op3k(pAND, dst, dst, constBottom+int(ir.H))
	c.op3(pOR, dst, dst, scratchX)
}

// emitVCmpGE: A >= B where the larger of them is A; of 64 bits, where B > A is not so.
func emitVCmpGE(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	if in.Aux == ir.D {
		c.op3(pCMPGTQ, scratchX, b, a)
		c.not(c.over(v, in.A, in.B), scratchX)
		return
	}
	c.op3(maxS[in.Aux], scratchX, a, b)
	c.op3(compareEQ[in.Aux], c.over(v, in.A, in.B), scratchX, a)
}

// emitVCmpHS is emitVCmpGE, unsigned.
func emitVCmpHS(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	if in.Aux == ir.D {
		c.above64(b, a)
		c.not(c.over(v, in.A, in.B), scratchX)
		return
	}
	c.op3(maxU[in.Aux], scratchX, a, b)
	c.op3(compareEQ[in.Aux], c.over(v, in.A, in.B), scratchX, a)
}

// emitVCmpHI: A > B where the smaller of them is not A.
func emitVCmpHI(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	if in.Aux == ir.D {
		c.above64(a, b)
		c.movaps(c.over(v, in.A, in.B), scratchX)
		return
	}
	c.op3(minU[in.Aux], scratchX, a, b)
	c.sse(compareEQ[in.Aux], scratchX, a)
	c.not(c.over(v, in.A, in.B), scratchX)
}

// above64 is scratchX = a > b, unsigned. The comparison is signed: the signs are inverted before.
func (c *Compiler) above64(a, b Xmm) {
	c.op3k(pXOR, scratchX, a, constSign64)
	c.op3k(pXOR, scratchX2, b, constSign64)
	c.sse(pCMPGTQ, scratchX, scratchX2)
}

func emitVCmpTst(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	dst := c.apart(v, in.A, in.B)
	c.op3(pAND, scratchX, a, b)
	c.zeroX(dst)
	c.sse(compareEQ[in.Aux], dst, scratchX)
	c.not(dst, dst)
}

// nibbles looks the upper nibbles of src's bytes up in one table, into dst, and the lower ones
// in the other, into scratchX.
func (c *Compiler) nibbles(dst, src Xmm, upper, lower int) {
	c.op3k(pAND, scratchX2, src, constBits4)
	c.movups(scratchX, constMem(lower))
	c.sse(pSHUFB, scratchX, scratchX2)
	c.shr(ir.B, scratchX2, src, 4)
	c.movups(dst, constMem(upper))
	c.sse(pSHUFB, dst, scratchX2)
}

func emitVCnt(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.apart(v, in.A)
	c.nibbles(dst, a, constPopcnt, constPopcnt)
	c.sse(pADDB, dst, scratchX)
}

func emitVPopcnt(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	c.killFlags()
	c.drop(in.A)
	c.movXtoG(true, scratch, a)
	c.rr(popcnt, true, scratch, scratch)
	c.movGtoX(true, c.out(v), scratch)
}

func emitVRbit(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.part(scratchX, c.inV(in.A), in.Aux)
	if a == scratchX { // zeros above stay zeros
		t := c.temp()
		c.movaps(t, a)
		a = t
	}
	dst := c.apart(v, in.A)
	c.nibbles(dst, a, constRbitHigh, constRbitLow)
	c.sse(pOR, dst, scratchX)
}

// emitVClz counts in bytes, and joins the counts of two halves: the lower one's counts where the upper
// one is all zeros.
func emitVClz(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.apart(v, in.A)
	c.clzLanes(ir.LaneOf(in.Aux), dst, a)
	c.keepPart(dst, in.Aux)
}

// keepPart is keep in place; nothing where the whole register is computed.
func (c *Compiler) keepPart(r Xmm, aux uint8) {
	if aux&(ir.VHalf|ir.VOne) != 0 {
		c.keep(r, r, aux)
	}
}

func (c *Compiler) clzLanes(l ir.Lane, dst, src Xmm) {
	c.nibbles(dst, src, constClzHigh, constClzLow)
	c.sse(pMINUB, dst, scratchX)
	for w := ir.H; w <= l; w++ {
		half := uint8(4) << w
		c.shr(w, scratchX, dst, half) // the upper half's count
		c.op3k(pAND, dst, dst, constBottom+int(w))
		c.movaps(scratchX2, scratchX)
		c.op3k(compareEQ[w], scratchX2, scratchX2, [...]int{ir.H: constEights, ir.S: constSixteens}[w])
		c.sse(pAND, dst, scratchX2)
		c.sse(add[w], dst, scratchX)
	}
}

// emitVCls counts the leading zeros of what differs from the sign.
func emitVCls(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	l := ir.LaneOf(in.Aux)
	t := c.temp()
	dst := c.apart(v, in.A)
	c.signs(l, t, a)
	c.sse(pXOR, t, a)
	c.clzLanes(l, dst, t)
	c.op3m(subtract[l], dst, dst, constMem(constEvery+int(l)))
	c.keepPart(dst, in.Aux)
}

// emitVAddP: in bytes, the odd and even ones are added as lanes of 16 bits.
func emitVAddP(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	switch in.Aux {
	case ir.H, ir.S:
		c.op3(byLane{0, pHADDW, pHADDD}[in.Aux], c.over(v, in.A, in.B), a, b)
	case ir.D:
		c.op3(pUNPCKLQDQ, scratchX, a, b)
		dst := c.over(v, in.A, in.B)
		c.op3(pUNPCKHQDQ, dst, a, b)
		c.op3(pADDQ, dst, dst, scratchX)
	default:
		t := c.temp()
		dst := c.apart(v, in.A, in.B)
		for _, x := range [...]struct{ dst, src Xmm }{{dst, a}, {t, b}} {
			c.shr(ir.H, x.dst, x.src, 8)
			c.op3(pADDB, x.dst, x.dst, x.src)
			c.op3k(pAND, x.dst, x.dst, constBottom+int(ir.H))
		}
		c.op3(pACKUSWB, dst, dst, t)
	}
}

// pairsOfBytes reports whether at v begins what lift makes of a pairwise minimum or maximum of unsigned bytes:
// the even bytes, the odd ones, and the operation, which alone uses them.
func (c *Compiler) pairsOfBytes(v ir.Value) bool {
	if v < 1 || int(v)+2 >= len(c.u.Insts) {
		return false
	}
	even, odd, op := &c.u.Insts[v], &c.u.Insts[v+1], &c.u.Insts[v+2]
	return even.Op == ir.OpVUzp1 && odd.Op == ir.OpVUzp2 && (op.Op == ir.OpVMinU || op.Op == ir.OpVMaxU) &&
		even.Aux == ir.B && odd.Aux == ir.B && op.Aux == ir.B && even.A == odd.A && even.B == odd.B &&
		op.A == v && op.B == v+1 && c.vals[v].uses == 1 && c.vals[v+1].uses == 1
}

// emitPairsOfBytes does it in lanes of 16 bits, where the other byte of each lane becomes zero.
func emitPairsOfBytes(c *Compiler, v ir.Value, in *ir.Inst) {
	even := &c.u.Insts[in.A]
	a, b := c.inV(even.A), c.inV(even.B)
	c.drop(even.A)
	c.drop(even.B)
	dst := c.apart(v, even.A, even.B)
	one := func(dst, src Xmm) {
		if in.Op == ir.OpVMinU {
			c.shr(ir.H, dst, src, 8)
			c.op3(pMINUB, dst, dst, src)
			return
		}
		c.shl(ir.H, dst, src, 8)
		c.op3(pMAXUB, dst, dst, src)
		c.shr(ir.H, dst, dst, 8)
	}
	one(dst, a)
	if a == b {
		c.op3(pACKUSWB, dst, dst, dst)
		return
	}
	one(scratchX, b)
	c.op3(pACKUSWB, dst, dst, scratchX)
}

// emitVBound is a minimum or maximum of unsigned lanes.
func emitVBound(ops byLane) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		if c.pairsOfBytes(v - 2) {
			emitPairsOfBytes(c, v, in)
			return
		}
		c.emit2(ops[ir.LaneOf(in.Aux)], v, in)
	}
}

func emitVAddAcross(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.apart(v, in.A)
	if in.Aux == ir.B {
		c.zeroX(scratchX)
		c.op3(pSADBW, dst, a, scratchX)
		c.sseImm(pSHUFD, scratchX, dst, 0xEE)
		c.op3(pADDQ, dst, dst, scratchX)
	} else {
		c.fold(add[in.Aux], in.Aux, dst, a)
	}
	c.lowest(in.Aux, dst)
}

// fold combines all lanes of src with op; the result is in the lowest lane of dst.
func (c *Compiler) fold(op opcode, l ir.Lane, dst, src Xmm) {
	c.sseImm(pSHUFD, scratchX, src, 0xEE)
	c.op3(op, dst, src, scratchX)
	if l <= ir.S {
		c.sseImm(pSHUFD, scratchX, dst, 0x55)
		c.op3(op, dst, dst, scratchX)
	}
	if l <= ir.H {
		c.shr(ir.S, scratchX, dst, 16)
		c.op3(op, dst, dst, scratchX)
	}
	if l == ir.B {
		c.shr(ir.H, scratchX, dst, 8)
		c.op3(op, dst, dst, scratchX)
	}
}

func emitVAcross(ops byLane) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a := c.inV(in.A)
		l := ir.LaneOf(in.Aux)
		dst := c.apart(v, in.A)
		if in.Aux&ir.VHalf != 0 {
			c.sseImm(pSHUFD, dst, a, 0x44) // the half twice
			a = dst
		}
		c.fold(ops[l], l, dst, a)
		c.lowest(l, dst)
	}
}

func emitVWiden(ops byLane) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a := c.inV(in.A)
		dst := c.over(v, in.A)
		if in.Imm&1 != 0 {
			c.sseImm(pSHUFD, dst, a, 0xEE)
			a = dst
		}
		c.sse(ops[in.Aux], dst, a)
	}
}

func emitVNarrow(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	dst := c.over(v, in.A)
	switch in.Aux {
	case ir.D:
		c.sseImm(pSHUFD, dst, a, 0x08)
		c.sse(xMOVQ, dst, dst)
	default:
		c.op3k(pSHUFB, dst, a, [...]int{ir.H: constNarrowH, ir.S: constNarrowS}[in.Aux])
	}
}

// emitVMulL: products of halves, twice as wide.
func emitVMulL(signed bool) emitFunc {
	extend, high, product := pMOVZXBW, pMULHUW, pMULUDQ
	if signed {
		extend, high, product = pMOVSXBW, pMULHW, pMULDQ
	}
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		dst := c.apart(v, in.A, in.B)
		upper := in.Imm&1 != 0
		switch ir.LaneOf(in.Aux) {
		case ir.B:
			if upper {
				c.sseImm(pSHUFD, scratchX, a, 0xEE)
				c.sseImm(pSHUFD, dst, b, 0xEE)
				a, b = scratchX, dst
			}
			c.sse(extend, scratchX, a)
			c.sse(extend, dst, b)
			c.sse(pMULLW, dst, scratchX)
		case ir.H:
			c.op3(high, scratchX, a, b)
			c.op3(pMULLW, dst, a, b)
			c.sse(pickOp(upper, pUNPCKHWD, pUNPCKLWD), dst, scratchX)
		default:
			c.longOperands(dst, scratchX, a, b, upper)
			c.sse(product, dst, scratchX)
		}
		if in.Aux&ir.VOne != 0 {
			c.lowest(ir.LaneOf(in.Aux)+1, dst)
		}
	}
}

func pickOp(cond bool, x, y opcode) opcode {
	if cond {
		return x
	}
	return y
}

// longOperands puts the words of one half of a and b where the long multiplication wants them.
func (c *Compiler) longOperands(x, y, a, b Xmm, upper bool) {
	imm := uint8(0x50)
	if upper {
		imm = 0xFA
	}
	c.sseImm(pSHUFD, x, a, imm)
	c.sseImm(pSHUFD, y, b, imm)
}

// emitVHalving: (a + b) >> 1 is (a & b) + ((a ^ b) >> 1), rounded (a | b) - ((a ^ b) >> 1), and
// (a - b) >> 1 is ((a ^ b) >> 1) - (^a & b).
func emitVHalving(ops byLane, op opcode, signed, reverse bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		l := ir.LaneOf(in.Aux)
		dst := c.apart(v, in.A, in.B)
		c.op3(pXOR, scratchX, a, b)
		if signed {
			c.sar(l, scratchX, scratchX, 1)
		} else {
			c.shr(l, scratchX, scratchX, 1)
		}
		c.op3(op, dst, a, b)
		if reverse {
			c.op3(ops[l], dst, scratchX, dst)
		} else {
			c.op3(ops[l], dst, dst, scratchX)
		}
		c.keepPart(dst, in.Aux)
	}
}

// emitVAbd is the larger less the smaller; in 64 bits, the difference negated where b is the larger.
func emitVAbd(larger, smaller byLane, signed bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		l := ir.LaneOf(in.Aux)
		if l == ir.D {
			dst := c.apart(v, in.A, in.B)
			if signed {
				c.op3(pCMPGTQ, scratchX, b, a)
			} else {
				c.above64(b, a)
			}
			c.op3(pSUBQ, dst, a, b)
			c.sse(pXOR, dst, scratchX)
			c.sse(pSUBQ, dst, scratchX)
			c.keepPart(dst, in.Aux)
			return
		}
		c.op3(smaller[l], scratchX, a, b)
		dst := c.over(v, in.A, in.B)
		c.op3(larger[l], dst, a, b)
		c.op3(subtract[l], dst, dst, scratchX)
		c.keepPart(dst, in.Aux)
	}
}

// emitVDot widens bytes to 16 bits, multiplies and adds neighbours twice.
func emitVDot(extendB, extendC opcode) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
		dst := c.apart(v, in.A, in.B, in.C)
		c.sseImm(pSHUFD, scratchX, x, 0xEE)
		c.sse(extendB, scratchX, scratchX)
		c.sseImm(pSHUFD, scratchX2, y, 0xEE)
		c.sse(extendC, scratchX2, scratchX2)
		c.sse(pMADDWD, scratchX, scratchX2)
		c.sse(extendB, dst, x)
		c.sse(extendC, scratchX2, y)
		c.sse(pMADDWD, dst, scratchX2)
		c.sse(pHADDD, dst, scratchX)
		c.op3(pADDD, dst, dst, a)
		c.keepPart(dst, in.Aux)
	}
}

// emitVMatMul multiplies each half of B with each half of C, as emitVDot does.
func emitVMatMul(extendB, extendC opcode) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
		t, rows := c.temp(), c.temp()
		dst := c.apart(v, in.A, in.B, in.C)
		for row, into := range [...]Xmm{dst, rows} {
			c.sseImm(pSHUFD, t, x, 0x44+uint8(row)*0xAA)
			c.sse(extendB, t, t)
			c.sse(extendC, into, y)
			c.sse(pMADDWD, into, t)
			c.sseImm(pSHUFD, scratchX, y, 0xEE)
			c.sse(extendC, scratchX, scratchX)
			c.sse(pMADDWD, scratchX, t)
			c.sse(pHADDD, into, scratchX)
		}
		c.sse(pHADDD, dst, rows)
		c.op3(pADDD, dst, dst, a)
	}
}
