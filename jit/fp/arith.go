package fp

import "math/bits"

// Add is FPAdd.
func (f Format) Add(x1, x2 uint64, c Control, s *Status) uint64 {
	n1, n2 := f.unpack(x1, c, s), f.unpack(x2, c, s)
	if r, nan := f.processNaNs(n1, n2, x1, x2, c, s); nan {
		return r
	}
	return f.addNumbers(n1, n2, c, s)
}

// Sub is FPSub. A NaN operand keeps its sign, so this is not Add of Neg.
func (f Format) Sub(x1, x2 uint64, c Control, s *Status) uint64 {
	n1, n2 := f.unpack(x1, c, s), f.unpack(x2, c, s)
	if r, nan := f.processNaNs(n1, n2, x1, x2, c, s); nan {
		return r
	}
	n2.sign = !n2.sign
	return f.addNumbers(n1, n2, c, s)
}

func (f Format) addNumbers(n1, n2 number, c Control, s *Status) uint64 {
	g := f.geometry()
	switch {
	case n1.class == infinite && n2.class == infinite && n1.sign != n2.sign:
		return f.invalid(s)
	case n1.class == infinite:
		return g.infinity(n1.sign)
	case n2.class == infinite:
		return g.infinity(n2.sign)
	case n1.class == zero && n2.class == zero && n1.sign == n2.sign:
		return g.zero(n1.sign)
	}
	return f.roundWide(widen(n1).add(widen(n2)), c, s)
}

// roundWide rounds an exact sum; one of zero is negative only towards minus
// infinity.
func (f Format) roundWide(w wide, c Control, s *Status) uint64 {
	if w.isZero() {
		return f.geometry().zero(c.RMode == RM)
	}
	return f.round(w.narrow(), c.RMode, c, s)
}

// Mul is FPMul.
func (f Format) Mul(x1, x2 uint64, c Control, s *Status) uint64 {
	return f.multiply(x1, x2, false, c, s)
}

// MulX is FPMulX: infinity times zero is two.
func (f Format) MulX(x1, x2 uint64, c Control, s *Status) uint64 {
	return f.multiply(x1, x2, true, c, s)
}

func (f Format) multiply(x1, x2 uint64, extended bool, c Control, s *Status) uint64 {
	g := f.geometry()
	n1, n2 := f.unpack(x1, c, s), f.unpack(x2, c, s)
	if r, nan := f.processNaNs(n1, n2, x1, x2, c, s); nan {
		return r
	}
	sign := n1.sign != n2.sign
	switch {
	case isInfTimesZero(n1, n2) && extended:
		return g.power(sign, 1, false)
	case isInfTimesZero(n1, n2):
		return f.invalid(s)
	case n1.class == infinite || n2.class == infinite:
		return g.infinity(sign)
	case n1.class == zero || n2.class == zero:
		return g.zero(sign)
	}
	return f.round(product(n1, n2).narrow(), c.RMode, c, s)
}

func isInfTimesZero(n1, n2 number) bool {
	return n1.class == infinite && n2.class == zero || n1.class == zero && n2.class == infinite
}

// Div is FPDiv.
func (f Format) Div(x1, x2 uint64, c Control, s *Status) uint64 {
	g := f.geometry()
	n1, n2 := f.unpack(x1, c, s), f.unpack(x2, c, s)
	if r, nan := f.processNaNs(n1, n2, x1, x2, c, s); nan {
		return r
	}
	sign := n1.sign != n2.sign
	switch {
	case n1.class == n2.class && n1.class != finite: // 0/0, inf/inf
		return f.invalid(s)
	case n1.class == infinite:
		return g.infinity(sign)
	case n2.class == zero:
		*s |= DZC
		return g.infinity(sign)
	case n1.class == zero || n2.class == infinite:
		return g.zero(sign)
	}
	q := number{finite, sign, n1.exp - n2.exp, 0}
	hi, lo := n1.sig>>1, n1.sig<<63
	if n1.sig < n2.sig {
		hi, lo = n1.sig, 0
		q.exp--
	}
	var rest uint64
	if q.sig, rest = bits.Div64(hi, lo, n2.sig); rest != 0 {
		q.sig |= 1
	}
	return f.round(q, c.RMode, c, s)
}

// Sqrt is FPSqrt.
func (f Format) Sqrt(x uint64, c Control, s *Status) uint64 {
	g := f.geometry()
	n := f.unpack(x, c, s)
	switch {
	case n.isNaN():
		return f.processNaN(n.class, x, c, s)
	case n.class == zero:
		return g.zero(n.sign)
	case n.sign:
		return f.invalid(s)
	case n.class == infinite:
		return g.infinity(false)
	}
	// The root of a significand in [1, 2), or in [2, 4) for an odd exponent, is
	// in [1, 2).
	hi, lo := n.sig>>1, n.sig<<63
	if n.exp&1 != 0 {
		hi, lo = n.sig, 0
	}
	root, exact := squareRoot(hi, lo)
	if !exact {
		root |= 1
	}
	return f.round(number{finite, false, n.exp >> 1, root}, c.RMode, c, s)
}

// squareRoot is the root of a 128-bit number, rounded down.
func squareRoot(hi, lo uint64) (root uint64, exact bool) {
	for bit := uint64(1) << 63; bit != 0; bit >>= 1 {
		h, l := bits.Mul64(root|bit, root|bit)
		if h < hi || h == hi && l <= lo {
			root |= bit
		}
	}
	h, l := bits.Mul64(root, root)
	return root, h == hi && l == lo
}
