package amd64

import (
	"unsafe"

	"axol/jit/ir"
)

// Exit is what generated code returns in eax.
type Exit uint32

// The exits. State.PC is right for all of them, State.ExitArg as stated.
const (
	ExitLink   Exit = 1 + iota // a direct branch that is not linked; ExitArg is the link's number
	ExitLookup                 // an indirect branch not in the jump cache
	ExitTrap                   // ExitKind is the ir.Trap, ExitArg its number
	ExitHook                   // ExitArg is the hook and, in its upper half, the instructions paid for and not run; Host.Resume is where to go on
	ExitHelper                 // ExitArg is the instruction word; Host.Resume is where to go on
	ExitStop                   // in the middle of a unit: Host.StopPC, GPR and XMM; State is stale where the point says so
	ExitFault                  // the same, after a SIGSEGV or SIGBUS
	ExitKicked                 // before the first instruction
)

// Stubs are the pieces of code every unit shares, at the beginning of the code cache.
type Stubs struct {
	Text    []byte
	Enter   int // Go comes in here: rdi is the frame's rbp, rsi the host address to go to
	Recover int // the signal handler resumes here
	exit    int // leave with eax
	link    int // leave with ExitLink
	lookup  int // leave with ExitLookup
	stop    int // called: save everything, leave with ExitStop
}

// MakeStubs builds the stubs for the beginning of a code cache.
func MakeStubs(f Features) *Stubs {
	var a Asm
	s := &Stubs{}
	var exit Label
	s.Enter = a.Pos()
	enterStub(&a, f, &exit)
	s.link = a.Pos()
	storePins(&a)
	a.movImm(RAX, uint64(ExitLink))
	a.jmp(&exit)
	s.lookup = a.Pos()
	storePins(&a)
	a.movImm(RAX, uint64(ExitLookup))
	a.bind(&exit)
	s.exit = a.Pos()
	exitStub(&a, f)
	s.stop = a.Pos()
	saveAll(&a)
	// The return address says which point it was; it is off the stack with the next entry.
	a.load(true, RAX, at(RSP, 0))
	a.store(true, host(unsafe.Offsetof(Host{}.StopPC)), RAX)
	a.movImm(RAX, uint64(ExitStop))
	a.jmpTo(s.exit)
	s.Recover = a.Pos()
	saveAll(&a)
	a.movImm(RAX, uint64(ExitFault))
	a.jmpTo(s.exit)
	a.nops(-a.Pos() & 15)
	s.Text = a.Buf
	return s
}

// enterStub takes over from Go. The flag is looked at after the budget is in its
// register: a kick that came before sets the flag, one that comes later, by signal,
// empties the register.
func enterStub(a *Asm, f Features, exit *Label) {
	a.store(true, at(RDI, hostOff+int32(unsafe.Offsetof(Host{}.GoSP))), RSP)
	a.store(true, at(RDI, hostOff+int32(unsafe.Offsetof(Host{}.GoBP))), RBP)
	a.movRR(true, RBP, RDI)
	a.load(true, RSP, host(unsafe.Offsetof(Host{}.SP)))
	a.load(true, R14, st(ir.OffMemBase))
	a.movRR(true, R11, RSI)
	for _, p := range pins {
		a.load(true, p.reg, homeX(int(p.guest)))
	}
	a.ldmxcsr(host(unsafe.Offsetof(Host{}.MXCSR)))
	flagsIn(a, f)
	a.load(true, R13, st(ir.OffBudget))
	a.aluMI(aluCmp, false, st(ir.OffKicked), 0)
	a.movImm(RAX, uint64(ExitKicked))
	a.jcc(ccNE, exit)
	a.jmpReg(R11)
}

// storePins is for the exits that do not store them.
func storePins(a *Asm) {
	for _, p := range pins {
		a.store(true, homeX(int(p.guest)), p.reg)
	}
}

// flagsIn converts State.NZCV (bits 31:28) to Host.Flags.
func flagsIn(a *Asm, f Features) {
	a.load(false, RAX, st(ir.OffNZCV))
	a.shiftImm(shShr, false, RAX, 28)
	if f.BMI2 {
		a.movImm(RCX, 0xC101)
		a.pdep(false, RAX, RAX, RCX)
	} else {
		// N Z C V -> bits 15 14 8 0: multiply to copies, mask the bits that matter.
		a.movRR(false, RCX, RAX)
		a.shiftImm(shShl, false, RCX, 12)
		a.aluRI(aluAnd, false, RCX, 0xC000)
		a.movRR(false, RDX, RAX)
		a.shiftImm(shShl, false, RDX, 7)
		a.aluRI(aluAnd, false, RDX, 0x100)
		a.aluRI(aluAnd, false, RAX, 1)
		a.aluRR(aluOr, false, RAX, RCX)
		a.aluRR(aluOr, false, RAX, RDX)
	}
	a.store(false, hostFlags(), RAX)
}

// exitStub gives the host back to Go: eax says why.
func exitStub(a *Asm, f Features) {
	a.store(true, st(ir.OffBudget), R13)
	a.load(false, RCX, hostFlags())
	if f.BMI2 {
		a.movImm(RDX, 0xC101)
		a.pext(false, RCX, RCX, RDX)
	} else {
		a.movRR(false, RDX, RCX)
		a.shiftImm(shShr, false, RDX, 12)
		a.aluRI(aluAnd, false, RDX, 0xC)
		a.movRR(false, RBX, RCX)
		a.shiftImm(shShr, false, RBX, 7)
		a.aluRI(aluAnd, false, RBX, 2)
		a.aluRI(aluAnd, false, RCX, 1)
		a.aluRR(aluOr, false, RCX, RDX)
		a.aluRR(aluOr, false, RCX, RBX)
	}
	a.shiftImm(shShl, false, RCX, 28)
	a.store(true, st(ir.OffNZCV), RCX)
	a.stmxcsr(host(unsafe.Offsetof(Host{}.MXCSR)))
	a.ldmxcsr(host(unsafe.Offsetof(Host{}.GoMXCSR)))
	a.load(true, RSP, host(unsafe.Offsetof(Host{}.GoSP)))
	a.load(true, RBP, host(unsafe.Offsetof(Host{}.GoBP)))
	a.ret()
}

// saveAll stores every host register a point can name.
func saveAll(a *Asm) {
	gpr, xmm := unsafe.Offsetof(Host{}.GPR), unsafe.Offsetof(Host{}.XMM)
	for r := RAX; r <= R15; r++ {
		a.store(true, host(gpr+uintptr(r)*8), r)
	}
	for x := Xmm(0); x < 16; x++ {
		a.rm(0x11|map0F, false, x, host(xmm+uintptr(x)*16))
	}
}
