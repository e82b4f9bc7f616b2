package jit

import (
	"axol/jit/ir"
)

// Running one instruction, for software step (Arm ARM D2.11). It is a regime of its own: a
// unit of the one instruction, every way out of which says that the instruction has run.

// SetStep says whether the vCPU runs but one instruction, and Run then returns ExitStep, unless
// the instruction takes an exception itself. It holds until it is changed.
func (c *CPU) SetStep(on bool) { c.stepping = on }

// SetInner says whether the code that the vCPU runs next has Config.Inner in it instead of Before and
// After. It holds until it is changed.
func (c *CPU) SetInner(on bool) { c.inner = on }

// raise lifts the code at pc to u, as the regime wants it.
func (e *Engine) raise(u *ir.Unit, pc uint64, r regime, region bool) {
	src, opt := e.source, e.lopt
	opt.Region = opt.Region && region
	if r&stepped != 0 {
		opt.MaxInsns, opt.Region, opt.After = 1, false, nil
	}
	if r&inner != 0 {
		src.inner, opt.After = true, nil
	}
	e.lifter.Unit(u, pc, src, &opt)
	switch {
	case r&stepped != 0:
		endStepped(u)
	case r&inner != 0:
		endInner(u)
	}
	e.opt.Run(u)
}

// endInner keeps the unit's indirect branches off the jump cache.
func endInner(u *ir.Unit) {
	for i := range u.Insts {
		if in := &u.Insts[i]; in.Op == ir.OpExitIndirect {
			*in = ir.Inst{Op: ir.OpTrap, Aux: uint8(ir.TrapGoto), Imm: u.PC, B: in.A}
		}
	}
}

// endStepped makes the ways out of a unit of one instruction steps.
func endStepped(u *ir.Unit) {
	var exclusive ir.Value // ISS.EX
	for i := range u.Insts {
		switch in := &u.Insts[i]; in.Op {
		case ir.OpInsn:
			exclusive = isLoadExclusive(uint32(in.A))
		case ir.OpExit:
			*in = ir.Inst{Op: ir.OpTrap, Aux: uint8(ir.TrapStep), Imm: in.Imm, A: exclusive}
		case ir.OpExitIndirect:
			*in = ir.Inst{Op: ir.OpTrap, Aux: uint8(ir.TrapStepTo), Imm: u.PC, B: in.A}
		case ir.OpTrap:
			if t := ir.Trap(in.Aux); t == ir.TrapRegime || t == ir.TrapWait {
				*in = ir.Inst{Op: ir.OpTrap, Aux: uint8(ir.TrapStep), Imm: in.Imm}
			}
		}
	}
}

// isLoadExclusive is 1 for LDXR, LDAXR, LDXP and LDAXP of any size.
func isLoadExclusive(word uint32) ir.Value {
	if word&0x3fc00000 == 0x08400000 {
		return 1
	}
	return 0
}

// steppedOver makes an instruction that the interpreter has run alone a step, if it was to be one.
func (c *CPU) steppedOver(word uint32, ex Exit, done bool) (Exit, bool) {
	if done || !c.stepping {
		return ex, done
	}
	c.forgetBranch()
	c.State().PC = untag(c.State().PC)
	return Exit{Kind: ExitStep, Arg: uint64(isLoadExclusive(word))}, true
}
