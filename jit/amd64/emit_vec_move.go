package amd64

import "axol/jit/ir"

// Moves, permutations and logic.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVConst:   func(*Compiler, ir.Value, *ir.Inst) {}, // made where it is used
		ir.OpVDup:     emitVDup,
		ir.OpVDupLane: emitVDupLane,
		ir.OpVGet:     emitVGet,
		ir.OpVGetS:    emitVGetS,
		ir.OpVIns:     emitVIns,
		ir.OpVInsLane: emitVInsLane,
		ir.OpVLow64:   emitVLow64,
		ir.OpVPair:    emitVPair,
		ir.OpVExt:     emitVExt,
		ir.OpVUzp1:    emitVUzp(false),
		ir.OpVUzp2:    emitVUzp(true),
		ir.OpVTrn1:    emitVTrn1,
		ir.OpVTrn2:    emitVTrn2,
		ir.OpVRev16:   emitVRev(ir.H),
		ir.OpVRev32:   emitVRev(ir.S),
		ir.OpVRev64:   emitVRev(ir.D),
		ir.OpVTbl:     emitVTbl,
		ir.OpVAnd:     emitV2(pAND),
		ir.OpVOr:      emitV2(pOR),
		ir.OpVXor:     emitVXor,
		ir.OpVAndNot:  emitVAndNot,
		ir.OpVOrNot:   emitVOrNot,
		ir.OpVNot:     emitVNot,
		ir.OpVBsl:     emitVBsl,
	}, nil)
	simple(map[ir.Op]byLane{
		ir.OpVZip1: {pUNPCKLBW, pUNPCKLWD, pUNPCKLDQ, pUNPCKLQDQ},
		ir.OpVZip2: {pUNPCKHBW, pUNPCKHWD, pUNPCKHDQ, pUNPCKHQDQ},
	})
}

func emitVDup(c *Compiler, v ir.Value, in *ir.Inst) {
	r := c.take(in.A)
	dst := c.out(v)
	l := in.Aux
	c.movGtoX(l == ir.D, dst, r)
	c.spread(l, dst, dst, 0)
}

var broadcast = byLane{pBROADCASTB, pBROADCASTW, pBROADCASTD, pBROADCASTQ}

// spread is dst = lane n of src in every lane.
func (c *Compiler) spread(l ir.Lane, dst, src Xmm, n uint8) {
	if n == 0 && c.feat.AVX {
		c.vex(broadcast[l], false, false, dst, 0, src)
		return
	}
	switch l {
	case ir.B: // a byte and its copy are a lane of 16 bits
		op := pUNPCKLBW
		if n >= 8 {
			op = pUNPCKHBW
		}
		c.op3(op, dst, src, src)
		c.spread16(dst, dst, n&7)
	case ir.H:
		c.spread16(dst, src, n)
	case ir.S:
		c.sseImm(pSHUFD, dst, src, n*0x55)
	default:
		c.sseImm(pSHUFD, dst, src, 0x44+n*0xAA)
	}
}

func (c *Compiler) spread16(dst, src Xmm, n uint8) {
	if n < 4 {
		c.sseImm(pSHUFLW, dst, src, n*0x55)
		c.sseImm(pSHUFD, dst, dst, 0)
	} else {
		c.sseImm(pSHUFHW, dst, src, (n-4)*0x55)
		c.sseImm(pSHUFD, dst, dst, 0xAA)
	}
}

func emitVDupLane(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	c.spread(in.Aux, c.over(v, in.A), a, uint8(in.Imm))
}

func emitVGet(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	c.drop(in.A)
	c.extract(in.Aux, c.out(v), a, uint8(in.Imm))
}

// extract is dst = lane n of src, zero-extended.
func (c *Compiler) extract(l ir.Lane, dst Reg, src Xmm, n uint8) {
	if n == 0 && l >= ir.S {
		c.movXtoG(l == ir.D, dst, src)
	} else {
		c.xExtract(l, dst, src, n)
	}
}

func emitVGetS(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	c.drop(in.A)
	dst := c.out(v)
	c.extract(in.Aux, dst, a, uint8(in.Imm))
	if in.Aux < ir.S || in.Aux == ir.S && in.Type == ir.I64 {
		c.movx(true, in.Aux, in.Type == ir.I64, dst, dst)
	}
}

func emitVIns(c *Compiler, v ir.Value, in *ir.Inst) {
	b := c.take(in.B)
	c.insert(v, in.Aux, in.A, b, uint8(in.Imm))
}

// insert is v = a with lane n replaced by the low bits of a general register.
func (c *Compiler) insert(v ir.Value, l ir.Lane, a ir.Value, b Reg, n uint8) {
	ra := c.inV(a)
	if !c.feat.AVX {
		c.xInsert(l, c.outFrom(v, a), b, n)
		return
	}
	c.vex([...]opcode{pINSRB, pINSRW, pINSRD, pINSRD}[l], l == ir.D, false, c.over(v, a), ra, b)
	c.byte(n)
}

// emitVInsLane moves lanes of 32 and 64 bits inside the vector registers.
func emitVInsLane(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	to, from := uint8(in.Imm), uint8(in.Imm>>8)
	switch in.Aux {
	case ir.S:
		c.op3i(xINSERTPS, c.over(v, in.A, in.B), a, b, from<<6|to<<4)
	case ir.D:
		dst := c.over(v, in.A, in.B)
		if to == 0 {
			c.op3i(xSHUFPD, dst, b, a, from|2)
		} else {
			c.op3i(xSHUFPD, dst, a, b, from<<1)
		}
	default:
		c.extract(in.Aux, scratch, b, from)
		c.drop(in.B)
		c.insert(v, in.Aux, in.A, scratch, to)
	}
}

func emitVLow64(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	c.sse(xMOVQ, c.over(v, in.A), a)
}

func emitVPair(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.in(in.A), c.in(in.B)
	c.drop(in.A)
	c.drop(in.B)
	dst := c.out(v)
	c.movGtoX(true, dst, a)
	c.xInsert(ir.D, dst, b, 1)
}

func emitVExt(c *Compiler, v ir.Value, in *ir.Inst) {
	if x := c.val(in.B); x.konst && x.imm == 0 {
		a := c.inV(in.A)
		c.drop(in.B)
		c.shiftX(pSHIFTQ, shBytesRight, c.over(v, in.A), a, uint8(in.Imm))
		return
	}
	a, b := c.inV(in.A), c.inV(in.B)
	c.op3i(pALIGNR, c.over(v, in.A, in.B), b, a, uint8(in.Imm))
}

// emitVUzp: even or odd lanes. The narrowing instructions saturate, so what they get fits.
func emitVUzp(odd bool) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		first := v
		if odd {
			first--
		}
		if c.pairsOfBytes(first) {
			return // made with the operation on them
		}
		a, b := c.inV(in.A), c.inV(in.B)
		switch {
		case in.Aux == ir.D:
			c.op3(pickOp(odd, pUNPCKHQDQ, pUNPCKLQDQ), c.over(v, in.A, in.B), a, b)
			return
		case in.Aux == ir.S && odd:
			c.op3i(xSHUFPS, c.over(v, in.A, in.B), a, b, 0xDD)
			return
		case in.Aux == ir.S:
			c.op3i(xSHUFPS, c.over(v, in.A, in.B), a, b, 0x88)
			return
		}
		dst := c.apart(v, in.A, in.B)
		wide := in.Aux + 1
		pack := byLane{pACKUSWB, pACKUSDW}[in.Aux]
		if odd {
			c.shr(wide, scratchX, b, 8<<in.Aux)
			c.shr(wide, dst, a, 8<<in.Aux)
		} else {
			c.op3k(pAND, scratchX, b, constBottom+int(wide))
			c.op3k(pAND, dst, a, constBottom+int(wide))
		}
		c.op3(pack, dst, dst, scratchX)
	}
}

// oddLanes are the bits of pblendw for the odd lanes of 16 and of 32 bits.
var oddLanes = [...]uint8{ir.H: 0xAA, ir.S: 0xCC}

func emitVTrn1(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	wide := in.Aux + 1
	switch in.Aux {
	case ir.D:
		c.op3(pUNPCKLQDQ, c.over(v, in.A, in.B), a, b)
	case ir.B:
		dst := c.apart(v, in.A, in.B)
		c.shl(wide, scratchX, b, 8)
		c.op3k(pAND, dst, a, constBottom+int(wide))
		c.op3(pOR, dst, dst, scratchX)
	default:
		c.shl(wide, scratchX, b, 8<<in.Aux)
		c.op3i(pBLENDW, c.over(v, in.A, in.B), a, scratchX, oddLanes[in.Aux])
	}
}

func emitVTrn2(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	wide := in.Aux + 1
	switch in.Aux {
	case ir.D:
		c.op3(pUNPCKHQDQ, c.over(v, in.A, in.B), a, b)
	case ir.B:
		dst := c.apart(v, in.A, in.B)
		c.shr(wide, scratchX, a, 8)
		c.movups(dst, constMem(constBottom+int(wide)))
		c.op3(pANDN, dst, dst, b)
		c.op3(pOR, dst, dst, scratchX)
	default:
		c.shr(wide, scratchX, a, 8<<in.Aux)
		c.op3i(pBLENDW, c.over(v, in.A, in.B), scratchX, b, oddLanes[in.Aux])
	}
}

func emitVRev(container ir.Lane) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a := c.inV(in.A)
		dst := c.over(v, in.A)
		switch in.Aux {
		case ir.B:
			c.op3k(pSHUFB, dst, a, [...]int{ir.H: constRev16, ir.S: constRev32, ir.D: constRev64}[container])
		case ir.H:
			imm := [...]uint8{ir.H: 0xE4, ir.S: 0xB1, ir.D: 0x1B}[container]
			c.sseImm(pSHUFLW, dst, a, imm)
			c.sseImm(pSHUFHW, dst, dst, imm)
		case ir.S:
			c.sseImm(pSHUFD, dst, a, [...]uint8{ir.S: 0xE4, ir.D: 0xB1}[container])
		default:
			c.movaps(dst, a)
		}
	}
}

// emitVTbl: a byte shuffle makes zero of an index with its top bit set, which is where 0x70 is added to
// one that is not below 16.
func emitVTbl(c *Compiler, v ir.Value, in *ir.Inst) {
	x := c.val(in.B)
	zero := x.konst && x.imm == 0
	a, index := c.inV(in.A), c.inV(in.C)
	b := NoReg
	if !zero {
		b = c.inV(in.B)
	}
	dst := c.apart(v, in.A, in.B, in.C)
	c.op3k(pADDUSB, scratchX, index, constBytes70)
	c.op3(pSHUFB, dst, a, scratchX)
	if zero {
		return
	}
	c.signs(ir.B, scratchX2, scratchX)
	c.sse(pAND, scratchX2, b)
	c.sse(pOR, dst, scratchX2)
}

// emitVAndNot: of a constant, the complement may be at hand.
func emitVAndNot(c *Compiler, v ir.Value, in *ir.Inst) {
	if x := c.val(in.B); x.konst && x.reg == NoReg {
		if k, ok := constIndex[^x.imm]; ok {
			a := c.inV(in.A)
			c.drop(in.B)
			c.op3k(pAND, c.over(v, in.A), a, k)
			return
		}
	}
	a, b := c.inV(in.A), c.inV(in.B)
	c.op3(pANDN, c.over(v, in.A, in.B), b, a)
}

// emitVXor finishes an AES round that was left to it; else it is one instruction.
func emitVXor(c *Compiler, v ir.Value, in *ir.Inst) {
	for _, p := range [...][2]ir.Value{{in.A, in.B}, {in.B, in.A}} {
		if c.vals[p[0]].aes == aesOpen {
			c.lastRound(v, p[0], p[1])
			return
		}
	}
	c.emit2(pXOR, v, in)
}

func emitVOrNot(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	c.not(scratchX, b)
	c.op3(pOR, c.over(v, in.A, in.B), a, scratchX)
}

func emitVNot(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.inV(in.A)
	c.not(c.over(v, in.A), a)
}

func emitVBsl(c *Compiler, v ir.Value, in *ir.Inst) {
	if c.inserts(v, in) {
		return
	}
	a, b, k := c.inV(in.A), c.inV(in.B), c.inV(in.C)
	c.op3(pXOR, scratchX, b, k)
	c.sse(pAND, scratchX, a)
	c.op3(pXOR, c.over(v, in.A, in.B, in.C), k, scratchX)
}

// inserts emits a selection that is SLI or SRI: what is shifted has zeros where the other operand
// is to be seen. Of that, too, nothing needs to be cleared when it was shifted the other way before, as it
// is in rotations.
func (c *Compiler) inserts(v ir.Value, in *ir.Inst) bool {
	mask, shifted := c.val(in.A), &c.u.Insts[in.B]
	if !mask.konst || shifted.Op != ir.OpVShlImm && shifted.Op != ir.OpVShrImm {
		return false
	}
	l, n := shifted.Aux, uint8(shifted.Imm)
	width := uint8(8) << l
	left := shifted.Op == ir.OpVShlImm
	all := ^uint64(0) >> (64 - width)
	stays, other := every(l, all<<n&all), ir.OpVShrImm
	clear, back := (*Compiler).shl, (*Compiler).shr
	if !left {
		stays, other = every(l, all>>n), ir.OpVShlImm
		clear, back = back, clear
	}
	if n == 0 || n >= width || mask.imm != stays[0] {
		return false
	}
	c.drop(in.A)
	b, k := c.inV(in.B), c.inV(in.C)
	if d := &c.u.Insts[in.C]; d.Op != other || d.Aux != l || uint8(d.Imm) < width-n {
		clear(c, l, scratchX, k, width-n)
		back(c, l, scratchX, scratchX, width-n)
		k = scratchX
	}
	c.op3(pOR, c.over(v, in.B, in.C), b, k)
	return true
}
