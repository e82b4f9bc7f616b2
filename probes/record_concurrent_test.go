package probes

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"axol/jit"
	"axol/probes/trace"
)

// reading is a reader of a machine's records: of each vCPU it has seen the values of X0 up to next.
type reading struct {
	t       *testing.T
	b       *trace.Buffer
	mu      sync.Mutex
	next    map[int]uint64
	read    uint64
	lost    uint64
	odd     atomic.Bool
	evens   uint64 // while odd
	gapless bool
}

// record checks a record of counting, of which each round is three instructions.
func (r *reading) record(rec *trace.Record) error {
	if rec.Lost > 0 {
		r.lost += rec.Lost
		return nil
	}
	x := rec.Uint(&rec.Event.Args[0], 0)
	next := r.next[rec.CPU]
	if x < next || r.gapless && x != next {
		r.t.Errorf("cpu %d: %d comes where %d was awaited", rec.CPU, x, next)
	}
	if rec.Time != 3*x {
		r.t.Errorf("cpu %d: %d has time %d", rec.CPU, x, rec.Time)
	}
	if y := rec.Uint(&rec.Event.Args[1], 0); y != dataAt+64*uint64(rec.CPU) {
		r.t.Errorf("cpu %d: x28 is %#x", rec.CPU, y)
	}
	if r.odd.Load() && x&1 == 0 {
		r.evens++
	}
	r.next[rec.CPU] = x + 1
	r.read++
	return nil
}

func (r *reading) drain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.b.Read(r.record); err != nil {
		r.t.Error(err)
	}
}

// while reads until f has done its work: a vCPU may wait for room, and f for the vCPU.
func (r *reading) while(f func() error) {
	done := make(chan error)
	go func() { done <- f() }()
	for {
		select {
		case err := <-done:
			if err != nil {
				r.t.Error(err)
			}
			return
		default:
			r.drain()
		}
	}
}

// While vCPUs run and are kicked, and somebody reads: every hit is a record or is counted as lost, in order, whole,
// and at the exact instruction.
func TestRecordWhileRead(t *testing.T) {
	for name, full := range map[string]trace.Full{"wait": trace.Wait, "drop": trace.Drop, "overwrite": trace.Overwrite} {
		t.Run(name, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				const cpus = 2
				b := trace.NewBuffer(trace.Config{Size: 1 << 18, Full: full})
				m := &machine{guest: newGuestWith(t, cfg, Config{Trace: b}, rules61, counting...)}
				e := m.event("p:e main x=%x0:u64 y=%x28")
				r := &reading{t: t, b: b, next: map[int]uint64{}, gapless: full == trace.Wait}
				stop, stopped := make(chan bool), make(chan bool)
				go func() {
					defer close(stopped)
					for {
						select {
						case <-stop:
							return
						case <-b.Wanted():
						case <-time.After(time.Millisecond):
						}
						r.drain()
					}
				}()
				m.start(cpus)
				for end := time.Now().Add(60 * time.Millisecond); time.Now().Before(end); time.Sleep(time.Millisecond) {
					for _, c := range m.cpus {
						c.Kick()
					}
				}
				m.halt()
				close(stop)
				<-stopped
				r.drain()
				if hits := e.Hits(); r.read+r.lost != hits || r.read == 0 || full == trace.Wait && r.lost > 0 {
					t.Errorf("%d read, %d lost, of %d", r.read, r.lost, hits)
				}
				if s := b.Stats(); s.Read != r.read || s.Lost() != r.lost {
					t.Errorf("%+v, but %d read, %d lost", s, r.read, r.lost)
				}
			})
		})
	}
}

// A filter and histograms come and go on running vCPUs: when SetFilter returns, no hit is recorded that it does not
// want.
func TestFilterWhileRunning(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		b := trace.NewBuffer(trace.Config{Size: 1 << 18, Full: trace.Wait})
		m := &machine{guest: newGuestWith(t, cfg, Config{Trace: b}, rules61, counting...)}
		e := m.event("p:e main x=%x0:u64 y=%x28")
		r := &reading{t: t, b: b, next: map[int]uint64{}}
		m.start(2)
		defer m.halt()
		defer b.Release()
		var hists []*trace.Hist
		for range 2 {
			r.while(func() error { return e.SetFilter("x & 1") })
			r.drain()
			r.odd.Store(true)
			m.progressDraining(r)
			if r.odd.Store(false); r.evens > 0 {
				t.Fatalf("%d records that the filter does not want", r.evens)
			}
			r.while(func() error { return e.SetFilter("0") })
			r.while(func() error {
				h, err := e.AddHist("hist:keys=x.log2 if x & 1")
				hists = append(hists, h)
				return err
			})
			m.progressDraining(r)
		}
		b.Release()
		m.halt()
		r.drain()
		last := uint64(1) << 63
		for i, h := range hists {
			sum := uint64(0)
			for k, n := range b.Counts(h) {
				if sum += n; k > 64 {
					t.Errorf("key %d", k)
				}
			}
			if sum == 0 || sum > last {
				t.Errorf("histogram %d has %d hits, the one before %d", i, sum, last)
			}
			last = sum
		}
	})
}

// progressDraining waits until the vCPUs have got on, while their records are read.
func (m *machine) progressDraining(r *reading) {
	for since := sumOf(m.counts()); sumOf(m.counts()) < since+20_000; {
		r.drain()
	}
}

// An event that is removed at any moment leaves nothing undone: all its hits are records, or lost.
func TestRemoveWhileRecording(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		b := trace.NewBuffer(trace.Config{Size: 1 << 17, Full: trace.Wait})
		m := &machine{guest: newGuestWith(t, cfg, Config{Trace: b}, rules61, counting...)}
		m.start(2)
		defer m.halt()
		defer b.Release()
		r := &reading{t: t, b: b, next: map[int]uint64{}}
		var hits uint64
		for range 10 {
			e := m.event("p:e main x=%x0:u64 y=%x28")
			for since := sumOf(m.counts()); sumOf(m.counts()) < since+5000; {
				r.drain()
			}
			r.while(func() error { return m.m.RemoveEvent("", "") })
			hits += e.Hits()
		}
		b.Release()
		m.halt()
		r.drain()
		if r.read+r.lost != hits {
			t.Errorf("%d read, %d lost, of %d hits", r.read, r.lost, hits)
		}
	})
}
