package jit

import (
	"fmt"

	"axol/jit/amd64"
	"axol/jit/ir"
)

// leave deals with an exit of generated code.
func (c *CPU) leave(x amd64.Exit) (Exit, bool) {
	st := c.State()
	switch x {
	case amd64.ExitLink:
		return c.leftByLink(uint32(st.ExitArg))
	case amd64.ExitLookup:
		return c.leftByLookup()
	case amd64.ExitTrap:
		return c.trap(ir.Trap(st.ExitKind), st.ExitArg)
	case amd64.ExitHelper:
		return c.leftForHelper(uint32(st.ExitArg))
	case amd64.ExitStop, amd64.ExitFault:
		return c.stopped()
	}
	return Exit{}, false
}

// leftForHelper evaluates an instruction the back end has no code for.
func (c *CPU) leftForHelper(word uint32) (Exit, bool) {
	st := c.State()
	pc := st.PC
	c.count(func(s *Stats) { s.Helpers++ })
	ex, done := c.evaluate(pc, word)
	if done || st.PC != pc+4 {
		c.refund()
		if !done || ex.Kind != ExitFault {
			st.Budget-- // it was run; a fault is not
		}
		return c.steppedOver(word, ex, done)
	}
	c.next, c.behind = c.resume(), behindHelper
	return Exit{}, false
}

// stopped deals with a stop in the middle of a unit: the budget ran out, an access faulted
// or could not be checked, a result needs the interpreter, or an action its owner.
func (c *CPU) stopped() (Exit, bool) {
	st := c.State()
	c.count(func(s *Stats) { s.Stops++ })
	pc := uintptr(c.frame.Host.StopPC)
	c.eng.lock()
	u := c.unitAt(pc - 1) // behind the call of a stop, the next unit may begin
	c.eng.mu.Unlock()
	p := u.pointAt(uint32(pc - c.eng.cache.rx - uintptr(u.entry)))
	if p == nil {
		panic(fmt.Sprintf("jit: generated code of unit %#x stopped where it cannot, at %#x", u.pc, pc-c.eng.cache.rx-uintptr(u.entry)))
	}
	c.restore(u, p)
	st.Budget += int64(p.Refund)
	if p.Actions {
		c.eng.cfg.Hook(c, p.Number)
	}
	c.enterPhase(outside)
	if p.Spent {
		if st.Budget < int64(p.Refund) { // or it is a kick that brought the CPU out
			c.found(u)
			c.grant()
		}
		return Exit{}, false
	}
	return c.step()
}

// refund gives back what the block at a hook or helper paid for the instruction at hand
// and those behind it.
func (c *CPU) refund() {
	at := c.resume() - 1
	c.eng.lock()
	u := c.unitAt(at)
	c.eng.mu.Unlock()
	if p := u.pointAt(uint32(at - c.eng.cache.rx - uintptr(u.entry))); p != nil {
		c.State().Budget += int64(p.Refund)
	}
}

func (u *unit) pointAt(off uint32) *amd64.Point {
	for i := range u.points {
		if u.points[i].Off == off {
			return &u.points[i]
		}
	}
	return nil
}
