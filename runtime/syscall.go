package runtime

import (
	"syscall"
	"unsafe"
)

// args is the argument registers of a system call.
type args [6]uint64

// call is a system call: its name, and how it is done. Either run does it, or the
// shape says how the arguments are handed to the host's call of the same name, one
// letter for each argument but for @, which stands for two:
//
//	i  a number, as it is
//	f  a descriptor, which must be the guest's
//	*  an address in guest memory, or 0
//	p  a path
//	@  the descriptor of a folder (or AT_FDCWD) and a path
//	>  (in front) the result is a new descriptor of the guest
//
// A call with neither is not supported.
type call struct {
	name  string
	shape string
	run   func(t *Thread, a *args) uint64
	quiet bool // not supported, and programs cope: not worth a warning
}

// Results of a handler that say the call was interrupted by a signal. Guests never see them.
const (
	eRestartSys    = syscall.Errno(512) // starts again if the handler has SA_RESTART
	eRestartNoHand = syscall.Errno(514) // starts again only if no handler ran
)

func fail(e syscall.Errno) uint64 { return uint64(-int64(e)) }

// result is what a host call has returned, as the guest wants it.
func result(r uintptr, e syscall.Errno) uint64 {
	if e != 0 {
		return fail(e)
	}
	return uint64(r)
}

// systemCall does the system call the guest asks for with SVC.
func (t *Thread) systemCall() {
	s := t.state
	s.ExSize = 0 // returning from an exception clears the exclusive monitor
	nr := s.X[8]
	if nr >= uint64(len(calls)) || calls[nr].name == "" {
		t.p.warnOnce("axol: system call %d is not known", nr)
		s.X[0] = fail(syscall.ENOSYS)
		return
	}
	c, a := &calls[nr], &t.scratch.args
	copy(a[:], s.X[:len(a)])
	var r uint64
	switch {
	case c.run != nil:
		r = c.run(t, a)
	case c.shape != "":
		r = t.pass(c.shape, hostNr(nr), a)
	default:
		if !c.quiet {
			t.p.warnOnce("axol: system call %d (%s) is not supported", nr, c.name)
		}
		r = fail(syscall.ENOSYS)
	}
	if e := syscall.Errno(-int64(r)); e == eRestartSys || e == eRestartNoHand {
		t.restart = e
		return
	}
	s.X[0] = r
}

// pass hands a system call to the host.
func (t *Thread) pass(shape string, nr uintptr, a *args) uint64 {
	makesFD := shape[0] == '>'
	if makesFD {
		shape = shape[1:]
	}
	var h [6]uintptr
	n, path := 0, 0
	for i := range len(shape) {
		var e syscall.Errno
		switch shape[i] {
		case 'i':
			h[n] = uintptr(a[n])
		case 'f':
			h[n], e = t.fd(a[n])
		case '*':
			h[n], e = t.addr(a[n])
		case 'p':
			h[n], e = t.path(a[n], path)
			path++
		case '@':
			h[n], h[n+1], e = t.pathAt(a[n], a[n+1], path)
			path++
			n++
		}
		if e != 0 {
			return fail(e)
		}
		n++
	}
	r, e := t.block(nr, h[0], h[1], h[2], h[3], h[4], h[5])
	if makesFD {
		return t.p.newFD(r, e)
	}
	return result(r, e)
}

// block makes a host system call that may wait. If a signal of the guest comes, it
// fails with eRestartSys.
func (t *Thread) block(nr, a, b, c, d, e, f uintptr) (uintptr, syscall.Errno) {
	for {
		r, _, errno := syscall.Syscall6(nr, a, b, c, d, e, f)
		if errno != syscall.EINTR {
			return r, errno
		}
		if t.interrupted() {
			return 0, eRestartSys
		}
	}
}

// fd checks a descriptor.
func (t *Thread) fd(v uint64) (uintptr, syscall.Errno) {
	if !t.p.fds.has(int32(v)) {
		return 0, syscall.EBADF
	}
	return uintptr(uint32(v)), 0
}

// addr is the host address of guest address a, and 0 for 0. A buffer there ends in
// the guard at the latest, whatever its length.
func (t *Thread) addr(a uint64) (uintptr, syscall.Errno) {
	if a == 0 {
		return 0, 0
	}
	h, ok := t.p.mem.Host(a)
	if !ok {
		return 0, syscall.EFAULT
	}
	return h, 0
}

// scratch is where a thread puts what the host's kernel reads and writes, so that it
// need not be allocated for each call.
type scratch struct {
	args  args
	paths [2][2 * pathMax]byte
	stat  syscall.Stat_t
	ts    syscall.Timespec
	fds   [2]int32
	iov   []iovec
	msg   msghdr
	epoll []syscall.EpollEvent
	frame [frameSize + frameRecord]byte
	fault struct{ addr, esr uint64 } // the last fault, for its signal frame
}

// pointer is the address of something in a scratch, which does not move.
func pointer[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }
