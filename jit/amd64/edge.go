package amd64

import (
	"unsafe"

	"axol/jit/ir"
)

// edge is a way from one block to another, or out of the unit, whose code stands
// behind the blocks.
type edge struct {
	label Label
	to    ir.BlockID
	locs  []Loc
	fl    flagState
}

// enterBlock establishes the state at the beginning of a block.
func (c *Compiler) enterBlock(id ir.BlockID, b *ir.Block, p *blockPlan) {
	switch {
	case id == 0:
		c.reset()
		c.enterPins()
		if p.preds > 1 {
			c.shuffle(c.captureAll(), flagState{}, id)
			c.Asm.bind(&p.label)
			c.enterJoint(id)
		} else {
			c.Asm.bind(&p.label)
		}
	case p.inherit:
		c.Asm.bind(&p.label)
		c.restore(p.entry, p.fl, p.flagsLive)
	default:
		c.Asm.bind(&p.label)
		c.enterJoint(id)
	}
}

// enterJoint makes the planned registers the state.
func (c *Compiler) enterJoint(id ir.BlockID) {
	c.reset()
	p := &c.plan.blocks[id]
	for m := c.joint(id); m != 0; m &= m - 1 {
		n := trailing(m)
		l := Loc{Guest: uint8(n), Where: InReg, Reg: c.plan.home[n], Scalar: p.in.scalar(n)}
		v := c.adopt(n, l)
		c.guest[n] = v
		c.vals[v].guest = 1 << n
	}
	c.dirty = c.joint(id) & (c.plan.writes | pinned)
	if p.flagsLive {
		c.enterRecipe(&p.in.flags)
	}
}

// enterRecipe makes NZCV the comparison that the facts of a joint say it is.
func (c *Compiler) enterRecipe(r *recipe) {
	if r.Kind == FlagsHome {
		return
	}
	v := c.pseudo(numGuest)
	c.vals[v] = val{reg: NoReg, typ: ir.Flags, fk: r.Kind, wide: r.Wide, guest: 1}
	hold := func(o operand, n int) ir.Value {
		var p ir.Value
		switch o.where {
		case InHome:
			p = c.get(int(o.n))
		case IsConst:
			p = c.adopt(n, Loc{Guest: uint8(n), Where: IsConst, Imm: o.imm})
		default:
			return 0
		}
		c.vals[p].uses++
		return p
	}
	c.vals[v].fa = hold(r.a, guestFA)
	c.vals[v].fb = hold(r.b, guestFB)
	c.flags, c.flagsDirty = v, true
}

// direct reports whether a jump can go to block id as it is: nothing is to be done on the way.
func (c *Compiler) direct(id ir.BlockID, locs []Loc, fl flagState) bool {
	p := &c.plan.blocks[id]
	if p.exit {
		return false
	}
	if p.inherit {
		return true
	}
	if fl.dirty && p.flagsLive && p.in.flags.Kind == FlagsHome {
		return false
	}
	want := c.joint(id)
	have := uint64(0)
	for _, l := range locs {
		if l.Guest >= guestFA {
			continue
		}
		n := l.Guest
		if want>>n&1 == 0 {
			if l.Dirty {
				return false
			}
			continue
		}
		if l.Where != InReg || l.Reg != c.plan.home[n] || l.narrower(p.in.scalar(int(n))) {
			return false
		}
		have |= 1 << n
	}
	return have == want
}

// jumpTo is a jump, conditional when h says so, to block id with the state of the list.
func (c *Compiler) jumpTo(h hostCond, id ir.BlockID, locs []Loc, fl flagState) {
	p := &c.plan.blocks[id]
	if p.inherit && !p.taken {
		p.entry = locs
		p.fl, p.taken = fl, true
	}
	l := &p.label
	if !c.direct(id, locs, fl) {
		c.edges = append(c.edges, edge{to: id, locs: locs, fl: fl})
		l = &c.edges[len(c.edges)-1].label
	}
	c.jumpIf(h, l)
}

func (c *Compiler) jumpIf(h hostCond, l *Label) {
	switch {
	case h.never:
	case h.always:
		c.jmp(l)
	case h.orP:
		c.jcc(ccP, l)
		c.jcc(h.cc, l)
	case h.andNP:
		var over Label
		c.jcc(ccP, &over)
		c.jcc(h.cc, l)
		c.Asm.bind(&over)
	default:
		c.jcc(h.cc, l)
	}
}

// fallTo continues at block id, which may be placed next, with the present state.
func (c *Compiler) fallTo(id ir.BlockID, locs []Loc, fl flagState) {
	p := &c.plan.blocks[id]
	next := c.hasNext && c.next == id
	switch {
	case p.exit:
		c.exitTo(c.u.Insts[c.u.Blocks[id].First].Imm, locs, fl)
	case p.inherit:
		p.entry = locs
		p.fl, p.taken = fl, true
		if !next {
			c.jmp(&p.label)
		}
	default:
		c.shuffle(locs, fl, id)
		if !next {
			c.jmp(&p.label)
		}
	}
}

// branch ends a block two ways: to taken if h holds, else to not. Code that an edge back to the
// head of a loop needs is placed inline, so that a round takes one jump.
func (c *Compiler) branch(h hostCond, taken, not ir.BlockID) {
	locs, fl := c.captureAll(), c.flagsAtEdge()
	if taken == not {
		c.fallTo(taken, locs, fl)
		return
	}
	t := &c.plan.blocks[taken]
	back := t.loop && t.pos <= c.plan.blocks[c.cur].pos
	if back && !c.direct(taken, locs, fl) || c.hasNext && c.next == taken {
		h, taken, not = h.invert(), not, taken
	}
	c.jumpTo(h, taken, locs, fl)
	c.fallTo(not, locs, fl)
}

// placeEdge emits the code of an edge.
func (c *Compiler) placeEdge(e *edge) {
	c.Asm.bind(&e.label)
	p := &c.plan.blocks[e.to]
	if p.exit {
		c.exitTo(c.u.Insts[c.u.Blocks[e.to].First].Imm, e.locs, e.fl)
		return
	}
	c.shuffle(e.locs, e.fl, e.to)
	c.jmp(&p.label)
}

// shuffle brings the state of a list into the form block id wants at its joint.
func (c *Compiler) shuffle(locs []Loc, fl flagState, id ir.BlockID) {
	p := &c.plan.blocks[id]
	if fl.dirty && p.flagsLive && p.in.flags.Kind == FlagsHome {
		c.saveFlagsAt(locs, fl)
	}
	want := c.joint(id)
	moves, movesX := c.moves[:0], c.movesX[:0]
	rest := want
	for _, l := range locs {
		if l.Guest >= guestFA {
			continue
		}
		n := int(l.Guest)
		if want>>n&1 == 0 {
			if l.Dirty {
				c.storeLoc(l)
			}
			continue
		}
		if l.Where == InHome {
			continue
		}
		rest &^= 1 << n
		dst := c.plan.home[n]
		if n >= guestV {
			if l.Where == InReg && l.narrower(p.in.scalar(n)) {
				c.zeroAbove(l.Reg, l.Scalar)
			}
			movesX = append(movesX, move{dst: dst, src: l})
		} else {
			moves = append(moves, move{dst: dst, src: l})
		}
	}
	c.moves, c.movesX = moves, movesX
	c.parallel(moves, &c.gpr)
	c.parallel(movesX, &c.xmm)
	for ; rest != 0; rest &= rest - 1 {
		n := trailing(rest)
		c.loadHome(c.plan.home[n], n)
	}
}

// narrower reports whether fewer bytes of the register count than a joint wants, where it takes
// the lowest scalar bytes of a vector register, or, with 0, all.
func (l *Loc) narrower(scalar uint8) bool {
	return l.Scalar != 0 && (scalar == 0 || l.Scalar < scalar)
}

type move struct {
	dst Reg
	src Loc
}

// parallel performs moves as if all at once; rax, xmm15 break cycles. Constants
// and loads come last: nothing depends on their sources.
func (c *Compiler) parallel(moves []move, f *file) {
	for i := 0; i < len(moves); {
		m := moves[i]
		if m.src.Where == InReg && m.src.Reg == m.dst {
			moves[i] = moves[len(moves)-1]
			moves = moves[:len(moves)-1]
			continue
		}
		i++
	}
	for left := len(moves); left > 0; {
		progress := false
		for i := range moves {
			m := &moves[i]
			if m.dst == NoReg || m.src.Where != InReg || reads(moves, m.dst) {
				continue
			}
			c.move(f, m.dst, m.src.Reg)
			m.dst = NoReg
			left--
			progress = true
		}
		if progress {
			continue
		}
		cycle := false
		for i := range moves {
			m := &moves[i]
			if m.dst != NoReg && m.src.Where == InReg {
				tmp := scratch
				if f == &c.xmm {
					tmp = scratchX
				}
				// Free the register that is read: its other readers read the copy.
				src := m.src.Reg
				c.move(f, tmp, src)
				for k := range moves {
					if moves[k].src.Where == InReg && moves[k].src.Reg == src {
						moves[k].src.Reg = tmp
					}
				}
				cycle = true
				break
			}
		}
		if cycle {
			continue
		}
		for i := range moves {
			if m := &moves[i]; m.dst != NoReg {
				c.loadLoc(m.dst, m.src)
				m.dst = NoReg
				left--
			}
		}
	}
}

// reads reports whether a pending move reads register r.
func reads(moves []move, r Reg) bool {
	for i := range moves {
		if moves[i].dst != NoReg && moves[i].src.Where == InReg && moves[i].src.Reg == r {
			return true
		}
	}
	return false
}

// loadLoc loads what is in a slot or a constant.
func (c *Compiler) loadLoc(dst Reg, l Loc) {
	vec := l.Guest >= guestV && l.Guest < guestFA
	switch {
	case vec && l.Where == InSlot:
		c.movups(dst, spillMemX(int(l.Imm)))
		if l.Scalar != 0 {
			c.zeroAbove(dst, l.Scalar)
		}
	case vec:
		c.constX(dst, &val{imm: l.Imm})
	case l.Where == InSlot:
		c.load(true, dst, spillMem(int(l.Imm)))
	default:
		c.movImm(dst, l.Imm)
	}
}

// storeLoc stores a dirty guest register to its home.
func (c *Compiler) storeLoc(l Loc) {
	n := int(l.Guest)
	if n >= guestV {
		r := l.Reg
		if l.Where != InReg {
			r = scratchX
			c.loadLoc(r, Loc{Guest: l.Guest, Where: l.Where, Imm: l.Imm})
		}
		c.storeHomeV(n-guestV, r, l.Scalar)
		return
	}
	switch l.Where {
	case InReg:
		c.store(true, homeX(n), l.Reg)
	case IsConst:
		c.storeConst(homeX(n), l.Imm)
	case InSlot:
		c.load(true, scratch, spillMem(int(l.Imm)))
		c.store(true, homeX(n), scratch)
	}
}

// saveFlagsAt stores the NZCV of an edge to its home.
func (c *Compiler) saveFlagsAt(locs []Loc, fl flagState) {
	ef := fl.ef
	if !fl.valid || !ef.full() {
		var a, b Loc
		for _, l := range locs {
			switch l.Guest {
			case guestFA:
				a = l
			case guestFB:
				b = l
			}
		}
		ef = c.emitFlags(fl.FlagsLoc, a, b, fl.single)
	}
	c.saveEF(ef, hostFlags())
}

// exitTo leaves the unit for guest address pc. Where NZCV is not in its place there are
// two jumps to patch: one in front of the code that puts it there, for targets that
// do not look.
func (c *Compiler) exitTo(pc uint64, locs []Loc, fl flagState) {
	compared := false // what NZCV is a comparison of is where a pinned register is to be
	for _, l := range locs {
		if l.Dirty && (l.Guest >= guestV || pinned>>l.Guest&1 == 0) {
			c.storeLoc(l)
		}
		compared = compared || l.Guest >= guestFA && fl.Kind != FlagsFCmp && l.Where == InReg && !inPlace(locs, l.Reg)
	}
	link := Link{Target: pc}
	switch {
	case fl.dirty && compared:
		c.saveFlagsAt(locs, fl)
		c.leavePins(locs, NoReg)
	case fl.dirty:
		c.leavePins(locs, NoReg)
		link.Lazy = c.patchable()
		c.saveFlagsAt(locs, fl)
	default:
		c.leavePins(locs, NoReg)
	}
	link.Full = c.patchable()
	c.rm(0xC7, false, 0, st(ir.OffExitArg))
	link.Num = uint32(c.Pos())
	c.u32(0)
	c.jmpTo(c.stubs.link - c.base)
	c.code.Links = append(c.code.Links, link)
}

// patchable emits a jump to the next instruction, its displacement aligned so that
// it can be replaced while others execute it. It returns the displacement's offset.
func (c *Compiler) patchable() uint32 {
	c.nops(-(c.base + c.Pos() + 1) & 3)
	c.byte(0xE9)
	c.u32(0)
	return uint32(c.Pos() - 4)
}

// flushState stores everything, for a way out that is taken here and now.
func (c *Compiler) flushState(pc uint64) {
	c.flush()
	c.storeConst(st(ir.OffPC), pc)
}

// exitIndirect leaves the unit for the address in target: by the jump cache, or through the engine.
func (c *Compiler) exitIndirect(target Reg) {
	c.killFlags()
	c.movRR(false, scratch, target)
	c.aluRI(aluAnd, false, scratch, (JumpEntries-1)<<2)
	entry := Mem{Base: RBP, Index: scratch, Scale: 2, Disp: jumpOff}
	c.aluRM(aluCmp, true, target, entry)
	var miss Label
	c.jcc(ccNE, &miss)
	c.jmpMem(plus(entry, int32(unsafe.Offsetof(JumpEntry{}.Code))))
	c.Asm.bind(&miss)
	c.store(true, st(ir.OffPC), target)
	c.jmpTo(c.stubs.lookup - c.base)
}
