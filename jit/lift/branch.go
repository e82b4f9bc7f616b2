package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Branches.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpB:      func(l *lifter) { l.jump(l.target()) },
		a64.OpBl:     (*lifter).call,
		a64.OpBCond:  branchCond,
		a64.OpBcCond: branchCond,
		a64.OpCbz:    compareBranch(ir.OpBrZero),
		a64.OpCbnz:   compareBranch(ir.OpBrNonZero),
		a64.OpTbz:    testBranch(ir.OpBrBitZero),
		a64.OpTbnz:   testBranch(ir.OpBrBitSet),
		a64.OpBr:     func(l *lifter) { l.jumpTo(l.reg(ir.I64, l.in.Rn())) },
		a64.OpRet:    (*lifter).ret,
		a64.OpBlr: func(l *lifter) {
			target := l.reg(ir.I64, l.in.Rn()) // before X30 changes: it may be X30
			l.callTo(target)
		},
	})
}

// target is where a direct branch leads.
func (l *lifter) target() uint64 { return l.pc + uint64(l.in.BranchOffset()) }

// link writes the return address.
func (l *lifter) link() { l.SetX(30, l.Const(ir.I64, l.pc+4)) }

func branchCond(l *lifter) {
	c, always := l.cond()
	if always {
		l.jump(l.target())
		return
	}
	l.branch(ir.Inst{Op: ir.OpBrCond, Aux: uint8(c), A: l.GetFlags()}, l.target())
}

func compareBranch(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width()
		l.branch(ir.Inst{Op: op, Aux: uint8(t), A: l.reg(t, l.in.Rt())}, l.target())
	}
}

func testBranch(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := l.width() // the bit number's top bit is where sf is
		l.branch(ir.Inst{Op: op, Aux: uint8(t), A: l.reg(t, l.in.Rt()), Imm: uint64(l.in.TestBit())}, l.target())
	}
}
