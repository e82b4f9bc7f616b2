package probes

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"axol/jit"
	"axol/jit/ir"
	"axol/probes/trace"
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

// PState is PSTATE in the layout of SPSR. Of a guest program it shows the flags N, Z, C and
// V; the rest is 0 (EL0, nothing masked).
func (h *Hit) PState() uint64 { return h.st.NZCV & pstateNZCV }

// SetPState sets the flags N, Z, C and V.
func (h *Hit) SetPState(v uint64) { h.st.NZCV = v & pstateNZCV }

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

	current  *site // whose handlers are running
	stepping *site // whose instruction runs, with post handlers to follow

	// waiting: the handler that is running waits to change probes.
	waiting atomic.Bool

	regs  Regs // of a simulation, or of an event
	fetch FetchContext
	entry []byte // of an event
	ring  *trace.Ring
}

// Hook is for [jit.Config]: the guest is at a probe, or, with jit.HookAfter, behind one.
func (m *Manager) Hook(c *jit.CPU, number uint64) {
	ctl := c.Local.(*control)
	s := m.sites.hit(number & (jit.HookActions - 1))
	switch {
	case s == nil && number&jit.HookActions != 0:
		ctl.ring.Drop()
	case s == nil: // unregistered since the guest got here
	case number&jit.HookActions != 0:
		ctl.actions(s, number>>32&(maxActions-1), number>>serialShift)
	case number&jit.HookAfter != 0:
		ctl.behind(s)
	case s.addr == ctl.st.PC:
		ctl.hit(s)
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

// hit runs the pre handlers of s, then sees to it that the guest goes on as the kernel's would.
func (ctl *control) hit(s *site) {
	ch := s.chain.Load()
	if ch == nil {
		return
	}
	if ctl.current != nil {
		for _, p := range ch.all {
			p.missed.Add(1)
		}
		return
	}
	ctl.current, ctl.stepping = s, nil
	proceed := ctl.pre(ch)
	switch {
	case !proceed:
		if ctl.st.PC == s.addr {
			ctl.cpu.Again()
		}
	case s.verdict.Class == Simulated && (ch.post || ctl.st.PC != s.addr && s.verdict.Handler.advances()):
		ctl.simulate(s, ch)
	default:
		ctl.st.PC = s.addr
		if ch.post {
			ctl.stepping = s
		}
	}
	ctl.current = nil
}

// pre runs the pre handlers, and says whether the instruction is to run.
func (ctl *control) pre(ch *chain) bool {
	for _, p := range ch.armed {
		if p.off.Load() {
			continue
		}
		ctl.cpu.Count(p.counter)
		if o := p.outputs.Load(); o != nil {
			o.event.do(ctl, o.list, 0, 0)
		}
		if p.Pre != nil && ctl.callPre(p) != 0 {
			return false
		}
	}
	return true
}

// behind runs the post handlers of s after its instruction.
func (ctl *control) behind(s *site) {
	if ctl.stepping != s {
		return // the hit was before the post handler was registered
	}
	ctl.stepping = nil
	if ch := s.chain.Load(); ch != nil {
		ctl.current = s
		ctl.post(ch)
		ctl.current = nil
	}
}

func (ctl *control) post(ch *chain) {
	for _, p := range ch.armed {
		if p.Post != nil && !p.off.Load() {
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
	ctl.st.Budget-- // the engine does not know that it has run
	ctl.post(ch)
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
	defer ctl.recoverHandler(p, &ret)
	ctl.probe = p
	return p.Pre(&ctl.Hit)
}

func (ctl *control) callPost(p *Kprobe) {
	defer ctl.recoverHandler(p, nil)
	ctl.probe = p
	p.Post(&ctl.Hit)
}

// recoverHandler is deferred around a handler: one that panics is reported, its probe is
// disabled, and the guest goes on.
func (ctl *control) recoverHandler(p *Kprobe, ret *int) {
	r := recover()
	if r == nil {
		return
	}
	addr := ctl.current.addr
	if ret != nil {
		*ret, ctl.st.PC = 0, addr
	}
	if ctl.m.disable(p) {
		ctl.m.cfg.Report(fmt.Sprintf("probe at %s: its handler panicked, it is disabled: %v\n%s", ctl.m.place(addr), r, debug.Stack()))
	}
}
