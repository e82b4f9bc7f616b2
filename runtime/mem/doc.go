// Package mem is flat guest memory: one host reservation that holds a whole guest
// address space, and the table of what is mapped in it.
//
// Guest address g lives at host address Base+g. Base equals the size, so that a
// back end reaches memory with an add or an or, and nothing outside the
// reservation can be formed from a checked address. A guard of 4 GiB that is never
// mapped lies on both sides: whoever hands the start of a buffer to the host's
// kernel only has to check the start.
//
// On an arm64 host, whose engine executes guest instructions as they are, Base is 0, and what is checked is only what Axol
// itself accesses: see [Reserve] and [ReserveConfined].
//
// Guest code is data to the host: a page the guest may execute is readable on the
// host, and the table alone knows that it is executable.
//
// Every access that Axol itself makes goes through [Memory.Read], [Memory.Write]
// and their siblings, which turn a host fault into EFAULT. So another guest thread
// may unmap what is being read at any moment.
//
// This room may not know ELF files, system calls, or the engine.
package mem
