package interp

import (
	"axol/jit/fp"
	"axol/jit/ir"
)

// Floating point by lane.

func init() {
	register(map[ir.Op]opFunc{
		ir.OpVFAdd:    vecFloat2(fp.Format.Add),
		ir.OpVFSub:    vecFloat2(fp.Format.Sub),
		ir.OpVFMul:    vecFloat2(fp.Format.Mul),
		ir.OpVFDiv:    vecFloat2(fp.Format.Div),
		ir.OpVFMulX:   vecFloat2(fp.Format.MulX),
		ir.OpVFMax:    vecFloat2(fp.Format.Max),
		ir.OpVFMin:    vecFloat2(fp.Format.Min),
		ir.OpVFMaxNM:  vecFloat2(fp.Format.MaxNM),
		ir.OpVFMinNM:  vecFloat2(fp.Format.MinNM),
		ir.OpVFRecpS:  vecFloat2(fp.Format.RecipStep),
		ir.OpVFRSqrtS: vecFloat2(fp.Format.RSqrtStep),
		ir.OpVFCmpEQ:  vecFloatCompare(fp.Format.CompareEQ),
		ir.OpVFCmpGE:  vecFloatCompare(fp.Format.CompareGE),
		ir.OpVFCmpGT:  vecFloatCompare(fp.Format.CompareGT),
		ir.OpVFSqrt:   vecFloat1(fp.Format.Sqrt),
		ir.OpVFRecpE:  vecFloat1(fp.Format.RecipEstimate),
		ir.OpVFRSqrtE: vecFloat1(fp.Format.RSqrtEstimate),
		ir.OpVFRecpX:  vecFloat1(fp.Format.RecpX),

		ir.OpVFRint: vecFloatImm(func(f fp.Format, x, imm uint64, c fp.Control, s *fp.Status) uint64 {
			return f.RoundInt(x, rounding(uint8(imm), c), imm&ir.RoundExact != 0, c, s)
		}),
		ir.OpVFRintN: vecFloatImm(func(f fp.Format, x, imm uint64, c fp.Control, s *fp.Status) uint64 {
			return f.RoundIntN(x, uint(imm&255), rounding(uint8(imm>>8), c), c, s)
		}),
		ir.OpVFToI: vecFloatImm(func(f fp.Format, x, imm uint64, c fp.Control, s *fp.Status) uint64 {
			how := uint8(imm >> 8)
			return f.ToFixed(x, f.Width(), int(imm&255), how&ir.Unsigned != 0, rounding(how, c), c, s)
		}),
		ir.OpVIToF: vecFloatImm(func(f fp.Format, x, imm uint64, c fp.Control, s *fp.Status) uint64 {
			return f.FromFixed(x, f.Width(), int(imm&255), imm>>8&uint64(ir.Unsigned) != 0, c.RMode, c, s)
		}),
		ir.OpVFMulAdd:  vecMulAdd,
		ir.OpVFMulAddL: vecMulAddLong,
		ir.OpVFCvtL:    vecFloatWiden,
		ir.OpVFCvtN:    vecFloatNarrow,
		ir.OpVBfCvtN:   vecBFNarrow,
		ir.OpVFCMla:    complexMulAdd,
		ir.OpVFCAdd:    complexAdd,
		ir.OpVBfDot:    bfDot,
		ir.OpVBfMmla:   bfMatMul,
	})
}

// laneFormat is the format that fills a lane.
func laneFormat(l ir.Lane) fp.Format { return fp.Half + fp.Format(l-ir.H) }

func vecFloat1(f func(fp.Format, uint64, fp.Control, *fp.Status) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, l := m.v[in.A], ir.LaneOf(in.Aux)
		c, s := m.fpControl()
		for i := range lanesOf(in.Aux) {
			r.set(l, i, f(laneFormat(l), a.get(l, i), c, &s))
		}
		m.fpDone(s)
		return r
	}
}

func vecFloatImm(f func(f fp.Format, x, imm uint64, c fp.Control, s *fp.Status) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, l := m.v[in.A], ir.LaneOf(in.Aux)
		c, s := m.fpControl()
		for i := range lanesOf(in.Aux) {
			r.set(l, i, f(laneFormat(l), a.get(l, i), in.Imm, c, &s))
		}
		m.fpDone(s)
		return r
	}
}

func vecFloat2(f func(fp.Format, uint64, uint64, fp.Control, *fp.Status) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, b, l := m.v[in.A], m.v[in.B], ir.LaneOf(in.Aux)
		c, s := m.fpControl()
		for i := range lanesOf(in.Aux) {
			r.set(l, i, f(laneFormat(l), a.get(l, i), b.get(l, i), c, &s))
		}
		m.fpDone(s)
		return r
	}
}

func vecFloatCompare(f func(fp.Format, uint64, uint64, fp.Control, *fp.Status) bool) opFunc {
	return vecFloat2(func(format fp.Format, x, y uint64, c fp.Control, s *fp.Status) uint64 {
		return allOnes(f(format, x, y, c, s))
	})
}

func vecMulAdd(m *Machine, in *ir.Inst) (r value) {
	a, x, y, l := m.v[in.A], m.v[in.B], m.v[in.C], ir.LaneOf(in.Aux)
	c, s := m.fpControl()
	for i := range lanesOf(in.Aux) {
		r.set(l, i, laneFormat(l).MulAdd(a.get(l, i), x.get(l, i), y.get(l, i), c, &s))
	}
	m.fpDone(s)
	return r
}

func vecMulAddLong(m *Machine, in *ir.Inst) (r value) {
	a, x, y := m.v[in.A], m.v[in.B], m.v[in.C]
	c, s := m.fpControl()
	n := lanesOf(in.Aux)
	first := firstLane(in, n)
	for i := range n {
		r.set(ir.S, i, fp.MulAddHalf(a.get(ir.S, i), x.get(ir.H, first+i), y.get(ir.H, first+i), c, &s))
	}
	m.fpDone(s)
	return r
}

func vecFloatWiden(m *Machine, in *ir.Inst) (r value) {
	a, l := m.v[in.A], ir.LaneOf(in.Aux)
	c, s := m.fpControl()
	n := 8 >> l
	first := firstLane(in, n)
	for i := range n {
		r.set(l+1, i, fp.Convert(a.get(l, first+i), laneFormat(l), laneFormat(l+1), c.RMode, c, &s))
	}
	m.fpDone(s)
	return r
}

func vecFloatNarrow(m *Machine, in *ir.Inst) (r value) {
	a, l := m.v[in.A], ir.LaneOf(in.Aux)
	c, s := m.fpControl()
	mode := c.RMode
	if in.Imm&1 != 0 {
		mode = fp.Odd
	}
	for i := range lanesOf(in.Aux) {
		r.set(l-1, i, fp.Convert(a.get(l, i), laneFormat(l), laneFormat(l-1), mode, c, &s))
	}
	m.fpDone(s)
	return r
}

func vecBFNarrow(m *Machine, in *ir.Inst) (r value) {
	a := m.v[in.A]
	c, s := m.fpControl()
	for i := range lanesOf(in.Aux) {
		r.set(ir.H, i, fp.ConvertBF(a.get(ir.S, i), c, &s))
	}
	m.fpDone(s)
	return r
}

// complexMulAdd is FCMLA: each rotation adds two of the four partial products
// of a complex multiplication.
func complexMulAdd(m *Machine, in *ir.Inst) (r value) {
	a, x, y, l := m.v[in.A], m.v[in.B], m.v[in.C], ir.LaneOf(in.Aux)
	c, s := m.fpControl()
	f := laneFormat(l)
	for i := 0; i < lanesOf(in.Aux); i += 2 {
		n, re, im := x.get(l, i), y.get(l, i), y.get(l, i+1)
		switch in.Imm {
		case 1:
			n, re, im = x.get(l, i+1), f.Neg(im), re
		case 2:
			re, im = f.Neg(re), f.Neg(im)
		case 3:
			n, re, im = x.get(l, i+1), im, f.Neg(re)
		}
		r.set(l, i, f.MulAdd(a.get(l, i), n, re, c, &s))
		r.set(l, i+1, f.MulAdd(a.get(l, i+1), n, im, c, &s))
	}
	m.fpDone(s)
	return r
}

// complexAdd is FCADD: the second operand is rotated by a quarter or three.
func complexAdd(m *Machine, in *ir.Inst) (r value) {
	x, y, l := m.v[in.A], m.v[in.B], ir.LaneOf(in.Aux)
	c, s := m.fpControl()
	f := laneFormat(l)
	for i := 0; i < lanesOf(in.Aux); i += 2 {
		re, im := f.Neg(y.get(l, i+1)), y.get(l, i)
		if in.Imm == 3 {
			re, im = y.get(l, i+1), f.Neg(y.get(l, i))
		}
		r.set(l, i, f.Add(x.get(l, i), re, c, &s))
		r.set(l, i+1, f.Add(x.get(l, i+1), im, c, &s))
	}
	m.fpDone(s)
	return r
}

func half(v value, i int) uint16 { return uint16(v.get(ir.H, i)) }

func bfDot(m *Machine, in *ir.Inst) (r value) {
	a, x, y := m.v[in.A], m.v[in.B], m.v[in.C]
	for i := range lanesOf(in.Aux) {
		r.set(ir.S, i, fp.BFDotAdd(a.get(ir.S, i), half(x, 2*i), half(x, 2*i+1), half(y, 2*i), half(y, 2*i+1)))
	}
	return r
}

func bfMatMul(m *Machine, in *ir.Inst) (r value) {
	a, x, y := m.v[in.A], m.v[in.B], m.v[in.C]
	var sum [4]uint32
	var left, right [8]uint16
	for i := range left {
		left[i], right[i] = half(x, i), half(y, i)
	}
	for i := range sum {
		sum[i] = uint32(a.get(ir.S, i))
	}
	for i, e := range fp.BFMatMulAdd(sum, left, right) {
		r.set(ir.S, i, uint64(e))
	}
	return r
}
