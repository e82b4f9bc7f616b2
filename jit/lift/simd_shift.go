package lift

import (
	"math/bits"

	"axol/jit/a64"
	"axol/jit/ir"
)

// Advanced SIMD shift by immediate. The highest bit of immh tells the lane;
// immh:immb is the lane's width plus a left shift, or twice the width less a
// right one.

func init() {
	for _, r := range []struct {
		vector, scalar a64.Op
		c              compute
	}{
		{a64.OpSshrVecImm, a64.OpSshrScaImm, shiftRight(ir.OpVSarImm)},
		{a64.OpUshrVecImm, a64.OpUshrScaImm, shiftRight(ir.OpVShrImm)},
		{a64.OpSrshrVecImm, a64.OpSrshrScaImm, roundRight(ir.OpVSrShl)},
		{a64.OpUrshrVecImm, a64.OpUrshrScaImm, roundRight(ir.OpVUrShl)},
		{a64.OpSsraVecImm, a64.OpSsraScaImm, accumulate(ir.OpVAdd, shiftRight(ir.OpVSarImm))},
		{a64.OpUsraVecImm, a64.OpUsraScaImm, accumulate(ir.OpVAdd, shiftRight(ir.OpVShrImm))},
		{a64.OpSrsraVecImm, a64.OpSrsraScaImm, accumulate(ir.OpVAdd, roundRight(ir.OpVSrShl))},
		{a64.OpUrsraVecImm, a64.OpUrsraScaImm, accumulate(ir.OpVAdd, roundRight(ir.OpVUrShl))},
		{a64.OpShlVecImm, a64.OpShlScaImm, func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
			return l.v1Imm(ir.OpVShlImm, aux, n, l.leftShift())
		}},
		{a64.OpSliVecImm, a64.OpSliScaImm, insertLeft},
		{a64.OpSriVecImm, a64.OpSriScaImm, insertRight},
		{a64.OpSqshlVecImm, a64.OpSqshlScaImm, saturateLeft(ir.OpVSqShl)},
		{a64.OpUqshlVecImm, a64.OpUqshlScaImm, saturateLeft(ir.OpVUqShl)},
		{a64.OpSqshluVecImm, a64.OpSqshluScaImm, saturateLeft(ir.OpVSqShlU)},

		{a64.OpShrnVecImm, 0, shiftNarrow(ir.OpVShrImm, ir.OpVNarrow)},
		{a64.OpRshrnVecImm, 0, roundNarrow(ir.OpVUrShl, ir.OpVNarrow)},
		{a64.OpSqshrnVecImm, a64.OpSqshrnScaImm, shiftNarrow(ir.OpVSarImm, ir.OpVSqXtn)},
		{a64.OpUqshrnVecImm, a64.OpUqshrnScaImm, shiftNarrow(ir.OpVShrImm, ir.OpVUqXtn)},
		{a64.OpSqshrunVecImm, a64.OpSqshrunScaImm, shiftNarrow(ir.OpVSarImm, ir.OpVSqXtun)},
		{a64.OpSqrshrnVecImm, a64.OpSqrshrnScaImm, roundNarrow(ir.OpVSrShl, ir.OpVSqXtn)},
		{a64.OpUqrshrnVecImm, a64.OpUqrshrnScaImm, roundNarrow(ir.OpVUrShl, ir.OpVUqXtn)},
		{a64.OpSqrshrunVecImm, a64.OpSqrshrunScaImm, roundNarrow(ir.OpVSrShl, ir.OpVSqXtun)},
		{a64.OpSshllVecImm, 0, shiftLong(ir.OpVWidenS)},
		{a64.OpUshllVecImm, 0, shiftLong(ir.OpVWidenU)},

		{a64.OpScvtfVecImm, a64.OpScvtfScaImm, fixedPoint(ir.OpVIToF, 0)},
		{a64.OpUcvtfVecImm, a64.OpUcvtfScaImm, fixedPoint(ir.OpVIToF, ir.Unsigned)},
		{a64.OpFcvtzsVecImm, a64.OpFcvtzsScaImm, fixedPoint(ir.OpVFToI, ir.RoundZero)},
		{a64.OpFcvtzuVecImm, a64.OpFcvtzuScaImm, fixedPoint(ir.OpVFToI, ir.RoundZero|ir.Unsigned)},
	} {
		registerForms(map[a64.Op]form{r.vector: shiftVector, r.scalar: shiftScalar}, lift1, r.c)
	}
}

func shiftVector(l *lifter) uint8 { return l.shiftLane() | l.part() }
func shiftScalar(l *lifter) uint8 { return l.shiftLane() | ir.VOne }

func (l *lifter) shiftLane() ir.Lane { return ir.Lane(bits.Len32(l.in.Field(22, 19)) - 1) }
func (l *lifter) shiftImm() uint64   { return uint64(l.in.Field(22, 16)) }
func (l *lifter) leftShift() uint64  { return l.shiftImm() - 8<<l.shiftLane() }
func (l *lifter) rightShift() uint64 { return 16<<l.shiftLane() - l.shiftImm() }

func shiftRight(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value { return l.v1Imm(op, aux, n, l.rightShift()) }
}

// roundRight is a rounding shift by register, of minus the distance.
func roundRight(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		return l.v2(op, aux, n, l.laneConst(ir.LaneOf(aux), -l.rightShift()))
	}
}

func saturateLeft(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		return l.v2(op, aux, n, l.laneConst(ir.LaneOf(aux), l.leftShift()))
	}
}

// insertLeft keeps the destination's bits below the shifted ones, insertRight
// those above.
func insertLeft(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
	lane := ir.LaneOf(aux)
	shifted := l.Lane1Imm(ir.OpVShlImm, lane, n, l.leftShift())
	mask := l.laneConst(lane, ^uint64(0)<<l.leftShift())
	return l.trim(aux, l.v3(ir.OpVBsl, 0, mask, shifted, l.destination()))
}

func insertRight(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
	lane := ir.LaneOf(aux)
	shifted := l.Lane1Imm(ir.OpVShrImm, lane, n, l.rightShift())
	mask := l.laneConst(lane, ^uint64(0)>>(64-8<<lane)>>l.rightShift())
	return l.trim(aux, l.v3(ir.OpVBsl, 0, mask, shifted, l.destination()))
}

// shiftNarrow shifts wide lanes right and narrows them.
func shiftNarrow(shift, narrowOp ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		return narrow(narrowOp)(l, aux, l.Lane1Imm(shift, ir.LaneOf(aux)+1, n, l.rightShift()), 0)
	}
}

func roundNarrow(shift, narrowOp ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		lane := ir.LaneOf(aux) + 1
		return narrow(narrowOp)(l, aux, l.Lane2(shift, lane, n, l.laneConst(lane, -l.rightShift())), 0)
	}
}

func shiftLong(widen ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		v := l.widened(widen, aux, n)
		if l.leftShift() == 0 {
			return v // SXTL, UXTL
		}
		return l.Lane1Imm(ir.OpVShlImm, ir.LaneOf(aux)+1, v, l.leftShift())
	}
}

func fixedPoint(op ir.Op, how uint8) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value {
		return l.v1Imm(op, aux, n, l.rightShift()|uint64(how)<<8)
	}
}
