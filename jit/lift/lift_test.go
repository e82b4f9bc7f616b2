package lift

import (
	"math/rand/v2"
	"testing"

	"axol/jit/a64"
	"axol/jit/ir"
)

// TestEveryLineMakesAValidUnit lifts random words of every supported line.
func TestEveryLineMakesAValidUnit(t *testing.T) {
	rng := rand.New(rand.NewPCG(18, 1))
	var lf Lifter
	var unit ir.Unit
	for _, l := range a64.Table() {
		if !Supported(l.Op) {
			continue
		}
		for range 200 {
			w := l.Random(rng)
			lf.One(&unit, rng.Uint64()&^3, w, &Options{})
			if err := unit.Verify(); err != nil {
				t.Fatalf("%08x %s: %v\n%s", w, l.Name, err, &unit)
			}
			writesComeLast(t, &unit, w)
		}
	}
}

// TestEveryLineIsLifted: what is left out is so on purpose.
func TestEveryLineIsLifted(t *testing.T) {
	for _, l := range a64.Table() {
		if l.Unsupported == Supported(l.Op) {
			t.Errorf("%s (%s): unsupported in the table %v, lifted %v", l.Name, l.Pattern, l.Unsupported, Supported(l.Op))
		}
	}
}

// FuzzOne: any word becomes a valid unit.
func FuzzOne(f *testing.F) {
	for _, l := range a64.Table() {
		f.Add(l.Value, uint64(0x1000))
	}
	f.Fuzz(func(t *testing.T, word uint32, pc uint64) {
		var lf Lifter
		var unit ir.Unit
		lf.One(&unit, pc&^3, word, &Options{})
		if err := unit.Verify(); err != nil {
			t.Fatalf("%08x: %v\n%s", word, err, &unit)
		}
		writesComeLast(t, &unit, word)
	})
}

// writesComeLast: nothing of an instruction is written before all that can fault.
func writesComeLast(t *testing.T, u *ir.Unit, w uint32) {
	t.Helper()
	written := false
	for i := u.Blocks[0].First; i < u.Blocks[0].Last; i++ {
		switch in := &u.Insts[i]; {
		case in.Op == ir.OpSetX || in.Op == ir.OpSetV || in.Op == ir.OpSetFlags || in.Op == ir.OpSetSys:
			written = true
		case written && in.Op.Info().Effect.CanFault():
			t.Fatalf("%08x: v%d may fault after a write\n%s", w, i, u)
		}
	}
}
