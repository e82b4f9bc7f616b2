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
// # The machine
//
// A [Manager] puts probes on a running guest (manager.go, register.go, site.go): kprobes, kretprobes (kretprobe.go),
// jprobes (jprobe.go), and uprobes with their returns (uprobe.go). The guest is a program, or bare code that is a
// piece of a kernel ([Config].Kernel, blacklist.go). For kprobes its code is kernel text: it runs at EL1h, with
// PSTATE.DAIF as the manager keeps it. For uprobes the same code is a user program, at EL0. Handlers are Go functions,
// and stand for the kernel's own code: they run in the exception, and may call guest functions (call.go), whose
// probes are then nested hits.
//
// By trap fidelity a hit is what the architecture and the kernel make it (trap.go, control.go, fault.go):
//
//	BRK #4         exception to EL1: ESR_EL1, ELR_EL1, SPSR_EL1, DAIF masked
//	               dispatch by immediate, pre handlers, DAIF saved, PC := slot
//	ERET           to the slot (slot.go), with PSTATE.SS in kernels that step by hardware
//	slot           the instruction; then BRK #6, or the software step exception
//	               DAIF restored, PC := behind the probe, post handlers
//	ERET           back
//
// All of it but the handlers' work is translated code: breakpoints and steps are exits of units, the slot is a unit
// that is translated once, and the engine finds the next unit without its lock. What differs between kernels is data
// (mechanism.go). The control block of a vCPU has the kernel's states, and a hit that the kernel cannot have is the
// kernel's BUG, with its words, and the end of the guest.
//
// By inline fidelity the same handlers see the same, and the guest ends in the same state, but no exception is taken:
// operations in front of and behind the instruction count or call (translate.go, hit.go). What only the trap path
// can do takes it all the same: instructions that do something else in a slot than in their place (the verdict names
// the hazard), and post handlers behind instructions that end a unit. What goes wrong, goes wrong alike: at a fault the
// state becomes what it would be in the slot. The one thing that cannot be seen is what kernels before v5.3
// leave of a nested step in PSTATE.D, as there is no step.
//
// By text placement breakpoints, slots and stubs are guest memory, which the guest can read; by shadow placement they
// are only in what the engine fetches, and slots are at addresses where the guest has no memory. Both are one
// instruction stream (Manager.fetch).
//
// While a hit is under way, guest code that runs is translated in a regime of its own (jit.Config.Inner), in which every
// probe asks first whether it is nested: otherwise a probe that only counts would count what the kernel
// misses.
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
// Uprobe events belong to a file, and are wherever that is mapped as code, now and later (uprobe_event.go).
//
// Not modelled: the guarded control stack (FEAT_GCS, which since v6.18 makes a
// simulated BL, BLR or RET of a user program push and check), BTF types in
// fetch arguments ($arg*, field access by name), fprobe and eprobe definitions, modules that come and go (and
// so FlagGone), reference counters of uprobes. Events are enabled from their making to their end, so that
// removing one is never EBUSY. Rethooks are not arm64's: no release has them, kretprobes keep their own trampoline.
//
// PSTATE.BTYPE, as handlers see it, is what whoever starts the guest says, until an instruction has run: what branches of a guest
// with guarded pages (FEAT_BTI) set is checked by the engine, and not told. A kernel's page faults are the embedder's: it
// sees the exit, and may call guest code (Manager.Call).
package probes
