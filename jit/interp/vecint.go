package interp

import (
	"math/bits"

	"axol/jit/fp"
	"axol/jit/ir"
)

// Integer arithmetic by lane, without saturation.

func init() {
	register(map[ir.Op]opFunc{
		ir.OpVAdd:  lanes2(func(x, y uint64, _ ir.Lane) uint64 { return x + y }),
		ir.OpVSub:  lanes2(func(x, y uint64, _ ir.Lane) uint64 { return x - y }),
		ir.OpVMul:  lanes2(func(x, y uint64, _ ir.Lane) uint64 { return x * y }),
		ir.OpVNeg:  lanes1(func(x uint64, _ ir.Lane) uint64 { return -x }),
		ir.OpVAbs:  lanes1(func(x uint64, l ir.Lane) uint64 { return magnitude(signed(x, laneBits(l))) }),
		ir.OpVMinS: signed2(func(x, y int64, _ ir.Lane) int64 { return min(x, y) }),
		ir.OpVMaxS: signed2(func(x, y int64, _ ir.Lane) int64 { return max(x, y) }),
		ir.OpVMinU: lanes2(func(x, y uint64, _ ir.Lane) uint64 { return min(x, y) }),
		ir.OpVMaxU: lanes2(func(x, y uint64, _ ir.Lane) uint64 { return max(x, y) }),

		ir.OpVCmpEQ:  compare(func(x, y uint64, _ ir.Lane) bool { return x == y }),
		ir.OpVCmpGT:  compare(func(x, y uint64, l ir.Lane) bool { return signed(x, laneBits(l)) > signed(y, laneBits(l)) }),
		ir.OpVCmpGE:  compare(func(x, y uint64, l ir.Lane) bool { return signed(x, laneBits(l)) >= signed(y, laneBits(l)) }),
		ir.OpVCmpHI:  compare(func(x, y uint64, _ ir.Lane) bool { return x > y }),
		ir.OpVCmpHS:  compare(func(x, y uint64, _ ir.Lane) bool { return x >= y }),
		ir.OpVCmpTst: compare(func(x, y uint64, _ ir.Lane) bool { return x&y != 0 }),

		ir.OpVShlImm: lanesImm(func(x, n uint64, _ ir.Lane) uint64 { return x << n }),
		ir.OpVShrImm: lanesImm(func(x, n uint64, _ ir.Lane) uint64 { return x >> n }),
		ir.OpVSarImm: lanesImm(func(x, n uint64, l ir.Lane) uint64 { return uint64(signed(x, laneBits(l)) >> n) }),
		ir.OpVShlReg: lanes2(func(x, y uint64, l ir.Lane) uint64 { return shiftU(x, int8(y), false) }),
		ir.OpVUrShl:  lanes2(func(x, y uint64, l ir.Lane) uint64 { return shiftU(x, int8(y), true) }),
		ir.OpVSshlReg: signed2(func(x, y int64, _ ir.Lane) int64 {
			return shiftS(x, int8(y), false)
		}),
		ir.OpVSrShl: signed2(func(x, y int64, _ ir.Lane) int64 { return shiftS(x, int8(y), true) }),

		ir.OpVCnt:       lanes1(func(x uint64, _ ir.Lane) uint64 { return uint64(bits.OnesCount64(x)) }),
		ir.OpVClz:       lanes1(func(x uint64, l ir.Lane) uint64 { return uint64(bits.LeadingZeros64(x)) - (64 - uint64(laneBits(l))) }),
		ir.OpVCls:       lanes1(func(x uint64, l ir.Lane) uint64 { return leadingSigns(x, laneBits(l)) }),
		ir.OpVRbit:      lanes1(func(x uint64, l ir.Lane) uint64 { return bits.Reverse64(x) >> (64 - laneBits(l)) }),
		ir.OpVAddP:      addPairs,
		ir.OpVAddAcross: across(func(x, y uint64, _ ir.Lane) uint64 { return x + y }),
		ir.OpVSMaxAcross: across(func(x, y uint64, l ir.Lane) uint64 {
			return uint64(max(signed(x, laneBits(l)), signed(y, laneBits(l))))
		}),
		ir.OpVSMinAcross: across(func(x, y uint64, l ir.Lane) uint64 {
			return uint64(min(signed(x, laneBits(l)), signed(y, laneBits(l))))
		}),
		ir.OpVUMaxAcross: across(func(x, y uint64, _ ir.Lane) uint64 { return max(x, y) }),
		ir.OpVUMinAcross: across(func(x, y uint64, _ ir.Lane) uint64 { return min(x, y) }),

		ir.OpVWidenU: widen(func(x uint64, _ ir.Lane) uint64 { return x }),
		ir.OpVWidenS: widen(func(x uint64, l ir.Lane) uint64 { return uint64(signed(x, laneBits(l))) }),
		ir.OpVNarrow: func(m *Machine, in *ir.Inst) (r value) {
			a, l := m.v[in.A], ir.LaneOf(in.Aux)
			for i := range lanesOf(in.Aux) {
				r.set(l-1, i, a.get(l, i))
			}
			return r
		},

		ir.OpVPopcnt: func(m *Machine, in *ir.Inst) value {
			return value{lo: uint64(bits.OnesCount64(m.v[in.A].lo))}
		},

		ir.OpVShAdd:  signed2(func(x, y int64, _ ir.Lane) int64 { return (x + y) >> 1 }),
		ir.OpVSrhAdd: signed2(func(x, y int64, _ ir.Lane) int64 { return (x + y + 1) >> 1 }),
		ir.OpVShSub:  signed2(func(x, y int64, _ ir.Lane) int64 { return (x - y) >> 1 }),
		ir.OpVUhAdd:  lanes2(func(x, y uint64, _ ir.Lane) uint64 { return (x + y) >> 1 }),
		ir.OpVUrhAdd: lanes2(func(x, y uint64, _ ir.Lane) uint64 { return (x + y + 1) >> 1 }),
		ir.OpVUhSub:  lanes2(func(x, y uint64, _ ir.Lane) uint64 { return (x - y) >> 1 }),
		ir.OpVSAbd:   signed2(func(x, y int64, _ ir.Lane) int64 { return max(x, y) - min(x, y) }),
		ir.OpVUAbd:   lanes2(func(x, y uint64, _ ir.Lane) uint64 { return max(x, y) - min(x, y) }),

		ir.OpVMulLS: widening(func(x, y uint64, l ir.Lane) value {
			return value{lo: uint64(signed(x, laneBits(l)) * signed(y, laneBits(l)))}
		}),
		ir.OpVMulLU:  widening(func(x, y uint64, _ ir.Lane) value { return value{lo: x * y} }),
		ir.OpVPmul:   lanes2(func(x, y uint64, _ ir.Lane) uint64 { return polynomial(x, y).lo }),
		ir.OpVPmull:  widening(func(x, y uint64, _ ir.Lane) value { return polynomial(x, y) }),
		ir.OpVSDot:   dot(true, true),
		ir.OpVUDot:   dot(false, false),
		ir.OpVUsDot:  dot(false, true),
		ir.OpVSmmla:  matMul(true, true),
		ir.OpVUmmla:  matMul(false, false),
		ir.OpVUsmmla: matMul(false, true),

		ir.OpVURecpE:  lanes1(func(x uint64, _ ir.Lane) uint64 { return uint64(fp.UnsignedRecipEstimate(uint32(x))) }),
		ir.OpVURSqrtE: lanes1(func(x uint64, _ ir.Lane) uint64 { return uint64(fp.UnsignedRSqrtEstimate(uint32(x))) }),
	})
}

func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

// shiftU and shiftS shift left by n, or right where n is negative, where the
// last bit shifted out can round. Go shifts by the width and more as we want it.
func shiftU(x uint64, n int8, round bool) uint64 {
	if n >= 0 {
		return x << n
	}
	right := -int(n)
	r := x >> right
	if round {
		r += x >> (right - 1) & 1
	}
	return r
}

func shiftS(x int64, n int8, round bool) int64 {
	if n >= 0 {
		return x << n
	}
	right := -int(n)
	if round && right > 64 {
		return 0 // half of the divisor is more than any |x|
	}
	r := x >> right
	if round {
		r += x >> (right - 1) & 1
	}
	return r
}

func addPairs(m *Machine, in *ir.Inst) (r value) {
	a, b, l := m.v[in.A], m.v[in.B], in.Aux
	n := 8 >> l
	for i := range n {
		r.set(l, i, a.get(l, 2*i)+a.get(l, 2*i+1))
		r.set(l, n+i, b.get(l, 2*i)+b.get(l, 2*i+1))
	}
	return r
}

// across reduces all lanes to one.
func across(f func(x, y uint64, l ir.Lane) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, l := m.v[in.A], ir.LaneOf(in.Aux)
		x := a.get(l, 0)
		for i := 1; i < lanesOf(in.Aux); i++ {
			x = f(x, a.get(l, i), l)
		}
		r.set(l, 0, x)
		return r
	}
}

func widen(f func(x uint64, l ir.Lane) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, l := m.v[in.A], in.Aux
		n := 8 >> l
		first := firstLane(in, n)
		for i := range n {
			r.set(l+1, i, f(a.get(l, first+i), l))
		}
		return r
	}
}

// polynomial is the carry-less product.
func polynomial(x, y uint64) (r value) {
	for i := range 64 {
		if y>>i&1 != 0 {
			r.lo ^= x << i
			r.hi ^= x >> 1 >> (63 - i)
		}
	}
	return r
}

// byteAt is a byte as a number.
func byteAt(v value, i int, isSigned bool) int64 {
	if isSigned {
		return int64(int8(v.get(ir.B, i)))
	}
	return int64(v.get(ir.B, i))
}

func dot(signedB, signedC bool) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, b, c := m.v[in.A], m.v[in.B], m.v[in.C]
		for i := range lanesOf(in.Aux) {
			sum := int64(a.get(ir.S, i))
			for j := 4 * i; j < 4*i+4; j++ {
				sum += byteAt(b, j, signedB) * byteAt(c, j, signedC)
			}
			r.set(ir.S, i, uint64(sum))
		}
		return r
	}
}

func matMul(signedB, signedC bool) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, b, c := m.v[in.A], m.v[in.B], m.v[in.C]
		for i := range 4 {
			sum := int64(a.get(ir.S, i))
			for k := range 8 {
				sum += byteAt(b, i/2*8+k, signedB) * byteAt(c, i%2*8+k, signedC)
			}
			r.set(ir.S, i, uint64(sum))
		}
		return r
	}
}
