// Package arm64 turns guest code into code for an arm64 host: A64 to A64, without an intermediate representation.
//
// # What is copied
//
// Guest addresses are host addresses, and the guest's registers, flags, floating-point control and status are the host's own
// while its code runs. So most instructions are copied as they are, branches inside a unit included. Rewritten are
//
//   - what reads the PC: ADR, ADRP, BL and the literals load a constant from behind the unit;
//   - branches out of the unit, to a word that is patched when there is a unit to lead to;
//   - indirect branches (below);
//   - instructions that name the engine's registers (below);
//   - MRS and MSR of TPIDR_EL0, and MRS of what never changes.
//
// The rest is left to the interpreter, an instruction at a time, so that it does here what it does on other hosts: system
// calls and other exceptions, hints that wait, pointer authentication (the host's keys would not survive a fork of the
// guest), cache maintenance, other system registers, exclusives that are not in one piece, and what the host's processor
// lacks. What it lacks need not be known beforehand: a SIGILL tells.
//
// # Registers
//
//	x28        Go's g, at any time: signal handlers of Go look for it there
//	x18        the guest's X28
//	x15        belongs to the code: the frame, or where an indirect branch leads
//	TPIDR_EL0  the vCPU's frame; 0 while Go runs
//
// The guest's X15 and X18, of all registers those that programs use least, are in the frame. An instruction that names one
// borrows another register for it, which is saved before and loaded after.
//
// # Indirect branches
//
// They go to the mirror: the guest address with a few bits inverted (EOR), where a branch to the unit stands if there is one, and a
// breakpoint or nothing otherwise. Three words for any target, with no prediction of ours to miss; where there is nothing, PC in
// the signal's context is the guest address with these bits inverted, aligned or not, so that the fault is exact.
//
// # Stopping
//
// Nothing is polled. A signal may leave the code at any word; [Code.Stop] says where the guest is, and undoes or finishes what was
// begun. Where instructions are counted, each block pays for itself with seven words.
//
// # What this room may not know
//
// The intermediate representation: of package ir it knows ir.State and the numbers of system registers. It runs nothing, and so
// can be built and tested on any host; what needs an arm64 host is in package jit.
package arm64
