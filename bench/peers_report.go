package bench

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// tables is a table of each set.
func (p *Peers) tables() (list []shownTable) {
	if p == nil {
		return nil
	}
	for _, set := range []struct{ name, title string }{
		{setPrograms, "programs: user CPU seconds"},
		{setLoops, "small loops: user CPU seconds"},
	} {
		if t := p.table(set.name); t != nil {
			list = append(list, shownTable{Title: set.title, Head: t[0], Rows: t[1:]})
		}
	}
	return list
}

// notes says what was compared.
func (p *Peers) notes() []string {
	note := fmt.Sprintf("Programs: medians of %d runs, interleaved; all print the same", p.Rounds)
	if slices.ContainsFunc(p.Programs, func(g Program) bool { return g.rate != nil }) {
		note += " (openssl speed is asked how much it did)"
	}
	note += "."
	for _, t := range p.Translators[1:] {
		if !t.native {
			note += " " + t.Version + "."
		}
	}
	return append([]string{note}, p.Notes...)
}

// table is the rows of a set, nil if there are none.
func (p *Peers) table(set string) table {
	head := []string{"program"}
	for _, t := range p.Translators {
		head = append(head, t.Name)
	}
	t := table{append(head, "faster qemu / axol", "axol / native")}
	var gains, costs []float64
	for i := range p.Programs {
		g := &p.Programs[i]
		if g.Set != set {
			continue
		}
		if g.Err != nil {
			t.add(g.Name, "failed")
			continue
		}
		cells := []string{g.Name}
		for k := range p.Translators {
			cells = append(cells, figure(median(g.User[k])))
		}
		gain, cost := p.ratios(g)
		gains, costs = append(gains, gain), append(costs, cost)
		t.add(append(cells, figure(gain), figure(cost))...)
	}
	if len(t) == 1 {
		return nil
	}
	cells := append([]string{"geometric mean"}, make([]string, len(p.Translators))...)
	t.add(append(cells, figure(geomean(gains)), figure(geomean(costs)))...)
	return t
}

// ratios is how many times as long as Axol the faster qemu takes, and how many times as long as
// the native build Axol takes; 0 if that is not known.
func (p *Peers) ratios(g *Program) (gain, cost float64) {
	axol, qemu, native := median(g.User[0]), 0.0, 0.0
	if axol == 0 {
		return 0, 0
	}
	for k := range p.Translators {
		user := median(g.User[k])
		switch {
		case p.Translators[k].native:
			native = user
		case k > 0 && (qemu == 0 || user < qemu):
			qemu = user
		}
	}
	if native > 0 {
		cost = axol / native
	}
	return qemu / axol, cost
}

// geomean is the geometric mean of the positive values, 0 if there are none.
func geomean(values []float64) float64 {
	sum, n := 0.0, 0.0
	for _, v := range values {
		if v > 0 {
			sum, n = sum+math.Log(v), n+1
		}
	}
	if n == 0 {
		return 0
	}
	return math.Exp(sum / n)
}

func figure(v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", v)
}

// results is the samples of all programs under all translators.
func (p *Peers) results() (list []*Result) {
	for i := range p.Programs {
		g := &p.Programs[i]
		for k := range p.Translators {
			if len(g.User[k]) == 0 {
				continue
			}
			r := &Result{Group: g.Set, Name: nameWord(g.Name), Axes: []Axis{{"under", nameWord(p.Translators[k].Name)}}, Iters: 1}
			for round, user := range g.User[k] {
				r.add(unitUser, user)
				r.add(unitTime, g.Wall[k][round])
			}
			list = append(list, r)
		}
	}
	return list
}

// nameWord is s as a part of a benchmark's name.
func nameWord(s string) string {
	return strings.NewReplacer(" ", "-", ",", "", ":", "", "(", "", ")", "").Replace(s)
}
