package bench

import (
	"fmt"
	goruntime "runtime"
	"slices"
	"sync/atomic"
	"time"

	"axol/jit"
)

// armExperiment measures what it takes to arm a probe on a function that a vCPU is running, and to disarm it again.
type armExperiment struct {
	m    *machine
	rows []armRun
}

type armRun struct {
	*Result
	guest int
	probe *probe
}

// armPairs is how many times each probe comes and goes in a round.
const armPairs = 50

func newArmExperiment(l *land, s Setting, rows []hitRow) (*armExperiment, error) {
	c := machineConfig{Setting: s}
	for _, r := range rows {
		c.guests = append(c.guests, r.guest)
	}
	m, err := newMachine(l, c)
	if err != nil {
		return nil, err
	}
	e := &armExperiment{m: m}
	for i, r := range rows {
		result := &Result{Group: groupArm, Name: r.name, Axes: s.axes(), Iters: armPairs}
		e.rows = append(e.rows, armRun{result, i, r.probe(m.probes, m.places[i].function)})
	}
	return e, nil
}

func (e *armExperiment) close() { e.m.close() }

func (e *armExperiment) results() (list []*Result) {
	for _, r := range e.rows {
		list = append(list, r.Result)
	}
	return list
}

func (e *armExperiment) round(_ int, tick func(*Result)) error {
	for i := range e.rows {
		tick(e.rows[i].Result)
		if err := e.sample(&e.rows[i]); err != nil {
			return fmt.Errorf("%s: %w", e.rows[i].Name, err)
		}
	}
	return nil
}

// sample takes the lower quartile of some pairs, because a pair during which the host takes a core away from the vCPU says
// nothing, and on a busy machine that is half of them. The loop has a probe on its call, which shows that the vCPU is running it when the next is armed.
func (e *armExperiment) sample(r *armRun) error {
	running := kprobe(nil, nil)(e.m.probes, e.m.places[r.guest].loop)
	if err := running.register(); err != nil {
		return err
	}
	if err := e.m.while(r.guest, func() error { return r.pairs(running) }); err != nil {
		return err
	}
	return running.unregister()
}

func (r *armRun) pairs(running *probe) error {
	var arm, disarm []float64
	for range armPairs {
		for _, part := range []struct {
			change func() error
			took   *[]float64
		}{{r.probe.register, &arm}, {r.probe.unregister, &disarm}} {
			for seen := running.hits(); running.hits() == seen; {
				goruntime.Gosched()
			}
			start := time.Now()
			if err := part.change(); err != nil {
				return err
			}
			*part.took = append(*part.took, time.Since(start).Seconds())
		}
	}
	r.add(unitArm, lowerQuartile(arm))
	r.add(unitDisarm, lowerQuartile(disarm))
	return nil
}

// lowerQuartile is the value that a quarter of all are below.
func lowerQuartile(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/4]
}

// while runs f while the vCPU runs a guest for ever, on a thread of its own.
func (m *machine) while(guest int, f func() error) error {
	// Generated code does not give way to goroutines: f needs a thread beside it.
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(max(3, goruntime.GOMAXPROCS(0))))
	cpu := m.cpus[0]
	st := cpu.State()
	st.PC, st.SP, st.X[1] = m.places[guest].loop, m.origin+stackTop, 1<<62
	var stop atomic.Bool
	done := make(chan jit.Exit)
	go func() {
		goruntime.LockOSThread()
		defer goruntime.UnlockOSThread()
		for {
			if x := cpu.Run(); x.Kind != jit.ExitKicked || stop.Load() {
				done <- x
				return
			}
		}
	}()
	for cpu.Thread() == 0 { // it is not running yet
		time.Sleep(100 * time.Microsecond)
	}
	// The caller is locked to its thread; f is not, as it waits by giving way.
	result := make(chan error)
	go func() { result <- f() }()
	err := <-result
	stop.Store(true)
	for {
		cpu.Kick()
		select {
		case x := <-done:
			if x.Kind != jit.ExitKicked && err == nil {
				err = fmt.Errorf("the loop ended with %s at %#x", x.Kind, st.PC)
			}
			return err
		case <-time.After(time.Millisecond):
		}
	}
}
