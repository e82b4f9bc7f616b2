package sweep

import (
	"cmp"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"axol/probes"
	"axol/runtime/image"
)

// Sweep is an image with a verdict for each of its words.
type Sweep struct {
	Image     *image.Image
	Rules     *probes.Rules
	HYP       bool // the kernel runs at EL2 itself
	Functions []Function
	Codes     [][]Code // a list for each of the image's Texts, an element for each word
}

// Options are what a sweep is made with besides an image and rules.
type Options struct {
	HYP     bool // the kernel runs at EL2 itself (VHE)
	Workers int  // 0: as many as there are cores
}

// movX9LR is what ftrace makes of the first of its NOPs when a kernel starts, long before anybody can set a probe.
const (
	movX9LR = 0xaa1e03e9
	wordNop = 0xd503201f
)

// New classifies every word of the image. It patches the image's ftrace sites as its kernel does.
func New(im *image.Image, r *probes.Rules, opt Options) *Sweep {
	for _, site := range im.Tables.Ftrace {
		if first, ok := im.Word(site - 4); ok && first == wordNop {
			im.Patch(site-4, movX9LR)
		}
	}
	s := &Sweep{Image: im, Rules: r, HYP: opt.HYP, Functions: functionsOf(im), Codes: make([][]Code, len(im.Texts))}
	for i := range im.Texts {
		s.Codes[i] = make([]Code, len(im.Texts[i].Words))
	}
	s.classify(opt.Workers)
	if r.Kind == probes.KindKprobe {
		s.refusePlaces()
	}
	return s
}

// Words is how many instructions the sweep is of.
func (s *Sweep) Words() (n int) {
	for _, t := range s.Image.Texts {
		n += len(t.Words)
	}
	return n
}

// functionsAWorker is how many functions a worker takes at a time.
const functionsAWorker = 1024

// classify gives each word the verdict of the instruction and of what stands in front of it.
func (s *Sweep) classify(workers int) {
	if workers <= 0 {
		workers = goruntime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for {
				to := int(next.Add(functionsAWorker))
				from := to - functionsAWorker
				if from >= len(s.Functions) {
					return
				}
				for i := from; i < min(to, len(s.Functions)); i++ {
					s.classifyFunction(&s.Functions[i])
				}
			}
		})
	}
	done.Wait()
}

// Words that open and close an exclusive sequence, as the kernel's scan sees it (probes.Rules.InsideExclusive).
const (
	exclusiveMask  = 0x3f400000
	exclusiveStore = 0x08000000
	exclusiveLoad  = 0x08400000
	scanWords      = 32
)

// classifyFunction gives the words of a function their verdicts. The scan for exclusive sequences does not look back from each word, but
// remembers the last word that counts; that it answers the same is tested.
func (s *Sweep) classifyFunction(f *Function) {
	text := &s.Image.Texts[f.Text]
	words, codes := text.Words, s.Codes[f.Text]
	first, end := int((f.Start-text.Addr)/4), int((f.End-text.Addr)/4)
	low, reach := s.scanFrom(f, text)
	open := -1 // the load that the last sequence opened with
	for i := max(first-scanWords, low); i < first; i++ {
		open = opened(words[i], i, open)
	}
	for i := first; i < end; i++ {
		word := words[i]
		code := codeOf[codeIndex(probes.Classify(s.Rules, word))]
		if open >= low && i-open <= reach && Verdicts[code].Class != probes.Rejected {
			code = exclusiveCode
		}
		codes[i] = code
		open = opened(word, i, open)
	}
}

// scanFrom is the first word that the scan from a function may look at, and how far it looks back.
func (s *Sweep) scanFrom(f *Function, text *image.Text) (low, reach int) {
	switch {
	case s.Rules.Kind != probes.KindKprobe:
		return 0, 0
	case s.Rules.CrossingScan: // the lowest word of its window is not looked at
		return 1, scanWords - 1
	case !f.known():
		return 0, 0
	case f.Symbol < text.Addr:
		return 0, scanWords
	}
	return int((f.Symbol - text.Addr + 3) / 4), scanWords
}

// opened is the load that is open behind a word.
func opened(word uint32, i, open int) int {
	switch word & exclusiveMask {
	case exclusiveLoad:
		return i
	case exclusiveStore:
		return -1
	}
	return open
}

// refusePlaces overrides the verdicts of places that are refused. A kernel asks in this order, and the first refusal
// counts; so they are written in the opposite one.
func (s *Sweep) refusePlaces() {
	t := &s.Image.Tables
	for _, f := range t.Exceptions {
		s.refuse(f.Insn, RefusedException)
	}
	s.refuseFunctions(RefusedPreamble, func(f *Function) bool { return probes.Preamble(f.Name) })
	s.refuseAll(t.Bugs, RefusedBug)
	s.refuseAll(t.JumpLabels, RefusedJumpLabel)
	s.refuseFunctions(RefusedBlacklist, s.blacklisted())
	s.refuseFunctions(RefusedNotText, func(f *Function) bool {
		section := &s.Image.Sections[f.Section]
		return !section.Core && !startOnly(section)
	})
	s.refuseFunctions(RefusedInit, func(f *Function) bool { return startOnly(&s.Image.Sections[f.Section]) })
	s.refuseAll(t.Ftrace, RefusedFtrace)
}

// startOnly says whether a section is thrown away when a kernel or a module has started.
func startOnly(s *image.Section) bool { return !s.Core && strings.HasPrefix(s.Name, ".init") }

// blacklisted finds out whether a function is on the blacklist: by its section, by its name, or by the name of the
// function that a compiler made it from.
func (s *Sweep) blacklisted() func(f *Function) bool {
	listed := map[uint64]bool{}
	for _, a := range s.Image.Tables.NoProbe {
		listed[a] = true
	}
	return func(f *Function) bool {
		if s.Rules.RefusesSection(s.Image.Sections[f.Section].Name, s.HYP) || listed[f.Symbol] && f.known() {
			return true
		}
		base, _, derived := strings.Cut(f.Name, ".")
		if !derived {
			return false
		}
		origin, ok := s.Image.Symbols.Lookup(base)
		return ok && listed[origin.Addr]
	}
}

func (s *Sweep) refuseFunctions(why Refusal, which func(f *Function) bool) {
	for i := range s.Functions {
		f := &s.Functions[i]
		if !which(f) {
			continue
		}
		base := s.Image.Texts[f.Text].Addr
		codes := s.Codes[f.Text][(f.Start-base)/4 : (f.End-base)/4]
		for j := range codes {
			codes[j] = placeCode(why)
		}
	}
}

func (s *Sweep) refuseAll(list []uint64, why Refusal) {
	for _, a := range list {
		s.refuse(a, why)
	}
}

func (s *Sweep) refuse(addr uint64, why Refusal) {
	if t, i, ok := s.place(addr); ok {
		s.Codes[t][i] = placeCode(why)
	}
}

// place is the text that has an address, and the number of the word in it.
func (s *Sweep) place(addr uint64) (text, word int, ok bool) {
	t, found := slices.BinarySearchFunc(s.Image.Texts, addr, func(t image.Text, a uint64) int {
		if t.Addr <= a && a < t.End() {
			return 0
		}
		return cmp.Compare(t.Addr, a)
	})
	if !found || addr%4 != 0 {
		return 0, 0, false
	}
	return t, int((addr - s.Image.Texts[t].Addr) / 4), true
}

// At is the verdict at an address.
func (s *Sweep) At(addr uint64) (Verdict, bool) {
	t, i, ok := s.place(addr)
	if !ok {
		return Verdict{}, false
	}
	return Verdicts[s.Codes[t][i]], true
}
