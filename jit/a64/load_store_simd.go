package a64

// Operations of the section Loads and stores, SIMD and floating-point registers.
const (

	// Literal
	OpLdrSimdLit Op = iota + endLoadStore

	// Pairs
	OpStpSimd
	OpLdpSimd
	OpStnpSimd
	OpLdnpSimd

	// Single register
	OpStrSimdImm
	OpStrSimdIndexed
	OpStrSimdReg
	OpStrSimdUnscaled
	OpLdrSimdImm
	OpLdrSimdIndexed
	OpLdrSimdReg
	OpLdrSimdUnscaled

	// Multiple structures
	OpSt1Multi
	OpSt2Multi
	OpSt3Multi
	OpSt4Multi
	OpLd1Multi
	OpLd2Multi
	OpLd3Multi
	OpLd4Multi

	// Single structure
	OpSt1Single
	OpSt2Single
	OpSt3Single
	OpSt4Single
	OpLd1Single
	OpLd2Single
	OpLd3Single
	OpLd4Single
	OpLd1r
	OpLd2r
	OpLd3r
	OpLd4r

	// Release consistent
	OpRcpc3Simd
	OpRcpc3Lane

	endLoadStoreSIMD
)

var loadStoreSIMD = []Line{

	// Literal
	{Op: OpLdrSimdLit, Name: "ldr", Pattern: "opc:2 011100 imm19 Rt", Feature: FP, when: opcNot3},

	// Pairs
	{Op: OpStpSimd, Name: "stp", Pattern: "opc:2 1011 0 idx:2 0 imm7 Rt2 Rn Rt", Feature: FP, when: simdPairIndexed},
	{Op: OpLdpSimd, Name: "ldp", Pattern: "opc:2 1011 0 idx:2 1 imm7 Rt2 Rn Rt", Feature: FP, when: simdPairIndexed},
	{Op: OpStnpSimd, Name: "stnp", Pattern: "opc:2 1011 000 0 imm7 Rt2 Rn Rt", Feature: FP, when: opcNot3},
	{Op: OpLdnpSimd, Name: "ldnp", Pattern: "opc:2 1011 000 1 imm7 Rt2 Rn Rt", Feature: FP, when: opcNot3},

	// Single register
	{Op: OpStrSimdImm, Name: "str", Pattern: "size:2 111101 wide 0 imm12 Rn Rt", Feature: FP, when: wideSize},
	{Op: OpStrSimdIndexed, Name: "str", Pattern: "size:2 111100 wide 0 0 imm9 pre 1 Rn Rt", Feature: FP, when: wideSize},
	{Op: OpStrSimdReg, Name: "str", Pattern: "size:2 111100 wide 0 1 Rm option:3 S 10 Rn Rt", Feature: FP, when: wideSizeReg},
	{Op: OpStrSimdUnscaled, Name: "stur", Pattern: "size:2 111100 wide 0 0 imm9 00 Rn Rt", Feature: FP, when: wideSize},
	{Op: OpLdrSimdImm, Name: "ldr", Pattern: "size:2 111101 wide 1 imm12 Rn Rt", Feature: FP, when: wideSize},
	{Op: OpLdrSimdIndexed, Name: "ldr", Pattern: "size:2 111100 wide 1 0 imm9 pre 1 Rn Rt", Feature: FP, when: wideSize},
	{Op: OpLdrSimdReg, Name: "ldr", Pattern: "size:2 111100 wide 1 1 Rm option:3 S 10 Rn Rt", Feature: FP, when: wideSizeReg},
	{Op: OpLdrSimdUnscaled, Name: "ldur", Pattern: "size:2 111100 wide 1 0 imm9 00 Rn Rt", Feature: FP, when: wideSize},

	// Multiple structures
	{Op: OpSt1Multi, Name: "st1", Pattern: "0 Q 001100 post 0 0 Rm opcode:4 size:2 Rn Rt", Feature: AdvSIMD, when: structOne},
	{Op: OpSt2Multi, Name: "st2", Pattern: "0 Q 001100 post 0 0 Rm 1000 size:2 Rn Rt", Feature: AdvSIMD, when: structMany},
	{Op: OpSt3Multi, Name: "st3", Pattern: "0 Q 001100 post 0 0 Rm 0100 size:2 Rn Rt", Feature: AdvSIMD, when: structMany},
	{Op: OpSt4Multi, Name: "st4", Pattern: "0 Q 001100 post 0 0 Rm 0000 size:2 Rn Rt", Feature: AdvSIMD, when: structMany},
	{Op: OpLd1Multi, Name: "ld1", Pattern: "0 Q 001100 post 1 0 Rm opcode:4 size:2 Rn Rt", Feature: AdvSIMD, when: structOne},
	{Op: OpLd2Multi, Name: "ld2", Pattern: "0 Q 001100 post 1 0 Rm 1000 size:2 Rn Rt", Feature: AdvSIMD, when: structMany},
	{Op: OpLd3Multi, Name: "ld3", Pattern: "0 Q 001100 post 1 0 Rm 0100 size:2 Rn Rt", Feature: AdvSIMD, when: structMany},
	{Op: OpLd4Multi, Name: "ld4", Pattern: "0 Q 001100 post 1 0 Rm 0000 size:2 Rn Rt", Feature: AdvSIMD, when: structMany},

	// Single structure
	{Op: OpSt1Single, Name: "st1", Pattern: "0 Q 001101 post 0 0 Rm scale:2 0 S size:2 Rn Rt", Feature: AdvSIMD, when: structLane},
	{Op: OpSt2Single, Name: "st2", Pattern: "0 Q 001101 post 0 1 Rm scale:2 0 S size:2 Rn Rt", Feature: AdvSIMD, when: structLane},
	{Op: OpSt3Single, Name: "st3", Pattern: "0 Q 001101 post 0 0 Rm scale:2 1 S size:2 Rn Rt", Feature: AdvSIMD, when: structLane},
	{Op: OpSt4Single, Name: "st4", Pattern: "0 Q 001101 post 0 1 Rm scale:2 1 S size:2 Rn Rt", Feature: AdvSIMD, when: structLane},
	{Op: OpLd1Single, Name: "ld1", Pattern: "0 Q 001101 post 1 0 Rm scale:2 0 S size:2 Rn Rt", Feature: AdvSIMD, when: structLane},
	{Op: OpLd2Single, Name: "ld2", Pattern: "0 Q 001101 post 1 1 Rm scale:2 0 S size:2 Rn Rt", Feature: AdvSIMD, when: structLane},
	{Op: OpLd3Single, Name: "ld3", Pattern: "0 Q 001101 post 1 0 Rm scale:2 1 S size:2 Rn Rt", Feature: AdvSIMD, when: structLane},
	{Op: OpLd4Single, Name: "ld4", Pattern: "0 Q 001101 post 1 1 Rm scale:2 1 S size:2 Rn Rt", Feature: AdvSIMD, when: structLane},
	{Op: OpLd1r, Name: "ld1r", Pattern: "0 Q 001101 post 1 0 Rm 110 0 size:2 Rn Rt", Feature: AdvSIMD, when: structPost},
	{Op: OpLd2r, Name: "ld2r", Pattern: "0 Q 001101 post 1 1 Rm 110 0 size:2 Rn Rt", Feature: AdvSIMD, when: structPost},
	{Op: OpLd3r, Name: "ld3r", Pattern: "0 Q 001101 post 1 0 Rm 111 0 size:2 Rn Rt", Feature: AdvSIMD, when: structPost},
	{Op: OpLd4r, Name: "ld4r", Pattern: "0 Q 001101 post 1 1 Rm 111 0 size:2 Rn Rt", Feature: AdvSIMD, when: structPost},

	// Release consistent
	{Op: OpRcpc3Simd, Name: "ldapur", Pattern: "size:2 011101 opc:2 0 imm9 10 Rn Rt", Feature: LRCPC3, when: rcpc3Simd, Unsupported: true},
	{Op: OpRcpc3Lane, Name: "ldap1", Pattern: "0 Q 001101 0 L 0 00001 100 0 01 Rn Rt", Feature: LRCPC3, Unsupported: true},
}
