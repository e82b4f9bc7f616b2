package jit

import (
	"sync"

	"axol/jit/arm64"

	"golang.org/x/sys/unix"
)

// The signals that generated code is concerned with are handled in assembly: where code of a guest is found, it is left at
// once, wherever that is, and the engine sees to it that what was begun is finished (arm64.Stop). Whether it is guest
// code tells TPIDR_EL0, which is 0 otherwise: Go without cgo does not use it. Everything else goes on to the handler that
// was there, Go's.

// enter calls generated code: stub is the entry stub, frame the vCPU's, target where to go.
//
//go:noescape
func enter(stub, frame, target uintptr) uint32

func segvHandler()
func busHandler()
func illHandler()
func trapHandler()
func urgHandler()
func kickHandler()

// The assembly reads these.
var oldSegv, oldBus, oldIll, oldTrap, oldUrg uintptr

// Offsets in the frame, for the assembly.
//
//lint:file-ignore U1000 the assembly reads them
const (
	stopPC     = arm64.OffStopPC
	stopTemp   = arm64.OffStopTemp
	stopSignal = arm64.OffSignal
	stubLo     = arm64.OffStubLo
	entered    = arm64.OffEntered
	stubHi     = arm64.OffStubHi
	stopped    = arm64.OffStopped
	abort      = arm64.OffAbort
)

var installOnce sync.Once

// installSignals installs the handlers, once for the process.
func installSignals() {
	installOnce.Do(func() {
		hook(unix.SIGSEGV, segvHandler, &oldSegv)
		hook(unix.SIGBUS, busHandler, &oldBus)
		hook(unix.SIGILL, illHandler, &oldIll)
		hook(unix.SIGTRAP, trapHandler, &oldTrap)
		hook(unix.SIGURG, urgHandler, &oldUrg)
		hookKick()
	})
}
