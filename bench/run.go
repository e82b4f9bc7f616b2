package bench

import "fmt"

// Run measures what is selected: here, and, of what the catalogue has for peers, beside other translators.
func Run(s Selection, o *Options) (*Report, error) {
	rep, err := Measure(s, o)
	if err != nil {
		return nil, err
	}
	if len(s.programs()) > 0 {
		p, err := comparePrograms(o.Rounds, s, o.Progress)
		if err != nil && len(rep.Results) > 0 { // what else there is is not lost
			rep.note(fmt.Sprintf("Programs are left out: %v.", err))
			return rep, nil
		}
		if err != nil {
			return nil, err
		}
		rep.Join(&Report{Results: p.results(), Notes: p.notes(), Peers: p})
	}
	return rep, nil
}
