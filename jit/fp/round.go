package fp

// round is FPRound: AHP has no effect.
func (f Format) round(n number, r Rounding, c Control, s *Status) uint64 {
	c.AHP = false
	return f.roundBase(n, r, c, s)
}

// roundCV is FPRoundCV, for conversions between formats: FZ16 has no effect.
func (f Format) roundCV(n number, r Rounding, c Control, s *Status) uint64 {
	c.FZ16 = false
	return f.roundBase(n, r, c, s)
}

// roundBase is FPRoundBase: it rounds a finite number to the format.
func (f Format) roundBase(n number, r Rounding, c Control, s *Status) uint64 {
	g := f.geometry()
	// Tininess is found before rounding, and flushing is not inexact.
	if n.exp < g.minExp && f.flushes(c) {
		*s |= UFC
		return g.zero(n.sign)
	}
	drop := 63 - int(g.frac)
	biased := n.exp - g.minExp + 1
	if biased < 1 {
		drop += 1 - biased
		biased = 0
	}
	mant, inexact := roundMagnitude(n.sig, drop, n.sign, r)
	if biased == 0 && inexact {
		*s |= UFC
	}
	switch {
	case biased == 0 && mant == 1<<g.frac: // a denormal became normal
		biased = 1
	case mant == 2<<g.frac:
		biased++
		mant >>= 1
	}
	if f == Half && c.AHP {
		if biased > g.maxBiased() { // no infinity to go to
			*s |= IOC
			return g.sign(n.sign) | (g.signBit() - 1)
		}
	} else if biased >= g.maxBiased() {
		*s |= OFC | IXC
		return g.overflow(n.sign, r)
	}
	if inexact {
		*s |= IXC
	}
	return g.sign(n.sign) | uint64(biased)<<g.frac | mant&g.fracMask()
}

// overflow is the result for a magnitude beyond the format.
func (g *geometry) overflow(sign bool, r Rounding) uint64 {
	switch r {
	case RN, TiesAway, oddInf:
		return g.infinity(sign)
	case RP:
		if !sign {
			return g.infinity(sign)
		}
	case RM:
		if sign {
			return g.infinity(sign)
		}
	}
	return g.maxNormal(sign)
}

// roundMagnitude is sig / 2^drop (drop >= 0) rounded to an integer, as the
// magnitude of a number with the given sign.
func roundMagnitude(sig uint64, drop int, sign bool, r Rounding) (mant uint64, inexact bool) {
	if drop == 0 {
		return sig, false
	}
	if drop > 64 {
		sig, drop = 1, 64 // all that is left: not zero, and less than one half
	}
	mant = sig >> drop
	rest, half := sig<<(64-drop), uint64(1)<<63
	if rest == 0 {
		return mant, false
	}
	up := false
	switch r {
	case RN:
		up = rest > half || rest == half && mant&1 != 0
	case TiesAway:
		up = rest >= half
	case RP:
		up = !sign
	case RM:
		up = sign
	case Odd, oddInf:
		mant |= 1
	}
	if up {
		mant++
	}
	return mant, true
}
