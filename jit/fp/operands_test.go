package fp

import "math/rand"

// operand makes bit patterns of a format that are likely to matter: edges,
// neighbours of powers of two, short fractions (which make exact results and
// ties), and numbers close to the previous operand (which cancel).
func operand(f Format, rng *rand.Rand, previous uint64) uint64 {
	g := f.geometry()
	sign := uint64(rng.Intn(2)) * g.signBit()
	exp := uint64(rng.Intn(g.maxBiased() + 1))
	frac := rng.Uint64() & g.fracMask()
	switch rng.Intn(12) {
	case 0: // zero, least and greatest denormal, least normal
		edges := [...]uint64{0, 0, 1, 2, g.fracMask(), g.fracMask() + 1, g.fracMask() + 2}
		return sign | edges[rng.Intn(len(edges))]
	case 1: // infinity, greatest normal, quiet and signalling NaN
		inf := g.infinity(false)
		edges := [...]uint64{inf, inf, inf - 1, inf - 2, inf | g.quietBit(), inf | 1,
			inf | g.quietBit() | frac, inf | frac | 1}
		return sign | edges[rng.Intn(len(edges))]
	case 2: // denormal
		return sign | frac>>rng.Intn(int(g.frac))
	case 3: // close to the previous one
		return (previous^sign)&(g.signBit()<<1-1) ^ uint64(rng.Intn(8))
	case 4: // an integer or a half
		exp = uint64(-g.minExp + 1 + rng.Intn(int(g.frac)+3) - 2)
		return sign | exp<<g.frac | frac&^(g.fracMask()>>rng.Intn(int(g.frac)+1))
	case 5: // around the bounds of integers
		exp = uint64(-g.minExp + 1 + []int{15, 16, 31, 32, 63, 64, 65, 95}[rng.Intn(8)] - rng.Intn(2))
		frac = []uint64{0, 1, g.fracMask(), g.fracMask() - 1, g.quietBit(), frac}[rng.Intn(6)]
		return (sign | exp<<g.frac | frac) & (g.signBit()<<1 - 1)
	case 6: // short fraction
		frac &^= g.fracMask() >> rng.Intn(4)
	case 7: // around one
		exp = uint64(-g.minExp + 1 + rng.Intn(5) - 2)
	case 8: // close to the bounds of the format
		exp = uint64([]int{1, 2, int(g.frac) / 2, int(g.frac), int(g.frac) + 1,
			g.maxBiased() - 1, g.maxBiased() - 2, g.maxBiased() / 2}[rng.Intn(8)])
	}
	return sign | exp<<g.frac | frac
}
