package elf

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const limit = 1 << 45

// program is the smallest loadable file: one segment, its code at the end.
func program(mod func(b []byte)) []byte {
	b := make([]byte, 64+56+8)
	copy(b, "\x7fELF\x02\x01\x01")
	le := binary.LittleEndian
	le.PutUint16(b[16:], 2)        // e_type ET_EXEC
	le.PutUint16(b[18:], 183)      // e_machine
	le.PutUint32(b[20:], 1)        // e_version
	le.PutUint64(b[24:], 0x400078) // e_entry
	le.PutUint64(b[32:], 64)       // e_phoff
	le.PutUint16(b[52:], 64)       // e_ehsize
	le.PutUint16(b[54:], 56)       // e_phentsize
	le.PutUint16(b[56:], 1)        // e_phnum
	p := b[64:]
	le.PutUint32(p[0:], 1)         // PT_LOAD
	le.PutUint32(p[4:], 5)         // r-x
	le.PutUint64(p[16:], 0x400000) // p_vaddr
	le.PutUint64(p[32:], uint64(len(b)))
	le.PutUint64(p[40:], uint64(len(b)))
	if mod != nil {
		mod(b)
	}
	return b
}

func write(t testing.TB, b []byte) string {
	path := filepath.Join(t.TempDir(), "prog")
	if err := os.WriteFile(path, b, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpen(t *testing.T) {
	im, err := Open(write(t, program(nil)), limit)
	if err != nil {
		t.Fatal(err)
	}
	defer im.Close()
	if !im.Fixed || im.Entry != 0x400078 || im.PhdrAddr != 0x400040 || im.PhdrNum != 1 || len(im.Segments) != 1 {
		t.Errorf("%+v", im)
	}
	if lo, hi := im.Span(); lo != 0x400000 || hi != 0x401000 {
		t.Errorf("span %#x-%#x", lo, hi)
	}
	if s := im.Symbols(0); len(s.Funcs) != 0 {
		t.Errorf("symbols from nowhere: %v", s.Funcs)
	}
}

// TestNote: what the note of properties says of BTI.
func TestNote(t *testing.T) {
	words := func(ws ...uint32) (b []byte) {
		for _, w := range ws {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
		return b
	}
	const gnu = 0x554E47
	for _, c := range []struct {
		note []byte
		bti  bool
		ok   bool
	}{
		{words(4, 16, 5, gnu, 0xC0000000, 4, 1, 0), true, true},
		{words(4, 16, 5, gnu, 0xC0000000, 4, 3, 0), true, true},
		{words(4, 16, 5, gnu, 0xC0000000, 4, 2, 0), false, true},
		{words(4, 0, 5, gnu), false, true},
		{words(4, 32, 5, gnu, 1, 5, 0, 0, 0xC0000000, 4, 1, 0), true, true},
		{words(4, 32, 5, gnu, 0xC0000001, 4, 0, 0, 0xC0000000, 4, 1, 0), false, false}, // not sorted
		{words(4, 24, 5, gnu, 0xC0000000, 8, 1, 0), false, false},
		{words(4, 16, 5, gnu, 0xC0000000, 8, 1, 0), false, false},
		{words(4, 17, 5, gnu, 0xC0000000, 4, 1, 0), false, false},
		{words(4, 12, 5, gnu, 0xC0000000, 4, 1, 0), false, false},
		{words(4, 16, 5, gnu, 1, 0xFFFFFFFC, 1, 0), false, false},
		{words(4, 16, 4, gnu, 0xC0000000, 4, 1, 0), false, false},
		{words(4, 16, 5), false, false},
		{nil, false, false},
	} {
		if bti, err := noteBTI(c.note); bti != c.bti || err == nil != c.ok {
			t.Errorf("%x: %v, %v", c.note, bti, err)
		}
	}
}

func FuzzNote(f *testing.F) {
	f.Add([]byte("\x04\x00\x00\x00\x10\x00\x00\x00\x05\x00\x00\x00GNU\x00\x00\x00\x00\xc0\x04\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if bti, err := noteBTI(b); bti && err != nil {
			t.Error("both")
		}
	})
}

// TestNothingInFile: a segment of zeros only has no place in the file, whatever its offset says.
func TestNothingInFile(t *testing.T) {
	at := len(program(nil))
	path := write(t, append(program(func(b []byte) {
		le := binary.LittleEndian
		le.PutUint64(b[32:], uint64(at)) // e_phoff: a program header of two entries, behind the code
		le.PutUint16(b[56:], 2)
	}), segments()...))
	im, err := Open(path, limit)
	if err != nil {
		t.Fatal(err)
	}
	defer im.Close()
	if n := len(im.Segments); n != 2 || im.Segments[1].FileSize != 0 || im.Segments[1].MemSize != 64 {
		t.Errorf("segments %+v", im.Segments)
	}
}

// segments is the program header of the code in front of it and of zeros, as the linker makes it: their
// offset is where they would be in the file, and the file ends before that.
func segments() []byte {
	le := binary.LittleEndian
	b := make([]byte, 2*56)
	copy(b, program(nil)[64:64+56])
	p := b[56:]
	le.PutUint32(p[0:], 1)
	le.PutUint32(p[4:], 6) // rw-
	le.PutUint64(p[8:], 0x1000)
	le.PutUint64(p[16:], 0x411000)
	le.PutUint64(p[40:], 64)
	return b
}

func TestRefused(t *testing.T) {
	put16 := func(at int, v uint16) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint16(b[at:], v) }
	}
	put64 := func(at int, v uint64) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint64(b[at:], v) }
	}
	for _, c := range []struct {
		want string
		mod  func([]byte)
	}{
		{"not an ELF file", func(b []byte) { b[0] = 0 }},
		{"not a 64-bit little-endian", func(b []byte) { b[4] = 1 }},
		{"not a 64-bit little-endian", func(b []byte) { b[5] = 2 }},
		{"for amd64", put16(18, 62)},
		{"for 32-bit Arm", put16(18, 40)},
		{"type ET_REL", put16(16, 1)},
		{"entries of 32 bytes", put16(54, 32)},
		{"0 program header entries", put16(56, 0)},
		{"offset 0xffffffffffffffff: beyond", put64(32, ^uint64(0))},
		{"beyond the end of the file", put16(56, 9)},
		{"no segment to load", put64(64, 5<<32)},
		{"only 0x1 in memory", put64(64+40, 1)},
		{"entry 0: offset 0x1000, 0x80 bytes: beyond", put64(64+8, 0x1000)},
		{"differ modulo", put64(64+16, 0x400001)},
		{"beyond the end of guest memory", put64(64+16, ^uint64(0)&^0xFFF)},
		{"beyond the end of guest memory", put64(64+40, 1<<46)},
		{"entry point 0x1 is not", put64(24, 1)},
		{"entry point 0x400078 is not", func(b []byte) { b[68] = 4 }},
		{"linker's name: 0x80 bytes", func(b []byte) { b[64] = 3; put64(64+8, 0x60)(b) }},
		{"linker's name: not terminated", func(b []byte) { b[64] = 3; b[len(b)-1] = 'x' }},
	} {
		path := write(t, program(c.mod))
		_, err := Open(path, limit)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), path+": ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	whole := program(nil)
	for n := range whole {
		if _, err := Open(write(t, whole[:n]), limit); err == nil {
			t.Errorf("the first %d bytes were taken for a program", n)
		}
	}
	if _, err := Open(t.TempDir(), limit); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a directory: %v", err)
	}
}

// goProgram builds a tiny arm64 Go program.
func goProgram(t *testing.T, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	src := "package main\n\n//go:noinline\nfunc work(n int) int { return n * 3 }\n\nfunc main() { println(work(len(\"x\"))) }\n"
	if err := os.WriteFile(filepath.Join(dir, "m.go"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "prog")
	cmd := exec.Command("go", append(append([]string{"build", "-o", out}, flags...), filepath.Join(dir, "m.go"))...)
	cmd.Env = append(os.Environ(), "GOARCH=arm64", "GOOS=linux", "CGO_ENABLED=0")
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("needs a Go toolchain for arm64: %v\n%s", err, msg)
	}
	return out
}

func TestGoProgram(t *testing.T) {
	for _, flags := range [][]string{nil, {"-ldflags=-s -w"}, {"-buildmode=pie"}, {"-buildmode=pie", "-ldflags=-s -w"}} {
		im, err := Open(goProgram(t, flags...), limit)
		if err != nil {
			t.Errorf("%v: %v", flags, err)
			continue
		}
		defer im.Close()
		const bias = 0x5500000000
		syms := im.Symbols(bias)
		f, ok := syms.Lookup("main.work")
		if !ok || f.Size == 0 || f.Size > 256 || !im.executable(f.Addr-bias) {
			t.Errorf("%v: main.work is %+v, %v", flags, f, ok)
		}
		if d := syms.Describe(f.Addr + 4); d != "main.work+0x4" {
			t.Errorf("%v: %q", flags, d)
		}
		if _, _, ok := syms.At(0x1000); ok {
			t.Errorf("%v: a function at 0x1000", flags)
		}
	}
}

func TestSymbols(t *testing.T) {
	s := NewSymbols([]Symbol{{"c", 300, 8}, {"a", 100, 0}, {"b", 200, 0}, {"b2", 200, 16}, {"last", 400, 0}})
	for _, c := range []struct {
		addr uint64
		want string
	}{{99, ""}, {100, "a+0x0"}, {199, "a+0x63"}, {215, "b2+0xf"}, {299, "b+0x63"}, {307, "c+0x7"}, {308, ""}, {400, ""}} {
		if got := s.Describe(c.addr); got != c.want {
			t.Errorf("%d is %q, want %q", c.addr, got, c.want)
		}
	}
	if NewSymbols(nil).Describe(5) != "" {
		t.Error("empty table knows an address")
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(program(nil))
	f.Add(program(func(b []byte) { b[64] = 3 }))
	f.Fuzz(func(t *testing.T, b []byte) {
		im, err := Open(write(t, b), limit)
		if err != nil {
			return
		}
		defer im.Close()
		lo, hi := im.Span()
		if lo >= hi || hi > limit {
			t.Errorf("span %#x-%#x", lo, hi)
		}
		s := im.Symbols(0)
		for _, fn := range s.Funcs {
			s.Describe(fn.Addr)
		}
	})
}
