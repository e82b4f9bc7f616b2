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

	// ID_AA64PFR0_EL1: EL0 and EL1 AArch64; FP and AdvSIMD with half precision.
	0xC020: 1<<0 | 1<<4 | 1<<16 | 1<<20,
	// ID_AA64ISAR0_EL1: AES with PMULL, SHA1, SHA2 with SHA512, CRC32, atomics,
	// RDM, SHA3, SM3, SM4, DP, FHM, TS (FLAGM2).
	0xC030: 2<<4 | 1<<8 | 2<<12 | 1<<16 | 2<<20 | 1<<28 | 1<<32 | 1<<36 | 1<<40 | 1<<44 | 1<<48 | 2<<52,
	// ID_AA64ISAR1_EL1: DPB, JSCVT, FCMA, LRCPC (with LDAPUR), FRINTTS, SB, BF16, I8MM.
	0xC031: 1<<0 | 1<<12 | 1<<16 | 2<<20 | 1<<32 | 1<<36 | 1<<44 | 1<<52,
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
	case ir.SysCNTPCT, ir.SysCNTVCT, ir.SysCNTVCTSS:
		return uint64(time.Since(counterStart)) // in nanoseconds, as counterHz says
	case ir.SysRNDR, ir.SysRNDRRS:
		return rand.Uint64()
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
	}
}
