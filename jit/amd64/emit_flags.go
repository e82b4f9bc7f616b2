package amd64

import "axol/jit/ir"

func init() {
	for op, f := range map[ir.Op]func(*Compiler, ir.Value, *ir.Inst){
		ir.OpFlagsAdd:     emitFlags2(ir.OpAdd, FlagsAdd, FlagsAddR, efAdd),
		ir.OpFlagsSub:     emitFlags2(ir.OpSub, FlagsSub, FlagsSubR, efSub),
		ir.OpFlagsAdc:     emitFlagsCarry(ir.OpAdc, aluAdc, efAdd),
		ir.OpFlagsSbc:     emitFlagsCarry(ir.OpSbc, aluSbb, efSub),
		ir.OpFlagsLogic:   emitFlagsLogic,
		ir.OpFlagsCCmpSub: emitCCmp(aluCmp, efSub),
		ir.OpFlagsCCmpAdd: emitCCmp(aluAdd, efAdd),
		ir.OpFlagsOf:      emitFlagsOf,
		ir.OpNZCV:         emitNZCV,
	} {
		emitters[op] = emitter{emit: f}
	}
}

func wide(in *ir.Inst) bool { return ir.Type(in.Aux) == ir.I64 }

// emitFlags2 makes a recipe of two operands, or of the result and one operand where
// the result was just made.
func emitFlags2(of ir.Op, k, kr FlagsKind, ef efKind) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		r := c.partner(v, of)
		hot := r != 0 && c.alu == r
		c.vals[v].uses++ // not to be let go while it is made
		if r != 0 {
			c.defFlags(v, kr, wide(in), r, in.B)
		} else {
			c.defFlags(v, k, wide(in), in.A, in.B)
		}
		c.drop(in.A)
		c.drop(in.B)
		if hot {
			c.ef, c.efKind = v, ef
		}
		c.drop(v)
	}
}

func emitFlagsLogic(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.canon(in.A)
	hot := c.alu != 0 && c.alu == a
	c.vals[v].uses++
	c.defFlags(v, FlagsLogic, wide(in), in.A, 0)
	c.drop(in.A)
	if hot {
		c.ef, c.efKind = v, efLogic
	}
	c.drop(v)
}

// opaque makes v a flags value that is in the host's flags register and nowhere else.
func (c *Compiler) opaque(v ir.Value, k efKind) {
	c.vals[v].uses++
	c.defFlags(v, flagsOpaque, false, 0, 0)
	c.ef, c.efKind = v, k
	c.drop(v)
}

func emitFlagsCarry(of ir.Op, op alu, ef efKind) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		if r := c.partner(v, of); r != 0 && c.alu == r {
			c.drop(in.A)
			c.drop(in.B)
			c.drop(in.C)
			c.opaque(v, ef)
			return
		}
		w := wide(in)
		ra, rb := c.in(in.A), c.in(in.B)
		c.replaces = c.vals[v].early
		c.carryIn(in.C, op == aluSbb)
		c.drop(in.A)
		c.drop(in.B)
		c.drop(in.C)
		c.movRR(w, scratch, ra)
		c.aluRR(op, w, scratch, rb)
		c.opaque(v, ef)
	}
}

// emitCCmp compares if the condition holds, and sets NZCV to a constant otherwise. The
// constant is put into the host's flags register in the form the comparison leaves.
func emitCCmp(op alu, ef efKind) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		w := wide(in)
		cond, nzcv := ir.Cond(in.Imm&15), uint8(in.Imm>>4&15)
		imm, isImm := c.imm32(in.C, w)
		rb := c.in(in.B)
		rc := NoReg
		if !isImm {
			rc = c.in(in.C)
		}
		h := c.need(in.A, cond).invert()
		c.killFlagsFor(in.A, v)
		c.drop(in.A)
		var otherwise, done Label
		c.jumpIf(h, &otherwise)
		dst := rb
		if op == aluAdd {
			dst = scratch
			c.movRR(w, scratch, rb)
		}
		if isImm {
			c.aluRI(op, w, dst, imm)
		} else {
			c.aluRR(op, w, dst, rc)
		}
		if !h.never {
			c.jmp(&done)
			c.Asm.bind(&otherwise)
			if ef == efSub {
				nzcv ^= 2
			}
			c.movImm(RAX, uint64(hostNZCV(nzcv)))
			c.eflagsFromAX()
			c.Asm.bind(&done)
		}
		c.drop(in.B)
		c.drop(in.C)
		c.opaque(v, ef)
	}
}

// killFlagsFor is killFlags in front of an instruction that makes v of the flags f,
// which have just been tested: when v replaces f before anybody can look, f is not saved.
func (c *Compiler) killFlagsFor(f, v ir.Value) {
	f = c.canon(f)
	if c.ef == f && c.vals[f].uses <= 1 && (c.flags != f || c.vals[v].early) {
		c.ef, c.alu = 0, 0
		return
	}
	c.saveForLater()
}

// saveForLater is killFlags without disturbing the host's flags register, which is about to be tested.
func (c *Compiler) saveForLater() {
	c.alu = 0
	if f := c.ef; f != 0 {
		if x := &c.vals[f]; x.fk == flagsOpaque && (x.uses > 0 || x.guest != 0) {
			c.saveOpaque(f)
		}
	}
	c.ef = 0
}

// emitFlagsOf takes NZCV from bits 31:28.
func emitFlagsOf(c *Compiler, v ir.Value, in *ir.Inst) {
	c.killFlags()
	r := c.take(in.A)
	t := c.alloc(&c.gpr, 0)
	c.movRR(false, scratch, r)
	c.shiftImm(shShr, false, scratch, 28)
	if c.feat.BMI2 {
		c.movImm(t, 0xC101)
		c.pdep(false, scratch, scratch, t)
	} else {
		// N Z C V to bits 15 14 8 0, a multiplication away from each other.
		c.movRR(false, t, scratch)
		c.shiftImm(shShl, false, t, 12)
		c.aluRI(aluAnd, false, t, 0xC000)
		c.store(false, spareFlags(), t)
		c.movRR(false, t, scratch)
		c.shiftImm(shShl, false, t, 7)
		c.aluRI(aluAnd, false, t, 0x100)
		c.aluRI(aluAnd, false, scratch, 1)
		c.aluRR(aluOr, false, scratch, t)
		c.aluRM(aluOr, false, scratch, spareFlags())
	}
	c.eflagsFromAX()
	c.opaque(v, efAdd)
}

// emitNZCV puts NZCV into bits 31:28.
func emitNZCV(c *Compiler, v ir.Value, in *ir.Inst) {
	f := c.canon(in.A)
	x := &c.vals[f]
	switch {
	case x.fk == FlagsHome:
		c.killFlags()
		c.load(false, scratch, hostFlags())
	case x.fk == flagsSpare:
		c.killFlags()
		c.load(false, scratch, spareFlags())
	default:
		if c.ef != f || !c.efKind.full() {
			c.killFlags()
			c.materialize(f)
		}
		c.saveEF(c.efKind, host(tempOff))
		c.killFlags()
		c.load(false, scratch, host(tempOff))
	}
	c.drop(in.A)
	dst := c.out(v)
	t := c.alloc(&c.gpr, 0)
	if c.feat.BMI2 {
		c.movImm(t, 0xC101)
		c.pext(false, dst, scratch, t)
	} else {
		c.movRR(false, dst, scratch)
		c.aluRI(aluAnd, false, dst, 1)
		c.movRR(false, t, scratch)
		c.shiftImm(shShr, false, t, 7)
		c.aluRI(aluAnd, false, t, 2)
		c.aluRR(aluOr, false, dst, t)
		c.shiftImm(shShr, false, scratch, 12)
		c.aluRI(aluAnd, false, scratch, 0xC)
		c.aluRR(aluOr, false, dst, scratch)
	}
	c.shiftImm(shShl, false, dst, 28)
}
