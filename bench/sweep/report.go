package sweep

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"axol/bench/show"
)

// Per is what a report has a record for.
type Per string

const (
	PerFunction    Per = "function"
	PerInstruction Per = "instruction"
)

// Report is what reports are made of.
type Report struct {
	*Sweep
	Summary *Summary
	Dynamic *Dynamic // nil without a dynamic pass
	Per     Per
}

// reportFormats are the formats by the end of the file's name.
var reportFormats = map[string]func(r *Report, w *bufio.Writer) error{
	".json": (*Report).writeJSON, ".jsonl": (*Report).writeJSON, ".csv": (*Report).writeCSV, ".html": (*Report).writeHTML,
}

// CheckReport says whether a report can be written to a file of that name, before there is one.
func CheckReport(path string) error {
	if reportFormats[filepath.Ext(path)] == nil {
		return fmt.Errorf("%s: the name of a report ends in .json, .csv or .html", path)
	}
	return nil
}

// Write writes the report, whole or not at all.
func (r *Report) Write(path string) error {
	if err := CheckReport(path); err != nil {
		return err
	}
	return show.Replace(path, func(w io.Writer) error { return r.write(w, filepath.Ext(path)) })
}

func (r *Report) write(w io.Writer, format string) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if err := reportFormats[format](r, out); err != nil {
		return err
	}
	return out.Flush()
}

// dynamicOf is what came of a function's instructions.
type dynamicOf struct {
	Executions  uint64         `json:"executions"`
	Equal       int            `json:"equal"`
	Unequal     int            `json:"unequal"`
	Confirmed   int            `json:"confirmed"`
	Unconfirmed int            `json:"unconfirmed"`
	Unmeasured  map[string]int `json:"unmeasured,omitempty"`
}

func (r *Report) dynamicOf(f *Function) *dynamicOf {
	if r.Dynamic == nil {
		return nil
	}
	d := &dynamicOf{Unmeasured: map[string]int{}}
	base := r.Image.Texts[f.Text].Addr
	for i := (f.Start - base) / 4; i < (f.End-base)/4; i++ {
		d.Executions += uint64(r.Dynamic.Times[f.Text][i])
		switch o, phrase := r.Dynamic.outcome(f.Text, int(i)); {
		case o == Equal:
			d.Equal++
		case o == Unequal:
			d.Unequal++
		case phrase.Kind == Confirmed:
			d.Confirmed++
		case phrase.Kind == Unconfirmed:
			d.Unconfirmed++
		case phrase.Kind == Unmeasured:
			d.Unmeasured[phrase.Text]++
		}
	}
	return d
}

// result is what came of an instruction, as reports say it, and the reason.
func (d *Dynamic) result(text, word int) (result, why string) {
	switch o, phrase := d.outcome(text, word); {
	case o == Equal:
		return "equal", ""
	case o == Unequal:
		return "unequal", ""
	default:
		return string(phrase.Kind), phrase.Text
	}
}

// address is an address as reports have it.
func address(a uint64) string { return fmt.Sprintf("%#x", a) }

// csvText makes a name or a reason a field of CSV.
func csvText(s string) string {
	if strings.ContainsAny(s, ",\"\n\r") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// writeCSV writes a header and a row for each function or instruction.
func (r *Report) writeCSV(w *bufio.Writer) error {
	if r.Per == PerInstruction {
		return r.csvInstructions(w)
	}
	w.WriteString("address,function,section,instructions,stepped,simulated,rejected,entry,entry_reason,executions,equal,unequal,confirmed,unconfirmed\n")
	for i := range r.Functions {
		f := &r.Functions[i]
		t, entry := r.Tally(f, nil), r.entry(f)
		fmt.Fprintf(w, "%#x,%s,%s,%d,%d,%d,%d,%s,%s", f.Start, csvText(f.Name), csvText(r.Image.Sections[f.Section].Name),
			t.Words, t.Stepped, t.Simulated, t.Rejected, entry.Class, entry.Why())
		if d := r.dynamicOf(f); d != nil {
			fmt.Fprintf(w, ",%d,%d,%d,%d,%d\n", d.Executions, d.Equal, d.Unequal, d.Confirmed, d.Unconfirmed)
		} else {
			w.WriteString(",,,,,\n")
		}
	}
	return nil
}

func (r *Report) csvInstructions(w *bufio.Writer) error {
	w.WriteString("address,word,section,function,offset,verdict,handler,reason,executions,result,result_reason\n")
	r.eachInstruction(func(site *Site, times int, result, why string) {
		fmt.Fprintf(w, "%#x,%08x,%s,%s,%d,%s,%s,%s,%d,%s,%s\n", site.Addr, site.Word, csvText(site.Section), csvText(site.Function), site.Offset,
			site.Verdict.Class, site.Verdict.Handler, site.Verdict.Why(), times, result, csvText(why))
	})
	return nil
}

// eachInstruction calls f for each instruction, with how often it was executed and what came of it.
func (r *Report) eachInstruction(f func(site *Site, times int, result, why string)) {
	var sites []Site
	for _, c := range chunks(r.Image) {
		sites = r.sites(sites[:0], c)
		for i := range sites {
			times, result, why := 0, "", ""
			if d := r.Dynamic; d != nil {
				times = int(d.Times[c.text][c.from+i])
				result, why = d.result(c.text, c.from+i)
			}
			f(&sites[i], times, result, why)
		}
	}
}

// entry is the verdict of a function's first instruction.
func (s *Sweep) entry(f *Function) Verdict {
	return Verdicts[s.Codes[f.Text][(f.Start-s.Image.Texts[f.Text].Addr)/4]]
}
