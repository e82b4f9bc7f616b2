package a64

// Operations of the section Loads and stores, general-purpose registers.
const (

	// Memory tags
	OpStg Op = iota + endBranchSys
	OpStzg
	OpSt2g
	OpStz2g
	OpStzgm
	OpLdg
	OpStgm
	OpLdgm
	OpStgp

	// Exclusive and ordered
	OpStxr
	OpStlxr
	OpLdxr
	OpLdaxr
	OpStxp
	OpStlxp
	OpLdxp
	OpLdaxp
	OpStllr
	OpStlr
	OpLdlar
	OpLdar

	// Compare and swap
	OpCasp
	OpCas

	// Atomic memory operations
	OpLdadd
	OpLdclr
	OpLdeor
	OpLdset
	OpLdsmax
	OpLdsmin
	OpLdumax
	OpLdumin
	OpSwp
	OpLdapr
	OpSt64b
	OpLd64b
	OpSt64bv
	OpSt64bv0
	OpLse128
	OpRcw
	OpRcwPair
	OpRcwcas

	// Release consistent processor consistent, unscaled
	OpStlur
	OpLdapur
	OpLdapurs
	OpRcpc3Pair
	OpRcpc3Indexed

	// Memory copy and set
	OpCpy
	OpSet

	// Guarded control stack
	OpGcsstr

	// Literal
	OpLdrLit
	OpLdrswLit
	OpPrfmLit

	// Pairs
	OpStp
	OpLdp
	OpLdpsw
	OpStnp
	OpLdnp

	// Single register
	OpStrImm
	OpStrIndexed
	OpStrReg
	OpStrUnscaled
	OpStrUnpriv
	OpLdrImm
	OpLdrIndexed
	OpLdrReg
	OpLdrUnscaled
	OpLdrUnpriv
	OpLdrsImm
	OpLdrsIndexed
	OpLdrsReg
	OpLdrsUnscaled
	OpLdrsUnpriv

	// Prefetch
	OpPrfmImm
	OpPrfmReg
	OpPrfum

	// Pointer authentication
	OpLdraa

	endLoadStore
)

var loadStore = []Line{

	// Memory tags
	{Op: OpStg, Name: "stg", Pattern: "11011001 00 1 imm9 mode:2 Rn Rt", Feature: MTE, when: tagMode, Unsupported: true},
	{Op: OpStzg, Name: "stzg", Pattern: "11011001 01 1 imm9 mode:2 Rn Rt", Feature: MTE, when: tagMode, Unsupported: true},
	{Op: OpSt2g, Name: "st2g", Pattern: "11011001 10 1 imm9 mode:2 Rn Rt", Feature: MTE, when: tagMode, Unsupported: true},
	{Op: OpStz2g, Name: "stz2g", Pattern: "11011001 11 1 imm9 mode:2 Rn Rt", Feature: MTE, when: tagMode, Unsupported: true},
	{Op: OpStzgm, Name: "stzgm", Pattern: "11011001 00 1 000000000 00 Rn Rt", Feature: MTE, Unsupported: true},
	{Op: OpLdg, Name: "ldg", Pattern: "11011001 01 1 imm9 00 Rn Rt", Feature: MTE, Unsupported: true},
	{Op: OpStgm, Name: "stgm", Pattern: "11011001 10 1 000000000 00 Rn Rt", Feature: MTE, Unsupported: true},
	{Op: OpLdgm, Name: "ldgm", Pattern: "11011001 11 1 000000000 00 Rn Rt", Feature: MTE, Unsupported: true},
	{Op: OpStgp, Name: "stgp", Pattern: "01 1010 0 idx:2 0 imm7 Rt2 Rn Rt", Feature: MTE, when: pairIndexed, Unsupported: true},

	// Exclusive and ordered
	{Op: OpStxr, Name: "stxr", Pattern: "size:2 001000 000 Rs 0 xxxxx Rn Rt"},
	{Op: OpStlxr, Name: "stlxr", Pattern: "size:2 001000 000 Rs 1 xxxxx Rn Rt"},
	{Op: OpLdxr, Name: "ldxr", Pattern: "size:2 001000 010 xxxxx 0 xxxxx Rn Rt"},
	{Op: OpLdaxr, Name: "ldaxr", Pattern: "size:2 001000 010 xxxxx 1 xxxxx Rn Rt"},
	{Op: OpStxp, Name: "stxp", Pattern: "1 sz 001000 001 Rs 0 Rt2 Rn Rt"},
	{Op: OpStlxp, Name: "stlxp", Pattern: "1 sz 001000 001 Rs 1 Rt2 Rn Rt"},
	{Op: OpLdxp, Name: "ldxp", Pattern: "1 sz 001000 011 xxxxx 0 Rt2 Rn Rt"},
	{Op: OpLdaxp, Name: "ldaxp", Pattern: "1 sz 001000 011 xxxxx 1 Rt2 Rn Rt"},
	{Op: OpStllr, Name: "stllr", Pattern: "size:2 001000 100 xxxxx 0 xxxxx Rn Rt", Feature: LOR},
	{Op: OpStlr, Name: "stlr", Pattern: "size:2 001000 100 xxxxx 1 xxxxx Rn Rt"},
	{Op: OpLdlar, Name: "ldlar", Pattern: "size:2 001000 110 xxxxx 0 xxxxx Rn Rt", Feature: LOR},
	{Op: OpLdar, Name: "ldar", Pattern: "size:2 001000 110 xxxxx 1 xxxxx Rn Rt"},

	// Compare and swap
	{Op: OpCasp, Name: "casp", Pattern: "0 sz 001000 0 L 1 Rs o0 11111 Rn Rt", Feature: LSE, when: casPairEven},
	{Op: OpCas, Name: "cas", Pattern: "size:2 001000 1 L 1 Rs o0 11111 Rn Rt", Feature: LSE},

	// Atomic memory operations
	{Op: OpLdadd, Name: "ldadd", Pattern: "size:2 111000 A R 1 Rs 0 000 00 Rn Rt", Feature: LSE},
	{Op: OpLdclr, Name: "ldclr", Pattern: "size:2 111000 A R 1 Rs 0 001 00 Rn Rt", Feature: LSE},
	{Op: OpLdeor, Name: "ldeor", Pattern: "size:2 111000 A R 1 Rs 0 010 00 Rn Rt", Feature: LSE},
	{Op: OpLdset, Name: "ldset", Pattern: "size:2 111000 A R 1 Rs 0 011 00 Rn Rt", Feature: LSE},
	{Op: OpLdsmax, Name: "ldsmax", Pattern: "size:2 111000 A R 1 Rs 0 100 00 Rn Rt", Feature: LSE},
	{Op: OpLdsmin, Name: "ldsmin", Pattern: "size:2 111000 A R 1 Rs 0 101 00 Rn Rt", Feature: LSE},
	{Op: OpLdumax, Name: "ldumax", Pattern: "size:2 111000 A R 1 Rs 0 110 00 Rn Rt", Feature: LSE},
	{Op: OpLdumin, Name: "ldumin", Pattern: "size:2 111000 A R 1 Rs 0 111 00 Rn Rt", Feature: LSE},
	{Op: OpSwp, Name: "swp", Pattern: "size:2 111000 A R 1 Rs 1 000 00 Rn Rt", Feature: LSE},
	{Op: OpLdapr, Name: "ldapr", Pattern: "size:2 111000 101 xxxxx 1 100 00 Rn Rt", Feature: LRCPC},
	{Op: OpSt64b, Name: "st64b", Pattern: "11 111000 001 11111 1 001 00 Rn Rt", Feature: LS64, when: evenBelow24, Unsupported: true},
	{Op: OpLd64b, Name: "ld64b", Pattern: "11 111000 001 11111 1 101 00 Rn Rt", Feature: LS64, when: evenBelow24, Unsupported: true},
	{Op: OpSt64bv, Name: "st64bv", Pattern: "11 111000 001 Rs 1 011 00 Rn Rt", Feature: LS64, when: evenBelow24, Unsupported: true},
	{Op: OpSt64bv0, Name: "st64bv0", Pattern: "11 111000 001 Rs 1 010 00 Rn Rt", Feature: LS64, when: evenBelow24, Unsupported: true},
	{Op: OpLse128, Name: "ldclrp", Pattern: "00 011001 A R 1 Rt2 o3 opc:3 00 Rn Rt", Feature: LSE128, when: lse128Op, Unsupported: true},
	{Op: OpRcw, Name: "rcwclr", Pattern: "0 S 111000 A R 1 Rs 1 opc:3 00 Rn Rt", Feature: THE, when: rcwOp, Unsupported: true},
	{Op: OpRcwPair, Name: "rcwclrp", Pattern: "0 S 011001 A R 1 Rt2 1 opc:3 00 Rn Rt", Feature: THE, when: rcwOp, Unsupported: true},
	{Op: OpRcwcas, Name: "rcwcas", Pattern: "0 S 011001 A R 1 Rs 0000 1 pair Rn Rt", Feature: THE, Unsupported: true},

	// Release consistent processor consistent, unscaled
	{Op: OpStlur, Name: "stlur", Pattern: "size:2 011001 00 0 imm9 00 Rn Rt", Feature: LRCPC2},
	{Op: OpLdapur, Name: "ldapur", Pattern: "size:2 011001 01 0 imm9 00 Rn Rt", Feature: LRCPC2},
	{Op: OpLdapurs, Name: "ldapurs", Pattern: "size:2 011001 1 opc0 0 imm9 00 Rn Rt", Feature: LRCPC2, when: signedSize},
	{Op: OpRcpc3Pair, Name: "stilp", Pattern: "1 sz 011001 0 L 0 Rt2 000 mode 10 Rn Rt", Feature: LRCPC3, Unsupported: true},
	{Op: OpRcpc3Indexed, Name: "ldapr", Pattern: "1 sz 011001 1 L 0 00000 0000 10 Rn Rt", Feature: LRCPC3, Unsupported: true},

	// Memory copy and set
	{Op: OpCpy, Name: "cpyfp", Pattern: "00 011 o0 01 stage:2 0 Rs op2:4 01 Rn Rd", Feature: MOPS, when: mopsCopy, Unsupported: true},
	{Op: OpSet, Name: "setp", Pattern: "00 011 o0 01 11 0 Rs op2:4 01 Rn Rd", Feature: MOPS, when: mopsSet, Unsupported: true},

	// Guarded control stack
	{Op: OpGcsstr, Name: "gcsstr", Pattern: "11011001 000 11111 000 unpriv 11 Rn Rt", Feature: GCS, Unsupported: true},

	// Literal
	{Op: OpLdrLit, Name: "ldr", Pattern: "0 sz 011000 imm19 Rt"},
	{Op: OpLdrswLit, Name: "ldrsw", Pattern: "10 011000 imm19 Rt"},
	{Op: OpPrfmLit, Name: "prfm", Pattern: "11 011000 imm19 Rt"},

	// Pairs
	{Op: OpStp, Name: "stp", Pattern: "sf 0 1010 0 idx:2 0 imm7 Rt2 Rn Rt", when: pairIndexed},
	{Op: OpLdp, Name: "ldp", Pattern: "sf 0 1010 0 idx:2 1 imm7 Rt2 Rn Rt", when: pairIndexed},
	{Op: OpLdpsw, Name: "ldpsw", Pattern: "01 1010 0 idx:2 1 imm7 Rt2 Rn Rt", when: pairIndexed},
	{Op: OpStnp, Name: "stnp", Pattern: "sf 0 1010 000 0 imm7 Rt2 Rn Rt"},
	{Op: OpLdnp, Name: "ldnp", Pattern: "sf 0 1010 000 1 imm7 Rt2 Rn Rt"},

	// Single register
	{Op: OpStrImm, Name: "str", Pattern: "size:2 111001 00 imm12 Rn Rt"},
	{Op: OpStrIndexed, Name: "str", Pattern: "size:2 111000 00 0 imm9 pre 1 Rn Rt"},
	{Op: OpStrReg, Name: "str", Pattern: "size:2 111000 00 1 Rm option:3 S 10 Rn Rt", when: indexOption},
	{Op: OpStrUnscaled, Name: "stur", Pattern: "size:2 111000 00 0 imm9 00 Rn Rt"},
	{Op: OpStrUnpriv, Name: "sttr", Pattern: "size:2 111000 00 0 imm9 10 Rn Rt"},
	{Op: OpLdrImm, Name: "ldr", Pattern: "size:2 111001 01 imm12 Rn Rt"},
	{Op: OpLdrIndexed, Name: "ldr", Pattern: "size:2 111000 01 0 imm9 pre 1 Rn Rt"},
	{Op: OpLdrReg, Name: "ldr", Pattern: "size:2 111000 01 1 Rm option:3 S 10 Rn Rt", when: indexOption},
	{Op: OpLdrUnscaled, Name: "ldur", Pattern: "size:2 111000 01 0 imm9 00 Rn Rt"},
	{Op: OpLdrUnpriv, Name: "ldtr", Pattern: "size:2 111000 01 0 imm9 10 Rn Rt"},
	{Op: OpLdrsImm, Name: "ldrs", Pattern: "size:2 111001 1 opc0 imm12 Rn Rt", when: signedSize},
	{Op: OpLdrsIndexed, Name: "ldrs", Pattern: "size:2 111000 1 opc0 0 imm9 pre 1 Rn Rt", when: signedSize},
	{Op: OpLdrsReg, Name: "ldrs", Pattern: "size:2 111000 1 opc0 1 Rm option:3 S 10 Rn Rt", when: signedSizeReg},
	{Op: OpLdrsUnscaled, Name: "ldurs", Pattern: "size:2 111000 1 opc0 0 imm9 00 Rn Rt", when: signedSize},
	{Op: OpLdrsUnpriv, Name: "ldtrs", Pattern: "size:2 111000 1 opc0 0 imm9 10 Rn Rt", when: signedSize},

	// Prefetch
	{Op: OpPrfmImm, Name: "prfm", Pattern: "11 111001 10 imm12 Rn Rt"},
	{Op: OpPrfmReg, Name: "prfm", Pattern: "11 111000 10 1 Rm option:3 S 10 Rn Rt", when: indexOption},
	{Op: OpPrfum, Name: "prfum", Pattern: "11 111000 10 0 imm9 00 Rn Rt"},

	// Pointer authentication
	{Op: OpLdraa, Name: "ldraa", Pattern: "11 111000 M S 1 imm9 W 1 Rn Rt", Feature: PAuth},
}
