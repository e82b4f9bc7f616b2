package amd64

import "axol/jit/ir"

// val is what the compiler knows of a value.
type val struct {
	imm    uint64
	guest  uint64 // guest registers it is the present value of
	alias  ir.Value
	uses   int32 // operands still to come
	scaled int32 // of these, ones that an address computation can multiply by itself
	reg    Reg   // NoReg: none
	slot   int8  // spill slot + 1
	hint   int8  // guest register + 1 it will be written to
	early  bool  // it may become the guest register's value as soon as it is made
	konst  bool  // imm is its value
	typ    ir.Type
	// safe, if not 0: it was checked as an address (1), or is so many steps less one from one that was.
	safe uint8
	// flagsEnd: NZCV as it is behind this instruction is replaced before anybody can look.
	flagsEnd bool

	aes    aesState  // what of an AES round is still to be done
	fcmp32 bool      // of a comparison of 32-bit scalars
	fk     FlagsKind // of a flags value
	wide   bool
	// shift, if not 0, is how far the value is fa shifted to the left: it is made when more is
	// asked of it than scaled uses.
	shift uint8
	fa    ir.Value // operands of a flags value, or of a shifted one, held
	fb    ir.Value
}

// file is one of the host's register files: who owns each register.
type file struct {
	owner   [16]ir.Value
	stamp   [16]uint32 // when it was last used
	clock   uint32
	pinned  uint16 // in use by the instruction being emitted
	regs    []Reg
	planned uint16 // registers that the plan has given to guest registers
}

// allocGPR are the registers that are allocated: those the plan prefers last.
var allocGPR = []Reg{RCX, RDX, RSI, RDI, R8, R9, R10, R11, RBX, R12}

// allocXMM has xmm0 last, which SHA-256 wants.
var allocXMM = []Reg{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0}

const (
	scratch   = RAX
	scratchX  = Xmm(15)
	scratchX2 = Xmm(14)
)

func (f *file) init(regs []Reg) { f.regs = regs }

func (f *file) touch(r Reg) {
	f.clock++
	f.stamp[r] = f.clock
	f.pinned |= 1 << r
}

// canon follows aliases to the value that has the register.
func (c *Compiler) canon(v ir.Value) ir.Value {
	for c.vals[v].alias != 0 {
		v = c.vals[v].alias
	}
	return v
}

func (c *Compiler) val(v ir.Value) *val { return &c.vals[c.canon(v)] }

func (c *Compiler) fileOf(v *val) *file {
	if v.typ.IsVec() {
		return &c.xmm
	}
	return &c.gpr
}

// alias makes v another name for to. The operation's own use of to is taken off.
func (c *Compiler) alias(v, to ir.Value) {
	to = c.canon(to)
	c.vals[v].alias = to
	c.vals[to].uses += c.vals[v].uses
	if h := c.vals[v].hint; h != 0 && c.vals[to].hint == 0 {
		c.vals[to].hint = h
	}
	c.drop(to)
}

// drop takes one use off v, and frees its register with the last.
func (c *Compiler) drop(v ir.Value) {
	v = c.canon(v)
	c.vals[v].uses--
	c.release(v)
}

// release frees what v occupies when nobody needs it any more.
func (c *Compiler) release(v ir.Value) {
	x := &c.vals[v]
	if x.uses > 0 || x.guest != 0 {
		return
	}
	if x.typ == ir.Flags {
		c.releaseFlags(v)
		return
	}
	c.endShift(x)
	if x.reg != NoReg {
		c.fileOf(x).owner[x.reg] = 0
		x.reg = NoReg
	}
	if x.slot != 0 {
		c.freeSlot(x)
	}
}

// in makes sure v is in a register and pins it for the current instruction.
func (c *Compiler) in(v ir.Value) Reg {
	v = c.canon(v)
	x := &c.vals[v]
	f := c.fileOf(x)
	if x.reg == NoReg {
		r := c.alloc(f, x.hint)
		c.fill(r, x)
		x.reg = r
		f.owner[r] = v
	}
	f.touch(x.reg)
	return x.reg
}

// fill loads v into r from wherever it is.
func (c *Compiler) fill(r Reg, x *val) {
	switch {
	case x.konst && x.typ.IsVec():
		c.constX(r, x)
	case x.konst:
		c.movImm(r, x.imm)
	case x.shift != 0:
		c.makeShift(r, x)
	case x.slot != 0 && x.typ.IsVec():
		c.movups(r, spillMemX(int(x.slot-1)))
	case x.slot != 0:
		c.load(true, r, spillMem(int(x.slot-1)))
	default:
		clean := x.guest &^ c.dirty
		if clean == 0 {
			panic("amd64: a value is nowhere")
		}
		c.loadHome(r, trailing(clean))
	}
}

func (c *Compiler) loadHome(r Reg, n int) {
	if n >= guestV {
		c.movups(r, homeV(n-guestV))
	} else {
		c.load(true, r, homeX(n))
	}
}

// alloc finds a register: the one the plan gave to the guest register the value is
// for, else a free one, else the one used longest ago.
func (c *Compiler) alloc(f *file, hint int8) Reg {
	if hint != 0 {
		if r := c.plan.home[hint-1]; r != NoReg && f.owner[r] == 0 && f.pinned>>r&1 == 0 {
			return r
		}
	}
	best, bestCost := NoReg, ^uint64(0)
	for _, r := range f.regs {
		if f.pinned>>r&1 != 0 {
			continue
		}
		cost := c.evictCost(f, r)
		if cost < bestCost {
			best, bestCost = r, cost
		}
	}
	if best == NoReg {
		panic("amd64: an instruction needs more registers than there are")
	}
	c.evict(f, best)
	return best
}

// evictCost orders the registers by how much it hurts to take them: free ones, then
// clean copies of guest registers, then what must be stored; planned ones last;
// inside a class, the one used longest ago.
func (c *Compiler) evictCost(f *file, r Reg) uint64 {
	v := f.owner[r]
	cost := uint64(0)
	if f.planned>>r&1 != 0 {
		if cost = 1 << 30; v != 0 && c.plan.blocks[c.cur].depth > 0 {
			cost = 1 << 36 // in a loop it would have to be loaded again for the next round
		}
	}
	if v == 0 {
		return cost
	}
	x := &c.vals[v]
	cost += 1<<33 + uint64(f.stamp[r])
	if x.guest&c.dirty != 0 || x.uses > 0 {
		cost += 1 << 34
	}
	return cost
}

// evict empties r; what it held is stored where it can be found again.
func (c *Compiler) evict(f *file, r Reg) {
	v := f.owner[r]
	if v == 0 {
		return
	}
	x := &c.vals[v]
	c.clean(x)
	if x.uses > 0 && x.guest == 0 && !x.konst && x.slot == 0 {
		c.spill(x)
	}
	x.reg = NoReg
	f.owner[r] = 0
	if x.guest == 0 && x.uses == 0 {
		c.release(v)
	}
}

// clean stores x to the homes of the guest registers it is the value of.
func (c *Compiler) clean(x *val) {
	for d := x.guest & c.dirty; d != 0; d &= d - 1 {
		n := trailing(d)
		if n < guestFA {
			c.storeHome(n, x)
		}
		c.dirty &^= 1 << n
	}
}

func (c *Compiler) storeHome(n int, x *val) {
	switch {
	case n >= guestV:
		c.storeHomeV(n-guestV, x.reg, scalarBytes(x.typ))
	case x.reg == NoReg && x.konst:
		c.storeConst(homeX(n), x.imm)
	case x.reg == NoReg:
		c.load(true, scratch, spillMem(int(x.slot-1)))
		c.store(true, homeX(n), scratch)
	default:
		c.store(true, homeX(n), x.reg)
	}
}

// storeHomeV stores a vector register; of a scalar only bytes bytes count, the rest is zero.
func (c *Compiler) storeHomeV(n int, r Xmm, bytes uint8) {
	m := homeV(n)
	switch bytes {
	case 8:
		c.rm(0xD6|map0F|pp66, false, r, m) // movq
		c.storeImm(true, plus(m, 8), 0)
	case 4:
		c.rm(0x7E|map0F|pp66, false, r, m) // movd
		c.storeImm(false, plus(m, 4), 0)
		c.storeImm(true, plus(m, 8), 0)
	default:
		c.storeups(m, r)
	}
}

func plus(m Mem, d int32) Mem { m.Disp += d; return m }

// scalarBytes is 0 for a whole vector, else the bytes of the scalar.
func scalarBytes(t ir.Type) uint8 {
	switch t {
	case ir.F32:
		return 4
	case ir.F64:
		return 8
	}
	return 0
}

func (c *Compiler) storeConst(m Mem, v uint64) {
	if v == uint64(int64(int32(v))) {
		c.storeImm(true, m, int32(v))
		return
	}
	c.movImm(scratch, v)
	c.store(true, m, scratch)
}

func (c *Compiler) spill(x *val) {
	used := &c.plan.slots
	if x.typ.IsVec() {
		used = &c.plan.slotsX
	}
	n := trailing(^*used)
	if n >= spillSlots {
		panic("amd64: out of spill slots")
	}
	*used |= 1 << n
	x.slot = int8(n + 1)
	if x.typ.IsVec() {
		c.storeups(spillMemX(n), x.reg)
	} else {
		c.store(true, spillMem(n), x.reg)
	}
}

func (c *Compiler) freeSlot(x *val) {
	if x.typ.IsVec() {
		c.plan.slotsX &^= 1 << (x.slot - 1)
	} else {
		c.plan.slots &^= 1 << (x.slot - 1)
	}
	x.slot = 0
}

// out gives v a register of its own. Operands must have been dropped before, so
// that their registers can be taken; they are still pinned, though.
func (c *Compiler) out(v ir.Value) Reg {
	c.bindEarly(v)
	x := &c.vals[v]
	f := c.fileOf(x)
	r := c.alloc(f, x.hint)
	c.own(v, r)
	return r
}

// own records that v is in r.
func (c *Compiler) own(v ir.Value, r Reg) {
	x := &c.vals[v]
	f := c.fileOf(x)
	x.reg = r
	f.owner[r] = v
	f.touch(r)
	if x.guest == 0 && x.uses <= 0 {
		// Made for its effect only.
		f.owner[r] = 0
		x.reg = NoReg
	}
}

// outFrom gives v a register for an instruction whose destination is also its first
// operand a, and moves a there. a's use is taken off; it is the last thing read of a.
// other registers that the instruction still reads must be pinned.
func (c *Compiler) outFrom(v, a ir.Value) Reg {
	a = c.canon(a)
	x := &c.vals[a]
	f := c.fileOf(x)
	ra := x.reg
	if ra == NoReg && !x.konst {
		ra = c.in(a)
	}
	if ra != NoReg {
		f.touch(ra) // what comes next must not take it
	}
	x.uses--
	c.bindEarly(v)
	if ra == NoReg { // a constant that is in no register
		c.release(a)
		r := c.alloc(f, c.vals[v].hint)
		c.fill(r, x)
		c.own(v, r)
		return r
	}
	want := NoReg
	if h := c.vals[v].hint; h != 0 {
		want = c.plan.home[h-1]
	}
	if x.uses <= 0 && x.guest == 0 {
		if want == NoReg || want == ra || f.owner[want] != 0 || f.pinned>>want&1 != 0 {
			c.release(a)
			c.own(v, ra)
			return ra
		}
	}
	r := c.alloc(f, c.vals[v].hint)
	c.move(f, r, ra)
	c.release(a)
	c.own(v, r)
	return r
}

func (c *Compiler) move(f *file, dst, src Reg) {
	if f == &c.xmm {
		c.movaps(dst, src)
	} else {
		c.movRR(true, dst, src)
	}
}

// take pins a in a register, takes its use off and returns the register.
func (c *Compiler) take(a ir.Value) Reg {
	r := c.in(a)
	c.drop(a)
	return r
}

// imm32 is v as a sign-extended 32-bit immediate.
func (c *Compiler) imm32(v ir.Value, w bool) (int32, bool) {
	x := c.val(v)
	if !x.konst {
		return 0, false
	}
	if !w {
		return int32(x.imm), true
	}
	return int32(x.imm), x.imm == uint64(int64(int32(x.imm)))
}
