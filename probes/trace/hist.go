package trace

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"sync/atomic"
	"unsafe"

	"axol/jit/ir"

	"golang.org/x/sys/unix"
)

// Hist counts entries of an event by a key: tracefs's hist trigger. Each vCPU has a table of its own.
type Hist struct {
	Event   *Event
	Trigger *HistTrigger

	number  int
	key     ir.Key
	old     map[uint64]uint64 // guarded by Buffer.mu: of vCPUs that are gone
	dropped atomic.Uint64     // hits of keys for which a table had no slot
}

// AddHist makes a histogram of an event of the buffer. The error is that there are too many.
func (b *Buffer) AddHist(e *Event, t *HistTrigger) (*Hist, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.hists) == ir.RingHists {
		return nil, fmt.Errorf("trace: more than %d histograms", ir.RingHists)
	}
	h := &Hist{Event: e, Trigger: t, number: len(b.hists), old: map[uint64]uint64{}}
	f := t.Field
	h.key = ir.Key{
		At: f.Offset, Size: uint8(f.Size), Signed: f.Signed(), Log2: t.Modifier == ModLog2, Step: t.Buckets,
		Table: h.number, Bits: uint(bits.Len(uint(t.Size))), // twice as many slots as keys
	}
	b.hists = append(b.hists, h)
	return h, nil
}

// Key is how generated code makes the key and finds its slot.
func (h *Hist) Key() ir.Key { return h.key }

// Count counts an entry's key. It is for the vCPU's thread.
func (h *Hist) Count(r *Ring, entry []byte) {
	table := h.table(r)
	key := h.keyOf(entry)
	for i := int(key * ir.HistHash >> (64 - h.key.Bits)); i < len(table)-1; i++ {
		s := &table[i]
		if s.Count == 0 {
			s.Key = key
		}
		if s.Key == key {
			atomic.AddUint64(&s.Count, 1)
			return
		}
	}
	h.dropped.Add(1)
}

// table is the vCPU's, made if need be.
func (h *Hist) table(r *Ring) []ir.HistSlot {
	slots := 1<<h.key.Bits + ir.HistSlack
	if r.hists[h.number] == nil {
		mem, err := unix.Mmap(-1, 0, slots*int(unsafe.Sizeof(ir.HistSlot{})), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
		if err != nil {
			return make([]ir.HistSlot, 1) // no slot: the hit is dropped, and counted
		}
		r.hists[h.number] = mem
		atomic.StoreUint64(&r.words.Hist[h.number], uint64(uintptr(unsafe.Pointer(&mem[0]))))
	}
	return unsafe.Slice((*ir.HistSlot)(unsafe.Pointer(&r.hists[h.number][0])), slots)
}

// keyOf makes the key as generated code does.
func (h *Hist) keyOf(entry []byte) uint64 {
	rec := Record{Entry: entry}
	f := h.Trigger.Field
	v := rec.Uint(f, 0)
	if f.Signed() {
		v = uint64(rec.Int(f, 0))
	}
	switch {
	case h.key.Log2 && v <= 1:
		return 0
	case h.key.Log2:
		return uint64(bits.Len64(v - 1))
	case h.key.Step != 0:
		return v / h.key.Step * h.key.Step
	}
	return v
}

// addTo adds what a vCPU counted. Buffer.mu is held, so that the ring is there.
func (h *Hist) addTo(sums map[uint64]uint64, r *Ring) {
	address := atomic.LoadUint64(&r.words.Hist[h.number])
	if address == 0 {
		return
	}
	p := *(*unsafe.Pointer)(unsafe.Pointer(&address)) // outside of Go's heap
	slots := unsafe.Slice((*ir.HistSlot)(p), 1<<h.key.Bits+ir.HistSlack)
	for i := range slots {
		if n := atomic.LoadUint64(&slots[i].Count); n > 0 {
			sums[slots[i].Key] += n
		}
	}
}

// Counts is the hits of each key so far, on all vCPUs; the guest may be running.
func (b *Buffer) Counts(h *Hist) map[uint64]uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	sums := map[uint64]uint64{}
	for k, n := range h.old {
		sums[k] = n
	}
	for _, r := range b.rings {
		if !r.finished.Load() { // else it was gathered
			h.addTo(sums, r)
		}
	}
	return sums
}

// HistText is the text of the event's hist file. symbolize names an address like main+0x10/0x40, or returns "".
func (b *Buffer) HistText(h *Hist, symbolize func(uint64) string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "# event histogram\n#\n# trigger info: %s [active]\n#\n\n", h.Trigger)
	counts := b.Counts(h)
	keys := make([]uint64, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y uint64) int { return h.Trigger.compare(x, y, counts) })
	hits := h.dropped.Load()
	for _, k := range keys {
		fmt.Fprintf(&s, "{ %s } hitcount: %10d\n", h.Trigger.keyText(k, symbolize), counts[k])
		hits += counts[k]
	}
	fmt.Fprintf(&s, "\nTotals:\n    Hits: %d\n    Entries: %d\n    Dropped: %d\n", hits, len(keys), h.dropped.Load())
	return s.String()
}
