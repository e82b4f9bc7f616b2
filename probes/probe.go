package probes

import (
	"sync/atomic"
	"syscall"
)

// Kprobe is a kprobe: handlers on one instruction. Its exported fields are set before
// [Manager.Register] and left alone until after [Manager.Unregister]; it must not be copied
// in between. Without handlers it counts its hits, which costs the guest one addition.
type Kprobe struct {
	// Where: at Symbol, or at Addr, plus Offset bytes.
	Symbol string
	Addr   uint64
	Offset uint64

	// Pre is called before the instruction. It may change the guest's registers. Unless it
	// returns 0, neither older probes of the instruction nor the instruction itself run, and
	// the guest goes on at PC, which Pre has changed: otherwise it hits the probe again.
	//
	// If Pre changes PC and returns 0, the kernel's odd rule holds: the change is lost, but
	// a simulated ADR, ADRP, LDR (literal), LDRSW (literal) or NOP goes on behind the new PC.
	Pre func(h *Hit) int
	// Post is called after the instruction, unless that faulted, with PC where the guest
	// goes on. It may change the guest's registers, PC included.
	Post func(h *Hit)

	// Fault is called, by kernels before v5.14, when guest code that a handler of the probe calls cannot
	// access its memory. If it returns nonzero the guest goes on, where Fault has set PC.
	Fault func(h *Hit, trap int) int

	// Cookie is for the handlers.
	Cookie uint64

	// Trap has hits of the probe's instruction take the whole way of a breakpoint, whatever
	// Config.Fidelity says.
	Trap bool

	// Disabled: Register does not arm the probe, Enable will.
	Disabled bool

	// Guarded by Manager.mu, as long as the probe is registered:
	site    *site // nil: not registered
	manager *Manager
	count   uint64 // what counter showed when the probe got it; once unregistered, its hits

	role *role // of a probe that is part of another kind

	outputs atomic.Pointer[outputs] // of the probe's event, nil if it has nothing to do but count

	counter int32       // of the vCPUs' counters; constant while registered
	off     atomic.Bool // not to be run
	missed  atomic.Uint64
}

// role is whose kprobe a kprobe is.
type role struct {
	ret  *Kretprobe
	jump *Jprobe
	user *Uprobe
}

func (p *Kprobe) ret() *Kretprobe {
	if p.role == nil {
		return nil
	}
	return p.role.ret
}

func (p *Kprobe) jump() *Jprobe {
	if p.role == nil {
		return nil
	}
	return p.role.jump
}

func (p *Kprobe) user() *Uprobe {
	if p.role == nil {
		return nil
	}
	return p.role.user
}

// Missed is how many times the probe was hit while a handler ran on the vCPU.
func (p *Kprobe) Missed() uint64 { return p.missed.Load() }

// compiled says that generated code does all that is needed at a hit.
func (p *Kprobe) compiled() bool {
	if p.Pre != nil || p.Post != nil {
		return false
	}
	o := p.outputs.Load()
	return p.user() == nil && (o == nil || o.actions != nil)
}

// Error is why a probe cannot be registered, enabled or disabled. It unwraps to the error
// number that the kernel returns.
type Error struct {
	Place  string // the probe's, as far as it is known
	Reason string
	Errno  syscall.Errno
	// Verdict is the rules' if they refuse the instruction.
	Verdict Verdict
	// Ambiguous: the symbol names several places. Same: there is exactly this event already.
	Ambiguous, Same bool
}

func (e *Error) Error() string {
	return "probe at " + e.Place + ": " + e.Reason
}

func (e *Error) Unwrap() error { return e.Errno }
