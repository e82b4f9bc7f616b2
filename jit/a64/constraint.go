package a64

// The constraints of the table: what a pattern's fields must satisfy for the
// encoding to be allocated. Each is named after what it asks for.

func bit(w uint32, n int) bool           { return w>>n&1 != 0 }
func span(w uint32, hi, lo int) uint32   { return w >> lo & (1<<(hi-lo+1) - 1) }
func implies(a, b bool) bool             { return !a || b }
func sfBit(w uint32) bool                { return bit(w, 31) }
func qBit(w uint32) bool                 { return bit(w, 30) }
func sizeField(w uint32) uint32          { return span(w, 23, 22) }
func memSize(w uint32) uint32            { return span(w, 31, 30) }
func registerEven(w uint32, lo int) bool { return !bit(w, lo) }

// Data processing.

func amountFits(w uint32) bool   { return sfBit(w) || !bit(w, 15) }
func addShiftFits(w uint32) bool { return span(w, 23, 22) != 3 && amountFits(w) }
func extendFits(w uint32) bool   { return span(w, 12, 10) <= 4 }
func hwFits(w uint32) bool       { return sfBit(w) || !bit(w, 22) }
func bitfieldFits(w uint32) bool {
	return bit(w, 22) == sfBit(w) && (sfBit(w) || !bit(w, 21) && !bit(w, 15))
}
func extractFits(w uint32) bool { return bit(w, 22) == sfBit(w) && amountFits(w) }
func crcSize(w uint32) bool     { return sfBit(w) == (span(w, 11, 10) == 3) }
func revSize(w uint32) bool     { return sfBit(w) == bit(w, 10) }

func bitmaskValid(w uint32) bool {
	size := 32
	if sfBit(w) {
		size = 64
	}
	_, _, ok := DecodeBitMasks(span(w, 22, 22), span(w, 15, 10), span(w, 21, 16), size)
	return ok
}

// pstateFields has a bit for each op1:op2 that names a PSTATE field: UAO, PAN,
// SPSel, ALLINT and PM, SSBS, DIT, SVCR, TCO, DAIFSet, DAIFClr.
const pstateFields = 1<<003 | 1<<004 | 1<<005 | 1<<010 | 1<<031 | 1<<032 | 1<<033 | 1<<034 | 1<<036 | 1<<037

func pstateField(w uint32) bool {
	field, crm := span(w, 18, 16)<<3|span(w, 7, 5), span(w, 11, 8)
	switch field {
	case 010: // ALLINT takes one bit of CRm, PM another value above it
		return crm < 4
	case 033: // SMSTART and SMSTOP of SM, ZA or both
		return crm >= 2 && crm < 8
	}
	return pstateFields>>field&1 != 0
}

// Loads and stores.

func indexOption(w uint32) bool     { return bit(w, 14) }
func opcNot3(w uint32) bool         { return memSize(w) != 3 }
func pairIndexed(w uint32) bool     { return span(w, 24, 23) != 0 }
func simdPairIndexed(w uint32) bool { return pairIndexed(w) && opcNot3(w) }
func signedSize(w uint32) bool      { return memSize(w) < 2 || memSize(w) == 2 && !bit(w, 22) }
func signedSizeReg(w uint32) bool   { return signedSize(w) && indexOption(w) }
func wideSize(w uint32) bool        { return implies(bit(w, 23), memSize(w) == 0) }
func wideSizeReg(w uint32) bool     { return wideSize(w) && indexOption(w) }
func casPairEven(w uint32) bool     { return registerEven(w, 16) && registerEven(w, 0) }
func evenBelow24(w uint32) bool     { return registerEven(w, 0) && span(w, 4, 3) != 3 }
func tagMode(w uint32) bool         { return span(w, 11, 10) != 0 }
func rcpc3Simd(w uint32) bool       { return wideSize(w) }
func mopsCopy(w uint32) bool        { return span(w, 23, 22) != 3 }
func mopsSet(w uint32) bool         { return span(w, 15, 14) != 3 }
func rcwOp(w uint32) bool           { op := span(w, 14, 12); return op >= 1 && op <= 3 }

// lse128Op: LDCLRP, LDSETP, SWPP.
func lse128Op(w uint32) bool { op := span(w, 15, 12); return op == 1 || op == 3 || op == 8 }

// structPost: without post-index, the manual has no Rm.
func structPost(w uint32) bool { return bit(w, 23) || span(w, 20, 16) == 0 }

// structOne: LD1 and ST1 tell the number of registers (4, 3, 1, 2) by opcode.
func structOne(w uint32) bool {
	const opcodes = 1<<2 | 1<<6 | 1<<7 | 1<<10
	return structPost(w) && opcodes>>span(w, 15, 12)&1 != 0
}

func structMany(w uint32) bool { return structPost(w) && implies(span(w, 11, 10) == 3, qBit(w)) }

// structLane: size holds index bits; those below the element's size are zero.
func structLane(w uint32) bool {
	if !structPost(w) {
		return false
	}
	size := span(w, 11, 10)
	switch span(w, 15, 14) {
	case 0:
		return true
	case 1:
		return size&1 == 0
	case 2: // size 1 makes it a doubleword, with Q alone as index
		return size == 0 || size == 1 && !bit(w, 12)
	}
	return false // load and replicate: lines of its own
}

// Floating point.

func ftypeValid(w uint32) bool { return sizeField(w) != 2 }
func ftypeSD(w uint32) bool    { return sizeField(w) < 2 }
func fixedScale(w uint32) bool { return ftypeValid(w) && (sfBit(w) || bit(w, 15)) }

func fcvtTypes(w uint32) bool {
	to := span(w, 16, 15)
	return ftypeValid(w) && to != 2 && to != sizeField(w)
}

// fmovSize: W with S, X with D, either with H.
func fmovSize(w uint32) bool {
	t := sizeField(w)
	return t == 3 || t < 2 && (t == 1) == sfBit(w)
}

// Advanced SIMD.

func sizeNot3(w uint32) bool { return sizeField(w) != 3 }
func sizeQ(w uint32) bool    { return implies(sizeField(w) == 3, qBit(w)) }
func sizeB(w uint32) bool    { return sizeField(w) == 0 }
func sizeBH(w uint32) bool   { return sizeField(w) < 2 }
func sizeHS(w uint32) bool   { return sizeField(w) == 1 || sizeField(w) == 2 }
func sizeD(w uint32) bool    { return sizeField(w) == 3 }
func polySize(w uint32) bool { return sizeB(w) || sizeD(w) }
func szQ(w uint32) bool      { return implies(bit(w, 22), qBit(w)) }
func elemSzL(w uint32) bool  { return implies(bit(w, 22), !bit(w, 21)) }
func elemSzQ(w uint32) bool  { return elemSzL(w) && szQ(w) }
func extIndex(w uint32) bool { return qBit(w) || !bit(w, 14) }

func acrossSize(w uint32) bool  { return sizeNot3(w) && implies(sizeField(w) == 2, qBit(w)) }
func complexSize(w uint32) bool { return sizeField(w) != 0 && sizeQ(w) }

func complexElem(w uint32) bool {
	switch sizeField(w) {
	case 1: // index H:L of a pair of halves
		return implies(bit(w, 11), qBit(w))
	case 2: // index H of a pair of singles
		return qBit(w) && !bit(w, 21)
	}
	return false
}

func immh(w uint32) uint32      { return span(w, 22, 19) }
func shiftSca(w uint32) bool    { return immh(w) != 0 }
func shiftScaD(w uint32) bool   { return immh(w) >= 8 }
func shiftScaFP(w uint32) bool  { return immh(w) >= 2 }
func shiftVec(w uint32) bool    { return immh(w) != 0 && implies(immh(w) >= 8, qBit(w)) }
func shiftVecFP(w uint32) bool  { return immh(w) >= 2 && implies(immh(w) >= 8, qBit(w)) }
func shiftNarrow(w uint32) bool { return immh(w) != 0 && immh(w) < 8 }

// cmode: shifted immediates are even (MOVI, MVNI) or odd (ORR, BIC) below 12;
// 12 and 13 shift ones in, 14 is MOVI of bytes.
func cmodeMov(w uint32) bool   { c := span(w, 15, 12); return c < 12 && c&1 == 0 || c >= 12 && c < 15 }
func cmodeMvn(w uint32) bool   { return cmodeMov(w) && span(w, 15, 12) != 14 }
func cmodeLogic(w uint32) bool { c := span(w, 15, 12); return c < 12 && c&1 == 1 }

// The lowest set bit of imm5 tells the element's size.

func copyIndex(w uint32) bool { return span(w, 19, 16) != 0 }
func copyVec(w uint32) bool   { return copyIndex(w) && implies(span(w, 19, 16) == 8, qBit(w)) }
func smovIndex(w uint32) bool { i := span(w, 18, 16); return i&3 != 0 || i == 4 && qBit(w) }

func umovIndex(w uint32) bool {
	if qBit(w) {
		return span(w, 19, 16) == 8
	}
	return span(w, 18, 16) != 0
}
