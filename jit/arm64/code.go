package arm64

import (
	"cmp"
	"slices"
)

// Code is a translated unit, made for one offset in the code cache. Its words are position-independent but for
// the branches to the stubs.
type Code struct {
	Words  []uint32
	Insns  []Insn // by place
	Exits  []Place
	Links  []Link
	Ranges []Range

	CodeEnd uint16 // the word behind the last instruction
	Counted bool
	index   []uint16 // Insns by guest address, in a clone
	Mirror  uint64   // the bits that differ between a guest address and where an indirect branch to it leads
}

// Range is a range of guest addresses, end exclusive.
type Range struct{ Start, End uint64 }

// Insn is a guest instruction: a run of words of the unit, cut by what they do.
//
//	[Start, Probe)  in front of a block: pays for its instructions
//	[Probe, Body)   probes in front of the instruction
//	[Body, Core)    guest registers are borrowed
//	Core            the instruction itself, one word; of a branch, the first of its words
//	(Core, After)   what was borrowed is given back
//	[After, next)   probes behind the instruction
type Insn struct {
	PC                              uint64
	Start, Probe, Body, Core, After uint16
	Left                            uint16 // instructions of its block from this one on, where they are counted
	Branch                          bool   // nothing is done before its last word, but X30 written
	Exclusive                       bool   // in an exclusive sequence that is copied
	Alone                           bool   // left to the interpreter
}

// Place is a way out of a unit: [Start, End) are its words, in front of which the guest is at PC.
type Place struct {
	Kind       Exit
	PC         uint64
	Start, End uint16
}

// Link is a direct way out: a branch that can be patched to lead to the unit for Target. It leads to Tail otherwise.
type Link struct {
	Target   uint64
	At, Tail uint16 // words
	N        uint16 // the word of the Record that the engine writes the link's number to
}

// find is the instruction that word at is in, or -1 in front of the first.
func (c *Code) find(at uint16) int {
	lo, hi := 0, len(c.Insns)
	for lo < hi {
		m := (lo + hi) / 2
		if c.Insns[m].Start <= at {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo - 1
}

// Clone is a copy that lasts.
func (c *Code) Clone() Code {
	d := *c
	d.Words, d.Insns, d.Exits = slices.Clone(c.Words), slices.Clone(c.Insns), slices.Clone(c.Exits)
	d.Links, d.Ranges = nil, nil
	d.index = make([]uint16, len(d.Insns))
	for i := range d.index {
		d.index[i] = uint16(i)
	}
	slices.SortFunc(d.index, func(a, b uint16) int { return cmp.Compare(d.Insns[a].PC, d.Insns[b].PC) })
	return d
}

// Entry is the word at which the unit can be entered for pc, or -1: where instructions are counted, that is the beginning
// of a block.
func (c *Code) Entry(pc uint64) int {
	i, found := slices.BinarySearchFunc(c.index, pc, func(i uint16, pc uint64) int { return cmp.Compare(c.Insns[i].PC, pc) })
	if !found {
		return -1
	}
	x := &c.Insns[c.index[i]]
	if c.Counted && x.Start == x.Probe {
		return -1
	}
	return int(x.Start)
}
