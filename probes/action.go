package probes

import (
	"encoding/binary"

	"axol/jit/ir"
	"axol/probes/filter"
	"axol/probes/trace"
)

// output is one of the things that an event does at a hit besides counting it: a record, or a histogram's.
type output struct {
	filter *filter.Filter // nil: every hit
	hist   *trace.Hist    // nil: a record
}

// outputs is all that an event does at a hit. It is never changed but replaced.
type outputs struct {
	event *Event
	list  []output
	// actions is the same for generated code, nil if that cannot do all of it.
	actions []*ir.Action
}

// maxActions bounds the actions of an instruction: their number has 8 bits in a hook's.
const maxActions = 1 << 8

// actions is what generated code does at an instruction, for a chain.
type actions struct {
	serial uint64 // tells it from what the instruction had before
	list   []*ir.Action
	do     []eventOutput // the same in Go
}

// eventOutput is one output of an event.
type eventOutput struct {
	event  *Event
	output output
}

// newOutputs makes actions of what generated code can do: numbers from registers, constants and memory, text
// that is known now ($comm, "text"), filters of numbers. Strings in memory, $pstate, symstr, filters of
// strings, comm or cpu, return probes and uprobes' file offsets are left to Go.
func (e *Event) newOutputs(list []output) *outputs {
	o := &outputs{event: e, list: list}
	if e.Return {
		return o
	}
	fills, size, ok := e.fills()
	if !ok || ir.RecordHeader+size > ir.RingSlack {
		return o
	}
	for _, out := range list {
		a, ok := compileOutput(out, fills)
		if !ok {
			o.actions = nil
			return o
		}
		a.Size, a.Clock = uint32(ir.RecordHeader+size+7)&^7, e.m.cfg.Trace.Clock()
		o.actions = append(o.actions, a)
	}
	return o
}

// compileOutput puts the fills that the filter needs in front of it, and what the output needs behind.
func compileOutput(out output, fills []ir.Fill) (*ir.Action, bool) {
	a := &ir.Action{}
	if out.filter != nil {
		var ok bool
		if a.Tests, ok = out.filter.Tests(); !ok {
			return nil, false
		}
	}
	if out.hist != nil {
		a.Kind, a.Key = ir.ActionHist, out.hist.Key()
	}
	for _, f := range fills {
		switch {
		case testsLookAt(a.Tests, &f):
			a.Early = append(a.Early, f)
		case out.hist == nil || covers(&f, a.Key.At):
			a.Late = append(a.Late, f)
		}
	}
	return a, true
}

func testsLookAt(tests []ir.Test, f *ir.Fill) bool {
	for i := range tests {
		if covers(f, tests[i].At) {
			return true
		}
	}
	return false
}

func covers(f *ir.Fill, at int) bool { return f.At <= at && at < f.At+int(f.Size)*max(1, f.Count) }

// fills is the event's entry in pieces, and its size.
func (e *Event) fills() (fills []ir.Fill, size int, ok bool) {
	fills = []ir.Fill{
		{Source: ir.FillHead, Imm: e.head(), At: trace.TypeAt, Size: 8},
		{Source: ir.FillConst, Imm: e.addr, At: trace.IPAt, Size: 8},
	}
	size = e.desc.Size
	for i := range e.Args {
		a, f := &e.Args[i], &e.desc.Args[i]
		if text, known := e.knownText(a); known {
			fills = append(fills, ir.Fill{Source: ir.FillConst, Imm: uint64(size | (len(text)+1)<<16), At: f.Offset, Size: 4})
			fills = appendBytes(fills, size, append([]byte(text), 0))
			size += len(text) + 1
			continue
		}
		fill, ok := e.fill(a)
		if !ok {
			return nil, 0, false
		}
		fill.At, fill.Size, fill.Count = f.Offset, uint8(f.Size), f.Count
		fills = append(fills, fill)
	}
	return fills, size, true
}

// knownText is the value of an argument that is the same text at every hit.
func (e *Event) knownText(a *Arg) (string, bool) {
	switch {
	case len(a.Fetch.Loads) > 0:
	case a.Fetch.Source == SourceComm:
		return e.m.cfg.Comm, len(e.m.cfg.Comm) < 16
	case a.Fetch.Source == SourceString:
		return a.Fetch.Text, true
	}
	return "", false
}

// appendBytes puts bytes into an entry, in pieces that are as large as may be.
func appendBytes(fills []ir.Fill, at int, b []byte) []ir.Fill {
	for len(b) > 0 {
		n := 1
		for n < 8 && 2*n <= len(b) {
			n *= 2
		}
		var v [8]byte
		copy(v[:], b[:n])
		fills = append(fills, ir.Fill{Source: ir.FillConst, Imm: binary.LittleEndian.Uint64(v[:]), At: at, Size: uint8(n)})
		b, at = b[n:], at+n
	}
	return fills
}

// fill is a number, but for where it goes.
func (e *Event) fill(a *Arg) (f ir.Fill, ok bool) {
	if a.isText() {
		return f, false
	}
	f.Width, f.Shift = uint8(a.Type.Width), uint8(a.Type.Shift)
	switch s := &a.Fetch; s.Source {
	case SourceReg:
		switch s.N {
		case regPState:
			return f, false
		case regPC:
			f.Source, f.Imm = ir.FillConst, e.addr
		case regSP:
			f.N = 31
		default:
			f.N = uint8(s.N)
		}
	case SourceStack:
		f.N = 31
	case SourceStackEntry:
		f.N = 31
		f.Loads = append(f.Loads, 8*int64(s.N))
	case SourceArg:
		if f.N = uint8(s.N); s.N >= 8 {
			f.Source, f.N = ir.FillConst, 0
		}
	case SourceImmediate, SourceSymbol:
		f.Source, f.Imm = ir.FillConst, s.Value
	default:
		return f, false
	}
	for _, l := range a.Fetch.Loads {
		f.Loads = append(f.Loads, l.Offset)
	}
	if f.Source == ir.FillConst && len(f.Loads) == 0 && f.Width != 0 {
		f.Imm = f.Imm >> f.Shift & (1<<f.Width - 1)
		f.Width = 0
	}
	return f, true
}

// do does the outputs of an event in Go, of the probe at an address, and of a return to another.
func (e *Event) do(ctl *control, list []output, at, ret uint64) {
	for _, out := range list {
		ctl.do(e, out, at, ret)
	}
}

// do makes the entry, asks the filter, and keeps it. It does what an ir.Action does, and all that generated
// code cannot.
func (ctl *control) do(e *Event, out output, at, ret uint64) {
	ctl.ring.SetThread(ctl.cpu.Thread())
	cfg := &e.m.cfg
	ctl.Regs(&ctl.regs)
	ctl.fetch = FetchContext{Regs: &ctl.regs, Memory: cfg.Memory, Comm: cfg.Comm, FileBase: at - e.Offset, Symbolize: e.m.symbolizer}
	ctl.entry = e.appendEntry(ctl.entry[:0], &ctl.fetch, at, ret)
	binary.LittleEndian.PutUint32(ctl.entry[trace.PIDAt:], uint32(ctl.cpu.Thread()))
	if out.filter != nil && !out.filter.Match(ctl.entry, ctl.ring.CPU(), cfg.Comm) {
		return
	}
	if out.hist != nil {
		out.hist.Count(ctl.ring, ctl.entry)
		return
	}
	ctl.ring.Write(ctl.entry, ctl.cpu.Seen(cfg.Trace.Clock()))
}

// actions does those that generated code could not, from a number on. What the instruction had when the code
// was made may have been replaced a moment ago.
func (ctl *control) actions(s *site, from, serial uint64) {
	a := s.chain.Load().does()
	if a == nil || a.serial != serial {
		a = s.replaced.Load()
	}
	if a == nil || a.serial != serial {
		ctl.ring.Drop()
		return
	}
	for _, st := range a.do[from:] {
		ctl.do(st.event, st.output, s.addr, 0)
	}
}

// does is the chain's actions, nil if generated code has none to do.
func (c *chain) does() *actions {
	if c == nil {
		return nil
	}
	return c.actions
}
