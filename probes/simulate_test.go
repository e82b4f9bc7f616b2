package probes

import (
	"errors"
	"testing"
)

// noMemory is for instructions that must not read any.
func noMemory(t *testing.T) Memory {
	return func(addr uint64, size int) (uint64, bool) {
		t.Errorf("reads %d bytes at %#x", size, addr)
		return 0, false
	}
}

func TestSimulate(t *testing.T) {
	const a = 0x40001000
	type change func(*Regs)
	x := func(n int, v uint64) change { return func(r *Regs) { r.X[n] = v } }
	pc := func(v uint64) change { return func(r *Regs) { r.PC = v } }
	flags := func(nzcv uint64) change { return func(r *Regs) { r.PState = r.PState&^(15<<28) | nzcv<<28 } }
	for _, c := range []struct {
		name   string
		word   uint32
		before []change
		after  []change // relative to before
	}{
		{"b .", 0x14000000, nil, []change{pc(a)}},
		{"b .-4", 0x17ffffff, nil, []change{pc(a - 4)}},
		{"b farthest back", 0x16000000, nil, []change{pc(a - 1<<27)}},
		{"bl .+8", 0x94000002, nil, []change{pc(a + 8), x(30, a+4)}},
		{"b.eq taken", 0x54000040, []change{flags(4)}, []change{pc(a + 8)}},
		{"b.eq not taken", 0x54000040, []change{flags(11)}, []change{pc(a + 4)}},
		{"b.nv is always", 0x5400004f, []change{flags(0)}, []change{pc(a + 8)}},
		{"cbz w0, high half ignored", 0x34000040, []change{x(0, 1<<32)}, []change{pc(a + 8)}},
		{"cbz x0, high half counts", 0xb4000040, []change{x(0, 1<<32)}, []change{pc(a + 4)}},
		{"cbnz x0", 0xb5000040, []change{x(0, 1<<63)}, []change{pc(a + 8)}},
		{"cbz xzr", 0xb400005f, nil, []change{pc(a + 8)}},
		{"cbnz wzr", 0x3500005f, nil, []change{pc(a + 4)}},
		{"tbz w3, #31", 0x36f80043, []change{x(3, 1<<31)}, []change{pc(a + 4)}},
		{"tbnz x3, #63", 0xb7f80043, []change{x(3, 1<<63)}, []change{pc(a + 8)}},
		{"tbz x3, #32", 0xb6000043, []change{x(3, 0xffffffff)}, []change{pc(a + 8)}},
		{"tbz back 32K", 0x36040003, []change{x(3, 0)}, []change{pc(a - 0x8000)}},
		{"br x5", 0xd61f00a0, []change{x(5, 0x1235)}, []change{pc(0x1235)}},
		{"br xzr", 0xd61f03e0, nil, []change{pc(0)}},
		{"blr x5", 0xd63f00a0, []change{x(5, 0x1234)}, []change{pc(0x1234), x(30, a+4)}},
		{"blr x30 goes to the old x30", 0xd63f03c0, []change{x(30, 0x5678)}, []change{pc(0x5678), x(30, a+4)}},
		{"blr xzr", 0xd63f03e0, nil, []change{pc(0), x(30, a+4)}},
		{"ret", 0xd65f03c0, []change{x(30, 0x99)}, []change{pc(0x99)}},
		{"ret x0", 0xd65f0000, []change{x(0, 0x77)}, []change{pc(0x77)}},
		{"ret xzr", 0xd65f03e0, nil, []change{pc(0)}},
		{"adr x1, .+1", 0x30000001, nil, []change{pc(a + 4), x(1, a+1)}},
		{"adr x1, .-1", 0x70ffffe1, nil, []change{pc(a + 4), x(1, a-1)}},
		{"adr xzr", 0x3000001f, nil, []change{pc(a + 4)}},
		{"adrp x1, 0x1000", 0xb0000001, nil, []change{pc(a + 4), x(1, a&^0xfff+0x1000)}},
		{"adrp x1, -4G", 0x90800001, nil, []change{pc(a + 4), x(1, 0xffffffff40001000)}},
		{"adr after a pre handler moved PC", 0x10000001, []change{pc(0x8000)}, []change{pc(0x8004), x(1, a)}},
		{"b after a pre handler moved PC", 0x14000002, []change{pc(0x8000)}, []change{pc(a + 8)}},
		{"nop clears BTYPE", 0xd503201f, []change{func(r *Regs) { r.PState |= 0xc00 }}, []change{pc(a + 4), func(r *Regs) { r.PState &^= 0xc00 }}},
		{"br keeps BTYPE", 0xd61f00a0, []change{x(5, 0x10), func(r *Regs) { r.PState |= 0x400 }}, []change{pc(0x10)}},
	} {
		for _, kernel := range []string{"linux-4.8", "debian-6.12", "linux-7.1"} {
			r := mustLookup(t, kernel)
			v := Classify(r, c.word)
			if v.Handler == NoHandler {
				if c.word == 0xd503201f {
					continue // stepped by this kernel
				}
				t.Fatalf("%s, %s: %v", kernel, c.name, v)
			}
			got := Regs{SP: 0xdead0, PC: a, PState: 0x600003c5}
			for i := range got.X {
				got.X[i] = 0x0101010101010101 * uint64(i)
			}
			for _, f := range c.before {
				f(&got)
			}
			want := got
			for _, f := range c.after {
				f(&want)
			}
			if err := Simulate(r, v.Handler, c.word, a, &got, noMemory(t)); err != nil || got != want {
				t.Errorf("%s, %s: %v\n got %x\nwant %x", kernel, c.name, err, got, want)
			}
		}
	}
}

// TestConditions is the condition table against its definition, all flags.
func TestConditions(t *testing.T) {
	for nzcv := uint64(0); nzcv < 16; nzcv++ {
		n, z, c, v := nzcv>>3&1 == 1, nzcv>>2&1 == 1, nzcv>>1&1 == 1, nzcv&1 == 1
		for cond, want := range []bool{z, !z, c, !c, n, !n, v, !v, c && !z, !(c && !z), n == v, n != v, !z && n == v, z || n != v, true, true} {
			r := Regs{PState: nzcv << 28}
			if got := r.holds(uint32(cond)); got != want {
				t.Errorf("NZCV %04b, condition %d: %v", nzcv, cond, got)
			}
		}
	}
}

// TestLiteralWidth: W forms read four bytes, but eight before v6.12, and then
// fault where the second half is missing.
func TestLiteralWidth(t *testing.T) {
	const a = 0x1000
	// Memory ends after the word at a+8.
	load := func(addr uint64, size int) (uint64, bool) {
		return 0xaabbccdd89abcdef & (1<<(8*size) - 1), addr == a+8 && size <= 4
	}
	for _, c := range []struct {
		kernel string
		word   uint32
		want   uint64
		fault  int // bytes
	}{
		{"linux-4.8", 0x18000041, 0, 8},
		{"linux-6.11", 0x18000041, 0, 8},
		{"linux-6.12", 0x18000041, 0x89abcdef, 0},
		{"debian-6.1", 0x18000041, 0x89abcdef, 0},
		{"linux-4.8", 0x98000041, 0xffffffff89abcdef, 0},
		{"linux-7.1", 0x98000041, 0xffffffff89abcdef, 0},
		{"linux-7.1", 0x58000041, 0, 8},
	} {
		r := mustLookup(t, c.kernel)
		got := Regs{PC: a}
		err := Simulate(r, Classify(r, c.word).Handler, c.word, a, &got, load)
		want := Regs{PC: a + 4}
		want.X[1] = c.want
		var f MemoryFault
		if c.fault != 0 {
			want = Regs{PC: a}
			if !errors.As(err, &f) || f != (MemoryFault{a + 8, c.fault}) {
				t.Errorf("%s %08x: %v, want a fault", c.kernel, c.word, err)
			}
		} else if err != nil {
			t.Errorf("%s %08x: %v", c.kernel, c.word, err)
		}
		if got != want {
			t.Errorf("%s %08x: got %x, want %x", c.kernel, c.word, got, want)
		}
	}
}

func TestSimulateDoesNotAllocate(t *testing.T) {
	r := mustLookup(t, "linux-7.1")
	var regs Regs
	load := func(uint64, int) (uint64, bool) { return 0, true }
	for _, w := range []uint32{0x14000000, 0x58000041, 0xd65f03c0, 0x10000000, 0x54000000} {
		h := Classify(r, w).Handler
		if n := testing.AllocsPerRun(100, func() { Simulate(r, h, w, 0, &regs, load) }); n != 0 {
			t.Errorf("%s: %v allocations", h, n)
		}
	}
}
