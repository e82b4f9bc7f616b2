package a64

// Operations of the section Data processing, immediate.
const (

	// PC-relative addressing
	OpAdr Op = iota + OpUnallocated + 1
	OpAdrp

	// Add and subtract
	OpAddImm
	OpAddsImm
	OpSubImm
	OpSubsImm
	OpAddg
	OpSubg

	// Minimum and maximum
	OpMinMaxImm

	// Logical
	OpAndImm
	OpOrrImm
	OpEorImm
	OpAndsImm

	// Move wide
	OpMovn
	OpMovz
	OpMovk

	// Bitfield
	OpSbfm
	OpBfm
	OpUbfm

	// Extract
	OpExtr
	OpAutiasppcImm
	OpAutibsppcImm

	endDataProcImm
)

var dataProcImm = []Line{

	// PC-relative addressing
	{Op: OpAdr, Name: "adr", Pattern: "0 immlo:2 10000 immhi:19 Rd"},
	{Op: OpAdrp, Name: "adrp", Pattern: "1 immlo:2 10000 immhi:19 Rd"},

	// Add and subtract
	{Op: OpAddImm, Name: "add", Pattern: "sf 00 100010 sh imm12 Rn Rd"},
	{Op: OpAddsImm, Name: "adds", Pattern: "sf 01 100010 sh imm12 Rn Rd"},
	{Op: OpSubImm, Name: "sub", Pattern: "sf 10 100010 sh imm12 Rn Rd"},
	{Op: OpSubsImm, Name: "subs", Pattern: "sf 11 100010 sh imm12 Rn Rd"},
	{Op: OpAddg, Name: "addg", Pattern: "100 100011 0 imm6 00 imm4 Rn Rd", Feature: MTE, Unsupported: true},
	{Op: OpSubg, Name: "subg", Pattern: "110 100011 0 imm6 00 imm4 Rn Rd", Feature: MTE, Unsupported: true},

	// Minimum and maximum
	{Op: OpMinMaxImm, Name: "smax", Pattern: "sf 00 100011 1 00 opc:2 imm8 Rn Rd", Feature: CSSC, Unsupported: true},

	// Logical
	{Op: OpAndImm, Name: "and", Pattern: "sf 00 100100 N immr:6 imms:6 Rn Rd", when: bitmaskValid},
	{Op: OpOrrImm, Name: "orr", Pattern: "sf 01 100100 N immr:6 imms:6 Rn Rd", when: bitmaskValid},
	{Op: OpEorImm, Name: "eor", Pattern: "sf 10 100100 N immr:6 imms:6 Rn Rd", when: bitmaskValid},
	{Op: OpAndsImm, Name: "ands", Pattern: "sf 11 100100 N immr:6 imms:6 Rn Rd", when: bitmaskValid},

	// Move wide
	{Op: OpMovn, Name: "movn", Pattern: "sf 00 100101 hw:2 imm16 Rd", when: hwFits},
	{Op: OpMovz, Name: "movz", Pattern: "sf 10 100101 hw:2 imm16 Rd", when: hwFits},
	{Op: OpMovk, Name: "movk", Pattern: "sf 11 100101 hw:2 imm16 Rd", when: hwFits},

	// Bitfield
	{Op: OpSbfm, Name: "sbfm", Pattern: "sf 00 100110 N immr:6 imms:6 Rn Rd", when: bitfieldFits},
	{Op: OpBfm, Name: "bfm", Pattern: "sf 01 100110 N immr:6 imms:6 Rn Rd", when: bitfieldFits},
	{Op: OpUbfm, Name: "ubfm", Pattern: "sf 10 100110 N immr:6 imms:6 Rn Rd", when: bitfieldFits},

	// Extract
	{Op: OpExtr, Name: "extr", Pattern: "sf 00 100111 N 0 Rm imms:6 Rn Rd", when: extractFits},
	{Op: OpAutiasppcImm, Name: "autiasppc", Pattern: "111 100111 00 imm16 11111", Feature: PAuthLR, Unsupported: true},
	{Op: OpAutibsppcImm, Name: "autibsppc", Pattern: "111 100111 01 imm16 11111", Feature: PAuthLR, Unsupported: true},
}
