package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Loads and stores of general registers: literal, single register, pairs.
//
// Every one is an address mode, which knows where and what to write back, and an
// access there. Write-back comes last: with the base register also the target,
// which the manual leaves unpredictable, the written-back address stays.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpLdrLit:   func(l *lifter) { l.load(2+uint8(l.in.Field(30, 30)), l.literal()) },
		a64.OpLdrswLit: func(l *lifter) { l.loadSigned(ir.I64, 2, l.literal()) },

		a64.OpStp:   func(l *lifter) { l.storePair(l.pair(pairScale(l.in))) },
		a64.OpStnp:  func(l *lifter) { l.storePair(l.pair(pairScale(l.in))) },
		a64.OpLdp:   func(l *lifter) { l.loadPair(pairScale(l.in), l.pair(pairScale(l.in))) },
		a64.OpLdnp:  func(l *lifter) { l.loadPair(pairScale(l.in), l.pair(pairScale(l.in))) },
		a64.OpLdpsw: func(l *lifter) { l.loadPair(2|ir.MemSigned, l.pair(2)) },
	})
	registerAll(nop, a64.OpPrfmLit, a64.OpPrfmImm, a64.OpPrfmReg, a64.OpPrfum)

	single(a64.OpStrImm, a64.OpStrIndexed, a64.OpStrReg, a64.OpStrUnscaled, memSize, func(l *lifter, m address) {
		l.store(l.in.MemSize(), m)
	})
	single(a64.OpLdrImm, a64.OpLdrIndexed, a64.OpLdrReg, a64.OpLdrUnscaled, memSize, func(l *lifter, m address) {
		l.load(l.in.MemSize(), m)
	})
	single(a64.OpLdrsImm, a64.OpLdrsIndexed, a64.OpLdrsReg, a64.OpLdrsUnscaled, memSize, func(l *lifter, m address) {
		l.loadSigned(signedTo(l.in), l.in.MemSize(), m)
	})
	// At EL0, unprivileged accesses are plain ones.
	register(map[a64.Op]liftFunc{
		a64.OpStrUnpriv:  funcs[a64.OpStrUnscaled],
		a64.OpLdrUnpriv:  funcs[a64.OpLdrUnscaled],
		a64.OpLdrsUnpriv: funcs[a64.OpLdrsUnscaled],
	})
}

// address is where an access goes: base plus off. If writes, register back becomes base plus
// step when the access is done: not before, so that the host can add in place.
type address struct {
	base   ir.Value
	off    int64
	writes bool
	back   uint8
	step   int64
	stepX  ir.Value // instead of step, when set
}

// single registers the address modes of a load or store of one register.
func single(imm, indexed, reg, unscaled a64.Op, scale func(a64.Inst) uint8, access func(*lifter, address)) {
	register(map[a64.Op]liftFunc{
		imm: func(l *lifter) {
			access(l, address{base: l.GetX(l.in.Rn()), off: int64(l.in.Imm12()) << scale(l.in)})
		},
		indexed:  func(l *lifter) { access(l, l.indexed(l.in.Imm9(), l.in.Bit(11), !l.in.Bit(11))) },
		reg:      func(l *lifter) { access(l, l.indexRegister(scale(l.in))) },
		unscaled: func(l *lifter) { access(l, address{base: l.GetX(l.in.Rn()), off: l.in.Imm9()}) },
	})
}

func memSize(in a64.Inst) uint8 { return in.MemSize() }

// indexed is an address with an immediate offset: pre-indexed, post-indexed, or neither.
func (l *lifter) indexed(off int64, pre, post bool) address {
	m := address{base: l.GetX(l.in.Rn()), off: off, back: l.in.Rn(), writes: pre || post, step: off}
	if post {
		m.off = 0
	}
	return m
}

// pair is the address of a pair of registers of 1<<scale bytes each.
func (l *lifter) pair(scale uint8) address {
	idx := l.in.Field(24, 23) // 1 post-index, 3 pre-index
	return l.indexed(l.in.Imm7()<<scale, idx == 3, idx == 1)
}

// indexRegister is a base register plus an extended register.
func (l *lifter) indexRegister(scale uint8) address {
	base := l.GetX(l.in.Rn())
	if !l.in.Bit(12) { // S
		scale = 0
	}
	return address{base: l.Op2(ir.OpAdd, ir.I64, base, l.extendedRm(ir.I64, scale))}
}

func (l *lifter) literal() address {
	return address{base: l.Const(ir.I64, l.pc+uint64(l.in.LiteralOffset()))}
}

// writeBack is the end of every load and store.
func (l *lifter) writeBack(m address) {
	switch {
	case !m.writes:
	case m.stepX != 0:
		l.SetX(m.back, l.Op2(ir.OpAdd, ir.I64, m.base, m.stepX))
	default:
		l.SetX(m.back, l.add(m.base, m.step))
	}
}

// load is a zero-extending load; mem is the size and attributes. A load of the
// zero register still happens.
func (l *lifter) load(mem uint8, m address) {
	v := l.Load(ir.I64, mem, m.base, m.off)
	l.setReg(ir.I64, l.in.Rt(), v)
	l.writeBack(m)
}

// loadSigned is a load that sign-extends to t.
func (l *lifter) loadSigned(t ir.Type, mem uint8, m address) {
	v := l.Load(t, mem|ir.MemSigned, m.base, m.off)
	l.setReg(t, l.in.Rt(), v)
	l.writeBack(m)
}

// signedTo is the width a sign-extending load extends to.
func signedTo(in a64.Inst) ir.Type { return intType(!in.Bit(22)) }

func (l *lifter) store(mem uint8, m address) {
	l.Store(mem, m.base, m.off, l.reg(ir.I64, l.in.Rt()))
	l.writeBack(m)
}

func pairScale(in a64.Inst) uint8 { return 2 + uint8(in.Field(31, 31)) }

// Doublewords that are a pair are one access where others may look: single-copy atomic, if it is to 16 aligned bytes
// (FEAT_LSE2: Arm ARM B2.2.1). Where nobody can, two are quicker.

func (l *lifter) storePair(m address) {
	scale := pairScale(l.in)
	if scale == ir.D && l.shared {
		v := l.doublewords(l.in.Rt(), l.in.Rt2())
		l.Emit(ir.Inst{Op: ir.OpStoreV, Aux: ir.Q, A: m.base, B: v, Imm: uint64(m.off)})
		l.writeBack(m)
		return
	}
	first, second := l.reg(ir.I64, l.in.Rt()), l.reg(ir.I64, l.in.Rt2())
	l.Store(scale, m.base, m.off, first)
	l.Store(scale, m.base, m.off+1<<scale, second)
	l.writeBack(m)
}

func (l *lifter) loadPair(mem uint8, m address) {
	if mem == ir.D && l.shared {
		v := l.Emit(ir.Inst{Op: ir.OpLoadV, Type: ir.V128, Aux: ir.Q, A: m.base, Imm: uint64(m.off)})
		l.setDoublewords(l.in.Rt(), l.in.Rt2(), v)
		l.writeBack(m)
		return
	}
	first := l.Load(ir.I64, mem, m.base, m.off)
	second := l.Load(ir.I64, mem, m.base, m.off+1<<(mem&ir.MemSizeMask))
	l.setReg(ir.I64, l.in.Rt(), first)
	l.setReg(ir.I64, l.in.Rt2(), second)
	l.writeBack(m)
}
