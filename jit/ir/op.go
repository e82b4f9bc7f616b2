package ir

// Op is an operation.
type Op uint16

// Effect says what an operation does besides making its value.
type Effect uint8

// The effects.
const (
	Pure     Effect = 0
	ReadsMem Effect = 1 << iota
	WritesMem
	Writes   // writes guest state
	Reads    // reads guest state that is not an operand
	FPStatus // may set bits of FPSR, and reads FPCR
	Ends     // ends the block
)

// CanFault reports whether the operation can stop with a data abort.
func (e Effect) CanFault() bool { return e&(ReadsMem|WritesMem) != 0 }

// OpInfo is a line of the table of operations. In Args, every integer operand of
// an operation whose Aux is its operands' type has that type.
type OpInfo struct {
	Name   string
	Args   string // a letter per operand: i same integer type as the result, w i32, x i64, n any integer, f same float type, F any float, v v128, c flags, . raw number
	Result string // type of the value: - none, i i32 or i64, f f16/f32/f64, v v128, c flags, a any
	Effect Effect
	Doc    string
}

// The operations. Their table is below, in the same order.
const (
	OpInvalid Op = iota

	// Marks.
	OpNop
	OpInsn

	// Guest state.
	OpConst
	OpGetX
	OpSetX
	OpGetV
	OpSetV
	OpGetFlags
	OpSetFlags
	OpGetSys
	OpSetSys

	// Integer arithmetic.
	OpAdd
	OpSub
	OpAdc
	OpSbc
	OpMul
	OpMulHiS
	OpMulHiU
	OpDivS
	OpDivU
	OpAnd
	OpOr
	OpXor
	OpAndNot
	OpNot
	OpShl
	OpShr
	OpSar
	OpRor
	OpExtr
	OpClz
	OpCtz
	OpCls
	OpRbit
	OpRev
	OpRev16
	OpRev32
	OpLow32
	OpZext32
	OpSext32
	OpSext8
	OpSext16
	OpZext8
	OpZext16
	OpUbfx
	OpSbfx
	OpBfi
	OpCrc32
	OpCrc32C
	OpSelect

	// Flags.
	OpFlagsAdd
	OpFlagsSub
	OpFlagsAdc
	OpFlagsSbc
	OpFlagsLogic
	OpFlagsFCmp
	OpFlagsCCmpSub
	OpFlagsCCmpAdd
	OpFlagsCFCmp
	OpFlagsOf
	OpNZCV

	// Memory.
	OpLoad
	OpStore
	OpLoadV
	OpStoreV
	OpLoadEx
	OpStoreEx
	OpLoadExV
	OpStoreExV
	OpClearEx
	OpAtomic
	OpCas
	OpCasV
	OpFence
	OpZeroBlock

	// Scalar floating point.
	OpFAdd
	OpFSub
	OpFMul
	OpFDiv
	OpFMulX
	OpFMulAdd
	OpFMin
	OpFMax
	OpFMinNM
	OpFMaxNM
	OpFSqrt
	OpFNeg
	OpFAbs
	OpFCvt
	OpFToI
	OpIToF
	OpFRint
	OpFRintN
	OpFJcvt
	OpBitsToF
	OpFToBits
	OpVToF
	OpFToV

	// Vectors: moves.
	OpVConst
	OpVDup
	OpVDupLane
	OpVGet
	OpVGetS
	OpVIns
	OpVInsLane
	OpVLow64
	OpVPair
	OpVExt
	OpVZip1
	OpVZip2
	OpVUzp1
	OpVUzp2
	OpVTrn1
	OpVTrn2
	OpVRev16
	OpVRev32
	OpVRev64
	OpVTbl

	// Vectors: logic.
	OpVAnd
	OpVOr
	OpVXor
	OpVAndNot
	OpVOrNot
	OpVNot
	OpVBsl

	// Vectors: integer arithmetic by lane.
	OpVAdd
	OpVSub
	OpVMul
	OpVNeg
	OpVAbs
	OpVMinS
	OpVMinU
	OpVMaxS
	OpVMaxU
	OpVCmpEQ
	OpVCmpGT
	OpVCmpGE
	OpVCmpHI
	OpVCmpHS
	OpVCmpTst
	OpVShlImm
	OpVShrImm
	OpVSarImm
	OpVShlReg
	OpVSshlReg
	OpVCnt
	OpVAddP
	OpVAddAcross
	OpVWidenU
	OpVWidenS
	OpVNarrow

	// Control.
	OpJump
	OpBrCond
	OpBrZero
	OpBrNonZero
	OpBrBitZero
	OpBrBitSet
	OpExit
	OpExitIndirect
	OpTrap

	// What others put into the code.
	OpCount
	OpActions
	OpHook
	OpHelper

	// firstMore is where the operations declared in other files begin.
	firstMore
)

// ops is the table of operations.
var ops = [maxOps]OpInfo{
	OpNop:  {"nop", "", "-", Pure, "nothing: what a pass took out"},
	OpInsn: {"insn", ".", "-", Pure, "guest instruction Imm=PC, A=word begins here"},

	OpConst:    {"const", "", "i", Pure, "Imm"},
	OpGetX:     {"getx", "", "i", Pure, "X[Imm]; 31 is SP. Type I64"},
	OpSetX:     {"setx", "x", "-", Writes, "X[Imm] := A; 31 is SP"},
	OpGetV:     {"getv", "", "v", Pure, "V[Imm]"},
	OpSetV:     {"setv", "v", "-", Writes, "V[Imm] := A"},
	OpGetFlags: {"getflags", "", "c", Pure, "NZCV"},
	OpSetFlags: {"setflags", "c", "-", Writes, "NZCV := A"},
	OpGetSys:   {"getsys", "", "i", Reads, "system register Imm (op0:op1:CRn:CRm:op2 as in MRS bits 20:5). Type I64"},
	OpSetSys:   {"setsys", "x", "-", Writes, "system register Imm := A"},

	OpAdd:    {"add", "ii", "i", Pure, "A + B"},
	OpSub:    {"sub", "ii", "i", Pure, "A - B"},
	OpAdc:    {"adc", "iic", "i", Pure, "A + B + C.C"},
	OpSbc:    {"sbc", "iic", "i", Pure, "A - B - 1 + C.C"},
	OpMul:    {"mul", "ii", "i", Pure, "A * B, low half"},
	OpMulHiS: {"mulhis", "xx", "i", Pure, "high 64 bits of the signed product"},
	OpMulHiU: {"mulhiu", "xx", "i", Pure, "high 64 bits of the unsigned product"},
	OpDivS:   {"divs", "ii", "i", Pure, "A / B towards zero; 0 when B is 0; minimum / -1 is the minimum"},
	OpDivU:   {"divu", "ii", "i", Pure, "A / B; 0 when B is 0"},
	OpAnd:    {"and", "ii", "i", Pure, "A & B"},
	OpOr:     {"or", "ii", "i", Pure, "A | B"},
	OpXor:    {"xor", "ii", "i", Pure, "A ^ B"},
	OpAndNot: {"andnot", "ii", "i", Pure, "A &^ B"},
	OpNot:    {"not", "i", "i", Pure, "^A"},
	OpShl:    {"shl", "ii", "i", Pure, "A << (B mod width)"},
	OpShr:    {"shr", "ii", "i", Pure, "A >> (B mod width), zeros come in"},
	OpSar:    {"sar", "ii", "i", Pure, "A >> (B mod width), the sign comes in"},
	OpRor:    {"ror", "ii", "i", Pure, "A rotated right by B mod width"},
	OpExtr:   {"extr", "ii", "i", Pure, "low half of A:B >> Imm, Imm below the width"},
	OpClz:    {"clz", "i", "i", Pure, "leading zeros, the width for 0"},
	OpCtz:    {"ctz", "i", "i", Pure, "trailing zeros, the width for 0"},
	OpCls:    {"cls", "i", "i", Pure, "leading bits equal to the sign, the sign not counted"},
	OpRbit:   {"rbit", "i", "i", Pure, "bits reversed"},
	OpRev:    {"rev", "i", "i", Pure, "bytes reversed"},
	OpRev16:  {"rev16", "i", "i", Pure, "bytes reversed in each 16-bit part"},
	OpRev32:  {"rev32", "i", "i", Pure, "bytes reversed in each 32-bit part. Type I64"},
	OpLow32:  {"low32", "x", "i", Pure, "low half of A. Type I32"},
	OpZext32: {"zext32", "w", "i", Pure, "A, zeros above. Type I64"},
	OpSext32: {"sext32", "w", "i", Pure, "A, its sign above. Type I64"},
	OpSext8:  {"sext8", "i", "i", Pure, "low 8 bits, sign-extended"},
	OpSext16: {"sext16", "i", "i", Pure, "low 16 bits, sign-extended"},
	OpZext8:  {"zext8", "i", "i", Pure, "low 8 bits"},
	OpZext16: {"zext16", "i", "i", Pure, "low 16 bits"},
	OpUbfx:   {"ubfx", "i", "i", Pure, "Imm = lsb | width<<8: that bit field, zero-extended"},
	OpSbfx:   {"sbfx", "i", "i", Pure, "Imm = lsb | width<<8: that bit field, sign-extended"},
	OpBfi:    {"bfi", "ii", "i", Pure, "A with bits lsb+width-1:lsb (Imm = lsb | width<<8) replaced by the low bits of B"},
	OpCrc32:  {"crc32", "wn", "i", Pure, "CRC-32 (polynomial 04C11DB7) of A and 1<<Aux bytes of B. Type I32"},
	OpCrc32C: {"crc32c", "wn", "i", Pure, "CRC-32C (polynomial 1EDC6F41) of A and 1<<Aux bytes of B. Type I32"},
	OpSelect: {"select", "cii", "i", Pure, "B if condition Aux holds on A, else C"},

	OpFlagsAdd:     {"flagsadd", "nn", "c", Pure, "of A + B; Aux is the operands' type"},
	OpFlagsSub:     {"flagssub", "nn", "c", Pure, "of A - B; Aux is the operands' type"},
	OpFlagsAdc:     {"flagsadc", "nnc", "c", Pure, "of A + B + C.C; Aux is the operands' type"},
	OpFlagsSbc:     {"flagssbc", "nnc", "c", Pure, "of A - B - 1 + C.C; Aux is the operands' type"},
	OpFlagsLogic:   {"flagslogic", "n", "c", Pure, "N and Z of A, C = V = 0; Aux is the operand's type"},
	OpFlagsFCmp:    {"flagsfcmp", "FF", "c", FPStatus, "of a floating-point comparison; Aux is the operands' type; Imm 1: quiet NaNs signal too"},
	OpFlagsCCmpSub: {"flagsccmpsub", "cnn", "c", Pure, "of B - C if the condition Imm&15 holds on A, else Imm>>4 as NZCV; Aux is the operands' type"},
	OpFlagsCCmpAdd: {"flagsccmpadd", "cnn", "c", Pure, "of B + C if the condition Imm&15 holds on A, else Imm>>4 as NZCV; Aux is the operands' type"},
	OpFlagsCFCmp:   {"flagscfcmp", "cFF", "c", FPStatus, "of a comparison of B and C if the condition Imm&15 holds on A, else Imm>>4&15 as NZCV; Imm bit 8: quiet NaNs signal too; Aux is the operands' type"},
	OpFlagsOf:      {"flagsof", "x", "c", Pure, "bits 31:28 of A"},
	OpNZCV:         {"nzcv", "c", "i", Pure, "A in bits 31:28, zeros elsewhere. Type I64"},

	OpLoad:      {"load", "x", "i", ReadsMem, "memory at A+Imm; Aux has size and attributes"},
	OpStore:     {"store", "xn", "-", WritesMem, "memory at A+Imm := low bytes of B"},
	OpLoadV:     {"loadv", "x", "v", ReadsMem, "1<<Aux bytes (1 to 16) at A+Imm, zeros above"},
	OpStoreV:    {"storev", "xv", "-", WritesMem, "1<<Aux bytes at A+Imm := low bytes of B"},
	OpLoadEx:    {"loadex", "x", "i", ReadsMem | Writes, "load at A, and mark the address exclusive"},
	OpStoreEx:   {"storeex", "xn", "i", WritesMem | Writes | Reads, "store B at A if the mark still holds: 0, else 1. Type I32"},
	OpLoadExV:   {"loadexv", "x", "v", ReadsMem | Writes, "16 bytes: OpLoadEx of a pair"},
	OpStoreExV:  {"storeexv", "xv", "i", WritesMem | Writes | Reads, "16 bytes: OpStoreEx of a pair. Type I32"},
	OpClearEx:   {"clearex", "", "-", Writes, "drop the exclusive mark"},
	OpAtomic:    {"atomic", "xn", "i", ReadsMem | WritesMem, "atomically replace memory at A by Imm (RMW) of it and B; the old value, zero-extended"},
	OpCas:       {"cas", "xnn", "i", ReadsMem | WritesMem, "atomically store C at A if memory equals B; the old value, zero-extended"},
	OpCasV:      {"casv", "xvv", "v", ReadsMem | WritesMem, "16 bytes: OpCas of a pair; Aux 3: 8 bytes, a pair of words"},
	OpFence:     {"fence", "", "-", ReadsMem | WritesMem, "barrier; Aux says which"},
	OpZeroBlock: {"zeroblock", "x", "-", WritesMem, "DC ZVA: the 64 aligned bytes around A := 0"},

	OpFAdd:    {"fadd", "ff", "f", FPStatus, "A + B"},
	OpFSub:    {"fsub", "ff", "f", FPStatus, "A - B"},
	OpFMul:    {"fmul", "ff", "f", FPStatus, "A * B"},
	OpFDiv:    {"fdiv", "ff", "f", FPStatus, "A / B"},
	OpFMulX:   {"fmulx", "ff", "f", FPStatus, "A * B, but 0 * infinity is 2"},
	OpFMulAdd: {"fmuladd", "fff", "f", FPStatus, "A + B * C with one rounding"},
	OpFMin:    {"fmin", "ff", "f", FPStatus, "the smaller"},
	OpFMax:    {"fmax", "ff", "f", FPStatus, "the larger"},
	OpFMinNM:  {"fminnm", "ff", "f", FPStatus, "the smaller; a quiet NaN loses to a number"},
	OpFMaxNM:  {"fmaxnm", "ff", "f", FPStatus, "the larger; a quiet NaN loses to a number"},
	OpFSqrt:   {"fsqrt", "f", "f", FPStatus, "square root"},
	OpFNeg:    {"fneg", "f", "f", Pure, "sign inverted, NaN or not"},
	OpFAbs:    {"fabs", "f", "f", Pure, "sign cleared, NaN or not"},
	OpFCvt:    {"fcvt", "F", "f", FPStatus, "A in another precision; Aux is A's type"},
	OpFToI:    {"ftoi", "F", "i", FPStatus, "A * 2^(Imm&255) as an integer, saturated; Aux low bits round, Aux has Unsigned; Imm>>8 is A's type"},
	OpIToF:    {"itof", "n", "f", FPStatus, "A / 2^(Imm&255); Aux has Unsigned; Imm>>8 is A's type"},
	OpFRint:   {"frint", "f", "f", FPStatus, "A rounded to an integral value as Aux says"},
	OpFRintN:  {"frintn", "f", "f", FPStatus, "FRINT32/FRINT64: Imm is 32 or 64, Aux RoundZero or RoundCurrent"},
	OpFJcvt:   {"fjcvt", "F", "i", FPStatus, "FJCVTZS: bits 31:0 the result, bit 32 set when it was exact. Type I64"},
	OpBitsToF: {"bitstof", "n", "f", Pure, "low bits of A as a float (F16 and F32 from I32, F64 from I64)"},
	OpFToBits: {"ftobits", "F", "i", Pure, "A as an integer (F16 and F32 to I32, F64 to I64)"},
	OpVToF:    {"vtof", "v", "f", Pure, "lowest element of A"},
	OpFToV:    {"ftov", "F", "v", Pure, "A in the lowest element, zeros above"},

	OpVConst:   {"vconst", "", "v", Pure, "Imm in both halves"},
	OpVDup:     {"vdup", "n", "v", Pure, "low bits of A in every lane"},
	OpVDupLane: {"vduplane", "v", "v", Pure, "lane Imm of A in every lane"},
	OpVGet:     {"vget", "v", "i", Pure, "lane Imm of A, zero-extended"},
	OpVGetS:    {"vgets", "v", "i", Pure, "lane Imm of A, sign-extended"},
	OpVIns:     {"vins", "vn", "v", Pure, "A with lane Imm replaced by the low bits of B"},
	OpVInsLane: {"vinslane", "vv", "v", Pure, "A with lane Imm&255 replaced by lane Imm>>8 of B"},
	OpVLow64:   {"vlow64", "v", "v", Pure, "low half of A, zeros above"},
	OpVPair:    {"vpair", "xx", "v", Pure, "A below, B above"},
	OpVExt:     {"vext", "vv", "v", Pure, "bytes Imm to Imm+15 of A followed by B (A the lower)"},
	OpVZip1:    {"vzip1", "vv", "v", Pure, "low halves interleaved"},
	OpVZip2:    {"vzip2", "vv", "v", Pure, "high halves interleaved"},
	OpVUzp1:    {"vuzp1", "vv", "v", Pure, "even lanes of A, then of B"},
	OpVUzp2:    {"vuzp2", "vv", "v", Pure, "odd lanes of A, then of B"},
	OpVTrn1:    {"vtrn1", "vv", "v", Pure, "even lanes of A and B, alternating"},
	OpVTrn2:    {"vtrn2", "vv", "v", Pure, "odd lanes of A and B, alternating"},
	OpVRev16:   {"vrev16", "v", "v", Pure, "lanes reversed in each 16 bits"},
	OpVRev32:   {"vrev32", "v", "v", Pure, "lanes reversed in each 32 bits"},
	OpVRev64:   {"vrev64", "v", "v", Pure, "lanes reversed in each 64 bits"},
	OpVTbl:     {"vtbl", "vvv", "v", Pure, "bytes of table A by index C; where the index is not below 16, the byte of B. (TBL: B is 0; TBX and longer tables chain, with 16 subtracted from the index)"},

	OpVAnd:    {"vand", "vv", "v", Pure, "A & B"},
	OpVOr:     {"vor", "vv", "v", Pure, "A | B"},
	OpVXor:    {"vxor", "vv", "v", Pure, "A ^ B"},
	OpVAndNot: {"vandnot", "vv", "v", Pure, "A &^ B"},
	OpVOrNot:  {"vornot", "vv", "v", Pure, "A | ^B"},
	OpVNot:    {"vnot", "v", "v", Pure, "^A"},
	OpVBsl:    {"vbsl", "vvv", "v", Pure, "B where A has ones, C where it has zeros"},

	OpVAdd:       {"vadd", "vv", "v", Pure, "A + B"},
	OpVSub:       {"vsub", "vv", "v", Pure, "A - B"},
	OpVMul:       {"vmul", "vv", "v", Pure, "A * B, low half"},
	OpVNeg:       {"vneg", "v", "v", Pure, "-A"},
	OpVAbs:       {"vabs", "v", "v", Pure, "|A|, the minimum stays"},
	OpVMinS:      {"vmins", "vv", "v", Pure, "signed minimum"},
	OpVMinU:      {"vminu", "vv", "v", Pure, "unsigned minimum"},
	OpVMaxS:      {"vmaxs", "vv", "v", Pure, "signed maximum"},
	OpVMaxU:      {"vmaxu", "vv", "v", Pure, "unsigned maximum"},
	OpVCmpEQ:     {"vcmpeq", "vv", "v", Pure, "all ones where A == B"},
	OpVCmpGT:     {"vcmpgt", "vv", "v", Pure, "all ones where A > B, signed"},
	OpVCmpGE:     {"vcmpge", "vv", "v", Pure, "all ones where A >= B, signed"},
	OpVCmpHI:     {"vcmphi", "vv", "v", Pure, "all ones where A > B, unsigned"},
	OpVCmpHS:     {"vcmphs", "vv", "v", Pure, "all ones where A >= B, unsigned"},
	OpVCmpTst:    {"vcmptst", "vv", "v", Pure, "all ones where A & B is not 0"},
	OpVShlImm:    {"vshlimm", "v", "v", Pure, "A << Imm, Imm below the lane width"},
	OpVShrImm:    {"vshrimm", "v", "v", Pure, "A >> Imm, zeros come in; Imm up to the lane width"},
	OpVSarImm:    {"vsarimm", "v", "v", Pure, "A >> Imm, the sign comes in; Imm up to the lane width"},
	OpVShlReg:    {"vshlreg", "vv", "v", Pure, "USHL: A << signed low byte of B, right where negative, zeros come in"},
	OpVSshlReg:   {"vsshlreg", "vv", "v", Pure, "SSHL: A << signed low byte of B, right where negative, the sign comes in"},
	OpVCnt:       {"vcnt", "v", "v", Pure, "ones in each byte"},
	OpVAddP:      {"vaddp", "vv", "v", Pure, "sums of neighbours of A, then of B"},
	OpVAddAcross: {"vaddacross", "v", "v", Pure, "sum of all lanes in the lowest, zeros above; the sum has the lane's width"},
	OpVWidenU:    {"vwidenu", "v", "v", Pure, "lanes of the low half (Imm 1: high half) zero-extended to twice the width"},
	OpVWidenS:    {"vwidens", "v", "v", Pure, "lanes of the low half (Imm 1: high half) sign-extended to twice the width"},
	OpVNarrow:    {"vnarrow", "v", "v", Pure, "low halves of the lanes, in the low half; zeros above. Aux is the wide lane"},

	OpJump:         {"jump", "", "-", Ends, "to Succ[0]"},
	OpBrCond:       {"brcond", "c", "-", Ends, "to Succ[0] if condition Aux holds on A, else Succ[1]"},
	OpBrZero:       {"brzero", "n", "-", Ends, "to Succ[0] if A is 0, else Succ[1]; Aux is A's type"},
	OpBrNonZero:    {"brnonzero", "n", "-", Ends, "to Succ[0] if A is not 0, else Succ[1]; Aux is A's type"},
	OpBrBitZero:    {"brbitzero", "n", "-", Ends, "to Succ[0] if bit Imm of A is 0, else Succ[1]; Aux is A's type"},
	OpBrBitSet:     {"brbitset", "n", "-", Ends, "to Succ[0] if bit Imm of A is 1, else Succ[1]; Aux is A's type"},
	OpExit:         {"exit", "", "-", Ends, "leave the unit for the guest address Imm"},
	OpExitIndirect: {"exitindirect", "x", "-", Ends, "leave the unit for the guest address A; Aux is the kind of branch"},
	OpTrap:         {"trap", ".x", "-", Ends, "stop the guest: PC is Imm, Aux says why, A is a number that goes with it; B, when there is one, goes to State.ExitArg instead"},

	OpCount:   {"count", "", "-", Reads | Writes, "increment counter Imm of this vCPU"},
	OpActions: {"actions", ".", "-", Reads | Writes, "do Unit.Actions[A]; what cannot be done here, and all behind it, is the hook's, as number Imm with the action's index in bits 32 and up"},
	OpHook:    {"hook", "", "-", Reads | Writes, "call the owner of the code at this point, as number Imm; the whole guest state may change, and when its PC does the unit is left"},
	OpHelper:  {"helper", ".", "-", ReadsMem | WritesMem | Reads | Writes | FPStatus, "evaluate guest instruction A (the word) at PC Imm by the interpreter; the whole guest state may change"},
}

// maxOps bounds the table; operations declared in other files of this package count up from firstMore.
const maxOps = 512

// Info is the operation's line in the table.
func (o Op) Info() *OpInfo { return &ops[o] }

func (o Op) String() string { return ops[o].Name }
