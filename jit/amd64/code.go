package amd64

// Code is a translated unit, position-dependent: it was made for one offset in the
// code cache.
type Code struct {
	Text   []byte
	Links  []Link
	Points []Point
	// Locs is what the points' lists are cut from.
	Locs []Loc
	// FlagsDead: the unit writes NZCV before anybody can see what it was at entry.
	FlagsDead bool
}

// Link is a direct exit: a jump whose target can be patched.
type Link struct {
	Target uint64 // guest address
	// Lazy is the offset of a jump's displacement that may be patched to a unit whose
	// FlagsDead is set; 0 when there is none. Full is the one that is good for any unit.
	Lazy, Full uint32
	// Num is the offset of the 32-bit number that tells the engine which link left the unit.
	Num uint32
}

// Point is a place where the unit can be stopped in the middle of a block.
type Point struct {
	Off     uint32 // host offset: of the instruction that faults, or behind the call to the stop stub
	Refund  int32  // what the budget gets back: instructions of the block that did not run
	PC      uint64 // guest instruction that did not run
	Locs    uint32 // Code.Locs[Locs:Locs+NumLocs] is the state that is not in ir.State
	NumLocs uint16
	Placed  Pins // and these are in their places
	Spent   bool // the budget ran out in front of a block, whose first instruction has not begun
	Flags   FlagsLoc
	// Actions: an action could not go on; the hook is to do it, as number Number, before the instruction.
	Actions bool
	Number  uint64
}

// Where is how a Loc says where a value is.
type Where uint8

// The places.
const (
	InReg   Where = iota // register Reg
	InSlot               // spill slot Imm
	IsConst              // the number Imm
	InHome               // nowhere but in ir.State: not used in points
)

// Loc tells where the value of a guest register is. Guest registers 0 to 31 are X0 to
// X30 and SP, 32 to 63 are V0 to V31; 64 and 65 are operands of the flags.
type Loc struct {
	Guest  uint8
	Where  Where
	Reg    Reg
	Scalar uint8 // 0, or the bytes (4, 8) that count: the rest of the vector register is zero
	Dirty  bool  // ir.State has an older value
	Safe   uint8 // as an address: see val.safe
	Imm    uint64
}

const (
	guestSP = 31
	guestV  = 32
	guestFA = 64
	guestFB = 65
	// guestSum marks what is no register: see sum.
	guestSum = 66
)

// FlagsKind says how NZCV can be computed.
type FlagsKind uint8

// The kinds. A and B are the operands in the point's list (guest numbers 64 and 65).
const (
	FlagsHome   FlagsKind = iota // Host.Flags
	FlagsSub                     // of A - B
	FlagsSubR                    // of (A+B) - B: A is the result
	FlagsAdd                     // of A + B
	FlagsAddR                    // of (A-B) + B: A is the result
	FlagsLogic                   // of A
	FlagsConst                   // Imm in the flags' own Loc
	FlagsFCmp                    // of a floating-point comparison: only in host flags
	flagsOpaque                  // in the host's flags register, nowhere else
	flagsSpare                   // Host.SpareFlags
)

// FlagsLoc is where NZCV is at a point.
type FlagsLoc struct {
	Kind FlagsKind
	Wide bool // operands of 64 bits
	NZCV uint8
}
