package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWraps is how many wrappers may lie in one another: an EFI zboot file has packed data in it, and distributions
// may pack that again.
const maxWraps = 4

// packing is how data can be packed.
type packing struct {
	name  string
	magic string
	open  func(r io.Reader) (io.Reader, error)
}

var packings = []packing{
	{"gzip", "\x1f\x8b\x08", func(r io.Reader) (io.Reader, error) {
		z, err := gzip.NewReader(r)
		if err == nil {
			z.Multistream(false) // a kernel's padding may follow
		}
		return z, err
	}},
	{"zstd", "\x28\xb5\x2f\xfd", func(r io.Reader) (io.Reader, error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(256<<20))
		if err != nil {
			return nil, err
		}
		return oneFrame{z.IOReadCloser()}, nil
	}},
}

// oneFrame forgives what follows a frame: the length that a kernel's build appends.
type oneFrame struct{ io.Reader }

func (o oneFrame) Read(p []byte) (int, error) {
	n, err := o.Reader.Read(p)
	if errors.Is(err, zstd.ErrMagicMismatch) {
		err = io.EOF
	}
	return n, err
}

// foreign are packings that are known but not read.
var foreign = map[string]string{
	"\xfd7zXZ\x00": "xz", "BZh": "bzip2", "\x04\x22\x4d\x18": "lz4", "\x02\x21\x4c\x18": "lz4", "\x89LZO": "lzo", "\x5d\x00\x00": "lzma",
}

// unpack takes the wrappers off, and says which they were.
func unpack(data []byte) (inner []byte, wrap string, err error) {
	var wraps []string
	for range maxWraps {
		name, rest, err := unwrap(data)
		if err != nil {
			return nil, "", err
		}
		if name == "" {
			if len(wraps) > 0 {
				wrap = " (" + strings.Join(wraps, ", ") + ")"
			}
			return data, wrap, nil
		}
		wraps, data = append(wraps, name), rest
	}
	return nil, "", fmt.Errorf("more than %d wrappers in one another: %s", maxWraps, strings.Join(wraps, ", "))
}

// unwrap takes one wrapper off; its name is empty if there is none.
func unwrap(data []byte) (name string, inner []byte, err error) {
	if isZboot(data) {
		inner, err = zbootPayload(data)
		return "EFI zboot", inner, err
	}
	for _, p := range packings {
		if bytes.HasPrefix(data, []byte(p.magic)) {
			inner, err = p.unpack(data)
			return p.name, inner, err
		}
	}
	for magic, name := range foreign {
		if bytes.HasPrefix(data, []byte(magic)) {
			return "", nil, fmt.Errorf("offset 0: packed by %s, which is not read: unpack it first", name)
		}
	}
	return "", data, nil
}

func (p *packing) unpack(data []byte) ([]byte, error) {
	r, err := p.open(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: header: %w", p.name, err)
	}
	out, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: damaged behind %d unpacked bytes: %w", p.name, len(out), err)
	case len(out) > maxFile:
		return nil, fmt.Errorf("%s: unpacks to more than %d bytes", p.name, maxFile)
	}
	return out, nil
}

// An EFI zboot file is a PE program that unpacks a kernel. Its DOS header says where that is.
const (
	zbootMagicAt   = 4
	zbootPayloadAt = 8
	zbootSizeAt    = 12
	zbootMethodAt  = 24
	zbootHeader    = 64
)

func isZboot(data []byte) bool {
	return len(data) >= zbootHeader && string(data[:2]) == "MZ" && string(data[zbootMagicAt:zbootMagicAt+4]) == "zimg"
}

func zbootPayload(data []byte) ([]byte, error) {
	at := uint64(binary.LittleEndian.Uint32(data[zbootPayloadAt:]))
	size := uint64(binary.LittleEndian.Uint32(data[zbootSizeAt:]))
	method, _, _ := strings.Cut(string(data[zbootMethodAt:zbootHeader-8]), "\x00")
	if at < zbootHeader || at > uint64(len(data)) || size > uint64(len(data))-at {
		return nil, fmt.Errorf("EFI zboot header: payload at offset %#x, %#x bytes: beyond the end of the file, %#x bytes", at, size, len(data))
	}
	for i := range packings {
		if p := &packings[i]; strings.HasPrefix(method, p.name) {
			if payload := data[at : at+size]; bytes.HasPrefix(payload, []byte(p.magic)) {
				return payload, nil
			}
			return nil, fmt.Errorf("EFI zboot header: payload at offset %#x is not packed by %s as it says", at, method)
		}
	}
	return nil, fmt.Errorf("EFI zboot header: payload is packed by %q, which is not read", method)
}
