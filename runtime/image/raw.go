package image

import (
	"bytes"
	"debug/pe"
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
	if err := checkLength(data); err != nil {
		return err
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

// header is the PE header of an Image that UEFI can start, nil if it has none.
func header(data []byte) *pe.File {
	f, err := pe.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	return f
}

// codeOffset is where code begins by the header, or 0.
func codeOffset(data []byte) uint64 {
	if f := header(data); f != nil {
		if h, ok := f.OptionalHeader.(*pe.OptionalHeader64); ok {
			return uint64(h.BaseOfCode)
		}
	}
	return 0
}

// checkLength finds out whether the Image has all that its header says.
func checkLength(data []byte) error {
	f := header(data)
	if f == nil {
		return nil
	}
	for _, s := range f.Sections {
		if uint64(s.Offset)+uint64(s.Size) > uint64(len(data)) {
			return fmt.Errorf("PE header: section %s: offset %#x, %#x bytes: beyond the end of the file: it is cut short", s.Name, s.Offset, s.Size)
		}
	}
	return nil
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
