// Package elf reads arm64 Linux programs: what has to be loaded where, and the
// function symbols that probes are placed by.
//
// Files are hostile. What cannot be loaded is refused with one line that names the
// file, the place and the reason, before anything is mapped.
//
// This room may not know guest memory, system calls, or the engine.
package elf
