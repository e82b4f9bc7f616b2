package sweep

import (
	"math/rand/v2"
	"testing"

	"axol/probes"
	"axol/runtime/elf"
	"axol/runtime/image"
)

const testBase = 0xffff_8000_0800_0000

// kernelOf makes an image of words and functions.
func kernelOf(words []uint32, functions ...elf.Symbol) *image.Image {
	end := testBase + 4*uint64(len(words))
	return &image.Image{Path: "test", Format: "test", Kind: image.Kernel, Symbols: elf.NewSymbols(functions),
		Texts:    []image.Text{{Name: ".text", Addr: testBase, Words: words}},
		Sections: []image.Section{{Name: ".text", Start: testBase, End: end, Core: true}}}
}

// The scan that remembers says what the one that looks back from each word does, by the rules of every kernel, with
// and without symbols, and not aligned ones.
func TestScan(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	interesting := []uint32{0x885f7c20, 0x88027c20, 0xc8dffc20, 0xc89ffc20, 0xc8a07c41, 0x08207c82, wordNop, 0xd65f03c0, 0x91000400, 0xd503205f}
	for range 12 {
		words := make([]uint32, 2000)
		for i := range words {
			if words[i] = r.Uint32(); r.IntN(3) > 0 {
				words[i] = interesting[r.IntN(len(interesting))]
				if r.IntN(8) > 0 {
					words[i] = wordNop
				}
			}
		}
		var symbols []elf.Symbol
		for at := uint64(testBase) + uint64(r.IntN(400)); at < testBase+7000; at += uint64(1 + r.IntN(300)) {
			s := elf.Symbol{Name: "f", Addr: at}
			if r.IntN(3) == 0 {
				s.Size = uint64(1 + r.IntN(80)) // with a gap behind
			}
			symbols = append(symbols, s)
		}
		im := kernelOf(words, symbols...)
		for _, name := range append(probes.Names(), "linux-6.18", "linux-4.9") {
			for _, rules := range []*probes.Rules{rules(t, name), rules(t, name).ForUprobes()} {
				s := New(im, rules, Options{Workers: 2})
				text := probes.Text{Base: testBase, Words: words}
				for i := range words {
					p := probes.Place{Addr: testBase + 4*uint64(i), TextBase: testBase}
					if f, _, ok := im.Symbols.At(p.Addr); ok {
						p.Symbol, p.HasSymbol = f.Addr, true
					}
					want, _ := probes.ClassifyAt(rules, text.Word, p)
					if got := Verdicts[s.Codes[0][i]]; got.Verdict != want || got.Place != NotRefused {
						t.Fatalf("%s, %s, word %d of %+v: %+v, want %+v", name, rules.Kind, i, p, got, want)
					}
				}
			}
		}
	}
}

// Places are refused in the kernel's order.
func TestPlaces(t *testing.T) {
	words := make([]uint32, 64)
	for i := range words {
		words[i] = wordNop
	}
	at := func(i int) uint64 { return testBase + 4*uint64(i) }
	im := kernelOf(words, elf.Symbol{Name: "foo", Addr: at(0)}, elf.Symbol{Name: "foo.isra.0", Addr: at(8)}, elf.Symbol{Name: "bar", Addr: at(16)},
		elf.Symbol{Name: "__cfi_baz", Addr: at(24)}, elf.Symbol{Name: "baz", Addr: at(28)})
	im.Sections = []image.Section{{Name: ".text", Start: at(0), End: at(40), Core: true}, {Name: ".kprobes.text", Start: at(40), End: at(48), Core: true},
		{Name: ".init.text", Start: at(48), End: at(56)}, {Name: ".idmap.text", Start: at(56), End: at(64)}}
	im.Tables = image.Tables{NoProbe: []uint64{at(0)}, Ftrace: []uint64{at(1), at(17), at(49)}, JumpLabels: []uint64{at(2), at(18)}, Bugs: []uint64{at(18), at(19)},
		Exceptions: []image.Fixup{{Insn: at(19)}, {Insn: at(20)}, {Insn: at(4)}}}
	s := New(im, rules(t, "debian-6.1"), Options{})
	for i, want := range map[int]Refusal{0: RefusedBlacklist, 1: RefusedFtrace, 2: RefusedBlacklist, 4: RefusedBlacklist, 8: RefusedBlacklist, 16: NotRefused, 17: RefusedFtrace,
		18: RefusedJumpLabel, 19: RefusedBug, 20: RefusedException, 24: RefusedPreamble, 28: NotRefused, 40: RefusedBlacklist, 48: RefusedInit, 49: RefusedFtrace, 56: RefusedNotText} {
		if v, ok := s.At(at(i)); !ok || v.Place != want || want != NotRefused && v.Class != probes.Rejected {
			t.Errorf("word %d: %+v, want %q", i, v, want)
		}
	}
	if w, _ := im.Word(at(16)); w != movX9LR {
		t.Errorf("in front of an ftrace site is %08x", w)
	}
	if v, _ := New(im, rules(t, "debian-6.1").ForUprobes(), Options{}).At(at(2)); v.Place != NotRefused {
		t.Errorf("a uprobe is refused: %+v", v)
	}
	if _, ok := s.At(at(64)); ok {
		t.Error("there is a verdict behind the text")
	}
}

// Every instruction is in one function, and the numbers of all tables agree.
func TestFunctionsCover(t *testing.T) {
	for _, series := range []string{"6.1", "6.12"} {
		t.Run(series, func(t *testing.T) {
			im, err := image.Open(debian(t, series), image.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := New(im, rules(t, "debian-"+series), Options{})
			at := im.Texts[0].Addr
			for i, f := range s.Functions {
				if f.Start != at && f.Start != im.Texts[f.Text].Addr || f.End <= f.Start {
					t.Fatalf("function %d is %+v, behind %#x", i, f, at)
				}
				at = f.End
			}
			m := s.Summarize(nil)
			sum := func(list []Named) (all Tally) {
				for _, n := range list {
					all.Words += n.Words
					all.Stepped += n.Stepped
					all.Simulated += n.Simulated
					all.Rejected += n.Rejected
				}
				return all
			}
			verdicts := 0
			for _, v := range m.Verdicts {
				verdicts += v.Count
			}
			if g, sec := sum(m.Groups), sum(m.Sections); g != m.Tally || sec != m.Tally || verdicts != s.Words() || m.Words != s.Words() || m.Stepped+m.Simulated+m.Rejected != m.Words {
				t.Errorf("groups %+v, sections %+v, verdicts %d, all %+v, %d words", g, sec, verdicts, m.Tally, s.Words())
			}
			one := New(im, rules(t, "debian-"+series), Options{Workers: 1})
			if one.Identity() != s.Identity() {
				t.Error("one worker and several differ")
			}
		})
	}
}

func TestGroups(t *testing.T) {
	for word, want := range map[uint32]string{
		0x14000000: "branches, direct", 0x94000000: "branches, direct", 0x54000000: "branches, direct", 0xb4000000: "branches, direct", 0x37000000: "branches, direct",
		0xd61f0000: "branches to a register", 0xd65f03c0: "branches to a register", 0xd4000001: "exceptions", 0xd503201f: "system registers, hints, barriers",
		0xd5384100: "system registers, hints, barriers", 0x90000000: "PC-relative addresses", 0x91000400: "data processing, immediate", 0xd2800000: "data processing, immediate",
		0x8b000000: "data processing, register", 0x1ac02000: "data processing, register", 0x885f7c20: "exclusive and ordered accesses", 0x58000000: "literal loads",
		0xa9bf7bfd: "pairs", 0xf9400000: "loads and stores", 0xf8605800: "loads and stores", 0x3c606800: "loads and stores", 0xf8200000: "atomic operations",
		0x4c000000: "vector structures", 0x1e602800: "floating point and SIMD", 0x4e208400: "floating point and SIMD", 0x04200000: "SVE and SME", 0x00000000: "reserved, data",
	} {
		if got := Groups[Group(word)]; got != want {
			t.Errorf("%08x is of %s, want %s", word, got, want)
		}
	}
}
