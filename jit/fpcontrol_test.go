package jit_test

import (
	"math/rand/v2"
	goruntime "runtime"
	"testing"

	"axol/jit"
	"axol/runtime/mem"
)

// Floating point that leaves generated code in the middle of loops, and loops that change
// FPCR.

// TestFloatingStops has rounds on special values, whose results the host does not give as Arm
// does: each leaves the unit and goes on. Every engine must end as the interpreter does.
func TestFloatingStops(t *testing.T) {
	code := []uint32{
		0xfc408426, // ldr d6, [x1], #8
		0x3dc00028, // ldr q8, [x1]
		0x1e7028c5, // fadd d5, d6, d16
		0xb1000c42, // adds x2, x2, #3
		0x1e6608a7, // fmul d7, d5, d6
		0x1e6718c9, // fdiv d9, d6, d7
		0x1f4624aa, // fmadd d10, d5, d6, d9
		0x1e61c0cb, // fsqrt d11, d6
		0x4e6cd50c, // fadd v12.2d, v8.2d, v12.2d
		0x4e2ccd0d, // fmla v13.4s, v8.4s, v12.4s
		0x1e6568ce, // fmaxnm d14, d6, d5
		0x1e6240cf, // fcvt s15, d6
		0x9e7800c5, // fcvtzs x5, d6
		0x1e6620b0, // fcmpe d5, d6
		0x9a847484, // cinc x4, x4, vs
		0x9e6600a6, // fmov x6, d5
		0xcac60d4a, // eor x10, x10, x6, ror #3
		0x9e6600e6, // fmov x6, d7
		0xcac6154a, // eor x10, x10, x6, ror #5
		0x9e660146, // fmov x6, d10
		0xcac61d4a, // eor x10, x10, x6, ror #7
		0x8b05014a, // add x10, x10, x5
		0xd53b442b, // mrs x11, fpsr
		0xcacc056c, // eor x12, x11, x12, ror #1
		0xf2400a9f, // tst x20, #7
		0x54000041, // b.ne .+8
		0xd51b443f, // msr fpsr, xzr
		0xd1000694, // sub x20, x20, #1
		0xb5fffc94, // cbnz x20, back
		0xd4200000, // brk #0
	}
	const rounds = 1000
	run := func(t *testing.T, g *guest, fpcr uint32) outcome {
		r := rand.New(rand.NewPCG(uint64(fpcr), 3))
		for i := range uint64(rounds + 2) {
			g.mem.Write64(dataAt+8*i, interesting[r.IntN(len(interesting))])
		}
		st := g.cpu.State()
		st.X, st.V, st.NZCV = [31]uint64{}, [32][2]uint64{}, 0
		st.PC, st.FPCR, st.FPSR = codeAt, fpcr, 0
		st.X[1], st.X[20] = dataAt, rounds
		st.V[16][0] = 0x3ff0000000000001
		o := outcome{insns: g.cpu.Insns()}
		o.exit = g.run()
		o.insns, o.st = g.cpu.Insns()-o.insns, *st
		return o
	}
	ref := newGuest(t, jit.Config{Interp: true}, code...)
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, code...)
		for _, fpcr := range []uint32{0, 1 << 22, 2 << 22, 3 << 22, 1 << 24, 1 << 25, 3<<24 | 1<<22} {
			a, b := run(t, g, fpcr), run(t, ref, fpcr)
			if d := a.diff(&b); d != "" {
				t.Errorf("fpcr %#x:\n%s", fpcr, d)
			}
			if a.exit.Kind != jit.ExitBRK || a.st.X[2] != 3*rounds {
				t.Errorf("fpcr %#x: %v, x2 = %d", fpcr, a.exit.Kind, a.st.X[2])
			}
		}
		if !cfg.Interp && goruntime.GOARCH == "amd64" && g.eng.Stats().Stops < rounds {
			t.Errorf("%d stops: the values are not special enough", g.eng.Stats().Stops)
		}
	})
}

// mapTable maps room for what a loop stores.
func mapTable(t testing.TB, g *guest, at, n uint64) {
	r := mem.Request{Addr: at, Length: n, Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous}, Place: mem.Fixed}
	if _, e := g.mem.Map(r); e != 0 {
		t.Fatal(e)
	}
}

const tableAt = 0x400000

// TestRoundingModes changes the rounding mode each round.
func TestRoundingModes(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg,
			0x92400689, // and x9, x20, #3
			0xd36aa529, // lsl x9, x9, #22
			0xb1000442, // adds x2, x2, #1
			0xd51b4409, // msr fpcr, x9
			0x1e6618a7, // fdiv d7, d5, d6
			0x9a841484, // cinc x4, x4, eq
			0x1e6140a8, // fneg d8, d5
			0x1e661908, // fdiv d8, d8, d6
			0x1e67c149, // frinti d9, d10
			0xfc008427, // str d7, [x1], #8
			0xfc008428, // str d8, [x1], #8
			0xfc008429, // str d9, [x1], #8
			0xf8008429, // str x9, [x1], #8
			0xd1000694, // sub x20, x20, #1
			0xb5fffe54, // cbnz x20, back
			0xd51b441f, // msr fpcr, xzr
			0x1e6618a7, // fdiv d7, d5, d6
			0xd4200000, // brk #0
		)
		const rounds = 1001
		mapTable(t, g, tableAt, rounds*32)
		st := g.cpu.State()
		st.X[1], st.X[20] = tableAt, rounds
		st.X[2] = ^uint64(499)
		st.V[5][0], st.V[6][0], st.V[10][0] = 0x3ff0000000000000, 0x4008000000000000, 0x4004000000000000 // 1, 3, 2.5
		if ex := g.run(); ex.Kind != jit.ExitBRK || st.FPCR != 0 || st.X[4] != 1 || st.V[7][0] != 0x3fd5555555555555 || st.FPSR != 0x10 {
			t.Errorf("%v, fpcr %#x, x4 = %d, d7 = %#x, fpsr %#x", ex.Kind, st.FPCR, st.X[4], st.V[7][0], st.FPSR)
		}
		// To nearest, up, down, to zero.
		const third, two, three = 0x3fd5555555555555, 0x4000000000000000, 0x4008000000000000
		modes := [4][3]uint64{{third, third | 1<<63, two}, {third + 1, third | 1<<63, three}, {third, third + 1 | 1<<63, two}, {third, third | 1<<63, two}}
		for i := range uint64(rounds) {
			mode := (rounds - i) & 3
			for k, want := range append(modes[mode][:], mode<<22) {
				if got, _ := g.mem.Read64(tableAt + 32*i + 8*uint64(k)); got != want {
					t.Fatalf("round %d, mode %d, result %d: %#x, want %#x", i, mode, k, got, want)
				}
			}
		}
		if n := g.cpu.Insns(); n != rounds*15+3 {
			t.Errorf("%d instructions", n)
		}
	})
}

// TestFlushToZero goes back and forth between the two translations there are for FPCR.FZ.
func TestFlushToZero(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg,
			0x92400289, // and x9, x20, #1
			0xd3689d29, // lsl x9, x9, #24
			0xd51b443f, // msr fpsr, xzr
			0x1e6628c7, // fadd d7, d6, d6
			0xd51b4409, // msr fpcr, x9
			0x1e6608a8, // fmul d8, d5, d6
			0x1e6b0949, // fmul d9, d10, d11
			0xd53b442b, // mrs x11, fpsr
			0xd53b440c, // mrs x12, fpcr
			0xfc008428, // str d8, [x1], #8
			0xfc008429, // str d9, [x1], #8
			0xf800842b, // str x11, [x1], #8
			0xf800842c, // str x12, [x1], #8
			0xd1000694, // sub x20, x20, #1
			0xb5fffe54, // cbnz x20, back
			0xd4200000, // brk #0
		)
		const rounds = 1000
		mapTable(t, g, tableAt, rounds*32)
		st := g.cpu.State()
		st.X[1], st.X[20] = tableAt, rounds
		// A denormal times 1; the least normal number times 0.5.
		const denormal = 0x0000123456789abc
		st.V[5][0], st.V[6][0], st.V[10][0], st.V[11][0] = denormal, 0x3ff0000000000000, 0x0010000000000000, 0x3fe0000000000000
		if ex := g.run(); ex.Kind != jit.ExitBRK {
			t.Fatal(ex)
		}
		for i := range uint64(rounds) {
			want := [4]uint64{denormal, 0x0008000000000000, 0, 0} // both are exact
			if (rounds-i)&1 == 1 {
				want = [4]uint64{0, 0, 0x88, 1 << 24} // IDC of the one, UFC of the other
			}
			for k, w := range want {
				if got, _ := g.mem.Read64(tableAt + 32*i + 8*uint64(k)); got != w {
					t.Fatalf("round %d, result %d: %#x, want %#x", i, k, got, w)
				}
			}
		}
		if n := g.cpu.Insns(); n != rounds*15+1 {
			t.Errorf("%d instructions", n)
		}
	})
}

// A function that is called through a register does what FPCR says at the time: the jump cache does not lead to what was
// translated for other controls.
func TestControlsOfCalledCode(t *testing.T) {
	code := []uint32{
		0xd63f0120, // 00 blr x9
		0x1e260003, // 04 fmov w3, s0
		0xd51b4401, // 08 msr fpcr, x1
		0xd63f0120, // 0c blr x9
		0x1e260004, // 10 fmov w4, s0
		0xd51b441f, // 14 msr fpcr, xzr
		0xd1000442, // 18 sub x2, x2, #1
		0xb5ffff22, // 1c cbnz x2, 0
		0xd4200000, // 20 brk #0
		0x1ee22820, // 24 fadd h0, h1, h2
		0xd65f03c0, // 28 ret
	}
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, code...)
		st := g.cpu.State()
		st.X[9], st.X[1], st.X[2] = codeAt+0x24, 1<<19, 3 // FZ16
		st.V[1][0] = 1                                    // the smallest denormal
		if x := g.run(); x.Kind != jit.ExitBRK || st.X[3] != 1 || st.X[4] != 0 {
			t.Errorf("%s: the sum is %#x, and flushed %#x", x.Kind, st.X[3], st.X[4])
		}
	})
}
