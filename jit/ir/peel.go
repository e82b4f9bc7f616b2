package ir

import "slices"

// maxPeeled bounds the guest instructions of a loop that is peeled, maxUnrolled those of the
// rounds that become one round.
const (
	maxPeeled   = 40
	maxUnrolled = 32
	maxCopies   = 4
)

// peelLoops takes the first round of each small innermost loop out of the loop. The loop's blocks stay
// for that round, and lead into copies of themselves, which are the loop from then on. All that
// comes to the head of the copy has been through a round, so that what a round leaves behind (what
// NZCV is a comparison of, which vector registers hold scalars) is true on every way there, and a
// back end need not bring it into a general form.
func (u *Unit) peelLoops() {
	for head := len(u.Blocks) - 1; head >= 0; head-- {
		if !u.Blocks[head].Loop {
			continue
		}
		if loop := u.loopOf(BlockID(head)); loop != nil {
			u.peel(BlockID(head), loop)
		}
	}
}

// loopOf is the blocks of the loop with the given head, if it can be peeled: if it is small, has
// no other loop inside, and no other way in.
func (u *Unit) loopOf(head BlockID) []BlockID {
	loop := u.naturalLoop(head)
	insns := int32(0)
	for _, id := range loop {
		b := &u.Blocks[id]
		insns += b.Insns
		if id != head && (id == 0 || b.Loop) || insns > maxPeeled {
			return nil
		}
	}
	for id := range u.Blocks {
		if slices.Contains(loop, BlockID(id)) {
			continue
		}
		for _, s := range u.Blocks[id].Succ {
			if s != head && slices.Contains(loop, s) {
				return nil
			}
		}
	}
	return loop
}

// peel makes a copy of the loop, or, of a very small one, a few in a row. Only the first copy's head
// is the head of a loop.
func (u *Unit) peel(head BlockID, loop []BlockID) {
	insns := int32(0)
	for _, id := range loop {
		insns += u.Blocks[id].Insns
	}
	copies := max(1, min(maxCopies, maxUnrolled/int(insns)))
	first := BlockID(len(u.Blocks))
	for n := range copies {
		base := BlockID(len(u.Blocks))
		next := base + BlockID(len(loop)) // the head of the next copy
		if n == copies-1 {
			next = first
		}
		for _, id := range loop {
			u.Blocks = append(u.Blocks, u.copyBlock(id))
			b := &u.Blocks[len(u.Blocks)-1]
			for k, s := range b.Succ {
				if s == head {
					b.Succ[k] = next
				} else if i := slices.Index(loop, s); i >= 0 {
					b.Succ[k] = base + BlockID(i)
				}
			}
			b.Loop = b.Loop && n == 0
		}
	}
	for _, id := range loop {
		for k, s := range u.Blocks[id].Succ {
			if s == head {
				u.Blocks[id].Succ[k] = first
			}
		}
	}
	u.Blocks[head].Loop = false
}

// copyBlock copies the instructions of a block: values do not leave their block, so that
// all operands move by the same distance.
func (u *Unit) copyBlock(id BlockID) Block {
	b := u.Blocks[id]
	by := Value(len(u.Insts)) - Value(b.First)
	for _, in := range u.Insts[b.First:b.Last] {
		args := in.Op.Info().Args
		for k, a := range [...]*Value{&in.A, &in.B, &in.C} {
			if k < len(args) && args[k] != '.' && *a != 0 {
				*a += by
			}
		}
		u.Insts = append(u.Insts, in)
	}
	b.First, b.Last = b.First+int32(by), b.Last+int32(by)
	return b
}
