package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Advanced SIMD three different: results twice as wide as operands, or half.
// The lane of an instruction is the narrow one.

func init() {
	for op, c := range map[a64.Op]compute{
		a64.OpSaddlVec:  long(ir.OpVWidenS, ir.OpVAdd),
		a64.OpUaddlVec:  long(ir.OpVWidenU, ir.OpVAdd),
		a64.OpSsublVec:  long(ir.OpVWidenS, ir.OpVSub),
		a64.OpUsublVec:  long(ir.OpVWidenU, ir.OpVSub),
		a64.OpSabdlVec:  long(ir.OpVWidenS, ir.OpVSAbd),
		a64.OpUabdlVec:  long(ir.OpVWidenU, ir.OpVUAbd),
		a64.OpSabalVec:  accumulateLong(ir.OpVAdd, long(ir.OpVWidenS, ir.OpVSAbd)),
		a64.OpUabalVec:  accumulateLong(ir.OpVAdd, long(ir.OpVWidenU, ir.OpVUAbd)),
		a64.OpSaddwVec:  wide(ir.OpVWidenS, ir.OpVAdd),
		a64.OpUaddwVec:  wide(ir.OpVWidenU, ir.OpVAdd),
		a64.OpSsubwVec:  wide(ir.OpVWidenS, ir.OpVSub),
		a64.OpUsubwVec:  wide(ir.OpVWidenU, ir.OpVSub),
		a64.OpAddhnVec:  highHalf(ir.OpVAdd, false),
		a64.OpRaddhnVec: highHalf(ir.OpVAdd, true),
		a64.OpSubhnVec:  highHalf(ir.OpVSub, false),
		a64.OpRsubhnVec: highHalf(ir.OpVSub, true),
		a64.OpPmullVec:  longMul(ir.OpVPmull),
	} {
		register(map[a64.Op]liftFunc{op: lift2(intVector, c)})
	}

	for _, r := range []struct {
		vector, elem, scalar, elemScalar a64.Op
		c                                compute
	}{
		{a64.OpSmullVec, a64.OpSmullElem, 0, 0, longMul(ir.OpVMulLS)},
		{a64.OpUmullVec, a64.OpUmullElem, 0, 0, longMul(ir.OpVMulLU)},
		{a64.OpSmlalVec, a64.OpSmlalElem, 0, 0, accumulateLong(ir.OpVAdd, longMul(ir.OpVMulLS))},
		{a64.OpUmlalVec, a64.OpUmlalElem, 0, 0, accumulateLong(ir.OpVAdd, longMul(ir.OpVMulLU))},
		{a64.OpSmlslVec, a64.OpSmlslElem, 0, 0, accumulateLong(ir.OpVSub, longMul(ir.OpVMulLS))},
		{a64.OpUmlslVec, a64.OpUmlslElem, 0, 0, accumulateLong(ir.OpVSub, longMul(ir.OpVMulLU))},
		{a64.OpSqdmullVec, a64.OpSqdmullElem, a64.OpSqdmullSca, a64.OpSqdmullElemSca, longMul(ir.OpVSqDmull)},
		{a64.OpSqdmlalVec, a64.OpSqdmlalElem, a64.OpSqdmlalSca, a64.OpSqdmlalElemSca, accumulateLong(ir.OpVSqAdd, longMul(ir.OpVSqDmull))},
		{a64.OpSqdmlslVec, a64.OpSqdmlslElem, a64.OpSqdmlslSca, a64.OpSqdmlslElemSca, accumulateLong(ir.OpVSqSub, longMul(ir.OpVSqDmull))},
	} {
		registerForms(map[a64.Op]form{r.vector: intVector, r.scalar: intScalar}, lift2, r.c)
		registerForms(map[a64.Op]form{r.elem: intVector, r.elemScalar: intScalar}, liftElem, r.c)
	}
}

// doubled is the form of a result twice as wide: always a whole register,
// unless it is a scalar.
func doubled(aux uint8) uint8 { return aux&^ir.VHalf + 1 }

// widened widens the half of v that the instruction is of.
func (l *lifter) widened(op ir.Op, aux uint8, v ir.Value) ir.Value {
	return l.Lane1Imm(op, ir.LaneOf(aux), v, l.upper())
}

// long is op of the operands widened.
func long(widen, op ir.Op) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return l.v2(op, doubled(aux), l.widened(widen, aux, n), l.widened(widen, aux, m))
	}
}

// wide is op of the first operand and the second widened.
func wide(widen, op ir.Op) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return l.v2(op, doubled(aux), n, l.widened(widen, aux, m))
	}
}

// longMul is an operation that widens by itself. A scalar has no upper half.
func longMul(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		if aux&ir.VOne != 0 {
			return l.v2Imm(op, aux, n, m, 0)
		}
		return l.v2Imm(op, ir.LaneOf(aux), n, m, l.upper())
	}
}

// accumulateLong is accumulate in lanes twice as wide.
func accumulateLong(op ir.Op, c compute) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return l.v2(op, doubled(aux), l.destination(), c(l, aux, n, m))
	}
}

// highHalf is the high half of each lane of op, perhaps rounded.
func highHalf(op ir.Op, round bool) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		lane := ir.LaneOf(aux) + 1
		half := uint64(8) << ir.LaneOf(aux)
		sum := l.Lane2(op, lane, n, m)
		if round {
			sum = l.Lane2(ir.OpVAdd, lane, sum, l.laneConst(lane, 1<<(half-1)))
		}
		return l.narrowed(l.Lane1(ir.OpVNarrow, lane, l.Lane1Imm(ir.OpVShrImm, lane, sum, half)))
	}
}

// narrowed is the result of a narrowing vector operation, made in the low half
// of v: instructions of the upper half keep the low half of the destination.
func (l *lifter) narrowed(v ir.Value) ir.Value {
	if l.in.Q() {
		return l.v2Imm(ir.OpVInsLane, ir.D, l.destination(), v, 1)
	}
	return v
}
