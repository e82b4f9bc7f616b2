package image

import (
	"cmp"
	"fmt"
	"slices"
)

// bounded is a section that the linker script bounds by symbols.
type bounded struct {
	name, start, end string
	core             bool
}

// executable are the parts of a kernel with instructions.
var executable = []bounded{
	{".text", "_stext", "_etext", true},
	{".init.text", "_sinittext", "_einittext", false},
	{".idmap.text", "__idmap_text_start", "__idmap_text_end", false}, // within .text before v6.3, then not mapped as code
}

// within are the sections that .text is made of besides .text itself.
var within = []bounded{
	{name: ".irqentry.text", start: "__irqentry_text_start", end: "__irqentry_text_end"},
	{name: ".softirqentry.text", start: "__softirqentry_text_start", end: "__softirqentry_text_end"},
	{name: ".entry.text", start: "__entry_text_start", end: "__entry_text_end"},
	{name: ".exception.text", start: "__exception_text_start", end: "__exception_text_end"},
	{name: ".noinstr.text", start: "__noinstr_text_start", end: "__noinstr_text_end"},
	{name: ".sched.text", start: "__sched_text_start", end: "__sched_text_end"},
	{name: ".cpuidle.text", start: "__cpuidle_text_start", end: "__cpuidle_text_end"},
	{name: ".lock.text", start: "__lock_text_start", end: "__lock_text_end"},
	{name: ".kprobes.text", start: "__kprobes_text_start", end: "__kprobes_text_end"},
	{name: ".hyp.idmap.text", start: "__hyp_idmap_text_start", end: "__hyp_idmap_text_end"},
	{name: ".hyp.text", start: "__hyp_text_start", end: "__hyp_text_end"},
	{name: ".idmap.text", start: "__idmap_text_start", end: "__idmap_text_end"},
}

// readKernel finds a kernel's code, symbols and tables in its memory.
func (im *Image) readKernel(m *memory, symbols []Symbol, names bounds) error {
	for _, e := range executable {
		lo, hi, ok := names.between(e.start, e.end)
		switch {
		case !ok && e.core:
			return fmt.Errorf("symbols: %s and %s do not bound the kernel's text", e.start, e.end)
		case !ok || im.SectionAt(lo) >= 0:
			continue
		case lo%4 != 0 || !m.has(lo, hi-lo):
			return fmt.Errorf("section %s: %#x to %#x, %s to %s: beyond the kernel's %#x to %#x", e.name, lo, hi, e.start, e.end, m.base, m.end())
		}
		hi -= (hi - lo) % 4
		im.Texts = append(im.Texts, Text{e.name, lo, m.words(lo, hi)})
		im.Sections = append(im.Sections, split(names, Section{e.name, lo, hi, e.core})...)
	}
	if err := im.sortTexts(); err != nil {
		return err
	}
	im.Symbols = kernelSymbols(symbols, im.Texts[len(im.Texts)-1].End())
	im.findTables(m, names)
	return nil
}

// split cuts a section where symbols bound others in it.
func split(names bounds, whole Section) []Section {
	var inner []Section
	for _, w := range within {
		lo, hi, ok := names.between(w.start, w.end)
		if ok && lo%4 == 0 && hi%4 == 0 && lo >= whole.Start && hi <= whole.End {
			inner = append(inner, Section{w.name, lo, hi, whole.Core})
		}
	}
	slices.SortStableFunc(inner, func(a, b Section) int { return cmp.Compare(a.Start, b.Start) })
	var list []Section
	at := whole.Start
	add := func(name string, end uint64) {
		if at < end {
			list = append(list, Section{name, at, end, whole.Core})
			at = end
		}
	}
	for _, s := range inner {
		add(whole.Name, s.Start)
		add(s.Name, s.End)
	}
	add(whole.Name, whole.End)
	return list
}
