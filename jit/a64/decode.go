package a64

import (
	"slices"
	"sync"
)

// Inst is a decoded instruction.
type Inst struct {
	Op   Op
	Word uint32
}

// Decode finds the line of the table that word belongs to.
func Decode(word uint32) Inst {
	list := theIndex().lists[word>>21][word>>10&63]
	for i := range list {
		c := &list[i]
		if word&c.mask == c.value && (c.when == nil || c.when(word)) {
			return Inst{c.op, word}
		}
	}
	return Inst{OpUnallocated, word}
}

// Info returns the line of the operation, nil for OpUnallocated.
func (o Op) Info() *Line { return theIndex().byOp[o] }

// Table returns all lines in the order of their Ops.
func Table() []Line { return theIndex().table }

// index finds the lines that may match a word: bits 31:21 choose 64 lists, and
// bits 15:10 one of them. Nearly all lists hold one to three lines.
type index struct {
	lists [1 << 11]*[64][]candidate
	byOp  [NumOps]*Line
	table []Line
}

// candidate is what Decode needs of a line, in one cache line with its neighbours.
type candidate struct {
	mask, value uint32
	when        constraint
	op          Op
}

var theIndex = sync.OnceValue(buildIndex)

func buildIndex() *index {
	ix := new(index)
	for _, s := range sections {
		for _, l := range s.lines {
			l.Group = s.group
			l.parsePattern()
			ix.table = append(ix.table, l)
		}
	}
	slices.SortFunc(ix.table, func(a, b Line) int { return int(a.Op) - int(b.Op) })
	var all []candidate
	for i := range ix.table {
		l := &ix.table[i]
		ix.byOp[l.Op] = l
		if !l.Fallback {
			all = append(all, candidate{l.Mask, l.Value, l.when, l.Op})
		}
	}
	for i := range ix.table {
		if l := &ix.table[i]; l.Fallback {
			all = append(all, candidate{l.Mask, l.Value, l.when, l.Op})
		}
	}
	for top := range uint32(len(ix.lists)) {
		ix.lists[top] = splitLists(narrow(all, 0x7ff<<21, top<<21))
	}
	return ix
}

// splitLists divides candidates by bits 15:10. Equal lists are one in memory.
func splitLists(all []candidate) *[64][]candidate {
	lists := new([64][]candidate)
	for mid := range uint32(len(lists)) {
		list := narrow(all, 63<<10, mid<<10)
		if i := slices.IndexFunc(lists[:mid], func(l []candidate) bool { return sameOps(l, list) }); i >= 0 {
			list = lists[i]
		}
		lists[mid] = list
	}
	return lists
}

// narrow returns the candidates that a word with the given bits can match.
func narrow(all []candidate, mask, value uint32) []candidate {
	var some []candidate
	for _, c := range all {
		if (c.value^value)&c.mask&mask == 0 {
			some = append(some, c)
		}
	}
	return some
}

func sameOps(a, b []candidate) bool {
	return slices.EqualFunc(a, b, func(x, y candidate) bool { return x.op == y.op })
}
