package fp

import "math/bits"

// wide is a finite value or zero in 128 bits: (hi:lo) * 2^(exp-127), bit 63 of
// hi set unless it is zero.
type wide struct {
	sign   bool
	exp    int
	hi, lo uint64
}

func (w wide) isZero() bool { return w.hi|w.lo == 0 }

func widen(n number) wide {
	if n.class == zero {
		return wide{sign: n.sign}
	}
	return wide{n.sign, n.exp, n.sig, 0}
}

// narrow jams the low half into the lowest bit of the high one.
func (w wide) narrow() number {
	if w.lo != 0 {
		w.hi |= 1
	}
	return number{finite, w.sign, w.exp, w.hi}
}

func product(a, b number) wide {
	w := wide{sign: a.sign != b.sign}
	if a.class == zero || b.class == zero {
		return w
	}
	w.hi, w.lo = bits.Mul64(a.sig, b.sig)
	w.exp = a.exp + b.exp + 1
	return w.normal()
}

func (w wide) normal() wide {
	if w.hi == 0 {
		w.hi, w.lo = w.lo, 0
		w.exp -= 64
	}
	if n := uint(bits.LeadingZeros64(w.hi)); n != 0 {
		w.hi = w.hi<<n | w.lo>>(64-n)
		w.lo <<= n
		w.exp -= int(n)
	}
	return w
}

// shiftRightJam keeps in the lowest bit whether anything fell out.
func shiftRightJam(hi, lo uint64, n int) (uint64, uint64) {
	var lost uint64
	switch {
	case n == 0:
	case n < 64:
		lost = lo << (64 - n)
		lo = hi<<(64-n) | lo>>n
		hi >>= n
	case n < 128:
		lost = lo | hi<<(128-n) // at n = 64 Go shifts all of hi out
		lo = hi >> (n - 64)
		hi = 0
	default:
		lost = hi | lo
		hi, lo = 0, 0
	}
	if lost != 0 {
		lo |= 1
	}
	return hi, lo
}

// add is a + b. The sign of a sum of zero is not decided here.
//
// Cancellation of more than one bit needs exponents at most one apart; then
// nothing is lost in the shift, as no operand uses the lowest bit (a product
// of two significands of 53 bits has 22 zeros there). In all other cases one
// jammed bit is enough.
func (a wide) add(b wide) wide {
	switch {
	case a.isZero():
		return b
	case b.isZero():
		return a
	case a.exp < b.exp, a.exp == b.exp && (a.hi < b.hi || a.hi == b.hi && a.lo < b.lo):
		a, b = b, a
	}
	b.hi, b.lo = shiftRightJam(b.hi, b.lo, a.exp-b.exp)
	if a.sign == b.sign {
		lo, carry := bits.Add64(a.lo, b.lo, 0)
		hi, carry := bits.Add64(a.hi, b.hi, carry)
		if carry != 0 {
			hi, lo = shiftRightJam(hi, lo, 1)
			hi |= 1 << 63
			a.exp++
		}
		a.hi, a.lo = hi, lo
		return a
	}
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	a.hi, _ = bits.Sub64(a.hi, b.hi, borrow)
	a.lo = lo
	if a.isZero() {
		return wide{}
	}
	return a.normal()
}
