package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Advanced SIMD three same (Arm ARM C4.1.96): integers and logic, vector and
// scalar.

func init() {
	for _, r := range []struct {
		vector, scalar a64.Op
		c              compute
	}{
		{a64.OpShaddVec, 0, op2(ir.OpVShAdd)},
		{a64.OpUhaddVec, 0, op2(ir.OpVUhAdd)},
		{a64.OpSrhaddVec, 0, op2(ir.OpVSrhAdd)},
		{a64.OpUrhaddVec, 0, op2(ir.OpVUrhAdd)},
		{a64.OpShsubVec, 0, op2(ir.OpVShSub)},
		{a64.OpUhsubVec, 0, op2(ir.OpVUhSub)},
		{a64.OpSqaddVec, a64.OpSqaddSca, op2(ir.OpVSqAdd)},
		{a64.OpUqaddVec, a64.OpUqaddSca, op2(ir.OpVUqAdd)},
		{a64.OpSqsubVec, a64.OpSqsubSca, op2(ir.OpVSqSub)},
		{a64.OpUqsubVec, a64.OpUqsubSca, op2(ir.OpVUqSub)},
		{a64.OpCmgtVec, a64.OpCmgtSca, op2(ir.OpVCmpGT)},
		{a64.OpCmgeVec, a64.OpCmgeSca, op2(ir.OpVCmpGE)},
		{a64.OpCmhiVec, a64.OpCmhiSca, op2(ir.OpVCmpHI)},
		{a64.OpCmhsVec, a64.OpCmhsSca, op2(ir.OpVCmpHS)},
		{a64.OpCmeqVec, a64.OpCmeqSca, op2(ir.OpVCmpEQ)},
		{a64.OpCmtstVec, a64.OpCmtstSca, op2(ir.OpVCmpTst)},
		{a64.OpSshlVec, a64.OpSshlSca, op2(ir.OpVSshlReg)},
		{a64.OpUshlVec, a64.OpUshlSca, op2(ir.OpVShlReg)},
		{a64.OpSrshlVec, a64.OpSrshlSca, op2(ir.OpVSrShl)},
		{a64.OpUrshlVec, a64.OpUrshlSca, op2(ir.OpVUrShl)},
		{a64.OpSqshlVec, a64.OpSqshlSca, op2(ir.OpVSqShl)},
		{a64.OpUqshlVec, a64.OpUqshlSca, op2(ir.OpVUqShl)},
		{a64.OpSqrshlVec, a64.OpSqrshlSca, op2(ir.OpVSqrShl)},
		{a64.OpUqrshlVec, a64.OpUqrshlSca, op2(ir.OpVUqrShl)},
		{a64.OpSmaxVec, 0, op2(ir.OpVMaxS)},
		{a64.OpUmaxVec, 0, op2(ir.OpVMaxU)},
		{a64.OpSminVec, 0, op2(ir.OpVMinS)},
		{a64.OpUminVec, 0, op2(ir.OpVMinU)},
		{a64.OpSabdVec, 0, op2(ir.OpVSAbd)},
		{a64.OpUabdVec, 0, op2(ir.OpVUAbd)},
		{a64.OpSabaVec, 0, accumulate(ir.OpVAdd, op2(ir.OpVSAbd))},
		{a64.OpUabaVec, 0, accumulate(ir.OpVAdd, op2(ir.OpVUAbd))},
		{a64.OpAddVec, a64.OpAddSca, op2(ir.OpVAdd)},
		{a64.OpSubVec, a64.OpSubSca, op2(ir.OpVSub)},
		{a64.OpMulVec, 0, op2(ir.OpVMul)},
		{a64.OpMlaVec, 0, accumulate(ir.OpVAdd, op2(ir.OpVMul))},
		{a64.OpMlsVec, 0, accumulate(ir.OpVSub, op2(ir.OpVMul))},
		{a64.OpPmulVec, 0, op2(ir.OpVPmul)},
		{a64.OpSmaxpVec, 0, pairwise(ir.OpVMaxS)},
		{a64.OpUmaxpVec, 0, pairwise(ir.OpVMaxU)},
		{a64.OpSminpVec, 0, pairwise(ir.OpVMinS)},
		{a64.OpUminpVec, 0, pairwise(ir.OpVMinU)},
		{a64.OpAddpVec, 0, addPairs},
		{a64.OpSqdmulhVec, a64.OpSqdmulhSca, op2(ir.OpVSqDmulh)},
		{a64.OpSqrdmulhVec, a64.OpSqrdmulhSca, op2(ir.OpVSqrDmulh)},
		{a64.OpSqrdmlahVec, a64.OpSqrdmlahSca, op3(ir.OpVSqrDmlah)},
		{a64.OpSqrdmlshVec, a64.OpSqrdmlshSca, op3(ir.OpVSqrDmlsh)},
	} {
		registerForms(map[a64.Op]form{r.vector: intVector, r.scalar: intScalar}, lift2, r.c)
	}

	for op, c := range map[a64.Op]compute{
		a64.OpAndVec: op2(ir.OpVAnd),
		a64.OpBicVec: op2(ir.OpVAndNot),
		a64.OpOrrVec: op2(ir.OpVOr),
		a64.OpOrnVec: op2(ir.OpVOrNot),
		a64.OpEorVec: op2(ir.OpVXor),
		a64.OpBslVec: func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
			return l.trim(aux, l.v3(ir.OpVBsl, 0, l.destination(), n, m))
		},
		a64.OpBitVec: func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
			return l.trim(aux, l.v3(ir.OpVBsl, 0, m, n, l.destination()))
		},
		a64.OpBifVec: func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
			return l.trim(aux, l.v3(ir.OpVBsl, 0, m, l.destination(), n))
		},
	} {
		register(map[a64.Op]liftFunc{op: lift2(byteVector, c)})
	}

	// Dot products and matrices take words of bytes.
	for op, c := range map[a64.Op]compute{
		a64.OpSdotVec:   op3(ir.OpVSDot),
		a64.OpUdotVec:   op3(ir.OpVUDot),
		a64.OpUsdotVec:  op3(ir.OpVUsDot),
		a64.OpSmmlaVec:  op3(ir.OpVSmmla),
		a64.OpUmmlaVec:  op3(ir.OpVUmmla),
		a64.OpUsmmlaVec: op3(ir.OpVUsmmla),
	} {
		register(map[a64.Op]liftFunc{op: lift2(wordVector, c)})
	}
}

// joined is the two operands' computed parts in one register: for vectors of
// 64 bits the low halves.
func (l *lifter) joined(n, m ir.Value) ir.Value {
	return l.v2Imm(ir.OpVInsLane, ir.D, n, m, 1)
}

// evenOdd separates the even lanes of n and m, and the odd ones.
func (l *lifter) evenOdd(aux uint8, n, m ir.Value) (even, odd ir.Value) {
	if aux&ir.VHalf != 0 {
		n = l.joined(n, m)
		m = n
	}
	lane := ir.LaneOf(aux)
	return l.Lane2(ir.OpVUzp1, lane, n, m), l.Lane2(ir.OpVUzp2, lane, n, m)
}

// pairwise applies op to neighbours of n, then of m.
func pairwise(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		even, odd := l.evenOdd(aux, n, m)
		return l.v2(op, aux, even, odd)
	}
}

func addPairs(l *lifter, aux uint8, n, m ir.Value) ir.Value {
	if aux&ir.VHalf != 0 {
		n = l.joined(n, m)
		m = n
	}
	return l.v2(ir.OpVAddP, aux, n, m)
}
