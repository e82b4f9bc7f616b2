//go:build !amd64

package bench

// chainCycles is 0: the latency of a multiplication is not the same on all processors.
const chainCycles = 0.0
