package interp

import "axol/jit/ir"

// Guest state: registers, flags and constants.

func init() {
	register(map[ir.Op]opFunc{
		ir.OpConst: func(_ *Machine, in *ir.Inst) value { return value{lo: in.Imm & maskOf(in.Type)} },
		ir.OpGetX:  func(m *Machine, in *ir.Inst) value { return value{lo: *m.x(in.Imm)} },
		ir.OpSetX:  func(m *Machine, in *ir.Inst) value { *m.x(in.Imm) = m.v[in.A].lo; return value{} },
		ir.OpGetV:  func(m *Machine, in *ir.Inst) value { v := &m.st.V[in.Imm]; return value{v[0], v[1]} },
		ir.OpSetV: func(m *Machine, in *ir.Inst) value {
			v := m.v[in.A]
			m.st.V[in.Imm] = [2]uint64{v.lo, v.hi}
			return value{}
		},
		ir.OpGetFlags: func(m *Machine, _ *ir.Inst) value { return value{lo: m.st.NZCV & nzcvMask} },
		ir.OpSetFlags: func(m *Machine, in *ir.Inst) value { m.st.NZCV = m.v[in.A].lo; return value{} },
		ir.OpGetSys:   func(m *Machine, in *ir.Inst) value { return value{lo: ReadSys(m.st, in.Imm)} },
		ir.OpSetSys:   func(m *Machine, in *ir.Inst) value { WriteSys(m.st, in.Imm, m.v[in.A].lo); return value{} },
	})
}

func (m *Machine) x(n uint64) *uint64 {
	if n == 31 {
		return &m.st.SP
	}
	return &m.st.X[n]
}

// maskOf is the bits that a value of an integer type has.
func maskOf(t ir.Type) uint64 {
	if t == ir.I32 {
		return 1<<32 - 1
	}
	return 1<<64 - 1
}
