package lift

import (
	"math/bits"

	"axol/jit/a64"
	"axol/jit/ir"
)

// Advanced SIMD copy, modified immediate, permute, extract and table lookup.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpDupVecElem: func(l *lifter) {
			lane, index := l.copyLane()
			l.SetV(l.in.Rd(), l.v1Imm(ir.OpVDupLane, lane|l.part(), l.GetV(l.in.Rn()), index))
		},
		a64.OpDupSca: func(l *lifter) {
			lane, index := l.copyLane()
			if n := l.GetV(l.in.Rn()); lane == ir.D && index == 1 {
				l.SetV(l.in.Rd(), l.Emit(ir.Inst{Op: ir.OpVExt, Type: ir.V128, A: n, B: l.vConst(0), Imm: 8}))
			} else {
				l.SetV(l.in.Rd(), l.v1Imm(ir.OpVDupLane, lane|ir.VOne, n, index))
			}
		},
		a64.OpDupVecGen: func(l *lifter) {
			lane, _ := l.copyLane()
			l.SetV(l.in.Rd(), l.v1(ir.OpVDup, lane|l.part(), l.reg(ir.I64, l.in.Rn())))
		},
		a64.OpUmov: moveOut(ir.OpVGet),
		a64.OpSmov: moveOut(ir.OpVGetS),
		a64.OpInsGen: func(l *lifter) {
			lane, index := l.copyLane()
			l.SetV(l.in.Rd(), l.v2Imm(ir.OpVIns, lane, l.destination(), l.reg(ir.I64, l.in.Rn()), index))
		},
		a64.OpInsElem: func(l *lifter) {
			lane, index := l.copyLane()
			from := uint64(l.in.Field(14, 11)) >> lane
			l.SetV(l.in.Rd(), l.v2Imm(ir.OpVInsLane, lane, l.destination(), l.GetV(l.in.Rn()), index|from<<8))
		},

		a64.OpMoviVec:     setImmediate,
		a64.OpMvniVec:     setImmediate,
		a64.OpMoviVec64:   setImmediate,
		a64.OpFmovVecImm:  setImmediate,
		a64.OpFmovVecImmD: setImmediate,
		a64.OpFmovVecImmH: func(l *lifter) {
			x := replicate(ir.H, expandFloat(l.abcdefgh(), ir.F16))
			l.SetV(l.in.Rd(), l.trim(l.part(), l.vConst(x)))
		},
		a64.OpOrrVecImm: logicImmediate(ir.OpVOr),
		a64.OpBicVecImm: logicImmediate(ir.OpVAndNot),

		a64.OpZip1Vec: lift2(intVector, op2(ir.OpVZip1)),
		a64.OpTrn1Vec: lift2(intVector, op2(ir.OpVTrn1)),
		a64.OpTrn2Vec: lift2(intVector, op2(ir.OpVTrn2)),
		a64.OpZip2Vec: lift2(intVector, zip2),
		a64.OpUzp1Vec: lift2(intVector, func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
			even, _ := l.evenOdd(aux, n, m)
			return l.trim(aux, even)
		}),
		a64.OpUzp2Vec: lift2(intVector, func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
			_, odd := l.evenOdd(aux, n, m)
			return l.trim(aux, odd)
		}),
		a64.OpExtVec: lift2(byteVector, extract),
		a64.OpTblVec: tableLookup(false),
		a64.OpTbxVec: tableLookup(true),
	})
}

// copyLane is what imm5 says: its lowest set bit is the lane, the bits above
// are the index.
func (l *lifter) copyLane() (lane ir.Lane, index uint64) {
	imm := l.in.Imm5()
	lane = ir.Lane(bits.TrailingZeros8(imm))
	return lane, uint64(imm) >> (lane + 1)
}

func moveOut(op ir.Op) liftFunc {
	return func(l *lifter) {
		t := ir.I32
		if l.in.Q() {
			t = ir.I64
		}
		lane, index := l.copyLane()
		l.setReg(t, l.in.Rd(), l.vGet(op, t, lane, l.GetV(l.in.Rn()), index))
	}
}

// abcdefgh is the immediate of the modified immediate instructions.
func (l *lifter) abcdefgh() uint8 { return uint8(l.in.Field(18, 16)<<5 | l.in.Field(9, 5)) }

func setImmediate(l *lifter) {
	x := expandImmediate(l.in.Field(29, 29), l.in.Field(15, 12), l.abcdefgh())
	l.SetV(l.in.Rd(), l.trim(l.part(), l.vConst(x)))
}

func logicImmediate(op ir.Op) liftFunc {
	return func(l *lifter) {
		// The op bit tells BIC from ORR, and is no inversion here.
		x := l.vConst(expandImmediate(0, l.in.Field(15, 12), l.abcdefgh()))
		l.SetV(l.in.Rd(), l.v2(op, l.part(), l.destination(), x))
	}
}

// expandImmediate is AdvSIMDExpandImm, with the inversion of MVNI.
func expandImmediate(op, cmode uint32, imm uint8) uint64 {
	x := uint64(imm)
	switch cmode >> 1 {
	case 0, 1, 2, 3:
		x = replicate(ir.S, x<<(8*(cmode>>1)))
	case 4, 5:
		x = replicate(ir.H, x<<(8*(cmode>>1&1)))
	case 6:
		shift := 8 + 8*(cmode&1)
		x = replicate(ir.S, x<<shift|(1<<shift-1))
	default:
		return expandImmediate7(op, cmode, imm)
	}
	if op != 0 {
		return ^x
	}
	return x
}

// expandImmediate7 is the part of expandImmediate that op does not invert.
func expandImmediate7(op, cmode uint32, imm uint8) uint64 {
	switch {
	case cmode&1 == 0 && op == 0:
		return replicate(ir.B, uint64(imm))
	case cmode&1 == 0: // a byte for each bit
		var x uint64
		for i := range 8 {
			x |= uint64(imm>>i&1) * 0xff << (8 * i)
		}
		return x
	case op == 0:
		return replicate(ir.S, expandFloat(imm, ir.F32))
	default:
		return expandFloat(imm, ir.F64)
	}
}

// zip2 of vectors of 64 bits is the high half of the whole registers' zip1.
func zip2(l *lifter, aux uint8, n, m ir.Value) ir.Value {
	if aux&ir.VHalf == 0 {
		return l.v2(ir.OpVZip2, aux, n, m)
	}
	both := l.Lane2(ir.OpVZip1, ir.LaneOf(aux), n, m)
	return l.v1Imm(ir.OpVDupLane, ir.D|ir.VHalf, both, 1)
}

func extract(l *lifter, aux uint8, n, m ir.Value) ir.Value {
	if aux&ir.VHalf != 0 {
		n = l.joined(n, m)
		m = n
	}
	return l.trim(aux, l.v2Imm(ir.OpVExt, 0, n, m, uint64(l.in.Field(14, 11))))
}

// tableLookup looks the indexes up in each register of the table in turn. What
// is out of range stays as it is: zero, or with TBX the destination.
func tableLookup(keep bool) liftFunc {
	return func(l *lifter) {
		index := l.GetV(l.in.Rm())
		r := l.vConst(0)
		if keep {
			r = l.destination()
		}
		for i := range uint8(l.in.Field(14, 13)) + 1 {
			if i > 0 {
				index = l.Lane2(ir.OpVSub, ir.B, index, l.laneConst(ir.B, 16))
			}
			r = l.v3(ir.OpVTbl, 0, l.GetV((l.in.Rn()+i)%32), r, index)
		}
		l.SetV(l.in.Rd(), l.trim(l.part(), r))
	}
}
