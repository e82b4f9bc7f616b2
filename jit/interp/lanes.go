package interp

import "axol/jit/ir"

// What the vector operations have in common: lanes of 8<<l bits, and how many
// of them an operation computes.

// laneBits and laneMask are the width and the bits of a lane of up to 64 bits.
func laneBits(l ir.Lane) uint   { return 8 << l }
func laneMask(l ir.Lane) uint64 { return ^uint64(0) >> (64 - 8<<l) }

// get is lane i, zero-extended.
func (v value) get(l ir.Lane, i int) uint64 {
	at := uint(i) << (3 + l)
	if at < 64 {
		return v.lo >> at & laneMask(l)
	}
	return v.hi >> (at - 64) & laneMask(l)
}

// set replaces lane i by the low bits of x.
func (v *value) set(l ir.Lane, i int, x uint64) {
	at := uint(i) << (3 + l)
	word := &v.lo
	if at >= 64 {
		word, at = &v.hi, at-64
	}
	*word = *word&^(laneMask(l)<<at) | x&laneMask(l)<<at
}

// lanesOf is how many lanes an operation computes.
func lanesOf(aux uint8) int {
	switch {
	case aux&ir.VOne != 0:
		return 1
	case aux&ir.VHalf != 0:
		return 8 >> ir.LaneOf(aux)
	}
	return 16 >> ir.LaneOf(aux)
}

// firstLane is where the half that Imm chooses begins, for operations on
// n lanes of a register's half.
func firstLane(in *ir.Inst, n int) int { return int(in.Imm&1) * n }

// lanes1, lanes2 and lanes3 are operations lane by lane.
func lanes1(f func(x uint64, l ir.Lane) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, l := m.v[in.A], ir.LaneOf(in.Aux)
		for i := range lanesOf(in.Aux) {
			r.set(l, i, f(a.get(l, i), l))
		}
		return r
	}
}

func lanes2(f func(x, y uint64, l ir.Lane) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, b, l := m.v[in.A], m.v[in.B], ir.LaneOf(in.Aux)
		for i := range lanesOf(in.Aux) {
			r.set(l, i, f(a.get(l, i), b.get(l, i), l))
		}
		return r
	}
}

// signed2 is lanes2 of signed numbers.
func signed2(f func(x, y int64, l ir.Lane) int64) opFunc {
	return lanes2(func(x, y uint64, l ir.Lane) uint64 {
		return uint64(f(signed(x, laneBits(l)), signed(y, laneBits(l)), l))
	})
}

// lanesImm is an operation of lanes and Imm.
func lanesImm(f func(x, imm uint64, l ir.Lane) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, l := m.v[in.A], ir.LaneOf(in.Aux)
		for i := range lanesOf(in.Aux) {
			r.set(l, i, f(a.get(l, i), in.Imm, l))
		}
		return r
	}
}

// compare is lanes2 of a predicate.
func compare(f func(x, y uint64, l ir.Lane) bool) opFunc {
	return lanes2(func(x, y uint64, l ir.Lane) uint64 { return allOnes(f(x, y, l)) })
}

func allOnes(b bool) uint64 {
	if b {
		return ^uint64(0)
	}
	return 0
}

// widening is an operation on the lanes of one half of the operands with
// results twice as wide.
func widening(f func(x, y uint64, l ir.Lane) value) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, b, l := m.v[in.A], m.v[in.B], ir.LaneOf(in.Aux)
		n := 8 >> l
		first := firstLane(in, n)
		if in.Aux&ir.VOne != 0 {
			n = 1
		}
		if l == ir.D {
			return f(a.get(l, first), b.get(l, first), l)
		}
		for i := range n {
			r.set(l+1, i, f(a.get(l, first+i), b.get(l, first+i), l).lo)
		}
		return r
	}
}
