package arm64

import "axol/jit/a64"

// Addresses relative to the PC, and exclusive accesses.

func init() {
	register(addressOf, a64.OpAdr, a64.OpAdrp)
	register(loadLiteral, a64.OpLdrLit, a64.OpLdrswLit, a64.OpPrfmLit, a64.OpLdrSimdLit)
	register(exclusiveAccess, loads...)
	register(exclusiveAccess, stores...)
	register(pairOrAlone, a64.OpCasp)
	// The interpreter keeps a mark of its own, for sequences that are not copied.
	register(alone, a64.OpClrex)
}

var (
	loads  = []a64.Op{a64.OpLdxr, a64.OpLdaxr, a64.OpLdxp, a64.OpLdaxp}
	stores = []a64.Op{a64.OpStxr, a64.OpStlxr, a64.OpStxp, a64.OpStlxp}
)

// addressOf loads what ADR and ADRP compute.
func addressOf(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	v := pc + uint64(in.AdrOffset())
	if in.Op == a64.OpAdrp {
		v = pc&^0xfff + uint64(in.AdrOffset())
	}
	if reg(in.Rd()) == zr {
		r.put(nop)
		return pc + 4, true
	}
	r.borrow(in, func(word uint32) { r.literal(word&31, v) })
	return pc + 4, true
}

// loadLiteral loads the address of the literal, and then from there: it can change.
func loadLiteral(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	if in.Op == a64.OpPrfmLit {
		r.put(nop)
		return pc + 4, true
	}
	if in.Op != a64.OpLdrSimdLit && (reg(in.Rt()) == Temp || reg(in.Rt()) == Kept) {
		return alone(r, pc, in)
	}
	t := reg(in.Rt())
	r.literal(Temp, pc+uint64(in.LiteralOffset()))
	r.core()
	switch size := in.Field(31, 30); {
	case in.Op == a64.OpLdrSimdLit:
		r.put([...]uint32{0xbd400000, 0xfd400000, 0x3dc00000}[size] | Temp<<5 | t)
		return pc + 4, true
	case in.Op == a64.OpLdrswLit:
		r.put(0xb9800000 | Temp<<5 | kept(t))
	case size == 0:
		r.put(ldrw(kept(t), Temp, 0))
	default:
		r.put(ldr(kept(t), Temp, 0))
	}
	return pc + 4, true
}

// kept is where a guest register is that is not in memory.
func kept(g reg) reg {
	if g == goG {
		return Kept
	}
	return g
}

// pairOrAlone copies CASP, unless the second registers of its pairs are not where the fields say.
func pairOrAlone(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	for _, g := range [...]reg{reg(in.Rs()), reg(in.Rt())} {
		if g|1 == goG|1 || g|1 == Kept|1 || g|1 == Temp|1 {
			return alone(r, pc, in)
		}
	}
	return plain(r, pc, in)
}

// span is how many instructions behind a load-exclusive its store is looked for.
const span = 20

// exclusive decides, at a load-exclusive, whether the sequence up to its store is copied: if nothing stands
// between the two but the guest's own instructions, as few of ours might clear the monitor each time (Arm ARM B2.12.5,
// "Load-Exclusive and Store-Exclusive instruction usage restrictions"). Otherwise the interpreter does both.
func (r *Rewriter) exclusive(pc uint64, in a64.Inst) {
	if !isOne(in.Op, loads) || inMemory(in) {
		return
	}
	for at := pc; at <= pc+4*span; at += 4 {
		word, ok := r.src.Fetch(at)
		in := a64.Decode(word)
		_, placed := r.placed[at]
		_, leader := r.leaders[at]
		if !ok || placed || leader && at != pc || len(r.src.Before(at)) > 0 || at != pc && !r.betweenExclusives(in) {
			return
		}
		if isOne(in.Op, stores) {
			for ; pc <= at; pc += 4 {
				r.native[pc] = struct{}{}
			}
			return
		}
	}
}

// betweenExclusives reports whether the instruction becomes one of the same kind.
func (r *Rewriter) betweenExclusives(in a64.Inst) bool {
	if inMemory(in) || !r.opt.Lifted(in.Op) || isOne(in.Op, loads) {
		return false
	}
	switch in.Op {
	case a64.OpBCond, a64.OpCbz, a64.OpCbnz, a64.OpTbz, a64.OpTbnz:
		return !r.opt.Counted && r.opt.Region
	}
	return emitters[in.Op] == nil && r.feat.has(in) || isOne(in.Op, stores)
}

func isOne(op a64.Op, ops []a64.Op) bool {
	for _, o := range ops {
		if o == op {
			return true
		}
	}
	return false
}

func exclusiveAccess(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	if _, native := r.native[pc]; !native {
		return alone(r, pc, in)
	}
	return plain(r, pc, in)
}
