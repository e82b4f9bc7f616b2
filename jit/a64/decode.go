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
	once.Do(buildIndex)
	at := ix.rows[ix.top[word>>21]][word>>10&63]
	for c := &ix.lists[at]; ; c = &ix.lists[at] {
		if word&c.mask == c.value && (c.when == nil || c.when(word)) {
			return Inst{c.op, word}
		}
		at++
	}
}

// Info returns the line of the operation, nil for OpUnallocated.
func (o Op) Info() *Line {
	once.Do(buildIndex)
	return ix.byOp[o]
}

// Table returns all lines in the order of their Ops.
func Table() []Line {
	once.Do(buildIndex)
	return ix.table
}

// index finds the lines that may match a word: bits 31:21 choose a row, and bits
// 15:10 a list in it. Most lists hold one to three lines. Equal rows and equal
// lists are one, so that all of it stays in the second-level cache.
type index struct {
	top   [1 << 11]uint16 // row numbers
	rows  [][64]uint16    // where the list begins
	lists []candidate     // each list ends with a candidate that takes every word, as unallocated
	byOp  [NumOps]*Line
	table []Line
}

// candidate is what Decode needs of a line.
type candidate struct {
	mask, value uint32
	when        constraint
	op          Op
}

var (
	once sync.Once
	ix   index
)

func buildIndex() {
	var exact, fallback []candidate
	for _, s := range sections {
		for _, l := range s.lines {
			l.Group = s.group
			l.parsePattern()
			ix.table = append(ix.table, l)
			c := candidate{l.Mask, l.Value, l.when, l.Op}
			if l.Fallback {
				fallback = append(fallback, c)
			} else {
				exact = append(exact, c)
			}
		}
	}
	slices.SortFunc(ix.table, func(a, b Line) int { return int(a.Op) - int(b.Op) })
	for i := range ix.table {
		ix.byOp[ix.table[i].Op] = &ix.table[i]
	}
	buildRows(append(exact, fallback...))
}

func buildRows(all []candidate) {
	starts := map[string]uint16{}
	var last []candidate
	for op := range uint32(64) {
		class := narrow(all, 63<<26, op<<26)
		for mid := range uint32(32) {
			some := narrow(class, 31<<21, mid<<21)
			if len(ix.rows) == 0 || !slices.EqualFunc(some, last, func(a, b candidate) bool { return a.op == b.op }) {
				ix.rows = append(ix.rows, row(some, starts))
				last = some
			}
			ix.top[op<<5|mid] = uint16(len(ix.rows) - 1)
		}
	}
}

// row divides candidates by bits 15:10. starts knows the lists there are already.
func row(all []candidate, starts map[string]uint16) (r [64]uint16) {
	var care uint32
	for _, c := range all {
		care |= c.mask >> 10 & 63
	}
	for mid := range uint32(len(r)) {
		if like := mid & care; like < mid {
			r[mid] = r[like]
			continue
		}
		list := narrow(all, 63<<10, mid<<10)
		key := make([]byte, 0, 16)
		for _, c := range list {
			key = append(key, byte(c.op), byte(c.op>>8))
		}
		start, known := starts[string(key)]
		if !known {
			start = uint16(len(ix.lists))
			starts[string(key)] = start
			ix.lists = append(append(ix.lists, list...), candidate{op: OpUnallocated})
		}
		r[mid] = start
	}
	return r
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
