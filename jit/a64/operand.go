package a64

import "math/bits"

// Field returns bits hi:lo of the instruction.
func (i Inst) Field(hi, lo int) uint32 { return span(i.Word, hi, lo) }

func (i Inst) signed(hi, lo int) int64 {
	return int64(int32(i.Word<<(31-hi)) >> (31 - hi + lo))
}

// Bit returns bit n of the instruction.
func (i Inst) Bit(n int) bool { return bit(i.Word, n) }

// The register fields, where nearly every encoding has them.

// Rd is bits 4:0.
func (i Inst) Rd() uint8 { return uint8(i.Word & 31) }

// Rt is bits 4:0.
func (i Inst) Rt() uint8 { return uint8(i.Word & 31) }

// Rn is bits 9:5.
func (i Inst) Rn() uint8 { return uint8(i.Word >> 5 & 31) }

// Ra is bits 14:10.
func (i Inst) Ra() uint8 { return uint8(i.Word >> 10 & 31) }

// Rt2 is bits 14:10.
func (i Inst) Rt2() uint8 { return uint8(i.Word >> 10 & 31) }

// Rm is bits 20:16.
func (i Inst) Rm() uint8 { return uint8(i.Word >> 16 & 31) }

// Rs is bits 20:16.
func (i Inst) Rs() uint8 { return uint8(i.Word >> 16 & 31) }

// Sf is bit 31: the 64-bit form.
func (i Inst) Sf() bool { return bit(i.Word, 31) }

// Q is bit 30: the 128-bit vector form.
func (i Inst) Q() bool { return bit(i.Word, 30) }

// Size is bits 23:22, the element size of Advanced SIMD.
func (i Inst) Size() uint8 { return uint8(i.Word >> 22 & 3) }

// Ftype is bits 23:22: 0 single, 1 double, 3 half.
func (i Inst) Ftype() uint8 { return uint8(i.Word >> 22 & 3) }

// MemSize is bits 31:30, log2 of the bytes a load or store moves.
func (i Inst) MemSize() uint8 { return uint8(i.Word >> 30) }

// Cond is a condition code.
type Cond uint8

// The conditions. The lowest bit inverts, except that NV means AL.
const (
	EQ Cond = iota
	NE
	CS
	CC
	MI
	PL
	VS
	VC
	HI
	LS
	GE
	LT
	GT
	LE
	AL
	NV
)

// Cond is bits 15:12, or 3:0 in a conditional branch.
func (i Inst) Cond() Cond {
	if i.Op == OpBCond || i.Op == OpBcCond {
		return Cond(i.Word & 15)
	}
	return Cond(i.Word >> 12 & 15)
}

// Shift is a kind of shift.
type Shift uint8

// The kinds of shift, as encoded.
const (
	LSL Shift = iota
	LSR
	ASR
	ROR
)

// Shift is bits 23:22.
func (i Inst) Shift() Shift { return Shift(i.Word >> 22 & 3) }

// Extend is the option field of extended registers.
type Extend uint8

// The extensions, as encoded.
const (
	UXTB Extend = iota
	UXTH
	UXTW
	UXTX
	SXTB
	SXTH
	SXTW
	SXTX
)

// Extend is bits 15:13.
func (i Inst) Extend() Extend { return Extend(i.Word >> 13 & 7) }

// Imm3 is bits 12:10, the shift of an extended register.
func (i Inst) Imm3() uint8 { return uint8(i.Word >> 10 & 7) }

// Imm5 is bits 20:16.
func (i Inst) Imm5() uint8 { return uint8(i.Word >> 16 & 31) }

// Imm6 is bits 15:10, a shift amount.
func (i Inst) Imm6() uint8 { return uint8(i.Word >> 10 & 63) }

// Imm7 is bits 21:15, signed and not scaled.
func (i Inst) Imm7() int64 { return i.signed(21, 15) }

// Imm8 is bits 20:13, the immediate of FMOV (scalar).
func (i Inst) Imm8() uint8 { return uint8(i.Word >> 13) }

// Imm9 is bits 20:12, signed.
func (i Inst) Imm9() int64 { return i.signed(20, 12) }

// Imm12 is bits 21:10, neither scaled nor shifted.
func (i Inst) Imm12() uint32 { return i.Word >> 10 & 0xfff }

// Imm16 is bits 20:5.
func (i Inst) Imm16() uint16 { return uint16(i.Word >> 5) }

// Hw is bits 22:21: Imm16 is shifted by 16*Hw.
func (i Inst) Hw() uint8 { return uint8(i.Word >> 21 & 3) }

// ImmR is bits 21:16.
func (i Inst) ImmR() uint8 { return uint8(i.Word >> 16 & 63) }

// ImmS is bits 15:10.
func (i Inst) ImmS() uint8 { return uint8(i.Word >> 10 & 63) }

// NZCV is bits 3:0, N highest.
func (i Inst) NZCV() uint8 { return uint8(i.Word & 15) }

// AddImm is the immediate of ADD and SUB (immediate), shifted.
func (i Inst) AddImm() uint64 { return uint64(i.Imm12()) << (12 * i.Field(22, 22)) }

// Bitmask is the immediate of the logical instructions.
func (i Inst) Bitmask() uint64 {
	size := 32
	if i.Sf() {
		size = 64
	}
	wmask, _, _ := DecodeBitMasks(i.Field(22, 22), i.Field(15, 10), i.Field(21, 16), size)
	return wmask
}

// BranchOffset is the distance in bytes from a direct branch to its target.
func (i Inst) BranchOffset() int64 {
	switch i.Op {
	case OpB, OpBl:
		return i.signed(25, 0) * 4
	case OpTbz, OpTbnz:
		return i.signed(18, 5) * 4
	}
	return i.signed(23, 5) * 4
}

// TestBit is the bit number of TBZ and TBNZ.
func (i Inst) TestBit() uint8 { return uint8(i.Word>>31<<5 | i.Word>>19&31) }

// LiteralOffset is the distance in bytes from a load (literal) to its literal.
func (i Inst) LiteralOffset() int64 { return i.signed(23, 5) * 4 }

// AdrOffset is the distance ADR and ADRP add to the PC (to its page for ADRP).
func (i Inst) AdrOffset() int64 {
	imm := i.signed(23, 5)<<2 | int64(i.Field(30, 29))
	if i.Op == OpAdrp {
		return imm << 12
	}
	return imm
}

// SysReg is op0:op1:CRn:CRm:op2 of MRS, MSR, SYS and SYSL, op0 with its upper
// bit, so that 0xc000 and up are op0 == 3.
func (i Inst) SysReg() uint16 { return uint16(i.Word >> 5) }

// DecodeBitMasks is the manual's function of that name (with immediate true):
// it expands N:imms:immr to the mask of a logical immediate and the mask of a
// bitfield move's destination. It is not ok for a reserved encoding.
func DecodeBitMasks(n, imms, immr uint32, regSize int) (wmask, tmask uint64, ok bool) {
	length := bits.Len32(n<<6|^imms&63) - 1
	if length < 1 || 1<<length > regSize {
		return 0, 0, false
	}
	wmask, tmask = bitMasks(uint(length), imms, immr)
	if regSize == 32 {
		wmask, tmask = uint64(uint32(wmask)), uint64(uint32(tmask))
	}
	return wmask, tmask, int(imms)&(1<<length-1) != 1<<length-1
}

// bitMasks replicates elements of 1<<length bits.
func bitMasks(length uint, imms, immr uint32) (wmask, tmask uint64) {
	esize := uint(1) << length
	levels := uint32(esize - 1)
	s, r := imms&levels, immr&levels
	ones := uint64(2)<<s - 1
	elem := ^uint64(0) >> (64 - esize)
	wmask = (ones>>r | ones<<(esize-uint(r))) & elem
	tmask = uint64(2)<<((s-r)&levels) - 1
	for ; esize < 64; esize *= 2 {
		wmask |= wmask << esize
		tmask |= tmask << esize
	}
	return wmask, tmask
}
