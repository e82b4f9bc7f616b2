package ir

// Value names the instruction that makes it: an index into Unit.Insts. 0 is no value.
type Value uint32

// BlockID is an index into Unit.Blocks.
type BlockID int32

// Inst is one operation.
type Inst struct {
	Op      Op
	Type    Type  // of the value made
	Aux     uint8 // lane, condition, memory attributes, rounding: as the operation's Doc says
	A, B, C Value
	Imm     uint64
}

// Block is a stretch of instructions with one entry, its first instruction, and
// one terminator, its last.
type Block struct {
	PC          uint64 // guest address of its first instruction
	First, Last int32  // its instructions are Unit.Insts[First:Last]
	Succ        [2]BlockID
	Insns       int32 // guest instructions in it; what it takes off the budget
	Loop        bool  // a back edge leads here
	Rank        int32 // in reverse postorder
}

// Range is a range of guest addresses, end exclusive.
type Range struct{ Start, End uint64 }

// Unit is one unit of translation. Blocks[0] is its entry.
type Unit struct {
	PC      uint64
	Insts   []Inst // Insts[0] is a placeholder: 0 is no value
	Blocks  []Block
	Code    []Range     // the guest code it was made from, in order of lifting
	Actions [][]*Action // what OpActions does
}

// Reset makes u an empty unit for pc and keeps its memory.
func (u *Unit) Reset(pc uint64) {
	u.PC = pc
	u.Insts = append(u.Insts[:0], Inst{})
	u.Blocks = u.Blocks[:0]
	u.Code = u.Code[:0]
	u.Actions = u.Actions[:0]
}

// Insns is the number of guest instructions in the unit.
func (u *Unit) Insns() int {
	n := 0
	for i := range u.Blocks {
		n += int(u.Blocks[i].Insns)
	}
	return n
}

// Contains reports whether the unit was made from code that includes one of the
// addresses from lo up to, not including, hi.
func (u *Unit) Contains(lo, hi uint64) bool {
	for _, r := range u.Code {
		if lo < r.End && r.Start < hi {
			return true
		}
	}
	return false
}

// ConstOf is the value of v when it is a constant.
func (u *Unit) ConstOf(v Value) (uint64, bool) {
	in := &u.Insts[v]
	return in.Imm, in.Op == OpConst
}
