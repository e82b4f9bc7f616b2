package trace

import (
	"cmp"
	"encoding/binary"
	"slices"

	"axol/jit/ir"
)

// Record is one record as a reader gets it.
type Record struct {
	Event *Event
	CPU   int
	Time  uint64 // as the buffer's clock has it: instructions, or nanoseconds since the buffer was made
	Entry []byte // as Event says; valid during the call only
	// Lost, if not 0, is how many records of the vCPU were lost before this; then Event is nil.
	Lost uint64
}

// PID is the thread that made the record.
func (r *Record) PID() int { return int(int32(binary.LittleEndian.Uint32(r.Entry[PIDAt:]))) }

// Uint is element i of a field that is a number, zero-extended.
func (r *Record) Uint(f *Field, i int) uint64 {
	b := r.Entry[f.Offset+i*f.Size:]
	switch f.Size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// Int is element i of a field that is a signed number.
func (r *Record) Int(f *Field, i int) int64 {
	unused := 64 - 8*f.Size
	return int64(r.Uint(f, i)<<unused) >> unused
}

// Text is element i of a string; ok is false if it could not be read from the guest.
func (r *Record) Text(f *Field, i int) (text []byte, ok bool) {
	return StringAt(r.Entry, f.Offset+4*i)
}

// StringAt is the string that the word at an offset of an entry describes.
func StringAt(entry []byte, at int) (text []byte, ok bool) {
	w := binary.LittleEndian.Uint32(entry[at:])
	off, n := int(w&0xffff), int(w>>16)
	if n == 0 || off+n > len(entry) {
		return nil, false
	}
	return entry[off : off+n-1], true
}

// Read calls f for every record that is there, by time, and takes it out; the guest may be running. Records
// of vCPUs whose clocks differ, as instruction counts do, are in the order of those. It stops at the first
// error of f, which is its result; the records of this call that are left are lost to it.
func (b *Buffer) Read(f func(*Record) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.collect()
	if byTime := func(x, y Record) int { return cmp.Compare(x.Time, y.Time) }; !slices.IsSortedFunc(all, byTime) {
		slices.SortStableFunc(all, byTime)
	}
	for i := range all {
		if all[i].Event != nil {
			b.gone.Read++
		}
		if err := f(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// collect takes what all rings have. A ring that is written as fast as it is read is left after as much as it
// has room for.
func (b *Buffer) collect() []Record {
	type piece struct{ from, to int }
	buf, all := b.scratch[:0], b.records[:0]
	pieces := make([]piece, len(b.rings))
	for i, r := range b.rings {
		pieces[i].from = len(buf)
		more := true
		for n := 0; more && n <= len(r.ends); n++ {
			buf, more = r.take(buf)
		}
		pieces[i].to = len(buf)
	}
	b.scratch = buf
	for i, r := range slices.Clone(b.rings) {
		done := r.finished.Load() && pieces[i].from == pieces[i].to
		if n := r.lost(); n > 0 {
			all = append(all, Record{CPU: r.cpu, Time: r.lastTime, Lost: n})
		}
		all = b.decode(all, r, buf[pieces[i].from:pieces[i].to])
		if done {
			b.forget(r)
		}
	}
	b.records = all
	return all
}

// decode splits what a ring had into records. Time does not go back, though a host's counter may when a vCPU's
// thread goes to another processor.
func (b *Buffer) decode(all []Record, r *Ring, buf []byte) []Record {
	for len(buf) > 0 {
		size := binary.LittleEndian.Uint32(buf)
		r.lastTime = max(r.lastTime, binary.LittleEndian.Uint64(buf[8:]))
		entry := buf[ir.RecordHeader:size:size]
		rec := Record{CPU: r.cpu, Time: r.lastTime, Entry: entry, Event: b.events[binary.LittleEndian.Uint16(entry)]}
		if b.clock != nil {
			rec.Time = b.clock.nanoseconds(r.lastTime)
		}
		if rec.Event != nil {
			all = append(all, rec)
		}
		buf = buf[size:]
	}
	return all
}
