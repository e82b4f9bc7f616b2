package image

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// memory is a kernel as it is linked: bytes from an address on, and the pointers that it sets when it starts.
type memory struct {
	base  uint64
	bytes []byte
	// relative are its relocations of type RELATIVE, by place. Linkers leave zeros at the places.
	relative []relocation
}

type relocation struct{ place, value uint64 }

func (m *memory) end() uint64 { return m.base + uint64(len(m.bytes)) }

// has says whether n bytes at an address are there.
func (m *memory) has(addr, n uint64) bool {
	return addr >= m.base && addr-m.base <= uint64(len(m.bytes)) && n <= uint64(len(m.bytes))-(addr-m.base)
}

// u32 and pointer read at an offset that is there.
func (m *memory) u32(at int) uint32 { return binary.LittleEndian.Uint32(m.bytes[at:]) }

func (m *memory) pointer(at int) uint64 {
	i, found := slices.BinarySearchFunc(m.relative, m.base+uint64(at), func(r relocation, p uint64) int { return cmp.Compare(r.place, p) })
	if found {
		return m.relative[i].value
	}
	return binary.LittleEndian.Uint64(m.bytes[at:])
}

// near is the address that a 32-bit distance at an offset says.
func (m *memory) near(at int) uint64 {
	return m.base + uint64(at) + uint64(int64(int32(m.u32(at))))
}

// words are the instructions of a range that is there.
func (m *memory) words(lo, hi uint64) []uint32 { return toWords(m.bytes[lo-m.base : hi-m.base]) }

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
	sortRelative(list)
	return list
}

func sortRelative(list []relocation) {
	slices.SortFunc(list, func(a, b relocation) int { return cmp.Compare(a.place, b.place) })
}

// linkGranule is what kernels' start addresses are multiples of, whatever their pages.
const linkGranule = 64 << 10

// linkBase finds the address that an Image is linked at, from its relocations: at their places there must be
// nothing, or their values. It returns false if no address or more than one will do.
func linkBase(image []byte, list []relocation) (base uint64, ok bool) {
	if len(list) == 0 {
		return 0, false
	}
	first, last := list[0].place, list[len(list)-1].place
	size := uint64(len(image))
	if last-first >= size {
		return 0, false
	}
	sample := max(1, len(list)/512)
	fits := func(base uint64) bool {
		for i := 0; i < len(list); i += sample {
			there := binary.LittleEndian.Uint64(image[list[i].place-base:])
			if there != 0 && there != list[i].value {
				return false
			}
		}
		return true
	}
	for b := first &^ (linkGranule - 1); b <= first && b+size > last+8; b -= linkGranule {
		if fits(b) {
			if ok {
				return 0, false
			}
			base, ok = b, true
		}
	}
	return base, ok
}
