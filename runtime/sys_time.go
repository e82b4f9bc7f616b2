package runtime

import (
	"encoding/binary"
	"syscall"
	"time"
	"unsafe"
)

// Clocks.
const (
	clockRealtime       = 0
	clockMonotonic      = 1
	clockProcessCPU     = 2
	clockThreadCPU      = 3
	clockBoottime       = 7
	clockRealtimeAlarm  = 8
	clockBoottimeAlarm  = 9
	clockTAI            = 11
	perThreadClockCPU   = 6 // low bits of a clock number made from a thread's number
	perProcessClockCPU  = 2
	clockNumberFromProc = 3 // shift
)

// clock translates clock numbers made of a process or thread number (negative ones).
func (t *Thread) clock(id uint64) (uintptr, syscall.Errno) {
	c := int32(id)
	if c >= 0 {
		return uintptr(c), 0
	}
	who := uint64(uint32(^(c >> clockNumberFromProc)))
	switch c & 7 {
	case perProcessClockCPU:
		if who != 0 && int(who) != t.p.pid {
			return 0, syscall.EINVAL
		}
		return clockProcessCPU, 0
	case perThreadClockCPU:
		host, e := t.hostTID(who)
		if e != 0 {
			return 0, syscall.EINVAL
		}
		if host == 0 {
			return clockThreadCPU, 0
		}
		return threadClock(int32(host)), 0
	}
	return 0, syscall.EINVAL
}

func threadClock(tid int32) uintptr {
	return uintptr(int(^tid<<clockNumberFromProc | perThreadClockCPU))
}

// monoStart pairs a moment of Go's with CLOCK_MONOTONIC, which Go reads but does not
// show: reading clocks through Go needs no system call.
var monoStart = struct {
	at    time.Time
	since time.Duration
}{time.Now(), now(clockMonotonic)}

// sysClockGettime is asked for often, and never waits.
func sysClockGettime(t *Thread, a *args) uint64 {
	switch int32(a[0]) {
	case clockRealtime:
		return result(0, t.writeTimespec(a[1], time.Duration(time.Now().UnixNano())))
	case clockMonotonic:
		return result(0, t.writeTimespec(a[1], monoStart.since+time.Since(monoStart.at)))
	}
	id, e := t.clock(a[0])
	if e != 0 {
		return fail(e)
	}
	to, e := t.addr(a[1])
	if e != 0 {
		return fail(e)
	}
	_, _, e = syscall.RawSyscall(hostNr(nrClockGettime), id, to, 0)
	return result(0, e)
}

func sysClockGetres(t *Thread, a *args) uint64 {
	id, e := t.clock(a[0])
	if e != 0 {
		return fail(e)
	}
	a[0] = uint64(id)
	return t.pass("i*", hostNr(nrClockGetres), a)
}

func sysNanosleep(t *Thread, a *args) uint64 {
	return t.sleep(clockMonotonic, false, a[0], a[1])
}

func sysClockNanosleep(t *Thread, a *args) uint64 {
	id, e := t.clock(a[0])
	if e != 0 {
		return fail(e)
	}
	if id == clockThreadCPU {
		return fail(syscall.EINVAL)
	}
	const absolute = 1
	return t.sleep(id, a[1]&absolute != 0, a[2], a[3])
}

// sleep waits until a moment on a clock, so that it can be taken up after an interruption.
func (t *Thread) sleep(clock uintptr, absolute bool, request, remain uint64) uint64 {
	ts, e := t.readTimespec(request)
	if e != 0 {
		return fail(e)
	}
	if !absolute {
		if clock == clockRealtime { // a relative sleep does not notice that the clock is set
			clock = clockMonotonic
		}
		var now syscall.Timespec
		if _, _, e := syscall.Syscall(hostNr(nrClockGettime), clock, uintptr(unsafe.Pointer(&now)), 0); e != 0 {
			return fail(e)
		}
		ts = addTime(now, ts)
	}
	end := &t.scratch.ts
	*end = ts
	const timerAbstime = 1
	r, e := t.block(hostNr(nrClockNanosleep), clock, timerAbstime, pointer(end), 0, 0, 0)
	if e != eRestartSys {
		return result(r, e)
	}
	if !absolute && remain != 0 {
		var now syscall.Timespec
		syscall.Syscall(hostNr(nrClockGettime), clock, uintptr(unsafe.Pointer(&now)), 0)
		if e := t.writeTimespec(remain, max(duration(*end)-duration(now), 0)); e != 0 {
			return fail(e)
		}
	}
	return fail(eRestartNoHand)
}

func addTime(a, b syscall.Timespec) syscall.Timespec {
	const forever = 1 << 61
	sec, nsec := min(a.Sec, forever)+min(b.Sec, forever), a.Nsec+b.Nsec
	if nsec >= 1e9 {
		sec, nsec = sec+1, nsec-1e9
	}
	return syscall.Timespec{Sec: sec, Nsec: nsec}
}

// putTimeval writes a struct timeval.
func putTimeval(b []byte, d time.Duration) {
	binary.LittleEndian.PutUint64(b[0:], uint64(d/time.Second))
	binary.LittleEndian.PutUint64(b[8:], uint64(d%time.Second/time.Microsecond))
}

func getTimeval(b []byte) (time.Duration, syscall.Errno) {
	ts := syscall.Timespec{Sec: int64(binary.LittleEndian.Uint64(b[0:])), Nsec: int64(binary.LittleEndian.Uint64(b[8:]))}
	if ts.Sec < 0 || ts.Nsec < 0 || ts.Nsec >= 1e6 {
		return 0, syscall.EINVAL
	}
	ts.Nsec *= 1000
	return duration(ts), 0
}
