// Package probes is the room where Linux's probes live: which instruction may
// be probed and how (rules.go, lines.go, classify.go, exclusive.go), what the
// kernel does in place of an instruction it does not step (simulate.go), and
// how people write probes down (definition.go and the parse, print and fetch
// files around it, in the syntax of tracefs kprobe_events and uprobe_events).
//
// Kernel versions are data: a Rules value is one kernel's answer to all of it.
// Where a kernel is wrong (it steps a SIMD literal load and reads the wrong
// address, say) the rules are wrong in the same way, and the verdict says so.
//
// The room may not know about hosts or about the inside of the JIT. Machine
// state and memory reach it as a Regs and as callbacks.
//
// Not modelled: the guarded control stack (FEAT_GCS, which since v6.18 makes a
// simulated BL, BLR or RET of a user program push and check), BTF types in
// fetch arguments ($arg*, field access by name), fprobe and eprobe definitions.
package probes
