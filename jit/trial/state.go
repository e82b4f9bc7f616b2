package trial

import (
	"math/rand/v2"
	"unsafe"
)

// State is what a trial starts from and ends in, laid out as the program finds it in
// memory. X28 to X30 belong to the program.
type State struct {
	X    [28]uint64
	SP   uint64
	NZCV uint64
	FPSR uint64
	FPCR uint64
	V    [32][2]uint64
	Mem  [memWords]uint64 // what loads and stores of the trial go to
}

const (
	memWords  = 64
	stateSize = uint64(unsafe.Sizeof(State{}))
	memOffset = uint64(unsafe.Offsetof(State{}.Mem))
)

// FPCR's controls: AHP, DN, FZ, RMode, FZ16.
const (
	fpcrAHP  = 1 << 26
	fpcrDN   = 1 << 25
	fpcrFZ   = 1 << 24
	fpcrFZ16 = 1 << 19

	// modes is how many combinations of them there are; in the first plainModes no number is flushed and
	// half precision is IEEE's.
	modes      = 64
	plainModes = 8
)

// fpcr is the floating-point mode number n of modes.
func fpcr(n int) uint64 {
	v := uint64(n&3) << 22
	for i, b := range [...]uint64{fpcrDN, fpcrFZ16, fpcrAHP, fpcrFZ} {
		v |= uint64(n) >> (2 + i) & 1 * b
	}
	return v
}

// modeOf is the mode of sample n of each. Engines have other code for what is not plain, and much of it is
// the interpreter's, so that half of the samples are plain; and the modes come in order, because engines change
// between them slowly.
func modeOf(rng *rand.Rand, n, each int) int {
	n *= 2
	first, count := 0, plainModes
	if n >= each {
		first, count, n = plainModes, modes-plainModes, n-each
	}
	return first + min(n*count/each+rng.IntN(1+count/each), count-1)
}

// random fills a state with numbers of a kind: vector lanes of the kind, where it is one of kinds.
func (s *State) random(rng *rand.Rand, kind kind) {
	for i := range s.X {
		s.X[i] = integer(rng)
	}
	s.SP = integer(rng) &^ 15
	s.NZCV = uint64(rng.IntN(16)) << 28
	if rng.IntN(4) == 0 { // bits that are set stay set
		s.FPSR = rng.Uint64() & 0x0800009f
	}
	number := float
	if rng.IntN(8) == 0 {
		number = nearMinimum
	}
	for i := range s.V {
		k := kind
		if k == anyKind || rng.IntN(8) == 0 {
			k = kinds[rng.IntN(len(kinds))]
		}
		s.V[i] = [2]uint64{k.fill(rng, number), k.fill(rng, number)}
	}
	for i := range s.Mem {
		s.Mem[i] = kinds[rng.IntN(len(kinds))].fill(rng, number)
	}
}

// kind is what the lanes of a vector register hold.
type kind uint8

const (
	anyKind kind = iota
	wholes       // random bits
	integers
	halves
	singles
	doubles
)

var kinds = [...]kind{wholes, integers, halves, singles, doubles}

// fill is 64 bits of lanes, floating point by number.
func (k kind) fill(rng *rand.Rand, number func(rng *rand.Rand, frac, exp int) uint64) (word uint64) {
	for at := 0; at < 64; {
		x, bits := rng.Uint64(), 64
		switch k {
		case integers:
			x, bits = integer(rng), 8<<rng.IntN(4)
		case halves:
			x, bits = number(rng, 10, 5), 16
		case singles:
			x, bits = number(rng, 23, 8), 32
		case doubles:
			x, bits = number(rng, 52, 11), 64
		}
		word |= x << (64 - bits) >> (64 - bits) << at
		at += bits
	}
	return word
}

// integer is a random number, often an extreme one, or next to one.
func integer(rng *rand.Rand) uint64 {
	switch rng.IntN(4) {
	case 0:
		return 1<<rng.IntN(64) + uint64(rng.IntN(3)) - 1
	case 1:
		edges := [...]uint64{0, 1, 1<<63 - 1, 1 << 63, ^uint64(0), 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32,
			0xffffffff80000000, 0xff, 0x80, 0x7f, 0x8000, 0x7fff, 0xffff, 0x8000000080000000, 0x7fffffff7fffffff}
		return edges[rng.IntN(len(edges))]
	case 2:
		return uint64(int64(rng.Uint64()) >> rng.IntN(64))
	}
	return rng.Uint64()
}

// float is a number of the given format, half of the time at one of its edges: zero, the
// smallest and the largest denormal, the smallest and the largest normal number, infinity,
// quiet and signalling NaNs, one; or close to an integer or to the bounds of integers.
func float(rng *rand.Rand, frac, exp int) uint64 {
	top := uint64(1)<<exp - 1
	bias := top >> 1
	one := uint64(1)<<frac - 1
	sign := uint64(rng.IntN(2)) << (frac + exp)
	if rng.IntN(2) == 0 {
		edges := [...]uint64{0, 1, one, 1 << frac, (top-1)<<frac | one, top << frac,
			top<<frac | 1<<(frac-1), top<<frac | 1<<(frac-1) | rng.Uint64()&one, top<<frac | 1, top<<frac | rng.Uint64()&(one>>1) | 1,
			bias << frac, bias<<frac | 1, (bias-1)<<frac | one, rng.Uint64() & one}
		return sign | edges[rng.IntN(len(edges))]
	}
	e, f := rng.Uint64()&top, rng.Uint64()&one
	switch rng.IntN(4) {
	case 0:
		e = bias + uint64(rng.IntN(5)) - 2
	case 1:
		e = bias + []uint64{7, 8, 15, 16, 31, 32, 63, 64}[rng.IntN(8)]
	case 2:
		e = []uint64{1, top - 1, top - 2, uint64(frac), bias - uint64(frac), bias + uint64(frac)}[rng.IntN(6)]
	}
	switch rng.IntN(4) {
	case 0:
		f = 0
	case 1:
		f |= one - 1
	case 2:
		f &^= 1<<(frac-rng.IntN(4)) - 1
	}
	return sign | (e&top)<<frac | f
}

// nearMinimum is a number whose product or quotient with another such often rounds to the smallest
// normal number, where underflow is decided before rounding; or that does so in the next smaller format.
func nearMinimum(rng *rand.Rand, frac, exp int) uint64 {
	one, bias := uint64(1)<<frac-1, uint64(1)<<(exp-1)-1
	least := bias - uint64(map[int]int{5: 7, 8: 15, 11: 127}[exp]) // of the smaller format; none below half
	numbers := [...]uint64{0, 1, one, one - 1, 1 << frac, 1<<frac | 1, 2<<frac - 1, 2 << frac, bias << frac, bias<<frac | 1, bias<<frac | 2,
		(bias-1)<<frac | one, (bias - 1) << frac, (bias - 1 + uint64(rng.IntN(3))) << frac, least<<frac | one, least<<frac | one - uint64(rng.IntN(16))}
	return uint64(rng.IntN(2))<<(frac+exp) | numbers[rng.IntN(len(numbers))]
}
