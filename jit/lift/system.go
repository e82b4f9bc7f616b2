package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Exceptions, hints, barriers and system registers, as EL0 sees them.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpSvc: func(l *lifter) { l.Trap(ir.TrapSVC, l.pc+4, uint32(l.in.Imm16())) },
		a64.OpBrk: func(l *lifter) { l.Trap(ir.TrapBRK, l.pc, uint32(l.in.Imm16())) },

		a64.OpClrex:  func(l *lifter) { l.Emit(ir.Inst{Op: ir.OpClearEx}) },
		a64.OpDmb:    barrier,
		a64.OpDsb:    barrier,
		a64.OpDsbNxs: func(l *lifter) { l.fence(ir.FenceFull) },
		a64.OpIsb:    func(l *lifter) { l.fence(ir.FenceInst) },
		a64.OpSb:     func(l *lifter) { l.fence(ir.FenceInst) },

		a64.OpMsr: writeSysReg,
		a64.OpMrs: readSysReg,
		a64.OpSys: sysInstruction,
	})
	registerAll(wait, a64.OpYield, a64.OpWfe, a64.OpWfi)
	registerAll(nop, a64.OpNop, a64.OpHint, a64.OpSev, a64.OpSevl, a64.OpDgh, a64.OpEsb, a64.OpPsb, a64.OpTsb,
		a64.OpGcsb, a64.OpCsdb, a64.OpClrbhb, a64.OpBti)
	// Without FEAT_PAuth, which the ID registers do not show, these are hints that do nothing.
	registerAll(nop, a64.OpXpaclri, a64.OpPacia1716, a64.OpPacib1716, a64.OpAutia1716, a64.OpAutib1716,
		a64.OpPaciaz, a64.OpPaciasp, a64.OpPacibz, a64.OpPacibsp, a64.OpAutiaz, a64.OpAutiasp, a64.OpAutibz, a64.OpAutibsp)
	// Undefined at EL0 outside debug state.
	registerAll((*lifter).undefined, a64.OpUdf, a64.OpHvc, a64.OpSmc, a64.OpHlt, a64.OpDcps1, a64.OpDcps2, a64.OpDcps3,
		a64.OpEret, a64.OpDrps, a64.OpMsrImm, a64.OpSysl)
}

// registerAll enters one lifting function for several operations.
func registerAll(f liftFunc, ops ...a64.Op) {
	for _, op := range ops {
		register(map[a64.Op]liftFunc{op: f})
	}
}

func nop(*lifter) {}

// wait: a hint that lets others run. Its number is in CRm:op2.
func wait(l *lifter) { l.Trap(ir.TrapWait, l.pc+4, l.in.Field(11, 5)) }

func (l *lifter) fence(kind uint8) { l.Emit(ir.Inst{Op: ir.OpFence, Aux: kind}) }

// barrier: CRm<1:0> is the accesses ordered; 0 is SSBB and PSSBB for DSB and
// reserved for DMB, which then is a full barrier.
func barrier(l *lifter) {
	l.fence([...]uint8{ir.FenceFull, ir.FenceLoad, ir.FenceStore, ir.FenceFull}[l.in.Field(9, 8)])
}

// readableEL0 reports whether MRS of reg works at EL0.
func readableEL0(reg uint16) bool {
	switch reg {
	case ir.SysFPCR, ir.SysFPSR, ir.SysTPIDR, ir.SysTPIDRRO, ir.SysCTR, ir.SysDCZID,
		ir.SysCNTFRQ, ir.SysCNTPCT, ir.SysCNTVCT, ir.SysMIDR, ir.SysMPIDR, ir.SysREVIDR:
		return true
	}
	const aarch32ID = ir.SysIDFirst + 0x10 // CRm 0 has the three above, CRm 1 is AArch32's
	return reg >= aarch32ID && reg <= ir.SysIDLast
}

func readSysReg(l *lifter) {
	reg := l.in.SysReg()
	switch {
	case reg == ir.SysNZCV:
		l.setReg(ir.I64, l.in.Rt(), l.nzcv())
	case readableEL0(reg):
		l.setReg(ir.I64, l.in.Rt(), l.Emit(ir.Inst{Op: ir.OpGetSys, Type: ir.I64, Imm: uint64(reg)}))
	default:
		l.undefined()
	}
}

func writeSysReg(l *lifter) {
	v := l.reg(ir.I64, l.in.Rt())
	switch reg := l.in.SysReg(); reg {
	case ir.SysNZCV:
		l.setNZCV(v)
	case ir.SysFPSR, ir.SysTPIDR:
		l.Emit(ir.Inst{Op: ir.OpSetSys, A: v, Imm: uint64(reg)})
	case ir.SysFPCR:
		l.Emit(ir.Inst{Op: ir.OpSetSys, A: v, Imm: uint64(reg)})
		l.Trap(ir.TrapRegime, l.pc+4, 0)
	default:
		l.undefined()
	}
}

// The cache maintenance that EL0 may ask for, numbered as system registers are.
const (
	sysDCZVA   = 0x5ba1
	sysICIVAU  = 0x5ba9
	sysDCCVAC  = 0x5bd1
	sysDCCVAU  = 0x5bd9
	sysDCCVAP  = 0x5be1
	sysDCCIVAC = 0x5bf1
)

func sysInstruction(l *lifter) {
	addr := l.reg(ir.I64, l.in.Rt())
	switch l.in.SysReg() {
	case sysDCZVA:
		l.Emit(ir.Inst{Op: ir.OpZeroBlock, A: addr})
	case sysICIVAU:
		l.touch(addr)
		l.Emit(ir.Inst{Op: ir.OpTrap, Aux: uint8(ir.TrapICache), B: addr, Imm: l.pc + 4})
	case sysDCCVAC, sysDCCVAU, sysDCCVAP, sysDCCIVAC:
		l.touch(addr)
	default:
		l.undefined()
	}
}

// touch faults where maintenance by address would: caches are coherent here, so
// that is all it does.
func (l *lifter) touch(addr ir.Value) { l.Load(ir.I64, 0, addr, 0) }
