package probes

import (
	"axol/jit"
	"axol/jit/ir"
)

// aborted is the page-fault hook (kprobe_fault_handler), with what the kernel asks before it
// calls it: a fault of the kernel that is not preemptible, and a current probe.
func (ctl *control) aborted(x *jit.Exit) bool {
	if ctl.urets.stepping != nil {
		ctl.userTrapped()
		return false
	}
	hook := ctl.hooks(x)
	if s := ctl.ranInline(); s != nil {
		ctl.abortedInline(s, hook)
		return false
	}
	if ctl.current == nil || !hook {
		return false
	}
	ctl.takeAbort(x)
	on := ctl.faultHook()
	ctl.eret()
	return on
}

// ranInline is the kprobe's site at PC if its instruction ran in its place, where it would be in a slot.
func (ctl *control) ranInline() *site {
	s := ctl.siteAt(ctl.st.PC)
	if s == nil || s.slot == 0 || s.kind != KindKprobe || ctl.slotDepth() != 0 {
		return nil
	}
	if ch := s.chain.Load(); ch == nil || ch.trap {
		return nil
	}
	return s
}

// hooks says whether the kernel asks the hook at all: do_page_fault has faults of permission, and of
// translation in the user's range only. A program's memory all is in that range.
func (ctl *control) hooks(x *jit.Exit) bool {
	return x.Arg&ir.FaultUnaligned == 0 && (!ctl.m.cfg.kernel() || x.Addr>>55&1 == 0)
}

func (ctl *control) takeAbort(x *jit.Exit) {
	const translation = 7 // at level 3
	far := x.Addr
	if x.Kind == jit.ExitFetch {
		far = ctl.st.PC
	}
	ctl.el1.TakeAbort(ctl.st, x.Kind == jit.ExitFetch, x.Arg&ir.FaultStore != 0, far, translation)
	ctl.pstate = ctl.el1.SPSR &^ pstateNZCV
}

// faultHook does to the frame of a fault what the kernel's does, and says whether it has been
// dealt with.
func (ctl *control) faultHook() bool {
	s, mech := ctl.current, ctl.mech()
	switch ctl.status {
	case hitSlot, hitReenter:
		if mech.faultAtSlot && (s.slot == 0 || ctl.st.PC != s.slot) {
			return false
		}
		ctl.abandonSlot(s)
	case hitActive, hitDone:
		if mech.faultHandler {
			for _, p := range s.list() {
				p.missed.Add(1)
			}
			if p := ctl.running; p != nil && p.Fault != nil && ctl.callFault(p) != 0 {
				return true
			}
		}
		if mech.fixup {
			return ctl.m.fixup(ctl)
		}
	}
	return false
}

// abandonSlot goes back to the probe: the fault is served, and the instruction is hit again.
func (ctl *control) abandonSlot(s *site) {
	d := &ctl.mech().daif
	ctl.st.PC = s.addr
	ctl.stepOff()
	if ctl.status == hitReenter {
		ctl.pstate |= d.nestedSet
	} else if d.faultRestores {
		ctl.restoreDAIF()
	}
	ctl.leaveSlotState()
}

// abortedInline is an exception of a probed instruction that ran in its place. The state becomes
// what it would be had it run in the slot.
func (ctl *control) abortedInline(s *site, hook bool) {
	post := ctl.stepping == s
	ctl.stepping = nil
	if s.verdict.Class != Stepped || !post && ctl.current == nil && !hook && !ctl.m.cfg.kernel() {
		return
	}
	ctl.maskHandler()
	if reenter := ctl.current != nil; reenter {
		ctl.setup(s, true)
	} else {
		ctl.current = s
		ctl.setup(s, false)
	}
	if hook {
		ctl.abandonSlot(s)
	}
	ctl.eret()
}

// fixup is the exception table: the faulting instruction may have a place to go on.
func (m *Manager) fixup(ctl *control) bool {
	if m.cfg.Kernel == nil {
		return false
	}
	to, ok := m.cfg.Kernel.fixup(ctl.st.PC)
	if ok {
		ctl.st.PC = to
	}
	return ok
}
