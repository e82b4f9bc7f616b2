package bench

import (
	"fmt"
	"io"
	"math"
)

// Bound is what a figure may be at most, and what it is.
type Bound struct {
	What     string
	Unit     string // as shown
	Most     float64
	Measured float64
}

// Met reports whether the bound holds.
func (b *Bound) Met() bool { return b.Measured <= b.Most }

// bounds are the project's own. Each is of one benchmark and figure, at one fidelity by shadow placement.
var bounds = []struct {
	what, group, name, fidelity, figure, unit string
	most                                      float64
}{
	{"counting kprobe", groupHit, "kprobe-count", "inline", unitMoreCycles, "cycles/hit", 3},
	{"record of two fetch arguments", groupHit, "record", "inline", unitMoreCycles, "cycles/hit", 30},
	{"Go pre handler", groupHit, "kprobe", "inline", unitMoreCycles, "cycles/hit", 80},
	{"trap path, with a Go pre handler", groupHit, "kprobe", "trap", unitMoreCycles, "cycles/hit", 400},
	{"arming 1000000 probes", groupArmed, "1000000", "inline", unitArmAll, "s", 3},
	{"memory of each of them", groupArmed, "1000000", "inline", unitBytes, "bytes", 300},
	{"code that is not probed, 1000000 elsewhere", groupArmed, "1000000", "inline", unitSlowdown, "% slower", 1},
}

// Bounds is the bounds that there are results for.
func (r *Report) Bounds() (list []Bound) {
	for _, res := range r.Results {
		if res.axis("placement") != "shadow" {
			continue
		}
		for _, b := range bounds {
			if v := res.median(b.figure); res.Group == b.group && res.Name == b.name && res.axis("fidelity") == b.fidelity && !math.IsNaN(v) {
				list = append(list, Bound{fmt.Sprintf("%s, %s, %s", b.what, b.fidelity, res.axis("rules")), b.unit, b.most, v})
			}
		}
	}
	return append(list, r.unitBounds()...)
}

// unitBounds is that armed probes drop exactly the units that contain one, for each setting: how many more, or fewer, they were
// at most.
func (r *Report) unitBounds() (list []Bound) {
	for _, set := range r.settingsOf(groupArmed) {
		b := Bound{What: "units dropped beside those that contain a probe, " + set, Unit: "units"}
		for _, res := range r.Results {
			if res.Group == groupArmed && res.setting() == set {
				b.Measured = max(b.Measured, math.Abs(res.median(unitInvalidated)-res.median(unitContaining)))
			}
		}
		list = append(list, b)
	}
	return list
}

func (r *Report) printBounds(w io.Writer) error {
	list := r.Bounds()
	if len(list) == 0 {
		return nil
	}
	t := table{{"bounds", "at most", "measured", "", ""}}
	for _, b := range list {
		verdict := "met"
		if !b.Met() {
			verdict = "NOT MET"
		}
		t.add(b.What, fmt.Sprint(b.Most), digits(b.Measured), b.Unit, verdict)
	}
	t.add()
	return t.print(w)
}

func (b *Bound) json() any {
	return struct {
		Type     string  `json:"type"`
		What     string  `json:"what"`
		Bound    float64 `json:"bound"`
		Measured float64 `json:"measured"`
		Unit     string  `json:"unit"`
		Met      bool    `json:"met"`
	}{"bound", b.What, b.Most, b.Measured, b.Unit, b.Met()}
}
