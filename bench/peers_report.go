package bench

import (
	"fmt"
	"io"
	"math"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// Print implements Report.
func (p *Peers) Print(w io.Writer) error {
	for _, set := range []struct{ name, title string }{
		{setPrograms, "programs: user CPU seconds"},
		{setLoops, "small loops: user CPU seconds"},
	} {
		if t := p.table(set.name, set.title); t != nil {
			t.add()
			if err := t.print(w); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(w, "Medians of %d runs, interleaved; all print the same", p.Rounds)
	for i := range p.Programs {
		if p.Programs[i].rate != nil {
			fmt.Fprint(w, " (openssl speed is asked how much it did)")
			break
		}
	}
	fmt.Fprint(w, ".")
	for _, t := range p.Translators[1:] {
		if !t.native {
			fmt.Fprintf(w, " %s.", t.Version)
		}
	}
	_, err := fmt.Fprintln(w, "\n"+strings.Join(p.Notes, "\n"))
	return err
}

// table is the rows of a set, nil if there are none.
func (p *Peers) table(set, title string) table {
	head := []string{title}
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

// Write implements Report.
func (p *Peers) Write(out io.Writer) error {
	w := benchfmt.NewWriter(out)
	for _, unit := range []string{"user-sec/op", "sec/op"} {
		m := metadata(unit, "better", "lower")
		if err := w.Write(&m); err != nil {
			return err
		}
	}
	for i := range p.Programs {
		g := &p.Programs[i]
		for k := range p.Translators {
			name := "Program/name=" + nameWord(g.Name) + "/under=" + nameWord(p.Translators[k].Name)
			for round, user := range g.User[k] {
				wall := g.Wall[k][round]
				err := writeResult(w, name, 1,
					benchfmt.Value{Value: user, Unit: "user-sec/op"},
					benchfmt.Value{Value: wall, Unit: "sec/op", OrigValue: 1e9 * wall, OrigUnit: "ns/op"})
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// nameWord is s as a part of a benchmark's name.
func nameWord(s string) string {
	return strings.NewReplacer(" ", "-", ",", "", ":", "", "(", "", ")", "").Replace(s)
}
