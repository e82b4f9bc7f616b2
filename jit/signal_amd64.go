package jit

import (
	"sync"

	"axol/jit/amd64"

	"golang.org/x/sys/unix"
)

// The signals that generated code is concerned with are handled in assembly: a fault in it
// resumes at the recovery stub, a kick empties its budget. Everything else goes on to
// the handler that was there, Go's.

// enter calls generated code: stub is the entry stub, rbp the frame, target where to go.
//
//go:noescape
func enter(stub, rbp, target uintptr) uint32

func segvHandler()
func busHandler()
func urgHandler()
func kickHandler()

// Code ranges known to the handlers. Signals are installed once for the process; every
// engine has one entry.
const maxEngines = 64

// The assembly reads these.
var (
	codeRanges [maxEngines]struct{ lo, hi, recover uintptr }
	oldSegv    uintptr
	oldBus     uintptr
	oldUrg     uintptr

	//lint:ignore U1000 the assembly reads it
	stopPCOffset = uintptr(amd64.StopPCOff)
	//lint:ignore U1000 the assembly reads it
	asideOffset = uintptr(amd64.AsideOff)
)

var signals struct {
	sync.Mutex
	installed bool
}

// installSignals makes faults in [lo, hi) resume at recover.
func installSignals(lo, hi, recover uintptr) {
	signals.Lock()
	defer signals.Unlock()
	for i := range codeRanges {
		if r := &codeRanges[i]; r.hi == 0 {
			r.lo, r.recover = lo, recover
			r.hi = hi
			break
		} else if i == maxEngines-1 {
			panic("jit: too many engines")
		}
	}
	if signals.installed {
		return
	}
	signals.installed = true
	hook(unix.SIGSEGV, segvHandler, &oldSegv)
	hook(unix.SIGBUS, busHandler, &oldBus)
	hook(unix.SIGURG, urgHandler, &oldUrg)
	hookKick()
}

// removeSignals forgets the code whose faults resume at recover.
func removeSignals(recover uintptr) {
	signals.Lock()
	defer signals.Unlock()
	for i := range codeRanges {
		if r := &codeRanges[i]; r.hi != 0 && r.recover == recover {
			r.hi, r.lo = 0, 0
			return
		}
	}
}
