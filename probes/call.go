package probes

import (
	"errors"
	"fmt"

	"axol/jit"
)

// Handlers of a kernel are code of the kernel, and call its functions. A Go handler does it by Call: guest
// code runs in the middle of it, and the probes that it hits are nested.

// Errors of Call.
var (
	// ErrNoReturn: the function ran for CallLimit instructions.
	ErrNoReturn = errors.New("the function does not return")
	// ErrDead: the guest has been given up.
	ErrDead = errors.New("the guest has been given up")
)

// CallLimit is how many instructions a function that a handler calls may run.
const CallLimit = 1 << 30

// redZone is left alone below SP: what the code that was interrupted may have there.
const redZone = 512

// Call runs the guest function at fn, with arguments in X0 and up, and returns its X0. The registers are as
// before when it returns, memory is not. Hits of probes meanwhile are nested: they count as missed,
// and one in a state in which the kernel cannot have one more is the end of the guest. An exit
// that the function takes ends it; the error names it.
func (h *Hit) Call(fn uint64, args ...uint64) (uint64, error) {
	return h.control.call(fn, args)
}

// Call is [Hit.Call] for whoever runs the vCPU, between two calls of its Run, or after an exit; on the
// vCPU's thread.
func (m *Manager) Call(c *jit.CPU, fn uint64, args ...uint64) (uint64, error) {
	return c.Local.(*control).call(fn, args)
}

func (ctl *control) call(fn uint64, args []uint64) (result uint64, err error) {
	if hook := ctl.cpu.InHook(); hook != 0 && ctl.calls.Load()%2 == 0 {
		ctl.outerHook.Store(hook)
		ctl.calls.Add(1)
		defer ctl.calls.Add(1)
	}
	st := ctl.st
	state := savedState{st.X, st.SP, st.PC, st.NZCV, st.V, st.FPCR, st.FPSR}
	inner := ctl.inner
	el1, pstate, probe, running, stepping := ctl.el1, ctl.pstate, ctl.probe, ctl.running, ctl.stepping
	copy(st.X[:8], args)
	st.X[30], st.PC = ctl.m.stubs.callReturn, fn
	st.SP = (st.SP - redZone) &^ 15
	ctl.stepping = nil
	result, err = ctl.runCall()
	st.X, st.SP, st.PC, st.NZCV, st.V, st.FPCR, st.FPSR = state.x, state.sp, state.pc, state.nzcv, state.v, state.fpcr, state.fpsr
	st.ExSize = 0
	ctl.el1, ctl.pstate, ctl.probe, ctl.running, ctl.stepping = el1, pstate, probe, running, stepping
	ctl.setInner(inner)
	return result, err
}

// savedState is the registers that a function may change.
type savedState struct {
	x          [31]uint64
	sp, pc     uint64
	nzcv       uint64
	v          [32][2]uint64
	fpcr, fpsr uint32
}

// runCall runs a function until it is back. A kick waits for that.
func (ctl *control) runCall() (result uint64, err error) {
	c := ctl.cpu
	limit := c.Insns() + CallLimit
	kicked := false
	ctl.setInner(ctl.current != nil)
	for {
		x := ctl.cpu.Nested()
		switch {
		case x.Kind == jit.ExitKicked:
			kicked = true
		case x.Kind == jit.ExitWait:
		case x.Kind == jit.ExitBRK && x.Arg == immCallReturn && ctl.st.PC == ctl.m.stubs.callReturn:
			result = ctl.st.X[0]
			if kicked {
				c.Kick()
			}
			return result, nil
		case x.Kind == jit.ExitDead:
			return 0, ErrDead
		default:
			return 0, fmt.Errorf("the function at %#x ended with %s at %#x", ctl.st.PC, x.Kind, ctl.st.PC)
		}
		if c.Insns() > limit {
			if kicked {
				c.Kick()
			}
			return 0, ErrNoReturn
		}
	}
}

// setInner has what the vCPU runs next translated for a hit under way, or for none.
func (ctl *control) setInner(on bool) {
	ctl.inner = on
	ctl.cpu.SetInner(on)
}
