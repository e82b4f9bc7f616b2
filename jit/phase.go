package jit

import (
	goruntime "runtime"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A CPU's phase is where it is, in the two low bits, and counts the changes above them. Only the
// CPU writes it, with every entry into generated code and every way out; others wait for it to change.
const (
	outside = iota
	inside  // in generated code, or in a unit that the interpreter runs
	hooking // in Hook or Stepped, or on the way back into generated code

	phaseMask = 3
)

// A CPU on its way in writes its phase and then looks whether units were dropped; who drops units
// says so and then looks at the phases. One of the two must see the other, for which both need a
// barrier. Hits of probes are many and changes of code are few, so the CPU's is left out, and who
// looks at phases has every thread of the process run one (membarrier, Linux 4.14). Where that cannot
// be had, the CPU has its own.
var membarrier = registerMembarrier()

const (
	membarrierExpedited = 8
	membarrierRegister  = 16
)

func registerMembarrier() bool {
	_, _, e := unix.Syscall(unix.SYS_MEMBARRIER, membarrierRegister, 0, 0)
	return e == 0
}

// enterPhase begins a phase. The store is a plain one: amd64 keeps it behind what the CPU did before.
func (c *CPU) enterPhase(p uint64) {
	w := &c.frame.Host.Phase
	next := *w&^phaseMask + phaseMask + 1 | p
	if membarrier && goruntime.GOARCH == "amd64" {
		*w = next
	} else {
		atomic.StoreUint64(w, next)
	}
}

// phase is the CPU's phase, as others see it.
func (c *CPU) phase() uint64 { return atomic.LoadUint64(&c.frame.Host.Phase) }

// waitOutside waits until every CPU that is in generated code now has left it once. e.mu is held.
// The signals are sent before the barrier, which has the threads notice them at once.
func (e *Engine) waitOutside() {
	for _, c := range e.cpus {
		if c.phase()&phaseMask == inside {
			c.out()
		}
	}
	if membarrier {
		_, _, _ = unix.Syscall(unix.SYS_MEMBARRIER, membarrierExpedited, 0, 0)
	}
	for _, c := range e.cpus {
		c.waitOutside()
	}
}

// waitOutside waits until the CPU has been outside of generated code. A signal that finds the
// CPU on its way in does nothing, so it is sent again after a while.
func (c *CPU) waitOutside() {
	seen := c.phase()
	if seen&phaseMask != inside {
		return
	}
	for tries := 1; c.phase() == seen; tries++ {
		if tries&1023 == 0 {
			c.out()
		}
		goruntime.Gosched()
	}
}
