package a64

import (
	"math/rand/v2"
	"testing"
)

func TestTableIsComplete(t *testing.T) {
	if len(Table()) != NumOps-1 {
		t.Fatalf("%d lines for %d ops", len(Table()), NumOps-1)
	}
	for i, l := range Table() {
		if int(l.Op) != i+1 {
			t.Fatalf("line %d (%s) has op %d: each op must have one line", i, l.Name, l.Op)
		}
		if l.Op.Info().Name != l.Name {
			t.Errorf("Info of op %d is %s, not %s", l.Op, l.Op.Info().Name, l.Name)
		}
	}
	if OpUnallocated.Info() != nil {
		t.Error("OpUnallocated has a line")
	}
}

// TestLinesDoNotOverlap: no word belongs to two lines, unless one is a fallback.
// Where two patterns overlap the constraints must keep them apart, which is
// tried on random words of both patterns.
func TestLinesDoNotOverlap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	table := Table()
	for i := range table {
		for j := range table[:i] {
			a, b := &table[i], &table[j]
			if (a.Value^b.Value)&a.Mask&b.Mask != 0 || a.Fallback || b.Fallback {
				continue
			}
			if a.when == nil && b.when == nil {
				t.Errorf("%s %q overlaps %s %q", a.Name, a.Pattern, b.Name, b.Pattern)
				continue
			}
			fixed, value := a.Mask|b.Mask, a.Value|b.Value
			for range 20000 {
				if w := rng.Uint32()&^fixed | value; a.matches(w) && b.matches(w) {
					t.Errorf("%#08x is both %s %q and %s %q", w, a.Name, a.Pattern, b.Name, b.Pattern)
					break
				}
			}
		}
	}
}

func TestRandomWordsDecodeToTheirLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, l := range Table() {
		for range 200 {
			w := l.Random(rng)
			if w&l.Mask != l.Value || l.when != nil && !l.when(w) {
				t.Fatalf("%s: %#08x is not of the pattern %q", l.Name, w, l.Pattern)
			}
			if got := Decode(w); got.Op != l.Op || got.Word != w {
				t.Fatalf("%#08x of %s decodes to %v", w, l.Name, got)
			}
		}
	}
}

// TestDecodeIsTheTable holds the index against a plain search of the table.
func TestDecodeIsTheTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200000 {
		w := rng.Uint32()
		want := OpUnallocated
		for i := range Table() {
			l := &Table()[i]
			if l.matches(w) && (want == OpUnallocated || want.Info().Fallback) {
				want = l.Op
			}
		}
		if got := Decode(w).Op; got != want {
			t.Fatalf("%#08x: got op %d, the table says %d", w, got, want)
		}
	}
}
