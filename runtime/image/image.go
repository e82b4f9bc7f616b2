package image

import (
	"crypto/sha256"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	axolelf "axol/runtime/elf"
)

// Kind is what an image is for: it decides which probes can be put on it.
type Kind string

const (
	Kernel  Kind = "kernel"
	Module  Kind = "module"
	Program Kind = "program"
)

// Symbol is a name with its address, and its type as in /proc/kallsyms.
type Symbol struct {
	Addr uint64
	Type byte
	Name string
}

// Text is instructions that lie one behind the other.
type Text struct {
	Name  string
	Addr  uint64
	Words []uint32
}

// End is the address behind the last word.
func (t *Text) End() uint64 { return t.Addr + 4*uint64(len(t.Words)) }

// Section is a part of a Text that has a name of its own: in an ELF file all of it, in a kernel what the linker
// script bounds.
type Section struct {
	Name       string
	Start, End uint64
	// Core: a kernel's or module's code that stays. Otherwise it is for its start only, or not mapped as code.
	Core bool
}

// Fixup is an entry of the exception table: where the kernel goes on if the instruction at Insn cannot access memory.
type Fixup struct{ Insn, To uint64 }

// Tables are a kernel's or a module's own facts about single instructions, each ascending.
type Tables struct {
	Exceptions []Fixup
	Ftrace     []uint64 // the instructions that become calls
	JumpLabels []uint64
	Bugs       []uint64 // the BRK of BUG and WARN
	NoProbe    []uint64 // functions that are NOKPROBE_SYMBOL
}

// Fact is what was found of a table, or why it was not.
type Fact struct {
	What  string `json:"what"`
	Count int    `json:"count"`
	How   string `json:"how"` // "by its symbols", "by its structure, at offset 0x...", ...
	Found bool   `json:"found"`
}

// Image is what there is to know of a file's code.
type Image struct {
	Path    string
	Format  string   // "arm64 Image (gzip)", "ELF module", ...
	Digest  [32]byte // SHA-256 of the file
	Kind    Kind
	Version string // a kernel's banner, or empty

	Texts    []Text    // ascending, at least one
	Sections []Section // ascending, not overlapping; they cover Texts
	Symbols  *axolelf.Symbols
	Tables   Tables
	Facts    []Fact
}

// Options are what an image does not say itself.
type Options struct {
	// Symbols is text as System.map or /proc/kallsyms have it, SymbolsPath its name in errors. Nil: the image's own.
	Symbols     io.Reader
	SymbolsPath string
}

const (
	maxFile    = 1 << 30 // bytes of a file, and of what is unpacked
	kernelHalf = 1 << 63 // addresses of kernels are not below
)

// Open reads an image. The error names the file, the place in it and the reason.
func Open(path string, opt Options) (*Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: not a regular file", path)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("%s: %d bytes: more than the %d that are read", path, info.Size(), maxFile)
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return Read(path, data, opt)
}

// Read is Open for a file that is in memory.
func Read(path string, data []byte, opt Options) (*Image, error) {
	im := &Image{Path: path, Digest: sha256.Sum256(data)}
	if err := im.read(data, opt); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return im, nil
}

func (im *Image) read(data []byte, opt Options) error {
	data, wrap, err := unpack(data)
	if err != nil {
		return err
	}
	given, err := readSymbols(opt)
	if err != nil {
		return err
	}
	switch {
	case len(data) >= 4 && string(data[:4]) == elf.ELFMAG:
		err = im.readELF(data, given)
	case isRawImage(data):
		err = im.readRaw(data, given)
	default:
		err = errors.New("offset 0: neither an ELF file nor an arm64 Image, nor one that is packed by gzip or zstd")
	}
	im.Format += wrap
	if err != nil {
		return err
	}
	if len(im.Texts) == 0 {
		return errors.New("there is no executable section")
	}
	return nil
}

// fact notes what was found.
func (im *Image) fact(what string, count int, how string, found bool) {
	im.Facts = append(im.Facts, Fact{what, count, how, found})
}

// SectionAt is the index of the section that has an address, -1 if none has.
func (im *Image) SectionAt(addr uint64) int {
	i, found := slices.BinarySearchFunc(im.Sections, addr, func(s Section, a uint64) int {
		switch {
		case s.End <= a:
			return -1
		case s.Start > a:
			return 1
		}
		return 0
	})
	if !found {
		return -1
	}
	return i
}

// Patch replaces the instruction at an address: with what a kernel makes of it when it starts. It says whether there is
// one.
func (im *Image) Patch(addr uint64, word uint32) bool {
	for i := range im.Texts {
		t := &im.Texts[i]
		if addr >= t.Addr && addr < t.End() && addr%4 == 0 {
			t.Words[(addr-t.Addr)/4] = word
			return true
		}
	}
	return false
}

// Word is the instruction at an address.
func (im *Image) Word(addr uint64) (uint32, bool) {
	for i := range im.Texts {
		t := &im.Texts[i]
		if addr >= t.Addr && addr < t.End() && addr%4 == 0 {
			return t.Words[(addr-t.Addr)/4], true
		}
	}
	return 0, false
}
