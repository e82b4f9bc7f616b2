package probes

import (
	goruntime "runtime"
	"slices"
	"sync"
	"time"

	"axol/jit"

	"golang.org/x/sys/unix"
)

// counters hands out the vCPUs' counters, one to a probe, and knows the vCPUs.
type counters struct {
	mu       sync.Mutex
	cpus     []*control // guarded by mu: attached
	finished []uint64   // guarded by mu: what vCPUs had counted that are detached
	free     []int      // guarded by mu
	next     int        // guarded by mu: the first counter never used
}

func (k *counters) attach(ctl *control) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cpus = append(k.cpus, ctl)
}

func (k *counters) detach(c *jit.CPU) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cpus = slices.DeleteFunc(k.cpus, func(x *control) bool { return x.cpu == c })
	k.finished = append(k.finished, make([]uint64, k.next-len(k.finished))...)
	for n := range k.finished {
		k.finished[n] += c.Counter(n)
	}
}

// take gives out a counter, and what it shows now.
func (k *counters) take() (n int, shows uint64, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch last := len(k.free) - 1; {
	case last >= 0:
		n, k.free = k.free[last], k.free[:last]
	case k.next == jit.Counters:
		return 0, 0, false
	default:
		n = k.next
		k.next++
	}
	return n, k.total(n), true
}

func (k *counters) give(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.free = append(k.free, n)
}

// sum is what counter n shows on all vCPUs, those that are gone included.
func (k *counters) sum(n int) uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.total(n)
}

func (k *counters) total(n int) (sum uint64) {
	if n < len(k.finished) {
		sum = k.finished[n]
	}
	for _, ctl := range k.cpus {
		sum += ctl.cpu.Counter(n)
	}
	return sum
}

// running is the vCPU a handler of which is the caller, nil if the caller is none.
func (k *counters) running() *control {
	thread := unix.Gettid()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, ctl := range k.cpus {
		if ctl.cpu.Thread() == thread && ctl.cpu.InHook() != 0 {
			return ctl
		}
	}
	return nil
}

// settle waits until every handler that runs now has ended: one that was begun before it
// could see the latest change of probes. It does not wait for self, the caller's own vCPU,
// nor for a handler that waits to change probes: that one will see the change.
func (k *counters) settle(self *control) {
	k.mu.Lock()
	cpus := slices.Clone(k.cpus)
	k.mu.Unlock()
	for _, ctl := range cpus {
		if ctl != self {
			ctl.waitIdle()
		}
	}
}

func (ctl *control) waitIdle() {
	seen, _ := ctl.inHandler(0)
	if seen == 0 {
		return
	}
	for spins := 0; !ctl.waiting.Load(); spins++ {
		if _, same := ctl.inHandler(seen); !same {
			return
		}
		if spins < 100 {
			goruntime.Gosched()
		} else {
			time.Sleep(20 * time.Microsecond)
		}
	}
}

// inHandler is a number for the hook that the vCPU is in, 0 for none, and whether that is seen. A handler that runs
// guest code is the same hook all the time: what the vCPU's phase says meanwhile is of hooks inside of
// it.
func (ctl *control) inHandler(seen uint64) (now uint64, same bool) {
	for {
		calls := ctl.calls.Load()
		now = ctl.cpu.InHook()
		if calls%2 == 1 {
			now = ctl.outerHook.Load()
			return now, now == seen
		}
		if ctl.calls.Load() == calls {
			return now, now == seen
		}
	}
}
