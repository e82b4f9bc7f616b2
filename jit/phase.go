package jit

import (
	goruntime "runtime"
	"sync/atomic"
	"time"

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
	c.mark.release()
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
func (c *CPU) phase() uint64 {
	p := atomic.LoadUint64(&c.frame.Host.Phase)
	c.mark.acquire()
	return p
}

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
// A signal that finds the CPU on its way in does nothing, so it is sent again; not at once, for the
// CPU has to get on between one and the next.
func (c *CPU) waitOutside(now uint64) {
	var disturbed time.Time
	for tries := 0; ; tries++ {
		p := c.phase()
		if p&phaseMask == outside || p&phaseMask == inside && int32(uint32(p>>phaseDrops)-uint32(now)) >= 0 {
			return
		}
		if tries < patience {
			continue
		}
		if time.Since(disturbed) > time.Millisecond {
			if c.disturb(p) {
				return
			}
			disturbed = time.Now()
		}
		goruntime.Gosched()
	}
}

// disturb makes a CPU that is inside come out. One that is in a hook is left alone: behind a barrier, it
// will see what was dropped when it comes back. The result is whether there is nothing to wait for.
func (c *CPU) disturb(p uint64) bool {
	if p&phaseMask == inside {
		c.out()
		return false
	}
	if membarrier {
		_, _, _ = unix.Syscall(unix.SYS_MEMBARRIER, membarrierExpedited, 0, 0)
	}
	return c.phase() == p
}

// lock locks mu. Who changes code holds it for microseconds, again and again, and a CPU that meets the
// change wants it next: one that slept for it would cost both a wake-up each time, because a mutex
// somebody has slept for long is handed over and not let go.
func (e *Engine) lock() {
	for range patience {
		if e.mu.TryLock() {
			return
		}
	}
	e.mu.Lock()
}
