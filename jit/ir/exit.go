package ir

// ExitKind says why a unit was left. It is in State.ExitKind; State.PC is where
// the guest goes on, or what stopped it.
type ExitKind uint64

// The kinds. A trap's kind is ExitTrap plus the [Trap].
const (
	ExitNext   ExitKind = iota // go on at PC: OpExit, OpExitIndirect, a hook that moved PC
	ExitBudget                 // fewer instructions are left in Budget than the block at PC has, or Kicked is set
	ExitFault                  // data abort: FaultAddr could not be accessed by the instruction at PC; ExitArg is made of the Fault bits
	ExitTrap                   // the first of the traps; ExitArg is the number that goes with it
)

// What ExitArg says of a fault.
const (
	FaultStore     = 1 << iota // a store
	FaultUnaligned             // the address may be accessed, but has to be aligned
)

// TrapOf is the trap of an exit of at least ExitTrap.
func (k ExitKind) TrapOf() Trap { return Trap(k - ExitTrap) }

func (k ExitKind) String() string {
	if k >= ExitTrap {
		return "trap " + k.TrapOf().String()
	}
	return [...]string{"next", "budget", "fault"}[k]
}
