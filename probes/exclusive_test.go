package probes

import "testing"

const (
	wordAdd  = 0x91000400
	wordLdxr = 0x885f7c20
	wordStxr = 0x88007c20
	wordLdar = 0xc8dffc20
	wordStlr = 0xc89ffc20
)

// TestScanWindow puts one load-exclusive at every distance before a probe.
func TestScanWindow(t *testing.T) {
	const base, probe = 0x10000, 100
	old, young := mustLookup(t, "linux-4.8"), mustLookup(t, "linux-4.9")
	for _, symbol := range []int{0, 60, 68, 69, 90, 99, 100} { // word index of the symbol's start
		for dist := 1; dist <= 40; dist++ {
			text := Text{Base: base, Words: make([]uint32, 120)}
			text.Words[probe] = wordAdd
			text.Words[probe-dist] = wordLdxr
			p := Place{Addr: base + 4*probe, Symbol: base + 4*uint64(symbol), HasSymbol: true, TextBase: base}
			if got, want := old.InsideExclusive(text.Word, p), dist <= 31; got != want {
				t.Errorf("v4.8, distance %d: %v", dist, got)
			}
			if got, want := young.InsideExclusive(text.Word, p), dist <= 32 && probe-dist >= symbol; got != want {
				t.Errorf("v4.9, symbol %d words before, distance %d: %v", probe-symbol, dist, got)
			}
			p.TextBase = p.Symbol
			if got, want := old.InsideExclusive(text.Word, p), dist <= 31 && probe-dist > symbol; got != want {
				t.Errorf("v4.8, text base %d words before, distance %d: %v", probe-symbol, dist, got)
			}
			p.HasSymbol = false
			if young.InsideExclusive(text.Word, p) {
				t.Errorf("v4.9 scanned without a symbol")
			}
		}
	}
}

func TestScanOrder(t *testing.T) {
	const base = 0x10000
	for _, c := range []struct {
		name  string
		words []uint32 // the probe is on the last
		want  Verdict
	}{
		{"inside", []uint32{wordLdxr, wordAdd, wordAdd}, Verdict{Class: Rejected, Reason: ReasonExclusiveSequence}},
		{"after the store", []uint32{wordLdxr, wordStxr, wordAdd}, Verdict{Class: Stepped}},
		{"branch of the loop", []uint32{wordLdxr, wordAdd, 0x14000000}, Verdict{Class: Rejected, Reason: ReasonExclusiveSequence}},
		{"the load itself", []uint32{wordAdd, wordLdxr}, Verdict{Class: Rejected, Reason: ReasonExclusive}},
		{"the store itself", []uint32{wordLdxr, wordStxr}, Verdict{Class: Rejected, Reason: ReasonExclusive}},
		{"load-acquire opens", []uint32{wordLdar, wordAdd}, Verdict{Class: Rejected, Reason: ReasonExclusiveSequence}},
		{"store-release hides", []uint32{wordLdxr, wordStlr, wordAdd}, Verdict{Class: Stepped}},
		{"a planted BRK hides the load", []uint32{0xd4200080, wordAdd}, Verdict{Class: Stepped}},
	} {
		r := mustLookup(t, "linux-6.12")
		text := Text{Base: base, Words: c.words}
		p := Place{Addr: base + 4*uint64(len(c.words)-1), Symbol: base, HasSymbol: true}
		if v, ok := ClassifyAt(r, text.Word, p); !ok || v != c.want {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
		if v, _ := ClassifyAt(r.ForUprobes(), text.Word, p); v.Reason == ReasonExclusiveSequence {
			t.Errorf("%s: uprobes do not scan", c.name)
		}
	}
}

// TestScanEdges: places at the ends of the address space and of the text.
func TestScanEdges(t *testing.T) {
	everywhere := func(uint64) (uint32, bool) { return wordLdxr &^ 0x00400000 &^ 0x08000000, true }
	nowhere := func(uint64) (uint32, bool) { return 0, false }
	for _, r := range []*Rules{mustLookup(t, "linux-4.8"), mustLookup(t, "linux-4.9")} {
		for _, addr := range []uint64{0, 4, 124, 128, 1<<64 - 4} {
			for _, low := range []uint64{0, 4, 1<<64 - 4} {
				p := Place{Addr: addr, Symbol: low, HasSymbol: true, TextBase: low}
				if r.InsideExclusive(everywhere, p) || r.InsideExclusive(nowhere, p) {
					t.Errorf("%s: %+v", r.Name, p)
				}
			}
		}
		if _, ok := ClassifyAt(r, nowhere, Place{Addr: 4}); ok {
			t.Error("classified a word that cannot be read")
		}
	}
}
