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
// A [Manager] puts probes on a running guest (manager.go, register.go, site.go), by
// shadow placement and with inline fidelity: guest memory is left alone, and
// operations in the translation of the probed instruction count or call (translate.go,
// hit.go). The guest cannot tell, and handlers cannot either, but that everything is
// cheaper than a breakpoint.
//
// Events are probes made from definitions (event.go). What an event does at a hit, records that a filter lets
// through and histograms (output.go), is an ir.Action in generated code (action.go), or the same in Go
// (entry.go). Go does the whole of an output if it has strings in memory, symstr, $pstate or file offsets, if its
// filter looks at strings, comm or cpu, if the probe is a return probe or a uprobe or has handlers, if an entry is
// above 4 KiB, and for trap fidelity; it does single hits that generated code gives up: memory that cannot be read
// (which is a signal), a sub-buffer that is full, the first hit of a histogram's key. [Event.Compiled] tells.
//
// The room may not know about hosts or about the inside of the JIT. It puts
// operations of jit/ir into the code, and gets called.
//
// Not modelled: the guarded control stack (FEAT_GCS, which since v6.18 makes a
// simulated BL, BLR or RET of a user program push and check), BTF types in
// fetch arguments ($arg*, field access by name), fprobe and eprobe definitions.
//
// Not made yet: kretprobes, uprobes, jprobes and, with them, the rule of kernels
// before v4.19 that a probe whose pre handler returned nonzero stays the current one;
// trap fidelity and text placement; kprobes/enabled; the blacklist, as guests are
// programs and not kernels. Instructions that do something else in the kernel's slot than
// in their place (the verdict names the hazard) do what they do in their place.
package probes
