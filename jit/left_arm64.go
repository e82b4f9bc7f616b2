package jit

import (
	"axol/jit/a64"
	"axol/jit/arm64"

	"golang.org/x/sys/unix"
)

// leave deals with an exit of generated code.
func (c *CPU) leave(x arm64.Exit) (Exit, bool) {
	st := c.State()
	switch x {
	case arm64.ExitLink:
		return c.leftByLink(uint32(c.left.N))
	case arm64.ExitAlone:
		c.refund()
		ex, done := c.step()
		if c.stepping && done && ex.Kind == ExitWait {
			ex.Kind = ExitStep // it need not wait
		}
		return ex, done
	case arm64.ExitStep:
		return Exit{Kind: ExitStep}, true
	case arm64.ExitSpent:
		paid := int64(c.left.Arg)
		if st.Budget += paid; st.Budget < paid {
			c.grant()
		}
	case arm64.ExitStopped:
		return c.stopped()
	}
	return Exit{}, false
}

// stopped deals with a signal that has found generated code, or a branch that led to none.
func (c *CPU) stopped() (Exit, bool) {
	e, st, h := c.eng, c.State(), &c.frame.Host
	c.count(func(s *Stats) { s.Stops++ })
	st.ExSize = 0 // an exception clears the monitor
	pc := uintptr(h.StopPC)
	if pc-e.cache.rx >= uintptr(len(e.cache.rw)) {
		st.PC = uint64(pc) ^ e.mirror()
		if h.Signal == 0 {
			return Exit{}, false
		}
		return c.leftByLookup()
	}
	e.lock()
	u := c.unitAt(pc)
	e.mu.Unlock()
	at := int(pc-e.cache.rx) - u.entry
	s := u.text.Stop(at/4, &arm64.Registers{Frame: c.frame, Temp: h.StopTemp})
	st.PC, c.owed = s.PC, s.Left
	if h.Signal != 0 {
		return c.faulted(unix.Signal(h.Signal))
	}
	resume := e.cache.rx + uintptr(u.entry) + uintptr(4*s.At)
	switch s.Kind {
	case arm64.StopStepped:
		return Exit{Kind: ExitStep}, true
	case arm64.StopPassed:
		h.Resume = uint64(resume)
		c.next, c.behind = resume, behindHook
	case arm64.StopBehind:
		h.Resume = uint64(resume)
		c.next, c.behind = resume, behindHelper
		c.owed++ // goOnAlone takes it for one that was not paid for
	default:
		c.refund()
	}
	return Exit{}, false
}

// faulted runs the instruction at PC again, by the interpreter, which knows what is wrong with it. If it is nothing, but the host
// took it for none, it lacks the extension.
func (c *CPU) faulted(s unix.Signal) (Exit, bool) {
	pc := c.State().PC
	c.refund()
	word, _ := c.eng.cfg.Guest.Fetch(pc)
	c.markAgain(pc, word)
	ex, done := c.step()
	if s == unix.SIGILL && !(done && ex.Kind == ExitUndefined) {
		c.eng.lock()
		c.eng.options.Lacks[a64.Decode(word).Op] = true
		c.eng.mu.Unlock()
		c.eng.Invalidate(pc, pc+4)
	}
	return ex, done
}

// markAgain gives the interpreter the mark that a store-exclusive had on the host, where it has faulted: without one it would
// fail, again and again.
func (c *CPU) markAgain(pc uint64, word uint32) {
	const class, store, load, status = 0x3f400000, 0x08000000, 1 << 22, 31 << 16
	if word&class != store || word>>23&1 != 0 {
		return
	}
	st := c.State()
	x0, x1 := st.X[0], st.X[1]
	to := word&^(31<<10|31) | load | status | 1<<10 // to X0 and X1; of those that are no pairs, X1 is the field that is all ones
	if word>>21&1 == 0 {
		to |= 31 << 10
	}
	c.evaluate(pc, to)
	st.X[0], st.X[1], st.PC = x0, x1, pc
}

// refund gives back what the block at hand paid for the instruction at hand and those behind it.
func (c *CPU) refund() { c.State().Budget += c.owed }
