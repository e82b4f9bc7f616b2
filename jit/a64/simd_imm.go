package a64

// Operations of Advanced SIMD with an immediate.
const (

	// Vector shift by immediate
	OpSshrVecImm Op = iota + endSimdScalar
	OpSsraVecImm
	OpSrshrVecImm
	OpSrsraVecImm
	OpShlVecImm
	OpSqshlVecImm
	OpShrnVecImm
	OpRshrnVecImm
	OpSqshrnVecImm
	OpSqrshrnVecImm
	OpSshllVecImm
	OpScvtfVecImm
	OpFcvtzsVecImm
	OpUshrVecImm
	OpUsraVecImm
	OpUrshrVecImm
	OpUrsraVecImm
	OpSriVecImm
	OpSliVecImm
	OpSqshluVecImm
	OpUqshlVecImm
	OpSqshrunVecImm
	OpSqrshrunVecImm
	OpUqshrnVecImm
	OpUqrshrnVecImm
	OpUshllVecImm
	OpUcvtfVecImm
	OpFcvtzuVecImm

	// Scalar shift by immediate
	OpSshrScaImm
	OpSsraScaImm
	OpSrshrScaImm
	OpSrsraScaImm
	OpShlScaImm
	OpSqshlScaImm
	OpSqshrnScaImm
	OpSqrshrnScaImm
	OpScvtfScaImm
	OpFcvtzsScaImm
	OpUshrScaImm
	OpUsraScaImm
	OpUrshrScaImm
	OpUrsraScaImm
	OpSriScaImm
	OpSliScaImm
	OpSqshluScaImm
	OpUqshlScaImm
	OpSqshrunScaImm
	OpSqrshrunScaImm
	OpUqshrnScaImm
	OpUqrshrnScaImm
	OpUcvtfScaImm
	OpFcvtzuScaImm

	// Modified immediate
	OpMoviVec
	OpOrrVecImm
	OpFmovVecImm
	OpFmovVecImmH
	OpMvniVec
	OpBicVecImm
	OpMoviVec64
	OpFmovVecImmD

	// Copy
	OpDupVecElem
	OpDupVecGen
	OpSmov
	OpUmov
	OpInsGen
	OpInsElem

	endSimdImm
)

var simdImm = []Line{

	// Vector shift by immediate
	{Op: OpSshrVecImm, Name: "sshr", Pattern: "0 Q 0 011110 immh:4 immb:3 00000 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpSsraVecImm, Name: "ssra", Pattern: "0 Q 0 011110 immh:4 immb:3 00010 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpSrshrVecImm, Name: "srshr", Pattern: "0 Q 0 011110 immh:4 immb:3 00100 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpSrsraVecImm, Name: "srsra", Pattern: "0 Q 0 011110 immh:4 immb:3 00110 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpShlVecImm, Name: "shl", Pattern: "0 Q 0 011110 immh:4 immb:3 01010 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpSqshlVecImm, Name: "sqshl", Pattern: "0 Q 0 011110 immh:4 immb:3 01110 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpShrnVecImm, Name: "shrn", Pattern: "0 Q 0 011110 immh:4 immb:3 10000 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpRshrnVecImm, Name: "rshrn", Pattern: "0 Q 0 011110 immh:4 immb:3 10001 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpSqshrnVecImm, Name: "sqshrn", Pattern: "0 Q 0 011110 immh:4 immb:3 10010 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpSqrshrnVecImm, Name: "sqrshrn", Pattern: "0 Q 0 011110 immh:4 immb:3 10011 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpSshllVecImm, Name: "sshll", Pattern: "0 Q 0 011110 immh:4 immb:3 10100 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpScvtfVecImm, Name: "scvtf", Pattern: "0 Q 0 011110 immh:4 immb:3 11100 1 Rn Rd", Feature: AdvSIMD, when: shiftVecFP},
	{Op: OpFcvtzsVecImm, Name: "fcvtzs", Pattern: "0 Q 0 011110 immh:4 immb:3 11111 1 Rn Rd", Feature: AdvSIMD, when: shiftVecFP},
	{Op: OpUshrVecImm, Name: "ushr", Pattern: "0 Q 1 011110 immh:4 immb:3 00000 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpUsraVecImm, Name: "usra", Pattern: "0 Q 1 011110 immh:4 immb:3 00010 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpUrshrVecImm, Name: "urshr", Pattern: "0 Q 1 011110 immh:4 immb:3 00100 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpUrsraVecImm, Name: "ursra", Pattern: "0 Q 1 011110 immh:4 immb:3 00110 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpSriVecImm, Name: "sri", Pattern: "0 Q 1 011110 immh:4 immb:3 01000 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpSliVecImm, Name: "sli", Pattern: "0 Q 1 011110 immh:4 immb:3 01010 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpSqshluVecImm, Name: "sqshlu", Pattern: "0 Q 1 011110 immh:4 immb:3 01100 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpUqshlVecImm, Name: "uqshl", Pattern: "0 Q 1 011110 immh:4 immb:3 01110 1 Rn Rd", Feature: AdvSIMD, when: shiftVec},
	{Op: OpSqshrunVecImm, Name: "sqshrun", Pattern: "0 Q 1 011110 immh:4 immb:3 10000 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpSqrshrunVecImm, Name: "sqrshrun", Pattern: "0 Q 1 011110 immh:4 immb:3 10001 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpUqshrnVecImm, Name: "uqshrn", Pattern: "0 Q 1 011110 immh:4 immb:3 10010 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpUqrshrnVecImm, Name: "uqrshrn", Pattern: "0 Q 1 011110 immh:4 immb:3 10011 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpUshllVecImm, Name: "ushll", Pattern: "0 Q 1 011110 immh:4 immb:3 10100 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpUcvtfVecImm, Name: "ucvtf", Pattern: "0 Q 1 011110 immh:4 immb:3 11100 1 Rn Rd", Feature: AdvSIMD, when: shiftVecFP},
	{Op: OpFcvtzuVecImm, Name: "fcvtzu", Pattern: "0 Q 1 011110 immh:4 immb:3 11111 1 Rn Rd", Feature: AdvSIMD, when: shiftVecFP},

	// Scalar shift by immediate
	{Op: OpSshrScaImm, Name: "sshr", Pattern: "01 0 111110 immh:4 immb:3 00000 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpSsraScaImm, Name: "ssra", Pattern: "01 0 111110 immh:4 immb:3 00010 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpSrshrScaImm, Name: "srshr", Pattern: "01 0 111110 immh:4 immb:3 00100 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpSrsraScaImm, Name: "srsra", Pattern: "01 0 111110 immh:4 immb:3 00110 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpShlScaImm, Name: "shl", Pattern: "01 0 111110 immh:4 immb:3 01010 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpSqshlScaImm, Name: "sqshl", Pattern: "01 0 111110 immh:4 immb:3 01110 1 Rn Rd", Feature: AdvSIMD, when: shiftSca},
	{Op: OpSqshrnScaImm, Name: "sqshrn", Pattern: "01 0 111110 immh:4 immb:3 10010 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpSqrshrnScaImm, Name: "sqrshrn", Pattern: "01 0 111110 immh:4 immb:3 10011 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpScvtfScaImm, Name: "scvtf", Pattern: "01 0 111110 immh:4 immb:3 11100 1 Rn Rd", Feature: AdvSIMD, when: shiftScaFP},
	{Op: OpFcvtzsScaImm, Name: "fcvtzs", Pattern: "01 0 111110 immh:4 immb:3 11111 1 Rn Rd", Feature: AdvSIMD, when: shiftScaFP},
	{Op: OpUshrScaImm, Name: "ushr", Pattern: "01 1 111110 immh:4 immb:3 00000 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpUsraScaImm, Name: "usra", Pattern: "01 1 111110 immh:4 immb:3 00010 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpUrshrScaImm, Name: "urshr", Pattern: "01 1 111110 immh:4 immb:3 00100 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpUrsraScaImm, Name: "ursra", Pattern: "01 1 111110 immh:4 immb:3 00110 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpSriScaImm, Name: "sri", Pattern: "01 1 111110 immh:4 immb:3 01000 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpSliScaImm, Name: "sli", Pattern: "01 1 111110 immh:4 immb:3 01010 1 Rn Rd", Feature: AdvSIMD, when: shiftScaD},
	{Op: OpSqshluScaImm, Name: "sqshlu", Pattern: "01 1 111110 immh:4 immb:3 01100 1 Rn Rd", Feature: AdvSIMD, when: shiftSca},
	{Op: OpUqshlScaImm, Name: "uqshl", Pattern: "01 1 111110 immh:4 immb:3 01110 1 Rn Rd", Feature: AdvSIMD, when: shiftSca},
	{Op: OpSqshrunScaImm, Name: "sqshrun", Pattern: "01 1 111110 immh:4 immb:3 10000 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpSqrshrunScaImm, Name: "sqrshrun", Pattern: "01 1 111110 immh:4 immb:3 10001 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpUqshrnScaImm, Name: "uqshrn", Pattern: "01 1 111110 immh:4 immb:3 10010 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpUqrshrnScaImm, Name: "uqrshrn", Pattern: "01 1 111110 immh:4 immb:3 10011 1 Rn Rd", Feature: AdvSIMD, when: shiftNarrow},
	{Op: OpUcvtfScaImm, Name: "ucvtf", Pattern: "01 1 111110 immh:4 immb:3 11100 1 Rn Rd", Feature: AdvSIMD, when: shiftScaFP},
	{Op: OpFcvtzuScaImm, Name: "fcvtzu", Pattern: "01 1 111110 immh:4 immb:3 11111 1 Rn Rd", Feature: AdvSIMD, when: shiftScaFP},

	// Modified immediate
	{Op: OpMoviVec, Name: "movi", Pattern: "0 Q 0 0111100000 abc:3 cmode:4 01 defgh:5 Rd", Feature: AdvSIMD, when: cmodeMov},
	{Op: OpOrrVecImm, Name: "orr", Pattern: "0 Q 0 0111100000 abc:3 cmode:4 01 defgh:5 Rd", Feature: AdvSIMD, when: cmodeLogic},
	{Op: OpFmovVecImm, Name: "fmov", Pattern: "0 Q 0 0111100000 abc:3 1111 01 defgh:5 Rd", Feature: AdvSIMD},
	{Op: OpFmovVecImmH, Name: "fmov", Pattern: "0 Q 0 0111100000 abc:3 1111 11 defgh:5 Rd", Feature: FP16},
	{Op: OpMvniVec, Name: "mvni", Pattern: "0 Q 1 0111100000 abc:3 cmode:4 01 defgh:5 Rd", Feature: AdvSIMD, when: cmodeMvn},
	{Op: OpBicVecImm, Name: "bic", Pattern: "0 Q 1 0111100000 abc:3 cmode:4 01 defgh:5 Rd", Feature: AdvSIMD, when: cmodeLogic},
	{Op: OpMoviVec64, Name: "movi", Pattern: "0 Q 1 0111100000 abc:3 1110 01 defgh:5 Rd", Feature: AdvSIMD},
	{Op: OpFmovVecImmD, Name: "fmov", Pattern: "0 1 1 0111100000 abc:3 1111 01 defgh:5 Rd", Feature: AdvSIMD},

	// Copy
	{Op: OpDupVecElem, Name: "dup", Pattern: "0 Q 0 01110000 imm5 000001 Rn Rd", Feature: AdvSIMD, when: copyVec},
	{Op: OpDupVecGen, Name: "dup", Pattern: "0 Q 0 01110000 imm5 000011 Rn Rd", Feature: AdvSIMD, when: copyVec},
	{Op: OpSmov, Name: "smov", Pattern: "0 Q 0 01110000 imm5 001011 Rn Rd", Feature: AdvSIMD, when: smovIndex},
	{Op: OpUmov, Name: "umov", Pattern: "0 Q 0 01110000 imm5 001111 Rn Rd", Feature: AdvSIMD, when: umovIndex},
	{Op: OpInsGen, Name: "ins", Pattern: "0 1 0 01110000 imm5 000111 Rn Rd", Feature: AdvSIMD, when: copyIndex},
	{Op: OpInsElem, Name: "ins", Pattern: "0 1 1 01110000 imm5 0 imm4 1 Rn Rd", Feature: AdvSIMD, when: copyIndex},
}
