package trace

import (
	"fmt"
	"io"
	"strconv"

	"axol/jit/ir"
)

// Output shows records. Close writes what is left to write, but does not close what is written to.
type Output interface {
	Write(r *Record) error
	Close() error
}

// OutputConfig is what records do not say themselves.
type OutputConfig struct {
	PID   int // of the process; a record has its thread
	Comm  string
	Clock ir.Clock
	// Symbolize names an address like main+0x10/0x40, or returns ""; nil: no address has a name.
	Symbolize func(addr uint64) string

	names map[uint64]string // what Symbolize said lately
}

// maxNames bounds names: probes stand at few places, but arguments may be anything.
const maxNames = 1 << 12

// name is Symbolize, remembered.
func (c *OutputConfig) name(addr uint64) string {
	s, ok := c.names[addr]
	if !ok && c.Symbolize != nil {
		if c.names == nil || len(c.names) == maxNames {
			c.names = map[uint64]string{}
		}
		s = c.Symbolize(addr)
		c.names[addr] = s
	}
	return s
}

// Formats are the names of the ways to show records.
var Formats = map[string]func(w io.Writer, cfg OutputConfig) Output{
	"text":   NewText,
	"jsonl":  NewJSONLines,
	"chrome": NewChrome,
}

// symbol is an address as the kernel's %pS has it.
func (c *OutputConfig) symbol(addr uint64) string {
	if name := c.name(addr); name != "" {
		return name
	}
	return "0x" + strconv.FormatUint(addr, 16)
}

// appendElement appends element i of a field as ftrace prints it.
func (r *Record) appendElement(dst []byte, f *Field, i int, c *OutputConfig) []byte {
	switch f.Show {
	case Unsigned:
		return strconv.AppendUint(dst, r.Uint(f, i), 10)
	case Signed:
		return strconv.AppendInt(dst, r.Int(f, i), 10)
	case Char:
		return append(appendPrintable(append(dst, '\''), byte(r.Uint(f, i))), '\'')
	case Symbol:
		return append(dst, c.symbol(r.Uint(f, i))...)
	case String:
		text, ok := r.Text(f, i)
		if !ok {
			return append(dst, "(fault)"...)
		}
		dst = append(dst, '"')
		for _, b := range text {
			dst = appendPrintable(dst, b)
		}
		return append(dst, '"')
	}
	return strconv.AppendUint(append(dst, "0x"...), r.Uint(f, i), 16)
}

// appendPrintable keeps control characters of the guest off the terminal.
func appendPrintable(dst []byte, b byte) []byte {
	if b < ' ' || b == 0x7f {
		return append(dst, '\\', 'x', "0123456789abcdef"[b>>4], "0123456789abcdef"[b&15])
	}
	return append(dst, b)
}

// appendPlace appends where the probe was hit, as ftrace has it in parentheses.
func (r *Record) appendPlace(dst []byte, c *OutputConfig) []byte {
	e := r.Event
	var p [2]uint64
	for i := range e.Places() {
		p[i] = r.Uint(&e.Places()[i], 0)
	}
	switch {
	case e.Return && e.User:
		return fmt.Appendf(dst, "0x%x <- 0x%x", p[1], p[0])
	case e.Return:
		dst = append(append(dst, c.symbol(p[1])...), " <- "...)
		return append(dst, withoutOffset(c.symbol(p[0]))...)
	case e.User:
		return fmt.Appendf(dst, "0x%x", p[0])
	}
	return append(dst, c.symbol(p[0])...)
}

func withoutOffset(symbol string) string {
	for i := range symbol {
		if symbol[i] == '+' {
			return symbol[:i]
		}
	}
	return symbol
}
