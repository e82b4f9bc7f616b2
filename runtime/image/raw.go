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
	if size := binary.LittleEndian.Uint64(data[rawSizeAt:]); size != 0 && size < uint64(len(data)) {
		return fmt.Errorf("header: an Image of %#x bytes in memory, in a file of %#x", size, len(data))
	}
	relative := findRelative(data)
	linked, known := linkBase(data, relative)
	symbols, how := given, "given"
	k, err := findKallsyms(data)
	if given == nil {
		if err == nil {
			symbols, err = k.decode(relative, linked)
		}
		if err != nil {
			return fmt.Errorf("%w; --symbols can say where functions are", err)
		}
		how = fmt.Sprintf("kallsyms, names at offset %#x, addresses at %#x", k.names, k.addresses)
	}
	names := newBounds(symbols)
	base, err := imageBase(names, linked, known, given != nil)
	if err != nil {
		return err
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

// imageBase is the address of the Image's first byte: that of _text, else what the relocations say. Symbols that are
// given may be those of a kernel that runs somewhere else.
func imageBase(names bounds, linked uint64, known, given bool) (uint64, error) {
	if text, ok := names["_text"]; ok {
		return text, nil
	}
	switch {
	case given:
		return 0, errors.New("symbols: there is no _text among them, which is where the Image begins")
	case !known:
		return 0, errors.New("where the Image is linked at cannot be told: it has no relocations and no symbol _text")
	}
	return linked, nil
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
