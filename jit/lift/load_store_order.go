package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Loads and stores that say more than where: exclusive, ordered, atomic.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpLdxr:   loadExclusive(0),
		a64.OpLdaxr:  loadExclusive(ir.MemAcquire),
		a64.OpStxr:   storeExclusive(0),
		a64.OpStlxr:  storeExclusive(ir.MemRelease),
		a64.OpLdxp:   loadExclusivePair(0),
		a64.OpLdaxp:  loadExclusivePair(ir.MemAcquire),
		a64.OpStxp:   storeExclusivePair(0),
		a64.OpStlxp:  storeExclusivePair(ir.MemRelease),
		a64.OpLdar:   ordered(ir.MemAcquire, (*lifter).load),
		a64.OpLdlar:  ordered(ir.MemAcquire, (*lifter).load),
		a64.OpLdapr:  ordered(ir.MemAcquire, (*lifter).load),
		a64.OpStlr:   ordered(ir.MemRelease, (*lifter).store),
		a64.OpStllr:  ordered(ir.MemRelease, (*lifter).store),
		a64.OpLdapur: unscaledOrdered(ir.MemAcquire, (*lifter).load),
		a64.OpStlur:  unscaledOrdered(ir.MemRelease, (*lifter).store),
		a64.OpLdapurs: unscaledOrdered(ir.MemAcquire, func(l *lifter, mem uint8, m address) {
			l.loadSigned(signedTo(l.in), mem, m)
		}),

		a64.OpCas:    compareSwap,
		a64.OpCasp:   compareSwapPair,
		a64.OpLdadd:  atomic(ir.RMWAdd),
		a64.OpLdclr:  atomic(ir.RMWClr),
		a64.OpLdeor:  atomic(ir.RMWEor),
		a64.OpLdset:  atomic(ir.RMWSet),
		a64.OpLdsmax: atomic(ir.RMWSMax),
		a64.OpLdsmin: atomic(ir.RMWSMin),
		a64.OpLdumax: atomic(ir.RMWUMax),
		a64.OpLdumin: atomic(ir.RMWUMin),
		a64.OpSwp:    atomic(ir.RMWSwap),
	})
}

// ordered lifts the forms without an offset.
func ordered(order uint8, access func(*lifter, uint8, address)) liftFunc {
	return func(l *lifter) { access(l, l.in.MemSize()|order, address{base: l.GetX(l.in.Rn())}) }
}

// unscaledOrdered lifts the forms with a signed offset.
func unscaledOrdered(order uint8, access func(*lifter, uint8, address)) liftFunc {
	return func(l *lifter) { access(l, l.in.MemSize()|order, address{base: l.GetX(l.in.Rn()), off: l.in.Imm9()}) }
}

func loadExclusive(order uint8) liftFunc {
	return func(l *lifter) {
		v := l.Emit(ir.Inst{Op: ir.OpLoadEx, Type: ir.I64, Aux: l.in.MemSize() | order, A: l.GetX(l.in.Rn())})
		l.setReg(ir.I64, l.in.Rt(), v)
	}
}

func storeExclusive(order uint8) liftFunc {
	return func(l *lifter) {
		addr := l.GetX(l.in.Rn())
		l.storeEx(l.in.MemSize()|order, addr, l.reg(ir.I64, l.in.Rt()))
	}
}

// storeEx stores v and writes to Rs whether that failed.
func (l *lifter) storeEx(mem uint8, addr, v ir.Value) {
	op := ir.OpStoreEx
	if mem&ir.MemSizeMask == ir.Q {
		op = ir.OpStoreExV
	}
	failed := l.Emit(ir.Inst{Op: op, Type: ir.I32, Aux: mem, A: addr, B: v})
	l.setReg(ir.I32, l.in.Rs(), failed)
}

// A pair of words is one doubleword, the first register in the low half, and a
// pair of doublewords one vector value.

func loadExclusivePair(order uint8) liftFunc {
	return func(l *lifter) {
		addr := l.GetX(l.in.Rn())
		if pairOfWords(l.in) {
			v := l.Emit(ir.Inst{Op: ir.OpLoadEx, Type: ir.I64, Aux: ir.D | order, A: addr})
			l.setWords(l.in.Rt(), l.in.Rt2(), v)
		} else {
			v := l.Emit(ir.Inst{Op: ir.OpLoadExV, Type: ir.V128, Aux: ir.Q | order, A: addr})
			l.setDoublewords(l.in.Rt(), l.in.Rt2(), v)
		}
	}
}

func storeExclusivePair(order uint8) liftFunc {
	return func(l *lifter) {
		addr := l.GetX(l.in.Rn())
		if pairOfWords(l.in) {
			l.storeEx(ir.D|order, addr, l.words(l.in.Rt(), l.in.Rt2()))
		} else {
			l.storeEx(ir.Q|order, addr, l.doublewords(l.in.Rt(), l.in.Rt2()))
		}
	}
}

// pairOfWords reports whether the sz bit of a pair is 0.
func pairOfWords(in a64.Inst) bool { return !in.Bit(30) }

func (l *lifter) words(first, second uint8) ir.Value {
	return l.bfi(ir.I64, l.reg(ir.I64, first), l.reg(ir.I64, second), 32, 32)
}

func (l *lifter) setWords(first, second uint8, v ir.Value) {
	high := l.shr(v, 32)
	l.setReg(ir.I32, first, l.Op1(ir.OpLow32, ir.I32, v))
	l.setReg(ir.I64, second, high)
}

func (l *lifter) doublewords(first, second uint8) ir.Value {
	return l.Op2(ir.OpVPair, ir.V128, l.reg(ir.I64, first), l.reg(ir.I64, second))
}

func (l *lifter) setDoublewords(first, second uint8, v ir.Value) {
	low := l.Emit(ir.Inst{Op: ir.OpVGet, Type: ir.I64, Aux: ir.D, A: v})
	high := l.Emit(ir.Inst{Op: ir.OpVGet, Type: ir.I64, Aux: ir.D, A: v, Imm: 1})
	l.setReg(ir.I64, first, low)
	l.setReg(ir.I64, second, high)
}

// order turns an acquire and a release bit into memory attributes.
func order(acquire, release bool) (mem uint8) {
	if acquire {
		mem = ir.MemAcquire
	}
	if release {
		mem |= ir.MemRelease
	}
	return mem
}

func compareSwap(l *lifter) {
	mem := l.in.MemSize() | order(l.in.Bit(22), l.in.Bit(15))
	addr, old, new := l.GetX(l.in.Rn()), l.reg(ir.I64, l.in.Rs()), l.reg(ir.I64, l.in.Rt())
	l.setReg(ir.I64, l.in.Rs(), l.Emit(ir.Inst{Op: ir.OpCas, Type: ir.I64, Aux: mem, A: addr, B: old, C: new}))
}

func compareSwapPair(l *lifter) {
	mem := order(l.in.Bit(22), l.in.Bit(15))
	addr, s, t := l.GetX(l.in.Rn()), l.in.Rs(), l.in.Rt()
	if pairOfWords(l.in) {
		cas := ir.Inst{Op: ir.OpCas, Type: ir.I64, Aux: ir.D | mem, A: addr, B: l.words(s, s+1), C: l.words(t, t+1)}
		l.setWords(s, s+1, l.Emit(cas))
		return
	}
	cas := ir.Inst{Op: ir.OpCasV, Type: ir.V128, Aux: ir.Q | mem, A: addr, B: l.doublewords(s, s+1), C: l.doublewords(t, t+1)}
	l.setDoublewords(s, s+1, l.Emit(cas))
}

// atomic lifts LD<op> and SWP; with the zero register as target it is ST<op>.
func atomic(op ir.RMW) liftFunc {
	return func(l *lifter) {
		mem := l.in.MemSize() | order(l.in.Bit(23), l.in.Bit(22))
		addr, v := l.GetX(l.in.Rn()), l.reg(ir.I64, l.in.Rs())
		old := l.Emit(ir.Inst{Op: ir.OpAtomic, Type: ir.I64, Aux: mem, A: addr, B: v, Imm: uint64(op)})
		l.setReg(ir.I64, l.in.Rt(), old)
	}
}
