// Package bench measures: what probes of each kind cost, how fast real programs run
// compared with other translators, and what a kernel's rules say of every instruction of a file.
//
// Figures that are counts are exact and say so; times are medians of rounds in which
// everything that is compared takes its turn, because a machine's speed drifts.
//
// The room knows probes and the machine; it may not know the inside of the JIT.
package bench
