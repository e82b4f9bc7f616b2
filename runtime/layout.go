package runtime

import "axol/runtime/mem"

// layout is where things are, from task down: a hole, the page that signal handlers return to, a
// hole, the stack, the mappings. Nothing is random, and nothing depends on how much
// memory could be reserved, so that runs can be compared.
type layout struct {
	task     uint64 // the first address that is never used
	pie      uint64 // of programs that can be anywhere
	interp   uint64 // of dynamic linkers
	code     uint64 // mappings of code are made below; 0: where others are
	tramp    uint64 // the page that signal handlers return to
	stackTop uint64
	mmapTop  uint64 // mappings are made below
	brk      uint64 // the program break begins no lower
}

const (
	topHole   = 64 << 10
	stackSize = 8 << 20
	mmapGap   = 128 << 20 // from the top of the stack to the mappings
)

// layoutOf is the layout of m. Where guest addresses are host addresses, code lies in the lowest 96 MiB, to which the engine
// has quick indirect branches.
func layoutOf(m *mem.Memory) layout {
	l := layout{task: min(m.Limit(), 1<<39), pie: 0x55_0000_0000, interp: 0x7E_0000_0000} // as of a kernel with 39-bit addresses
	if m.Base() == 0 {
		l.pie, l.interp, l.code = 16<<20, 92<<20, 92<<20
		l.tramp, l.brk = 95<<20, 512<<20
		l.stackTop = l.task - topHole
	} else {
		l.tramp = l.task - topHole - mem.PageSize
		l.stackTop = l.tramp - topHole
		if half := m.Limit() / 2; l.interp > half { // little could be reserved
			l.pie, l.interp = half/2, half
		}
	}
	l.mmapTop = l.stackTop - mmapGap
	return l
}
