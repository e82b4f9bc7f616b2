package probes

// A breakpoint between a load-exclusive and its store-exclusive clears the
// monitor, and the sequence never succeeds. The kernel therefore looks back
// from a kprobe for an open sequence and refuses the probe if it finds one.
// It does so for stepped and simulated instructions alike, and never for
// uprobes.

// scanWords is how far it looks back: 128 bytes.
const scanWords = 32

// Code reads one instruction word of the guest's text as it is now, with the
// breakpoints of other probes in it; ok is false where nothing can be read.
type Code func(addr uint64) (word uint32, ok bool)

// Text is a slice of words as Code: use the method value Text.Word.
type Text struct {
	Base  uint64
	Words []uint32
}

// Word reads the word at addr.
func (t Text) Word(addr uint64) (uint32, bool) {
	i := (addr - t.Base) / 4
	if addr < t.Base || i >= uint64(len(t.Words)) {
		return 0, false
	}
	return t.Words[i], true
}

// Place is where a probe is to stand.
type Place struct {
	Addr uint64
	// Symbol is the start of the symbol that contains Addr, if HasSymbol. All
	// kernels but v4.8 look back no further, and not at all without a symbol.
	Symbol    uint64
	HasSymbol bool
	// TextBase is the start of the kernel's text, or of the module's, in which
	// Addr lies. Only v4.8 uses it.
	TextBase uint64
}

// ClassifyAt is Classify for the instruction at a place, with the scan for
// exclusive sequences. ok is false when the word itself cannot be read.
func ClassifyAt(r *Rules, code Code, p Place) (v Verdict, ok bool) {
	word, ok := code(p.Addr)
	if !ok {
		return Verdict{}, false
	}
	v = r.verdictOf(word)
	if v.Class != Rejected && r.Kind == KindKprobe && r.InsideExclusive(code, p) {
		v = Verdict{Class: Rejected, Reason: ReasonExclusiveSequence}
	}
	return v, true
}

// InsideExclusive says whether the rules see an open exclusive sequence before
// the place. The masks are the kernel's, and wider than exclusives: bit 23 is
// free, so that LDAR, LDLAR, CASA and CASAL open a sequence and STLR, STLLR,
// CAS and CASL close one.
func (r *Rules) InsideExclusive(code Code, p Place) bool {
	n := r.scanLength(p)
	for i := uint64(1); i <= n; i++ {
		word, ok := code(p.Addr - 4*i)
		if !ok {
			return false
		}
		switch word & 0x3f400000 {
		case 0x08000000:
			return false
		case 0x08400000:
			return true
		}
	}
	return false
}

// scanLength is the number of words before the place that are looked at.
func (r *Rules) scanLength(p Place) uint64 {
	low := p.Symbol
	if r.CrossingScan {
		low = p.TextBase
	} else if !p.HasSymbol {
		return 0
	}
	if p.Addr < low {
		return 0
	}
	n := min((p.Addr-low)/4, scanWords)
	if r.CrossingScan && n > 0 {
		n-- // the loop of v4.8 stops before its lower bound
	}
	return n
}
