package bench

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"axol/probes"
	axolelf "axol/runtime/elf"
)

const (
	textChunk = 1 << 16 // words of a section in memory at a time
	lookBack  = 64      // words in front of them that the rules may want to see
)

// ClassifyFile asks the rules about every word of the executable sections of an arm64 ELF
// file, a program, a kernel or a module, in the order of the file. It stops at the
// first error of emit.
func ClassifyFile(path string, r *probes.Rules, emit func(addr uint64, word uint32, v probes.Verdict) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	f, err := elf.NewFile(file)
	if err != nil {
		return fmt.Errorf("%s: not an ELF file, or a damaged one: %w", path, err)
	}
	if f.Machine != elf.EM_AARCH64 || f.Class != elf.ELFCLASS64 || f.Data != elf.ELFDATA2LSB {
		return fmt.Errorf("%s: ELF header: machine %s, %s, %s: not arm64", path, f.Machine, f.Class, f.Data)
	}
	syms, err := f.Symbols()
	if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
		return fmt.Errorf("%s: symbol table: %w", path, err)
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	found, left := false, uint64(info.Size())
	for i, s := range f.Sections {
		if s.Type != elf.SHT_PROGBITS || s.Flags&elf.SHF_EXECINSTR == 0 {
			continue
		}
		found = true
		// Sections share no bytes; if they could, a small file would take for ever.
		if s.FileSize > left {
			return fmt.Errorf("%s: section %s: offset %#x, %#x bytes: the sections take more than the file has", path, s.Name, s.Offset, s.FileSize)
		}
		left -= s.FileSize
		t := textReader{section: s, rules: r, symbols: functions(path, syms, elf.SectionIndex(i))}
		if err := t.classify(emit); err != nil {
			return fmt.Errorf("%s: section %s: %w", path, s.Name, err)
		}
	}
	if !found {
		return fmt.Errorf("%s: section headers: there is no executable section", path)
	}
	return nil
}

// functions is the symbols of one section that a kernel would know: not the $x and $d that
// tell code from data. A stripped program may carry other tables.
func functions(path string, syms []elf.Symbol, section elf.SectionIndex) *axolelf.Symbols {
	var list []axolelf.Symbol
	for _, s := range syms {
		if t := elf.ST_TYPE(s.Info); s.Section == section && (t == elf.STT_FUNC || t == elf.STT_NOTYPE) && !strings.HasPrefix(s.Name, "$") {
			list = append(list, axolelf.Symbol{Name: s.Name, Addr: s.Value, Size: s.Size})
		}
	}
	if len(syms) == 0 {
		if im, err := axolelf.Open(path, 1<<48); err == nil {
			defer im.Close()
			return im.Symbols(0)
		}
	}
	return axolelf.NewSymbols(list)
}

// textReader reads a section a chunk at a time.
type textReader struct {
	section *elf.Section
	rules   *probes.Rules
	symbols *axolelf.Symbols
	text    probes.Text // the chunk, with what stands in front of it
}

func (t *textReader) classify(emit func(addr uint64, word uint32, v probes.Verdict) error) error {
	raw := make([]byte, 4*textChunk)
	r := io.NewSectionReader(t.section, 0, int64(min(t.section.FileSize, 1<<62)))
	t.text.Base = t.section.Addr
	for at := t.section.Addr; ; {
		n, err := io.ReadFull(r, raw)
		if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
			return err
		}
		if n > 0 {
			t.load(raw[:n&^3])
			for end := at + uint64(n&^3); at < end; at += 4 {
				word, _ := t.text.Word(at)
				v, _ := probes.ClassifyAt(t.rules, t.text.Word, t.place(at))
				if err := emit(at, word, v); err != nil {
					return err
				}
			}
		}
		if err != nil {
			break
		}
	}
	if n := t.section.FileSize; t.text.Base+4*uint64(len(t.text.Words)) < t.section.Addr+n&^3 {
		return fmt.Errorf("offset %#x: the file ends before the section does", t.section.Offset)
	}
	return nil
}

// load puts a chunk behind the end of the last one.
func (t *textReader) load(raw []byte) {
	if drop := len(t.text.Words) - lookBack; drop > 0 {
		t.text.Base += 4 * uint64(drop)
		t.text.Words = append(t.text.Words[:0], t.text.Words[drop:]...)
	}
	for ; len(raw) > 0; raw = raw[4:] {
		t.text.Words = append(t.text.Words, binary.LittleEndian.Uint32(raw))
	}
}

func (t *textReader) place(addr uint64) probes.Place {
	p := probes.Place{Addr: addr, TextBase: t.section.Addr}
	if f, _, ok := t.symbols.At(addr); ok {
		p.Symbol, p.HasSymbol = f.Addr, true
	}
	return p
}
