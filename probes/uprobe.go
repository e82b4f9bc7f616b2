package probes

import (
	"fmt"
	"syscall"

	"axol/jit"
	"axol/runtime"
)

// Uprobe is a probe on a user program. The kprobe it is made of says where; Pre and Post are its
// own business. The rules for user programs hold (Rules.ForUprobes), and the guest is at EL0.
type Uprobe struct {
	Kprobe

	// Handler is called before the instruction. If it moves PC, the instruction does not run. If
	// it returns 1, and so do all others of the instruction, they are disabled.
	Handler func(h *Hit) int
	// Return is called when the function that begins at the probe has returned, with its result in X0.
	Return func(h *Hit, call *UserCall) int
}

// UserCall is a call under way of a function with a uretprobe.
type UserCall struct {
	Func    uint64 // the probe's address
	RetAddr uint64 // where it returns to

	site    *site
	sp      uint64
	chained bool // another uretprobe had replaced the return address already
}

// ENOTSUPP is the kernel's error that no program should see: uprobes on breakpoints give it.
const ENOTSUPP = syscall.Errno(524)

// maxCalls is how many calls a task can have under way (MAX_URETPROBE_DEPTH).
const maxCalls = 64

// uprobeTask is what a thread has of its uprobes.
type uprobeTask struct {
	stepping *site // whose slot is being executed
	calls    [maxCalls]UserCall
	depth    int
	outer    uint64 // PSTATE, as kprobes see it
}

// RegisterUprobe puts a probe on an instruction of a user program. The error is one of Register's, or an *Error:
//
//   - EINVAL: there is no handler, the address is not a multiple of 4, the rules refuse the instruction.
//   - EIO: the address is not in executable memory.
//   - ENOTSUPP: there is a breakpoint at the address, of a kprobe say.
func (m *Manager) RegisterUprobe(up *Uprobe) error {
	self := m.lock()
	defer m.unlock(self)
	return m.registerUser(up)
}

// registerUser is RegisterUprobe with mu held.
func (m *Manager) registerUser(up *Uprobe) error {
	addr, err := m.resolve(&up.Kprobe)
	if err != nil {
		return err
	}
	if up.Handler == nil && up.Return == nil && up.outputs.Load() == nil {
		return &Error{Place: m.place(addr), Errno: syscall.EINVAL, Reason: "a uprobe without handlers"}
	}
	if up.site == nil {
		up.Kprobe.Pre, up.Kprobe.Post, up.Kprobe.role = nil, nil, &role{user: up}
		if up.Handler != nil {
			up.Kprobe.Pre = up.Handler
		}
	}
	return m.register(&up.Kprobe)
}

// UnregisterUprobe is Unregister for a uprobe. Calls that are under way return where they should.
func (m *Manager) UnregisterUprobe(up *Uprobe) error { return m.Unregister(&up.Kprobe) }

// takeUser is the exception entry of BRK from EL0.
func (ctl *control) takeUser() {
	ctl.urets.outer = ctl.el1.PState
	ctl.el1.PState = runtime.ModeEL0
	ctl.take(immUprobe)
}

// eretUser goes back to the program. While it is stepped, it is at EL0.
func (ctl *control) eretUser() bool {
	ctl.eret()
	if ctl.urets.stepping == nil {
		ctl.el1.PState = ctl.urets.outer
	}
	return true
}

// userBRK is BRK #5: a uprobe's, or where functions with uretprobes return to.
func (ctl *control) userBRK(x *jit.Exit) bool {
	pc := ctl.st.PC
	if pc == ctl.m.userStubs {
		ctl.takeUser()
		ok := ctl.userReturn()
		if !ok { // nobody returns here: SIGILL
			*x = jit.Exit{Kind: jit.ExitUndefined, Arg: uint64(brkWord(immUprobe))}
		}
		ctl.eretUser()
		return ok
	}
	s := ctl.siteAt(pc)
	var ch *chain
	if s != nil && s.kind == KindUprobe {
		ch = s.chain.Load()
	}
	if ch == nil {
		if w, ok := ctl.m.fetch(pc); ok && w == brkWord(immUprobe) {
			return false
		}
		return ctl.refetch()
	}
	ctl.takeUser()
	if ctl.userHandlers(s, ch) {
		ctl.userExecute(s)
	}
	return ctl.eretUser()
}

// userHandlers calls the handlers of a hit, and says whether the instruction is to run.
func (ctl *control) userHandlers(s *site, ch *chain) bool {
	remove, stay, prepare := false, false, false
	for _, p := range ch.all {
		if p.off.Load() {
			continue
		}
		ctl.cpu.Count(int(p.counter))
		if o := p.outputs.Load(); o != nil {
			if p.user().returnsOnly() {
				prepare = true
			} else {
				o.event.do(ctl, o.list, s.addr, 0)
			}
			stay = true
		}
		if p.Pre != nil && ctl.callPre(p) == 1 {
			remove = true
		} else {
			stay = true
		}
		prepare = prepare || p.user().Return != nil
	}
	if ctl.st.PC != s.addr {
		return false
	}
	remove = remove && !stay
	if prepare && !remove {
		ctl.prepareReturn(s)
	}
	if remove {
		for _, p := range ch.all {
			ctl.m.disable(p, s)
		}
	}
	return true
}

// userExecute has the instruction simulated, or stepped in its slot.
func (ctl *control) userExecute(s *site) {
	if s.slot == 0 {
		ctl.Regs(&ctl.regs)
		err := Simulate(ctl.m.userRules, s.verdict.Handler, s.word, s.addr, &ctl.regs, ctl.m.cfg.Memory)
		if err != nil {
			ctl.simFault = err.(MemoryFault)
			return
		}
		ctl.SetRegs(&ctl.regs)
		ctl.st.Budget-- // the instruction that has run
		return
	}
	ctl.urets.stepping = s
	ctl.el1.MDSCR |= runtime.MDSCRSS
	ctl.pstate |= runtime.PStateSS
	ctl.st.PC = s.slot
	ctl.enterSlot(s) // signals are withheld
}

// userStepEnd is the step exception behind a slot.
func (ctl *control) userStepEnd(x *jit.Exit) bool {
	s := ctl.urets.stepping
	ctl.el1.TakeStep(ctl.st, x.Arg != 0)
	ctl.pstate = ctl.el1.SPSR &^ pstateNZCV
	if ctl.st.PC != s.slot+4 {
		ctl.m.warnOnce(fmt.Sprintf("WARNING: the step of a uprobe at %#x ended at %#x", s.addr, ctl.st.PC))
	}
	ctl.st.PC = s.addr + 4
	ctl.userStepOff()
	return ctl.eretUser()
}

func (ctl *control) userStepOff() {
	ctl.urets.stepping = nil
	ctl.el1.MDSCR &^= runtime.MDSCRSS
	ctl.pstate &^= runtime.PStateSS
	ctl.leaveSlot()
}

// userTrapped: the instruction in the slot took an exception. The step is aborted, and the program is at the probe
// when it gets its signal.
func (ctl *control) userTrapped() {
	s := ctl.urets.stepping
	if s == nil {
		return
	}
	ctl.st.PC = s.addr
	ctl.pstate = ctl.el1.PState
	ctl.userStepOff()
	ctl.eretUser()
}

// hitUser is a hit of a uprobe whose instruction runs in its place.
func (ctl *control) hitUser(s *site, ch *chain) {
	outer := ctl.el1.PState
	ctl.el1.PState = runtime.ModeEL0
	ctl.maskHandler()
	pc := s.addr
	if ctl.userHandlers(s, ch) && ctl.st.PC == pc && ctl.st.PC != s.addr {
		ctl.cpu.Again()
	}
	ctl.el1.PState = outer
	if ctl.dead {
		ctl.die()
	}
}

// returnsOnly: the uprobe's event is of returns.
func (up *Uprobe) returnsOnly() bool {
	o := up.outputs.Load()
	return o != nil && o.event.Return
}

// prepareReturn makes the function return to the trampoline (prepare_uretprobe).
func (ctl *control) prepareReturn(s *site) {
	t, st := &ctl.urets, ctl.st
	if t.depth >= maxCalls {
		ctl.m.warnOnce(fmt.Sprintf("omit uretprobe at %#x: nested functions deeper than %d", s.addr, maxCalls))
		return
	}
	ret := st.X[30]
	chained := ret == ctl.m.userStubs
	// Calls that a longjmp has left are over. One that was entered by a plain branch has the SP of its caller.
	for t.depth > 0 && !alive(&t.calls[t.depth-1], st.SP, chained) {
		t.depth--
	}
	if chained {
		if t.depth == 0 {
			return // the program has made up the address: the kernel warns, and lets it
		}
		ret = t.calls[t.depth-1].RetAddr
	}
	t.calls[t.depth] = UserCall{Func: s.addr, RetAddr: ret, site: s, sp: st.SP, chained: chained}
	t.depth++
	st.X[30] = ctl.m.userStubs
}

// alive says whether a call is still under way (arch_uretprobe_is_alive).
func alive(c *UserCall, sp uint64, chain bool) bool { return sp < c.sp || chain && sp == c.sp }

// userReturn is handle_trampoline: the calls that have returned are those of the newest chain, and of older ones that a
// longjmp has left.
func (ctl *control) userReturn() bool {
	t := &ctl.urets
	if t.depth == 0 {
		return false
	}
	for valid := false; !valid && t.depth > 0; {
		next := t.depth - 1
		for t.calls[next].chained && next > 0 {
			next--
		}
		valid = next == 0 || alive(&t.calls[next-1], ctl.st.SP, false)
		ctl.st.PC = t.calls[t.depth-1].RetAddr
		for t.depth > next {
			t.depth--
			if call := &t.calls[t.depth]; valid {
				ctl.callUserReturns(call)
			}
		}
	}
	return true
}

// callUserReturns calls the handlers of one call.
func (ctl *control) callUserReturns(call *UserCall) {
	ch := call.site.chain.Load()
	if ch == nil {
		return
	}
	for _, p := range ch.all {
		if p.off.Load() {
			continue
		}
		if p.user().Return != nil {
			ctl.callUserReturn(p, call)
		}
		if o := p.outputs.Load(); o != nil && o.event.Return {
			o.event.do(ctl, o.list, call.Func, call.RetAddr)
		}
	}
}

func (ctl *control) callUserReturn(p *Kprobe, call *UserCall) {
	defer ctl.recoverHandler(p)
	ctl.probe = p
	p.user().Return(&ctl.Hit, call)
}
