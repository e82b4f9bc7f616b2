package sweep

import (
	"cmp"
	"slices"

	"axol/probes"
)

// Tally is how many instructions there are, by what is done with a probe on them.
type Tally struct {
	Words     int `json:"words"`
	Stepped   int `json:"stepped"`
	Simulated int `json:"simulated"`
	Rejected  int `json:"rejected"`
}

func (t *Tally) add(c probes.Class, n int) {
	t.Words += n
	switch c {
	case probes.Stepped:
		t.Stepped += n
	case probes.Simulated:
		t.Simulated += n
	default:
		t.Rejected += n
	}
}

// Named is a Tally with the name of what it is of.
type Named struct {
	Name string `json:"name"`
	Tally
}

// Count is how many instructions have something in common.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// VerdictCount is how many instructions have a verdict.
type VerdictCount struct {
	Verdict string `json:"verdict"`
	Handler string `json:"handler,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Count   int    `json:"count"`
}

// Summary is a sweep in figures. Lists have no zeros.
type Summary struct {
	Tally
	Verdicts  []VerdictCount `json:"verdicts"`
	Groups    []Named        `json:"groups"`
	Sections  []Named        `json:"sections"`
	Functions int            `json:"functions"`
	// Refused are the functions with the most refusals besides those that are refused as a whole.
	Refused []Named         `json:"most_refusals"`
	Dynamic *DynamicSummary `json:"dynamic,omitempty"`
}

// DynamicSummary is the dynamic pass in figures.
type DynamicSummary struct {
	Seed       uint64 `json:"seed"`
	Samples    int    `json:"samples"`
	Executions uint64 `json:"executions"`
	Measured   int    `json:"measured"` // instructions that were executed
	Equal      int    `json:"equal"`
	Unequal    int    `json:"unequal"`
	// By reason: refusals that were shown to be right and those that were not, and instructions that may be probed and could
	// not be executed.
	Confirmed   []Count `json:"confirmed"`
	Unconfirmed []Count `json:"unconfirmed"`
	Unmeasured  []Count `json:"unmeasured"`
}

// mostRefused is how many functions the summary names.
const mostRefused = 15

// summary is a Summary in the making.
type summary struct {
	verdicts [256]int
	groups   []Tally
	sections []Tally
}

// Summarize counts. d is nil without a dynamic pass.
func (s *Sweep) Summarize(d *Dynamic) *Summary {
	m := &summary{groups: make([]Tally, len(Groups)), sections: make([]Tally, len(s.Image.Sections))}
	out := &Summary{}
	var functions []Named
	for i := range s.Functions {
		f := &s.Functions[i]
		t := s.Tally(f, func(word uint32, code Code) {
			m.verdicts[code]++
			m.groups[Group(word)].add(Verdicts[code].Class, 1)
		})
		class := &m.sections[f.Section]
		class.add(probes.Stepped, t.Stepped)
		class.add(probes.Simulated, t.Simulated)
		class.add(probes.Rejected, t.Rejected)
		if f.known() {
			out.Functions++
			if t.Rejected > 0 && t.Rejected < t.Words {
				functions = append(functions, Named{f.Name, t})
			}
		}
	}
	for code, n := range m.verdicts {
		if n > 0 {
			v := Verdicts[code]
			out.add(v.Class, n)
			out.Verdicts = append(out.Verdicts, VerdictCount{v.Class.String(), v.Handler.String(), v.Why(), n})
		}
	}
	for i, t := range m.groups {
		if t.Words > 0 {
			out.Groups = append(out.Groups, Named{Groups[i], t})
		}
	}
	for i, t := range m.sections {
		out.addSection(s.Image.Sections[i].Name, t)
	}
	slices.SortStableFunc(functions, func(a, b Named) int { return cmp.Compare(b.Rejected, a.Rejected) })
	out.Refused = functions[:min(len(functions), mostRefused)]
	if d != nil {
		out.Dynamic = d.summarize()
	}
	return out
}

// Tally counts the instructions of a function, and calls each, if it is not nil, for each.
func (s *Sweep) Tally(f *Function, each func(word uint32, code Code)) (t Tally) {
	text := &s.Image.Texts[f.Text]
	first, end := (f.Start-text.Addr)/4, (f.End-text.Addr)/4
	codes, words := s.Codes[f.Text][first:end], text.Words[first:end]
	for i, code := range codes {
		t.add(Verdicts[code].Class, 1)
		if each != nil {
			each(words[i], code)
		}
	}
	return t
}

// addSection joins parts of a section that others lie between.
func (out *Summary) addSection(name string, t Tally) {
	i := slices.IndexFunc(out.Sections, func(n Named) bool { return n.Name == name })
	if i < 0 {
		i = len(out.Sections)
		out.Sections = append(out.Sections, Named{Name: name})
	}
	sum := &out.Sections[i].Tally
	sum.add(probes.Stepped, t.Stepped)
	sum.add(probes.Simulated, t.Simulated)
	sum.add(probes.Rejected, t.Rejected)
}

func (d *Dynamic) summarize() *DynamicSummary {
	out := &DynamicSummary{Seed: d.Seed, Samples: d.Samples, Executions: d.Executions,
		Confirmed: []Count{}, Unconfirmed: []Count{}, Unmeasured: []Count{}}
	phrases := make([]int, len(d.Phrases))
	for t, list := range d.Outcomes {
		for i, o := range list {
			if d.Times[t][i] > 0 {
				out.Measured++
			}
			switch {
			case o == Equal:
				out.Equal++
			case o == Unequal:
				out.Unequal++
			case o >= firstPhrase:
				phrases[o-firstPhrase]++
			}
		}
	}
	lists := map[PhraseKind]*[]Count{Confirmed: &out.Confirmed, Unconfirmed: &out.Unconfirmed, Unmeasured: &out.Unmeasured}
	for i, n := range phrases {
		list := lists[d.Phrases[i].Kind]
		*list = append(*list, Count{d.Phrases[i].Text, n})
	}
	for _, list := range lists { // in an order that does not depend on which worker was first
		slices.SortFunc(*list, func(a, b Count) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	}
	return out
}

// Status is the exit status that says what was found: 1 if there is a difference, 2 if nothing was measured that was to
// be, else 0.
func (m *Summary) Status() int {
	switch {
	case m.Dynamic != nil && m.Dynamic.Unequal > 0:
		return 1
	case m.Words == 0 || m.Dynamic != nil && m.Dynamic.Executions == 0:
		return 2
	}
	return 0
}
