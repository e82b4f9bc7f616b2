package probes

import (
	"fmt"
	"strconv"
)

// maxString is the longest string recorded, as in the kernel: a page with the
// closing zero.
const maxString = 4095

// FetchContext is the state at a hit that fetch expressions are evaluated in.
type FetchContext struct {
	Regs   *Regs
	Memory Memory // the address space of the probed code
	User   Memory // where +u and ustring look; nil is Memory
	Comm   string // the task's name
	// FileBase is the address at which the probed file's offset 0 is mapped.
	FileBase uint64
	// Symbolize names an address like main+0x10/0x40, or returns "". May be nil.
	Symbolize func(addr uint64) string
}

// memory is the address space of a load.
func (c *FetchContext) memory(user bool) Memory {
	if user && c.User != nil {
		return c.User
	}
	return c.Memory
}

// Resolve looks up the symbols that the arguments name.
func (d *Definition) Resolve(lookup func(symbol string) (addr uint64, ok bool)) error {
	for i := range d.Args {
		f := &d.Args[i].Fetch
		if f.Source != SourceSymbol {
			continue
		}
		addr, ok := lookup(f.Symbol)
		if !ok {
			return fmt.Errorf("argument %s of %s/%s: no symbol %q", d.Args[i].Name, d.Group, d.Event, f.Symbol)
		}
		f.Value = addr + uint64(f.Offset)
	}
	return nil
}

// start is the value of the source. A stack entry that cannot be read is 0.
func (f *Fetch) start(c *FetchContext) uint64 {
	switch f.Source {
	case SourceReg:
		return c.Regs.named(f.N)
	case SourceStack:
		return c.Regs.SP
	case SourceStackEntry:
		v, _ := c.Memory(c.Regs.SP+8*uint64(f.N), 8)
		return v
	case SourceRetval:
		return c.Regs.X[0]
	case SourceArg:
		if f.N < 8 { // AAPCS64 passes no more in registers, and the kernel looks no further
			return c.Regs.X[f.N]
		}
		return 0
	case SourceFile:
		return c.FileBase + f.Value
	}
	return f.Value
}

// named reads a register by its number in a Fetch.
func (r *Regs) named(n int) uint64 {
	switch n {
	case regSP:
		return r.SP
	case regPC:
		return r.PC
	case regPState:
		return r.PState
	}
	return r.X[n]
}

// address follows all loads but the last, and returns the address of that one.
func (f *Fetch) address(c *FetchContext) (addr uint64, last Load, ok bool) {
	v := f.start(c)
	n := len(f.Loads) - 1
	for _, l := range f.Loads[:n] {
		if v, ok = c.memory(l.User)(v+uint64(l.Offset), 8); !ok {
			return 0, last, false
		}
	}
	last = f.Loads[n]
	return v + uint64(last.Offset), last, true
}

// Uint evaluates element i of a number (0 of a single value): Size bytes,
// zero-extended, or the bit field in them. ok is false if memory could not be
// read, or if the value is a string.
func (a *Arg) Uint(c *FetchContext, i int) (v uint64, ok bool) {
	t := &a.Type
	if t.Base.isString() {
		return 0, false
	}
	if len(a.Fetch.Loads) == 0 {
		v = a.Fetch.start(c)
	} else {
		addr, last, ok := a.Fetch.address(c)
		if !ok {
			return 0, false
		}
		if v, ok = c.memory(last.User)(addr+uint64(i*t.Size), t.Size); !ok {
			return 0, false
		}
	}
	v &= 1<<(8*t.Size) - 1
	if t.Width != 0 {
		v = v >> t.Shift & (1<<t.Width - 1)
	}
	return v, true
}

// AppendString evaluates element i of a string and appends its bytes, without
// the closing zero.
func (a *Arg) AppendString(dst []byte, c *FetchContext, i int) (_ []byte, ok bool) {
	switch a.Fetch.Source {
	case SourceComm:
		return append(dst, c.Comm...), true
	case SourceString:
		return append(dst, a.Fetch.Text...), true
	}
	addr, user, ok := a.stringAt(c, i)
	if !ok {
		return dst, false
	}
	return appendUntilZero(dst, c.memory(user), addr)
}

// appendUntilZero appends the bytes of a string. They are read as aligned words, which are readable if any of their
// bytes is.
func appendUntilZero(dst []byte, load Memory, addr uint64) (_ []byte, ok bool) {
	start := len(dst)
	for {
		word, ok := load(addr&^7, 8)
		if !ok {
			return dst[:start], false
		}
		word >>= addr & 7 * 8
		for left := 8 - addr&7; left > 0; left-- {
			b := byte(word)
			if b == 0 || len(dst)-start == maxString {
				return dst, true
			}
			dst = append(dst, b)
			word >>= 8
			addr++
		}
	}
}

// stringAt is where a string is: the last load's address, or, in an array,
// what the pointer there says.
func (a *Arg) stringAt(c *FetchContext, i int) (addr uint64, user, ok bool) {
	user = a.Type.Base == BaseUserString
	if len(a.Fetch.Loads) == 0 {
		return a.Fetch.start(c), user, true
	}
	addr, last, ok := a.Fetch.address(c)
	if a.Type.Count == 0 || !ok {
		return addr, user || last.User, ok
	}
	addr, ok = c.memory(last.User)(addr+8*uint64(i), 8)
	return addr, user, ok
}

// AppendArgs appends " NAME=VALUE" for every argument, as a trace line has it.
func (d *Definition) AppendArgs(dst []byte, c *FetchContext) []byte {
	for i := range d.Args {
		a := &d.Args[i]
		dst = append(dst, ' ')
		dst = append(dst, a.Name...)
		dst = append(dst, '=')
		dst = a.Append(dst, c)
	}
	return dst
}

// Append appends the value as a trace line has it.
func (a *Arg) Append(dst []byte, c *FetchContext) []byte {
	if a.Type.Count == 0 {
		return a.appendElement(dst, c, 0)
	}
	for i := range a.Type.Count {
		dst = append(dst, "{,"[min(i, 1)])
		dst = a.appendElement(dst, c, i)
	}
	return append(dst, '}')
}

func (a *Arg) appendElement(dst []byte, c *FetchContext, i int) []byte {
	if a.Type.Base.isString() {
		return a.appendQuoted(dst, c, i)
	}
	// What cannot be read is shown as 0: the field's bytes were never written.
	v, _ := a.Uint(c, i)
	switch a.Type.Base {
	case BaseUnsigned:
		return strconv.AppendUint(dst, v, 10)
	case BaseSigned:
		unused := 64 - 8*a.Type.Size
		return strconv.AppendInt(dst, int64(v)<<unused>>unused, 10)
	case BaseChar:
		dst = append(dst, '\'')
		dst = appendPrintable(dst, byte(v))
		return append(dst, '\'')
	case BaseSymbol:
		return appendSymbol(dst, c, v)
	case BaseSymbolString:
		dst = append(dst, '"')
		dst = appendSymbol(dst, c, v)
		return append(dst, '"')
	}
	return appendHex(dst, v)
}

func appendHex(dst []byte, v uint64) []byte {
	return strconv.AppendUint(append(dst, "0x"...), v, 16)
}

func appendSymbol(dst []byte, c *FetchContext, addr uint64) []byte {
	if c.Symbolize != nil {
		if name := c.Symbolize(addr); name != "" {
			return append(dst, name...)
		}
	}
	return appendHex(dst, addr)
}

func (a *Arg) appendQuoted(dst []byte, c *FetchContext, i int) []byte {
	start := len(dst)
	dst = append(dst, '"')
	dst, ok := a.AppendString(dst, c, i)
	if !ok {
		return append(dst[:start], "(fault)"...)
	}
	text := append([]byte(nil), dst[start+1:]...)
	dst = dst[:start+1]
	for _, b := range text {
		dst = appendPrintable(dst, b)
	}
	return append(dst, '"')
}

// appendPrintable keeps control characters of the guest off the terminal.
func appendPrintable(dst []byte, b byte) []byte {
	if b < ' ' || b == 0x7f {
		return append(dst, '\\', 'x', "0123456789abcdef"[b>>4], "0123456789abcdef"[b&15])
	}
	return append(dst, b)
}
