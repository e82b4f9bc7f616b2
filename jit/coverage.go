package jit

import (
	"iter"
	"math/rand/v2"

	"axol/jit/a64"
	"axol/jit/ir"
)

// Made says how the instructions of a line of the A64 table are run on this host.
type Made uint8

// The ways, the best one first.
const (
	MadeNative      Made = iota // generated code does all of them
	MadeMixed                   // some of them, by size or kind; the interpreter the others
	MadeHelper                  // the interpreter does them, called from generated code
	MadeUndefined               // they are undefined at EL0
	MadeUnsupported             // Axol has not got them: they are undefined here
)

// Coverage tells how each line of the table is run where FPCR asks for nothing unusual. It asks the
// translator about a number of random words of the line.
func Coverage() (made [a64.NumOps]Made) {
	how := newMaker()
	for _, l := range a64.Table() {
		if l.Unsupported {
			made[l.Op] = MadeUnsupported
			continue
		}
		var count [MadeUnsupported]int
		for w := range words(&l) {
			count[how.made(w)]++
		}
		switch {
		case count[MadeNative]+count[MadeHelper] == 0:
			made[l.Op] = MadeUndefined
		case count[MadeNative] == 0:
			made[l.Op] = MadeHelper
		case count[MadeHelper] != 0:
			made[l.Op] = MadeMixed
		}
	}
	return made
}

// words are enough of a line to have every size of it; of those that name a system register, all registers.
func words(l *a64.Line) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if _, system := l.FieldNamed("CRn"); system {
			for w := l.Value; w&l.Mask == l.Value && yield(w); w += 1 << 5 {
			}
			return
		}
		rng := rand.New(rand.NewPCG(1, uint64(l.Op)))
		for range 300 {
			if !yield(l.Random(rng)) {
				return
			}
		}
	}
}

func madeOf(u *ir.Unit) Made {
	for i := range u.Insts {
		switch in := &u.Insts[i]; {
		case in.Op == ir.OpHelper:
			return MadeHelper
		case in.Op == ir.OpTrap && ir.Trap(in.Aux) == ir.TrapUndefined:
			return MadeUndefined
		}
	}
	return MadeNative
}

// oneWord is code of one instruction at 0.
type oneWord uint32

func (w oneWord) Fetch(pc uint64) (uint32, bool) { return uint32(w), pc == 0 }

func (oneWord) Before(*ir.Builder, uint64) {}
