package a64

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Op names one line of the table. OpUnallocated is the zero Op.
type Op uint16

// Group is a top-level section of the manual's index by encoding.
type Group uint8

// The sections of "A64 instruction set encoding".
const (
	Reserved Group = iota
	DataProcImm
	BranchSys
	LoadStore
	DataProcReg
	SIMDFP
	ScalableVector
)

func (g Group) String() string {
	return [...]string{"Reserved", "DataProcImm", "BranchSys", "LoadStore", "DataProcReg", "SIMDFP", "ScalableVector"}[g]
}

// Field is a named run of bits of a pattern.
type Field struct {
	Name   string
	Hi, Lo uint8
}

// Line describes one encoding.
type Line struct {
	Op          Op
	Name        string  // mnemonic; of the plainest variant where a line covers several
	Pattern     string  // see parsePattern
	Feature     Feature // what brings it
	when        constraint
	Group       Group
	Unsupported bool // listed, but Axol does not run it
	Fallback    bool // stands behind the more exact lines of its space (general hint)

	Mask, Value uint32 // word&Mask == Value selects the line, if the constraint holds too
	Fields      []Field
}

// A constraint tells allocated from unallocated encodings within a pattern.
type constraint func(word uint32) bool

// parsePattern fills Mask, Value and Fields from the pattern. It lists the 32
// bits from the top: digits 0 and 1 are fixed bits, x is a bit that does not
// matter (also the manual's "should be" bits, which no implementation checks);
// name:n is a field of n bits. Without :n, a register (Rd, Rt2, ...) has 5
// bits, immN has N, and any other field one bit.
func (l *Line) parsePattern() {
	at := 32
	for _, tok := range strings.Fields(l.Pattern) {
		if strings.Trim(tok, "01x") == "" {
			for _, c := range tok {
				at--
				if c != 'x' {
					l.Mask |= 1 << at
					l.Value |= uint32(c-'0') << at
				}
			}
			continue
		}
		name, width := fieldWidth(tok)
		l.Fields = append(l.Fields, Field{name, uint8(at - 1), uint8(at - width)})
		at -= width
	}
	if at != 0 {
		panic(fmt.Sprintf("a64: pattern %q of %s is %d bits long", l.Pattern, l.Name, 32-at))
	}
}

func fieldWidth(tok string) (name string, width int) {
	name, n, explicit := strings.Cut(tok, ":")
	switch {
	case explicit:
	case name[0] == 'R' && len(name) > 1:
		return name, 5
	case strings.HasPrefix(name, "imm"):
		n = name[len("imm"):]
	default:
		return name, 1
	}
	if _, err := fmt.Sscan(n, &width); err != nil {
		panic("a64: bad field " + tok)
	}
	return name, width
}

func (l *Line) matches(word uint32) bool {
	return word&l.Mask == l.Value && (l.when == nil || l.when(word))
}

// Random returns a random word that decodes to this line.
func (l *Line) Random(rng *rand.Rand) uint32 {
	for {
		if w := rng.Uint32()&^l.Mask | l.Value; Decode(w).Op == l.Op {
			return w
		}
	}
}

// FieldNamed returns the field of that name.
func (l *Line) FieldNamed(name string) (Field, bool) {
	for _, f := range l.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}
