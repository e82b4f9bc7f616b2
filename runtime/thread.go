package runtime

import (
	"path/filepath"
	goruntime "runtime"
	"sync/atomic"
	"syscall"
	"unsafe"

	"axol/jit"
	"axol/jit/ir"
)

// Thread is a guest thread. It belongs to its goroutine, save what is said to be shared.
type Thread struct {
	p     *Process
	cpu   CPU
	state *ir.State
	tid   int // as the guest sees it
	host  int // the host's number of it; the same but for the first thread, whose tid is the process's number

	// attention (shared) is set, under p.mu, when the thread has to look at its
	// signals or leave, and cleared by the thread when it does.
	attention atomic.Bool
	wake      chan struct{} // a token is put in with attention

	clearTID uint64 // where to write 0 and wake a futex at the end
	robust   uint64 // head of the robust futex list

	// Under p.mu:
	pendingSigs sigQueue
	blocked     sigSet
	savedMask   sigSet // blocked before sigsuspend and the like, if maskSaved
	maskSaved   bool
	awaited     sigSet // what rt_sigtimedwait waits for
	gone        bool

	keepCaps uint64 // PR_SET_KEEPCAPS
	alt      altStack
	restart  syscall.Errno // the system call that was interrupted is to be restarted, in this manner
	scratch  scratch
}

// Process is whose thread it is.
func (t *Thread) Process() *Process { return t.p }

// State is the thread's registers. Only the thread itself may look.
func (t *Thread) State() *ir.State { return t.state }

// CPU is the thread's processor.
func (t *Thread) CPU() CPU { return t.cpu }

// TID is the thread's number.
func (t *Thread) TID() int { return t.tid }

// runFirst runs the first thread of the program on the calling goroutine.
func (p *Process) runFirst() error {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	t, err := p.newThread(p.pid)
	if err != nil {
		p.running.Done()
		return err
	}
	t.state.PC, t.state.SP = p.start.pc, p.start.sp
	t.state.PSTATE = ir.PSTATESSBS // no program asked for the mitigation
	resetKeys(t.state, 0)
	if h := p.cfg.Handover; h != nil {
		t.blocked = sigSet(h.Blocked)
		if h.Fork != nil {
			t.resumeThread(h.Fork)
		}
	}
	p.nameThread()
	p.enter(t)
	t.run()
	return nil
}

// nameThread names the calling host thread after the program, as execve does.
func (p *Process) nameThread() {
	name := append([]byte(filepath.Base(p.cfg.Path)), 0)
	syscall.RawSyscall(hostNr(nrPrctl), prSetName, uintptr(unsafe.Pointer(&name[0])), 0)
}

// newThread makes a thread on the calling host thread, which must be locked.
func (p *Process) newThread(tid int) (*Thread, error) {
	cpu, err := p.engine.NewCPU()
	if err != nil {
		return nil, err
	}
	return &Thread{p: p, cpu: cpu, state: cpu.State(), tid: tid, host: syscall.Gettid(), wake: make(chan struct{}, 1), alt: altStack{flags: ssDisable}}, nil
}

// enter makes the thread known.
func (p *Process) enter(t *Thread) {
	p.mu.Lock()
	p.threads[t.tid] = t
	if p.exiting || t.deliverable() != 0 { // signals may have come before any thread
		t.notify()
	}
	p.mu.Unlock()
}

// run is the life of a thread that has been entered.
func (t *Thread) run() {
	defer t.p.running.Done()
	defer t.leave()
	for _, f := range t.p.onThread {
		f(t)
	}
	for !t.gone {
		if (t.attention.Load() || t.restart != 0) && !t.attend() {
			return
		}
		t.handle(t.cpu.Run())
	}
}

// handle does what the guest stopped for.
func (t *Thread) handle(x jit.Exit) {
	pc := t.state.PC
	switch x.Kind {
	case jit.ExitSVC:
		t.systemCall()
	case jit.ExitBRK:
		if t.p.onBreak == nil || !t.p.onBreak(t, x) {
			t.fault(faultInfo(syscall.SIGTRAP, trapBrkpt, pc), 0)
		}
	case jit.ExitUndefined, jit.ExitBranchTarget:
		t.fault(faultInfo(syscall.SIGILL, illIllopc, pc), 0)
	case jit.ExitDead: // it has been said why
		t.p.exitBy(syscall.SIGSEGV)
	case jit.ExitFault:
		t.dataAbort(x.Addr, x.Arg)
	case jit.ExitFetch:
		t.fetchAbort(pc)
	case jit.ExitAlign:
		t.fault(faultInfo(syscall.SIGBUS, busAdraln, pc), 0)
	case jit.ExitWait:
		goruntime.Gosched()
	}
}

// leave is the end of a thread.
func (t *Thread) leave() {
	if !t.isExiting() {
		t.releaseRobust()
		if t.clearTID != 0 {
			t.p.mem.Write32(t.clearTID, 0)
			t.futexWake(t.clearTID, 1)
		}
	}
	t.p.mu.Lock()
	delete(t.p.threads, t.tid)
	// What was sent to the process may have been meant for this thread to take.
	t.p.retarget()
	t.p.mu.Unlock()
	t.cpu.Close()
}

func (t *Thread) isExiting() bool {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	return t.p.exiting
}

// notify has the thread look up. p.mu is held.
func (t *Thread) notify() {
	t.attention.Store(true)
	select {
	case t.wake <- struct{}{}:
	default:
	}
	t.interrupt()
	select {
	case t.p.kick <- struct{}{}:
	default:
	}
}
