package bench

import "fmt"

// hitExperiment measures what probes cost at each hit, in one setting. Every row has a guest of its own; the unprobed one
// it is compared with runs right before it, in every round.
type hitExperiment struct {
	m     *machine
	rows  []hitRun
	meter *meter
}

// hitRun is a row, its two guests in the machine, and its result.
type hitRun struct {
	hitRow
	*Result
	base, probed side
}

// side is a guest of a row.
type side struct {
	guest int    // in the machine
	calls uint64 // of a round
}

// sampleTime is how long one sample takes, at least. An order of magnitude more changes no figure, only its interval.
const sampleTime = 4e-3

// newHitExperiment makes one for rows of a group. Rows of probes that the kernel does not have are left out, and
// noted; if that is all of them, there is no experiment.
func newHitExperiment(l *land, group string, s Setting, rows []hitRow, meter *meter, note func(string)) (*hitExperiment, error) {
	counted, err := countRows(group, s, rows, note)
	if err != nil || len(counted) == 0 {
		return nil, err
	}
	e := &hitExperiment{meter: meter, rows: counted}
	c := machineConfig{Setting: s}
	for i := range e.rows {
		r := &e.rows[i]
		r.base.guest, r.probed.guest = len(c.guests), len(c.guests)+1
		c.guests = append(c.guests, r.guest, r.guest)
	}
	if e.m, err = newMachine(l, c); err != nil {
		return nil, err
	}
	for i := range e.rows {
		if err := e.rows[i].arm(e.m); err != nil {
			e.m.close()
			return nil, fmt.Errorf("%s: %w", e.rows[i].name, err)
		}
	}
	return e, nil
}

func (s Setting) axes() []Axis {
	return []Axis{{"fidelity", s.Fidelity.String()}, {"placement", s.Placement.String()}, {"rules", s.Rules}}
}

// arm puts a row's probes on its guests.
func (r *hitRun) arm(m *machine) error {
	base, probed := m.places[r.base.guest].function, m.places[r.probed.guest].function
	if r.beside != nil {
		if err := r.beside(m.probes, base).register(); err != nil {
			return err
		}
		if err := r.beside(m.probes, probed).register(); err != nil {
			return err
		}
	}
	if r.hitRow.probe == nil {
		return nil
	}
	return r.hitRow.probe(m.probes, probed).register()
}

func (e *hitExperiment) close() { e.m.close() }

func (e *hitExperiment) results() (list []*Result) {
	for i := range e.rows {
		list = append(list, e.rows[i].Result)
	}
	return list
}

// round takes a sample of every row. All code is translated anew first: where in the host's memory it comes to lie
// changes its speed by more than what cheap probes cost, and is to be different each time.
func (e *hitExperiment) round(n int, tick func(*Result)) error {
	e.meter.calibrate()
	e.m.eng.Invalidate(e.m.places[0].loop, e.m.places[0].loop+uint64(len(e.m.places))*codeEvery)
	for i := range e.rows {
		r := &e.rows[(i+n)%len(e.rows)]
		tick(r.Result)
		if err := e.sample(r); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

func (e *hitExperiment) sample(r *hitRun) error {
	sec, cycles, err := e.time(&r.base)
	if err != nil {
		return err
	}
	hits := float64(max(1, r.hits))
	if r.hitRow.probe == nil {
		r.Iters = int(r.base.calls)
		r.put(unitTime, sec, unitCycles, cycles)
		return nil
	}
	probedSec, probedCycles, err := e.time(&r.probed)
	if err != nil {
		return err
	}
	r.Iters = int(r.probed.calls)
	r.put(unitTime, probedSec, unitCycles, probedCycles)
	r.put(unitMore, (probedSec-sec)/hits, unitMoreCycles, (probedCycles-cycles)/hits)
	r.add(unitBase, sec)
	r.add(unitRatio, probedSec/sec)
	return nil
}

// put adds a time, and cycles if they are known.
func (r *hitRun) put(timeUnit string, sec float64, cyclesUnit string, cycles float64) {
	r.add(timeUnit, sec)
	if cycles != 0 {
		r.add(cyclesUnit, cycles)
	}
}

// warmCalls is enough for a region to be made of the loop.
const warmCalls = 100_000

// time is what a call takes. The first time it finds out how many calls make a sample.
func (e *hitExperiment) time(s *side) (sec, cycles float64, err error) {
	calls := s.calls
	if calls == 0 {
		calls = warmCalls / 10
	}
	for {
		if _, err := e.m.call(s.guest, min(calls, warmCalls)); err != nil {
			return 0, 0, err
		}
		sec, cycles, err = e.meter.time(func() error { _, err := e.m.call(s.guest, calls); return err })
		if err != nil || s.calls != 0 {
			return sec / float64(calls), cycles / float64(calls), err
		}
		if sec >= sampleTime {
			s.calls = calls
			return sec / float64(calls), cycles / float64(calls), nil
		}
		calls *= 2
	}
}
