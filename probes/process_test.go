package probes

import (
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"sync/atomic"
	"testing"

	"axol/runtime"
)

// The first thread of a guest has the process's number, and so no other guest thread may run
// on the host thread that has it: the test's own main function keeps it.
func init() { goruntime.LockOSThread() }

func step(x uint64) uint64 { return (x*3 + 7) ^ x>>3 }

// A Go program with threads, of which some end before it: each instruction of a function is
// probed, and hit as often as the function is called.
func TestProcess(t *testing.T) {
	if raceEnabled {
		t.Skip("the guest shares the detector's address space")
	}
	path := filepath.Join(t.TempDir(), "guest")
	build := exec.Command("go", "build", "-o", path, "./testdata/guest")
	build.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
	if msg, err := build.CombinedOutput(); err != nil {
		t.Skipf("needs a Go toolchain for arm64: %v\n%s", err, msg)
	}
	var want uint64
	for i := range uint64(4) {
		x := i
		for range 1000 {
			x = step(x)
		}
		want += x
	}
	for _, e := range engines[:2] {
		t.Run(e.name, func(t *testing.T) {
			rules, err := Lookup(rules61)
			if err != nil {
				t.Fatal(err)
			}
			m := New(Config{Rules: rules, Report: func(line string) { t.Error(line) }})
			p, err := runtime.Load(runtime.Config{Path: path, Env: []string{"GOMAXPROCS=3"}, NewEngine: m.Engine(e.cfg),
				Warn: func(line string) { t.Log(line) }})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			f, ok := p.Symbols().Lookup("main.step")
			if !ok {
				t.Fatal("the guest has no main.step")
			}
			var probes []*Kprobe
			var calls, posts atomic.Uint64
			for off := uint64(0); off < f.Size; off += 4 {
				if w, _ := p.Fetch(f.Addr + off); w == 0 {
					break // padding
				}
				q := &Kprobe{Symbol: "main.step", Offset: off}
				if off%8 == 4 {
					q.Pre = func(*Hit) int { calls.Add(1); return 0 }
					q.Post = func(*Hit) { posts.Add(1) }
				}
				if err := m.Register(q); err != nil {
					t.Fatal(err)
				}
				probes = append(probes, q)
			}
			if status := p.Run(); uint64(status) != want%100+1 {
				t.Errorf("exit status %d, want %d", status, want%100+1)
			}
			for _, q := range probes {
				if n := m.Hits(q); n != 4000 {
					t.Errorf("%d hits at +%d, want 4000", n, q.Offset)
				}
			}
			if n := uint64(len(probes) / 2 * 4000); n == 0 || calls.Load() != n || posts.Load() != n {
				t.Errorf("%d calls and %d posts, want %d", calls.Load(), posts.Load(), n)
			}
		})
	}
}
