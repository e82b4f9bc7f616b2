package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Advanced SIMD floating point: three same, two-register miscellaneous, across
// lanes and pairwise; vector and scalar, each also in half precision.

// floatForms are the four forms of a floating-point operation.
type floatForms struct {
	vector, vectorHalf, scalar, scalarHalf a64.Op
	c                                      compute
}

func (f floatForms) register(lift func(form, compute) liftFunc) {
	registerForms(map[a64.Op]form{
		f.vector: floatVector, f.vectorHalf: halfVector, f.scalar: floatScalar, f.scalarHalf: halfScalar,
	}, lift, f.c)
}

func init() {
	for _, f := range []floatForms{
		{a64.OpFaddVec, a64.OpFaddVecH, 0, 0, op2(ir.OpVFAdd)},
		{a64.OpFsubVec, a64.OpFsubVecH, 0, 0, op2(ir.OpVFSub)},
		{a64.OpFmulVec, a64.OpFmulVecH, 0, 0, op2(ir.OpVFMul)},
		{a64.OpFdivVec, a64.OpFdivVecH, 0, 0, op2(ir.OpVFDiv)},
		{a64.OpFmaxVec, a64.OpFmaxVecH, 0, 0, op2(ir.OpVFMax)},
		{a64.OpFminVec, a64.OpFminVecH, 0, 0, op2(ir.OpVFMin)},
		{a64.OpFmaxnmVec, a64.OpFmaxnmVecH, 0, 0, op2(ir.OpVFMaxNM)},
		{a64.OpFminnmVec, a64.OpFminnmVecH, 0, 0, op2(ir.OpVFMinNM)},
		{a64.OpFmlaVec, a64.OpFmlaVecH, 0, 0, op3(ir.OpVFMulAdd)},
		{a64.OpFmlsVec, a64.OpFmlsVecH, 0, 0, negated(op3(ir.OpVFMulAdd))},
		{a64.OpFmulxVec, a64.OpFmulxVecH, a64.OpFmulxSca, a64.OpFmulxScaH, op2(ir.OpVFMulX)},
		{a64.OpFrecpsVec, a64.OpFrecpsVecH, a64.OpFrecpsSca, a64.OpFrecpsScaH, op2(ir.OpVFRecpS)},
		{a64.OpFrsqrtsVec, a64.OpFrsqrtsVecH, a64.OpFrsqrtsSca, a64.OpFrsqrtsScaH, op2(ir.OpVFRSqrtS)},
		{a64.OpFabdVec, a64.OpFabdVecH, a64.OpFabdSca, a64.OpFabdScaH, absolute(op2(ir.OpVFSub))},
		{a64.OpFcmeqVec, a64.OpFcmeqVecH, a64.OpFcmeqSca, a64.OpFcmeqScaH, op2(ir.OpVFCmpEQ)},
		{a64.OpFcmgeVec, a64.OpFcmgeVecH, a64.OpFcmgeSca, a64.OpFcmgeScaH, op2(ir.OpVFCmpGE)},
		{a64.OpFcmgtVec, a64.OpFcmgtVecH, a64.OpFcmgtSca, a64.OpFcmgtScaH, op2(ir.OpVFCmpGT)},
		{a64.OpFacgeVec, a64.OpFacgeVecH, a64.OpFacgeSca, a64.OpFacgeScaH, magnitudes(op2(ir.OpVFCmpGE))},
		{a64.OpFacgtVec, a64.OpFacgtVecH, a64.OpFacgtSca, a64.OpFacgtScaH, magnitudes(op2(ir.OpVFCmpGT))},
		{a64.OpFaddpVec, a64.OpFaddpVecH, 0, 0, pairwise(ir.OpVFAdd)},
		{a64.OpFmaxpVec, a64.OpFmaxpVecH, 0, 0, pairwise(ir.OpVFMax)},
		{a64.OpFminpVec, a64.OpFminpVecH, 0, 0, pairwise(ir.OpVFMin)},
		{a64.OpFmaxnmpVec, a64.OpFmaxnmpVecH, 0, 0, pairwise(ir.OpVFMaxNM)},
		{a64.OpFminnmpVec, a64.OpFminnmpVecH, 0, 0, pairwise(ir.OpVFMinNM)},
	} {
		f.register(lift2)
	}

	for _, f := range []floatForms{
		{a64.OpFmlaElem, a64.OpFmlaElemH, a64.OpFmlaElemSca, a64.OpFmlaElemScaH, op3(ir.OpVFMulAdd)},
		{a64.OpFmlsElem, a64.OpFmlsElemH, a64.OpFmlsElemSca, a64.OpFmlsElemScaH, negated(op3(ir.OpVFMulAdd))},
		{a64.OpFmulElem, a64.OpFmulElemH, a64.OpFmulElemSca, a64.OpFmulElemScaH, op2(ir.OpVFMul)},
		{a64.OpFmulxElem, a64.OpFmulxElemH, a64.OpFmulxElemSca, a64.OpFmulxElemScaH, op2(ir.OpVFMulX)},
	} {
		f.register(liftElem)
	}

	for _, f := range []floatForms{
		{a64.OpFabsVec, a64.OpFabsVecH, 0, 0, absolute(operandN)},
		{a64.OpFnegVec, a64.OpFnegVecH, 0, 0, func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
			return l.v2(ir.OpVXor, aux, n, l.signMask(aux))
		}},
		{a64.OpFsqrtVec, a64.OpFsqrtVecH, 0, 0, op1(ir.OpVFSqrt)},
		{a64.OpFrecpeVec, a64.OpFrecpeVecH, a64.OpFrecpeSca, a64.OpFrecpeScaH, op1(ir.OpVFRecpE)},
		{a64.OpFrsqrteVec, a64.OpFrsqrteVecH, a64.OpFrsqrteSca, a64.OpFrsqrteScaH, op1(ir.OpVFRSqrtE)},
		{0, 0, a64.OpFrecpxSca, a64.OpFrecpxScaH, op1(ir.OpVFRecpX)},
		{a64.OpFcmgtVec0, a64.OpFcmgtVecH0, a64.OpFcmgtSca0, a64.OpFcmgtScaH0, withZero(op2(ir.OpVFCmpGT))},
		{a64.OpFcmgeVec0, a64.OpFcmgeVecH0, a64.OpFcmgeSca0, a64.OpFcmgeScaH0, withZero(op2(ir.OpVFCmpGE))},
		{a64.OpFcmeqVec0, a64.OpFcmeqVecH0, a64.OpFcmeqSca0, a64.OpFcmeqScaH0, withZero(op2(ir.OpVFCmpEQ))},
		{a64.OpFcmleVec0, a64.OpFcmleVecH0, a64.OpFcmleSca0, a64.OpFcmleScaH0, withZero(swapped2(ir.OpVFCmpGE))},
		{a64.OpFcmltVec0, a64.OpFcmltVecH0, a64.OpFcmltSca0, a64.OpFcmltScaH0, withZero(swapped2(ir.OpVFCmpGT))},

		{a64.OpFrintnVec, a64.OpFrintnVecH, 0, 0, op1Imm(ir.OpVFRint, uint64(ir.RoundTieEven))},
		{a64.OpFrintmVec, a64.OpFrintmVecH, 0, 0, op1Imm(ir.OpVFRint, uint64(ir.RoundDown))},
		{a64.OpFrintpVec, a64.OpFrintpVecH, 0, 0, op1Imm(ir.OpVFRint, uint64(ir.RoundUp))},
		{a64.OpFrintzVec, a64.OpFrintzVecH, 0, 0, op1Imm(ir.OpVFRint, uint64(ir.RoundZero))},
		{a64.OpFrintaVec, a64.OpFrintaVecH, 0, 0, op1Imm(ir.OpVFRint, uint64(ir.RoundTieAway))},
		{a64.OpFrintxVec, a64.OpFrintxVecH, 0, 0, op1Imm(ir.OpVFRint, uint64(ir.RoundCurrent|ir.RoundExact))},
		{a64.OpFrintiVec, a64.OpFrintiVecH, 0, 0, op1Imm(ir.OpVFRint, uint64(ir.RoundCurrent))},
		{a64.OpFrint32zVec, 0, 0, 0, op1Imm(ir.OpVFRintN, 32|uint64(ir.RoundZero)<<8)},
		{a64.OpFrint32xVec, 0, 0, 0, op1Imm(ir.OpVFRintN, 32|uint64(ir.RoundCurrent)<<8)},
		{a64.OpFrint64zVec, 0, 0, 0, op1Imm(ir.OpVFRintN, 64|uint64(ir.RoundZero)<<8)},
		{a64.OpFrint64xVec, 0, 0, 0, op1Imm(ir.OpVFRintN, 64|uint64(ir.RoundCurrent)<<8)},

		{a64.OpFcvtnsVec, a64.OpFcvtnsVecH, a64.OpFcvtnsSca, a64.OpFcvtnsScaH, vecToInt(ir.RoundTieEven)},
		{a64.OpFcvtnuVec, a64.OpFcvtnuVecH, a64.OpFcvtnuSca, a64.OpFcvtnuScaH, vecToInt(ir.RoundTieEven | ir.Unsigned)},
		{a64.OpFcvtmsVec, a64.OpFcvtmsVecH, a64.OpFcvtmsSca, a64.OpFcvtmsScaH, vecToInt(ir.RoundDown)},
		{a64.OpFcvtmuVec, a64.OpFcvtmuVecH, a64.OpFcvtmuSca, a64.OpFcvtmuScaH, vecToInt(ir.RoundDown | ir.Unsigned)},
		{a64.OpFcvtpsVec, a64.OpFcvtpsVecH, a64.OpFcvtpsSca, a64.OpFcvtpsScaH, vecToInt(ir.RoundUp)},
		{a64.OpFcvtpuVec, a64.OpFcvtpuVecH, a64.OpFcvtpuSca, a64.OpFcvtpuScaH, vecToInt(ir.RoundUp | ir.Unsigned)},
		{a64.OpFcvtasVec, a64.OpFcvtasVecH, a64.OpFcvtasSca, a64.OpFcvtasScaH, vecToInt(ir.RoundTieAway)},
		{a64.OpFcvtauVec, a64.OpFcvtauVecH, a64.OpFcvtauSca, a64.OpFcvtauScaH, vecToInt(ir.RoundTieAway | ir.Unsigned)},
		{a64.OpFcvtzsVec, a64.OpFcvtzsVecH, a64.OpFcvtzsSca, a64.OpFcvtzsScaH, vecToInt(ir.RoundZero)},
		{a64.OpFcvtzuVec, a64.OpFcvtzuVecH, a64.OpFcvtzuSca, a64.OpFcvtzuScaH, vecToInt(ir.RoundZero | ir.Unsigned)},
		{a64.OpScvtfVec, a64.OpScvtfVecH, a64.OpScvtfSca, a64.OpScvtfScaH, op1Imm(ir.OpVIToF, 0)},
		{a64.OpUcvtfVec, a64.OpUcvtfVecH, a64.OpUcvtfSca, a64.OpUcvtfScaH, op1Imm(ir.OpVIToF, uint64(ir.Unsigned)<<8)},

		{0, 0, a64.OpFaddpSca, a64.OpFaddpScaH, neighbours(ir.OpVFAdd)},
		{0, 0, a64.OpFmaxpSca, a64.OpFmaxpScaH, neighbours(ir.OpVFMax)},
		{0, 0, a64.OpFminpSca, a64.OpFminpScaH, neighbours(ir.OpVFMin)},
		{0, 0, a64.OpFmaxnmpSca, a64.OpFmaxnmpScaH, neighbours(ir.OpVFMaxNM)},
		{0, 0, a64.OpFminnmpSca, a64.OpFminnmpScaH, neighbours(ir.OpVFMinNM)},
		{a64.OpFmaxvVec, a64.OpFmaxvVecH, 0, 0, tree(ir.OpVFMax)},
		{a64.OpFminvVec, a64.OpFminvVecH, 0, 0, tree(ir.OpVFMin)},
		{a64.OpFmaxnmvVec, a64.OpFmaxnmvVecH, 0, 0, tree(ir.OpVFMaxNM)},
		{a64.OpFminnmvVec, a64.OpFminnmvVecH, 0, 0, tree(ir.OpVFMinNM)},
	} {
		f.register(lift1)
	}
}

// signMask is the sign bit of every lane.
func (l *lifter) signMask(aux uint8) ir.Value {
	lane := ir.LaneOf(aux)
	return l.laneConst(lane, 1<<(8<<lane-1))
}

// negated negates the first factor, before NaNs are looked at.
func negated(c compute) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return c(l, aux, l.Lane2(ir.OpVXor, ir.LaneOf(aux), n, l.signMask(aux)), m)
	}
}

func absolute(c compute) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return l.v2(ir.OpVAndNot, aux, c(l, aux, n, m), l.signMask(aux))
	}
}

// magnitudes takes the operands without their signs.
func magnitudes(c compute) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		lane, sign := ir.LaneOf(aux), l.signMask(aux)
		return c(l, aux, l.Lane2(ir.OpVAndNot, lane, n, sign), l.Lane2(ir.OpVAndNot, lane, m, sign))
	}
}

func op1Imm(op ir.Op, imm uint64) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value { return l.v1Imm(op, aux, n, imm) }
}

func vecToInt(how uint8) compute { return op1Imm(ir.OpVFToI, uint64(how)<<8) }

// neighbours is op of the two lowest lanes.
func neighbours(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		return l.v2(op, aux, n, l.Lane1Imm(ir.OpVDupLane, ir.LaneOf(aux), n, 1))
	}
}

// tree is the manual's Reduce: op of the results for either half, the lower
// first. Lanes that are left over are zeros, which set no flags.
func tree(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		lane := ir.LaneOf(aux)
		n = l.trim(aux, n)
		lanes := 16 >> lane
		if aux&ir.VHalf != 0 {
			lanes /= 2
		}
		for ; lanes > 2; lanes /= 2 {
			n = l.v2(op, lane|ir.VHalf, l.Lane2(ir.OpVUzp1, lane, n, n), l.Lane2(ir.OpVUzp2, lane, n, n))
		}
		return neighbours(op)(l, lane|ir.VOne, n, 0)
	}
}
