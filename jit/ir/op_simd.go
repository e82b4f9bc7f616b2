package ir

// How many lanes an operation of this file computes, in Aux beside the lane;
// the others are zero. Without one, the whole register.
const (
	VHalf uint8 = 1 << 4 // the low 64 bits
	VOne  uint8 = 1 << 5 // the lowest lane
)

// LaneOf is the lane in the Aux of an operation of this file.
func LaneOf(aux uint8) Lane { return aux & 7 }

// Operations of Advanced SIMD beyond the core.
const (
	// Saturating arithmetic; saturation sets FPSR.QC.
	OpVSqAdd Op = iota + firstMore
	OpVUqAdd
	OpVSqSub
	OpVUqSub
	OpVSuqAdd
	OpVUsqAdd
	OpVSqAbs
	OpVSqNeg
	OpVSqShl
	OpVUqShl
	OpVSqShlU
	OpVSqrShl
	OpVUqrShl
	OpVSqXtn
	OpVUqXtn
	OpVSqXtun
	OpVSqDmull
	OpVSqDmulh
	OpVSqrDmulh
	OpVSqrDmlah
	OpVSqrDmlsh

	// Other integer arithmetic.
	OpVShAdd
	OpVUhAdd
	OpVSrhAdd
	OpVUrhAdd
	OpVShSub
	OpVUhSub
	OpVSAbd
	OpVUAbd
	OpVSrShl
	OpVUrShl
	OpVMulLS
	OpVMulLU
	OpVPmul
	OpVPmull
	OpVClz
	OpVCls
	OpVRbit
	OpVPopcnt
	OpVSMaxAcross
	OpVUMaxAcross
	OpVSMinAcross
	OpVUMinAcross
	OpVSDot
	OpVUDot
	OpVUsDot
	OpVSmmla
	OpVUmmla
	OpVUsmmla
	OpVURecpE
	OpVURSqrtE

	// Floating point.
	OpVFAdd
	OpVFSub
	OpVFMul
	OpVFDiv
	OpVFMulX
	OpVFMax
	OpVFMin
	OpVFMaxNM
	OpVFMinNM
	OpVFMulAdd
	OpVFSqrt
	OpVFRecpE
	OpVFRSqrtE
	OpVFRecpX
	OpVFRecpS
	OpVFRSqrtS
	OpVFCmpEQ
	OpVFCmpGE
	OpVFCmpGT
	OpVFRint
	OpVFRintN
	OpVFToI
	OpVIToF
	OpVFCvtL
	OpVFCvtN
	OpVBfCvtN
	OpVFMulAddL
	OpVFCMla
	OpVFCAdd
	OpVBfDot
	OpVBfMmla

	// Cryptography.
	OpVAesE
	OpVAesD
	OpVAesMc
	OpVAesImc
	OpVSha1C
	OpVSha1P
	OpVSha1M
	OpVSha1H
	OpVSha1Su0
	OpVSha1Su1
	OpVSha256H
	OpVSha256H2
	OpVSha256Su0
	OpVSha256Su1
	OpVSha512H
	OpVSha512H2
	OpVSha512Su0
	OpVSha512Su1
	OpVSm3Ss1
	OpVSm3Tt1A
	OpVSm3Tt1B
	OpVSm3Tt2A
	OpVSm3Tt2B
	OpVSm3PartW1
	OpVSm3PartW2
	OpVSm4E
	OpVSm4Ekey

	endSIMD
)

func init() {
	for op, info := range simdOps {
		ops[op] = info
	}
}

var simdOps = map[Op]OpInfo{
	OpVSqAdd:    {"vsqadd", "vv", "v", FPStatus, "A + B, signed, saturated"},
	OpVUqAdd:    {"vuqadd", "vv", "v", FPStatus, "A + B, unsigned, saturated"},
	OpVSqSub:    {"vsqsub", "vv", "v", FPStatus, "A - B, signed, saturated"},
	OpVUqSub:    {"vuqsub", "vv", "v", FPStatus, "A - B, unsigned, saturated"},
	OpVSuqAdd:   {"vsuqadd", "vv", "v", FPStatus, "signed A + unsigned B, saturated as signed"},
	OpVUsqAdd:   {"vusqadd", "vv", "v", FPStatus, "unsigned A + signed B, saturated as unsigned"},
	OpVSqAbs:    {"vsqabs", "v", "v", FPStatus, "|A|, saturated"},
	OpVSqNeg:    {"vsqneg", "v", "v", FPStatus, "-A, saturated"},
	OpVSqShl:    {"vsqshl", "vv", "v", FPStatus, "signed A << signed low byte of B, right where negative; saturated"},
	OpVUqShl:    {"vuqshl", "vv", "v", FPStatus, "unsigned A << signed low byte of B, right where negative; saturated"},
	OpVSqShlU:   {"vsqshlu", "vv", "v", FPStatus, "signed A << low byte of B; saturated as unsigned"},
	OpVSqrShl:   {"vsqrshl", "vv", "v", FPStatus, "OpVSqShl, right shifts rounded"},
	OpVUqrShl:   {"vuqrshl", "vv", "v", FPStatus, "OpVUqShl, right shifts rounded"},
	OpVSqXtn:    {"vsqxtn", "v", "v", FPStatus, "signed lanes saturated to signed ones of half the width, in the low half. Lane is the wide one"},
	OpVUqXtn:    {"vuqxtn", "v", "v", FPStatus, "unsigned lanes saturated to half the width, in the low half. Lane is the wide one"},
	OpVSqXtun:   {"vsqxtun", "v", "v", FPStatus, "signed lanes saturated to unsigned ones of half the width, in the low half. Lane is the wide one"},
	OpVSqDmull:  {"vsqdmull", "vv", "v", FPStatus, "2*A*B of the lanes of the low half (Imm 1: high half), twice as wide, saturated. Lane is the narrow one; VOne: lowest lane"},
	OpVSqDmulh:  {"vsqdmulh", "vv", "v", FPStatus, "high half of 2*A*B, saturated"},
	OpVSqrDmulh: {"vsqrdmulh", "vv", "v", FPStatus, "high half of 2*A*B, rounded, saturated"},
	OpVSqrDmlah: {"vsqrdmlah", "vvv", "v", FPStatus, "A + high half of 2*B*C, rounded once, saturated"},
	OpVSqrDmlsh: {"vsqrdmlsh", "vvv", "v", FPStatus, "A - high half of 2*B*C, rounded once, saturated"},

	OpVShAdd:      {"vshadd", "vv", "v", Pure, "(A + B) >> 1, signed. Lane is B, H or S, as for the next five"},
	OpVUhAdd:      {"vuhadd", "vv", "v", Pure, "(A + B) >> 1, unsigned"},
	OpVSrhAdd:     {"vsrhadd", "vv", "v", Pure, "(A + B + 1) >> 1, signed"},
	OpVUrhAdd:     {"vurhadd", "vv", "v", Pure, "(A + B + 1) >> 1, unsigned"},
	OpVShSub:      {"vshsub", "vv", "v", Pure, "(A - B) >> 1, signed"},
	OpVUhSub:      {"vuhsub", "vv", "v", Pure, "(A - B) >> 1, unsigned"},
	OpVSAbd:       {"vsabd", "vv", "v", Pure, "|A - B|, signed"},
	OpVUAbd:       {"vuabd", "vv", "v", Pure, "|A - B|, unsigned"},
	OpVSrShl:      {"vsrshl", "vv", "v", Pure, "signed A << signed low byte of B, right and rounded where negative"},
	OpVUrShl:      {"vurshl", "vv", "v", Pure, "unsigned A << signed low byte of B, right and rounded where negative"},
	OpVMulLS:      {"vmulls", "vv", "v", Pure, "signed products of the lanes of the low half (Imm 1: high half), twice as wide. Lane is the narrow one"},
	OpVMulLU:      {"vmullu", "vv", "v", Pure, "unsigned products of the lanes of the low half (Imm 1: high half), twice as wide. Lane is the narrow one"},
	OpVPmul:       {"vpmul", "vv", "v", Pure, "polynomial A * B over {0,1}, low half. Lane is B"},
	OpVPmull:      {"vpmull", "vv", "v", Pure, "polynomial products of the lanes of the low half (Imm 1: high half), twice as wide. Lane is B or D"},
	OpVClz:        {"vclz", "v", "v", Pure, "leading zeros"},
	OpVCls:        {"vcls", "v", "v", Pure, "leading bits equal to the sign, the sign not counted"},
	OpVRbit:       {"vrbit", "v", "v", Pure, "bits reversed. Lane is B"},
	OpVPopcnt:     {"vpopcnt", "v", "v", Pure, "the number of ones in the low 64 bits, zeros above"},
	OpVSMaxAcross: {"vsmaxacross", "v", "v", Pure, "signed maximum of all lanes (VHalf: of the low half) in the lowest, zeros above"},
	OpVUMaxAcross: {"vumaxacross", "v", "v", Pure, "unsigned maximum, as OpVSMaxAcross"},
	OpVSMinAcross: {"vsminacross", "v", "v", Pure, "signed minimum, as OpVSMaxAcross"},
	OpVUMinAcross: {"vuminacross", "v", "v", Pure, "unsigned minimum, as OpVSMaxAcross"},
	OpVSDot:       {"vsdot", "vvv", "v", Pure, "A + sums of four products of signed bytes of B and C. Lane is S"},
	OpVUDot:       {"vudot", "vvv", "v", Pure, "A + sums of four products of unsigned bytes of B and C. Lane is S"},
	OpVUsDot:      {"vusdot", "vvv", "v", Pure, "A + sums of four products of unsigned bytes of B and signed ones of C. Lane is S"},
	OpVSmmla:      {"vsmmla", "vvv", "v", Pure, "2x2 words A + 2x8 signed bytes B * transposed 2x8 signed bytes C"},
	OpVUmmla:      {"vummla", "vvv", "v", Pure, "2x2 words A + 2x8 unsigned bytes B * transposed 2x8 unsigned bytes C"},
	OpVUsmmla:     {"vusmmla", "vvv", "v", Pure, "2x2 words A + 2x8 unsigned bytes B * transposed 2x8 signed bytes C"},
	OpVURecpE:     {"vurecpe", "v", "v", Pure, "unsigned reciprocal estimate. Lane is S"},
	OpVURSqrtE:    {"vursqrte", "v", "v", Pure, "unsigned reciprocal square root estimate. Lane is S"},

	OpVFAdd:     {"vfadd", "vv", "v", FPStatus, "A + B"},
	OpVFSub:     {"vfsub", "vv", "v", FPStatus, "A - B"},
	OpVFMul:     {"vfmul", "vv", "v", FPStatus, "A * B"},
	OpVFDiv:     {"vfdiv", "vv", "v", FPStatus, "A / B"},
	OpVFMulX:    {"vfmulx", "vv", "v", FPStatus, "A * B, but 0 * infinity is 2"},
	OpVFMax:     {"vfmax", "vv", "v", FPStatus, "the larger"},
	OpVFMin:     {"vfmin", "vv", "v", FPStatus, "the smaller"},
	OpVFMaxNM:   {"vfmaxnm", "vv", "v", FPStatus, "the larger; a quiet NaN loses to a number"},
	OpVFMinNM:   {"vfminnm", "vv", "v", FPStatus, "the smaller; a quiet NaN loses to a number"},
	OpVFMulAdd:  {"vfmuladd", "vvv", "v", FPStatus, "A + B * C with one rounding"},
	OpVFSqrt:    {"vfsqrt", "v", "v", FPStatus, "square root"},
	OpVFRecpE:   {"vfrecpe", "v", "v", FPStatus, "reciprocal estimate"},
	OpVFRSqrtE:  {"vfrsqrte", "v", "v", FPStatus, "reciprocal square root estimate"},
	OpVFRecpX:   {"vfrecpx", "v", "v", FPStatus, "reciprocal exponent"},
	OpVFRecpS:   {"vfrecps", "vv", "v", FPStatus, "2 - A * B with one rounding"},
	OpVFRSqrtS:  {"vfrsqrts", "vv", "v", FPStatus, "(3 - A * B) / 2 with one rounding"},
	OpVFCmpEQ:   {"vfcmpeq", "vv", "v", FPStatus, "all ones where A == B; quiet"},
	OpVFCmpGE:   {"vfcmpge", "vv", "v", FPStatus, "all ones where A >= B; every NaN signals"},
	OpVFCmpGT:   {"vfcmpgt", "vv", "v", FPStatus, "all ones where A > B; every NaN signals"},
	OpVFRint:    {"vfrint", "v", "v", FPStatus, "rounded to an integral value; Imm as Aux of OpFRint"},
	OpVFRintN:   {"vfrintn", "v", "v", FPStatus, "FRINT32/FRINT64: Imm is 32 or 64, plus RoundZero or RoundCurrent << 8"},
	OpVFToI:     {"vftoi", "v", "v", FPStatus, "A * 2^(Imm&255) as an integer of the lane, saturated; Imm>>8 as Aux of OpFToI"},
	OpVIToF:     {"vitof", "v", "v", FPStatus, "A / 2^(Imm&255); Imm>>8 is Unsigned or 0"},
	OpVFCvtL:    {"vfcvtl", "v", "v", FPStatus, "lanes of the low half (Imm 1: high half) in the next wider precision. Lane is the narrow one"},
	OpVFCvtN:    {"vfcvtn", "v", "v", FPStatus, "lanes in the next narrower precision, in the low half; Imm 1: rounded to odd. Lane is the wide one"},
	OpVBfCvtN:   {"vbfcvtn", "v", "v", FPStatus, "single precision lanes as BF16, in the low half. Lane is S"},
	OpVFMulAddL: {"vfmuladdl", "vvv", "v", FPStatus, "A + B * C, A single, B and C half precision: FMLAL of the low half of what is computed (Imm 1: high half). Lane is S"},
	OpVFCMla:    {"vfcmla", "vvv", "v", FPStatus, "FCMLA of complex numbers, rotated by Imm * 90 degrees"},
	OpVFCAdd:    {"vfcadd", "vv", "v", FPStatus, "FCADD of complex numbers, rotated by Imm (1 or 3) * 90 degrees"},
	// Not because of FPSR: a back end may leave what is no finite number to the interpreter.
	OpVBfDot:  {"vbfdot", "vvv", "v", FPStatus, "A + sums of two products of BF16 of B and C. Lane is S"},
	OpVBfMmla: {"vbfmmla", "vvv", "v", FPStatus, "2x2 single precision A + 2x4 BF16 B * transposed 2x4 BF16 C"},

	OpVAesE:      {"vaese", "vv", "v", Pure, "AESE: of A ^ B, rows shifted, bytes substituted"},
	OpVAesD:      {"vaesd", "vv", "v", Pure, "AESD: inverse of AESE"},
	OpVAesMc:     {"vaesmc", "v", "v", Pure, "AESMC: columns mixed"},
	OpVAesImc:    {"vaesimc", "v", "v", Pure, "AESIMC: columns mixed, inverse"},
	OpVSha1C:     {"vsha1c", "vvv", "v", Pure, "SHA1C of hash A, low word of B and schedule C"},
	OpVSha1P:     {"vsha1p", "vvv", "v", Pure, "SHA1P, as SHA1C"},
	OpVSha1M:     {"vsha1m", "vvv", "v", Pure, "SHA1M, as SHA1C"},
	OpVSha1H:     {"vsha1h", "v", "v", Pure, "SHA1H: low word rotated left by 30, zeros above"},
	OpVSha1Su0:   {"vsha1su0", "vvv", "v", Pure, "SHA1SU0 of A, B and C"},
	OpVSha1Su1:   {"vsha1su1", "vv", "v", Pure, "SHA1SU1 of A and B"},
	OpVSha256H:   {"vsha256h", "vvv", "v", Pure, "SHA256H of A, B and C"},
	OpVSha256H2:  {"vsha256h2", "vvv", "v", Pure, "SHA256H2 of A, B and C"},
	OpVSha256Su0: {"vsha256su0", "vv", "v", Pure, "SHA256SU0 of A and B"},
	OpVSha256Su1: {"vsha256su1", "vvv", "v", Pure, "SHA256SU1 of A, B and C"},
	OpVSha512H:   {"vsha512h", "vvv", "v", Pure, "SHA512H of A, B and C"},
	OpVSha512H2:  {"vsha512h2", "vvv", "v", Pure, "SHA512H2 of A, B and C"},
	OpVSha512Su0: {"vsha512su0", "vv", "v", Pure, "SHA512SU0 of A and B"},
	OpVSha512Su1: {"vsha512su1", "vvv", "v", Pure, "SHA512SU1 of A, B and C"},
	OpVSm3Ss1:    {"vsm3ss1", "vvv", "v", Pure, "SM3SS1 of A, B and C"},
	OpVSm3Tt1A:   {"vsm3tt1a", "vvv", "v", Pure, "SM3TT1A of A, B and lane Imm of C"},
	OpVSm3Tt1B:   {"vsm3tt1b", "vvv", "v", Pure, "SM3TT1B of A, B and lane Imm of C"},
	OpVSm3Tt2A:   {"vsm3tt2a", "vvv", "v", Pure, "SM3TT2A of A, B and lane Imm of C"},
	OpVSm3Tt2B:   {"vsm3tt2b", "vvv", "v", Pure, "SM3TT2B of A, B and lane Imm of C"},
	OpVSm3PartW1: {"vsm3partw1", "vvv", "v", Pure, "SM3PARTW1 of A, B and C"},
	OpVSm3PartW2: {"vsm3partw2", "vvv", "v", Pure, "SM3PARTW2 of A, B and C"},
	OpVSm4E:      {"vsm4e", "vv", "v", Pure, "SM4E of A and B"},
	OpVSm4Ekey:   {"vsm4ekey", "vv", "v", Pure, "SM4EKEY of A and B"},
}

// NumOps is one more than the highest Op: arrays indexed by Op have this length.
const NumOps = int(endSIMD)
