package sweep

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Profile is a sweep by function: what a comparison needs, and what a JSON report has. Functions of one name are one.
type Profile struct {
	Label     string // the file
	Rules     string
	Kind      string
	Digest    string // of the image
	Verdicts  map[string]int
	Functions map[string]*FunctionProfile

	sweep *Sweep // nil if it is from a report
}

// FunctionProfile is a function of a profile.
type FunctionProfile struct {
	Name string
	Tally
	Entry string // the verdict of its first instruction
}

func newProfile(label, rules, kind, digest string) *Profile {
	return &Profile{Label: label, Rules: rules, Kind: kind, Digest: digest, Verdicts: map[string]int{}, Functions: map[string]*FunctionProfile{}}
}

// verdictName is a class with why, as comparisons name it.
func verdictName(class, why string) string {
	if why == "" {
		return class
	}
	return class + ": " + why
}

// String is the verdict in words, without the handler.
func (v Verdict) String() string { return verdictName(v.Class.String(), v.Why()) }

// add counts instructions of a function.
func (p *Profile) add(function, entry string, t Tally) {
	if function == "" {
		return
	}
	f := p.Functions[function]
	if f == nil {
		f = &FunctionProfile{Name: function, Entry: entry}
		p.Functions[function] = f
	}
	f.Words += t.Words
	f.Stepped += t.Stepped
	f.Simulated += t.Simulated
	f.Rejected += t.Rejected
}

// Profile is the sweep by function.
func (s *Sweep) Profile() *Profile {
	p := newProfile(s.Image.Path, s.Rules.Name, s.Rules.Kind.String(), fmt.Sprintf("%x", s.Image.Digest))
	p.sweep = s
	for i := range s.Functions {
		f := &s.Functions[i]
		t := s.Tally(f, func(_ uint32, code Code) { p.Verdicts[Verdicts[code].String()]++ })
		p.add(f.Name, s.entry(f).String(), t)
	}
	return p
}

// anyRecord is a line of a JSON report of any type.
type anyRecord struct {
	Type, Schema, Path, Rules, Kind, SHA256 string
	Function, Verdict, Reason, Entry        string
	EntryReason                             string `json:"entry_reason"`
	Tally
	Reasons map[string]int
}

// ReadProfile reads a JSON report, of functions or of instructions. The error names the line.
func ReadProfile(name string, r io.Reader) (*Profile, error) {
	var p *Profile
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<24)
	whole := false
	for n := 1; lines.Scan(); n++ {
		var rec anyRecord
		if rec.Type = recordType(lines.Bytes()); rec.Type != "summary" { // whose fields are others
			if err := json.Unmarshal(lines.Bytes(), &rec); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, n, err)
			}
		}
		switch {
		case n == 1 && rec.Schema != reportSchema:
			return nil, fmt.Errorf("%s:1: not a report of axol sweep (%s)", name, reportSchema)
		case n == 1:
			p = newProfile(name+" of "+rec.Path, rec.Rules, rec.Kind, rec.SHA256)
		case rec.Type == "summary":
			whole = true
		default:
			p.record(&rec)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !whole {
		return nil, errors.New(name + ": the report is not whole: it does not end in a summary")
	}
	return p, nil
}

func recordType(line []byte) string {
	var t struct{ Type string }
	_ = json.Unmarshal(line, &t) // who reads the rest reports the error
	return t.Type
}

// record adds a line of a report.
func (p *Profile) record(rec *anyRecord) {
	switch rec.Type {
	case "function":
		rest := rec.Tally // what has no reason
		for why, n := range rec.Reasons {
			class := "rejected"
			if isHazard(why) {
				class = "stepped"
				rest.Stepped -= n
			}
			p.Verdicts[verdictName(class, why)] += n
		}
		p.count("stepped", rest.Stepped)
		p.count("simulated", rest.Simulated)
		p.add(rec.Function, verdictName(rec.Entry, rec.EntryReason), rec.Tally)
	case "instruction":
		t := Tally{Words: 1}
		switch rec.Verdict {
		case "stepped":
			t.Stepped = 1
		case "simulated":
			t.Simulated = 1
		default:
			t.Rejected = 1
		}
		v := verdictName(rec.Verdict, rec.Reason)
		p.Verdicts[v]++
		p.add(rec.Function, v, t)
	}
}

func (p *Profile) count(verdict string, n int) {
	if n > 0 {
		p.Verdicts[verdict] += n
	}
}

// isHazard says whether a reason is of an instruction that is stepped all the same.
func isHazard(why string) bool {
	return slices.ContainsFunc(Verdicts, func(v Verdict) bool { return v.Why() == why && v.Class.String() == "stepped" })
}

// VerdictChange is how many instructions have a verdict in both.
type VerdictChange struct {
	Verdict string `json:"verdict"`
	A       int    `json:"a"`
	B       int    `json:"b"`
}

// Transition is how many instructions have one verdict in A and another in B, at the same address of the same image.
type Transition struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Count int    `json:"count"`
}

// FunctionChange is a function of both with another number of refusals, or another verdict at its entry.
type FunctionChange struct {
	Function string `json:"function"`
	A        Tally  `json:"a"`
	B        Tally  `json:"b"`
	EntryA   string `json:"entry_a"`
	EntryB   string `json:"entry_b"`
	// Gained and Lost are instructions that became probe-able and refused: of the same image exactly, else by the difference
	// of the refusals.
	Gained int `json:"gained"`
	Lost   int `json:"lost"`
}

// Diff is how B differs from A.
type Diff struct {
	A, B         *Profile
	Verdicts     []VerdictChange
	Transitions  []Transition // nil unless both are of one image and were swept here
	Functions    []FunctionChange
	OnlyA, OnlyB []FunctionProfile
}

// Compare compares two sweeps.
func Compare(a, b *Profile) *Diff {
	d := &Diff{A: a, B: b}
	names := maps.Clone(a.Verdicts)
	maps.Copy(names, b.Verdicts)
	for _, v := range slices.Sorted(maps.Keys(names)) {
		d.Verdicts = append(d.Verdicts, VerdictChange{v, a.Verdicts[v], b.Verdicts[v]})
	}
	gained, lost := map[string]int{}, map[string]int{}
	exact := a.sweep != nil && b.sweep != nil && a.Digest == b.Digest
	if exact {
		d.transitions(gained, lost)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Functions)) {
		fa, fb := a.Functions[name], b.Functions[name]
		if fb == nil {
			d.OnlyA = append(d.OnlyA, *fa)
			continue
		}
		c := FunctionChange{name, fa.Tally, fb.Tally, fa.Entry, fb.Entry, gained[name], lost[name]}
		if !exact {
			c.Gained, c.Lost = max(0, fa.Rejected-fb.Rejected), max(0, fb.Rejected-fa.Rejected)
		}
		if c.Gained+c.Lost > 0 || c.EntryA != c.EntryB {
			d.Functions = append(d.Functions, c)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Functions)) {
		if a.Functions[name] == nil {
			d.OnlyB = append(d.OnlyB, *b.Functions[name])
		}
	}
	return d
}

// transitions compares two sweeps of one image, word by word.
func (d *Diff) transitions(gained, lost map[string]int) {
	a, b := d.A.sweep, d.B.sweep
	counts := map[[2]string]int{}
	for i := range a.Functions {
		f := &a.Functions[i]
		first := (f.Start - a.Image.Texts[f.Text].Addr) / 4
		for j := first; j < first+(f.End-f.Start)/4; j++ {
			from, to := Verdicts[a.Codes[f.Text][j]], Verdicts[b.Codes[f.Text][j]]
			if from == to {
				continue
			}
			counts[[2]string{from.String(), to.String()}]++
			switch was, is := from.Class.String() == "rejected", to.Class.String() == "rejected"; {
			case was && !is:
				gained[f.Name]++
			case is && !was:
				lost[f.Name]++
			}
		}
	}
	d.Transitions = []Transition{}
	for k, n := range counts {
		if k[0] != k[1] { // only the handler is another
			d.Transitions = append(d.Transitions, Transition{k[0], k[1], n})
		}
	}
	slices.SortFunc(d.Transitions, func(x, y Transition) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
}
