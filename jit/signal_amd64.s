#include "textflag.h"

// func enter(stub, rbp, target uintptr) uint32
TEXT ·enter(SB), NOSPLIT, $64-28
	MOVQ stub+0(FP), AX
	MOVQ rbp+8(FP), DI
	MOVQ target+16(FP), SI
	CALL AX
	MOVL AX, ret+24(FP)
	RET

// In a signal handler: DI signal, SI siginfo, DX ucontext. General registers may be
// used but must be as they were for the handler that is chained to, as far as it
// reads them: DI, SI, DX. In ucontext: r13 at 0x50, rbp at 0x78, rip at 0xA8.
//
// FIND looks for rip (in CX) among the code ranges: R8 is the range, or not found.
#define FIND(found) \
	MOVQ 0xA8(DX), CX \
	LEAQ ·codeRanges(SB), R8 \
	MOVQ $64, R9 \
	CMPQ CX, 0(R8) \
	JB 4(PC) \
	CMPQ CX, 8(R8) \
	JAE 2(PC) \
	JMP found \
	ADDQ $24, R8 \
	DECQ R9 \
	JNZ -7(PC)

// FAULT goes on at the recovery stub if it is generated code that faulted; si_code is not positive where a
// process sent the signal.
#define FAULT(old) \
	CMPL 8(SI), $0 \
	JLE chain \
	FIND(found) \
chain: \
	MOVQ old(SB), AX \
	JMP AX \
found: \
	MOVQ 0x78(DX), R9 \
	MOVQ ·stopPCOffset(SB), R10 \
	MOVQ CX, (R9)(R10*1) \
	MOVQ 16(R8), CX \
	MOVQ CX, 0xA8(DX) \
	RET

// func segvHandler()
TEXT ·segvHandler(SB), NOSPLIT|NOFRAME, $0
	FAULT(·oldSegv)

// func busHandler()
TEXT ·busHandler(SB), NOSPLIT|NOFRAME, $0
	FAULT(·oldBus)

// A kick takes the budget away: what was left of it is put aside.
#define KICK \
	MOVQ 0x78(DX), R9 \
	MOVQ 0x50(DX), CX \
	TESTQ CX, CX \
	JLE 4(PC) \
	MOVQ ·asideOffset(SB), R10 \
	ADDQ CX, (R9)(R10*1) \
	MOVQ $0, 0x50(DX)

// func urgHandler()
TEXT ·urgHandler(SB), NOSPLIT|NOFRAME, $0
	FIND(found)
chain:
	MOVQ ·oldUrg(SB), AX
	JMP AX
found:
	KICK
	JMP chain

// func kickHandler()
TEXT ·kickHandler(SB), NOSPLIT|NOFRAME, $0
	FIND(found)
	RET
found:
	KICK
	RET
