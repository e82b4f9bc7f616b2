package bench

import (
	"bufio"
	"encoding/json"
	"io"
	"math"
	goruntime "runtime"
	"slices"

	"github.com/klauspost/cpuid/v2"
	"golang.org/x/perf/benchfmt"
)

// Report is what was measured.
type Report struct {
	Rounds  int
	Host    Host
	Results []*Result
	Notes   []string
	Peers   *Peers // nil: no programs were compared
}

// Host is the machine that it was measured on.
type Host struct {
	CPU  string `json:"cpu"`
	CPUs int    `json:"cpus"`
	OS   string `json:"os"`
	Arch string `json:"arch"`
	Go   string `json:"go"`
}

func thisHost() Host {
	return Host{CPU: cpuid.CPU.BrandName, CPUs: goruntime.NumCPU(), OS: goruntime.GOOS, Arch: goruntime.GOARCH, Go: goruntime.Version()}
}

func (r *Report) note(s string) {
	if s != "" && !slices.Contains(r.Notes, s) {
		r.Notes = append(r.Notes, s)
	}
}

// Join adds what was measured otherwise.
func (r *Report) Join(other *Report) {
	r.Results = append(r.Results, other.Results...)
	for _, n := range other.Notes {
		r.note(n)
	}
	if other.Peers != nil {
		r.Peers = other.Peers
	}
}

// Err is what went wrong without being the end of everything: programs that failed under some translator.
func (r *Report) Err() error { return r.Peers.Err() }

// unitMeta says of units what tools have to know.
var unitMeta = []struct{ unit, key, value string }{
	{unitTime, "better", "lower"}, {unitCycles, "better", "lower"}, {unitMore, "better", "lower"}, {unitBase, "better", "lower"}, {unitMoreCycles, "better", "lower"},
	{unitArm, "better", "lower"}, {unitDisarm, "better", "lower"}, {unitArmAll, "better", "lower"}, {unitBytes, "better", "lower"},
	{unitSlowdown, "better", "lower"}, {unitRun, "better", "lower"}, {unitUser, "better", "lower"}, {unitPrepare, "better", "lower"},
	{unitRatio, "better", "lower"}, {unitRate, "better", "higher"},
	{unitInsns, "assume", "exact"}, {unitExceptions, "assume", "exact"}, {unitCalls, "assume", "exact"}, {unitHits, "assume", "exact"},
	{unitMissed, "assume", "exact"}, {unitHostBytes, "assume", "exact"}, {unitInvalidated, "assume", "exact"},
	{unitContaining, "assume", "exact"}, {unitProbes, "assume", "exact"}, {unitRefused, "assume", "exact"},
}

// Write writes every round in Go benchmark format. Counts that are exact say so.
func (r *Report) Write(out io.Writer) error {
	w := benchfmt.NewWriter(out)
	for _, m := range unitMeta {
		err := w.Write(&benchfmt.UnitMetadata{UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: m.unit, Key: m.key}, OrigUnit: m.unit, Value: m.value})
		if err != nil {
			return err
		}
	}
	config := r.Host.config()
	for _, res := range r.Results {
		for round := range res.rounds() {
			rec := &benchfmt.Result{Config: config, Name: benchfmt.Name(res.FullName()), Iters: max(1, res.Iters), Values: res.values(round)}
			if err := w.Write(rec); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h Host) config() (list []benchfmt.Config) {
	for _, c := range [][2]string{{"goos", h.OS}, {"goarch", h.Arch}, {"pkg", "axol/bench"}, {"cpu", h.CPU}} {
		list = append(list, benchfmt.Config{Key: c[0], Value: []byte(c[1]), File: true})
	}
	return list
}

// rounds is how many samples there are.
func (r *Result) rounds() (n int) {
	for _, f := range r.Figures {
		n = max(n, len(f.Samples))
	}
	return n
}

// values is a round's samples, and the counts, which are the same in each.
func (r *Result) values(round int) (list []benchfmt.Value) {
	for _, f := range r.Figures {
		i := round
		if f.Exact {
			i = 0
		}
		if i >= len(f.Samples) {
			continue
		}
		v := benchfmt.Value{Value: f.Samples[i], Unit: f.Unit}
		if f.Unit == unitTime { // as Go's own benchmarks have it
			v.OrigValue, v.OrigUnit = 1e9*v.Value, "ns/op"
		}
		list = append(list, v)
	}
	return list
}

// WriteJSON writes JSON lines: an object of type "host", one of type "result" for each benchmark and setting, one of
// type "bound" for each bound, and one of type "note" for each note. Schema:
//
//	{"type":"host","cpu":...,"cpus":N,"os":...,"arch":...,"go":...,"rounds":N}
//	{"type":"result","group":...,"name":...,"axes":{...},"iterations":N,"figures":{UNIT:{"exact":bool,"median":V,"low":V,"high":V,"samples":[...]}}}
//	{"type":"bound","what":...,"bound":V,"measured":V,"unit":...,"met":bool}
//	{"type":"note","text":...}
//
// low and high are the ends of the interval of 95 % confidence, null where there are too few samples for one.
func (r *Report) WriteJSON(out io.Writer) error {
	b := bufio.NewWriter(out)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	type host struct {
		Type string `json:"type"`
		Host
		Rounds int `json:"rounds"`
	}
	if err := enc.Encode(host{"host", r.Host, r.Rounds}); err != nil {
		return err
	}
	for _, res := range r.Results {
		if err := enc.Encode(res.json()); err != nil {
			return err
		}
	}
	for _, bound := range r.Bounds() {
		if err := enc.Encode(bound.json()); err != nil {
			return err
		}
	}
	for _, n := range r.Notes {
		if err := enc.Encode(map[string]any{"type": "note", "text": n}); err != nil {
			return err
		}
	}
	return b.Flush()
}

type jsonFigure struct {
	Exact   bool      `json:"exact"`
	Median  float64   `json:"median"`
	Low     *float64  `json:"low"`
	High    *float64  `json:"high"`
	Samples []float64 `json:"samples"`
}

func (r *Result) json() any {
	axes, figures := map[string]string{}, map[string]jsonFigure{}
	for _, a := range r.Axes {
		axes[a.Key] = a.Value
	}
	for _, f := range r.Figures {
		if len(f.Samples) == 0 {
			continue
		}
		s := f.summary()
		figures[f.Unit] = jsonFigure{f.Exact, s.Center, finite(s.Lo), finite(s.Hi), f.Samples}
	}
	return struct {
		Type    string                `json:"type"`
		Group   string                `json:"group"`
		Name    string                `json:"name"`
		Axes    map[string]string     `json:"axes"`
		Iters   int                   `json:"iterations"`
		Figures map[string]jsonFigure `json:"figures"`
	}{"result", r.Group, r.Name, axes, r.Iters, figures}
}

// finite is v if JSON has such a number.
func finite(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}
