package bench

import (
	"fmt"
	"time"
)

// meter takes times, and has them in cycles: counted where the host lets the process count, else calculated from the
// speed of a loop whose cycles are known.
type meter struct {
	counter *cycleCounter // nil: there is none
	refused error         // why
	hz      float64       // cycles per second, when last calibrated
	speeds  []float64     // all of them
}

// newMeter makes a meter of the calling thread.
func newMeter() *meter {
	m := &meter{}
	m.counter, m.refused = newCycleCounter()
	return m
}

// calibrate finds out how fast the processor is now: between samples, as its clock drifts.
func (m *meter) calibrate() {
	if m.counter == nil && chainCycles > 0 {
		m.hz = chainSpeed()
		m.speeds = append(m.speeds, m.hz)
	}
}

// time says what f takes: seconds of the thread's CPU time and cycles, 0 where they are not known.
func (m *meter) time(f func() error) (sec, cycles float64, err error) {
	c, start := m.counter.read(), threadTime()
	err = f()
	d := (threadTime() - start).Seconds()
	if m.counter == nil {
		return d, d * m.hz, err
	}
	return d, float64(m.counter.read() - c), err
}

func (m *meter) close() { m.counter.close() }

// chain is multiplications of which each waits for the one before, so many in a turn of the loop.
const chain = 8

// chainSpeed is cycles per second: the fastest of a few short runs, none of which an interrupt can make faster.
func chainSpeed() (hz float64) {
	const turns = 20_000
	k := uint64(3)
	for range 5 {
		start := time.Now()
		k = multiply(turns, k) | 1
		if d := time.Since(start).Seconds(); d > 0 {
			hz = max(hz, turns*chain*chainCycles/d)
		}
	}
	return hz
}

// multiply hides the loop's own instructions in the time of the multiplications.
//
//go:noinline
func multiply(turns int, k uint64) uint64 {
	x := k
	for range turns {
		x *= k
		x *= k
		x *= k
		x *= k
		x *= k
		x *= k
		x *= k
		x *= k
	}
	return x
}

// describe says how cycles came about.
func (m *meter) describe() string {
	switch {
	case m.counter != nil:
		return "Cycles are counted by the processor (perf_event_open)."
	case chainCycles == 0:
		return fmt.Sprintf("No cycles: perf_event_open: %v.", m.refused)
	}
	return fmt.Sprintf("Cycles are calculated from times: perf_event_open says %v. Multiplications that wait for each other, %v cycles each,\n"+
		"say %.2f GHz (median; asked again before every round, as the clock drifts).", m.refused, chainCycles, 1e-9*median(m.speeds))
}
