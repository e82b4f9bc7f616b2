// Package jit runs arm64 guest code: it translates it a unit at a time to host code,
// or evaluates it by the interpreter.
//
// An [Engine] is shared by all vCPUs of a guest: the code cache, the table of
// units, their links. A [CPU] is one vCPU; its Run is called on one OS thread and
// returns when the machine has to act: a system call, a fault, a trap, a kick.
//
// # Who owns what
//
//   - Engine.mu guards the table of units, their links and the code cache's
//     contents. Generated code reads none of it but the code itself, in which links are
//     patched by single aligned 32-bit stores.
//   - A CPU's frame (registers, jump cache, counters) belongs to the thread that runs
//     the CPU. Others touch two things: the Kicked flag, and, holding Engine.mu, the
//     jump cache, in which they clear entries, or replace the code of one by other code for
//     the same guest address.
//   - The phase (phase.go) says whether the CPU is in generated code. Who makes units
//     disappear waits, after they can no longer be reached, until every CPU that was
//     inside has been outside.
//
// # Hosts
//
// What differs from host to host is in files that end in its name, the same for both. On amd64, units are compiled from the
// IR (package jit/amd64), and leave by a budget that a signal takes away. On arm64, guest instructions are copied (package
// jit/arm64), guest addresses are host addresses, and a signal leaves a unit at any word. The interpreter is the same everywhere,
// and does what a host leaves to it.
//
// # What this room may not know
//
// Linux's user ABI, and probes. Others put their operations into the code through
// [Config].Before and get [Config].Hook called.
package jit
