#include "textflag.h"

// Load-acquire and store-release exclusives, so that hosts without FEAT_LSE
// run this too. Where the compare fails, what was loaded is stored again: then
// memory that cannot be written faults as on other hosts, and a load of 16
// bytes is atomic only if it can be stored (without FEAT_LSE2).

// func cas8(p unsafe.Pointer, old, new uint8) uint8
TEXT ·cas8(SB), NOSPLIT, $0-17
	MOVD p+0(FP), R0
	MOVBU old+8(FP), R1
	MOVBU new+9(FP), R2
again:
	LDAXRB (R0), R3
	CMPW R1, R3
	CSEL EQ, R2, R3, R5
	STLXRB R5, (R0), R4
	CBNZ R4, again
	DMB $0xb
	MOVB R3, ret+16(FP)
	RET

// func cas16(p unsafe.Pointer, old, new uint16) uint16
TEXT ·cas16(SB), NOSPLIT, $0-18
	MOVD p+0(FP), R0
	MOVHU old+8(FP), R1
	MOVHU new+10(FP), R2
again:
	LDAXRH (R0), R3
	CMPW R1, R3
	CSEL EQ, R2, R3, R5
	STLXRH R5, (R0), R4
	CBNZ R4, again
	DMB $0xb
	MOVH R3, ret+16(FP)
	RET

// func cas32(p unsafe.Pointer, old, new uint32) uint32
TEXT ·cas32(SB), NOSPLIT, $0-20
	MOVD p+0(FP), R0
	MOVWU old+8(FP), R1
	MOVWU new+12(FP), R2
again:
	LDAXRW (R0), R3
	CMPW R1, R3
	CSEL EQ, R2, R3, R5
	STLXRW R5, (R0), R4
	CBNZ R4, again
	DMB $0xb
	MOVW R3, ret+16(FP)
	RET

// func cas64(p unsafe.Pointer, old, new uint64) uint64
TEXT ·cas64(SB), NOSPLIT, $0-32
	MOVD p+0(FP), R0
	MOVD old+8(FP), R1
	MOVD new+16(FP), R2
again:
	LDAXR (R0), R3
	CMP R1, R3
	CSEL EQ, R2, R3, R5
	STLXR R5, (R0), R4
	CBNZ R4, again
	DMB $0xb
	MOVD R3, ret+24(FP)
	RET

// func cas128(p unsafe.Pointer, oldLo, oldHi, newLo, newHi uint64) (lo, hi uint64)
TEXT ·cas128(SB), NOSPLIT, $0-56
	MOVD p+0(FP), R0
	LDP oldLo+8(FP), (R1, R2)
	LDP newLo+24(FP), (R5, R6)
again:
	LDAXP (R0), (R3, R4)
	CMP R1, R3
	CCMP EQ, R2, R4, $0
	CSEL EQ, R5, R3, R7
	CSEL EQ, R6, R4, R8
	STLXP (R7, R8), (R0), R9
	CBNZ R9, again
	DMB $0xb
	MOVD R3, lo+40(FP)
	MOVD R4, hi+48(FP)
	RET

// func load128(p unsafe.Pointer) (lo, hi uint64)
TEXT ·load128(SB), NOSPLIT, $0-24
	MOVD p+0(FP), R0
again: // a pair need not be one access, and a store-exclusive that would make it one needs memory that can be written
	LDP (R0), (R1, R2)
	DMB $0x9
	LDP (R0), (R3, R4)
	DMB $0x9
	CMP R1, R3
	BNE again
	CMP R2, R4
	BNE again
	MOVD R1, lo+8(FP)
	MOVD R2, hi+16(FP)
	RET

// func store128(p unsafe.Pointer, lo, hi uint64)
TEXT ·store128(SB), NOSPLIT, $0-24
	MOVD p+0(FP), R0
	MOVD lo+8(FP), R1
	MOVD hi+16(FP), R2
again:
	LDXP (R0), (R4, R5)
	STXP (R1, R2), (R0), R3
	CBNZ R3, again
	RET

// func fence()
TEXT ·fence(SB), NOSPLIT, $0-0
	DMB $0xb
	RET
