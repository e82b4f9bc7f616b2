package arm64

import (
	"unsafe"

	"axol/jit/ir"
)

// Frame is a vCPU's memory as generated code sees it. It lives outside the Go heap. TPIDR_EL0 has its
// address while generated code runs, and 0 otherwise, which is how signal handlers know.
type Frame struct {
	Near  Near
	State ir.State
	Host  Host
	// The vCPU's counters follow, as many as the engine maps.
}

// Near is what pairs of registers are loaded from and stored to.
type Near struct {
	Save             [saves]uint64 // guest registers that a rewritten instruction borrows
	GoFP, GoLR, GoSP uint64        // what the way back to Go needs
	_                uint64
}

// Host is what generated code, the signal handlers and the engine tell each other besides the guest's state.
type Host struct {
	Site uint64 // host address of the Record that generated code left by

	// Where a signal has found generated code, the register that is not the guest's there, and what
	// signal it was, 0 for one that only wants the CPU to come out.
	StopPC, StopTemp, Signal uint64

	Resume uint64 // host address at which to go on after a hook
	Phase  uint64 // where the CPU is, as the engine counts it

	// Host addresses for the signal handlers: the stubs [StubLo, StubHi), of which the one that comes from
	// Go ends at Entered; where to resume.
	StubLo, Entered, StubHi uint64
	Stopped, Abort          uint64
}

// saves is how many guest registers one sequence borrows at most.
const saves = 4

// Offsets from the frame's address.
const (
	offHost     = unsafe.Offsetof(Frame{}.Host)
	offState    = unsafe.Offsetof(Frame{}.State)
	offX        = offState + ir.OffX
	offSave     = unsafe.Offsetof(Near{}.Save)
	offGoFP     = unsafe.Offsetof(Near{}.GoFP)
	offGoSP     = unsafe.Offsetof(Near{}.GoSP)
	offSite     = offHost + unsafe.Offsetof(Host{}.Site)
	offCounters = unsafe.Sizeof(Frame{})

	OffStopPC   = offHost + unsafe.Offsetof(Host{}.StopPC)
	OffStopTemp = offHost + unsafe.Offsetof(Host{}.StopTemp)
	OffSignal   = offHost + unsafe.Offsetof(Host{}.Signal)
	OffStubLo   = offHost + unsafe.Offsetof(Host{}.StubLo)
	OffEntered  = offHost + unsafe.Offsetof(Host{}.Entered)
	OffStubHi   = offHost + unsafe.Offsetof(Host{}.StubHi)
	OffStopped  = offHost + unsafe.Offsetof(Host{}.Stopped)
	OffAbort    = offHost + unsafe.Offsetof(Host{}.Abort)
)

// Init prepares a zeroed frame for stubs at host address rx.
func (f *Frame) Init(s *Stubs, rx uintptr) {
	f.State.Counters = uint64(uintptr(unsafe.Pointer(f)) + unsafe.Sizeof(Frame{}))
	at := func(off int) uint64 { return uint64(rx) + uint64(off) }
	h := &f.Host
	h.StubLo, h.Entered, h.StubHi = at(s.Enter), at(s.entered), at(len(s.Words)*4)
	h.Stopped, h.Abort = at(s.stopped), at(s.abort)
}

// homeX is where the guest's register g is in the frame.
func homeX(g reg) uintptr { return offX + uintptr(g)*8 }
