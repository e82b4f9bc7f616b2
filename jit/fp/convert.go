package fp

// Convert is FPConvert between half, single and double precision. The rounding
// is c.RMode, or Odd for FCVTXN.
func Convert(x uint64, from, to Format, r Rounding, c Control, s *Status) uint64 {
	g := to.geometry()
	n := from.unpackCV(x, c, s)
	alternative := to == Half && c.AHP // has neither NaN nor infinity
	switch {
	case n.isNaN() && alternative:
		*s |= IOC
		return g.zero(n.sign)
	case n.isNaN():
		if n.class == signalling {
			*s |= IOC
		}
		if c.DN {
			return g.defaultNaN()
		}
		return convertNaN(x, from, to)
	case n.class == infinite && alternative:
		*s |= IOC
		return g.sign(n.sign) | (g.signBit() - 1)
	case n.class == infinite:
		return g.infinity(n.sign)
	case n.class == zero:
		return g.zero(n.sign)
	}
	return to.roundCV(n, r, c, s)
}

// convertNaN is FPConvertNaN: the payload is cut or extended at its low end.
func convertNaN(x uint64, from, to Format) uint64 {
	gf, gt := from.geometry(), to.geometry()
	payload := x & gf.fracMask() << (52 - gf.frac) >> (52 - gt.frac)
	return gt.infinity(x&gf.signBit() != 0) | gt.quietBit() | payload
}

// ConvertBF is FPConvertBF: single precision to BF16.
func ConvertBF(x uint64, c Control, s *Status) uint64 {
	g := bfloat.geometry()
	n := Single.unpack(x, c, s)
	switch {
	case n.isNaN():
		if n.class == signalling {
			*s |= IOC
		}
		if c.DN {
			return g.defaultNaN()
		}
		return convertNaN(x, Single, bfloat)
	case n.class == infinite:
		return g.infinity(n.sign)
	case n.class == zero:
		return g.zero(n.sign)
	}
	return bfloat.roundCV(n, c.RMode, c, s)
}
