package runtime

import (
	"encoding/binary"
	"syscall"
	"unsafe"
)

// msghdr is struct msghdr with the host's addresses.
type msghdr struct {
	name       uintptr
	nameLen    uint32
	_          uint32
	iov        uintptr
	iovLen     uint64
	control    uintptr
	controlLen uint64
	flags      int32
	_          uint32
}

const (
	msghdrSize = 56
	cmsgHeader = 16 // length, level, type
	maxControl = 64 << 10

	offNameLen, offControlLen, offFlags = 8, 40, 48

	solSocket, scmRights = 1, 1
	msgNosignal          = 0x4000
)

// message reads a struct msghdr into scratch. Its control data is copied to control,
// because it may hold descriptors, which have to be checked where no other thread of the
// guest can change them.
func (t *Thread) message(ptr uint64) (control []byte, controlAt uint64, e syscall.Errno) {
	var b [msghdrSize]byte
	if e = t.p.mem.Read(ptr, b[:]); e != 0 {
		return nil, 0, e
	}
	le, m := binary.LittleEndian, &t.scratch.msg
	*m = msghdr{nameLen: le.Uint32(b[offNameLen:]), iovLen: le.Uint64(b[24:]), flags: int32(le.Uint32(b[offFlags:]))}
	if m.name, e = t.addr(le.Uint64(b[0:])); e != 0 {
		return nil, 0, e
	}
	if m.iovLen > maxIovecs {
		return nil, 0, syscall.EMSGSIZE
	}
	if m.iov, e = t.iovecs(le.Uint64(b[16:]), m.iovLen); e != 0 {
		return nil, 0, e
	}
	controlAt, n := le.Uint64(b[32:]), le.Uint64(b[offControlLen:])
	if controlAt == 0 || n == 0 {
		return nil, 0, 0
	}
	if n > maxControl {
		return nil, 0, syscall.ENOBUFS
	}
	control = make([]byte, n)
	m.control, m.controlLen = uintptr(unsafe.Pointer(unsafe.SliceData(control))), n
	return control, controlAt, 0
}

// eachRight calls f for every descriptor in control data.
func eachRight(control []byte, f func(fd []byte)) {
	le := binary.LittleEndian
	for len(control) >= cmsgHeader {
		n := le.Uint64(control)
		if n < cmsgHeader || n > uint64(len(control)) {
			return
		}
		if le.Uint32(control[8:]) == solSocket && le.Uint32(control[12:]) == scmRights {
			for at := uint64(cmsgHeader); at+4 <= n; at += 4 {
				f(control[at : at+4])
			}
		}
		control = control[min((n+7)&^7, uint64(len(control))):]
	}
}

func sysSendmsg(t *Thread, a *args) uint64 {
	fd, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	control, at, e := t.message(a[1])
	if e == 0 && control != nil {
		e = t.p.mem.Read(at, control)
	}
	if e != 0 {
		return fail(e)
	}
	eachRight(control, func(b []byte) {
		if !t.p.fds.has(int32(binary.LittleEndian.Uint32(b))) {
			e = syscall.EBADF
		}
	})
	if e != 0 {
		return fail(e)
	}
	r, e := t.block(hostNr(nrSendmsg), fd, pointer(&t.scratch.msg), uintptr(a[2]), 0, 0, 0)
	keep(control)
	return t.sent(r, e, a[2])
}

// sent ends a call that sends: a broken connection is a signal unless the flags say no.
func (t *Thread) sent(r uintptr, e syscall.Errno, flags uint64) uint64 {
	if flags&msgNosignal != 0 {
		return result(r, e)
	}
	return t.pipeCheck(r, e)
}

func sysRecvmsg(t *Thread, a *args) uint64 {
	fd, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	control, at, e := t.message(a[1])
	if e != 0 {
		return fail(e)
	}
	r, e := t.block(hostNr(nrRecvmsg), fd, pointer(&t.scratch.msg), uintptr(a[2]), 0, 0, 0)
	keep(control)
	if e != 0 {
		return fail(e)
	}
	m := &t.scratch.msg
	control = control[:min(m.controlLen, uint64(len(control)))]
	eachRight(control, func(b []byte) { t.p.fds.add(int32(binary.LittleEndian.Uint32(b))) })
	e1 := t.p.mem.Write(at, control)
	if len(control) == 0 {
		e1 = 0
	}
	e2 := t.p.mem.Write32(a[1]+offNameLen, m.nameLen)
	e3 := t.p.mem.Write64(a[1]+offControlLen, m.controlLen)
	e4 := t.p.mem.Write32(a[1]+offFlags, uint32(m.flags))
	if e1|e2|e3|e4 != 0 {
		return fail(syscall.EFAULT)
	}
	return uint64(r)
}

// keep holds b where the host's kernel was told that it is.
//
//go:noinline
func keep(b []byte) {}

// many does sendmsg or recvmsg for an array of struct mmsghdr, until one fails.
func many(one func(*Thread, *args) uint64) func(t *Thread, a *args) uint64 {
	const mmsghdrSize = msghdrSize + 8
	return func(t *Thread, a *args) uint64 {
		n := min(a[2]&0xFFFF_FFFF, maxIovecs)
		for i := range n {
			at := a[1] + i*mmsghdrSize
			r := one(t, &args{a[0], at, a[3]})
			if int64(r) < 0 {
				if i > 0 {
					return i
				}
				return r
			}
			if e := t.p.mem.Write32(at+msghdrSize, uint32(r)); e != 0 {
				return fail(e)
			}
			const waitForOne, dontWait = 0x1_0000, 0x40
			if a[3]&waitForOne != 0 {
				a[3] |= dontWait
			}
		}
		return n
	}
}

func sysSendto(t *Thread, a *args) uint64 {
	r := t.pass("f*ii*i", hostNr(nrSendto), a)
	if r == fail(syscall.EPIPE) {
		return t.sent(0, syscall.EPIPE, a[3])
	}
	return r
}

// Socket options that hold addresses, which mean nothing to the host, or map memory.
func optionRefused(level, name uint64) bool {
	switch uint32(level) {
	case solSocket:
		return name == 26 || name == 51 // SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF
	case syscall.IPPROTO_TCP:
		return name == 35 // TCP_ZEROCOPY_RECEIVE
	case syscall.IPPROTO_IP, syscall.IPPROTO_IPV6:
		return name >= 64 && name < 128 && name != 66 && name != 67 // netfilter's, not IPV6_RECVTCLASS, IPV6_TCLASS
	}
	return false
}

func socketOption(shape string, nr uint64) func(t *Thread, a *args) uint64 {
	return func(t *Thread, a *args) uint64 {
		if optionRefused(a[1], a[2]) {
			t.p.warnOnce("axol: socket option %d of level %d is not supported", a[2], a[1])
			return fail(syscall.ENOPROTOOPT)
		}
		return t.pass(shape, hostNr(nr), a)
	}
}
