package runtime

import "axol/jit/ir"

// PSTATE, in the layout of SPSR_EL1 (Arm ARM C5.2.19). N, Z, C and V are in ir.State.
const (
	PStateNZCV  = 0xF << 28
	PStatePAN   = 1 << 22
	PStateSS    = 1 << 21
	PStateIL    = 1 << 20
	PStateBTYPE = 3 << 10
	PStateD     = 1 << 9
	PStateA     = 1 << 8
	PStateI     = 1 << 7
	PStateF     = 1 << 6
	PStateDAIF  = PStateD | PStateA | PStateI | PStateF
	PStateMode  = 0xF // M[3:0]: exception level and stack pointer
	ModeEL0     = 0
	ModeEL1h    = 5
)

// Syndromes of debug exceptions (Arm ARM D24.2.40): the class in bits 31:26, and IL, for all A64
// instructions are 32 bits.
const (
	esrIL       = 1 << 25
	esrStepEL0  = 0x32<<26 | esrIL
	esrStepEL1  = 0x33<<26 | esrIL
	esrBRK      = 0x3C<<26 | esrIL
	issStepISV  = 1 << 24
	issStepEX   = 1 << 6
	ifscDebug   = 0x22
	esrFromHere = 1 << 26 // added to the class of an abort that EL1 takes from itself
)

// EL1 is what a processor has for taking exceptions to EL1, as far as debug exceptions and
// aborts need it. The vectors are not guest code: who takes an exception does what the
// kernel's handler would, and returns.
type EL1 struct {
	PState uint64 // but for N, Z, C and V

	ESR, ELR, SPSR, FAR uint64
	MDSCR               uint64
	OSLock              bool // OSLSR_EL1.OSLK
}

// take is AArch64.TakeException for a synchronous exception to EL1 from st.PC.
func (e *EL1) take(st *ir.State, esr uint64) {
	e.ESR, e.ELR = esr, st.PC
	e.SPSR = e.PState | st.NZCV&PStateNZCV
	// Linux clears SCTLR_EL1.SPAN, so PAN is set where there is one to set: PState says.
	e.PState = e.PState&PStatePAN | PStateDAIF | ModeEL1h
}

// TakeBRK is BRK with the given immediate, at st.PC.
func (e *EL1) TakeBRK(st *ir.State, imm uint64) { e.take(st, esrBRK|imm&0xFFFF) }

// TakeStep is the software step exception behind an instruction; exclusive says that it was a
// load-exclusive.
func (e *EL1) TakeStep(st *ir.State, exclusive bool) {
	esr := uint64(esrStepEL1)
	if e.PState&PStateMode == ModeEL0 {
		esr = esrStepEL0
	}
	esr |= issStepISV | ifscDebug
	if exclusive {
		esr |= issStepEX
	}
	e.PState &^= PStateSS
	e.take(st, esr)
}

// TakeAbort is a data abort, or an instruction abort, of the instruction at st.PC.
func (e *EL1) TakeAbort(st *ir.State, fetch, write bool, far, status uint64) {
	esr := uint64(esrData)
	if fetch {
		esr = esrFetch
	}
	if e.PState&PStateMode != ModeEL0 {
		esr += esrFromHere
	}
	if write {
		esr |= esrWrite
	}
	e.FAR = far
	e.take(st, esr|status)
}

// Return is ERET to pc with the given PSTATE. The result is whether the next instruction is
// stepped: it runs, and then a software step exception is taken. The local monitor is cleared
// (Arm ARM D1.4.4, AArch64.ExceptionReturn): a pair of exclusives around an exception fails.
func (e *EL1) Return(st *ir.State, pc, spsr uint64) (step bool) {
	st.ExSize = 0
	e.ELR, e.SPSR = pc, spsr
	st.PC, st.NZCV = pc, spsr&PStateNZCV
	e.PState = spsr &^ PStateNZCV
	if step = e.stepEnabled() && spsr&PStateSS != 0; !step {
		e.PState &^= PStateSS
	}
	return step
}
