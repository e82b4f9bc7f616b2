package image

import (
	"cmp"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// moduleBase is where modules are put: a module has no addresses of its own.
const moduleBase = 0xffff_8000_0000_0000

// relocations of modules that say where a field points to.
const (
	typeAbs64  = 257
	typePrel64 = 260
	typePrel32 = 261
)

// module is a relocatable file whose executable sections have got addresses.
type module struct {
	*elfFile
	placed map[elf.SectionIndex]uint64
}

func (im *Image) readModule(f *elfFile) error {
	mod := &module{f, map[elf.SectionIndex]uint64{}}
	im.Version = mod.version()
	left, next := len(f.data), uint64(moduleBase)
	for i, s := range f.Sections {
		if s.Type != elf.SHT_PROGBITS || s.Flags&elf.SHF_EXECINSTR == 0 {
			continue
		}
		code, err := f.content(s)
		if err != nil {
			return err
		}
		const mostAlign = 1 << 16
		next = (next + max(4, min(s.Addralign, mostAlign)) - 1) &^ (max(4, min(s.Addralign, mostAlign)) - 1) &^ 3
		mod.placed[elf.SectionIndex(i)] = next
		if err := im.addText(s.Name, next, code, !strings.HasPrefix(s.Name, ".init"), &left); err != nil {
			return err
		}
		next += uint64(len(code))
	}
	if len(im.Texts) == 0 {
		return errors.New("section headers: there is no executable section")
	}
	var symbols []Symbol
	for _, s := range f.symbols {
		base, ok := mod.placed[s.Section]
		if t := elf.ST_TYPE(s.Info); ok && t != elf.STT_SECTION && t != elf.STT_FILE {
			symbols = append(symbols, Symbol{Addr: base + s.Value, Name: s.Name})
		}
	}
	im.Symbols = kernelSymbols(symbols, next)
	im.fact("symbols", len(symbols), ".symtab", len(symbols) > 0)
	if err := im.sortTexts(); err != nil {
		return err
	}
	return im.moduleTables(mod)
}

// version is the banner of the kernel that a module is for, as far as a module tells it: its version and who compiled it.
func (mod *module) version() string {
	text := func(name string) string {
		s := mod.Section(name)
		if s == nil {
			return ""
		}
		b, _ := mod.content(s) // a damaged section tells nothing
		return string(b)
	}
	for field := range strings.SplitSeq(text(".modinfo"), "\x00") {
		if version, ok := strings.CutPrefix(field, "vermagic="); ok {
			return fmt.Sprintf("Linux version %s (%s)", version, strings.Trim(text(".comment"), "\x00"))
		}
	}
	return ""
}

// moduleTables reads what the relocations of a module's tables point to.
func (im *Image) moduleTables(mod *module) error {
	t := &im.Tables
	fixups, err := mod.exceptions()
	if err != nil {
		return err
	}
	t.Exceptions = fixups
	im.fact(exceptionTable.name, len(fixups), "section __ex_table", len(fixups) > 0)
	f := &finder{m: &memory{}, im: im}
	for _, x := range []struct {
		name     string
		list     *[]uint64
		sections []string
		size     uint64 // of an entry, 0: of 8 to 16, all that points to code is one
	}{
		{jumpTable.name, &t.JumpLabels, []string{"__jump_table"}, 16},
		{bugTable.name, &t.Bugs, []string{"__bug_table"}, 0},
		{mcountTable.name, &t.Ftrace, []string{"__patchable_function_entries", "__mcount_loc"}, 8},
		{noProbeTable.name, &t.NoProbe, []string{"_kprobe_blacklist"}, 8},
	} {
		for _, name := range x.sections {
			targets, err := mod.targets(name)
			if err != nil {
				return err
			}
			for _, r := range targets {
				if x.size != 0 && r.at%x.size != 0 || !f.isCode(r.to) {
					continue
				}
				*x.list = append(*x.list, r.to)
			}
		}
		slices.Sort(*x.list)
		im.fact(x.name, len(*x.list), "section "+strings.Join(x.sections, " or "), len(*x.list) > 0)
	}
	for i, a := range t.Ftrace {
		t.Ftrace[i] = im.moduleFtrace(a)
	}
	return nil
}

// moduleFtrace is ftraceSite in a module.
func (im *Image) moduleFtrace(at uint64) uint64 {
	word := func(a uint64) uint32 { w, _ := im.Word(a); return w }
	if f, off, ok := im.Symbols.At(at + 8); ok && off == 0 && f.Addr == at+8 && word(at) == wordNop && word(at+4) == wordNop {
		at += 8
	}
	if word(at) == wordBTI {
		at += 4
	}
	if word(at) == wordNop && word(at+4) == wordNop {
		return at + 4
	}
	return at // a call of _mcount
}

// exceptions is the exception table: entries of 8 bytes, or since v5.16 of 12.
func (mod *module) exceptions() ([]Fixup, error) {
	targets, err := mod.targets("__ex_table")
	if err != nil {
		return nil, err
	}
	var list []Fixup
	for i := 0; i+1 < len(targets); i += 2 {
		if insn, to := targets[i], targets[i+1]; to.at == insn.at+4 {
			list = append(list, Fixup{insn.to, to.to})
		}
	}
	slices.SortFunc(list, func(a, b Fixup) int { return cmp.Compare(a.Insn, b.Insn) })
	return list, nil
}

// pointer is a field of a table: its offset, and the address it points to.
type pointer struct{ at, to uint64 }

// targets is the fields of the tables of a name that point into executable sections, in order.
func (mod *module) targets(name string) ([]pointer, error) {
	var list []pointer
	for _, s := range mod.Sections {
		if s.Type != elf.SHT_RELA || int(s.Info) >= len(mod.Sections) || mod.Sections[s.Info].Name != name {
			continue
		}
		rela, err := mod.content(s)
		if err != nil {
			return nil, err
		}
		for ; len(rela) >= relaSize; rela = rela[relaSize:] {
			le := binary.LittleEndian
			at, info, addend := le.Uint64(rela), le.Uint64(rela[8:]), le.Uint64(rela[16:])
			if kind := uint32(info); kind != typeAbs64 && kind != typePrel32 && kind != typePrel64 {
				continue
			}
			number := info >> 32
			if number == 0 || number > uint64(len(mod.symbols)) {
				return nil, fmt.Errorf("section %s: relocation at %#x is to symbol %d, there are %d", s.Name, at, number, len(mod.symbols))
			}
			symbol := mod.symbols[number-1]
			if base, ok := mod.placed[symbol.Section]; ok {
				list = append(list, pointer{at, base + symbol.Value + addend})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b pointer) int { return cmp.Compare(a.at, b.at) })
	return list, nil
}
