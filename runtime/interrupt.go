package runtime

import (
	"sync"
	"syscall"
	"unsafe"
)

// A thread that waits in a system call of the host is interrupted by a signal of the
// host. Go's own handler does for it, which ignores what nobody asked for; it only must not
// have the system call started again, as Go wants for all its signals.
const interruptSignal = 62

const hostSaRestart = 0x1000_0000

// hostSigaction is the kernel's struct sigaction, alike on all hosts.
type hostSigaction struct {
	handler, flags, restorer, mask uintptr
}

var prepareInterrupts = sync.OnceValue(func() syscall.Errno {
	var act hostSigaction
	_, _, e := syscall.RawSyscall6(hostNr(nrRtSigaction), interruptSignal, 0, uintptr(unsafe.Pointer(&act)), sigSetSize, 0, 0)
	if e != 0 {
		return e
	}
	act.flags &^= hostSaRestart
	_, _, e = syscall.RawSyscall6(hostNr(nrRtSigaction), interruptSignal, uintptr(unsafe.Pointer(&act)), 0, sigSetSize, 0, 0)
	return e
})

// interrupt has the thread leave guest code, or the system call of the host that it
// waits in. One that it is just about to make is missed: the kicker comes again.
func (t *Thread) interrupt() {
	t.cpu.Kick()
	syscall.RawSyscall(hostNr(nrTgkill), uintptr(syscall.Getpid()), uintptr(t.host), interruptSignal)
}
