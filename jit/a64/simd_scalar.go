package a64

// Operations of Advanced SIMD scalar.
const (

	// Three same, integer
	OpSqaddSca Op = iota + endSimdTwo
	OpSqsubSca
	OpCmgtSca
	OpCmgeSca
	OpSshlSca
	OpSqshlSca
	OpSrshlSca
	OpSqrshlSca
	OpAddSca
	OpCmtstSca
	OpSqdmulhSca
	OpUqaddSca
	OpUqsubSca
	OpCmhiSca
	OpCmhsSca
	OpUshlSca
	OpUqshlSca
	OpUrshlSca
	OpUqrshlSca
	OpSubSca
	OpCmeqSca
	OpSqrdmulhSca

	// Three same, floating point
	OpFmulxSca
	OpFcmeqSca
	OpFrecpsSca
	OpFrsqrtsSca
	OpFcmgeSca
	OpFacgeSca
	OpFabdSca
	OpFcmgtSca
	OpFacgtSca

	// Three same, half precision
	OpFmulxScaH
	OpFcmeqScaH
	OpFrecpsScaH
	OpFrsqrtsScaH
	OpFcmgeScaH
	OpFacgeScaH
	OpFabdScaH
	OpFcmgtScaH
	OpFacgtScaH

	// Three same, extra
	OpSqrdmlahSca
	OpSqrdmlshSca

	// Three different
	OpSqdmlalSca
	OpSqdmlslSca
	OpSqdmullSca

	// Two-register miscellaneous, integer
	OpSuqaddSca
	OpSqabsSca
	OpCmgtSca0
	OpCmeqSca0
	OpCmltSca0
	OpAbsSca
	OpSqxtnSca
	OpUsqaddSca
	OpSqnegSca
	OpCmgeSca0
	OpCmleSca0
	OpNegSca
	OpSqxtunSca
	OpUqxtnSca

	// Two-register miscellaneous, floating point
	OpFcvtnsSca
	OpFcvtmsSca
	OpFcvtasSca
	OpScvtfSca
	OpFcmgtSca0
	OpFcmeqSca0
	OpFcmltSca0
	OpFcvtpsSca
	OpFcvtzsSca
	OpFrecpeSca
	OpFrecpxSca
	OpFcvtnuSca
	OpFcvtmuSca
	OpFcvtauSca
	OpUcvtfSca
	OpFcmgeSca0
	OpFcmleSca0
	OpFcvtpuSca
	OpFcvtzuSca
	OpFrsqrteSca
	OpFcvtxnSca

	// Two-register miscellaneous, half precision
	OpFcvtnsScaH
	OpFcvtmsScaH
	OpFcvtasScaH
	OpScvtfScaH
	OpFcmgtScaH0
	OpFcmeqScaH0
	OpFcmltScaH0
	OpFcvtpsScaH
	OpFcvtzsScaH
	OpFrecpeScaH
	OpFrecpxScaH
	OpFcvtnuScaH
	OpFcvtmuScaH
	OpFcvtauScaH
	OpUcvtfScaH
	OpFcmgeScaH0
	OpFcmleScaH0
	OpFcvtpuScaH
	OpFcvtzuScaH
	OpFrsqrteScaH

	// Pairwise
	OpAddpSca
	OpFmaxnmpSca
	OpFaddpSca
	OpFmaxpSca
	OpFminnmpSca
	OpFminpSca
	OpFmaxnmpScaH
	OpFaddpScaH
	OpFmaxpScaH
	OpFminnmpScaH
	OpFminpScaH

	// Copy
	OpDupSca

	endSimdScalar
)

var simdScalar = []Line{

	// Three same, integer
	{Op: OpSqaddSca, Name: "sqadd", Pattern: "01 0 11110 size:2 1 Rm 00001 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpSqsubSca, Name: "sqsub", Pattern: "01 0 11110 size:2 1 Rm 00101 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpCmgtSca, Name: "cmgt", Pattern: "01 0 11110 size:2 1 Rm 00110 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpCmgeSca, Name: "cmge", Pattern: "01 0 11110 size:2 1 Rm 00111 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpSshlSca, Name: "sshl", Pattern: "01 0 11110 size:2 1 Rm 01000 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpSqshlSca, Name: "sqshl", Pattern: "01 0 11110 size:2 1 Rm 01001 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpSrshlSca, Name: "srshl", Pattern: "01 0 11110 size:2 1 Rm 01010 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpSqrshlSca, Name: "sqrshl", Pattern: "01 0 11110 size:2 1 Rm 01011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpAddSca, Name: "add", Pattern: "01 0 11110 size:2 1 Rm 10000 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpCmtstSca, Name: "cmtst", Pattern: "01 0 11110 size:2 1 Rm 10001 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpSqdmulhSca, Name: "sqdmulh", Pattern: "01 0 11110 size:2 1 Rm 10110 1 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpUqaddSca, Name: "uqadd", Pattern: "01 1 11110 size:2 1 Rm 00001 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpUqsubSca, Name: "uqsub", Pattern: "01 1 11110 size:2 1 Rm 00101 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpCmhiSca, Name: "cmhi", Pattern: "01 1 11110 size:2 1 Rm 00110 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpCmhsSca, Name: "cmhs", Pattern: "01 1 11110 size:2 1 Rm 00111 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpUshlSca, Name: "ushl", Pattern: "01 1 11110 size:2 1 Rm 01000 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpUqshlSca, Name: "uqshl", Pattern: "01 1 11110 size:2 1 Rm 01001 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpUrshlSca, Name: "urshl", Pattern: "01 1 11110 size:2 1 Rm 01010 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpUqrshlSca, Name: "uqrshl", Pattern: "01 1 11110 size:2 1 Rm 01011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpSubSca, Name: "sub", Pattern: "01 1 11110 size:2 1 Rm 10000 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpCmeqSca, Name: "cmeq", Pattern: "01 1 11110 size:2 1 Rm 10001 1 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpSqrdmulhSca, Name: "sqrdmulh", Pattern: "01 1 11110 size:2 1 Rm 10110 1 Rn Rd", Feature: AdvSIMD, when: sizeHS},

	// Three same, floating point
	{Op: OpFmulxSca, Name: "fmulx", Pattern: "01 0 11110 0 sz 1 Rm 11011 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcmeqSca, Name: "fcmeq", Pattern: "01 0 11110 0 sz 1 Rm 11100 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpFrecpsSca, Name: "frecps", Pattern: "01 0 11110 0 sz 1 Rm 11111 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpFrsqrtsSca, Name: "frsqrts", Pattern: "01 0 11110 1 sz 1 Rm 11111 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcmgeSca, Name: "fcmge", Pattern: "01 1 11110 0 sz 1 Rm 11100 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpFacgeSca, Name: "facge", Pattern: "01 1 11110 0 sz 1 Rm 11101 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpFabdSca, Name: "fabd", Pattern: "01 1 11110 1 sz 1 Rm 11010 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcmgtSca, Name: "fcmgt", Pattern: "01 1 11110 1 sz 1 Rm 11100 1 Rn Rd", Feature: AdvSIMD},
	{Op: OpFacgtSca, Name: "facgt", Pattern: "01 1 11110 1 sz 1 Rm 11101 1 Rn Rd", Feature: AdvSIMD},

	// Three same, half precision
	{Op: OpFmulxScaH, Name: "fmulx", Pattern: "01 0 11110 0 10 Rm 00 011 1 Rn Rd", Feature: FP16},
	{Op: OpFcmeqScaH, Name: "fcmeq", Pattern: "01 0 11110 0 10 Rm 00 100 1 Rn Rd", Feature: FP16},
	{Op: OpFrecpsScaH, Name: "frecps", Pattern: "01 0 11110 0 10 Rm 00 111 1 Rn Rd", Feature: FP16},
	{Op: OpFrsqrtsScaH, Name: "frsqrts", Pattern: "01 0 11110 1 10 Rm 00 111 1 Rn Rd", Feature: FP16},
	{Op: OpFcmgeScaH, Name: "fcmge", Pattern: "01 1 11110 0 10 Rm 00 100 1 Rn Rd", Feature: FP16},
	{Op: OpFacgeScaH, Name: "facge", Pattern: "01 1 11110 0 10 Rm 00 101 1 Rn Rd", Feature: FP16},
	{Op: OpFabdScaH, Name: "fabd", Pattern: "01 1 11110 1 10 Rm 00 010 1 Rn Rd", Feature: FP16},
	{Op: OpFcmgtScaH, Name: "fcmgt", Pattern: "01 1 11110 1 10 Rm 00 100 1 Rn Rd", Feature: FP16},
	{Op: OpFacgtScaH, Name: "facgt", Pattern: "01 1 11110 1 10 Rm 00 101 1 Rn Rd", Feature: FP16},

	// Three same, extra
	{Op: OpSqrdmlahSca, Name: "sqrdmlah", Pattern: "01 1 11110 size:2 0 Rm 1 0000 1 Rn Rd", Feature: RDM, when: sizeHS},
	{Op: OpSqrdmlshSca, Name: "sqrdmlsh", Pattern: "01 1 11110 size:2 0 Rm 1 0001 1 Rn Rd", Feature: RDM, when: sizeHS},

	// Three different
	{Op: OpSqdmlalSca, Name: "sqdmlal", Pattern: "01 0 11110 size:2 1 Rm 1001 00 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqdmlslSca, Name: "sqdmlsl", Pattern: "01 0 11110 size:2 1 Rm 1011 00 Rn Rd", Feature: AdvSIMD, when: sizeHS},
	{Op: OpSqdmullSca, Name: "sqdmull", Pattern: "01 0 11110 size:2 1 Rm 1101 00 Rn Rd", Feature: AdvSIMD, when: sizeHS},

	// Two-register miscellaneous, integer
	{Op: OpSuqaddSca, Name: "suqadd", Pattern: "01 0 11110 size:2 10000 00011 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpSqabsSca, Name: "sqabs", Pattern: "01 0 11110 size:2 10000 00111 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpCmgtSca0, Name: "cmgt", Pattern: "01 0 11110 size:2 10000 01000 10 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpCmeqSca0, Name: "cmeq", Pattern: "01 0 11110 size:2 10000 01001 10 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpCmltSca0, Name: "cmlt", Pattern: "01 0 11110 size:2 10000 01010 10 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpAbsSca, Name: "abs", Pattern: "01 0 11110 size:2 10000 01011 10 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpSqxtnSca, Name: "sqxtn", Pattern: "01 0 11110 size:2 10000 10100 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUsqaddSca, Name: "usqadd", Pattern: "01 1 11110 size:2 10000 00011 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpSqnegSca, Name: "sqneg", Pattern: "01 1 11110 size:2 10000 00111 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpCmgeSca0, Name: "cmge", Pattern: "01 1 11110 size:2 10000 01000 10 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpCmleSca0, Name: "cmle", Pattern: "01 1 11110 size:2 10000 01001 10 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpNegSca, Name: "neg", Pattern: "01 1 11110 size:2 10000 01011 10 Rn Rd", Feature: AdvSIMD, when: sizeD},
	{Op: OpSqxtunSca, Name: "sqxtun", Pattern: "01 1 11110 size:2 10000 10010 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},
	{Op: OpUqxtnSca, Name: "uqxtn", Pattern: "01 1 11110 size:2 10000 10100 10 Rn Rd", Feature: AdvSIMD, when: sizeNot3},

	// Two-register miscellaneous, floating point
	{Op: OpFcvtnsSca, Name: "fcvtns", Pattern: "01 0 11110 0 sz 10000 11010 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtmsSca, Name: "fcvtms", Pattern: "01 0 11110 0 sz 10000 11011 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtasSca, Name: "fcvtas", Pattern: "01 0 11110 0 sz 10000 11100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpScvtfSca, Name: "scvtf", Pattern: "01 0 11110 0 sz 10000 11101 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcmgtSca0, Name: "fcmgt", Pattern: "01 0 11110 1 sz 10000 01100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcmeqSca0, Name: "fcmeq", Pattern: "01 0 11110 1 sz 10000 01101 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcmltSca0, Name: "fcmlt", Pattern: "01 0 11110 1 sz 10000 01110 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtpsSca, Name: "fcvtps", Pattern: "01 0 11110 1 sz 10000 11010 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtzsSca, Name: "fcvtzs", Pattern: "01 0 11110 1 sz 10000 11011 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFrecpeSca, Name: "frecpe", Pattern: "01 0 11110 1 sz 10000 11101 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFrecpxSca, Name: "frecpx", Pattern: "01 0 11110 1 sz 10000 11111 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtnuSca, Name: "fcvtnu", Pattern: "01 1 11110 0 sz 10000 11010 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtmuSca, Name: "fcvtmu", Pattern: "01 1 11110 0 sz 10000 11011 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtauSca, Name: "fcvtau", Pattern: "01 1 11110 0 sz 10000 11100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpUcvtfSca, Name: "ucvtf", Pattern: "01 1 11110 0 sz 10000 11101 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcmgeSca0, Name: "fcmge", Pattern: "01 1 11110 1 sz 10000 01100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcmleSca0, Name: "fcmle", Pattern: "01 1 11110 1 sz 10000 01101 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtpuSca, Name: "fcvtpu", Pattern: "01 1 11110 1 sz 10000 11010 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtzuSca, Name: "fcvtzu", Pattern: "01 1 11110 1 sz 10000 11011 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFrsqrteSca, Name: "frsqrte", Pattern: "01 1 11110 1 sz 10000 11101 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFcvtxnSca, Name: "fcvtxn", Pattern: "01 1 11110 01 10000 10110 10 Rn Rd", Feature: AdvSIMD},

	// Two-register miscellaneous, half precision
	{Op: OpFcvtnsScaH, Name: "fcvtns", Pattern: "01 0 11110 0 111100 11010 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtmsScaH, Name: "fcvtms", Pattern: "01 0 11110 0 111100 11011 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtasScaH, Name: "fcvtas", Pattern: "01 0 11110 0 111100 11100 10 Rn Rd", Feature: FP16},
	{Op: OpScvtfScaH, Name: "scvtf", Pattern: "01 0 11110 0 111100 11101 10 Rn Rd", Feature: FP16},
	{Op: OpFcmgtScaH0, Name: "fcmgt", Pattern: "01 0 11110 1 111100 01100 10 Rn Rd", Feature: FP16},
	{Op: OpFcmeqScaH0, Name: "fcmeq", Pattern: "01 0 11110 1 111100 01101 10 Rn Rd", Feature: FP16},
	{Op: OpFcmltScaH0, Name: "fcmlt", Pattern: "01 0 11110 1 111100 01110 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtpsScaH, Name: "fcvtps", Pattern: "01 0 11110 1 111100 11010 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtzsScaH, Name: "fcvtzs", Pattern: "01 0 11110 1 111100 11011 10 Rn Rd", Feature: FP16},
	{Op: OpFrecpeScaH, Name: "frecpe", Pattern: "01 0 11110 1 111100 11101 10 Rn Rd", Feature: FP16},
	{Op: OpFrecpxScaH, Name: "frecpx", Pattern: "01 0 11110 1 111100 11111 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtnuScaH, Name: "fcvtnu", Pattern: "01 1 11110 0 111100 11010 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtmuScaH, Name: "fcvtmu", Pattern: "01 1 11110 0 111100 11011 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtauScaH, Name: "fcvtau", Pattern: "01 1 11110 0 111100 11100 10 Rn Rd", Feature: FP16},
	{Op: OpUcvtfScaH, Name: "ucvtf", Pattern: "01 1 11110 0 111100 11101 10 Rn Rd", Feature: FP16},
	{Op: OpFcmgeScaH0, Name: "fcmge", Pattern: "01 1 11110 1 111100 01100 10 Rn Rd", Feature: FP16},
	{Op: OpFcmleScaH0, Name: "fcmle", Pattern: "01 1 11110 1 111100 01101 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtpuScaH, Name: "fcvtpu", Pattern: "01 1 11110 1 111100 11010 10 Rn Rd", Feature: FP16},
	{Op: OpFcvtzuScaH, Name: "fcvtzu", Pattern: "01 1 11110 1 111100 11011 10 Rn Rd", Feature: FP16},
	{Op: OpFrsqrteScaH, Name: "frsqrte", Pattern: "01 1 11110 1 111100 11101 10 Rn Rd", Feature: FP16},

	// Pairwise
	{Op: OpAddpSca, Name: "addp", Pattern: "01 0 11110 11 11000 11011 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFmaxnmpSca, Name: "fmaxnmp", Pattern: "01 1 11110 0 sz 11000 01100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFaddpSca, Name: "faddp", Pattern: "01 1 11110 0 sz 11000 01101 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFmaxpSca, Name: "fmaxp", Pattern: "01 1 11110 0 sz 11000 01111 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFminnmpSca, Name: "fminnmp", Pattern: "01 1 11110 1 sz 11000 01100 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFminpSca, Name: "fminp", Pattern: "01 1 11110 1 sz 11000 01111 10 Rn Rd", Feature: AdvSIMD},
	{Op: OpFmaxnmpScaH, Name: "fmaxnmp", Pattern: "01 0 11110 00 11000 01100 10 Rn Rd", Feature: FP16},
	{Op: OpFaddpScaH, Name: "faddp", Pattern: "01 0 11110 00 11000 01101 10 Rn Rd", Feature: FP16},
	{Op: OpFmaxpScaH, Name: "fmaxp", Pattern: "01 0 11110 00 11000 01111 10 Rn Rd", Feature: FP16},
	{Op: OpFminnmpScaH, Name: "fminnmp", Pattern: "01 0 11110 10 11000 01100 10 Rn Rd", Feature: FP16},
	{Op: OpFminpScaH, Name: "fminp", Pattern: "01 0 11110 10 11000 01111 10 Rn Rd", Feature: FP16},

	// Copy
	{Op: OpDupSca, Name: "dup", Pattern: "01 0 11110000 imm5 000001 Rn Rd", Feature: AdvSIMD, when: copyIndex},
}
