package bench

import (
	goruntime "runtime"

	"axol/probes"
)

// Options is what is measured, and how.
type Options struct {
	Rounds     int
	Fidelities []probes.Fidelity
	Placements []probes.Placement
	Rules      []string // kernels; empty: the usual
	CPUs       []int    // of group vcpus
	Probes     []int    // of group armed
	Progress   *Progress
}

// The rules that hold unless others are asked for: those of a kernel of today, and, for what kernels do not have any more,
// those of the first that had kprobes on arm64.
const (
	usualRules = "debian-6.1"
	firstRules = "linux-4.8"
)

// settings is all combinations of the axes.
func (o *Options) settings(usual string) (list []Setting) {
	rules := o.Rules
	if len(rules) == 0 {
		rules = []string{usual}
	}
	for _, r := range rules {
		for _, f := range o.Fidelities {
			for _, p := range o.Placements {
				list = append(list, Setting{f, p, r})
			}
		}
	}
	return list
}

// experiment measures some benchmarks together.
type experiment interface {
	// round takes a sample of each, and tells tick of it before; the first warms up.
	round(n int, tick func(*Result)) error
	results() []*Result
	close()
}

// Measure runs the benchmarks of a selection, those of peers aside: in each round every one of them takes its turn.
func Measure(s Selection, o *Options) (*Report, error) {
	goruntime.LockOSThread() // CPU time and cycles are counted for a thread
	defer goruntime.UnlockOSThread()
	rep := &Report{Rounds: o.Rounds, Host: thisHost()}
	meter := newMeter()
	defer meter.close()
	ground, err := newLand()
	if err != nil {
		return nil, err
	}
	defer ground.Release()
	l := &lab{land: ground, o: o, s: s, meter: meter, note: rep.note}
	defer l.close()
	if err := l.setUp(); err != nil {
		return nil, err
	}
	done, all := 0, 0
	for _, e := range l.experiments {
		all += (o.Rounds + 1) * len(e.results())
	}
	tick := func(r *Result) {
		o.Progress.Show(done, all, r.Group+"/"+r.Name)
		done++
	}
	for round := range o.Rounds + 1 {
		for _, e := range l.experiments {
			if err := e.round(round, tick); err != nil {
				return nil, err
			}
			if round == 0 {
				for _, r := range e.results() {
					r.forget()
				}
			}
		}
	}
	for _, e := range l.experiments {
		rep.Results = append(rep.Results, e.results()...)
	}
	if len(l.experiments) > 0 {
		rep.note(meter.describe())
	}
	return rep, nil
}

// lab is where the experiments of a selection are set up.
type lab struct {
	land        *land
	o           *Options
	s           Selection
	meter       *meter
	note        func(string)
	experiments []experiment
}

func (l *lab) close() {
	for _, e := range l.experiments {
		e.close()
	}
}

func (l *lab) setUp() error {
	for _, set := range l.o.settings(usualRules) {
		if err := l.hits(groupHit, set, allHitRows()); err != nil {
			return err
		}
	}
	for _, set := range l.o.settings(firstRules) {
		if err := l.hits(groupTable, set, tableRows); err != nil {
			return err
		}
	}
	for _, set := range l.o.settings(usualRules) {
		if err := l.others(set); err != nil {
			return err
		}
	}
	return l.peers()
}

// hits sets up what is selected of a group of rows.
func (l *lab) hits(group string, set Setting, rows []hitRow) error {
	if rows = l.s.of(group, rows); len(rows) == 0 {
		return nil
	}
	e, err := newHitExperiment(l.land, group, set, rows, l.meter, l.note)
	if err == nil && e != nil {
		l.add(e)
	}
	return err
}

// others sets up what is selected of the groups whose experiments are of their own kind.
func (l *lab) others(set Setting) error {
	if rows := l.s.of(groupArm, armRows()); len(rows) > 0 {
		e, err := newArmExperiment(l.land, set, rows)
		if err != nil {
			return err
		}
		l.add(e)
	}
	if rows := l.s.of(groupVCPUs, vcpuRows()); len(rows) > 0 && len(l.o.CPUs) > 0 {
		e, err := newVCPUExperiment(l.land, set, rows, l.o.CPUs)
		if err != nil {
			return err
		}
		l.add(e)
	}
	if counts := l.s.counts(l.o.Probes); len(counts) > 0 {
		e, err := newArmedExperiment(l.land, set, counts, l.meter)
		if err != nil {
			return err
		}
		l.add(e)
	}
	return nil
}

func (l *lab) add(e experiment) { l.experiments = append(l.experiments, e) }
