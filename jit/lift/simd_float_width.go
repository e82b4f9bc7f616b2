package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Advanced SIMD floating point between precisions: conversions, FMLAL, BF16;
// and complex numbers.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpFcvtlVec: func(l *lifter) {
			l.SetV(l.in.Rd(), l.Lane1Imm(ir.OpVFCvtL, l.floatLane()-1, l.GetV(l.in.Rn()), l.upper()))
		},
		a64.OpFcvtnVec:  func(l *lifter) { l.convertNarrow(ir.OpVFCvtN, l.floatLane(), 0) },
		a64.OpFcvtxnVec: func(l *lifter) { l.convertNarrow(ir.OpVFCvtN, ir.D, 1) },
		a64.OpBfcvtnVec: func(l *lifter) { l.convertNarrow(ir.OpVBfCvtN, ir.S, 0) },
		a64.OpFcvtxnSca: func(l *lifter) {
			l.SetV(l.in.Rd(), l.Lane1Imm(ir.OpVFCvtN, ir.D|ir.VOne, l.GetV(l.in.Rn()), 1))
		},

		a64.OpFmlalVec:  lift2(wordVector, mulAddHalf(0)),
		a64.OpFmlal2Vec: lift2(wordVector, mulAddHalf(1)),
		a64.OpFmlslVec:  lift2(wordVector, negatedHalf(mulAddHalf(0))),
		a64.OpFmlsl2Vec: lift2(wordVector, negatedHalf(mulAddHalf(1))),

		a64.OpFmlalElem:  liftElemOf(ir.H, 0, wordVector, mulAddHalf(0)),
		a64.OpFmlal2Elem: liftElemOf(ir.H, 0, wordVector, mulAddHalf(1)),
		a64.OpFmlslElem:  liftElemOf(ir.H, 0, wordVector, negatedHalf(mulAddHalf(0))),
		a64.OpFmlsl2Elem: liftElemOf(ir.H, 0, wordVector, negatedHalf(mulAddHalf(1))),

		a64.OpBfdotVec:   lift2(wordVector, op3(ir.OpVBfDot)),
		a64.OpBfmmlaVec:  lift2(wordVector, op3(ir.OpVBfMmla)),
		a64.OpBfmlalVec:  lift2(wordVector, bfMulAdd),
		a64.OpBfdotElem:  liftElem(wordVector, op3(ir.OpVBfDot)),
		a64.OpBfmlalElem: liftElemOf(ir.H, 0, wordVector, bfMulAdd),

		a64.OpFcmlaVec: lift2(intVector, func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
			return l.v3Imm(ir.OpVFCMla, aux, l.destination(), n, m, uint64(l.in.Field(12, 11)))
		}),
		a64.OpFcaddVec: lift2(intVector, func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
			return l.v2Imm(ir.OpVFCAdd, aux, n, m, uint64(l.in.Field(12, 12)*2+1))
		}),
		a64.OpFcmlaElem: func(l *lifter) {
			aux := intVector(l)
			m := l.element(ir.LaneOf(aux), 1)
			l.SetV(l.in.Rd(), l.v3Imm(ir.OpVFCMla, aux, l.destination(), l.GetV(l.in.Rn()), m, uint64(l.in.Field(14, 13))))
		},
	})
}

// liftElemOf is liftElem with an element that is not of the lane of the form.
func liftElemOf(lane ir.Lane, group uint8, f form, c compute) liftFunc {
	return func(l *lifter) {
		m := l.element(lane, group)
		l.SetV(l.in.Rd(), c(l, f(l), l.GetV(l.in.Rn()), m))
	}
}

func (l *lifter) convertNarrow(op ir.Op, lane ir.Lane, odd uint64) {
	l.SetV(l.in.Rd(), l.narrowed(l.Lane1Imm(op, lane, l.GetV(l.in.Rn()), odd)))
}

func mulAddHalf(upper uint64) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return l.v3Imm(ir.OpVFMulAddL, aux, l.destination(), n, m, upper)
	}
}

func negatedHalf(c compute) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return c(l, aux, l.Lane2(ir.OpVXor, ir.H, n, l.signMask(ir.H)), m)
	}
}

// bfMulAdd is BFMLALB of the even elements, or BFMLALT of the odd ones: a BF16
// number is the upper half of a single. Q tells which; the vector is whole.
func bfMulAdd(l *lifter, _ uint8, n, m ir.Value) ir.Value {
	asSingle := func(v ir.Value) ir.Value {
		if l.in.Q() {
			return l.Lane2(ir.OpVAndNot, ir.S, v, l.laneConst(ir.S, 0xffff))
		}
		return l.Lane1Imm(ir.OpVShlImm, ir.S, v, 16)
	}
	return l.v3(ir.OpVFMulAdd, ir.S, l.destination(), asSingle(n), asSingle(m))
}
