// Package lift translates A64 instructions to the intermediate representation,
// one file per section of the Arm manual.
//
// [Insn] lifts one instruction; [Unit] decides how much code becomes one unit.
// For each line of the a64 table there is at most one function, found by its Op;
// a line without one is an instruction Axol does not support, and becomes a
// TrapUndefined with the word.
//
// All guest writes of an instruction (OpSetX, OpSetV, OpSetFlags) come after its
// last operation that can fault, so that at a fault the instruction had no effect.
//
// This room may not know hosts, nor Linux.
package lift
