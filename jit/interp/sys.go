package interp

import (
	"math/rand/v2"
	"time"

	"axol/jit/ir"
)

var counterStart = time.Now()

// ReadSys is the value of a system register, zero for those that are not known.
func ReadSys(st *ir.State, reg uint64) uint64 {
	switch reg {
	case ir.SysNZCV:
		return st.NZCV
	case ir.SysFPCR:
		return uint64(st.FPCR)
	case ir.SysFPSR:
		return uint64(st.FPSR)
	case ir.SysTPIDR:
		return st.TPIDR
	case ir.SysTPIDRRO:
		return st.TPIDRRO
	case ir.SysDIT:
		return st.PSTATE & ir.PSTATEDIT
	case ir.SysSSBS:
		return st.PSTATE & ir.PSTATESSBS
	case ir.SysCNTVCT, ir.SysCNTVCTSS:
		return uint64(time.Since(counterStart)) // in nanoseconds, as CNTFRQ says
	case ir.SysRNDR, ir.SysRNDRRS:
		return rand.Uint64()
	}
	if k, half, ok := ir.KeyOf(reg); ok {
		return st.Keys[k][half]
	}
	return ir.SysConstants[reg]
}

// fpsrWritable are the bits of FPSR that AArch64 has.
const fpsrWritable = 0x0800009f | nzcvMask

// WriteSys writes a system register; those that are not known ignore it.
func WriteSys(st *ir.State, reg, v uint64) {
	switch reg {
	case ir.SysNZCV:
		st.NZCV = v & nzcvMask
	case ir.SysFPCR:
		st.FPCR = uint32(v) & ir.FPCRWritable
	case ir.SysFPSR:
		st.FPSR = uint32(v) & fpsrWritable
	case ir.SysTPIDR:
		st.TPIDR = v
	case ir.SysBranch:
		st.Branch = v
	case ir.SysDIT:
		st.PSTATE = st.PSTATE&^ir.PSTATEDIT | v&ir.PSTATEDIT
	case ir.SysSSBS:
		st.PSTATE = st.PSTATE&^ir.PSTATESSBS | v&ir.PSTATESSBS
	}
}
