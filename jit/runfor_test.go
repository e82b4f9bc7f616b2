package jit_test

import (
	goruntime "runtime"
	"testing"

	"axol/jit"
)

// runFor is RunFor of the first vCPU.
func (g *guest) runFor(n uint64) jit.Exit {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	return g.cpu.RunFor(n)
}

// Units of one instruction make RunFor exact, whatever leads on from the instruction.
func TestRunFor(t *testing.T) {
	code := []uint32{
		0xd2800060, // 00 mov x0, #3
		0xf9400381, // 04 ldr x1, [x28]
		0xb4000040, // 08 cbz x0, .+8
		0xb5000040, // 0c cbnz x0, .+8
		0xd4200020, // 10 brk #1
		0xd51b441f, // 14 msr fpcr, xzr
		0x1e7e0004, // 18 fjcvtzs w4, d0
		0x10000067, // 1c adr x7, .+12
		0xd61f00e0, // 20 br x7
		0xd503201f, // 24 nop
		0x14000002, // 28 b .+8
		0xd4200020, // 2c brk #1
		0xf1000400, // 30 subs x0, x0, #1
		0x54ffffe1, // 34 b.ne .-4
		0x94000002, // 38 bl .+8
		0x14000000, // 3c b .
		0xd65f03c0, // 40 ret
	}
	path := []uint64{4, 8, 0xc, 0x14, 0x18, 0x1c, 0x20, 0x28, 0x30, 0x34, 0x30, 0x34, 0x30, 0x34, 0x38, 0x40, 0x3c, 0x3c, 0x3c}
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		cfg.MaxInsns = 1
		g := newGuest(t, cfg, code...)
		st := g.cpu.State()
		for n := range uint64(8) { // at a time; 0 runs nothing
			st.PC, st.X[28] = codeAt, dataAt
			for i := -1; i+int(n) < len(path); i += int(n) {
				before := g.cpu.Insns()
				x := g.runFor(n)
				if n == 0 && (x.Kind != jit.ExitRan || st.PC != codeAt || g.cpu.Insns() != before) {
					t.Fatalf("nothing is %s at %#x", x.Kind, st.PC)
				} else if n == 0 {
					break
				}
				if want := codeAt + path[i+int(n)]; x.Kind != jit.ExitRan || st.PC != want || g.cpu.Insns()-before != n {
					t.Fatalf("%d at a time, after %d: %s at %#x having run %d, want %#x", n, i+1, x.Kind, st.PC, g.cpu.Insns()-before, want)
				}
			}
		}
		st.PC = codeAt + 0x10
		if x := g.runFor(1); x.Kind != jit.ExitBRK {
			t.Errorf("brk is %s", x.Kind)
		}
		st.PC, st.X[28] = codeAt+4, 8
		if x := g.runFor(1); x.Kind != jit.ExitFault || st.PC != codeAt+4 {
			t.Errorf("a fault is %s at %#x", x.Kind, st.PC)
		}
		st.PC, st.X[7] = codeAt+0x20, 1 // the instruction has run; the next cannot
		if x := g.runFor(1); x.Kind != jit.ExitRan || st.PC != 1 {
			t.Errorf("a branch to nowhere is %s at %#x", x.Kind, st.PC)
		}
		if x := g.runFor(1); x.Kind != jit.ExitAlign {
			t.Errorf("nowhere is %s", x.Kind)
		}
		// What was cut up so can be run as ever.
		st.PC, st.X[28] = codeAt+0x30, dataAt
		st.X[0] = 1 << 20
		before := g.cpu.Insns()
		if x := g.runFor(1 << 20); x.Kind != jit.ExitRan || g.cpu.Insns()-before != 1<<20 || st.X[0] != 1<<19 {
			t.Errorf("a loop is %s after %d, x0 = %#x", x.Kind, g.cpu.Insns()-before, st.X[0])
		}
	})
}

// Larger units are run to their ends, and so is what is held, but not for ever.
func TestRunForAtLeast(t *testing.T) {
	code := []uint32{
		0xd4200080, // 00 brk #4
		0xd503201f, // 04 nop
		0xd42000c0, // 08 brk #6
		0xd503201f, // 0c nop
		0x17fffffc, // 10 b .-16
	}
	for _, units := range []int{0, 1} {
		forEngines(t, func(t *testing.T, cfg jit.Config) {
			release := true
			cfg.MaxInsns = units
			cfg.Trap = func(c *jit.CPU, x *jit.Exit) bool {
				if x.Kind != jit.ExitBRK {
					return false
				}
				c.State().PC += 4
				c.State().Budget++ // the breakpoint is not an instruction
				if hold := x.Arg == 4; hold || release {
					c.Hold(hold)
				}
				return true
			}
			g := newGuest(t, cfg, code...)
			for n := range uint64(1000) {
				before := g.cpu.Insns()
				x := g.runFor(n)
				got := g.cpu.Insns() - before
				if x.Kind != jit.ExitRan || got < n || got > n+5 || units == 1 && got != n {
					t.Fatalf("%s after %d of %d", x.Kind, got, n)
				}
				if pc := g.cpu.State().PC; pc == codeAt+8 {
					t.Fatalf("stopped after %d at %#x, in what is held", got, pc)
				}
			}
			release = false
			g.cpu.State().PC = codeAt
			before := g.cpu.Insns()
			if x := g.runFor(10); x.Kind != jit.ExitRan || g.cpu.Insns()-before > 1000 {
				t.Errorf("held for ever: %s after %d", x.Kind, g.cpu.Insns()-before)
			}
		})
	}
}
