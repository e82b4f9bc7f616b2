package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"axol/probes"
)

// Outcome is what came of the executions of one instruction: Unrun, Equal, Unequal, or a number of Dynamic.Phrases
// behind them.
type Outcome uint8

const (
	Unrun Outcome = iota // nothing was executed, nor needed to be
	Equal
	Unequal
	firstPhrase
)

// maxPhrases is how many reasons are told apart.
const maxPhrases = 200

// Dynamic is what the dynamic pass found.
type Dynamic struct {
	Seed       uint64
	Samples    int
	Executions uint64 // through a probe, each compared with one without
	// Outcomes and Times are as Sweep.Codes: what came of each word, and how often it was executed, up to 65535.
	Outcomes [][]Outcome
	Times    [][]uint16
	Phrases  []Phrase
	Unequal  []Difference // by address

	settings string // of what was run: what resumes must agree in
	done     []bool // by chunk
}

// Phrase is what came of instructions that are not equal or unequal, in words.
type Phrase struct {
	Kind PhraseKind `json:"kind"`
	Text string     `json:"text"`
}

// PhraseKind is what a phrase is about.
type PhraseKind string

const (
	Unmeasured  PhraseKind = "unmeasured"  // why an instruction that may be probed could not be executed
	Confirmed   PhraseKind = "confirmed"   // how a refusal was shown to be right
	Unconfirmed PhraseKind = "unconfirmed" // why it was not
)

// Difference is an inequality and where it is.
type Difference struct {
	Site Site
	Inequality
}

// DynamicOptions are what the dynamic pass is run with.
type DynamicOptions struct {
	Runner  NewRunner
	Seed    uint64
	Samples int
	Workers int
	State   *State // where the pass is kept while it runs, nil: nowhere
	Resume  bool   // what State has is not run again
	// Progress is told now and then, by one goroutine at a time, of the words done and all, and of the executions.
	Progress func(done, all int, executions uint64)
}

// RunDynamic executes the sweep's instructions. If ctx ends early, the error is ctx's, and the state is kept for
// a run that resumes.
func (s *Sweep) RunDynamic(ctx context.Context, opt DynamicOptions) (*Dynamic, error) {
	all := chunks(s.Image)
	d := &Dynamic{Seed: opt.Seed, Samples: opt.Samples, settings: s.settings(opt), done: make([]bool, len(all))}
	for i := range s.Image.Texts {
		n := len(s.Image.Texts[i].Words)
		d.Outcomes = append(d.Outcomes, make([]Outcome, n))
		d.Times = append(d.Times, make([]uint16, n))
	}
	if opt.Resume {
		opt.State.load(d)
	}
	r := &running{s: s, d: d, opt: opt, chunks: all}
	err := r.run(ctx)
	slices.SortFunc(d.Unequal, func(a, b Difference) int { return cmp.Compare(a.Site.Addr, b.Site.Addr) })
	if err != nil {
		return nil, errors.Join(err, opt.State.save(d))
	}
	return d, nil
}

// settings names what the findings of a dynamic pass depend on.
func (s *Sweep) settings(opt DynamicOptions) string {
	return fmt.Sprintf("%s, %ss, VHE %t, seed %d, %d samples", s.Rules.Name, s.Rules.Kind, s.HYP, opt.Seed, opt.Samples)
}

// running is a dynamic pass under way.
type running struct {
	s      *Sweep
	d      *Dynamic
	opt    DynamicOptions
	chunks []chunk
	next   atomic.Int64

	mu    sync.Mutex // of d and what follows
	words int        // done
	all   int
}

func (r *running) run(ctx context.Context) error {
	for i, c := range r.chunks {
		r.all += c.to - c.from
		if r.d.done[i] {
			r.words += c.to - c.from
		}
	}
	r.progress()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	workers := r.opt.Workers
	if workers <= 0 {
		workers = goruntime.GOMAXPROCS(0)
	}
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			if err := r.work(ctx); err != nil {
				cancel(err)
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// work runs chunks until none is left.
func (r *running) work(ctx context.Context) (err error) {
	runner, err := r.opt.Runner(RunnerConfig{Image: r.s.Image, Rules: r.s.Rules, Seed: r.opt.Seed, Samples: r.opt.Samples})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, runner.Close()) }()
	var sites []Site
	results := make([]Result, chunkWords)
	for {
		i := int(r.next.Add(1)) - 1
		if i >= len(r.chunks) {
			return nil
		}
		if r.isDone(i) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		sites = r.s.sites(sites[:0], r.chunks[i])
		clear(results)
		if err := runner.Run(ctx, sites, results[:len(sites)]); err != nil {
			return err
		}
		if err := r.finish(i, sites, results); err != nil {
			return err
		}
	}
}

func (r *running) isDone(i int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.d.done[i]
}

// finish keeps what was found in a chunk.
func (r *running) finish(i int, sites []Site, results []Result) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.chunks[i]
	for j := range sites {
		r.d.keep(c.text, c.from+j, &sites[j], &results[j])
	}
	r.d.done[i] = true
	r.words += c.to - c.from
	r.progress()
	return r.opt.State.saveNowAndThen(r.d)
}

func (r *running) progress() {
	if r.opt.Progress != nil {
		r.opt.Progress(r.words, r.all, r.d.Executions)
	}
}

func (d *Dynamic) keep(text, word int, site *Site, result *Result) {
	d.Executions += uint64(result.Executions)
	d.Times[text][word] = uint16(min(result.Executions, 1<<16-1))
	outcome := Unrun
	switch {
	case result.Inequality != nil:
		outcome = Unequal
		d.Unequal = append(d.Unequal, Difference{*site, *result.Inequality})
	case result.Confirmed != "":
		outcome = d.phrase(Phrase{Confirmed, result.Confirmed})
	case result.Unmeasured != "" && site.Verdict.Class == probes.Rejected:
		outcome = d.phrase(Phrase{Unconfirmed, strings.TrimPrefix(result.Unmeasured, "refused: ")})
	case result.Unmeasured != "":
		outcome = d.phrase(Phrase{Unmeasured, result.Unmeasured})
	case result.Executions > 0:
		outcome = Equal
	}
	d.Outcomes[text][word] = outcome
}

// phrase is the outcome that stands for a phrase.
func (d *Dynamic) phrase(p Phrase) Outcome {
	i := slices.Index(d.Phrases, p)
	if i < 0 {
		if len(d.Phrases) >= maxPhrases {
			p.Text = "other reasons"
			if i = slices.Index(d.Phrases, p); i >= 0 {
				return firstPhrase + Outcome(i)
			}
		}
		i = len(d.Phrases)
		d.Phrases = append(d.Phrases, p)
	}
	return firstPhrase + Outcome(i)
}

// outcome is what came of a word, in words.
func (d *Dynamic) outcome(text, word int) (o Outcome, phrase Phrase) {
	if o = d.Outcomes[text][word]; o >= firstPhrase {
		phrase = d.Phrases[o-firstPhrase]
	}
	return o, phrase
}
