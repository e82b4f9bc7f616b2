package amd64

import (
	"unsafe"

	"axol/jit/ir"
)

func init() {
	emitters[ir.OpActions] = emitter{emit: emitActions}
}

// action is one action being emitted. All registers it needs are taken before its first branch, and guest
// registers are read where they are: so the allocator's state is the same whichever way is taken.
type action struct {
	*Compiler
	*ir.Action
	ring, rec Reg // ir.Ring, and the record being made
	point     int // for giving up
	stop      int // the way out for it, -1 as long as there is none
	ahead     int32
	rejected  Label
}

// emitActions: the guest is between two instructions of the block, as at a hook.
func emitActions(c *Compiler, _ ir.Value, in *ir.Inst) {
	b := &c.u.Blocks[c.cur]
	next := c.insn + 1
	c.flagsForPoint()
	c.killFlags()
	regs := c.takeTemps(c.u.Actions[in.A])
	point := c.newPoint(b.PC+4*uint64(next), b.Insns-next)
	c.code.Points[point].Actions = true
	for i, a := range c.u.Actions[in.A] {
		x := action{Compiler: c, Action: a, ring: regs[0], rec: regs[1], ahead: b.Insns - next, stop: -1}
		if i > 0 {
			c.code.Points = append(c.code.Points, c.code.Points[point])
			point = len(c.code.Points) - 1
		}
		c.code.Points[point].Number = in.Imm | uint64(i)<<32
		x.point = point
		x.emit()
	}
}

// takeTemps takes two registers, and keeps rdx out of it if an action needs it for itself.
func (c *Compiler) takeTemps(actions []*ir.Action) (regs [2]Reg) {
	for _, a := range actions {
		if a.Kind == ir.ActionRecord && a.Clock == ir.ClockTicks || a.Kind == ir.ActionHist && divides(a.Key.Step) {
			c.evict(&c.gpr, RDX)
			c.gpr.pinned |= 1 << RDX
		}
	}
	for i := range regs {
		regs[i] = c.alloc(&c.gpr, 0)
		c.gpr.pinned |= 1 << regs[i]
	}
	return regs
}

func divides(step uint64) bool { return step&(step-1) != 0 }

func (x *action) emit() {
	x.load(true, x.ring, st(ir.OffRing))
	x.load(true, x.rec, at(x.ring, int32(ir.OffRingNext)))
	for i := range x.Early {
		x.fill(&x.Early[i])
	}
	x.tests()
	for i := range x.Late {
		x.fill(&x.Late[i])
	}
	if x.Kind == ir.ActionHist {
		x.count()
	} else {
		x.commit()
	}
	x.bind(&x.rejected)
}

// entry is where offset off of the entry is.
func (x *action) entry(off int) Mem { return at(x.rec, int32(ir.RecordHeader+off)) }

// giveUp is where to go when the hook has to do it.
func (x *action) giveUp() *Label {
	if x.stop < 0 {
		x.stopAt(x.point)
		x.stop = len(x.stops) - 1
	}
	return &x.stops[x.stop].label
}

// commit makes the record one that readers see, if there is room for it.
func (x *action) commit() {
	x.lea(true, RAX, at(x.rec, int32(x.Size)))
	x.aluRM(aluCmp, true, RAX, at(x.ring, int32(ir.OffRingLimit)))
	x.jcc(ccA, x.giveUp())
	x.storeImm(true, at(x.rec, 0), int32(x.Size))
	x.clock()
	x.store(true, at(x.rec, 8), RAX)
	x.lea(true, x.rec, at(x.rec, int32(x.Size)))
	// The host keeps stores in order: who sees this one sees the record.
	x.store(true, at(x.ring, int32(ir.OffRingNext)), x.rec)
}

// clock puts the time into rax.
func (x *action) clock() {
	if x.Clock == ir.ClockTicks {
		x.Asm.byte(0x0F, 0x31) // rdtsc
		x.shiftImm(shShl, true, RDX, 32)
		x.aluRR(aluOr, true, RAX, RDX)
		return
	}
	x.load(true, RAX, st(ir.OffGranted))
	x.aluRR(aluSub, true, RAX, R13)
	// A kick may have emptied r13 into Aside. Then the vCPU is on its way out anyway.
	x.aluMI(aluCmp, true, host(unsafe.Offsetof(Host{}.Aside)), 0)
	x.jcc(ccNE, x.giveUp())
	if x.ahead != 0 {
		x.aluRI(aluSub, true, RAX, x.ahead)
	}
}

func (x *action) fill(f *ir.Fill) {
	switch {
	case f.Source == ir.FillHead:
		x.load(true, RAX, at(x.ring, int32(ir.OffRingHead)))
		x.testRR(true, RAX, RAX)
		x.jcc(ccE, x.giveUp())
		x.aluRI(aluOr, true, RAX, int32(f.Imm))
		x.put(f, f.At, RAX)
	case len(f.Loads) > 0:
		x.fillFromMemory(f)
	case f.Source == ir.FillConst:
		x.fillConst(f)
	case f.Width != 0:
		x.guestTo(RAX, int(f.N))
		x.put(f, f.At, RAX)
	default:
		x.put(f, f.At, x.guestIn(int(f.N)))
	}
}

// fillConst has no bit field: whoever makes actions computes it.
func (x *action) fillConst(f *ir.Fill) {
	v := f.Imm
	if size := sizeLog(f.Size); size < 3 || v == uint64(int64(int32(v))) {
		x.storeImmN(size, x.entry(f.At), int32(v))
		return
	}
	x.movImm(RAX, v)
	x.put(f, f.At, RAX)
}

// put stores r, which is rax if it is to be changed on the way.
func (x *action) put(f *ir.Fill, off int, r Reg) {
	if f.Width != 0 {
		if f.Shift != 0 {
			x.shiftImm(shShr, true, RAX, f.Shift)
		}
		switch {
		case f.Width < 32:
			x.aluRI(aluAnd, false, RAX, 1<<f.Width-1)
		case f.Width < 64:
			x.shiftImm(shShl, true, RAX, 64-f.Width)
			x.shiftImm(shShr, true, RAX, 64-f.Width)
		}
	}
	x.storeN(sizeLog(f.Size), x.entry(off), r)
}

// fillFromMemory follows the loads in rax. What cannot be read is the hook's: a fault in here finds the point
// in the side table.
func (x *action) fillFromMemory(f *ir.Fill) {
	if f.Source == ir.FillConst {
		x.movImm(RAX, f.Imm)
	} else {
		x.guestTo(RAX, int(f.N))
	}
	last := len(f.Loads) - 1
	for i, off := range f.Loads {
		if off != int64(int32(off)) || i == last && off > 1<<30 {
			x.movImm(x.rec, uint64(off))
			x.aluRR(aluAdd, true, RAX, x.rec)
			x.load(true, x.rec, at(x.ring, int32(ir.OffRingNext)))
			off = 0
		}
		x.aluRR(aluCmp, true, RAX, R14)
		x.jcc(ccAE, x.giveUp())
		m := Mem{Base: R14, Index: RAX, Disp: int32(off)}
		switch {
		case i < last:
			x.read(3, RAX, m)
		case f.Count == 0:
			x.read(sizeLog(f.Size), RAX, m)
			x.put(f, f.At, RAX)
		default:
			x.fillArray(f, m)
		}
	}
}

// fillArray keeps the address in rax, and takes the ring's register for the elements.
func (x *action) fillArray(f *ir.Fill, m Mem) {
	x.movRR(true, x.ring, RAX)
	m.Index = x.ring
	for i := range f.Count {
		x.read(sizeLog(f.Size), RAX, m)
		x.put(f, f.At+i*int(f.Size), RAX)
		m.Disp += int32(f.Size)
	}
	x.load(true, x.ring, st(ir.OffRing))
}

// read is a load from guest memory that gives up at a fault.
func (x *action) read(size uint8, dst Reg, m Mem) {
	p := x.code.Points[x.point]
	p.Off = uint32(x.Pos())
	x.code.Points = append(x.code.Points, p)
	x.loadx(false, size, size == 3, dst, m)
}

// guestIn is a register with the value of guest register n: its own, or rax.
func (x *action) guestIn(n int) Reg {
	if v := x.guest[n]; v != 0 {
		if r := x.val(v).reg; r != NoReg {
			return r
		}
	}
	x.guestTo(RAX, n)
	return RAX
}

// guestTo copies the value of guest register n to r.
func (x *action) guestTo(r Reg, n int) {
	v := x.guest[n]
	switch {
	case v == 0:
		x.loadHome(r, n)
	case x.val(v).reg != NoReg:
		x.movRR(true, r, x.val(v).reg)
	default:
		x.Compiler.fill(r, x.val(v))
	}
}

func sizeLog(bytes uint8) uint8 { return [...]uint8{1: 0, 2: 1, 4: 2, 8: 3}[bytes] }

// tests jumps to rejected unless the tests hold.
func (x *action) tests() {
	labels := make([]Label, len(x.Tests)+1) // the last is behind them
	to := func(i int) *Label {
		switch i {
		case ir.Accept:
			return &labels[len(x.Tests)]
		case ir.Reject:
			return &x.rejected
		}
		return &labels[i]
	}
	for i := range x.Tests {
		t := &x.Tests[i]
		x.bind(&labels[i])
		holds := x.compare(t)
		after := i + 1
		if after == len(x.Tests) {
			after = ir.Accept
		}
		switch after {
		case t.Then:
			x.jcc(holds.invert(), to(t.Else))
		case t.Else:
			x.jcc(holds, to(t.Then))
		default:
			x.jcc(holds, to(t.Then))
			x.jmp(to(t.Else))
		}
	}
	x.bind(&labels[len(x.Tests)])
}

// conditions that hold of a comparison with the constant, unsigned and signed.
var testConds = [...][2]cc{
	ir.TestEQ: {ccE, ccE}, ir.TestNE: {ccNE, ccNE}, ir.TestLT: {ccB, ccL}, ir.TestLE: {ccBE, ccLE},
	ir.TestGT: {ccA, ccG}, ir.TestGE: {ccAE, ccGE}, ir.TestAny: {ccNE, ccNE},
}

// compare sets the host's flags, and says when the test holds.
func (x *action) compare(t *ir.Test) cc {
	m, size := x.entry(t.At), sizeLog(t.Size)
	k := testConds[t.Op][0]
	if t.Signed {
		k = testConds[t.Op][1]
	}
	imm, fits := int32(t.Value), size < 3 || t.Value == uint64(int64(int32(t.Value)))
	if t.Signed && size < 2 {
		imm = int32(int64(t.Value<<(64-8*t.Size)) >> (64 - 8*t.Size))
	}
	switch {
	case t.Op == ir.TestAny && fits:
		x.loadx(false, size, size == 3, RAX, m)
		x.testRI(size == 3, RAX, imm)
	case t.Op == ir.TestAny:
		x.movImm(RAX, t.Value)
		x.aluRM(aluAnd, true, RAX, m)
	case size < 2:
		x.loadx(t.Signed, size, false, RAX, m)
		x.aluRI(aluCmp, false, RAX, imm)
	case fits:
		x.aluMI(aluCmp, size == 3, m, imm)
	default:
		x.movImm(RAX, t.Value)
		x.rm(0x39, true, RAX, m) // cmp m, rax
	}
	return k
}

// count finds the key's slot. One that is not in the table yet, or behind too many others, is the hook's.
func (x *action) count() {
	x.load(true, x.ring, at(x.ring, int32(ir.OffRingHist)+8*int32(x.Key.Table)))
	x.testRR(true, x.ring, x.ring)
	x.jcc(ccE, x.giveUp())
	x.key()
	x.movImm(x.rec, ir.HistHash)
	x.imul(true, x.rec, RAX)
	x.shiftImm(shShr, true, x.rec, uint8(64-x.Key.Bits))
	x.shiftImm(shShl, true, x.rec, 4)
	x.aluRR(aluAdd, true, x.rec, x.ring)
	var again, found Label
	x.bind(&again)
	x.rm(0x39, true, RAX, at(x.rec, 0))
	x.jcc(ccE, &found)
	x.aluMI(aluCmp, true, at(x.rec, 8), 0)
	x.jcc(ccE, x.giveUp())
	x.aluRI(aluAdd, true, x.rec, int32(unsafe.Sizeof(ir.HistSlot{})))
	x.jmp(&again)
	x.bind(&found)
	x.aluMI(aluCmp, true, at(x.rec, 8), 0) // key 0 is what an empty slot has, too
	x.jcc(ccE, x.giveUp())
	x.aluMI(aluAdd, true, at(x.rec, 8), 1)
}

// key puts the key into rax.
func (x *action) key() {
	k := &x.Key
	x.loadx(k.Signed, sizeLog(k.Size), true, RAX, x.entry(k.At))
	switch {
	case k.Log2: // 0 for 0 and 1, else the bits of the value less 1
		var zero, done Label
		x.aluRI(aluSub, true, RAX, 1)
		x.jcc(ccBE, &zero)
		x.bsr(true, RAX, RAX)
		x.aluRI(aluAdd, true, RAX, 1)
		x.jmp(&done)
		x.bind(&zero)
		x.movImm(RAX, 0)
		x.bind(&done)
	case k.Step == 0:
	case !divides(k.Step):
		x.movImm(x.rec, ^(k.Step - 1))
		x.aluRR(aluAnd, true, RAX, x.rec)
	default:
		x.movImm(x.rec, k.Step)
		x.movImm(RDX, 0)
		x.group3(g3Div, true, x.rec)
		x.imul(true, RAX, x.rec)
	}
}
