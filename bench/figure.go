package bench

import (
	"fmt"
	"math"
	"strings"

	"golang.org/x/perf/benchmath"
)

// Result is what was measured of one benchmark in one setting.
type Result struct {
	Group   string // of the catalogue
	Name    string // in the catalogue
	Axes    []Axis // what else tells it from others of its name
	Iters   int    // operations of a round
	Figures []*Figure
}

// Axis is one of a benchmark's dimensions, and where on it a result lies.
type Axis struct{ Key, Value string }

// Figure is a sample of each round in one unit. If it is exact, it is a count that is the same each time, and
// there is one.
type Figure struct {
	Unit    string
	Exact   bool
	Samples []float64
}

// Units. Those of times are in seconds here; reports may show them otherwise.
const (
	unitTime        = "sec/op"
	unitCycles      = "cycles/op"
	unitBase        = "unprobed-sec/op"    // the call that it is compared with
	unitMore        = "overhead-sec/op"    // than what it is compared with
	unitMoreCycles  = "overhead-cycles/op" //
	unitInsns       = "guest-insns/op"
	unitExceptions  = "exceptions/op"
	unitCalls       = "go-calls/op"
	unitHits        = "hits/op"
	unitMissed      = "missed/op"
	unitHostBytes   = "host-bytes"        // of code made to run the guest
	unitInvalidated = "invalidated-units" // by arming
	unitContaining  = "probed-units"      // units that contain a probed address, before they are armed
	unitRate        = "hits/sec"
	unitArm         = "arm-sec/op"
	unitDisarm      = "disarm-sec/op"
	unitArmAll      = "arm-sec"
	unitBytes       = "bytes/probe"
	unitSlowdown    = "unprobed-%" // more time that code takes which is not probed
	unitRun         = "run-sec/insn"
	unitUser        = "user-sec/op"
	unitPrepare     = "prepare-sec/op"
	unitProgramHits = "hits" // of a run of a program
	unitProbes      = "probes"
	unitRefused     = "refused"
	unitRatio       = "x-unprobed"
)

// figure is r's figure in a unit, nil if there is none.
func (r *Result) figure(unit string) *Figure {
	for _, f := range r.Figures {
		if f.Unit == unit {
			return f
		}
	}
	return nil
}

// add adds a sample.
func (r *Result) add(unit string, v float64) {
	f := r.figure(unit)
	if f == nil {
		f = &Figure{Unit: unit}
		r.Figures = append(r.Figures, f)
	}
	f.Samples = append(f.Samples, v)
}

// exact sets a figure that is a count.
func (r *Result) exact(unit string, v float64) {
	r.Figures = append(r.Figures, &Figure{Unit: unit, Exact: true, Samples: []float64{v}})
}

// forget drops the samples taken so far: those of the first round, which warms up.
func (r *Result) forget() {
	for _, f := range r.Figures {
		if !f.Exact {
			f.Samples = nil
		}
	}
}

// axis is where r lies on an axis, "" if it has none of that name.
func (r *Result) axis(key string) string {
	for _, a := range r.Axes {
		if a.Key == key {
			return a.Value
		}
	}
	return ""
}

// FullName is r's name in Go benchmark format, in which tools select and compare by its parts.
func (r *Result) FullName() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s/name=%s", strings.ToUpper(r.Group[:1]), r.Group[1:], r.Name)
	for _, a := range r.Axes {
		fmt.Fprintf(&b, "/%s=%s", a.Key, a.Value)
	}
	return b.String()
}

// confidence is that of the intervals that are shown.
const confidence = 0.95

// summary is the median of the samples and an interval that the true median lies in; of a figure that is exact, the value.
// With few samples there is no such interval, and Lo and Hi are infinite.
func (f *Figure) summary() benchmath.Summary {
	if f == nil || len(f.Samples) == 0 {
		return benchmath.Summary{Center: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
	}
	thresholds := benchmath.DefaultThresholds
	s := benchmath.NewSample(append([]float64(nil), f.Samples...), &thresholds)
	var assume benchmath.Assumption = benchmath.AssumeNothing
	if f.Exact {
		assume = benchmath.AssumeExact
	}
	return assume.Summary(s, confidence)
}

// median is what a row shows of its figure, NaN without one.
func (r *Result) median(unit string) float64 { return r.figure(unit).summary().Center }

// median is that of values, 0 if there are none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	return (&Figure{Samples: values}).summary().Center
}
