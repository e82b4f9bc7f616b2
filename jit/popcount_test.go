package jit_test

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"axol/jit"
)

// TestOnesCount counts ones in the ways programs do, and in one that must not be taken for it.
func TestOnesCount(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg,
			0x9e670000, // fmov d0, x0
			0x0e205800, // cnt v0.8b, v0.8b
			0x0e31b800, // addv b0, v0.8b
			0x1e260002, // fmov w2, s0
			0x9e670000, // fmov d0, x0
			0x0e205800, // cnt v0.8b, v0.8b
			0x2e303800, // uaddlv h0, v0.8b
			0x0e023c03, // umov w3, v0.h[0]
			0x4e205821, // cnt v1.16b, v1.16b
			0x4e31b821, // addv b1, v1.16b
			0x0e013c24, // umov w4, v1.b[0]
			0xd4200000, // brk #0
		)
		r := rand.New(rand.NewPCG(1, 2))
		st := g.cpu.State()
		for range 100 {
			x, y := r.Uint64()>>r.IntN(64), r.Uint64()
			st.PC, st.X[0], st.V[1] = codeAt, x, [2]uint64{x, y}
			if ex := g.run(); ex.Kind != jit.ExitBRK {
				t.Fatal(ex)
			}
			one, both := uint64(bits.OnesCount64(x)), uint64(bits.OnesCount64(x)+bits.OnesCount64(y))
			if st.X[2] != one || st.X[3] != one || st.X[4] != both || st.V[0] != [2]uint64{one, 0} {
				t.Fatalf("%#x: %d, %d, v0 %d; with %#x: %d", x, st.X[2], st.X[3], st.V[0], y, st.X[4])
			}
		}
	})
}
