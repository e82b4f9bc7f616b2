package probes

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ErrorLog keeps the latest mistakes in definitions as tracefs's error_log shows them: in the kernel's words, with a
// caret below the place. Its methods can be called from any thread.
type ErrorLog struct {
	// Now is the time of an entry, since boot; nil: since the first.
	Now func() time.Duration

	mu      sync.Mutex
	start   time.Time // guarded by mu
	entries []string  // guarded by mu: at most maxLogged
}

// maxLogged is how many the kernel keeps.
const maxLogged = 8

// commandPrefix stands in front of the definition.
const commandPrefix = "  Command: "

// Add logs why a definition, written to kprobe_events or uprobe_events, was refused, by Parse or AddEvent. Like the
// kernel, it logs nothing of some errors.
func (l *ErrorLog) Add(kind Kind, definition string, err error) {
	what, pos := kernelError(definition, err)
	if what == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.start.IsZero() {
		l.start = time.Now()
	}
	at := time.Since(l.start)
	if l.Now != nil {
		at = l.Now()
	}
	command := strings.Join(splitWords(definition), " ")
	entry := fmt.Sprintf("[%5d.%06d] trace_%s: error: %s\n%s%s\n%s^\n", at/time.Second, at%time.Second/time.Microsecond,
		kind, what, commandPrefix, command, strings.Repeat(" ", len(commandPrefix)+pos))
	if len(l.entries) == maxLogged {
		l.entries = append(l.entries[:0], l.entries[1:]...)
	}
	l.entries = append(l.entries, entry)
}

// String is the text of error_log, the oldest entry first.
func (l *ErrorLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.entries, "")
}

// Clear empties the log, as writing to error_log does.
func (l *ErrorLog) Clear() {
	l.mu.Lock()
	l.entries = nil
	l.mu.Unlock()
}

// kernelError is the kernel's words for an error, and the byte of the definition it has them for; none for errors it
// does not log.
func kernelError(definition string, err error) (what string, pos int) {
	var parse *DefinitionError
	if errors.As(err, &parse) {
		return kernelWords[parse.Code], parse.Pos
	}
	var e *Error
	if !errors.As(err, &e) {
		return "", 0
	}
	target := 0
	if words := splitWords(definition); len(words) > 1 {
		target = len(words[0]) + 1
	}
	switch {
	case e.Ambiguous:
		return "The symbol is not unique", target
	case e.Errno == syscall.EEXIST && e.Same:
		return "There is already the exact same probe event", 0
	case e.Errno == syscall.EEXIST:
		return "Argument type or name is different from existing probe", target
	case e.Errno == syscall.EILSEQ:
		return "Probe point is not an instruction boundary", target
	case e.Errno == syscall.ENOENT:
		return "Invalid probed address or symbol", target
	case e.Errno == syscall.ENOMEM:
		return "", 0
	}
	return "Failed to register probe event", target
}

// kernelWords are the kernel's for mistakes that it logs. Tools and tests look for them.
var kernelWords = map[ErrorCode]string{
	ErrMaxActiveOnProbe: "Maxactive is not for kprobe",
	ErrBadMaxActive:     "Invalid maxactive number",
	ErrMaxActiveTooBig:  "Maxactive is too big",

	ErrNoGroupName:  "Group name is not specified",
	ErrGroupTooLong: "Group name is too long",
	ErrBadGroupName: "Group name must follow the same rules as C identifiers",
	ErrNoEventName:  "Event name is not specified",
	ErrEventTooLong: "Event name is too long",
	ErrBadEventName: "Event name must follow the same rules as C identifiers",

	ErrBadProbeAddr:     "Invalid probed address or symbol",
	ErrBadAddrSuffix:    "Invalid probed address suffix",
	ErrBadRetprobe:      "Retprobe address must be an function entry",
	ErrBadUprobeOffset:  "Invalid uprobe offset",
	ErrBadRefCounter:    "Invalid reference counter offset",
	ErrRefCounterOpen:   "Reference counter brace is not closed",
	ErrRefCounterSuffix: "Reference counter has wrong suffix",

	ErrArgNameTooLong: "Argument name is too long",
	ErrNoArgName:      "Argument name is not specified",
	ErrBadArgName:     "Argument name must follow the same rules as C identifiers",
	ErrUsedArgName:    "This argument name is already used",
	ErrNoArgBody:      "No argument expression",
	ErrArgTooLong:     "Argument expression is too long",

	ErrBadFetch:        "Invalid fetch argument",
	ErrBadVariable:     "Invalid $-valiable specified",
	ErrRetvalOnProbe:   "$retval is not available on probe",
	ErrArgNotAtEntry:   "Invalid $-valiable specified",
	ErrBadArgNumber:    "Invalid argument number",
	ErrBadStackNumber:  "Invalid stack number",
	ErrBadRegister:     "Invalid register name",
	ErrBadMemAddr:      "Invalid memory address",
	ErrFileOnKprobe:    "File offset is not available with kprobe",
	ErrBadFileOffset:   "Invalid file offset value",
	ErrSymbolOnUprobe:  "Symbol is not available with uprobe",
	ErrBadImmediate:    "Invalid immediate value",
	ErrStringOpen:      `String is not closed with '"'`,
	ErrDerefNeedsBrace: "Dereference needs a brace",
	ErrBadDerefOffset:  "Invalid dereference offset",
	ErrDerefOpen:       "Dereference brace is not closed",
	ErrDerefSuffix:     "Invalid fetch argument",
	ErrStringDeref:     "$comm can not be dereferenced",
	ErrTooManyOps:      "Dereference is too much nested",

	ErrBadType:      "Unknown type is specified",
	ErrArrayOpen:    "Array is not closed",
	ErrArraySuffix:  "Array has wrong suffix",
	ErrBadArraySize: "Invalid array size",
	ErrArrayTooBig:  "Array number is too big",
	ErrBadBitfield:  "Invalid bitfield",
	ErrNeedString:   "String accepts only memory argument",
	ErrNotMemory:    "String accepts only memory argument",
}
