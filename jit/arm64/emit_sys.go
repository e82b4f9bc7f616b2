package arm64

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Exceptions, hints and system registers.

func init() {
	register(alone, a64.OpSvc, a64.OpBrk, a64.OpUdf, a64.OpHvc, a64.OpSmc, a64.OpHlt, a64.OpDcps1, a64.OpDcps2, a64.OpDcps3,
		a64.OpEret, a64.OpEretaa, a64.OpDrps, a64.OpSysl, a64.OpUnallocated)
	register(alone, a64.OpYield, a64.OpWfe, a64.OpWfi, a64.OpWfet, a64.OpWfit)
	register(alone, a64.OpMsrImm) // DIT and SSBS are the guest's, not the host's
	register(nothing, a64.OpNop, a64.OpHint, a64.OpSev, a64.OpSevl, a64.OpDgh, a64.OpEsb, a64.OpPsb, a64.OpTsb, a64.OpGcsb,
		a64.OpClrbhb, a64.OpBti)
	register(readSystem, a64.OpMrs)
	register(writeSystem, a64.OpMsr)
	register(maintenance, a64.OpSys)
	// Pointer authentication goes by the guest's keys, which are not the host's: a guest that forks must find what it signed.
	register(alone, a64.OpXpaclri, a64.OpPacia1716, a64.OpPacib1716, a64.OpAutia1716, a64.OpAutib1716, a64.OpPaciaz, a64.OpPaciasp,
		a64.OpPacibz, a64.OpPacibsp, a64.OpAutiaz, a64.OpAutiasp, a64.OpAutibz, a64.OpAutibsp)
	for _, l := range a64.Table() {
		if l.Feature == a64.PAuth && emitters[l.Op] == nil {
			emitters[l.Op] = alone
		}
	}
}

// nothing is a hint. In a copy of code that is guarded, landing pads are none.
func nothing(r *Rewriter, pc uint64, _ a64.Inst) (uint64, bool) {
	r.put(nop)
	return pc + 4, true
}

// readSystem: NZCV, FPCR and FPSR are the guest's own while it runs; TPIDR_EL0 is the engine's; what never changes is
// a constant.
func readSystem(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	t := reg(in.Rt())
	switch sys := in.SysReg(); sys {
	case ir.SysNZCV, ir.SysFPCR, ir.SysFPSR:
		return plain(r, pc, in)
	case ir.SysTPIDR:
		if t == Temp || t == Kept || t == zr {
			return alone(r, pc, in)
		}
		r.put(mrs(Temp, sysTPIDR))
		r.core()
		r.put(ldr(kept(t), Temp, offState+ir.OffTPIDR))
		return pc + 4, true
	default:
		v, ok := r.opt.Constant(sys)
		if !ok || t == zr {
			return alone(r, pc, in)
		}
		r.borrow(in, func(word uint32) { r.literal(word&31, v) })
		return pc + 4, true
	}
}

func writeSystem(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	t := reg(in.Rt())
	switch in.SysReg() {
	case ir.SysNZCV:
		return plain(r, pc, in)
	case ir.SysTPIDR:
		if t == Temp || t == Kept {
			return alone(r, pc, in)
		}
		r.put(mrs(Temp, sysTPIDR))
		r.core()
		r.put(str(kept(t), Temp, offState+ir.OffTPIDR))
		return pc + 4, true
	}
	return alone(r, pc, in)
}

const sysDCZVA = 0x5ba1

// maintenance: DC ZVA is copied where it zeroes as much as it does for the guest. The rest is told to the engine, or
// does nothing but fault.
func maintenance(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	if in.SysReg() == sysDCZVA && r.feat.ZVA64 {
		return plain(r, pc, in)
	}
	return alone(r, pc, in)
}
