package dynamic

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"axol/bench/sweep"
	"axol/jit/a64"
	"axol/probes"
	"axol/runtime/elf"
	"axol/runtime/image"
	"axol/runtime/mem"
)

const (
	kernelAt  = 0xffff_8000_0801_0000
	programAt = 0x41_0000
)

var allRules = append(probes.Names(), "linux-5.0", "linux-5.4", "linux-5.12", "linux-6.0", "linux-6.18", "linux-7.2")

func lookup(t testing.TB, name string) *probes.Rules {
	t.Helper()
	r, err := probes.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// newTest makes a runner of some code, each function words of it, and the sites of it.
func newTest(t testing.TB, cfg sweep.RunnerConfig, functions ...[]uint32) (*Runner, []sweep.Site) {
	t.Helper()
	im := &image.Image{Kind: image.Kernel}
	at := uint64(kernelAt)
	if cfg.Rules.Kind == probes.KindUprobe {
		im.Kind, at = image.Program, programAt
	}
	text := image.Text{Name: ".text", Addr: at}
	var symbols []elf.Symbol
	for i, words := range functions {
		symbols = append(symbols, elf.Symbol{Name: fmt.Sprintf("f%d", i), Addr: text.End(), Size: 4 * uint64(len(words))})
		text.Words = append(text.Words, words...)
	}
	im.Texts, im.Symbols = []image.Text{text}, elf.NewSymbols(symbols)
	cfg.Image = im
	r, err := newRunner(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	var sites []sweep.Site
	for i, w := range text.Words {
		addr := at + 4*uint64(i)
		f, _, _ := im.Symbols.At(addr)
		v, _ := probes.ClassifyAt(cfg.Rules, r.text.own, probes.Place{Addr: addr, Symbol: f.Addr, HasSymbol: true, TextBase: at})
		sites = append(sites, sweep.Site{Addr: addr, Word: w, Function: f.Name, Offset: addr - f.Addr, Verdict: sweep.Verdict{Verdict: v}})
	}
	return r, sites
}

// tamper has the handlers of all probes do what they should not.
func (r *Runner) tamper(f func(h *probes.Hit)) {
	for _, team := range r.teams {
		for _, p := range team.ways {
			p.tamper = f
		}
	}
}

func run(t testing.TB, r *Runner, sites []sweep.Site) []sweep.Result {
	t.Helper()
	results := make([]sweep.Result, len(sites))
	if err := r.Run(context.Background(), sites, results); err != nil {
		t.Fatal(err)
	}
	return results
}

// everyLine is functions of one instruction: some of each line of the table, and words that are none.
func everyLine(seed uint64, each int) (functions [][]uint32) {
	rng := rand.New(rand.NewPCG(seed, 1))
	table := a64.Table()
	for i := range table {
		for range each {
			functions = append(functions, []uint32{table[i].Random(rng)})
		}
	}
	for range 20 * each {
		functions = append(functions, []uint32{rng.Uint32()})
	}
	for _, w := range system() {
		functions = append(functions, []uint32{w})
	}
	return functions
}

// system is what a random word of its line hardly ever is: the hints, and the system registers and instructions that are
// there at EL0.
func system() (words []uint32) {
	for hint := range uint32(128) {
		words = append(words, 0xd503201f|hint<<5)
	}
	for _, op := range []uint32{0x7420, 0x7520, 0x7a20, 0x7b20, 0x7c20, 0x7d20, 0x7e20} { // DC ZVA, IC IVAU, DC CVAC and so on
		words = append(words, 0xd50b0003|op)
	}
	for _, reg := range []uint32{0xb4200, 0xb4400, 0xb4420, 0xb42a0, 0xb42c0, 0xbd040, 0xbd060, 0xb0020, 0xb00e0, 0xbe000, 0xbe040, 0xb2400, 0x80000} {
		words = append(words, 0xd5300003|reg, 0xd5100003|reg) // MRS, MSR
	}
	return append(words, 0xd5031003, 0xd5031023, 0xd5033f5f, 0xd5033f9f, 0xd5033fbf, 0xd5033fdf, 0xd50330ff) // WFET, WFIT, CLREX, barriers, SB
}

// Whatever the instruction and the kernel, the probe is not seen; or the rules say that it will be.
func TestEveryInstruction(t *testing.T) {
	each := 10
	if testing.Short() {
		each = 2
	}
	for i, name := range allRules {
		for _, rules := range []*probes.Rules{lookup(t, name), lookup(t, name).ForUprobes()} {
			t.Run(name+"/"+rules.Kind.String(), func(t *testing.T) {
				r, sites := newTest(t, sweep.RunnerConfig{Rules: rules, Seed: uint64(i), Samples: 4}, everyLine(uint64(i), each)...)
				measured := 0
				for i, res := range run(t, r, sites) {
					s := &sites[i]
					if res.Inequality != nil {
						t.Errorf("%08x %s: %s, sample %d:%s", s.Word, a64.Listing(s.Word, s.Addr), res.Inequality.Fidelity, res.Inequality.Sample, res.Inequality.Detail)
					}
					if res.Executions > 0 {
						measured++
					} else if res.Unmeasured == "" && res.Confirmed == "" {
						t.Errorf("%08x %s: neither measured nor said why not", s.Word, a64.Listing(s.Word, s.Addr))
					}
					if res.Unmeasured == notRegistered {
						t.Errorf("%08x %s: the rules let it be probed, but the probe cannot be registered", s.Word, a64.Listing(s.Word, s.Addr))
					}
				}
				if measured < 4*len(sites)/10 {
					t.Errorf("only %d of %d instructions were measured", measured, len(sites))
				}
			})
		}
	}
}

// What a probe does that it should not is found, told with both values, and told again for the same seed.
func TestFaultsAreFound(t *testing.T) {
	words := []uint32{0x91000400, 0x8b020020, 0xf9400001, 0xf9000001, 0x4e228420, 0x54000040, 0xd65f03c0, 0x10000008}
	for name, c := range map[string]struct {
		tamper func(h *probes.Hit)
		detail string
	}{
		"register": {func(h *probes.Hit) { h.SetX(17, h.X(17)^0x100) }, "x17"},
		"flags":    {func(h *probes.Hit) { h.SetPState(h.PState() ^ 1<<29) }, "nzcv"},
		"masks":    {func(h *probes.Hit) { h.SetPState(h.PState() | 1<<7) }, "pstate"},
		"sp":       {func(h *probes.Hit) { h.SetSP(h.SP() + 16) }, "sp"},
		"vector":   {func(h *probes.Hit) { h.CPU().State().V[30][1]++ }, "v30 high"},
		"status":   {func(h *probes.Hit) { h.CPU().State().FPSR += 2 }, "fpsr"},
	} {
		t.Run(name, func(t *testing.T) {
			var first []sweep.Result
			for _, seed := range []uint64{7, 7, 8} {
				r, sites := newTest(t, sweep.RunnerConfig{Rules: lookup(t, "debian-6.1"), Seed: seed, Samples: 1}, words)
				r.tamper(c.tamper)
				results := run(t, r, sites)
				for i := range results {
					pre, post := r.teams[0].ways[0].handlers(sites[i].Addr)
					x := results[i].Inequality
					if (pre || post) != (x != nil) {
						t.Errorf("%08x: %+v", sites[i].Word, x)
					} else if x != nil && !strings.Contains(x.Detail, c.detail) {
						t.Errorf("%08x: %q says nothing of %s", sites[i].Word, x.Detail, c.detail)
					}
				}
				switch {
				case first == nil:
					first = results
				case reflect.DeepEqual(first, results) != (seed == 7) && name != "masks" && name != "status":
					t.Errorf("the second sweep by seed %d is like the first: %t", seed, seed != 7)
				}
			}
		})
	}
}

// An engine that goes wrong in one of its ways, and a write to memory that should not be.
func TestWrongEngineIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		right, wrong uint32
		detail       string
	}{
		"result":  {0x8b020020, 0xcb020020, "x0"},     // add, sub
		"width":   {0xf9000001, 0xb9000001, "memory"}, // str x1, str w1
		"address": {0xf8410c01, 0xf8411c01, "x0"},     // ldr x1, [x0, #16]!, #17
		"target":  {0x54000040, 0x54000060, "pc"},     // b.eq .+8, .+12
		"fault":   {0xd503201f, 0x00000000, "undefined"},
	} {
		t.Run(name, func(t *testing.T) {
			r, sites := newTest(t, sweep.RunnerConfig{Rules: lookup(t, "debian-6.1"), Samples: 8}, []uint32{c.right})
			r.text.texts, r.text.last = []image.Text{{Addr: kernelAt, Words: []uint32{c.wrong}}}, nil // what is executed with probes
			right := *r.text
			right.texts, right.last = []image.Text{{Addr: kernelAt, Words: []uint32{c.right}}}, nil
			r.plain.close()
			var err error
			if r.plain, err = newMachine("no probe", r.mem, &right, nil); err != nil {
				t.Fatal(err)
			}
			res := run(t, r, sites)[0]
			if res.Inequality == nil || !strings.Contains(res.Inequality.Detail, c.detail) {
				t.Errorf("%+v, want a difference of %s", res.Inequality, c.detail)
			}
		})
	}
}

// A probe that is not hit does nothing that could be seen but for its hits.
func TestMissedHitsAreFound(t *testing.T) {
	r, sites := newTest(t, sweep.RunnerConfig{Rules: lookup(t, "debian-6.1"), Samples: 2}, []uint32{0x91000400, 0x91000400, 0x91000400, 0x91000400})
	for _, team := range r.teams {
		team.ways[inline].lose = true
	}
	for i, res := range run(t, r, sites) {
		if res.Inequality == nil || res.Inequality.Fidelity != "inline" {
			t.Errorf("%d: %+v", i, res.Inequality)
		}
	}
}

// Literal loads are executed where they find something, too, and find it. A kernel that steps one in a slot is told to
// go wrong, and does.
func TestLiterals(t *testing.T) {
	words := []uint32{
		0x58000081, // ldr x1, .+16
		0x18000062, // ldr w2, .+12
		0x98000043, // ldrsw x3, .+8
		0x1c000024, // ldr s4, .+4
		0xdeadbeef, 0x8badf00d,
	}
	r, sites := newTest(t, sweep.RunnerConfig{Rules: lookup(t, "debian-6.1"), Samples: 1}, words)
	results := run(t, r, sites)
	for i := range 4 {
		if res := &results[i]; res.Executions != 4 || res.Inequality != nil {
			t.Errorf("%08x: %+v", words[i], res)
		}
	}
	if c := results[3].Confirmed; c != probes.HazardSlotLiteral.String() {
		t.Errorf("a literal load in a slot: confirmed is %q", c)
	}
	tampered, _ := newTest(t, sweep.RunnerConfig{Rules: lookup(t, "debian-6.1"), Samples: 1}, words)
	tampered.tamper(func(h *probes.Hit) {
		if h.Probe().Addr == aliasOf(sites[1].Addr) {
			h.SetX(17, h.X(17)+1)
		}
	})
	if x := run(t, tampered, sites)[1].Inequality; x == nil || !strings.HasPrefix(x.Detail, " at its alias 0x8010004: x17 ") {
		t.Errorf("what is different at an alias only: %+v", x)
	}
	// What they find without a probe.
	for i, want := range []uint64{0x8badf00ddeadbeef, 0xdeadbeef, 0xffffffffdeadbeef, 0xdeadbeef} {
		r.pool.start(&r.trial, aliasOf(sites[i].Addr), words[i], 0)
		r.reference()
		got := r.want.X[i+1]
		if i == 3 {
			got = r.want.V[4][0]
		}
		if got != want {
			t.Errorf("%08x finds %#x, want %#x", words[i], got, want)
		}
	}
}

// Guest memory has all of a text that is in pieces, which may share pages.
func TestAliases(t *testing.T) {
	piece := func(addr uint64, words ...uint32) image.Text { return image.Text{Addr: addr, Words: words} }
	for _, texts := range [][]image.Text{
		{piece(kernelAt+0x10, 1, 2), piece(kernelAt+0x20, 3), piece(kernelAt+0xffc, 4, 5), piece(kernelAt+0x1010, 6)},
		{piece(0x10000, 1, 2), piece(0x10ffc, 3, 4), piece(0x20000, 5)},
	} {
		g, err := mem.Reserve()
		if err != nil {
			t.Fatal(err)
		}
		x := newText(&image.Image{Texts: texts})
		if err := x.mapAlias(g); err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			for i, want := range text.Words {
				addr := text.Addr + 4*uint64(i)
				alias, ok := x.word(aliasOf(addr))
				if w, e := g.Read32(aliasOf(addr)); e != 0 || w != want || !ok || alias != want {
					t.Errorf("at %#x memory has %d, %v, and the text %d, %t, want %d", aliasOf(addr), w, e, alias, ok, want)
				}
			}
		}
		g.Release()
	}
	apart := newText(&image.Image{Texts: []image.Text{piece(kernelAt, 1), piece(kernelAt+1<<aliasBits, 2)}})
	if apart.mapped || apart.aliased {
		t.Error("texts that are too far apart have aliases")
	}
}

// Refusals that can be shown to be right, and those that cannot.
func TestRefusals(t *testing.T) {
	functions := [][]uint32{
		{0xc85f7c22, 0x91000442, 0xc8037c22, 0x35ffffa3}, // ldxr, add, stxr, cbnz back
		// A compare and swap: ldaxr, cmp, b.ne out, stlxr, cbnz back
		{0xc85ffc22, 0xeb04005f, 0x54000061, 0xc803fc25, 0x35ffff83, 0xd65f03c0},
		{0xc8dffc20, 0x91000400, 0xb4000040}, // ldar opens no pair
		{0xd503233f, 0xd50323bf},             // paciasp is not refused; autiasp is, and works in a slot
		{0xd4210000, 0xd63f083f},             // brk, blraaz x1
		{0xd5384100, 0xd51b4200, 0xd5034fdf}, // mrs sp_el0 is not refused; msr nzcv; msr daifset
		{0xd503205f, 0xd8000001},             // wfe; prfm literal
		{0xc85f7c22, 0x14000000, 0xc8037c22}, // ldxr; b .; stxr
	}
	want := [][2]string{
		{neverStored, ""}, {neverStored, ""}, {neverStored, ""}, {"", ""},
		{neverStored, ""}, {neverStored, ""}, {neverStored, ""}, {neverStored, ""}, {"", ""}, {"", ""},
		{"", ""}, {"", notShown + noPair}, {"", notShown + noPair},
		{"", ""}, {"", notShown + sameInSlot},
		{fromSlot, ""}, {leavesSlot, ""},
		{"", "needs EL1"}, {"", notShown + sameInSlot}, {"", notShown + "needs EL1"},
		{"", notShown + sameInSlot}, {"", notShown + sameInSlot},
		{"", notShown + pairNotMade}, {"", notShown + pairNotMade}, {"", notShown + pairNotMade},
	}
	r, sites := newTest(t, sweep.RunnerConfig{Rules: lookup(t, "debian-6.1"), Samples: 3}, functions...)
	for i, res := range run(t, r, sites) {
		if s := &sites[i]; res.Confirmed != want[i][0] || res.Unmeasured != want[i][1] || res.Inequality != nil {
			t.Errorf("%s+%#x %s (%s): confirmed %q, unmeasured %q, want %q, %q; %+v", s.Function, s.Offset, a64.Listing(s.Word, s.Addr), s.Verdict.Class, res.Confirmed, res.Unmeasured, want[i][0], want[i][1], res.Inequality)
		}
	}
}

// What is found at a site does not depend on what was run before it, or together with it.
func TestChunksDoNotMatter(t *testing.T) {
	cfg := sweep.RunnerConfig{Rules: lookup(t, "debian-6.12"), Seed: 3, Samples: 2}
	r, sites := newTest(t, cfg, everyLine(9, 1)...)
	r.tamper(func(h *probes.Hit) { h.SetX(5, h.X(6)) })
	want := run(t, r, sites)
	rng := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		i := rng.IntN(len(sites))
		j := min(i+1+rng.IntN(8), len(sites))
		if got := run(t, r, sites[i:j]); !reflect.DeepEqual(got, want[i:j]) {
			t.Fatalf("sites %d to %d: %+v, with all others %+v", i, j, got, want[i:j])
		}
	}
}

func TestRunIsStopped(t *testing.T) {
	r, sites := newTest(t, sweep.RunnerConfig{Rules: lookup(t, "debian-6.1"), Samples: 1}, []uint32{0x91000400})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Run(ctx, sites, make([]sweep.Result, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if res := run(t, r, sites)[0]; res.Executions != 2 {
		t.Errorf("afterwards: %+v", res)
	}
}
