package interp

import (
	"axol/jit/fp"
	"axol/jit/ir"
)

// Scalar floating point.

func init() {
	register(map[ir.Op]opFunc{
		ir.OpFAdd:   float2(fp.Format.Add),
		ir.OpFSub:   float2(fp.Format.Sub),
		ir.OpFMul:   float2(fp.Format.Mul),
		ir.OpFDiv:   float2(fp.Format.Div),
		ir.OpFMulX:  float2(fp.Format.MulX),
		ir.OpFMin:   float2(fp.Format.Min),
		ir.OpFMax:   float2(fp.Format.Max),
		ir.OpFMinNM: float2(fp.Format.MinNM),
		ir.OpFMaxNM: float2(fp.Format.MaxNM),
		ir.OpFSqrt: func(m *Machine, in *ir.Inst) value {
			c, s := m.fpControl()
			x := formatOf(in.Type).Sqrt(m.v[in.A].lo, c, &s)
			m.fpDone(s)
			return value{lo: x}
		},
		ir.OpFMulAdd: func(m *Machine, in *ir.Inst) value {
			c, s := m.fpControl()
			x := formatOf(in.Type).MulAdd(m.v[in.A].lo, m.v[in.B].lo, m.v[in.C].lo, c, &s)
			m.fpDone(s)
			return value{lo: x}
		},
		ir.OpFNeg:   func(m *Machine, in *ir.Inst) value { return value{lo: formatOf(in.Type).Neg(m.v[in.A].lo)} },
		ir.OpFAbs:   func(m *Machine, in *ir.Inst) value { return value{lo: formatOf(in.Type).Abs(m.v[in.A].lo)} },
		ir.OpFCvt:   floatConvert,
		ir.OpFToI:   floatToInt,
		ir.OpIToF:   intToFloat,
		ir.OpFRint:  floatRint,
		ir.OpFRintN: floatRintN,
		ir.OpFJcvt: func(m *Machine, in *ir.Inst) value {
			c, s := m.fpControl()
			x, exact := fp.ToFixedJS(m.v[in.A].lo, c, &s)
			m.fpDone(s)
			if exact {
				return value{lo: uint64(x) | 1<<32}
			}
			return value{lo: uint64(x)}
		},
		ir.OpBitsToF: func(m *Machine, in *ir.Inst) value { return value{lo: m.v[in.A].lo & floatMask(in.Type)} },
		ir.OpFToBits: func(m *Machine, in *ir.Inst) value { return m.v[in.A] },
		ir.OpVToF:    func(m *Machine, in *ir.Inst) value { return value{lo: m.v[in.A].lo & floatMask(in.Type)} },
		ir.OpFToV:    func(m *Machine, in *ir.Inst) value { return m.v[in.A] },
	})
}

// formatOf is the format of a floating-point type.
func formatOf(t ir.Type) fp.Format { return fp.Half + fp.Format(t-ir.F16) }

func floatMask(t ir.Type) uint64 { return ^uint64(0) >> (64 - t.Bits()) }

func float2(f func(fp.Format, uint64, uint64, fp.Control, *fp.Status) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) value {
		c, s := m.fpControl()
		x := f(formatOf(in.Type), m.v[in.A].lo, m.v[in.B].lo, c, &s)
		m.fpDone(s)
		return value{lo: x}
	}
}

// rounding is the mode that the low bits of an Aux name.
func rounding(aux uint8, c fp.Control) fp.Rounding {
	switch aux & 7 {
	case ir.RoundTieEven:
		return fp.RN
	case ir.RoundUp:
		return fp.RP
	case ir.RoundDown:
		return fp.RM
	case ir.RoundZero:
		return fp.RZ
	case ir.RoundTieAway:
		return fp.TiesAway
	default:
		return c.RMode
	}
}

func floatConvert(m *Machine, in *ir.Inst) value {
	c, s := m.fpControl()
	x := fp.Convert(m.v[in.A].lo, formatOf(ir.Type(in.Aux)), formatOf(in.Type), c.RMode, c, &s)
	m.fpDone(s)
	return value{lo: x}
}

func floatToInt(m *Machine, in *ir.Inst) value {
	c, s := m.fpControl()
	x := formatOf(ir.Type(in.Imm>>8)).ToFixed(m.v[in.A].lo, uint(in.Type.Bits()), int(in.Imm&255),
		in.Aux&ir.Unsigned != 0, rounding(in.Aux, c), c, &s)
	m.fpDone(s)
	return value{lo: x}
}

func intToFloat(m *Machine, in *ir.Inst) value {
	c, s := m.fpControl()
	x := formatOf(in.Type).FromFixed(m.v[in.A].lo, uint(ir.Type(in.Imm>>8).Bits()), int(in.Imm&255),
		in.Aux&ir.Unsigned != 0, c.RMode, c, &s)
	m.fpDone(s)
	return value{lo: x}
}

func floatRint(m *Machine, in *ir.Inst) value {
	c, s := m.fpControl()
	x := formatOf(in.Type).RoundInt(m.v[in.A].lo, rounding(in.Aux, c), in.Aux&ir.RoundExact != 0, c, &s)
	m.fpDone(s)
	return value{lo: x}
}

func floatRintN(m *Machine, in *ir.Inst) value {
	c, s := m.fpControl()
	x := formatOf(in.Type).RoundIntN(m.v[in.A].lo, uint(in.Imm), rounding(in.Aux, c), c, &s)
	m.fpDone(s)
	return value{lo: x}
}
