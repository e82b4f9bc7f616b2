package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// lifter is what a lifting function works with: the builder, the instruction, and
// ways to end a block. One function lifts one line of the a64 table.
type lifter struct {
	ir.Builder
	in a64.Inst
	pc uint64

	shared  bool                 // as in Options
	types   bool                 //
	guarded func(pc uint64) bool //
	blocks  blockMap
	scan    scan
	calls   bool   // copies of functions may be made
	back    uint64 // where the function returns to that is being copied, 0: none is
}

// liftFunc lifts l.in at l.pc.
type liftFunc func(l *lifter)

// funcs is the dispatch table. Files of this package fill it in their init.
var funcs [a64.NumOps]liftFunc

// register enters lifting functions. Two for one Op is a mistake in this package.
func register(m map[a64.Op]liftFunc) {
	for op, f := range m {
		if funcs[op] != nil {
			panic("lift: " + op.Info().Name + " has two lifting functions")
		}
		funcs[op] = f
	}
}

// Supported reports whether there is a lifting function for op.
func Supported(op a64.Op) bool { return funcs[op] != nil }

// undefined ends the block: the word is unallocated, or not supported.
func (l *lifter) undefined() { l.Trap(ir.TrapUndefined, l.pc, l.in.Word) }

// jump ends the block with a direct branch.
func (l *lifter) jump(target uint64) { l.Builder.Jump(l.blockFor(target)) }

// branch ends the block with a conditional branch, which falls through to the next instruction.
func (l *lifter) branch(in ir.Inst, target uint64) {
	taken := l.blockFor(target)
	l.Builder.Branch(in, taken, l.blockFor(l.pc+4))
}

// ended reports whether the current block has its terminator.
func (l *lifter) ended() bool {
	b := l.Block()
	return b.Last > b.First && l.U.Insts[b.Last-1].Op.Info().Effect&ir.Ends != 0
}

// insn lifts one instruction.
func (l *lifter) insn() {
	if f := funcs[l.in.Op]; f != nil {
		f(l)
	} else {
		l.undefined()
	}
}
