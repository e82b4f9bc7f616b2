package fp

// MulAdd is FPMulAdd: addend + x1*x2, rounded once.
func (f Format) MulAdd(addend, x1, x2 uint64, c Control, s *Status) uint64 {
	na, n1, n2 := f.unpack(addend, c, s), f.unpack(x1, c, s), f.unpack(x2, c, s)
	if n := firstNaN(na, n1, n2); n >= 0 {
		if na.class == quiet && isInfTimesZero(n1, n2) {
			return f.invalid(s)
		}
		operand := [...]struct {
			n number
			x uint64
		}{{na, addend}, {n1, x1}, {n2, x2}}[n]
		return f.processNaN(operand.n.class, operand.x, c, s)
	}
	return f.mulAddNumbers(na, n1, n2, c, s)
}

// MulAddHalf is FPMulAddH: the addend and the result are single precision, the
// factors half precision.
func MulAddHalf(addend, x1, x2 uint64, c Control, s *Status) uint64 {
	na, n1, n2 := Single.unpack(addend, c, s), Half.unpack(x1, c, s), Half.unpack(x2, c, s)
	n := firstNaN(na, n1, n2)
	switch {
	case n < 0:
		return Single.mulAddNumbers(na, n1, n2, c, s)
	case na.class == quiet && isInfTimesZero(n1, n2):
		return Single.invalid(s)
	case n == 0:
		return Single.processNaN(na.class, addend, c, s)
	case n == 1:
		return convertNaN(Half.processNaN(n1.class, x1, c, s), Half, Single)
	default:
		return convertNaN(Half.processNaN(n2.class, x2, c, s), Half, Single)
	}
}

// firstNaN is the order of FPProcessNaNs3: the index of the operand that
// decides the result, or -1.
func firstNaN(n ...number) int {
	for _, k := range [...]class{signalling, quiet} {
		for i := range n {
			if n[i].class == k {
				return i
			}
		}
	}
	return -1
}

func (f Format) mulAddNumbers(na, n1, n2 number, c Control, s *Status) uint64 {
	g := f.geometry()
	infP := n1.class == infinite || n2.class == infinite
	zeroP := n1.class == zero || n2.class == zero
	signP := n1.sign != n2.sign
	switch {
	case infP && zeroP, na.class == infinite && infP && na.sign != signP:
		return f.invalid(s)
	case na.class == infinite:
		return g.infinity(na.sign)
	case infP:
		return g.infinity(signP)
	case na.class == zero && zeroP && na.sign == signP:
		return g.zero(signP)
	}
	return f.roundWide(widen(na).add(product(n1, n2)), c, s)
}

// RecipStep is FPRecipStepFused: 2 - x1*x2.
func (f Format) RecipStep(x1, x2 uint64, c Control, s *Status) uint64 {
	return f.step(x1, x2, number{finite, false, 1, 1 << 63}, 0, c, s)
}

// RSqrtStep is FPRSqrtStepFused: (3 - x1*x2) / 2.
func (f Format) RSqrtStep(x1, x2 uint64, c Control, s *Status) uint64 {
	return f.step(x1, x2, number{finite, false, 1, 3 << 62}, 1, c, s)
}

// step is (from - x1*x2) / 2^halvings, and its value at zero where the product
// is infinity times zero.
func (f Format) step(x1, x2 uint64, from number, halvings int, c Control, s *Status) uint64 {
	g := f.geometry()
	x1 = f.Neg(x1) // before NaNs are looked at, which shows in their sign
	n1, n2 := f.unpack(x1, c, s), f.unpack(x2, c, s)
	if r, nan := f.processNaNs(n1, n2, x1, x2, c, s); nan {
		return r
	}
	switch {
	case isInfTimesZero(n1, n2):
		from.exp -= halvings
		return f.round(from, c.RMode, c, s)
	case n1.class == infinite || n2.class == infinite:
		return g.infinity(n1.sign != n2.sign)
	}
	w := widen(from).add(product(n1, n2))
	w.exp -= halvings
	return f.roundWide(w, c, s)
}
