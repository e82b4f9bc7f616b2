package ir_test

import (
	"testing"

	"axol/jit/ir"
	"axol/jit/lift"
)

const peelAt = 0x10000

// code is guest code at peelAt.
type code []uint32

func (c code) Fetch(pc uint64) (uint32, bool) {
	i := (pc - peelAt) / 4
	if pc < peelAt || i >= uint64(len(c)) {
		return 0, false
	}
	return c[i], true
}

func (code) Before(*ir.Builder, uint64) {}

func peeled(t *testing.T, words ...uint32) *ir.Unit {
	t.Helper()
	var lf lift.Lifter
	var u ir.Unit
	lf.Unit(&u, peelAt, code(words), &lift.Options{MaxInsns: 100, Region: true})
	o := ir.Optimizer{Passes: ir.Passes{Peel: true}}
	o.Run(&u)
	if err := u.Verify(); err != nil {
		t.Fatalf("%v\n%s", err, &u)
	}
	return &u
}

// heads is the blocks a back edge leads to, and how many blocks begin at pc.
func heads(u *ir.Unit, pc uint64) (heads []ir.BlockID, at int) {
	for id := range u.Blocks {
		if u.Blocks[id].Loop {
			heads = append(heads, ir.BlockID(id))
		}
		if u.Blocks[id].PC == pc {
			at++
		}
	}
	return heads, at
}

// leadsTo is the blocks from which an edge leads to block to.
func leadsTo(u *ir.Unit, to ir.BlockID) (from []ir.BlockID) {
	for id := range u.Blocks {
		for _, s := range u.Blocks[id].Succ {
			if s == to {
				from = append(from, ir.BlockID(id))
			}
		}
	}
	return from
}

func TestPeel(t *testing.T) {
	const (
		nop     = 0xd503201f
		ret     = 0xd65f03c0
		sub     = 0xf1000400 // subs x0, x0, #1
		back1   = 0x54ffffe1 // b.ne .-4
		forward = 0x54000040 // b.eq .+8
	)
	t.Run("small", func(t *testing.T) {
		u := peeled(t, nop, sub, back1, ret)
		h, n := heads(u, peelAt+4)
		if len(h) != 1 || n < 3 {
			t.Fatalf("%d heads, %d copies\n%s", len(h), n, u)
		}
		// The round apart, and the last of the rounds in a row.
		if from := leadsTo(u, h[0]); len(from) != 2 || u.Blocks[from[0]].Loop || u.Blocks[from[1]].PC != peelAt+4 {
			t.Errorf("ways to the head from %v\n%s", from, u)
		}
	})
	t.Run("of several blocks", func(t *testing.T) {
		var words []uint32
		for range 17 {
			words = append(words, nop)
		}
		words = append(words, forward, nop, sub, 0x54fffd81 /* b.ne back to the beginning */, ret)
		u := peeled(t, words...)
		h, n := heads(u, peelAt)
		if len(h) != 1 || h[0] == 0 || n != 2 {
			t.Fatalf("heads %v, %d copies\n%s", h, n, u)
		}
	})
	t.Run("too large", func(t *testing.T) {
		var words []uint32
		for range 50 {
			words = append(words, nop)
		}
		u := peeled(t, append(words, sub, 0x54fff9a1 /* b.ne back to the beginning */, ret)...)
		if _, n := heads(u, peelAt); n != 1 {
			t.Errorf("%d copies\n%s", n, u)
		}
	})
	t.Run("two ways in", func(t *testing.T) {
		// cbz x1, into the middle; nop; middle: subs; b.ne back to the nop
		u := peeled(t, 0xb4000041, nop, sub, 0x54ffffc1, ret)
		if _, n := heads(u, peelAt+8); n != 1 {
			t.Errorf("%d copies\n%s", n, u)
		}
	})
	t.Run("loop inside", func(t *testing.T) {
		// nop; inner: subs x0; b.ne inner; subs x1, x1, #1; b.ne nop
		u := peeled(t, nop, sub, back1, 0xf1000421, 0x54ffff81, ret)
		h, n := heads(u, peelAt)
		if _, inner := heads(u, peelAt+4); len(h) != 2 || n != 1 || inner < 3 {
			t.Errorf("heads %v, %d of the outer, %d of the inner\n%s", h, n, inner, u)
		}
	})
}
