package ir

// What the upper half of a vector is known to be: instructions on 64 bits clear it, and most of what they
// read has it clear already.

// foldLow64 drops the clearing of an upper half that is clear, or that is not looked at.
func (o *Optimizer) foldLow64(u *Unit, in *Inst, v Value) {
	if in.Op == OpVLow64 {
		if zeroAbove(u, in.A, 4) {
			o.replace(in, v, in.A)
		}
		return
	}
	if a := &u.Insts[in.A]; a.Op == OpVLow64 && (in.Op == OpVToF || (in.Imm+1)<<in.Aux <= 8) {
		in.A = a.A
	}
}

// zeroAbove reports whether the upper half of v is known to be zero. It looks back over some operations only.
func zeroAbove(u *Unit, v Value, depth int) bool {
	if depth == 0 || v == 0 {
		return false
	}
	above := func(v Value) bool { return zeroAbove(u, v, depth-1) }
	switch in := &u.Insts[v]; in.Op {
	case OpVLow64, OpFToV, OpVNarrow, OpVAddAcross, OpVSMaxAcross, OpVUMaxAcross, OpVSMinAcross, OpVUMinAcross, OpVSqXtn, OpVUqXtn, OpVSqXtun:
		return true
	case OpLoadV:
		return in.Aux <= 3
	case OpVConst:
		return in.Imm == 0
	case OpVAndNot, OpVNeg, OpVAbs, OpVShlImm, OpVShrImm, OpVSarImm, OpVCnt, OpVRev16, OpVRev32:
		return above(in.A)
	case OpVAnd:
		return above(in.A) || above(in.B)
	case OpVOr, OpVXor, OpVAdd, OpVSub, OpVMul, OpVMinS, OpVMinU, OpVMaxS, OpVMaxU, OpVCmpGT, OpVCmpHI, OpVCmpTst:
		return above(in.A) && above(in.B)
	default:
		return in.Op >= OpVSqAdd && in.Op < OpVAesE && in.Aux&(VHalf|VOne) != 0
	}
}
