package runtime

import (
	"encoding/binary"
	"syscall"
	"time"
)

func validSignal(s uint64) bool { return s >= 1 && s <= numSignals }

const sigSetSize = 8

func sysRtSigaction(t *Thread, a *args) uint64 {
	s := syscall.Signal(a[0])
	if !validSignal(a[0]) || a[3] != sigSetSize || a[1] != 0 && unblockable.has(s) {
		return fail(syscall.EINVAL)
	}
	le := binary.LittleEndian
	var b [32]byte
	var act sigAction
	if a[1] != 0 {
		if e := t.p.mem.Read(a[1], b[:]); e != 0 {
			return fail(e)
		}
		act = sigAction{le.Uint64(b[0:]), le.Uint64(b[8:]), le.Uint64(b[16:]), sigSet(le.Uint64(b[24:])) &^ unblockable}
	}
	t.p.mu.Lock()
	old := t.p.actions[s]
	if a[1] != 0 {
		t.p.actions[s] = act
		t.p.handlesStop(s)
		if t.p.ignored(s) { // what waits would do nothing
			t.p.pending.drop(setOf(s))
			for _, o := range t.p.threads {
				o.pendingSigs.drop(setOf(s))
			}
		}
	}
	t.p.mu.Unlock()
	if a[2] == 0 {
		return 0
	}
	le.PutUint64(b[0:], old.handler)
	le.PutUint64(b[8:], old.flags)
	le.PutUint64(b[16:], old.restorer)
	le.PutUint64(b[24:], uint64(old.mask))
	return result(0, t.p.mem.Write(a[2], b[:]))
}

func sysRtSigprocmask(t *Thread, a *args) uint64 {
	if a[3] != sigSetSize {
		return fail(syscall.EINVAL)
	}
	old := t.blocked // only the thread itself changes it
	if a[1] != 0 {
		v, e := t.p.mem.Read64(a[1])
		if e != 0 {
			return fail(e)
		}
		set := sigSet(v)
		switch a[0] {
		case 0: // SIG_BLOCK
			set |= old
		case 1: // SIG_UNBLOCK
			set = old &^ set
		case 2: // SIG_SETMASK
		default:
			return fail(syscall.EINVAL)
		}
		t.p.mu.Lock()
		t.setBlocked(set)
		t.p.mu.Unlock()
	}
	if a[2] != 0 {
		return result(0, t.p.mem.Write64(a[2], uint64(old)))
	}
	return 0
}

func sysRtSigpending(t *Thread, a *args) uint64 {
	if a[1] > sigSetSize {
		return fail(syscall.EINVAL)
	}
	t.p.mu.Lock()
	set := (t.pendingSigs.set | t.p.pending.set) & t.blocked
	t.p.mu.Unlock()
	var b [sigSetSize]byte
	binary.LittleEndian.PutUint64(b[:], uint64(set))
	return result(0, t.p.mem.Write(a[0], b[:a[1]]))
}

func sysRtSigsuspend(t *Thread, a *args) uint64 {
	if a[0] == 0 {
		return fail(syscall.EFAULT)
	}
	if e := t.pushMask(a[0], a[1]); e != 0 {
		return fail(e)
	}
	for !t.interrupted() {
		<-t.wake
	}
	return fail(eRestartNoHand)
}

func sysRtSigtimedwait(t *Thread, a *args) uint64 {
	if a[3] != sigSetSize {
		return fail(syscall.EINVAL)
	}
	v, e := t.p.mem.Read64(a[0])
	if e != 0 {
		return fail(e)
	}
	end, e := t.timeout(a[2])
	if e != 0 {
		return fail(e)
	}
	i, e := t.await(sigSet(v)&^unblockable, end)
	if e == 0 && a[1] != 0 {
		e = t.p.mem.Write(a[1], i[:])
	}
	return result(uintptr(i.signal()), e)
}

// await takes a signal of set as soon as one is there.
func (t *Thread) await(set sigSet, end time.Time) (sigInfo, syscall.Errno) {
	var expired <-chan time.Time
	if !end.IsZero() {
		timer := time.NewTimer(until(end))
		defer timer.Stop()
		expired = timer.C
	}
	p := t.p
	defer func() {
		p.mu.Lock()
		t.awaited = 0
		p.mu.Unlock()
	}()
	for late := false; ; {
		p.mu.Lock()
		t.awaited = set
		i, ok := t.pendingSigs.take(set)
		if !ok {
			i, ok = p.pending.take(set)
		}
		other := p.exiting || t.deliverable() != 0
		if !other {
			t.attention.Store(false)
		}
		p.mu.Unlock()
		switch {
		case ok:
			return i, 0
		case other:
			return i, syscall.EINTR
		case late:
			return i, syscall.EAGAIN
		}
		select {
		case <-t.wake:
		case <-expired:
			late = true
		}
	}
}

func sysRtSigreturn(t *Thread, a *args) uint64 {
	if !t.popFrame() {
		t.p.mu.Lock()
		t.force(makeInfo(syscall.SIGSEGV, siKernel), false)
		t.p.mu.Unlock()
	}
	return t.state.X[0]
}

func sysSigaltstack(t *Thread, a *args) uint64 {
	var b [24]byte
	old := t.alt
	if old.contains(t.state.SP) {
		old.flags |= ssOnstack
	}
	if a[0] != 0 {
		if e := t.p.mem.Read(a[0], b[:]); e != 0 {
			return fail(e)
		}
		if e := t.setAltStack(getAltStack(b[:])); e != 0 {
			return fail(e)
		}
	}
	if a[1] == 0 {
		return 0
	}
	old.put(b[:])
	return result(0, t.p.mem.Write(a[1], b[:]))
}

func sysKill(t *Thread, a *args) uint64 {
	pid := int32(a[0])
	if a[1] > numSignals {
		return fail(syscall.EINVAL)
	}
	if int(pid) != t.p.pid { // other processes, and groups: those have Axol in them as themselves
		_, _, e := syscall.Syscall(hostNr(nrKill), uintptr(pid), uintptr(a[1]), 0)
		return result(0, e)
	}
	if a[1] == 0 {
		return 0
	}
	return t.p.postSelf(nil, killInfo(syscall.Signal(a[1]), siUser, t.p.pid, syscall.Getuid()))
}

func (p *Process) postSelf(t *Thread, i sigInfo) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return result(0, p.post(t, i))
}

func sysTkill(t *Thread, a *args) uint64 {
	return t.signalThread(a[0], a[1], killInfo(syscall.Signal(a[1]), siTkill, t.p.pid, syscall.Getuid()))
}

func sysTgkill(t *Thread, a *args) uint64 {
	if int(int32(a[0])) != t.p.pid {
		return fail(syscall.ESRCH)
	}
	return t.signalThread(a[1], a[2], killInfo(syscall.Signal(a[2]), siTkill, t.p.pid, syscall.Getuid()))
}

func (t *Thread) signalThread(tid, s uint64, i sigInfo) uint64 {
	if s > numSignals || int32(tid) <= 0 {
		return fail(syscall.EINVAL)
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	to := t.p.threads[int(int32(tid))]
	if to == nil {
		return fail(syscall.ESRCH)
	}
	if s == 0 {
		return 0
	}
	return result(0, t.p.post(to, i))
}

// queueInfo reads the siginfo a program wants to send. It may not look like one of the kernel's.
func (t *Thread) queueInfo(s, ptr uint64) (i sigInfo, e syscall.Errno) {
	if !validSignal(s) {
		return i, syscall.EINVAL
	}
	if e = t.p.mem.Read(ptr, i[:]); e != 0 {
		return i, e
	}
	binary.LittleEndian.PutUint32(i[:], uint32(s))
	if code := int32(binary.LittleEndian.Uint32(i[8:])); code >= 0 || code == siTkill {
		return i, syscall.EPERM
	}
	return i, 0
}

func sysRtSigqueueinfo(t *Thread, a *args) uint64 {
	i, e := t.queueInfo(a[1], a[2])
	if e != 0 {
		return fail(e)
	}
	if int(int32(a[0])) != t.p.pid {
		return fail(syscall.ESRCH)
	}
	return t.p.postSelf(nil, i)
}

func sysRtTgsigqueueinfo(t *Thread, a *args) uint64 {
	i, e := t.queueInfo(a[2], a[3])
	if e != 0 {
		return fail(e)
	}
	if int(int32(a[0])) != t.p.pid {
		return fail(syscall.ESRCH)
	}
	return t.signalThread(a[1], a[2], i)
}
