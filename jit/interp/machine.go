package interp

import (
	"runtime/debug"
	"sync/atomic"

	"axol/jit/ir"
)

// Machine runs units for one vCPU. It keeps its memory from one unit to the
// next.
type Machine struct {
	// Hook is called for OpHook, with State.PC at the hook's guest address. It
	// may change the whole guest state; when PC changes, the unit is left.
	Hook func(st *ir.State, number uint64)
	// Leave, set by Hook, has the unit left all the same, with State.PC as it is.
	Leave bool
	// Lift makes a unit of one instruction, for OpHelper.
	Lift func(u *ir.Unit, pc uint64, word uint32)

	u    *ir.Unit
	st   *ir.State
	v    []value // by the Value that names it
	pc   uint64  // of the guest instruction that is running
	cur  *ir.Block
	done int32 // guest instructions of cur begun
	next int   // which successor of the block comes next
	kind ir.ExitKind
	left bool // the unit is left: kind, and State, say how

	access access // what is being done to guest memory
	helper *helper
}

// value is a value of any type: integers and floats are in lo with zeros
// above, NZCV is in bits 31:28 of lo.
type value struct{ lo, hi uint64 }

// opFunc evaluates one operation.
type opFunc func(m *Machine, in *ir.Inst) value

// table has the function of each operation. The files of this package fill it.
var table [ir.NumOps]opFunc

func register(ops map[ir.Op]opFunc) {
	for op, f := range ops {
		if table[op] != nil {
			panic("interp: two functions for " + op.String())
		}
		table[op] = f
	}
}

// Run runs u from its first block until it is left, and says why.
func (m *Machine) Run(u *ir.Unit, st *ir.State) (kind ir.ExitKind) {
	old := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(old)
	defer m.catchFault(&kind)
	m.access = access{}
	m.run(u, st, false)
	return m.kind
}

// run is Run without protection. A helper's instruction belongs to the unit
// that calls it: it takes nothing off the budget.
func (m *Machine) run(u *ir.Unit, st *ir.State, isHelper bool) {
	m.u, m.st, m.left = u, st, false
	if len(m.v) < len(u.Insts) {
		m.v = make([]value, len(u.Insts)*2)
	}
	for id := ir.BlockID(0); ; {
		b := &u.Blocks[id]
		if !isHelper {
			if st.Budget < int64(b.Insns) || atomic.LoadUint32(&st.Kicked) != 0 {
				st.PC = b.PC
				m.leave(ir.ExitBudget)
				break
			}
			st.Budget -= int64(b.Insns)
		}
		m.cur, m.done = b, 0
		m.block(b)
		if m.left {
			break
		}
		id = b.Succ[m.next]
	}
	st.ExitKind = uint64(m.kind)
}

func (m *Machine) block(b *ir.Block) {
	insts, v := m.u.Insts, m.v
	for i := b.First; i < b.Last; i++ {
		in := &insts[i]
		v[i] = table[in.Op](m, in)
		if m.left {
			return
		}
	}
}

// Ahead is how many instructions of the current block were paid for and have not run.
func (m *Machine) Ahead() int64 { return int64(m.cur.Insns - m.done) }

// leave ends the unit; State.PC must be right.
func (m *Machine) leave(kind ir.ExitKind) {
	m.kind, m.left = kind, true
}

// leaveEarly ends the unit in the middle of the current block, after running
// the first n instructions of it; the block has paid for all.
func (m *Machine) leaveEarly(kind ir.ExitKind, n int32) {
	m.st.Budget += int64(m.cur.Insns - n)
	m.leave(kind)
}
