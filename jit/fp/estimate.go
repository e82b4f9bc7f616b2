package fp

import "math/bits"

// recipEstimate is RecipEstimate: a is 256..511 and stands for [0.5, 1); the
// result is 256..511 and stands for [1, 2).
func recipEstimate(a uint32) uint32 {
	a = a*2 + 1
	return (1<<19/a + 1) / 2
}

// rsqrtEstimate is RecipSqrtEstimate: a is 128..511 and stands for [0.25, 1);
// the result is 256..511 and stands for [1, 2).
func rsqrtEstimate(a uint32) uint32 {
	if a < 256 {
		a = a*2 + 1
	} else {
		a = (a&^1 + 1) * 2
	}
	b := uint32(512)
	for uint64(a)*uint64(b+1)*uint64(b+1) < 1<<28 {
		b++
	}
	return (b + 1) / 2
}

// fields is the fraction, its first bit at bit 51 as in the manual, and the
// biased exponent of a number; that of a denormal is normalised and goes below
// zero.
func (g *geometry) fields(x uint64) (fraction uint64, exp int) {
	const mask = 1<<52 - 1
	fraction = x & g.fracMask() << (52 - g.frac)
	exp = int(x>>g.frac) & g.maxBiased()
	if exp == 0 {
		n := bits.LeadingZeros64(fraction) - 12
		fraction = fraction << (n + 1) & mask
		exp = -n
	}
	return fraction, exp
}

// RecipEstimate is FPRecipEstimate.
func (f Format) RecipEstimate(x uint64, c Control, s *Status) uint64 {
	g := f.geometry()
	n := f.unpack(x, c, s)
	switch {
	case n.isNaN():
		return f.processNaN(n.class, x, c, s)
	case n.class == infinite:
		return g.zero(n.sign)
	case n.class == zero:
		*s |= DZC
		return g.infinity(n.sign)
	case n.exp < g.minExp-2: // the reciprocal is beyond the format
		*s |= OFC | IXC
		return g.overflow(n.sign, c.RMode)
	case f.flushes(c) && n.exp >= -g.minExp:
		*s |= UFC
		return g.zero(n.sign)
	}
	fraction, exp := g.fields(x)
	estimate := recipEstimate(uint32(256 | fraction>>44))
	fraction = uint64(estimate&255) << 44
	exp = -2*g.minExp + 1 - exp
	switch exp { // the result is denormal
	case 0:
		fraction = 1<<51 | fraction>>1
	case -1:
		fraction = 1<<50 | fraction>>2
		exp = 0
	}
	return g.sign(n.sign) | uint64(exp)<<g.frac | fraction>>(52-g.frac)
}

// RSqrtEstimate is FPRSqrtEstimate.
func (f Format) RSqrtEstimate(x uint64, c Control, s *Status) uint64 {
	g := f.geometry()
	n := f.unpack(x, c, s)
	switch {
	case n.isNaN():
		return f.processNaN(n.class, x, c, s)
	case n.class == zero:
		*s |= DZC
		return g.infinity(n.sign)
	case n.sign:
		return f.invalid(s)
	case n.class == infinite:
		return g.zero(false)
	}
	fraction, exp := g.fields(x)
	scaled := uint32(256 | fraction>>44)
	if exp&1 != 0 {
		scaled = uint32(128 | fraction>>45)
	}
	result := uint64(-3*g.minExp+2-exp) / 2
	return result<<g.frac | uint64(rsqrtEstimate(scaled)&255)<<(g.frac-8)
}

// RecpX is FPRecpX: the exponent of the reciprocal.
func (f Format) RecpX(x uint64, c Control, s *Status) uint64 {
	g := f.geometry()
	n := f.unpack(x, c, s)
	if n.isNaN() {
		return f.processNaN(n.class, x, c, s)
	}
	exp := int(x>>g.frac) & g.maxBiased()
	if exp == 0 {
		exp = g.maxBiased() - 1
	} else {
		exp ^= g.maxBiased()
	}
	return g.sign(n.sign) | uint64(exp)<<g.frac
}

// UnsignedRecipEstimate is the function of that name, of fixed-point numbers
// below one (URECPE).
func UnsignedRecipEstimate(x uint32) uint32 {
	if x>>31 == 0 {
		return ^uint32(0)
	}
	return recipEstimate(x>>23) << 23
}

// UnsignedRSqrtEstimate is the function of that name, of fixed-point numbers
// below one (URSQRTE).
func UnsignedRSqrtEstimate(x uint32) uint32 {
	if x>>30 == 0 {
		return ^uint32(0)
	}
	return rsqrtEstimate(x>>23) << 23
}
