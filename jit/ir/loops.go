package ir

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
