package bench

import (
	"errors"
	"fmt"
	"syscall"
)

// countedCalls is how many calls exact figures are counted over.
const countedCalls = 1000

// countRows makes a run of each row, with its exact figures.
func countRows(group string, s Setting, rows []hitRow, note func(string)) (list []hitRun, err error) {
	for _, row := range rows {
		r := hitRun{hitRow: row, Result: &Result{Group: group, Name: row.name, Axes: s.axes()}}
		switch err := r.count(s); {
		case errors.Is(err, syscall.ENOSYS):
			note(fmt.Sprintf("%s/%s is left out: %v.", group, row.name, err))
		case err != nil:
			return nil, fmt.Errorf("%s: %w", row.name, err)
		default:
			list = append(list, r)
		}
	}
	return list, nil
}

// count runs the row's guest without its probe and with it, and counts, on a machine of its own: what it counts is the same
// each time, whatever other rows do.
func (r *hitRun) count(s Setting) error {
	l, err := newLand()
	if err != nil {
		return err
	}
	defer l.Release()
	m, err := newMachine(l, machineConfig{Setting: s, count: true, guests: []string{r.guest}})
	if err != nil {
		return err
	}
	defer m.close()
	at := m.places[0].function
	if r.beside != nil {
		if err := r.beside(m.probes, at).register(); err != nil {
			return err
		}
	}
	insns, err := m.call(0, countedCalls)
	if err != nil {
		return err
	}
	r.exact(unitInsns, float64(insns)/countedCalls)
	unprobed := m.eng.Stats()
	if r.hitRow.probe == nil {
		r.exact(unitHostBytes, float64(unprobed.HostBytes))
		return nil
	}
	p := r.hitRow.probe(m.probes, at)
	if err := p.register(); err != nil {
		return err
	}
	r.exact(unitInvalidated, float64(m.eng.Stats().Invalidated-unprobed.Invalidated))
	m.events = events{}
	if _, err := m.call(0, countedCalls); err != nil {
		return err
	}
	r.exact(unitHostBytes, float64(m.eng.Stats().HostBytes-unprobed.HostBytes))
	for _, c := range []struct {
		unit string
		n    uint64
	}{{unitExceptions, m.events.exceptions}, {unitCalls, m.events.calls}, {unitHits, p.hits()}, {unitMissed, p.missed()}} {
		r.exact(c.unit, float64(c.n)/countedCalls)
	}
	return nil
}
