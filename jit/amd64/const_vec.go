package amd64

// Constants of the vector emitters, in the frame behind those of frame.go.
const (
	constByteShl = firstVecConst + iota*8 // +n: what a left shift by n leaves of each byte
	constByteShr                          // +n: what a right shift leaves
	constByteTop                          // +n: the sign bit shifted right by n
	endByteConsts
)

const (
	constLow    = endByteConsts + iota*4 // +lane: ones in the lowest lane
	constEvery                           // +lane: the number 1 in every lane
	constBottom                          // +lane: ones in the lower half of every lane (of H and more)
	endLaneConsts
)

const (
	constSign16 = endLaneConsts + iota
	constAbs16
	constBytes70
	constRev16
	constRev32
	constRev64
	constNarrowH // shuffles: the lower half of every lane, zeros above
	constNarrowS
	constByteOfS // the lowest byte of every word, zero-extended
	constByteOfD
	constRbitLow // bits of a nibble reversed, in the upper half
	constRbitHigh
	constClzHigh
	constClzLow
	constEights
	constSixteens
	constSha1K // of the first 20 rounds, the second, and the third
	constSha1K2
	constSha1K3
	constCRC
	constRound32 // 2^31 in every lane of 64 bits
	constBelow31 // the largest float below 2^31
	const65536F
	constHalf64
	constHalf32
	constOne64
	constOne32
	constIntegral64 // from here on all numbers are integers
	constIntegral32
	constZero
	constMXCSRBF
	constInfinity64
	constInfinity32
	constInfinity16
	constLeast64 // the smallest normal number
	constLeast32
	constLeast16
	tableRecip // bytes, of emit_vec_estimate.go
)

const (
	tableRSqrt  = tableRecip + 256/16
	tableURSqrt = tableRSqrt + 512/16
	tableSm4    = tableURSqrt + 512/16 // of emit_vec_sm.go
	numConsts   = tableSm4 + 256/16
)

// Constants by lane.
var (
	signConst     = [...]int{constByteTop, constSign16, constSign32, constSign64}
	absConst      = [...]int{constByteShr + 1, constAbs16, constAbs32, constAbs64}
	infinityConst = [...]int{1: constInfinity16, 2: constInfinity32, 3: constInfinity64}
)

func init() {
	for k, v := range map[int][2]uint64{
		constSign16:   every(1, 0x8000),
		constAbs16:    every(1, 0x7FFF),
		constBytes70:  every(0, 0x70),
		constRev16:    {0x0607040502030001, 0x0E0F0C0D0A0B0809},
		constRev32:    {0x0405060700010203, 0x0C0D0E0F08090A0B},
		constRev64:    {0x0001020304050607, 0x08090A0B0C0D0E0F},
		constNarrowH:  {0x0E0C0A0806040200, ^uint64(0)},
		constNarrowS:  {0x0D0C090805040100, ^uint64(0)},
		constByteOfS:  every(2, 0xFF),
		constByteOfD:  every(3, 0xFF),
		constRbitLow:  {0xE060A020C0408000, 0xF070B030D0509010},
		constRbitHigh: {0x0E060A020C040800, 0x0F070B030D050901},
		// Leading zeros by nibble: the upper one's, 8 where the lower one decides; the lower one's.
		constClzHigh:    {0x0101010102020308, 0},
		constClzLow:     {0x0505050506060708, 0x0404040404040404},
		constEights:     every(1, 8),
		constSixteens:   every(2, 16),
		constSha1K:      every(2, 0x5A827999),
		constSha1K2:     every(2, 0x6ED9EBA1),
		constSha1K3:     every(2, 0x8F1BBCDC),
		constCRC:        {crcInverse(crcPoly), crcPoly},
		constRound32:    {1 << 31, 1 << 31},
		constBelow31:    every(2, 0x4EFFFFFF),
		const65536F:     every(2, 0x47800000),
		constHalf64:     {0x3FE0000000000000, 0x3FE0000000000000},
		constHalf32:     every(2, 0x3F000000),
		constOne64:      {0x3FF0000000000000, 0x3FF0000000000000},
		constOne32:      every(2, 0x3F800000),
		constIntegral64: {0x4330000000000000, 0x4330000000000000},
		constIntegral32: every(2, 0x4B000000),
		constMXCSRBF:    {mxcsrBF},
		constInfinity64: every(3, 0x7FF0000000000000),
		constInfinity32: every(2, 0x7F800000),
		constInfinity16: every(1, 0x7C00),
		constLeast64:    every(3, 1<<52),
		constLeast32:    every(2, 1<<23),
		constLeast16:    every(1, 0x0400),
	} {
		constValues[k] = v
	}
	for n := range 8 {
		constValues[constByteShl+n] = every(0, 0xFF<<n&0xFF)
		constValues[constByteShr+n] = every(0, 0xFF>>n)
		constValues[constByteTop+n] = every(0, 0x80>>n)
	}
	for l := range uint8(4) {
		constValues[constLow+int(l)] = [2]uint64{^uint64(0) >> (64 - 8<<l), 0}
		constValues[constEvery+int(l)] = every(l, 1)
		constValues[constBottom+int(l)] = every(l, ^uint64(0)>>(64-4<<l))
	}
	for k, v := range constValues[:tableRecip] {
		if v[0] == v[1] {
			constIndex[v[0]] = k
		}
	}
}

// constIndex finds the constants that have the same in both halves.
var constIndex = map[uint64]int{}

// every is the low bits of x in every lane.
func every(lane uint8, x uint64) [2]uint64 {
	for w := uint(8) << lane; w < 64; w *= 2 {
		x |= x << w
	}
	return [2]uint64{x, x}
}

// crcPoly is the polynomial of CRC-32, x^32 the lowest bit.
const crcPoly = 0x1DB710641

// crcInverse is what p must be multiplied with, carry-less, to get 1 modulo x^64.
func crcInverse(p uint64) (r uint64) {
	rest := uint64(1)
	for i := range 64 {
		if rest>>i&1 != 0 {
			r |= 1 << i
			rest ^= p << i
		}
	}
	return r
}
