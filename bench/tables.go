package bench

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"axol/bench/show"
)

// column is a column of a table for people: what it is called, and a result's cell.
type column struct {
	head string
	cell func(r *Result) string
}

// unitColumn shows a figure, scaled.
func unitColumn(head, unit string, scale float64) column {
	return column{head, func(r *Result) string {
		f := r.figure(unit)
		if f == nil || len(f.Samples) == 0 {
			return "-"
		}
		if f.Exact {
			return fmt.Sprint(f.summary().Center * scale)
		}
		return digits(f.summary().Center * scale)
	}}
}

// spreadColumn is how far the interval of confidence reaches from the median, in the unit that is shown.
func spreadColumn(unit string, scale float64) column {
	return column{"±", func(r *Result) string {
		s := r.figure(unit).summary()
		d := math.Max(s.Hi-s.Center, s.Center-s.Lo) * scale
		if math.IsInf(d, 0) || math.IsNaN(d) {
			return "?"
		}
		return digits(d)
	}}
}

// axisColumn shows where on an axis a result lies.
func axisColumn(key string) column { return column{key, func(r *Result) string { return r.axis(key) }} }

// rateColumn is 1 over a time, in millions a second.
func rateColumn(head, unit string) column {
	return column{head, func(r *Result) string {
		v := r.median(unit)
		if !(v > 0) {
			return "-"
		}
		return digits(1e-6 / v)
	}}
}

// digits is a number with three or more significant ones.
func digits(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "-"
	case a >= 1000:
		return fmt.Sprintf("%.0f", v)
	case a >= 100:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// groupTables is how each group is shown.
var groupTables = []struct {
	group, title string
	columns      []column
}{
	{groupHit, "cost of a hit", hitColumns},
	{groupTable, "the kernel documentation's table: k kprobe, j jprobe, r return probe", hitColumns},
	{groupArm, "one probe, on a vCPU that is running", []column{
		unitColumn("arm us", unitArm, 1e6), spreadColumn(unitArm, 1e6), unitColumn("disarm us", unitDisarm, 1e6), spreadColumn(unitDisarm, 1e6)}},
	{groupArmed, "many probes at once, in 2^20 instructions of which 2^16 are run", []column{
		unitColumn("arm s", unitArmAll, 1), unitColumn("us/probe", unitArm, 1e6), unitColumn("disarm us/probe", unitDisarm, 1e6),
		unitColumn("bytes/probe", unitBytes, 1), unitColumn("units dropped", unitInvalidated, 1), unitColumn("units probed", unitContaining, 1),
		unitColumn("ns/instruction", unitRun, 1e9), unitColumn("x unprobed", unitRatio, 1),
		unitColumn("elsewhere %", unitSlowdown, 1), spreadColumn(unitSlowdown, 1)}},
	{groupVCPUs, "vCPUs on one probe", []column{axisColumn("vcpus"), unitColumn("million hits/s", unitRate, 1e-6), spreadColumn(unitRate, 1e-6)}},
	{groupProgram, "a program", []column{
		unitColumn("user s", unitUser, 1), spreadColumn(unitUser, 1), unitColumn("x unprobed", unitRatio, 1), unitColumn("ns/hit", unitMore, 1e9),
		unitColumn("prepare s", unitPrepare, 1), unitColumn("probes", unitProbes, 1), unitColumn("refused", unitRefused, 1), unitColumn("million hits", unitProgramHits, 1e-6)}},
	{groupPeers, "a call of a function of two instructions, and a hook on it", []column{
		axisColumn("under"), unitColumn("ns/call", unitBase, 1e9), unitColumn("hooked ns/call", unitTime, 1e9), unitColumn("x unprobed", unitRatio, 1),
		unitColumn("ns/hit", unitMore, 1e9), spreadColumn(unitMore, 1e9), rateColumn("million calls/s", unitTime)}},
}

var hitColumns = []column{
	unitColumn("ns/call", unitTime, 1e9), unitColumn("x unprobed", unitRatio, 1),
	unitColumn("ns/hit", unitMore, 1e9), spreadColumn(unitMore, 1e9), unitColumn("cycles/hit", unitMoreCycles, 1),
	unitColumn("insns", unitInsns, 1), unitColumn("exceptions", unitExceptions, 1), unitColumn("Go calls", unitCalls, 1),
	unitColumn("hits", unitHits, 1), unitColumn("missed", unitMissed, 1), unitColumn("host bytes", unitHostBytes, 1), unitColumn("units dropped", unitInvalidated, 1),
}

// shownTable is a table of one group in one setting.
type shownTable struct {
	Title, Setting string
	Head           []string
	Rows           [][]string
}

// manySettings is from how many settings on there is no table for each, but one for all.
const manySettings = 5

// tables is the results as people see them.
func (r *Report) tables() (list []shownTable) {
	for _, g := range groupTables {
		settings := r.settingsOf(g.group)
		if len(settings) >= manySettings {
			columns := append([]column{axisColumn("fidelity"), axisColumn("placement"), axisColumn("rules")}, g.columns...)
			t := r.tableOf(g.title, columns, func(res *Result) bool { return res.Group == g.group })
			slices.SortStableFunc(t.Rows, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
			list = append(list, t)
			continue
		}
		for _, set := range settings {
			t := r.tableOf(g.title, g.columns, func(res *Result) bool { return res.Group == g.group && res.setting() == set })
			t.Setting = set
			list = append(list, t)
		}
	}
	return append(list, r.Peers.tables()...)
}

// tableOf is a table of those results that are wanted.
func (r *Report) tableOf(title string, columns []column, want func(res *Result) bool) shownTable {
	t := shownTable{Title: title, Head: append([]string{"benchmark"}, heads(columns)...)}
	for _, res := range r.Results {
		if !want(res) {
			continue
		}
		cells := []string{res.Name}
		for _, c := range columns {
			cells = append(cells, c.cell(res))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// allNotes is what is to be known of the figures.
func (r *Report) allNotes() []string {
	note := fmt.Sprintf("Medians of %d rounds, interleaved; ± is the interval of 95 %% confidence, ? with too few rounds for one. Times are CPU time\n"+
		"of the thread, but for groups arm and vcpus: on the wall. ns/hit and cycles/hit are what a hit costs beyond the same call without the probe.", r.Rounds)
	return append([]string{note}, r.Notes...)
}

// Print writes tables for people: one of each group and setting.
func (r *Report) Print(w io.Writer) error {
	for _, shown := range r.tables() {
		title := shown.Title
		if shown.Setting != "" {
			title += ": " + shown.Setting
		}
		t := append(table{shown.Head}, shown.Rows...)
		t.add()
		if _, err := fmt.Fprintln(w, title); err != nil {
			return err
		}
		if err := t.print(w); err != nil {
			return err
		}
	}
	if err := r.printBounds(w); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, strings.Join(r.allNotes(), "\n"))
	return err
}

func heads(columns []column) (list []string) {
	for _, c := range columns {
		list = append(list, c.head)
	}
	return list
}

// setting is the part of r's axes that a table is made for.
func (r *Result) setting() string {
	if r.axis("fidelity") == "" {
		return ""
	}
	return setting(r.axis("fidelity"), r.axis("placement"), r.axis("rules"))
}

// settingsOf is the settings that there are results of a group in.
func (r *Report) settingsOf(group string) (list []string) {
	seen := map[string]bool{}
	for _, res := range r.Results {
		if s := res.setting(); res.Group == group && !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	return list
}

// table is the rows of a show.Table.
type table [][]string

func (t *table) add(cells ...string) { *t = append(*t, cells) }

func (t table) print(w io.Writer) error { return show.Table(w, t) }
