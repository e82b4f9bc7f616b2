package a64

// Operations of Advanced SIMD with two vector registers.
const (

	// Two-register miscellaneous, integer
	OpRev64Vec Op = iota + endSimdThree
	OpRev16Vec
	OpSaddlpVec
	OpSuqaddVec
	OpClsVec
	OpCntVec
	OpSadalpVec
	OpSqabsVec
	OpCmgtVec0
	OpCmeqVec0
	OpCmltVec0
	OpAbsVec
	OpXtnVec
	OpSqxtnVec
	OpRev32Vec
	OpUaddlpVec
	OpUsqaddVec
	OpClzVec
	OpUadalpVec
	OpSqnegVec
	OpCmgeVec0
	OpCmleVec0
	OpNegVec
	OpSqxtunVec
	OpShllVec
	OpUqxtnVec
	OpNotVec
	OpRbitVec

	// Two-register miscellaneous, floating point
	OpFrintnVec
	OpFrintmVec
	OpFcvtnsVec
	OpFcvtmsVec
	OpFcvtasVec
	OpScvtfVec
	OpFcmgtVec0
	OpFcmeqVec0
	OpFcmltVec0
	OpFabsVec
	OpFrintpVec
	OpFrintzVec
	OpFcvtpsVec
	OpFcvtzsVec
	OpFrecpeVec
	OpFrintaVec
	OpFrintxVec
	OpFcvtnuVec
	OpFcvtmuVec
	OpFcvtauVec
	OpUcvtfVec
	OpFcmgeVec0
	OpFcmleVec0
	OpFnegVec
	OpFrintiVec
	OpFcvtpuVec
	OpFcvtzuVec
	OpFrsqrteVec
	OpFsqrtVec
	OpFcvtnVec
	OpFcvtlVec
	OpFcvtxnVec
	OpBfcvtnVec
	OpUrecpeVec
	OpUrsqrteVec
	OpFrint32zVec
	OpFrint64zVec
	OpFrint32xVec
	OpFrint64xVec

	// Two-register miscellaneous, half precision
	OpFrintnVecH
	OpFrintmVecH
	OpFcvtnsVecH
	OpFcvtmsVecH
	OpFcvtasVecH
	OpScvtfVecH
	OpFcmgtVecH0
	OpFcmeqVecH0
	OpFcmltVecH0
	OpFabsVecH
	OpFrintpVecH
	OpFrintzVecH
	OpFcvtpsVecH
	OpFcvtzsVecH
	OpFrecpeVecH
	OpFrintaVecH
	OpFrintxVecH
	OpFcvtnuVecH
	OpFcvtmuVecH
	OpFcvtauVecH
	OpUcvtfVecH
	OpFcmgeVecH0
	OpFcmleVecH0
	OpFnegVecH
	OpFrintiVecH
	OpFcvtpuVecH
	OpFcvtzuVecH
	OpFrsqrteVecH
	OpFsqrtVecH

	// Across lanes
	OpSaddlvVec
	OpSmaxvVec
	OpSminvVec
	OpAddvVec
	OpUaddlvVec
	OpUmaxvVec
	OpUminvVec
	OpFmaxnmvVec
	OpFmaxvVec
	OpFminnmvVec
	OpFminvVec
	OpFmaxnmvVecH
	OpFmaxvVecH
	OpFminnmvVecH
	OpFminvVecH

	endSimdTwo
)

var simdTwo = []Line{

	// Two-register miscellaneous, integer
	{Op: OpRev64Vec, Name: "rev64", Pattern: "0 Q 0 01110 size:2 10000 00000 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpRev16Vec, Name: "rev16", Pattern: "0 Q 0 01110 size:2 10000 00001 10 Rn Rd", Feature: AdvSIMD, when: sizeB},
	{Op: OpSaddlpVec, Name: "saddlp", Pattern: "0 Q 0 01110 size:2 10000 00010 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSuqaddVec, Name: "suqadd", Pattern: "0 Q 0 01110 size:2 10000 00011 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpClsVec, Name: "cls", Pattern: "0 Q 0 01110 size:2 10000 00100 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpCntVec, Name: "cnt", Pattern: "0 Q 0 01110 size:2 10000 00101 10 Rn Rd", Feature: AdvSIMD, when: sizeB},
	{Op: OpSadalpVec, Name: "sadalp", Pattern: "0 Q 0 01110 size:2 10000 00110 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqabsVec, Name: "sqabs", Pattern: "0 Q 0 01110 size:2 10000 00111 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmgtVec0, Name: "cmgt", Pattern: "0 Q 0 01110 size:2 10000 01000 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmeqVec0, Name: "cmeq", Pattern: "0 Q 0 01110 size:2 10000 01001 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmltVec0, Name: "cmlt", Pattern: "0 Q 0 01110 size:2 10000 01010 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpAbsVec, Name: "abs", Pattern: "0 Q 0 01110 size:2 10000 01011 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpXtnVec, Name: "xtn", Pattern: "0 Q 0 01110 size:2 10000 10010 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqxtnVec, Name: "sqxtn", Pattern: "0 Q 0 01110 size:2 10000 10100 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpRev32Vec, Name: "rev32", Pattern: "0 Q 1 01110 size:2 10000 00000 10 Rn Rd", Feature: AdvSIMD, when: sizeBH},
	{Op: OpUaddlpVec, Name: "uaddlp", Pattern: "0 Q 1 01110 size:2 10000 00010 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUsqaddVec, Name: "usqadd", Pattern: "0 Q 1 01110 size:2 10000 00011 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpClzVec, Name: "clz", Pattern: "0 Q 1 01110 size:2 10000 00100 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUadalpVec, Name: "uadalp", Pattern: "0 Q 1 01110 size:2 10000 00110 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpSqnegVec, Name: "sqneg", Pattern: "0 Q 1 01110 size:2 10000 00111 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmgeVec0, Name: "cmge", Pattern: "0 Q 1 01110 size:2 10000 01000 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpCmleVec0, Name: "cmle", Pattern: "0 Q 1 01110 size:2 10000 01001 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpNegVec, Name: "neg", Pattern: "0 Q 1 01110 size:2 10000 01011 10 Rn Rd", Feature: AdvSIMD, when: sizeQ},
	{Op: OpSqxtunVec, Name: "sqxtun", Pattern: "0 Q 1 01110 size:2 10000 10010 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpShllVec, Name: "shll", Pattern: "0 Q 1 01110 size:2 10000 10011 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUqxtnVec, Name: "uqxtn", Pattern: "0 Q 1 01110 size:2 10000 10100 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpNotVec, Name: "not", Pattern: "0 Q 1 01110 00 10000 00101 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpRbitVec, Name: "rbit", Pattern: "0 Q 1 01110 01 10000 00101 10 Rn Rd", Feature: AdvSIMD},

	// Two-register miscellaneous, floating point
	{Op: OpFrintnVec, Name: "frintn", Pattern: "0 Q 0 01110 0 sz 10000 11000 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrintmVec, Name: "frintm", Pattern: "0 Q 0 01110 0 sz 10000 11001 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtnsVec, Name: "fcvtns", Pattern: "0 Q 0 01110 0 sz 10000 11010 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtmsVec, Name: "fcvtms", Pattern: "0 Q 0 01110 0 sz 10000 11011 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtasVec, Name: "fcvtas", Pattern: "0 Q 0 01110 0 sz 10000 11100 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpScvtfVec, Name: "scvtf", Pattern: "0 Q 0 01110 0 sz 10000 11101 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcmgtVec0, Name: "fcmgt", Pattern: "0 Q 0 01110 1 sz 10000 01100 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcmeqVec0, Name: "fcmeq", Pattern: "0 Q 0 01110 1 sz 10000 01101 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcmltVec0, Name: "fcmlt", Pattern: "0 Q 0 01110 1 sz 10000 01110 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFabsVec, Name: "fabs", Pattern: "0 Q 0 01110 1 sz 10000 01111 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrintpVec, Name: "frintp", Pattern: "0 Q 0 01110 1 sz 10000 11000 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrintzVec, Name: "frintz", Pattern: "0 Q 0 01110 1 sz 10000 11001 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtpsVec, Name: "fcvtps", Pattern: "0 Q 0 01110 1 sz 10000 11010 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtzsVec, Name: "fcvtzs", Pattern: "0 Q 0 01110 1 sz 10000 11011 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrecpeVec, Name: "frecpe", Pattern: "0 Q 0 01110 1 sz 10000 11101 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrintaVec, Name: "frinta", Pattern: "0 Q 1 01110 0 sz 10000 11000 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrintxVec, Name: "frintx", Pattern: "0 Q 1 01110 0 sz 10000 11001 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtnuVec, Name: "fcvtnu", Pattern: "0 Q 1 01110 0 sz 10000 11010 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtmuVec, Name: "fcvtmu", Pattern: "0 Q 1 01110 0 sz 10000 11011 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtauVec, Name: "fcvtau", Pattern: "0 Q 1 01110 0 sz 10000 11100 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpUcvtfVec, Name: "ucvtf", Pattern: "0 Q 1 01110 0 sz 10000 11101 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcmgeVec0, Name: "fcmge", Pattern: "0 Q 1 01110 1 sz 10000 01100 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcmleVec0, Name: "fcmle", Pattern: "0 Q 1 01110 1 sz 10000 01101 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFnegVec, Name: "fneg", Pattern: "0 Q 1 01110 1 sz 10000 01111 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrintiVec, Name: "frinti", Pattern: "0 Q 1 01110 1 sz 10000 11001 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtpuVec, Name: "fcvtpu", Pattern: "0 Q 1 01110 1 sz 10000 11010 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtzuVec, Name: "fcvtzu", Pattern: "0 Q 1 01110 1 sz 10000 11011 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFrsqrteVec, Name: "frsqrte", Pattern: "0 Q 1 01110 1 sz 10000 11101 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFsqrtVec, Name: "fsqrt", Pattern: "0 Q 1 01110 1 sz 10000 11111 10 Rn Rd", Feature: AdvSIMD, when: szQ},
	{Op: OpFcvtnVec, Name: "fcvtn", Pattern: "0 Q 0 01110 0 sz 10000 10110 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtlVec, Name: "fcvtl", Pattern: "0 Q 0 01110 0 sz 10000 10111 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtxnVec, Name: "fcvtxn", Pattern: "0 Q 1 01110 01 10000 10110 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpBfcvtnVec, Name: "bfcvtn", Pattern: "0 Q 0 01110 10 10000 10110 10 Rn Rd", Feature: BF16},
	{Op: OpUrecpeVec, Name: "urecpe", Pattern: "0 Q 0 01110 10 10000 11100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpUrsqrteVec, Name: "ursqrte", Pattern: "0 Q 1 01110 10 10000 11100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFrint32zVec, Name: "frint32z", Pattern: "0 Q 0 01110 0 sz 10000 11110 10 Rn Rd", Feature: FRINTTS, when: szQ},
	{Op: OpFrint64zVec, Name: "frint64z", Pattern: "0 Q 0 01110 0 sz 10000 11111 10 Rn Rd", Feature: FRINTTS, when: szQ},
	{Op: OpFrint32xVec, Name: "frint32x", Pattern: "0 Q 1 01110 0 sz 10000 11110 10 Rn Rd", Feature: FRINTTS, when: szQ},
	{Op: OpFrint64xVec, Name: "frint64x", Pattern: "0 Q 1 01110 0 sz 10000 11111 10 Rn Rd", Feature: FRINTTS, when: szQ},

	// Two-register miscellaneous, half precision
	{Op: OpFrintnVecH, Name: "frintn", Pattern: "0 Q 0 01110 0 111100 11000 10 Rn Rd", Feature: FP16},
	{Op: OpFrintmVecH, Name: "frintm", Pattern: "0 Q 0 01110 0 111100 11001 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtnsVecH, Name: "fcvtns", Pattern: "0 Q 0 01110 0 111100 11010 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtmsVecH, Name: "fcvtms", Pattern: "0 Q 0 01110 0 111100 11011 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtasVecH, Name: "fcvtas", Pattern: "0 Q 0 01110 0 111100 11100 10 Rn Rd", Feature: FP16},
	{Op: OpScvtfVecH, Name: "scvtf", Pattern: "0 Q 0 01110 0 111100 11101 10 Rn Rd", Feature: FP16},
	{Op: OpFcmgtVecH0, Name: "fcmgt", Pattern: "0 Q 0 01110 1 111100 01100 10 Rn Rd", Feature: FP16},
	{Op: OpFcmeqVecH0, Name: "fcmeq", Pattern: "0 Q 0 01110 1 111100 01101 10 Rn Rd", Feature: FP16},
	{Op: OpFcmltVecH0, Name: "fcmlt", Pattern: "0 Q 0 01110 1 111100 01110 10 Rn Rd", Feature: FP16},
	{Op: OpFabsVecH, Name: "fabs", Pattern: "0 Q 0 01110 1 111100 01111 10 Rn Rd", Feature: FP16},
	{Op: OpFrintpVecH, Name: "frintp", Pattern: "0 Q 0 01110 1 111100 11000 10 Rn Rd", Feature: FP16},
	{Op: OpFrintzVecH, Name: "frintz", Pattern: "0 Q 0 01110 1 111100 11001 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtpsVecH, Name: "fcvtps", Pattern: "0 Q 0 01110 1 111100 11010 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtzsVecH, Name: "fcvtzs", Pattern: "0 Q 0 01110 1 111100 11011 10 Rn Rd", Feature: FP16},
	{Op: OpFrecpeVecH, Name: "frecpe", Pattern: "0 Q 0 01110 1 111100 11101 10 Rn Rd", Feature: FP16},
	{Op: OpFrintaVecH, Name: "frinta", Pattern: "0 Q 1 01110 0 111100 11000 10 Rn Rd", Feature: FP16},
	{Op: OpFrintxVecH, Name: "frintx", Pattern: "0 Q 1 01110 0 111100 11001 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtnuVecH, Name: "fcvtnu", Pattern: "0 Q 1 01110 0 111100 11010 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtmuVecH, Name: "fcvtmu", Pattern: "0 Q 1 01110 0 111100 11011 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtauVecH, Name: "fcvtau", Pattern: "0 Q 1 01110 0 111100 11100 10 Rn Rd", Feature: FP16},
	{Op: OpUcvtfVecH, Name: "ucvtf", Pattern: "0 Q 1 01110 0 111100 11101 10 Rn Rd", Feature: FP16},
	{Op: OpFcmgeVecH0, Name: "fcmge", Pattern: "0 Q 1 01110 1 111100 01100 10 Rn Rd", Feature: FP16},
	{Op: OpFcmleVecH0, Name: "fcmle", Pattern: "0 Q 1 01110 1 111100 01101 10 Rn Rd", Feature: FP16},
	{Op: OpFnegVecH, Name: "fneg", Pattern: "0 Q 1 01110 1 111100 01111 10 Rn Rd", Feature: FP16},
	{Op: OpFrintiVecH, Name: "frinti", Pattern: "0 Q 1 01110 1 111100 11001 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtpuVecH, Name: "fcvtpu", Pattern: "0 Q 1 01110 1 111100 11010 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtzuVecH, Name: "fcvtzu", Pattern: "0 Q 1 01110 1 111100 11011 10 Rn Rd", Feature: FP16},
	{Op: OpFrsqrteVecH, Name: "frsqrte", Pattern: "0 Q 1 01110 1 111100 11101 10 Rn Rd", Feature: FP16},
	{Op: OpFsqrtVecH, Name: "fsqrt", Pattern: "0 Q 1 01110 1 111100 11111 10 Rn Rd", Feature: FP16},

	// Across lanes
	{Op: OpSaddlvVec, Name: "saddlv", Pattern: "0 Q 0 01110 size:2 11000 00011 10 Rn Rd", Feature: AdvSIMD, when: acrossSize},
	{Op: OpSmaxvVec, Name: "smaxv", Pattern: "0 Q 0 01110 size:2 11000 01010 10 Rn Rd", Feature: AdvSIMD, when: acrossSize},
	{Op: OpSminvVec, Name: "sminv", Pattern: "0 Q 0 01110 size:2 11000 11010 10 Rn Rd", Feature: AdvSIMD, when: acrossSize},
	{Op: OpAddvVec, Name: "addv", Pattern: "0 Q 0 01110 size:2 11000 11011 10 Rn Rd", Feature: AdvSIMD, when: acrossSize},
	{Op: OpUaddlvVec, Name: "uaddlv", Pattern: "0 Q 1 01110 size:2 11000 00011 10 Rn Rd", Feature: AdvSIMD, when: acrossSize},
	{Op: OpUmaxvVec, Name: "umaxv", Pattern: "0 Q 1 01110 size:2 11000 01010 10 Rn Rd", Feature: AdvSIMD, when: acrossSize},
	{Op: OpUminvVec, Name: "uminv", Pattern: "0 Q 1 01110 size:2 11000 11010 10 Rn Rd", Feature: AdvSIMD, when: acrossSize},
	{Op: OpFmaxnmvVec, Name: "fmaxnmv", Pattern: "0 1 1 01110 00 11000 01100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFmaxvVec, Name: "fmaxv", Pattern: "0 1 1 01110 00 11000 01111 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFminnmvVec, Name: "fminnmv", Pattern: "0 1 1 01110 10 11000 01100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFminvVec, Name: "fminv", Pattern: "0 1 1 01110 10 11000 01111 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFmaxnmvVecH, Name: "fmaxnmv", Pattern: "0 Q 0 01110 00 11000 01100 10 Rn Rd", Feature: FP16},
	{Op: OpFmaxvVecH, Name: "fmaxv", Pattern: "0 Q 0 01110 00 11000 01111 10 Rn Rd", Feature: FP16},
	{Op: OpFminnmvVecH, Name: "fminnmv", Pattern: "0 Q 0 01110 10 11000 01100 10 Rn Rd", Feature: FP16},
	{Op: OpFminvVecH, Name: "fminv", Pattern: "0 Q 0 01110 10 11000 01111 10 Rn Rd", Feature: FP16},
}
