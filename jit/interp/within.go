package interp

import "unsafe"

// Accesses of up to 8 bytes that are not aligned but within 16 bytes that are (FEAT_LSE2): single-copy atomic by way of
// these 16.

// natural reports whether an access of 1<<size bytes at p is aligned.
func natural(p unsafe.Pointer, size uint8) bool { return uintptr(p)&(1<<size-1) == 0 }

func loadAtomic(p unsafe.Pointer, size uint8) uint64 {
	if natural(p, size) {
		return loadPart(p, size)
	}
	w := within(p, size)
	return w.get(load128(w.base))
}

func storeAtomic(p unsafe.Pointer, size uint8, x uint64) {
	if natural(p, size) {
		storePart(p, size, x)
		return
	}
	for old := loadAtomic(p, size); ; {
		prev := casWithin(p, size, old, x)
		if prev == old {
			return
		}
		old = prev
	}
}

// casWithin stores new where old is, and returns what was there.
func casWithin(p unsafe.Pointer, size uint8, old, new uint64) uint64 {
	w := within(p, size)
	old &= w.mask
	for {
		lo, hi := load128(w.base)
		there := w.get(lo, hi)
		if there != old {
			new = there // written all the same, as the host's own instruction does
		}
		newLo, newHi := w.put(lo, hi, new)
		if l, h := cas128(w.base, lo, hi, newLo, newHi); l == lo && h == hi {
			return there
		}
	}
}

// part is where an access is in its 16 bytes.
type part struct {
	base  unsafe.Pointer
	shift uint // bits below it
	mask  uint64
}

func within(p unsafe.Pointer, size uint8) part {
	at := uintptr(p) & 15
	return part{unsafe.Add(p, -int(at)), 8 * uint(at), ^uint64(0) >> (64 - 8<<size)}
}

func (w part) get(lo, hi uint64) uint64 {
	if w.shift >= 64 {
		return hi >> (w.shift - 64) & w.mask
	}
	return (lo>>w.shift | hi<<(64-w.shift)) & w.mask
}

func (w part) put(lo, hi, x uint64) (newLo, newHi uint64) {
	x &= w.mask
	if w.shift >= 64 {
		return lo, hi&^(w.mask<<(w.shift-64)) | x<<(w.shift-64)
	}
	return lo&^(w.mask<<w.shift) | x<<w.shift, hi&^(w.mask>>(64-w.shift)) | x>>(64-w.shift)
}
