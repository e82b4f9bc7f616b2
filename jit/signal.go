package jit

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// kickSignal interrupts a vCPU's thread. Its handler does not restart system calls, which is
// how a blocked vCPU notices. The Go runtime's own preemption signal, SIGURG, is
// treated alike, so that the garbage collector never waits for a guest.
const kickSignal = unix.Signal(63)

type sigaction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

func rtSigaction(sig uintptr, act, old *sigaction) {
	if _, _, e := unix.RawSyscall6(unix.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(act)), uintptr(unsafe.Pointer(old)), 8, 0, 0); e != 0 {
		panic(fmt.Sprintf("jit: rt_sigaction(%d): %v", sig, e))
	}
}

const saRestart = 0x10000000

// funcPC is the entry of an assembly function.
func funcPC(f func()) uintptr { return **(**uintptr)(unsafe.Pointer(&f)) }

// hook has handler, an assembly function, handle a signal, and keeps what did so in old, to be chained to.
func hook(sig unix.Signal, handler func(), old *uintptr) {
	var act sigaction
	rtSigaction(uintptr(sig), nil, &act)
	*old = act.handler
	act.handler = funcPC(handler)
	rtSigaction(uintptr(sig), &act, nil)
}

// hookKick is the same for kickSignal, which nobody has handled.
func hookKick() {
	var act sigaction
	rtSigaction(uintptr(kickSignal), nil, &act)
	act.handler = funcPC(kickHandler)
	act.flags &^= saRestart
	rtSigaction(uintptr(kickSignal), &act, nil)
}
