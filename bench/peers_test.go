package bench

import (
	"bytes"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func testTranslators() []Translator {
	return []Translator{
		{Name: "axol", run: []string{"echo", "1"}}, {Name: "qemu 1", Version: "qemu-aarch64 version 1", run: []string{"echo", "1"}},
		{Name: "qemu 2", Version: "qemu-aarch64 version 2", run: []string{"echo", "1"}}, {Name: "native amd64", native: true},
	}
}

func TestPeersReport(t *testing.T) {
	p := &Peers{
		Translators: testTranslators(), Rounds: 3, Notes: []string{"A note."},
		Programs: []Program{
			{Name: "Go guest: sort", Set: setPrograms,
				User: [][]float64{{2, 1, 9}, {6, 6, 6}, {4, 4, 4}, {1, 1, 1}}, Wall: [][]float64{{3, 3, 3}, {7, 7, 7}, {5, 5, 5}, {1, 1, 1}}},
			{Name: "foreign", Set: setPrograms, User: [][]float64{{1}, {8}, {9}, nil}, Wall: [][]float64{{1}, {8}, {9}, nil}},
			{Name: "broken", Set: setLoops, User: make([][]float64, 4), Wall: make([][]float64, 4), Err: errors.New("why")},
		},
	}
	var out bytes.Buffer
	rep := &Report{Results: p.results(), Notes: p.notes(), Peers: p}
	if err := rep.Print(&out); err != nil {
		t.Fatal(err)
	}
	// The mean of 2 and 8 is 4; where there is no native build, no ratio to it counts.
	for _, want := range []string{
		"programs: user CPU seconds\n",
		"program         axol  qemu 1  qemu 2  native amd64  faster qemu / axol  axol / native\n",
		"Go guest: sort  2.00    6.00    4.00          1.00                2.00           2.00\n",
		"foreign         1.00    8.00    9.00             -                8.00              -\n",
		"geometric mean                                                    4.00           2.00\n",
		"broken          failed\n",
		"Programs: medians of 3 runs, interleaved; all print the same. qemu-aarch64 version 1. qemu-aarch64 version 2.\nA note.\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s\nlacks %q", out.String(), want)
		}
	}
	if err := p.Err(); err == nil || err.Error() != "why" {
		t.Error(err)
	}
	results, _ := parse(t, rep)
	if results["BenchmarkPrograms/name=Go-guest-sort/under=qemu-2"] != 3 || sum(results) != 15 {
		t.Errorf("%v", results)
	}
}

func TestGeomean(t *testing.T) {
	if g := geomean([]float64{1, 0, 100, 10}); math.Abs(g-10) > 1e-9 {
		t.Error(g)
	}
	if g := geomean(nil); g != 0 {
		t.Error(g)
	}
}

// Programs that print something else are not compared.
func TestPeersDiffer(t *testing.T) {
	p := &Peers{Translators: testTranslators()}
	p.Translators[2].run[1] = "2"
	fresh := func() *Program {
		return &Program{Name: "program", User: make([][]float64, 4), Wall: make([][]float64, 4)}
	}
	if err := p.round(fresh(), 0, func(string) {}); err == nil || !strings.Contains(err.Error(), "program: its output under qemu 2 is not what it is under axol") {
		t.Error(err)
	}
	p.Translators[2].run[1] = "1"
	g := fresh()
	if err := p.round(g, 1, func(string) {}); err != nil || len(g.User[0]) != 1 || len(g.Wall[2]) != 1 || len(g.User[3]) != 0 {
		t.Error(g, err)
	}
	g.native = []string{"echo", "3"}
	if err := p.round(g, 1, func(string) {}); err == nil || !strings.Contains(err.Error(), "under native") {
		t.Error(err)
	}
	if _, err := timed([]string{"sh", "-c", "echo why >&2; exit 3"}); err == nil || !strings.Contains(err.Error(), "why") {
		t.Error(err)
	}
}

// A program that is slow to say the same counts for what it says it did.
func TestRate(t *testing.T) {
	s := &sample{user: 9, stderr: "Doing 2048 bits private rsa's for 2s: 5000 2048 bits private RSA's in 2.00s\n" +
		"Doing 2048 bits public rsa's for 2s: 99999 2048 bits public RSA's in 2.00s\n"}
	if err := (&rate{1000}).apply(s); err != nil || s.user != 0.4 {
		t.Error(s.user, err)
	}
	for _, bad := range []string{"", "Doing x for 2s: 0 x's in 2.00s\n", "Doing x for 2s: 5 x's in 2.0.0s\n"} {
		if err := (&rate{1000}).apply(&sample{stderr: bad}); err == nil {
			t.Errorf("%q is a rate", bad)
		}
	}
}

func TestCommand(t *testing.T) {
	g := &Program{guest: "/root/bin/a", root: "/root", args: []string{"-x"}}
	q := Translator{run: []string{"qemu"}, rootFlag: "-L"}
	if got := strings.Join(q.command(g), " "); got != "qemu -L /root /root/bin/a -x" {
		t.Error(got)
	}
	native := Translator{native: true}
	if got := native.command(g); got != nil {
		t.Error(got)
	}
	g.root, g.native = "", []string{"ld.so", "b"}
	if got := strings.Join(q.command(g), " "); got != "qemu /root/bin/a -x" {
		t.Error(got)
	}
	if got := strings.Join(native.command(g), " "); got != "ld.so b -x" {
		t.Error(got)
	}
}

func TestSelectPrograms(t *testing.T) {
	names := func(patterns ...string) (list []string) {
		s, err := Select(Catalogue(nil), true, patterns)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range s.programs() {
			list = append(list, r.name)
		}
		return list
	}
	all := names()
	if len(all) != len(packaged)+len(guestWorks)+len(loopNames) || !slices.Equal(names("loops/", "programs/"), all) {
		t.Errorf("%q", all)
	}
	if got := names("FIB", "rsa"); !slices.Equal(got, []string{"lua5.4 fib", "openssl rsa2048, 1000 signatures", "loop: fib(38)"}) {
		t.Errorf("%q", got)
	}
}

// What is not there is named, with what to do; the rest is run.
func TestMissingPrograms(t *testing.T) {
	t.Setenv("AXOL_CACHE", filepath.Join(t.TempDir(), "cache"))
	p := &Peers{}
	selected, err := Select(Catalogue(nil), true, []string{"xz", "lua"})
	if err != nil {
		t.Fatal(err)
	}
	err = p.findPrograms(selected)
	if err == nil || !strings.Contains(err.Error(), "sysroot/usr/bin/xz is not there: 'make peers' fetches it") || len(p.Notes) < 2 {
		t.Error(err, p.Notes)
	}
}

func TestCached(t *testing.T) {
	t.Setenv("AXOL_CACHE", filepath.Join(t.TempDir(), "cache"))
	a, err := cached("x-", "file", []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := cached("x-", "file", []byte("one")); err != nil || again != a {
		t.Error(again, err)
	}
	if other, err := cached("x-", "file", []byte("one"), []byte("made otherwise")); err != nil || other == a {
		t.Error(other, err)
	}
	for _, r := range packaged {
		if script, ok := strings.CutPrefix(r.args, "script:"); ok {
			if _, err := cachedScript(script); err != nil {
				t.Error(err)
			}
		}
	}
}
