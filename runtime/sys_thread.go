package runtime

import (
	goruntime "runtime"
	"syscall"

	"axol/jit/ir"
)

// Flags of clone.
const (
	cloneVM            = 0x100
	cloneFS            = 0x200
	cloneFiles         = 0x400
	cloneSighand       = 0x800
	clonePidfd         = 0x1000
	cloneVfork         = 0x4000
	cloneThread        = 0x1_0000
	cloneSysvsem       = 0x4_0000
	cloneSettls        = 0x8_0000
	cloneParentSettid  = 0x10_0000
	cloneChildCleartid = 0x20_0000
	cloneDetached      = 0x40_0000
	cloneChildSettid   = 0x100_0000

	// A thread shares all of these; System V semaphores do not exist here.
	cloneMust = cloneVM | cloneFS | cloneFiles | cloneSighand | cloneThread
	cloneMay  = cloneSysvsem | cloneSettls | cloneParentSettid | cloneChildCleartid | cloneDetached | cloneChildSettid

	// A child that shares its parent's memory until it executes a program.
	vforkMust = cloneVM | cloneVfork
	vforkMay  = cloneSettls | cloneParentSettid | clonePidfd

	// A child with a copy of it.
	forkMay = vforkMay | cloneVfork | cloneChildSettid | cloneChildCleartid
)

const cloneSignal = 0xFF // what the parent is sent when the child ends

// makeProcess is clone without CLONE_THREAD.
func (t *Thread) makeProcess(flags uint64, a *args) uint64 {
	if flags&cloneSignal == uint64(syscall.SIGCHLD) && flags&vforkMust == vforkMust && flags&^(vforkMust|vforkMay|cloneSignal) == 0 {
		return t.vfork(flags, a)
	}
	if flags&cloneSignal == uint64(syscall.SIGCHLD) && flags&^(forkMay|cloneSignal) == 0 {
		return t.fork(flags, a)
	}
	if flags == vforkMust|clonePidfd { // Go only asks whether that works, and copes
		return fail(syscall.ENOSYS)
	}
	t.p.warnOnce("axol: system call 220 (clone) with flags %#x is not supported: threads are, fork and vfork", flags)
	return fail(syscall.ENOSYS)
}

// maxThreads bounds the threads of one guest; each is a thread of the host.
const maxThreads = 4096

// sysClone makes a thread: flags, stack, parent's tid, TLS, child's tid.
func sysClone(t *Thread, a *args) uint64 {
	flags := a[0]
	if flags&cloneThread == 0 {
		return t.makeProcess(flags, a)
	}
	if flags&cloneMust != cloneMust || flags&^(cloneMust|cloneMay|0xFF) != 0 {
		return fail(syscall.EINVAL)
	}
	t.p.mu.Lock()
	n, leaving := len(t.p.threads), t.p.exiting
	t.p.mu.Unlock()
	if n >= maxThreads || leaving || t.p.parent != nil {
		return fail(syscall.EAGAIN)
	}
	spread(n + 1)
	born := make(chan *Thread)
	goOn := make(chan struct{})
	t.p.running.Add(1)
	go t.p.onHostThread(func() { t.p.runThread(born, goOn) })
	child := <-born
	if child == nil {
		return fail(syscall.EAGAIN)
	}
	copyRegisters(child.state, t.state)
	child.state.X[0], child.state.SP = 0, a[1]
	if a[1] == 0 {
		child.state.SP = t.state.SP
	}
	if flags&cloneSettls != 0 {
		child.state.TPIDR = a[3]
	}
	if flags&cloneChildCleartid != 0 {
		child.clearTID = a[4]
	}
	if flags&cloneParentSettid != 0 {
		t.p.mem.Write32(a[2], uint32(child.tid))
	}
	if flags&cloneChildSettid != 0 {
		t.p.mem.Write32(a[4], uint32(child.tid))
	}
	child.blocked, child.keepCaps = t.blocked, t.keepCaps
	tid := child.tid
	t.p.enter(child)
	close(goOn)
	return uint64(tid)
}

// runThread runs a thread on the calling goroutine's host thread.
func (p *Process) runThread(born chan<- *Thread, goOn <-chan struct{}) {
	t, err := p.newThread(syscall.Gettid())
	if err != nil {
		p.warnOnce("axol: no more threads: %v", err)
		p.running.Done()
		born <- nil
		return
	}
	born <- t
	<-goOn
	t.run()
}

// copyRegisters copies what the guest sees of a processor.
func copyRegisters(to, from *ir.State) {
	to.X, to.SP, to.PC, to.NZCV = from.X, from.SP, from.PC, from.NZCV
	to.V, to.FPCR, to.FPSR = from.V, from.FPCR, from.FPSR
	to.TPIDR, to.TPIDRRO, to.PSTATE, to.Keys = from.TPIDR, from.TPIDRRO, from.PSTATE, from.Keys
}

// spread lets Go run n threads at once: guest threads do not yield to each other, so
// it must be the host that shares out the processors.
func spread(n int) {
	if n+1 > goruntime.GOMAXPROCS(0) {
		goruntime.GOMAXPROCS(min(2*(n+1), 1024))
	}
}

func sysSetTidAddress(t *Thread, a *args) uint64 {
	t.clearTID = a[0]
	return uint64(t.tid)
}

func sysGettid(t *Thread, a *args) uint64 { return uint64(t.tid) }
func sysGetpid(t *Thread, a *args) uint64 { return uint64(t.p.pid) }

func sysExit(t *Thread, a *args) uint64 {
	t.gone = true
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	if t.tid == t.p.pid && !t.p.exiting { // the process's status if nobody says otherwise
		t.p.status = int(a[0] & 0xFF)
	}
	return 0
}

func sysExitGroup(t *Thread, a *args) uint64 {
	t.p.exit(int(a[0] & 0xFF))
	t.gone = true
	return 0
}

func sysSchedYield(t *Thread, a *args) uint64 {
	syscall.Syscall(hostNr(nrSchedYield), 0, 0, 0)
	return 0
}

// hostTID is the host's number of a thread of the guest; 0 is the caller.
func (t *Thread) hostTID(tid uint64) (uintptr, syscall.Errno) {
	if tid == 0 || int32(tid) == int32(t.tid) {
		return 0, 0
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	of := t.p.threads[int(int32(tid))]
	if of == nil {
		return 0, syscall.ESRCH
	}
	return uintptr(of.host), 0
}

// ofThread is a host call about a thread, whose number is the first argument.
func ofThread(shape string, nr uint64) func(t *Thread, a *args) uint64 {
	return func(t *Thread, a *args) uint64 {
		tid, e := t.hostTID(a[0])
		if e != 0 {
			return fail(e)
		}
		a[0] = uint64(tid)
		return t.pass(shape, hostNr(nr), a)
	}
}
