package probes

import (
	"encoding/binary"
	"math/bits"
	"sync"
)

// Slots hold the copies of probed instructions that are executed out of line (XOL). As in the
// kernel, the first page with room gives its lowest free slot, and a slot that is given back is
// free at once.
//
// By shadow placement the pages are in no memory: they have addresses where the guest has none,
// and the engine fetches from them. By text placement they are guest memory.
type slots struct {
	size uint64 // bytes of a slot: 4, or 8 with a breakpoint behind the instruction
	base uint64 // of the first page in no memory
	// mapPage makes an executable page of guest memory, and poke writes to it; nil by shadow placement.
	mapPage func() (addr uint64, err error)
	poke    Poke

	mu    sync.RWMutex
	pages []*slotPage    // guarded by mu
	at    map[uint64]int // guarded by mu: index of the page with a base
	room  int            // guarded by mu: pages below this index are full
}

// Where the pages of shadow placement are: the kernel's in the upper half of the address space, the
// user's at the top of the lower.
const (
	kernelSlots = 0xffff_8000_4000_0000
	kernelStubs = 0xffff_8000_3fff_0000
	userSlots   = 0x0000_ffff_8000_0000
	userStubs   = 0x0000_ffff_7fff_0000
	slotPageLen = 4096
)

// slotPage is one page. Behind the instruction of each slot there is BRK #6, or nothing.
type slotPage struct {
	base  uint64
	free  int
	taken [slotPageLen / 4 / 64]uint64
	words []uint32
}

// take puts an instruction into a slot. The error is that of mapping a page.
func (t *slots) take(word uint32) (addr uint64, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for ; t.room < len(t.pages); t.room++ {
		if t.pages[t.room].free > 0 {
			break
		}
	}
	if t.room == len(t.pages) {
		p := &slotPage{base: t.base + uint64(len(t.pages))*slotPageLen, free: int(slotPageLen / t.size)}
		if t.mapPage != nil {
			if p.base, err = t.mapPage(); err != nil {
				return 0, err
			}
		}
		p.words = make([]uint32, p.free)
		if t.at == nil {
			t.at = map[uint64]int{}
		}
		t.at[p.base] = len(t.pages)
		t.pages = append(t.pages, p)
	}
	p := t.pages[t.room]
	n := p.lowest()
	p.taken[n/64] |= 1 << (n % 64)
	p.free--
	p.words[n] = word
	addr = p.base + uint64(n)*t.size
	return addr, t.write(addr, word)
}

func (p *slotPage) lowest() int {
	for i, w := range p.taken {
		if w != ^uint64(0) {
			return i*64 + bits.TrailingZeros64(^w)
		}
	}
	return -1
}

// write puts a slot's text into guest memory, if that is where it is.
func (t *slots) write(addr uint64, word uint32) error {
	if t.poke == nil {
		return nil
	}
	text := binary.LittleEndian.AppendUint32(nil, word)
	if t.size == 8 {
		text = binary.LittleEndian.AppendUint32(text, brkWord(immSlotEnd))
	}
	return t.poke(addr, text)
}

// give takes a slot back.
func (t *slots) give(addr uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := t.at[addr&^(slotPageLen-1)]
	p := t.pages[i]
	n := (addr - p.base) / t.size
	p.taken[n/64] &^= 1 << (n % 64)
	p.free++
	t.room = min(t.room, i)
}

// word is the text of the pages that are in no memory. Slots that were given back keep theirs.
func (t *slots) word(pc uint64) (uint32, bool) {
	if pc < t.base || t.poke != nil {
		return 0, false
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	i := (pc - t.base) / slotPageLen
	if i >= uint64(len(t.pages)) {
		return 0, false
	}
	off := pc % slotPageLen
	if off%t.size != 0 {
		return brkWord(immSlotEnd), true
	}
	return t.pages[i].words[off/t.size], true
}
