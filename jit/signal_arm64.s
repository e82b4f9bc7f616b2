#include "textflag.h"
#include "go_asm.h"

// func enter(stub, frame, target uintptr) uint32
TEXT ·enter(SB), NOSPLIT, $16-28
	MOVD stub+0(FP), R9
	MOVD frame+8(FP), R0
	MOVD target+16(FP), R1
	BL   (R9)
	MOVW R0, ret+24(FP)
	RET

// In a signal handler: R0 signal, R1 siginfo, R2 ucontext, R28 g. R0 to R2 and R30 must be as they were for the
// handler that is chained to. In ucontext: X0 at 0xB8, PC at 0x1B8.
//
// FRAME is the frame of the vCPU whose code was running (TPIDR_EL0, in R9), or goes to none; FOUND has the code left
// at the address in the frame at off.
#define FRAME(none) \
	WORD $0xd53bd049 \
	CBZ R9, none \
	MOVD 0x1B8(R2), R10

#define FOUND(signal) \
	MOVD R10, const_stopPC(R9) \
	MOVD (0xB8+8*15)(R2), R11 \
	MOVD R11, const_stopTemp(R9) \
	MOVD signal, const_stopSignal(R9) \
	MOVD const_stopped(R9), R11 \
	MOVD R11, 0x1B8(R2)

// A fault. Its si_code is not positive if a process sent it. In the stubs there are none.
#define FAULT(old) \
	FRAME(chain) \
	MOVW 8(R1), R11 \
	CMPW $0, R11 \
	BLE chain \
	MOVD const_stubLo(R9), R11 \
	CMP R11, R10 \
	BLO found \
	MOVD const_stubHi(R9), R11 \
	CMP R11, R10 \
	BLO chain \
found: \
	FOUND(R0) \
	RET \
chain: \
	MOVD old, R11 \
	JMP (R11)

// func segvHandler()
TEXT ·segvHandler(SB), NOSPLIT|NOFRAME, $0
	FAULT(·oldSegv(SB))

// func busHandler()
TEXT ·busHandler(SB), NOSPLIT|NOFRAME, $0
	FAULT(·oldBus(SB))

// func illHandler()
TEXT ·illHandler(SB), NOSPLIT|NOFRAME, $0
	FAULT(·oldIll(SB))

// func trapHandler()
TEXT ·trapHandler(SB), NOSPLIT|NOFRAME, $0
	FAULT(·oldTrap(SB))

// A kick. On the way in, there is a way back; on the way out, there is nothing to do.
#define KICK(done) \
	FRAME(done) \
	MOVD const_stubLo(R9), R11 \
	CMP R11, R10 \
	BLO found \
	MOVD const_stubHi(R9), R11 \
	CMP R11, R10 \
	BHS found \
	MOVD const_entered(R9), R11 \
	CMP R11, R10 \
	BHS done \
	MOVD const_abort(R9), R11 \
	MOVD R11, 0x1B8(R2) \
	JMP done \
found: \
	FOUND(ZR)

// func urgHandler()
TEXT ·urgHandler(SB), NOSPLIT|NOFRAME, $0
	KICK(chain)
chain:
	MOVD ·oldUrg(SB), R11
	JMP (R11)

// func kickHandler()
TEXT ·kickHandler(SB), NOSPLIT|NOFRAME, $0
	KICK(done)
done:
	RET

// func cleanLine(addr uintptr): DC CVAU
TEXT ·cleanLine(SB), NOSPLIT, $0-8
	MOVD addr+0(FP), R0
	WORD $0xd50b7b20
	RET

// func dropLine(addr uintptr): IC IVAU
TEXT ·dropLine(SB), NOSPLIT, $0-8
	MOVD addr+0(FP), R0
	WORD $0xd50b7520
	RET

// func barrier(): DSB ISH
TEXT ·barrier(SB), NOSPLIT, $0-0
	DSB $0xb
	RET

// func contextSync(): ISB
TEXT ·contextSync(SB), NOSPLIT, $0-0
	ISB $0xf
	RET

// func readCTR() uint64
TEXT ·readCTR(SB), NOSPLIT, $0-8
	WORD $0xd53b0020
	MOVD R0, ret+0(FP)
	RET

// func readDCZID() uint64
TEXT ·readDCZID(SB), NOSPLIT, $0-8
	WORD $0xd53b00e0
	MOVD R0, ret+0(FP)
	RET
