package jit

import "axol/jit/a64"

// Code is translated twice: a block at a time when it is first met, so that what runs once costs
// little, and as a region when it proves hot. Hot is where CPUs are found when their slice of
// the budget is used up: nothing is counted in generated code.
//
// A block met by way of direct branches belongs to the block the way began with, its root: the
// beginning of a function, or what a call returned to. When a block is found hot, its root
// becomes a region, and so does the head of the innermost loop around it. Blocks that a region
// stands for stay for as long as somebody is in them.

// A CPU looks around every minSlice guest instructions, and less often when it finds itself in regions.
const (
	minSlice = 1 << 16
	maxSlice = 1 << 20
	hot      = 2 // times a root is found running before it becomes a region
)

// tiered reports whether blocks come before regions.
func (e *Engine) tiered() bool { return tiers && !e.cfg.Off.Regions && !e.cfg.Off.Tiers }

// found is called when the CPU's slice is used up in u, in front of the block at State.PC.
func (c *CPU) found(u *unit) {
	e := c.eng
	e.lock()
	defer e.mu.Unlock()
	if u.over != nil { // it came by the jump cache, which can do better
		c.forgetJump(u)
	}
	if u.region || u.dead || u.over != nil || !e.tiered() {
		c.slice = min(2*c.slice, maxSlice)
		return
	}
	c.slice = e.slice()
	root := u.root
	if root.dead || root.over != nil {
		root = u
	}
	if root.heat++; root.heat >= hot {
		e.promote(root, c.State().PC)
	}
}

// slice is the first slice of a CPU.
func (e *Engine) slice() int64 {
	switch {
	case e.cfg.Slice != 0:
		return e.cfg.Slice
	case e.tiered():
		return minSlice
	}
	return maxSlice
}

// promote makes a region of what begins like u, and one of the innermost loop around pc. e.mu is held.
func (e *Engine) promote(u *unit, pc uint64) {
	e.translate(u.pc, u.regime, true)
	head, ok := e.unit.InnermostLoop(pc)
	if !ok || head == u.pc {
		return
	}
	if h := e.units[u.regime][head]; h == nil || !h.region {
		e.translate(head, u.regime, true)
	}
}

// supersede makes n what is run instead of u from now on. CPUs that are in u may stay there: it does the
// same. e.mu is held.
func (e *Engine) supersede(u, n *unit) {
	u.over = n
	for _, l := range u.in {
		e.unlink(l)
		if n.entry >= 0 {
			e.link(l, n)
		}
	}
	u.in = nil
	e.redirectJump(u, n)
}

// hostAddr is where generated code jumps to for u.
func (e *Engine) hostAddr(u *unit) uint64 { return uint64(e.cache.rx) + uint64(u.entry) }

// rootOf is the root of block u, which was met by l; nil: by an indirect branch.
func (e *Engine) rootOf(u *unit, l *link) *unit {
	if l == nil || l.from.region {
		return u
	}
	last := l.from.code[len(l.from.code)-1].End - 4
	if word, ok := e.cfg.Guest.Fetch(last); !ok || a64.Decode(word).Op == a64.OpBl {
		return u
	}
	return l.from.root
}
