package jit

import (
	"sync/atomic"

	"axol/jit/ir"
	"axol/jit/lift"

	"golang.org/x/sys/unix"
)

type oneLifter = lift.Lifter

// ExitKind says why Run returned.
type ExitKind uint8

// The kinds of exit. State.PC is exact in all of them.
const (
	ExitKicked       ExitKind = iota // somebody called Kick
	ExitSVC                          // SVC; Arg is its number, PC the next instruction
	ExitBRK                          // BRK; Arg is its number, PC its own address
	ExitUndefined                    // not an instruction, or one that is not supported; Arg is the word
	ExitFault                        // data abort at Addr; Arg is made of ir.FaultStore and ir.FaultUnaligned
	ExitFetch                        // the guest may not execute at PC
	ExitAlign                        // PC is not a multiple of 4
	ExitWait                         // WFE, WFI or YIELD; PC is the next instruction
	ExitStep                         // the instruction to be stepped has run; Arg is 1 if it was a load-exclusive, PC where the guest goes on
	ExitBranchTarget                 // an indirect branch has led to PC, which is guarded and no landing pad for it
	ExitDead                         // Config.Trap has given the guest up
	ExitRan                          // as many instructions have run as RunFor was to run; PC is the next
)

var exitNames = [...]string{"kicked", "svc", "brk", "undefined", "fault", "fetch", "align", "wait", "step", "branch target", "dead", "ran"}

func (k ExitKind) String() string { return exitNames[k] }

// Exit is why Run returned.
type Exit struct {
	Kind ExitKind
	Arg  uint64
	Addr uint64
}

// Run runs guest code from State.PC until the machine has to act. It must always be
// called on the same OS thread (goruntime.LockOSThread).
func (c *CPU) Run() Exit { return c.run(forever) }

// forever is an instruction count that is not reached.
const forever = ^uint64(0)

// RunFor is Run, but returns ExitRan when n instructions have run, and what was begun with the last of them: the
// rest of its unit, unless Config.MaxInsns is 1, and the code in which kicks wait (Hold), up to a
// few hundred instructions of it.
func (c *CPU) RunFor(n uint64) Exit {
	c.until = c.Insns() + n
	c.ration()
	return c.run(c.until)
}

// ration makes the budget what RunFor has left to run, and more where that may not be the end.
func (c *CPU) ration() {
	st := c.State()
	paid := uint64(st.Granted - st.Budget)
	c.give(int64(c.until-paid) - st.Budget)
	if c.held {
		c.grant()
	}
}

// ran reports whether RunFor is over.
func (c *CPU) ran() bool {
	n := c.Insns()
	return c.until != forever && n >= c.until && (!c.held || n-c.until > maxUnitInsns)
}

func (c *CPU) run(until uint64) Exit {
	c.until = until
	if c.tid.Load() == 0 {
		c.tid.Store(int32(unix.Gettid()))
	}
	c.next, c.behind, c.entered = 0, nothing, false
	for {
		if c.next == 0 && c.ran() {
			c.State().PC = untag(c.State().PC)
			c.enterPhase(outside)
			return Exit{Kind: ExitRan}
		}
		if c.State().Budget <= 0 {
			c.grant()
		}
		var ex Exit
		var done bool
		if c.eng.cfg.Interp {
			ex, done = c.interpret()
		} else {
			ex, done = c.translated()
		}
		if done && !c.trapped(ex) {
			c.enterPhase(outside)
			return c.exit
		}
		if atomic.LoadUint32(&c.frame.State.Kicked) != 0 {
			if c.behind != nothing {
				if ex, done := c.goOnAlone(); done {
					return ex
				}
			}
			atomic.StoreUint32(&c.frame.State.Kicked, 0)
			if !c.held && c.kicked.Swap(false) {
				c.enterPhase(outside)
				return Exit{Kind: ExitKicked}
			}
		}
	}
}

// find is the unit for State.PC, which was come to by l, nil: otherwise. Without one, the guest cannot
// go on.
func (c *CPU) find(l *link) (*unit, Exit) {
	st := c.State()
	st.PC = untag(st.PC)
	if st.PC&3 != 0 {
		return nil, Exit{Kind: ExitAlign}
	}
	u := c.eng.lookup(st.PC, c.regime(), l)
	if u == nil {
		return nil, Exit{Kind: ExitFetch}
	}
	if !c.lands() {
		return nil, Exit{Kind: ExitBranchTarget}
	}
	return u, Exit{}
}

// interpret evaluates one unit.
func (c *CPU) interpret() (Exit, bool) {
	c.eng.lock()
	u, ex := c.find(nil)
	if u != nil {
		c.beginInterpreting(u)
	}
	c.eng.mu.Unlock()
	if u == nil {
		return ex, true
	}
	return c.interpretUnit(u)
}

// beginInterpreting makes u what the interpreter runs. e.mu is held, so that who drops u
// knows of it.
func (c *CPU) beginInterpreting(u *unit) {
	c.at, c.drops = u, c.eng.drops.Load()
	c.enterPhase(inside)
}

// interpretUnit evaluates a unit that has been begun.
func (c *CPU) interpretUnit(u *unit) (Exit, bool) {
	k := c.machine.Run(u.ir, c.State())
	c.enterPhase(outside)
	if c.alone {
		c.alone = false
		return c.step()
	}
	return c.evaluated(k)
}

// hookInterpreted calls the hook from a unit that the interpreter runs. The CPU is outside
// meanwhile, so that the hook may drop units, this one too.
func (c *CPU) hookInterpreted(st *ir.State, number uint64) {
	pc := st.PC
	c.enterPhase(hooking)
	c.ahead = c.machine.Ahead()
	c.callHook(number)
	c.ahead = 0
	c.eng.lock()
	c.drops = c.eng.drops.Load()
	c.enterPhase(inside)
	gone := c.at.dead
	c.eng.mu.Unlock()
	c.machine.Leave = gone || c.again
	c.alone = gone && !c.again && st.PC == pc && number&HookAfter == 0
	c.again = false
}

// evaluated turns how the interpreter left a unit into an exit.
func (c *CPU) evaluated(k ir.ExitKind) (Exit, bool) {
	st := c.State()
	switch {
	case k == ir.ExitFault:
		return Exit{Kind: ExitFault, Arg: st.ExitArg, Addr: st.FaultAddr}, true
	case k >= ir.ExitTrap:
		return c.trap(k.TrapOf(), st.ExitArg)
	case k == ir.ExitBudget:
		if atomic.LoadUint32(&st.Kicked) == 0 { // or it is a kick
			c.grant()
		}
	case k == ir.ExitNext:
		c.branched()
	}
	return Exit{}, false
}

// trap turns a trap into an exit, or handles it.
func (c *CPU) trap(t ir.Trap, arg uint64) (Exit, bool) {
	switch t {
	case ir.TrapSVC:
		return Exit{Kind: ExitSVC, Arg: arg}, true
	case ir.TrapBRK:
		return Exit{Kind: ExitBRK, Arg: arg}, true
	case ir.TrapUndefined:
		return Exit{Kind: ExitUndefined, Arg: arg}, true
	case ir.TrapFetch:
		return Exit{Kind: ExitFetch}, true
	case ir.TrapAlign:
		return Exit{Kind: ExitAlign}, true
	case ir.TrapWait:
		return Exit{Kind: ExitWait}, true
	case ir.TrapStep:
		return Exit{Kind: ExitStep, Arg: arg}, true
	case ir.TrapStepTo:
		c.State().PC = arg
		c.branched()
		c.forgetBranch() // those who step do not check it either
		c.State().PC = untag(c.State().PC)
		return Exit{Kind: ExitStep}, true
	case ir.TrapGoto:
		c.State().PC = arg
		c.branched()
	case ir.TrapICache:
		line := arg &^ 63 & (1<<56 - 1)
		c.eng.Invalidate(line, line+64)
		if c.stepping {
			return Exit{Kind: ExitStep}, true
		}
	}
	return Exit{}, false // the next unit is looked up
}

// translated enters generated code once and deals with how it was left.
func (c *CPU) translated() (Exit, bool) {
	e := c.eng
	if c.next == 0 && !c.land() {
		e.lock()
		u, ex := c.find(nil)
		switch {
		case u == nil:
		case u.entry < 0:
			c.beginInterpreting(u)
		default:
			c.enterAt(u)
		}
		e.mu.Unlock()
		if u == nil {
			return ex, true
		}
		if u.entry < 0 {
			return c.interpretUnit(u)
		}
	}
	switch {
	case c.entered:
		c.entered = false
	case c.InHook() != 0:
		c.enterPhase(inside)
	default:
		c.enterInside()
	}
	x := c.enter()
	if x == exitHook {
		if x = c.hooks(); x == exitHook {
			return Exit{}, false
		}
	}
	if x == exitStop {
		c.enterPhase(hooking) // it may be for actions: from one phase to the other, so that who waits for hooks waits for it
	} else {
		c.enterPhase(outside)
	}
	if x == 0 {
		return c.nextIsGone()
	}
	c.settle()
	return c.leave(x)
}

// enter runs generated code from next on. The CPU is inside. The result is 0 if what is next may be gone.
func (c *CPU) enter() hostExit {
	c.syncFP()
	if c.drops != c.eng.drops.Load() {
		return 0
	}
	target, behind := c.next, c.behind
	c.next, c.behind = 0, nothing
	x := c.enterCode(target)
	if x == exitKicked { // nothing was run
		c.next, c.behind = target, behind
	}
	return x
}

// enterAt makes u what is entered next: from here on the CPU counts as inside. e.mu is held.
func (c *CPU) enterAt(u *unit) {
	e := c.eng
	c.next, c.behind = e.entryAt(u, c.State().PC), nothing
	c.drops, c.fill = e.drops.Load(), e.fill
	c.remember()
	c.enterPhase(inside)
	c.entered = true
}

// nextIsGone deals with units having been dropped since next was chosen: maybe that of next.
func (c *CPU) nextIsGone() (Exit, bool) {
	if c.behind == nothing {
		c.next = 0
		return Exit{}, false
	}
	e := c.eng
	e.lock()
	alive := !c.unitAt(c.resume() - 1).dead
	c.drops = e.drops.Load()
	e.mu.Unlock()
	if alive {
		return Exit{}, false
	}
	return c.goOnAlone()
}
