package arm64

import "axol/jit/ir"

// Exit says how generated code was left.
type Exit uint16

// The exits. Those of a [Record] have its kind.
const (
	ExitSite    Exit = 1 + iota // by the Record at Host.Site
	ExitStopped                 // by a signal: Host.StopPC, StopTemp and Signal
	ExitKicked                  // before the first instruction

	ExitLink  // a direct branch that is not linked; Record.N is the link's number
	ExitAlone // the instruction at PC is the interpreter's
	ExitHook  // Arg is the hook; Record.N is how many bytes behind the Record to go on
	ExitStep  // the one instruction of the unit has run
	ExitSpent // the budget ran out in front of the block at PC; Arg is what it would have taken
)

// Record is what generated code leaves behind for the engine, in the code itself.
type Record struct {
	Kind Exit
	Left uint16 // instructions that were paid for and have not run
	N    int32
	PC   uint64
	Arg  uint64
}

// Stubs are the pieces of code every unit shares, at the beginning of the code cache. Offsets are in bytes.
type Stubs struct {
	Words []uint32
	Enter int // Go comes in here, by a call: x0 is the frame, x1 the host address to go to

	entered int // behind the way in
	stopped int // a signal handler resumes here, from anywhere in generated code
	abort   int // and here, from the way in
	site    int // x0 is the address of a Record and saved as what is borrowed, Temp the frame
}

// MakeStubs builds the stubs.
func MakeStubs() *Stubs {
	s := &Stubs{}
	put := func(w ...uint32) { s.Words = append(s.Words, w...) }
	here := func() int { return 4 * len(s.Words) }
	to := func(off int) uint32 { return jump | uint32((off-here())/4)&0x3ffffff }

	put(addImm(2, zr, 0), str(2, 0, offGoSP), pair(storePair, 29, lr, 0, offGoFP, 3))
	// From here on signal handlers take what they find for the guest's. A kick that came before has set the
	// flag, one that comes later resumes at abort.
	put(msr(sysTPIDR, 0))
	put(ldrw(2, 0, offState+ir.OffKicked))
	kicked := len(s.Words)
	put(0)
	for n := reg(0); n < 32; n += 2 {
		put(pair(loadPairQ, n, n+1, 0, offState+ir.OffV+uintptr(n)*16, 4))
	}
	put(ldrw(2, 0, offState+ir.OffFPCR), msr(sysFPCR, 2), ldrw(2, 0, offState+ir.OffFPSR), msr(sysFPSR, 2))
	put(ldr(2, 0, offState+ir.OffNZCV), msr(sysNZCV, 2), ldr(2, 0, offState+ir.OffSP), addImm(zr, 2, 0))
	put(movReg(Temp, 1), ldr(Kept, 0, homeX(goG)))
	eachPair(func(n, m reg) { put(pair(loadPair, n, m, 0, homeX(n), 3)) }, func(n reg) { put(ldr(n, 0, homeX(n))) })
	put(pair(loadPair, 0, 1, 0, homeX(0), 3))
	// What was written by others since this processor was last here has been made coherent by them; the rest
	// is a context synchronization event of its own (Arm ARM B2.4.4, "Ordering of instruction fetches").
	put(isb, br(Temp))
	s.entered = here()

	s.stopped = here()
	put(mrs(Temp, sysTPIDR), str(0, Temp, homeX(0)), movz(0, uint32(ExitStopped)))
	toSave := len(s.Words)
	put(0)
	s.site = here()
	put(str(0, Temp, offSite), ldr(0, Temp, offSave), str(0, Temp, homeX(0)), movz(0, uint32(ExitSite)))
	s.Words[toSave] = jump | uint32(len(s.Words)-toSave)
	put(str(1, Temp, homeX(1)), str(Kept, Temp, homeX(goG)))
	eachPair(func(n, m reg) { put(pair(storePair, n, m, Temp, homeX(n), 3)) }, func(n reg) { put(str(n, Temp, homeX(n))) })
	put(addImm(1, zr, 0), str(1, Temp, offState+ir.OffSP), mrs(1, sysNZCV), str(1, Temp, offState+ir.OffNZCV))
	for n := reg(0); n < 32; n += 2 {
		put(pair(storePairQ, n, n+1, Temp, offState+ir.OffV+uintptr(n)*16, 4))
	}
	put(mrs(1, sysFPSR), strw(1, Temp, offState+ir.OffFPSR), mrs(1, sysFPCR), strw(1, Temp, offState+ir.OffFPCR))
	leave := here()
	put(msr(sysFPCR, zr))
	put(ldr(1, Temp, offGoSP), addImm(zr, 1, 0), pair(loadPair, 29, lr, Temp, offGoFP, 3), msr(sysTPIDR, zr), ret)
	s.abort = here()
	put(mrs(Temp, sysTPIDR), movz(0, uint32(ExitKicked)))
	put(to(leave))
	s.Words[kicked] = cbnzw(2, s.abort/4-kicked)
	return s
}

// eachPair goes through the general registers that hold the guest's own while its code runs, but for X0 and X1.
func eachPair(two func(n, m reg), one func(n reg)) {
	for n := reg(2); n < 14; n += 2 {
		two(n, n+1)
	}
	one(14)
	two(16, 17)
	for n := reg(19); n < 27; n += 2 {
		two(n, n+1)
	}
	one(27)
	two(29, 30)
}
