package bench

import (
	"cmp"
	"debug/elf"
	"fmt"
	"slices"

	"axol/probes"
	axolelf "axol/runtime/elf"
)

// Places is where a program has functions, or instructions: in the executable sections of its file, as they are loaded, or in
// its executable segments if it has no sections. Of a program without symbols, functions are what is called by BL.
func Places(path string, every Every, bias uint64, symbols *axolelf.Symbols, code probes.Code) (list []probes.Place, err error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer f.Close()
	starts := functionStarts(symbols)
	for _, t := range executable(f) {
		t.lo, t.hi = (t.lo+bias+3)&^3, t.hi+bias
		switch {
		case every == EveryInstruction:
			list = t.instructions(list, symbols)
		case len(starts) == 0:
			list = t.places(list, t.called(code))
		default:
			list = t.places(list, starts)
		}
	}
	slices.SortFunc(list, func(a, b probes.Place) int { return cmp.Compare(a.Addr, b.Addr) })
	return slices.CompactFunc(list, func(a, b probes.Place) bool { return a.Addr == b.Addr }), nil
}

func functionStarts(symbols *axolelf.Symbols) (addrs []uint64) {
	for _, s := range symbols.Funcs {
		addrs = append(addrs, s.Addr)
	}
	return addrs
}

// instructions adds all of a section. What has no symbol lies in one from the section's start, so that rules look for exclusive
// sequences there, too.
func (t section) instructions(list []probes.Place, symbols *axolelf.Symbols) []probes.Place {
	for at := t.lo; at+4 <= t.hi; at += 4 {
		symbol := t.lo
		if s, _, ok := symbols.At(at); ok {
			symbol = s.Addr
		}
		list = append(list, probes.Place{Addr: at, Symbol: symbol, HasSymbol: true, TextBase: t.lo})
	}
	return list
}

// places adds those functions that lie in the section.
func (t section) places(list []probes.Place, functions []uint64) []probes.Place {
	for _, at := range functions {
		if at >= t.lo && at < t.hi {
			list = append(list, probes.Place{Addr: at, Symbol: at, HasSymbol: true, TextBase: t.lo})
		}
	}
	return list
}

// called is where the section's BL instructions lead to.
func (t section) called(code probes.Code) (addrs []uint64) {
	for at := t.lo; at+4 <= t.hi; at += 4 {
		if word, ok := code(at); ok && word>>26 == 0b100101 {
			addrs = append(addrs, at+uint64(int64(int32(word<<6)>>6)*4))
		}
	}
	return addrs
}

// section is a range of executable addresses.
type section struct{ lo, hi uint64 }

func executable(f *elf.File) (text []section) {
	for _, s := range f.Sections {
		if s.Type == elf.SHT_PROGBITS && s.Flags&elf.SHF_EXECINSTR != 0 {
			text = append(text, section{s.Addr, s.Addr + s.Size})
		}
	}
	if len(text) > 0 {
		return text
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Flags&elf.PF_X != 0 {
			text = append(text, section{p.Vaddr, p.Vaddr + p.Filesz})
		}
	}
	return text
}
