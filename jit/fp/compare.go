package fp

// The results of Compare, as NZCV in bits 3 to 0.
const (
	Less      = 0b1000
	Equal     = 0b0110
	Greater   = 0b0010
	Unordered = 0b0011
)

// order compares two numbers that are not NaNs.
func order(n1, n2 number) uint8 {
	if n1.class == zero && n2.class == zero {
		return Equal
	}
	if n1.sign != n2.sign || n1.class == zero || n2.class == zero {
		// The one that is not zero decides; if both are not, either does.
		if n1.class != zero && n1.sign || n1.class == zero && !n2.sign {
			return Less
		}
		return Greater
	}
	less, greater := uint8(Less), uint8(Greater)
	if n1.sign {
		less, greater = greater, less
	}
	switch {
	case n1.class == infinite && n2.class == infinite:
		return Equal
	case n1.class == infinite:
		return greater
	case n2.class == infinite:
		return less
	case n1.exp != n2.exp:
		if n1.exp < n2.exp {
			return less
		}
		return greater
	case n1.sig < n2.sig:
		return less
	case n1.sig > n2.sig:
		return greater
	}
	return Equal
}

// Compare is FPCompare. With signalNaNs a quiet NaN is an invalid operation
// too.
func (f Format) Compare(x1, x2 uint64, signalNaNs bool, c Control, s *Status) uint8 {
	n1, n2 := f.unpack(x1, c, s), f.unpack(x2, c, s)
	if n1.isNaN() || n2.isNaN() {
		if signalNaNs || n1.class == signalling || n2.class == signalling {
			*s |= IOC
		}
		return Unordered
	}
	return order(n1, n2)
}

// CompareEQ is FPCompareEQ: quiet.
func (f Format) CompareEQ(x1, x2 uint64, c Control, s *Status) bool {
	return f.Compare(x1, x2, false, c, s) == Equal
}

// CompareGE is FPCompareGE: every NaN is an invalid operation.
func (f Format) CompareGE(x1, x2 uint64, c Control, s *Status) bool {
	o := f.Compare(x1, x2, true, c, s)
	return o == Equal || o == Greater
}

// CompareGT is FPCompareGT: every NaN is an invalid operation.
func (f Format) CompareGT(x1, x2 uint64, c Control, s *Status) bool {
	return f.Compare(x1, x2, true, c, s) == Greater
}

// Max is FPMax.
func (f Format) Max(x1, x2 uint64, c Control, s *Status) uint64 {
	return f.extreme(x1, x2, Greater, c, s)
}

// Min is FPMin.
func (f Format) Min(x1, x2 uint64, c Control, s *Status) uint64 {
	return f.extreme(x1, x2, Less, c, s)
}

// MaxNM is FPMaxNum: a single quiet NaN is as small as can be.
func (f Format) MaxNM(x1, x2 uint64, c Control, s *Status) uint64 {
	x1, x2 = f.replaceQuiet(x1, x2, f.geometry().infinity(true), c, s)
	return f.extreme(x1, x2, Greater, c, s)
}

// MinNM is FPMinNum: a single quiet NaN is as large as can be.
func (f Format) MinNM(x1, x2 uint64, c Control, s *Status) uint64 {
	x1, x2 = f.replaceQuiet(x1, x2, f.geometry().infinity(false), c, s)
	return f.extreme(x1, x2, Less, c, s)
}

func (f Format) replaceQuiet(x1, x2, by uint64, c Control, s *Status) (uint64, uint64) {
	n1, n2 := f.unpack(x1, c, s), f.unpack(x2, c, s)
	switch {
	case n1.class == quiet && n2.class != quiet:
		return by, x2
	case n1.class != quiet && n2.class == quiet:
		return x1, by
	}
	return x1, x2
}

// extreme is the operand that is want relative to the other. Of two zeros the
// larger is the positive one.
func (f Format) extreme(x1, x2 uint64, want uint8, c Control, s *Status) uint64 {
	g := f.geometry()
	n1, n2 := f.unpack(x1, c, s), f.unpack(x2, c, s)
	if r, nan := f.processNaNs(n1, n2, x1, x2, c, s); nan {
		return r
	}
	n := n2
	if order(n1, n2) == want {
		n = n1
	}
	switch {
	case n.class == infinite:
		return g.infinity(n.sign)
	case n.class == zero && want == Greater:
		return g.zero(n1.sign && n2.sign)
	case n.class == zero:
		return g.zero(n1.sign || n2.sign)
	}
	return f.round(n, c.RMode, c, s)
}
