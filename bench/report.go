package bench

import (
	"fmt"
	"io"
	goruntime "runtime"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
)

// Report is what was measured.
type Report interface {
	// Print writes tables for people.
	Print(w io.Writer) error
	// Write writes every round in Go benchmark format.
	Write(w io.Writer) error
}

// median is what a row shows of its rounds.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	thresholds := benchmath.DefaultThresholds
	s := benchmath.NewSample(append([]float64(nil), values...), &thresholds)
	return benchmath.AssumeNothing.Summary(s, 0.95).Center
}

// Print implements Report.
func (o *Overhead) Print(w io.Writer) error {
	t := table{{"a call of a function of two instructions", "ns/hit", "cycles/hit", "guest instructions/hit", "more than unprobed"}}
	for i := range o.Hits {
		h := &o.Hits[i]
		cycles, insns := "-", "-"
		if o.NoCycles == nil {
			cycles = fmt.Sprintf("%.1f", median(h.Cycles))
		}
		if h.Insns > 0 {
			insns = fmt.Sprint(h.Insns)
		}
		t.add(h.Label, fmt.Sprintf("%.2f", 1e9*median(h.Sec)), cycles, insns, o.more(i))
	}
	t.add()
	t.add("arm and disarm, while a vCPU runs the function", "us")
	for i := range o.Arms {
		t.add(o.Arms[i].Label, fmt.Sprintf("%.2f", 1e6*median(o.Arms[i].Sec)))
	}
	if err := t.print(w); err != nil {
		return err
	}
	note := fmt.Sprintf("Medians of %d rounds, interleaved; CPU time of the thread at a hit, wall time to arm. Guest instructions are exact.", len(o.Hits[0].Sec))
	if o.NoCycles != nil {
		note += fmt.Sprintf(" No cycles: perf_event_open: %v.", o.NoCycles)
	}
	_, err := fmt.Fprintln(w, note)
	return err
}

// more is what way i to call costs more than the unprobed call.
func (o *Overhead) more(i int) string {
	if i <= unprobed {
		return ""
	}
	h, base := &o.Hits[i], &o.Hits[unprobed]
	more := fmt.Sprintf("%+.2f ns", 1e9*(median(h.Sec)-median(base.Sec)))
	if o.NoCycles == nil {
		more += fmt.Sprintf(", %+.1f cycles", median(h.Cycles)-median(base.Cycles))
	}
	return more
}

// Write implements Report.
func (o *Overhead) Write(out io.Writer) error {
	w := benchfmt.NewWriter(out)
	units := []benchfmt.UnitMetadata{
		metadata("sec/op", "better", "lower"),
		metadata("cycles/op", "better", "lower"),
		metadata("guest-insns/op", "assume", "exact"),
	}
	for i := range units {
		if err := w.Write(&units[i]); err != nil {
			return err
		}
	}
	for round := range o.Hits[0].Sec {
		for i := range o.Hits {
			h := &o.Hits[i]
			values := []benchfmt.Value{{Value: h.Sec[round], Unit: "sec/op", OrigValue: 1e9 * h.Sec[round], OrigUnit: "ns/op"}}
			if len(h.Cycles) > 0 {
				values = append(values, benchfmt.Value{Value: h.Cycles[round], Unit: "cycles/op"})
			}
			if h.Insns > 0 {
				values = append(values, benchfmt.Value{Value: h.Insns, Unit: "guest-insns/op"})
			}
			if err := writeResult(w, "Hit/probe="+h.Name, int(h.Calls), values...); err != nil {
				return err
			}
		}
		for i := range o.Arms {
			a := &o.Arms[i]
			v := benchfmt.Value{Value: a.Sec[round], Unit: "sec/op", OrigValue: 1e9 * a.Sec[round], OrigUnit: "ns/op"}
			if err := writeResult(w, "Arm/probe="+a.Name, a.Pairs, v); err != nil {
				return err
			}
		}
	}
	return nil
}

func metadata(unit, key, value string) benchfmt.UnitMetadata {
	return benchfmt.UnitMetadata{UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: unit, Key: key}, OrigUnit: unit, Value: value}
}

func writeResult(w *benchfmt.Writer, name string, iters int, values ...benchfmt.Value) error {
	return w.Write(&benchfmt.Result{
		Config: []benchfmt.Config{
			{Key: "goos", Value: []byte(goruntime.GOOS), File: true},
			{Key: "goarch", Value: []byte(goruntime.GOARCH), File: true},
			{Key: "pkg", Value: []byte("axol/bench"), File: true},
		},
		Name: benchfmt.Name(name), Iters: iters, Values: values,
	})
}
