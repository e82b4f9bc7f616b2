package trace

import (
	"encoding/binary"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"axol/jit/ir"
)

// counterEvent has one number, which the tests count up.
func counterEvent(t testing.TB, b *Buffer) *Event {
	t.Helper()
	e := &Event{Group: "g", Name: "count", Args: []Field{{Name: "n", Type: "u64", Show: Unsigned, Size: 8}}}
	if err := b.AddEvent(e); err != nil {
		t.Fatal(err)
	}
	return e
}

func counterEntry(e *Event, n uint64, more int) []byte {
	entry := make([]byte, e.Size+more)
	binary.LittleEndian.PutUint16(entry, e.ID)
	binary.LittleEndian.PutUint64(entry[e.Args[0].Offset:], n)
	return entry
}

// publish makes a record as generated code does: it begins it before it knows whether there is room.
func publish(r *Ring, entry []byte, time uint64) bool {
	size := uint64(ir.RecordHeader+len(entry)+7) &^ 7
	rec := r.mem[r.words.Next-r.address(0):][:size]
	copy(rec[ir.RecordHeader:], entry)
	if r.words.Next+size > r.words.Limit {
		return false
	}
	binary.LittleEndian.PutUint64(rec, size)
	binary.LittleEndian.PutUint64(rec[8:], time)
	binary.LittleEndian.PutUint32(rec[ir.RecordHeader+PIDAt:], uint32(r.words.Head>>32))
	atomic.StoreUint64(&r.words.Next, r.words.Next+size)
	return true
}

// Whatever reader and writers do at the same time: of each vCPU every record is read once, whole and in order, or
// counted as lost; waiting loses none.
func TestReadWhileWritten(t *testing.T) {
	const cpus, records = 3, 60_000
	for name, full := range map[string]Full{"drop": Drop, "overwrite": Overwrite, "wait": Wait} {
		t.Run(name, func(t *testing.T) {
			b := NewBuffer(Config{Size: 3 * subBuffer, Full: full})
			e := counterEvent(t, b)
			var writers sync.WaitGroup
			for cpu := range cpus {
				r := b.NewRing()
				r.SetThread(100 + cpu)
				writers.Add(1)
				go func() {
					defer writers.Done()
					for n := range uint64(records) {
						entry := counterEntry(e, n, int(n%5)*32)
						if n%3 == 0 || !publish(r, entry, n) {
							r.Write(entry, n)
						}
					}
					b.Finish(r)
				}()
			}
			done := make(chan bool)
			go func() { writers.Wait(); close(done) }()
			next, read := [cpus]uint64{}, uint64(0)
			var lost uint64
			drain := func() {
				err := b.Read(func(r *Record) error {
					if r.Lost > 0 {
						lost += r.Lost
						return nil
					}
					n := r.Uint(&r.Event.Args[0], 0)
					if n < next[r.CPU] || r.Event != e || r.PID() != 100+r.CPU || r.Time != n || len(r.Entry) != (e.Size+int(n%5)*32+7)&^7 {
						t.Errorf("cpu %d: %+v after %d", r.CPU, r, next[r.CPU])
					}
					next[r.CPU] = n + 1
					read++
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
			for end := false; !end; {
				select {
				case <-done:
					end = true
				default:
				}
				drain()
			}
			drain()
			drain() // finished rings are freed when they are found empty
			s := b.Stats()
			if s.Read != read || s.Lost() != lost || read+lost != cpus*records || len(b.rings) != 0 {
				t.Errorf("%d read, %d lost of %d; %+v, %d rings", read, lost, cpus*records, s, len(b.rings))
			}
			if full == Wait && lost != 0 || full == Drop && s.Overwritten != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// Without a reader, a full ring keeps the first records or the last, and counts the others exactly.
func TestFull(t *testing.T) {
	for _, full := range []Full{Drop, Overwrite} {
		b := NewBuffer(Config{Size: 2 * subBuffer, Full: full})
		e := counterEvent(t, b)
		r := b.NewRing()
		const records = 20_000
		for n := range uint64(records) {
			if entry := counterEntry(e, n, 0); !publish(r, entry, n) {
				r.Write(entry, n)
			}
		}
		var seen []uint64
		lost := uint64(0)
		read := func(rec *Record) error {
			lost += rec.Lost
			if rec.Event != nil {
				seen = append(seen, rec.Uint(&e.Args[0], 0))
			}
			return nil
		}
		if err := b.Read(read); err != nil {
			t.Fatal(err)
		}
		first, last := seen[0], seen[len(seen)-1]
		if int(last-first) != len(seen)-1 || lost+uint64(len(seen)) != records {
			t.Errorf("%d: read %d to %d, %d of them, %d lost", full, first, last, len(seen), lost)
		}
		if full == Drop && first != 0 || full == Overwrite && last != records-1 {
			t.Errorf("%d: read %d to %d", full, first, last)
		}
		if want := "cpu 0: "; !strings.HasPrefix(b.LostByCPU(), want) {
			t.Errorf("%q", b.LostByCPU())
		}
		if r.Write(make([]byte, subBuffer), 0) {
			t.Error("a record that fits nowhere was written")
		}
	}
}

// A ring without memory loses everything, and says so; generated code finds no room in it.
func TestNoMemory(t *testing.T) {
	b := NewBuffer(Config{})
	e := counterEvent(t, b)
	r := noMemory(0)
	r.buffer = b
	b.rings = append(b.rings, r)
	if r.Write(counterEntry(e, 1, 0), 1) || r.words.Next < 4096 || r.words.Limit != 0 {
		t.Errorf("%+v", r.words)
	}
	b.Finish(r)
	var lost uint64
	for range 2 {
		_ = b.Read(func(r *Record) error { lost += r.Lost; return nil })
	}
	if lost != 1 || b.Stats().Lost() != 1 {
		t.Errorf("%d lost, %+v", lost, b.Stats())
	}
}

// Records of several rings come by time; one whose time is before the last has the last; errors end reading.
func TestOrder(t *testing.T) {
	b := NewBuffer(Config{})
	e := counterEvent(t, b)
	x, y := b.NewRing(), b.NewRing()
	for i, time := range []uint64{5, 9, 7, 20} {
		x.Write(counterEntry(e, uint64(i), 0), time)
	}
	for i, time := range []uint64{6, 9, 30} {
		y.Write(counterEntry(e, uint64(10+i), 0), time)
	}
	var got []uint64
	stop := errors.New("stop")
	err := b.Read(func(r *Record) error {
		got = append(got, r.Uint(&e.Args[0], 0), r.Time)
		if len(got) == 12 {
			return stop
		}
		return nil
	})
	want := []uint64{0, 5, 10, 6, 1, 9, 2, 9, 11, 9, 3, 20}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("%d, want %d", got, want)
		}
	}
	if !errors.Is(err, stop) {
		t.Error(err)
	}
}

// The host's clock: nanoseconds that go on as the wall clock does.
func TestTicks(t *testing.T) {
	b := NewBuffer(Config{Clock: ir.ClockTicks})
	e := counterEvent(t, b)
	r := b.NewRing()
	var before, after uint64
	r.Write(counterEntry(e, 0, 0), b.clock.ticks)
	r.Write(counterEntry(e, 1, 0), b.clock.ticks+b.clock.per)
	_ = b.Read(func(r *Record) error { before, after = after, r.Time; return nil })
	if before != 0 || after < b.clock.ns*9/10 || after > b.clock.ns*11/10 {
		t.Errorf("%d and %d, want about %d", before, after, b.clock.ns)
	}
}
