package arm64

import "fmt"

// leaveHere places a way out by the record of t, at its own place. Behind that of a hook the unit goes on.
func (r *Rewriter) leaveHere(t tail) {
	start := r.here()
	if t.kind != ExitSpent { // there, the frame is known and X0 saved
		r.put(mrs(Temp, sysTPIDR), str(0, Temp, offSave))
	}
	r.put(address) // filled in when the record has its place
	at := r.here() - 1
	r.put(jump | uint32((r.stubs.site-r.base)/4-r.here())&0x3ffffff)
	t.from = at
	r.code.Exits = append(r.code.Exits, Place{Kind: t.kind, PC: t.pc, Start: uint16(start), End: uint16(r.here())})
	r.records = append(r.records, t)
}

// finish places what stands behind the code: ways out, their records, literals.
func (r *Rewriter) finish() {
	r.code.CodeEnd = uint16(r.here())
	for i := 0; i < len(r.fixups); i++ {
		f := r.fixups[i]
		r.aim(f.at, r.wordOf(f.target))
	}
	for i := range r.tails {
		t := r.tails[i]
		r.aim(t.from, r.here())
		switch t.kind {
		case ExitLink:
			l := &r.code.Links[t.index]
			l.Tail = uint16(r.here())
		case ExitSpent:
			t.arg = uint64(r.code.Insns[t.index].Left)
		}
		r.leaveHere(t)
	}
	r.placeRecords()
	for _, l := range r.literals {
		r.code.Words[l.at] |= uint32(r.here()-l.at) & 0x7ffff << 5
		r.put(uint32(l.value), uint32(l.value>>32))
	}
}

// wordOf is the word for a guest address: where it has its place, or a way out.
func (r *Rewriter) wordOf(pc uint64) int {
	if i, ok := r.placed[pc]; ok {
		if x := &r.code.Insns[i]; !r.opt.Counted || x.Start != x.Probe {
			return int(x.Start)
		}
	}
	at, ok := r.exits[pc]
	if !ok {
		at = r.here()
		r.exits[pc] = at
		r.code.Exits = append(r.code.Exits, Place{Kind: ExitLink, PC: pc, Start: uint16(at), End: uint16(at + 1)})
		r.link(pc)
	}
	return at
}

func (r *Rewriter) placeRecords() {
	if r.here()&1 != 0 {
		r.put(0)
	}
	for _, t := range r.records {
		at := r.here()
		off := uint32(at-t.from) * 4
		r.code.Words[t.from] |= off >> 2 & 0x7ffff << 5
		n, left := uint32(0), uint16(0)
		switch t.kind {
		case ExitLink:
			r.code.Links[t.index].N = uint16(at + 1)
		case ExitAlone:
			left = r.code.Insns[t.index>>1].Left
		case ExitHook:
			n = uint32(t.from+2-at) * 4
			if left = r.code.Insns[t.index>>1].Left; t.index&1 != 0 && left > 0 {
				left--
			}
		}
		r.put(uint32(t.kind)|uint32(left)<<16, n, uint32(t.pc), uint32(t.pc>>32), uint32(t.arg), uint32(t.arg>>32))
	}
	r.records = r.records[:0]
}

// aim has the branch at a word lead to another.
func (r *Rewriter) aim(at, to int) {
	w := &r.code.Words[at]
	d := to - at
	bits, shift := 19, 5
	switch {
	case *w>>26 == jump>>26:
		bits, shift = 26, 0
	case *w>>25&0x3f == 0x1b: // TBZ, TBNZ
		bits = 14
	}
	if d >= 1<<(bits-1) || d < -1<<(bits-1) {
		panic(fmt.Sprintf("arm64: branch %08x cannot reach %d words", *w, d))
	}
	mask := uint32(1)<<bits - 1
	*w = *w&^(mask<<shift) | uint32(d)&mask<<shift
}
