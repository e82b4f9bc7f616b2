package trace

import (
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"unsafe"

	"axol/jit/ir"

	"golang.org/x/sys/unix"
)

// Ring is the records of one vCPU. Its thread writes; one reader at a time, which the Buffer sees to, reads.
//
// # Who may touch what
//
//   - words.Next, and with it the bytes in front of it, is published by the writer.
//   - write, and ends of the sub-buffers before it, are stored by the writer only, in the order ends, write,
//     Next: who finds write unchanged after loading Next has one that belongs to it, or one that still points
//     into the sub-buffer before it. Then nothing was published yet.
//   - read is one word with three things in it, the number of the oldest sub-buffer that has not been read, how
//     much of it has, and whether a reader is at it now. The reader takes it by setting the last, and then
//     nobody else changes the word. The writer changes it in overwrite mode only, when no reader is there.
//   - The memory of sub-buffer n is the writer's from the moment write becomes n until read is beyond n; the
//     reader looks at published bytes only.
type Ring struct {
	cpu int

	mem   []byte
	words *ir.Ring // in mem, or of a ring without memory

	write atomic.Uint64
	read  atomic.Uint64 // see readWord
	ends  []atomic.Uint32

	dropped     atomic.Uint64 // records that found no room
	overwritten atomic.Uint64 // records that were replaced by later ones
	reported    uint64        // of both, told by the reader
	lastTime    uint64        // of the last record read
	buffer      *Buffer
	finished    atomic.Bool // the vCPU is gone

	hists [ir.RingHists][]byte // the tables' memory; the writer's
}

// Bytes of a sub-buffer. Behind each is room for a record that generated code begins before it knows whether
// it has room.
const (
	subBuffer = 64 << 10
	stride    = subBuffer + ir.RingSlack
	minSubs   = 2
)

// Parts of Ring.read.
const (
	readBusy  = 1
	readShift = 1  // to what was read of the sub-buffer, in units of 8 bytes
	readUnits = 23 // bits of it
	readNext  = readShift + readUnits
)

func readWord(number uint64, done int) uint64 { return number<<readNext | uint64(done/8)<<readShift }

func readParts(w uint64) (number uint64, done int) {
	return w >> readNext, int(w >> readShift & (1<<readUnits - 1) * 8)
}

// newRing makes a ring of at least the size that the buffer's are to have.
func newRing(b *Buffer, cpu int) (*Ring, error) {
	n := max(minSubs, (b.cfg.Size+subBuffer-1)/subBuffer)
	head := unix.Getpagesize()
	mem, err := unix.Mmap(-1, 0, head+n*stride, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("trace: memory for the ring of a vCPU: %w", err)
	}
	r := &Ring{cpu: cpu, mem: mem, words: (*ir.Ring)(unsafe.Pointer(&mem[0])), ends: make([]atomic.Uint32, n), buffer: b}
	r.enter(0)
	return r, nil
}

// noMemory is a ring in which nothing has room. What is begun behind Next is nobody's.
func noMemory(cpu int) *Ring {
	w := &struct {
		ir.Ring
		slack [ir.RingSlack]byte
	}{}
	w.Next = uint64(uintptr(unsafe.Pointer(&w.slack)))
	return &Ring{cpu: cpu, words: &w.Ring}
}

// CPU is the vCPU's number.
func (r *Ring) CPU() int { return r.cpu }

// Drop counts a record that could not be made.
func (r *Ring) Drop() { r.dropped.Add(1) }

// Words is what generated code works on.
func (r *Ring) Words() *ir.Ring { return r.words }

// free gives the memory back. Neither the writer nor a reader is there any more.
func (r *Ring) free() {
	if r.mem != nil {
		_ = unix.Munmap(r.mem)
	}
	for _, h := range r.hists {
		if h != nil {
			_ = unix.Munmap(h)
		}
	}
	r.mem, r.words = nil, nil
}

// base is where the sub-buffer of a number is in mem.
func (r *Ring) base(number uint64) int {
	return len(r.mem) - len(r.ends)*stride + int(number%uint64(len(r.ends)))*stride
}

func (r *Ring) address(at int) uint64 { return uint64(uintptr(unsafe.Pointer(&r.mem[at]))) }

// enter makes an empty sub-buffer the one that is written.
func (r *Ring) enter(number uint64) {
	at := r.base(number)
	r.words.Limit = r.address(at) + subBuffer
	atomic.StoreUint64(&r.words.Next, r.address(at))
}

// SetThread tells the number of the vCPU's thread, which entries have as their pid.
func (r *Ring) SetThread(tid int) {
	if r.words.Head == 0 {

		r.words.Head = uint64(uint32(tid)) << 32
	}
}

// Write makes a record of an entry, whose pid is filled in. It is for the vCPU's thread. The result is whether
// there was room.
func (r *Ring) Write(entry []byte, time uint64) bool {
	size := (ir.RecordHeader + len(entry) + 7) &^ 7
	if !r.room(size) {
		r.dropped.Add(1)
		return false
	}
	next := r.words.Next
	rec := r.mem[next-r.address(0):][:size]
	binary.LittleEndian.PutUint64(rec, uint64(size))
	binary.LittleEndian.PutUint64(rec[8:], time)
	clear(rec[ir.RecordHeader+copy(rec[ir.RecordHeader:], entry):])
	binary.LittleEndian.PutUint32(rec[ir.RecordHeader+PIDAt:], uint32(r.words.Head>>32))
	atomic.StoreUint64(&r.words.Next, next+uint64(size))
	return true
}

// room sees to it that a record of size bytes fits behind Next.
func (r *Ring) room(size int) bool {
	if r.words.Next+uint64(size) <= r.words.Limit {
		return true
	}
	return size <= subBuffer && r.mem != nil && r.turn()
}

// turn goes on to the next sub-buffer, if there is one without records that have still to be read.
func (r *Ring) turn() bool {
	w := r.write.Load()
	for {
		oldest := r.read.Load()
		number, _ := readParts(oldest)
		if w+1-number < uint64(len(r.ends)) {
			break
		}
		if r.buffer.cfg.Full != Overwrite || oldest&readBusy != 0 {
			if r.buffer.waitForRoom() {
				continue
			}
			return false
		}
		if r.read.CompareAndSwap(oldest, readWord(number+1, 0)) {
			r.overwritten.Add(r.countFrom(oldest))
			break
		}
	}
	r.ends[w%uint64(len(r.ends))].Store(uint32(r.words.Next - r.address(r.base(w))))
	r.write.Store(w + 1)
	r.enter(w + 1)
	return true
}

// countFrom counts the records of a full sub-buffer that were not read.
func (r *Ring) countFrom(word uint64) (n uint64) {
	number, at := readParts(word)
	base, end := r.base(number), int(r.ends[number%uint64(len(r.ends))].Load())
	for ; at < end; n++ {
		at += int(binary.LittleEndian.Uint32(r.mem[base+at:]))
	}
	return n
}

// take appends the records that are published, at most to the end of a sub-buffer. more says that there may
// be others.
func (r *Ring) take(dst []byte) (_ []byte, more bool) {
	if r.mem == nil {
		return dst, false
	}
	var word uint64
	for {
		word = r.read.Load() // never busy: there is one reader
		if r.read.CompareAndSwap(word, word|readBusy) {
			break
		}
	}
	number, done := readParts(word)
	end, full := r.published(number)
	base := r.base(number)
	dst = append(dst, r.mem[base+done:base+end]...)
	if full {
		number, end = number+1, 0
	}
	r.read.Store(readWord(number, end))
	return dst, full
}

// published is how much of a sub-buffer readers may see, and whether that is all there will be.
func (r *Ring) published(number uint64) (end int, full bool) {
	for {
		w := r.write.Load()
		if number < w {
			return int(r.ends[number%uint64(len(r.ends))].Load()), true
		}
		next := atomic.LoadUint64(&r.words.Next)
		if r.write.Load() != w {
			continue
		}
		if used := next - r.address(r.base(number)); used <= subBuffer {
			return int(used), false
		}
		return 0, false
	}
}

// lost is how many records were lost since it was asked last. It is for the reader.
func (r *Ring) lost() uint64 {
	now := r.dropped.Load() + r.overwritten.Load()
	n := now - r.reported
	r.reported = now
	return n
}
