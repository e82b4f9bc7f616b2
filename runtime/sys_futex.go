package runtime

import (
	"syscall"
	"time"
	"unsafe"
)

// Operations of futex. The host's kernel does them on guest memory, where it is.
const (
	futexWait          = 0
	futexWake          = 1
	futexRequeue       = 3
	futexCmpRequeue    = 4
	futexWakeOp        = 5
	futexLockPI        = 6
	futexUnlockPI      = 7
	futexTrylockPI     = 8
	futexWaitBitset    = 9
	futexWakeBitset    = 10
	futexWaitRequeuePI = 11
	futexCmpRequeuePI  = 12
	futexLockPI2       = 13

	futexPrivate  = 128
	futexRealtime = 256
)

func sysFutex(t *Thread, a *args) uint64 {
	addr, e := t.addr(a[0])
	if e != 0 {
		return fail(e)
	}
	op, val, fourth, val3 := uint32(a[1]), uintptr(a[2]), uintptr(a[3]), uintptr(a[5])
	timed := false
	var addr2 uintptr
	switch op &^ (futexPrivate | futexRealtime) {
	case futexWait:
		timed = a[3] != 0
		if timed { // from a time-out to a point in time, so that waiting can go on after an interruption
			end, e := t.timeout(a[3])
			if e != 0 {
				return fail(e)
			}
			t.scratch.ts = monotonic(end)
			fourth = pointer(&t.scratch.ts)
			op = op&^(0x7F|futexRealtime) | futexWaitBitset
			val3 = 0xFFFF_FFFF
		}
	case futexWaitBitset, futexLockPI, futexLockPI2, futexWaitRequeuePI:
		timed = a[3] != 0
		if timed {
			if t.scratch.ts, e = t.readTimespec(a[3]); e != 0 {
				return fail(e)
			}
			fourth = pointer(&t.scratch.ts)
		}
		addr2, e = t.addr(a[4])
	case futexWake, futexWakeBitset, futexUnlockPI, futexTrylockPI:
	case futexRequeue, futexCmpRequeue, futexWakeOp, futexCmpRequeuePI:
		addr2, e = t.addr(a[4])
	default:
		return fail(syscall.ENOSYS)
	}
	if e != 0 {
		return fail(e)
	}
	r, e := t.block(hostNr(nrFutex), addr, uintptr(op), val, fourth, addr2, val3)
	if e == eRestartSys && timed {
		e = eRestartNoHand
	}
	return result(r, e)
}

// monotonic is a moment on the host's CLOCK_MONOTONIC.
func monotonic(end time.Time) syscall.Timespec {
	var now syscall.Timespec
	syscall.Syscall(hostNr(nrClockGettime), clockMonotonic, uintptr(unsafe.Pointer(&now)), 0)
	return syscall.NsecToTimespec(now.Nano() + int64(min(until(end), 1<<62)))
}

// futexWake wakes n waiters.
func (t *Thread) futexWake(a uint64, n int) {
	if h, e := t.addr(a); e == 0 && h != 0 {
		syscall.Syscall6(hostNr(nrFutex), h, futexWake, uintptr(n), 0, 0, 0)
	}
}

// Bits of a robust futex.
const (
	futexWaiters   = 1 << 31
	futexOwnerDied = 1 << 30
	futexTIDMask   = 1<<30 - 1

	maxRobust = 2048 // entries looked at, as in the kernel
)

func sysSetRobustList(t *Thread, a *args) uint64 {
	if a[1] != 24 {
		return fail(syscall.EINVAL)
	}
	t.robust = a[0]
	return 0
}

func sysGetRobustList(t *Thread, a *args) uint64 {
	if a[0] != 0 && int32(a[0]) != int32(t.tid) {
		return fail(syscall.EPERM)
	}
	if e := t.p.mem.Write64(a[1], t.robust); e != 0 {
		return fail(e)
	}
	return result(0, t.p.mem.Write64(a[2], 24))
}

// releaseRobust marks the robust futexes that the thread still holds, when it ends:
// struct robust_list_head is the list, the offset of the futex in an entry, and one
// entry that was being taken or released.
func (t *Thread) releaseRobust() {
	m, head := t.p.mem, t.robust
	if head == 0 {
		return
	}
	offset, e1 := m.Read64(head + 8)
	pending, e2 := m.Read64(head + 16)
	entry, e3 := m.Read64(head)
	if e1|e2|e3 != 0 {
		return
	}
	const pi = 1 // in bit 0 of an address: a priority-inheriting futex
	for range maxRobust {
		if entry&^pi == head || entry == 0 {
			break
		}
		next, e := m.Read64(entry &^ pi)
		if entry != pending {
			t.ownerDied(entry&^pi + offset)
		}
		if e != 0 {
			break
		}
		entry = next
	}
	if pending != 0 {
		t.ownerDied(pending&^pi + offset)
	}
}

func (t *Thread) ownerDied(futex uint64) {
	for {
		old, e := t.p.mem.Read32(futex)
		if e != 0 || old&futexTIDMask != uint32(t.tid) {
			return
		}
		done, e := t.p.mem.CompareAndSwap32(futex, old, old&futexWaiters|futexOwnerDied)
		if e != 0 {
			return
		}
		if done {
			if old&futexWaiters != 0 {
				t.futexWake(futex, 1)
			}
			return
		}
	}
}
