package probes

import (
	"encoding/binary"

	"axol/probes/trace"
)

// describe is the layout of an event's entries.
func describe(d *Definition) *trace.Event {
	e := &trace.Event{Group: d.Group, Name: d.Event, Return: d.Return, User: d.Kind == KindUprobe}
	for i := range d.Args {
		a := &d.Args[i]
		f := trace.Field{Name: a.Name, Count: a.Type.Count, Size: a.Type.Size}
		switch {
		case a.isText():
			f.Show, f.Size, f.Type = trace.String, 4, "__data_loc char[]"
		default:
			f.Show, f.Type = a.Type.shown()
		}
		e.Args = append(e.Args, f)
	}
	return e
}

// isText says that the value is recorded as text.
func (a *Arg) isText() bool {
	return a.Type.Base.isString() || a.Type.Base == BaseSymbolString
}

// shown is how the kernel prints a number, and the C type it gives it.
func (t *Type) shown() (trace.Show, string) {
	names := map[int]string{1: "u8", 2: "u16", 4: "u32", 8: "u64"}
	switch t.Base {
	case BaseSigned:
		return trace.Signed, "s" + names[t.Size][1:]
	case BaseUnsigned:
		return trace.Unsigned, names[t.Size]
	case BaseChar:
		return trace.Char, names[t.Size]
	case BaseSymbol:
		return trace.Symbol, names[t.Size]
	}
	return trace.Hex, names[t.Size]
}

// appendEntry makes the entry of a hit, but for its pid.
func (e *Event) appendEntry(dst []byte, c *FetchContext, at, ret uint64) []byte {
	le := binary.LittleEndian
	dst = append(dst, make([]byte, e.desc.Size)...)
	le.PutUint64(dst, e.head())
	if e.Return {
		le.PutUint64(dst[trace.FuncAt:], at)
		le.PutUint64(dst[trace.RetIPAt:], ret)
	} else {
		le.PutUint64(dst[trace.IPAt:], at)
	}
	for i := range e.Args {
		a, f := &e.Args[i], &e.desc.Args[i]
		for k := range max(1, f.Count) {
			field := f.Offset + k*f.Size
			if f.Show == trace.String {
				dst = a.appendText(dst, field, c, k)
				continue
			}
			// What cannot be read is 0, as in a buffer that was never written.
			v, _ := a.Uint(c, k)
			switch f.Size {
			case 1:
				dst[field] = byte(v)
			case 2:
				le.PutUint16(dst[field:], uint16(v))
			case 4:
				le.PutUint32(dst[field:], uint32(v))
			case 8:
				le.PutUint64(dst[field:], v)
			}
		}
	}
	return dst
}

// head is what every entry of the event begins with: its number, and that interrupts are off in a breakpoint.
func (e *Event) head() uint64 {
	flags := uint64(trace.IRQsOff)
	if e.desc.User {
		flags = 0
	}
	return uint64(e.desc.ID) | flags<<(8*trace.FlagsAt)
}

// appendText appends element k of a text with its closing zero, and puts into the word at offset at of the
// entry where it is: 16 bits each of offset and length. Length 0 means that it could not be read.
func (a *Arg) appendText(dst []byte, at int, c *FetchContext, k int) []byte {
	start := len(dst)
	ok := true
	if a.Type.Base == BaseSymbolString {
		var v uint64
		if v, ok = a.Uint(c, k); ok {
			dst = appendSymbol(dst, c, v)
		}
	} else {
		dst, ok = a.AppendString(dst, c, k)
	}
	length := 0
	if ok {
		dst = append(dst, 0)
		length = len(dst) - start
	}
	binary.LittleEndian.PutUint32(dst[at:], uint32(start&0xffff|length<<16))
	return dst
}
