package jit

import "sync/atomic"

// behind is what a CPU that left generated code in the middle of a unit is to go on behind.
type behind uint8

const (
	nothing behind = iota
	behindHook
	behindHookAfter
	behindHelper
)

// hooks calls Hook, with generated code left for it, and goes on in generated code as long as that is left for
// hooks only. The result is as that of enter, or ExitHook if what is next is to be looked up.
//
// To catch a panic costs as much as a seventh of a hit, so that is done here, once for many hits.
func (c *CPU) hooks() hostExit {
	st := c.State()
	defer func() {
		if c.eng.cfg.Panicked == nil {
			return
		}
		if r := recover(); r != nil { // the result is 0
			c.eng.cfg.Panicked(c, r)
			c.hooked(c.called.pc, c.called.number)
		}
	}()
	for {
		c.enterPhase(hooking)
		c.settle()
		pc := st.PC
		number, ahead := c.hookCalled()
		c.called.pc, c.called.number = pc, number
		c.ahead = ahead
		c.eng.cfg.Hook(c, number)
		if c.hooked(pc, number); c.next == 0 || atomic.LoadUint32(&c.frame.State.Kicked) != 0 {
			return exitHook
		}
		c.enterPhase(inside)
		if x := c.enter(); x != exitHook {
			return x
		}
	}
}

// hooked chooses to go on behind the hook that was called at pc, unless it wanted something else.
func (c *CPU) hooked(pc, number uint64) {
	c.ahead = 0
	if c.State().PC == pc && !c.again {
		c.next, c.behind = c.resume(), behindHook
		if number&HookAfter != 0 {
			c.behind = behindHookAfter
		}
		return
	}
	c.again = false
	c.enterPhase(outside)
	c.refund()
}

// callHook calls Hook for the interpreter.
func (c *CPU) callHook(number uint64) {
	defer func() {
		if c.eng.cfg.Panicked == nil {
			return
		}
		if r := recover(); r != nil {
			c.eng.cfg.Panicked(c, r)
		}
	}()
	c.eng.cfg.Hook(c, number)
}
