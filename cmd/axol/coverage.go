package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"axol/jit"
	"axol/jit/a64"
	"axol/jit/trial"
)

type coverageCmd struct {
	Lines bool `help:"List the lines that generated code does not run on its own."`
}

func (*coverageCmd) Help() string {
	return `Counts the encodings of the A64 table by the extension that brings them: how many are run by
generated code on this host, in part or altogether by the interpreter, are undefined at EL0, or are
not supported; and how many the differential test tries against QEMU.

Examples:
  axol coverage
  axol coverage --lines`
}

// coverage is what is counted for one extension, or for all.
type coverage struct {
	name    string
	lines   int
	made    [jit.MadeUnsupported + 1]int
	checked int
}

func (c *coverageCmd) Run() error {
	rows, made := countCoverage()
	if c.Lines {
		listHelped(os.Stdout, made)
		return nil
	}
	printCoverage(os.Stdout, rows)
	return nil
}

// countCoverage makes a row for each extension, and one for all that Axol has.
func countCoverage() (rows []coverage, made [a64.NumOps]jit.Made) {
	made = jit.Coverage()
	checked := map[a64.Op]bool{}
	for _, l := range append(trial.Lines(), trial.Traps()...) {
		checked[l.Op] = true
	}
	at := map[a64.Feature]int{}
	for _, l := range a64.Table() {
		if _, known := at[l.Feature]; !known {
			at[l.Feature] = len(rows)
			rows = append(rows, coverage{name: l.Feature.String()})
		}
	}
	all := coverage{name: "All"}
	for _, l := range a64.Table() {
		for _, r := range []*coverage{&rows[at[l.Feature]], &all} {
			r.lines++
			r.made[made[l.Op]]++
			if checked[l.Op] {
				r.checked++
			}
		}
	}
	return append(rows, all), made
}

func printCoverage(w io.Writer, rows []coverage) {
	fmt.Fprintln(w, "| Extension | Encodings | Native | In part | By helper | Undefined at EL0 | Unsupported | Checked against QEMU |")
	fmt.Fprintln(w, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, r := range rows {
		cells := []string{r.name, count(r.lines)}
		for _, n := range r.made {
			cells = append(cells, count(n))
		}
		share := "-"
		if there := r.lines - r.made[jit.MadeUnsupported]; there > 0 {
			share = fmt.Sprintf("%d %%", 100*r.checked/there)
		}
		fmt.Fprintf(w, "| %s | %s |\n", strings.Join(cells, " | "), share)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "An encoding is a line of the A64 table, of all its sizes. In part: generated code runs some sizes, kinds or registers,")
	fmt.Fprintln(w, "the interpreter the others. The share is of the encodings that are supported; the others give SIGILL, which is checked, too.")
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func listHelped(w io.Writer, made [a64.NumOps]jit.Made) {
	for _, l := range a64.Table() {
		switch made[l.Op] {
		case jit.MadeMixed:
			fmt.Fprintf(w, "in part   %-10s %s\n", l.Name, l.Pattern)
		case jit.MadeHelper:
			fmt.Fprintf(w, "by helper %-10s %s\n", l.Name, l.Pattern)
		}
	}
}
