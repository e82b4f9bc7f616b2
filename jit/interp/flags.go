package interp

import (
	"axol/jit/fp"
	"axol/jit/ir"
)

// NZCV in bits 31:28.
const (
	flagN    = 1 << 31
	flagZ    = 1 << 30
	flagC    = 1 << 29
	flagV    = 1 << 28
	nzcvMask = flagN | flagZ | flagC | flagV
)

func init() {
	register(map[ir.Op]opFunc{
		ir.OpFlagsAdd: func(m *Machine, in *ir.Inst) value {
			return flagsOfSum(m.v[in.A].lo, m.v[in.B].lo, 0, ir.Type(in.Aux))
		},
		ir.OpFlagsSub: func(m *Machine, in *ir.Inst) value {
			return flagsOfSum(m.v[in.A].lo, ^m.v[in.B].lo, 1, ir.Type(in.Aux))
		},
		ir.OpFlagsAdc: func(m *Machine, in *ir.Inst) value {
			return flagsOfSum(m.v[in.A].lo, m.v[in.B].lo, m.carry(in.C), ir.Type(in.Aux))
		},
		ir.OpFlagsSbc: func(m *Machine, in *ir.Inst) value {
			return flagsOfSum(m.v[in.A].lo, ^m.v[in.B].lo, m.carry(in.C), ir.Type(in.Aux))
		},
		ir.OpFlagsLogic: func(m *Machine, in *ir.Inst) value {
			return value{lo: flagsNZ(m.v[in.A].lo, ir.Type(in.Aux))}
		},
		ir.OpFlagsFCmp: func(m *Machine, in *ir.Inst) value {
			return m.floatFlags(in, in.A, in.B, in.Imm&1 != 0)
		},
		ir.OpFlagsCCmpSub: func(m *Machine, in *ir.Inst) value {
			if !m.holds(uint8(in.Imm&15), in.A) {
				return value{lo: in.Imm >> 4 & 15 << 28}
			}
			return flagsOfSum(m.v[in.B].lo, ^m.v[in.C].lo, 1, ir.Type(in.Aux))
		},
		ir.OpFlagsCCmpAdd: func(m *Machine, in *ir.Inst) value {
			if !m.holds(uint8(in.Imm&15), in.A) {
				return value{lo: in.Imm >> 4 & 15 << 28}
			}
			return flagsOfSum(m.v[in.B].lo, m.v[in.C].lo, 0, ir.Type(in.Aux))
		},
		ir.OpFlagsCFCmp: func(m *Machine, in *ir.Inst) value {
			if !m.holds(uint8(in.Imm&15), in.A) {
				return value{lo: in.Imm >> 4 & 15 << 28}
			}
			return m.floatFlags(in, in.B, in.C, in.Imm>>8&1 != 0)
		},
		ir.OpFlagsOf: func(m *Machine, in *ir.Inst) value { return value{lo: m.v[in.A].lo & nzcvMask} },
		ir.OpNZCV:    func(m *Machine, in *ir.Inst) value { return m.v[in.A] },
		ir.OpSelect: func(m *Machine, in *ir.Inst) value {
			if m.holds(in.Aux, in.A) {
				return m.v[in.B]
			}
			return m.v[in.C]
		},
	})
}

func (m *Machine) holds(cond uint8, flags ir.Value) bool {
	return ir.Cond(cond).Holds(uint32(m.v[flags].lo))
}

// carry is the C of flags.
func (m *Machine) carry(flags ir.Value) uint64 { return m.v[flags].lo / flagC & 1 }

func flagsNZ(x uint64, t ir.Type) uint64 {
	x &= maskOf(t)
	if x == 0 {
		return flagZ
	}
	return x >> (t.Bits() - 1) << 31
}

// flagsOfSum is AddWithCarry's flags: of a + b + carry, in the type.
func flagsOfSum(a, b, carry uint64, t ir.Type) value {
	mask := maskOf(t)
	a, b = a&mask, b&mask
	sum := (a + b + carry) & mask
	f := flagsNZ(sum, t)
	if sum < a || sum == a && carry != 0 {
		f |= flagC
	}
	if (a^sum)&(b^sum)>>(t.Bits()-1) != 0 {
		f |= flagV
	}
	return value{lo: f}
}

func (m *Machine) floatFlags(in *ir.Inst, a, b ir.Value, signal bool) value {
	c, s := m.fpControl()
	nzcv := formatOf(ir.Type(in.Aux)).Compare(m.v[a].lo, m.v[b].lo, signal, c, &s)
	m.fpDone(s)
	return value{lo: uint64(nzcv) << 28}
}

func (m *Machine) fpControl() (fp.Control, fp.Status) {
	return fp.ControlOf(m.st.FPCR), fp.Status(m.st.FPSR)
}

func (m *Machine) fpDone(s fp.Status) { m.st.FPSR = uint32(s) }
