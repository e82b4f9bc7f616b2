package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Advanced SIMD two-register miscellaneous and across lanes: integers.

func init() {
	for _, r := range []struct {
		vector, scalar a64.Op
		c              compute
	}{
		{a64.OpRev64Vec, 0, op1(ir.OpVRev64)},
		{a64.OpRev32Vec, 0, op1(ir.OpVRev32)},
		{a64.OpRev16Vec, 0, op1(ir.OpVRev16)},
		{a64.OpClsVec, 0, op1(ir.OpVCls)},
		{a64.OpClzVec, 0, op1(ir.OpVClz)},
		{a64.OpCntVec, 0, op1(ir.OpVCnt)},
		{a64.OpAbsVec, a64.OpAbsSca, op1(ir.OpVAbs)},
		{a64.OpNegVec, a64.OpNegSca, op1(ir.OpVNeg)},
		{a64.OpSqabsVec, a64.OpSqabsSca, op1(ir.OpVSqAbs)},
		{a64.OpSqnegVec, a64.OpSqnegSca, op1(ir.OpVSqNeg)},
		{a64.OpSuqaddVec, a64.OpSuqaddSca, accumulate(ir.OpVSuqAdd, operandN)},
		{a64.OpUsqaddVec, a64.OpUsqaddSca, accumulate(ir.OpVUsqAdd, operandN)},
		{a64.OpCmgtVec0, a64.OpCmgtSca0, withZero(op2(ir.OpVCmpGT))},
		{a64.OpCmgeVec0, a64.OpCmgeSca0, withZero(op2(ir.OpVCmpGE))},
		{a64.OpCmeqVec0, a64.OpCmeqSca0, withZero(op2(ir.OpVCmpEQ))},
		{a64.OpCmleVec0, a64.OpCmleSca0, withZero(swapped2(ir.OpVCmpGE))},
		{a64.OpCmltVec0, a64.OpCmltSca0, withZero(swapped2(ir.OpVCmpGT))},
		{a64.OpXtnVec, 0, narrow(ir.OpVNarrow)},
		{a64.OpSqxtnVec, a64.OpSqxtnSca, narrow(ir.OpVSqXtn)},
		{a64.OpUqxtnVec, a64.OpUqxtnSca, narrow(ir.OpVUqXtn)},
		{a64.OpSqxtunVec, a64.OpSqxtunSca, narrow(ir.OpVSqXtun)},
		{a64.OpSaddlpVec, 0, pairSums(ir.OpVSarImm)},
		{a64.OpUaddlpVec, 0, pairSums(ir.OpVShrImm)},
		{a64.OpSadalpVec, 0, accumulatePairs(pairSums(ir.OpVSarImm))},
		{a64.OpUadalpVec, 0, accumulatePairs(pairSums(ir.OpVShrImm))},
		{a64.OpShllVec, 0, func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
			return l.Lane1Imm(ir.OpVShlImm, doubled(aux), l.widened(ir.OpVWidenU, aux, n), 8<<ir.LaneOf(aux))
		}},
		{a64.OpAddvVec, 0, sumAcross},
		{a64.OpSaddlvVec, 0, longSumAcross(ir.OpVWidenS)},
		{a64.OpUaddlvVec, 0, longSumAcross(ir.OpVWidenU)},
		{a64.OpSmaxvVec, 0, op1(ir.OpVSMaxAcross)},
		{a64.OpUmaxvVec, 0, op1(ir.OpVUMaxAcross)},
		{a64.OpSminvVec, 0, op1(ir.OpVSMinAcross)},
		{a64.OpUminvVec, 0, op1(ir.OpVUMinAcross)},
	} {
		registerForms(map[a64.Op]form{r.vector: intVector, r.scalar: intScalar}, lift1, r.c)
	}
	register(map[a64.Op]liftFunc{
		a64.OpNotVec:     lift1(byteVector, op1(ir.OpVNot)),
		a64.OpRbitVec:    lift1(byteVector, op1(ir.OpVRbit)),
		a64.OpUrecpeVec:  lift1(wordVector, op1(ir.OpVURecpE)),
		a64.OpUrsqrteVec: lift1(wordVector, op1(ir.OpVURSqrtE)),
		a64.OpAddpSca: func(l *lifter) {
			n := l.GetV(l.in.Rn())
			l.SetV(l.in.Rd(), l.v2(ir.OpVAdd, ir.D|ir.VOne, n, l.Lane1Imm(ir.OpVDupLane, ir.D, n, 1)))
		},
	})
}

// operandN is Rn as it is.
func operandN(_ *lifter, _ uint8, n, _ ir.Value) ir.Value { return n }

// withZero has zero as the second operand.
func withZero(c compute) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value { return c(l, aux, n, l.vConst(0)) }
}

// narrow is a narrowing operation; the instruction's lane is the narrow one.
func narrow(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		v := l.Lane1(op, doubled(aux), n)
		if aux&ir.VOne != 0 {
			return v
		}
		return l.narrowed(v)
	}
}

// pairSums adds neighbours in lanes twice as wide: the odd ones shifted down,
// and the even ones shifted up and down.
func pairSums(shift ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		lane, width := ir.LaneOf(aux)+1, uint64(8)<<ir.LaneOf(aux)
		odd := l.Lane1Imm(shift, lane, n, width)
		even := l.Lane1Imm(shift, lane, l.Lane1Imm(ir.OpVShlImm, lane, n, width), width)
		return l.v2(ir.OpVAdd, aux+1, even, odd)
	}
}

func accumulatePairs(c compute) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return l.v2(ir.OpVAdd, aux+1, l.destination(), c(l, aux, n, m))
	}
}

func sumAcross(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
	return l.Lane1(ir.OpVAddAcross, ir.LaneOf(aux), l.trim(aux, n))
}

// longSumAcross cannot overflow: the sum is twice as wide as what is added.
func longSumAcross(widen ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		lane := ir.LaneOf(aux)
		sum := l.Lane1Imm(widen, lane, n, 0)
		if aux&ir.VHalf == 0 {
			sum = l.Lane2(ir.OpVAdd, lane+1, sum, l.Lane1Imm(widen, lane, n, 1))
		}
		return l.Lane1(ir.OpVAddAcross, lane+1, sum)
	}
}
