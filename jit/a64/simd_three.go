package a64

// Operations of Advanced SIMD with three vector registers.
const (

	// Three same, integer
	OpShaddVec Op = iota + endFloatingPoint
	OpSqaddVec
	OpSrhaddVec
	OpShsubVec
	OpSqsubVec
	OpCmgtVec
	OpCmgeVec
	OpSshlVec
	OpSqshlVec
	OpSrshlVec
	OpSqrshlVec
	OpSmaxVec
	OpSminVec
	OpSabdVec
	OpSabaVec
	OpAddVec
	OpCmtstVec
	OpMlaVec
	OpMulVec
	OpSmaxpVec
	OpSminpVec
	OpSqdmulhVec
	OpAddpVec
	OpUhaddVec
	OpUqaddVec
	OpUrhaddVec
	OpUhsubVec
	OpUqsubVec
	OpCmhiVec
	OpCmhsVec
	OpUshlVec
	OpUqshlVec
	OpUrshlVec
	OpUqrshlVec
	OpUmaxVec
	OpUminVec
	OpUabdVec
	OpUabaVec
	OpSubVec
	OpCmeqVec
	OpMlsVec
	OpPmulVec
	OpUmaxpVec
	OpUminpVec
	OpSqrdmulhVec

	// Three same, logical
	OpAndVec
	OpBicVec
	OpOrrVec
	OpOrnVec
	OpEorVec
	OpBslVec
	OpBitVec
	OpBifVec

	// Three same, floating point
	OpFmaxnmVec
	OpFmlaVec
	OpFaddVec
	OpFmulxVec
	OpFcmeqVec
	OpFmaxVec
	OpFrecpsVec
	OpFminnmVec
	OpFmlsVec
	OpFsubVec
	OpFminVec
	OpFrsqrtsVec
	OpFmaxnmpVec
	OpFaddpVec
	OpFmulVec
	OpFcmgeVec
	OpFacgeVec
	OpFmaxpVec
	OpFdivVec
	OpFminnmpVec
	OpFabdVec
	OpFcmgtVec
	OpFacgtVec
	OpFminpVec
	OpFmlalVec
	OpFmlslVec
	OpFmlal2Vec
	OpFmlsl2Vec

	// Three same, half precision
	OpFmaxnmVecH
	OpFmlaVecH
	OpFaddVecH
	OpFmulxVecH
	OpFcmeqVecH
	OpFmaxVecH
	OpFrecpsVecH
	OpFminnmVecH
	OpFmlsVecH
	OpFsubVecH
	OpFminVecH
	OpFrsqrtsVecH
	OpFmaxnmpVecH
	OpFaddpVecH
	OpFmulVecH
	OpFcmgeVecH
	OpFacgeVecH
	OpFmaxpVecH
	OpFdivVecH
	OpFminnmpVecH
	OpFabdVecH
	OpFcmgtVecH
	OpFacgtVecH
	OpFminpVecH

	// Three same, extra
	OpSqrdmlahVec
	OpSqrdmlshVec
	OpSdotVec
	OpUdotVec
	OpUsdotVec
	OpFcmlaVec
	OpFcaddVec
	OpBfdotVec
	OpBfmlalVec
	OpBfmmlaVec
	OpSmmlaVec
	OpUmmlaVec
	OpUsmmlaVec

	// Three different
	OpSaddlVec
	OpSaddwVec
	OpSsublVec
	OpSsubwVec
	OpAddhnVec
	OpSabalVec
	OpSubhnVec
	OpSabdlVec
	OpSmlalVec
	OpSqdmlalVec
	OpSmlslVec
	OpSqdmlslVec
	OpSmullVec
	OpSqdmullVec
	OpPmullVec
	OpUaddlVec
	OpUaddwVec
	OpUsublVec
	OpUsubwVec
	OpRaddhnVec
	OpUabalVec
	OpRsubhnVec
	OpUabdlVec
	OpUmlalVec
	OpUmlslVec
	OpUmullVec

	// Permute, extract and table lookup
	OpUzp1Vec
	OpTrn1Vec
	OpZip1Vec
	OpUzp2Vec
	OpTrn2Vec
	OpZip2Vec
	OpExtVec
	OpTblVec
	OpTbxVec

	endSimdThree
)

var simdThree = []Line{

	// Three same, integer
	{Op: OpShaddVec, Name: "shadd", Pattern: "0 Q 0 01110 size:2 1 Rm 00000 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqaddVec, Name: "sqadd", Pattern: "0 Q 0 01110 size:2 1 Rm 00001 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpSrhaddVec, Name: "srhadd", Pattern: "0 Q 0 01110 size:2 1 Rm 00010 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpShsubVec, Name: "shsub", Pattern: "0 Q 0 01110 size:2 1 Rm 00100 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqsubVec, Name: "sqsub", Pattern: "0 Q 0 01110 size:2 1 Rm 00101 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmgtVec, Name: "cmgt", Pattern: "0 Q 0 01110 size:2 1 Rm 00110 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmgeVec, Name: "cmge", Pattern: "0 Q 0 01110 size:2 1 Rm 00111 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpSshlVec, Name: "sshl", Pattern: "0 Q 0 01110 size:2 1 Rm 01000 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpSqshlVec, Name: "sqshl", Pattern: "0 Q 0 01110 size:2 1 Rm 01001 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpSrshlVec, Name: "srshl", Pattern: "0 Q 0 01110 size:2 1 Rm 01010 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpSqrshlVec, Name: "sqrshl", Pattern: "0 Q 0 01110 size:2 1 Rm 01011 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpSmaxVec, Name: "smax", Pattern: "0 Q 0 01110 size:2 1 Rm 01100 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSminVec, Name: "smin", Pattern: "0 Q 0 01110 size:2 1 Rm 01101 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSabdVec, Name: "sabd", Pattern: "0 Q 0 01110 size:2 1 Rm 01110 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSabaVec, Name: "saba", Pattern: "0 Q 0 01110 size:2 1 Rm 01111 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpAddVec, Name: "add", Pattern: "0 Q 0 01110 size:2 1 Rm 10000 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmtstVec, Name: "cmtst", Pattern: "0 Q 0 01110 size:2 1 Rm 10001 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpMlaVec, Name: "mla", Pattern: "0 Q 0 01110 size:2 1 Rm 10010 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpMulVec, Name: "mul", Pattern: "0 Q 0 01110 size:2 1 Rm 10011 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSmaxpVec, Name: "smaxp", Pattern: "0 Q 0 01110 size:2 1 Rm 10100 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSminpVec, Name: "sminp", Pattern: "0 Q 0 01110 size:2 1 Rm 10101 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqdmulhVec, Name: "sqdmulh", Pattern: "0 Q 0 01110 size:2 1 Rm 10110 1 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpAddpVec, Name: "addp", Pattern: "0 Q 0 01110 size:2 1 Rm 10111 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpUhaddVec, Name: "uhadd", Pattern: "0 Q 1 01110 size:2 1 Rm 00000 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUqaddVec, Name: "uqadd", Pattern: "0 Q 1 01110 size:2 1 Rm 00001 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpUrhaddVec, Name: "urhadd", Pattern: "0 Q 1 01110 size:2 1 Rm 00010 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUhsubVec, Name: "uhsub", Pattern: "0 Q 1 01110 size:2 1 Rm 00100 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUqsubVec, Name: "uqsub", Pattern: "0 Q 1 01110 size:2 1 Rm 00101 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmhiVec, Name: "cmhi", Pattern: "0 Q 1 01110 size:2 1 Rm 00110 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmhsVec, Name: "cmhs", Pattern: "0 Q 1 01110 size:2 1 Rm 00111 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpUshlVec, Name: "ushl", Pattern: "0 Q 1 01110 size:2 1 Rm 01000 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpUqshlVec, Name: "uqshl", Pattern: "0 Q 1 01110 size:2 1 Rm 01001 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpUrshlVec, Name: "urshl", Pattern: "0 Q 1 01110 size:2 1 Rm 01010 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpUqrshlVec, Name: "uqrshl", Pattern: "0 Q 1 01110 size:2 1 Rm 01011 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpUmaxVec, Name: "umax", Pattern: "0 Q 1 01110 size:2 1 Rm 01100 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUminVec, Name: "umin", Pattern: "0 Q 1 01110 size:2 1 Rm 01101 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUabdVec, Name: "uabd", Pattern: "0 Q 1 01110 size:2 1 Rm 01110 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUabaVec, Name: "uaba", Pattern: "0 Q 1 01110 size:2 1 Rm 01111 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSubVec, Name: "sub", Pattern: "0 Q 1 01110 size:2 1 Rm 10000 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmeqVec, Name: "cmeq", Pattern: "0 Q 1 01110 size:2 1 Rm 10001 1 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpMlsVec, Name: "mls", Pattern: "0 Q 1 01110 size:2 1 Rm 10010 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpPmulVec, Name: "pmul", Pattern: "0 Q 1 01110 size:2 1 Rm 10011 1 Rn Rd", Feature: AdvSIMD, when: sizeB},
	{Op: OpUmaxpVec, Name: "umaxp", Pattern: "0 Q 1 01110 size:2 1 Rm 10100 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUminpVec, Name: "uminp", Pattern: "0 Q 1 01110 size:2 1 Rm 10101 1 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqrdmulhVec, Name: "sqrdmulh", Pattern: "0 Q 1 01110 size:2 1 Rm 10110 1 Rn Rd", Feature: AdvSIMD, when: sizeHS},

	// Three same, logical
	{Op: OpAndVec, Name: "and", Pattern: "0 Q 0 01110 00 1 Rm 00011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpBicVec, Name: "bic", Pattern: "0 Q 0 01110 01 1 Rm 00011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpOrrVec, Name: "orr", Pattern: "0 Q 0 01110 10 1 Rm 00011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpOrnVec, Name: "orn", Pattern: "0 Q 0 01110 11 1 Rm 00011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpEorVec, Name: "eor", Pattern: "0 Q 1 01110 00 1 Rm 00011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpBslVec, Name: "bsl", Pattern: "0 Q 1 01110 01 1 Rm 00011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpBitVec, Name: "bit", Pattern: "0 Q 1 01110 10 1 Rm 00011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpBifVec, Name: "bif", Pattern: "0 Q 1 01110 11 1 Rm 00011 1 Rn Rd", Feature: AdvSIMD},

	// Three same, floating point
	{Op: OpFmaxnmVec, Name: "fmaxnm", Pattern: "0 Q 0 01110 0 sz 1 Rm 11000 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFmlaVec, Name: "fmla", Pattern: "0 Q 0 01110 0 sz 1 Rm 11001 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFaddVec, Name: "fadd", Pattern: "0 Q 0 01110 0 sz 1 Rm 11010 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFmulxVec, Name: "fmulx", Pattern: "0 Q 0 01110 0 sz 1 Rm 11011 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcmeqVec, Name: "fcmeq", Pattern: "0 Q 0 01110 0 sz 1 Rm 11100 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFmaxVec, Name: "fmax", Pattern: "0 Q 0 01110 0 sz 1 Rm 11110 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrecpsVec, Name: "frecps", Pattern: "0 Q 0 01110 0 sz 1 Rm 11111 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFminnmVec, Name: "fminnm", Pattern: "0 Q 0 01110 1 sz 1 Rm 11000 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFmlsVec, Name: "fmls", Pattern: "0 Q 0 01110 1 sz 1 Rm 11001 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFsubVec, Name: "fsub", Pattern: "0 Q 0 01110 1 sz 1 Rm 11010 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFminVec, Name: "fmin", Pattern: "0 Q 0 01110 1 sz 1 Rm 11110 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrsqrtsVec, Name: "frsqrts", Pattern: "0 Q 0 01110 1 sz 1 Rm 11111 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFmaxnmpVec, Name: "fmaxnmp", Pattern: "0 Q 1 01110 0 sz 1 Rm 11000 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFaddpVec, Name: "faddp", Pattern: "0 Q 1 01110 0 sz 1 Rm 11010 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFmulVec, Name: "fmul", Pattern: "0 Q 1 01110 0 sz 1 Rm 11011 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcmgeVec, Name: "fcmge", Pattern: "0 Q 1 01110 0 sz 1 Rm 11100 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFacgeVec, Name: "facge", Pattern: "0 Q 1 01110 0 sz 1 Rm 11101 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFmaxpVec, Name: "fmaxp", Pattern: "0 Q 1 01110 0 sz 1 Rm 11110 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFdivVec, Name: "fdiv", Pattern: "0 Q 1 01110 0 sz 1 Rm 11111 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFminnmpVec, Name: "fminnmp", Pattern: "0 Q 1 01110 1 sz 1 Rm 11000 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFabdVec, Name: "fabd", Pattern: "0 Q 1 01110 1 sz 1 Rm 11010 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcmgtVec, Name: "fcmgt", Pattern: "0 Q 1 01110 1 sz 1 Rm 11100 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFacgtVec, Name: "facgt", Pattern: "0 Q 1 01110 1 sz 1 Rm 11101 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFminpVec, Name: "fminp", Pattern: "0 Q 1 01110 1 sz 1 Rm 11110 1 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFmlalVec, Name: "fmlal", Pattern: "0 Q 0 01110 00 1 Rm 11101 1 Rn Rd", Feature: FHM},
	{Op: OpFmlslVec, Name: "fmlsl", Pattern: "0 Q 0 01110 10 1 Rm 11101 1 Rn Rd", Feature: FHM},
	{Op: OpFmlal2Vec, Name: "fmlal2", Pattern: "0 Q 1 01110 00 1 Rm 11001 1 Rn Rd", Feature: FHM},
	{Op: OpFmlsl2Vec, Name: "fmlsl2", Pattern: "0 Q 1 01110 10 1 Rm 11001 1 Rn Rd", Feature: FHM},

	// Three same, half precision
	{Op: OpFmaxnmVecH, Name: "fmaxnm", Pattern: "0 Q 0 01110 0 10 Rm 00 000 1 Rn Rd", Feature: FP16},
	{Op: OpFmlaVecH, Name: "fmla", Pattern: "0 Q 0 01110 0 10 Rm 00 001 1 Rn Rd", Feature: FP16},
	{Op: OpFaddVecH, Name: "fadd", Pattern: "0 Q 0 01110 0 10 Rm 00 010 1 Rn Rd", Feature: FP16},
	{Op: OpFmulxVecH, Name: "fmulx", Pattern: "0 Q 0 01110 0 10 Rm 00 011 1 Rn Rd", Feature: FP16},
	{Op: OpFcmeqVecH, Name: "fcmeq", Pattern: "0 Q 0 01110 0 10 Rm 00 100 1 Rn Rd", Feature: FP16},
	{Op: OpFmaxVecH, Name: "fmax", Pattern: "0 Q 0 01110 0 10 Rm 00 110 1 Rn Rd", Feature: FP16},
	{Op: OpFrecpsVecH, Name: "frecps", Pattern: "0 Q 0 01110 0 10 Rm 00 111 1 Rn Rd", Feature: FP16},
	{Op: OpFminnmVecH, Name: "fminnm", Pattern: "0 Q 0 01110 1 10 Rm 00 000 1 Rn Rd", Feature: FP16},
	{Op: OpFmlsVecH, Name: "fmls", Pattern: "0 Q 0 01110 1 10 Rm 00 001 1 Rn Rd", Feature: FP16},
	{Op: OpFsubVecH, Name: "fsub", Pattern: "0 Q 0 01110 1 10 Rm 00 010 1 Rn Rd", Feature: FP16},
	{Op: OpFminVecH, Name: "fmin", Pattern: "0 Q 0 01110 1 10 Rm 00 110 1 Rn Rd", Feature: FP16},
	{Op: OpFrsqrtsVecH, Name: "frsqrts", Pattern: "0 Q 0 01110 1 10 Rm 00 111 1 Rn Rd", Feature: FP16},
	{Op: OpFmaxnmpVecH, Name: "fmaxnmp", Pattern: "0 Q 1 01110 0 10 Rm 00 000 1 Rn Rd", Feature: FP16},
	{Op: OpFaddpVecH, Name: "faddp", Pattern: "0 Q 1 01110 0 10 Rm 00 010 1 Rn Rd", Feature: FP16},
	{Op: OpFmulVecH, Name: "fmul", Pattern: "0 Q 1 01110 0 10 Rm 00 011 1 Rn Rd", Feature: FP16},
	{Op: OpFcmgeVecH, Name: "fcmge", Pattern: "0 Q 1 01110 0 10 Rm 00 100 1 Rn Rd", Feature: FP16},
	{Op: OpFacgeVecH, Name: "facge", Pattern: "0 Q 1 01110 0 10 Rm 00 101 1 Rn Rd", Feature: FP16},
	{Op: OpFmaxpVecH, Name: "fmaxp", Pattern: "0 Q 1 01110 0 10 Rm 00 110 1 Rn Rd", Feature: FP16},
	{Op: OpFdivVecH, Name: "fdiv", Pattern: "0 Q 1 01110 0 10 Rm 00 111 1 Rn Rd", Feature: FP16},
	{Op: OpFminnmpVecH, Name: "fminnmp", Pattern: "0 Q 1 01110 1 10 Rm 00 000 1 Rn Rd", Feature: FP16},
	{Op: OpFabdVecH, Name: "fabd", Pattern: "0 Q 1 01110 1 10 Rm 00 010 1 Rn Rd", Feature: FP16},
	{Op: OpFcmgtVecH, Name: "fcmgt", Pattern: "0 Q 1 01110 1 10 Rm 00 100 1 Rn Rd", Feature: FP16},
	{Op: OpFacgtVecH, Name: "facgt", Pattern: "0 Q 1 01110 1 10 Rm 00 101 1 Rn Rd", Feature: FP16},
	{Op: OpFminpVecH, Name: "fminp", Pattern: "0 Q 1 01110 1 10 Rm 00 110 1 Rn Rd", Feature: FP16},

	// Three same, extra
	{Op: OpSqrdmlahVec, Name: "sqrdmlah", Pattern: "0 Q 1 01110 size:2 0 Rm 1 0000 1 Rn Rd", Feature: RDM, when: sizeHS},
	{Op: OpSqrdmlshVec, Name: "sqrdmlsh", Pattern: "0 Q 1 01110 size:2 0 Rm 1 0001 1 Rn Rd", Feature: RDM, when: sizeHS},
	{Op: OpSdotVec, Name: "sdot", Pattern: "0 Q 0 01110 10 0 Rm 1 0010 1 Rn Rd", Feature: DotProd},
	{Op: OpUdotVec, Name: "udot", Pattern: "0 Q 1 01110 10 0 Rm 1 0010 1 Rn Rd", Feature: DotProd},
	{Op: OpUsdotVec, Name: "usdot", Pattern: "0 Q 0 01110 10 0 Rm 1 0011 1 Rn Rd", Feature: I8MM},
	{Op: OpFcmlaVec, Name: "fcmla", Pattern: "0 Q 1 01110 size:2 0 Rm 1 10 rot:2 1 Rn Rd", Feature: FCMA, when: complexSize},
	{Op: OpFcaddVec, Name: "fcadd", Pattern: "0 Q 1 01110 size:2 0 Rm 1 11 rot 0 1 Rn Rd", Feature: FCMA, when: complexSize},
	{Op: OpBfdotVec, Name: "bfdot", Pattern: "0 Q 1 01110 01 0 Rm 1 1111 1 Rn Rd", Feature: BF16},
	{Op: OpBfmlalVec, Name: "bfmlal", Pattern: "0 Q 1 01110 11 0 Rm 1 1111 1 Rn Rd", Feature: BF16},
	{Op: OpBfmmlaVec, Name: "bfmmla", Pattern: "0 1 1 01110 01 0 Rm 1 1101 1 Rn Rd", Feature: BF16},
	{Op: OpSmmlaVec, Name: "smmla", Pattern: "0 1 0 01110 10 0 Rm 1 0100 1 Rn Rd", Feature: I8MM},
	{Op: OpUmmlaVec, Name: "ummla", Pattern: "0 1 1 01110 10 0 Rm 1 0100 1 Rn Rd", Feature: I8MM},
	{Op: OpUsmmlaVec, Name: "usmmla", Pattern: "0 1 0 01110 10 0 Rm 1 0101 1 Rn Rd", Feature: I8MM},

	// Three different
	{Op: OpSaddlVec, Name: "saddl", Pattern: "0 Q 0 01110 size:2 1 Rm 0000 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSaddwVec, Name: "saddw", Pattern: "0 Q 0 01110 size:2 1 Rm 0001 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSsublVec, Name: "ssubl", Pattern: "0 Q 0 01110 size:2 1 Rm 0010 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSsubwVec, Name: "ssubw", Pattern: "0 Q 0 01110 size:2 1 Rm 0011 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpAddhnVec, Name: "addhn", Pattern: "0 Q 0 01110 size:2 1 Rm 0100 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSabalVec, Name: "sabal", Pattern: "0 Q 0 01110 size:2 1 Rm 0101 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSubhnVec, Name: "subhn", Pattern: "0 Q 0 01110 size:2 1 Rm 0110 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSabdlVec, Name: "sabdl", Pattern: "0 Q 0 01110 size:2 1 Rm 0111 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSmlalVec, Name: "smlal", Pattern: "0 Q 0 01110 size:2 1 Rm 1000 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqdmlalVec, Name: "sqdmlal", Pattern: "0 Q 0 01110 size:2 1 Rm 1001 00 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSmlslVec, Name: "smlsl", Pattern: "0 Q 0 01110 size:2 1 Rm 1010 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqdmlslVec, Name: "sqdmlsl", Pattern: "0 Q 0 01110 size:2 1 Rm 1011 00 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSmullVec, Name: "smull", Pattern: "0 Q 0 01110 size:2 1 Rm 1100 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqdmullVec, Name: "sqdmull", Pattern: "0 Q 0 01110 size:2 1 Rm 1101 00 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpPmullVec, Name: "pmull", Pattern: "0 Q 0 01110 size:2 1 Rm 1110 00 Rn Rd", Feature: PMULL, when: polySize},
	{Op: OpUaddlVec, Name: "uaddl", Pattern: "0 Q 1 01110 size:2 1 Rm 0000 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUaddwVec, Name: "uaddw", Pattern: "0 Q 1 01110 size:2 1 Rm 0001 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUsublVec, Name: "usubl", Pattern: "0 Q 1 01110 size:2 1 Rm 0010 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUsubwVec, Name: "usubw", Pattern: "0 Q 1 01110 size:2 1 Rm 0011 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpRaddhnVec, Name: "raddhn", Pattern: "0 Q 1 01110 size:2 1 Rm 0100 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUabalVec, Name: "uabal", Pattern: "0 Q 1 01110 size:2 1 Rm 0101 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpRsubhnVec, Name: "rsubhn", Pattern: "0 Q 1 01110 size:2 1 Rm 0110 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUabdlVec, Name: "uabdl", Pattern: "0 Q 1 01110 size:2 1 Rm 0111 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUmlalVec, Name: "umlal", Pattern: "0 Q 1 01110 size:2 1 Rm 1000 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUmlslVec, Name: "umlsl", Pattern: "0 Q 1 01110 size:2 1 Rm 1010 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUmullVec, Name: "umull", Pattern: "0 Q 1 01110 size:2 1 Rm 1100 00 Rn Rd", Feature: AdvSIMD, when: sizeNot3},

	// Permute, extract and table lookup
	{Op: OpUzp1Vec, Name: "uzp1", Pattern: "0 Q 001110 size:2 0 Rm 0 001 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpTrn1Vec, Name: "trn1", Pattern: "0 Q 001110 size:2 0 Rm 0 010 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpZip1Vec, Name: "zip1", Pattern: "0 Q 001110 size:2 0 Rm 0 011 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpUzp2Vec, Name: "uzp2", Pattern: "0 Q 001110 size:2 0 Rm 0 101 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpTrn2Vec, Name: "trn2", Pattern: "0 Q 001110 size:2 0 Rm 0 110 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpZip2Vec, Name: "zip2", Pattern: "0 Q 001110 size:2 0 Rm 0 111 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpExtVec, Name: "ext", Pattern: "0 Q 101110 00 0 Rm 0 imm4 0 Rn Rd", Feature: AdvSIMD, when: extIndex},
	{Op: OpTblVec, Name: "tbl", Pattern: "0 Q 001110 00 0 Rm 0 len:2 0 00 Rn Rd", Feature: AdvSIMD},
	{Op: OpTbxVec, Name: "tbx", Pattern: "0 Q 001110 00 0 Rm 0 len:2 1 00 Rn Rd", Feature: AdvSIMD},
}
