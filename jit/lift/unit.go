package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Source is where guest code comes from.
type Source interface {
	// Fetch reads the instruction at pc; ok is false where the guest may not execute.
	Fetch(pc uint64) (word uint32, ok bool)
	// Before may put operations in front of the instruction at pc.
	Before(b *ir.Builder, pc uint64)
}

// Options says how much code becomes one unit, and for whom.
type Options struct {
	// MaxInsns bounds the guest instructions in a unit.
	MaxInsns int
	// Region follows direct branches inside the unit; otherwise a unit ends at its first branch.
	Region bool
	// Calls follows calls of small functions that call nothing, too.
	Calls bool
	// Native tells which operations the engine can translate itself; an instruction
	// that needs another becomes an OpHelper. nil: all.
	Native func(in *ir.Inst) bool
	// Shared: other vCPUs may look, so that a pair of doublewords is one access (FEAT_LSE2).
	Shared bool
	// Types: there are guarded pages, and indirect branches tell their type; Guarded says where.
	Types   bool
	Guarded func(pc uint64) bool
	// After, when set, may put operations behind the instruction at pc, unless that
	// ends its block.
	After func(b *ir.Builder, pc uint64)
}

// blockMap knows the block for each guest address of the unit that begins one, and for each in each
// copy of a function.
type blockMap struct {
	pcs   []uint64 // parallel to Unit.Blocks
	backs []uint64 // where the function returns to, 0: it is no copy
}

func (m *blockMap) reset() { m.pcs, m.backs = m.pcs[:0], m.backs[:0] }

// blockFor is the block that begins at guest address pc, made if need be.
func (l *lifter) blockFor(pc uint64) ir.BlockID {
	m := &l.blocks
	for id, p := range m.pcs {
		if p == pc && m.backs[id] == l.back {
			return ir.BlockID(id)
		}
	}
	m.pcs, m.backs = append(m.pcs, pc), append(m.backs, l.back)
	return l.NewBlock(pc)
}

// Lifter makes units. It keeps its memory from one to the next; one goroutine uses it at a time.
type Lifter struct {
	l lifter
}

// Unit lifts the code at pc into u. It always makes a unit: where there is no
// code, the unit is a trap that says so.
func (lf *Lifter) Unit(u *ir.Unit, pc uint64, src Source, opt *Options) {
	l := &lf.l
	l.unit(u, pc, src, opt, opt.Region && opt.Calls)
	if l.calls && l.strays() {
		l.unit(u, pc, src, opt, false)
	}
	u.MarkLoops()
}

func (l *lifter) unit(u *ir.Unit, pc uint64, src Source, opt *Options, calls bool) {
	u.Reset(pc)
	l.U, l.calls, l.back = u, calls, 0
	l.blocks.reset()
	l.scan.run(pc, src, opt, calls)
	for id := l.blockFor(pc); int(id) < len(u.Blocks); id++ {
		l.back = l.blocks.backs[id]
		l.block(id, src, opt)
	}
}

// block fills one block: with code where the scan says that the unit has code
// there, else with an exit.
func (l *lifter) block(id ir.BlockID, src Source, opt *Options) {
	s := &l.scan
	l.Start(id)
	pc := l.U.Blocks[id].PC
	start := pc
	for {
		if pc != start && s.leader(pc) {
			l.Jump(l.blockFor(pc))
			break
		}
		word, in := s.code(pc)
		if !in {
			l.outside(pc, s)
			break
		}
		src.Before(&l.Builder, pc)
		l.one(pc, word, opt)
		pc += 4
		if l.ended() {
			break
		}
		if opt.After != nil {
			opt.After(&l.Builder, pc-4)
		}
	}
	if pc != start {
		l.U.Code = append(l.U.Code, ir.Range{Start: start, End: pc})
	}
}

// outside ends a block at an address that is not part of the unit.
func (l *lifter) outside(pc uint64, s *scan) {
	switch {
	case pc&3 != 0:
		l.Trap(ir.TrapAlign, pc, 0)
	case pc == l.U.PC: // nothing could be fetched at the very beginning
		l.Trap(ir.TrapFetch, pc, 0)
	default:
		l.Exit(pc)
	}
}

// one lifts one instruction, or makes it a helper where the engine wants that.
func (l *lifter) one(pc uint64, word uint32, opt *Options) {
	l.pc, l.in, l.shared = pc, a64.Decode(word), opt.Shared
	l.types, l.guarded = opt.Types, opt.Guarded
	l.Insn(pc, word)
	mark := l.Mark()
	first := len(l.U.Insts)
	l.insn()
	if opt.Native == nil {
		return
	}
	for i := first; i < len(l.U.Insts); i++ {
		in := &l.U.Insts[i]
		if !opt.Native(in) {
			l.Rollback(mark)
			l.Emit(ir.Inst{Op: ir.OpHelper, A: ir.Value(word), Imm: pc})
			if endsRegime(in) {
				l.Trap(ir.TrapRegime, pc+4, 0)
			}
			return
		}
	}
}

func endsRegime(in *ir.Inst) bool { return in.Op == ir.OpSetSys && in.Imm == ir.SysFPCR }

// One lifts a single instruction as a unit of its own, for the interpreter. Of the options it heeds those about
// branch types.
func (lf *Lifter) One(u *ir.Unit, pc uint64, word uint32, opt *Options) {
	u.Reset(pc)
	l := &lf.l
	l.U = u
	l.calls, l.back = false, 0
	l.blocks.reset()
	l.Start(l.blockFor(pc))
	l.one(pc, word, &Options{Shared: true, Types: opt.Types, Guarded: opt.Guarded})
	if !l.ended() {
		l.Exit(pc + 4)
	}
	for id := ir.BlockID(1); int(id) < len(u.Blocks); id++ {
		l.Start(id)
		l.Exit(u.Blocks[id].PC)
	}
	u.Code = append(u.Code, ir.Range{Start: pc, End: pc + 4})
}
