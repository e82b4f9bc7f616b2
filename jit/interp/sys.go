package interp

import (
	"math/rand/v2"
	"time"

	"axol/jit/ir"
)

// sysConstants are the system registers that never change. The ID registers
// show what Linux shows to EL0, for the features that are implemented.
var sysConstants = map[uint64]uint64{
	// 64-byte cache lines; IC IVAU and DC CVAU are needed (IDC = DIC = 0).
	ir.SysCTR: 1<<31 | 4<<24 | 4<<20 | 4<<16 | 3<<14 | 4, // L1Ip PIPT
	// DC ZVA zeroes 4<<4 bytes.
	ir.SysDCZID:  4,
	ir.SysCNTFRQ: counterHz,
	// Implementer 0 is for software; architecture 15 points to the ID registers.
	ir.SysMIDR:   0xf << 16,
	ir.SysMPIDR:  1 << 31,
	ir.SysREVIDR: 0,

	// ID_AA64PFR0_EL1: EL0 and EL1 AArch64; FP and AdvSIMD with half precision; DIT.
	0xC020: 1<<0 | 1<<4 | 1<<16 | 1<<20 | 1<<48,
	// ID_AA64PFR1_EL1: SSBS with MRS and MSR.
	0xC021: 2 << 4,
	// ID_AA64ISAR0_EL1: AES with PMULL, SHA1, SHA2 with SHA512, CRC32, atomics,
	// RDM, SHA3, SM3, SM4, DP, FHM, TS (FLAGM2), RNDR.
	0xC030: 2<<4 | 1<<8 | 2<<12 | 1<<16 | 2<<20 | 1<<28 | 1<<32 | 1<<36 | 1<<40 | 1<<44 | 1<<48 | 2<<52 | 1<<60,
	// ID_AA64ISAR1_EL1: DPB (with CVADP), API and GPI (a hash of our own), JSCVT, FCMA, LRCPC (with
	// LDAPUR), FRINTTS, SB, BF16, DGH, I8MM, XS.
	0xC031: 2<<0 | 1<<8 | 1<<12 | 1<<16 | 2<<20 | 1<<28 | 1<<32 | 1<<36 | 1<<44 | 1<<48 | 1<<52 | 1<<56,
	// ID_AA64ISAR2_EL1: WFxT (2: the WFET and WFIT of FEAT_WFxT), BC.
	0xC032: 2<<0 | 1<<20,
	// ID_AA64MMFR0_EL1: ECV, for CNTVCTSS.
	0xC038: 1 << 60,
}

const counterHz = 1_000_000_000

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
		return uint64(time.Since(counterStart)) // in nanoseconds, as counterHz says
	case ir.SysRNDR, ir.SysRNDRRS:
		return rand.Uint64()
	}
	if k, half, ok := ir.KeyOf(reg); ok {
		return st.Keys[k][half]
	}
	return sysConstants[reg]
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
	case ir.SysDIT:
		st.PSTATE = st.PSTATE&^ir.PSTATEDIT | v&ir.PSTATEDIT
	case ir.SysSSBS:
		st.PSTATE = st.PSTATE&^ir.PSTATESSBS | v&ir.PSTATESSBS
	}
}
