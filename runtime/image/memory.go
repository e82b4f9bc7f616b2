package image

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// memory is a kernel from an address on: as the file has it, and with the pointers that it sets when it starts.
type memory struct {
	base        uint64
	file, bytes []byte
}

// relocation is one of type RELATIVE: a pointer that a kernel sets when it starts. Linkers leave zeros at the places.
type relocation struct{ place, value uint64 }

func (m *memory) end() uint64 { return m.base + uint64(len(m.bytes)) }

// has says whether n bytes at an address are there.
func (m *memory) has(addr, n uint64) bool {
	return addr >= m.base && addr-m.base <= uint64(len(m.bytes)) && n <= uint64(len(m.bytes))-(addr-m.base)
}

// u32 and pointer read at an offset that is there.
func (m *memory) u32(at int) uint32 { return binary.LittleEndian.Uint32(m.bytes[at:]) }

func (m *memory) pointer(at int) uint64 { return binary.LittleEndian.Uint64(m.bytes[at:]) }

// relocate sets the pointers of a kernel that is linked at an address.
func (m *memory) relocate(list []relocation, linked uint64) {
	for _, r := range list {
		if at := r.place - linked; r.place >= linked && at+8 <= uint64(len(m.bytes)) {
			binary.LittleEndian.PutUint64(m.bytes[at:], r.value-linked+m.base)
		}
	}
}

// near is the address that a 32-bit distance at an offset says.
func (m *memory) near(at int) uint64 {
	return m.base + uint64(at) + uint64(int64(int32(m.u32(at))))
}

// words are the instructions of a range that is there, as the file has them.
func (m *memory) words(lo, hi uint64) []uint32 { return toWords(m.file[lo-m.base : hi-m.base]) }

func toWords(b []byte) []uint32 {
	words := make([]uint32, len(b)/4)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return words
}

// typeRelative is R_AARCH64_RELATIVE.
const typeRelative = 1027

// An entry of a table of relocations is a place, a type and a value of 8 bytes each.
const relaSize = 24

// findRelative finds the relocations of an Image: entries of type RELATIVE for places that kernels have.
func findRelative(image []byte) []relocation {
	var list []relocation
	le := binary.LittleEndian
	for at := 8; at+16 <= len(image); at += 8 {
		if le.Uint64(image[at:]) != typeRelative {
			continue
		}
		r := relocation{le.Uint64(image[at-8:]), le.Uint64(image[at+8:])}
		if r.place >= kernelHalf && r.value >= kernelHalf {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b relocation) int { return cmp.Compare(a.place, b.place) })
	return list
}

// linkGranule is what kernels' start addresses are multiples of, whatever their pages.
const linkGranule = 64 << 10

// linkBase finds the address that an Image is linked at, from its relocations: at their places there must be nothing, or
// their values. Where pages of zeros let several addresses pass, it is the one at which the most values point to
// something.
func linkBase(image []byte, list []relocation) (base uint64, ok bool) {
	if len(list) == 0 {
		return 0, false
	}
	first, last, size := list[0].place, list[len(list)-1].place, uint64(len(image))
	if last-first >= size {
		return 0, false
	}
	sample := max(1, len(list)/512)
	score := func(base uint64) (n int) {
		for i := 0; i < len(list); i += sample {
			r := list[i]
			if there := binary.LittleEndian.Uint64(image[r.place-base:]); there != 0 && there != r.value {
				return -1
			}
			if to := r.value - base; r.value >= base && to+4 <= size && binary.LittleEndian.Uint32(image[to:]) != 0 {
				n++
			}
		}
		return n
	}
	most := 0
	for b := first &^ (linkGranule - 1); b <= first && b+size >= last+8; b -= linkGranule {
		switch n := score(b); {
		case n > most:
			base, most, ok = b, n, true
		case n == most:
			ok = false
		}
	}
	return base, ok
}

// valueAt is what a relocation sets at a place.
func valueAt(list []relocation, place uint64) (uint64, bool) {
	i, found := slices.BinarySearchFunc(list, place, func(r relocation, p uint64) int { return cmp.Compare(r.place, p) })
	if !found {
		return 0, false
	}
	return list[i].value, true
}
