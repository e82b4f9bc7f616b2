package runtime

import "axol/jit/ir"

// Engine runs guest code. Package jit has the implementation.
type Engine interface {
	// NewCPU makes a virtual CPU.
	NewCPU() (CPU, error)
	// Invalidate says that guest code in [lo, hi) has changed, or that it has lost or
	// got its permission to execute. No translation of it is left when it returns.
	Invalidate(lo, hi uint64)
}

// CPU is the processor of one guest thread. All methods but Kick belong to the one
// host thread that runs it.
type CPU interface {
	// State is the registers.
	State() *ir.State
	// Run runs guest code from State.PC until the machine must act.
	Run() Exit
	// Kick makes Run return ExitKicked soon, and interrupts a blocking host system
	// call of the thread. It is not free of races against a call that is about to
	// begin, and has to be repeated until it was noticed.
	Kick()
	Close()
}

// Guest is what an engine asks of the machine.
type Guest interface {
	// Fetch reads the instruction at pc. It fails if pc may not be executed.
	Fetch(pc uint64) (word uint32, ok bool)
	// ReadSys reads a system register that is not in ir.State, numbered as
	// ir.Sys...; it fails if reading it is undefined.
	ReadSys(reg uint32) (uint64, bool)
}

// Exit says why guest code stopped. State.PC is exact.
type Exit struct {
	Kind ExitKind
	Arg  uint64
	Addr uint64
}

// ExitKind is a reason to stop.
type ExitKind uint8

// The reasons.
const (
	ExitSVC       ExitKind = iota // system call; Arg is the immediate, PC the next instruction
	ExitBRK                       // breakpoint; Arg is the immediate, PC the instruction
	ExitUndefined                 // undefined instruction; Arg is the word, PC the instruction
	ExitFault                     // data abort at Addr, as the guest used it; Arg is 1 for a write; PC the instruction
	ExitFetch                     // PC cannot be read
	ExitAlign                     // PC is not a multiple of 4
	ExitWait                      // a hint that now is a good moment to let others run
	ExitKicked                    // CPU.Kick
	ExitBudget                    // the budget is used up
)
