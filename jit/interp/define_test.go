package interp

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"axol/jit/ir"
)

// The integer operations, scalar and by lane, against their definitions on numbers
// without bounds. (Floating point is tested in fp; whole instructions, vectors, flags
// and cryptography with them, against QEMU where they are lifted.)

// A definition computes a result, of which the low width bits count, from operands as
// unsigned numbers of that width; a saturating one tells when it saturated.
type definition func(d *definer, x, y, z *big.Int) *big.Int

type definer struct {
	width     uint
	imm       uint64
	saturated bool
}

func num(x int64) *big.Int { return big.NewInt(x) }

func pow2(n uint) *big.Int { return new(big.Int).Lsh(num(1), n) }

// s reads an operand as a signed number.
func (d *definer) s(x *big.Int) *big.Int {
	if x.Bit(int(d.width-1)) == 1 {
		return new(big.Int).Sub(x, pow2(d.width))
	}
	return x
}

func (d *definer) clamp(x, low, high *big.Int) *big.Int {
	switch {
	case x.Cmp(low) < 0:
		d.saturated = true
		return low
	case x.Cmp(high) > 0:
		d.saturated = true
		return high
	}
	return x
}

func (d *definer) clampS(x *big.Int) *big.Int {
	return d.clamp(x, new(big.Int).Neg(pow2(d.width-1)), new(big.Int).Sub(pow2(d.width-1), num(1)))
}

func (d *definer) clampU(x *big.Int) *big.Int {
	return d.clamp(x, num(0), new(big.Int).Sub(pow2(d.width), num(1)))
}

func plus(x, y *big.Int) *big.Int  { return new(big.Int).Add(x, y) }
func minus(x, y *big.Int) *big.Int { return new(big.Int).Sub(x, y) }
func times(x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }

// floorShift is x * 2^n rounded down, or to nearest upwards.
func floorShift(x *big.Int, n int, round bool) *big.Int {
	if n >= 0 {
		return new(big.Int).Lsh(x, uint(n))
	}
	if round {
		x = plus(x, pow2(uint(-n-1)))
	}
	return new(big.Int).Rsh(x, uint(-n)) // big.Int rounds down
}

func byteShift(y *big.Int) int { return int(int8(y.Uint64())) }

func truthOf(b bool) *big.Int {
	if b {
		return num(-1)
	}
	return num(0)
}

func leading(x *big.Int, width uint, value uint) *big.Int {
	n := int64(0)
	for i := int(width) - 1; i >= 0 && x.Bit(i) == value; i-- {
		n++
	}
	return num(n)
}

func doubleHigh(d *definer, acc, product *big.Int, round bool) *big.Int {
	sum := plus(floorShift(acc, int(d.width), false), times(num(2), product))
	return d.clampS(floorShift(sum, -int(d.width), round))
}

var laneDefinitions = map[ir.Op]definition{
	ir.OpVAdd:     func(_ *definer, x, y, _ *big.Int) *big.Int { return plus(x, y) },
	ir.OpVSub:     func(_ *definer, x, y, _ *big.Int) *big.Int { return minus(x, y) },
	ir.OpVMul:     func(_ *definer, x, y, _ *big.Int) *big.Int { return times(x, y) },
	ir.OpVNeg:     func(_ *definer, x, _, _ *big.Int) *big.Int { return new(big.Int).Neg(x) },
	ir.OpVAbs:     func(d *definer, x, _, _ *big.Int) *big.Int { return new(big.Int).Abs(d.s(x)) },
	ir.OpVMinS:    func(d *definer, x, y, _ *big.Int) *big.Int { return lesser(d.s(x), d.s(y)) },
	ir.OpVMaxS:    func(d *definer, x, y, _ *big.Int) *big.Int { return greater(d.s(x), d.s(y)) },
	ir.OpVMinU:    func(_ *definer, x, y, _ *big.Int) *big.Int { return lesser(x, y) },
	ir.OpVMaxU:    func(_ *definer, x, y, _ *big.Int) *big.Int { return greater(x, y) },
	ir.OpVCmpEQ:   func(_ *definer, x, y, _ *big.Int) *big.Int { return truthOf(x.Cmp(y) == 0) },
	ir.OpVCmpGT:   func(d *definer, x, y, _ *big.Int) *big.Int { return truthOf(d.s(x).Cmp(d.s(y)) > 0) },
	ir.OpVCmpGE:   func(d *definer, x, y, _ *big.Int) *big.Int { return truthOf(d.s(x).Cmp(d.s(y)) >= 0) },
	ir.OpVCmpHI:   func(_ *definer, x, y, _ *big.Int) *big.Int { return truthOf(x.Cmp(y) > 0) },
	ir.OpVCmpHS:   func(_ *definer, x, y, _ *big.Int) *big.Int { return truthOf(x.Cmp(y) >= 0) },
	ir.OpVCmpTst:  func(_ *definer, x, y, _ *big.Int) *big.Int { return truthOf(new(big.Int).And(x, y).Sign() != 0) },
	ir.OpVShlImm:  func(d *definer, x, _, _ *big.Int) *big.Int { return floorShift(x, int(d.imm), false) },
	ir.OpVShrImm:  func(d *definer, x, _, _ *big.Int) *big.Int { return floorShift(x, -int(d.imm), false) },
	ir.OpVSarImm:  func(d *definer, x, _, _ *big.Int) *big.Int { return floorShift(d.s(x), -int(d.imm), false) },
	ir.OpVShlReg:  func(_ *definer, x, y, _ *big.Int) *big.Int { return floorShift(x, byteShift(y), false) },
	ir.OpVSshlReg: func(d *definer, x, y, _ *big.Int) *big.Int { return floorShift(d.s(x), byteShift(y), false) },
	ir.OpVUrShl:   func(_ *definer, x, y, _ *big.Int) *big.Int { return floorShift(x, byteShift(y), true) },
	ir.OpVSrShl:   func(d *definer, x, y, _ *big.Int) *big.Int { return floorShift(d.s(x), byteShift(y), true) },
	ir.OpVClz:     func(d *definer, x, _, _ *big.Int) *big.Int { return leading(x, d.width, 0) },
	ir.OpVCls: func(d *definer, x, _, _ *big.Int) *big.Int {
		return minus(leading(x, d.width, x.Bit(int(d.width-1))), num(1))
	},

	ir.OpVShAdd:  func(d *definer, x, y, _ *big.Int) *big.Int { return floorShift(plus(d.s(x), d.s(y)), -1, false) },
	ir.OpVUhAdd:  func(_ *definer, x, y, _ *big.Int) *big.Int { return floorShift(plus(x, y), -1, false) },
	ir.OpVSrhAdd: func(d *definer, x, y, _ *big.Int) *big.Int { return floorShift(plus(d.s(x), d.s(y)), -1, true) },
	ir.OpVUrhAdd: func(_ *definer, x, y, _ *big.Int) *big.Int { return floorShift(plus(x, y), -1, true) },
	ir.OpVShSub:  func(d *definer, x, y, _ *big.Int) *big.Int { return floorShift(minus(d.s(x), d.s(y)), -1, false) },
	ir.OpVUhSub:  func(_ *definer, x, y, _ *big.Int) *big.Int { return floorShift(minus(x, y), -1, false) },
	ir.OpVSAbd:   func(d *definer, x, y, _ *big.Int) *big.Int { return new(big.Int).Abs(minus(d.s(x), d.s(y))) },
	ir.OpVUAbd:   func(_ *definer, x, y, _ *big.Int) *big.Int { return new(big.Int).Abs(minus(x, y)) },

	ir.OpVSqAdd:  func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampS(plus(d.s(x), d.s(y))) },
	ir.OpVUqAdd:  func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampU(plus(x, y)) },
	ir.OpVSqSub:  func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampS(minus(d.s(x), d.s(y))) },
	ir.OpVUqSub:  func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampU(minus(x, y)) },
	ir.OpVSuqAdd: func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampS(plus(d.s(x), y)) },
	ir.OpVUsqAdd: func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampU(plus(x, d.s(y))) },
	ir.OpVSqAbs:  func(d *definer, x, _, _ *big.Int) *big.Int { return d.clampS(new(big.Int).Abs(d.s(x))) },
	ir.OpVSqNeg:  func(d *definer, x, _, _ *big.Int) *big.Int { return d.clampS(new(big.Int).Neg(d.s(x))) },
	ir.OpVSqShl:  func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampS(floorShift(d.s(x), byteShift(y), false)) },
	ir.OpVUqShl:  func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampU(floorShift(x, byteShift(y), false)) },
	ir.OpVSqrShl: func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampS(floorShift(d.s(x), byteShift(y), true)) },
	ir.OpVUqrShl: func(d *definer, x, y, _ *big.Int) *big.Int { return d.clampU(floorShift(x, byteShift(y), true)) },

	ir.OpVSqDmulh: func(d *definer, x, y, _ *big.Int) *big.Int {
		return doubleHigh(d, num(0), times(d.s(x), d.s(y)), false)
	},
	ir.OpVSqrDmulh: func(d *definer, x, y, _ *big.Int) *big.Int { return doubleHigh(d, num(0), times(d.s(x), d.s(y)), true) },
	ir.OpVSqrDmlah: func(d *definer, x, y, z *big.Int) *big.Int { return doubleHigh(d, d.s(x), times(d.s(y), d.s(z)), true) },
	ir.OpVSqrDmlsh: func(d *definer, x, y, z *big.Int) *big.Int {
		return doubleHigh(d, d.s(x), new(big.Int).Neg(times(d.s(y), d.s(z))), true)
	},
}

func lesser(x, y *big.Int) *big.Int {
	if x.Cmp(y) < 0 {
		return x
	}
	return y
}

func greater(x, y *big.Int) *big.Int {
	if x.Cmp(y) > 0 {
		return x
	}
	return y
}

// edgy is a random number, often at an edge of a lane.
func edgy(rng *rand.Rand) uint64 {
	edges := [...]uint64{0, ^uint64(0), 1 << 63, 1<<63 - 1, 0x8080808080808080, 0x7f7f7f7f7f7f7f7f, 0x8000800080008000,
		0x7fff7fff7fff7fff, 0x8000000080000000, 0x7fffffff7fffffff, 0x0101010101010101, 0xff00ff00fe01f807}
	if i := rng.IntN(2 * len(edges)); i < len(edges) {
		return edges[i]
	}
	return rng.Uint64() >> rng.IntN(32)
}

func TestLaneDefinitions(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	halfDouble := map[ir.Op]bool{ir.OpVSqDmulh: true, ir.OpVSqrDmulh: true, ir.OpVSqrDmlah: true, ir.OpVSqrDmlsh: true}
	for op, define := range laneDefinitions {
		for range 400 {
			lane := ir.Lane(rng.IntN(4))
			switch { // where there are no others
			case halfDouble[op]:
				lane = ir.H + ir.Lane(rng.IntN(2))
			case op >= ir.OpVShAdd && op <= ir.OpVUAbd:
				lane = ir.Lane(rng.IntN(3))
			}
			aux := lane
			if op >= ir.OpVSqAdd {
				aux |= []uint8{0, ir.VHalf, ir.VOne}[rng.IntN(3)]
			}
			checkLanes(t, rng, op, aux, define)
		}
	}
}

func checkLanes(t *testing.T, rng *rand.Rand, op ir.Op, aux uint8, define definition) {
	t.Helper()
	var m Machine
	st := new(ir.State)
	m.st, m.v = st, make([]value, 4)
	for i := 1; i < 4; i++ {
		m.v[i] = value{edgy(rng), edgy(rng)}
	}
	lane := ir.LaneOf(aux)
	width := laneBits(lane)
	in := ir.Inst{Op: op, Type: ir.V128, Aux: aux, A: 1, B: 2, C: 3, Imm: rng.Uint64N(uint64(width))}
	got := table[op](&m, &in)
	var want value
	d := definer{width: width, imm: in.Imm}
	for i := range lanesOf(aux) {
		operand := func(v int) *big.Int { return new(big.Int).SetUint64(m.v[v].get(lane, i)) }
		x := define(&d, operand(1), operand(2), operand(3))
		want.set(lane, i, new(big.Int).And(x, minus(pow2(width), num(1))).Uint64())
	}
	if got != want || (st.FPSR>>27&1 == 1) != d.saturated {
		t.Fatalf("%s aux %#x imm %d of %#x, %#x, %#x: %#x (FPSR %#x), want %#x (saturated %v)",
			op, aux, in.Imm, m.v[1], m.v[2], m.v[3], got, st.FPSR, want, d.saturated)
	}
}

var scalarDefinitions = map[ir.Op]definition{
	ir.OpAdd:    laneDefinitions[ir.OpVAdd],
	ir.OpSub:    laneDefinitions[ir.OpVSub],
	ir.OpMul:    laneDefinitions[ir.OpVMul],
	ir.OpAnd:    func(_ *definer, x, y, _ *big.Int) *big.Int { return new(big.Int).And(x, y) },
	ir.OpOr:     func(_ *definer, x, y, _ *big.Int) *big.Int { return new(big.Int).Or(x, y) },
	ir.OpXor:    func(_ *definer, x, y, _ *big.Int) *big.Int { return new(big.Int).Xor(x, y) },
	ir.OpAndNot: func(_ *definer, x, y, _ *big.Int) *big.Int { return new(big.Int).AndNot(x, y) },
	ir.OpNot:    func(_ *definer, x, _, _ *big.Int) *big.Int { return new(big.Int).Not(x) },
	ir.OpClz:    laneDefinitions[ir.OpVClz],
	ir.OpCls:    laneDefinitions[ir.OpVCls],
	ir.OpDivU: func(_ *definer, x, y, _ *big.Int) *big.Int {
		if y.Sign() == 0 {
			return num(0)
		}
		return new(big.Int).Quo(x, y)
	},
	ir.OpDivS: func(d *definer, x, y, _ *big.Int) *big.Int {
		if y.Sign() == 0 {
			return num(0)
		}
		return new(big.Int).Quo(d.s(x), d.s(y))
	},
	ir.OpShl: func(d *definer, x, y, _ *big.Int) *big.Int { return floorShift(x, d.amount(y), false) },
	ir.OpShr: func(d *definer, x, y, _ *big.Int) *big.Int { return floorShift(x, -d.amount(y), false) },
	ir.OpSar: func(d *definer, x, y, _ *big.Int) *big.Int { return floorShift(d.s(x), -d.amount(y), false) },
	ir.OpRor: func(d *definer, x, y, _ *big.Int) *big.Int {
		return floorShift(plus(x, floorShift(x, int(d.width), false)), -d.amount(y), false)
	},
	ir.OpExtr: func(d *definer, x, y, _ *big.Int) *big.Int {
		return floorShift(plus(y, floorShift(x, int(d.width), false)), -int(d.imm), false)
	},
	ir.OpMulHiU: func(d *definer, x, y, _ *big.Int) *big.Int { return floorShift(times(x, y), -int(d.width), false) },
	ir.OpMulHiS: func(d *definer, x, y, _ *big.Int) *big.Int {
		return floorShift(times(d.s(x), d.s(y)), -int(d.width), false)
	},
	ir.OpCtz: func(d *definer, x, _, _ *big.Int) *big.Int {
		return lesser(num(int64(d.width)), num(int64(plus(x, pow2(d.width)).TrailingZeroBits())))
	},
	ir.OpRbit: func(d *definer, x, _, _ *big.Int) *big.Int {
		return d.shuffle(x, func(i int) int { return int(d.width) - 1 - i })
	},
	ir.OpRev: func(d *definer, x, _, _ *big.Int) *big.Int {
		return d.shuffle(x, func(i int) int { return i ^ (int(d.width) - 8) })
	},
	ir.OpRev16: func(d *definer, x, _, _ *big.Int) *big.Int { return d.shuffle(x, func(i int) int { return i ^ 8 }) },
	ir.OpRev32: func(d *definer, x, _, _ *big.Int) *big.Int { return d.shuffle(x, func(i int) int { return i ^ 24 }) },
}

func (d *definer) amount(y *big.Int) int { return int(y.Uint64() % uint64(d.width)) }

// shuffle takes bit i from bit from(i).
func (d *definer) shuffle(x *big.Int, from func(i int) int) *big.Int {
	r := new(big.Int)
	for i := range int(d.width) {
		r.SetBit(r, i, x.Bit(from(i)))
	}
	return r
}

func TestScalarDefinitions(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	only64 := map[ir.Op]bool{ir.OpMulHiS: true, ir.OpMulHiU: true, ir.OpRev32: true}
	for op, define := range scalarDefinitions {
		for range 400 {
			ty := []ir.Type{ir.I32, ir.I64}[rng.IntN(2)]
			if only64[op] {
				ty = ir.I64
			}
			width := uint(ty.Bits())
			var m Machine
			m.v = []value{{}, {lo: edgy(rng) & maskOf(ty)}, {lo: edgy(rng) & maskOf(ty)}}
			in := ir.Inst{Op: op, Type: ty, A: 1, B: 2, Imm: rng.Uint64N(uint64(width))}
			got := table[op](&m, &in).lo
			d := definer{width: width, imm: in.Imm}
			x, y := new(big.Int).SetUint64(m.v[1].lo), new(big.Int).SetUint64(m.v[2].lo)
			want := new(big.Int).And(define(&d, x, y, nil), minus(pow2(width), num(1))).Uint64()
			if got != want {
				t.Fatalf("%s %s of %#x, %#x, imm %d: %#x, want %#x", op, ty, m.v[1].lo, m.v[2].lo, in.Imm, got, want)
			}
		}
	}
}

// Flags of sums and differences, with every carry in, by the definition of AddWithCarry.
func TestFlagDefinitions(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 4000 {
		ty := []ir.Type{ir.I32, ir.I64}[rng.IntN(2)]
		x, y, carry := edgy(rng), edgy(rng), rng.Uint64N(2)
		got := flagsOfSum(x, y, carry, ty).lo
		d := definer{width: uint(ty.Bits())}
		bx, by := new(big.Int).SetUint64(x&maskOf(ty)), new(big.Int).SetUint64(y&maskOf(ty))
		sum := plus(plus(bx, by), num(int64(carry)))
		low := new(big.Int).And(sum, minus(pow2(d.width), num(1)))
		want := uint64(d.s(low).Sign()) >> 63 << 31
		if low.Sign() == 0 {
			want |= flagZ
		}
		if sum.Cmp(low) != 0 {
			want |= flagC
		}
		if plus(plus(d.s(bx), d.s(by)), num(int64(carry))).Cmp(d.s(low)) != 0 {
			want |= flagV
		}
		if got != want {
			t.Errorf("%s %#x + %#x + %d: flags %#x, want %#x", ty, x, y, carry, got, want)
		}
	}
}
