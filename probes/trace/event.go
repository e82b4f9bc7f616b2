package trace

import (
	"fmt"
	"strings"
)

// Event is a kind of record: what tracefs has in events/GROUP/NAME/format.
type Event struct {
	ID          uint16
	Group, Name string
	Return      bool // records where a function returned to, and which it was
	User        bool // a uprobe: addresses are shown as numbers
	// Args are the event's own fields, from ArgsAt on.
	Args []Field
	Size int // bytes of an entry without the text of its strings
}

// Field is a value in an entry.
type Field struct {
	Name   string
	Show   Show
	Size   int // bytes of a number; of a string 4: its length and where it is
	Count  int // elements of an array, 0 for a single value
	Offset int // in the entry
	Type   string
}

// Show is how a value is printed.
type Show uint8

// The ways to print.
const (
	Hex Show = iota
	Unsigned
	Signed
	Char
	Symbol
	String // 16 bits offset in the entry, 16 bits length with its closing zero; length 0: it could not be read
)

// Offsets in every entry: type, flags, preempt count and pid, then the address, or of a return the function
// and where it returned to.
const (
	TypeAt    = 0
	FlagsAt   = 2
	PreemptAt = 3
	PIDAt     = 4
	IPAt      = 8
	FuncAt    = 8
	RetIPAt   = 16
)

// IRQsOff is the flag of entries made in a breakpoint's exception: interrupts are off.
const IRQsOff = 1

// ArgsAt is where an event's own fields begin.
func (e *Event) ArgsAt() int {
	if e.Return {
		return 24
	}
	return 16
}

// Layout places the fields one behind the other, as the kernel does.
func (e *Event) Layout() {
	at := e.ArgsAt()
	for i := range e.Args {
		f := &e.Args[i]
		f.Offset = at
		at += f.Size * max(1, f.Count)
	}
	e.Size = at
}

// Signed says whether the field is a signed number.
func (f *Field) Signed() bool { return f.Show == Signed }

// Common are the fields that every event has.
var Common = []Field{
	{Name: "common_type", Type: "unsigned short", Show: Unsigned, Offset: TypeAt, Size: 2},
	{Name: "common_flags", Type: "unsigned char", Show: Unsigned, Offset: FlagsAt, Size: 1},
	{Name: "common_preempt_count", Type: "unsigned char", Show: Unsigned, Offset: PreemptAt, Size: 1},
	{Name: "common_pid", Type: "int", Show: Signed, Offset: PIDAt, Size: 4},
}

var (
	probeFields  = []Field{{Name: "__probe_ip", Type: "unsigned long", Show: Hex, Offset: IPAt, Size: 8}}
	returnFields = []Field{
		{Name: "__probe_func", Type: "unsigned long", Show: Hex, Offset: FuncAt, Size: 8},
		{Name: "__probe_ret_ip", Type: "unsigned long", Show: Hex, Offset: RetIPAt, Size: 8},
	}
)

// Places are the fields that say where the probe was hit.
func (e *Event) Places() []Field {
	if e.Return {
		return returnFields
	}
	return probeFields
}

// Field finds a field by its name, common ones included.
func (e *Event) Field(name string) (*Field, bool) {
	for _, list := range [][]Field{Common, e.Places(), e.Args} {
		for i := range list {
			if list[i].Name == name {
				return &list[i], true
			}
		}
	}
	return nil, false
}

// Format is the text of the event's format file.
func (e *Event) Format() string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\nID: %d\nformat:\n", e.Name, e.ID)
	for i := range Common {
		Common[i].describe(&b)
	}
	b.WriteByte('\n')
	for _, f := range e.Places() {
		f.describe(&b)
	}
	for i := range e.Args {
		e.Args[i].describe(&b)
	}
	e.printFormat(&b)
	return b.String()
}

// describe writes the field's line. The dimension of an array follows its name, that of an array of strings
// is part of the type.
func (f *Field) describe(b *strings.Builder) {
	typ, dim := f.Type, ""
	if f.Count > 0 && f.Show == String {
		typ += fmt.Sprintf("[%d]", f.Count)
	} else if f.Count > 0 {
		dim = fmt.Sprintf("[%d]", f.Count)
	}
	signed := 0
	if f.Signed() {
		signed = 1
	}
	fmt.Fprintf(b, "\tfield:%s %s%s;\toffset:%d;\tsize:%d;\tsigned:%d;\n", typ, f.Name, dim, f.Offset, f.Size, signed)
}

// printFormat writes the line with which tools print entries.
func (e *Event) printFormat(b *strings.Builder) {
	place, places := "(%lx)", ", REC->__probe_ip"
	if e.Return {
		place, places = "(%lx <- %lx)", ", REC->__probe_func, REC->__probe_ret_ip"
	}
	var format, args strings.Builder
	for i := range e.Args {
		f := &e.Args[i]
		one := f.verb()
		if f.Count == 0 {
			fmt.Fprintf(&format, " %s=%s", f.Name, one)
			args.WriteString(f.reference(""))
			continue
		}
		fmt.Fprintf(&format, " %s={%s}", f.Name, one+strings.Repeat(","+one, f.Count-1))
		for k := range f.Count {
			args.WriteString(f.reference(fmt.Sprintf("[%d]", k)))
		}
	}
	fmt.Fprintf(b, "\nprint fmt: \"%s%s\"%s%s\n", place, format.String(), places, args.String())
}

func (f *Field) reference(index string) string {
	if f.Show == String {
		return fmt.Sprintf(", __get_str(%s%s)", f.Name, index)
	}
	return fmt.Sprintf(", REC->%s%s", f.Name, index)
}

// verb is the kernel's conversion of one value.
func (f *Field) verb() string {
	long := ""
	if f.Size == 8 {
		long = "L"
	}
	switch f.Show {
	case Unsigned:
		return "%" + long + "u"
	case Signed:
		return "%" + long + "d"
	case Char:
		return "'%c'"
	case Symbol:
		return "%pS"
	case String:
		return `\"%s\"`
	}
	return "0x%" + long + "x"
}
