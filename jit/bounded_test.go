package jit_test

import (
	goruntime "runtime"
	"testing"

	"axol/jit"
	"axol/runtime/mem"
)

// TestBoundedMemory has a guest enter its code at ever new addresses, each of which begins a
// unit: what the engine keeps of them is bounded by the size of the code cache.
func TestBoundedMemory(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		const (
			sled   = 1 << 18 // words
			sledAt = 0x1000000
			jumps  = 30000
		)
		cfg.CacheSize = 1 << 20
		g := newGuest(t, cfg,
			0x91001021, // add x1, x1, #4
			0xd61f0020, // br x1
			0xd1000694, // sub x20, x20, #1
			0xb5ffffb4, // cbnz x20, back
			brk)
		r := mem.Request{Addr: sledAt, Length: sled * 4, Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous}, Place: mem.Fixed}
		if _, e := g.mem.Map(r); e != 0 {
			t.Fatal(e)
		}
		code := make([]uint32, sled)
		for i := range code {
			code[i] = 0x91000400 // add x0, x0, #1
			if i%16 == 15 {
				code[i] = 0xd61f0040 // br x2
			}
		}
		g.write(t, sledAt, code...)
		st := g.cpu.State()
		run := func() uint64 {
			st.PC, st.X[2], st.X[20] = codeAt, codeAt+8, jumps
			if ex := g.run(); ex.Kind != jit.ExitBRK {
				t.Fatal(exitString(ex))
			}
			var m goruntime.MemStats
			goruntime.GC()
			goruntime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		st.X[1] = sledAt - 4
		first := run()
		var most uint64
		for range 4 {
			most = max(most, run())
		}
		s := g.eng.Stats()
		if s.Units < 5*jumps {
			t.Fatalf("%d units only", s.Units)
		}
		if s.Flushes == 0 {
			t.Error("no flush")
		}
		// What is kept between flushes differs; what would be kept without is hundreds of MB.
		if most > first+32<<20 {
			t.Errorf("%d bytes in use after %d jumps, %d later: %d units, %d flushes", first, jumps, most, s.Units, s.Flushes)
		}
	})
}
