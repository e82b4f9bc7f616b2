package interp

import (
	"math/bits"

	"axol/jit/ir"
)

// SM3 and SM4: the functions of the manual's pages.

func init() {
	register(map[ir.Op]opFunc{
		ir.OpVSm3Ss1:    sm3Ss1,
		ir.OpVSm3Tt1A:   sm3Tt1(parity),
		ir.OpVSm3Tt1B:   sm3Tt1(majority),
		ir.OpVSm3Tt2A:   sm3Tt2(parity),
		ir.OpVSm3Tt2B:   sm3Tt2(choose),
		ir.OpVSm3PartW1: sm3PartW1,
		ir.OpVSm3PartW2: sm3PartW2,
		ir.OpVSm4E: func(m *Machine, in *ir.Inst) value {
			return sm4Rounds(m.words(in.A), m.words(in.B), 2, 10, 18, 24)
		},
		ir.OpVSm4Ekey: func(m *Machine, in *ir.Inst) value {
			return sm4Rounds(m.words(in.A), m.words(in.B), 13, 23)
		},
	})
}

func sm3Ss1(m *Machine, in *ir.Inst) value {
	a, b, c := m.words(in.A), m.words(in.B), m.words(in.C)
	return fromWords(words{3: bits.RotateLeft32(bits.RotateLeft32(a[3], 12)+b[3]+c[3], 7)})
}

func sm3Tt1(f func(x, y, z uint32) uint32) opFunc {
	return func(m *Machine, in *ir.Inst) value {
		d, n, w := m.words(in.A), m.words(in.B), m.words(in.C)[in.Imm]
		ss2 := n[3] ^ bits.RotateLeft32(d[3], 12)
		return fromWords(words{d[1], bits.RotateLeft32(d[2], 9), d[3], f(d[3], d[2], d[1]) + d[0] + ss2 + w})
	}
}

func sm3Tt2(f func(x, y, z uint32) uint32) opFunc {
	return func(m *Machine, in *ir.Inst) value {
		d, n, w := m.words(in.A), m.words(in.B), m.words(in.C)[in.Imm]
		t := f(d[3], d[2], d[1]) + d[0] + n[3] + w
		t ^= bits.RotateLeft32(t, 9) ^ bits.RotateLeft32(t, 17)
		return fromWords(words{d[1], bits.RotateLeft32(d[2], 19), d[3], t})
	}
}

// sm3Diffuse is the permutation P1 of SM3.
func sm3Diffuse(x uint32) uint32 { return x ^ bits.RotateLeft32(x, 15) ^ bits.RotateLeft32(x, 23) }

func sm3PartW1(m *Machine, in *ir.Inst) value {
	d, n, w := m.words(in.A), m.words(in.B), m.words(in.C)
	var r words
	for i := range 3 {
		r[i] = sm3Diffuse(d[i] ^ n[i] ^ bits.RotateLeft32(w[i+1], 15))
	}
	r[3] = sm3Diffuse(d[3] ^ n[3] ^ bits.RotateLeft32(r[0], 15))
	return fromWords(r)
}

func sm3PartW2(m *Machine, in *ir.Inst) value {
	d, n, w := m.words(in.A), m.words(in.B), m.words(in.C)
	var t, r words
	for i := range t {
		t[i] = n[i] ^ bits.RotateLeft32(w[i], 7)
		r[i] = d[i] ^ t[i]
	}
	r[3] ^= sm3Diffuse(bits.RotateLeft32(t[0], 15))
	return fromWords(r)
}

// sm4Box is the S-box of SM4: an affine map around the inverse in GF(2^8).
var sm4Box = func() (box [256]uint8) {
	affine := func(x uint8) (r uint8) {
		for i := range 8 {
			r |= uint8(bits.OnesCount8(x&bits.RotateLeft8(0xa7, i))&1) << i
		}
		return r ^ 0xd3
	}
	for i := range box {
		box[i] = affine(galoisInverse(affine(uint8(i)), 0xf5))
	}
	return box
}()

// sm4Rounds is four rounds; the linear transformation rotates as given.
func sm4Rounds(x, key words, rotations ...int) value {
	for _, k := range key {
		t := x[1] ^ x[2] ^ x[3] ^ k
		var sub uint32
		for shift := 0; shift < 32; shift += 8 {
			sub |= uint32(sm4Box[uint8(t>>shift)]) << shift
		}
		next := x[0] ^ sub
		for _, n := range rotations {
			next ^= bits.RotateLeft32(sub, n)
		}
		x = words{x[1], x[2], x[3], next}
	}
	return fromWords(x)
}
