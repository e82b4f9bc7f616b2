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
