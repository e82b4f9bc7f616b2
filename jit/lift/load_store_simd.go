package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Loads and stores of SIMD and floating-point registers. What is not loaded of a
// register becomes zero.

func init() {
	single(a64.OpStrSimdImm, a64.OpStrSimdIndexed, a64.OpStrSimdReg, a64.OpStrSimdUnscaled, simdSize, func(l *lifter, m address) {
		l.storeV(simdSize(l.in), m.base, m.off, l.GetV(l.in.Rt()))
		l.writeBack(m)
	})
	single(a64.OpLdrSimdImm, a64.OpLdrSimdIndexed, a64.OpLdrSimdReg, a64.OpLdrSimdUnscaled, simdSize, func(l *lifter, m address) {
		l.SetV(l.in.Rt(), l.loadV(simdSize(l.in), m.base, m.off))
		l.writeBack(m)
	})
	register(map[a64.Op]liftFunc{
		a64.OpLdrSimdLit: func(l *lifter) { l.SetV(l.in.Rt(), l.loadV(simdPairSize(l.in), l.literal().base, 0)) },
		a64.OpStpSimd:    storePairSimd,
		a64.OpStnpSimd:   storePairSimd,
		a64.OpLdpSimd:    loadPairSimd,
		a64.OpLdnpSimd:   loadPairSimd,
	})
}

// simdSize is log2 of the bytes: opc<1>:size.
func simdSize(in a64.Inst) uint8 { return uint8(in.Field(23, 23)<<2) | in.MemSize() }

// simdPairSize is log2 of the bytes of one register of a pair, or of a literal.
func simdPairSize(in a64.Inst) uint8 { return 2 + in.MemSize() }

func (l *lifter) loadV(size uint8, base ir.Value, off int64) ir.Value {
	return l.Emit(ir.Inst{Op: ir.OpLoadV, Type: ir.V128, Aux: size, A: base, Imm: uint64(off)})
}

func (l *lifter) storeV(size uint8, base ir.Value, off int64, v ir.Value) {
	l.Emit(ir.Inst{Op: ir.OpStoreV, Aux: size, A: base, B: v, Imm: uint64(off)})
}

func storePairSimd(l *lifter) {
	size := simdPairSize(l.in)
	m := l.pair(size)
	l.storeV(size, m.base, m.off, l.GetV(l.in.Rt()))
	l.storeV(size, m.base, m.off+1<<size, l.GetV(l.in.Rt2()))
	l.writeBack(m)
}

func loadPairSimd(l *lifter) {
	size := simdPairSize(l.in)
	m := l.pair(size)
	first := l.loadV(size, m.base, m.off)
	second := l.loadV(size, m.base, m.off+1<<size)
	l.SetV(l.in.Rt(), first)
	l.SetV(l.in.Rt2(), second)
	l.writeBack(m)
}
