package sweep

import (
	"fmt"
	"io"
	"strings"

	"axol/bench/show"
)

// table is the rows of a show.Table.
type table [][]string

func (t *table) add(cells ...string) { *t = append(*t, cells) }

func (t table) print(w io.Writer) error { return show.Table(w, t) }

// Print writes the tables for people.
func (s *Sweep) Print(w io.Writer, m *Summary) error {
	im := s.Image
	head := fmt.Sprintf("%s: %s", im.Path, im.Format)
	if im.Version != "" {
		head += ", " + shortVersion(im.Version)
	}
	if _, err := fmt.Fprintf(w, "%s\n%s of %s, %s instructions in %s functions\n\n", head, s.Rules.Kind.String()+"s", s.Rules.Name,
		grouped(m.Words), grouped(m.Functions)); err != nil {
		return err
	}
	t := table{{"verdict", "instructions", "share"}}
	for _, v := range m.Verdicts {
		name := v.Verdict
		for _, part := range []string{v.Handler, v.Reason} {
			if part != "" {
				name += ": " + part
			}
		}
		t.add(name, grouped(v.Count), share(v.Count, m.Words))
	}
	t.add("")
	t.addTallies("instruction group", m.Groups)
	t.addTallies("section", m.Sections)
	t.addTallies("functions with the most refusals", m.Refused)
	t = append(t, m.Dynamic.table()...)
	t.add("what the image tells", "entries")
	for _, f := range im.Facts {
		t.add(fmt.Sprintf("%s (%s)", f.What, f.How), grouped(f.Count))
	}
	return t.print(w)
}

func (t *table) addTallies(title string, list []Named) {
	if len(list) == 0 {
		return
	}
	t.add(title, "instructions", "stepped", "simulated", "rejected")
	for _, n := range list {
		t.add(n.Name, grouped(n.Words), grouped(n.Stepped), grouped(n.Simulated), grouped(n.Rejected))
	}
	t.add("")
}

func (d *DynamicSummary) table() table {
	if d == nil {
		return nil
	}
	t := table{{"executed with and without a probe", "instructions"}}
	t.add("end states equal", grouped(d.Equal))
	t.add("end states differ", grouped(d.Unequal))
	for _, x := range []struct {
		title string
		list  []Count
	}{{"not measurable: ", d.Unmeasured}, {"refusal shown to be right: ", d.Confirmed}, {"refusal not shown to be right: ", d.Unconfirmed}} {
		for _, c := range x.list {
			t.add(x.title+c.Name, grouped(c.Count))
		}
	}
	t.add("executions through a probe", grouped(int(d.Executions)))
	t.add("")
	return t
}

// PrintDifferences writes the first differences of the dynamic pass.
func (d *Dynamic) PrintDifferences(w io.Writer) error {
	const most = 20
	for i, x := range d.Unequal {
		if i == most {
			_, err := fmt.Fprintf(w, "... and %d more: --report has them all\n", len(d.Unequal)-most)
			return err
		}
		if _, err := fmt.Fprintf(w, "differs: %#x %s: %08x, %s by %s, sample %d: %s\n", x.Site.Addr, x.Site.place(), x.Site.Word,
			x.Site.Verdict.Class, x.Fidelity, x.Sample, x.Detail); err != nil {
			return err
		}
	}
	return nil
}

// place is function+offset, or the section.
func (s *Site) place() string {
	if s.Function == "" {
		return s.Section
	}
	return fmt.Sprintf("%s+%#x", s.Function, s.Offset)
}

// shortVersion is the first words of a kernel's banner.
func shortVersion(banner string) string {
	short, _, _ := strings.Cut(banner, " (")
	return short
}

// grouped is a number with its thousands apart.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func share(n, of int) string { return fmt.Sprintf("%.2f %%", 100*float64(n)/float64(max(of, 1))) }
