package probes

import (
	"testing"

	"axol/jit"
)

// A hit between a load-exclusive and its store-exclusive makes that fail, each time, however the hit is taken: the
// return from the exception clears the monitor. The rules do not look there for uprobes, nor where there is no symbol.
func TestHitsBreakExclusives(t *testing.T) {
	const attempts = 5
	code := []uint32{
		0xc85f7f81, // 00 ldxr x1, [x28]
		0x91000421, // 04 add x1, x1, #1
		0xc8027f81, // 08 stxr w2, x1, [x28]
		0x34000062, // 0c cbz w2, .+12
		0xd1000463, // 10 sub x3, x3, #1
		0xb5ffff63, // 14 cbnz x3, .-20
		brk,        // 18
	}
	kprobe := func(pre func(*Hit) int) func(*guest) error {
		return func(g *guest) error { return g.m.Register(&Kprobe{Addr: codeAt + 0x104, Pre: pre}) }
	}
	for _, c := range []struct {
		name     string
		register func(g *guest) error
		failures uint64
	}{
		{"none", func(*guest) error { return nil }, 0},
		{"count", kprobe(nil), attempts},
		{"pre", kprobe(func(*Hit) int { return 0 }), attempts},
		{"uprobe", func(g *guest) error {
			return g.m.RegisterUprobe(&Uprobe{Kprobe: Kprobe{Addr: codeAt + 0x104}, Handler: func(*Hit) int { return 0 }})
		}, attempts},
		{"before", func(g *guest) error { return g.m.Register(&Kprobe{Addr: codeAt + 0xfc}) }, 0},
		{"behind", func(g *guest) error { return g.m.Register(&Kprobe{Addr: codeAt + 0x10c}) }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				g := newGuest(t, cfg, "linux-4.9")
				g.write(codeAt+0xfc, nop)
				g.write(codeAt+0x100, code...) // where no symbol is
				if err := c.register(g); err != nil {
					t.Fatal(err)
				}
				st := g.cpu.State()
				st.PC, st.X[3] = codeAt+0xfc, attempts
				g.runToBreak(codeAt + 0x118)
				if failed := attempts - st.X[3]; failed != c.failures {
					t.Errorf("%d stores failed, want %d", failed, c.failures)
				}
				if v, _ := g.mem.Read64(dataAt); v == 1 != (c.failures == 0) {
					t.Errorf("memory is %d", v)
				}
			})
		})
	}
}
