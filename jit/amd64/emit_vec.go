package amd64

import "axol/jit/ir"

// What the emitters of vector operations share. The instructions exist in a form
// that overwrites its first operand, which every host has, and in one with a destination of its
// own (AVX); op3 and its relatives hide which.

type emitFunc = func(*Compiler, ir.Value, *ir.Inst)

func register(ops map[ir.Op]emitFunc, when func(*Compiler, *ir.Inst) bool) {
	for op, f := range ops {
		emitters[op] = emitter{f, when}
	}
}

// byLane has an opcode for each lane; 0 where there is no instruction.
type byLane [4]opcode

// has is the condition that there is an instruction for the lane.
func (b byLane) has(_ *Compiler, in *ir.Inst) bool { return b[ir.LaneOf(in.Aux)] != 0 }

// lanesUpTo is the condition that the lane is not wider than l.
func lanesUpTo(l ir.Lane) func(*Compiler, *ir.Inst) bool {
	return func(_ *Compiler, in *ir.Inst) bool { return ir.LaneOf(in.Aux) <= l }
}

func withAVX(c *Compiler, _ *ir.Inst) bool { return c.feat.AVX }

// apart gives v a register that is none of the operands', whose uses end here.
func (c *Compiler) apart(v ir.Value, operands ...ir.Value) Xmm {
	for _, a := range operands {
		c.drop(a)
	}
	return c.out(v)
}

// over gives v a register that may be one of the operands', for code that writes it
// last. The operands' uses end here.
func (c *Compiler) over(v ir.Value, operands ...ir.Value) Xmm {
	var regs uint16
	for _, a := range operands {
		regs |= 1 << c.val(a).reg
	}
	for _, a := range operands {
		c.drop(a)
	}
	c.bindEarly(v)
	c.xmm.pinned &^= regs
	return c.out(v)
}

// temp is a register for use inside one emitter. It must be asked for while all operands are pinned.
func (c *Compiler) temp() Xmm {
	r := c.alloc(&c.xmm, 0)
	c.xmm.pinned |= 1 << r
	return r
}

// zeroX clears r.
func (c *Compiler) zeroX(r Xmm) { c.sse(pXOR, r, r) }

// op3m is dst = a op [m].
func (c *Compiler) op3m(op opcode, dst, a Xmm, m Mem) {
	if c.feat.AVX {
		c.vexm(op, false, false, dst, a, m)
		return
	}
	c.movaps(dst, a)
	c.rm(op, false, dst, m)
}

// op3k is op3m with a constant of the frame.
func (c *Compiler) op3k(op opcode, dst, a Xmm, k int) { c.op3m(op, dst, a, constMem(k)) }

// op3i is op3 with an immediate.
func (c *Compiler) op3i(op opcode, dst, a, b Xmm, imm uint8) {
	c.op3(op, dst, a, b)
	c.byte(imm)
}

// not is dst = ^a.
func (c *Compiler) not(dst, a Xmm) { c.op3k(pXOR, dst, a, constOnes) }

// shiftX shifts the lanes of a group by an immediate.
func (c *Compiler) shiftX(group opcode, n uint8, dst, src Xmm, by uint8) {
	if c.feat.AVX {
		c.vex(group, false, false, Reg(n), dst, src)
	} else {
		c.movaps(dst, src)
		c.rr(group, false, Reg(n), dst)
	}
	c.byte(by)
}

var shiftGroup = byLane{0, pSHIFTW, pSHIFTD, pSHIFTQ}

// shl, shr and sar shift lanes by an immediate up to the width. dst may be src; sar uses scratchX2.
func (c *Compiler) shl(l ir.Lane, dst, src Xmm, by uint8) {
	switch {
	case by == 0:
		c.movaps(dst, src)
	case l == ir.B && by > 7:
		c.zeroX(dst)
	case l == ir.B:
		c.shiftX(pSHIFTW, shLeft, dst, src, by)
		c.op3k(pAND, dst, dst, constByteShl+int(by))
	default:
		c.shiftX(shiftGroup[l], shLeft, dst, src, by)
	}
}

func (c *Compiler) shr(l ir.Lane, dst, src Xmm, by uint8) {
	switch {
	case by == 0:
		c.movaps(dst, src)
	case l == ir.B && by > 7:
		c.zeroX(dst)
	case l == ir.B:
		c.shiftX(pSHIFTW, shRight, dst, src, by)
		c.op3k(pAND, dst, dst, constByteShr+int(by))
	default:
		c.shiftX(shiftGroup[l], shRight, dst, src, by)
	}
}

func (c *Compiler) sar(l ir.Lane, dst, src Xmm, by uint8) {
	switch {
	case by == 0:
		c.movaps(dst, src)
	case l == ir.B: // the sign, wherever it was shifted to, fills what is above: (x ^ s) - s
		k := constByteTop + int(min(by, 7))
		c.shr(ir.B, dst, src, min(by, 7))
		c.op3k(pXOR, dst, dst, k)
		c.op3m(pSUBB, dst, dst, constMem(k))
	case l == ir.D:
		c.signs(ir.D, scratchX2, src)
		c.shr(ir.D, dst, src, by)
		c.shl(ir.D, scratchX2, scratchX2, 64-by)
		c.op3(pOR, dst, dst, scratchX2)
	default:
		c.shiftX(shiftGroup[l], shArith, dst, src, by)
	}
}

// signs is all ones where a lane of src is negative. dst is not src.
func (c *Compiler) signs(l ir.Lane, dst, src Xmm) {
	switch l {
	case ir.H, ir.S:
		c.shiftX(shiftGroup[l], shArith, dst, src, 8<<l-1)
	default:
		c.zeroX(dst)
		c.sse(compareGT[l], dst, src)
	}
}

// part is what of src an operation with this Aux computes with, zeros above: in dst, where it is
// not src itself.
func (c *Compiler) part(dst, src Xmm, aux uint8) Xmm {
	if aux&(ir.VHalf|ir.VOne) == 0 {
		return src
	}
	c.keep(dst, src, aux)
	return dst
}

// keep is dst = what of src an operation with this Aux computes, zeros above.
func (c *Compiler) keep(dst, src Xmm, aux uint8) {
	l := ir.LaneOf(aux)
	switch {
	case aux&(ir.VHalf|ir.VOne) == 0:
		c.movaps(dst, src)
	case aux&ir.VHalf != 0 || l == ir.D:
		c.sse(xMOVQ, dst, src)
	default:
		c.op3k(pAND, dst, src, constLow+int(l))
	}
}

// lowest keeps one lane of r.
func (c *Compiler) lowest(l ir.Lane, r Xmm) { c.keep(r, r, l|ir.VOne) }

// constantOf is the place of a constant that is in no register, if it has one in the frame.
func (c *Compiler) constantOf(v ir.Value) (m Mem, ok bool) {
	x := c.val(v)
	if !x.konst || x.reg != NoReg {
		return m, false
	}
	k, ok := constIndex[x.imm]
	return constMem(k), ok
}

// emitV2 is one instruction of two operands, for the whole register.
func emitV2(op opcode) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) { c.emit2(op, v, in) }
}

func (c *Compiler) emit2(op opcode, v ir.Value, in *ir.Inst) { c.two(op, v, in.A, in.B) }

// two is v = a op b, where b may be in memory; an immediate may follow. The operands' uses end here.
func (c *Compiler) two(op opcode, v, a, b ir.Value) {
	if m, ok := c.constantOf(b); ok {
		ra := c.inV(a)
		c.drop(b)
		c.op3m(op, c.over(v, a), ra, m)
		return
	}
	ra := c.inV(a)
	m, ok := c.inMemory(b)
	if !ok {
		rb := c.inV(b)
		c.op3(op, c.over(v, a, b), ra, rb)
		return
	}
	if slot := c.val(b).slot != 0; slot { // not free for another before it was read
		c.op3m(op, c.over(v, a), ra, m)
		c.drop(b)
	} else {
		c.drop(b)
		c.op3m(op, c.over(v, a), ra, m)
	}
}

// inMemory is where a vector is in memory, if it is in no register and there is none free for it. Without AVX
// operands in memory would have to be aligned.
func (c *Compiler) inMemory(v ir.Value) (m Mem, ok bool) {
	x := c.val(v)
	if !c.feat.AVX || x.reg != NoReg || x.konst || scalarBytes(x.typ) != 0 {
		return m, false
	}
	for _, r := range c.xmm.regs {
		if c.xmm.owner[r] == 0 && (c.xmm.pinned|c.xmm.planned)>>r&1 == 0 {
			return m, false
		}
	}
	if x.slot != 0 {
		return spillMemX(int(x.slot - 1)), true
	}
	if clean := x.guest &^ c.dirty; clean != 0 {
		return homeV(trailing(clean) - guestV), true
	}
	return m, false
}

// emitLanes2 is one instruction of two operands, by lane.
func emitLanes2(ops byLane) emitFunc {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		c.emit2(ops[ir.LaneOf(in.Aux)], v, in)
	}
}

// simple are operations with one instruction for each lane that is supported.
func simple(ops map[ir.Op]byLane) {
	for op, b := range ops {
		emitters[op] = emitter{emitLanes2(b), b.has}
	}
}
