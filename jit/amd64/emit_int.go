package amd64

import "axol/jit/ir"

func init() {
	plain := map[ir.Op]func(*Compiler, ir.Value, *ir.Inst){
		ir.OpNop:      func(*Compiler, ir.Value, *ir.Inst) {},
		ir.OpConst:    func(*Compiler, ir.Value, *ir.Inst) {}, // made where it is used
		ir.OpGetX:     emitGet,
		ir.OpGetV:     emitGet,
		ir.OpSetX:     emitSet,
		ir.OpSetV:     emitSet,
		ir.OpGetFlags: emitGetFlags,
		ir.OpSetFlags: emitSetFlags,
		ir.OpAdd:      emitAdd,
		ir.OpSub:      emitSub,
		ir.OpAnd:      emitLogic(aluAnd),
		ir.OpOr:       emitLogic(aluOr),
		ir.OpXor:      emitLogic(aluXor),
		ir.OpAndNot:   emitAndNot,
		ir.OpNot:      emitNot,
		ir.OpAdc:      emitAdc,
		ir.OpSbc:      emitSbc,
		ir.OpMul:      emitMul,
		ir.OpMulHiS:   emitMulHi(g3IMul),
		ir.OpMulHiU:   emitMulHi(g3Mul),
		ir.OpDivS:     emitDivS,
		ir.OpDivU:     emitDivU,
		ir.OpShl:      emitShift(shShl),
		ir.OpShr:      emitShift(shShr),
		ir.OpSar:      emitShift(shSar),
		ir.OpRor:      emitShift(shRor),
		ir.OpExtr:     emitExtr,
		ir.OpClz:      emitClz,
		ir.OpCtz:      emitCtz,
		ir.OpCls:      emitCls,
		ir.OpRbit:     emitRbit,
		ir.OpRev:      emitRev,
		ir.OpRev16:    emitRev16,
		ir.OpRev32:    emitRev32,
		ir.OpLow32:    emitLow32,
		ir.OpZext32:   emitZext32,
		ir.OpSext32:   emitExtend(true, 2),
		ir.OpSext8:    emitExtend(true, 0),
		ir.OpSext16:   emitExtend(true, 1),
		ir.OpZext8:    emitExtend(false, 0),
		ir.OpZext16:   emitExtend(false, 1),
		ir.OpUbfx:     emitUbfx,
		ir.OpSbfx:     emitSbfx,
		ir.OpBfi:      emitBfi,
		ir.OpCrc32C:   emitCrc32C,
		ir.OpSelect:   emitSelect,
	}
	for op, f := range plain {
		emitters[op] = emitter{emit: f}
	}
}

func emitGet(c *Compiler, v ir.Value, in *ir.Inst) {
	to := c.get(guestOf(in))
	c.vals[v].alias = to
	c.vals[to].uses += c.vals[v].uses
}

func emitSet(c *Compiler, _ ir.Value, in *ir.Inst) {
	c.set(guestOf(in), in.A)
	c.drop(in.A)
}

func emitGetFlags(c *Compiler, v ir.Value, _ *ir.Inst) {
	to := c.getFlags()
	c.vals[v].alias = to
	c.vals[to].uses += c.vals[v].uses
}

func emitSetFlags(c *Compiler, _ ir.Value, in *ir.Inst) {
	c.setFlags(c.canon(in.A))
	c.drop(in.A)
}

// dies reports whether the use at hand is the last of a, given that v is about to
// be made from it.
func (c *Compiler) dies(a, v ir.Value) bool {
	x := c.val(a)
	if x.uses > 1 {
		return false
	}
	y := &c.vals[v]
	return x.guest == 0 || y.early && x.guest == 1<<(y.hint-1)
}

// flagsWanted reports whether an instruction next to v asks for the flags of making v.
func (c *Compiler) flagsWanted(v ir.Value, op ir.Op) bool { return c.flagsOf(v, op) != 0 }

// flagsOf is the instruction next to v, before or behind it, that asks for the flags of making v.
func (c *Compiler) flagsOf(v ir.Value, op ir.Op) ir.Value {
	in := &c.u.Insts[v]
	for _, f := range [...]ir.Value{v + 1, v - 1} {
		x := &c.u.Insts[f]
		if x.Op == op && c.vals[f].uses > 0 && x.A == in.A && x.B == in.B && x.C == in.C {
			return f
		}
	}
	return 0
}

// partner makes the value whose flags v asks for, when it is the instruction behind v.
// It returns the value made of the same operands next to v, 0 if there is none. A's use
// by v is still to be dropped, though A may be gone.
func (c *Compiler) partner(v ir.Value, of ir.Op) ir.Value {
	in := &c.u.Insts[v]
	same := func(p ir.Value) bool {
		x := &c.u.Insts[p]
		return x.Op == of && x.A == in.A && x.B == in.B && x.C == in.C
	}
	if same(v-1) && c.vals[v-1].reg != NoReg {
		return v - 1
	}
	if !same(v+1) || c.vals[v+1].uses == 0 {
		return 0
	}
	// The flags need the result and B: A may be overwritten.
	c.val(in.A).uses--
	emitters[of].emit(c, v+1, &c.u.Insts[v+1])
	c.vals[c.canon(in.A)].uses++
	c.skip = v + 1
	return v + 1
}

func emitAdd(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	a, b := in.A, in.B
	flags := c.flagsWanted(v, ir.OpFlagsAdd)
	c.recall(v)
	if !flags && c.addScaled(v, in) {
		return
	}
	if c.val(a).konst || c.dies(b, v) && !c.dies(a, v) && !c.val(b).konst {
		a, b = b, a
	}
	imm, isImm := c.imm32(b, w)
	if isImm && w {
		c.near(v, a, imm)
	}
	if !flags && (!c.dies(a, v) || c.ef != 0) {
		ra := c.in(a)
		m := at(ra, imm)
		if !isImm {
			m = Mem{Base: ra, Index: c.in(b)}
		}
		c.drop(a)
		c.drop(b)
		c.lea(w, c.out(v), m)
		return
	}
	c.aluOp(aluAdd, w, v, a, b)
	c.alu = v
}

func emitSub(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	imm, isImm := c.imm32(in.B, w)
	flags := c.flagsWanted(v, ir.OpFlagsSub)
	if isImm && w {
		c.near(v, in.A, imm)
	}
	if isImm && imm != -imm && !flags && (!c.dies(in.A, v) || c.ef != 0) {
		ra := c.take(in.A)
		c.drop(in.B)
		c.lea(w, c.out(v), at(ra, -imm))
		return
	}
	if x := c.val(in.A); !flags && x.konst && x.imm == 0 {
		c.killFlags()
		c.drop(in.A)
		c.group3(g3Neg, w, c.outFrom(v, in.B))
		return
	}
	c.aluOp(aluSub, w, v, in.A, in.B)
	c.alu = v
}

// aluOp is v = a op b.
func (c *Compiler) aluOp(op alu, w bool, v, a, b ir.Value) {
	c.killFlags()
	if imm, ok := c.imm32(b, w); ok {
		c.drop(b)
		c.aluRI(op, w, c.outFrom(v, a), imm)
		return
	}
	rb := c.take(b)
	c.aluRR(op, w, c.outFrom(v, a), rb)
}

func emitLogic(op alu) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		a, b := in.A, in.B
		if c.val(a).konst || c.dies(b, v) && !c.dies(a, v) && !c.val(b).konst {
			a, b = b, a
		}
		c.aluOp(op, in.Type == ir.I64, v, a, b)
		c.alu = v
	}
}

func emitAndNot(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	c.killFlags()
	if c.feat.BMI1 {
		ra, rb := c.in(in.A), c.in(in.B)
		c.drop(in.A)
		c.drop(in.B)
		c.andn(w, c.out(v), rb, ra)
	} else {
		c.movRR(w, scratch, c.take(in.B))
		c.group3(g3Not, w, scratch)
		c.aluRR(aluAnd, w, c.outFrom(v, in.A), scratch)
	}
	c.alu = v
}

func emitNot(c *Compiler, v ir.Value, in *ir.Inst) {
	c.group3(g3Not, in.Type == ir.I64, c.outFrom(v, in.A))
}

// carryIn brings the C of f into the carry flag, inverted when borrow is set. Only
// the carry flag is valid afterwards.
func (c *Compiler) carryIn(f ir.Value, borrow bool) {
	f = c.canon(f)
	if c.ef != f && (c.vals[f].fk == FlagsHome || c.vals[f].fk == flagsSpare) {
		c.killFlags()
		m := hostFlags()
		if c.vals[f].fk == flagsSpare {
			m = spareFlags()
		}
		c.btMem(m, 8)
		if borrow {
			c.cmc()
		}
		return
	}
	if c.vals[f].fk == FlagsFCmp { // carry of a comparison is "not less", which amd64 has in no one flag
		h := c.need(f, ir.HS)
		c.setcc(h.cc, scratch)
		c.killFlags()
		c.btReg(false, scratch, 0)
		if borrow {
			c.cmc()
		}
		return
	}
	if c.ef != f || !c.efKind.full() {
		c.killFlags()
		c.materialize(f)
	}
	if x := &c.vals[f]; x.fk == flagsOpaque && (x.uses > 1 || x.guest != 0 && !c.replaces) {
		c.saveOpaque(f) // somebody asks again later
	}
	if (c.efKind == efSub) != borrow {
		c.cmc()
	}
	c.ef = 0
}

func emitAdc(c *Compiler, v ir.Value, in *ir.Inst) { c.emitCarry(aluAdc, ir.OpFlagsAdc, v, in) }

func emitSbc(c *Compiler, v ir.Value, in *ir.Inst) { c.emitCarry(aluSbb, ir.OpFlagsSbc, v, in) }

func (c *Compiler) emitCarry(op alu, flags ir.Op, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	// Where the flags of the result are wanted, they come with it: that use of the old
	// ones is no reason to save them, and they may be replaced at once.
	f := c.flagsOf(v, flags)
	wanted := f != 0
	c.replaces = wanted && c.vals[f].early
	if wanted {
		c.vals[c.canon(in.C)].uses--
	}
	imm, isImm := c.imm32(in.B, w)
	rb := NoReg
	if !isImm {
		rb = c.in(in.B)
	}
	if !c.val(in.A).konst {
		c.in(in.A)
	}
	c.carryIn(in.C, op == aluSbb)
	if wanted {
		c.vals[c.canon(in.C)].uses++
	}
	c.drop(in.C)
	c.drop(in.B)
	dst := c.outFrom(v, in.A)
	if isImm {
		c.aluRI(op, w, dst, imm)
	} else {
		c.aluRR(op, w, dst, rb)
	}
	c.alu = v
}

func emitMul(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	if w && c.keepsFlags() {
		lo, src := c.mulxOperands(v, in)
		c.mulx(true, scratch, lo, src)
		return
	}
	c.killFlags()
	a, b := in.A, in.B
	if c.dies(b, v) && !c.dies(a, v) {
		a, b = b, a
	}
	rb := c.take(b)
	c.imul(w, c.outFrom(v, a), rb)
}

// grab empties r and pins it, for an instruction that insists on it.
func (c *Compiler) grab(r Reg) {
	c.evict(&c.gpr, r)
	c.gpr.pinned |= 1 << r
}

// keepsFlags reports whether a multiplication had better be MULX, which leaves the host's flags register alone: a
// carry is on its way in it.
func (c *Compiler) keepsFlags() bool {
	if c.ef == 0 || !c.feat.BMI2 {
		return false
	}
	x := &c.vals[c.ef]
	return x.fk == flagsOpaque && (x.uses > 0 || x.guest != 0)
}

// mulxOperands brings one operand into rdx and the other into a register, and finds one for the result.
func (c *Compiler) mulxOperands(v ir.Value, in *ir.Inst) (dst, src Reg) {
	c.grab(RDX)
	src = c.in(in.B)
	c.movRR(true, RDX, c.in(in.A))
	c.drop(in.A)
	c.drop(in.B)
	return c.out(v), src
}

func emitMulHi(n uint8) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		if n == g3Mul && c.keepsFlags() {
			hi, src := c.mulxOperands(v, in)
			c.mulx(true, hi, scratch, src)
			return
		}
		c.killFlags()
		c.grab(RDX)
		rb := c.in(in.B)
		c.movRR(true, scratch, c.in(in.A))
		c.drop(in.A)
		c.drop(in.B)
		c.group3(n, true, rb)
		c.bindEarly(v)
		c.own(v, RDX)
	}
}

func emitDivU(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	var zero Label
	rb, ra := c.divOperands(in)
	c.testRR(w, rb, rb)
	c.movImm(scratch, 0)
	c.jcc(ccE, &zero)
	c.movRR(w, scratch, ra)
	c.aluRR(aluXor, false, RDX, RDX)
	c.group3(g3Div, w, rb)
	c.Asm.bind(&zero)
	c.bindEarly(v)
	c.own(v, RDX)
	c.movRR(w, RDX, scratch)
}

func (c *Compiler) divOperands(in *ir.Inst) (rb, ra Reg) {
	c.killFlags()
	c.grab(RDX)
	rb, ra = c.in(in.B), c.in(in.A)
	c.drop(in.A)
	c.drop(in.B)
	return rb, ra
}

func emitDivS(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	var zero, minus, done Label
	rb, ra := c.divOperands(in)
	c.testRR(w, rb, rb)
	c.movImm(scratch, 0)
	c.jcc(ccE, &zero)
	c.movRR(w, scratch, ra)
	c.aluRI(aluCmp, w, rb, -1) // the minimum divided by -1 would trap
	c.jcc(ccE, &minus)
	if w {
		c.cqo()
	} else {
		c.cdq()
	}
	c.group3(g3IDiv, w, rb)
	c.jmp(&done)
	c.Asm.bind(&minus)
	c.group3(g3Neg, w, scratch)
	c.Asm.bind(&zero)
	c.Asm.bind(&done)
	c.bindEarly(v)
	c.own(v, RDX)
	c.movRR(w, RDX, scratch)
}

func emitLow32(c *Compiler, v ir.Value, in *ir.Inst) {
	if x := c.val(in.A); x.konst {
		y := &c.vals[v]
		y.konst, y.imm = true, uint64(uint32(x.imm))
		c.drop(in.A)
		return
	}
	c.alias(v, in.A)
}

func emitZext32(c *Compiler, v ir.Value, in *ir.Inst) {
	x := c.val(in.A)
	switch {
	case x.konst:
		y := &c.vals[v]
		y.konst, y.imm = true, uint64(uint32(x.imm))
		c.drop(in.A)
	case x.typ == ir.I32:
		c.alias(v, in.A) // made by a 32-bit instruction, which cleared the upper half
	default:
		ra := c.take(in.A)
		c.movRR(false, c.out(v), ra)
	}
}

func emitExtend(signed bool, from uint8) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, v ir.Value, in *ir.Inst) {
		ra := c.take(in.A)
		c.movx(signed, from, in.Type == ir.I64, c.out(v), ra)
	}
}

func emitCrc32C(c *Compiler, v ir.Value, in *ir.Inst) {
	rb := c.take(in.B)
	r := c.outFrom(v, in.A)
	switch in.Aux {
	case 0:
		c.prefix(0xF0|map0F38|ppF2, false, r, 0, rb, rb >= RSP)
		c.byte(0xC0 | byte(r&7)<<3 | byte(rb&7))
	case 1:
		c.byte(0x66)
		c.rr(0xF1|map0F38|ppF2, false, r, rb)
	default:
		c.rr(0xF1|map0F38|ppF2, in.Aux == 3, r, rb)
	}
}

func emitSelect(c *Compiler, v ir.Value, in *ir.Inst) {
	w := in.Type == ir.I64
	x, y := c.val(in.B), c.val(in.C)
	b, a := in.B, in.C
	if x.konst && y.konst && y.imm == 0 && (x.imm == 1 || x.imm == ^uint64(0) || !w && x.imm == 0xFFFFFFFF) {
		c.emitCset(v, in, x.imm != 1)
		return
	}
	rb, ra := c.in(b), c.in(a)
	h := c.need(in.A, ir.Cond(in.Aux))
	c.drop(in.A)
	if h.andNP || h.never {
		h, a, b, rb = h.invert(), b, a, ra
	}
	if h.always {
		c.drop(a)
		c.alias(v, b)
		return
	}
	c.drop(b)
	dst := c.outFrom(v, a)
	c.cmov(h.cc, w, dst, rb)
	if h.orP {
		c.cmov(ccP, w, dst, rb)
	}
}

// emitCset is 1 or, when negate is set, -1 where the condition holds, else 0.
func (c *Compiler) emitCset(v ir.Value, in *ir.Inst, negate bool) {
	h := c.need(in.A, ir.Cond(in.Aux))
	c.drop(in.A)
	c.drop(in.B)
	c.drop(in.C)
	dst := c.out(v)
	switch {
	case h.always, h.never:
		n := uint64(0)
		if h.always {
			n = 1
		}
		c.movImm(dst, n)
	case h.orP || h.andNP:
		op, parity := aluOr, ccP
		if h.andNP {
			op, parity = aluAnd, ccNP
		}
		c.setcc(h.cc, scratch)
		c.setcc(parity, dst)
		c.killFlags()
		c.aluRR(op, false, dst, scratch)
		c.movx(false, 0, false, dst, dst)
	default:
		c.setcc(h.cc, dst)
		c.movx(false, 0, false, dst, dst)
	}
	if negate {
		c.killFlags()
		c.group3(g3Neg, in.Type == ir.I64, dst)
	}
}
