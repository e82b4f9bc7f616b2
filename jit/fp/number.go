package fp

import "math/bits"

type class uint8

const (
	zero class = iota
	finite
	infinite
	quiet
	signalling
)

// number is an unpacked value: sig * 2^(exp-63), with bit 63 of sig set, if
// it is finite.
type number struct {
	class class
	sign  bool
	exp   int
	sig   uint64
}

func (n number) isNaN() bool { return n.class >= quiet }

// unpack is FPUnpack: AHP has no effect.
func (f Format) unpack(x uint64, c Control, s *Status) number {
	c.AHP = false
	return f.unpackBase(x, c, s)
}

// unpackCV is FPUnpackCV, for conversions between formats: FZ16 has no effect.
func (f Format) unpackCV(x uint64, c Control, s *Status) number {
	c.FZ16 = false
	return f.unpackBase(x, c, s)
}

func (f Format) unpackBase(x uint64, c Control, s *Status) number {
	g := f.geometry()
	biased := int(x>>g.frac) & g.maxBiased()
	frac := x & g.fracMask()
	n := number{class: finite, sign: x&g.signBit() != 0}
	switch {
	case biased == 0 && frac == 0:
		n.class = zero
	case biased == 0 && f.flushes(c):
		n.class = zero
		if f != Half { // half precision has no input denormal exception
			*s |= IDC
		}
	case biased == 0:
		lead := uint(bits.LeadingZeros64(frac))
		n.sig = frac << lead
		n.exp = g.minExp + 63 - int(lead) - int(g.frac)
	case biased == g.maxBiased() && !(f == Half && c.AHP):
		switch {
		case frac == 0:
			n.class = infinite
		case frac&g.quietBit() != 0:
			n.class = quiet
		default:
			n.class = signalling
		}
	default:
		n.sig = (1<<g.frac | frac) << (63 - g.frac)
		n.exp = biased + g.minExp - 1
	}
	return n
}

// processNaN is FPProcessNaN: the result of an operation whose operand x, of
// class k, is a NaN.
func (f Format) processNaN(k class, x uint64, c Control, s *Status) uint64 {
	g := f.geometry()
	if k == signalling {
		*s |= IOC
	}
	if c.DN {
		return g.defaultNaN()
	}
	return x | g.quietBit()
}

// processNaNs is FPProcessNaNs: signalling NaNs come before quiet ones, and
// the first operand before the second.
func (f Format) processNaNs(n1, n2 number, x1, x2 uint64, c Control, s *Status) (uint64, bool) {
	switch {
	case n1.class < quiet && n2.class < quiet:
		return 0, false
	case n1.class == signalling, n1.class == quiet && n2.class != signalling:
		return f.processNaN(n1.class, x1, c, s), true
	default:
		return f.processNaN(n2.class, x2, c, s), true
	}
}

// invalid is the result of an invalid operation.
func (f Format) invalid(s *Status) uint64 {
	*s |= IOC
	return f.geometry().defaultNaN()
}
