package bench

// chainCycles is the latency of a multiplication of 64 bits: that of every amd64 processor that has AVX2.
const chainCycles = 3.0
