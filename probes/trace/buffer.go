package trace

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"axol/jit/ir"
)

// Config says how a Buffer keeps records.
type Config struct {
	// Size is the bytes of each vCPU's ring; 0: 1 MiB. They take memory as they are written.
	Size  int
	Full  Full
	Clock ir.Clock
}

// Full is what becomes of a record that finds no room.
type Full uint8

// The ways. Overwrite is ftrace's own; there is none like Wait in a kernel, which cannot stop the machine.
const (
	Drop      Full = iota // it is lost
	Overwrite             // the oldest that nobody is reading are lost
	Wait                  // the vCPU waits until there is room, or until Release
)

const defaultSize = 1 << 20

// Buffer is the rings of all vCPUs. Its methods may be called from any thread.
type Buffer struct {
	cfg Config

	mu      sync.Mutex
	rings   []*Ring           // guarded by mu: with something to read, or a vCPU to write it
	made    int               // guarded by mu
	events  map[uint16]*Event // guarded by mu
	nextID  uint16            // guarded by mu
	hists   []*Hist           // guarded by mu
	gone    Stats             // guarded by mu: of rings that are freed
	clock   *ticker
	wanted  chan struct{} // somebody waits for room
	release atomic.Bool   // nobody waits any more
	scratch []byte        // guarded by mu: the reader's, as is records
	records []Record      // guarded by mu
}

// Stats counts what happened to records. All counts are exact.
type Stats struct {
	Read        uint64 // given to readers
	Dropped     uint64 // lost, because their ring was full
	Overwritten uint64 // lost, because later ones took their place
}

// Lost is how many records were lost.
func (s Stats) Lost() uint64 { return s.Dropped + s.Overwritten }

// firstID is the first number of an event: the kernel's own come before.
const firstID = 1024

// NewBuffer makes a buffer without rings.
func NewBuffer(cfg Config) *Buffer {
	if cfg.Size == 0 {
		cfg.Size = defaultSize
	}
	b := &Buffer{cfg: cfg, events: map[uint16]*Event{}, nextID: firstID, wanted: make(chan struct{}, 1)}
	if cfg.Clock == ir.ClockTicks {
		b.clock = newTicker()
	}
	return b
}

// Clock is what the times of its records are.
func (b *Buffer) Clock() ir.Clock { return b.cfg.Clock }

// AddEvent gives an event its number and its layout. The error is that there are no numbers left.
func (b *Buffer) AddEvent(e *Event) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.nextID == 0 {
		return fmt.Errorf("trace: more than %d events", 1<<16-firstID)
	}
	e.ID = b.nextID
	b.nextID++
	e.Layout()
	b.events[e.ID] = e
	return nil
}

// NewRing makes the ring of another vCPU. Without memory for it, all records of the vCPU are lost, and counted.
func (b *Buffer) NewRing() *Ring {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := newRing(b, b.made)
	if err != nil {
		r = noMemory(b.made)
	}
	b.made++
	b.rings = append(b.rings, r)
	return r
}

// Wanted has something to receive when a vCPU waits for records to be read.
func (b *Buffer) Wanted() <-chan struct{} { return b.wanted }

// Release says that nobody will read any more: vCPUs do not wait, but lose records.
func (b *Buffer) Release() { b.release.Store(true) }

// waitForRoom has a vCPU wait a moment, and says whether to look again.
func (b *Buffer) waitForRoom() bool {
	if b.cfg.Full != Wait || b.release.Load() {
		return false
	}
	select {
	case b.wanted <- struct{}{}:
	default:
	}
	time.Sleep(20 * time.Microsecond)
	return true
}

// Finish says that a ring's vCPU is gone. What is in the ring can still be read.
func (b *Buffer) Finish(r *Ring) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range b.hists {
		h.addTo(h.old, r)
	}
	r.finished.Store(true)
}

// Stats is what happened to records so far.
func (b *Buffer) Stats() Stats {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.gone
	for _, r := range b.rings {
		s.Dropped += r.dropped.Load()
		s.Overwritten += r.overwritten.Load()
	}
	return s
}

// LostByCPU is a line for each vCPU that lost records and is not yet forgotten, empty if none did.
func (b *Buffer) LostByCPU() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var s strings.Builder
	for _, r := range b.rings {
		if d, o := r.dropped.Load(), r.overwritten.Load(); d+o > 0 {
			fmt.Fprintf(&s, "cpu %d: %d dropped, %d overwritten\n", r.cpu, d, o)
		}
	}
	return s.String()
}

// forget frees the rings of vCPUs that are gone, all of which was read. mu is held.
func (b *Buffer) forget(r *Ring) {
	b.gone.Dropped += r.dropped.Load()
	b.gone.Overwritten += r.overwritten.Load()
	b.rings = slices.DeleteFunc(b.rings, func(x *Ring) bool { return x == r })
	r.free()
}
