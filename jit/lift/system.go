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

		a64.OpMsr:    writeSysReg,
		a64.OpMsrImm: writeStatusField,
		a64.OpMrs:    readSysReg,
		a64.OpSys:    sysInstruction,
	})
	// A wait with a timeout, as any other, may end early (Arm ARM D1.6, "Wait For Event").
	registerAll(wait, a64.OpYield, a64.OpWfe, a64.OpWfi, a64.OpWfet, a64.OpWfit)
	registerAll(nop, a64.OpNop, a64.OpHint, a64.OpSev, a64.OpSevl, a64.OpDgh, a64.OpEsb, a64.OpPsb, a64.OpTsb,
		a64.OpGcsb, a64.OpCsdb, a64.OpClrbhb, a64.OpBti)
	// Undefined at EL0 outside debug state.
	registerAll((*lifter).undefined, a64.OpUdf, a64.OpHvc, a64.OpSmc, a64.OpHlt, a64.OpDcps1, a64.OpDcps2, a64.OpDcps3,
		a64.OpEret, a64.OpEretaa, a64.OpDrps, a64.OpSysl)
}

// registerAll enters one lifting function for several operations.
func registerAll(f liftFunc, ops ...a64.Op) {
	for _, op := range ops {
		register(map[a64.Op]liftFunc{op: f})
	}
}

func nop(*lifter) {}

// wait: a hint that lets others run.
func wait(l *lifter) { l.Trap(ir.TrapWait, l.pc+4, 0) }

func (l *lifter) fence(kind uint8) { l.Emit(ir.Inst{Op: ir.OpFence, Aux: kind}) }

// barrier: CRm<1:0> is the accesses ordered; 0 is SSBB and PSSBB for DSB and
// reserved for DMB, which then is a full barrier.
func barrier(l *lifter) {
	l.fence([...]uint8{ir.FenceFull, ir.FenceLoad, ir.FenceStore, ir.FenceFull}[l.in.Field(9, 8)])
}

// readableEL0 reports whether MRS of reg works at EL0, as Linux has it: the physical counter, the timers
// and the performance monitors are not for programs.
func readableEL0(reg uint16) bool {
	switch reg {
	case ir.SysFPCR, ir.SysFPSR, ir.SysTPIDR, ir.SysTPIDRRO, ir.SysDIT, ir.SysSSBS, ir.SysCTR, ir.SysDCZID,
		ir.SysCNTFRQ, ir.SysCNTVCT, ir.SysCNTVCTSS, ir.SysMIDR, ir.SysMPIDR, ir.SysREVIDR:
		return true
	}
	const aarch32ID = ir.SysIDFirst + 0x10 // CRm 0 has the three above, CRm 1 is AArch32's
	return reg >= aarch32ID && reg <= ir.SysIDLast
}

// Readable reports whether MRS of the register, numbered as in the instruction, works at EL0.
func Readable(reg uint16) bool { return readableEL0(reg) }

func readSysReg(l *lifter) {
	reg := l.in.SysReg()
	switch {
	case reg == ir.SysNZCV:
		l.setReg(ir.I64, l.in.Rt(), l.nzcv())
	case reg == ir.SysRNDR || reg == ir.SysRNDRRS:
		v := l.Emit(ir.Inst{Op: ir.OpGetSys, Type: ir.I64, Imm: uint64(reg)})
		l.setReg(ir.I64, l.in.Rt(), v)
		l.setNZCV(l.Const(ir.I64, 0)) // there was a number
	case readableEL0(reg):
		if v, ok := ir.SysConstants[uint64(reg)]; ok {
			l.setReg(ir.I64, l.in.Rt(), l.Const(ir.I64, v))
			return
		}
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
	case ir.SysFPSR, ir.SysTPIDR, ir.SysDIT, ir.SysSSBS:
		l.Emit(ir.Inst{Op: ir.OpSetSys, A: v, Imm: uint64(reg)})
	case ir.SysFPCR:
		l.Emit(ir.Inst{Op: ir.OpSetSys, A: v, Imm: uint64(reg)})
		l.Trap(ir.TrapRegime, l.pc+4, 0)
	default:
		l.undefined()
	}
}

// writeStatusField: of the fields that MSR (immediate) names, EL0 may write DIT and SSBS.
func writeStatusField(l *lifter) {
	on := uint64(l.in.Field(8, 8))
	switch l.in.Field(18, 16)<<3 | l.in.Field(7, 5) { // op1:op2
	case 031:
		l.Emit(ir.Inst{Op: ir.OpSetSys, A: l.Const(ir.I64, on*ir.PSTATESSBS), Imm: ir.SysSSBS})
	case 032:
		l.Emit(ir.Inst{Op: ir.OpSetSys, A: l.Const(ir.I64, on*ir.PSTATEDIT), Imm: ir.SysDIT})
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
	sysDCCVADP = 0x5be9
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
	case sysDCCVAC, sysDCCVAU, sysDCCVAP, sysDCCVADP, sysDCCIVAC:
		l.touch(addr)
	default:
		l.undefined()
	}
}

// touch faults where maintenance by address would: caches are coherent here, so
// that is all it does.
func (l *lifter) touch(addr ir.Value) { l.Load(ir.I64, 0, addr, 0) }
