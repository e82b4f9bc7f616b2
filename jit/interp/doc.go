// Package interp evaluates the intermediate representation.
//
// It is the portable engine, and the reference that the back ends are held
// against: every operation has one Go function, found in a table by its Op,
// that says what the operation means. Clarity and exactness come first; but
// nothing is allocated while a unit runs.
//
// A unit leaves the interpreter as it leaves translated code: the guest's
// registers are in the [ir.State], with PC, ExitKind, ExitArg, FaultAddr and
// Budget. At a fault all writes of earlier guest instructions are done and
// none of the faulting one, because a unit has the writes of an instruction
// after its last operation that can fault.
//
// Guest memory is reached through host addresses, as translated code does it.
// Faults arrive as Go panics (debug.SetPanicOnFault); one whose address lies
// in the guest's memory becomes an exit, every other goes on as the bug it is.
//
// This room knows neither A64 encodings nor hosts, with one exception: atomic
// accesses have to be atomic against translated code too, and are a few lines
// of assembly for each host.
package interp
