package bench

import (
	"encoding/binary"
	"fmt"
	goruntime "runtime"
	"slices"
	"unsafe"

	"axol/probes"
)

// armedExperiment has many probes armed at once, evenly in a text of 2^20 instructions, of which the first 2^16 are run: what
// it takes to arm them and to disarm them, their memory, how much slower the text runs, and code that is not probed.
type armedExperiment struct {
	m       *machine
	control *machine // never has a probe
	meter   *meter
	counts  []armedRun
	probes  []probes.Kprobe // the most that are armed
}

type armedRun struct {
	*Result
	n int
}

// The length of the text, and of what is run of it.
const (
	textWords = 1 << 20
	runWords  = 1 << 16
)

// textPattern is what it consists of: a conditional branch that is never taken, and what a program does between two.
var textPattern = []uint32{
	0x91000400, // add x0, x0, #1
	0xca010003, // eor x3, x0, x1
	0xd343fc63, // lsr x3, x3, #3
	0x8b030084, // add x4, x4, x3
	0xaa0403e5, // mov x5, x4
	0xcb0000a6, // sub x6, x5, x0
	0x8a0600c7, // and x7, x6, x6
	0xb5000048, // cbnz x8, .+8: it is zero
}

func textCode() []byte {
	code := make([]byte, 0, 4*textWords)
	for i := range textWords {
		word := textPattern[i%len(textPattern)]
		if i == runWords {
			word = opBreak
		}
		code = binary.LittleEndian.AppendUint32(code, word)
	}
	return code
}

func newArmedExperiment(l *land, s Setting, counts []int, meter *meter) (*armedExperiment, error) {
	e := &armedExperiment{meter: meter, probes: make([]probes.Kprobe, slices.Max(counts))}
	for _, n := range counts {
		e.counts = append(e.counts, armedRun{&Result{Group: groupArmed, Name: fmt.Sprint(n), Axes: s.axes(), Iters: n}, n})
	}
	var err error
	if e.m, err = newMachine(l, machineConfig{Setting: s, text: textCode(), blocks: true}); err != nil {
		return nil, err
	}
	err = e.count()
	e.m.close()
	if err != nil {
		return nil, err
	}
	if e.m, err = newMachine(l, machineConfig{Setting: s, guests: []string{"add"}, text: textCode()}); err != nil {
		return nil, err
	}
	if e.control, err = newMachine(l, machineConfig{Setting: s, guests: []string{"add"}}); err != nil {
		e.m.close()
		return nil, err
	}
	return e, nil
}

func (e *armedExperiment) close() {
	e.m.close()
	e.control.close()
}

func (e *armedExperiment) results() (list []*Result) {
	for _, r := range e.counts {
		list = append(list, r.Result)
	}
	return list
}

// place puts the first n probes into the text, evenly.
func (e *armedExperiment) place(n int) []probes.Kprobe {
	all := e.probes[:n]
	for i := range all {
		at := i * textWords / n
		if at == runWords {
			at++ // the kernel refuses BRK
		}
		all[i] = probes.Kprobe{Addr: e.m.text() + 4*uint64(at)}
	}
	return all
}

func (e *armedExperiment) register(all []probes.Kprobe) error {
	for i := range all {
		if err := e.m.probes.Register(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

func (e *armedExperiment) unregister(all []probes.Kprobe) error {
	for i := range all {
		if err := e.m.probes.Unregister(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// count arms the probes one by one and counts the units that each of them drops: exactly those that contain its address.
func (e *armedExperiment) count() error {
	for _, r := range e.counts {
		if err := e.warmUp(); err != nil {
			return err
		}
		all, containing, before := e.place(r.n), 0, e.m.eng.Stats().Invalidated
		for i := range all {
			containing += e.m.eng.Containing(all[i].Addr, all[i].Addr+4)
			if err := e.m.probes.Register(&all[i]); err != nil {
				return err
			}
		}
		r.exact(unitContaining, float64(containing))
		r.exact(unitInvalidated, float64(e.m.eng.Stats().Invalidated-before))
		if err := e.unregister(all); err != nil {
			return err
		}
	}
	return nil
}

// warmUp has the text translated.
func (e *armedExperiment) warmUp() error {
	_, err := e.m.run(0, e.m.text())
	return err
}

func (e *armedExperiment) round(_ int, tick func(*Result)) error {
	for i := range e.counts {
		tick(e.counts[i].Result)
		if err := e.sample(&e.counts[i]); err != nil {
			return fmt.Errorf("%d probes: %w", e.counts[i].n, err)
		}
	}
	return nil
}

func (e *armedExperiment) sample(r *armedRun) error {
	if err := e.warmUp(); err != nil {
		return err
	}
	e.meter.calibrate()
	all, before := e.place(r.n), heap()
	var without, with times
	if err := e.time(&without); err != nil {
		return err
	}
	took, _, err := e.meter.time(func() error { return e.register(all) })
	if err != nil {
		return err
	}
	r.add(unitArmAll, took)
	r.add(unitArm, took/float64(r.n))
	// A probe is a Kprobe, what the manager has of it, and a counter of each vCPU.
	if r.n >= minForMemory {
		r.add(unitBytes, (heap()-before)/float64(r.n)+float64(unsafe.Sizeof(all[0]))+8)
	}
	if err := e.time(&with); err != nil {
		return err
	}
	r.add(unitSlowdown, 100*(with.elsewhere/without.elsewhere-1))
	r.add(unitRun, with.text/runWords)
	r.add(unitRatio, with.text/without.text)
	took, _, err = e.meter.time(func() error { return e.unregister(all) })
	r.add(unitDisarm, took/float64(r.n))
	return err
}

// minForMemory is the fewest probes whose memory says something: Go's heap is not counted to the byte.
const minForMemory = 1000

// times is what a run of the text takes, and how many times as long as in the control a loop takes that has no probe.
type times struct{ text, elsewhere float64 }

// time takes the fastest of some runs of the text, because it is the same each time, and only other work on the machine makes
// it slower. The loop takes turns with the one in the control: what drifts makes both slower.
func (e *armedExperiment) time(t *times) error {
	const (
		runs  = 5
		turns = 400
		calls = 300_000
	)
	for i := range runs + 1 { // the first warms up
		sec, _, err := e.meter.time(e.warmUp)
		if err != nil {
			return err
		}
		if i == 1 || sec < t.text {
			t.text = sec
		}
	}
	var ratios []float64
	for range turns + 1 {
		var sec [2]float64
		for k, m := range []*machine{e.control, e.m} {
			var err error
			if sec[k], _, err = e.meter.time(func() error { _, err := m.call(0, calls); return err }); err != nil {
				return err
			}
		}
		ratios = append(ratios, sec[1]/sec[0])
	}
	t.elsewhere = median(ratios[1:])
	return nil
}

// heap is how many bytes of Go's heap are in use.
func heap() float64 {
	var ms goruntime.MemStats
	goruntime.GC()
	goruntime.ReadMemStats(&ms)
	return float64(ms.HeapAlloc)
}
