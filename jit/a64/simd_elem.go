package a64

// Operations of Advanced SIMD by indexed element.
const (

	// Vector, integer
	OpMlaElem Op = iota + endSimdImm
	OpMlsElem
	OpMulElem
	OpSmlalElem
	OpSmlslElem
	OpSmullElem
	OpUmlalElem
	OpUmlslElem
	OpUmullElem
	OpSqdmlalElem
	OpSqdmlslElem
	OpSqdmullElem
	OpSqdmulhElem
	OpSqrdmulhElem
	OpSqrdmlahElem
	OpSqrdmlshElem
	OpSdotElem
	OpUdotElem
	OpSudotElem
	OpUsdotElem

	// Vector, floating point
	OpFmlaElem
	OpFmlsElem
	OpFmulElem
	OpFmulxElem
	OpFmlaElemH
	OpFmlsElemH
	OpFmulElemH
	OpFmulxElemH
	OpFmlalElem
	OpFmlslElem
	OpFmlal2Elem
	OpFmlsl2Elem
	OpFcmlaElem
	OpBfdotElem
	OpBfmlalElem

	// Scalar
	OpSqdmlalElemSca
	OpSqdmlslElemSca
	OpSqdmullElemSca
	OpSqdmulhElemSca
	OpSqrdmulhElemSca
	OpSqrdmlahElemSca
	OpSqrdmlshElemSca
	OpFmlaElemSca
	OpFmlsElemSca
	OpFmulElemSca
	OpFmulxElemSca
	OpFmlaElemScaH
	OpFmlsElemScaH
	OpFmulElemScaH
	OpFmulxElemScaH

	endSimdElem
)

var simdElem = []Line{

	// Vector, integer
	{Op: OpMlaElem, Name: "mla", Pattern: "0 Q 1 01111 size:2 L M Rm:4 0000 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpMlsElem, Name: "mls", Pattern: "0 Q 1 01111 size:2 L M Rm:4 0100 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpMulElem, Name: "mul", Pattern: "0 Q 0 01111 size:2 L M Rm:4 1000 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSmlalElem, Name: "smlal", Pattern: "0 Q 0 01111 size:2 L M Rm:4 0010 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSmlslElem, Name: "smlsl", Pattern: "0 Q 0 01111 size:2 L M Rm:4 0110 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSmullElem, Name: "smull", Pattern: "0 Q 0 01111 size:2 L M Rm:4 1010 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpUmlalElem, Name: "umlal", Pattern: "0 Q 1 01111 size:2 L M Rm:4 0010 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpUmlslElem, Name: "umlsl", Pattern: "0 Q 1 01111 size:2 L M Rm:4 0110 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpUmullElem, Name: "umull", Pattern: "0 Q 1 01111 size:2 L M Rm:4 1010 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqdmlalElem, Name: "sqdmlal", Pattern: "0 Q 0 01111 size:2 L M Rm:4 0011 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqdmlslElem, Name: "sqdmlsl", Pattern: "0 Q 0 01111 size:2 L M Rm:4 0111 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqdmullElem, Name: "sqdmull", Pattern: "0 Q 0 01111 size:2 L M Rm:4 1011 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqdmulhElem, Name: "sqdmulh", Pattern: "0 Q 0 01111 size:2 L M Rm:4 1100 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqrdmulhElem, Name: "sqrdmulh", Pattern: "0 Q 0 01111 size:2 L M Rm:4 1101 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqrdmlahElem, Name: "sqrdmlah", Pattern: "0 Q 1 01111 size:2 L M Rm:4 1101 H 0 Rn Rd", Feature: RDM, when: sizeHS},
	{Op: OpSqrdmlshElem, Name: "sqrdmlsh", Pattern: "0 Q 1 01111 size:2 L M Rm:4 1111 H 0 Rn Rd", Feature: RDM, when: sizeHS},
	{Op: OpSdotElem, Name: "sdot", Pattern: "0 Q 0 01111 10 L M Rm:4 1110 H 0 Rn Rd", Feature: DotProd},
	{Op: OpUdotElem, Name: "udot", Pattern: "0 Q 1 01111 10 L M Rm:4 1110 H 0 Rn Rd", Feature: DotProd},
	{Op: OpSudotElem, Name: "sudot", Pattern: "0 Q 0 01111 00 L M Rm:4 1111 H 0 Rn Rd", Feature: I8MM},
	{Op: OpUsdotElem, Name: "usdot", Pattern: "0 Q 0 01111 10 L M Rm:4 1111 H 0 Rn Rd", Feature: I8MM},

	// Vector, floating point
	{Op: OpFmlaElem, Name: "fmla", Pattern: "0 Q 0 01111 1 sz L M Rm:4 0001 H 0 Rn Rd", Feature: AdvSIMD, when: elemSzQ},
	{Op: OpFmlsElem, Name: "fmls", Pattern: "0 Q 0 01111 1 sz L M Rm:4 0101 H 0 Rn Rd", Feature: AdvSIMD, when: elemSzQ},
	{Op: OpFmulElem, Name: "fmul", Pattern: "0 Q 0 01111 1 sz L M Rm:4 1001 H 0 Rn Rd", Feature: AdvSIMD, when: elemSzQ},
	{Op: OpFmulxElem, Name: "fmulx", Pattern: "0 Q 1 01111 1 sz L M Rm:4 1001 H 0 Rn Rd", Feature: AdvSIMD, when: elemSzQ},
	{Op: OpFmlaElemH, Name: "fmla", Pattern: "0 Q 0 01111 00 L M Rm:4 0001 H 0 Rn Rd", Feature: FP16},
	{Op: OpFmlsElemH, Name: "fmls", Pattern: "0 Q 0 01111 00 L M Rm:4 0101 H 0 Rn Rd", Feature: FP16},
	{Op: OpFmulElemH, Name: "fmul", Pattern: "0 Q 0 01111 00 L M Rm:4 1001 H 0 Rn Rd", Feature: FP16},
	{Op: OpFmulxElemH, Name: "fmulx", Pattern: "0 Q 1 01111 00 L M Rm:4 1001 H 0 Rn Rd", Feature: FP16},
	{Op: OpFmlalElem, Name: "fmlal", Pattern: "0 Q 0 01111 10 L M Rm:4 0000 H 0 Rn Rd", Feature: FHM},
	{Op: OpFmlslElem, Name: "fmlsl", Pattern: "0 Q 0 01111 10 L M Rm:4 0100 H 0 Rn Rd", Feature: FHM},
	{Op: OpFmlal2Elem, Name: "fmlal2", Pattern: "0 Q 1 01111 10 L M Rm:4 1000 H 0 Rn Rd", Feature: FHM},
	{Op: OpFmlsl2Elem, Name: "fmlsl2", Pattern: "0 Q 1 01111 10 L M Rm:4 1100 H 0 Rn Rd", Feature: FHM},
	{Op: OpFcmlaElem, Name: "fcmla", Pattern: "0 Q 1 01111 size:2 L M Rm:4 0 rot:2 1 H 0 Rn Rd", Feature: FCMA, when: complexElem},
	{Op: OpBfdotElem, Name: "bfdot", Pattern: "0 Q 0 01111 01 L M Rm:4 1111 H 0 Rn Rd", Feature: BF16},
	{Op: OpBfmlalElem, Name: "bfmlal", Pattern: "0 Q 0 01111 11 L M Rm:4 1111 H 0 Rn Rd", Feature: BF16},

	// Scalar
	{Op: OpSqdmlalElemSca, Name: "sqdmlal", Pattern: "01 0 11111 size:2 L M Rm:4 0011 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqdmlslElemSca, Name: "sqdmlsl", Pattern: "01 0 11111 size:2 L M Rm:4 0111 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqdmullElemSca, Name: "sqdmull", Pattern: "01 0 11111 size:2 L M Rm:4 1011 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqdmulhElemSca, Name: "sqdmulh", Pattern: "01 0 11111 size:2 L M Rm:4 1100 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqrdmulhElemSca, Name: "sqrdmulh", Pattern: "01 0 11111 size:2 L M Rm:4 1101 H 0 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqrdmlahElemSca, Name: "sqrdmlah", Pattern: "01 1 11111 size:2 L M Rm:4 1101 H 0 Rn Rd", Feature: RDM, when: sizeHS},
	{Op: OpSqrdmlshElemSca, Name: "sqrdmlsh", Pattern: "01 1 11111 size:2 L M Rm:4 1111 H 0 Rn Rd", Feature: RDM, when: sizeHS},
	{Op: OpFmlaElemSca, Name: "fmla", Pattern: "01 0 11111 1 sz L M Rm:4 0001 H 0 Rn Rd", Feature: AdvSIMD, when: elemSzL},
	{Op: OpFmlsElemSca, Name: "fmls", Pattern: "01 0 11111 1 sz L M Rm:4 0101 H 0 Rn Rd", Feature: AdvSIMD, when: elemSzL},
	{Op: OpFmulElemSca, Name: "fmul", Pattern: "01 0 11111 1 sz L M Rm:4 1001 H 0 Rn Rd", Feature: AdvSIMD, when: elemSzL},
	{Op: OpFmulxElemSca, Name: "fmulx", Pattern: "01 1 11111 1 sz L M Rm:4 1001 H 0 Rn Rd", Feature: AdvSIMD, when: elemSzL},
	{Op: OpFmlaElemScaH, Name: "fmla", Pattern: "01 0 11111 00 L M Rm:4 0001 H 0 Rn Rd", Feature: FP16},
	{Op: OpFmlsElemScaH, Name: "fmls", Pattern: "01 0 11111 00 L M Rm:4 0101 H 0 Rn Rd", Feature: FP16},
	{Op: OpFmulElemScaH, Name: "fmul", Pattern: "01 0 11111 00 L M Rm:4 1001 H 0 Rn Rd", Feature: FP16},
	{Op: OpFmulxElemScaH, Name: "fmulx", Pattern: "01 1 11111 00 L M Rm:4 1001 H 0 Rn Rd", Feature: FP16},
}
