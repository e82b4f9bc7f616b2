package jit

import (
	"sync/atomic"

	"axol/jit/interp"
	"axol/jit/ir"
	"axol/jit/lift"
)

// Whoever has the guest's exceptions (Config.Trap) goes back into the guest many times a
// second. This file keeps that way short, and lets it lead into the guest from the middle of
// a hook or a trap.

// exceptions are the exits that are for Config.Trap.
const exceptions = 1<<ExitBRK | 1<<ExitUndefined | 1<<ExitFault | 1<<ExitFetch | 1<<ExitAlign | 1<<ExitStep

// trapped lets Config.Trap have an exit, and says whether the guest goes on: then from within the hook, as behind one. If
// not, c.exit is what Run returns.
func (c *CPU) trapped(x Exit) bool {
	c.exit = x
	if c.eng.cfg.Trap == nil || exceptions>>x.Kind&1 == 0 {
		return false
	}
	c.enterPhase(hooking)
	on := c.eng.cfg.Trap(c, &c.exit)
	if on {
		c.forgetBranch()
	}
	c.again = false
	return on
}

// Hold has kicks wait, or lets them through again: what is a kick for others is an interrupt for
// the guest, and those can be masked.
func (c *CPU) Hold(on bool) {
	c.held = on
	if c.until != forever {
		c.ration()
	}
	if !on && c.kicked.Load() {
		atomic.StoreUint32(&c.frame.State.Kicked, 1)
	}
}

// landings are where the CPU has entered generated code from the engine, by guest address. An
// entry is good as long as no unit has been dropped since it was made.
type landings [1 << landingBits]struct {
	pc     uint64
	drops  uint64
	code   uintptr
	regime regime
}

const landingBits = 10

func landingOf(pc uint64) uint64 { return pc >> 2 & (1<<landingBits - 1) }

// land chooses the unit at State.PC without asking for it, if it is remembered. Who drops units
// counts them first; enterInside has the barrier behind which translated looks at the count.
func (c *CPU) land() bool {
	st := c.State()
	pc := untag(st.PC)
	l := &c.landings[landingOf(pc)]
	drops := c.eng.drops.Load()
	if pc&3 != 0 || l.code == 0 || l.drops != drops || l.pc != pc || l.regime != c.regime() || st.PSTATE&ir.PSTATEBTYPE != 0 {
		return false
	}
	st.PC = pc
	c.next, c.behind, c.drops = l.code, nothing, drops
	return true
}

// remember makes what is entered next a landing. Engine.mu is held.
func (c *CPU) remember() {
	pc := c.State().PC
	l := &c.landings[landingOf(pc)]
	l.pc, l.regime, l.drops, l.code = pc, c.regime(), c.drops, c.next
}

// Nested is Run for the owner of Hook, Stepped or Trap, called by these: it runs other guest code
// first, which is not stepped, and which kicks can stop. What the vCPU was doing goes on when they return, with the State they leave behind.
func (c *CPU) Nested() Exit {
	type place struct {
		next        uintptr
		behind      behind
		drops       uint64
		entered     bool
		fill        *filling
		at          *unit
		again       bool
		alone       bool
		until       uint64
		stepping    bool
		inner       bool
		held        bool
		ahead       int64
		owed        int64
		exit        Exit
		resume      uint64
		interpreter interp.Machine
	}
	h := &c.frame.Host
	phase := c.phase()
	old, called := place{c.next, c.behind, c.drops, c.entered, c.fill, c.at, c.again, c.alone, c.until, c.stepping, c.inner, c.held, c.ahead, c.owed, c.exit, h.Resume, c.machine}, c.called
	c.resetMachine()
	c.again, c.alone, c.stepping, c.held = false, false, false, false
	c.enterPhase(outside)
	x := c.Run()
	c.next, c.behind, c.drops, c.entered, c.fill, c.at = old.next, old.behind, old.drops, old.entered, old.fill, old.at
	c.called = called
	c.again, c.alone, c.until, c.stepping, c.inner, c.held = old.again, old.alone, old.until, old.stepping, old.inner, old.held
	c.ahead, c.owed, c.exit, h.Resume, c.machine = old.ahead, old.owed, old.exit, old.resume, old.interpreter
	// The same phase as before: for others, the CPU has been in the one hook all the time.
	atomic.StoreUint64(&h.Phase, phase)
	return x
}

func (c *CPU) resetMachine() {
	c.machine = interp.Machine{
		Hook: c.hookInterpreted,
		Lift: func(u *ir.Unit, pc uint64, word uint32) { c.one.lifter.One(u, pc, word, &lift.Options{}) },
	}
}
