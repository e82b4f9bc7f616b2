package jit_test

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"axol/jit"
)

// Loops whose address is the sum of two registers, of which one or both are stepped: the translator checks
// the first sum only and knows how far the next ones can be from it. Each runs out of its memory in the end,
// also where that is the end of all memory, and must stop where the interpreter stops.

// sumLoads load X3 from X1 plus X2, shifted by so much.
var sumLoads = []struct {
	word  uint32
	shift uint
}{
	{0xf8626823, 0}, // ldr x3, [x1, x2]
	{0x38626823, 0}, // ldrb w3, [x1, x2]
	{0xf8627823, 3}, // ldr x3, [x1, x2, lsl #3]
	{0xb8627823, 2}, // ldr w3, [x1, x2, lsl #2]
	{0xfc627823, 3}, // ldr d3, [x1, x2, lsl #3]
}

// sumSteps change X1 or X2.
var sumSteps = [][]uint32{
	{0x91002042},             // add x2, x2, #8
	{0xd1002042},             // sub x2, x2, #8
	{0x91002021},             // add x1, x1, #8
	{0xd1002021},             // sub x1, x1, #8
	{0x913fe042},             // add x2, x2, #4088
	{0xd13fe021},             // sub x1, x1, #4088
	{0x9143fc21},             // add x1, x1, #0xff000
	{0xd143fc42},             // sub x2, x2, #0xff000
	{0x917ffc21},             // add x1, x1, #0xfff000
	{0x91002042, 0xd1004021}, // add x2, x2, #8; sub x1, x1, #16
	{0xaa0203e5, 0x910020a2}, // mov x5, x2; add x2, x5, #8
	{0x91002042, 0x9100c3e1}, // add x2, x2, #8; add x1, sp, #48
}

// hostBytes are what a guest must not reach.
var hostBytes [1 << 16]byte

func TestSumsOutOfMemory(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		p := newPair(t, cfg)
		limit := p.jit.mem.Limit()
		escape := uint64(uintptr(unsafe.Pointer(&hostBytes[len(hostBytes)/2]))) - uint64(p.jit.mem.Base())
		r := rand.New(rand.NewPCG(1, 2))
		for _, load := range sumLoads {
			for _, step := range sumSteps {
				// sub x0, x0, #1; cbz x0, out; the load; add x4, x4, x3; the step; b back; brk
				code := []uint32{0xd1000400, 0, load.word, 0x8b030084}
				code = append(code, step...)
				code[1] = 0xb4000000 | uint32(len(code))<<5
				code = append(code, 0x14000000|uint32(-len(code))&(1<<26-1), brk)
				for _, at := range []uint64{dataAt + 0x8000, dataAt + 0xF000, dataAt + 8, limit - 64, limit, escape, 0, ^uint64(0) - 63} {
					var ends [2]outcome
					x2 := r.Uint64() >> (r.UintN(64))
					for i, g := range []*guest{p.jit, p.interp} {
						g.write(t, codeAt, code...)
						g.eng.Invalidate(codeAt, codeAt+0x1000)
						st := g.cpu.State()
						st.X, st.V, st.PC, st.SP = [31]uint64{0: 5000, 1: at - x2<<load.shift, 2: x2}, [32][2]uint64{}, codeAt, stackAt
						before := g.cpu.Insns()
						ends[i].exit = g.run()
						ends[i].insns, ends[i].st = g.cpu.Insns()-before, *st
					}
					if d := ends[0].diff(&ends[1]); d != "" {
						t.Fatalf("load %#x, steps %#x, at %#x:\n%s", load.word, step, at, d)
					}
				}
			}
		}
	})
}
