package bench

// Run measures what is selected: here, and, of what the catalogue has for peers, beside other translators.
func Run(s Selection, o *Options) (*Report, error) {
	rep, err := Measure(s, o)
	if err != nil {
		return nil, err
	}
	if len(s.programs()) > 0 {
		p, err := comparePrograms(o.Rounds, s, o.Progress)
		if err != nil {
			return nil, err
		}
		rep.Join(&Report{Results: p.results(), Notes: p.notes(), Peers: p})
	}
	return rep, nil
}
