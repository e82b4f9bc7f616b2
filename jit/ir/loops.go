package ir

import "slices"

// MarkLoops sets Rank and Loop of all blocks. An edge to a block of the same or a lower rank is
// one back, and every way round in circles has such an edge.
func (u *Unit) MarkLoops() {
	for id := range u.Blocks {
		u.Blocks[id].Rank, u.Blocks[id].Loop = -1, false
	}
	next := int32(len(u.Blocks))
	u.rank(0, &next)
	for id := range u.Blocks {
		b := &u.Blocks[id]
		for _, s := range b.Succ {
			if s >= 0 && u.Blocks[s].Rank <= b.Rank {
				u.Blocks[s].Loop = true
			}
		}
	}
}

// rank gives ranks to the blocks that id leads to and then to id itself, from next down.
func (u *Unit) rank(id BlockID, next *int32) {
	b := &u.Blocks[id]
	b.Rank = 0 // seen
	for _, s := range b.Succ {
		if s >= 0 && u.Blocks[s].Rank < 0 {
			u.rank(s, next)
		}
	}
	*next--
	b.Rank = *next
}

// naturalLoop is the blocks of the loop with the given head, which comes first. A loop of one block
// is the innermost, though there may be other ways back to its head.
func (u *Unit) naturalLoop(head BlockID) []BlockID {
	loop := []BlockID{head}
	alone := slices.Contains(u.Blocks[head].Succ[:], head)
	part := make([]bool, len(u.Blocks)) // of the loop, but for its head
	for grown := !alone; grown; {
		grown = false
		for id := range u.Blocks {
			if id := BlockID(id); id != head && !part[id] && u.leadsInto(id, head, part) {
				loop, grown = append(loop, id), true
				part[id] = true
			}
		}
	}
	return loop
}

// leadsInto reports whether block id belongs to the loop, given the part of it found so far: it
// leads back to the head, or on to another block of the loop.
func (u *Unit) leadsInto(id, head BlockID, part []bool) bool {
	for _, s := range u.Blocks[id].Succ {
		if s == head && u.Blocks[id].Rank >= u.Blocks[head].Rank || s >= 0 && part[s] {
			return true
		}
	}
	return false
}

// InnermostLoop is the guest address of the head of the smallest loop that has the instruction at pc.
func (u *Unit) InnermostLoop(pc uint64) (head uint64, ok bool) {
	least := 0
	for id := range u.Blocks {
		if !u.Blocks[id].Loop {
			continue
		}
		loop := u.naturalLoop(BlockID(id))
		if ok && len(loop) >= least || !slices.ContainsFunc(loop, func(id BlockID) bool { return u.Blocks[id].has(pc) }) {
			continue
		}
		head, ok, least = u.Blocks[id].PC, true, len(loop)
	}
	return head, ok
}

// has reports whether the guest instruction at pc is in the block.
func (b *Block) has(pc uint64) bool { return pc >= b.PC && pc < b.PC+4*uint64(b.Insns) }
