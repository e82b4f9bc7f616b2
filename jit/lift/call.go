package lift

import (
	"slices"

	"axol/jit/a64"
	"axol/jit/ir"
)

// Calls of small leaf functions. A region has a copy of the function for each call in it, in which RET is a jump
// to behind that call. It must find X30 there as BL left it: a function that may write X30 before it
// returns, or in which somebody may who looks on, is none.

// maxLeaf bounds the instructions of a leaf function.
const maxLeaf = 24

// leaf reports whether the code at pc is a small function that calls nothing, as far as its branches tell.
func (s *scan) leaf(pc uint64, src Source) bool {
	s.walk = append(s.walk[:0], pc)
	returns := false
	for i := 0; i < len(s.walk); i++ {
		if i == maxLeaf {
			return false
		}
		pc := s.walk[i]
		word, ok := src.Fetch(pc)
		if !ok || pc&3 != 0 {
			return false
		}
		in := a64.Decode(word)
		switch f := flows[in.Op]; {
		case f == away:
			if in.Op != a64.OpRet || in.Rn() != 30 {
				return false
			}
			returns = true
			continue
		case f != next:
			s.visit(pc + uint64(in.BranchOffset()))
		}
		if flows[in.Op] != jump {
			s.visit(pc + 4)
		}
	}
	return returns
}

// call is a call of a leaf function.
type call struct{ pc, leaf uint64 }

// takeLeaf makes the function that is called at pc part of the unit, and what is behind the call, if it is a leaf
// function and the unit is not too large.
func (s *scan) takeLeaf(pc uint64, in a64.Inst, src Source) bool {
	target := pc + uint64(in.BranchOffset())
	if !s.leaf(target, src) || s.left < 2*len(s.walk) {
		return false
	}
	s.left -= len(s.walk)
	s.calls = append(s.calls, call{pc, target})
	s.pending = append(s.pending, target, pc+4)
	return true
}

// isCall reports whether the instruction at pc calls a leaf function.
func (s *scan) isCall(pc uint64) bool {
	return slices.ContainsFunc(s.calls, func(c call) bool { return c.pc == pc })
}

// called reports whether pc is in a leaf function.
func (s *scan) called(pc uint64) bool {
	return slices.ContainsFunc(s.calls, func(c call) bool { return pc-c.leaf+8*maxLeaf < 16*maxLeaf })
}

func (s *scan) visit(pc uint64) {
	if !slices.Contains(s.walk, pc) {
		s.walk = append(s.walk, pc)
	}
}

// call lifts BL.
func (l *lifter) call() {
	l.link()
	if l.calls && l.back == 0 && l.scan.isCall(l.pc) {
		l.back = l.pc + 4
	}
	l.jump(l.target())
	l.back = 0
}

// ret lifts RET.
func (l *lifter) ret() {
	if back := l.back; back != 0 {
		l.back = 0
		l.jump(back)
		return
	}
	l.returnTo(l.reg(ir.I64, l.in.Rn()))
}

// strays reports whether X30 may be written in a copy of a function.
func (l *lifter) strays() bool {
	for id, back := range l.blocks.backs {
		if back == 0 {
			continue
		}
		b := &l.U.Blocks[id]
		for i := b.First; i < b.Last; i++ {
			switch in := &l.U.Insts[i]; in.Op {
			case ir.OpSetX:
				if in.Imm == 30 {
					return true
				}
			case ir.OpHook, ir.OpHelper:
				return true
			}
		}
	}
	return false
}
