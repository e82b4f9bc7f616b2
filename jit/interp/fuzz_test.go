package interp

import (
	"math/rand/v2"
	goruntime "runtime"
	"testing"
	"unsafe"

	"axol/jit/ir"
)

// FuzzUnits runs random units that pass the verifier: whatever the operations and their
// operands, a unit ends in one of the exits, with its budget accounted for.
func FuzzUnits(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 7))
		g := newGuest(t)
		counters := make([]uint64, 8)
		g.m.Hook = func(st *ir.State, _ uint64) { st.PC += uint64(rng.IntN(8)) &^ 3 }
		g.m.Lift = func(u *ir.Unit, pc uint64, _ uint32) {
			u.Reset(pc)
			b := &ir.Builder{U: u}
			b.Start(b.NewBlock(pc))
			b.Insn(pc, 0)
			b.Exit(pc + 4)
		}
		for range 10 {
			g.st.Counters = uint64(uintptr(unsafe.Pointer(&counters[0])))
			g.st.Budget = 50
			g.st.FPCR = rng.Uint32()
			for i := range g.st.X {
				g.st.X[i] = randomAddress(rng)
			}
			for i := range g.st.V {
				g.st.V[i] = [2]uint64{edgy(rng), edgy(rng)}
			}
			g.st.SP = randomAddress(rng)
			u := randomUnit(rng)
			kind := g.run(t, u)
			if kind > ir.ExitTrap+ir.ExitKind(ir.TrapRegime) {
				t.Fatalf("exit %d", kind)
			}
			if g.st.Budget < 0 || g.st.Budget > 50 {
				t.Fatalf("budget %d after %s\n%s", g.st.Budget, kind, u)
			}
		}
		goruntime.KeepAlive(counters) // the units know it by its address only
	})
}

// randomAddress is often in the guest's memory.
func randomAddress(rng *rand.Rand) uint64 {
	if rng.IntN(4) == 0 {
		return edgy(rng)
	}
	return guestBase + rng.Uint64N(2*hostPage) | rng.Uint64()<<60
}

// randomUnit makes three blocks that branch to each other at random.
func randomUnit(rng *rand.Rand) *ir.Unit {
	u := new(ir.Unit)
	u.Reset(0x1000)
	b := &ir.Builder{U: u}
	const blocks = 3
	for id := range blocks {
		b.NewBlock(0x1000 + uint64(id)*0x100)
	}
	for id := range blocks {
		b.Start(ir.BlockID(id))
		pc := u.Blocks[id].PC
		for range 1 + rng.IntN(5) {
			b.Insn(pc, rng.Uint32())
			pc += 4
			for range rng.IntN(12) {
				randomInst(rng, b)
			}
		}
		to := func() ir.BlockID { return ir.BlockID(rng.IntN(blocks)) }
		switch rng.IntN(6) {
		case 0:
			b.Jump(to())
		case 1:
			b.Branch(ir.Inst{Op: ir.OpBrCond, Aux: uint8(rng.IntN(16)), A: b.GetFlags()}, to(), to())
		case 2:
			x := b.Op1(ir.OpLow32, ir.I32, b.GetX(uint8(rng.IntN(32))))
			b.Branch(ir.Inst{Op: ir.OpBrBitSet, Aux: uint8(ir.I32), A: x, Imm: rng.Uint64N(32)}, to(), to())
		case 3:
			b.Trap(ir.Trap(rng.IntN(8)), pc, rng.Uint32())
		case 4:
			b.ExitIndirect(ir.BranchReturn, b.GetX(uint8(rng.IntN(32))))
		default:
			b.Exit(pc)
		}
	}
	return u
}

// randomInst appends a random operation; operands of the right type are made where the
// block has none.
func randomInst(rng *rand.Rand, b *ir.Builder) {
	op := ir.Op(1 + rng.IntN(ir.NumOps-1))
	info := op.Info()
	if info.Name == "" || info.Effect&ir.Ends != 0 || op == ir.OpInsn {
		return
	}
	in := ir.Inst{Op: op, Type: resultType(rng, op), Aux: randomAux(rng, op)}
	operandTypes := [3]ir.Type{}
	for i := range info.Args {
		operandTypes[i] = operandType(rng, info.Args[i], &in)
	}
	switch op { // operands' types are part of the operation
	case ir.OpFToI, ir.OpIToF:
		in.Imm = rng.Uint64N(65) | uint64(operandTypes[0])<<8
	case ir.OpFCvt:
		in.Aux = uint8(operandTypes[0])
	default:
		in.Imm = randomImm(rng, &in)
	}
	for i, ty := range operandTypes[:len(info.Args)] {
		if ty != ir.None {
			*[]*ir.Value{&in.A, &in.B, &in.C}[i] = valueOf(rng, b, ty)
		}
	}
	b.Emit(in)
}

func oneOf[T any](rng *rand.Rand, from ...T) T { return from[rng.IntN(len(from))] }

func resultType(rng *rand.Rand, op ir.Op) ir.Type {
	switch op.Info().Result {
	case "i":
		switch op {
		case ir.OpGetX, ir.OpGetSys, ir.OpNZCV, ir.OpFJcvt, ir.OpZext32, ir.OpSext32, ir.OpRev32, ir.OpMulHiS, ir.OpMulHiU:
			return ir.I64
		case ir.OpLow32, ir.OpCrc32, ir.OpCrc32C, ir.OpStoreEx, ir.OpStoreExV:
			return ir.I32
		}
		return oneOf(rng, ir.I32, ir.I64)
	case "f":
		return oneOf(rng, ir.F16, ir.F32, ir.F64)
	case "v":
		return ir.V128
	case "c":
		return ir.Flags
	}
	return ir.None
}

func operandType(rng *rand.Rand, kind byte, in *ir.Inst) ir.Type {
	switch kind {
	case 'i', 'f':
		return in.Type
	case 'w':
		return ir.I32
	case 'x':
		return ir.I64
	case 'v':
		return ir.V128
	case 'c':
		return ir.Flags
	case 'n':
		if in.Op >= ir.OpFlagsAdd && in.Op <= ir.OpFlagsCFCmp {
			return ir.Type(in.Aux)
		}
		if in.Op == ir.OpBitsToF && in.Type == ir.F64 {
			return ir.I64
		}
		return oneOf(rng, ir.I32, ir.I64)
	case 'F':
		if in.Op == ir.OpFJcvt {
			return ir.F64
		}
		if in.Op == ir.OpFlagsFCmp || in.Op == ir.OpFlagsCFCmp {
			return ir.Type(in.Aux)
		}
		return oneOf(rng, ir.F16, ir.F32, ir.F64)
	}
	return ir.None
}

func randomAux(rng *rand.Rand, op ir.Op) uint8 {
	lane := uint8(rng.IntN(4))
	switch {
	case op >= ir.OpFlagsAdd && op <= ir.OpFlagsLogic, op == ir.OpFlagsCCmpSub, op == ir.OpFlagsCCmpAdd:
		return oneOf(rng, uint8(ir.I32), uint8(ir.I64))
	case op == ir.OpFlagsFCmp, op == ir.OpFlagsCFCmp:
		return oneOf(rng, uint8(ir.F16), uint8(ir.F32), uint8(ir.F64))
	case op == ir.OpLoadV, op == ir.OpStoreV:
		return uint8(rng.IntN(5))
	case op == ir.OpLoad, op == ir.OpStore, op >= ir.OpLoadEx && op <= ir.OpCasV:
		return lane | uint8(rng.IntN(2))*ir.MemAcquire
	case op == ir.OpSelect:
		return uint8(rng.IntN(16))
	case op >= ir.OpVFAdd && op < ir.OpVFMulAddL, op == ir.OpVFCMla, op == ir.OpVFCAdd:
		return floatAux(rng, op)
	case op == ir.OpVSqXtn, op == ir.OpVUqXtn, op == ir.OpVSqXtun, op == ir.OpVNarrow:
		return ir.H + uint8(rng.IntN(3)) // of the wide lane
	case op == ir.OpVSqDmull, op == ir.OpVSqDmulh, op == ir.OpVSqrDmulh, op == ir.OpVSqrDmlah, op == ir.OpVSqrDmlsh:
		return ir.H + uint8(rng.IntN(2))
	case op == ir.OpVMulLS, op == ir.OpVMulLU, op == ir.OpVWidenS, op == ir.OpVWidenU:
		return uint8(rng.IntN(3)) // of the narrow lane
	case op == ir.OpVRev16:
		return ir.B
	case op == ir.OpVRev32:
		return uint8(rng.IntN(2))
	case op == ir.OpVRev64:
		return uint8(rng.IntN(3))
	case op == ir.OpVFMulAddL, op == ir.OpVBfDot, op >= ir.OpVSDot && op <= ir.OpVUsDot:
		return ir.S | oneOf(rng, 0, ir.VHalf)
	case op >= ir.OpVSqAdd && op <= ir.OpVURSqrtE:
		return lane | oneOf(rng, 0, ir.VHalf, ir.VOne)
	}
	return lane
}

func floatAux(rng *rand.Rand, op ir.Op) uint8 {
	switch op {
	case ir.OpVFCvtL:
		return ir.H + uint8(rng.IntN(2))
	case ir.OpVFCvtN:
		return ir.S + uint8(rng.IntN(2))
	case ir.OpVBfCvtN:
		return ir.S
	case ir.OpVFCMla, ir.OpVFCAdd:
		return ir.H + uint8(rng.IntN(3))
	}
	return ir.H + uint8(rng.IntN(3)) | oneOf(rng, 0, ir.VHalf, ir.VOne)
}

func randomImm(rng *rand.Rand, in *ir.Inst) uint64 {
	lane := ir.LaneOf(in.Aux)
	width := uint64(8) << lane
	switch in.Op {
	case ir.OpConst, ir.OpVConst:
		return edgy(rng)
	case ir.OpGetX, ir.OpSetX, ir.OpGetV, ir.OpSetV:
		return rng.Uint64N(32)
	case ir.OpGetSys, ir.OpSetSys:
		return oneOf(rng, uint64(ir.SysNZCV), ir.SysFPCR, ir.SysFPSR, ir.SysTPIDR, ir.SysCTR, ir.SysCNTVCT, 0xC020)
	case ir.OpUbfx, ir.OpSbfx, ir.OpBfi:
		lsb := rng.Uint64N(uint64(in.Type.Bits()))
		return lsb | (1+rng.Uint64N(uint64(in.Type.Bits())-lsb))<<8
	case ir.OpExtr:
		return rng.Uint64N(uint64(in.Type.Bits()))
	case ir.OpVDupLane, ir.OpVGet, ir.OpVGetS, ir.OpVIns:
		return rng.Uint64N(16 >> lane)
	case ir.OpVInsLane:
		return rng.Uint64N(16>>lane) | rng.Uint64N(16>>lane)<<8
	case ir.OpVShlImm, ir.OpVShrImm, ir.OpVSarImm:
		return rng.Uint64N(width)
	case ir.OpFRintN:
		return oneOf[uint64](rng, 32, 64)
	case ir.OpVFRintN:
		return oneOf[uint64](rng, 32, 64) | uint64(ir.RoundZero)<<8
	case ir.OpVFToI, ir.OpVIToF:
		return rng.Uint64N(65) | rng.Uint64N(16)<<8
	case ir.OpAtomic:
		return rng.Uint64N(9)
	case ir.OpFlagsCCmpAdd, ir.OpFlagsCCmpSub, ir.OpFlagsCFCmp:
		return rng.Uint64N(512)
	case ir.OpCount:
		return rng.Uint64N(8)
	case ir.OpVExt:
		return rng.Uint64N(16)
	case ir.OpVSm3Tt1A, ir.OpVSm3Tt1B, ir.OpVSm3Tt2A, ir.OpVSm3Tt2B, ir.OpVFCMla:
		return rng.Uint64N(4)
	case ir.OpHelper:
		return 0x4000
	}
	return rng.Uint64N(2)
}

// valueOf is a value of the type that the current block has, or makes one.
func valueOf(rng *rand.Rand, b *ir.Builder, ty ir.Type) ir.Value {
	block := b.Block()
	for range 20 {
		v := block.First + int32(rng.IntN(int(block.Last-block.First)))
		if b.U.Insts[v].Type == ty {
			return ir.Value(v)
		}
	}
	switch ty {
	case ir.I64:
		return b.GetX(uint8(rng.IntN(32)))
	case ir.V128:
		return b.GetV(uint8(rng.IntN(32)))
	case ir.Flags:
		return b.GetFlags()
	case ir.I32:
		return b.Const(ir.I32, edgy(rng))
	}
	return b.Op1(ir.OpVToF, ty, b.GetV(uint8(rng.IntN(32))))
}
