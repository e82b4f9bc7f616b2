package runtime

import (
	"syscall"
	"time"
	"unsafe"
)

// timer is a POSIX timer, or one of the three interval timers of a process. All of it
// is under p.mu.
type timer struct {
	p     *Process
	clock uintptr // the host's number
	post  func(overrun int32)

	next     time.Duration // on the clock; 0 is not armed
	interval time.Duration
	wait     *time.Timer
	round    int // tells a wait that is out of date
	overrun  int32
}

// now reads a clock of the host; 0 if it is gone, as the clock of a thread may be.
func now(clock uintptr) time.Duration {
	var ts syscall.Timespec
	syscall.Syscall(hostNr(nrClockGettime), clock, uintptr(unsafe.Pointer(&ts)), 0)
	return duration(ts)
}

// set arms the timer: first at next on its clock, or never if that is 0.
func (t *timer) set(next, interval time.Duration) {
	t.next, t.interval = next, interval
	t.schedule()
}

// left is the time to the next expiry; 0 if it is not armed.
func (t *timer) left() time.Duration {
	if t.next == 0 {
		return 0
	}
	return max(t.next-now(t.clock), 1)
}

// shortest is how often the clock is looked at in the end: processor time may pass
// slower than time does, and several threads make it pass faster.
const shortest = time.Millisecond

func (t *timer) schedule() {
	if t.wait != nil {
		t.wait.Stop()
	}
	t.round++
	if t.next == 0 {
		return
	}
	d := t.next - now(t.clock)
	if t.clock == clockProcessCPU {
		d = max(d/time.Duration(max(len(t.p.threads), 1)), shortest)
	}
	round := t.round
	t.wait = time.AfterFunc(max(d, 0), func() { t.expire(round) })
}

func (t *timer) expire(round int) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	if round != t.round || t.p.exiting {
		return
	}
	at := now(t.clock)
	if at == 0 && t.clock > clockTAI { // the thread is gone
		return
	}
	if at < t.next {
		t.schedule()
		return
	}
	t.overrun = 0
	if t.interval > 0 {
		missed := (at - t.next) / t.interval
		t.overrun = int32(min(missed, 1<<31-1))
		t.next += (missed + 1) * t.interval
	} else {
		t.next = 0
	}
	t.post(t.overrun)
	t.schedule()
}

// stopTimers ends all timers when the process has ended.
func (p *Process) stopTimers() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.timers {
		t.set(0, 0)
	}
	for _, t := range p.itimers {
		if t != nil {
			t.set(0, 0)
		}
	}
}
