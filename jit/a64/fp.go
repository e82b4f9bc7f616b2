package a64

// Operations of the section Floating-point data processing.
const (

	// Conversion between floating point and fixed point
	OpScvtfFixed Op = iota + endDataProcReg
	OpUcvtfFixed
	OpFcvtzsFixed
	OpFcvtzuFixed

	// Conversion between floating point and integer
	OpFcvtnsInt
	OpFcvtnuInt
	OpScvtfInt
	OpUcvtfInt
	OpFcvtasInt
	OpFcvtauInt
	OpFcvtpsInt
	OpFcvtpuInt
	OpFcvtmsInt
	OpFcvtmuInt
	OpFcvtzsInt
	OpFcvtzuInt
	OpFjcvtzs

	// Moves between register files
	OpFmovToGen
	OpFmovFromGen
	OpFmovToGenTop
	OpFmovFromGenTop

	// One source
	OpFmov
	OpFabs
	OpFneg
	OpFsqrt
	OpFcvt
	OpBfcvt
	OpFrintn
	OpFrintp
	OpFrintm
	OpFrintz
	OpFrinta
	OpFrintx
	OpFrinti
	OpFrint32z
	OpFrint32x
	OpFrint64z
	OpFrint64x

	// Compare
	OpFcmp
	OpFcmp0
	OpFcmpe
	OpFcmpe0

	// Immediate
	OpFmovImm

	// Conditional compare and select
	OpFccmp
	OpFccmpe
	OpFcsel

	// Two sources
	OpFmul
	OpFdiv
	OpFadd
	OpFsub
	OpFmax
	OpFmin
	OpFmaxnm
	OpFminnm
	OpFnmul

	// Three sources
	OpFmadd
	OpFmsub
	OpFnmadd
	OpFnmsub

	endFloatingPoint
)

var floatingPoint = []Line{

	// Conversion between floating point and fixed point
	{Op: OpScvtfFixed, Name: "scvtf", Pattern: "sf 00 11110 ftype:2 0 00 010 scale:6 Rn Rd", Feature: FP, when: fixedScale},
	{Op: OpUcvtfFixed, Name: "ucvtf", Pattern: "sf 00 11110 ftype:2 0 00 011 scale:6 Rn Rd", Feature: FP, when: fixedScale},
	{Op: OpFcvtzsFixed, Name: "fcvtzs", Pattern: "sf 00 11110 ftype:2 0 11 000 scale:6 Rn Rd", Feature: FP, when: fixedScale},
	{Op: OpFcvtzuFixed, Name: "fcvtzu", Pattern: "sf 00 11110 ftype:2 0 11 001 scale:6 Rn Rd", Feature: FP, when: fixedScale},

	// Conversion between floating point and integer
	{Op: OpFcvtnsInt, Name: "fcvtns", Pattern: "sf 00 11110 ftype:2 1 00 000 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvtnuInt, Name: "fcvtnu", Pattern: "sf 00 11110 ftype:2 1 00 001 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpScvtfInt, Name: "scvtf", Pattern: "sf 00 11110 ftype:2 1 00 010 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpUcvtfInt, Name: "ucvtf", Pattern: "sf 00 11110 ftype:2 1 00 011 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvtasInt, Name: "fcvtas", Pattern: "sf 00 11110 ftype:2 1 00 100 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvtauInt, Name: "fcvtau", Pattern: "sf 00 11110 ftype:2 1 00 101 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvtpsInt, Name: "fcvtps", Pattern: "sf 00 11110 ftype:2 1 01 000 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvtpuInt, Name: "fcvtpu", Pattern: "sf 00 11110 ftype:2 1 01 001 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvtmsInt, Name: "fcvtms", Pattern: "sf 00 11110 ftype:2 1 10 000 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvtmuInt, Name: "fcvtmu", Pattern: "sf 00 11110 ftype:2 1 10 001 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvtzsInt, Name: "fcvtzs", Pattern: "sf 00 11110 ftype:2 1 11 000 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvtzuInt, Name: "fcvtzu", Pattern: "sf 00 11110 ftype:2 1 11 001 000000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFjcvtzs, Name: "fjcvtzs", Pattern: "000 11110 01 1 11 110 000000 Rn Rd", Feature: JSCVT},

	// Moves between register files
	{Op: OpFmovToGen, Name: "fmov", Pattern: "sf 00 11110 ftype:2 1 00 110 000000 Rn Rd", Feature: FP, when: fmovSize},
	{Op: OpFmovFromGen, Name: "fmov", Pattern: "sf 00 11110 ftype:2 1 00 111 000000 Rn Rd", Feature: FP, when: fmovSize},
	{Op: OpFmovToGenTop, Name: "fmov", Pattern: "100 11110 10 1 01 110 000000 Rn Rd", Feature: FP},
	{Op: OpFmovFromGenTop, Name: "fmov", Pattern: "100 11110 10 1 01 111 000000 Rn Rd", Feature: FP},

	// One source
	{Op: OpFmov, Name: "fmov", Pattern: "000 11110 ftype:2 1 000000 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFabs, Name: "fabs", Pattern: "000 11110 ftype:2 1 000001 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFneg, Name: "fneg", Pattern: "000 11110 ftype:2 1 000010 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFsqrt, Name: "fsqrt", Pattern: "000 11110 ftype:2 1 000011 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFcvt, Name: "fcvt", Pattern: "000 11110 ftype:2 1 0001 opc:2 10000 Rn Rd", Feature: FP, when: fcvtTypes},
	{Op: OpBfcvt, Name: "bfcvt", Pattern: "000 11110 01 1 000110 10000 Rn Rd", Feature: BF16},
	{Op: OpFrintn, Name: "frintn", Pattern: "000 11110 ftype:2 1 001000 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFrintp, Name: "frintp", Pattern: "000 11110 ftype:2 1 001001 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFrintm, Name: "frintm", Pattern: "000 11110 ftype:2 1 001010 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFrintz, Name: "frintz", Pattern: "000 11110 ftype:2 1 001011 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFrinta, Name: "frinta", Pattern: "000 11110 ftype:2 1 001100 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFrintx, Name: "frintx", Pattern: "000 11110 ftype:2 1 001110 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFrinti, Name: "frinti", Pattern: "000 11110 ftype:2 1 001111 10000 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFrint32z, Name: "frint32z", Pattern: "000 11110 ftype:2 1 010000 10000 Rn Rd", Feature: FRINTTS, when: ftypeSD},
	{Op: OpFrint32x, Name: "frint32x", Pattern: "000 11110 ftype:2 1 010001 10000 Rn Rd", Feature: FRINTTS, when: ftypeSD},
	{Op: OpFrint64z, Name: "frint64z", Pattern: "000 11110 ftype:2 1 010010 10000 Rn Rd", Feature: FRINTTS, when: ftypeSD},
	{Op: OpFrint64x, Name: "frint64x", Pattern: "000 11110 ftype:2 1 010011 10000 Rn Rd", Feature: FRINTTS, when: ftypeSD},

	// Compare
	{Op: OpFcmp, Name: "fcmp", Pattern: "000 11110 ftype:2 1 Rm 00 1000 Rn 00 000", Feature: FP, when: ftypeValid},
	{Op: OpFcmp0, Name: "fcmp", Pattern: "000 11110 ftype:2 1 xxxxx 00 1000 Rn 01 000", Feature: FP, when: ftypeValid},
	{Op: OpFcmpe, Name: "fcmpe", Pattern: "000 11110 ftype:2 1 Rm 00 1000 Rn 10 000", Feature: FP, when: ftypeValid},
	{Op: OpFcmpe0, Name: "fcmpe", Pattern: "000 11110 ftype:2 1 xxxxx 00 1000 Rn 11 000", Feature: FP, when: ftypeValid},

	// Immediate
	{Op: OpFmovImm, Name: "fmov", Pattern: "000 11110 ftype:2 1 imm8 100 00000 Rd", Feature: FP, when: ftypeValid},

	// Conditional compare and select
	{Op: OpFccmp, Name: "fccmp", Pattern: "000 11110 ftype:2 1 Rm cond:4 01 Rn 0 nzcv:4", Feature: FP, when: ftypeValid},
	{Op: OpFccmpe, Name: "fccmpe", Pattern: "000 11110 ftype:2 1 Rm cond:4 01 Rn 1 nzcv:4", Feature: FP, when: ftypeValid},
	{Op: OpFcsel, Name: "fcsel", Pattern: "000 11110 ftype:2 1 Rm cond:4 11 Rn Rd", Feature: FP, when: ftypeValid},

	// Two sources
	{Op: OpFmul, Name: "fmul", Pattern: "000 11110 ftype:2 1 Rm 0000 10 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFdiv, Name: "fdiv", Pattern: "000 11110 ftype:2 1 Rm 0001 10 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFadd, Name: "fadd", Pattern: "000 11110 ftype:2 1 Rm 0010 10 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFsub, Name: "fsub", Pattern: "000 11110 ftype:2 1 Rm 0011 10 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFmax, Name: "fmax", Pattern: "000 11110 ftype:2 1 Rm 0100 10 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFmin, Name: "fmin", Pattern: "000 11110 ftype:2 1 Rm 0101 10 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFmaxnm, Name: "fmaxnm", Pattern: "000 11110 ftype:2 1 Rm 0110 10 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFminnm, Name: "fminnm", Pattern: "000 11110 ftype:2 1 Rm 0111 10 Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFnmul, Name: "fnmul", Pattern: "000 11110 ftype:2 1 Rm 1000 10 Rn Rd", Feature: FP, when: ftypeValid},

	// Three sources
	{Op: OpFmadd, Name: "fmadd", Pattern: "000 11111 ftype:2 0 Rm 0 Ra Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFmsub, Name: "fmsub", Pattern: "000 11111 ftype:2 0 Rm 1 Ra Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFnmadd, Name: "fnmadd", Pattern: "000 11111 ftype:2 1 Rm 0 Ra Rn Rd", Feature: FP, when: ftypeValid},
	{Op: OpFnmsub, Name: "fnmsub", Pattern: "000 11111 ftype:2 1 Rm 1 Ra Rn Rd", Feature: FP, when: ftypeValid},
}
