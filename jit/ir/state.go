package ir

import "unsafe"

// State is what the guest's processor is made of, as generated code sees it. It lives
// outside the Go heap, one for each vCPU, and is touched by the thread that runs the
// vCPU only (the fields marked shared excepted). Generated code addresses it by
// constant offsets, so its order is part of the interface with the back ends.
type State struct {
	X  [31]uint64
	SP uint64
	PC uint64 // valid whenever generated code is not running

	NZCV uint64 // in bits 31:28

	V [32][2]uint64

	FPCR, FPSR uint32
	TPIDR      uint64 // TPIDR_EL0
	TPIDRRO    uint64 // TPIDRRO_EL0
	PSTATE     uint64 // DIT, SSBS, and BTYPE while generated code is not running, where SPSR has them
	Branch     uint64 // where the latest indirect branch led, of code that tells branch types

	// Keys are the keys of pointer authentication: low and high half.
	Keys [NumKeys][2]uint64

	// The exclusive mark of the load-exclusives: what was loaded from where.
	// ExSize is 0 when there is none, else the bytes loaded.
	ExAddr, ExSize uint64
	ExValue        [2]uint64

	// MemBase is the host address of guest address 0, MemLimit the first guest
	// address that does not exist.
	MemBase, MemLimit uint64

	// Budget is how many guest instructions may run until the next exit.
	Budget int64

	// What an exit says. Generated code writes them.
	ExitKind  uint64
	ExitArg   uint64
	FaultAddr uint64

	// Kicked (shared, atomic) asks the vCPU to leave generated code soon.
	Kicked uint32
	_      uint32

	// Counters is the address of the vCPU's counters (OpCount): 8 bytes each.
	Counters uint64
	// Ring is the address of the vCPU's Ring, 0 for none.
	Ring uint64
	// Granted is how many instructions were put into Budget so far.
	Granted int64
}

// PACKey names a key of pointer authentication.
type PACKey uint8

// The keys, two for instruction addresses, two for data addresses, one for data.
const (
	KeyIA PACKey = iota
	KeyIB
	KeyDA
	KeyDB
	KeyGA
	NumKeys
)

// Fields of PSTATE that are kept in [State].PSTATE.
const (
	PSTATEBTYPE = 3 << 10
	PSTATESSBS  = 1 << 12
	PSTATEDIT   = 1 << 24
)

// Offsets of State's fields, for back ends.
const (
	OffX        = unsafe.Offsetof(State{}.X)
	OffSP       = unsafe.Offsetof(State{}.SP)
	OffPC       = unsafe.Offsetof(State{}.PC)
	OffNZCV     = unsafe.Offsetof(State{}.NZCV)
	OffV        = unsafe.Offsetof(State{}.V)
	OffFPCR     = unsafe.Offsetof(State{}.FPCR)
	OffFPSR     = unsafe.Offsetof(State{}.FPSR)
	OffTPIDR    = unsafe.Offsetof(State{}.TPIDR)
	OffTPIDRRO  = unsafe.Offsetof(State{}.TPIDRRO)
	OffBranch   = unsafe.Offsetof(State{}.Branch)
	OffPSTATE   = unsafe.Offsetof(State{}.PSTATE)
	OffKeys     = unsafe.Offsetof(State{}.Keys)
	OffExAddr   = unsafe.Offsetof(State{}.ExAddr)
	OffExSize   = unsafe.Offsetof(State{}.ExSize)
	OffExValue  = unsafe.Offsetof(State{}.ExValue)
	OffMemBase  = unsafe.Offsetof(State{}.MemBase)
	OffBudget   = unsafe.Offsetof(State{}.Budget)
	OffExitKind = unsafe.Offsetof(State{}.ExitKind)
	OffExitArg  = unsafe.Offsetof(State{}.ExitArg)
	OffKicked   = unsafe.Offsetof(State{}.Kicked)
	OffCounters = unsafe.Offsetof(State{}.Counters)
	OffRing     = unsafe.Offsetof(State{}.Ring)
	OffGranted  = unsafe.Offsetof(State{}.Granted)

	OffRingNext  = unsafe.Offsetof(Ring{}.Next)
	OffRingLimit = unsafe.Offsetof(Ring{}.Limit)
	OffRingHead  = unsafe.Offsetof(Ring{}.Head)
	OffRingHist  = unsafe.Offsetof(Ring{}.Hist)
)

// System registers the operations OpGetSys and OpSetSys know, numbered
// op0:op1:CRn:CRm:op2 as in bits 20:5 of MRS and MSR.
const (
	SysNZCV      = 0xDA10
	SysFPCR      = 0xDA20
	SysFPSR      = 0xDA21
	SysTPIDR     = 0xDE82
	SysTPIDRRO   = 0xDE83
	SysCTR       = 0xD801
	SysDCZID     = 0xD807
	SysCNTFRQ    = 0xDF00
	SysCNTVCT    = 0xDF02
	SysCNTVCTSS  = 0xDF06
	SysRNDR      = 0xD920
	SysRNDRRS    = 0xD921
	SysMIDR      = 0xC000
	SysMPIDR     = 0xC005
	SysREVIDR    = 0xC006
	SysDIT       = 0xDA15
	SysSSBS      = 0xDA16
	SysBranch    = 0x10000 // State.Branch: no register that MRS could name
	SysKeyFirst  = 0xC108  // APIAKeyLo_EL1 and the other key registers, as [KeyRegister] numbers them
	SysIDFirst   = 0xC000  // the ID registers that Linux lets EL0 read
	SysIDLast    = 0xC03F
	FPCRWritable = 0x07C80000 // AHP, DN, FZ, RMode, FZ16: no trapped exceptions, and no vectors of AArch32
)

// KeyRegister is the number of the system register that has the low (0) or high (1) half of a key.
func KeyRegister(k PACKey, half uint64) uint64 {
	return SysKeyFirst + uint64(k>>1)<<3 + uint64(k&1)<<1 + half
}

// KeyOf is the key a system register has a half of.
func KeyOf(reg uint64) (k PACKey, half uint64, ok bool) {
	n := reg - SysKeyFirst
	k, half = PACKey(n>>3<<1+n>>1&1), n&1
	return k, half, n>>3 < 3 && n&4 == 0 && k < NumKeys
}
