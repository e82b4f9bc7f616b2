package bench

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"strings"
	"testing"

	"golang.org/x/arch/x86/x86asm"

	"axol/jit/a64"
	axolelf "axol/runtime/elf"
)

var update = flag.Bool("update", false, "write the golden code of the loops again, with the compilers that are installed")

var trailing = regexp.MustCompile(` +(; )?\n`)

// goldenText is a compiled loop as golden code.
func goldenText(t *testing.T, path, goarch, version string) string {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\nentry %x\n", version, f.Entry)
	for _, p := range f.Progs {
		start := p.Vaddr + p.Memsz
		for _, s := range f.Sections {
			if s.Flags&elf.SHF_ALLOC != 0 && s.Addr >= p.Vaddr && s.Addr < p.Vaddr+p.Memsz {
				start = min(start, s.Addr)
			}
		}
		if p.Type != elf.PT_LOAD || start == p.Vaddr+p.Memsz { // of headers only
			continue
		}
		fmt.Fprintf(&b, "\nsegment %x %s %x\n", start, rights(p.Flags), p.Vaddr+p.Memsz-start)
		if start >= p.Vaddr+p.Filesz {
			continue
		}
		data := make([]byte, p.Vaddr+p.Filesz-start)
		if _, err := p.ReadAt(data, int64(start-p.Vaddr)); err != nil {
			t.Fatal(err)
		}
		code := 0
		if text := f.Section(".text"); text.Addr == start {
			code = int(text.Size)
		}
		for at := 0; at < len(data); {
			n, listing := min(16, len(data)-at), ""
			if at < code {
				n, listing = instruction(goarch, data[at:code], start+uint64(at))
			}
			fmt.Fprintf(&b, "%-24x ; %s\n", data[at:at+n], listing)
			at += n
		}
	}
	return trailing.ReplaceAllString(b.String(), "\n")
}

func rights(f elf.ProgFlag) string {
	b := []byte("---")
	for i, r := range "rwx" {
		if f&(elf.PF_R>>i) != 0 {
			b[i] = byte(r)
		}
	}
	return string(b)
}

// instruction is the first in code: how long it is, and a listing.
func instruction(goarch string, code []byte, addr uint64) (int, string) {
	if goarch == "arm64" {
		return 4, a64.Listing(binary.LittleEndian.Uint32(code), addr)
	}
	in, err := x86asm.Decode(code, 64)
	if err != nil {
		return 1, ""
	}
	return in.Len, x86asm.GNUSyntax(in, addr, nil)
}

// Golden code is what the compiler that is named in it makes of the sources as they are.
func TestGoldenIsCompiled(t *testing.T) {
	t.Setenv("AXOL_CACHE", filepath.Join(t.TempDir(), "cache"))
	for _, goarch := range []string{"arm64", "amd64"} {
		cc, err := compiler(goarch)
		if err != nil || goarch != "arm64" && goarch != goruntime.GOARCH {
			t.Logf("%s: needs a C compiler", goarch)
			continue
		}
		version, err := compilerVersion(cc)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range loopNames {
			path, err := compileLoop(cc, goarch, l.file)
			if err != nil {
				t.Fatal(err)
			}
			text := goldenText(t, path, goarch, version)
			if *update {
				if err := os.WriteFile(goldenPath(goarch, l.file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			have, err := loops.ReadFile(goldenPath(goarch, l.file))
			if err != nil {
				t.Fatal(err)
			}
			if named, _, _ := strings.Cut(string(have), "\n"); named != "# "+version {
				t.Logf("%s: %s is installed, the golden code is by %s", goarch, version, named[2:])
				break
			}
			if !bytes.Equal(have, []byte(text)) {
				t.Errorf("%s is not what %s makes of it; go test -run %s -update writes it again", goldenPath(goarch, l.file), version, t.Name())
			}
		}
	}
}

// Programs of golden code are programs: Axol's loader takes them, and they print what the compiled ones print.
func TestGoldenProgram(t *testing.T) {
	t.Setenv("AXOL_CACHE", filepath.Join(t.TempDir(), "cache"))
	for _, l := range loopNames {
		path, err := goldenLoop("arm64", l.file)
		if err != nil {
			t.Fatal(err)
		}
		im, err := axolelf.Open(path, 1<<40)
		if err != nil {
			t.Fatal(err)
		}
		im.Close()
	}
	cc, err := compiler(goruntime.GOARCH)
	if err != nil || goruntime.GOARCH != "amd64" {
		t.Skip("needs an amd64 C compiler")
	}
	want, err := compileLoop(cc, "amd64", "fib")
	if err != nil {
		t.Fatal(err)
	}
	got, err := goldenLoop("amd64", "fib")
	if err != nil {
		t.Fatal(err)
	}
	a, errA := exec.Command(want).Output()
	b, errB := exec.Command(got).Output()
	if errA != nil || errB != nil || len(a) != 17 || !bytes.Equal(a, b) {
		t.Errorf("%q, %v; golden %q, %v", a, errA, b, errB)
	}
}

func TestParseGolden(t *testing.T) {
	g, err := parseGolden([]byte("# by hand\nentry 400100\n\nsegment 400100 r-x 6\n00010203 ; four\n04 05\n"))
	if err == nil {
		t.Errorf("%+v of bytes that are not hexadecimal", g)
	}
	g, err = parseGolden([]byte("# by hand\nentry 400100\n\nsegment 400100 r-x 6\n00010203 ; four\n0405\nsegment 500000 rw- 10\n"))
	if err != nil || g.entry != 0x400100 || len(g.segments) != 2 || g.segments[0].flags != 5 || g.segments[1].flags != 6 || g.segments[1].size != 16 {
		t.Fatalf("%+v, %v", g, err)
	}
	f, err := elf.NewFile(bytes.NewReader(g.program("arm64")))
	if err != nil || f.Machine != elf.EM_AARCH64 || f.Entry != 0x400100 || len(f.Progs) != 2 {
		t.Fatalf("%+v, %v", f, err)
	}
	data := make([]byte, 6)
	if _, err := f.Progs[0].ReadAt(data, 0); err != nil || string(data) != "\x00\x01\x02\x03\x04\x05" || f.Progs[0].Off%0x10000 != 0x100 {
		t.Errorf("%x at %#x, %v", data, f.Progs[0].Off, err)
	}
	for _, bad := range []string{"0001\n", "segment 1 r-x 1\n0001\n", "entry x\n", "segment 1\n", "add x0, x1, x2\n"} {
		if _, err := parseGolden([]byte(bad)); err == nil {
			t.Errorf("%q is golden code", bad)
		}
	}
}
