package lift

import "axol/jit/a64"

// scan finds the code of a unit before it is lifted: from the entry along direct
// branches, as far as the options allow. What it finds are runs: code that is
// executed from one address to the next until a branch that is always taken.
type scan struct {
	runs    []run
	pending []uint64
	left    int // instructions that may still be added
	calls   []call
	walk    []uint64 // leaf's memory
}

// run is consecutive code; lead marks the instructions that begin a block.
type run struct {
	start uint64
	words []uint32
	lead  []bool
}

// reach bounds how far from its entry a region looks for code.
const reach = 16 << 10

func (r *run) end() uint64 { return r.start + 4*uint64(len(r.words)) }

// find is the run that has pc.
func (s *scan) find(pc uint64) *run {
	for i := range s.runs {
		if r := &s.runs[i]; pc >= r.start && pc < r.end() {
			return r
		}
	}
	return nil
}

// code is the instruction at pc, if the unit has it.
func (s *scan) code(pc uint64) (word uint32, ok bool) {
	r := s.find(pc)
	if r == nil || pc&3 != 0 {
		return 0, false
	}
	return r.words[(pc-r.start)/4], true
}

// leader reports whether a block begins at pc.
func (s *scan) leader(pc uint64) bool {
	r := s.find(pc)
	return r != nil && r.lead[(pc-r.start)/4]
}

// run scans from entry.
func (s *scan) run(entry uint64, src Source, opt *Options, calls bool) {
	s.runs, s.calls = s.runs[:0], s.calls[:0]
	s.pending = append(s.pending[:0], entry)
	s.left = opt.MaxInsns
	for len(s.pending) > 0 {
		pc := s.pending[len(s.pending)-1]
		s.pending = s.pending[:len(s.pending)-1]
		if pc&3 != 0 || pc-entry+reach > 2*reach && !s.called(pc) {
			continue
		}
		if r := s.find(pc); r != nil {
			r.lead[(pc-r.start)/4] = true
			continue
		}
		s.straight(pc, src, opt, calls)
	}
}

// straight scans one run.
func (s *scan) straight(pc uint64, src Source, opt *Options, calls bool) {
	s.runs = append(s.runs, s.spare(pc))
	r := &s.runs[len(s.runs)-1]
	for s.left > 0 {
		word, ok := src.Fetch(pc)
		if !ok || pc != r.start && s.find(pc) != nil {
			return
		}
		r.words = append(r.words, word)
		r.lead = append(r.lead, pc == r.start)
		s.left--
		in := a64.Decode(word)
		f := flows[in.Op]
		if f != next && !opt.Region {
			return
		}
		if f == jump || f == either {
			s.pending = append(s.pending, pc+uint64(in.BranchOffset()))
		}
		if in.Op == a64.OpBl && calls && s.takeLeaf(pc, in, src) {
			f = either
		}
		if f == jump || f == away {
			return
		}
		pc += 4
	}
}

// spare is an empty run at pc, with the memory of an earlier one.
func (s *scan) spare(pc uint64) run {
	if n := len(s.runs); n < cap(s.runs) {
		r := s.runs[:n+1][n]
		return run{pc, r.words[:0], r.lead[:0]}
	}
	return run{start: pc}
}

// flow says where execution goes after an instruction.
type flow uint8

const (
	next   flow = iota
	either      // to the next or to a direct target
	jump        // to a direct target
	away        // somewhere the unit does not follow
)

// flows has the instructions after which execution may go elsewhere. Calls leave the unit, but for those of leaf functions.
var flows = [a64.NumOps]flow{
	a64.OpB:     jump,
	a64.OpBCond: either, a64.OpBcCond: either,
	a64.OpCbz: either, a64.OpCbnz: either, a64.OpTbz: either, a64.OpTbnz: either,
	a64.OpBl: away, a64.OpBr: away, a64.OpBlr: away, a64.OpRet: away,
	a64.OpBraaz: away, a64.OpBraa: away, a64.OpBlraaz: away, a64.OpBlraa: away, a64.OpRetaa: away,
	a64.OpSvc: away, a64.OpHvc: away, a64.OpSmc: away, a64.OpBrk: away, a64.OpHlt: away,
	a64.OpUdf: away, a64.OpEret: away, a64.OpEretaa: away, a64.OpUnallocated: away,
}
