package runtime

import (
	"encoding/binary"
	"syscall"
	"time"
)

// maxTimers bounds the POSIX timers of a process.
const maxTimers = 4096

// How a timer says that it expired (sigev_notify).
const (
	sigevSignal   = 0
	sigevNone     = 1
	sigevThreadID = 4
)

// sigevent is what matters of struct sigevent.
type sigevent struct {
	value  uint64
	signal syscall.Signal
	notify uint32
	thread int32
}

func (t *Thread) readSigevent(ptr uint64, id int32) (ev sigevent, e syscall.Errno) {
	if ptr == 0 {
		return sigevent{uint64(id), syscall.SIGALRM, sigevSignal, 0}, 0
	}
	var b [64]byte
	if e = t.p.mem.Read(ptr, b[:]); e != 0 {
		return ev, e
	}
	le := binary.LittleEndian
	ev = sigevent{le.Uint64(b[0:]), syscall.Signal(le.Uint32(b[8:])), le.Uint32(b[12:]), int32(le.Uint32(b[16:]))}
	switch ev.notify {
	case sigevNone:
		return ev, 0
	case sigevSignal:
	case sigevThreadID:
		if t.p.threads[int(ev.thread)] == nil {
			return ev, syscall.EINVAL
		}
	default:
		return ev, syscall.EINVAL
	}
	if !validSignal(uint64(ev.signal)) {
		e = syscall.EINVAL
	}
	return ev, e
}

func sysTimerCreate(t *Thread, a *args) uint64 {
	clock, e := t.clock(a[0])
	if e != 0 {
		return fail(e)
	}
	if clock == clockThreadCPU {
		clock = threadClock(int32(t.host))
	}
	if clock <= clockTAI && now(clock) == 0 {
		return fail(syscall.EINVAL)
	}
	p := t.p
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.timers) >= maxTimers {
		return fail(syscall.EAGAIN)
	}
	id := int32(0)
	for p.timers[id] != nil {
		id++
	}
	ev, e := t.readSigevent(a[1], id)
	if e == 0 {
		e = p.mem.Write32(a[2], uint32(id))
	}
	if e != 0 {
		return fail(e)
	}
	p.timers[id] = &timer{p: p, clock: clock, post: func(overrun int32) {
		i := timerInfo(ev.signal, id, ev.value)
		binary.LittleEndian.PutUint32(i[20:], uint32(overrun))
		switch ev.notify {
		case sigevSignal:
			p.post(nil, i)
		case sigevThreadID:
			if to := p.threads[int(ev.thread)]; to != nil {
				p.post(to, i)
			}
		}
	}}
	return 0
}

// withTimer calls f with a POSIX timer, under p.mu.
func (t *Thread) withTimer(id uint64, f func(*timer) uint64) uint64 {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	tm := t.p.timers[int32(id)]
	if tm == nil {
		return fail(syscall.EINVAL)
	}
	return f(tm)
}

func sysTimerDelete(t *Thread, a *args) uint64 {
	return t.withTimer(a[0], func(tm *timer) uint64 {
		tm.set(0, 0)
		delete(t.p.timers, int32(a[0]))
		return 0
	})
}

func sysTimerGetoverrun(t *Thread, a *args) uint64 {
	return t.withTimer(a[0], func(tm *timer) uint64 { return uint64(tm.overrun) })
}

func sysTimerGettime(t *Thread, a *args) uint64 {
	return t.withTimer(a[0], func(tm *timer) uint64 {
		return result(0, t.writeItimerspec(a[1], tm.interval, tm.left()))
	})
}

// writeItimerspec writes two timespecs.
func (t *Thread) writeItimerspec(ptr uint64, interval, value time.Duration) syscall.Errno {
	if e := t.writeTimespec(ptr, interval); e != 0 {
		return e
	}
	return t.writeTimespec(ptr+16, value)
}

func sysTimerSettime(t *Thread, a *args) uint64 {
	interval, e := t.readTimespec(a[2])
	if e != 0 {
		return fail(e)
	}
	value, e := t.readTimespec(a[2] + 16)
	if e != 0 {
		return fail(e)
	}
	return t.withTimer(a[0], func(tm *timer) uint64 {
		if a[3] != 0 {
			if e := t.writeItimerspec(a[3], tm.interval, tm.left()); e != 0 {
				return fail(e)
			}
		}
		const absolute = 1
		tm.start(duration(value), duration(interval), a[1]&absolute != 0)
		return 0
	})
}

// start arms the timer for a moment or after a while; 0 disarms it.
func (t *timer) start(value, interval time.Duration, absolute bool) {
	if value == 0 {
		t.set(0, interval)
		return
	}
	if !absolute {
		value += now(t.clock)
	}
	t.set(value, interval)
}

// itimers is what each interval timer of a process counts and sends. The time a guest
// spends in its own code and in the kernel is not told apart.
var itimers = [...]struct {
	clock  uintptr
	signal syscall.Signal
}{
	{clockMonotonic, syscall.SIGALRM},
	{clockProcessCPU, syscall.SIGVTALRM},
	{clockProcessCPU, syscall.SIGPROF},
}

// itimer is an interval timer. p.mu is held.
func (p *Process) itimer(which uint64) *timer {
	if p.itimers[which] == nil {
		kind := itimers[which]
		p.itimers[which] = &timer{p: p, clock: kind.clock, post: func(int32) { p.post(nil, makeInfo(kind.signal, siKernel)) }}
	}
	return p.itimers[which]
}

func sysGetitimer(t *Thread, a *args) uint64 {
	if a[0] >= uint64(len(itimers)) {
		return fail(syscall.EINVAL)
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	return result(0, t.writeItimerval(a[1], t.p.itimer(a[0])))
}

func (t *Thread) writeItimerval(ptr uint64, tm *timer) syscall.Errno {
	var b [32]byte
	putTimeval(b[0:], tm.interval)
	putTimeval(b[16:], tm.left())
	return t.p.mem.Write(ptr, b[:])
}

func sysSetitimer(t *Thread, a *args) uint64 {
	if a[0] >= uint64(len(itimers)) {
		return fail(syscall.EINVAL)
	}
	var b [32]byte
	if a[1] != 0 {
		if e := t.p.mem.Read(a[1], b[:]); e != 0 {
			return fail(e)
		}
	}
	interval, e1 := getTimeval(b[0:])
	value, e2 := getTimeval(b[16:])
	if e1|e2 != 0 {
		return fail(syscall.EINVAL)
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	tm := t.p.itimer(a[0])
	if a[2] != 0 {
		if e := t.writeItimerval(a[2], tm); e != 0 {
			return fail(e)
		}
	}
	tm.start(value, interval, false)
	return 0
}
