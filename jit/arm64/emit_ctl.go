package arm64

import "axol/jit/a64"

// Branches.

func init() {
	register(branch, a64.OpB)
	register(call, a64.OpBl)
	register(conditional, a64.OpBCond, a64.OpBcCond, a64.OpCbz, a64.OpCbnz, a64.OpTbz, a64.OpTbnz)
	register(indirect, a64.OpBr, a64.OpBlr, a64.OpRet)
	// Code of authenticated branches is the interpreter's: the host's keys are not the guest's.
	register(alone, a64.OpBraa, a64.OpBraaz, a64.OpBlraa, a64.OpBlraaz, a64.OpRetaa)
}

func target(pc uint64, in a64.Inst) uint64 { return pc + uint64(in.BranchOffset()) }

// branch goes on at the target: if that has no place yet, it gets the next one, and there is nothing to do.
func branch(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	if r.opt.Single {
		return alone(r, pc, in)
	}
	r.cur().Branch = true
	to := target(pc, in)
	if r.opt.Region {
		if _, placed := r.placed[to]; !placed && r.room(to) {
			return to, true
		}
	}
	r.goTo(to)
	return pc + 4, false
}

// call writes the return address and leaves.
func call(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	if r.opt.Single {
		return alone(r, pc, in)
	}
	r.cur().Branch = true
	r.literal(lr, pc+4)
	r.link(target(pc, in))
	if r.opt.Region {
		r.pending = append(r.pending, pc+4)
	}
	return pc + 4, false
}

// conditional stays what it is: it leads to the target if that is in the unit, else to a way out.
func conditional(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	if r.opt.Single {
		return alone(r, pc, in)
	}
	r.cur().Branch = true
	word, inMemory := named(in)
	if len(inMemory) > 0 {
		r.put(mrs(Temp, sysTPIDR), ldr(Temp, Temp, homeX(inMemory[0])))
		word = rename(in, word, inMemory[0], Temp)
	}
	if in.Op == a64.OpBcCond {
		word &^= 1 << 4 // B.cond: the hint alone is what an older host does not know
	}
	to := target(pc, in)
	r.fixups = append(r.fixups, fixup{r.here(), to})
	r.put(word)
	if !r.opt.Region {
		r.goTo(pc + 4)
		return pc + 4, false
	}
	r.pending = append(r.pending, to)
	r.split()
	return pc + 4, true
}

// split begins a block behind a conditional branch.
func (r *Rewriter) split() {
	if r.opt.Counted {
		r.endBlock()
		r.beginBlock()
	}
}

// indirect leads to the mirror: to the address that differs from the guest's by some bits. There is a branch to the unit,
// or nothing, so that the engine gets a signal, with the guest address in PC.
func indirect(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	if r.opt.Single || r.opt.Direct {
		return alone(r, pc, in)
	}
	r.cur().Branch = true
	n := reg(in.Rn())
	switch n {
	case goG:
		n = Kept
	case Kept, Temp:
		r.put(mrs(Temp, sysTPIDR), ldr(Temp, Temp, homeX(n)))
		n = Temp
	case zr:
		r.put(movz(Temp, 0))
		n = Temp
	}
	r.put(eorBits(Temp, n, r.opt.MirrorLo, r.opt.MirrorHi))
	if in.Op == a64.OpBlr {
		r.literal(lr, pc+4)
		if r.opt.Region {
			r.pending = append(r.pending, pc+4)
		}
	}
	r.put(br(Temp))
	return pc + 4, false
}

// goTo places a branch to a guest address, which the instructions in front of it lead to.
func (r *Rewriter) goTo(pc uint64) {
	at := uint16(r.here())
	r.code.Exits = append(r.code.Exits, Place{Kind: ExitLink, PC: pc, Start: at, End: at + 1})
	if _, placed := r.placed[pc]; placed {
		r.fixups = append(r.fixups, fixup{r.here(), pc})
		r.put(jump)
		return
	}
	r.link(pc)
}

// link places a branch that can be linked to the unit for a guest address. What it leads to otherwise comes later.
func (r *Rewriter) link(pc uint64) {
	r.code.Links = append(r.code.Links, Link{Target: pc, At: uint16(r.here())})
	r.tails = append(r.tails, tail{kind: ExitLink, pc: pc, from: r.here(), index: len(r.code.Links) - 1})
	r.put(jump)
}
