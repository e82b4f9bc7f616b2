package interp

import (
	"math"
	"math/bits"

	"axol/jit/fp"
	"axol/jit/ir"
)

// Saturating arithmetic by lane. Saturation sets FPSR.QC.

func init() {
	register(map[ir.Op]opFunc{
		ir.OpVSqAdd:  saturating2(sqAdd),
		ir.OpVUqAdd:  saturating2(uqAdd),
		ir.OpVSqSub:  saturating2(sqSub),
		ir.OpVUqSub:  saturating2(uqSub),
		ir.OpVSuqAdd: saturating2(suqAdd),
		ir.OpVUsqAdd: saturating2(usqAdd),
		ir.OpVSqAbs: saturating1(func(x uint64, l ir.Lane) (uint64, bool) {
			return clampU(magnitude(signed(x, laneBits(l))), uint64(maxS(l)))
		}),
		ir.OpVSqNeg: saturating1(func(x uint64, l ir.Lane) (uint64, bool) {
			return sqSub(0, x, l)
		}),
		ir.OpVSqShl:  saturating2(func(x, y uint64, l ir.Lane) (uint64, bool) { return sqShl(x, int8(y), false, l) }),
		ir.OpVSqrShl: saturating2(func(x, y uint64, l ir.Lane) (uint64, bool) { return sqShl(x, int8(y), true, l) }),
		ir.OpVUqShl:  saturating2(func(x, y uint64, l ir.Lane) (uint64, bool) { return uqShl(x, int8(y), false, l) }),
		ir.OpVUqrShl: saturating2(func(x, y uint64, l ir.Lane) (uint64, bool) { return uqShl(x, int8(y), true, l) }),
		ir.OpVSqShlU: saturating2(func(x, y uint64, l ir.Lane) (uint64, bool) {
			if signed(x, laneBits(l)) < 0 {
				return 0, true
			}
			return uqShl(x, int8(y), false, l)
		}),
		ir.OpVSqXtn: narrowing(func(x uint64, wide ir.Lane) (uint64, bool) {
			return clampS(signed(x, laneBits(wide)), wide-1)
		}),
		ir.OpVUqXtn: narrowing(func(x uint64, wide ir.Lane) (uint64, bool) {
			return clampU(x, laneMask(wide-1))
		}),
		ir.OpVSqXtun: narrowing(func(x uint64, wide ir.Lane) (uint64, bool) {
			if signed(x, laneBits(wide)) < 0 {
				return 0, true
			}
			return clampU(x, laneMask(wide-1))
		}),
		ir.OpVSqDmull:  sqDmull,
		ir.OpVSqDmulh:  saturating2(func(x, y uint64, l ir.Lane) (uint64, bool) { return mulHigh(0, x, y, false, l) }),
		ir.OpVSqrDmulh: saturating2(func(x, y uint64, l ir.Lane) (uint64, bool) { return mulHigh(0, x, y, true, l) }),
		ir.OpVSqrDmlah: saturating3(func(a, x, y uint64, l ir.Lane) (uint64, bool) { return mulHigh(a, x, y, true, l) }),
		ir.OpVSqrDmlsh: saturating3(mulHighSub),
	})
}

func (m *Machine) saturated(yes bool) {
	if yes {
		m.st.FPSR |= uint32(fp.QC)
	}
}

func saturating1(f func(x uint64, l ir.Lane) (uint64, bool)) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, l := m.v[in.A], ir.LaneOf(in.Aux)
		for i := range lanesOf(in.Aux) {
			x, sat := f(a.get(l, i), l)
			m.saturated(sat)
			r.set(l, i, x)
		}
		return r
	}
}

func saturating2(f func(x, y uint64, l ir.Lane) (uint64, bool)) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, b, l := m.v[in.A], m.v[in.B], ir.LaneOf(in.Aux)
		for i := range lanesOf(in.Aux) {
			x, sat := f(a.get(l, i), b.get(l, i), l)
			m.saturated(sat)
			r.set(l, i, x)
		}
		return r
	}
}

func saturating3(f func(a, x, y uint64, l ir.Lane) (uint64, bool)) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, b, c, l := m.v[in.A], m.v[in.B], m.v[in.C], ir.LaneOf(in.Aux)
		for i := range lanesOf(in.Aux) {
			x, sat := f(a.get(l, i), b.get(l, i), c.get(l, i), l)
			m.saturated(sat)
			r.set(l, i, x)
		}
		return r
	}
}

// narrowing puts half as wide results into the low half.
func narrowing(f func(x uint64, wide ir.Lane) (uint64, bool)) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, l := m.v[in.A], ir.LaneOf(in.Aux)
		for i := range lanesOf(in.Aux) {
			x, sat := f(a.get(l, i), l)
			m.saturated(sat)
			r.set(l-1, i, x)
		}
		return r
	}
}

func maxS(l ir.Lane) int64 { return math.MaxInt64 >> (64 - laneBits(l)) }
func minS(l ir.Lane) int64 { return math.MinInt64 >> (64 - laneBits(l)) }

// clampS saturates to a signed lane.
func clampS(x int64, l ir.Lane) (uint64, bool) {
	r := max(min(x, maxS(l)), minS(l))
	return uint64(r), r != x
}

func clampU(x, limit uint64) (uint64, bool) { return min(x, limit), x > limit }

// beyond is the bound of a signed lane on the side of a negative or a positive
// number.
func beyond(negative bool, l ir.Lane) (uint64, bool) {
	if negative {
		return uint64(minS(l)), true
	}
	return uint64(maxS(l)), true
}

func sqAdd(x, y uint64, l ir.Lane) (uint64, bool) {
	a, b := signed(x, laneBits(l)), signed(y, laneBits(l))
	sum := a + b
	if (a^sum)&(b^sum) < 0 {
		return beyond(a < 0, l)
	}
	return clampS(sum, l)
}

func sqSub(x, y uint64, l ir.Lane) (uint64, bool) {
	a, b := signed(x, laneBits(l)), signed(y, laneBits(l))
	diff := a - b
	if (a^b)&(a^diff) < 0 {
		return beyond(a < 0, l)
	}
	return clampS(diff, l)
}

func uqAdd(x, y uint64, l ir.Lane) (uint64, bool) {
	sum, carry := bits.Add64(x, y, 0)
	if carry != 0 {
		return laneMask(l), true
	}
	return clampU(sum, laneMask(l))
}

func uqSub(x, y uint64, _ ir.Lane) (uint64, bool) {
	if x < y {
		return 0, true
	}
	return x - y, false
}

// suqAdd adds an unsigned number to a signed one.
func suqAdd(x, y uint64, l ir.Lane) (uint64, bool) {
	a := signed(x, laneBits(l))
	if y > uint64(maxS(l))-uint64(a) {
		return beyond(false, l)
	}
	return uint64(a) + y, false
}

// usqAdd adds a signed number to an unsigned one.
func usqAdd(x, y uint64, l ir.Lane) (uint64, bool) {
	b := signed(y, laneBits(l))
	if b < 0 {
		return uqSub(x, magnitude(b), l)
	}
	return uqAdd(x, uint64(b), l)
}

func sqShl(x uint64, n int8, round bool, l ir.Lane) (uint64, bool) {
	a := signed(x, laneBits(l))
	r := shiftS(a, n, round)
	if n > 0 && r>>n != a {
		return beyond(a < 0, l)
	}
	return clampS(r, l)
}

func uqShl(x uint64, n int8, round bool, l ir.Lane) (uint64, bool) {
	r := shiftU(x, n, round)
	if n > 0 && r>>n != x {
		return laneMask(l), true
	}
	return clampU(r, laneMask(l))
}

// sqDmull is 2*x*y in a lane twice as wide.
func sqDmull(m *Machine, in *ir.Inst) (r value) {
	a, b, l := m.v[in.A], m.v[in.B], ir.LaneOf(in.Aux)
	n := 8 >> l
	first := firstLane(in, n)
	if in.Aux&ir.VOne != 0 {
		n = 1
	}
	for i := range n {
		x, y := signed(a.get(l, first+i), laneBits(l)), signed(b.get(l, first+i), laneBits(l))
		product := 2 * x * y
		if x == minS(l) && y == minS(l) {
			m.saturated(true)
			product = maxS(l + 1)
		}
		r.set(l+1, i, uint64(product))
	}
	return r
}

// mulHigh is a + the high half of 2*x*y, rounded if asked. It is computed at
// half the scale, where it fits into 64 bits.
func mulHigh(a, x, y uint64, round bool, l ir.Lane) (uint64, bool) {
	return mulHighOf(a, signed(x, laneBits(l))*signed(y, laneBits(l)), round, l)
}

func mulHighSub(a, x, y uint64, l ir.Lane) (uint64, bool) {
	return mulHighOf(a, -signed(x, laneBits(l))*signed(y, laneBits(l)), true, l)
}

func mulHighOf(a uint64, product int64, round bool, l ir.Lane) (uint64, bool) {
	shift := laneBits(l) - 1
	sum := signed(a, laneBits(l))<<shift + product
	if round {
		sum += 1 << (shift - 1)
	}
	return clampS(sum>>shift, l)
}
