package bench

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"axol/probes"
)

func TestTextFile(t *testing.T) {
	t.Setenv("AXOL_CACHE", filepath.Join(t.TempDir(), "cache"))
	const size = 100_001
	path, err := textFile(size)
	if err != nil {
		t.Fatal(err)
	}
	a, err := os.ReadFile(path)
	if err != nil || len(a) != size {
		t.Fatalf("%d bytes, %v", len(a), err)
	}
	var again bytes.Buffer
	if err := writeText(&again, size); err != nil || !bytes.Equal(a, again.Bytes()) {
		t.Error("the text is not the same each time")
	}
}

// Every instruction has its turn, with what stands in front of it.
func TestClassifyFile(t *testing.T) {
	path, err := Guest()
	if err != nil {
		t.Skipf("needs a Go toolchain for arm64: %v", err)
	}
	rules, err := probes.Lookup("debian-6.1")
	if err != nil {
		t.Fatal(err)
	}
	n, next := 0, uint64(0)
	exclusive := 0
	err = ClassifyFile(path, rules, func(addr uint64, word uint32, v probes.Verdict) error {
		if n > 0 && addr != next {
			t.Errorf("%#x follows %#x", addr, next-4)
		}
		n, next = n+1, addr+4
		if v.Reason == probes.ReasonExclusiveSequence {
			exclusive++
		} else if v != probes.Classify(rules, word) {
			t.Errorf("%#x: %+v", addr, v)
		}
		return nil
	})
	if err != nil || n < 100_000 || exclusive == 0 {
		t.Errorf("%d words, %d in exclusive sequences, %v", n, exclusive, err)
	}
	stop := errors.New("stop")
	if err := ClassifyFile(path, rules, func(uint64, uint32, probes.Verdict) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

// Sections that share bytes would make a small file endless.
func TestClassifyFileOverlap(t *testing.T) {
	path, err := Guest()
	if err != nil {
		t.Skipf("needs a Go toolchain for arm64: %v", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	table, names := b[le.Uint64(b[40:]):], int(le.Uint16(b[62:]))
	text := slices.Index(f.Sections, f.Section(".text"))
	for i := 1; i < len(f.Sections); i++ {
		if h := table[64*i:]; i != names && i != text {
			copy(h[:64], table[64*text:])
			le.PutUint64(h[32:], uint64(len(b)/2))
		}
	}
	over := filepath.Join(t.TempDir(), "overlap")
	if err := os.WriteFile(over, b, 0o644); err != nil {
		t.Fatal(err)
	}
	rules, err := probes.Lookup("linux-4.8")
	if err != nil {
		t.Fatal(err)
	}
	words := 0
	err = ClassifyFile(over, rules, func(uint64, uint32, probes.Verdict) error { words++; return nil })
	if err == nil || !strings.Contains(err.Error(), "more than the file") || words > len(b)/4 {
		t.Errorf("%d words, %v", words, err)
	}
}

func FuzzClassifyFile(f *testing.F) {
	rules, err := probes.Lookup("linux-4.8")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("\x7fELF\x02\x01\x01"))
	if path, err := Guest(); err == nil {
		if b, err := os.ReadFile(path); err == nil {
			f.Add(b[:4096])
		}
	}
	path := filepath.Join(f.TempDir(), "file")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		words := 0
		if err := ClassifyFile(path, rules, func(uint64, uint32, probes.Verdict) error { words++; return nil }); err == nil && words == 0 {
			t.Log("an empty section")
		}
	})
}
