package jit_test

import (
	"math/rand/v2"
	"testing"

	"axol/jit"
)

// flagSetters write NZCV from X1, X2, V1, V2 and NZCV.
var flagSetters = []struct {
	text string
	word uint32
}{
	{"adds w3, w1, w2", 0x2b020023},
	{"subs w3, w1, w2", 0x6b020023},
	{"subs w3, w1, w2, lsl #21", 0x6b025423},
	{"subs w1, w1, w2", 0x6b020021},
	{"cmp w1, w2", 0x6b02003f},
	{"cmn w1, w2", 0x2b02003f},
	{"cmp w1, #6", 0x7100183f},
	{"adds x3, x1, x2", 0xab020023},
	{"subs x3, x1, x2", 0xeb020023},
	{"subs x1, x1, x2", 0xeb020021},
	{"cmp x1, x2", 0xeb02003f},
	{"cmn x1, #5", 0xb100143f},
	{"negs w3, w1", 0x6b0103e3},
	{"ands w3, w1, w2", 0x6a020023},
	{"tst x1, x2", 0xea02003f},
	{"bics x3, x1, x2", 0xea220023},
	{"adcs w3, w1, w2", 0x3a020023},
	{"sbcs w3, w1, w2", 0x7a020023},
	{"adcs x3, x1, x2", 0xba020023},
	{"sbcs x3, x1, x2", 0xfa020023},
	{"ngcs w3, w1", 0x7a0103e3},
	{"ccmp w1, w2, #5, ne", 0x7a421025},
	{"ccmn x1, x2, #10, eq", 0xba42002a},
	{"ccmp x1, #3, #1, al", 0xfa43e821},
	{"fcmp d1, d2", 0x1e622020},
	{"fcmp s1, #0.0", 0x1e202028},
	{"fccmp d1, d2, #6, cs", 0x1e622426},
	{"msr nzcv, x1", 0xd51b4201},
	{"cfinv", 0xd500401f},
	{"setf8 w1", 0x3a00082d},
	{"rmif x1, #7, #9", 0xba038429},
}

// TestFlagsAtFaults has accesses fault behind instructions that set the flags, with what they
// were set from still there, in the registers, or overwritten.
func TestFlagsAtFaults(t *testing.T) {
	const fault = 0xf940000a // ldr x10, [x0]
	behind := [][]uint32{
		{fault},
		{0xd2800121 /* mov x1, #9 */, 0xd2800222 /* mov x2, #17 */, 0xd2800423 /* mov x3, #33 */, fault},
		{0xca010042 /* eor x2, x2, x1 */, 0xca010042, 0x9a821041 /* csel x1, x2, x2, ne */, fault},
	}
	ref := newGuest(t, jit.Config{Interp: true})
	run := func(g *guest, seed uint64) (jit.Exit, uint64, [4]uint64) {
		r := rand.New(rand.NewPCG(seed, 5))
		value := func() uint64 { return interesting[r.IntN(len(interesting))] }
		st := g.cpu.State()
		st.PC, st.NZCV, st.X[0], st.X[1], st.X[2], st.X[3] = codeAt, uint64(r.IntN(16))<<28, 8, value(), value(), 0
		if r.IntN(4) == 0 {
			st.X[2] = st.X[1]
		}
		st.V[1][0], st.V[2][0] = value(), value()
		ex := g.run()
		return ex, st.NZCV, [4]uint64(st.X[:4])
	}
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg)
		for _, f := range flagSetters {
			for k, b := range behind {
				for _, g := range []*guest{g, ref} {
					g.write(t, codeAt, append([]uint32{f.word}, b...)...)
					g.eng.Invalidate(codeAt, codeAt+0x100)
				}
				for seed := range uint64(200) {
					ex, nzcv, x := run(g, seed)
					wantEx, want, wantX := run(ref, seed)
					if ex != wantEx || ex.Kind != jit.ExitFault || nzcv != want || x != wantX {
						t.Errorf("%s, %d: %s with %#x, %x; want %s with %#x, %x", f.text, k, exitString(ex), nzcv, x, exitString(wantEx), want, wantX)
						break
					}
				}
			}
		}
	})
}
