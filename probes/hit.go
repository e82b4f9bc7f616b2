package probes

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"

	"axol/jit"
	"axol/jit/ir"
	"axol/probes/trace"
	"axol/runtime"
)

// Hit is the guest at a probe, as a handler sees it. It is valid during the handler's call
// only, on the handler's goroutine.
type Hit struct {
	cpu     *jit.CPU
	st      *ir.State
	probe   *Kprobe
	control *control
}

// Probe is the probe that was hit.
func (h *Hit) Probe() *Kprobe { return h.probe }

// CPU is the vCPU that hit it.
func (h *Hit) CPU() *jit.CPU { return h.cpu }

// X is general register n, 0 to 30.
func (h *Hit) X(n int) uint64 { return h.st.X[n] }

// SetX sets general register n, 0 to 30.
func (h *Hit) SetX(n int, v uint64) { h.st.X[n] = v }

// SP is the stack pointer.
func (h *Hit) SP() uint64 { return h.st.SP }

// SetSP sets the stack pointer.
func (h *Hit) SetSP(v uint64) { h.st.SP = v }

// PC is the probe's address for Pre, and where the guest goes on for Post.
func (h *Hit) PC() uint64 { return h.st.PC }

// SetPC sets PC.
func (h *Hit) SetPC(v uint64) { h.st.PC = v }

// PState is PSTATE of the code that was interrupted, in the layout of SPSR.
func (h *Hit) PState() uint64 { return h.control.pstate | h.st.NZCV }

// SetPState sets PSTATE.
func (h *Hit) SetPState(v uint64) {
	h.st.NZCV, h.control.pstate = v&pstateNZCV, v&^pstateNZCV
}

// DAIF is what the processor masks while the handler runs, in the layout of SPSR.
func (h *Hit) DAIF() uint64 { return h.control.el1.PState & daifAll }

// EL1 is the processor's exception state. By inline fidelity no exception is taken, and ESR, ELR and SPSR
// are those of the latest that was.
func (h *Hit) EL1() *runtime.EL1 { return &h.control.el1 }

// Cookie is the probe's.
func (h *Hit) Cookie() uint64 { return h.probe.Cookie }

// Regs copies all registers to r.
func (h *Hit) Regs(r *Regs) {
	r.X, r.SP, r.PC, r.PState = h.st.X, h.st.SP, h.st.PC, h.PState()
}

// SetRegs sets all registers from r.
func (h *Hit) SetRegs(r *Regs) {
	h.st.X, h.st.SP, h.st.PC = r.X, r.SP, r.PC
	h.SetPState(r.PState)
}

// control is the kprobe control block of a vCPU.
type control struct {
	Hit
	m *Manager

	kcb
	running  *Kprobe // whose handler runs, or returned nonzero: the child of current
	hitting  *chain  // whose pre handlers run, by inline fidelity
	stepping *site   // whose instruction runs in its place, with post handlers to follow

	// waiting: the handler that is running waits to change probes.
	waiting atomic.Bool
	// calls is odd while a handler runs guest code; outerHook is then the hook that it runs in.
	calls, outerHook atomic.Uint64

	simFault MemoryFault // what an instruction that is being simulated cannot read
	recent   recentSites

	regs  Regs // of a simulation, or of an event
	fetch FetchContext
	entry []byte // of an event
	ring  *trace.Ring
}

// hook is for [jit.Config]: the guest is at a probe, or, with jit.HookAfter, behind one. The first case is that of
// every hit; a site that has come to the number since is at another address.
func hook(c *jit.CPU, number uint64) {
	ctl := c.Local.(*control)
	if number >= stubHook {
		ctl.hookOther(number)
	} else if s := ctl.m.sites.hit(number); s != nil && s.addr == ctl.st.PC {
		ctl.hit(s)
	}
}

func (ctl *control) hookOther(number uint64) {
	if number < jit.HookActions {
		ctl.stub(number)
		return
	}
	s := ctl.m.sites.hit(number & (jit.HookActions - 1))
	switch {
	case s == nil && number&jit.HookActions != 0:
		ctl.ring.Drop()
	case s == nil: // unregistered since the guest got here
	case number&jit.HookActions != 0:
		ctl.actions(s, number>>32&(maxActions-1), number>>serialShift)
	default:
		ctl.behind(s)
	}
}

// Stepped is for [jit.Config]: the instruction at pc has run, but what After put behind it
// has not.
func (m *Manager) Stepped(c *jit.CPU, pc uint64) {
	ctl := c.Local.(*control)
	if s := ctl.stepping; s != nil && s.addr == pc {
		ctl.behind(s)
	}
}

// hit runs the pre handlers of s.
func (ctl *control) hit(s *site) {
	ch := s.chain.Load()
	if ch == nil {
		return
	}
	if s.kind == KindUprobe {
		ctl.hitUser(s, ch)
		return
	}
	if ctl.current != nil {
		if ctl.nests() {
			ctl.missAll(ch)
		} else {
			ctl.tooDeep(s)
			ctl.die()
		}
		return
	}
	ctl.current, ctl.status, ctl.stepping = s, hitActive, nil
	ctl.maskHandler()
	ctl.hitting = ch
	ctl.goOn(s, ch, ctl.pre(ch.all, false))
}

// goOn sees to it that the guest goes on as the kernel's would when pre handlers have run; proceed says that the
// instruction is to run.
func (ctl *control) goOn(s *site, ch *chain, proceed bool) {
	ctl.el1.PState = ctl.pstate
	switch {
	case ctl.dead:
		ctl.die()
	case !proceed:
		if ctl.st.PC == s.addr {
			ctl.cpu.Again()
		}
		if !ctl.mech().clearsCurrent {
			ctl.setInner(true)
			return
		}
	case s.verdict.Class == Simulated && (ch.post || ctl.st.PC != s.addr && s.verdict.Handler.advances()):
		ctl.simulate(s, ch)
	case s.slot != 0 && ctl.mech().runsAway(ctl.pstate):
		ctl.setup(s, false)
		ctl.eret()
		return
	default:
		ctl.st.PC = s.addr
		if ch.post {
			ctl.stepping = s
		}
	}
	ctl.current = nil
}

// pre runs pre handlers, and says whether the instruction is to run. Unless it is guarded, it is the engine that catches
// a panic, which then comes to caught.
func (ctl *control) pre(list []*Kprobe, guarded bool) bool {
	for _, p := range list {
		if p.off.Load() {
			continue
		}
		ctl.cpu.Count(int(p.counter))
		ctl.running = p
		if o := p.outputs.Load(); o != nil && p.ret() == nil {
			o.event.do(ctl, o.list, ctl.current.addr, 0)
		}
		ret := 0
		switch {
		case p.Pre == nil:
		case guarded:
			ret = ctl.callPre(p)
		default:
			ctl.probe = p
			ret = p.Pre(&ctl.Hit)
		}
		if ret != 0 {
			return false
		}
	}
	return true
}

// caught is for [jit.Config]: hook has panicked. A hit goes on with the pre handler behind the one that did it.
func caught(c *jit.CPU, r any) {
	ctl := c.Local.(*control)
	s, ch := ctl.current, ctl.hitting
	if s == nil || ctl.status != hitActive {
		panic(r) // it was none of the handlers that may
	}
	ctl.panicked(ctl.running, r)
	ctl.st.PC = s.addr
	rest := ch.all[slices.Index(ch.all, ctl.running)+1:]
	ctl.goOn(s, ch, ctl.pre(rest, true))
}

// behind runs the post handlers of s after its instruction.
func (ctl *control) behind(s *site) {
	if ctl.stepping != s {
		return // the hit was before the post handler was registered
	}
	ctl.stepping = nil
	if ch := s.chain.Load(); ch != nil {
		ctl.postInline(s, ch)
	}
}

// postInline runs post handlers behind an instruction that ran in its place.
func (ctl *control) postInline(s *site, ch *chain) {
	ctl.maskHandler()
	ctl.postMasked(s, ch)
}

func (ctl *control) postMasked(s *site, ch *chain) {
	ctl.current, ctl.status = s, hitDone
	ctl.post(ch)
	ctl.el1.PState = ctl.pstate
	ctl.current = nil
	if ctl.dead {
		ctl.die()
	}
}

// die has the guest take the exception that it does not come back from.
func (ctl *control) die() {
	ctl.st.PC = ctl.m.stubs.dead
	ctl.cpu.Again()
}

func (ctl *control) post(ch *chain) {
	for _, p := range ch.all {
		if p.Post != nil && !p.off.Load() {
			ctl.running = p
			ctl.callPost(p)
		}
	}
}

// simulate does the instruction's work, and what follows it. An instruction that cannot
// read its memory runs in its place, and faults there.
func (ctl *control) simulate(s *site, ch *chain) {
	ctl.Regs(&ctl.regs)
	if Simulate(ctl.m.cfg.Rules, s.verdict.Handler, s.word, s.addr, &ctl.regs, ctl.m.cfg.Memory) != nil {
		ctl.st.PC = s.addr
		return
	}
	ctl.SetRegs(&ctl.regs)
	ctl.maskHandler()
	ctl.st.Budget-- // the engine does not know that it has run
	if s.verdict.Handler == HandlerNop {
		ctl.pstate &^= runtime.PStateBTYPE
	}
	ctl.postMasked(s, ch)
	ctl.ran = ctl.cpu.Insns()
	if ctl.st.PC == s.addr {
		ctl.cpu.Again()
	}
}

// advances says that the kernel's handler goes on behind regs.PC, and not behind the
// instruction or at its target.
func (h Handler) advances() bool {
	switch h {
	case HandlerAdr, HandlerLdr, HandlerLdrsw, HandlerNop:
		return true
	}
	return false
}

func (ctl *control) callPre(p *Kprobe) (ret int) {
	pc := ctl.st.PC
	defer func() {
		if r := recover(); r != nil {
			ret, ctl.st.PC = 0, pc
			ctl.panicked(p, r)
		}
	}()
	ctl.probe = p
	return p.Pre(&ctl.Hit)
}

func (ctl *control) callPost(p *Kprobe) {
	defer ctl.recoverHandler(p)
	ctl.probe = p
	p.Post(&ctl.Hit)
}

func (ctl *control) callFault(p *Kprobe) (ret int) {
	defer ctl.recoverHandler(p)
	const vector = 0 // arm64 has no trap numbers
	ctl.probe = p
	return p.Fault(&ctl.Hit, vector)
}

// recoverHandler is deferred around a handler.
func (ctl *control) recoverHandler(p *Kprobe) {
	if r := recover(); r != nil {
		ctl.panicked(p, r)
	}
}

// panicked reports a handler that has panicked, and disables its probe. The guest goes on, as if the handler had
// returned, or is given up, as configured.
func (ctl *control) panicked(p *Kprobe, r any) {
	place, did := "nowhere", "it is disabled"
	if at, ok := ctl.m.disable(p, nil); ok {
		place = ctl.m.place(at)
	}
	if ctl.m.cfg.PanicStops {
		ctl.dead, did = true, "the guest is given up"
	}
	ctl.m.cfg.Report(fmt.Sprintf("probe at %s: its handler panicked, %s: %v\n%s", place, did, r, debug.Stack()))
}
