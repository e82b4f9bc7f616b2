package trace

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// HistTrigger is a hist trigger of tracefs:
//
//	hist:keys=FIELD[.MODIFIER][:vals=hitcount][:sort=KEY|hitcount[.ascending|.descending]][:size=N] [if FILTER]
//
// MODIFIER is hex, sym, sym-offset, log2, or buckets=N. Several keys, sums of fields, variables and actions are
// not supported.
type HistTrigger struct {
	Field    *Field
	Modifier Modifier
	Buckets  uint64 // of ModBuckets
	Size     int    // keys there is room for
	Filter   string // what follows "if"

	sortKey, descending bool
}

// Modifier is how a key is made and shown.
type Modifier string

// The modifiers.
const (
	ModNone      Modifier = ""
	ModHex       Modifier = "hex"
	ModSym       Modifier = "sym"
	ModSymOffset Modifier = "sym-offset"
	ModLog2      Modifier = "log2"
	ModBuckets   Modifier = "buckets"
)

// HistError is what is wrong with a trigger, and where.
type HistError struct {
	Text   string
	Pos    int // byte of Text
	Reason string
}

func (e *HistError) Error() string {
	return fmt.Sprintf("trigger %q: column %d: %s", e.Text, e.Pos+1, e.Reason)
}

// Sizes of a histogram's table, in keys.
const (
	defaultHistSize = 2048
	minHistSize     = 1 << 7
	maxHistSize     = 1 << 17
)

// ParseHist reads a trigger for an event. The error is a *HistError.
func ParseHist(text string, e *Event) (*HistTrigger, error) {
	p := histParser{HistTrigger: HistTrigger{Size: defaultHistSize}, text: text, event: e}
	if !p.parse() {
		return nil, p.err
	}
	return &p.HistTrigger, nil
}

type histParser struct {
	HistTrigger
	text  string
	event *Event
	err   *HistError
}

func (p *histParser) fail(at int, format string, args ...any) bool {
	p.err = &HistError{p.text, at, fmt.Sprintf(format, args...)}
	return false
}

func (p *histParser) parse() bool {
	rest, ok := strings.CutPrefix(p.text, "hist:")
	if !ok {
		return p.fail(0, "expected hist:keys=FIELD")
	}
	at := len("hist:")
	rest, p.Filter, _ = strings.Cut(rest, " if ")
	p.Filter = strings.TrimSpace(p.Filter)
	rest = strings.TrimRight(rest, " \t\n")
	for _, part := range strings.Split(rest, ":") {
		if !p.part(part, at) {
			return false
		}
		at += len(part) + 1
	}
	if p.Field == nil {
		return p.fail(at-1, "keys= is missing")
	}
	return true
}

func (p *histParser) part(s string, at int) bool {
	start := at
	name, value, ok := strings.Cut(s, "=")
	if at += len(name); ok {
		at++
	}
	switch name {
	case "keys", "key":
		return p.key(value, at)
	case "vals", "values", "val":
		if value != "hitcount" {
			return p.fail(at, "only hitcount is supported as a value")
		}
	case "sort":
		return p.sort(value, at)
	case "size":
		n, err := strconv.Atoi(value)
		if err != nil || n < minHistSize || n > maxHistSize {
			return p.fail(at, "size is a number from %d to %d", minHistSize, maxHistSize)
		}
		for p.Size = minHistSize; p.Size < n; p.Size *= 2 {
		}
	default:
		return p.fail(start, "%q is not supported", name)
	}
	return true
}

func (p *histParser) key(s string, at int) bool {
	if p.Field != nil {
		return p.fail(at, "there are keys already")
	}
	if i := strings.IndexByte(s, ','); i >= 0 {
		return p.fail(at+i, "several keys are not supported")
	}
	name, modifier, _ := strings.Cut(s, ".")
	f, ok := p.event.Field(name)
	switch {
	case !ok:
		return p.fail(at, "Couldn't find field")
	case f.Show == String || f.Count > 0:
		return p.fail(at, "a key is a number: strings and arrays are not supported")
	}
	p.Field = f
	modifier, number, step := strings.Cut(modifier, "=")
	p.Modifier = Modifier(modifier)
	switch p.Modifier {
	case ModNone, ModHex, ModSym, ModSymOffset, ModLog2:
		if step {
			return p.fail(at+len(name)+1, "Invalid field modifier")
		}
	case ModBuckets:
		n, err := strconv.ParseUint(number, 0, 64)
		if err != nil || n == 0 {
			return p.fail(at+len(name)+1, "buckets=N wants a positive number")
		}
		p.Buckets = n
	default:
		return p.fail(at+len(name)+1, "Invalid field modifier")
	}
	return true
}

func (p *histParser) sort(s string, at int) bool {
	name, order, ordered := strings.Cut(s, ".")
	switch {
	case name == "hitcount":
	case p.Field != nil && name == p.Field.Name:
		p.sortKey = true
	default:
		return p.fail(at, "Invalid sort field: the key, given before, or hitcount")
	}
	if ordered && order != "ascending" && order != "descending" {
		return p.fail(at+len(name)+1, "Invalid sort modifier")
	}
	p.descending = order == "descending"
	return true
}

// String is the trigger as the kernel lists it.
func (t *HistTrigger) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "hist:keys=%s", t.Field.Name)
	if t.Modifier != ModNone {
		fmt.Fprintf(&s, ".%s", t.Modifier)
	}
	if t.Buckets != 0 {
		fmt.Fprintf(&s, "=%d", t.Buckets)
	}
	sort := "hitcount"
	if t.sortKey {
		sort = t.Field.Name
	}
	if t.descending {
		sort += ".descending"
	}
	fmt.Fprintf(&s, ":vals=hitcount:sort=%s:size=%d", sort, t.Size)
	if t.Filter != "" {
		s.WriteString(" if " + t.Filter)
	}
	return s.String()
}

// compare orders two keys; of the same number of hits the smaller comes first.
func (t *HistTrigger) compare(x, y uint64, counts map[uint64]uint64) int {
	keys := cmp.Compare(x, y)
	if t.Field.Signed() {
		keys = cmp.Compare(int64(x), int64(y))
	}
	c := keys
	if !t.sortKey {
		c = cmp.Compare(counts[x], counts[y])
	}
	if t.descending {
		c = -c
	}
	return cmp.Or(c, keys)
}

func (t *HistTrigger) keyText(k uint64, symbolize func(uint64) string) string {
	name := t.Field.Name
	switch t.Modifier {
	case ModHex:
		return fmt.Sprintf("%s: %x", name, k)
	case ModSym, ModSymOffset:
		symbol := symbolize(k)
		if symbol == "" {
			symbol = fmt.Sprintf("0x%x", k)
		}
		if t.Modifier == ModSym {
			symbol, _, _ = strings.Cut(symbol, "+")
			return fmt.Sprintf("%s: [%x] %-45s", name, k, symbol)
		}
		return fmt.Sprintf("%s: [%x] %-55s", name, k, symbol)
	case ModLog2:
		return fmt.Sprintf("%s: ~ 2^%-2d", name, k)
	case ModBuckets:
		return fmt.Sprintf("%s: ~ %d-%d", name, k, k+t.Buckets-1)
	}
	return fmt.Sprintf("%s: %10d", name, k)
}
