package interp

import "axol/jit/ir"

func init() {
	register(map[ir.Op]opFunc{
		ir.OpNop: func(*Machine, *ir.Inst) value { return value{} },
		ir.OpInsn: func(m *Machine, in *ir.Inst) value {
			m.pc = in.Imm
			m.done++
			return value{}
		},
		ir.OpJump:         func(m *Machine, _ *ir.Inst) value { return m.branch(true) },
		ir.OpBrCond:       func(m *Machine, in *ir.Inst) value { return m.branch(m.holds(in.Aux, in.A)) },
		ir.OpBrZero:       func(m *Machine, in *ir.Inst) value { return m.branch(m.v[in.A].lo == 0) },
		ir.OpBrNonZero:    func(m *Machine, in *ir.Inst) value { return m.branch(m.v[in.A].lo != 0) },
		ir.OpBrBitZero:    func(m *Machine, in *ir.Inst) value { return m.branch(m.v[in.A].lo>>in.Imm&1 == 0) },
		ir.OpBrBitSet:     func(m *Machine, in *ir.Inst) value { return m.branch(m.v[in.A].lo>>in.Imm&1 == 1) },
		ir.OpExit:         func(m *Machine, in *ir.Inst) value { return m.exit(in.Imm) },
		ir.OpExitIndirect: func(m *Machine, in *ir.Inst) value { return m.exit(m.v[in.A].lo) },
		ir.OpTrap:         trap,
		ir.OpCount:        count,
		ir.OpActions:      hook, // what actions do, the owner of the hook does in the same way
		ir.OpHook:         hook,
		ir.OpHelper:       callHelper,
	})
}

// count increments one of the vCPU's counters, which no one else writes.
func count(m *Machine, in *ir.Inst) value {
	*(*uint64)(pointer(uintptr(m.st.Counters + in.Imm*8)))++
	return value{}
}

// branch chooses the first successor if taken, else the second.
func (m *Machine) branch(taken bool) value {
	m.next = 1
	if taken {
		m.next = 0
	}
	return value{}
}

func (m *Machine) exit(pc uint64) value {
	m.st.PC = pc
	m.leave(ir.ExitNext)
	return value{}
}

func trap(m *Machine, in *ir.Inst) value {
	m.st.PC = in.Imm
	m.st.ExitArg = uint64(in.A)
	if in.B != 0 {
		m.st.ExitArg = m.v[in.B].lo
	}
	m.leave(ir.ExitTrap + ir.ExitKind(in.Aux))
	return value{}
}

func hook(m *Machine, in *ir.Inst) value {
	pc := m.hookPC(in)
	m.st.PC = pc
	m.Hook(m.st, in.Imm)
	if m.st.PC != pc || m.Leave {
		m.Leave = false
		m.leaveEarly(ir.ExitNext, m.done)
	}
	return value{}
}

// hookPC is the guest address of a hook: hooks stand before the instruction
// they belong to.
func (m *Machine) hookPC(in *ir.Inst) uint64 {
	found := false
	for i := m.cur.First; i < m.cur.Last; i++ {
		at := &m.u.Insts[i]
		found = found || at == in
		if found && at.Op == ir.OpInsn {
			return at.Imm
		}
	}
	return m.pc + 4
}

// helper is what an instruction run for OpHelper needs of its own, as it runs
// in the middle of another unit.
type helper struct {
	m Machine
	u ir.Unit
}

func callHelper(m *Machine, in *ir.Inst) value {
	if m.helper == nil {
		m.helper = new(helper)
	}
	h := m.helper
	h.m.Hook, h.m.Lift = m.Hook, m.Lift
	m.Lift(&h.u, in.Imm, uint32(in.A))
	h.m.run(&h.u, m.st, true)
	if h.m.kind != ir.ExitNext || m.st.PC != in.Imm+4 {
		m.leaveEarly(h.m.kind, m.done)
	}
	return value{}
}
