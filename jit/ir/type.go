package ir

import "math/bits"

// Type is the type of a value.
type Type uint8

// I32 and I64 are integers; the upper half of a host register that holds an I32
// is unspecified. F16, F32 and F64 are floating-point scalars as bit patterns; the
// rest of the host vector register that holds one is unspecified. V128 is a whole
// vector register. Flags is an NZCV.
const (
	None Type = iota
	I32
	I64
	F16
	F32
	F64
	V128
	Flags
)

var typeNames = [...]string{"none", "i32", "i64", "f16", "f32", "f64", "v128", "flags"}

func (t Type) String() string { return typeNames[t] }

// IsInt reports whether values of the type live in general registers.
func (t Type) IsInt() bool { return t == I32 || t == I64 }

// IsVec reports whether values of the type live in vector registers.
func (t Type) IsVec() bool { return t >= F16 && t <= V128 }

// Bits is the width of a value of the type.
func (t Type) Bits() int { return [...]int{0, 32, 64, 16, 32, 64, 128, 4}[t] }

// Lane is the element size of a vector operation: log2 of its bytes.
type Lane = uint8

// The element sizes.
const (
	B Lane = iota
	H
	S
	D
	Q
)

// Cond is an A64 condition, encoded as in the instruction set.
type Cond uint8

// The conditions (Arm ARM C1.2.4). AL and NV both mean "always".
const (
	EQ Cond = iota
	NE
	HS
	LO
	MI
	PL
	VS
	VC
	HI
	LS
	GE
	LT
	GT
	LE
	AL
	NV
)

var condNames = [...]string{"eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv"}

func (c Cond) String() string { return condNames[c&15] }

// Invert is the opposite condition. It must not be asked of AL and NV.
func (c Cond) Invert() Cond { return c ^ 1 }

// Holds evaluates the condition on an NZCV in bits 31:28, where the PSTATE has it.
func (c Cond) Holds(nzcv uint32) bool {
	n, z, cf, v := nzcv>>31&1, nzcv>>30&1, nzcv>>29&1, nzcv>>28&1
	var r bool
	switch c >> 1 {
	case 0:
		r = z == 1
	case 1:
		r = cf == 1
	case 2:
		r = n == 1
	case 3:
		r = v == 1
	case 4:
		r = cf == 1 && z == 0
	case 5:
		r = n == v
	case 6:
		r = n == v && z == 0
	case 7:
		return true
	}
	return r != (c&1 == 1)
}

// Memory attributes of a load, store or atomic, in Inst.Aux.
const (
	MemSizeMask = 7      // log2 of the bytes
	MemSigned   = 1 << 3 // a load sign-extends to the type of its result; else it zero-extends
	MemAcquire  = 1 << 4 // no later access is observed before this one
	MemRelease  = 1 << 5 // no earlier access is observed after this one
)

// Rounding directions of conversions and OpFRint, in Inst.Aux.
const (
	RoundTieEven uint8 = iota
	RoundUp
	RoundDown
	RoundZero
	RoundTieAway
	RoundCurrent // as FPCR.RMode says
	// RoundExact is added for FRINTX: inexact results set FPSR.IXC.
	RoundExact = 1 << 4
	// Unsigned is added to the rounding of OpFToI and stands alone in OpIToF.
	Unsigned = 1 << 3
)

// RMW is what an atomic read-modify-write does, in Inst.Imm of OpAtomic.
type RMW uint64

// The operations of LD<op> and SWP (Arm ARM C6.2, "Atomic memory operations").
const (
	RMWAdd RMW = iota
	RMWClr     // memory AND NOT operand
	RMWEor
	RMWSet // memory OR operand
	RMWSMax
	RMWSMin
	RMWUMax
	RMWUMin
	RMWSwap
)

var rmwNames = [...]string{"add", "clr", "eor", "set", "smax", "smin", "umax", "umin", "swap"}

func (r RMW) String() string { return rmwNames[r] }

// Fence kinds, in Inst.Aux of OpFence: which accesses a barrier orders.
const (
	FenceFull  uint8 = iota
	FenceLoad        // loads before it, loads and stores after
	FenceStore       // stores before it, stores after
	FenceInst        // context synchronisation (ISB)
)

// Branch is the kind of an indirect branch, in Inst.Aux of OpExitIndirect.
type Branch uint8

// The kinds; a call has already written its return address to X30.
const (
	BranchJump Branch = iota
	BranchCall
	BranchReturn
)

// Trap says why OpTrap stops the guest.
type Trap uint8

// The traps. What Inst.A carries is given in brackets.
const (
	TrapSVC       Trap = iota // SVC [imm16]; PC is the next instruction
	TrapBRK                   // BRK [imm16]; PC is the BRK itself
	TrapUndefined             // UDF, unallocated or unsupported word [the word]; PC is that word
	TrapFetch                 // instruction fetch failed; PC is the address that could not be read
	TrapAlign                 // branch to an address that is not a multiple of 4; PC is the target
	TrapWait                  // WFE, WFI, YIELD and the like: a good moment to let others run; PC is the next instruction
	TrapICache                // IC IVAU [guest line address in State.ExitArg]: code there may have changed; PC is the next instruction
	TrapRegime                // FPCR was written: what follows may have to be translated differently; PC is the next instruction
	TrapStep                  // the one instruction of a stepped unit has run [1: it was a load-exclusive]; PC is where the guest goes on
	TrapGoto                  // an indirect branch of an inner unit: where the guest goes on is State.ExitArg
	TrapStepTo                // the same, behind an indirect branch: where the guest goes on is State.ExitArg
)

var trapNames = [...]string{"svc", "brk", "undefined", "fetch", "align", "wait", "icache", "regime", "step", "goto", "step to"}

func (t Trap) String() string { return trapNames[t] }

// AddNZCV is NZCV, in bits 31:28, of a + b + carry, on 64 bits if wide, else 32
// (Arm ARM, AddWithCarry).
func AddNZCV(wide bool, a, b, carry uint64) uint64 {
	if !wide {
		a, b = a<<32, b<<32|(carry<<32-carry)
	}
	sum, c := bits.Add64(a, b, carry)
	v := (a ^ sum) & (b ^ sum) >> 63
	return signZero(sum) | c<<29 | v<<28
}

// LogicNZCV is NZCV, in bits 31:28, of a result: N and Z, and no carry or overflow.
func LogicNZCV(wide bool, a uint64) uint64 {
	if !wide {
		a <<= 32
	}
	return signZero(a)
}

func signZero(x uint64) uint64 {
	n := x >> 63 << 31
	if x == 0 {
		n |= 1 << 30
	}
	return n
}
