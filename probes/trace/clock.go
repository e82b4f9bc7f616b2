package trace

import (
	"math/bits"
	"time"

	"axol/jit"
)

// ticker turns the host's ticks into nanoseconds since it was made. It measures the rate whenever it is asked
// and enough time has gone by for that to be more exact than before.
type ticker struct {
	start time.Time
	ticks uint64
	// rate is nanoseconds in ticks, measured over so many of each.
	ns, per uint64
}

func newTicker() *ticker {
	t := &ticker{start: time.Now(), ticks: jit.Ticks()}
	for t.ns < uint64(100*time.Microsecond) {
		t.measure()
	}
	return t
}

func (t *ticker) measure() {
	t.ns, t.per = uint64(time.Since(t.start)), max(1, jit.Ticks()-t.ticks)
}

func (t *ticker) nanoseconds(ticks uint64) uint64 {
	d := ticks - t.ticks
	if d > 2*t.per {
		t.measure()
	}
	hi, lo := bits.Mul64(d, t.ns)
	q, _ := bits.Div64(hi%t.per, lo, t.per)
	return q
}
