package arm64

import "unsafe"

// A signal finds generated code at any word. As the guest's registers are in the host's own all the time, its state is
// exact at once between the words of one guest instruction and those of the next. Inside, what was begun is either undone
// (registers that were borrowed are given back) or finished: what is left are a few loads, stores and additions on the
// frame, which are done here, by reading the code.

// Stop is where the guest is.
type Stop struct {
	Kind StopKind
	PC   uint64
	At   int   // StopPassed, StopBehind: the word to go on at
	Left int64 // instructions that were paid for and have not run
}

// StopKind says how a stop is to be gone on from.
type StopKind uint8

// The kinds.
const (
	StopBefore  StopKind = iota // in front of the instruction at PC and its probes
	StopPassed                  // in front of the instruction at PC, some or all of whose probes have been passed
	StopBehind                  // the instruction at PC-4 has run, but not all probes behind it
	StopStepped                 // the one instruction of the unit has run
)

// Registers are the host's registers as a stop has left them.
type Registers struct {
	Frame *Frame // State.X has all but those of the engine
	Temp  uint64
}

func (r *Registers) at(n reg) *uint64 {
	switch n {
	case Temp:
		return &r.Temp
	case Kept:
		return &r.Frame.State.X[28]
	}
	return &r.Frame.State.X[n]
}

// Stop makes the state exact for a stop in front of word at.
func (c *Code) Stop(at int, r *Registers) Stop {
	i := c.find(uint16(at))
	if p := c.place(at); p != nil && p.Kind != ExitAlone {
		return c.stopAtExit(at, p, i, r)
	}
	x := &c.Insns[i]
	switch w := uint16(at); {
	case w < x.Probe:
		return c.stopPaying(at, x, r)
	case w < x.Body:
		return c.passed(x, c.finish(at, int(x.Body), r))
	case x.Branch && c.Words[at] == br(Temp):
		return Stop{PC: r.Temp ^ c.Mirror}
	case w <= x.Core || x.Branch || x.Alone:
		c.undo(int(x.Body), at, r)
		return c.passed(x, int(x.Body))
	case w < x.After:
		at = int(x.After)
		c.run(int(w), at, r)
	default:
		at = c.finish(at, c.end(i), r)
	}
	s := Stop{Kind: StopBehind, PC: x.PC + 4, At: at, Left: max(int64(x.Left)-1, 0)}
	if at == c.end(i) || c.place(at) != nil && c.place(at).Kind == ExitLink {
		s.Kind = StopBefore
	} else if p := c.place(at); p != nil && p.Kind == ExitStep {
		s.Kind = StopStepped
	}
	return s
}

// passed is a stop in front of an instruction, at one of the words between its probes and itself.
func (c *Code) passed(x *Insn, at int) Stop {
	s := Stop{Kind: StopPassed, PC: x.PC, At: at, Left: int64(x.Left)}
	if at == int(x.Probe) {
		s.Kind = StopBefore
	}
	return s
}

// stopPaying is a stop in what pays for a block.
func (c *Code) stopPaying(at int, x *Insn, r *Registers) Stop {
	s := Stop{PC: x.PC}
	c.undo(int(x.Start), at, r)
	for w := int(x.Start); w < at; w++ {
		if c.Words[w]>>22 == str(0, 0, 0)>>22 && w > int(x.Start)+1 {
			s.Left = int64(x.Left) // it is stored
		}
	}
	return s
}

// stopAtExit is a stop in a way out.
func (c *Code) stopAtExit(at int, p *Place, i int, r *Registers) Stop {
	if p.Kind == ExitSpent {
		*r.at(0) = r.Frame.Near.Save[0]
		for k := range c.Insns {
			if x := &c.Insns[k]; x.PC == p.PC {
				return Stop{PC: p.PC, Left: int64(x.Left)}
			}
		}
	}
	c.undo(int(p.Start), at, r)
	switch p.Kind {
	case ExitHook:
		x := &c.Insns[i]
		if p.Start < x.Body {
			return c.passed(x, int(p.Start))
		}
		return Stop{Kind: StopBehind, PC: p.PC, At: int(p.Start), Left: max(int64(x.Left)-1, 0)}
	case ExitStep:
		return Stop{Kind: StopStepped, PC: p.PC}
	}
	return Stop{PC: p.PC}
}

// place is the way out that word at is in.
func (c *Code) place(at int) *Place {
	for i := range c.Exits {
		if p := &c.Exits[i]; int(p.Start) <= at && at < int(p.End) {
			return p
		}
	}
	return nil
}

// end is the word behind instruction i and its probes.
func (c *Code) end(i int) int {
	if i+1 < len(c.Insns) {
		return int(c.Insns[i+1].Start)
	}
	return int(c.CodeEnd)
}

// frameWord begins every sequence of a probe.
var frameWord = mrs(Temp, sysTPIDR)

// finish does what is left of a probe that has been begun, and returns the word behind it, at most end.
func (c *Code) finish(at, end int, r *Registers) int {
	for at < end && c.Words[at] != frameWord && c.place(at) == nil {
		c.run(at, at+1, r)
		at++
	}
	return at
}

// undo gives back what was borrowed by the words from start up to at.
func (c *Code) undo(start, at int, r *Registers) {
	for _, w := range c.Words[start:at] {
		if w>>22 == str(0, 0, 0)>>22 && w>>5&31 == Temp {
			if slot := uintptr(w>>10&0xfff)*8 - offSave; slot < saves*8 {
				*r.at(w & 31) = r.Frame.Near.Save[slot/8]
			}
		}
	}
}

// run does the words from at up to end, which are of the kinds that probes and borrowing are made of.
func (c *Code) run(at, end int, r *Registers) {
	mem := func(n reg, off uint64) *uint64 {
		base := uintptr(unsafe.Pointer(r.Frame))
		return (*uint64)(unsafe.Add(unsafe.Pointer(r.Frame), uintptr(*r.at(n)+off)-base))
	}
	for ; at < end; at++ {
		w := c.Words[at]
		t, n := w&31, w>>5&31
		switch {
		case w == frameWord:
			r.Temp = uint64(uintptr(unsafe.Pointer(r.Frame)))
		case w>>22 == ldr(0, 0, 0)>>22:
			*r.at(t) = *mem(n, uint64(w>>10&0xfff)*8)
		case w>>22 == str(0, 0, 0)>>22:
			v := uint64(0)
			if t != zr {
				v = *r.at(t)
			}
			*mem(n, uint64(w>>10&0xfff)*8) = v
		case w>>22 == loadPair>>22:
			p := uint64(w>>15&0x7f) * 8
			*r.at(t), *r.at(w >> 10 & 31) = *mem(n, p), *mem(n, p+8)
		case w>>22 == storePair>>22:
			p := uint64(w>>15&0x7f) * 8
			*mem(n, p), *mem(n, p+8) = *r.at(t), *r.at(w >> 10 & 31)
		case w>>24 == literal>>24:
			l := at + int(int32(w<<8)>>13)
			*r.at(t) = uint64(c.Words[l]) | uint64(c.Words[l+1])<<32
		case w>>22 == addImm(0, 0, 0)>>22:
			*r.at(t) = *r.at(n) + uint64(w>>10&0xfff)
		case w&0xffe0fc00 == ldrIndex(0, 0, 0):
			*r.at(t) = *mem(n, *r.at(w >> 16 & 31))
		case w&0xffe0fc00 == strIndex(0, 0, 0):
			*mem(n, *r.at(w >> 16 & 31)) = *r.at(t)
		default:
			panic("arm64: what a stop has to finish is of no known kind")
		}
	}
}
