package filter

import (
	"fmt"
	"strings"
)

// Error is what is wrong with a filter, and where.
type Error struct {
	Code ErrorCode
	Text string // the filter
	Pos  int    // byte of Text where the kernel has its caret: one behind the place, for most
}

// ErrorCode is a kind of mistake, numbered as the kernel does.
type ErrorCode uint8

// The mistakes.
const (
	ErrNone ErrorCode = iota // no predicate where one should be: the kernel has no words for it
	ErrInvalidOp
	ErrTooManyOpen
	ErrTooManyClose
	ErrMissingQuote
	ErrOperandTooLong
	ErrExpectString
	ErrExpectDigit
	ErrIllegalFieldOp
	ErrFieldNotFound
	ErrIllegalIntVal
	ErrTooManyPreds
	ErrInvalidValue
)

// The kernel's words, which tools look for.
var errorWords = [...]string{
	ErrNone:           "No error",
	ErrInvalidOp:      "Invalid operator",
	ErrTooManyOpen:    "Too many '('",
	ErrTooManyClose:   "Too few '('",
	ErrMissingQuote:   "Missing matching quote",
	ErrOperandTooLong: "Operand too long",
	ErrExpectString:   "Expecting string field",
	ErrExpectDigit:    "Expecting numeric field",
	ErrIllegalFieldOp: "Illegal operation for field type",
	ErrFieldNotFound:  "Field not found",
	ErrIllegalIntVal:  "Illegal integer value",
	ErrTooManyPreds:   "Too many terms in predicate expression",
	ErrInvalidValue:   "Invalid value (did you forget quotes)?",
}

func (c ErrorCode) String() string { return errorWords[c] }

// Error is one line, with the place as a column.
func (e *Error) Error() string {
	what := e.Code.String()
	if e.Code == ErrNone {
		what = "a predicate (FIELD OP VALUE) is missing"
	}
	return fmt.Sprintf("filter %q: column %d: %s", e.Text, e.column(), what)
}

func (e *Error) column() int { return min(e.Pos, len(e.Text)) + 1 }

// File is what reading the event's filter file gives after the mistake.
func (e *Error) File() string {
	if e.Code == ErrNone {
		return e.Text + "\nError: (0)\n"
	}
	return fmt.Sprintf("%s\n%s^\nparse_error: %s\n", e.Text, strings.Repeat(" ", e.column()-1), e.Code)
}
