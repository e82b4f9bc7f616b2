package amd64

import "axol/jit/ir"

// Shifts, counts, reversals and bit fields of integers. emit_int.go registers them.

func emitShift(n uint8) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		w := in.Type == ir.I64
		if x := c.val(in.B); x.konst {
			c.drop(in.B)
			if y := &c.vals[v]; y.scaled > 0 && y.scaled == y.uses {
				y.shift, y.fa = uint8(x.imm), c.canon(in.A)
				return
			}
			c.shiftBy(n, w, v, in.A, uint8(x.imm)&(uint8(in.Type.Bits())-1))
			return
		}
		if c.feat.BMI2 && n != shRor {
			ra, rb := c.in(in.A), c.in(in.B)
			c.drop(in.A)
			c.drop(in.B)
			c.shiftx(n, w, c.out(v), ra, rb)
			return
		}
		c.killFlags()
		c.grab(RCX)
		c.movRR(false, RCX, c.take(in.B))
		c.shiftCL(n, w, c.outFrom(v, in.A))
	}
}

// shiftBy is a shift by a constant.
func (c *Compiler) shiftBy(n uint8, w bool, v, a ir.Value, by uint8) {
	if n == shRor && c.feat.BMI2 {
		ra := c.take(a)
		c.rorx(w, c.out(v), ra, by)
		return
	}
	if n == shShl && by <= 3 && by > 0 && !c.dies(a, v) {
		ra := c.take(a)
		c.lea(w, c.out(v), scaledBy(ra, by))
		return
	}
	c.killFlags()
	r := c.outFrom(v, a)
	if by != 0 {
		c.shiftImm(n, w, r, by)
	} else if !w {
		c.movRR(false, r, r)
	}
}

func emitExtr(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	c.killFlags()
	ra := c.take(in.A)
	r := c.outFrom(v, in.B)
	if in.Imm != 0 {
		c.shrdImm(w, r, ra, uint8(in.Imm))
	} else if !w {
		c.movRR(false, r, r)
	}
}

// clz is dst = leading zeros of src, which may be the same register.
func (c *Compiler) clz(w bool, dst, src Reg) {
	if c.feat.LZCNT {
		c.lzcnt(w, dst, src)
		return
	}
	bits := int32(32)
	if w {
		bits = 64
	}
	c.movImm(scratch, uint64(2*bits-1)) // bsr leaves its destination alone when there is no bit
	c.bsr(w, dst, src)
	c.cmov(ccE, w, dst, scratch)
	c.aluRI(aluXor, w, dst, bits-1)
}

func emitClz(c *Compiler, v ir.Value, in *ir.Inst) {
	c.killFlags()
	ra := c.take(in.A)
	c.clz(in.Type == ir.I64, c.out(v), ra)
}

func emitCtz(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	c.killFlags()
	ra := c.take(in.A)
	dst := c.out(v)
	if c.feat.BMI1 {
		c.rr(0xBC|map0F|ppF3, w, dst, ra) // tzcnt
		return
	}
	c.movImm(scratch, uint64(in.Type.Bits()))
	c.rr(0xBC|map0F, w, dst, ra) // bsf
	c.cmov(ccE, w, dst, scratch)
}

func emitCls(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	c.killFlags()
	ra := c.take(in.A)
	dst := c.out(v)
	// The sign bits run on where a and a>>1 agree.
	c.movRR(w, scratch, ra)
	c.shiftImm(shSar, w, scratch, uint8(in.Type.Bits()-1))
	c.aluRR(aluXor, w, scratch, ra)
	if dst != scratch {
		c.movRR(w, dst, scratch)
	}
	c.clz(w, dst, dst)
	c.aluRI(aluSub, w, dst, 1)
}

// emitRbit reverses bytes, then the bits in each by three exchanges.
func emitRbit(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	c.killFlags()
	dst := c.outFrom(v, in.A)
	mask := c.alloc(&c.gpr, 0)
	c.gpr.pinned |= 1 << mask
	c.bswap(w, dst)
	for _, s := range [...]struct {
		by uint8
		m  uint64
	}{{4, 0x0F0F0F0F0F0F0F0F}, {2, 0x3333333333333333}, {1, 0x5555555555555555}} {
		m := s.m
		if !w {
			m = uint64(uint32(m))
		}
		c.movImm(mask, m)
		c.movRR(w, scratch, dst)
		c.shiftImm(shShr, w, scratch, s.by)
		c.aluRR(aluAnd, w, scratch, mask)
		c.aluRR(aluAnd, w, dst, mask)
		c.shiftImm(shShl, w, dst, s.by)
		c.aluRR(aluOr, w, dst, scratch)
	}
}

func emitRev(c *Compiler, v ir.Value, in *ir.Inst) {
	c.bswap(in.Type == ir.I64, c.outFrom(v, in.A))
}

func emitRev16(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	c.killFlags()
	dst := c.outFrom(v, in.A)
	if !w {
		c.bswap(false, dst)
		c.shiftImm(shRor, false, dst, 16)
		return
	}
	mask := c.alloc(&c.gpr, 0)
	c.movImm(mask, 0x00FF00FF00FF00FF)
	c.movRR(true, scratch, dst)
	c.shiftImm(shShr, true, scratch, 8)
	c.aluRR(aluAnd, true, scratch, mask)
	c.aluRR(aluAnd, true, dst, mask)
	c.shiftImm(shShl, true, dst, 8)
	c.aluRR(aluOr, true, dst, scratch)
}

func emitRev32(c *Compiler, v ir.Value, in *ir.Inst) {
	c.killFlags()
	dst := c.outFrom(v, in.A)
	c.bswap(true, dst)
	c.shiftImm(shRor, true, dst, 32)
}

func field(in *ir.Inst) (lsb, width uint8) { return uint8(in.Imm), uint8(in.Imm >> 8) }

func emitUbfx(c *Compiler, v ir.Value, in *ir.Inst) {
	lsb, width := field(in)
	bits := uint8(in.Type.Bits())
	w := bits == 64
	if lsb == 0 && (width == 8 || width == 16 || width == 32) {
		ra := c.take(in.A)
		c.movx(false, width/16, w, c.out(v), ra)
		return
	}
	c.killFlags()
	r := c.outFrom(v, in.A)
	switch {
	case lsb+width == bits:
		c.shiftImm(shShr, w, r, lsb)
	case width < 32:
		if lsb != 0 {
			c.shiftImm(shShr, w, r, lsb)
		}
		c.aluRI(aluAnd, false, r, 1<<width-1)
	default:
		c.shiftImm(shShl, w, r, bits-lsb-width)
		c.shiftImm(shShr, w, r, bits-width)
	}
}

func emitSbfx(c *Compiler, v ir.Value, in *ir.Inst) {
	lsb, width := field(in)
	bits := uint8(in.Type.Bits())
	w := bits == 64
	if lsb == 0 && (width == 8 || width == 16 || width == 32 && w) {
		ra := c.take(in.A)
		c.movx(true, width/16, w, c.out(v), ra)
		return
	}
	c.killFlags()
	r := c.outFrom(v, in.A)
	if up := bits - lsb - width; up != 0 {
		c.shiftImm(shShl, w, r, up)
	}
	if width != bits {
		c.shiftImm(shSar, w, r, bits-width)
	}
}

// emitBfi rotates the field to the top, shifts it out, and shifts the new one in from the side.
func emitBfi(c *Compiler, v ir.Value, in *ir.Inst) {
	lsb, width := field(in)
	bits := uint8(in.Type.Bits())
	w := bits == 64
	c.killFlags()
	rb := c.in(in.B)
	if c.canon(in.A) == c.canon(in.B) {
		c.movRR(w, scratch, rb) // the rotations would move it, too
		rb = scratch
	}
	c.drop(in.B)
	r := c.outFrom(v, in.A)
	if width == bits {
		c.movRR(w, r, rb)
		return
	}
	turn := (lsb + width) % bits
	if turn != 0 {
		c.shiftImm(shRor, w, r, turn)
	}
	c.shiftImm(shShl, w, r, width)
	c.shrdImm(w, r, rb, width)
	if turn != 0 {
		c.shiftImm(shRol, w, r, turn)
	}
}

// scaledBy is the address r << by.
func scaledBy(r Reg, by uint8) Mem {
	if by == 1 {
		return Mem{Base: r, Index: r}
	}
	return Mem{Base: NoReg, Index: r, Scale: by}
}

// scales reports whether the addition can multiply its second operand itself.
func (c *Compiler) scales(in *ir.Inst) bool {
	b := &c.u.Insts[in.B]
	if b.Op != ir.OpShl || b.Type != in.Type {
		return false
	}
	by, ok := c.u.ConstOf(b.B)
	return ok && by >= 1 && by <= 3
}

// makeShift makes a shifted value after all.
func (c *Compiler) makeShift(r Reg, x *val) {
	of := &c.vals[x.fa]
	src := of.reg
	if src == NoReg {
		c.fill(r, of)
		src = r
	}
	c.lea(x.typ == ir.I64, r, scaledBy(src, x.shift))
	c.endShift(x)
}

// endShift lets go of what x is a shift of.
func (c *Compiler) endShift(x *val) {
	if x.shift != 0 {
		x.shift = 0
		c.drop(x.fa)
		x.fa = 0
	}
}

// addScaled is v = a + b where b is a shifted value that has not been made; false: it is none.
func (c *Compiler) addScaled(v ir.Value, in *ir.Inst) bool {
	b := c.val(in.B)
	if b.shift == 0 || b.reg != NoReg {
		return false
	}
	w := in.Type == ir.I64
	m := Mem{Base: NoReg, Index: c.in(b.fa), Scale: b.shift}
	if imm, ok := c.imm32(in.A, w); ok {
		m.Disp = imm
	} else {
		m.Base = c.in(in.A)
	}
	c.drop(in.A)
	c.drop(in.B)
	c.lea(w, c.out(v), m)
	return true
}
