package runtime

// Software step (Arm ARM D2.11). With MDSCR_EL1.SS and debug exceptions enabled from the current
// exception level, an ERET that sets PSTATE.SS has one instruction run (active-not-pending); with
// PSTATE.SS clear the step exception would be taken before any (active-pending), which nobody
// here asks for.

// Bits of MDSCR_EL1.
const (
	MDSCRSS  = 1 << 0  // software step
	MDSCRKDE = 1 << 13 // debug exceptions from EL1, other than BRK
	MDSCRMDE = 1 << 15 // breakpoints and watchpoints
)

// stepEnabled is whether software step is active at the current exception level (D2.4).
// BRK does not ask: it is taken always.
func (e *EL1) stepEnabled() bool {
	if e.MDSCR&MDSCRSS == 0 || e.OSLock {
		return false
	}
	return e.PState&PStateMode == ModeEL0 || e.MDSCR&MDSCRKDE != 0 && e.PState&PStateD == 0
}
