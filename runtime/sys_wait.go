package runtime

import (
	"syscall"
	"unsafe"
)

// The guest's children are Axol's on the host.

func sysWait4(t *Thread, a *args) uint64 {
	if t.p.parent != nil {
		return fail(syscall.ECHILD)
	}
	return t.pass("i*i*", hostNr(nrWait4), a)
}

func sysWaitid(t *Thread, a *args) uint64 {
	if t.p.parent != nil {
		return fail(syscall.ECHILD)
	}
	const pidfd = 3
	if uint32(a[0]) == pidfd {
		return t.pass("if*i*", hostNr(nrWaitid), a)
	}
	return t.pass("ii*i*", hostNr(nrWaitid), a)
}

// childChanged is SIGCHLD, with what the host says of the first child that there is news of.
func (p *Process) childChanged() {
	const all, noHang, noWait, exited = 0, 1, 0x0100_0000, 4
	i := killInfo(syscall.SIGCHLD, siUser, 0, 0)
	var host sigInfo
	_, _, e := syscall.Syscall6(hostNr(nrWaitid), all, 0, uintptr(unsafe.Pointer(&host)), exited|noHang|noWait, 0, 0)
	if e == 0 && host.signal() == syscall.SIGCHLD {
		i = host
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	const noChildWait = 2 // SA_NOCLDWAIT
	if act := p.actions[syscall.SIGCHLD]; act.handler == sigIgn || act.flags&noChildWait != 0 {
		for { // nobody waits for them
			pid, _, e := syscall.Syscall6(hostNr(nrWait4), ^uintptr(0), 0, noHang, 0, 0, 0)
			if e != 0 || pid == 0 {
				break
			}
		}
	}
	p.post(nil, i)
}

func sysGetppid(t *Thread, a *args) uint64 {
	if t.p.parent != nil {
		return uint64(t.p.parent.pid)
	}
	return t.pass("i", hostNr(nrGetppid), a)
}

// setpgid and setsid of a child that shares memory are for the process to be started.

func sysSetpgid(t *Thread, a *args) uint64 {
	p := t.p
	if p.parent == nil {
		return t.pass("ii", hostNr(nrSetpgid), a)
	}
	pid, group := int(int32(a[0])), int(int32(a[1]))
	if pid != 0 && pid != p.pid {
		return fail(syscall.ESRCH)
	}
	if group < 0 {
		return fail(syscall.EINVAL)
	}
	if group == p.pid {
		group = 0
	}
	p.attr.Setpgid, p.attr.Pgid = true, group
	return 0
}

func sysSetsid(t *Thread, a *args) uint64 {
	p := t.p
	if p.parent == nil {
		return t.pass("i", hostNr(nrSetsid), a)
	}
	p.attr.Setsid = true
	return uint64(p.pid)
}
