// Package trial makes programs of single instructions out of the A64 table, to
// hold engines against qemu-aarch64 and against each other.
//
// A [Trial] is an instruction, with what it needs around it, and the state it
// starts from. [Image] packs thousands of trials into one program, which runs
// them and writes the states they end in; any engine that can run a program can
// run it. [Lines] says which lines of the table are tried that way, and
// [Traps] which ones are tried by the signal they end in (words.go): together
// they are the share of the table that is checked, so the two are the one place
// that says so.
//
// This room may not know engines: it makes programs and reads results.
package trial
