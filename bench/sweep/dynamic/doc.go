// Package dynamic is the dynamic pass of a sweep: it executes every instruction that may be probed at its own address, from random
// states, without a probe and with one, by trap and by inline fidelity, and compares what comes of it.
//
// # A trial
//
// A trial begins with random registers and a random arena, the memory to which loads and stores are led; one in sixteen of these is
// led to where no memory is. The machine without probes executes the instruction, and no other (machine.go,
// [axol/jit.CPU.RunFor]). Then each machine with a probe does. X0 to X30, SP, PC, NZCV, V0 to V31, FPCR, FPSR, PSTATE, the arena, and how it ended (the
// next PC, an exception with its syndrome and address) must be equal; the handlers must be called once, with the registers in front of the
// instruction and behind it; at the end, the probe must have as many hits as there were trials (prober.go).
//
// A trial depends on the seed, the address and the number of the sample (start.go), so that each can be made again, alone.
//
// # What is not equal, and is no inequality
//
//   - An instruction in a slot that takes an exception, other than a fault of a user's address, takes it there: the kernel has
//     PC in the slot, and DAIF as it masked it. Before v5.13 it forgets to unmask behind any fault. Both
//     fidelities must have the same.
//   - What the rules say goes wrong in a slot (HazardSlotBranch, HazardSlotLiteral) must do so by both alike.
//   - The time and random numbers: what reads them is not measured.
//
// # Addresses
//
// Code is what the engine fetches, and needs no guest memory: a kernel's instruction runs at its kernel address, and what it
// computes from that (B, BL, ADR, what a hit saves) is compared at 64 bits. But guest memory is flat and has no upper
// half, so that a literal load faults there, at an address that is compared. It is therefore executed once more at its alias, the low 36 bits of its address, where
// guest memory has the text: there it loads what stands there (text.go).
//
// # Refusals
//
// An instruction that the rules refuse is executed in a slot all the same, by the machine without probes, and compared with itself
// in its place. Exclusive pairs are brought to succeed, and then fail time after time because a breakpoint at the instruction
// is taken and returned from (refusal.go). What is undefined at EL0 cannot be executed, which is said.
//
// The room may not know the inside of the JIT, nor of probes.
package dynamic
