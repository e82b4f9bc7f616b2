package bench

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A golden loop is a loop's machine code as text, for machines without a C compiler: what a compiler made
// of our source once. Its lines are
//
//	# comment
//	entry ADDRESS
//	segment ADDRESS RIGHTS SIZE    rights as in r-x; the bytes that follow, then zeroes, up to the size
//	BYTES                          in hexadecimal, in the order of memory; a listing may follow behind ';'
type golden struct {
	entry    uint64
	segments []goldenSegment
}

type goldenSegment struct {
	addr, size uint64
	flags      uint32 // PF_X, PF_W, PF_R
	data       []byte
}

// goldenPath is where the golden code of a loop is embedded.
func goldenPath(goarch, name string) string { return "loops/golden/" + name + "." + goarch }

// goldenLoop is the path of an ELF program with the golden code.
func goldenLoop(goarch, name string) (string, error) {
	text, err := loops.ReadFile(goldenPath(goarch, name))
	if err != nil {
		return "", &missingError{fmt.Sprintf("There is neither a C compiler nor golden code for %s.", goarch)}
	}
	g, err := parseGolden(text)
	if err != nil {
		return "", fmt.Errorf("%s: %w", goldenPath(goarch, name), err)
	}
	path, err := cached("golden-", name+"."+goarch, g.program(goarch))
	if err != nil {
		return "", err
	}
	return path, os.Chmod(filepath.Clean(path), 0o755)
}

func parseGolden(text []byte) (*golden, error) {
	g := &golden{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), ";")
		if err := g.line(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	for _, s := range g.segments {
		if uint64(len(s.data)) > s.size {
			return nil, fmt.Errorf("segment %x: %d bytes in %d", s.addr, len(s.data), s.size)
		}
	}
	return g, lines.Err()
}

func (g *golden) line(line string) error {
	switch {
	case line == "" || line[0] == '#':
		return nil
	case strings.HasPrefix(line, "entry "):
		_, err := fmt.Sscanf(line, "entry %x", &g.entry)
		return err
	case strings.HasPrefix(line, "segment "):
		var s goldenSegment
		var rights string
		if _, err := fmt.Sscanf(line, "segment %x %s %x", &s.addr, &rights, &s.size); err != nil {
			return err
		}
		for i, r := range rights {
			if r != '-' {
				s.flags |= 4 >> i
			}
		}
		g.segments = append(g.segments, s)
		return nil
	}
	data, err := hex.DecodeString(line)
	if err != nil {
		return err
	}
	if len(g.segments) == 0 {
		return fmt.Errorf("bytes in front of the first segment")
	}
	last := &g.segments[len(g.segments)-1]
	last.data = append(last.data, data...)
	return nil
}

// program is g as a static ELF program.
func (g *golden) program(goarch string) []byte {
	const (
		headerSize, entrySize = 64, 56
		page                  = 1 << 16 // the largest of any host
	)
	machine := uint16(62) // EM_X86_64
	if goarch == "arm64" {
		machine = 183 // EM_AARCH64
	}
	le := binary.LittleEndian
	b := make([]byte, headerSize+entrySize*len(g.segments))
	copy(b, "\x7fELF\x02\x01\x01")
	le.PutUint16(b[16:], 2) // ET_EXEC
	le.PutUint16(b[18:], machine)
	le.PutUint32(b[20:], 1)
	le.PutUint64(b[24:], g.entry)
	le.PutUint64(b[32:], headerSize) // where the program headers are
	le.PutUint16(b[52:], headerSize)
	le.PutUint16(b[54:], entrySize)
	le.PutUint16(b[56:], uint16(len(g.segments)))
	for i, s := range g.segments {
		// A segment's place in the file and its address are equal modulo the page size.
		at := uint64(len(b)) + (s.addr-uint64(len(b)))%page
		b = append(b, make([]byte, at-uint64(len(b)))...)
		h := b[headerSize+entrySize*i:]
		le.PutUint32(h, 1) // PT_LOAD
		le.PutUint32(h[4:], s.flags)
		for k, v := range []uint64{at, s.addr, s.addr, uint64(len(s.data)), s.size, page} {
			le.PutUint64(h[8+8*k:], v)
		}
		b = append(b, s.data...)
	}
	return b
}
