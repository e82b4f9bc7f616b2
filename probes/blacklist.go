package probes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"axol/runtime/elf"
)

// Kernel says what a kernel does not let be probed, besides instructions. Empty lists refuse nothing.
type Kernel struct {
	// Text is the core kernel's and the modules' code. Without any, all that is executable is text.
	Text []Range
	// Init is code that is gone once the kernel, or a module, has come up.
	Init []Range
	// Sections are the ranges of the linker script by name: ".kprobes.text", ".entry.text", ".irqentry.text",
	// ".exception.text", ".idmap.text", ".hyp.text", ".hyp.idmap.text", ".noinstr.text", ".rodata".
	Sections map[string]Range
	// HYP: the kernel runs at EL2 itself (VHE).
	HYP bool
	// NoKprobe are the functions that are NOKPROBE_SYMBOL, and all that the list of a running kernel has.
	NoKprobe []string
	// Extable is the exception table.
	Extable []Fixup
	// Sites are single instructions that are the kernel's: where it patches its text, and where it traps.
	Ftrace, JumpLabels, StaticCalls, Bugs []uint64
	// Modules names the ranges of modules' code, for lists.
	Modules map[string]Range
}

// Range is [Start, End).
type Range struct{ Start, End uint64 }

func (r Range) has(a uint64) bool { return a >= r.Start && a < r.End }

// Fixup is an entry of the exception table: where the kernel goes on when the instruction at Insn cannot access
// its memory.
type Fixup struct{ Insn, To uint64 }

func (k *Kernel) fixup(pc uint64) (uint64, bool) {
	for _, f := range k.Extable {
		if f.Insn == pc {
			return f.To, true
		}
	}
	return 0, false
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

// refuses is check_kprobe_address_safe and what the architecture adds: the first thing that speaks against a probe.
func (k *Kernel) refuses(r *Rules, symbols *elf.Symbols, addr uint64) (syscall.Errno, string) {
	f, off, known := symbols.At(addr)
	if r.mech.atFunction && !known {
		return syscall.ENOENT, "the address is in no function"
	}
	in := func(list []Range) bool { return slices.ContainsFunc(list, func(r Range) bool { return r.has(addr) }) }
	switch {
	case slices.Contains(k.Ftrace, addr):
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
	case slices.Contains(k.JumpLabels, addr):
		return syscall.EINVAL, "a jump label"
	case slices.Contains(k.StaticCalls, addr):
		return syscall.EINVAL, "a static call"
	case slices.Contains(k.Bugs, addr):
		return syscall.EINVAL, "the breakpoint of a BUG or WARN"
	case known && off >= 0 && preamble(f.Name):
		return syscall.EINVAL, "the preamble of a function"
	case addr&3 == 0 && k.inExtable(addr):
		return syscall.EINVAL, "the exception table has this instruction"
	}
	return 0, ""
}

func preamble(name string) bool {
	return strings.HasPrefix(name, "__cfi_") || strings.HasPrefix(name, "__pfx_")
}

func (k *Kernel) inExtable(addr uint64) bool {
	_, ok := k.fixup(addr)
	return ok
}

// blacklisted is within_kprobe_blacklist: a section, a function, or what a function's name is derived from.
func (k *Kernel) blacklisted(r *Rules, f elf.Symbol, known bool, addr uint64) (string, bool) {
	for i := range sectionRules {
		s := &sectionRules[i]
		if area, ok := k.Sections[s.name]; ok && s.holds(r.version, k.HYP) && area.has(addr) {
			return s.name, true
		}
	}
	if known {
		base, _, _ := strings.Cut(f.Name, ".") // foo.isra.0 is foo
		for _, name := range []string{f.Name, base} {
			if slices.Contains(k.NoKprobe, name) {
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
	type entry struct {
		Range
		name string
	}
	var all []entry
	for _, f := range m.cfg.Symbols().Funcs {
		if _, listed := k.blacklisted(m.cfg.Rules, f, true, f.Addr); listed {
			all = append(all, entry{Range{f.Addr, f.Addr + max(f.Size, 1)}, f.Name})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(a.Start, b.Start) })
	var out strings.Builder
	for _, e := range all {
		fmt.Fprintf(&out, "0x%016x-0x%016x\t%s\n", e.Start, e.End, e.name)
	}
	return out.String()
}
