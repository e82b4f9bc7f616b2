package bench

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"axol/probes"
)

var (
	allFidelities = []probes.Fidelity{probes.Inline, probes.Trap}
	shadowOnly    = []probes.Placement{probes.PlaceShadow}
)

// measure runs what patterns select, in two rounds.
func measure(t *testing.T, o Options, patterns ...string) *Report {
	t.Helper()
	o.Rounds = 2
	if o.Fidelities == nil {
		o.Fidelities = allFidelities
	}
	if o.Placements == nil {
		o.Placements = shadowOnly
	}
	s, err := Select(Catalogue(o.Probes), false, patterns)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := Measure(s, &o)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// counts is the exact figures of rows, by name and unit.
func counts(t *testing.T, s Setting, rows []hitRow) map[string]map[string]float64 {
	t.Helper()
	runs, err := countRows(groupHit, s, rows, func(note string) { t.Log(note) })
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]float64{}
	for _, r := range runs {
		all[r.Name] = map[string]float64{}
		for _, f := range r.Figures {
			if !f.Exact {
				t.Errorf("%s: %s is not exact", r.Name, f.Unit)
			}
			all[r.Name][f.Unit] = f.Samples[0]
		}
	}
	return all
}

// Each kind of probe has the hits, misses, exceptions and calls of Go that it must have, and the guest runs the same
// instructions whatever is on it.
func TestHitCounts(t *testing.T) {
	settings := []struct {
		s    Setting
		trap bool
	}{
		{Setting{probes.Inline, probes.PlaceShadow, "debian-6.1"}, false},
		{Setting{probes.Inline, probes.PlaceText, "debian-6.1"}, false},
		{Setting{probes.Trap, probes.PlaceShadow, "debian-6.1"}, true},
		{Setting{probes.Trap, probes.PlaceText, "linux-5.10"}, true},
	}
	for _, set := range settings {
		all := counts(t, set.s, allHitRows())
		for _, c := range []struct {
			name                    string
			insns, hits, missed     float64
			calls, exceptions, trap float64 // of Go; of both fidelities
		}{
			{"kprobe-count", 5, 1, 0, 0, 0, 2},
			{"kprobe", 5, 1, 0, 1, 0, 2},
			{"kprobe-post", 5, 1, 0, 2, 0, 2}, // there is a hook in front of the instruction, too
			{"kprobe-pre-post", 5, 1, 0, 2, 0, 2},
			{"kprobe-three", 5, 3, 0, 1, 0, 2},
			{"kprobe-simulated", 5, 1, 0, 1, 0, 1},
			{"kretprobe", 5, 1, 0, 2, 0, 2},
			{"uprobe-nop", 5, 1, 0, 1, 0, 2},
			{"uprobe-push", 9, 1, 0, 1, 0, 2},
			{"uprobe-ret", 4, 1, 0, 1, 0, 1},
			{"uretprobe-nop", 5, 1, 0, 1, 1, 3},
			{"filter-reject", 5, 1, 0, 0, 0, 2},
			{"missed", 8, 0, 1, 2, 0, 4},
			{"missed-return", 12, 2, 1, 3, 0, 2},
		} {
			want := map[string]float64{unitInsns: c.insns, unitHits: c.hits, unitMissed: c.missed, unitExceptions: c.exceptions, unitInvalidated: 1}
			if set.trap {
				want[unitExceptions] = c.trap
			} else {
				want[unitCalls] = c.calls
			}
			got := all[c.name]
			for unit, w := range want {
				if v, ok := got[unit]; !ok || v != w {
					t.Errorf("%s, %s: %v %s, want %v", c.name, set.s, v, unit, w)
				}
			}
			if got[unitHostBytes] < 20 {
				t.Errorf("%s, %s: %v bytes of host code", c.name, set.s, got[unitHostBytes])
			}
		}
	}
}

// Counts are exact: they do not depend on the run, nor on what else is measured.
func TestExact(t *testing.T) {
	for _, f := range allFidelities {
		s := Setting{f, probes.PlaceShadow, "debian-6.12"}
		all, some := counts(t, s, allHitRows()), counts(t, s, named(hitRows, "hist-log2", "record", "uretprobe-ret", "missed"))
		if len(all) != len(allHitRows()) || len(some) != 4 {
			t.Errorf("%d and %d rows", len(all), len(some))
		}
		for name, figures := range some {
			if !reflect.DeepEqual(figures, all[name]) {
				t.Errorf("%s: %v, and %v", name, figures, all[name])
			}
		}
	}
}

// The documentation's table is of a kernel that has jprobes; in another those are left out by name.
func TestTable(t *testing.T) {
	if rep := measure(t, Options{}, "table/"); len(rep.Results) != 2*len(tableRows) {
		t.Errorf("%d rows", len(rep.Results))
	}
	rep := measure(t, Options{Rules: []string{"linux-6.13"}, Placements: []probes.Placement{probes.PlaceText}}, "table/")
	if len(rep.Results) != 2*(len(tableRows)-2) || !strings.Contains(strings.Join(rep.Notes, "\n"), "table/jr is left out: probe at") {
		t.Errorf("%d rows, %q", len(rep.Results), rep.Notes)
	}
	if rep := measure(t, Options{Rules: []string{"linux-4.15"}}, "table/j"); len(rep.Results) != 0 || len(rep.Notes) < 2 {
		t.Errorf("%d rows, %q", len(rep.Results), rep.Notes)
	}
}

// Arming drops the units that contain a probed address, and no other.
func TestArmed(t *testing.T) {
	counts := []int{1, 100, 70000}
	rep := measure(t, Options{Probes: counts}, "armed/")
	if len(rep.Results) != 2*len(counts) {
		t.Fatalf("%d rows", len(rep.Results))
	}
	// Blocks end at every eighth instruction; 100 probes in 2^20 instructions are 10486 apart, and
	// 70000 15, so that each is in a block of its own.
	want := map[string]float64{"1": 1, "100": 7, "70000": 4375}
	for _, r := range rep.Results {
		dropped, containing := r.median(unitInvalidated), r.median(unitContaining)
		if dropped != containing || dropped != want[r.Name] {
			t.Errorf("%s: %v units dropped, %v with a probe in them, want %v", r.FullName(), dropped, containing, want[r.Name])
		}
		if b := r.median(unitBytes); r.Name == "70000" && (b < 100 || b > 1000) {
			t.Errorf("%v bytes for a probe", b)
		}
	}
	for _, b := range rep.Bounds() {
		if !b.Met() && b.Unit == "units" {
			t.Errorf("%+v", b)
		}
	}
}

func TestArmAndVCPUs(t *testing.T) {
	rep := measure(t, Options{CPUs: []int{1, 3}}, "^arm/", "vcpus/")
	if want := 2 * (len(armRows()) + 2*len(vcpuRows())); len(rep.Results) != want {
		t.Errorf("%d rows, want %d", len(rep.Results), want)
	}
	for _, r := range rep.Results {
		if !(r.median(unitArm) > 0 && r.median(unitDisarm) > 0) && !(r.median(unitRate) > 0) {
			t.Errorf("%s: nothing was measured", r.FullName())
		}
	}
}

// parse reads a report in Go benchmark format back: how many results of each name there are.
func parse(t *testing.T, r *Report) (map[string]int, benchfmt.UnitMetadataMap) {
	t.Helper()
	var out bytes.Buffer
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	results := map[string]int{}
	in := benchfmt.NewReader(&out, "report")
	for in.Scan() {
		switch rec := in.Result().(type) {
		case *benchfmt.Result:
			results["Benchmark"+rec.Name.String()]++
		case *benchfmt.SyntaxError:
			t.Error(rec)
		}
	}
	return results, in.Units()
}

func sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

// Tools read what is written, and know what is exact.
func TestFormats(t *testing.T) {
	rep := measure(t, Options{Fidelities: []probes.Fidelity{probes.Inline}}, "hit/kprobe$", "hit/unprobed-add")
	results, units := parse(t, rep)
	if results["BenchmarkHit/name=kprobe/fidelity=inline/placement=shadow/rules=debian-6.1"] != 2 || sum(results) != 4 {
		t.Errorf("%v", results)
	}
	for unit, want := range map[string]string{unitInsns: "exact", unitHits: "exact", unitHostBytes: "exact"} {
		if m := units.Get(unit, "assume"); m == nil || m.Value != want {
			t.Errorf("%s is not said to be %s", unit, want)
		}
	}
	if m := units.Get(unitTime, "assume"); m != nil {
		t.Error("times are said to be exact")
	}
	var out bytes.Buffer
	if err := rep.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"inline fidelity, shadow placement, rules of debian-6.1", "\nkprobe ", "Go pre handler, inline, debian-6.1", "Cycles"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s\nlacks %q", out.String(), want)
		}
	}
	testJSON(t, rep)
}

func testJSON(t *testing.T, rep *Report) {
	var out bytes.Buffer
	if err := rep.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	types := map[string]int{}
	for line := range strings.Lines(out.String()) {
		var v struct {
			Type, Name string
			Axes       map[string]string
			Figures    map[string]struct {
				Exact   bool
				Median  float64
				Samples []float64
			}
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		types[v.Type]++
		if v.Name != "kprobe" {
			continue
		}
		if f := v.Figures[unitInsns]; v.Axes["fidelity"] != "inline" || !f.Exact || f.Median != 5 {
			t.Errorf("%s", line)
		}
		if f := v.Figures[unitTime]; f.Exact || len(f.Samples) != 2 || f.Median <= 0 {
			t.Errorf("%s", line)
		}
	}
	if types["host"] != 1 || types["result"] != 2 || types["bound"] != 1 || types["note"] == 0 {
		t.Errorf("%v", types)
	}
}

// A bound that does not hold is said not to.
func TestBounds(t *testing.T) {
	r := &Result{Group: groupHit, Name: "kprobe-count", Axes: Setting{Rules: "linux-4.8"}.axes()}
	rep := &Report{Results: []*Result{r}}
	for _, v := range []float64{3.5, 2} {
		r.Figures = nil
		r.add(unitMoreCycles, v)
		b := rep.Bounds()
		if len(b) != 1 || b[0].Met() != (v <= 3) || b[0].Measured != v {
			t.Errorf("%v: %+v", v, b)
		}
		var out bytes.Buffer
		if err := rep.Print(&out); err != nil || strings.Contains(out.String(), "NOT MET") != (v > 3) {
			t.Errorf("%s %v", out.String(), err)
		}
	}
}

func TestSelect(t *testing.T) {
	all := Catalogue([]int{1, 10})
	seen := map[string]bool{}
	for _, e := range all {
		if seen[e.FullName()] || e.What == "" || strings.ContainsAny(e.FullName(), " ,:") {
			t.Errorf("%+v", e)
		}
		seen[e.FullName()] = true
	}
	for _, name := range []string{"kprobe", "kretprobe", "uprobe-nop", "uprobe-push", "uprobe-ret", "uretprobe-nop", "uretprobe-push", "uretprobe-ret"} {
		if !seen["hit/"+name] { // the kernel's names
			t.Errorf("there is no %s", name)
		}
	}
	if s, err := Select(all, false, []string{"^table/k$", "armed/10$"}); err != nil || len(s) != 2 {
		t.Error(s, err)
	}
	for _, bad := range []string{"(", "no such thing"} {
		if _, err := Select(all, false, []string{bad}); err == nil || !strings.Contains(err.Error(), bad) {
			t.Error(err)
		}
	}
}
