package a64

// General tells which fields of an instruction name general registers: the positions of their lowest
// bits. Fields that name vector registers, and the second registers of CASP, are not among them.
func (i Inst) General() (at [4]uint8, n int) {
	l := i.Op.Info()
	if l == nil {
		return at, 0
	}
	for _, f := range l.Fields {
		if f.Name[0] == 'R' && f.Hi-f.Lo == 4 && i.general(l.Group, f.Lo) {
			at[n] = f.Lo
			n++
		}
	}
	return at, n
}

// general reports whether the register field at bit lo is a general register's.
func (i Inst) general(g Group, lo uint8) bool {
	switch {
	case g == LoadStore:
		return !i.Bit(26) || lo == 5 || lo == 16 // of vectors, only the addresses
	case g != SIMDFP:
		return true
	case i.Word>>24&0x7f == 0x1e && (!i.Bit(21) || i.Field(15, 10) == 0):
		// Conversions between floating point and integers or fixed point, FMOV (general).
		toInteger := i.Field(18, 16) < 2 || i.Field(18, 16) > 3
		if i.Bit(21) && i.Field(18, 16) == 7 {
			toInteger = false
		}
		return toInteger == (lo == 0)
	case i.Word>>21&0x7ff&^0x200 == 0x070 && i.Bit(10) && !i.Bit(15):
		// Advanced SIMD copy.
		switch i.Field(14, 11) {
		case 1, 3: // DUP (general), INS (general)
			return lo == 5
		case 5, 7: // SMOV, UMOV
			return lo == 0
		}
	}
	return false
}
