package a64

// Operations of the section Data processing, register.
const (

	// Two sources
	OpUdiv Op = iota + endLoadStoreSIMD
	OpSdiv
	OpLslv
	OpLsrv
	OpAsrv
	OpRorv
	OpCrc32
	OpCrc32c
	OpPacga
	OpSubp
	OpSubps
	OpIrg
	OpGmi
	OpMinMaxReg

	// One source
	OpRbit
	OpRev16
	OpRev32
	OpRev
	OpClz
	OpCls
	OpCtz
	OpCnt
	OpAbs

	// Pointer authentication
	OpPacia
	OpPacib
	OpPacda
	OpPacdb
	OpAutia
	OpAutib
	OpAutda
	OpAutdb
	OpPaciza
	OpPacizb
	OpPacdza
	OpPacdzb
	OpAutiza
	OpAutizb
	OpAutdza
	OpAutdzb
	OpXpaci
	OpXpacd

	// Logical, shifted register
	OpAndShifted
	OpBicShifted
	OpOrrShifted
	OpOrnShifted
	OpEorShifted
	OpEonShifted
	OpAndsShifted
	OpBicsShifted

	// Add and subtract, shifted register
	OpAddShifted
	OpAddsShifted
	OpSubShifted
	OpSubsShifted

	// Add and subtract, extended register
	OpAddExt
	OpAddsExt
	OpSubExt
	OpSubsExt

	// Add and subtract with carry
	OpAdc
	OpAdcs
	OpSbc
	OpSbcs

	// Flag manipulation
	OpRmif
	OpSetf8
	OpSetf16

	// Conditional compare
	OpCcmnReg
	OpCcmpReg
	OpCcmnImm
	OpCcmpImm

	// Conditional select
	OpCsel
	OpCsinc
	OpCsinv
	OpCsneg

	// Three sources
	OpMadd
	OpMsub
	OpSmaddl
	OpSmsubl
	OpSmulh
	OpUmaddl
	OpUmsubl
	OpUmulh

	endDataProcReg
)

var dataProcReg = []Line{

	// Two sources
	{Op: OpUdiv, Name: "udiv", Pattern: "sf 00 11010110 Rm 000010 Rn Rd"},
	{Op: OpSdiv, Name: "sdiv", Pattern: "sf 00 11010110 Rm 000011 Rn Rd"},
	{Op: OpLslv, Name: "lslv", Pattern: "sf 00 11010110 Rm 001000 Rn Rd"},
	{Op: OpLsrv, Name: "lsrv", Pattern: "sf 00 11010110 Rm 001001 Rn Rd"},
	{Op: OpAsrv, Name: "asrv", Pattern: "sf 00 11010110 Rm 001010 Rn Rd"},
	{Op: OpRorv, Name: "rorv", Pattern: "sf 00 11010110 Rm 001011 Rn Rd"},
	{Op: OpCrc32, Name: "crc32", Pattern: "sf 00 11010110 Rm 0100 sz:2 Rn Rd", Feature: CRC32, when: crcSize},
	{Op: OpCrc32c, Name: "crc32c", Pattern: "sf 00 11010110 Rm 0101 sz:2 Rn Rd", Feature: CRC32, when: crcSize},
	{Op: OpPacga, Name: "pacga", Pattern: "100 11010110 Rm 001100 Rn Rd", Feature: PAuth},
	{Op: OpSubp, Name: "subp", Pattern: "100 11010110 Rm 000000 Rn Rd", Feature: MTE, Unsupported: true},
	{Op: OpSubps, Name: "subps", Pattern: "101 11010110 Rm 000000 Rn Rd", Feature: MTE, Unsupported: true},
	{Op: OpIrg, Name: "irg", Pattern: "100 11010110 Rm 000100 Rn Rd", Feature: MTE, Unsupported: true},
	{Op: OpGmi, Name: "gmi", Pattern: "100 11010110 Rm 000101 Rn Rd", Feature: MTE, Unsupported: true},
	{Op: OpMinMaxReg, Name: "smax", Pattern: "sf 00 11010110 Rm 0110 opc:2 Rn Rd", Feature: CSSC, Unsupported: true},

	// One source
	{Op: OpRbit, Name: "rbit", Pattern: "sf 10 11010110 00000 000000 Rn Rd"},
	{Op: OpRev16, Name: "rev16", Pattern: "sf 10 11010110 00000 000001 Rn Rd"},
	{Op: OpRev32, Name: "rev32", Pattern: "110 11010110 00000 000010 Rn Rd"},
	{Op: OpRev, Name: "rev", Pattern: "sf 10 11010110 00000 00001 opc0 Rn Rd", when: revSize},
	{Op: OpClz, Name: "clz", Pattern: "sf 10 11010110 00000 000100 Rn Rd"},
	{Op: OpCls, Name: "cls", Pattern: "sf 10 11010110 00000 000101 Rn Rd"},
	{Op: OpCtz, Name: "ctz", Pattern: "sf 10 11010110 00000 000110 Rn Rd", Feature: CSSC, Unsupported: true},
	{Op: OpCnt, Name: "cnt", Pattern: "sf 10 11010110 00000 000111 Rn Rd", Feature: CSSC, Unsupported: true},
	{Op: OpAbs, Name: "abs", Pattern: "sf 10 11010110 00000 001000 Rn Rd", Feature: CSSC, Unsupported: true},

	// Pointer authentication
	{Op: OpPacia, Name: "pacia", Pattern: "110 11010110 00001 000 000 Rn Rd", Feature: PAuth},
	{Op: OpPacib, Name: "pacib", Pattern: "110 11010110 00001 000 001 Rn Rd", Feature: PAuth},
	{Op: OpPacda, Name: "pacda", Pattern: "110 11010110 00001 000 010 Rn Rd", Feature: PAuth},
	{Op: OpPacdb, Name: "pacdb", Pattern: "110 11010110 00001 000 011 Rn Rd", Feature: PAuth},
	{Op: OpAutia, Name: "autia", Pattern: "110 11010110 00001 000 100 Rn Rd", Feature: PAuth},
	{Op: OpAutib, Name: "autib", Pattern: "110 11010110 00001 000 101 Rn Rd", Feature: PAuth},
	{Op: OpAutda, Name: "autda", Pattern: "110 11010110 00001 000 110 Rn Rd", Feature: PAuth},
	{Op: OpAutdb, Name: "autdb", Pattern: "110 11010110 00001 000 111 Rn Rd", Feature: PAuth},
	{Op: OpPaciza, Name: "paciza", Pattern: "110 11010110 00001 001 000 11111 Rd", Feature: PAuth},
	{Op: OpPacizb, Name: "pacizb", Pattern: "110 11010110 00001 001 001 11111 Rd", Feature: PAuth},
	{Op: OpPacdza, Name: "pacdza", Pattern: "110 11010110 00001 001 010 11111 Rd", Feature: PAuth},
	{Op: OpPacdzb, Name: "pacdzb", Pattern: "110 11010110 00001 001 011 11111 Rd", Feature: PAuth},
	{Op: OpAutiza, Name: "autiza", Pattern: "110 11010110 00001 001 100 11111 Rd", Feature: PAuth},
	{Op: OpAutizb, Name: "autizb", Pattern: "110 11010110 00001 001 101 11111 Rd", Feature: PAuth},
	{Op: OpAutdza, Name: "autdza", Pattern: "110 11010110 00001 001 110 11111 Rd", Feature: PAuth},
	{Op: OpAutdzb, Name: "autdzb", Pattern: "110 11010110 00001 001 111 11111 Rd", Feature: PAuth},
	{Op: OpXpaci, Name: "xpaci", Pattern: "110 11010110 00001 010000 11111 Rd", Feature: PAuth},
	{Op: OpXpacd, Name: "xpacd", Pattern: "110 11010110 00001 010001 11111 Rd", Feature: PAuth},

	// Logical, shifted register
	{Op: OpAndShifted, Name: "and", Pattern: "sf 00 01010 shift:2 0 Rm imm6 Rn Rd", when: amountFits},
	{Op: OpBicShifted, Name: "bic", Pattern: "sf 00 01010 shift:2 1 Rm imm6 Rn Rd", when: amountFits},
	{Op: OpOrrShifted, Name: "orr", Pattern: "sf 01 01010 shift:2 0 Rm imm6 Rn Rd", when: amountFits},
	{Op: OpOrnShifted, Name: "orn", Pattern: "sf 01 01010 shift:2 1 Rm imm6 Rn Rd", when: amountFits},
	{Op: OpEorShifted, Name: "eor", Pattern: "sf 10 01010 shift:2 0 Rm imm6 Rn Rd", when: amountFits},
	{Op: OpEonShifted, Name: "eon", Pattern: "sf 10 01010 shift:2 1 Rm imm6 Rn Rd", when: amountFits},
	{Op: OpAndsShifted, Name: "ands", Pattern: "sf 11 01010 shift:2 0 Rm imm6 Rn Rd", when: amountFits},
	{Op: OpBicsShifted, Name: "bics", Pattern: "sf 11 01010 shift:2 1 Rm imm6 Rn Rd", when: amountFits},

	// Add and subtract, shifted register
	{Op: OpAddShifted, Name: "add", Pattern: "sf 00 01011 shift:2 0 Rm imm6 Rn Rd", when: addShiftFits},
	{Op: OpAddsShifted, Name: "adds", Pattern: "sf 01 01011 shift:2 0 Rm imm6 Rn Rd", when: addShiftFits},
	{Op: OpSubShifted, Name: "sub", Pattern: "sf 10 01011 shift:2 0 Rm imm6 Rn Rd", when: addShiftFits},
	{Op: OpSubsShifted, Name: "subs", Pattern: "sf 11 01011 shift:2 0 Rm imm6 Rn Rd", when: addShiftFits},

	// Add and subtract, extended register
	{Op: OpAddExt, Name: "add", Pattern: "sf 00 01011 00 1 Rm option:3 imm3 Rn Rd", when: extendFits},
	{Op: OpAddsExt, Name: "adds", Pattern: "sf 01 01011 00 1 Rm option:3 imm3 Rn Rd", when: extendFits},
	{Op: OpSubExt, Name: "sub", Pattern: "sf 10 01011 00 1 Rm option:3 imm3 Rn Rd", when: extendFits},
	{Op: OpSubsExt, Name: "subs", Pattern: "sf 11 01011 00 1 Rm option:3 imm3 Rn Rd", when: extendFits},

	// Add and subtract with carry
	{Op: OpAdc, Name: "adc", Pattern: "sf 00 11010000 Rm 000000 Rn Rd"},
	{Op: OpAdcs, Name: "adcs", Pattern: "sf 01 11010000 Rm 000000 Rn Rd"},
	{Op: OpSbc, Name: "sbc", Pattern: "sf 10 11010000 Rm 000000 Rn Rd"},
	{Op: OpSbcs, Name: "sbcs", Pattern: "sf 11 11010000 Rm 000000 Rn Rd"},

	// Flag manipulation
	{Op: OpRmif, Name: "rmif", Pattern: "101 11010000 imm6 00001 Rn 0 mask:4", Feature: FlagM},
	{Op: OpSetf8, Name: "setf8", Pattern: "001 11010000 000000 0 0010 Rn 01101", Feature: FlagM},
	{Op: OpSetf16, Name: "setf16", Pattern: "001 11010000 000000 1 0010 Rn 01101", Feature: FlagM},

	// Conditional compare
	{Op: OpCcmnReg, Name: "ccmn", Pattern: "sf 01 11010010 Rm cond:4 00 Rn 0 nzcv:4"},
	{Op: OpCcmpReg, Name: "ccmp", Pattern: "sf 11 11010010 Rm cond:4 00 Rn 0 nzcv:4"},
	{Op: OpCcmnImm, Name: "ccmn", Pattern: "sf 01 11010010 imm5 cond:4 10 Rn 0 nzcv:4"},
	{Op: OpCcmpImm, Name: "ccmp", Pattern: "sf 11 11010010 imm5 cond:4 10 Rn 0 nzcv:4"},

	// Conditional select
	{Op: OpCsel, Name: "csel", Pattern: "sf 00 11010100 Rm cond:4 00 Rn Rd"},
	{Op: OpCsinc, Name: "csinc", Pattern: "sf 00 11010100 Rm cond:4 01 Rn Rd"},
	{Op: OpCsinv, Name: "csinv", Pattern: "sf 10 11010100 Rm cond:4 00 Rn Rd"},
	{Op: OpCsneg, Name: "csneg", Pattern: "sf 10 11010100 Rm cond:4 01 Rn Rd"},

	// Three sources
	{Op: OpMadd, Name: "madd", Pattern: "sf 00 11011 000 Rm 0 Ra Rn Rd"},
	{Op: OpMsub, Name: "msub", Pattern: "sf 00 11011 000 Rm 1 Ra Rn Rd"},
	{Op: OpSmaddl, Name: "smaddl", Pattern: "100 11011 001 Rm 0 Ra Rn Rd"},
	{Op: OpSmsubl, Name: "smsubl", Pattern: "100 11011 001 Rm 1 Ra Rn Rd"},
	{Op: OpSmulh, Name: "smulh", Pattern: "100 11011 010 Rm 0 xxxxx Rn Rd"},
	{Op: OpUmaddl, Name: "umaddl", Pattern: "100 11011 101 Rm 0 Ra Rn Rd"},
	{Op: OpUmsubl, Name: "umsubl", Pattern: "100 11011 101 Rm 1 Ra Rn Rd"},
	{Op: OpUmulh, Name: "umulh", Pattern: "100 11011 110 Rm 0 xxxxx Rn Rd"},
}
