package probes

import (
	"fmt"
	"strings"
)

// Definition is one line of kprobe_events or uprobe_events: a probe to make,
// or one to delete. Parse makes them, String writes them as the files list
// them.
type Definition struct {
	Kind   Kind
	Delete bool // only Group and Event count; either may be empty
	Return bool // a kretprobe or uretprobe

	MaxActive    int // of a kretprobe; 0 leaves it to the default
	Group, Event string

	// Where a kprobe stands: Module (or "") and Symbol plus Offset, or Addr.
	Module, Symbol string
	Addr           uint64
	// Where a uprobe stands: Path plus Offset. RefCounter, if not 0, is the
	// file offset of a counter to keep (a USDT semaphore).
	Path       string
	RefCounter uint64
	Offset     uint64

	Args []Arg
}

// Arg is one value to record at a hit.
type Arg struct {
	Name  string
	Text  string // the fetch expression as written, with its type
	Fetch Fetch
	Type  Type
}

// Groups of events whose definition names none.
const (
	kprobeGroup = "kprobes"
	uprobeGroup = "uprobes"
)

// AtEntry says whether the probe stands on the first instruction of a
// function, as far as the text of the definition tells.
func (d *Definition) AtEntry() bool { return d.Symbol != "" && d.Offset == 0 && !d.Return }

// Target is where the probe stands, as listed.
func (d *Definition) Target() string {
	switch {
	case d.Kind == KindUprobe && d.RefCounter != 0:
		return fmt.Sprintf("%s:0x%016x(0x%x)", d.Path, d.Offset, d.RefCounter)
	case d.Kind == KindUprobe:
		return fmt.Sprintf("%s:0x%016x", d.Path, d.Offset)
	case d.Symbol == "":
		return fmt.Sprintf("0x%x", d.Addr)
	case d.Offset != 0:
		return fmt.Sprintf("%s+%d", d.qualifiedSymbol(), d.Offset)
	}
	return d.qualifiedSymbol()
}

func (d *Definition) qualifiedSymbol() string {
	if d.Module == "" {
		return d.Symbol
	}
	return d.Module + ":" + d.Symbol
}

// String is the line that kprobe_events or uprobe_events lists. Parse reads it
// back as the same definition.
func (d *Definition) String() string {
	if d.Delete {
		if d.Group == "" {
			return "-:" + d.Event
		}
		return "-:" + d.Group + "/" + d.Event
	}
	var b strings.Builder
	b.WriteByte(d.letter())
	if d.MaxActive != 0 {
		fmt.Fprint(&b, d.MaxActive)
	}
	fmt.Fprintf(&b, ":%s/%s %s", d.Group, d.Event, d.Target())
	for _, a := range d.Args {
		fmt.Fprintf(&b, " %s=%s", a.Name, a.Text)
	}
	return b.String()
}

func (d *Definition) letter() byte {
	if d.Return {
		return 'r'
	}
	return 'p'
}

// defaultEvent is the event name of a definition that gives none.
func (d *Definition) defaultEvent() string {
	var name string
	switch {
	case d.Kind == KindUprobe:
		file := d.Path[strings.LastIndexByte(d.Path, '/')+1:]
		if i := strings.IndexAny(file, ".-_"); i >= 0 {
			file = file[:i]
		}
		name = fmt.Sprintf("p_%s_0x%x", file, d.Offset) // 'p' also for a return probe
	case d.Symbol == "":
		name = fmt.Sprintf("%c_0x%x", d.letter(), d.Addr)
	default:
		name = fmt.Sprintf("%c_%s_%d", d.letter(), d.qualifiedSymbol(), d.Offset)
	}
	clean := []byte(name)
	for i, c := range clean {
		if !isNameByte(c) {
			clean[i] = '_'
		}
	}
	return string(clean[:min(len(clean), maxEventName)])
}

// isName says whether a group, event or argument name is a C identifier.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isNameByte(s[i]) || i == 0 && isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
