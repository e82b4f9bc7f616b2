package probes

import (
	"os"
	"strings"
	"testing"
)

func mustLookup(t testing.TB, name string) *Rules {
	t.Helper()
	r, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// setKernels is a kernel of each set, A to F.
var setKernels = []string{"linux-4.8", "linux-5.8", "linux-5.10", "linux-6.12", "linux-6.13", "linux-7.1"}

// setRules are the sets' rules by Kind, compiled once.
func setRules(t *testing.T) [2][]*Rules {
	if compiledSets[KindKprobe] == nil {
		for _, name := range setKernels {
			r := mustLookup(t, name)
			compiledSets[KindKprobe] = append(compiledSets[KindKprobe], r)
			compiledSets[KindUprobe] = append(compiledSets[KindUprobe], r.ForUprobes())
		}
	}
	return compiledSets
}

var compiledSets [2][]*Rules

// letters is the verdict on a word by every set, as a row of the tables.
func letters(t *testing.T, word uint32, kind Kind) string {
	var b strings.Builder
	for _, r := range setRules(t)[kind] {
		b.WriteByte("RSX"[Classify(r, word).Class])
	}
	return b.String()
}

func TestGoldenVectors(t *testing.T) {
	for _, v := range []struct {
		word uint32
		asm  string
		want string // kprobe, A to F
	}{
		{0xd503201f, "nop", "XXXXSS"}, {0xd50320df, "hint6", "XRRRRR"}, {0xd503233f, "paciasp", "XXXXXX"},
		{0xd503205f, "wfe", "RRRRRR"}, {0xd50323bf, "autiasp", "XXRRRR"}, {0xd503245f, "bti c", "XXXXXX"},
		{0xd503229f, "csdb", "XRRRRR"}, {0xd5031000, "wfet x0", "XXXXXX"}, {0xd50342df, "daifset", "RRRRRR"},
		{0xd53b4220, "mrs daif", "RRRRRR"}, {0xd53b4200, "mrs nzcv", "XXXXXX"}, {0xd51b4200, "msr nzcv", "RRRRRR"},
		{0xd500401f, "cfinv", "RRRRRR"}, {0xd508871f, "tlbi", "XXXXXX"}, {0xd5033f5f, "clrex", "XXXXXX"},
		{0xd4200080, "brk #4", "RRRRRR"}, {0xd69f03e0, "eret", "RRRRRR"}, {0xd69f0bff, "eretaa", "XXRRRR"},
		{0xd71f081f, "braa x0,sp", "XXRRRR"}, {0xd65f0bff, "retaa", "XXRRRR"}, {0xd65f03c0, "ret", "SSSSSS"},
		{0x54000000, "b.eq .", "SSSSSS"}, {0x54000010, "bc.eq .", "XXXXXS"}, {0x14000000, "b .", "SSSSSS"},
		{0x10000000, "adr x0,.", "SSSSSS"}, {0x58000000, "ldr lit", "SSSSSS"}, {0xd8000000, "prfm lit", "RRRRRR"},
		{0x5c000000, "ldr d lit", "XXXXXX"}, {0x885f7c20, "ldxr", "RRRRRR"}, {0xc8dffc20, "ldar", "XXXXXX"},
		{0xc8a07c41, "cas", "XXXXXX"}, {0x08207c82, "casp", "RRRRRR"}, {0x19010440, "cpyfp", "XXXXRR"},
		{0xa9bf7bfd, "stp fp,lr", "XXXXXX"}, {0x00000000, "udf", "XXXXXX"}, {0x74010000, "cbgt", "XXXXXX"},
	} {
		if got := letters(t, v.word, KindKprobe); got != v.want {
			t.Errorf("%08x %s: kprobe %s, want %s", v.word, v.asm, got, v.want)
		}
		want := v.want
		if v.asm == "ldr lit" {
			want = "SSSRRR"
		}
		if got := letters(t, v.word, KindUprobe); got != want {
			t.Errorf("%08x %s: uprobe %s, want %s", v.word, v.asm, got, want)
		}
	}
}

// TestDiffTable is the table of encoding classes by rule set, with words of
// each class from every corner of its fields.
func TestDiffTable(t *testing.T) {
	hints := func(numbers ...uint32) (w []uint32) {
		for _, n := range numbers {
			w = append(w, hint(n))
		}
		return w
	}
	for _, c := range []struct {
		class string
		want  string
		words []uint32
	}{
		{"nop", "XXXXSS", hints(0)},
		{"waits and events", "RRRRRR", hints(1, 2, 3, 4, 5)},
		{"pac hints, xpaclri", "XXXXXX", hints(0x19, 0x1b, 0x18, 0x1a, 8, 0xa, 7)},
		{"aut hints", "XXRRRR", hints(0x1d, 0x1f, 0x1c, 0x1e, 0xc, 0xe)},
		{"bti", "XXXXXX", hints(0x20, 0x22, 0x24, 0x26)},
		{"other hints", "XRRRRR", hints(0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 6, 0x27, 0x28, 9, 0xb, 0xd, 0xf, 0x15, 0x17, 0x21, 0x23, 0x25, 0x7f)},
		{"b, bl", "SSSSSS", []uint32{0x14000000, 0x17ffffff, 0x94000000, 0x97ffffff}},
		{"cbz, cbnz, tbz, tbnz", "SSSSSS", []uint32{0x34000000, 0x35ffffff, 0xb4000000, 0xb5ffffff, 0x36000000, 0x37ffffff, 0xb6000000, 0xb7ffffff}},
		{"b.cond", "SSSSSS", []uint32{0x54000000, 0x54ffffef, 0x5400000e}},
		{"br, blr, ret", "SSSSSS", []uint32{0xd61f0000, 0xd61f03e0, 0xd63f0000, 0xd63f03c0, 0xd65f0000, 0xd65f03e0}},
		{"adr, adrp", "SSSSSS", []uint32{0x10000000, 0x70ffffff, 0x90000000, 0xf0ffffff}},
		{"bc.cond", "XXXXXS", []uint32{0x54000010, 0x54ffffff}},
		{"authenticated branches", "XXRRRR", []uint32{0xd61f081f, 0xd61f0c1f, 0xd71f0800, 0xd71f0c41, 0xd63f081f, 0xd73f0c41, 0xd65f0bff, 0xd65f0fff}},
		{"eret", "RRRRRR", []uint32{0xd69f03e0}},
		{"eretaa, eretab", "XXRRRR", []uint32{0xd69f0bff, 0xd69f0fff}},
		{"drps", "XXXXXX", []uint32{0xd6bf03e0}},
		{"ldr, ldrsw literal", "SSSSSS", []uint32{0x18000000, 0x18ffffff, 0x58000000, 0x58ffffff, 0x98000000, 0x98ffffff}},
		{"prfm literal", "RRRRRR", []uint32{0xd8000000, 0xd8ffffff}},
		{"ldr simd literal", "XXXXXX", []uint32{0x1c000000, 0x1cffffff, 0x5c000000, 0x9c000000, 0x9cffffff}},
		{"exclusives", "RRRRRR", []uint32{0x085f7c20, 0x485f7c20, 0x885f7c20, 0xc85f7c20, 0xc8007c20, 0x885ffc20, 0x8800fc20, 0xc87f0440, 0xc8200440}},
		{"casp", "RRRRRR", []uint32{0x08207c82, 0x08607c82, 0x0820fc82, 0x0860fc82, 0x48207c82}},
		{"ldar, stlr, ldapr, cas, ldadd, swp", "XXXXXX", []uint32{0xc8dffc20, 0xc89ffc20, 0xf8bfc020, 0xc8a07c41, 0xf8210002, 0xf8218002}},
		{"cpy, set", "XXXXRR", []uint32{0x19010440, 0x1d010440, 0x19c10440, 0x1dc10440}},
		{"msr, cfinv, xaflag, axflag", "RRRRRR", []uint32{0xd50340df, 0xd50342ff, 0xd51b4200, 0xd5100000, 0xd51fffff, 0xd500401f, 0xd500403f, 0xd500405f}},
		{"mrs daif", "RRRRRR", []uint32{0xd53b4220, 0xd53b423f}},
		{"other mrs", "XXXXXX", []uint32{0xd53b4200, 0xd53b4240, 0xd5300000, 0xd53fffff}},
		{"sys", "XXXXXX", []uint32{0xd508871f, 0xd50b7420, 0xd50b7520, 0xd5087800, 0xd5284000}},
		{"barriers", "XXXXXX", []uint32{0xd5033bbf, 0xd5033f9f, 0xd5033fdf, 0xd50330ff, 0xd5033f5f}},
		{"wfet, wfit", "XXXXXX", []uint32{0xd5031000, 0xd5031020}},
		{"exceptions", "RRRRRR", []uint32{0xd4000001, 0xd4000002, 0xd4000003, 0xd4200000, 0xd4400000, 0xd4600000, 0xd4a00001, 0xd4a00002, 0xd4a00003}},
		{"udf and unallocated", "XXXXXX", []uint32{0x00000000, 0x0000ffff, 0xffffffff}},
		{"cb<cc>, retaasppc", "XXXXXX", []uint32{0x74010000, 0xf4010000, 0x75010000, 0xf5ffffff, 0x5500001f, 0x5520001f}},
		{"everything else", "XXXXXX", []uint32{0xa9bf7bfd, 0x91000400, 0x8b020020, 0x1e622820, 0x4e208400, 0xf9400000, 0xd9200820, 0xdac10020}},
	} {
		for _, w := range c.words {
			if got := letters(t, w, KindKprobe); got != c.want {
				t.Errorf("%s: %08x: kprobe %s, want %s", c.class, w, got, c.want)
			}
			want := c.want
			if c.class == "ldr, ldrsw literal" {
				want = "SSSRRR"
			}
			if got := letters(t, w, KindUprobe); got != want {
				t.Errorf("%s: %08x: uprobe %s, want %s", c.class, w, got, want)
			}
		}
	}
}

// TestTreeIsTheTable compares the compiled tree with a search of the lines.
func TestTreeIsTheTable(t *testing.T) {
	for _, name := range append(Names(), "linux-6.18") {
		for _, r := range []*Rules{mustLookup(t, name), mustLookup(t, name).ForUprobes()} {
			search := func(word uint32) Verdict {
				for i := range lines {
					if word&lines[i].mask == lines[i].value {
						b := treeBuilder{rules: r}
						return b.verdict(&lines[i])
					}
				}
				return Verdict{Class: Stepped}
			}
			check := func(w uint32) {
				if got, want := Classify(r, w), search(w); got != want {
					t.Fatalf("%s %s: %08x: tree %v, table %v", name, r.Kind, w, got, want)
				}
			}
			for i := range lines {
				for bit := uint(0); bit < 32; bit++ {
					check(lines[i].value ^ 1<<bit)
					check(lines[i].value ^ 1<<bit | ^lines[i].mask)
				}
			}
			for w, i := uint32(1), 0; i < 100_000; i++ {
				w = w*1664525 + 1013904223
				check(w)
			}
		}
	}
}

// TestVerdictsExplainThemselves: a refusal has a reason, a simulation a
// handler, and no line says more than it may.
func TestVerdictsExplainThemselves(t *testing.T) {
	for i := range lines {
		l := &lines[i]
		if l.value&^l.mask != 0 {
			t.Errorf("%s: value %08x outside mask %08x", l.name, l.value, l.mask)
		}
		for c := range columnNames {
			for _, kind := range []Kind{KindKprobe, KindUprobe} {
				v := l.verdict(c, kind)
				if unpack(v.pack()) != v {
					t.Errorf("%s: %v does not survive packing", l.name, v)
				}
				if (v.Class == Rejected) != (v.Reason != NoReason && v.Reason < HazardSlotBranch) || (v.Class == Simulated) != (v.Handler != NoHandler) {
					t.Errorf("%s, %s: %v", l.name, columnNames[c], v)
				}
			}
		}
	}
	for r := NoReason; r <= HazardSlotLiteral; r++ {
		if (r.String() == "") != (r == NoReason) || strings.Contains(r.String(), ",") {
			t.Errorf("reason %d: %q", r, r)
		}
	}
}

// TestGoldenCounts classifies all 2^32 words by every set.
func TestGoldenCounts(t *testing.T) {
	if os.Getenv("AXOL_LONG") == "" {
		t.Skip("takes minutes: set AXOL_LONG=1")
	}
	for _, c := range []struct {
		kernel         string
		kprobe, uprobe [3]uint64 // by Class: rejected, simulated, stepped
	}{
		{"linux-4.8", [3]uint64{68_158_502, 461_373_536, 3_765_435_258}, [3]uint64{68_158_502, 461_373_536, 3_765_435_258}},
		{"linux-5.8", [3]uint64{68_158_607, 461_373_536, 3_765_435_153}, [3]uint64{68_158_607, 461_373_536, 3_765_435_153}},
		{"linux-5.10", [3]uint64{68_166_809, 461_373_536, 3_765_426_951}, [3]uint64{68_166_809, 461_373_536, 3_765_426_951}},
		{"linux-6.12", [3]uint64{68_166_809, 461_373_536, 3_765_426_951}, [3]uint64{118_498_457, 411_041_888, 3_765_426_951}},
		{"linux-6.13", [3]uint64{84_944_025, 461_373_537, 3_748_649_734}, [3]uint64{135_275_673, 411_041_889, 3_748_649_734}},
		{"linux-7.1", [3]uint64{84_944_025, 469_762_145, 3_740_261_126}, [3]uint64{135_275_673, 419_430_497, 3_740_261_126}},
		{"debian-6.1", [3]uint64{68_166_809, 461_373_536, 3_765_426_951}, [3]uint64{118_498_457, 411_041_888, 3_765_426_951}},
		{"debian-6.12", [3]uint64{84_944_025, 469_762_144, 3_740_261_127}, [3]uint64{135_275_673, 419_430_496, 3_740_261_127}},
	} {
		r := mustLookup(t, c.kernel)
		if got := countAll(r); got != c.kprobe {
			t.Errorf("%s kprobe: %d, want %d", c.kernel, got, c.kprobe)
		}
		if got := countAll(r.ForUprobes()); got != c.uprobe {
			t.Errorf("%s uprobe: %d, want %d", c.kernel, got, c.uprobe)
		}
	}
}

func countAll(r *Rules) (n [3]uint64) {
	for w := uint64(0); w < 1<<32; w++ {
		n[Classify(r, uint32(w)).Class]++
	}
	return n
}

func BenchmarkClassify(b *testing.B) {
	// Words as a compiler writes them, from a run of real code.
	words := []uint32{0xa9bf7bfd, 0x910003fd, 0xd503233f, 0xf9400000, 0x94000010, 0x52800001, 0xb4000080,
		0xd50323bf, 0x8b020020, 0x54000041, 0x58000040, 0xd53bd041, 0xa8c17bfd, 0xd65f03c0, 0x90000000, 0x1e622820}
	r := mustLookup(b, "debian-6.1")
	var n [3]uint64
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		n[Classify(r, words[i&15]).Class]++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mwords/s")
	if n[Stepped] == 0 && b.N > 16 {
		b.Fatal("nothing stepped")
	}
}
