package runtime

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"syscall"
)

// Flags of open that arm64 numbers differently from other machines.
const (
	oDirectory = 0x4000
	oNofollow  = 0x8000
	oDirect    = 0x1_0000
	oLargefile = 0x2_0000
	oPath      = 0x20_0000
)

var openFlags = [...]struct{ guest, host uint64 }{
	{oDirectory, syscall.O_DIRECTORY},
	{oNofollow, syscall.O_NOFOLLOW},
	{oDirect, syscall.O_DIRECT},
	{oLargefile, hostLargefile},
}

func toHostOpenFlags(guest uint64) uint64 {
	host := guest &^ (oDirectory | oNofollow | oDirect | oLargefile)
	for _, f := range openFlags {
		if guest&f.guest != 0 {
			host |= f.host
		}
	}
	return host
}

func toGuestOpenFlags(host uint64) uint64 {
	guest := host
	for _, f := range openFlags {
		guest &^= f.host
	}
	for _, f := range openFlags {
		if host&f.host != 0 {
			guest |= f.guest
		}
	}
	return guest
}

func sysOpenat(t *Thread, a *args) uint64 { return t.open(a[0], a[1], a[2], a[3]) }

func (t *Thread) open(dirfd, path, flags, mode uint64) uint64 {
	dir, host, e := t.pathAt(dirfd, path, 0)
	if e != 0 {
		return fail(e)
	}
	if host != 0 {
		name := cString(t.scratch.paths[0][len(t.p.cfg.Root):])
		if bytes.HasPrefix(name, []byte("/proc/")) || bytes.HasPrefix(name, []byte("/dev/fd/")) {
			if content, ok := t.p.procFile(string(name)); ok {
				return t.p.newFD(openContent(content))
			}
			if e := t.p.mayOpen(string(name)); e != 0 {
				return fail(e)
			}
			if t.p.procName(string(name)) == "fd" {
				r, e := t.block(hostNr(nrOpenat), dir, host, uintptr(toHostOpenFlags(flags)), 0, 0, 0)
				if e == 0 {
					t.p.fdDirs.Store(int32(r), true)
				}
				return t.p.newFD(r, e)
			}
		}
	}
	r, e := t.block(hostNr(nrOpenat), dir, host, uintptr(toHostOpenFlags(flags)), uintptr(mode), 0, 0)
	return t.p.newFD(r, e)
}

// sysOpenat2 takes flags, mode and resolve in a structure, struct open_how.
func sysOpenat2(t *Thread, a *args) uint64 {
	var how [24]byte
	if a[3] < uint64(len(how)) {
		return fail(syscall.EINVAL)
	}
	if e := t.p.mem.Read(a[2], how[:]); e != 0 {
		return fail(e)
	}
	if binary.LittleEndian.Uint64(how[16:]) != 0 {
		return fail(syscall.ENOSYS) // as a kernel before 5.6: programs fall back to openat
	}
	return t.open(a[0], a[1], binary.LittleEndian.Uint64(how[0:]), binary.LittleEndian.Uint64(how[8:]))
}

func sysClose(t *Thread, a *args) uint64 {
	fd := int32(a[0])
	if !t.p.fds.remove(fd) {
		return fail(syscall.EBADF)
	}
	t.p.fdDirs.Delete(fd)
	_, _, e := syscall.Syscall(hostNr(nrClose), uintptr(fd), 0, 0)
	return result(0, e)
}

func sysCloseRange(t *Thread, a *args) uint64 {
	const unshare, cloexec = 2, 4
	first, last, flags := uint32(a[0]), uint32(a[1]), a[2]
	if first > last || flags&^(unshare|cloexec) != 0 {
		return fail(syscall.EINVAL)
	}
	for fd := uint64(first); fd <= uint64(last) && fd < maxFD; fd++ {
		switch {
		case !t.p.fds.has(int32(fd)):
		case flags&cloexec != 0:
			syscall.CloseOnExec(int(fd))
		case t.p.fds.remove(int32(fd)):
			syscall.Close(int(fd))
		}
	}
	return 0
}

// closeAll closes the guest's descriptors from first on.
func (p *Process) closeAll(first int) {
	for fd := int32(first); fd < maxFD; fd++ {
		if fd%64 == 0 && p.fds.bits[fd/64].Load() == 0 {
			fd += 63
		} else if p.fds.remove(fd) {
			syscall.Close(int(fd))
		}
	}
	if d := p.fs.dir.Swap(atFDCWD); d >= 0 {
		syscall.Close(int(d))
	}
}

func sysDup3(t *Thread, a *args) uint64 {
	old, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	to := int32(a[1])
	if !t.p.fds.room(uint64(uint32(to))) || !t.p.fds.has(to) && isOpen(to) { // Axol's own
		return fail(syscall.EBADF)
	}
	_, _, e = syscall.Syscall(hostNr(nrDup3), old, uintptr(to), uintptr(a[2]))
	return t.p.newFD(uintptr(to), e)
}

func isOpen(fd int32) bool {
	_, _, e := syscall.Syscall(hostNr(nrFcntl), uintptr(fd), syscall.F_GETFD, 0)
	return e == 0
}

func sysPipe2(t *Thread, a *args) uint64 {
	fds := &t.scratch.fds
	_, _, e := syscall.Syscall(hostNr(nrPipe2), pointer(fds), uintptr(toHostOpenFlags(a[1])), 0)
	return t.newFDPair(a[0], e)
}

func sysSocketpair(t *Thread, a *args) uint64 {
	_, _, e := syscall.Syscall6(hostNr(nrSocketpair), uintptr(a[0]), uintptr(a[1]), uintptr(a[2]), pointer(&t.scratch.fds), 0, 0)
	return t.newFDPair(a[3], e)
}

// newFDPair gives the guest the two descriptors in scratch, and writes them to memory.
func (t *Thread) newFDPair(to uint64, e syscall.Errno) uint64 {
	if e != 0 {
		return fail(e)
	}
	fds := t.scratch.fds
	if e = t.p.mem.Write64(to, uint64(uint32(fds[0]))|uint64(fds[1])<<32); e == 0 && !t.p.fds.room(uint64(max(fds[0], fds[1]))) {
		e = syscall.EMFILE
	}
	for _, fd := range fds {
		if e != 0 {
			syscall.Close(int(fd))
		} else {
			t.p.fds.add(fd)
		}
	}
	return result(0, e)
}

// What fcntl's argument is.
var fcntlArg = map[uint32]byte{
	syscall.F_GETFD: 'i', syscall.F_SETFD: 'i',
	syscall.F_GETLK: '*', syscall.F_SETLK: '*', syscall.F_SETLKW: '*',
	36: '*', 37: '*', 38: '*', // F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW
	1031: 'i', 1032: 'i', // F_SETPIPE_SZ, F_GETPIPE_SZ
	1033: 'i', 1034: 'i', // F_ADD_SEALS, F_GET_SEALS
	1035: '*', 1036: '*', 1037: '*', 1038: '*', // F_GET_RW_HINT ...
	syscall.F_GETOWN: 'i',
}

func sysFcntl(t *Thread, a *args) uint64 {
	fd, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	cmd, arg := uint32(a[1]), uintptr(a[2])
	switch cmd {
	case syscall.F_DUPFD, syscall.F_DUPFD_CLOEXEC:
		if !t.p.fds.room(uint64(arg)) {
			return fail(syscall.EINVAL)
		}
		r, e := t.block(hostNr(nrFcntl), fd, uintptr(cmd), arg, 0, 0, 0)
		return t.p.newFD(r, e)
	case syscall.F_GETFL:
		r, e := t.block(hostNr(nrFcntl), fd, uintptr(cmd), 0, 0, 0, 0)
		return result(uintptr(toGuestOpenFlags(uint64(r))), e)
	case syscall.F_SETFL:
		r, e := t.block(hostNr(nrFcntl), fd, uintptr(cmd), uintptr(toHostOpenFlags(a[2])&^syscall.O_ASYNC), 0, 0, 0)
		return result(r, e)
	}
	kind, ok := fcntlArg[cmd]
	if !ok {
		t.p.warnOnce("axol: fcntl command %d is not supported", cmd)
		return fail(syscall.EINVAL)
	}
	if kind == '*' {
		if arg, e = t.addr(a[2]); e != 0 {
			return fail(e)
		}
	}
	return result(t.block(hostNr(nrFcntl), fd, uintptr(cmd), arg, 0, 0, 0))
}

// pipeCheck sends SIGPIPE after a write that failed for want of a reader: the host's
// own SIGPIPE ends in Go's runtime.
func (t *Thread) pipeCheck(r uintptr, e syscall.Errno) uint64 {
	if e == syscall.EPIPE {
		t.p.mu.Lock()
		t.p.post(t, killInfo(syscall.SIGPIPE, siUser, t.p.pid, syscall.Getuid()))
		t.p.mu.Unlock()
	}
	return result(r, e)
}

// piped does a call that may write to a pipe.
func piped(shape string, nr uint64) func(t *Thread, a *args) uint64 {
	return func(t *Thread, a *args) uint64 {
		r := t.pass(shape, hostNr(nr), a)
		if r == fail(syscall.EPIPE) {
			return t.pipeCheck(0, syscall.EPIPE)
		}
		return r
	}
}

func sysRead(t *Thread, a *args) uint64 {
	fd, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	buf, e := t.addr(a[1])
	if e != 0 {
		return fail(e)
	}
	return result(t.block(hostNr(nrRead), fd, buf, uintptr(a[2]), 0, 0, 0))
}

func sysWrite(t *Thread, a *args) uint64 {
	fd, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	buf, e := t.addr(a[1])
	if e != 0 {
		return fail(e)
	}
	return t.pipeCheck(t.block(hostNr(nrWrite), fd, buf, uintptr(a[2]), 0, 0, 0))
}

// iovec is struct iovec, with an address of the host.
type iovec struct {
	base uintptr
	size uint64
}

// maxIovecs is UIO_MAXIOV.
const maxIovecs = 1024

// iovecs translates a struct iovec array into scratch. Its address is 0 if it is empty.
func (t *Thread) iovecs(ptr, n uint64) (uintptr, syscall.Errno) {
	if n > maxIovecs {
		return 0, syscall.EINVAL
	}
	if n == 0 {
		return 0, 0
	}
	if t.scratch.iov == nil {
		t.scratch.iov = make([]iovec, maxIovecs)
	}
	for i := range n {
		base, e := t.p.mem.Read64(ptr + 16*i)
		if e != 0 {
			return 0, e
		}
		size, e := t.p.mem.Read64(ptr + 16*i + 8)
		if e != 0 {
			return 0, e
		}
		host, e := t.addr(base)
		if e != 0 && size != 0 {
			return 0, e
		}
		t.scratch.iov[i] = iovec{host, size}
	}
	return pointer(&t.scratch.iov[0]), 0
}

// vectored is readv, writev and their siblings: a descriptor, vectors, their number, and more.
func vectored(nr uint64) func(t *Thread, a *args) uint64 {
	return func(t *Thread, a *args) uint64 {
		fd, e := t.fd(a[0])
		if e != 0 {
			return fail(e)
		}
		iov, e := t.iovecs(a[1], a[2])
		if e != 0 {
			return fail(e)
		}
		return t.pipeCheck(t.block(hostNr(nr), fd, iov, uintptr(a[2]), uintptr(a[3]), uintptr(a[4]), uintptr(a[5])))
	}
}

func sysReadlinkat(t *Thread, a *args) uint64 {
	dir, path, e := t.pathAt(a[0], a[1], 0)
	if e != 0 {
		return fail(e)
	}
	buf, e := t.addr(a[2])
	if e != 0 {
		return fail(e)
	}
	// The path of /proc/self/exe has become the program's.
	var name [32]byte
	if n, e := t.p.mem.ReadString(a[1], name[:]); e == 0 && n > 6 && string(name[:6]) == "/proc/" && t.p.procName(string(name[:n])) == "exe" {
		return t.copyString(a[2], a[3], t.p.guestPath(t.p.exe))
	}
	return result(t.block(hostNr(nrReadlinkat), dir, path, buf, uintptr(a[3]), 0, 0))
}

// copyString writes as much of s as there is room for, and returns how much.
func (t *Thread) copyString(to, room uint64, s string) uint64 {
	n := min(uint64(len(s)), room)
	if e := t.p.mem.Write(to, []byte(s[:n])); e != 0 {
		return fail(e)
	}
	return n
}

func sysGetcwd(t *Thread, a *args) uint64 {
	var buf [pathMax]byte
	var n int
	var err error
	if dir := t.p.fs.dir.Load(); dir == atFDCWD {
		if n, err = syscall.Getcwd(buf[:]); err == nil {
			n-- // the NUL
		}
	} else {
		n, err = syscall.Readlink("/proc/thread-self/fd/"+strconv.Itoa(int(dir)), buf[:])
	}
	if err != nil {
		return fail(asErrno(err))
	}
	path := t.p.guestPath(string(buf[:n])) + "\x00"
	if uint64(len(path)) > a[1] {
		return fail(syscall.ERANGE)
	}
	return t.copyString(a[0], a[1], path)
}

func sysChdir(t *Thread, a *args) uint64 {
	dir, path, e := t.pathAt(uint64(hostCWD), a[0], 0)
	if e != 0 {
		return fail(e)
	}
	const xOK = 1
	if _, _, e := syscall.Syscall(hostNr(nrFaccessat), dir, path, xOK); e != 0 {
		return fail(e)
	}
	fd, _, e := syscall.Syscall6(hostNr(nrOpenat), dir, path, oPath|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0, 0, 0)
	if e != 0 {
		return fail(e)
	}
	defer syscall.Close(int(fd))
	return t.p.enterDir(fd)
}

func sysFchdir(t *Thread, a *args) uint64 {
	fd, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	var st syscall.Stat_t
	if err := syscall.Fstat(int(fd), &st); err != nil || st.Mode&syscall.S_IFMT != syscall.S_IFDIR {
		return fail(syscall.ENOTDIR)
	}
	return t.p.enterDir(fd)
}

// enterDir makes a copy of fd, out of the guest's way, the working directory.
func (p *Process) enterDir(fd uintptr) uint64 {
	dup, _, e := syscall.Syscall(hostNr(nrFcntl), fd, syscall.F_DUPFD_CLOEXEC, lowFDs)
	if e != 0 {
		return fail(e)
	}
	if old := p.fs.dir.Swap(int32(dup)); old >= 0 {
		syscall.Close(int(old))
	}
	return 0
}
