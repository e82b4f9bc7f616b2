package probes

import (
	"axol/jit"
	"axol/runtime"
)

// Trap is for [jit.Config]: the guest has taken an exception. It says whether that was a
// probe's, and has been dealt with. An exception that no probe wanted is left to others, unless the
// guest is a kernel (Config.Kernel), which has its own way with breakpoints.
func (m *Manager) Trap(c *jit.CPU, x *jit.Exit) bool {
	ctl := c.Local.(*control)
	on := false
	switch x.Kind {
	case jit.ExitBRK:
		on = ctl.breakpoint(x)
	case jit.ExitStep:
		on = ctl.stepEnd(x)
	case jit.ExitFault, jit.ExitFetch:
		on = ctl.aborted(x)
	case jit.ExitUndefined, jit.ExitAlign:
		if ctl.urets.stepping != nil {
			ctl.userTrapped()
		} else if s := ctl.ranInline(); s != nil {
			ctl.abortedInline(s, false)
		}
	}
	if ctl.simFault.Size != 0 {
		*x = jit.Exit{Kind: jit.ExitFault, Addr: ctl.simFault.Addr}
		ctl.simFault = MemoryFault{}
		on = false
	}
	if ctl.dead {
		*x = jit.Exit{Kind: jit.ExitDead}
		on = false
	}
	return on
}

// breakpoint dispatches by the immediate, as the kernel's debug monitor does.
func (ctl *control) breakpoint(x *jit.Exit) bool {
	switch x.Arg {
	case immKprobe:
		return ctl.kprobeBRK()
	case immSlotEnd:
		return ctl.slotBRK()
	case immKretprobe:
		return ctl.returnBRK()
	case immUprobe:
		return ctl.userBRK(x)
	case immDead:
		ctl.dead = ctl.st.PC == ctl.m.stubs.dead
	}
	return ctl.foreignBRK(x.Arg)
}

// refetch goes back to a breakpoint whose probe has gone since, or that nobody wants: the instruction that is there
// now is executed.
func (ctl *control) refetch() bool {
	ctl.st.Budget++ // the breakpoint is not an instruction that has run
	return true
}

// take is the entry of the exception of BRK.
func (ctl *control) take(imm uint64) {
	ctl.st.Budget++ // as in refetch
	ctl.branchType()
	ctl.el1.TakeBRK(ctl.st, imm)
	ctl.pstate = ctl.el1.SPSR &^ pstateNZCV
}

// kprobeBRK is BRK #4.
func (ctl *control) kprobeBRK() bool {
	pc := ctl.st.PC
	if s := ctl.siteAt(pc); s != nil && s.kind == KindKprobe {
		if ch := s.chain.Load(); ch != nil {
			ctl.take(immKprobe)
			ctl.trapHit(s, ch)
			return ctl.eret()
		}
	}
	if w, ok := ctl.m.fetch(pc); !ok || w != brkWord(immKprobe) {
		return ctl.refetch()
	}
	if ctl.current != nil && ctl.mech().jprobes {
		ctl.take(immKprobe)
		if ctl.longjmp() {
			ctl.setup(ctl.current, false)
		}
		return ctl.eret()
	}
	if !ctl.m.cfg.kernel() {
		return false
	}
	if ctl.mech().strayIsOops {
		ctl.take(immKprobe)
		ctl.oops("WARNING: no kprobe at this BRK", "Internal error: Oops - BRK: 00000000f2000004 [#1] SMP")
		return true
	}
	return ctl.refetch()
}

// slotBRK is BRK #6.
func (ctl *control) slotBRK() bool {
	if ctl.current == nil && !ctl.m.cfg.kernel() {
		return false
	}
	ctl.take(immSlotEnd)
	if !ctl.mech().hardwareStep && ctl.slotEnd() {
		return ctl.eret()
	}
	if !ctl.m.cfg.kernel() {
		ctl.eret()
		return false
	}
	ctl.oops("Unexpected kernel BRK exception at EL1", "Internal error: BRK handler: 00000000f2000006 [#1] SMP")
	return false
}

// stepEnd is the software step exception.
func (ctl *control) stepEnd(x *jit.Exit) bool {
	if ctl.urets.stepping != nil {
		return ctl.userStepEnd(x)
	}
	ctl.branchType()
	ctl.el1.TakeStep(ctl.st, x.Arg != 0)
	ctl.pstate = ctl.el1.SPSR &^ pstateNZCV
	if !ctl.slotEnd() {
		// "Unexpected kernel single-step exception at EL1", and stepping goes on.
		ctl.m.cfg.Report("Unexpected kernel single-step exception at EL1")
		ctl.pstate |= runtime.PStateSS
	}
	return ctl.eret()
}

// foreignBRK is a breakpoint that is not for probes.
func (ctl *control) foreignBRK(imm uint64) bool {
	return false
}
