package bench

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// Print implements Report.
func (p *Peers) Print(w io.Writer) error {
	t := table{{"user CPU seconds (wall)"}}
	for _, tr := range p.Translators {
		t[0] = append(t[0], tr.Name)
	}
	t[0] = append(t[0], "faster qemu / axol")
	for i := range p.Programs {
		g := &p.Programs[i]
		row := []string{g.Name}
		best := 0.0
		for k := range p.Translators {
			user := median(g.User[k])
			row = append(row, fmt.Sprintf("%.2f (%.2f)", user, median(g.Wall[k])))
			if k > 0 && (best == 0 || user < best) {
				best = user
			}
		}
		t.add(append(row, fmt.Sprintf("%.2f", best/median(g.User[0])))...)
	}
	if err := t.print(w); err != nil {
		return err
	}
	fmt.Fprintf(w, "Medians of %d runs, interleaved; all print the same.", len(p.Programs[0].User[0]))
	for _, tr := range p.Translators[1:] {
		fmt.Fprintf(w, " %s.", tr.Version)
	}
	_, err := fmt.Fprintln(w)
	return err
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
	word := strings.NewReplacer(" ", "-", ",", "", ":", "")
	for i := range p.Programs {
		g := &p.Programs[i]
		for k, tr := range p.Translators {
			name := "Program/name=" + word.Replace(g.Name) + "/under=" + word.Replace(tr.Name)
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
