package probes

import (
	"strings"
	"syscall"
)

// DefinitionError is what is wrong with a probe definition, and where.
type DefinitionError struct {
	Code ErrorCode
	Text string // the definition, with single spaces between its words
	Pos  int    // byte of Text the error is at
}

// Error is the message with the definition and a caret below the place, as
// tracefs shows it in error_log.
func (e *DefinitionError) Error() string {
	return "probe definition: " + e.Code.String() + "\n  " + e.Text + "\n  " + strings.Repeat(" ", e.Pos) + "^"
}

// Unwrap is the error number that writing the definition to kprobe_events or uprobe_events gives.
func (e *DefinitionError) Unwrap() error {
	if e.Code == ErrTooManyArgs {
		return syscall.E2BIG
	}
	return syscall.EINVAL
}

// ErrorCode is a kind of mistake in a probe definition.
type ErrorCode uint8

const (
	ErrEmpty ErrorCode = iota
	ErrTooLong
	ErrBadOperation
	ErrNoTarget
	ErrDeleteWords

	ErrMaxActiveOnProbe
	ErrBadMaxActive
	ErrMaxActiveTooBig

	ErrNoGroupName
	ErrGroupTooLong
	ErrBadGroupName
	ErrNoEventName
	ErrEventTooLong
	ErrBadEventName

	ErrBadProbeAddr
	ErrBadAddrSuffix
	ErrBadRetprobe
	ErrNotAKprobe
	ErrNotAUprobe
	ErrBadUprobeOffset
	ErrBadRefCounter
	ErrRefCounterOpen
	ErrRefCounterSuffix

	ErrTooManyArgs
	ErrArgNameTooLong
	ErrNoArgName
	ErrBadArgName
	ErrUsedArgName
	ErrNoArgBody
	ErrArgTooLong

	ErrBadFetch
	ErrBadVariable
	ErrRetvalOnProbe
	ErrArgNotAtEntry
	ErrBadArgNumber
	ErrBadStackNumber
	ErrBadRegister
	ErrBadMemAddr
	ErrFileOnKprobe
	ErrBadFileOffset
	ErrSymbolOnUprobe
	ErrBadImmediate
	ErrStringOpen
	ErrDerefNeedsBrace
	ErrBadDerefOffset
	ErrDerefOpen
	ErrDerefSuffix
	ErrStringDeref
	ErrTooManyOps

	ErrBadType
	ErrArrayOpen
	ErrArraySuffix
	ErrBadArraySize
	ErrArrayTooBig
	ErrBadBitfield
	ErrNeedString
	ErrNotMemory
)

var errorWords = [...]string{
	ErrEmpty:        "nothing to read",
	ErrTooLong:      "definition is longer than 4095 bytes",
	ErrBadOperation: "expected p, r or -, then an optional :[GROUP/]EVENT",
	ErrNoTarget:     "the place to probe is missing",
	ErrDeleteWords:  "nothing may follow the event to delete",

	ErrMaxActiveOnProbe: "a number here is the maxactive of a return probe",
	ErrBadMaxActive:     "maxactive is not a positive number",
	ErrMaxActiveTooBig:  "maxactive is more than 4096",

	ErrNoGroupName:  "group name is empty",
	ErrGroupTooLong: "group name is longer than 63 bytes",
	ErrBadGroupName: "group name is not a C identifier",
	ErrNoEventName:  "event name is empty",
	ErrEventTooLong: "event name is longer than 63 bytes",
	ErrBadEventName: "event name is not a C identifier",

	ErrBadProbeAddr:     "not an address or a symbol with an offset",
	ErrBadAddrSuffix:    "only %return may follow the place to probe",
	ErrBadRetprobe:      "a return probe stands on a function's entry: no offset",
	ErrNotAKprobe:       "PATH:OFFSET is a place for a uprobe",
	ErrNotAUprobe:       "a uprobe needs PATH:OFFSET, with a / in the path and a number as offset",
	ErrBadUprobeOffset:  "file offset is not a number",
	ErrBadRefCounter:    "reference counter offset is not a number",
	ErrRefCounterOpen:   "reference counter lacks its )",
	ErrRefCounterSuffix: "nothing but %return may follow the reference counter",

	ErrTooManyArgs:    "more than 128 arguments",
	ErrArgNameTooLong: "argument name is longer than 32 bytes",
	ErrNoArgName:      "argument name is empty",
	ErrBadArgName:     "argument name is not a C identifier",
	ErrUsedArgName:    "argument name is taken",
	ErrNoArgBody:      "argument has no expression",
	ErrArgTooLong:     "argument expression is longer than 63 bytes",

	ErrBadFetch:        "not a fetch expression",
	ErrBadVariable:     "unknown $ variable",
	ErrRetvalOnProbe:   "$retval exists in return probes only",
	ErrArgNotAtEntry:   "$arg exists in a kprobe on a function's entry only",
	ErrBadArgNumber:    "bad argument number",
	ErrBadStackNumber:  "bad stack entry number",
	ErrBadRegister:     "unknown register: x0 to x30, lr, sp, pc, pstate",
	ErrBadMemAddr:      "not a memory address or a symbol with an offset",
	ErrFileOnKprobe:    "file offsets are for uprobes",
	ErrBadFileOffset:   "file offset is not a number",
	ErrSymbolOnUprobe:  "symbols are for kprobes",
	ErrBadImmediate:    "immediate value is not a number",
	ErrStringOpen:      "string lacks its closing \"",
	ErrDerefNeedsBrace: "a dereference is written +OFFSET(EXPRESSION)",
	ErrBadDerefOffset:  "dereference offset is not a number",
	ErrDerefOpen:       "dereference lacks its )",
	ErrDerefSuffix:     "unexpected text after the )",
	ErrStringDeref:     "a string is not an address",
	ErrTooManyOps:      "expression is nested too deep",

	ErrBadType:      "unknown type",
	ErrArrayOpen:    "array lacks its ]",
	ErrArraySuffix:  "unexpected text after the ]",
	ErrBadArraySize: "array size is not a positive number",
	ErrArrayTooBig:  "array has more than 64 elements",
	ErrBadBitfield:  "a bit field is written bWIDTH@OFFSET/SIZE and fits in SIZE bits",
	ErrNeedString:   "this value is a string",
	ErrNotMemory:    "this type is read from memory: the expression must be an address or a dereference",
}

func (c ErrorCode) String() string { return errorWords[c] }
