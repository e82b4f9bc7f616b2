package amd64

import (
	"unsafe"

	"axol/jit/ir"
)

// Frame is a vCPU's memory as generated code sees it. It lives outside the Go heap.
// rbp points 128 bytes into its State.
type Frame struct {
	Stack [1024]uint64 // rsp starts at its end
	State ir.State
	Host  Host
	Jump  [JumpEntries]JumpEntry
	// The vCPU's counters follow, as many as the engine maps.
}

// Host is what generated code and the engine tell each other besides the guest's state.
type Host struct {
	GoSP, GoBP uint64 // what the way back to Go needs
	SP         uint64 // rsp of generated code
	MXCSR      uint32 // the guest's, while Go runs
	GoMXCSR    uint32 // Go's, while the guest runs
	// Flags is NZCV while generated code runs, as lahf and seto leave it in ax:
	// N bit 15, Z bit 14, C bit 8, V bit 0.
	Flags      uint32
	SpareFlags uint32 // an NZCV that is not the guest's at the moment
	Temp       uint64
	// Aside is what a kick took out of the budget's register.
	Aside  int64
	Resume uint64 // host address at which to go on after a hook or a helper

	Phase uint64 // where the CPU is, as the engine counts it
	_     uint64

	// The host registers at a stop in the middle of a unit, and where it was.
	StopPC uint64
	GPR    [16]uint64
	XMM    [16][2]uint64

	Spill  [spillSlots]uint64
	SpillX [spillSlots][2]uint64

	Const [numConsts][2]uint64
}

// JumpEntries is the size of the cache of indirect branch targets: a power of two.
const JumpEntries = 1 << 16

// JumpEntry maps a guest address to the host address of its unit.
type JumpEntry struct{ PC, Code uint64 }

const spillSlots = 64

// bias is what rbp is ahead of the State, so that X0 to SP are within a signed byte.
const bias = 128

// Vector constants that generated code takes from the frame.
const (
	constSign64 = iota
	constSign32
	constAbs64
	constAbs32
	constOnes
	constBits4
	constPopcnt
	constBytes1
	constFLess
	constFEqual
	constFUnordered
	firstVecConst // those of const_vec.go follow
)

var constValues = [numConsts][2]uint64{
	constSign64: {1 << 63, 1 << 63},
	constSign32: {0x8000000080000000, 0x8000000080000000},
	constAbs64:  {1<<63 - 1, 1<<63 - 1},
	constAbs32:  {0x7FFFFFFF7FFFFFFF, 0x7FFFFFFF7FFFFFFF},
	constOnes:   {^uint64(0), ^uint64(0)},
	constBits4:  {0x0F0F0F0F0F0F0F0F, 0x0F0F0F0F0F0F0F0F},
	constPopcnt: {0x0302020102010100, 0x0403030203020201},
	constBytes1: {0x0101010101010101, 0x0101010101010101},
	// NZCV of a floating-point comparison, as Host.Flags has it.
	constFLess:      {0x8000},
	constFEqual:     {0x4100},
	constFUnordered: {0x0101},
}

// Offsets from rbp.
const (
	stateOff    = -bias
	hostOff     = int32(unsafe.Offsetof(Frame{}.Host)) - int32(unsafe.Offsetof(Frame{}.State)) - bias
	jumpOff     = int32(unsafe.Offsetof(Frame{}.Jump)) - int32(unsafe.Offsetof(Frame{}.State)) - bias
	countersOff = int32(unsafe.Sizeof(Frame{})) - int32(unsafe.Offsetof(Frame{}.State)) - bias
)

// RBP is the value of rbp for frame f.
func (f *Frame) RBP() uintptr { return uintptr(unsafe.Pointer(&f.State)) + bias }

// Instructions read Host.Const directly, which wants it aligned: this array has no element only
// where it is.
var _ [0]struct{} = [(unsafe.Offsetof(Frame{}.Host) + unsafe.Offsetof(Host{}.Const)) % 16]struct{}{}

// Offsets from rbp that the signal handlers use.
const (
	StopPCOff = int(hostOff) + int(unsafe.Offsetof(Host{}.StopPC))
	AsideOff  = int(hostOff) + int(unsafe.Offsetof(Host{}.Aside))
)

// Init prepares a zeroed frame.
func (f *Frame) Init() {
	f.Host.SP = uint64(uintptr(unsafe.Pointer(&f.Stack)) + unsafe.Sizeof(f.Stack))
	f.Host.GoMXCSR, f.Host.MXCSR = 0x1F80, 0x1F80
	f.Host.Const = constValues
	f.Jump[0].PC = NoPC(0) // in all other slots zero will do
	f.State.Counters = uint64(uintptr(unsafe.Pointer(f)) + unsafe.Sizeof(Frame{}))
}

// NoPC is the PC of an empty entry of the jump cache: an address that belongs to another slot, so
// that no branch that looks here can go to it, aligned or not.
func NoPC(slot int) uint64 {
	if slot == 0 {
		return 4
	}
	return 0
}

// JumpSlot is the index at which generated code looks for pc.
func JumpSlot(pc uint64) int { return int(pc >> 2 & (JumpEntries - 1)) }

func st(off uintptr) Mem { return at(RBP, int32(off)+stateOff) }

func host(off uintptr) Mem { return at(RBP, int32(off)+hostOff) }

func homeX(n int) Mem { return st(ir.OffX + uintptr(n)*8) }

func homeV(n int) Mem { return st(ir.OffV + uintptr(n)*16) }

func constMem(k int) Mem { return host(unsafe.Offsetof(Host{}.Const) + uintptr(k)*16) }

func spillMem(slot int) Mem { return host(unsafe.Offsetof(Host{}.Spill) + uintptr(slot)*8) }

func spillMemX(slot int) Mem { return host(unsafe.Offsetof(Host{}.SpillX) + uintptr(slot)*16) }

func hostFlags() Mem { return host(unsafe.Offsetof(Host{}.Flags)) }

func spareFlags() Mem { return host(unsafe.Offsetof(Host{}.SpareFlags)) }

const tempOff = unsafe.Offsetof(Host{}.Temp)
