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

// foldCount finds the ones of 64 bits counted by way of bytes, which is how programs without an instruction for it do it:
// CNT, and ADDV or UADDLV.
func foldCount(u *Unit, in *Inst) {
	a := &u.Insts[in.A]
	narrow := in.Aux == B && a.Op == OpVCnt && zeroAbove(u, a.A, 4)
	if in.Aux == H && a.Op == OpVWidenU && a.Aux == B && a.Imm == 0 {
		a = &u.Insts[a.A]
		narrow = a.Op == OpVCnt
	}
	if narrow {
		in.Op, in.Aux, in.A = OpVPopcnt, 0, a.A
	}
}

// zeroAbove reports whether the upper half of v is known to be zero. It looks back over some operations only.
func zeroAbove(u *Unit, v Value, depth int) bool {
	if depth == 0 || v == 0 {
		return false
	}
	above := func(v Value) bool { return zeroAbove(u, v, depth-1) }
	switch in := &u.Insts[v]; in.Op {
	case OpVLow64, OpVPopcnt, OpFToV, OpVNarrow, OpVAddAcross, OpVSMaxAcross, OpVUMaxAcross, OpVSMinAcross, OpVUMinAcross, OpVSqXtn, OpVUqXtn, OpVSqXtun:
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
