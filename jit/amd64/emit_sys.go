package amd64

import "axol/jit/ir"

// System registers that are fields of ir.State, and FPSR, part of which is the host's.

func init() {
	emitters[ir.OpGetSys] = emitter{emitGetSys, func(_ *Compiler, in *ir.Inst) bool {
		switch in.Imm {
		case ir.SysTPIDR, ir.SysTPIDRRO, ir.SysFPCR, ir.SysFPSR, ir.SysDIT, ir.SysSSBS:
			return true
		}
		_, _, key := ir.KeyOf(in.Imm)
		return key
	}}
	emitters[ir.OpSetSys] = emitter{emitSetSys, func(_ *Compiler, in *ir.Inst) bool {
		switch in.Imm {
		case ir.SysTPIDR, ir.SysFPSR, ir.SysDIT, ir.SysSSBS, ir.SysBranch:
			return true
		}
		return false
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
	case ir.SysFPSR:
		c.readFPSR(v)
	case ir.SysDIT, ir.SysSSBS:
		c.killFlags()
		dst := c.out(v)
		c.load(false, dst, st(ir.OffPSTATE))
		c.aluRI(aluAnd, false, dst, pstateBit[in.Imm])
	default:
		k, half, _ := ir.KeyOf(in.Imm)
		c.load(true, c.out(v), st(ir.OffKeys+16*uintptr(k)+8*uintptr(half)))
	}
}

// pstateBit is where PSTATE has the field of a system register.
var pstateBit = map[uint64]int32{ir.SysDIT: ir.PSTATEDIT, ir.SysSSBS: ir.PSTATESSBS}

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
	switch in.Imm {
	case ir.SysTPIDR:
		c.store(true, st(ir.OffTPIDR), c.take(in.A))
	case ir.SysBranch:
		c.store(true, st(ir.OffBranch), c.take(in.A))
	case ir.SysFPSR:
		c.writeFPSR(in)
	default:
		bit := pstateBit[in.Imm]
		c.killFlags()
		c.movRR(false, scratch, c.take(in.A))
		c.aluRM(aluXor, false, scratch, st(ir.OffPSTATE))
		c.aluRI(aluAnd, false, scratch, bit)
		c.aluRM(aluXor, false, scratch, st(ir.OffPSTATE))
		c.store(false, st(ir.OffPSTATE), scratch)
	}
}

func (c *Compiler) writeFPSR(in *ir.Inst) {
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
