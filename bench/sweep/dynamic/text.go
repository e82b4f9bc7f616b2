package dynamic

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"axol/runtime/elf"
	"axol/runtime/image"
	"axol/runtime/mem"
)

// Where code is. Every instruction is executed at its own address, and in places that stand for others:
//
//	its own address    what the image says, in the kernel's half for a kernel
//	alias              the low bits of it, where guest memory has the text: for literal loads, which are to find something.
//	                   A text that is larger than aliases can tell has none
//	slot               the address plus slotDistance: for what is to be executed in a slot though no probe may be
//
// All are what the engine fetches from; only the alias is guest memory.
const (
	aliasBits    = 36
	slotDistance = 1 << 44
)

// text is the code of an image in the places that it is executed in.
type text struct {
	texts   []image.Text
	last    *image.Text // that had the latest address
	window  uint64      // the high bits of all addresses, which aliases do not have
	mapped  bool        // guest memory has the text: all addresses are in one window
	aliased bool        // and the alias is not the address itself
}

func newText(im *image.Image) *text {
	first, last := &im.Texts[0], &im.Texts[len(im.Texts)-1]
	t := &text{texts: im.Texts, window: first.Addr >> aliasBits}
	t.mapped = (last.End()-1)>>aliasBits == t.window
	t.aliased = t.mapped && t.window != 0
	return t
}

// aliasOf is where guest memory has what the image has at addr.
func aliasOf(addr uint64) uint64 { return addr & (1<<aliasBits - 1) }

// own is the word at an address of the image.
func (t *text) own(addr uint64) (uint32, bool) {
	if x := t.last; x != nil && addr-x.Addr < 4*uint64(len(x.Words)) {
		return x.Words[(addr-x.Addr)/4], true
	}
	i, found := slices.BinarySearchFunc(t.texts, addr, func(x image.Text, a uint64) int {
		if x.Addr <= a && a < x.End() {
			return 0
		}
		return cmp.Compare(x.Addr, a)
	})
	if !found || addr&3 != 0 {
		return 0, false
	}
	t.last = &t.texts[i]
	return t.own(addr)
}

// word is what is at an address or at an alias.
func (t *text) word(pc uint64) (uint32, bool) {
	if w, ok := t.own(pc); ok || !t.aliased {
		return w, ok
	}
	if pc>>aliasBits != 0 {
		return 0, false
	}
	return t.own(pc | t.window<<aliasBits)
}

// Fetch is what a guest without probes executes: the text in all places.
func (t *text) Fetch(pc uint64) (uint32, bool) {
	if w, ok := t.word(pc); ok {
		return w, true
	}
	return t.word(pc - slotDistance)
}

// mapAlias puts the text into guest memory, as far as it can be there: literal loads fault elsewhere, with and without a probe.
func (t *text) mapAlias(m *mem.Memory) error {
	mapped := uint64(mem.LowestAddress) // up to here; texts may share a page
	for i := range t.texts {
		x := &t.texts[i]
		first, end := aliasOf(x.Addr), aliasOf(x.Addr)+4*uint64(len(x.Words))
		lo, hi := max(first&^(mem.PageSize-1), mapped), (end+mem.PageSize-1)&^(mem.PageSize-1)
		if !t.mapped || first < mem.LowestAddress || hi > arenaAt-arenaLen {
			continue
		}
		if hi > lo {
			_, e := m.Map(mem.Request{Addr: lo, Length: hi - lo, Place: mem.Fixed,
				Mapping: mem.Mapping{Prot: mem.Read | mem.Exec, Flags: mem.Anonymous, Name: x.Name}})
			if e != 0 {
				return fmt.Errorf("guest memory for the text at %#x: %w", x.Addr, e)
			}
			mapped = hi
		}
		code := make([]byte, 0, 4*len(x.Words))
		for _, w := range x.Words {
			code = binary.LittleEndian.AppendUint32(code, w)
		}
		if e := m.Poke(first, code); e != 0 {
			return fmt.Errorf("guest memory for the text at %#x: %w", x.Addr, e)
		}
	}
	return nil
}

// symbols are the image's functions where they are executed: the exclusive scan wants to know where they begin.
func (t *text) symbols(s *elf.Symbols) *elf.Symbols {
	if !t.aliased {
		return s
	}
	all := slices.Clone(s.Funcs)
	for _, f := range s.Funcs {
		if _, ok := t.own(f.Addr); ok {
			f.Addr = aliasOf(f.Addr)
			all = append(all, f)
		}
	}
	return elf.NewSymbols(all)
}
