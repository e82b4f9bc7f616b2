package runtime

import (
	"syscall"

	"axol/jit/ir"
	"axol/runtime/mem"
)

// fork makes a child with a copy of everything. It is another Axol, which is handed over the memory,
// the registers and what else the kernel copies, and goes on from there. So it costs some tens of
// milliseconds, and code is translated again; but nothing of Axol's own, whose threads do
// not survive a fork, has to.

// Fork is the part of a Handover that makes the process a copy.
type Fork struct {
	Memory           *mem.Copy
	State            ir.State // the registers that a guest sees
	Actions          [numSignals + 1][4]uint64
	AltStack         [3]uint64
	ClearTID, SetTID uint64 // addresses, as for clone
	BreakLo, BreakHi uint64
	Cloexec          []int32 // the descriptors that execve closes
	Exe              string
	Auxv             []byte
	Bias             uint64
	MmapTop, Tramp   uint64
}

func (t *Thread) fork(flags uint64, a *args) uint64 {
	p := t.p
	if len(p.cfg.Self) == 0 || p.parent != nil {
		p.warnOnce("axol: system call 220 (clone): a process cannot be made here")
		return fail(syscall.ENOSYS)
	}
	spread(len(p.threads) + 1)
	done := make(chan spawned, 1)
	go p.onHostThread(func() { done <- t.copyProcess(flags, a) })
	s := <-done
	if s.e != 0 {
		return fail(s.e)
	}
	return t.tellChild(s.pid, flags, a)
}

// copyProcess starts the child from the calling host thread, which gets descriptors and a working
// directory of its own for it.
func (t *Thread) copyProcess(flags uint64, a *args) spawned {
	p := t.p
	if _, _, e := syscall.RawSyscall(hostNr(nrUnshare), cloneFS|cloneFiles, 0, 0); e != 0 {
		return spawned{e: e}
	}
	f, e := t.snapshot(flags, a)
	if e != 0 {
		return spawned{e: syscall.ENOMEM}
	}
	defer syscall.Close(f.Memory.FD)
	for _, fd := range f.Memory.Files() {
		setCloexec(fd, false)
	}
	h := t.handover(p.cfg.Args, p.cfg.Env)
	h.Fork, h.Child, h.DeathSignal, h.FDs = f, true, 0, p.fds.list(false)
	for _, fd := range h.FDs {
		setCloexec(int(fd), false)
	}
	pid, e := p.launch(h, p.cfg.Path, h.FDs)
	return spawned{pid, e}
}

// snapshot is what the child has of its parent.
func (t *Thread) snapshot(flags uint64, a *args) (*Fork, syscall.Errno) {
	p := t.p
	f := &Fork{Exe: p.exe, Auxv: p.auxv, Bias: p.bias, MmapTop: p.mmapTop, Tramp: p.tramp, AltStack: [3]uint64{t.alt.sp, uint64(t.alt.flags), t.alt.size}}
	copyRegisters(&f.State, t.state)
	f.State.X[0] = 0
	if a[1] != 0 {
		f.State.SP = a[1]
	}
	if flags&cloneSettls != 0 {
		f.State.TPIDR = a[3]
	}
	if flags&cloneChildCleartid != 0 {
		f.ClearTID = a[4]
	}
	if flags&cloneChildSettid != 0 {
		f.SetTID = a[4]
	}
	kept := map[int32]bool{}
	for _, fd := range p.fds.list(true) {
		kept[fd] = true
	}
	for _, fd := range p.fds.list(false) {
		if !kept[fd] {
			f.Cloexec = append(f.Cloexec, fd)
		}
	}
	p.mu.Lock()
	for s, act := range p.actions {
		f.Actions[s] = [4]uint64{act.handler, act.flags, act.restorer, uint64(act.mask)}
	}
	p.mu.Unlock()
	p.brk.mu.Lock()
	defer p.brk.mu.Unlock()
	f.BreakLo, f.BreakHi = p.brk.first, p.brk.end
	var e syscall.Errno
	f.Memory, e = p.mem.Copy()
	return f, e
}

// resume makes the process the copy.
func (p *Process) resume(f *Fork) syscall.Errno {
	p.codeTop = layoutOf(p.mem).code
	p.exe, p.auxv, p.bias, p.mmapTop, p.tramp = f.Exe, f.Auxv, f.Bias, f.MmapTop, f.Tramp
	p.brk.first, p.brk.end = f.BreakLo, f.BreakHi
	for s, act := range f.Actions {
		p.actions[s] = sigAction{act[0], act[1], act[2], sigSet(act[3])}
	}
	for _, fd := range f.Cloexec {
		setCloexec(int(fd), true)
	}
	return p.mem.Restore(f.Memory)
}

// resumeThread is the same for its first thread.
func (t *Thread) resumeThread(f *Fork) {
	copyRegisters(t.state, &f.State)
	t.alt = altStack{f.AltStack[0], uint32(f.AltStack[1]), f.AltStack[2]}
	t.clearTID = f.ClearTID
	if f.SetTID != 0 {
		t.p.mem.Write32(f.SetTID, uint32(t.tid))
	}
}
