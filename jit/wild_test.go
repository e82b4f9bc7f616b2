package jit_test

import (
	"fmt"
	goruntime "runtime"
	"testing"
	"unsafe"

	"axol/jit"
)

// Wild addresses: whatever a guest forms, it reaches its own memory or faults at the address it
// used. The top byte of a user address is no part of it.

// canary is host memory that guests aim at.
var canary [256]byte

// wildAddresses are bases for accesses in a guest whose memory ends at limit, at the same host
// address.
func wildAddresses(limit uint64) (l []uint64) {
	host := (uint64(uintptr(unsafe.Pointer(&canary))) + 63) &^ 63
	if goruntime.GOARCH == "arm64" {
		host = limit // guest addresses are host addresses: Axol's own memory is the guest's to reach
	}
	below := uint64(dataAt)
	for _, a := range []uint64{
		0, 8, 256, 0x1ff, dataAt, dataAt + 0x400, dataAt - 8, dataAt + 0x10000 - 8, dataAt + 0x10000,
		limit, limit - 8, limit - 16, limit + 8, limit + dataAt, limit<<1 + dataAt, 4<<30 - 8, limit - 4<<30, limit + 4<<30,
		1 << 45, 1 << 46, 1 << 47, 1<<47 - 16, 1 << 48, 1 << 52, 1 << 54, 1 << 55, 1<<55 + dataAt, 1<<56 - 8, 1<<56 - 32760,
		1 << 63, 1<<63 + dataAt, 0xdead<<48 | dataAt, ^uint64(0), ^uint64(7), ^uint64(255), 0xffff800000000000, ^uint64(32759),
		host, host - limit, host + limit, dataAt - limit, -limit, 1<<31 + dataAt, 1<<32 + dataAt, below - 1<<31, below - 1<<32,
		0x7fff_ffff_fff8, 0x5555_5555_5550,
	} {
		l = append(l, a, a|0x7f<<56, a|0xff<<56, a^0x12<<56)
	}
	return l
}

// user is the address that an access to a means.
func user(a uint64) uint64 {
	if a>>55&1 == 0 {
		return a << 8 >> 8
	}
	return a
}

func TestWildAddresses(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg)
		for _, a := range []struct {
			text string
			word uint32
			kind accessKind
			off  int64
			size uint64
		}{
			{"ldr x10, [x1]", 0xf940002a, loads, 0, 8},
			{"ldr x10, [x1, #32760]", 0xf97ffc2a, loads, 32760, 8},
			{"ldur x10, [x1, #-256]", 0xf850002a, loads, -256, 8},
			{"ldrb w10, [x1]", 0x3940002a, loads, 0, 1},
			{"ldp x10, x11, [x1, #-512]", 0xa9602c2a, loads, -512, 16},
			{"ldp q10, q11, [x1]", 0xad402c2a, loads, 0, 32},
			{"ld1 {v10.16b}, [x1]", 0x4c40702a, loads, 0, 16},
			{"str x2, [x1]", 0xf9000022, stores, 0, 8},
			{"str q5, [x1], #16", 0x3c810425, stores, 0, 16},
			{"dc zva, x1", 0xd50b7421, stores, 0, 1},
			{"ldadd x2, x10, [x1]", 0xf822002a, atomics, 0, 8},
			{"cas x10, x2, [x1]", 0xc8aa7c22, atomics, 0, 8},
			{"ldxr x10, [x1]", 0xc85f7c2a, loads, 0, 8},
		} {
			for _, x1 := range wildAddresses(g.mem.Limit()) {
				if a.kind == atomics || a.text == "ldxr x10, [x1]" {
					x1 &^= 7
				}
				addr := user(x1 + uint64(a.off))
				got := g.wild(t, a.word, x1, 0)
				want := wildExit(a.kind, addr, a.size)
				if a.kind == atomics {
					want.Arg = got.Arg // processors say load
				}
				if got != want {
					t.Errorf("%s with x1 = %#x: %s, want %s", a.text, x1, exitString(got), exitString(want))
				}
			}
		}
	})
}

// TestWildPrefetches has prefetches, which never fault.
func TestWildPrefetches(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg)
		for _, word := range []uint32{
			0xf9800020, // prfm pldl1keep, [x1]
			0xf89f8020, // prfum pldl1keep, [x1, #-8]
			0xf8a06830, // prfm pstl1keep, [x1, x0]
		} {
			for _, x1 := range wildAddresses(g.mem.Limit()) {
				if got := g.wild(t, word, x1, 8); got.Kind != jit.ExitBRK {
					t.Errorf("%08x with x1 = %#x: %s", word, x1, exitString(got))
				}
			}
		}
	})
}

// TestWildOffsets has both a base and an offset register, whose sum counts.
func TestWildOffsets(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg)
		wild := wildAddresses(g.mem.Limit())
		for i, x1 := range wild {
			for _, x0 := range append(wild[i&7*4:i&7*4+4:i&7*4+4], dataAt-x1, dataAt-x1+0x12<<56, -x1, g.mem.Limit()-x1) {
				addr := user(x1 + x0)
				if got, want := g.wild(t, 0xf860682a, x1, x0), wildExit(loads, addr, 8); got != want {
					t.Errorf("ldr x10, [x1, x0] with %#x, %#x: %s, want %s", x1, x0, exitString(got), exitString(want))
				}
				if got, want := g.wild(t, 0xf8206822, x1, x0), wildExit(stores, addr, 8); got != want {
					t.Errorf("str x2, [x1, x0] with %#x, %#x: %s, want %s", x1, x0, exitString(got), exitString(want))
				}
			}
		}
	})
}

// wildExit is how an access of size bytes at addr ends.
func wildExit(kind accessKind, addr, size uint64) jit.Exit {
	ex := jit.Exit{Kind: jit.ExitFault, Addr: addr}
	if kind != loads {
		ex.Arg = 1
	}
	switch {
	case addr < dataAt || addr >= faultData:
	case addr+size > faultData:
		ex.Addr = faultData
	default:
		return jit.Exit{Kind: jit.ExitBRK}
	}
	return ex
}

func exitString(ex jit.Exit) string { return fmt.Sprintf("%v %d at %#x", ex.Kind, ex.Arg, ex.Addr) }

// wild runs one access and checks that it was precise and kept to the guest's memory.
func (g *guest) wild(t testing.TB, word uint32, x1, x0 uint64) jit.Exit {
	t.Helper()
	if w, _ := g.mem.Read32(codeAt + 4); w != word {
		g.write(t, codeAt, 0xb1000442 /* adds x2, x2, #1 */, word, 0xd4200000 /* brk #0 */)
		g.eng.Invalidate(codeAt, codeAt+12)
	}
	st := g.cpu.State()
	st.PC, st.X[0], st.X[1], st.X[2], st.X[10] = codeAt, x0, x1, ^uint64(0), 77
	before := g.cpu.Insns()
	ex := g.run()
	pc, insns := uint64(codeAt+4), uint64(1)
	if ex.Kind == jit.ExitBRK {
		pc, insns = pc+4, insns+2
	} else if st.X[1] != x1 || st.X[10] != 77 {
		t.Errorf("x1 = %#x, x10 = %#x: the access was half done", st.X[1], st.X[10])
	}
	if n := g.cpu.Insns() - before; st.PC != pc || n != insns || st.X[2] != 0 || st.NZCV != 0x60000000 {
		t.Errorf("pc %#x, %d instructions, x2 = %#x, nzcv %#x", st.PC, n, st.X[2], st.NZCV)
	}
	if canary != [256]byte{} {
		t.Fatalf("%08x with x1 = %#x, x0 = %#x wrote to the host", word, x1, x0)
	}
	return ex
}

// TestWildBranches goes where no code is.
func TestWildBranches(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg)
		limit := g.mem.Limit()
		for _, b := range []struct {
			text string
			word uint32
			link bool
		}{{"br x1", 0xd61f0020, false}, {"blr x1", 0xd63f0020, true}, {"ret x1", 0xd65f0020, false}} {
			g.write(t, codeAt, 0xb1000442 /* adds x2, x2, #1 */, b.word, 0xd4200000)
			g.eng.Invalidate(codeAt, codeAt+12)
			for range 2 { // the second time, the jump cache might know
				for _, x1 := range append(wildAddresses(limit), codeAt+1, codeAt+2, codeAt+8, codeAt+8|0x55<<56, codeAt+0x10000, codeAt-4, limit-4) {
					want, insns := jit.Exit{Kind: jit.ExitFetch}, uint64(2)
					switch pc := user(x1); {
					case pc&3 != 0:
						want.Kind = jit.ExitAlign
					case pc == codeAt+8:
						want.Kind, insns = jit.ExitBRK, 3
					}
					st := g.cpu.State()
					st.PC, st.X[1], st.X[2], st.X[30] = codeAt, x1, ^uint64(0), 99
					before := g.cpu.Insns()
					got := g.run()
					lr := uint64(99)
					if b.link {
						lr = codeAt + 8
					}
					if n := g.cpu.Insns() - before; got != want || st.PC != user(x1) || n != insns || st.X[30] != lr || st.X[2] != 0 || st.NZCV != 0x60000000 {
						t.Errorf("%s with %#x: %s at pc %#x after %d, x30 = %#x; want %s, %d", b.text, x1, exitString(got), st.PC, n, st.X[30], exitString(want), insns)
					}
				}
			}
		}
	})
}

// TestEndOfCode walks and branches from executable memory to what is none.
func TestEndOfCode(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		const end = codeAt + 0x10000
		for _, c := range []struct {
			text  string
			word  uint32
			pc    uint64
			insns uint64
		}{
			{"adds x2, x2, #1", 0xb1000442, end, 2},
			{"b .+0x100", 0x14000040, end + 0xfc, 2},
			{"cbnz x2, .+0x100", 0xb5000802, end + 0xfc, 2},
		} {
			t.Run(c.text, func(t *testing.T) {
				g := newGuest(t, cfg)
				g.write(t, end-8, 0x91000442 /* add x2, x2, #1 */, c.word)
				st := g.cpu.State()
				st.PC = end - 8
				if ex := g.run(); ex.Kind != jit.ExitFetch || st.PC != c.pc || g.cpu.Insns() != c.insns {
					t.Errorf("%s: %s at %#x after %d", c.text, exitString(ex), st.PC, g.cpu.Insns())
				}
				if ex := g.run(); ex.Kind != jit.ExitFetch || st.PC != c.pc || g.cpu.Insns() != c.insns {
					t.Errorf("%s, again: %s at %#x after %d", c.text, exitString(ex), st.PC, g.cpu.Insns())
				}
			})
		}
	})
}

// TestUndefined has an undefined instruction behind others in a loop's body.
func TestUndefined(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg,
			0xd1000694, // sub x20, x20, #1
			0xb1000442, // adds x2, x2, #1
			0xb5ffffd4, // cbnz x20, back
			0xb1000c42, // adds x2, x2, #3
			0x00000007, // udf #7
			0xb1000442, // adds x2, x2, #1
			0xd4200000, // brk #0
		)
		st := g.cpu.State()
		st.X[20], st.X[2] = 100, ^uint64(0)-102
		ex := g.run()
		if ex != (jit.Exit{Kind: jit.ExitUndefined, Arg: 7}) || st.PC != codeAt+16 || st.X[2] != 0 || st.NZCV != 0x60000000 {
			t.Errorf("%s at %#x, x2 = %#x, nzcv %#x", exitString(ex), st.PC, st.X[2], st.NZCV)
		}
		if n := g.cpu.Insns(); n != 302 {
			t.Errorf("%d instructions, want 302", n)
		}
		st.PC += 4 // as a signal handler may
		if ex := g.run(); ex.Kind != jit.ExitBRK || st.X[2] != 1 {
			t.Errorf("then %s, x2 = %#x", exitString(ex), st.X[2])
		}
	})
}
