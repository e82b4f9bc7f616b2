package interp

import (
	"math/bits"

	"axol/jit/ir"
)

// SHA-1, SHA-256 and SHA-512: the functions of the manual's pages.

func init() {
	register(map[ir.Op]opFunc{
		ir.OpVSha1C: sha1Rounds(choose),
		ir.OpVSha1P: sha1Rounds(parity),
		ir.OpVSha1M: sha1Rounds(majority),
		ir.OpVSha1H: func(m *Machine, in *ir.Inst) value {
			return value{lo: uint64(bits.RotateLeft32(uint32(m.v[in.A].lo), 30))}
		},
		ir.OpVSha1Su0: func(m *Machine, in *ir.Inst) value {
			a, b, c := m.v[in.A], m.v[in.B], m.v[in.C]
			return value{a.hi ^ a.lo ^ c.lo, b.lo ^ a.hi ^ c.hi}
		},
		ir.OpVSha1Su1: sha1Su1,
		ir.OpVSha256H: func(m *Machine, in *ir.Inst) value {
			x, _ := sha256Rounds(m.words(in.A), m.words(in.B), m.words(in.C))
			return fromWords(x)
		},
		ir.OpVSha256H2: func(m *Machine, in *ir.Inst) value {
			_, y := sha256Rounds(m.words(in.B), m.words(in.A), m.words(in.C))
			return fromWords(y)
		},
		ir.OpVSha256Su0: sha256Su0,
		ir.OpVSha256Su1: sha256Su1,
		ir.OpVSha512H:   sha512H,
		ir.OpVSha512H2:  sha512H2,
		ir.OpVSha512Su0: func(m *Machine, in *ir.Inst) value {
			w, x := m.v[in.A], m.v[in.B]
			return value{w.lo + smallSigma512(w.hi, 1, 8, 7), w.hi + smallSigma512(x.lo, 1, 8, 7)}
		},
		ir.OpVSha512Su1: func(m *Machine, in *ir.Inst) value {
			w, x, y := m.v[in.A], m.v[in.B], m.v[in.C]
			return value{w.lo + smallSigma512(x.lo, 19, 61, 6) + y.lo, w.hi + smallSigma512(x.hi, 19, 61, 6) + y.hi}
		},
	})
}

type words [4]uint32

func (m *Machine) words(v ir.Value) words {
	x := m.v[v]
	return words{uint32(x.lo), uint32(x.lo >> 32), uint32(x.hi), uint32(x.hi >> 32)}
}

func fromWords(w words) value {
	return value{uint64(w[0]) | uint64(w[1])<<32, uint64(w[2]) | uint64(w[3])<<32}
}

func choose(x, y, z uint32) uint32   { return (y^z)&x ^ z }
func parity(x, y, z uint32) uint32   { return x ^ y ^ z }
func majority(x, y, z uint32) uint32 { return x&y | (x|y)&z }

func rotr32(x uint32, n int) uint32 { return bits.RotateLeft32(x, -n) }
func rotr64(x uint64, n int) uint64 { return bits.RotateLeft64(x, -n) }

// sha1Rounds is four rounds with function f.
func sha1Rounds(f func(x, y, z uint32) uint32) opFunc {
	return func(m *Machine, in *ir.Inst) value {
		x, y, w := m.words(in.A), uint32(m.v[in.B].lo), m.words(in.C)
		for e := range 4 {
			y += bits.RotateLeft32(x[0], 5) + f(x[1], x[2], x[3]) + w[e]
			x, y = words{y, x[0], bits.RotateLeft32(x[1], 30), x[2]}, x[3]
		}
		return fromWords(x)
	}
}

func sha1Su1(m *Machine, in *ir.Inst) value {
	a, b := m.words(in.A), m.words(in.B)
	t := words{a[0] ^ b[1], a[1] ^ b[2], a[2] ^ b[3], a[3]}
	var r words
	for i := range r {
		r[i] = bits.RotateLeft32(t[i], 1)
	}
	r[3] ^= bits.RotateLeft32(t[0], 2)
	return fromWords(r)
}

func sha256Rounds(x, y, w words) (words, words) {
	for e := range 4 {
		t := y[3] + choose(y[0], y[1], y[2]) + w[e]
		t += rotr32(y[0], 6) ^ rotr32(y[0], 11) ^ rotr32(y[0], 25)
		d := t + x[3]
		a := t + majority(x[0], x[1], x[2]) + (rotr32(x[0], 2) ^ rotr32(x[0], 13) ^ rotr32(x[0], 22))
		x, y = words{a, x[0], x[1], x[2]}, words{d, y[0], y[1], y[2]}
	}
	return x, y
}

func sha256Su0(m *Machine, in *ir.Inst) value {
	a, b := m.words(in.A), m.words(in.B)
	t := words{a[1], a[2], a[3], b[0]}
	for i, x := range t {
		t[i] = a[i] + (rotr32(x, 7) ^ rotr32(x, 18) ^ x>>3)
	}
	return fromWords(t)
}

func sha256Su1(m *Machine, in *ir.Inst) value {
	a, b, c := m.words(in.A), m.words(in.B), m.words(in.C)
	add := words{b[1], b[2], b[3], c[0]}
	from := [6]uint32{c[2], c[3]} // the last two come from the first two results
	var r words
	for i := range r {
		x := from[i]
		r[i] = a[i] + add[i] + (rotr32(x, 17) ^ rotr32(x, 19) ^ x>>10)
		from[i+2] = r[i]
	}
	return fromWords(r)
}

func bigSigma512(x uint64, a, b, c int) uint64 { return rotr64(x, a) ^ rotr64(x, b) ^ rotr64(x, c) }

func smallSigma512(x uint64, a, b, shift int) uint64 { return rotr64(x, a) ^ rotr64(x, b) ^ x>>shift }

func sha512H(m *Machine, in *ir.Inst) (r value) {
	w, x, y := m.v[in.A], m.v[in.B], m.v[in.C]
	r.hi = y.hi&x.lo ^ ^y.hi&x.hi
	r.hi += bigSigma512(y.hi, 14, 18, 41) + w.hi
	t := r.hi + y.lo
	r.lo = t&y.hi ^ ^t&x.lo
	r.lo += bigSigma512(t, 14, 18, 41) + w.lo
	return r
}

func sha512H2(m *Machine, in *ir.Inst) (r value) {
	w, x, y := m.v[in.A], m.v[in.B], m.v[in.C]
	r.hi = x.lo&y.hi ^ x.lo&y.lo ^ y.hi&y.lo
	r.hi += bigSigma512(y.lo, 28, 34, 39) + w.hi
	r.lo = r.hi&y.lo ^ r.hi&y.hi ^ y.hi&y.lo
	r.lo += bigSigma512(r.hi, 28, 34, 39) + w.lo
	return r
}
