#include "textflag.h"

// func cas8(p unsafe.Pointer, old, new uint8) uint8
TEXT ·cas8(SB), NOSPLIT, $0-17
	MOVQ p+0(FP), DI
	MOVB old+8(FP), AX
	MOVB new+9(FP), CX
	LOCK
	CMPXCHGB CX, 0(DI)
	MOVB AX, ret+16(FP)
	RET

// func cas16(p unsafe.Pointer, old, new uint16) uint16
TEXT ·cas16(SB), NOSPLIT, $0-18
	MOVQ p+0(FP), DI
	MOVW old+8(FP), AX
	MOVW new+10(FP), CX
	LOCK
	CMPXCHGW CX, 0(DI)
	MOVW AX, ret+16(FP)
	RET

// func cas32(p unsafe.Pointer, old, new uint32) uint32
TEXT ·cas32(SB), NOSPLIT, $0-20
	MOVQ p+0(FP), DI
	MOVL old+8(FP), AX
	MOVL new+12(FP), CX
	LOCK
	CMPXCHGL CX, 0(DI)
	MOVL AX, ret+16(FP)
	RET

// func cas64(p unsafe.Pointer, old, new uint64) uint64
TEXT ·cas64(SB), NOSPLIT, $0-32
	MOVQ p+0(FP), DI
	MOVQ old+8(FP), AX
	MOVQ new+16(FP), CX
	LOCK
	CMPXCHGQ CX, 0(DI)
	MOVQ AX, ret+24(FP)
	RET

// func cas128(p unsafe.Pointer, oldLo, oldHi, newLo, newHi uint64) (lo, hi uint64)
TEXT ·cas128(SB), NOSPLIT, $0-56
	MOVQ p+0(FP), DI
	MOVQ oldLo+8(FP), AX
	MOVQ oldHi+16(FP), DX
	MOVQ newLo+24(FP), BX
	MOVQ newHi+32(FP), CX
	LOCK
	CMPXCHG16B 0(DI)
	MOVQ AX, lo+40(FP)
	MOVQ DX, hi+48(FP)
	RET

// Aligned 16-byte vector loads and stores are atomic on every processor with AVX.
//
// func load128(p unsafe.Pointer) (lo, hi uint64)
TEXT ·load128(SB), NOSPLIT, $0-24
	MOVQ p+0(FP), DI
	MOVOU 0(DI), X0
	MOVQ X0, lo+8(FP)
	PSRLDQ $8, X0
	MOVQ X0, hi+16(FP)
	RET

// func store128(p unsafe.Pointer, lo, hi uint64)
TEXT ·store128(SB), NOSPLIT, $0-24
	MOVQ p+0(FP), DI
	MOVQ lo+8(FP), X0
	MOVQ hi+16(FP), X1
	PUNPCKLQDQ X1, X0
	MOVOU X0, 0(DI)
	RET

// func fence()
TEXT ·fence(SB), NOSPLIT, $0-0
	MFENCE
	RET
