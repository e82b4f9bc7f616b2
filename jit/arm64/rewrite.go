package arm64

import "axol/jit/a64"

// Source is where guest code and probes come from. Slices are valid until the next call.
type Source interface {
	Fetch(pc uint64) (word uint32, ok bool)
	Before(pc uint64) []Probe // in front of the instruction at pc
	After(pc uint64) []Probe  // behind it, unless it ends its block; it is asked right after Before
}

// Probe is something that is done at an instruction.
type Probe struct {
	Kind   ProbeKind
	Number uint64
}

// ProbeKind says what.
type ProbeKind uint8

// The kinds.
const (
	ProbeHook  ProbeKind = iota // the hook is called
	ProbeCount                  // counter Number is incremented
	ProbeClear                  // the interpreter's exclusive mark is dropped; the host's is by what stands here
)

// Options says how much code becomes one unit, and for whom.
type Options struct {
	MaxInsns int
	Region   bool // follow direct branches and go on behind calls; otherwise a unit ends at its first branch
	Counted  bool // take the instructions off the budget
	Single   bool // the unit is one instruction, and is left behind it by ExitStep
	Direct   bool // indirect branches are left to the interpreter
	// Mirror is the bits of an address, MirrorLo to MirrorHi, that differ between a guest address and where
	// an indirect branch to it leads.
	MirrorLo, MirrorHi int
	// Lifted reports whether Axol knows the instruction; Constant is the value of a system register that has one.
	Lifted   func(a64.Op) bool
	Constant func(reg uint16) (uint64, bool)
	// Lacks has instructions that the host turned out not to have.
	Lacks map[a64.Op]bool
}

const (
	// reach bounds how far from its entry a unit looks for code, so that short branches reach.
	reach = 16 << 10
	// maxWords ends a unit. With what is still to come behind it (a way out for each branch, literals), it
	// stays below the 32 KiB that TBZ reaches.
	maxWords = 3000
)

// Rewriter turns guest code into units. It keeps its memory from one to the next; one goroutine uses it at a time.
type Rewriter struct {
	feat  Features
	stubs *Stubs

	base int // offset in the code cache of words[0]
	src  Source
	opt  *Options
	code Code

	entry   uint64
	placed  map[uint64]int      // instruction by guest address
	leaders map[uint64]struct{} // beginnings of blocks, where they are counted
	native  map[uint64]struct{} // instructions of exclusive sequences that are copied
	pending []uint64
	left    int
	block   int // the first instruction of the current block
	paid    int // the word that takes the block off the budget, or 0

	fixups   []fixup
	literals []literalUse
	exits    map[uint64]int // word of the way out for a target
	tails    []tail
	records  []tail // whose records are still to be placed; from is the word with their address
}

// fixup is a branch to a guest address.
type fixup struct {
	at     int
	target uint64
}

type literalUse struct {
	at    int
	value uint64
}

// tail is a way out that is still to be placed.
type tail struct {
	kind Exit
	pc   uint64
	arg  uint64
	from int // word that branches here, or -1
	// Of ExitLink: index in code.Links. Of ExitSpent: the instruction its block begins with.
	index int
}

// NewRewriter makes a rewriter for a host.
func NewRewriter(f Features, s *Stubs) *Rewriter {
	return &Rewriter{feat: f, stubs: s, placed: map[uint64]int{}, leaders: map[uint64]struct{}{}, native: map[uint64]struct{}{}, exits: map[uint64]int{}}
}

// Unit translates the code at pc for offset base in the code cache. The result is valid until the next call.
func (r *Rewriter) Unit(pc uint64, base int, src Source, opt *Options) *Code {
	r.base, r.src, r.opt, r.entry = base, src, opt, pc
	clear(r.leaders)
	r.pass()
	if opt.Counted {
		// Where branches lead to, blocks begin, and that is known when all of them have been seen.
		for _, f := range r.fixups {
			r.leaders[f.target] = struct{}{}
		}
		r.pass()
	}
	return &r.code
}

func (r *Rewriter) pass() {
	r.code = Code{Words: r.code.Words[:0], Insns: r.code.Insns[:0], Exits: r.code.Exits[:0], Links: r.code.Links[:0], Ranges: r.code.Ranges[:0], Counted: r.opt.Counted,
		Mirror: uint64(2)<<r.opt.MirrorHi - uint64(1)<<r.opt.MirrorLo}
	clear(r.placed)
	clear(r.native)
	clear(r.exits)
	r.fixups, r.literals, r.tails = r.fixups[:0], r.literals[:0], r.tails[:0]
	r.left = r.opt.MaxInsns
	r.pending = append(r.pending[:0], r.entry)
	for len(r.pending) > 0 {
		pc := r.pending[len(r.pending)-1]
		r.pending = r.pending[:len(r.pending)-1]
		if _, done := r.placed[pc]; !done && r.room(pc) {
			r.run(pc)
		}
	}
	r.finish()
}

// room reports whether the instruction at pc can become part of the unit.
func (r *Rewriter) room(pc uint64) bool {
	if pc == r.entry {
		return true
	}
	if r.left <= 0 || len(r.code.Words) >= maxWords || pc-r.entry+reach > 2*reach {
		return false
	}
	_, ok := r.src.Fetch(pc)
	return ok
}

// run places code from pc on, until it leads elsewhere for good.
func (r *Rewriter) run(pc uint64) {
	start := pc
	r.beginBlock()
	for {
		_, kept := r.native[pc]
		if _, placed := r.placed[pc]; placed || !kept && !r.room(pc) {
			r.closeRange(start, pc)
			r.endBlock()
			r.goTo(pc)
			return
		}
		if _, leader := r.leaders[pc]; leader {
			r.endBlock()
			r.beginBlock()
		}
		word, _ := r.src.Fetch(pc)
		in := a64.Decode(word)
		r.left--
		next, on := r.insn(pc, in)
		if !on {
			r.closeRange(start, pc+4)
			r.endBlock()
			return
		}
		if next != pc+4 {
			r.closeRange(start, pc+4)
			start = next
			r.endBlock()
			r.beginBlock()
		}
		pc = next
	}
}

func (r *Rewriter) closeRange(start, end uint64) {
	if end > start {
		r.code.Ranges = append(r.code.Ranges, Range{start, end})
	}
}

func (r *Rewriter) here() int { return len(r.code.Words) }

func (r *Rewriter) put(w ...uint32) { r.code.Words = append(r.code.Words, w...) }

// cur is the instruction being placed.
func (r *Rewriter) cur() *Insn { return &r.code.Insns[len(r.code.Insns)-1] }

// begin opens an instruction.
func (r *Rewriter) begin(pc uint64) {
	at := uint16(r.here())
	r.placed[pc] = len(r.code.Insns)
	r.code.Insns = append(r.code.Insns, Insn{PC: pc, Start: at, Probe: at, Body: at, Core: at, After: at})
}

// core marks the place of the instruction itself.
func (r *Rewriter) core() { r.cur().Core = uint16(r.here()) }

// beginBlock and endBlock bracket instructions that are paid for together.
func (r *Rewriter) beginBlock() { r.block, r.paid = len(r.code.Insns), 0 }

func (r *Rewriter) endBlock() {
	if r.paid == 0 {
		return
	}
	n := len(r.code.Insns) - r.block
	for i := range n {
		r.code.Insns[r.block+i].Left = uint16(n - i)
	}
	r.code.Words[r.paid] = subImm(0, 0, uint32(n))
	r.paid = 0
}
