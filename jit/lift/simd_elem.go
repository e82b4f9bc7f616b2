package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Advanced SIMD by indexed element: integers. (Those that widen are with three
// different, those of floating point with the other floating point.)

func init() {
	for _, r := range []struct {
		vector, scalar a64.Op
		c              compute
	}{
		{a64.OpMulElem, 0, op2(ir.OpVMul)},
		{a64.OpMlaElem, 0, accumulate(ir.OpVAdd, op2(ir.OpVMul))},
		{a64.OpMlsElem, 0, accumulate(ir.OpVSub, op2(ir.OpVMul))},
		{a64.OpSqdmulhElem, a64.OpSqdmulhElemSca, op2(ir.OpVSqDmulh)},
		{a64.OpSqrdmulhElem, a64.OpSqrdmulhElemSca, op2(ir.OpVSqrDmulh)},
		{a64.OpSqrdmlahElem, a64.OpSqrdmlahElemSca, op3(ir.OpVSqrDmlah)},
		{a64.OpSqrdmlshElem, a64.OpSqrdmlshElemSca, op3(ir.OpVSqrDmlsh)},
	} {
		registerForms(map[a64.Op]form{r.vector: intVector, r.scalar: intScalar}, liftElem, r.c)
	}
	register(map[a64.Op]liftFunc{
		a64.OpSdotElem:  liftElem(wordVector, op3(ir.OpVSDot)),
		a64.OpUdotElem:  liftElem(wordVector, op3(ir.OpVUDot)),
		a64.OpUsdotElem: liftElem(wordVector, op3(ir.OpVUsDot)),
		a64.OpSudotElem: liftElem(wordVector, func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
			return l.v3(ir.OpVUsDot, aux, l.destination(), m, n)
		}),
	})
}
