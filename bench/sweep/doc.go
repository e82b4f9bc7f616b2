// Package sweep asks of every instruction of an image: may it be probed, how, and is going through the probe invisible?
//
// The static pass ([New], static.go) gives every word a verdict, as a kernel's rules and the image's own tables have
// it. The dynamic pass (dynamic.go) hands the instructions to a [Runner], which executes them with and without a
// probe; what it finds is kept with the verdicts. Summaries, reports and differences are made from both.
//
// The order of everything is that of the addresses, and nothing depends on how work is spread over cores.
//
// The room knows probes and images; it may not know the inside of the JIT.
package sweep
