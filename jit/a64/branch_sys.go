package a64

// Operations of the section Branches, exception generation and system.
const (

	// Conditional branch
	OpBCond Op = iota + endDataProcImm
	OpBcCond
	OpRetaasppc

	// Exception generation
	OpSvc
	OpHvc
	OpSmc
	OpBrk
	OpHlt
	OpTcancel
	OpDcps1
	OpDcps2
	OpDcps3

	// System with register argument
	OpWfet
	OpWfit

	// Hints
	OpNop
	OpYield
	OpWfe
	OpWfi
	OpSev
	OpSevl
	OpDgh
	OpXpaclri
	OpPacia1716
	OpPacib1716
	OpAutia1716
	OpAutib1716
	OpEsb
	OpPsb
	OpTsb
	OpGcsb
	OpCsdb
	OpClrbhb
	OpPaciaz
	OpPaciasp
	OpPacibz
	OpPacibsp
	OpAutiaz
	OpAutiasp
	OpAutibz
	OpAutibsp
	OpBti
	OpHint

	// Barriers
	OpClrex
	OpDsb
	OpDsbNxs
	OpDmb
	OpIsb
	OpSb
	OpTcommit

	// PSTATE
	OpCfinv
	OpXaflag
	OpAxflag
	OpMsrImm

	// System registers and instructions
	OpSys
	OpSysl
	OpMsr
	OpMrs
	OpTstart
	OpTtest
	OpSysp
	OpMsrr
	OpMrrs

	// Unconditional branch, register
	OpBr
	OpBraaz
	OpBraa
	OpBlr
	OpBlraaz
	OpBlraa
	OpRet
	OpRetaa
	OpEret
	OpEretaa
	OpDrps

	// Unconditional branch, immediate
	OpB
	OpBl

	// Compare and branch, test and branch
	OpCbz
	OpCbnz
	OpTbz
	OpTbnz

	endBranchSys
)

var branchSys = []Line{

	// Conditional branch
	{Op: OpBCond, Name: "b.cond", Pattern: "0101010 0 imm19 0 cond:4"},
	{Op: OpBcCond, Name: "bc.cond", Pattern: "0101010 0 imm19 1 cond:4", Feature: HBC},
	{Op: OpRetaasppc, Name: "retaasppc", Pattern: "0101010 1 00 M imm16 11111", Feature: PAuthLR, Unsupported: true},

	// Exception generation
	{Op: OpSvc, Name: "svc", Pattern: "11010100 000 imm16 000 01"},
	{Op: OpHvc, Name: "hvc", Pattern: "11010100 000 imm16 000 10"},
	{Op: OpSmc, Name: "smc", Pattern: "11010100 000 imm16 000 11"},
	{Op: OpBrk, Name: "brk", Pattern: "11010100 001 imm16 000 00"},
	{Op: OpHlt, Name: "hlt", Pattern: "11010100 010 imm16 000 00"},
	{Op: OpTcancel, Name: "tcancel", Pattern: "11010100 011 imm16 000 00", Feature: TME, Unsupported: true},
	{Op: OpDcps1, Name: "dcps1", Pattern: "11010100 101 imm16 000 01"},
	{Op: OpDcps2, Name: "dcps2", Pattern: "11010100 101 imm16 000 10"},
	{Op: OpDcps3, Name: "dcps3", Pattern: "11010100 101 imm16 000 11"},

	// System with register argument
	{Op: OpWfet, Name: "wfet", Pattern: "11010101000000110001 0000 000 Rd", Feature: WFxT},
	{Op: OpWfit, Name: "wfit", Pattern: "11010101000000110001 0000 001 Rd", Feature: WFxT},

	// Hints
	{Op: OpNop, Name: "nop", Pattern: "11010101000000110010 0000 000 11111"},
	{Op: OpYield, Name: "yield", Pattern: "11010101000000110010 0000 001 11111"},
	{Op: OpWfe, Name: "wfe", Pattern: "11010101000000110010 0000 010 11111"},
	{Op: OpWfi, Name: "wfi", Pattern: "11010101000000110010 0000 011 11111"},
	{Op: OpSev, Name: "sev", Pattern: "11010101000000110010 0000 100 11111"},
	{Op: OpSevl, Name: "sevl", Pattern: "11010101000000110010 0000 101 11111"},
	{Op: OpDgh, Name: "dgh", Pattern: "11010101000000110010 0000 110 11111", Feature: DGH},
	{Op: OpXpaclri, Name: "xpaclri", Pattern: "11010101000000110010 0000 111 11111", Feature: PAuth},
	{Op: OpPacia1716, Name: "pacia1716", Pattern: "11010101000000110010 0001 000 11111", Feature: PAuth},
	{Op: OpPacib1716, Name: "pacib1716", Pattern: "11010101000000110010 0001 010 11111", Feature: PAuth},
	{Op: OpAutia1716, Name: "autia1716", Pattern: "11010101000000110010 0001 100 11111", Feature: PAuth},
	{Op: OpAutib1716, Name: "autib1716", Pattern: "11010101000000110010 0001 110 11111", Feature: PAuth},
	{Op: OpEsb, Name: "esb", Pattern: "11010101000000110010 0010 000 11111", Feature: RAS},
	{Op: OpPsb, Name: "psb", Pattern: "11010101000000110010 0010 001 11111", Feature: SPE},
	{Op: OpTsb, Name: "tsb", Pattern: "11010101000000110010 0010 010 11111", Feature: TRF},
	{Op: OpGcsb, Name: "gcsb", Pattern: "11010101000000110010 0010 011 11111", Feature: GCS},
	{Op: OpCsdb, Name: "csdb", Pattern: "11010101000000110010 0010 100 11111", Feature: CSDB},
	{Op: OpClrbhb, Name: "clrbhb", Pattern: "11010101000000110010 0010 110 11111", Feature: CLRBHB},
	{Op: OpPaciaz, Name: "paciaz", Pattern: "11010101000000110010 0011 000 11111", Feature: PAuth},
	{Op: OpPaciasp, Name: "paciasp", Pattern: "11010101000000110010 0011 001 11111", Feature: PAuth},
	{Op: OpPacibz, Name: "pacibz", Pattern: "11010101000000110010 0011 010 11111", Feature: PAuth},
	{Op: OpPacibsp, Name: "pacibsp", Pattern: "11010101000000110010 0011 011 11111", Feature: PAuth},
	{Op: OpAutiaz, Name: "autiaz", Pattern: "11010101000000110010 0011 100 11111", Feature: PAuth},
	{Op: OpAutiasp, Name: "autiasp", Pattern: "11010101000000110010 0011 101 11111", Feature: PAuth},
	{Op: OpAutibz, Name: "autibz", Pattern: "11010101000000110010 0011 110 11111", Feature: PAuth},
	{Op: OpAutibsp, Name: "autibsp", Pattern: "11010101000000110010 0011 111 11111", Feature: PAuth},
	{Op: OpBti, Name: "bti", Pattern: "11010101000000110010 0100 targets:2 0 11111", Feature: BTI},
	{Op: OpHint, Name: "hint", Pattern: "11010101000000110010 CRm:4 op2:3 11111", Fallback: true},

	// Barriers
	{Op: OpClrex, Name: "clrex", Pattern: "11010101000000110011 CRm:4 010 11111"},
	{Op: OpDsb, Name: "dsb", Pattern: "11010101000000110011 CRm:4 100 11111"},
	{Op: OpDsbNxs, Name: "dsb", Pattern: "11010101000000110011 CRm:2 10 001 11111", Feature: XS},
	{Op: OpDmb, Name: "dmb", Pattern: "11010101000000110011 CRm:4 101 11111"},
	{Op: OpIsb, Name: "isb", Pattern: "11010101000000110011 CRm:4 110 11111"},
	{Op: OpSb, Name: "sb", Pattern: "11010101000000110011 xxxx 111 11111", Feature: SB},
	{Op: OpTcommit, Name: "tcommit", Pattern: "11010101000000110011 0000 011 11111", Feature: TME, Unsupported: true},

	// PSTATE
	{Op: OpCfinv, Name: "cfinv", Pattern: "1101010100000 000 0100 xxxx 000 11111", Feature: FlagM},
	{Op: OpXaflag, Name: "xaflag", Pattern: "1101010100000 000 0100 xxxx 001 11111", Feature: FlagM2},
	{Op: OpAxflag, Name: "axflag", Pattern: "1101010100000 000 0100 xxxx 010 11111", Feature: FlagM2},
	{Op: OpMsrImm, Name: "msr", Pattern: "1101010100000 op1:3 0100 CRm:4 op2:3 11111", when: pstateField},

	// System registers and instructions
	{Op: OpSys, Name: "sys", Pattern: "1101010100 001 op1:3 CRn:4 CRm:4 op2:3 Rt"},
	{Op: OpSysl, Name: "sysl", Pattern: "1101010100 101 op1:3 CRn:4 CRm:4 op2:3 Rt"},
	{Op: OpMsr, Name: "msr", Pattern: "1101010100 01 o0 op1:3 CRn:4 CRm:4 op2:3 Rt"},
	{Op: OpMrs, Name: "mrs", Pattern: "1101010100 11 o0 op1:3 CRn:4 CRm:4 op2:3 Rt"},
	{Op: OpTstart, Name: "tstart", Pattern: "1101010100 100 011 0011 0000 011 Rt", Feature: TME, Unsupported: true},
	{Op: OpTtest, Name: "ttest", Pattern: "1101010100 100 011 0011 0001 011 Rt", Feature: TME, Unsupported: true},
	{Op: OpSysp, Name: "sysp", Pattern: "1101010101 001 op1:3 CRn:4 CRm:4 op2:3 Rt", Feature: D128, Unsupported: true},
	{Op: OpMsrr, Name: "msrr", Pattern: "1101010101 01 o0 op1:3 CRn:4 CRm:4 op2:3 Rt", Feature: D128, Unsupported: true},
	{Op: OpMrrs, Name: "mrrs", Pattern: "1101010101 11 o0 op1:3 CRn:4 CRm:4 op2:3 Rt", Feature: D128, Unsupported: true},

	// Unconditional branch, register
	{Op: OpBr, Name: "br", Pattern: "1101011 0000 11111 000000 Rn 00000"},
	{Op: OpBraaz, Name: "braaz", Pattern: "1101011 0000 11111 00001 M Rn 11111", Feature: PAuth},
	{Op: OpBraa, Name: "braa", Pattern: "1101011 1000 11111 00001 M Rn Rm", Feature: PAuth},
	{Op: OpBlr, Name: "blr", Pattern: "1101011 0001 11111 000000 Rn 00000"},
	{Op: OpBlraaz, Name: "blraaz", Pattern: "1101011 0001 11111 00001 M Rn 11111", Feature: PAuth},
	{Op: OpBlraa, Name: "blraa", Pattern: "1101011 1001 11111 00001 M Rn Rm", Feature: PAuth},
	{Op: OpRet, Name: "ret", Pattern: "1101011 0010 11111 000000 Rn 00000"},
	{Op: OpRetaa, Name: "retaa", Pattern: "1101011 0010 11111 00001 M 11111 11111", Feature: PAuth},
	{Op: OpEret, Name: "eret", Pattern: "1101011 0100 11111 000000 11111 00000"},
	{Op: OpEretaa, Name: "eretaa", Pattern: "1101011 0100 11111 00001 M 11111 11111", Feature: PAuth},
	{Op: OpDrps, Name: "drps", Pattern: "1101011 0101 11111 000000 11111 00000"},

	// Unconditional branch, immediate
	{Op: OpB, Name: "b", Pattern: "0 00101 imm26"},
	{Op: OpBl, Name: "bl", Pattern: "1 00101 imm26"},

	// Compare and branch, test and branch
	{Op: OpCbz, Name: "cbz", Pattern: "sf 011010 0 imm19 Rt"},
	{Op: OpCbnz, Name: "cbnz", Pattern: "sf 011010 1 imm19 Rt"},
	{Op: OpTbz, Name: "tbz", Pattern: "b5 011011 0 b40:5 imm14 Rt"},
	{Op: OpTbnz, Name: "tbnz", Pattern: "b5 011011 1 b40:5 imm14 Rt"},
}
