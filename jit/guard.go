package jit

import (
	"axol/jit/a64"
	"axol/jit/ir"
	"axol/jit/lift"
)

// Guarded pages (FEAT_BTI). Package lift has how generated code tells the type of an indirect branch. The engine
// checks it against the instruction that is led to before it enters that branch into the jump cache.
//
// Between two units, State.PSTATE has BTYPE. What is found in the jump cache does not set it: who could
// tell are instructions that take an exception, and of those that may be led to in a guarded page only
// breakpoints do, which are not entered.

// Guard says that the guest has guarded pages from now on, and where: in these, an indirect branch that does not
// lead to a landing pad is an ExitBranchTarget. What changes about them later is to be told to Invalidate.
func (e *Engine) Guard(guarded func(pc uint64) bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.guarded.Store(&guarded)
	e.lopt.Types, e.lopt.Guarded = true, guarded
	e.flush()
}

const (
	btypeShift = 10
	typeShift  = 48
	typeless   = 1<<typeShift - 1 // an address without a type
)

// branched takes the type of an indirect branch, if it has one, out of State.PC, and returns it as the
// jump cache has it.
func (c *CPU) branched() (told uint64) {
	st := c.State()
	kind := st.PC >> typeShift
	if kind>>2 != lift.Branched || c.eng.guarded.Load() == nil {
		return 0
	}
	if low := st.PC & typeless; low != st.Branch && (low != 1 || st.Branch <= typeless) {
		return 0 // no branch, but somebody who set PC
	}
	st.PC = st.Branch
	st.PSTATE = st.PSTATE&^ir.PSTATEBTYPE | kind&3<<btypeShift
	return kind << typeShift
}

// lands is the check of PSTATE.BTYPE for the instruction at State.PC, which then has executed, as far
// as BTYPE goes, unless it is a breakpoint: that takes BTYPE with it.
func (c *CPU) lands() bool {
	st := c.State()
	kind := st.PSTATE & ir.PSTATEBTYPE >> btypeShift
	if kind == 0 {
		return true
	}
	if guarded := c.eng.guarded.Load(); guarded != nil && (*guarded)(st.PC) {
		word, _ := c.eng.cfg.Guest.Fetch(st.PC)
		if !lift.Lands(word, kind) {
			return false
		}
		if op := a64.Decode(word).Op; op == a64.OpBrk || op == a64.OpHlt {
			return true
		}
	}
	c.forgetBranch()
	return true
}

// forgetBranch clears PSTATE.BTYPE, as executing an instruction does.
func (c *CPU) forgetBranch() { c.State().PSTATE &^= ir.PSTATEBTYPE }

// branches reports whether word is of the class of indirect branches, which are lifted by what is guarded.
func branches(word uint32) bool { return word>>25 == 0x6B }
