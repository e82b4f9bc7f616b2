package ir

// SysConstants are the system registers that never change. The ID registers
// show what Linux shows to EL0, for the features that are implemented.
var SysConstants = map[uint64]uint64{
	// 64-byte cache lines; IC IVAU and DC CVAU are needed (IDC = DIC = 0).
	SysCTR: 1<<31 | 4<<24 | 4<<20 | 4<<16 | 3<<14 | 4, // L1Ip PIPT
	// DC ZVA zeroes 4<<4 bytes.
	SysDCZID:  4,
	SysCNTFRQ: 1_000_000_000,
	// Implementer 0 is for software; architecture 15 points to the ID registers.
	SysMIDR:   0xf << 16,
	SysMPIDR:  1 << 31,
	SysREVIDR: 0,

	// ID_AA64PFR0_EL1: EL0 and EL1 AArch64; FP and AdvSIMD with half precision; DIT.
	0xC020: 1<<0 | 1<<4 | 1<<16 | 1<<20 | 1<<48,
	// ID_AA64PFR1_EL1: BT; SSBS with MRS and MSR.
	0xC021: 1<<0 | 2<<4,
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
