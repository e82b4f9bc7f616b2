package dynamic

import (
	"fmt"

	"axol/jit"
	"axol/probes"
	"axol/runtime"
	"axol/runtime/mem"
)

// prober is a machine with probes, and with handlers that look whether they see what they should.
type prober struct {
	*machine
	kind  probes.Kind
	armed []armed // of the batch, by the order in which they were armed

	// The trial that is being made.
	start *state
	want  *outcome // of the machine without probes
	pres  int
	posts int
	wrong string // what a handler saw that it should not have
	regs  probes.Regs

	tamper func(h *probes.Hit) // of tests: handlers that change what they should not
	lose   bool                // of tests: probes that are not armed
}

// armed is a probe that is used again and again, at one address after the other.
type armed struct {
	kprobe *probes.Kprobe
	uprobe *probes.Uprobe // if the image is a user program
	runs   uint64         // trials
	err    error          // why it could not be registered
}

// handlers is which handlers the probe at an address has: none, one, or both. It is a function of the address, so
// that a site is tried alike in every sweep.
func (p *prober) handlers(addr uint64) (pre, post bool) {
	if p.kind == probes.KindUprobe {
		return true, false
	}
	return addr>>2&1 != 0, addr>>3&1 != 0
}

// arm puts probes on the addresses, which ascend. They come last first: the scan for exclusive sequences looks at
// what is in front of an instruction, and is not to find breakpoints there that a kernel with one probe does not have.
func (p *prober) arm(addrs []uint64) {
	for len(p.armed) < len(addrs) {
		p.armed = append(p.armed, armed{kprobe: &probes.Kprobe{}, uprobe: &probes.Uprobe{}})
	}
	for i := len(addrs) - 1; i >= 0; i-- {
		a := &p.armed[i]
		a.runs = 0
		pre, post := p.handlers(addrs[i])
		if p.kind == probes.KindUprobe {
			a.uprobe.Addr, a.uprobe.Handler = addrs[i], p.pre
			a.err = p.probes.RegisterUprobe(a.uprobe)
			continue
		}
		a.kprobe.Addr, a.kprobe.Pre, a.kprobe.Post, a.kprobe.Disabled = addrs[i], nil, nil, p.lose
		if pre {
			a.kprobe.Pre = p.pre
		}
		if post {
			a.kprobe.Post = p.post
		}
		a.err = p.probes.Register(a.kprobe)
	}
}

// disarm takes the probes of a batch away. A probe that was not hit once in each trial is an inequality: it is given to report.
func (p *prober) disarm(n int, report func(i int, what string)) error {
	p.engine.Invalidate(0, ^uint64(0)) // all at once is quicker than one by one
	for i := range p.armed[:n] {
		a := &p.armed[i]
		if a.err != nil {
			continue
		}
		probe := a.kprobe
		if p.kind == probes.KindUprobe {
			probe = &a.uprobe.Kprobe
		}
		if err := p.probes.Unregister(probe); err != nil {
			return err
		}
		if hits := p.probes.Hits(probe); hits != a.runs {
			report(i, fmt.Sprintf("%d hits in %d executions", hits, a.runs))
		}
	}
	return nil
}

// try executes the instruction of the probe number i from a state. What handlers had to complain of is in words, empty for nothing.
// If the instruction is known to go wrong in a slot, it may not come to its post handler, and the hit may not be over.
func (p *prober) try(i int, s *state, want *outcome, got *outcome, wrong bool) string {
	p.start, p.want, p.pres, p.posts, p.wrong = s, want, 0, 0, ""
	a := &p.armed[i]
	a.runs++
	p.run(s, got)
	if wrong {
		p.probes.Abandon(p.cpu)
		return ""
	}
	pre, post := p.handlers(s.PC)
	if pre != (p.pres == 1) || (post && want.exit.Kind == jit.ExitRan) != (p.posts == 1) {
		p.wrong += fmt.Sprintf(" the pre handler was called %d times and the post handler %d;", p.pres, p.posts)
	}
	return p.wrong
}

func (p *prober) pre(h *probes.Hit) int {
	p.pres++
	p.look(h, "pre", p.start)
	return 0
}

func (p *prober) post(h *probes.Hit) {
	p.posts++
	p.look(h, "post", &p.want.state)
}

// look compares what a handler sees with what it should see.
func (p *prober) look(h *probes.Hit, who string, want *state) {
	h.Regs(&p.regs)
	r := &p.regs
	r.PC = mem.Untag(r.PC) // of a simulated branch it is the register, tag and all
	mode := uint64(initialPState)
	if p.kind == probes.KindUprobe {
		mode = runtime.ModeEL0
	}
	if r.X != want.X || r.SP != want.SP || r.PC != want.PC || r.PState != want.NZCV|mode {
		saw := outcome{state: *want, pstate: r.PState &^ runtime.PStateNZCV}
		saw.X, saw.SP, saw.PC, saw.NZCV = r.X, r.SP, r.PC, r.PState&runtime.PStateNZCV
		p.wrong += " the " + who + " handler sees:" + saw.diff(&outcome{state: *want, pstate: mode})
	}
	if p.tamper != nil {
		p.tamper(h)
	}
}
