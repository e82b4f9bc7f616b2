package runtime

import (
	goruntime "runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Between the start of another Axol and its first look at signals, Go's runtime would lose some and die of others,
// whatever the guest has decided. So it starts with them blocked, by the thread that starts it. Go's threads stay as
// they begin, and what is to be handed on goes to a thread of its own (Go's one for notifications); whatever else
// comes is for a thread that waits for nothing else.

// untilReady is the signals that wait for an Axol that starts.
func untilReady() (set unix.Sigset_t) {
	for _, s := range forwarded() {
		switch s {
		case syscall.SIGTRAP, syscall.SIGSYS: // of Axol's own faults
		default:
			n := s.(syscall.Signal) - 1
			set.Val[n/64] |= 1 << (n % 64)
		}
	}
	for _, s := range []syscall.Signal{syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU} {
		set.Val[0] |= 1 << (s - 1)
	}
	return set
}

// starting calls f, which starts another Axol, with signals blocked. The caller is locked to its host thread.
func starting(f func()) {
	set, old := untilReady(), unix.Sigset_t{}
	unix.PthreadSigmask(unix.SIG_BLOCK, &set, &old)
	f()
	unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil)
}

// unblock lets the host thread have the signals that have waited.
func unblock() {
	set := untilReady()
	unix.PthreadSigmask(unix.SIG_UNBLOCK, &set, nil)
}

// takeSignals has a host thread for signals until done is closed. It returns when that is there.
func takeSignals(done <-chan struct{}) {
	ready := make(chan struct{})
	go func() {
		goruntime.LockOSThread() // and ends with the goroutine
		unblock()
		close(ready)
		<-done
	}()
	<-ready
}
