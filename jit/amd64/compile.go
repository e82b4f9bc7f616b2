package amd64

import (
	"axol/jit/ir"
)

// Compiler turns units into code. It keeps its memory from one to the next; one
// goroutine uses it at a time.
type Compiler struct {
	Asm
	// SoftFP: the guest's FPCR asks for what the host cannot do (flushing denormals
	// the Arm way): floating point is left to the interpreter.
	SoftFP bool

	feat  Features
	stubs *Stubs
	base  int // offset in the code cache of Buf[0]

	u    *ir.Unit
	vals []val
	plan plan
	code Code

	gpr, xmm file
	guest    [numGuest]ir.Value // what each guest register is now; 0: ir.State has it
	dirty    uint64             // guest registers whose home is stale

	flags      ir.Value // what NZCV is now; 0: Host.Flags has it
	flagsDirty bool
	ef         ir.Value // the flags value that is in the host's flags register, 0: none
	alu        ir.Value // the value whose making set the host's flags register, if nothing has since
	efKind     efKind
	skip       ir.Value // was made together with the instruction before it
	twin       ir.Value // the half of SHA-256 rounds that was made with the other half, and is still to come
	lastTwin   ir.Value // the half made last
	replaces   bool     // the flags being read are replaced by the next instruction, before anybody can look

	cur     ir.BlockID
	pc      uint64 // of the current guest instruction
	insn    int32  // its number in the block
	hasNext bool
	next    ir.BlockID // the block placed behind the current one

	edges []edge
	stops []stop

	sums []sum // addresses that were checked

	arena         []Loc // the lists of the unit's edges
	moves, movesX []move
}

// numGuest counts the guest registers that are allocated: X0 to X30, SP, V0 to V31,
// and two pseudo-registers for operands of the flags.
const numGuest = 66

// NewCompiler makes a compiler for a host with the given features.
func NewCompiler(f Features, s *Stubs) *Compiler {
	c := &Compiler{feat: f, stubs: s}
	c.gpr.init(allocGPR)
	c.xmm.init(allocXMM)
	return c
}

// Native reports whether the back end has code for the instruction on this host.
func (c *Compiler) Native(in *ir.Inst) bool {
	e := c.emitterOf(in)
	return e.emit != nil && (e.when == nil || e.when(c, in))
}

// emitterOf is what translates the instruction, if anything does.
func (c *Compiler) emitterOf(in *ir.Inst) *emitter {
	if h := &halves[in.Op]; h.emit != nil && h.when(c, in) {
		return h
	}
	return &emitters[in.Op]
}

// emitter is how one operation is translated.
type emitter struct {
	emit func(c *Compiler, v ir.Value, in *ir.Inst)
	when func(c *Compiler, in *ir.Inst) bool // nil: always
}

// The operations' emitters; halves has those for half precision, where that is done another way.
var emitters, halves [ir.NumOps]emitter

// Compile translates u for the offset base in the code cache. The result is valid
// until the next call.
func (c *Compiler) Compile(u *ir.Unit, base int) *Code {
	c.u, c.base = u, base
	c.Buf = c.Buf[:0]
	c.code = Code{Links: c.code.Links[:0], Points: c.code.Points[:0], Locs: c.code.Locs[:0]}
	c.skip, c.twin, c.lastTwin = 0, 0, 0
	c.edges, c.stops, c.arena = c.edges[:0], c.stops[:0], c.arena[:0]
	c.analyze()
	c.reset()
	for i, id := range c.plan.order {
		c.hasNext = i+1 < len(c.plan.order)
		if c.hasNext {
			c.next = c.plan.order[i+1]
		}
		c.block(id)
	}
	for i := 0; i < len(c.edges); i++ {
		c.placeEdge(&c.edges[i])
	}
	for i := range c.stops {
		c.placeStop(&c.stops[i])
	}
	c.code.Text = c.Buf
	c.code.FlagsDead = c.plan.flagsDead
	return &c.code
}

// block emits one block.
func (c *Compiler) block(id ir.BlockID) {
	c.cur = id
	b := &c.u.Blocks[id]
	p := &c.plan.blocks[id]
	c.enterBlock(id, b, p)
	c.pc, c.insn = b.PC, -1
	if b.Insns > 0 {
		c.killFlags()
		c.aluRI(aluSub, true, R13, b.Insns)
		if id == 0 || p.loop {
			s := c.newStop(b.PC, b.Insns)
			c.jcc(ccL, &c.stops[s].label)
		}
	}
	for i := b.First; i < b.Last; i++ {
		in := &c.u.Insts[i]
		c.gpr.pinned, c.xmm.pinned = 0, 0
		if in.Op == ir.OpInsn {
			c.pc = in.Imm
			c.insn++
			continue
		}
		if ir.Value(i) == c.skip {
			c.skip = 0
			continue
		}
		if c.dead(ir.Value(i), in) {
			continue
		}
		c.emitterOf(in).emit(c, ir.Value(i), in)
		if c.vals[i].flagsEnd {
			c.dropFlags()
		}
	}
}

// dead reports whether nobody needs the value and making it has no effect. Its operands are let go.
func (c *Compiler) dead(v ir.Value, in *ir.Inst) bool {
	info := in.Op.Info()
	if info.Effect&^(ir.FPStatus) != 0 || c.vals[v].uses > 0 {
		return false
	}
	if info.Effect&ir.FPStatus != 0 {
		return false
	}
	for i, a := range [...]ir.Value{in.A, in.B, in.C} {
		if i < len(info.Args) && info.Args[i] != '.' && a != 0 {
			c.drop(a)
		}
	}
	return true
}

// stop is a way out of the middle of the unit, placed behind the code.
type stop struct {
	label Label
	point int // index into code.Points
}

// newStop makes a stop in front of a block, for the present state.
func (c *Compiler) newStop(pc uint64, refund int32) int {
	p := c.newPoint(pc, refund)
	c.code.Points[p].Spent = true
	c.stops = append(c.stops, stop{point: p})
	return len(c.stops) - 1
}

// newPoint records the present state for a place at which the unit can be stopped.
func (c *Compiler) newPoint(pc uint64, refund int32) int {
	c.flagsForPoint()
	first := len(c.code.Locs)
	var placed Pins
	c.code.Locs, placed = c.captureDirty(c.code.Locs)
	c.code.Points = append(c.code.Points, Point{
		PC: pc, Refund: refund, Flags: c.flagsLoc(),
		Locs: uint32(first), NumLocs: uint16(len(c.code.Locs) - first), Placed: placed,
	})
	return len(c.code.Points) - 1
}

func (c *Compiler) placeStop(s *stop) {
	c.Asm.bind(&s.label)
	c.callTo(c.stubs.stop - c.base)
	c.code.Points[s.point].Off = uint32(c.Pos())
}

// faultPoint records the present state for the current guest instruction, which may
// fault at the host instruction emitted next by the caller, and a stop for the same.
func (c *Compiler) faultPoint() int {
	return c.newPoint(c.pc, c.u.Blocks[c.cur].Insns-c.insn)
}

// stopAt makes a stop that shares the state of a point.
func (c *Compiler) stopAt(point int) *Label {
	c.code.Points = append(c.code.Points, c.code.Points[point])
	c.stops = append(c.stops, stop{point: len(c.code.Points) - 1})
	return &c.stops[len(c.stops)-1].label
}
