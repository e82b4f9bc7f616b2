// Package amd64 turns a unit of IR into amd64 machine code: selection, register
// allocation, encoding, and the side tables that give the guest's state back.
//
// # Register conventions of generated code
//
//	rbp  the vCPU's frame, so that the guest's X registers are one byte of displacement away
//	rsp  a small stack of its own in the frame; never a guest value
//	r14  host address of guest address 0, and at the same time the first guest address that does not exist
//	r15  the guest's SP wherever a unit begins or ends
//	r13  guest instructions left until the next exit
//	rax  scratch; xmm14, xmm15 scratch
//
// Everything else is allocated. There are no callee-saved registers: the entry
// stub saves what Go needs.
//
// # Memory accesses
//
// A guest address in a register is used as [r14+reg+offset] after "cmp reg, r14;
// jae": one fused micro-operation, off the critical path. One check covers every
// later access through the same value, because the reservation has 4 GiB of
// guard on both sides. An address that fails the check (wild, or with a tag in its top
// byte) leaves the unit, and the interpreter decides.
//
// # Precise state
//
// Wherever generated code can stop in the middle of a unit (a data abort, a failed
// check, the budget), a [Point] tells which guest instruction this is and where each
// guest register is that is not in its place in ir.State.
//
// # What this room may not know
//
// A64 encodings. What it knows of the guest is ir.State.
package amd64
