package jit

import (
	goruntime "runtime"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A CPU's phase is where it is, in the two low bits. The bits above count the changes; the upper
// half is what Engine.drops was when the CPU last went inside. Only the CPU writes it.
const (
	outside = iota
	inside  // in generated code, or in a unit that the interpreter runs
	hooking // in Hook or Stepped, or on the way back into generated code

	phaseMask  = 3
	phaseStep  = phaseMask + 1
	phaseCount = 1<<32 - phaseStep
	phaseDrops = 32
)

// Who drops units counts them in Engine.drops and then looks at the phases; a CPU on its way in
// writes its phase and then looks at drops. One must see the other. A CPU that chooses its unit
// under Engine.mu goes inside under it, too. One that goes on in the middle of a unit has a barrier
// of its own, except on its way back from a hook: hits of probes are many, changes of code are few,
// so that there who drops has every thread of the process run one (membarrier, Linux 4.14). Where
// it cannot be had, the CPU has its own.
var membarrier = registerMembarrier()

const (
	membarrierExpedited = 8
	membarrierRegister  = 16
)

func registerMembarrier() bool {
	_, _, e := unix.Syscall(unix.SYS_MEMBARRIER, membarrierRegister, 0, 0)
	return e == 0
}

// enterPhase begins a phase. The store is a plain one where that will do: amd64 keeps it behind what
// the CPU did before.
func (c *CPU) enterPhase(p uint64) {
	w := &c.frame.Host.Phase
	next := c.drops<<phaseDrops | (*w+phaseStep)&phaseCount | p
	if membarrier && goruntime.GOARCH == "amd64" {
		*w = next
	} else {
		atomic.StoreUint64(w, next)
	}
}

// enterInside goes inside with a barrier.
func (c *CPU) enterInside() {
	c.enterPhase(inside)
	atomic.AddUint64(&c.frame.Host.Phase, phaseStep)
}

// phase is the CPU's phase, as others see it.
func (c *CPU) phase() uint64 { return atomic.LoadUint64(&c.frame.Host.Phase) }

// waitOutside waits until no CPU is in generated code that it entered before the latest drop.
// e.mu is held.
func (e *Engine) waitOutside() {
	now := e.drops.Load()
	for _, c := range e.cpus {
		c.waitOutside(now)
	}
}

// patience is how often a phase is looked at before the CPU is disturbed. A CPU that runs into what
// was dropped comes out by itself, long before a signal could reach it.
const patience = 2000

// waitOutside waits until the CPU is not in generated code, or entered it when drops was now already.
// A signal that finds the CPU on its way in does nothing, so it is sent again after a while.
func (c *CPU) waitOutside(now uint64) {
	for tries := 1; ; tries++ {
		p := c.phase()
		switch {
		case p&phaseMask == outside, p&phaseMask == inside && int32(uint32(p>>phaseDrops)-uint32(now)) >= 0:
			return
		case tries%patience != 0:
			continue
		case p&phaseMask == inside:
			c.out()
		case membarrier:
			_, _, _ = unix.Syscall(unix.SYS_MEMBARRIER, membarrierExpedited, 0, 0)
			if c.phase() == p {
				return // it will see the drop when it comes back
			}
		default:
			return
		}
		goruntime.Gosched()
	}
}
