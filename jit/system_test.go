package jit_test

import (
	"testing"

	"axol/jit"
	"axol/jit/ir"
)

// What no other machine can be asked about: random numbers, counters, and codes of pointer authentication that are wrong.

func TestRandomNumbersAndCounters(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg,
			0xeb1f03ff, // cmp xzr, xzr
			0xd53b2401, // mrs x1, rndr
			0xd53b4202, // mrs x2, nzcv
			0xd53b2423, // mrs x3, rndrrs
			0xd53b2407, // mrs x7, rndr
			0xd53be0c4, // mrs x4, cntvctss_el0
			0xd53be045, // mrs x5, cntvct_el0
			0xd53be006, // mrs x6, cntfrq_el0
			0xd5031004, // wfet x4
			0xd5031024, // wfit x4
			brk,
		)
		st := g.cpu.State()
		ex := g.run()
		for ex.Kind == jit.ExitWait {
			ex = g.run()
		}
		if ex.Kind != jit.ExitBRK || st.X[1] == st.X[3] || st.X[1] == st.X[7] || st.X[2] != 0 || st.X[5] < st.X[4] || st.X[6] != 1e9 {
			t.Errorf("%s, %x", exitString(ex), st.X[1:7])
		}
	})
}

// TestWrongCode uses an address whose code was made with another key: the fault is at the address that the
// manual's Auth makes of it (without FEAT_FPAC), 01 in bits 54:53 for an A key and 10 for a B key.
func TestWrongCode(t *testing.T) {
	const errorA, errorB = 1 << 53, 1 << 54
	for _, c := range []struct {
		text string
		code []uint32
		want jit.Exit
		pc   uint64
	}{
		{"autia, br", []uint32{0xdac107e1, 0xdac113e1, 0xd61f0020}, jit.Exit{Kind: jit.ExitFetch}, dataAt | errorA}, // pacib x1, sp; autia x1, sp; br x1
		{"braa", []uint32{0xdac107e1, 0xd71f083f}, jit.Exit{Kind: jit.ExitFetch}, dataAt | errorA},
		{"blrabz", []uint32{0xdac123e1, 0xd63f0c3f}, jit.Exit{Kind: jit.ExitFetch}, dataAt | errorB},
		{"retab", []uint32{0xaa0103fe, 0xd503233f, 0xd65f0fff}, jit.Exit{Kind: jit.ExitFetch}, dataAt | errorB},
		{"ldraa", []uint32{0xdac12fe1, 0xf8200422}, jit.Exit{Kind: jit.ExitFault, Addr: dataAt | errorA}, codeAt + 4},
		{"ldrab", []uint32{0xdac12be1, 0xf8a00422}, jit.Exit{Kind: jit.ExitFault, Addr: dataAt | errorB}, codeAt + 4},
	} {
		t.Run(c.text, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				g := newGuest(t, cfg, append(c.code, brk)...)
				st := g.cpu.State()
				for i := range st.Keys { // all codes are different with these
					st.Keys[i] = [2]uint64{0x9e3779b97f4a7c15 * uint64(i+1), 0xbf58476d1ce4e5b9 * uint64(i+3)}
				}
				st.X[1] = dataAt
				if ex := g.run(); ex != c.want || st.PC != c.pc {
					t.Errorf("%s at %#x, want %s at %#x", exitString(ex), st.PC, exitString(c.want), c.pc)
				}
			})
		})
	}
}

// TestKeysMatter: codes depend on every bit of address, modifier and key, and fill their field.
func TestKeysMatter(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg, 0xdac10041, brk) // pacia x1, x2
		st := g.cpu.State()
		code := func(address, modifier, lo, hi uint64) uint64 {
			st.PC, st.X[1], st.X[2] = codeAt, address, modifier
			st.Keys[ir.KeyIA] = [2]uint64{lo, hi}
			if ex := g.run(); ex.Kind != jit.ExitBRK {
				t.Fatal(exitString(ex))
			}
			if st.X[1]&^(0x7f<<48) != address {
				t.Fatalf("%#x became %#x", address, st.X[1])
			}
			return st.X[1] >> 48 & 0x7f
		}
		in := [4]uint64{0x0000_5555_1234_5670, 0x0000_7fff_ffff_e000, 0x0123456789abcdef, 0xfedcba9876543210}
		seen := uint64(0)
		for arg, bits := range [4]int{48, 64, 64, 64} {
			for bit := range bits {
				same := 0
				for n := range uint64(8) { // 7 bits are equal by chance in one of 128 cases
					a := in
					a[arg] ^= n << ((bit + 7) % 40)
					b := a
					b[arg] ^= 1 << bit
					x, y := code(a[0], a[1], a[2], a[3]), code(b[0], b[1], b[2], b[3])
					seen |= 1 << (x & 63)
					if x == y {
						same++
					}
				}
				if same > 3 {
					t.Errorf("bit %d of operand %d: %d of 8 codes do not depend on it", bit, arg, same)
				}
			}
		}
		if seen != ^uint64(0) {
			t.Errorf("codes seen: %#x", seen)
		}
	})
}
