package image

import (
	"cmp"
	"fmt"
	"slices"
)

// table is how to find one of a kernel's tables: by the symbols that bound it, else by its structure: it is the
// longest run of entries that can be its, which begin with a distance or pointer to an instruction. Some
// instructions are in sections that no symbols bound (.exit.text), so that a few entries in a run may be others.
type table struct {
	name        string
	start, stop string // the symbols
	sizes       []int  // an entry's, by version of the kernel: the newest first
	least       int    // a shorter run is chance
	// entry says whether there can be an entry of so many bytes at an offset, and whose instruction it is.
	entry func(f *finder, at, size int) (insn uint64, ok bool)
	// ascending: build tools sort it.
	ascending bool
	// first: it is the first run and not the longest.
	first bool
}

// A run goes on behind maxGap entries that cannot be its if minResume follow that can.
const (
	maxGap    = 2
	minResume = 4
)

// Words that the tables' instructions are.
const (
	wordNop = 0xd503201f
	wordBug = 0xd4210000 // BRK #0x800
	wordBTI = 0xd503245f // BTI c
)

var exceptionTable = table{name: "exception table", start: "__start___ex_table", stop: "__stop___ex_table", sizes: []int{12, 8},
	least: 16, entry: exceptionEntry, ascending: true}

// exceptionEntry is two distances, to the instruction and to where the kernel goes on; since v5.16 a type and its data.
func exceptionEntry(f *finder, at, size int) (uint64, bool) {
	const lastType = 15
	insn, to := f.m.near(at), f.m.near(at+4)
	ok := f.isCode(insn) && f.isCode(to) && (size == 8 || f.m.u32(at+8)&0xffff <= lastType)
	return insn, ok
}

var jumpTable = table{name: "jump labels", start: "__start___jump_table", stop: "__stop___jump_table", sizes: []int{16},
	least: 16, entry: jumpEntry}

// jumpEntry is three distances: to the instruction, which is NOP or B, to its target, and of 8 bytes to the key.
func jumpEntry(f *finder, at, size int) (uint64, bool) {
	insn, target := f.m.near(at), f.m.near(at+4)
	if !f.isCode(insn) || !f.isCode(target) {
		return 0, false
	}
	word := f.word(insn)
	return insn, word == wordNop || isB(word, insn, target)
}

// isB says whether a word is B from an address to another.
func isB(word uint32, from, to uint64) bool {
	return word>>26 == 0x05 && from+uint64(int64(int32(word<<6))>>4) == to
}

var bugTable = table{name: "BUG table", start: "__start___bug_table", stop: "__stop___bug_table", sizes: []int{12, 8, 16},
	least: 16, entry: bugEntry}

// bugEntry is a distance to the instruction, which is BRK, then where that is in the source.
func bugEntry(f *finder, at, size int) (uint64, bool) {
	insn := f.m.near(at)
	return insn, f.isCode(insn) && f.word(insn) == wordBug
}

var mcountTable = table{name: "ftrace sites", start: "__start_mcount_loc", stop: "__stop_mcount_loc", sizes: []int{8},
	least: 64, entry: mcountEntry}

// mcountEntry is a pointer to the NOPs of a function, or to its call of _mcount.
func mcountEntry(f *finder, at, size int) (uint64, bool) {
	insn := f.m.pointer(at)
	if !f.isCode(insn) || !f.isCode(insn+4) {
		return 0, false
	}
	if insn, ok := f.ftraceSite(insn); ok {
		return insn, true
	}
	return insn, f.mcount != 0 && f.isBL(insn, f.mcount)
}

// ftraceSite is the instruction that becomes a call, of the pointer that compilers leave: to the first of two NOPs,
// behind a function's BTI, the second of which it is; or to two more in front of the function (CALL_OPS).
func (f *finder) ftraceSite(at uint64) (uint64, bool) {
	if f.starts[at+8] && f.nops(at) {
		at += 8
	}
	if f.isCode(at) && f.word(at) == wordBTI {
		at += 4
	}
	return at + 4, f.nops(at)
}

func (f *finder) nops(at uint64) bool {
	return f.isCode(at) && f.isCode(at+4) && f.word(at) == wordNop && f.word(at+4) == wordNop
}

func (f *finder) isBL(from, to uint64) bool {
	word := f.word(from)
	return word>>26 == 0x25 && from+uint64(int64(int32(word<<6))>>4) == to
}

// noProbeTable is the first table of pointers to functions behind that of ftrace's sites, among what is thrown away after the
// start; between them are the trace events, which are data.
var noProbeTable = table{name: "NOKPROBE_SYMBOL", start: "__start_kprobe_blacklist", stop: "__stop_kprobe_blacklist", sizes: []int{8},
	least: 16, entry: noProbeEntry, first: true}

// noProbeEntry is a pointer to a function.
func noProbeEntry(f *finder, at, size int) (uint64, bool) {
	p := f.m.pointer(at)
	return p, f.starts[p]
}

// finder looks for tables in a kernel's memory.
type finder struct {
	m      *memory
	im     *Image
	names  bounds
	starts map[uint64]bool // of functions
	mcount uint64          // the function of that name
}

// isCode says whether an instruction can be at an address.
func (f *finder) isCode(addr uint64) bool {
	if addr%4 != 0 {
		return false
	}
	for i := range f.im.Texts {
		if t := &f.im.Texts[i]; addr-t.Addr < 4*uint64(len(t.Words)) {
			return true
		}
	}
	return false
}

// word is the instruction at an address where there is code.
func (f *finder) word(addr uint64) uint32 { return f.m.u32(int(addr - f.m.base)) }

// found is where a table is.
type found struct {
	at, end, size int
	how           string
}

// find finds a table. from is the offset that the search for its structure begins at.
func (f *finder) find(t *table, from int) (found, bool) {
	if lo, hi, ok := f.names.between(t.start, t.stop); ok && f.m.has(lo, hi-lo) {
		at, end := int(lo-f.m.base), int(hi-f.m.base)
		for _, size := range t.sizes {
			if n := (end - at) / size; (end-at)%size == 0 && f.count(t, at, end, size) > n/2 {
				return found{at, end, size, "by its symbols"}, true
			}
		}
	}
	best := found{}
	for _, size := range t.sizes {
		for at := from; at+size <= len(f.m.bytes); {
			end := f.run(t, at, size)
			if (end-at)/size >= t.least && end-at > best.end-best.at && !f.isCode((f.m.base+uint64(at))&^3) {
				best = found{at, end, size, "by its structure"}
				if t.first {
					return best, true
				}
			}
			at = max(at+t.step(), end-size+t.step())
		}
	}
	return best, best.end > 0
}

// step is how entries are aligned.
func (t *table) step() int {
	if t.sizes[0] == 8 {
		return 8
	}
	return 4
}

// count is how many of the entries between two offsets can be the table's.
func (f *finder) count(t *table, at, end, size int) (n int) {
	for ; at+size <= end; at += size {
		if _, ok := t.entry(f, at, size); ok {
			n++
		}
	}
	return n
}

// run is the end of the run of entries that begins at an offset.
func (f *finder) run(t *table, at, size int) int {
	last := uint64(0)
	good := func(at int) bool {
		if at+size > len(f.m.bytes) {
			return false
		}
		insn, ok := t.entry(f, at, size)
		if !ok || t.ascending && insn <= last {
			return false
		}
		last = insn
		return true
	}
	start := at
	for {
		for good(at) {
			at += size
		}
		if at == start {
			return at
		}
		next, ok := at, false
		for gap := 1; gap <= maxGap && !ok; gap++ {
			next, ok = at+gap*size, true
			for i := 0; i < minResume && ok; i++ {
				ok = good(next + i*size)
			}
		}
		if !ok {
			return at
		}
		at = next + minResume*size
	}
}

// instructions are those that a table's entries are about, ascending.
func (f *finder) instructions(t *table, where found) []uint64 {
	var list []uint64
	for at := where.at; at < where.end; at += where.size {
		if insn, ok := t.entry(f, at, where.size); ok {
			list = append(list, insn)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// findTables finds a kernel's tables. What is not found is a Fact, not an error: stripped and foreign kernels
// are to be read, too.
func (im *Image) findTables(m *memory, names bounds) {
	f := &finder{m: m, im: im, names: names, starts: make(map[uint64]bool, len(im.Symbols.Funcs)), mcount: names["_mcount"]}
	for _, s := range im.Symbols.Funcs {
		f.starts[s.Addr] = true
	}
	t := &im.Tables
	if where, ok := f.note(&exceptionTable, 0); ok {
		for at := where.at; at < where.end; at += where.size {
			if insn, ok := exceptionEntry(f, at, where.size); ok {
				t.Exceptions = append(t.Exceptions, Fixup{insn, m.near(at + 4)})
			}
		}
		slices.SortFunc(t.Exceptions, func(a, b Fixup) int { return cmp.Compare(a.Insn, b.Insn) })
	}
	for _, x := range []struct {
		table *table
		list  *[]uint64
	}{{&jumpTable, &t.JumpLabels}, {&bugTable, &t.Bugs}} {
		if where, ok := f.note(x.table, 0); ok {
			*x.list = f.instructions(x.table, where)
		}
	}
	mcount, ok := f.note(&mcountTable, 0)
	if ok {
		t.Ftrace = f.instructions(&mcountTable, mcount)
	}
	if where, ok := f.note(&noProbeTable, mcount.end); ok {
		t.NoProbe = f.instructions(&noProbeTable, where)
	}
}

// note is find with a fact about it.
func (f *finder) note(t *table, from int) (found, bool) {
	where, ok := f.find(t, from)
	how := "not found"
	if ok {
		how = fmt.Sprintf("%s, at offset %#x", where.how, where.at)
	}
	n := 0
	if ok {
		n = (where.end - where.at) / where.size
	}
	f.im.fact(t.name, n, how, ok)
	return where, ok
}
