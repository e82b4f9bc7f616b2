package jit

import (
	"sort"
	"sync/atomic"

	"axol/jit/ir"
)

// leftByLink goes on at the target of a direct branch, and links it.
func (c *CPU) leftByLink(number uint32) (Exit, bool) {
	e, st := c.eng, c.State()
	e.lock()
	defer e.mu.Unlock()
	l := c.fill.links[number]
	st.PC = l.target
	if c.ran() {
		return Exit{}, false
	}
	u, ex := c.find(l)
	if u == nil {
		return ex, true
	}
	if u.entry < 0 || c.fill != e.fill {
		return Exit{}, false
	}
	if !l.from.dead && l.to == nil && !e.cfg.Off.Links && l.from.regime == u.regime {
		e.link(l, u)
	}
	c.enterAt(u)
	return Exit{}, false
}

// leftByLookup goes on at the target of an indirect branch, and remembers it.
func (c *CPU) leftByLookup() (Exit, bool) {
	e, st := c.eng, c.State()
	e.lock()
	defer e.mu.Unlock()
	told := c.branched()
	if c.ran() {
		return Exit{}, false
	}
	u, ex := c.find(nil)
	if u == nil {
		return ex, true
	}
	e.stats.Lookups++
	if u.entry < 0 {
		return Exit{}, false
	}
	if !e.cfg.Off.JumpCache && st.PSTATE&ir.PSTATEBTYPE == 0 {
		c.learnJump(u, told)
	}
	c.enterAt(u)
	return Exit{}, false
}

// untag is the address an indirect branch goes to: with top-byte-ignore the tag of a
// user address is dropped (Arm ARM, BranchTo and AddrTop).
func untag(pc uint64) uint64 {
	if pc>>55&1 == 0 {
		return pc & (1<<56 - 1)
	}
	return pc
}

// goOnAlone goes on behind what generated code was left for, without generated code: what
// stood in front of an instruction is not to be run twice.
func (c *CPU) goOnAlone() (Exit, bool) {
	b := c.behind
	c.next, c.behind = 0, nothing
	c.enterPhase(outside)
	c.refund()
	switch b {
	case behindHook:
		return c.step()
	case behindHelper:
		c.State().Budget-- // it was run
		c.stepped(c.State().PC - 4)
	}
	return Exit{}, false
}

// evaluate runs one instruction by the interpreter, outside of the budget and whether or not
// the CPU is kicked: nobody could tell that it was not run.
func (c *CPU) evaluate(pc uint64, word uint32) (Exit, bool) {
	st := c.State()
	st.PC = pc
	for st.Budget++; st.Budget < 1; { // a unit may have run far beyond a small slice
		c.grant()
	}
	k, kicked := ir.ExitBudget, uint32(0)
	for k == ir.ExitBudget { // before it began
		kicked |= atomic.SwapUint32(&st.Kicked, 0)
		k = c.machine.Run(c.one.get(pc, word, c.eng.guarded.Load()), st)
	}
	if kicked != 0 {
		atomic.StoreUint32(&st.Kicked, 1)
	}
	if k == ir.ExitFault {
		st.Budget-- // it gave the instruction back
	}
	return c.evaluated(k)
}

// step runs the instruction at PC by the interpreter.
func (c *CPU) step() (Exit, bool) {
	st := c.State()
	word, ok := c.eng.cfg.Guest.Fetch(st.PC)
	if !ok {
		return Exit{Kind: ExitFetch}, true
	}
	pc := st.PC
	ex, done := c.evaluate(pc, word)
	if !done || ex.Kind != ExitFault {
		st.Budget-- // it was run; a fault is not
	}
	if !done && st.PC == pc+4 {
		c.stepped(pc)
	}
	return c.steppedOver(word, ex, done)
}

// stepped tells that the instruction at pc was run on its own.
func (c *CPU) stepped(pc uint64) {
	if c.eng.cfg.Stepped != nil {
		c.enterPhase(hooking)
		c.eng.cfg.Stepped(c, pc)
		c.enterPhase(outside)
	}
}

// resume is the host address behind the hook or helper that left generated code.
func (c *CPU) resume() uintptr { return uintptr(c.frame.Host.Resume) }

// unitAt is the unit at a host address that the CPU has been at. It may be gone. Engine.mu is held.
func (c *CPU) unitAt(pc uintptr) *unit {
	off := int(pc - c.eng.cache.rx)
	order := c.fill.order
	i := sort.Search(len(order), func(i int) bool { return order[i].entry > off })
	return order[i-1]
}

func (c *CPU) count(f func(*Stats)) {
	c.eng.lock()
	f(&c.eng.stats)
	c.eng.mu.Unlock()
}
