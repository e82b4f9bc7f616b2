package sweep

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// listed is how many functions of a kind a comparison shows.
const listed = 20

// Print writes tables for people; all has lists not end early.
func (d *Diff) Print(w io.Writer, all bool) error {
	for i, p := range []*Profile{d.A, d.B} {
		if _, err := fmt.Fprintf(w, "%c: %s, %ss of %s\n", 'A'+i, p.Label, p.Kind, p.Rules); err != nil {
			return err
		}
	}
	t := table{{""}, {"verdict", "A", "B", "change"}}
	for _, v := range d.Verdicts {
		t.add(v.Verdict, grouped(v.A), grouped(v.B), signed(v.B-v.A))
	}
	t.add("")
	if d.Transitions != nil {
		t.add("at the same address", "instructions")
		for _, x := range d.Transitions {
			t.add(x.From+" -> "+x.To, grouped(x.Count))
		}
		if len(d.Transitions) == 0 {
			t.add("no verdict changed", "0")
		}
		t.add("")
	}
	t.changes("became probe-able, in", d.by(func(c *FunctionChange) int { return c.Gained }), all)
	t.changes("became refused, in", d.by(func(c *FunctionChange) int { return c.Lost }), all)
	t.entries(d.Functions, all)
	t.add("functions", "number", "instructions", "rejected")
	for _, x := range []struct {
		name string
		list []FunctionProfile
	}{{"only in A", d.OnlyA}, {"only in B", d.OnlyB}} {
		var sum Tally
		for _, f := range x.list {
			sum.Words += f.Words
			sum.Rejected += f.Rejected
		}
		t.add(x.name, grouped(len(x.list)), grouped(sum.Words), grouped(sum.Rejected))
	}
	return t.print(w)
}

// by is the functions with some of a figure, the most first.
func (d *Diff) by(figure func(c *FunctionChange) int) (list []FunctionChange) {
	for i := range d.Functions {
		if figure(&d.Functions[i]) > 0 {
			list = append(list, d.Functions[i])
		}
	}
	slices.SortStableFunc(list, func(a, b FunctionChange) int { return cmp.Compare(figure(&b), figure(&a)) })
	return list
}

func (t *table) changes(title string, list []FunctionChange, all bool) {
	if len(list) == 0 {
		return
	}
	t.add(fmt.Sprintf("%s %s functions", title, grouped(len(list))), "gained", "lost", "refused in A", "of", "refused in B", "of")
	for i, c := range list {
		if i == listed && !all {
			t.add("...")
			break
		}
		t.add(c.Function, grouped(c.Gained), grouped(c.Lost),
			grouped(c.A.Rejected), grouped(c.A.Words), grouped(c.B.Rejected), grouped(c.B.Words))
	}
	t.add("")
}

// entries are the functions whose first instruction, where most probes stand, became probe-able or refused.
func (t *table) entries(list []FunctionChange, all bool) {
	list = slices.DeleteFunc(slices.Clone(list), func(c FunctionChange) bool { return isRejected(c.EntryA) == isRejected(c.EntryB) })
	if len(list) == 0 {
		return
	}
	t.add(fmt.Sprintf("the entry changed, in %s functions", grouped(len(list))))
	for i, c := range list {
		if i == listed && !all {
			t.add("...")
			break
		}
		t.add(fmt.Sprintf("%s: %s -> %s", c.Function, c.EntryA, c.EntryB))
	}
	t.add("")
}

func isRejected(verdict string) bool { return len(verdict) >= 8 && verdict[:8] == "rejected" }

func signed(n int) string {
	switch {
	case n > 0:
		return "+" + grouped(n)
	case n < 0:
		return "-" + grouped(-n)
	}
	return "0"
}

// sideRecord is one side in the first line of a comparison in JSON.
type sideRecord struct {
	Label  string `json:"label"`
	Rules  string `json:"rules"`
	Kind   string `json:"kind"`
	SHA256 string `json:"sha256"`
}

func (p *Profile) side() sideRecord { return sideRecord{p.Label, p.Rules, p.Kind, p.Digest} }

// WriteJSON writes lines of one object each, of type diff (the first), verdict, transition, function, only_a and only_b.
func (d *Diff) WriteJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	var err error
	put := func(record any) {
		if err == nil {
			err = out.Encode(record)
		}
	}
	type kind struct {
		Type string `json:"type"`
	}
	put(struct {
		kind
		Schema string     `json:"schema"`
		A      sideRecord `json:"a"`
		B      sideRecord `json:"b"`
	}{kind{"diff"}, "axol-sweep-diff/1", d.A.side(), d.B.side()})
	for _, v := range d.Verdicts {
		put(struct {
			kind
			VerdictChange
		}{kind{"verdict"}, v})
	}
	for _, x := range d.Transitions {
		put(struct {
			kind
			Transition
		}{kind{"transition"}, x})
	}
	for _, c := range d.Functions {
		put(struct {
			kind
			FunctionChange
		}{kind{"function"}, c})
	}
	for i, list := range [][]FunctionProfile{d.OnlyA, d.OnlyB} {
		for _, f := range list {
			put(struct {
				kind
				Function string `json:"function"`
				Tally
				Entry string `json:"entry"`
			}{kind{[]string{"only_a", "only_b"}[i]}, f.Name, f.Tally, f.Entry})
		}
	}
	return err
}
