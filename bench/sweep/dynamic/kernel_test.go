package dynamic

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"axol/bench"
	"axol/bench/sweep"
	"axol/probes"
	"axol/runtime/image"

	"golang.org/x/sys/unix"
)

// debian is the path of a kernel that 'make kernel' fetches.
func debian(t testing.TB, series string) string {
	t.Helper()
	cache, err := bench.Cache()
	if err != nil {
		t.Skip(err)
	}
	found, _ := filepath.Glob(filepath.Join(cache, "kernel-"+series, "boot", "vmlinuz-*"))
	if len(found) == 0 {
		t.Skipf("needs Debian's kernel %s ('make kernel' fetches it)", series)
	}
	return found[0]
}

// tally is what a sweep found.
type tally struct {
	sites, measured, executions, unequal int
	reasons                              map[string]int
	differences                          []string
}

// sweepImage sweeps one in every pieces of an image.
func sweepImage(t testing.TB, im *image.Image, rules *probes.Rules, every, workers int) (all tally) {
	t.Helper()
	s := sweep.New(im, rules, sweep.Options{})
	all.reasons = map[string]int{}
	pieces := make(chan []sweep.Site)
	go func() {
		defer close(pieces)
		const words = 1024
		var piece []sweep.Site
		n := 0
		for x := range s.Sites {
			if n/words%every == 0 {
				piece = append(piece, x)
			}
			if n++; n%words == 0 && piece != nil {
				pieces <- piece
				piece = nil
			}
		}
		pieces <- piece
	}()
	var mu sync.Mutex
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			r, err := New(sweep.RunnerConfig{Image: im, Rules: rules, Seed: 1, Samples: 2})
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			for sites := range pieces {
				results := make([]sweep.Result, len(sites))
				if err := r.Run(context.Background(), sites, results); err != nil {
					t.Error(err)
				}
				mu.Lock()
				for i := range sites {
					all.add(&sites[i], &results[i])
				}
				mu.Unlock()
			}
		})
	}
	done.Wait()
	return all
}

func (a *tally) add(s *sweep.Site, r *sweep.Result) {
	a.sites++
	a.executions += int(r.Executions)
	if r.Executions > 0 {
		a.measured++
	}
	key := s.Verdict.Class.String()
	if r.Unmeasured != "" {
		a.reasons[fmt.Sprintf("%s, %s: unmeasured: %s", key, s.Verdict.Why(), r.Unmeasured)]++
	}
	if r.Confirmed != "" {
		a.reasons[fmt.Sprintf("%s, %s: confirmed: %s", key, s.Verdict.Why(), r.Confirmed)]++
	}
	if r.Inequality != nil {
		a.unequal++
		if len(a.differences) < 40 {
			a.differences = append(a.differences, fmt.Sprintf("%#x %08x (%s) %s, sample %d:%s", s.Addr, s.Word, s.Function, r.Inequality.Fidelity, r.Inequality.Sample, r.Inequality.Detail))
		}
	}
}

func (a *tally) String() string {
	var lines []string
	for k, n := range a.reasons {
		lines = append(lines, fmt.Sprintf("%9d %s", n, k))
	}
	slices.Sort(lines)
	return fmt.Sprintf("%d sites, %d measured, %d executions, %d unequal\n%s", a.sites, a.measured, a.executions, a.unequal, strings.Join(lines, "\n"))
}

// Part of the text of real kernels, or all of it with AXOL_SWEEP_EVERY=1: no instruction does anything else through a probe.
func TestKernels(t *testing.T) {
	every, workers := 200, goruntime.GOMAXPROCS(0)
	if n, err := strconv.Atoi(os.Getenv("AXOL_SWEEP_EVERY")); err == nil {
		every = n
	}
	for _, series := range []string{"6.1", "6.12"} {
		t.Run(series, func(t *testing.T) {
			im, err := image.Open(debian(t, series), image.Options{})
			if err != nil {
				t.Fatal(err)
			}
			rules, err := probes.Lookup("debian-" + series)
			if err != nil {
				t.Fatal(err)
			}
			all := sweepImage(t, im, rules, every, workers)
			for _, d := range all.differences {
				t.Error(d)
			}
			t.Log(&all)
		})
	}
}

// processorSeconds is the time that processors have worked for this process, garbage collection and all.
func processorSeconds(b *testing.B) float64 {
	var r unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}

// BenchmarkSweep is what a site costs, all in all.
func BenchmarkSweep(b *testing.B) {
	im, err := image.Open(debian(b, "6.1"), image.Options{})
	if err != nil {
		b.Fatal(err)
	}
	rules := lookup(b, "debian-6.1")
	var sites []sweep.Site
	for x := range sweep.New(im, rules, sweep.Options{}).Sites {
		if sites = append(sites, x); len(sites) == 1<<20 {
			break
		}
	}
	for _, samples := range []int{1, 2, 4, 8} {
		b.Run(fmt.Sprintf("samples=%d", samples), func(b *testing.B) {
			r, err := New(sweep.RunnerConfig{Image: im, Rules: rules, Samples: samples})
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close()
			executions, done, start := 0, 0, processorSeconds(b)
			for b.Loop() {
				const words = 1024
				piece := sites[done%len(sites):][:words]
				done += words
				results := make([]sweep.Result, words)
				if err := r.Run(context.Background(), piece, results); err != nil {
					b.Fatal(err)
				}
				for i := range results {
					executions += int(results[i].Executions)
				}
			}
			used := processorSeconds(b) - start
			b.ReportMetric(float64(executions)/used, "executions/cpu-s")
			b.ReportMetric(float64(done)/used, "sites/cpu-s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
