package runtime

import (
	"encoding/binary"
	"math/bits"
	"os"
	"syscall"
)

// Signals are the machine's own affair: the host's are only forwarded. A signal is
// posted to a process or a thread, waits while it is blocked, and is delivered by
// the thread that takes it, between two runs of guest code.

const (
	numSignals = 64
	firstRT    = 32
	maxQueued  = 1024 // real-time signals waiting at one place
)

// sigSet has bit N-1 set for signal N.
type sigSet uint64

func setOf(ss ...syscall.Signal) (set sigSet) {
	for _, s := range ss {
		set |= 1 << (s - 1)
	}
	return set
}

func (set sigSet) has(s syscall.Signal) bool { return set>>(s-1)&1 != 0 }

var (
	unblockable = setOf(syscall.SIGKILL, syscall.SIGSTOP)
	// Faults of the running instruction, which go first.
	synchronous = setOf(syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGFPE, syscall.SIGSYS)

	ignoredByDefault = setOf(syscall.SIGCHLD, syscall.SIGCONT, syscall.SIGURG, syscall.SIGWINCH)
	stopsByDefault   = setOf(syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU)
)

// sigAction is struct sigaction of arm64.
type sigAction struct {
	handler, flags, restorer uint64
	mask                     sigSet
}

// Handlers that are none.
const (
	sigDfl = 0
	sigIgn = 1
)

// The flags of sigaction that matter here.
const (
	saSiginfo   = 0x4
	saRestorer  = 0x0400_0000
	saOnstack   = 0x0800_0000
	saRestart   = 0x1000_0000
	saNodefer   = 0x4000_0000
	saResethand = 0x8000_0000
)

// sigInfo is siginfo_t, the same on all 64-bit machines.
type sigInfo [128]byte

// The codes that say where a signal comes from.
const (
	siUser   = 0
	siKernel = 0x80
	siQueue  = -1
	siTimer  = -2
	siTkill  = -6

	segvMaperr, segvAccerr = 1, 2
	busAdraln, busAdrerr   = 1, 2
	illIllopc              = 1
	trapBrkpt              = 1
)

func makeInfo(s syscall.Signal, code int32) (i sigInfo) {
	binary.LittleEndian.PutUint32(i[0:], uint32(s))
	binary.LittleEndian.PutUint32(i[8:], uint32(code))
	return i
}

// killInfo is a signal sent by a process.
func killInfo(s syscall.Signal, code int32, pid, uid int) sigInfo {
	i := makeInfo(s, code)
	binary.LittleEndian.PutUint32(i[16:], uint32(pid))
	binary.LittleEndian.PutUint32(i[20:], uint32(uid))
	return i
}

// faultInfo is a fault at guest address a.
func faultInfo(s syscall.Signal, code int32, a uint64) sigInfo {
	i := makeInfo(s, code)
	binary.LittleEndian.PutUint64(i[16:], a)
	return i
}

// timerInfo is the expiry of a POSIX timer.
func timerInfo(s syscall.Signal, id int32, value uint64) sigInfo {
	i := makeInfo(s, siTimer)
	binary.LittleEndian.PutUint32(i[16:], uint32(id))
	binary.LittleEndian.PutUint64(i[24:], value)
	return i
}

func (i *sigInfo) signal() syscall.Signal { return syscall.Signal(binary.LittleEndian.Uint32(i[:])) }

// sigQueue is signals that wait. A standard signal waits once, real-time signals queue up.
type sigQueue struct {
	set   sigSet
	infos []sigInfo
}

func (q *sigQueue) push(i sigInfo) syscall.Errno {
	s := i.signal()
	if q.set.has(s) && s < firstRT {
		return 0
	}
	if len(q.infos) >= maxQueued {
		return syscall.EAGAIN
	}
	q.set |= setOf(s)
	q.infos = append(q.infos, i)
	return 0
}

// take removes and returns the next signal of set: faults first, then by number.
func (q *sigQueue) take(set sigSet) (sigInfo, bool) {
	set &= q.set
	if set == 0 {
		return sigInfo{}, false
	}
	if set&synchronous != 0 {
		set &= synchronous
	}
	s := syscall.Signal(bits.TrailingZeros64(uint64(set)) + 1)
	var found sigInfo
	rest, first, more := q.infos[:0], true, false
	for _, i := range q.infos {
		switch {
		case i.signal() != s:
			rest = append(rest, i)
		case first:
			found, first = i, false
		default:
			rest, more = append(rest, i), true
		}
	}
	q.infos = rest
	if !more {
		q.set &^= setOf(s)
	}
	return found, true
}

// drop removes all signals of set.
func (q *sigQueue) drop(set sigSet) {
	for {
		if _, ok := q.take(set); !ok {
			return
		}
	}
}

// ignored reports whether the action for s is to do nothing. p.mu is held.
func (p *Process) ignored(s syscall.Signal) bool {
	h := p.actions[s].handler
	return h == sigIgn || h == sigDfl && ignoredByDefault.has(s)
}

// post sends a signal to a thread, or to the process if t is nil. p.mu is held.
func (p *Process) post(t *Thread, i sigInfo) syscall.Errno {
	s := i.signal()
	switch s {
	case syscall.SIGKILL:
		p.exitByLocked(s)
		return 0
	case syscall.SIGSTOP:
		return stopSelf()
	}
	if p.ignored(s) && !p.somebodyWants(t, s) {
		return 0
	}
	q := &p.pending
	if t != nil {
		q = &t.pendingSigs
	}
	if e := q.push(i); e != 0 {
		return e
	}
	if t == nil {
		t = p.receiver(s)
	}
	if t != nil && t.deliverable()&setOf(s) != 0 {
		t.notify()
	}
	return 0
}

// somebodyWants reports whether an ignored signal has to be kept, because it is
// blocked: it can be waited for, and the action may change before it is unblocked.
func (p *Process) somebodyWants(t *Thread, s syscall.Signal) bool {
	if t == nil {
		t = p.threads[p.pid]
	}
	return t != nil && (t.blocked.has(s) || t.awaited.has(s))
}

// receiver is the thread to take a signal of the process: the first thread if it
// can. p.mu is held.
func (p *Process) receiver(s syscall.Signal) *Thread {
	if t := p.threads[p.pid]; t != nil && t.wants(s) {
		return t
	}
	for _, t := range p.threads {
		if t.wants(s) {
			return t
		}
	}
	return nil
}

func (t *Thread) wants(s syscall.Signal) bool { return !t.blocked.has(s) || t.awaited.has(s) }

// retarget finds receivers for what waits at the process. p.mu is held.
func (p *Process) retarget() {
	for s := syscall.Signal(1); s <= numSignals; s++ {
		if p.pending.set.has(s) {
			if t := p.receiver(s); t != nil {
				t.notify()
			}
		}
	}
}

// deliverable is the signals the thread can take now. p.mu is held.
func (t *Thread) deliverable() sigSet {
	return (t.pendingSigs.set | t.p.pending.set) &^ (t.blocked &^ t.awaited)
}

// setBlocked changes the signal mask. p.mu is held.
func (t *Thread) setBlocked(set sigSet) {
	added := set &^ t.blocked
	t.blocked = set &^ unblockable
	if t.deliverable() != 0 {
		t.attention.Store(true)
	}
	if added&t.p.pending.set != 0 { // somebody else has to take them now
		t.p.retarget()
	}
}

// interrupted reports whether a system call that was disturbed has to come back for a
// signal, or for the end. Otherwise it goes on.
func (t *Thread) interrupted() bool {
	if !t.attention.Load() {
		return false
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	if t.p.exiting || t.deliverable() != 0 {
		return true
	}
	t.attention.Store(false)
	return false
}

// next takes the next signal to deliver.
func (t *Thread) next() (sigInfo, bool) {
	if i, ok := t.pendingSigs.take(^t.blocked); ok {
		return i, true
	}
	return t.p.pending.take(^t.blocked)
}

// attend delivers signals, and settles what a system call left for this moment. It
// returns false if the thread has to leave.
func (t *Thread) attend() bool {
	p := t.p
	p.mu.Lock()
	defer p.mu.Unlock()
	t.attention.Store(false)
	select {
	case <-t.wake:
	default:
	}
	for !p.exiting {
		i, ok := t.next()
		if !ok && t.maskSaved {
			t.maskSaved = false
			t.blocked = t.savedMask
			i, ok = t.next()
		}
		if !ok {
			break
		}
		t.deliver(i)
	}
	if t.restart != 0 && !p.exiting { // no handler ran: do the system call again
		t.restart = 0
		t.state.PC -= 4
	}
	return !p.exiting
}

// deliver does what the action for a signal says. p.mu is held.
func (t *Thread) deliver(i sigInfo) {
	p, s := t.p, i.signal()
	act := p.actions[s]
	switch {
	case p.ignored(s):
	case act.handler == sigDfl && stopsByDefault.has(s):
		stopSelf()
	case act.handler == sigDfl:
		p.terminate(t, i)
	default:
		t.settleRestart(act)
		if act.flags&saResethand != 0 {
			p.actions[s].handler = sigDfl
		}
		if !t.pushFrame(i, act) {
			t.force(makeInfo(syscall.SIGSEGV, siKernel), s == syscall.SIGSEGV)
		}
	}
}

// settleRestart decides what an interrupted system call does now that a handler runs.
func (t *Thread) settleRestart(act sigAction) {
	switch {
	case t.restart == 0:
		return
	case t.restart == eRestartSys && act.flags&saRestart != 0:
		t.state.PC -= 4
	default:
		t.state.X[0] = fail(syscall.EINTR)
	}
	t.restart = 0
}

// force sends the thread a signal it cannot evade. With final even a handler does not
// help. p.mu is held.
func (t *Thread) force(i sigInfo, final bool) {
	s := i.signal()
	act := &t.p.actions[s]
	if final || t.blocked.has(s) || act.handler == sigIgn {
		act.handler = sigDfl
		t.blocked &^= setOf(s)
	}
	t.pendingSigs.push(i)
	t.attention.Store(true)
}

// fault sends the thread the signal for a fault of the instruction at PC. esr is the
// syndrome to show in the signal frame, or 0.
func (t *Thread) fault(i sigInfo, esr uint64) {
	t.scratch.fault.addr, t.scratch.fault.esr = binary.LittleEndian.Uint64(i[16:]), esr
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	t.force(i, false)
}

// terminate ends the process by a signal. p.mu is held.
func (p *Process) terminate(t *Thread, i sigInfo) {
	s := i.signal()
	if synchronous.has(s) {
		where := p.Symbols().Describe(t.state.PC)
		if where != "" {
			where = " (" + where + ")"
		}
		detail := ""
		if code := int32(binary.LittleEndian.Uint32(i[8:])); code > 0 && code < siKernel && (s == syscall.SIGSEGV || s == syscall.SIGBUS) {
			detail = ", address " + hex(binary.LittleEndian.Uint64(i[16:]))
		}
		p.warn("axol: guest ended by signal %d (%v) at pc %s%s%s", int(s), s, hex(t.state.PC), where, detail)
	}
	p.exitByLocked(s)
}

// stopSelf stops Axol, and the guest in it, until somebody sends SIGCONT.
func stopSelf() syscall.Errno {
	_, _, e := syscall.Syscall(syscall.SYS_KILL, uintptr(os.Getpid()), uintptr(syscall.SIGSTOP), 0)
	return e
}
