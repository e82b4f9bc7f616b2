// Package ir is the intermediate representation of one unit of translation.
//
// A [Unit] is a small control-flow graph of blocks of guest code, translated
// together. Inside a block, values are in SSA form and typed. Values never
// cross a block: what lives on goes through the guest registers
// ([OpGetX]/[OpSetX], [OpGetV]/[OpSetV], [OpGetFlags]/[OpSetFlags]), which a
// back end may keep in host registers for the whole unit. That one rule keeps
// every pass linear, and makes the precise guest state at any instruction a
// matter of "which value was last written to register n".
//
// # How guest state works
//
// The guest's registers are in [State]. OpSetX and its siblings say "from here
// on register n is this value"; a back end writes them to State no later than
// where somebody can look: at an exit, at a hook, and at a fault (by side table).
// All the writes of a guest instruction come after its last operation that can
// fault, so at a fault none of its effects is visible.
//
// NZCV is one value of type [Flags]. It is made by the OpFlags... operations and
// consumed with a [Cond]; a flags value nobody consumes costs nothing.
//
// # Memory
//
// Guest address a (64 bits) is host address [State].MemBase + a, after the top
// byte is dropped (Linux switches top-byte-ignore on for EL0). An address that is
// not below [State].MemLimit after that, and one whose page is not mapped with the
// right permission, is a fault. Loads and stores take the address value A plus a
// constant offset Imm; the sum is what is checked.
//
// # The instruction sequence
//
// A block is a run of guest instructions, each opened by an [OpInsn], and one
// terminator. Conditions, addresses and results are computed inside the
// instruction; the optimiser forwards what was written to a guest register to its
// next reader, so that a lifter reads and writes registers plainly.
//
// # What this room may not know
//
// A64 encodings (that is lift) and hosts (amd64, arm64). It knows the guest's
// register file, because that is what the operations read and write.
package ir
