package probes

import (
	"fmt"
	"sync/atomic"

	"axol/jit"
	"axol/runtime"
)

// The kprobe machine of arm64: what the breakpoint handler does with a hit, and the handler at the
// end of the slot with what follows. It is the same for all kernels but for what mechanism says.

// status is kprobe_status.
type status uint8

const (
	hitActive  status = 1 << iota // a pre handler runs, or returned nonzero and nothing ended the hit
	hitSlot                       // KPROBE_HIT_SS: the instruction is executed in its slot, or simulated
	hitReenter                    // the same, for a hit while another was handled
	hitDone                       // KPROBE_HIT_SSDONE: post handlers run
)

func (s status) String() string {
	return map[status]string{0: "idle", hitActive: "HIT_ACTIVE", hitSlot: "HIT_SS", hitReenter: "REENTER", hitDone: "HIT_SSDONE"}[s]
}

// kcb is a vCPU's kprobe control block, and the exception state that goes with it.
type kcb struct {
	current *site // current_kprobe
	status  status
	daif    uint64 // saved_irqflag: PSTATE.DAIF of the code that hit the probe
	prev    struct {
		current *site
		status  status
		daif    uint64
	}
	pending bool   // ss_ctx
	match   uint64 //

	el1    runtime.EL1
	pstate uint64 // pt_regs.pstate without N, Z, C and V, which stay in State
	ran    uint64 // instructions that had run at the latest return from an exception

	slotted atomic.Pointer[site] // whose slot was entered last, see enterSlot
	jprobe  jprobeRegs
	rets    returns // of kretprobes
	urets   uprobeTask
	inner   bool // the vCPU's code is translated for a hit under way
	dead    bool
}

// branchType clears PSTATE.BTYPE if it is of an instruction that has run: the next one clears it.
func (ctl *control) branchType() {
	if ctl.el1.PState&runtime.PStateBTYPE != 0 && ctl.cpu.Insns() != ctl.ran {
		ctl.el1.PState &^= runtime.PStateBTYPE
	}
}

// SetPState sets a vCPU's PSTATE, between two calls of its Run.
func (m *Manager) SetPState(c *jit.CPU, v uint64) {
	ctl := c.Local.(*control)
	ctl.st.NZCV, ctl.el1.PState, ctl.ran = v&pstateNZCV, v&^pstateNZCV, c.Insns()
}

// PState is a vCPU's PSTATE, between two calls of its Run.
func (m *Manager) PState(c *jit.CPU) uint64 {
	ctl := c.Local.(*control)
	ctl.branchType()
	return ctl.el1.PState | ctl.st.NZCV
}

// maskHandler is PSTATE while a handler runs, without an exception having been taken.
func (ctl *control) maskHandler() {
	ctl.branchType()
	ctl.pstate = ctl.el1.PState
	ctl.el1.PState = ctl.pstate&runtime.PStatePAN | runtime.PStateDAIF | runtime.ModeEL1h
}

// eret goes back to the guest with the registers as handlers left them.
func (ctl *control) eret() bool {
	st := ctl.st
	ctl.cpu.SetStep(ctl.el1.Return(st, st.PC, ctl.pstate|st.NZCV))
	if ctl.pstate&runtime.PStateBTYPE != 0 {
		ctl.ran = ctl.cpu.Insns()
	}
	ctl.setInner(ctl.current != nil)
	return !ctl.dead
}

// trapHit is the handler of BRK #4 at a probe.
func (ctl *control) trapHit(s *site, ch *chain) {
	if ctl.current != nil {
		ctl.nested(s, ch)
		return
	}
	ctl.current, ctl.status = s, hitActive
	switch {
	case ctl.pre(ch.all, true):
		ctl.setup(s, false)
	case ctl.mech().clearsCurrent:
		ctl.current = nil
	}
}

// mech is the kernel's way.
func (ctl *control) mech() *mechanism { return &ctl.m.cfg.Rules.mech }

// nested is a hit while current is another, or the same (reenter_kprobe).
func (ctl *control) nested(s *site, ch *chain) {
	switch {
	case ctl.status == 0:
		ctl.m.warnOnce(fmt.Sprintf("WARNING: a kprobe at %#x while another is current, and nothing is done with that", s.addr))
	case ctl.nests():
		ctl.missAll(ch)
		ctl.setup(s, true)
	default:
		ctl.tooDeep(s)
	}
}

// nests says whether another hit can be had in the present state.
func (ctl *control) nests() bool {
	switch ctl.status {
	case hitActive, hitDone:
		return true
	case hitSlot:
		return ctl.mech().nestsInSlot
	}
	return false
}

func (ctl *control) missAll(ch *chain) {
	for _, p := range ch.all {
		p.missed.Add(1)
	}
}

// setup has the instruction executed (setup_singlestep): in the slot, or by the handler that
// simulates it.
func (ctl *control) setup(s *site, reenter bool) {
	if reenter {
		ctl.prev.current, ctl.prev.status, ctl.prev.daif = ctl.current, ctl.status, ctl.daif
		ctl.current, ctl.status = s, hitReenter
	} else {
		ctl.status = hitSlot
	}
	if s.slot == 0 {
		ctl.simulateHit(s)
		return
	}
	mech := ctl.mech()
	if mech.stepContext {
		ctl.pending, ctl.match = true, s.slot+4
	}
	if !reenter && mech.runsAway(ctl.pstate) {
		ctl.m.warnOnce(fmt.Sprintf("WARNING: a step with PSTATE.D set, of the kprobe at %#x", s.addr))
	}
	ctl.daif = ctl.pstate & daifAll
	ctl.pstate = ctl.pstate&^mech.daif.clear | mech.daif.set
	if reenter {
		ctl.pstate &^= mech.daif.nestedClear
	}
	if mech.hardwareStep {
		ctl.pstate |= runtime.PStateSS
		ctl.el1.MDSCR |= runtime.MDSCRSS | runtime.MDSCRKDE | runtime.MDSCRMDE
	}
	ctl.st.PC = s.slot
	ctl.enterSlot(s)
}

// simulateHit does the instruction's work in the handler. What cannot be read faults at the probe.
func (ctl *control) simulateHit(s *site) {
	ctl.Regs(&ctl.regs)
	err := Simulate(ctl.m.cfg.Rules, s.verdict.Handler, s.word, s.addr, &ctl.regs, ctl.m.cfg.Memory)
	if err != nil {
		ctl.st.PC = s.addr
		ctl.simFault = err.(MemoryFault)
		ctl.leaveSlotState()
		return
	}
	ctl.SetRegs(&ctl.regs)
	ctl.st.Budget-- // the instruction that has run
	ctl.finish(s, 0)
}

// leaveSlotState ends a step that faulted.
func (ctl *control) leaveSlotState() {
	if ctl.status == hitReenter {
		ctl.pop()
	} else {
		ctl.current = nil
	}
}

// pop goes back to the hit that was interrupted.
func (ctl *control) pop() {
	ctl.current, ctl.status = ctl.prev.current, ctl.prev.status
	if ctl.mech().savesDAIF {
		ctl.daif = ctl.prev.daif
	}
	if ctl.status == hitSlot {
		ctl.slotted.Store(ctl.current)
	}
}

// slotEnd is the exception behind the slot's instruction; it says whether it is ours.
func (ctl *control) slotEnd() bool {
	s, mech := ctl.current, ctl.mech()
	pc := ctl.st.PC
	if mech.stepContext {
		if !ctl.pending || pc != ctl.match || s == nil {
			return false
		}
		ctl.pending, ctl.match = false, 0
	} else if s == nil || s.slot == 0 || pc != s.slot+4 || ctl.status != hitSlot && (ctl.status != hitReenter || mech.losesReenter) {
		return false
	}
	ctl.restoreDAIF()
	ctl.stepOff()
	ctl.finish(s, s.addr+4)
	return true
}

// restoreDAIF undoes what setup did to PSTATE.DAIF, as far as the kernel does.
func (ctl *control) restoreDAIF() {
	d := &ctl.mech().daif
	ctl.pstate = ctl.pstate&^d.restore | ctl.daif&d.restore
	if ctl.status == hitReenter {
		ctl.pstate |= d.nestedSet
	}
}

// stepOff leaves the slot, and disables software step (kernel_disable_single_step).
func (ctl *control) stepOff() {
	if ctl.mech().hardwareStep {
		ctl.el1.MDSCR &^= runtime.MDSCRSS | runtime.MDSCRKDE | runtime.MDSCRMDE
		ctl.pstate &^= runtime.PStateSS
	}
	ctl.leaveSlot()
}

// finish is post_kprobe_handler: restore is where the guest goes on, 0 if that is known already.
func (ctl *control) finish(s *site, restore uint64) {
	if restore != 0 {
		ctl.st.PC = restore
	}
	if ctl.status == hitReenter {
		ctl.pop()
		return
	}
	ctl.status = hitDone
	if ch := s.chain.Load(); ch != nil && ch.post {
		ctl.post(ch)
	}
	ctl.current = nil
}

// tooDeep is the end: the kernel cannot keep track of one more hit.
func (ctl *control) tooDeep(s *site) {
	name, off := "(null)", uint64(0)
	if ch := s.chain.Load(); ch != nil && ch.all[0].Symbol != "" {
		name, off = ch.all[0].Symbol, ch.all[0].Offset
	}
	if ctl.mech().oldWarning {
		ctl.bug(
			fmt.Sprintf("Unrecoverable kprobe detected at %#x.", s.addr),
			fmt.Sprintf("Dumping kprobe:\nName: %s\nAddress: %#x\nOffset: %x", name, s.addr, off))
		return
	}
	ctl.bug("Failed to recover from reentered kprobes.",
		fmt.Sprintf("Dump kprobe:\n.symbol_name = %s, .offset = %x, .addr = %s", name, off, ctl.m.place(s.addr)))
}

// bug is BUG(): the guest is given up, after the words.
func (ctl *control) bug(words ...string) {
	ctl.oops(append(words, "kernel BUG at arch/arm64/kernel/probes/kprobes.c!", "Internal error: Oops - BUG: 00000000f2000800 [#1] SMP")...)
}

// oops gives the guest up.
func (ctl *control) oops(words ...string) {
	for _, w := range words {
		ctl.m.cfg.Report(w)
	}
	ctl.m.cfg.Report(fmt.Sprintf("pc : %s\npstate: %08x", ctl.m.place(ctl.st.PC), ctl.pstate|ctl.st.NZCV))
	ctl.dead = true
}
