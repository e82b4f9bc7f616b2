package elf

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

const pageSize = 4096

// Segment is a PT_LOAD entry of the program header.
type Segment struct {
	Addr     uint64 // as linked; the load bias is added
	MemSize  uint64
	Offset   uint64 // in the file; equal to Addr modulo the page size
	FileSize uint64
	Read     bool
	Write    bool
	Exec     bool
}

// Image is a program that can be loaded.
type Image struct {
	Path     string
	File     *os.File
	Fixed    bool // ET_EXEC: the load bias must be 0
	Entry    uint64
	Segments []Segment // ascending, not overlapping
	Interp   string    // the dynamic linker, or empty

	// The program header, for the auxiliary vector. PhdrAddr is 0 if it is not loaded.
	PhdrAddr          uint64
	PhdrSize, PhdrNum int

	property elf.Prog64 // the note of properties, if Filesz is not 0
	file     *elf.File  // for the symbols; nil if the sections are damaged
}

// Limits on what a file may ask for; the kernel has the first two.
const (
	maxProgramHeader = 64 << 10 // bytes
	maxInterp        = 4096
)

// Open reads the headers of a program that is to run below guest address limit.
// The caller closes the image.
func Open(path string, limit uint64) (*Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	im, err := Read(f, path, limit)
	if err != nil {
		f.Close()
	}
	return im, err
}

// Read is Open for a file that is open already.
func Read(f *os.File, path string, limit uint64) (*Image, error) {
	im := &Image{Path: path, File: f}
	if err := im.read(limit); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return im, nil
}

// Close closes the file. The symbols can no longer be read.
func (im *Image) Close() error { return im.File.Close() }

func (im *Image) read(limit uint64) error {
	info, err := im.File.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("not a regular file")
	}
	h, err := readHeader(im.File)
	if err != nil {
		return err
	}
	im.Fixed, im.Entry = elf.Type(h.Type) == elf.ET_EXEC, h.Entry
	if err := im.readSegments(h, uint64(info.Size()), limit); err != nil {
		return err
	}
	if !im.executable(im.Entry) {
		return fmt.Errorf("ELF header: entry point %#x is not in an executable segment", im.Entry)
	}
	// The kernel does not look at the sections, and neither do we unless they are sound.
	im.file, _ = elf.NewFile(im.File)
	return nil
}

func readHeader(r io.ReaderAt) (h elf.Header64, err error) {
	var ident [elf.EI_NIDENT]byte
	if _, err := r.ReadAt(ident[:], 0); err != nil || string(ident[:4]) != elf.ELFMAG {
		return h, errors.New("not an ELF file")
	}
	if elf.Class(ident[elf.EI_CLASS]) != elf.ELFCLASS64 || elf.Data(ident[elf.EI_DATA]) != elf.ELFDATA2LSB {
		return h, errors.New("ELF header: not a 64-bit little-endian program")
	}
	if err := binary.Read(io.NewSectionReader(r, 0, 64), binary.LittleEndian, &h); err != nil {
		return h, errors.New("ELF header: file is truncated")
	}
	switch {
	case elf.Machine(h.Machine) != elf.EM_AARCH64:
		return h, fmt.Errorf("ELF header: program is for %s, not for arm64", machineName(elf.Machine(h.Machine)))
	case elf.Type(h.Type) != elf.ET_EXEC && elf.Type(h.Type) != elf.ET_DYN:
		return h, fmt.Errorf("ELF header: type %s is not a program", elf.Type(h.Type))
	case h.Phentsize != 56:
		return h, fmt.Errorf("ELF header: program header entries of %d bytes, want 56", h.Phentsize)
	case h.Phnum == 0 || int(h.Phnum)*56 > maxProgramHeader:
		return h, fmt.Errorf("ELF header: %d program header entries", h.Phnum)
	}
	return h, nil
}

func machineName(m elf.Machine) string {
	names := map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_386: "386", elf.EM_ARM: "32-bit Arm", elf.EM_RISCV: "RISC-V"}
	if n := names[m]; n != "" {
		return n
	}
	return m.String()
}

func (im *Image) readSegments(h elf.Header64, size, limit uint64) error {
	im.PhdrSize, im.PhdrNum = int(h.Phentsize), int(h.Phnum)
	progs := make([]elf.Prog64, h.Phnum)
	if h.Phoff > size || size-h.Phoff < uint64(len(progs))*56 {
		return fmt.Errorf("program header at offset %#x: beyond the end of the file", h.Phoff)
	}
	if err := binary.Read(io.NewSectionReader(im.File, int64(h.Phoff), int64(len(progs))*56), binary.LittleEndian, progs); err != nil {
		return fmt.Errorf("program header at offset %#x: %w", h.Phoff, err)
	}
	for i, p := range progs {
		var err error
		switch elf.ProgType(p.Type) {
		case elf.PT_LOAD:
			err = im.addSegment(p, size, limit)
		case elf.PT_INTERP:
			err = im.readInterp(p, size)
		case elf.PT_PHDR:
			im.PhdrAddr = p.Vaddr
		case ptGNUProperty:
			im.property = p
		}
		if err != nil {
			return fmt.Errorf("program header entry %d: %w", i, err)
		}
	}
	if len(im.Segments) == 0 {
		return errors.New("program header: no segment to load")
	}
	if im.PhdrAddr == 0 {
		im.PhdrAddr = im.loadedAt(h.Phoff)
	}
	return nil
}

func (im *Image) addSegment(p elf.Prog64, size, limit uint64) error {
	s := Segment{Addr: p.Vaddr, MemSize: p.Memsz, Offset: p.Off, FileSize: p.Filesz,
		Read:  elf.ProgFlag(p.Flags)&elf.PF_R != 0,
		Write: elf.ProgFlag(p.Flags)&elf.PF_W != 0,
		Exec:  elf.ProgFlag(p.Flags)&elf.PF_X != 0}
	if s.MemSize == 0 {
		return nil
	}
	switch {
	case s.FileSize > s.MemSize:
		return fmt.Errorf("%#x bytes in the file, only %#x in memory", s.FileSize, s.MemSize)
	case s.FileSize > 0 && (s.Offset > size || s.FileSize > size-s.Offset): // with no bytes there, nothing is read
		return fmt.Errorf("offset %#x, %#x bytes: beyond the end of the file", s.Offset, s.FileSize)
	case s.Addr%pageSize != s.Offset%pageSize:
		return fmt.Errorf("address %#x and offset %#x differ modulo the page size", s.Addr, s.Offset)
	case s.Addr >= limit || s.MemSize > limit-s.Addr:
		return fmt.Errorf("address %#x, %#x bytes: beyond the end of guest memory at %#x", s.Addr, s.MemSize, limit)
	}
	if n := len(im.Segments); n > 0 {
		last := im.Segments[n-1]
		if s.Addr < last.Addr+last.MemSize {
			return fmt.Errorf("address %#x: not above the segment before it, which ends at %#x", s.Addr, last.Addr+last.MemSize)
		}
	}
	im.Segments = append(im.Segments, s)
	return nil
}

func (im *Image) readInterp(p elf.Prog64, size uint64) error {
	if p.Filesz < 2 || p.Filesz > maxInterp || p.Off > size || p.Filesz > size-p.Off {
		return fmt.Errorf("dynamic linker's name: %#x bytes at offset %#x", p.Filesz, p.Off)
	}
	name := make([]byte, p.Filesz)
	if _, err := im.File.ReadAt(name, int64(p.Off)); err != nil {
		return fmt.Errorf("dynamic linker's name: %w", err)
	}
	if name[len(name)-1] != 0 {
		return errors.New("dynamic linker's name: not terminated")
	}
	im.Interp = string(name[:len(name)-1])
	return nil
}

// Span is the range of addresses the segments take, as linked, in whole pages.
func (im *Image) Span() (lo, hi uint64) {
	first, last := im.Segments[0], im.Segments[len(im.Segments)-1]
	return first.Addr &^ (pageSize - 1), (last.Addr + last.MemSize + pageSize - 1) &^ (pageSize - 1)
}

func (im *Image) executable(a uint64) bool {
	for _, s := range im.Segments {
		if s.Exec && s.Addr <= a && a < s.Addr+s.MemSize {
			return true
		}
	}
	return false
}

// loadedAt is the address file offset off is loaded at, or 0.
func (im *Image) loadedAt(off uint64) uint64 {
	for _, s := range im.Segments {
		if s.Offset <= off && off-s.Offset < s.FileSize {
			return s.Addr + off - s.Offset
		}
	}
	return 0
}
