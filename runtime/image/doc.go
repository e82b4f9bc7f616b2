// Package image reads what arm64 code is kept in, without running it: ELF files (vmlinux, modules, user programs)
// and the raw Image that distributions ship as vmlinuz, plain, compressed, or in an EFI zboot wrapper
// (container.go). It tells where instructions are, in which sections and functions, and what a kernel's own tables
// say about single instructions: the exception table, what ftrace and jump labels patch, where BUG traps, what
// NOKPROBE_SYMBOL names.
//
// A raw Image has neither section headers nor a symbol table. Its symbols are decoded from the tables that
// /proc/kallsyms is made from (kallsyms.go), or given as text (symbolmap.go); its tables are found by symbols
// that bound them, else by their structure (tables.go). Every [Fact] says where something was found, or that
// it was not.
//
// Input is hostile: sizes are checked before they are believed, what is unpacked is bounded, and errors name the
// place. The room knows nothing of probes and of running code.
package image
