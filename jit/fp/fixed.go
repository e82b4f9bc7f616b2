package fp

import "math/bits"

// ToFixed is FPToFixed: x * 2^fbits as an integer of width bits (16, 32 or 64),
// saturated. The result is in the low width bits, the rest zero.
func (f Format) ToFixed(x uint64, width uint, fbits int, unsigned bool, r Rounding, c Control, s *Status) uint64 {
	n := f.unpack(x, c, s)
	if n.isNaN() {
		*s |= IOC
		return 0
	}
	mag, inexact, over := n.toInteger(fbits, r)
	limit := uint64(1) << (width - 1) // the first magnitude that does not fit
	switch {
	case unsigned && n.sign:
		limit = 1
	case unsigned:
		limit = limit << 1 // zero for 64 bits, and then limit-1 is all ones
	case n.sign:
		limit++
	}
	if over || mag > limit-1 {
		*s |= IOC
		inexact = false
		mag = limit - 1
	}
	if inexact {
		*s |= IXC
	}
	if n.sign {
		mag = -mag
	}
	return mag & (1<<width - 1)
}

// toInteger is the magnitude of n * 2^fbits rounded to an integer; over if it
// needs more than 64 bits, as that of infinity does.
func (n number) toInteger(fbits int, r Rounding) (mag uint64, inexact, over bool) {
	exp := n.exp + fbits
	switch {
	case n.class == zero:
		return 0, false, false
	case n.class == infinite || exp > 63:
		return 0, false, true
	}
	mag, inexact = roundMagnitude(n.sig, 63-exp, n.sign, r)
	return mag, inexact, false
}

// FromFixed is FixedToFP: the integer x, of width bits (16, 32 or 64), divided
// by 2^fbits.
func (f Format) FromFixed(x uint64, width uint, fbits int, unsigned bool, r Rounding, c Control, s *Status) uint64 {
	x <<= 64 - width
	sign := !unsigned && x>>63 != 0
	if sign {
		x = uint64(int64(x) >> (64 - width))
		x = -x
	} else {
		x >>= 64 - width
	}
	if x == 0 {
		return f.geometry().zero(false)
	}
	return f.round(fromMagnitude(sign, x, -fbits), r, c, s)
}

// fromMagnitude is mag * 2^scale for mag other than zero.
func fromMagnitude(sign bool, mag uint64, scale int) number {
	lead := bits.LeadingZeros64(mag)
	return number{finite, sign, 63 - lead + scale, mag << lead}
}

// ToFixedJS is FPToFixedJS: a double to a 32-bit integer as JavaScript does,
// modulo 2^32, and whether that was exact (the Z flag).
func ToFixedJS(x uint64, c Control, s *Status) (result uint32, exact bool) {
	n := Double.unpack(x, c, s)
	if n.isNaN() || n.class == infinite {
		*s |= IOC
		return 0, false
	}
	mag, inexact, over := n.toInteger(0, RZ)
	if over {
		// The low bits of an integer of more than 64.
		if shift := n.exp - 63; shift < 32 {
			mag = n.sig << shift
		}
	}
	limit := uint64(1)<<31 - 1
	if n.sign {
		limit++
	}
	result = uint32(mag)
	if n.sign {
		result = -result
	}
	switch {
	case over || mag > limit:
		*s |= IOC
		return result, false
	case inexact:
		*s |= IXC
		return result, false
	}
	// Minus zero is not exact, nor is a denormal flushed to zero.
	return result, n.class == finite || x == 0
}

// RoundInt is FPRoundInt: to an integer in the same format. If exact, a change
// of value is an inexact result.
func (f Format) RoundInt(x uint64, r Rounding, exact bool, c Control, s *Status) uint64 {
	g := f.geometry()
	n := f.unpack(x, c, s)
	switch {
	case n.isNaN():
		return f.processNaN(n.class, x, c, s)
	case n.class == zero:
		return g.zero(n.sign)
	case n.class == infinite || n.exp >= 63:
		return x
	}
	mag, inexact, _ := n.toInteger(0, r)
	if inexact && exact {
		*s |= IXC
	}
	if mag == 0 {
		return g.zero(n.sign)
	}
	return f.round(fromMagnitude(n.sign, mag, 0), RZ, c, s)
}

// RoundIntN is FPRoundIntN: to an integer that fits into a signed integer of
// width bits (32 or 64), else to the most negative one.
func (f Format) RoundIntN(x uint64, width uint, r Rounding, c Control, s *Status) uint64 {
	g := f.geometry()
	n := f.unpack(x, c, s)
	mag, inexact, over := uint64(0), false, true
	if !n.isNaN() {
		mag, inexact, over = n.toInteger(0, r)
	}
	limit := uint64(1)<<(width-1) - 1
	if n.sign {
		limit++
	}
	if over || mag > limit {
		*s |= IOC
		return g.power(true, int(width)-1, false)
	}
	if inexact {
		*s |= IXC
	}
	if mag == 0 {
		return g.zero(n.sign)
	}
	return f.round(fromMagnitude(n.sign, mag, 0), RZ, c, s)
}
