package amd64

import "axol/jit/ir"

// Saturating arithmetic that amd64 has nothing alike for: operands of different signedness, multiplying and
// accumulating, and shifts by registers.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpVSuqAdd: emitVMixedAdd(false),
		ir.OpVUsqAdd: emitVMixedAdd(true),
	}, nil)
	register(map[ir.Op]emitFunc{
		ir.OpVSqrDmlah: emitVSqrDmlah(pADDD, pADDQ),
		ir.OpVSqrDmlsh: emitVSqrDmlah(pSUBD, pSUBQ),
	}, nil)
	for op, s := range map[ir.Op]satShift{
		ir.OpVSqrShl: {signed: true, round: true},
		ir.OpVUqrShl: {round: true},
	} {
		emitters[op] = emitter{s.emit, withAVX}
	}
}

// emitVMixedAdd moves the first operand by half of the range, which makes it of the other one's kind, and the
// sum back. signed: the kind is signed.
func emitVMixedAdd(signed bool) emitFunc {
	narrow := byLane{pADDUSB, pADDUSW}
	if signed {
		narrow = byLane{pADDSB, pADDSW}
	}
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := c.inV(in.A), c.inV(in.B)
		l := ir.LaneOf(in.Aux)
		moved, t := c.temp(), c.temp()
		dst := c.apart(v, in.A, in.B)
		c.op3k(pXOR, moved, a, signConst[l])
		c.op3(add[l], dst, moved, b)
		switch { // t: where it saturates
		case l < ir.S:
			c.op3(narrow[l], t, moved, b)
			c.op3(pXOR, scratchX, t, dst)
			c.movaps(dst, t)
			t = scratchX
		case signed:
			c.op3(pXOR, scratchX2, dst, moved)
			c.op3(pXOR, scratchX, dst, b)
			c.sse(pAND, scratchX2, scratchX)
			c.signs(l, t, scratchX2)
			c.bound(l, scratchX, moved)
			c.choose(dst, scratchX, t)
		default:
			c.aboveLanes(l, moved, dst)
			c.movaps(t, scratchX)
			c.sse(pOR, dst, t)
		}
		c.op3k(pXOR, dst, dst, signConst[l])
		c.keepPart(dst, in.Aux)
		c.saturatedWhere(t, in.Aux)
	}
}

// emitVSqrDmlah is A ± B * C at half the scale, where it fits into lanes twice as wide, rounded.
func emitVSqrDmlah(op32, op64 opcode) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, x, y := c.inV(in.A), c.inV(in.B), c.inV(in.C)
		t, u := c.temp(), c.temp()
		dst := c.apart(v, in.A, in.B, in.C)
		if ir.LaneOf(in.Aux) == ir.H {
			c.dmlah16(op32, dst, t, u, a, x, y)
		} else {
			c.dmlah32(op64, dst, t, u, a, x, y)
		}
		c.keepPart(dst, in.Aux)
		c.saturatedWhere(scratchX, in.Aux)
	}
}

// dmlah16 leaves in scratchX where it saturates: where packing with and without saturation differ.
func (c *Compiler) dmlah16(op opcode, dst, t, u, a, x, y Xmm) {
	c.op3(pMULLW, scratchX, x, y)
	c.op3(pMULHW, scratchX2, x, y)
	c.zeroX(dst)
	c.op3(pUNPCKHWD, t, dst, a)
	c.sse(pUNPCKLWD, dst, a)
	c.op3(pUNPCKHWD, u, scratchX, scratchX2)
	c.sse(pUNPCKLWD, scratchX, scratchX2)
	c.splat(ir.S, scratchX2, 1<<14)
	for _, h := range [...]struct{ sum, product Xmm }{{dst, scratchX}, {t, u}} {
		c.sar(ir.S, h.sum, h.sum, 1)
		c.sse(op, h.sum, h.product)
		c.sse(pADDD, h.sum, scratchX2)
		c.sar(ir.S, h.sum, h.sum, 15)
	}
	c.shl(ir.S, scratchX, dst, 16)
	c.sar(ir.S, scratchX, scratchX, 16)
	c.shl(ir.S, scratchX2, t, 16)
	c.sar(ir.S, scratchX2, scratchX2, 16)
	c.sse(pACKSSDW, scratchX, scratchX2)
	c.sse(pACKSSDW, dst, t)
	c.sse(pXOR, scratchX, dst)
}

// dmlah32 has the even and the odd lanes apart. What saturates has different bits 63 and 62.
func (c *Compiler) dmlah32(op opcode, dst, t, u, a, x, y Xmm) {
	product := func(sum, a, x, y Xmm) { // sum is neither a nor a scratch register
		c.op3(pMULDQ, sum, x, y)
		c.splat(ir.D, scratchX, 1<<30)
		c.op3(pMULDQ, scratchX2, a, scratchX)
		c.sse(pADDQ, scratchX, scratchX2)
		c.sse(pADDQ, scratchX, scratchX2) // A << 31, and what rounds
		c.op3(op, sum, scratchX, sum)
	}
	product(t, a, x, y)
	c.shr(ir.D, dst, a, 32)
	c.shr(ir.D, scratchX, x, 32)
	c.shr(ir.D, u, y, 32)
	product(u, dst, scratchX, u)
	c.shr(ir.D, scratchX, t, 32)
	c.op3i(pBLENDW, scratchX, scratchX, u, oddLanes[ir.S]) // the upper words
	c.op3(pADDQ, t, t, t)
	c.op3(pADDQ, u, u, u)
	c.shr(ir.D, t, t, 32)
	c.op3i(pBLENDW, dst, t, u, oddLanes[ir.S])
	c.bound(ir.S, t, scratchX)
	c.sse(pXOR, scratchX, dst)
	c.signs(ir.S, u, scratchX)
	c.choose(dst, t, u)
	c.movaps(scratchX, u)
}

// satShift is a shift by the signed low byte of each lane: left with saturation, right with or without rounding.
type satShift struct{ signed, round bool }

func (s satShift) emit(c *Compiler, v ir.Value, in *ir.Inst) {
	a, b := c.inV(in.A), c.inV(in.B)
	l := ir.LaneOf(in.Aux)
	w := &satLanes{laneShift: laneShift{c: c, signed: s.signed, round: s.round, left: c.temp(), by: c.temp()}}
	sat := c.temp()
	var parts [5]Xmm
	if l < ir.S {
		for i := range parts {
			parts[i] = c.temp()
		}
	}
	dst := c.apart(v, in.A, in.B)
	if l < ir.S {
		w.narrow(l, dst, sat, a, b, parts)
	} else {
		w.emit(l, 0, dst, sat, a, a, b)
	}
	c.keepPart(dst, in.Aux)
	c.saturatedWhere(sat, in.Aux)
}

// satLanes shifts lanes of 32 or 64 bits with saturation.
type satLanes struct{ laneShift }

// emit is dst = a shifted by b, and sat where that saturates. up is a, moved up by top bits: where that
// saturates, a lane narrower by top bits does. dst and sat are none of the operands.
func (w *satLanes) emit(l ir.Lane, top uint8, dst, sat, up, a, b Xmm) {
	c := w.c
	amount := [...]int{ir.S: constByteOfS, ir.D: constByteOfD}[l]
	c.op3k(pAND, w.by, b, amount)
	c.vex(pSLLV, l == ir.D, false, w.left, up, w.by)
	w.right(l, dst, w.left, w.by) // and back
	c.op3(compareEQ[l], sat, dst, up)
	if w.signed {
		c.bound(l, scratchX, up)
	} else {
		c.sse(pCMPEQD, scratchX, scratchX)
	}
	c.op3(pXOR, w.left, w.left, scratchX) // the bound, unless it came back
	c.op3(pAND, w.left, w.left, sat)
	c.op3(pXOR, w.left, w.left, scratchX)
	if top != 0 {
		w.down(w.left, w.left, top)
	}
	c.zeroX(w.by)
	c.op3(subtract[l], w.by, w.by, b)
	c.op3k(pAND, w.by, w.by, amount)
	w.right(l, dst, a, w.by)
	if w.round {
		c.op3k(subtract[l], w.by, w.by, constEvery+int(l))
		w.right(l, scratchX, a, w.by)
		c.op3k(pAND, scratchX, scratchX, constEvery+int(l))
		c.op3(add[l], dst, dst, scratchX)
	}
	c.shl(l, scratchX, b, 8<<l-8)
	c.signs(l, scratchX2, scratchX) // where it goes to the right
	c.op3(pAND, dst, dst, scratchX2)
	c.op3(pOR, sat, sat, scratchX2)
	c.op3(pANDN, scratchX2, scratchX2, w.left)
	c.op3(pOR, dst, dst, scratchX2)
	c.not(sat, sat)
}

// down moves words down, as the numbers they are.
func (w *satLanes) down(dst, src Xmm, by uint8) {
	if w.signed {
		w.c.sar(ir.S, dst, src, by)
	} else {
		w.c.shr(ir.S, dst, src, by)
	}
}

// narrow shifts each part of a word in turn.
func (w *satLanes) narrow(l ir.Lane, dst, sat, a, b Xmm, tmp [5]Xmm) {
	c := w.c
	up, x, y, partDst, partSat := tmp[0], tmp[1], tmp[2], tmp[3], tmp[4]
	width := uint8(8) << l
	top := 32 - width
	for at := uint8(0); at < 32; at += width {
		c.shl(ir.S, up, a, top-at)
		if at != 0 {
			c.shr(ir.S, up, up, top)
			c.shl(ir.S, up, up, top)
		}
		w.down(x, up, top)
		c.shr(ir.S, y, b, at)
		w.emit(ir.S, top, partDst, partSat, up, x, y)
		for _, r := range [...]struct{ whole, part Xmm }{{dst, partDst}, {sat, partSat}} {
			c.shl(ir.S, r.part, r.part, top)
			c.shr(ir.S, r.part, r.part, top-at)
			if at == 0 {
				c.movaps(r.whole, r.part)
			} else {
				c.op3(pOR, r.whole, r.whole, r.part)
			}
		}
	}
}
