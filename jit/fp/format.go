package fp

// Format is a binary floating-point format. Operands and results of its
// methods are bit patterns in the low bits of a uint64, the rest zero.
type Format uint8

const (
	Half Format = iota
	Single
	Double
	bfloat // BF16, as a result only
)

// geometry describes a format. Exponents are those of the IEEE formats:
// bias = 1 - minExp, and the largest biased exponent is for NaN and infinity.
type geometry struct {
	width, frac, exp uint
	minExp           int
}

var geometries = [...]geometry{
	Half:   {16, 10, 5, -14},
	Single: {32, 23, 8, -126},
	Double: {64, 52, 11, -1022},
	bfloat: {16, 7, 8, -126},
}

func (f Format) geometry() *geometry { return &geometries[f] }

// Width is the number of bits of the format.
func (f Format) Width() uint { return geometries[f].width }

func (g *geometry) signBit() uint64  { return 1 << (g.width - 1) }
func (g *geometry) fracMask() uint64 { return 1<<g.frac - 1 }
func (g *geometry) quietBit() uint64 { return 1 << (g.frac - 1) }
func (g *geometry) maxBiased() int   { return 1<<g.exp - 1 }
func (g *geometry) sign(s bool) uint64 {
	if s {
		return g.signBit()
	}
	return 0
}

// zero, infinity, maxNormal and defaultNaN are FPZero, FPInfinity, FPMaxNormal
// and FPDefaultNaN.
func (g *geometry) zero(s bool) uint64      { return g.sign(s) }
func (g *geometry) infinity(s bool) uint64  { return g.sign(s) | uint64(g.maxBiased())<<g.frac }
func (g *geometry) maxNormal(s bool) uint64 { return g.infinity(s) - 1 }
func (g *geometry) defaultNaN() uint64      { return g.infinity(false) | g.quietBit() }

// power is 2^e, which must be a normal number, plus one half of it if half.
func (g *geometry) power(s bool, e int, half bool) uint64 {
	x := g.sign(s) | uint64(e-g.minExp+1)<<g.frac
	if half {
		x |= g.quietBit()
	}
	return x
}

// flushes reports whether denormals of the format are flushed to zero.
func (f Format) flushes(c Control) bool {
	if f == Half {
		return c.FZ16
	}
	return c.FZ
}

// Neg is FPNeg, which no control affects.
func (f Format) Neg(x uint64) uint64 { return x ^ f.geometry().signBit() }

// Abs is FPAbs, which no control affects.
func (f Format) Abs(x uint64) uint64 { return x &^ f.geometry().signBit() }

// DefaultNaN is the NaN made by invalid operations.
func (f Format) DefaultNaN() uint64 { return f.geometry().defaultNaN() }

// IsNaN reports whether x is a NaN of either kind.
func (f Format) IsNaN(x uint64) bool {
	return f.Abs(x) > f.geometry().infinity(false)
}
