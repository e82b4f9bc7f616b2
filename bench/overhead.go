package bench

import (
	"fmt"
	goruntime "runtime"
	"strings"
	"time"

	"axol/probes"
)

// Overhead is what probes of each kind cost.
type Overhead struct {
	Hits []HitCost // the first two are the native and the unprobed call
	Arms []ArmCost
	// NoCycles says why no cycles were counted, nil if they were.
	NoCycles error
}

// HitCost is one way to call a function of two instructions, a sample of each round.
type HitCost struct {
	Name   string // as in Go benchmark format
	Label  string
	Calls  uint64    // of a round
	Sec    []float64 // per call, of the thread's CPU time
	Cycles []float64 // per call; empty if they cannot be counted
	Insns  float64   // guest instructions per call: exact
}

// ArmCost is what it takes to register a probe on a function that a vCPU is running, and to
// unregister it again: the two together.
type ArmCost struct {
	Name  string
	Label string
	Pairs int       // of a round
	Sec   []float64 // medians of the pairs of a round
}

// variant is a way to call the function.
type variant struct {
	name, label string
	calls       uint64
	probe       func() *probes.Kprobe
	native      bool
	// event has the fetch arguments of an event in place of a probe, with its filter, or a trigger in place of
	// records.
	event, filter, trigger string
}

const (
	fastCalls = 8_000_000
	slowCalls = 1_000_000
	armPairs  = 200
)

func noPre(*probes.Hit) int { return 0 }
func noPost(*probes.Hit)    {}

var variants = []variant{
	{name: "native", label: "native call", calls: fastCalls, native: true},
	{name: "none", label: "call through the JIT", calls: fastCalls},
	{name: "count", label: "with a probe that counts", calls: fastCalls, probe: func() *probes.Kprobe { return &probes.Kprobe{} }},
	{name: "pre", label: "with a Go pre handler", calls: slowCalls, probe: func() *probes.Kprobe { return &probes.Kprobe{Pre: noPre} }},
	{name: "prepost", label: "with Go pre and post handlers", calls: slowCalls,
		probe: func() *probes.Kprobe { return &probes.Kprobe{Pre: noPre, Post: noPost} }},
	{name: "record", label: "with a record of two registers", calls: fastCalls, event: "a=%x0 b=%x1"},
	{name: "recordload", label: "with a record of a register and memory", calls: fastCalls, event: "a=%x0 b=-8(%sp)"},
	{name: "reject", label: "with a filter that rejects", calls: fastCalls, event: "a=%x0 b=%x1", filter: "a > 0x7fffffff"},
	{name: "accept", label: "with a filter that accepts, and the record", calls: fastCalls, event: "a=%x0 b=%x1", filter: "a <= 0x7fffffff"},
	{name: "log2", label: "with a histogram of powers of two", calls: fastCalls, event: "a=%x0", trigger: "hist:keys=a.log2"},
	{name: "linear", label: "with a histogram of steps of 100000", calls: fastCalls, event: "a=%x0", trigger: "hist:keys=a.buckets=100000"},
	{name: "recordtext", label: "with a record made by Go (a string)", calls: slowCalls, event: "a=-8(%sp):string"},
}

// arm puts the event's probe at an address.
func (v *variant) arm(m *probes.Manager, addr uint64) error {
	d, err := probes.Parse(fmt.Sprintf("p:%s %#x %s", v.name, addr, v.event))
	if err != nil {
		return err
	}
	e, err := m.AddEvent(d)
	if err != nil {
		return err
	}
	if v.filter != "" {
		return e.SetFilter(v.filter)
	}
	if v.trigger != "" {
		if err := e.SetRecords(false); err != nil {
			return err
		}
		_, err = e.AddHist(v.trigger)
	}
	return err
}

// unprobed is the variant that others are compared with.
const unprobed = 1

// MeasureOverhead measures in so many rounds.
func MeasureOverhead(rounds int, progress *Progress) (*Overhead, error) {
	goruntime.LockOSThread() // cycles are counted for a thread
	defer goruntime.UnlockOSThread()
	m, err := newMachine(len(variants) + 1)
	if err != nil {
		return nil, err
	}
	defer m.close()
	o := &Overhead{}
	cycles, err := newCycleCounter()
	if err != nil {
		o.NoCycles = err
	}
	defer cycles.close()
	for i, v := range variants {
		o.Hits = append(o.Hits, HitCost{Name: v.name, Label: v.label, Calls: v.calls})
		if v.event != "" {
			if err := v.arm(m.probes, m.function(i)); err != nil {
				return nil, fmt.Errorf("%s: %w", v.label, err)
			}
		}
		if v.probe == nil {
			continue
		}
		p := v.probe()
		p.Addr = m.function(i)
		if err := m.probes.Register(p); err != nil {
			return nil, err
		}
		o.Arms = append(o.Arms, ArmCost{Name: v.name, Label: strings.TrimPrefix(v.label, "with "), Pairs: armPairs})
	}
	for round := range rounds + 1 { // the first warms up
		progress.Show(round, rounds+1, "rounds")
		if round == 1 {
			o.forget()
		}
		for i := range variants {
			i = (i + round) % len(variants)
			if err := o.Hits[i].measure(m, i, cycles); err != nil {
				return nil, err
			}
		}
		if err := o.measureArms(m); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// forget drops the samples taken so far.
func (o *Overhead) forget() {
	for i := range o.Hits {
		o.Hits[i].Sec, o.Hits[i].Cycles = nil, nil
	}
	for i := range o.Arms {
		o.Arms[i].Sec = nil
	}
}

func (h *HitCost) measure(m *machine, i int, cycles *cycleCounter) error {
	var insns uint64
	var err error
	c, start := cycles.read(), threadTime()
	if variants[i].native {
		if nativeCalls(h.Calls) != h.Calls {
			err = fmt.Errorf("the native loop went wrong")
		}
	} else {
		insns, err = m.call(i, h.Calls)
	}
	d, c := threadTime()-start, cycles.read()-c
	if err != nil {
		return fmt.Errorf("%s: %w", h.Label, err)
	}
	n := float64(h.Calls)
	h.Sec = append(h.Sec, d.Seconds()/n)
	h.Insns = float64(insns) / n
	if cycles != nil {
		h.Cycles = append(h.Cycles, float64(c)/n)
	}
	return nil
}

// measureArms takes a sample of every kind of probe: the median of pairs, because a pair during which the
// host takes a core away from the vCPU says nothing. The loop has a probe on its call which shows that
// the vCPU is running it when the next is armed.
func (o *Overhead) measureArms(m *machine) error {
	i := len(variants)
	running := &probes.Kprobe{Addr: m.loop(i)}
	if err := m.probes.Register(running); err != nil {
		return err
	}
	wait := func() {
		for seen := m.probes.Hits(running); m.probes.Hits(running) == seen; {
			goruntime.Gosched()
		}
	}
	err := m.while(i, func() error {
		arm := 0
		for _, v := range variants {
			if v.probe == nil {
				continue
			}
			p := v.probe()
			p.Addr = m.function(i)
			sec, err := armPair(m.probes, p, o.Arms[arm].Pairs, wait)
			if err != nil {
				return err
			}
			o.Arms[arm].Sec = append(o.Arms[arm].Sec, sec)
			arm++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return m.probes.Unregister(running)
}

// armPair is the median time it takes to register p and to unregister it, each while the vCPU is running.
func armPair(m *probes.Manager, p *probes.Kprobe, pairs int, wait func()) (float64, error) {
	var sec []float64
	for range pairs {
		wait()
		start := time.Now()
		if err := m.Register(p); err != nil {
			return 0, err
		}
		d := time.Since(start)
		wait()
		start = time.Now()
		if err := m.Unregister(p); err != nil {
			return 0, err
		}
		sec = append(sec, (d + time.Since(start)).Seconds())
	}
	return median(sec), nil
}

// nativeCalls is the loop in the host's own code.
func nativeCalls(n uint64) (x uint64) {
	for range n {
		x = addOne(x)
	}
	return x
}

//go:noinline
func addOne(x uint64) uint64 { return x + 1 }
