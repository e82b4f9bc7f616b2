package elf

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	ptGNUProperty = 0x6474E553 // PT_GNU_PROPERTY

	noteGNUProperty = 5          // NT_GNU_PROPERTY_TYPE_0
	featureAnd      = 0xC0000000 // GNU_PROPERTY_AARCH64_FEATURE_1_AND
	featureBTI      = 1

	maxNote = 1024 // the kernel's limit
)

// BTI reports whether the image's note of properties says that its code may be mapped guarded. A note that is
// damaged is an error to the kernel, but only of the file whose code it maps guarded.
func (im *Image) BTI() (bool, error) {
	n := im.property.Filesz
	if n == 0 {
		return false, nil
	}
	if n > maxNote {
		return false, fmt.Errorf("note of properties: %#x bytes", n)
	}
	b := make([]byte, n)
	if _, err := im.File.ReadAt(b, int64(im.property.Off)); err != nil {
		return false, fmt.Errorf("note of properties: %w", err)
	}
	return noteBTI(b)
}

// noteBTI reads a note: the sizes of name and contents, the type, the name, and properties, each of a type, a
// size, and data up to a multiple of 8, sorted by type.
func noteBTI(b []byte) (bool, error) {
	damaged := errors.New("note of properties: damaged")
	le := binary.LittleEndian
	if len(b) < 16 || le.Uint32(b) != 4 || le.Uint32(b[8:]) != noteGNUProperty || string(b[12:16]) != "GNU\x00" {
		return false, damaged
	}
	n := uint64(le.Uint32(b[4:]))
	if b = b[16:]; n > uint64(len(b)) {
		return false, damaged
	}
	b = b[:n]
	for last := int64(-1); len(b) > 0; {
		if len(b) < 8 {
			return false, damaged
		}
		kind, size := le.Uint32(b), uint64(le.Uint32(b[4:]))
		b = b[8:]
		padded := (size + 7) &^ 7
		if padded > uint64(len(b)) || int64(kind) <= last || kind == featureAnd && size != 4 {
			return false, damaged
		}
		if kind == featureAnd {
			return le.Uint32(b)&featureBTI != 0, nil
		}
		b, last = b[padded:], int64(kind)
	}
	return false, nil
}
