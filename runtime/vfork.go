package runtime

import (
	goruntime "runtime"
	"syscall"
)

// vfork makes a child that shares the memory of its parent, which waits until the child executes a
// program or ends: what Go, posix_spawn and vfork start programs with.
//
// Up to there the child is a [Process] of its own in this Axol, with one thread, whose host thread has
// its own descriptors and its own working directory, by the host's own means (unshare). Then a
// process of the host is started from that thread, whose number is the child's. So it is
// with a child that ends without a program: somebody may want to wait for it.
//
// The number that the child itself sees until then is another: that of the host thread.

// spawned is what became of the child.
type spawned struct {
	pid int
	e   syscall.Errno
}

func (t *Thread) vfork(flags uint64, a *args) uint64 {
	p := t.p
	if len(p.cfg.Self) == 0 || p.parent != nil {
		p.warnOnce("axol: system call 220 (clone): a process cannot be made here")
		return fail(syscall.ENOSYS)
	}
	spread(len(p.threads) + 1)
	c := p.share()
	done := make(chan spawned, 1)
	go p.onHostThread(func() { done <- c.runShared(t, flags, a) })
	for {
		select {
		case s := <-done:
			if s.e != 0 {
				return fail(s.e)
			}
			return t.tellChild(s.pid, flags, a)
		case <-t.wake: // signals wait, as the kernel has it
			if t.isExiting() {
				c.exit(128 + int(syscall.SIGKILL))
			}
		}
	}
}

// tellChild writes the child's number, and a descriptor of it, where clone was asked to.
func (t *Thread) tellChild(pid int, flags uint64, a *args) uint64 {
	if flags&cloneParentSettid != 0 {
		t.p.mem.Write32(a[2], uint32(pid))
	}
	if flags&clonePidfd != 0 {
		fd, _, e := syscall.Syscall(hostNr(nrPidfdOpen), uintptr(pid), 0, 0)
		if r := t.p.newFD(fd, e); e == 0 {
			setCloexec(int(fd), true)
			t.p.mem.Write32(a[2], uint32(r))
		}
	}
	return uint64(pid)
}

// share is a process with the same memory, and a copy of all else that fork copies.
func (p *Process) share() *Process {
	c := &Process{
		cfg: p.cfg, mem: p.mem, engine: p.engine, parent: p, exe: p.exe, auxv: p.auxv, bias: p.bias,
		mmapTop: p.mmapTop, codeTop: p.codeTop, tramp: p.tramp, brk: p.brk, onThread: p.onThread, onBreak: p.onBreak,
		threads: map[int]*Thread{}, timers: map[int32]*timer{}, limits: map[uint64][2]uint64{}, kick: make(chan struct{}, 1),
	}
	for _, fd := range p.fds.list(false) {
		c.fds.add(fd)
	}
	c.fds.limit.Store(p.fds.limit.Load())
	c.fs.dir.Store(p.fs.dir.Load())
	p.mu.Lock()
	defer p.mu.Unlock()
	c.actions = p.actions
	for k, v := range p.limits {
		c.limits[k] = v
	}
	return c
}

// runShared runs the child on a copy of its parent's registers, on the calling host thread, to its end.
func (c *Process) runShared(parent *Thread, flags uint64, a *args) spawned {
	if _, _, e := syscall.RawSyscall(hostNr(nrUnshare), cloneFS|cloneFiles, 0, 0); e != 0 {
		return spawned{e: e}
	}
	c.pid = syscall.Gettid()
	t, err := c.newThread(c.pid)
	if err != nil {
		return spawned{e: syscall.EAGAIN}
	}
	copyRegisters(t.state, parent.state)
	t.state.X[0] = 0
	if a[1] != 0 {
		t.state.SP = a[1]
	}
	if flags&cloneSettls != 0 {
		t.state.TPIDR = a[3]
	}
	t.blocked, t.alt = parent.blocked, parent.alt
	done := make(chan struct{})
	defer close(done)
	go c.kicker(done)
	c.running.Add(1)
	c.enter(t)
	t.run()
	c.stopTimers()
	if c.spawned == 0 {
		t.spawn(&Handover{Child: true, Ended: true, Status: c.status, Signal: c.endedBy}, "ended")
	}
	if c.spawned == 0 {
		return spawned{e: syscall.EAGAIN}
	}
	return spawned{pid: c.spawned}
}

// spawn starts the process of the host that the child becomes, and ends the child here.
func (t *Thread) spawn(h *Handover, program string) uint64 {
	pid, e := t.p.launch(h, program, t.p.fds.list(true))
	if e != 0 {
		return fail(e)
	}
	t.p.spawned = pid
	t.p.exit(0)
	t.gone = true
	return 0
}

// launch starts another Axol, with these descriptors, from a host thread that has descriptors and a
// working directory of its own.
func (p *Process) launch(h *Handover, program string, fds []int32) (pid int, e syscall.Errno) {
	argv, env, fd, e := p.command(h, program)
	if e != 0 {
		return 0, e
	}
	defer syscall.Close(fd)
	setCloexec(fd, false)
	if dir := p.fs.dir.Load(); dir >= 0 {
		syscall.Fchdir(int(dir))
	}
	// ForkExec closes those of the first three that are not there.
	files := []uintptr{^uintptr(0), ^uintptr(0), ^uintptr(0)}
	for _, fd := range fds {
		if int(fd) < len(files) {
			files[fd] = uintptr(fd)
		}
	}
	var err error
	starting(func() {
		pid, err = syscall.ForkExec(p.cfg.Self[0], argv, &syscall.ProcAttr{Env: env, Files: files, Sys: &p.attr})
	})
	if err != nil {
		return 0, asErrno(err)
	}
	return pid, 0
}

// onHostThread runs f on a host thread that ends with it, because it stays locked to it. The host thread
// whose number is the process's must not be that: that number is the first guest thread's, wherever
// that runs. This goroutine keeps it occupied until another goroutine has its own thread.
func (p *Process) onHostThread(f func()) {
	goruntime.LockOSThread()
	if syscall.Gettid() != p.pid {
		f()
		return
	}
	locked := make(chan struct{})
	go func() {
		goruntime.LockOSThread()
		close(locked)
		f()
	}()
	<-locked
	goruntime.UnlockOSThread()
}
