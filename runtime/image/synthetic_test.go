package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// A kernel of our own, with all that a real one has its tables of: for layouts that no kernel here has, and for damage.

const (
	synthBase      = 0xffff_8000_0800_0000
	synthText      = 0x10000
	synthFunctions = 280
	synthWords     = 8 // of a function
)

// layout is how kallsyms is laid out.
type layout struct {
	name       string
	markerSize int
	absolute   bool // addresses of 8 bytes, not relocated
	behind     bool // addresses follow the tokens
	seqs       bool // seqs_of_names between markers and tokens
	gap        int  // from num_syms to the names
	bigName    bool // one name is longer than 127 tokens
}

var layouts = []layout{
	{name: "v4.8", markerSize: 8, gap: 8},
	{name: "absolute", markerSize: 8, absolute: true, gap: 8},
	{name: "v6.1", markerSize: 4, gap: 8, bigName: true},
	{name: "v6.2", markerSize: 4, gap: 8, seqs: true, bigName: true},
	{name: "v6.12", markerSize: 4, behind: true, gap: 4, bigName: true},
	{name: "v6.4, absolute", markerSize: 4, behind: true, absolute: true, gap: 8},
}

// synth is an Image in the making.
type synth struct {
	layout
	out     []byte
	symbols []Symbol
	places  []relocation
	tables  Tables
}

func (s *synth) align(n int) {
	for len(s.out)%n != 0 {
		s.out = append(s.out, 0)
	}
}
func (s *synth) u16(v int)    { s.out = binary.LittleEndian.AppendUint16(s.out, uint16(v)) }
func (s *synth) u32(v uint32) { s.out = binary.LittleEndian.AppendUint32(s.out, v) }
func (s *synth) u64(v uint64) { s.out = binary.LittleEndian.AppendUint64(s.out, v) }
func (s *synth) addr() uint64 { return synthBase + uint64(len(s.out)) }
func (s *synth) near(to uint64) {
	s.u32(uint32(to - s.addr()))
}

// pointer is a pointer that a relocation sets.
func (s *synth) pointer(to uint64) {
	s.places = append(s.places, relocation{s.addr(), to})
	s.u64(0)
}

// synthImage makes an Image.
func synthImage(l layout) (image []byte, symbols []Symbol, tables Tables) {
	s := &synth{layout: l}
	s.out = make([]byte, synthText)
	copy(s.out[rawMagicAt:], "ARM\x64")
	copy(s.out[256:], "Linux version 6.1.99-synthetic (nobody@nowhere) #1\n\x00")
	s.code()
	s.kallsyms()
	s.siteTables()
	s.align(8)
	for _, r := range s.places {
		s.u64(r.place)
		s.u64(typeRelative)
		s.u64(r.value)
	}
	s.out = append(s.out, make([]byte, 64)...)
	return s.out, s.symbols, s.tables
}

// code is functions of BTI, two NOPs, and an instruction for each table.
func (s *synth) code() {
	mark := func(names ...string) {
		for _, n := range names {
			s.symbols = append(s.symbols, Symbol{s.addr(), 'T', n})
		}
	}
	mark("_stext")
	for i := range synthFunctions {
		switch i {
		case 240:
			mark("__kprobes_text_start")
		case 250:
			mark("__kprobes_text_end")
		case 270:
			mark("_etext", "_sinittext")
		}
		name := fmt.Sprintf("fn_%d", i)
		if i == 5 && s.bigName {
			name += string(bytes.Repeat([]byte("x"), 300))
		}
		s.symbols = append(s.symbols, Symbol{s.addr(), 't', name})
		a := s.addr()
		for _, w := range [synthWords]uint32{wordBTI, wordNop, wordNop, wordBug, wordNop, 0xb9400000, 0x91000400, 0xd65f03c0} {
			s.u32(w)
		}
		t := &s.tables
		t.Ftrace = append(t.Ftrace, a+8)
		if i%4 == 0 {
			t.Bugs = append(t.Bugs, a+12)
			t.JumpLabels = append(t.JumpLabels, a+16)
			t.Exceptions = append(t.Exceptions, Fixup{a + 20, a + 24})
		}
		if i%16 == 0 {
			t.NoProbe = append(t.NoProbe, a)
		}
	}
	mark("_einittext")
}

func (s *synth) tokens() []string {
	list := make([]string, tokenCount)
	for i := range list {
		list[i] = fmt.Sprintf("q%02x", i)
		if i > ' ' && i < 0x7f {
			list[i] = string(rune(i))
		}
	}
	list[1], list[200] = "tfn_", "text"
	return list
}

func (s *synth) kallsyms() {
	s.align(64)
	s.u64(0x1234_5678_9abc) // what is in front
	if !s.behind {
		s.addresses()
	}
	if s.gap == 8 {
		s.align(8)
	}
	s.u32(uint32(len(s.symbols)))
	if s.gap == 8 {
		s.align(8)
	}
	start := len(s.out)
	var markers []int
	for i, sym := range s.symbols {
		if i%namesAMarker == 0 {
			markers = append(markers, len(s.out)-start)
		}
		s.name(string(sym.Type) + sym.Name)
	}
	s.align(s.gap)
	for _, m := range markers {
		s.u32(uint32(m))
		if s.markerSize == 8 {
			s.u32(0)
		}
	}
	s.align(s.gap)
	if s.seqs {
		for i := range s.symbols {
			s.out = append(s.out, 0, byte(i>>8), byte(i))
		}
		s.align(8)
	}
	index, table := []int{}, len(s.out)
	for _, t := range s.tokens() {
		index = append(index, len(s.out)-table)
		s.out = append(s.out, t+"\x00"...)
	}
	s.align(s.gap)
	for _, i := range index {
		s.u16(i)
	}
	if s.behind {
		s.align(s.gap)
		s.addresses()
	}
}

func (s *synth) name(text string) {
	var b []byte
	for len(text) > 0 {
		n := 1
		switch {
		case len(text) >= 4 && text[:4] == "tfn_":
			b, n = append(b, 1), 4
		case len(text) >= 4 && text[:4] == "text":
			b, n = append(b, 200), 4
		default:
			b = append(b, text[0])
		}
		text = text[n:]
	}
	if len(b) > 0x7f {
		s.out = append(s.out, byte(len(b)&0x7f|0x80), byte(len(b)>>7))
	} else {
		s.out = append(s.out, byte(len(b)))
	}
	s.out = append(s.out, b...)
}

func (s *synth) addresses() {
	if !s.behind {
		s.align(8)
	}
	if s.absolute {
		for _, sym := range s.symbols {
			s.u64(sym.Addr)
		}
		return
	}
	for _, sym := range s.symbols {
		s.u32(uint32(sym.Addr - synthBase - synthText)) // the lowest symbol is the base
	}
	s.align(8)
	s.pointer(synthBase + synthText)
}

func (s *synth) siteTables() {
	s.align(16)
	t := &s.tables
	for _, f := range t.Exceptions {
		s.near(f.Insn)
		s.near(f.To)
		s.u32(3)
	}
	s.u64(^uint64(0))
	s.u64(0)
	for i, a := range t.JumpLabels {
		if i == 40 { // of a section that no symbol bounds
			s.near(synthBase + 0x100)
			s.near(synthBase + 0x104)
			s.u64(0)
		}
		s.near(a)
		s.near(a + 4)
		s.u64(0)
	}
	s.u64(^uint64(0))
	for _, a := range t.Bugs {
		s.near(a)
		s.near(synthBase + 256)
		s.u32(17)
	}
	s.align(8)
	s.u64(7)
	for _, a := range t.Ftrace {
		s.pointer(a - 8) // of the function: the compiler counts the BTI
	}
	for range 10 {
		s.pointer(synthBase + 256) // trace events
	}
	for _, a := range t.NoProbe {
		s.pointer(a)
	}
	s.u64(0)
}

// equalTables says what differs, or nothing.
func equalTables(got, want *Tables) string {
	for _, x := range []struct {
		name      string
		got, want []uint64
	}{{"ftrace", got.Ftrace, want.Ftrace}, {"jump labels", got.JumpLabels, want.JumpLabels}, {"bugs", got.Bugs, want.Bugs}, {"no probe", got.NoProbe, want.NoProbe}} {
		if !slices.Equal(x.got, x.want) {
			return fmt.Sprintf("%s: %d, want %d", x.name, len(x.got), len(x.want))
		}
	}
	if !slices.Equal(got.Exceptions, want.Exceptions) {
		return fmt.Sprintf("exceptions: %d, want %d", len(got.Exceptions), len(want.Exceptions))
	}
	return ""
}
