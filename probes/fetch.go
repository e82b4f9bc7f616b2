package probes

import "strconv"

// Fetch says where a value comes from: a source, then loads from memory.
type Fetch struct {
	Source Source
	// N is the register (SourceReg), the stack entry or the argument, from 0.
	N int
	// Value is the immediate, the address or the file offset; for a symbol its
	// address plus Offset, once resolved.
	Value  uint64
	Symbol string
	Offset int64
	Text   string // of a string immediate
	Loads  []Load // the innermost first
}

// Load replaces an address by the 8 bytes at address+Offset. The last load of
// an Arg takes the Arg's type instead.
type Load struct {
	Offset int64
	User   bool // from the user's address space
}

// Source is where a Fetch starts.
type Source uint8

const (
	SourceReg        Source = iota // %reg
	SourceStack                    // $stack: the stack pointer
	SourceStackEntry               // $stackN
	SourceRetval                   // $retval
	SourceArg                      // $argN
	SourceComm                     // $comm: the task's name
	SourceImmediate                // \N, and the N of @N
	SourceString                   // \"TEXT"
	SourceSymbol                   // the SYM of @SYM
	SourceFile                     // the N of @+N: an offset in the probed file
)

// isText says that the source is a string, not a number.
func (s Source) isText() bool { return s == SourceComm || s == SourceString }

// Registers above X30 in Fetch.N.
const (
	regSP = 31 + iota
	regPC
	regPState
)

// registerNumber finds a register by its name in struct pt_regs.
func registerNumber(name string) (int, bool) {
	switch name {
	case "lr":
		return 30, true
	case "sp":
		return regSP, true
	case "pc":
		return regPC, true
	case "pstate":
		return regPState, true
	}
	if len(name) < 2 || name[0] != 'x' || len(name) > 2 && name[1] == '0' || !isDigit(name[1]) {
		return 0, false
	}
	n, err := strconv.ParseUint(name[1:], 10, 8)
	return int(n), err == nil && n <= 30
}

// Type is how a value is read and shown.
type Type struct {
	Base  Base
	Size  int // bytes of a number: 1, 2, 4 or 8; 0 for strings
	Count int // elements of an array, 0 for a single value
	// Width and Shift are of a bit field of the number; Width 0 is none.
	Width, Shift uint
}

// Base is the kind of a type.
type Base uint8

const (
	BaseHex Base = iota
	BaseUnsigned
	BaseSigned
	BaseChar
	BaseSymbol       // an address, shown as a symbol
	BaseSymbolString // the same, recorded as a string
	BaseString       // a string in memory
	BaseUserString   // a string in the user's memory
)

// isString says that the value is a string in memory.
func (b Base) isString() bool { return b == BaseString || b == BaseUserString }

var typeNames = map[string]Type{
	"x8": {Base: BaseHex, Size: 1}, "x16": {Base: BaseHex, Size: 2},
	"x32": {Base: BaseHex, Size: 4}, "x64": {Base: BaseHex, Size: 8},
	"u8": {Base: BaseUnsigned, Size: 1}, "u16": {Base: BaseUnsigned, Size: 2},
	"u32": {Base: BaseUnsigned, Size: 4}, "u64": {Base: BaseUnsigned, Size: 8},
	"s8": {Base: BaseSigned, Size: 1}, "s16": {Base: BaseSigned, Size: 2},
	"s32": {Base: BaseSigned, Size: 4}, "s64": {Base: BaseSigned, Size: 8},
	"char":   {Base: BaseChar, Size: 1},
	"symbol": {Base: BaseSymbol, Size: 8},
	"symstr": {Base: BaseSymbolString, Size: 8},
	"string": {Base: BaseString}, "ustring": {Base: BaseUserString},
}
