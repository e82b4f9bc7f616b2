package probes

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"

	"axol/runtime/elf"
)

// Kernel says what a kernel does not let be probed, besides instructions. Empty lists refuse nothing. It is not
// changed once a probe has been registered.
type Kernel struct {
	// Text is the core kernel's and the modules' code. Without any, all that is executable is text.
	Text []Range
	// Init and ModuleInit are code that is gone once the kernel, or a module, has come up.
	Init, ModuleInit []Range
	// Sections are the ranges of the linker script by name: ".kprobes.text", ".entry.text", ".irqentry.text",
	// ".exception.text", ".idmap.text", ".hyp.text", ".hyp.idmap.text", ".noinstr.text", ".rodata".
	Sections map[string]Range
	// HYP: the kernel runs at EL2 itself (VHE).
	HYP bool
	// NoKprobe are the functions that are NOKPROBE_SYMBOL.
	NoKprobe []string
	// Blacklist is that of a running kernel (ParseBlacklist).
	Blacklist []Area
	// Extable is the exception table.
	Extable []Fixup
	// These are single instructions that are the kernel's: where it patches its text, and where it traps.
	Ftrace, JumpLabels, StaticCalls, Bugs []uint64
	// Modules is the code of modules by name, for lists.
	Modules map[string]Range

	once    sync.Once
	sites   map[uint64]siteUse
	fixups  map[uint64]uint64
	names   map[string]bool
	areas   []Area // Blacklist, by address
	longest uint64 // of areas
}

// Range is [Start, End).
type Range struct{ Start, End uint64 }

func (r Range) has(a uint64) bool { return a >= r.Start && a < r.End }

// Area is a range with a name.
type Area struct {
	Range
	Name string
}

// Fixup is an entry of the exception table: where the kernel goes on when the instruction at Insn cannot access
// its memory.
type Fixup struct{ Insn, To uint64 }

// siteUse is what the kernel does with an instruction of its own.
type siteUse uint8

const (
	useFtrace siteUse = 1 << iota
	useJumpLabel
	useStaticCall
	useBug
)

// ParseBlacklist reads the text of debugfs's kprobes/blacklist.
func ParseBlacklist(r io.Reader) (list []Area, err error) {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		var a Area
		if _, err := fmt.Sscanf(lines.Text(), "0x%x-0x%x\t%s", &a.Start, &a.End, &a.Name); err != nil || a.End < a.Start {
			return nil, fmt.Errorf("blacklist, line %d: %q is not 0xSTART-0xEND NAME", n, lines.Text())
		}
		list = append(list, a)
	}
	return list, lines.Err()
}

// index makes the lists ready for questions.
func (k *Kernel) index() {
	k.sites, k.fixups, k.names = map[uint64]siteUse{}, map[uint64]uint64{}, map[string]bool{}
	for use, list := range map[siteUse][]uint64{useFtrace: k.Ftrace, useJumpLabel: k.JumpLabels, useStaticCall: k.StaticCalls, useBug: k.Bugs} {
		for _, a := range list {
			k.sites[a] |= use
		}
	}
	for _, f := range k.Extable {
		k.fixups[f.Insn] = f.To
	}
	for _, n := range k.NoKprobe {
		k.names[n] = true
	}
	k.areas = slices.Clone(k.Blacklist)
	slices.SortFunc(k.areas, func(a, b Area) int { return cmp.Compare(a.Start, b.Start) })
	for _, a := range k.areas {
		k.longest = max(k.longest, a.End-a.Start)
	}
}

func (k *Kernel) fixup(pc uint64) (to uint64, ok bool) {
	k.once.Do(k.index)
	to, ok = k.fixups[pc]
	return to, ok
}

// area is the entry of the blacklist that has an address.
func (k *Kernel) area(addr uint64) (Area, bool) {
	i, found := slices.BinarySearchFunc(k.areas, addr, func(a Area, t uint64) int { return cmp.Compare(a.Start, t) })
	if found {
		i++
	}
	for i--; i >= 0 && addr-k.areas[i].Start <= k.longest; i-- {
		if k.areas[i].has(addr) {
			return k.areas[i], true
		}
	}
	return Area{}, false
}

// sectionRule is when a section is refused (arch_populate_kprobe_blacklist, and what was before it).
type sectionRule struct {
	name         string
	since, until version // until the zero version: still
	notHYP       bool    // not if the kernel runs at EL2
}

var sectionRules = []sectionRule{
	{name: ".kprobes.text"},
	{name: ".entry.text"},
	{name: ".irqentry.text"},
	{name: ".exception.text", until: version{5, 12}},
	{name: ".idmap.text", until: version{6, 3}},
	{name: ".hyp.text", until: version{5, 0}, notHYP: true},
	{name: ".hyp.text", since: version{5, 0}},
	{name: ".hyp.idmap.text", notHYP: true},
	{name: ".noinstr.text", since: version{5, 8}},
	{name: ".rodata", until: version{5, 0}},
}

func (s *sectionRule) holds(v version, hyp bool) bool {
	return !v.before(s.since) && (s.until == version{} || v.before(s.until)) && !(s.notHYP && hyp)
}

// RefusesSection says whether no kprobe may stand in a section of the kernel's linker script; hyp says that the kernel
// runs at EL2 itself (VHE).
func (r *Rules) RefusesSection(name string, hyp bool) bool {
	return slices.ContainsFunc(sectionRules, func(s sectionRule) bool { return s.name == name && s.holds(r.version, hyp) })
}

// refuses is check_kprobe_address_safe and what the architecture adds: the first thing that speaks against a probe.
func (k *Kernel) refuses(r *Rules, symbols *elf.Symbols, addr uint64) (syscall.Errno, string) {
	k.once.Do(k.index)
	f, _, known := symbols.At(addr)
	if r.mech.atFunction && !known {
		return syscall.ENOENT, "the address is in no function"
	}
	in := func(list []Range) bool { return slices.ContainsFunc(list, func(r Range) bool { return r.has(addr) }) }
	use := k.sites[addr]
	switch {
	case use&useFtrace != 0:
		return syscall.EINVAL, "ftrace patches this instruction"
	case in(k.Init):
		return syscall.EINVAL, "code for the start only, which is gone"
	case len(k.Text) > 0 && !in(k.Text):
		return syscall.EINVAL, "not the text of the kernel or of a module"
	}
	if name, listed := k.blacklisted(r, f, known, addr); listed {
		return syscall.EINVAL, name + " is on the blacklist"
	}
	switch {
	case use&useJumpLabel != 0:
		return syscall.EINVAL, "a jump label"
	case use&useStaticCall != 0:
		return syscall.EINVAL, "a static call"
	case use&useBug != 0:
		return syscall.EINVAL, "the breakpoint of a BUG or WARN"
	case known && Preamble(f.Name):
		return syscall.EINVAL, "the preamble of a function"
	case in(k.ModuleInit):
		return syscall.ENOENT, "code for the start of a module, which is gone"
	}
	if _, ok := k.fixups[addr]; ok {
		return syscall.EINVAL, "the exception table has this instruction"
	}
	return 0, ""
}

// Preamble says whether a symbol is what compilers put in front of a function, which is no place for a kprobe.
func Preamble(name string) bool {
	return strings.HasPrefix(name, "__cfi_") || strings.HasPrefix(name, "__pfx_")
}

// blacklisted is within_kprobe_blacklist: a section, a function, or what a function's name is derived from.
func (k *Kernel) blacklisted(r *Rules, f elf.Symbol, known bool, addr uint64) (string, bool) {
	for i := range sectionRules {
		s := &sectionRules[i]
		if area, ok := k.Sections[s.name]; ok && s.holds(r.version, k.HYP) && area.has(addr) {
			return s.name, true
		}
	}
	if a, ok := k.area(addr); ok {
		return a.Name, true
	}
	if known {
		base, _, _ := strings.Cut(f.Name, ".") // foo.isra.0 is foo
		for _, name := range []string{f.Name, base} {
			if k.names[name] {
				return name, true
			}
		}
	}
	return "", false
}

// Blacklist is the text of debugfs's kprobes/blacklist: a line for each function, in no order that matters; here by
// address.
func (m *Manager) Blacklist() string {
	k := m.cfg.Kernel
	if k == nil {
		return ""
	}
	k.once.Do(k.index)
	all := slices.Clone(k.areas)
	for _, f := range m.cfg.Symbols().Funcs {
		if _, listed := k.blacklisted(m.cfg.Rules, f, true, f.Addr); listed {
			if _, has := k.area(f.Addr); !has {
				all = append(all, Area{Range{f.Addr, f.Addr + max(f.Size, 1)}, f.Name})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Area) int { return cmp.Compare(a.Start, b.Start) })
	var out strings.Builder
	for _, e := range all {
		fmt.Fprintf(&out, "0x%016x-0x%016x\t%s\n", e.Start, e.End, e.Name)
	}
	return out.String()
}
