package jit_test

import (
	"fmt"
	"os"
	goruntime "runtime"
	"testing"

	"axol/jit"
	"axol/jit/ir"
	"axol/runtime/mem"
)

// Accesses that fault in the middle of a unit: the guest must be seen exactly as it was in front
// of the faulting instruction, and must go on from there when its memory has been mended.

// accessKind is what an access does to memory: what a fault says, and which faults there are.
type accessKind uint8

const (
	loads accessKind = iota
	stores
	atomics     // both: a fault on an unmapped page is that of the load
	maintenance // faults as a load; no result
)

// accesses are instructions that reach memory at X1 plus off with X0 = 32. They read X2, X3,
// X10, V5 to V8 and may write X10, X11 and V10 to V13; back is what they add to X1.
var accesses = []struct {
	text      string
	word      uint32
	kind      accessKind
	off, back int64
	size      int // 0: need not be tried unaligned, or may not
}{
	{"ldrb w10, [x1]", 0x3940002a, loads, 0, 0, 1},
	{"ldrsh x10, [x1, #32]", 0x7980402a, loads, 32, 0, 2},
	{"ldr w10, [x1, x0]", 0xb860682a, loads, 32, 0, 4},
	{"ldr x10, [x1, #16]", 0xf940082a, loads, 16, 0, 8},
	{"ldur x10, [x1, #-16]", 0xf85f002a, loads, -16, 0, 8},
	{"ldr x10, [x1], #16", 0xf841042a, loads, 0, 16, 8},
	{"ldr x10, [x1, #16]!", 0xf8410c2a, loads, 16, 16, 8},
	{"ldp x10, x11, [x1]", 0xa9402c2a, loads, 0, 0, 16},
	{"ldp x10, x11, [x1], #16", 0xa8c12c2a, loads, 0, 16, 16},
	{"ldp x10, x11, [x1, #-16]!", 0xa9ff2c2a, loads, -16, -16, 16},
	{"ldpsw x10, x11, [x1, #16]", 0x69422c2a, loads, 16, 0, 8},
	{"ldr b10, [x1]", 0x3d40002a, loads, 0, 0, 1},
	{"ldr h10, [x1], #16", 0x7c41042a, loads, 0, 16, 2},
	{"ldr s10, [x1, #16]", 0xbd40102a, loads, 16, 0, 4},
	{"ldr d10, [x1, x0]", 0xfc60682a, loads, 32, 0, 8},
	{"ldr q10, [x1]", 0x3dc0002a, loads, 0, 0, 16},
	{"ldr q10, [x1], #16", 0x3cc1042a, loads, 0, 16, 16},
	{"ldp q10, q11, [x1]", 0xad402c2a, loads, 0, 0, 32},
	{"ldp q10, q11, [x1], #32", 0xacc12c2a, loads, 0, 32, 32},
	{"ldp d10, d11, [x1]", 0x6d402c2a, loads, 0, 0, 16},
	{"ld1 {v10.16b, v11.16b}, [x1], #32", 0x4cdfa02a, loads, 0, 32, 32},
	{"ld1 {v10.s}[2], [x1], #4", 0x4ddf802a, loads, 0, 4, 4},
	{"ld1r {v10.4s}, [x1]", 0x4d40c82a, loads, 0, 0, 4},
	{"ld2 {v10.8b, v11.8b}, [x1]", 0x0c40802a, loads, 0, 0, 16},
	{"ld3 {v10.16b-v12.16b}, [x1], #48", 0x4cdf402a, loads, 0, 48, 48},
	{"ld4 {v10.4s-v13.4s}, [x1]", 0x4c40082a, loads, 0, 0, 64},
	{"ldar x10, [x1]", 0xc8dffc2a, loads, 0, 0, 0},
	{"ldapr x10, [x1]", 0xf8bfc02a, loads, 0, 0, 0},
	{"ldapur x10, [x1, #16]", 0xd941002a, loads, 16, 0, 0},
	{"ldxr x10, [x1]", 0xc85f7c2a, loads, 0, 0, 0},
	{"ldaxrb w10, [x1]", 0x085ffc2a, loads, 0, 0, 0},
	{"ldxp x10, x11, [x1]", 0xc87f2c2a, loads, 0, 0, 0},
	{"strb w2, [x1]", 0x39000022, stores, 0, 0, 1},
	{"strh w2, [x1, #32]", 0x79004022, stores, 32, 0, 2},
	{"str w2, [x1, x0]", 0xb8206822, stores, 32, 0, 4},
	{"str x2, [x1, #16]", 0xf9000822, stores, 16, 0, 8},
	{"str xzr, [x1]", 0xf900003f, stores, 0, 0, 8},
	{"stur x2, [x1, #-16]", 0xf81f0022, stores, -16, 0, 8},
	{"str x2, [x1], #16", 0xf8010422, stores, 0, 16, 8},
	{"str x2, [x1, #16]!", 0xf8010c22, stores, 16, 16, 8},
	{"stp x2, x3, [x1]", 0xa9000c22, stores, 0, 0, 16},
	{"stp x2, x3, [x1], #16", 0xa8810c22, stores, 0, 16, 16},
	{"stp x2, x3, [x1, #-16]!", 0xa9bf0c22, stores, -16, -16, 16},
	{"str b5, [x1]", 0x3d000025, stores, 0, 0, 1},
	{"str h5, [x1, #32]", 0x7d004025, stores, 32, 0, 2},
	{"str s5, [x1], #16", 0xbc010425, stores, 0, 16, 4},
	{"str d5, [x1, x0]", 0xfc206825, stores, 32, 0, 8},
	{"str q5, [x1]", 0x3d800025, stores, 0, 0, 16},
	{"str q5, [x1, #16]!", 0x3c810c25, stores, 16, 16, 16},
	{"stp q5, q6, [x1]", 0xad001825, stores, 0, 0, 32},
	{"stp q5, q6, [x1], #32", 0xac811825, stores, 0, 32, 32},
	{"stp d5, d6, [x1]", 0x6d001825, stores, 0, 0, 16},
	{"st1 {v5.16b, v6.16b}, [x1], #32", 0x4c9fa025, stores, 0, 32, 32},
	{"st1 {v5.s}[2], [x1], #4", 0x4d9f8025, stores, 0, 4, 4},
	{"st2 {v5.16b, v6.16b}, [x1]", 0x4c008025, stores, 0, 0, 32},
	{"st3 {v5.4s-v7.4s}, [x1], #48", 0x4c9f4825, stores, 0, 48, 48},
	{"st4 {v5.2d-v8.2d}, [x1]", 0x4c000c25, stores, 0, 0, 64},
	{"stlr x2, [x1]", 0xc89ffc22, stores, 0, 0, 0},
	{"stlrb w2, [x1]", 0x089ffc22, stores, 0, 0, 0},
	{"dc zva, x1", 0xd50b7421, stores, 0, 0, 0},
	{"ldadd x2, x10, [x1]", 0xf822002a, atomics, 0, 0, 0},
	{"ldclral w2, w10, [x1]", 0xb8e2102a, atomics, 0, 0, 0},
	{"ldset x2, x10, [x1]", 0xf822302a, atomics, 0, 0, 0},
	{"ldeorb w2, w10, [x1]", 0x3822202a, atomics, 0, 0, 0},
	{"ldsmax x2, x10, [x1]", 0xf822402a, atomics, 0, 0, 0},
	{"ldumin w2, w10, [x1]", 0xb822702a, atomics, 0, 0, 0},
	{"swpal x2, x10, [x1]", 0xf8e2802a, atomics, 0, 0, 0},
	{"stadd x2, [x1]", 0xf822003f, atomics, 0, 0, 0},
	{"cas x10, x2, [x1]", 0xc8aa7c22, atomics, 0, 0, 0},
	{"casalb w10, w2, [x1]", 0x08eafc22, atomics, 0, 0, 0},
	{"casp x10, x11, x2, x3, [x1]", 0x482a7c22, atomics, 0, 0, 0},
	{"dc cvau, x1", 0xd50b7b21, maintenance, 0, 0, 0},
	{"ic ivau, x1", 0xd50b7521, maintenance, 0, 0, 0},
}

// The loop around an access: each round moves X1 by stride. What stands at faultWay is the way
// out in front of the access, or a NOP of the same cost.
const (
	stride     = 64
	faultWay   = 8
	faultAt    = 9 // where the access is
	faultRound = 16
	faultData  = dataAt + 0x10000 // where the data ends
	nop        = 0xd503201f
	wayOut     = 0xb4000114 // cbz x20, the BRK
)

func faultLoop(way, access uint32, back int64) []uint32 {
	return []uint32{
		0xb1000c42, // adds x2, x2, #3
		0xd1000694, // sub x20, x20, #1
		0xcac21c63, // eor x3, x3, x2, ror #7
		0xaa0303ea, // mov x10, x3
		0x1e6628a5, // fadd d5, d5, d6
		0x4e080c4a, // dup v10.2d, x2
		0xab030084, // adds x4, x4, x3
		0x9a822508, // csinc x8, x8, x2, cs
		way,
		access,
		0xca0a018c,                           // eor x12, x12, x10
		0x910004c6,                           // add x6, x6, #1
		0xab06f0e7,                           // adds x7, x7, x6, lsl #60
		0x1e6918a7,                           // fdiv d7, d5, d9
		0x91000021 | uint32(stride-back)<<10, // add x1, x1, #(stride - back)
		0x17fffff1,                           // b back
		0xd4200000,                           // brk #0
	}
}

// faultPair is an engine and the reference; before counts the instructions of earlier cases.
type faultPair struct {
	g, ref *guest
	before uint64
}

func newFaultPair(t testing.TB, cfg jit.Config) *faultPair {
	return &faultPair{g: newGuest(t, cfg), ref: newGuest(t, jit.Config{Interp: true})}
}

// begin puts g in front of the loop.
func (f *faultCase) begin(t testing.TB, g *guest, way uint32) {
	g.mem.Unmap(faultData, mem.PageSize)
	g.write(t, codeAt, faultLoop(way, f.word, f.back)...)
	g.eng.Invalidate(codeAt, codeAt+0x1000)
	fillData(t, g, dataAt, 0x10000)
	st := g.cpu.State()
	st.X, st.V, st.NZCV, st.FPSR, st.PC = [31]uint64{}, [32][2]uint64{}, 0, 0, codeAt
	st.X[0] = 32
	st.X[1] = uint64(int64(faultData-f.skew-f.n*stride) - f.off)
	st.X[2], st.X[3], st.X[4], st.X[8] = 1<<63-2, 0x123456789abcdef, 0xfedcba987654321, 7
	st.V[6] = [2]uint64{0x3fb999999999999a, 0x1111111111111111} // 0.1: inexact from the start
	st.V[7] = [2]uint64{0x7777777777777777, 0x7777777777777777}
	st.V[8] = [2]uint64{0x8888888888888888, 0x8888888888888888}
	// V9 is zero: FDIV raises DZC, behind the access.
}

func fillData(t testing.TB, g *guest, at uint64, n int) {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(at>>12) + byte(i*7)
	}
	if e := g.mem.Write(at, b); e != 0 {
		t.Fatal(e)
	}
}

// mapData maps one more page behind the data.
func mapData(t testing.TB, g *guest, prot mem.Prot) {
	r := mem.Request{Addr: faultData, Length: mem.PageSize, Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous}, Place: mem.Fixed}
	if _, e := g.mem.Map(r); e != 0 {
		t.Fatal(e)
	}
	fillData(t, g, faultData, mem.PageSize)
	if e := g.mem.Protect(faultData, mem.PageSize, prot); e != 0 {
		t.Fatal(e)
	}
}

// seen is all of a guest that programs can see.
type seen struct {
	outcome
	page [mem.PageSize]byte // behind the data, if it is mapped
}

func (g *guest) seen(ex jit.Exit, insns uint64) *seen {
	s := &seen{outcome: outcome{exit: ex, insns: insns, st: *g.cpu.State()}}
	s.st.X[20] = 0 // counts for the reference alone
	g.mem.Read(dataAt, s.data[:])
	g.mem.Read(faultData, s.page[:])
	return s
}

// forget makes the bytes of s in front of addr those of x: of an access that faults on its second
// page, the part on the first may have been stored or not.
func (s *seen) forget(x *seen, addr uint64) {
	if addr == faultData {
		copy(s.data[len(s.data)-stride:], x.data[len(s.data)-stride:])
	} else {
		copy(s.page[len(s.page)-stride:], x.page[len(s.page)-stride:])
	}
}

// faultCase is one access that faults at the end of the data, and one page later.
type faultCase struct {
	word      uint32
	kind      accessKind
	off, back int64
	n         int // rounds before the first fault
	skew      int // how far in front of the page the access begins
	readOnly  bool
}

// inFront runs rounds by the reference and leaves in front of the access, and makes of the
// state the one that a fault of the access must show.
func (f *faultCase) inFront(t testing.TB, g *guest, rounds int, mapped bool, ex jit.Exit) *seen {
	f.begin(t, g, wayOut)
	if mapped {
		mapData(t, g, mem.Read|mem.Write)
	}
	g.cpu.State().X[20] = uint64(rounds + 1)
	before := g.cpu.Insns()
	if got := g.run(); got.Kind != jit.ExitBRK {
		t.Fatalf("the reference stopped with %+v", got)
	}
	s := g.seen(ex, g.cpu.Insns()-before-1) // BRK
	s.st.PC = codeAt + 4*faultAt
	return s
}

// stop runs p.g until the access faults at addr, after rounds.
func (f *faultCase) stop(t testing.TB, p *faultPair, rounds int, addr uint64, mapped, readOnly bool) string {
	ex := p.g.run()
	want := jit.Exit{Kind: jit.ExitFault, Addr: addr}
	if f.kind == stores || readOnly {
		want.Arg = 1
	} else if f.kind == atomics {
		want.Arg = ex.Arg // processors say load here
	}
	got, ref := p.g.seen(ex, p.g.cpu.Insns()-p.before), f.inFront(t, p.ref, rounds, mapped, want)
	if f.skew > 0 {
		got.forget(ref, addr)
	}
	if goruntime.GOARCH == "arm64" && f.kind == loads {
		// A load of several registers has loaded some of them: the manual leaves open what is in them.
		copy(got.st.V[10:14], ref.st.V[10:14])
	}
	d := got.diff(&ref.outcome)
	if got.page != ref.page {
		d += "  the page behind the data differs\n"
	}
	if n := uint64(rounds*faultRound + faultAt); got.insns != n {
		d += fmt.Sprintf("  %d instructions, want %d\n", got.insns, n)
	}
	if x2 := uint64(1<<63 - 2 + 3*(rounds+1)); got.st.X[2] != x2 || got.st.X[6] != uint64(rounds) {
		d += fmt.Sprintf("  x2 = %#x, x6 = %d; want %#x, %d\n", got.st.X[2], got.st.X[6], x2, rounds)
	}
	return d
}

// run is the case: the fault, and, memory being mended, the next.
func (f *faultCase) run(t testing.TB, p *faultPair) string {
	f.begin(t, p.g, nop)
	p.before = p.g.cpu.Insns()
	if f.readOnly {
		mapData(t, p.g, mem.Read)
	}
	if d := f.stop(t, p, f.n, faultData, f.readOnly, f.readOnly); d != "" {
		return d
	}
	mapData(t, p.g, mem.Read|mem.Write)
	return f.stop(t, p, f.n+mem.PageSize/stride, faultData+mem.PageSize, true, false)
}

func TestFaultPrecision(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		p := newFaultPair(t, cfg)
		for _, a := range accesses {
			for _, skew := range skews(a.size) {
				for i, n := range []int{0, 1, 5, 37} {
					f := faultCase{a.word, a.kind, a.off, a.back, n, skew, i&1 == 1 && (a.kind == stores || a.kind == atomics)}
					if d := f.run(t, p); d != "" {
						t.Errorf("%s, %d rounds, %d in front of the page, read-only %v:\n%s", a.text, n, skew, f.readOnly, d)
					}
				}
			}
		}
	})
}

// skews are how far in front of a page accesses of a size begin that reach into it.
func skews(size int) []int {
	switch {
	case size < 2:
		return []int{0}
	case size <= 4:
		return []int{0, 1, size - 1}
	}
	return []int{0, 1, 4, size - 1}
}

// TestStoreExclusiveFaults has a store-exclusive fault where its load-exclusive did not.
func TestStoreExclusiveFaults(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg)
		for _, c := range []struct {
			text        string
			load, store uint32
			size        int
		}{
			{"stxr w11, x2, [x1]", 0xc85f7c2a, 0xc80b7c22, 8},
			{"stlxrb w11, w2, [x1]", 0x085ffc2a, 0x080bfc22, 1},
			{"stxp w11, x2, x3, [x1]", 0xc87f342a, 0xc82b0c22, 16},
			{"stlxp w11, w2, w3, [x1]", 0x887fb42a, 0x882b8c22, 8},
		} {
			g.write(t, codeAt, c.load, 0xb1000544 /* adds x4, x10, #1 */, c.store, brk)
			g.eng.Invalidate(codeAt, codeAt+16)
			mapData(t, g, mem.Read)
			st := g.cpu.State()
			st.PC, st.X[1], st.X[2], st.X[3], st.X[11] = codeAt, faultData+64, 0x7777777777777777, 0x7777777777777777, 99
			before := g.cpu.Insns()
			ex := g.run()
			want := jit.Exit{Kind: jit.ExitFault, Arg: 1, Addr: faultData + 64}
			if ex != want || st.PC != codeAt+8 || st.X[11] != 99 || st.X[4] != st.X[10]+1 || st.NZCV != 0 || g.cpu.Insns()-before != 2 {
				t.Errorf("%s: %s at %#x, x11 = %d, nzcv %#x", c.text, exitString(ex), st.PC, st.X[11], st.NZCV)
			}
			var old, now [16]byte
			g.mem.Read(faultData+64, old[:])
			if e := g.mem.Protect(faultData, mem.PageSize, mem.Read|mem.Write); e != 0 {
				t.Fatal(e)
			}
			// A return from an exception may have cleared the mark.
			if ex := g.run(); ex.Kind != jit.ExitBRK || st.X[11] > 1 {
				t.Errorf("%s, again: %s, x11 = %d", c.text, exitString(ex), st.X[11])
			}
			if st.X[11] == 0 {
				copy(old[:c.size], "wwwwwwwwwwwwwwww")
			}
			if g.mem.Read(faultData+64, now[:]); now != old {
				t.Errorf("%s, x11 = %d: memory is %x, want %x", c.text, st.X[11], now, old)
			}
		}
	})
}

// ordered are exclusive, atomic and ordered accesses of [x1]: loads to X10, or stores of X2.
var ordered = []struct {
	text string
	word uint32
	size uint64
	does string
}{
	{"ldxr x10, [x1]", 0xc85f7c2a, 8, "load"},
	{"ldaxrh w10, [x1]", 0x485ffc2a, 2, "load"},
	{"ldxp x10, x13, [x1]", 0xc87f342a, 16, "load"},
	{"ldaxp w10, w13, [x1]", 0x887fb42a, 8, "pair"},
	{"stxr w11, x2, [x1]", 0xc80b7c22, 8, "exclusive"},
	{"stxp w11, x2, x3, [x1]", 0xc82b0c22, 16, "exclusive"},
	{"ldadd x2, x10, [x1]", 0xf822002a, 8, "add"},
	{"ldumin w2, w10, [x1]", 0xb822702a, 4, "min"},
	{"swpalh w2, w10, [x1]", 0x78e2802a, 2, "swap"},
	{"cas x10, x2, [x1]", 0xc8aa7c22, 8, "cas"},
	{"casp x10, x11, x2, x3, [x1]", 0x482a7c22, 16, "cas"},
	{"ldar x10, [x1]", 0xc8dffc2a, 8, "load"},
	{"ldar w10, [x1]", 0x88dffc2a, 4, "load"},
	{"ldaprh w10, [x1]", 0x78bfc02a, 2, "load"},
	{"ldapur w10, [x1]", 0x9940002a, 4, "load"},
	{"stlr x2, [x1]", 0xc89ffc22, 8, "store"},
	{"stlrh w2, [x1]", 0x489ffc22, 2, "store"},
	{"stlur x2, [x1]", 0xd9000022, 8, "store"},
}

// TestUnaligned has such accesses of any address: those within 16 aligned bytes are done (FEAT_LSE2), others
// fault, whether or not there is memory or a mark for a store-exclusive.
func TestUnaligned(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg)
		st := g.cpu.State()
		for _, c := range ordered {
			g.write(t, codeAt, c.word, brk)
			g.eng.Invalidate(codeAt, codeAt+8)
			for off := range uint64(16) {
				crosses := off+c.size > 16
				if crosses && goruntime.GOARCH == "arm64" && os.Getenv("AXOL_HARDWARE") == "" && c.text == "ldaprh w10, [x1]" {
					continue // QEMU 7.2 as the host does not check it
				}
				want := jit.Exit{Kind: jit.ExitFault, Addr: faultData + off}
				if crosses {
					want.Arg |= ir.FaultUnaligned
				}
				if c.does == "store" || c.does == "exclusive" {
					want.Arg |= ir.FaultStore
				}
				st.PC, st.X[1], st.ExSize = codeAt, faultData+off, 0
				if ex := g.run(); (c.does != "exclusive" || crosses) && (ex != want || st.PC != codeAt) {
					t.Errorf("%s at %#x, without memory: %s, want %s", c.text, st.X[1], exitString(ex), exitString(want))
				}
				want.Addr = dataAt + off
				mark := [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
				g.mem.Write(dataAt, mark[:])
				st.PC, st.X[1], st.X[2], st.X[10], st.ExSize = codeAt, dataAt+off, 0xfedcba9876543210, 0, 0
				ex := g.run()
				if crosses {
					if ex != want {
						t.Errorf("%s at %#x: %s, want %s", c.text, st.X[1], exitString(ex), exitString(want))
					}
					continue
				}
				if ex.Kind != jit.ExitBRK {
					t.Errorf("%s at %#x: %s", c.text, st.X[1], exitString(ex))
					continue
				}
				if c.size == 16 {
					continue
				}
				old, now := little(mark[off:off+c.size]), [16]byte{}
				g.mem.Read(dataAt, now[:])
				loaded, stored := old, old
				mask := ^uint64(0) >> (64 - 8*c.size)
				switch c.does {
				case "pair":
					loaded = old & 0xffffffff
				case "add":
					stored = (old + st.X[2]) & mask
				case "min":
					stored = min(old, st.X[2]&mask)
				case "swap":
					stored = st.X[2] & mask
				case "store":
					loaded, stored = 0, st.X[2]&mask
				case "exclusive":
					loaded = 0
				}
				if st.X[10] != loaded || little(now[off:off+c.size]) != stored {
					t.Errorf("%s at %#x: x10 %#x, memory %#x; want %#x and %#x", c.text, st.X[1], st.X[10], little(now[off:off+c.size]), loaded, stored)
				}
				copy(now[off:], mark[off:off+c.size])
				if now != mark {
					t.Errorf("%s at %#x: memory beside it changed to %x", c.text, st.X[1], now)
				}
			}
		}
	})
}

func little(b []byte) (x uint64) {
	for i := range b {
		x |= uint64(b[i]) << (8 * i)
	}
	return x
}

// TestReadOnlyAtomics: an access that reads and writes is a write when only that fails, and a read when there is no
// memory (Arm ARM, ESR_EL1.WnR).
func TestReadOnlyAtomics(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg)
		if e := g.mem.Protect(dataAt, 0x1000, mem.Read); e != 0 {
			t.Fatal(e)
		}
		st := g.cpu.State()
		for _, c := range ordered {
			if c.does != "add" && c.does != "min" && c.does != "swap" && c.does != "cas" {
				continue
			}
			g.write(t, codeAt, c.word, brk)
			g.eng.Invalidate(codeAt, codeAt+8)
			for _, want := range []jit.Exit{
				{Kind: jit.ExitFault, Addr: dataAt, Arg: ir.FaultStore}, {Kind: jit.ExitFault, Addr: dataAt + 16 - c.size, Arg: ir.FaultStore},
				{Kind: jit.ExitFault, Addr: faultData},
			} {
				st.PC, st.X[1] = codeAt, want.Addr
				if ex := g.run(); ex != want {
					t.Errorf("%s: %s, want %s", c.text, exitString(ex), exitString(want))
				}
			}
		}
	})
}
