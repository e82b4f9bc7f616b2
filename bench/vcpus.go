package bench

import (
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"sync"
	"time"
)

// vcpuExperiment has several vCPUs run through one probe: hits per second, of all together.
type vcpuExperiment struct {
	m       *machine
	threads []chan func() // each vCPU always runs on the same
	rows    []vcpuRun
}

type vcpuRun struct {
	*Result
	guest, n int
}

// vcpuCalls is how many calls each vCPU makes in a round.
const vcpuCalls = 100_000

func newVCPUExperiment(l *land, s Setting, rows []hitRow, cpus []int) (*vcpuExperiment, error) {
	c := machineConfig{Setting: s, cpus: slices.Max(cpus)}
	for _, r := range rows {
		c.guests = append(c.guests, r.guest)
	}
	m, err := newMachine(l, c)
	if err != nil {
		return nil, err
	}
	e := &vcpuExperiment{m: m, threads: threads(c.cpus)}
	for i, r := range rows {
		if err := r.probe(m.probes, m.places[i].function).register(); err != nil {
			e.close()
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
		for _, n := range cpus {
			axes := append(s.axes(), Axis{"vcpus", fmt.Sprint(n)})
			e.rows = append(e.rows, vcpuRun{&Result{Group: groupVCPUs, Name: r.name, Axes: axes, Iters: n * vcpuCalls}, i, n})
		}
	}
	return e, nil
}

func (e *vcpuExperiment) close() {
	for _, t := range e.threads {
		close(t)
	}
	e.m.close()
}

func (e *vcpuExperiment) results() (list []*Result) {
	for _, r := range e.rows {
		list = append(list, r.Result)
	}
	return list
}

func (e *vcpuExperiment) round(_ int, tick func(*Result)) error {
	for _, r := range e.rows {
		tick(r.Result)
		sec, err := e.together(r.guest, r.n)
		if err != nil {
			return fmt.Errorf("%s, %d vCPUs: %w", r.Name, r.n, err)
		}
		r.add(unitRate, float64(r.Iters)/sec)
	}
	return nil
}

// threads starts n threads that do what they are sent.
func threads(n int) []chan func() {
	list := make([]chan func(), n)
	for i := range list {
		work := make(chan func())
		list[i] = work
		go func() {
			goruntime.LockOSThread() // and the thread ends with the goroutine
			for f := range work {
				f()
			}
		}()
	}
	return list
}

// together has n vCPUs make their calls of a guest's function, and says how long that takes by the clock on the wall.
func (e *vcpuExperiment) together(guest, n int) (sec float64, err error) {
	// Generated code does not give way to goroutines: each vCPU needs a thread beside this one.
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(max(n+1, goruntime.GOMAXPROCS(0))))
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	ready.Add(n)
	done.Add(n)
	start := make(chan struct{})
	for i, t := range e.threads[:n] {
		t <- func() {
			ready.Done()
			<-start
			_, errs[i] = e.m.callOn(i, guest, vcpuCalls)
			done.Done()
		}
	}
	ready.Wait()
	began := time.Now()
	close(start)
	done.Wait()
	return time.Since(began).Seconds(), errors.Join(errs...)
}
