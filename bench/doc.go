// Package bench measures: what probes of each kind cost, alone and a million at once, how fast real programs run
// compared with other translators, and what a kernel's rules say of every instruction of a file.
//
// # Benchmarks
//
// The catalogue (catalogue.go) names them all, as GROUP/NAME. A group is an experiment (measure.go), which takes a sample
// of each of its benchmarks in every round:
//
//	hit, table  what a hit costs (hit.go, rows.go, kinds.go); the counts come from a run of their own (exact.go)
//	arm         arming and disarming on a vCPU that is running (arm.go)
//	armed       many probes at once (armed.go)
//	vcpus       several vCPUs on one probe (vcpus.go)
//	program     any program, with probes on all of it (program.go, places.go)
//	peers       the same hook by other translators (peer_hits.go)
//	programs, loops  programs under other translators and as native builds (peers.go)
//
// The first four run micro guests (guests.go), assembled here, on a machine that is no more than memory, an engine and
// vCPUs (machine.go). What is measured is a [Result] with a [Figure] for each unit; tables, bounds, Go benchmark format, JSON,
// SVG and HTML are made of those alone (report.go, tables.go, bounds.go, plot.go, html.go).
//
// Figures that are counts are exact and say so; times are medians of rounds in which everything that is compared takes
// its turn, because a machine's speed drifts. What a probe costs is the difference to the same code without it, which runs right
// before it. Code is translated anew for each round, because where it comes to lie in memory changes its speed, too.
//
// The room knows probes and the machine; it may not know the inside of the JIT.
package bench
