package amd64

import (
	"unsafe"

	"axol/jit/ir"
)

func init() {
	for op, f := range map[ir.Op]func(*Compiler, ir.Value, *ir.Inst){
		ir.OpJump:         emitJump,
		ir.OpBrCond:       emitBrCond,
		ir.OpBrZero:       emitBrZero(ccE),
		ir.OpBrNonZero:    emitBrZero(ccNE),
		ir.OpBrBitZero:    emitBrBit(false),
		ir.OpBrBitSet:     emitBrBit(true),
		ir.OpExit:         emitExit,
		ir.OpExitIndirect: emitExitIndirect,
		ir.OpTrap:         emitTrap,
		ir.OpCount:        emitCount,
		ir.OpHook:         emitHook,
		ir.OpHelper:       emitHelper,
	} {
		emitters[op] = emitter{emit: f}
	}
}

func emitJump(c *Compiler, _ ir.Value, _ *ir.Inst) {
	c.fallTo(c.u.Blocks[c.cur].Succ[0], c.captureAll(), c.flagsAtEdge())
}

func emitBrCond(c *Compiler, _ ir.Value, in *ir.Inst) {
	s := c.u.Blocks[c.cur].Succ
	h := c.need(in.A, ir.Cond(in.Aux))
	c.drop(in.A)
	c.branch(h, s[0], s[1])
}

func emitBrZero(k cc) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, _ ir.Value, in *ir.Inst) {
		s := c.u.Blocks[c.cur].Succ
		w := wide(in)
		r := c.in(in.A)
		c.killFlags()
		c.testRR(w, r, r)
		c.drop(in.A)
		c.branch(hostCond{cc: k}, s[0], s[1])
	}
}

func emitBrBit(set bool) func(*Compiler, ir.Value, *ir.Inst) {
	return func(c *Compiler, _ ir.Value, in *ir.Inst) {
		s := c.u.Blocks[c.cur].Succ
		r := c.in(in.A)
		c.killFlags()
		var h hostCond
		switch {
		case in.Imm < 31:
			c.testRI(false, r, 1<<in.Imm)
			h.cc = ccNE
		default:
			c.btReg(true, r, uint8(in.Imm))
			h.cc = ccB
		}
		if !set {
			h.cc = h.cc.invert()
		}
		c.drop(in.A)
		c.branch(h, s[0], s[1])
	}
}

func emitExit(c *Compiler, _ ir.Value, in *ir.Inst) {
	c.exitTo(in.Imm, c.captureAll(), c.flagsAtEdge())
}

func emitExitIndirect(c *Compiler, _ ir.Value, in *ir.Inst) {
	r := c.in(in.A)
	locs := c.captureAll()
	for _, l := range locs {
		if l.Dirty && (l.Guest >= guestV || pinned>>l.Guest&1 == 0) {
			c.storeLoc(l)
		}
	}
	c.flushFlags()
	c.exitIndirect(c.leavePins(locs, r))
}

func emitTrap(c *Compiler, _ ir.Value, in *ir.Inst) {
	if in.B != 0 {
		c.store(true, st(ir.OffExitArg), c.in(in.B))
	} else {
		c.storeConst(st(ir.OffExitArg), uint64(in.A))
	}
	c.flushState(in.Imm)
	c.storeImm(true, st(ir.OffExitKind), int32(in.Aux))
	c.movImm(RAX, uint64(ExitTrap))
	c.jmpTo(c.stubs.exit - c.base)
}

// emitCount increments a counter of this vCPU, and leaves the flags alone where they are needed.
func emitCount(c *Compiler, _ ir.Value, in *ir.Inst) {
	m := at(RBP, countersOff+int32(in.Imm)*8)
	if c.ef == 0 {
		c.aluMI(aluAdd, true, m, 1)
		return
	}
	c.load(true, scratch, m)
	c.lea(true, scratch, at(scratch, 1))
	c.store(true, m, scratch)
}

// leave gives everything to Go and goes on behind it with nothing in registers. Its point
// is at the last byte of the jump, where no host instruction begins that could have one, too.
func (c *Compiler) leave(e Exit, arg, pc uint64, refund int32) {
	c.flushState(pc)
	c.storeConst(st(ir.OffExitArg), arg)
	c.killFlags()
	c.byte(0x48, 0x8D, 0x05) // lea rax, [rip + to behind the jump]
	at := c.Pos()
	c.u32(0)
	c.store(true, host(unsafe.Offsetof(Host{}.Resume)), RAX)
	c.movImm(RAX, uint64(e))
	c.jmpTo(c.stubs.exit - c.base)
	d := uint32(c.Pos() - at - 4)
	c.Buf[at], c.Buf[at+1], c.Buf[at+2], c.Buf[at+3] = byte(d), byte(d>>8), byte(d>>16), byte(d>>24)
	c.code.Points = append(c.code.Points, Point{PC: pc, Off: uint32(c.Pos() - 1), Refund: refund})
	c.forget()
	c.enterPins()
}

// forget drops all guest state from registers: somebody else may have changed it.
func (c *Compiler) forget() {
	for n := range c.guest {
		if v := c.guest[n]; v != 0 {
			c.guest[n] = 0
			c.vals[v].guest &^= 1 << n
			c.release(v)
		}
	}
	c.sums = c.sums[:0]
	if f := c.flags; f != 0 {
		c.flags, c.flagsDirty = 0, false
		c.vals[f].guest = 0
		c.release(f)
	}
}

// emitHook: the guest is between two instructions of the block.
func emitHook(c *Compiler, _ ir.Value, in *ir.Inst) {
	b := &c.u.Blocks[c.cur]
	next := c.insn + 1
	ahead := b.Insns - next
	c.leave(ExitHook, in.Imm|uint64(ahead)<<32, b.PC+4*uint64(next), ahead)
}

func emitHelper(c *Compiler, _ ir.Value, in *ir.Inst) {
	c.leave(ExitHelper, uint64(in.A), in.Imm, c.u.Blocks[c.cur].Insns-c.insn)
}
