package sweep

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"axol/probes"
	"axol/runtime/elf"
)

// fake is a Runner that executes nothing.
type fake struct {
	ran    *atomic.Int64 // sites
	closed *atomic.Int64
	fail   error  // of the chunk behind the first
	cancel func() // called in the chunk behind the first

}

func (f *fake) Run(ctx context.Context, sites []Site, results []Result) error {
	if f.ran.Add(int64(len(sites))) > chunkWords {
		if f.fail != nil {
			return f.fail
		}
		if f.cancel != nil {
			f.cancel()
			return ctx.Err()
		}
	}
	for i := range sites {
		s, r := &sites[i], &results[i]
		switch {
		case s.Verdict.Class == probes.Rejected && s.Verdict.Reason == probes.ReasonExclusive:
			r.Confirmed = "never succeeds when stepped"
		case s.Verdict.Class == probes.Rejected:
		case s.Addr%1024 == 0:
			r.Unmeasured = "waits"
		case s.Addr%4096 == 512:
			r.Executions = 3
			r.Inequality = &Inequality{"trap", 2, "x0: 0x1, 0x2"}
		default:
			r.Executions = 4
		}
	}
	return nil
}

func (f *fake) Close() error { f.closed.Add(1); return nil }

// dynamicSweep is of words enough for some chunks.
func dynamicSweep(t *testing.T) *Sweep {
	words := make([]uint32, 5*chunkWords+100)
	for i := range words {
		words[i] = []uint32{wordNop, 0x91000400, 0xd65f03c0, 0x885f7c20, 0x88027c20, 0xd4000001, 0x14000001}[i*i%7]
	}
	return New(kernelOf(words, elf.Symbol{Name: "a", Addr: testBase}, elf.Symbol{Name: "b", Addr: testBase + 4*chunkWords + 40, Size: 4 * chunkWords}), rules(t, "debian-6.1"), Options{})
}

func options(f fake, workers int) DynamicOptions {
	return DynamicOptions{Runner: func(RunnerConfig) (Runner, error) { return &f, nil }, Seed: 7, Samples: 4, Workers: workers}
}

func newFake() fake { return fake{ran: new(atomic.Int64), closed: new(atomic.Int64)} }

// A run that is interrupted is resumed, runs no chunk twice, and ends as one that was not.
func TestResume(t *testing.T) {
	s := dynamicSweep(t)
	f := newFake()
	want, err := s.RunDynamic(t.Context(), options(f, 3))
	if err != nil {
		t.Fatal(err)
	}
	m := s.Summarize(want)
	if f.ran.Load() != int64(s.Words()) || f.closed.Load() != 3 || m.Dynamic.Executions == 0 || m.Dynamic.Unequal != len(want.Unequal) || m.Dynamic.Unequal == 0 || m.Status() != 1 ||
		len(m.Dynamic.Confirmed) != 1 || len(m.Dynamic.Unmeasured) != 1 {
		t.Fatalf("%d sites ran: %+v", f.ran.Load(), m.Dynamic)
	}
	state := &State{Path: filepath.Join(t.TempDir(), "state"), Digest: s.Identity(), Notice: func(why string) { t.Error(why) }}
	first := newFake()
	ctx, cancel := context.WithCancel(t.Context())
	first.cancel = cancel
	opt := options(first, 1)
	opt.State = state
	if _, err := s.RunDynamic(ctx, opt); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: %v", err)
	}
	second := newFake()
	opt = options(second, 2)
	opt.State, opt.Resume = state, true
	got, err := s.RunDynamic(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if n := second.ran.Load(); n != int64(s.Words()-chunkWords) {
		t.Errorf("%d sites ran again or were left out, of %d", n, s.Words())
	}
	if !reflect.DeepEqual(s.Summarize(got), m) || !reflect.DeepEqual(got.Unequal, want.Unequal) || !reflect.DeepEqual(got.Times, want.Times) {
		t.Errorf("resumed: %+v, want %+v", s.Summarize(got).Dynamic, m.Dynamic)
	}
	if err := state.Remove(); err != nil {
		t.Error(err)
	}
	if err := state.Remove(); err != nil {
		t.Errorf("nothing to remove: %v", err)
	}
}

// A state that is of no use is ignored, with a reason.
func TestUselessState(t *testing.T) {
	s := dynamicSweep(t)
	path := filepath.Join(t.TempDir(), "state")
	f := newFake()
	d, err := s.RunDynamic(t.Context(), options(f, 1))
	if err != nil {
		t.Fatal(err)
	}
	good := State{Path: path, Digest: s.Identity()}
	if err := good.save(d); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := slices.Clone(whole)
	damaged[len(damaged)-3] ^= 1
	for _, c := range []struct {
		want    string
		content []byte
		digest  [32]byte
		seed    uint64
	}{
		{"is not there", nil, s.Identity(), 7},
		{"is damaged", whole[:len(whole)/2], s.Identity(), 7},
		{"is damaged", damaged, s.Identity(), 7},
		{"is damaged", []byte("hello"), s.Identity(), 7},
		{"is of another image", whole, [32]byte{1}, 7},
		{"is of other settings", whole, s.Identity(), 8},
		{"", whole, s.Identity(), 7},
	} {
		os.Remove(path)
		if c.content != nil {
			if err := os.WriteFile(path, c.content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		said := ""
		f := newFake()
		opt := options(f, 1)
		opt.Seed, opt.Resume = c.seed, true
		opt.State = &State{Path: path, Digest: c.digest, Notice: func(why string) { said = why }}
		if _, err := s.RunDynamic(t.Context(), opt); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(said, c.want) || (c.want == "") != (said == "") || (c.want == "") != (f.ran.Load() == 0) {
			t.Errorf("%q is said, want %q; %d sites ran", said, c.want, f.ran.Load())
		}
	}
}

// A Runner that fails ends the sweep, and so does a disk that is full.
func TestRunnerFails(t *testing.T) {
	s := dynamicSweep(t)
	f := newFake()
	f.fail = errors.New("the machine is on fire")
	if _, err := s.RunDynamic(t.Context(), options(f, 2)); !errors.Is(err, f.fail) {
		t.Errorf("%v", err)
	}
	opt := options(newFake(), 1)
	opt.State = &State{Path: filepath.Join(t.TempDir(), "no", "folder")}
	if _, err := s.RunDynamic(t.Context(), opt); err == nil || !strings.Contains(err.Error(), "state of the sweep cannot be kept") {
		t.Errorf("%v", err)
	}
	opt = options(f, 2)
	opt.Runner = func(RunnerConfig) (Runner, error) { return nil, errors.New("no memory") }
	if _, err := s.RunDynamic(t.Context(), opt); err == nil || !strings.Contains(err.Error(), "no memory") {
		t.Errorf("%v", err)
	}
}

// Many reasons do not grow without bounds.
func TestPhrases(t *testing.T) {
	d := &Dynamic{}
	for i := range 1000 {
		d.phrase(Phrase{[]PhraseKind{Confirmed, Unconfirmed, Unmeasured}[i%3], strings.Repeat("x", i)})
	}
	if n := len(d.Phrases); n > maxPhrases+3 {
		t.Errorf("%d phrases", n)
	}
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		m    Summary
		want int
	}{
		{Summary{Tally: Tally{Words: 1}}, 0},
		{Summary{}, 2},
		{Summary{Tally: Tally{Words: 1}, Dynamic: &DynamicSummary{}}, 2},
		{Summary{Tally: Tally{Words: 1}, Dynamic: &DynamicSummary{Executions: 1}}, 0},
		{Summary{Tally: Tally{Words: 1}, Dynamic: &DynamicSummary{Executions: 1, Unequal: 1}}, 1},
	} {
		if got := c.m.Status(); got != c.want {
			t.Errorf("%+v: %d", c.m, got)
		}
	}
}
