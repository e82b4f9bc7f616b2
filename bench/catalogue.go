package bench

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
)

// The catalogue is all benchmarks there are, each known as GROUP/NAME.
const (
	groupHit      = "hit"   // the cost of a hit
	groupTable    = "table" // the same, as in the kernel's documentation
	groupArm      = "arm"   // one probe, while the code runs
	groupArmed    = "armed" // many probes at once
	groupVCPUs    = "vcpus"
	groupProgram  = "program"   // one that is named on the command line
	groupPeers    = "peers"     // with --peers: the same hook elsewhere
	groupPrograms = setPrograms // with --peers
	groupLoops    = setLoops
)

// Limits of what can be asked for.
const (
	MaxProbes = textWords
	MaxCPUs   = stackTop / stackLen / 2
)

// Entry is a benchmark of the catalogue.
type Entry struct {
	Group, Name, What string
	Peers             bool // it is run beside other translators, with --peers only
}

// FullName is what patterns select by.
func (e *Entry) FullName() string { return e.Group + "/" + e.Name }

// Catalogue is all benchmarks. probesArmed is the numbers of probes that group armed has.
func Catalogue(probesArmed []int) (list []Entry) {
	add := func(group string, rows []hitRow, prefix string) {
		for _, r := range rows {
			list = append(list, Entry{Group: group, Name: r.name, What: prefix + r.what})
		}
	}
	add(groupHit, allHitRows(), "")
	add(groupTable, tableRows, "")
	add(groupArm, armRows(), "arm and disarm on a running vCPU: ")
	for _, n := range probesArmed {
		list = append(list, Entry{Group: groupArmed, Name: strconv.Itoa(n), What: fmt.Sprintf("%d kprobes armed at once, in 2^20 instructions of which 2^16 are run", n)})
	}
	add(groupVCPUs, vcpuRows(), "hits per second of several vCPUs together: ")
	for _, r := range peerRows {
		list = append(list, Entry{Group: groupPeers, Name: r.name, What: r.what, Peers: true})
	}
	for _, r := range append(programRows(), loopRows()...) {
		list = append(list, Entry{Group: r.set, Name: nameWord(r.name), What: r.name, Peers: true})
	}
	return list
}

// allHitRows is the rows of group hit: those without a probe first.
func allHitRows() (rows []hitRow) {
	for i := range microGuests {
		rows = append(rows, unprobedRow(&microGuests[i]))
	}
	return append(rows, hitRows...)
}

// named is the rows of these names, in the order of the table.
func named(rows []hitRow, names ...string) []hitRow {
	return slices.DeleteFunc(slices.Clone(rows), func(r hitRow) bool { return !slices.Contains(names, r.name) })
}

func armRows() []hitRow {
	return named(hitRows, "kprobe-count", "kprobe", "kprobe-pre-post", "kretprobe", "record", "uprobe-nop", "uretprobe-nop")
}

func vcpuRows() []hitRow { return named(hitRows, "kprobe-count", "kprobe", "record", "uprobe-nop") }

// Selection is benchmarks of the catalogue.
type Selection []Entry

// Match is the entries that any of the patterns, regular expressions, matches, all without patterns.
func Match(catalogue []Entry, patterns []string) (Selection, error) {
	chosen := make([]bool, len(catalogue))
	for _, p := range patterns {
		re, err := regexp.Compile("(?i)" + p)
		if err != nil {
			return nil, fmt.Errorf("%q is not a pattern: %w", p, err)
		}
		found := false
		for i := range catalogue {
			if re.MatchString(catalogue[i].FullName()) {
				chosen[i], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("%q selects no benchmark: 'axol bench --list' lists them", p)
		}
	}
	var list Selection
	for i, e := range catalogue {
		if chosen[i] || len(patterns) == 0 {
			list = append(list, e)
		}
	}
	return list, nil
}

// Select is Match for what is to be run: beside peers, or without them.
func Select(catalogue []Entry, peers bool, patterns []string) (Selection, error) {
	list, err := Match(catalogue, patterns)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(slices.Clone(list), func(e Entry) bool { return e.Peers != peers })
	if len(list) == 0 {
		need := map[bool]string{false: "only benchmarks that are for --peers", true: "no benchmark that is for --peers"}[peers]
		return nil, fmt.Errorf("%q selects %s: 'axol bench --list' lists them", patterns, need)
	}
	return list, nil
}

// has reports whether a benchmark is selected.
func (s Selection) has(group, name string) bool {
	return slices.ContainsFunc(s, func(e Entry) bool { return e.Group == group && e.Name == name })
}

// of is the rows of a group that are selected.
func (s Selection) of(group string, rows []hitRow) []hitRow {
	return slices.DeleteFunc(slices.Clone(rows), func(r hitRow) bool { return !s.has(group, r.name) })
}

// counts is the numbers of probes that are selected of group armed.
func (s Selection) counts(all []int) []int {
	return slices.DeleteFunc(slices.Clone(all), func(n int) bool { return !s.has(groupArmed, strconv.Itoa(n)) })
}

// PrintCatalogue lists benchmarks for people.
func PrintCatalogue(w io.Writer, s Selection) error {
	width := 0
	for _, e := range s {
		width = max(width, len(e.FullName()))
	}
	for _, e := range s {
		what := e.What
		if e.Peers {
			what += " (with --peers)"
		}
		if _, err := fmt.Fprintf(w, "%-*s  %s\n", width, e.FullName(), what); err != nil {
			return err
		}
	}
	return nil
}
