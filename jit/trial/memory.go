package trial

import (
	"math/rand/v2"

	"axol/jit/a64"
)

// Loads and stores: the base register is made such that the access is in the trial's
// memory, whatever the instruction adds to it.

// aim sets the registers of a load or store. It fails where the manual leaves open what the
// instruction does.
func aim(rng *rand.Rand, l *a64.Line, in a64.Inst, s *State, mem uint64) bool {
	if !predictable(l, in) {
		return false
	}
	target := mem + 8*memWords/2 + uint64(rng.IntN(128)) - 64
	target &^= alignment(l, in) - 1
	offset := uint64(displacement(l, in))
	if _, ok := l.FieldNamed("option"); ok {
		offset = index(l, in, s)
	}
	if base := target - offset; in.Rn() == 31 {
		s.SP = base
	} else {
		s.X[in.Rn()] = base
	}
	return true
}

// alignment is what the address must be a multiple of: ordered and atomic accesses have
// to be aligned, others are tried unaligned.
func alignment(l *a64.Line, in a64.Inst) uint64 {
	switch {
	case in.Op == a64.OpCasp || l.Name == "stxp" || l.Name == "stlxp" || l.Name == "ldxp" || l.Name == "ldaxp":
		return 8 << in.Field(30, 30)
	case l.Feature == a64.LSE || l.Feature == a64.LOR || l.Feature == a64.LRCPC || l.Feature == a64.LRCPC2 || exclusive[l.Name]:
		return 1 << in.MemSize()
	case l.Feature == a64.PAuth:
		return 8
	}
	return 1
}

var exclusive = map[string]bool{"stxr": true, "stlxr": true, "ldxr": true, "ldaxr": true, "stlr": true, "ldar": true}

// displacement is the immediate that is added to the base register before the access.
func displacement(l *a64.Line, in a64.Inst) int64 {
	has := func(name string) bool { _, ok := l.FieldNamed(name); return ok }
	switch {
	case l.Op == a64.OpLdraa:
		return int64(in.Field(22, 22)<<9|in.Field(20, 12)) << 54 >> 51
	case has("imm12"):
		return int64(in.Imm12()) << scale(l, in)
	case has("imm7"):
		if in.Field(24, 23) == 1 { // post-index
			return 0
		}
		return in.Imm7() << scale(l, in)
	case has("imm9"):
		if has("pre") && !in.Bit(11) {
			return 0
		}
		return in.Imm9()
	}
	return 0
}

// scale is log2 of the bytes of one register.
func scale(l *a64.Line, in a64.Inst) uint8 {
	_, pair := l.FieldNamed("imm7")
	switch {
	case pair && in.Bit(26):
		return 2 + in.MemSize()
	case l.Op == a64.OpLdpsw:
		return 2
	case pair:
		return 2 + uint8(in.Field(31, 31))
	case in.Bit(26) && in.Bit(23):
		return 4
	}
	return in.MemSize()
}

// index is what a register offset adds. It makes no difference how large it is.
func index(l *a64.Line, in a64.Inst, s *State) uint64 {
	if in.Rm() == 31 {
		return 0
	}
	x := s.X[in.Rm()]
	switch in.Extend() {
	case a64.UXTW:
		x = uint64(uint32(x))
	case a64.SXTW:
		x = uint64(int32(x))
	}
	return x << (uint8(in.Field(12, 12)) * scale(l, in))
}

// predictable: no write-back to, and no index from, a register that is also transferred or
// the base, and no pair of one register twice.
func predictable(l *a64.Line, in a64.Inst) bool {
	var seen [2]uint32 // general and vector registers
	take := func(file, r int) bool {
		if r == 31 && file == 0 {
			return true
		}
		again := seen[file]>>r&1 != 0
		seen[file] |= 1 << r
		return !again
	}
	for _, name := range []string{"Rn", "Rt", "Rt2", "Rs", "Rm"} {
		f, ok := l.FieldNamed(name)
		if !ok {
			continue
		}
		r, file := int(in.Field(int(f.Hi), int(f.Lo))), 0
		if in.Bit(26) && (name == "Rt" || name == "Rt2") {
			file = 1
		}
		if !take(file, r) || in.Op == a64.OpCasp && name != "Rn" && !take(file, r+1) {
			return false
		}
	}
	return true
}
