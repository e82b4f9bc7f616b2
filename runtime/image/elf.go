package image

import (
	"bytes"
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"slices"

	axolelf "axol/runtime/elf"
)

// elfFile is an ELF file in memory.
type elfFile struct {
	*elf.File
	data    []byte
	symbols []elf.Symbol // of .symtab: those of index 1 and up
}

func (im *Image) readELF(data []byte, given []Symbol) error {
	file, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("ELF header: %w", err)
	}
	if file.Machine != elf.EM_AARCH64 || file.Class != elf.ELFCLASS64 || file.Data != elf.ELFDATA2LSB {
		return fmt.Errorf("ELF header: machine %s, %s, %s: not arm64", file.Machine, file.Class, file.Data)
	}
	f := &elfFile{File: file, data: data}
	if f.symbols, err = f.symtab(); err != nil {
		return err
	}
	switch {
	case f.Type == elf.ET_REL:
		im.Format, im.Kind = "ELF module", Module
		return im.readModule(f)
	case f.Section("__ex_table") != nil || f.Section(".head.text") != nil:
		im.Format, im.Kind = "ELF kernel", Kernel
		return im.readVmlinux(f, given)
	}
	im.Format, im.Kind = "ELF program", Program
	return im.readProgram(f)
}

func (f *elfFile) symtab() ([]elf.Symbol, error) {
	for _, s := range f.Sections {
		if (s.Type == elf.SHT_SYMTAB || s.Type == elf.SHT_STRTAB) && s.Flags&elf.SHF_COMPRESSED != 0 {
			return nil, fmt.Errorf("section %s: compressed symbols", s.Name)
		}
	}
	list, err := f.Symbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return nil, fmt.Errorf("symbol table: %w", err)
	}
	return list, nil
}

// content is the bytes of a section, as they are in the file.
func (f *elfFile) content(s *elf.Section) ([]byte, error) {
	size := uint64(len(f.data))
	switch {
	case s.Type == elf.SHT_NOBITS:
		return nil, nil
	case s.Flags&elf.SHF_COMPRESSED != 0:
		return nil, fmt.Errorf("section %s: compressed", s.Name)
	case s.Offset > size || s.FileSize > size-s.Offset:
		return nil, fmt.Errorf("section %s: offset %#x, %#x bytes: beyond the end of the file", s.Name, s.Offset, s.FileSize)
	}
	return f.data[s.Offset : s.Offset+s.FileSize], nil
}

// addText adds an executable section at an address. Sections share no bytes; if they could, a small file would be a
// large image.
func (im *Image) addText(name string, addr uint64, code []byte, core bool, left *int) error {
	switch *left -= len(code); {
	case *left < 0:
		return fmt.Errorf("section %s: the sections take more than the file has", name)
	case addr%4 != 0 || addr+uint64(len(code)) < addr:
		return fmt.Errorf("section %s: address %#x, %#x bytes: not where instructions can be", name, addr, len(code))
	case len(code) < 4:
		return nil
	}
	words := toWords(code)
	im.Texts = append(im.Texts, Text{name, addr, words})
	im.Sections = append(im.Sections, Section{name, addr, addr + 4*uint64(len(words)), core})
	return nil
}

// sortTexts puts them in order, which must not overlap.
func (im *Image) sortTexts() error {
	slices.SortStableFunc(im.Texts, func(a, b Text) int { return cmp.Compare(a.Addr, b.Addr) })
	slices.SortStableFunc(im.Sections, func(a, b Section) int { return cmp.Compare(a.Start, b.Start) })
	for i := 1; i < len(im.Texts); i++ {
		if a, b := &im.Texts[i-1], &im.Texts[i]; a.End() > b.Addr {
			return fmt.Errorf("section %s: address %#x: within section %s", b.Name, b.Addr, a.Name)
		}
	}
	return nil
}

func (im *Image) readProgram(f *elfFile) error {
	left := len(f.data)
	for _, s := range f.Sections {
		if s.Type != elf.SHT_PROGBITS || s.Flags&elf.SHF_EXECINSTR == 0 {
			continue
		}
		code, err := f.content(s)
		if err == nil {
			err = im.addText(s.Name, s.Addr, code, true, &left)
		}
		if err != nil {
			return err
		}
	}
	if len(f.Sections) == 0 { // stripped of all but what loading needs
		for i, p := range f.Progs {
			if p.Type != elf.PT_LOAD || p.Flags&elf.PF_X == 0 {
				continue
			}
			if p.Off > uint64(len(f.data)) || p.Filesz > uint64(len(f.data))-p.Off {
				return fmt.Errorf("program header entry %d: offset %#x, %#x bytes: beyond the end of the file", i, p.Off, p.Filesz)
			}
			if err := im.addText(fmt.Sprintf("segment %d", i), p.Vaddr, f.data[p.Off:p.Off+p.Filesz], true, &left); err != nil {
				return err
			}
		}
	}
	im.Symbols = im.programSymbols(f)
	im.fact("symbols", len(im.Symbols.Funcs), "functions of the file", len(im.Symbols.Funcs) > 0)
	return im.sortTexts()
}

// programSymbols is the functions of a program; a stripped one may carry other tables.
func (im *Image) programSymbols(f *elfFile) *axolelf.Symbols {
	var list []axolelf.Symbol
	for _, s := range f.symbols {
		if t := elf.ST_TYPE(s.Info); (t == elf.STT_FUNC || t == elf.STT_NOTYPE) && im.SectionAt(s.Value) >= 0 && !ignored(s.Name) {
			list = append(list, axolelf.Symbol{Name: s.Name, Addr: s.Value, Size: s.Size})
		}
	}
	if len(list) == 0 {
		const anywhere = 1 << 48
		if p, err := axolelf.Open(im.Path, anywhere); err == nil {
			defer p.Close()
			return p.Symbols(0)
		}
	}
	return axolelf.NewSymbols(list)
}

// readVmlinux reads a kernel as it was linked.
func (im *Image) readVmlinux(f *elfFile, given []Symbol) error {
	m, err := f.memory()
	if err != nil {
		return err
	}
	im.Version = banner(m.bytes)
	symbols, how := given, "given"
	if given == nil {
		how = ".symtab"
		for _, s := range f.symbols {
			if t := elf.ST_TYPE(s.Info); t != elf.STT_SECTION && t != elf.STT_FILE && s.Section != elf.SHN_UNDEF {
				symbols = append(symbols, Symbol{Addr: s.Value, Name: s.Name})
			}
		}
	}
	if len(symbols) == 0 {
		k, err := findKallsyms(m.bytes)
		if err != nil {
			return fmt.Errorf("there is no symbol table, and %w; --symbols can say where functions are", err)
		}
		if symbols, err = k.decode(nil, 0); err != nil { // m has its pointers set
			return err
		}
		how = "kallsyms"
	}
	im.fact("symbols", len(symbols), how, true)
	return im.readKernel(m, symbols, newBounds(symbols))
}

// memory is the sections that are loaded, at their addresses.
func (f *elfFile) memory() (*memory, error) {
	m := &memory{}
	lo, hi := ^uint64(0), uint64(0)
	loaded := func(s *elf.Section) bool {
		return s.Flags&elf.SHF_ALLOC != 0 && s.Type != elf.SHT_NOBITS && s.Addr >= kernelHalf && s.FileSize > 0
	}
	for _, s := range f.Sections {
		if !loaded(s) {
			continue
		}
		if s.FileSize > uint64(len(f.data)) || s.Addr+s.FileSize < s.Addr {
			return nil, fmt.Errorf("section %s: address %#x, %#x bytes: beyond the end of the file", s.Name, s.Addr, s.FileSize)
		}
		lo, hi = min(lo, s.Addr), max(hi, s.Addr+s.FileSize)
	}
	if lo >= hi || hi-lo > maxFile {
		return nil, fmt.Errorf("section headers: loaded from %#x to %#x: no kernel", lo, hi)
	}
	m.base, m.bytes = lo, make([]byte, hi-lo)
	var relative []relocation
	for _, s := range f.Sections {
		if !loaded(s) {
			continue
		}
		content, err := f.content(s)
		if err != nil {
			return nil, err
		}
		copy(m.bytes[s.Addr-lo:], content)
		if s.Type == elf.SHT_RELA {
			relative = append(relative, findRelative(content)...)
		}
	}
	m.file = slices.Clone(m.bytes)
	m.relocate(relative, m.base)
	return m, nil
}
