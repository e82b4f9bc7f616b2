package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// An arm64 Image is what is loaded into memory, from the kernel's first byte on. Its header has a magic number, but
// says nothing of what is where.
const (
	rawHeader  = 64
	rawMagicAt = 56
	rawSizeAt  = 16
)

func isRawImage(data []byte) bool {
	return len(data) >= rawHeader && string(data[rawMagicAt:rawMagicAt+4]) == "ARM\x64"
}

func (im *Image) readRaw(data []byte, given []Symbol) error {
	im.Format, im.Kind, im.Version = "arm64 Image", Kernel, banner(data)
	if size := binary.LittleEndian.Uint64(data[rawSizeAt:]); size >= rawHeader && size < uint64(len(data)) {
		data = data[:size] // a signature follows
	}
	relative := findRelative(data)
	linked, known := linkBase(data, relative)
	k, err := findKallsyms(data)
	var own []Symbol
	if err == nil {
		own, err = k.decode(relative, linked)
	}
	symbols, how := given, "given"
	if given == nil {
		if err != nil {
			return fmt.Errorf("%w; --symbols can say where functions are", err)
		}
		symbols, how = own, fmt.Sprintf("kallsyms, names at offset %#x, addresses at %#x", k.names, k.addresses)
	}
	names := newBounds(symbols)
	base, ok := names["_text"]
	if !ok {
		if base, err = imageBase(names, newBounds(own), data, linked, known); err != nil {
			return err
		}
	}
	m := &memory{base: base, file: data, bytes: slices.Clone(data)}
	if known {
		m.relocate(relative, linked)
	}
	if k != nil && !k.relative {
		clear(m.bytes[k.addresses : k.addresses+8*k.count]) // or tables of pointers would be found there
	}
	if err := im.readKernel(m, symbols, names); err != nil {
		return err
	}
	im.Facts = slices.Insert(im.Facts, 0, Fact{"symbols", len(symbols), how, true})
	return nil
}

// imageBase is the address of the Image's first byte, which is _text, where no symbol says it: it is as far in front of _stext as
// by the Image's own symbols and relocations, else by the header for UEFI. The other symbols may be those of a kernel that
// runs where it was not linked.
func imageBase(names, own bounds, data []byte, linked uint64, known bool) (uint64, error) {
	start, ok := names["_stext"]
	switch is, has := own["_stext"]; {
	case !ok:
		return 0, errors.New("symbols: there is neither _text, where the Image begins, nor _stext")
	case has && known:
		return start - (is - linked), nil
	}
	if at := codeOffset(data); at != 0 {
		return start - at, nil
	}
	return 0, errors.New("where the Image begins cannot be told: there is no symbol _text, no relocation, and no header for UEFI")
}

// codeOffset is where code begins by the PE header that an Image for UEFI has (BaseOfCode), or 0.
func codeOffset(data []byte) uint64 {
	const (
		headerAt = 60 // in the Image's header
		codeAt   = 24 + 20
	)
	at := uint64(binary.LittleEndian.Uint32(data[headerAt:]))
	if at+codeAt+4 > uint64(len(data)) || string(data[at:at+4]) != "PE\x00\x00" {
		return 0
	}
	return uint64(binary.LittleEndian.Uint32(data[at+codeAt:]))
}

// banner is the version that a kernel prints when it starts.
func banner(data []byte) string {
	const maxBanner = 512
	i := bytes.Index(data, []byte("Linux version "))
	if i < 0 {
		return ""
	}
	line := data[i:min(len(data), i+maxBanner)]
	if end := bytes.IndexAny(line, "\n\x00"); end >= 0 {
		line = line[:end]
	}
	return string(line)
}
