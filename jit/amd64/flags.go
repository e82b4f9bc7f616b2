package amd64

import (
	"axol/jit/ir"
)

// NZCV is kept as a recipe: the operands of the comparison it comes from. Code for it
// is emitted when a condition asks, unless the host's flags register still has it.
// Only what has no recipe (carry chains, conditional compares) is saved when the host's flags
// register is about to be overwritten.

// efKind says how the host's flags register stands for NZCV.
type efKind uint8

const (
	efSub   efKind = iota // carry is inverted
	efAdd                 // as it stands
	efLogic               // as it stands, carry and overflow 0
	efNZ                  // sign and zero only
	efFCmp                // of ucomis a, b
	efFSwap               // of ucomis b, a
)

// flagState is how NZCV stands at an edge. The operands are in the edge's list.
type flagState struct {
	FlagsLoc
	dirty  bool
	valid  bool // the host's flags register has it, as ef says
	ef     efKind
	single bool // FlagsFCmp of 32-bit operands
}

// defFlags makes v a flags value with a recipe, whose operands it holds.
func (c *Compiler) defFlags(v ir.Value, k FlagsKind, wide bool, fa, fb ir.Value) {
	x := &c.vals[v]
	x.typ, x.fk, x.wide = ir.Flags, k, wide
	if fa != 0 {
		x.fa = c.canon(fa)
		c.vals[x.fa].uses++
	}
	if fb != 0 {
		x.fb = c.canon(fb)
		c.vals[x.fb].uses++
	}
	c.bindFlagsEarly(v)
}

func (c *Compiler) bindFlagsEarly(v ir.Value) {
	if c.vals[v].early {
		c.vals[v].early = false
		c.setFlags(v)
	}
}

// setFlags makes v the present NZCV.
func (c *Compiler) setFlags(v ir.Value) {
	if c.flags == v {
		return
	}
	old := c.flags
	c.flags, c.flagsDirty = v, true
	c.vals[v].guest = 1 // bound
	if old != 0 {
		c.vals[old].guest = 0
		c.release(old)
	}
}

// dropFlags ends the present NZCV: it is replaced before anybody can look. Registers it is
// a comparison of are free for other use.
func (c *Compiler) dropFlags() {
	if f := c.flags; f != 0 && c.vals[f].uses == 0 {
		c.flags, c.flagsDirty = 0, false
		c.vals[f].guest = 0
		c.release(f)
	}
}

func (c *Compiler) releaseFlags(v ir.Value) {
	x := &c.vals[v]
	if c.ef == v {
		c.ef = 0
	}
	fa, fb := x.fa, x.fb
	x.fa, x.fb = 0, 0
	if fa != 0 {
		c.drop(fa)
	}
	if fb != 0 {
		c.drop(fb)
	}
}

// getFlags is the present NZCV as a value.
func (c *Compiler) getFlags() ir.Value {
	if c.flags == 0 {
		v := c.pseudo(numGuest)
		c.vals[v] = val{reg: NoReg, typ: ir.Flags, fk: FlagsHome, guest: 1}
		c.flags, c.flagsDirty = v, false
	}
	return c.flags
}

// killFlags prepares for an instruction that overwrites the host's flags register.
func (c *Compiler) killFlags() {
	c.alu = 0
	f := c.ef
	if f == 0 {
		return
	}
	if x := &c.vals[f]; x.fk == flagsOpaque && (x.uses > 0 || x.guest != 0) {
		c.saveOpaque(f)
	}
	c.ef = 0
}

// saveOpaque stores an NZCV that only the host's flags register has.
func (c *Compiler) saveOpaque(f ir.Value) {
	x := &c.vals[f]
	if c.flags == f {
		if c.flagsDirty {
			c.saveEF(c.efKind, hostFlags())
			c.flagsDirty = false
		}
		x.fk = FlagsHome
		return
	}
	c.saveEF(c.efKind, spareFlags())
	x.fk = flagsSpare
}

// saveEF stores the host's flags register as Host.Flags has it. rax is overwritten.
func (c *Compiler) saveEF(k efKind, m Mem) {
	switch k {
	case efSub:
		c.cmc()
		c.lahf()
		c.setcc(ccO, RAX)
		c.cmc()
	case efAdd, efLogic:
		c.lahf()
		c.setcc(ccO, RAX)
	case efFCmp:
		c.fcmpToRAX()
	default:
		panic("amd64: these host flags are not an NZCV")
	}
	c.store(false, m, RAX) // all of eax, though 16 bits count: who reads it back reads 32
}

// fcmpToRAX makes the NZCV of ucomis a, b. Unordered sets Z, P and C; less C; equal Z (Arm ARM,
// FPCompare: 0011, 1000, 0110, 0010).
func (c *Compiler) fcmpToRAX() {
	c.movImm(RAX, 0x0100)
	c.rm(0x40|opcode(ccB)|map0F, false, RAX, constMem(constFLess))
	c.rm(0x40|opcode(ccE)|map0F, false, RAX, constMem(constFEqual))
	c.rm(0x40|opcode(ccP)|map0F, false, RAX, constMem(constFUnordered))
}

// full reports whether the host's flags register holds all of NZCV.
func (k efKind) full() bool { return k != efNZ && k != efFSwap }

// flushFlags stores NZCV to its home.
func (c *Compiler) flushFlags() {
	if c.flags == 0 || !c.flagsDirty {
		return
	}
	if c.ef != c.flags || !c.efKind.full() {
		c.materialize(c.flags)
	}
	c.saveEF(c.efKind, hostFlags())
	c.flagsDirty = false
}

// flagsForPoint stores an NZCV that a point cannot describe.
func (c *Compiler) flagsForPoint() {
	if c.flags == 0 || !c.flagsDirty {
		return
	}
	switch c.vals[c.flags].fk {
	case flagsOpaque, FlagsFCmp:
		c.flushFlags()
	}
}

func (c *Compiler) flagsLoc() FlagsLoc {
	if c.flags == 0 || !c.flagsDirty {
		return FlagsLoc{Kind: FlagsHome}
	}
	x := &c.vals[c.flags]
	return FlagsLoc{Kind: x.fk, Wide: x.wide, NZCV: uint8(x.imm)}
}

// flagsAtEdge is the present NZCV for an edge.
func (c *Compiler) flagsAtEdge() flagState {
	if c.flags == 0 {
		return flagState{FlagsLoc: FlagsLoc{Kind: FlagsHome}}
	}
	x := &c.vals[c.flags]
	return flagState{
		FlagsLoc: c.flagsLoc(), dirty: c.flagsDirty, valid: c.ef == c.flags, ef: c.efKind,
		single: x.fcmp32,
	}
}

// restoreFlags makes the NZCV of an edge the present one.
func (c *Compiler) restoreFlags(list []Loc, fs flagState) {
	if !fs.dirty {
		return
	}
	v := c.pseudo(numGuest)
	c.vals[v] = val{reg: NoReg, typ: ir.Flags, fk: fs.Kind, wide: fs.Wide, imm: uint64(fs.NZCV), guest: 1, fcmp32: fs.single}
	x := &c.vals[v]
	for _, l := range list {
		if l.Guest < guestFA || l.Guest == guestSum {
			continue
		}
		p := c.adoptOperand(l, fs)
		c.vals[p].uses++
		if l.Guest == guestFA {
			x.fa = p
		} else {
			x.fb = p
		}
	}
	c.flags, c.flagsDirty = v, true
	if fs.valid {
		c.ef, c.efKind = v, fs.ef
	}
}

func (c *Compiler) adoptOperand(l Loc, fs flagState) ir.Value {
	n := int(l.Guest)
	if fs.Kind != FlagsFCmp {
		return c.adopt(n, l)
	}
	if l.Where == InReg && c.xmm.owner[l.Reg] != 0 {
		return c.xmm.owner[l.Reg]
	}
	if l.Where == InHome {
		return c.get(int(l.Imm))
	}
	t := ir.F64
	if fs.single {
		t = ir.F32
	}
	v := c.pseudo(n)
	c.vals[v] = val{reg: NoReg, typ: t}
	x := &c.vals[v]
	if l.Where == InReg {
		x.reg = l.Reg
		c.xmm.owner[l.Reg] = v
	} else {
		x.slot = int8(l.Imm + 1)
		c.plan.slotsX |= 1 << l.Imm
	}
	return v
}

// materialize emits code that brings all of f into the host's flags register.
func (c *Compiler) materialize(f ir.Value) {
	x := &c.vals[f]
	c.ef = 0
	var a, b Loc
	if x.fa != 0 {
		a = c.locOf(guestFA, x.fa)
	}
	if x.fb != 0 {
		b = c.locOf(guestFB, x.fb)
	}
	c.efKind = c.emitFlags(FlagsLoc{x.fk, x.wide, uint8(x.imm)}, a, b, x.fcmp32)
	c.ef = f
}

// emitFlags computes NZCV into the host's flags register from a recipe. It needs rax only.
func (c *Compiler) emitFlags(fl FlagsLoc, a, b Loc, single bool) efKind {
	w := fl.Wide
	switch fl.Kind {
	case FlagsSub:
		if b.Where == IsConst && b.Imm == 0 {
			r := c.locReg(a)
			c.testRR(w, r, r)
			return efSub // carry clear: no borrow
		}
		c.aluLoc(aluCmp, w, c.locReg(a), b)
		return efSub
	case FlagsSubR:
		c.copyLoc(a)
		c.aluLoc(aluAdd, w, scratch, b)
		c.aluLoc(aluCmp, w, scratch, b)
		return efSub
	case FlagsAdd:
		c.copyLoc(a)
		c.aluLoc(aluAdd, w, scratch, b)
		return efAdd
	case FlagsAddR:
		c.copyLoc(a)
		c.aluLoc(aluSub, w, scratch, b)
		c.aluLoc(aluAdd, w, scratch, b)
		return efAdd
	case FlagsLogic:
		r := c.locReg(a)
		c.testRR(w, r, r)
		return efLogic
	case FlagsFCmp:
		c.ucomisLoc(single, a, b)
		return efFCmp
	case FlagsConst:
		c.movImm(RAX, uint64(hostNZCV(fl.NZCV)))
		c.eflagsFromAX()
		return efAdd
	case flagsSpare:
		c.load(false, RAX, spareFlags())
		c.eflagsFromAX()
		return efAdd
	case FlagsHome:
		c.load(false, RAX, hostFlags())
		c.eflagsFromAX()
		return efAdd
	}
	panic("amd64: NZCV was lost")
}

// hostNZCV is a 4-bit NZCV in the layout of Host.Flags.
func hostNZCV(nzcv uint8) uint32 {
	n := uint32(nzcv)
	return n>>3&1<<15 | n>>2&1<<14 | n>>1&1<<8 | n&1
}

// eflagsFromAX is the inverse of lahf, seto: adding 127 to 1 overflows.
func (c *Compiler) eflagsFromAX() {
	c.byte(0x04, 0x7F) // add al, 127
	c.sahf()
}

// locReg is the register of an operand, or rax with the operand loaded.
func (c *Compiler) locReg(l Loc) Reg {
	if l.Where == InReg {
		return l.Reg
	}
	c.copyLoc(l)
	return scratch
}

// copyLoc loads an operand into rax.
func (c *Compiler) copyLoc(l Loc) {
	switch l.Where {
	case InReg:
		c.movRR(true, scratch, l.Reg)
	case IsConst:
		c.movImm(scratch, l.Imm)
	default:
		c.load(true, scratch, locMem(l))
	}
}

func locMem(l Loc) Mem {
	if l.Where == InSlot {
		return spillMem(int(l.Imm))
	}
	return homeX(int(l.Imm))
}

// aluLoc is op dst, operand.
func (c *Compiler) aluLoc(op alu, w bool, dst Reg, l Loc) {
	switch {
	case l.Where == InReg:
		c.aluRR(op, w, dst, l.Reg)
	case l.Where == IsConst && (!w || l.Imm == uint64(int64(int32(l.Imm)))):
		c.aluRI(op, w, dst, int32(l.Imm))
	case l.Where == IsConst:
		m := host(tempOff)
		c.storeImm(false, m, int32(l.Imm))
		c.storeImm(false, plus(m, 4), int32(l.Imm>>32))
		c.aluRM(op, w, dst, m)
	default:
		c.aluRM(op, w, dst, locMem(l))
	}
}

// hostCond is how an A64 condition is tested with the host's flags register.
type hostCond struct {
	cc     cc
	orP    bool // holds if cc or parity
	andNP  bool // holds if cc and no parity
	always bool
	never  bool
}

func (h hostCond) invert() hostCond {
	return hostCond{cc: h.cc.invert(), orP: h.andNP, andNP: h.orP, always: h.never, never: h.always}
}

// condTable maps conditions to condition codes for a subtraction, for which the
// two architectures agree but for the sense of the carry.
var condTable = [16]cc{
	ir.EQ: ccE, ir.NE: ccNE, ir.HS: ccAE, ir.LO: ccB, ir.MI: ccS, ir.PL: ccNS, ir.VS: ccO, ir.VC: ccNO,
	ir.HI: ccA, ir.LS: ccBE, ir.GE: ccGE, ir.LT: ccL, ir.GT: ccG, ir.LE: ccLE,
}

// fcondTable: how a floating-point comparison answers a condition, and whether the operands
// must be swapped for it. Unordered sets zero, parity and carry.
var fcondTable = [16]struct {
	hostCond
	swap bool
}{
	ir.EQ: {hostCond{cc: ccE, andNP: true}, false},
	ir.NE: {hostCond{cc: ccNE, orP: true}, false},
	ir.HS: {hostCond{cc: ccBE}, true},
	ir.LO: {hostCond{cc: ccA}, true},
	ir.MI: {hostCond{cc: ccA}, true},
	ir.PL: {hostCond{cc: ccBE}, true},
	ir.VS: {hostCond{cc: ccP}, false},
	ir.VC: {hostCond{cc: ccNP}, false},
	ir.HI: {hostCond{cc: ccB}, true},
	ir.LS: {hostCond{cc: ccAE}, true},
	ir.GE: {hostCond{cc: ccAE}, false},
	ir.LT: {hostCond{cc: ccB}, false},
	ir.GT: {hostCond{cc: ccA}, false},
	ir.LE: {hostCond{cc: ccBE}, false},
}

// need brings f into the host's flags register as far as cond asks, and says how to test it.
func (c *Compiler) need(f ir.Value, cond ir.Cond) hostCond {
	if cond >= ir.AL {
		return hostCond{always: true}
	}
	f = c.canon(f)
	x := &c.vals[f]
	if x.fk == FlagsFCmp {
		return c.needFCmp(f, cond)
	}
	if c.ef != f {
		if (x.fk == FlagsSubR || x.fk == FlagsAddR) && (cond>>1 == ir.EQ>>1 || cond>>1 == ir.MI>>1) {
			c.killFlags()
			r := c.locReg(c.locOf(guestFA, x.fa))
			c.testRR(x.wide, r, r)
			c.ef, c.efKind = f, efNZ
		} else {
			if x.fk == FlagsHome {
				if h, ok := c.testHome(cond); ok {
					return h
				}
			}
			c.killFlags()
			c.materialize(f)
		}
	} else if c.efKind == efNZ && cond>>1 != ir.EQ>>1 && cond>>1 != ir.MI>>1 {
		c.materialize(f)
	}
	return c.condOf(cond)
}

// testHome tests one bit of NZCV in memory.
func (c *Compiler) testHome(cond ir.Cond) (hostCond, bool) {
	var off int32
	var bit byte
	switch cond &^ 1 {
	case ir.EQ:
		off, bit = 1, 0x40
	case ir.HS:
		off, bit = 1, 0x01
	case ir.MI:
		off, bit = 1, 0x80
	case ir.VS:
		off, bit = 0, 0x01
	default:
		return hostCond{}, false
	}
	c.killFlags()
	c.rm(0xF6, false, 0, plus(hostFlags(), off)) // test byte [m], imm8
	c.byte(bit)
	if cond&1 == 0 {
		return hostCond{cc: ccNE}, true
	}
	return hostCond{cc: ccE}, true
}

// condOf tests cond when the host's flags register has the NZCV.
func (c *Compiler) condOf(cond ir.Cond) hostCond {
	switch c.efKind {
	case efAdd:
		switch cond {
		case ir.HS:
			return hostCond{cc: ccB}
		case ir.LO:
			return hostCond{cc: ccAE}
		case ir.HI, ir.LS:
			c.cmc()
			c.efKind = efSub
		}
	case efLogic:
		switch cond {
		case ir.HS, ir.VS, ir.HI:
			return hostCond{never: true}
		case ir.LO, ir.VC, ir.LS:
			return hostCond{always: true}
		}
	}
	return hostCond{cc: condTable[cond]}
}

func (c *Compiler) needFCmp(f ir.Value, cond ir.Cond) hostCond {
	e := &fcondTable[cond]
	want := efFCmp
	if e.swap {
		want = efFSwap
	}
	if c.ef != f || c.efKind != want {
		c.killFlags()
		x := &c.vals[f]
		a, b := c.locOf(guestFA, x.fa), c.locOf(guestFB, x.fb)
		if e.swap {
			a, b = b, a
		}
		c.ucomisLoc(x.fcmp32, a, b)
		c.ef, c.efKind = f, want
	}
	return e.hostCond
}

// ucomisLoc compares two scalars; rax is not touched.
func (c *Compiler) ucomisLoc(single bool, a, b Loc) {
	op := 0x2E | map0F | pp66
	if single {
		op = 0x2E | map0F
	}
	ra := a.Reg
	if a.Where != InReg {
		c.movups(scratchX, locMemX(a))
		ra = scratchX
	}
	if b.Where == InReg {
		c.rr(op, false, ra, b.Reg)
	} else {
		c.rm(op, false, ra, locMemX(b))
	}
}

func locMemX(l Loc) Mem {
	if l.Where == InSlot {
		return spillMemX(int(l.Imm))
	}
	return homeV(int(l.Imm) - guestV)
}
