package amd64

import "axol/jit/ir"

// System registers that are fields of ir.State, and FPSR, part of which is the host's.

func init() {
	emitters[ir.OpGetSys] = emitter{emitGetSys, func(_ *Compiler, in *ir.Inst) bool {
		switch in.Imm {
		case ir.SysTPIDR, ir.SysTPIDRRO, ir.SysFPCR, ir.SysFPSR:
			return true
		}
		return false
	}}
	emitters[ir.OpSetSys] = emitter{emitSetSys, func(_ *Compiler, in *ir.Inst) bool {
		return in.Imm == ir.SysTPIDR || in.Imm == ir.SysFPSR
	}}
}

func emitGetSys(c *Compiler, v ir.Value, in *ir.Inst) {
	switch in.Imm {
	case ir.SysTPIDR:
		c.load(true, c.out(v), st(ir.OffTPIDR))
	case ir.SysTPIDRRO:
		c.load(true, c.out(v), st(ir.OffTPIDRRO))
	case ir.SysFPCR:
		c.load(false, c.out(v), st(ir.OffFPCR))
	default:
		c.readFPSR(v)
	}
}

// readFPSR adds the host's sticky exceptions. amd64 has them as invalid, denormal, zero divide, overflow,
// underflow, inexact; Arm as invalid, zero divide, overflow, underflow, inexact.
func (c *Compiler) readFPSR(v ir.Value) {
	c.killFlags()
	dst := c.out(v)
	c.stmxcsr(host(tempOff))
	c.load(false, scratch, host(tempOff))
	c.movRR(false, dst, scratch)
	c.shiftImm(shShr, false, dst, 1)
	c.aluRI(aluAnd, false, dst, 0x1E)
	c.aluRI(aluAnd, false, scratch, 1)
	c.aluRR(aluOr, false, dst, scratch)
	c.aluRM(aluOr, false, dst, st(ir.OffFPSR))
}

func emitSetSys(c *Compiler, _ ir.Value, in *ir.Inst) {
	if in.Imm == ir.SysTPIDR {
		c.store(true, st(ir.OffTPIDR), c.take(in.A))
		return
	}
	c.killFlags()
	c.movRR(false, scratch, c.take(in.A))
	c.aluRI(aluAnd, false, scratch, fpsrWritable)
	c.store(false, st(ir.OffFPSR), scratch)
	c.stmxcsr(host(tempOff))
	c.aluMI(aluAnd, false, host(tempOff), ^mxcsrSticky)
	c.ldmxcsr(host(tempOff))
}

const (
	fpsrWritable = ^0x07FFFF60 // N, Z, C, V, QC, IDC, and the five exceptions
	mxcsrSticky  = 0x3F
)
