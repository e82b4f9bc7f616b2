package runtime

import (
	"encoding/binary"
	"syscall"
	"time"
)

// pushMask sets the signal mask for the length of one system call. What was blocked
// before comes back with popMask, or when a signal has been delivered.
func (t *Thread) pushMask(ptr, size uint64) syscall.Errno {
	if ptr == 0 {
		return 0
	}
	if size != 8 {
		return syscall.EINVAL
	}
	set, e := t.p.mem.Read64(ptr)
	if e != 0 {
		return e
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	t.savedMask, t.maskSaved = t.blocked, true
	t.setBlocked(sigSet(set))
	return 0
}

func (t *Thread) popMask(e syscall.Errno) {
	if !t.maskSaved || e == eRestartNoHand {
		return
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	t.maskSaved = false
	t.setBlocked(t.savedMask)
}

// deadline is when a relative time-out ends; the zero time is never.
func deadline(d time.Duration) time.Time {
	return time.Now().Add(d) // carries the monotonic clock
}

// until is the time left, not negative.
func until(end time.Time) time.Duration { return max(time.Until(end), 0) }

// readTimespec reads a struct timespec.
func (t *Thread) readTimespec(ptr uint64) (syscall.Timespec, syscall.Errno) {
	var b [16]byte
	e := t.p.mem.Read(ptr, b[:])
	ts := syscall.Timespec{Sec: int64(binary.LittleEndian.Uint64(b[:])), Nsec: int64(binary.LittleEndian.Uint64(b[8:]))}
	if e == 0 && (ts.Sec < 0 || ts.Nsec < 0 || ts.Nsec >= 1e9) {
		e = syscall.EINVAL
	}
	return ts, e
}

func (t *Thread) writeTimespec(ptr uint64, d time.Duration) syscall.Errno {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], uint64(d/time.Second))
	binary.LittleEndian.PutUint64(b[8:], uint64(d%time.Second))
	return t.p.mem.Write(ptr, b[:])
}

// duration is a timespec, as far as a Duration can say it.
func duration(ts syscall.Timespec) time.Duration {
	const most = 1 << 33 // seconds, 272 years
	return time.Duration(min(ts.Sec, most))*time.Second + time.Duration(ts.Nsec)
}

// waiting repeats a host call that waits with a time-out until it has a result or a
// signal comes. try gets the time that is left; forever if there is no end.
func (t *Thread) waiting(end time.Time, try func(left *syscall.Timespec) (uintptr, syscall.Errno)) (uintptr, syscall.Errno) {
	for {
		if t.interrupted() {
			return 0, eRestartNoHand
		}
		var left *syscall.Timespec
		if !end.IsZero() {
			t.scratch.ts = syscall.NsecToTimespec(int64(until(end)))
			left = &t.scratch.ts
		}
		if r, e := try(left); e != syscall.EINTR {
			return r, e
		}
	}
}

// timeout reads an optional relative time-out. The zero time is none.
func (t *Thread) timeout(ptr uint64) (end time.Time, e syscall.Errno) {
	if ptr == 0 {
		return end, 0
	}
	ts, e := t.readTimespec(ptr)
	return deadline(duration(ts)), e
}

func sysPpoll(t *Thread, a *args) uint64 {
	fds, e := t.addr(a[0])
	if e != 0 {
		return fail(e)
	}
	end, e := t.timeout(a[2])
	if e == 0 {
		e = t.pushMask(a[3], a[4])
	}
	if e != 0 {
		return fail(e)
	}
	r, e := t.waiting(end, func(left *syscall.Timespec) (uintptr, syscall.Errno) {
		r, _, e := syscall.Syscall6(hostNr(nrPpoll), fds, uintptr(a[1]), pointer(left), 0, 0, 0)
		return r, e
	})
	return t.finishWait(r, e, end, a[2])
}

// finishWait ends ppoll and pselect6, which say how much time was left.
func (t *Thread) finishWait(r uintptr, e syscall.Errno, end time.Time, timeout uint64) uint64 {
	t.popMask(e)
	if timeout != 0 {
		t.writeTimespec(timeout, until(end))
	}
	return result(r, e)
}

func sysPselect6(t *Thread, a *args) uint64 {
	var sets [3]uintptr
	for i := range sets {
		var e syscall.Errno
		if sets[i], e = t.addr(a[1+i]); e != 0 {
			return fail(e)
		}
	}
	end, e := t.timeout(a[4])
	if e == 0 && a[5] != 0 { // the mask and its size, in memory
		var ptr, size uint64
		if ptr, e = t.p.mem.Read64(a[5]); e == 0 {
			if size, e = t.p.mem.Read64(a[5] + 8); e == 0 {
				e = t.pushMask(ptr, size)
			}
		}
	}
	if e != 0 {
		return fail(e)
	}
	r, e := t.waiting(end, func(left *syscall.Timespec) (uintptr, syscall.Errno) {
		r, _, e := syscall.Syscall6(hostNr(nrPselect6), uintptr(a[0]), sets[0], sets[1], sets[2], pointer(left), 0)
		return r, e
	})
	return t.finishWait(r, e, end, a[4])
}

// epollEventSize is struct epoll_event, which is packed on amd64 only.
const epollEventSize = 16

// maxEpollEvents is how many events one call returns at most; the guest asks again.
const maxEpollEvents = 1024

func sysEpollCtl(t *Thread, a *args) uint64 {
	ep, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	fd, e := t.fd(a[2])
	if e != 0 {
		return fail(e)
	}
	var ev syscall.EpollEvent
	if int32(a[1]) != syscall.EPOLL_CTL_DEL {
		var b [epollEventSize]byte
		if e := t.p.mem.Read(a[3], b[:]); e != 0 {
			return fail(e)
		}
		ev.Events = binary.LittleEndian.Uint32(b[0:])
		ev.Fd = int32(binary.LittleEndian.Uint32(b[8:]))
		ev.Pad = int32(binary.LittleEndian.Uint32(b[12:]))
	}
	err := syscall.EpollCtl(int(ep), int(int32(a[1])), int(fd), &ev)
	if err != nil {
		return fail(err.(syscall.Errno))
	}
	return 0
}

func sysEpollPwait(t *Thread, a *args) uint64 {
	var end time.Time
	if ms := int32(a[3]); ms >= 0 {
		end = deadline(time.Duration(ms) * time.Millisecond)
	}
	return t.epollWait(a, end)
}

func sysEpollPwait2(t *Thread, a *args) uint64 {
	end, e := t.timeout(a[3])
	if e != 0 {
		return fail(e)
	}
	return t.epollWait(a, end)
}

func (t *Thread) epollWait(a *args, end time.Time) uint64 {
	ep, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	n := int32(a[2])
	if n <= 0 {
		return fail(syscall.EINVAL)
	}
	if t.scratch.epoll == nil {
		t.scratch.epoll = make([]syscall.EpollEvent, maxEpollEvents)
	}
	evs := t.scratch.epoll[:min(n, maxEpollEvents)]
	if e := t.pushMask(a[4], a[5]); e != 0 {
		return fail(e)
	}
	r, e := t.waiting(end, func(left *syscall.Timespec) (uintptr, syscall.Errno) {
		ms := -1
		if left != nil { // not early
			ms = int(min((left.Nano()+999_999)/1_000_000, 1<<31-1))
		}
		r, _, e := syscall.Syscall6(hostNr(nrEpollPwait), ep, pointer(&evs[0]), uintptr(len(evs)), uintptr(ms), 0, 0)
		return r, e
	})
	t.popMask(e)
	if e != 0 {
		return fail(e)
	}
	var b [epollEventSize]byte
	for i, ev := range evs[:r] {
		binary.LittleEndian.PutUint32(b[0:], ev.Events)
		binary.LittleEndian.PutUint32(b[8:], uint32(ev.Fd))
		binary.LittleEndian.PutUint32(b[12:], uint32(ev.Pad))
		if e := t.p.mem.Write(a[1]+uint64(i)*epollEventSize, b[:]); e != 0 {
			return fail(e)
		}
	}
	return uint64(r)
}
