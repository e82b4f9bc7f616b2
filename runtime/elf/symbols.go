package elf

import (
	"cmp"
	"debug/elf"
	"debug/gosym"
	"fmt"
	"slices"
	"sort"
)

// Symbol is a function.
type Symbol struct {
	Name string
	Addr uint64
	Size uint64 // up to the next function if the file does not say
}

// Symbols is the functions of a program, at the addresses they are loaded at.
type Symbols struct {
	Funcs []Symbol // by address; names for one address are all there

	byName map[string]int
}

// maxSymbolBytes bounds the sections that symbols are read from.
const maxSymbolBytes = 256 << 20

// Symbols reads the function symbols: .symtab, else .dynsym, else the table Go
// programs carry for their own stack traces. Without any the result is empty.
func (im *Image) Symbols(bias uint64) *Symbols {
	var fs []Symbol
	if im.file != nil {
		for _, read := range [...]func(*elf.File) ([]Symbol, error){symtab, pclntab, dynsym} {
			if got, err := read(im.file); err == nil && len(got) > 0 {
				fs = got
				break
			}
		}
	}
	for i := range fs {
		fs[i].Addr += bias
	}
	return NewSymbols(fs)
}

// NewSymbols makes a table of functions in any order.
func NewSymbols(fs []Symbol) *Symbols {
	slices.SortStableFunc(fs, func(a, b Symbol) int { return cmp.Compare(a.Addr, b.Addr) })
	s := &Symbols{Funcs: fs, byName: make(map[string]int, len(fs))}
	next := ^uint64(0)
	for i := len(fs) - 1; i >= 0; i-- {
		if i+1 < len(fs) && fs[i+1].Addr > fs[i].Addr {
			next = fs[i+1].Addr
		}
		if fs[i].Size == 0 && next != ^uint64(0) {
			fs[i].Size = next - fs[i].Addr
		}
		s.byName[fs[i].Name] = i // the lowest address of a name wins
	}
	return s
}

// Lookup finds a function by name.
func (s *Symbols) Lookup(name string) (Symbol, bool) {
	i, ok := s.byName[name]
	if !ok {
		return Symbol{}, false
	}
	return s.Funcs[i], true
}

// At is the function that address a lies in.
func (s *Symbols) At(a uint64) (f Symbol, offset uint64, ok bool) {
	i := sort.Search(len(s.Funcs), func(i int) bool { return a < s.Funcs[i].Addr })
	for i--; i >= 0; i-- {
		f = s.Funcs[i]
		if a-f.Addr < f.Size {
			return f, a - f.Addr, true
		}
		if i > 0 && s.Funcs[i-1].Addr != f.Addr { // another name for the same address may say more
			break
		}
	}
	return Symbol{}, 0, false
}

// Describe is address a as function+0xoffset, or empty.
func (s *Symbols) Describe(a uint64) string {
	f, off, ok := s.At(a)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s+%#x", f.Name, off)
}

func symtab(f *elf.File) ([]Symbol, error) {
	return functions(f, ".symtab", f.Symbols)
}

func dynsym(f *elf.File) ([]Symbol, error) {
	return functions(f, ".dynsym", f.DynamicSymbols)
}

func functions(f *elf.File, section string, read func() ([]elf.Symbol, error)) ([]Symbol, error) {
	if s := f.Section(section); s != nil && s.Size > maxSymbolBytes {
		return nil, fmt.Errorf("section %s: %d bytes", section, s.Size)
	}
	all, err := read()
	if err != nil {
		return nil, err
	}
	var fs []Symbol
	for _, s := range all {
		t := elf.ST_TYPE(s.Info)
		if (t == elf.STT_FUNC || t == elf.STT_GNU_IFUNC) && s.Section != elf.SHN_UNDEF && s.Name != "" {
			fs = append(fs, Symbol{s.Name, s.Value, s.Size})
		}
	}
	return fs, nil
}

// pclntab reads the function table of a Go program, which stripping leaves in.
func pclntab(f *elf.File) (fs []Symbol, err error) {
	table, text := f.Section(".gopclntab"), f.Section(".text")
	if table == nil { // position-independent
		table = f.Section(".data.rel.ro.gopclntab")
	}
	if table == nil || text == nil || table.Size > maxSymbolBytes {
		return nil, nil
	}
	data, err := table.Data()
	if err != nil {
		return nil, err
	}
	// debug/gosym trusts the offsets inside the table.
	defer func() {
		if r := recover(); r != nil {
			fs, err = nil, fmt.Errorf("section .gopclntab: damaged: %v", r)
		}
	}()
	tab, err := gosym.NewTable(nil, gosym.NewLineTable(data, text.Addr))
	if err != nil {
		return nil, err
	}
	for _, fn := range tab.Funcs {
		fs = append(fs, Symbol{fn.Name, fn.Entry, fn.End - fn.Entry})
	}
	return fs, nil
}
