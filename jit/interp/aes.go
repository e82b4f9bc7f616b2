package interp

import (
	"math/bits"

	"axol/jit/ir"
)

func init() {
	register(map[ir.Op]opFunc{
		ir.OpVAesE:   func(m *Machine, in *ir.Inst) value { return aesRound(m.v[in.A], m.v[in.B], &aesTables.sub, 5) },
		ir.OpVAesD:   func(m *Machine, in *ir.Inst) value { return aesRound(m.v[in.A], m.v[in.B], &aesTables.unsub, 13) },
		ir.OpVAesMc:  func(m *Machine, in *ir.Inst) value { return aesMix(m.v[in.A], [4]uint8{2, 3, 1, 1}) },
		ir.OpVAesImc: func(m *Machine, in *ir.Inst) value { return aesMix(m.v[in.A], [4]uint8{14, 11, 13, 9}) },
	})
}

// aesTables are the S-box of FIPS 197 and its inverse.
var aesTables = makeAESTables()

func makeAESTables() (t struct{ sub, unsub [256]uint8 }) {
	for i := range 256 {
		x := galoisInverse(uint8(i), 0x1b)
		s := x ^ bits.RotateLeft8(x, 1) ^ bits.RotateLeft8(x, 2) ^ bits.RotateLeft8(x, 3) ^ bits.RotateLeft8(x, 4) ^ 0x63
		t.sub[i], t.unsub[s] = s, uint8(i)
	}
	return t
}

// galois multiplies in GF(2^8) modulo x^8 + poly.
func galois(x, y, poly uint8) (r uint8) {
	for ; y != 0; y >>= 1 {
		if y&1 != 0 {
			r ^= x
		}
		carry := x >> 7
		x = x<<1 ^ carry*poly
	}
	return r
}

// galoisInverse is x^254, which is 0 for 0.
func galoisInverse(x, poly uint8) uint8 {
	r := uint8(1)
	for range 254 {
		r = galois(r, x, poly)
	}
	return r
}

// aesRound adds the key, shifts rows and substitutes bytes. Byte i of the
// result comes from byte step*i: 5 shifts rows, 13 shifts them back.
func aesRound(state, key value, box *[256]uint8, step int) (r value) {
	x := value{state.lo ^ key.lo, state.hi ^ key.hi}
	for i := range 16 {
		r.set(ir.B, i, uint64(box[x.get(ir.B, step*i%16)]))
	}
	return r
}

func aesMix(x value, row [4]uint8) (r value) {
	for i := range 16 {
		var sum uint8
		for j, factor := range row {
			sum ^= galois(uint8(x.get(ir.B, i&^3+(i+j)%4)), factor, 0x1b)
		}
		r.set(ir.B, i, uint64(sum))
	}
	return r
}
