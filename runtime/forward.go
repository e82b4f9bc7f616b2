package runtime

import (
	"os"
	"os/signal"
	"syscall"
)

// Signals that other processes and the terminal send to Axol are the guest's. Those that only faults or
// a broken pipe cause reach it in other ways; SIGURG is what Go preempts its own threads with.

// forwarded is the host's signals that are always handed on.
func forwarded() []os.Signal {
	list := []os.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGWINCH, syscall.SIGCHLD, syscall.SIGALRM, syscall.SIGCONT, syscall.SIGABRT, syscall.SIGTRAP, syscall.SIGSYS,
		syscall.SIGVTALRM, syscall.SIGIO, syscall.SIGPWR, syscall.SIGSTKFLT, syscall.SIGXCPU,
	}
	const firstFree = 35 // those below are for the C library's threads, and Go leaves them alone
	for s := syscall.Signal(firstFree); s <= numSignals; s++ {
		if s != interruptSignal {
			list = append(list, s)
		}
	}
	return list
}

func (p *Process) forwardSignals() (stop func()) {
	list := forwarded()
	if p.cfg.Handover == nil { // as under nohup; else it has been handed over
		for _, s := range list {
			if signal.Ignored(s) {
				p.actions[s.(syscall.Signal)].handler = sigIgn
			}
		}
	}
	signal.Notify(p.host, list...)
	for s := syscall.Signal(1); s <= numSignals; s++ {
		p.handlesStop(s)
	}
	done := make(chan struct{})
	if p.cfg.Handover != nil {
		takeSignals(done)
	}
	go func() {
		for {
			select {
			case s := <-p.host:
				if s == syscall.SIGCHLD {
					p.childChanged()
				} else {
					p.Signal(s.(syscall.Signal))
				}
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(p.host)
		close(done)
	}
}

// handlesStop has a signal handed on that stops a process, and Axol with it, unless the guest does
// something else about it. p.mu is held, or no thread runs.
func (p *Process) handlesStop(s syscall.Signal) {
	if p.host == nil || !stopsByDefault.has(s) || unblockable.has(s) {
		return
	}
	if p.actions[s].handler == sigDfl {
		signal.Reset(s)
	} else {
		signal.Notify(p.host, s)
	}
}
