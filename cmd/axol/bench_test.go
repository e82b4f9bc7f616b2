package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestBenchList(t *testing.T) {
	all := run(t, "", axol, "bench", "--list")
	some := run(t, "", axol, "bench", "--list", "^hit/uprobe", "^loops/")
	if all.status != 0 || some.status != 0 || all.stderr != "" {
		t.Fatalf("%+v %+v", all, some)
	}
	for line := range strings.Lines(some.stdout) {
		name := strings.Fields(line)[0]
		if !strings.Contains(all.stdout, name+" ") || !regexp.MustCompile(`^(hit/uprobe|loops/)`).MatchString(line) {
			t.Errorf("%q", line)
		}
	}
	if n := strings.Count(some.stdout, "\n"); n != 3+8 {
		t.Errorf("%d lines", n)
	}
}

// Files are written as a whole, and hold the benchmarks that were selected.
func TestBenchFiles(t *testing.T) {
	dir := t.TempDir()
	out, page := filepath.Join(dir, "out.txt"), filepath.Join(dir, "page.html")
	r := run(t, "", axol, "bench", "--count", "1", "--fidelity", "inline", "--out", out, "--plot", page, "hit/kprobe$")
	if r.status != 0 || r.stderr != "" || !strings.Contains(r.stdout, "\nkprobe ") {
		t.Fatalf("%+v", r)
	}
	text, err := os.ReadFile(out)
	if want := "BenchmarkHit/name=kprobe/fidelity=inline/placement=shadow/rules=debian-6.1 "; err != nil || strings.Count(string(text), want) != 1 {
		t.Errorf("%s%v", text, err)
	}
	if html, err := os.ReadFile(page); err != nil || !strings.Contains(string(html), "</html>") {
		t.Error(err)
	}
	// What fails leaves no file.
	bad := filepath.Join(dir, "bad.svg")
	r = run(t, "", axol, "bench", "--count", "1", "--plot", bad, "arm/kprobe$")
	if r.status != 2 || !strings.Contains(r.stderr, "nothing to draw") {
		t.Errorf("%+v", r)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Error(left, err)
	}
}

// A program does the same with probes everywhere; more probes are hit more often.
func TestBenchProgram(t *testing.T) {
	r := run(t, "", axol, "bench", "--count", "1", "--json", "--", guest(t), "alloc")
	if r.status != 0 || r.stderr != "" {
		t.Fatalf("%+v", r)
	}
	hits := map[string]float64{}
	for line := range strings.Lines(r.stdout) {
		var v struct {
			Type, Name, Text string
			Figures          map[string]struct{ Median float64 }
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v.Type == "result" {
			hits[v.Name] = v.Figures["hits"].Median
			if v.Name != "unprobed" && v.Figures["probes"].Median < 1000 {
				t.Errorf("%s", line)
			}
		}
		if strings.Contains(v.Text, "not the same") {
			t.Errorf("%s", line)
		}
	}
	if len(hits) != 3 || hits["unprobed"] != 0 || hits["every-function"] < nodes || hits["every-instruction"] < 10*hits["every-function"] {
		t.Errorf("%v", hits)
	}
}

// A stripped program has exclusive sequences that no symbol shows. Probes in them would have it try for ever.
func TestRunEvery(t *testing.T) {
	box := busybox(t)
	want := run(t, "hello\n", axol, "run", box, "sha256sum")
	for _, every := range []string{"function", "instruction"} {
		r := run(t, "hello\n", axol, "run", "--every", every, box, "sha256sum")
		m := regexp.MustCompile(`^axol: (\d+) counting probes, (\d+) places refused, (\d+) hits\n$`).FindStringSubmatch(r.stderr)
		if r.status != 0 || r.stdout != want.stdout || m == nil {
			t.Fatalf("%s: %+v", every, r)
		}
		probes, _ := strconv.Atoi(m[1]) // digits
		hits, _ := strconv.Atoi(m[3])
		if least := map[string]int{"function": 1000, "instruction": 100_000}[every]; probes < least || hits < least/10 {
			t.Errorf("%s: %s", every, r.stderr)
		}
	}
	if r := run(t, "", axol, "bench", "--count", "1", "--", file(t, []byte("#!/bin/sh\n"))); r.status != 2 || !strings.Contains(r.stderr, "ELF") {
		t.Errorf("%+v", r)
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct{ found, args, patterns, program string }{
		{"a b", "axol bench a b", "a b", ""},
		{"a p -x", "axol bench --count 1 a -- p -x", "a", "p -x"},
		{"p", "axol bench -- p", "", "p"},
		{"p -- q", "axol bench -- p -- q", "", "p -- q"},
	} {
		patterns, program := split(strings.Fields(c.found), strings.Fields(c.args))
		if !slices.Equal(patterns, strings.Fields(c.patterns)) || !slices.Equal(program, strings.Fields(c.program)) ||
			(program != nil) != strings.Contains(c.args, " -- ") {
			t.Errorf("%+v: %q, %q", c, patterns, program)
		}
	}
}
