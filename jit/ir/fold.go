package ir

import "math/bits"

// fold simplifies one instruction, given that its operands are in their final form.
func (o *Optimizer) fold(u *Unit, in *Inst, v Value) {
	switch in.Op {
	case OpLoad, OpStore, OpLoadV, OpStoreV:
		o.foldAddress(u, in)
		return
	case OpClz:
		if a := &u.Insts[in.A]; a.Op == OpRbit {
			in.Op, in.A = OpCtz, a.A
		}
		return
	case OpAnd, OpOr, OpVAnd, OpVOr:
		if in.A == in.B {
			o.replace(in, v, in.A)
			return
		}
	case OpVAddAcross:
		foldCount(u, in)
		return
	case OpVLow64, OpVGet, OpVGetS, OpVToF:
		o.foldLow64(u, in, v)
		return
	case OpLow32:
		if a := &u.Insts[in.A]; a.Op == OpZext32 || a.Op == OpSext32 {
			o.replace(in, v, a.A)
			return
		}
	}
	f := folders[in.Op]
	if f == nil {
		return
	}
	a, ka := u.ConstOf(in.A)
	b, kb := uint64(0), true
	if in.B != 0 {
		b, kb = u.ConstOf(in.B)
	}
	if ka && kb {
		*in = Inst{Op: OpConst, Type: in.Type, Imm: f(in, a, b) & mask(in.Type)}
		return
	}
	if kb && in.B != 0 && b == 0 && zeroIsNeutral(in.Op) {
		o.replace(in, v, in.A)
	}
}

func mask(t Type) uint64 {
	if t == I32 {
		return 1<<32 - 1
	}
	return ^uint64(0)
}

func zeroIsNeutral(op Op) bool {
	switch op {
	case OpAdd, OpSub, OpOr, OpXor, OpAndNot, OpShl, OpShr, OpSar, OpRor:
		return true
	}
	return false
}

// foldAddress takes a constant offset into the access. An address that is also
// written back to a register stays: the register's value is needed anyway, and once it is
// checked, the accesses through the register after it are too.
func (o *Optimizer) foldAddress(u *Unit, in *Inst) {
	a := &u.Insts[in.A]
	if a.Op != OpAdd || o.kept[in.A] {
		return
	}
	c, ok := u.ConstOf(a.B)
	if sum := in.Imm + c; ok && sum == uint64(int64(int32(sum))) {
		in.A, in.Imm = a.A, sum
	}
}

// folders compute operations on constants. The result is cut to the type by the caller.
var folders = [NumOps]func(in *Inst, a, b uint64) uint64{
	OpAdd:    func(_ *Inst, a, b uint64) uint64 { return a + b },
	OpSub:    func(_ *Inst, a, b uint64) uint64 { return a - b },
	OpMul:    func(_ *Inst, a, b uint64) uint64 { return a * b },
	OpAnd:    func(_ *Inst, a, b uint64) uint64 { return a & b },
	OpOr:     func(_ *Inst, a, b uint64) uint64 { return a | b },
	OpXor:    func(_ *Inst, a, b uint64) uint64 { return a ^ b },
	OpAndNot: func(_ *Inst, a, b uint64) uint64 { return a &^ b },
	OpNot:    func(_ *Inst, a, _ uint64) uint64 { return ^a },
	OpShl: func(in *Inst, a, b uint64) uint64 {
		return a << (b & uint64(in.Type.Bits()-1))
	},
	OpShr: func(in *Inst, a, b uint64) uint64 {
		return a & mask(in.Type) >> (b & uint64(in.Type.Bits()-1))
	},
	OpSar: func(in *Inst, a, b uint64) uint64 {
		n := b & uint64(in.Type.Bits()-1)
		if in.Type == I32 {
			return uint64(int32(a) >> n)
		}
		return uint64(int64(a) >> n)
	},
	OpRor: func(in *Inst, a, b uint64) uint64 {
		if in.Type == I32 {
			return uint64(bits.RotateLeft32(uint32(a), -int(b&31)))
		}
		return bits.RotateLeft64(a, -int(b&63))
	},
	OpLow32:  func(_ *Inst, a, _ uint64) uint64 { return a },
	OpZext32: func(_ *Inst, a, _ uint64) uint64 { return a & (1<<32 - 1) },
	OpSext32: func(_ *Inst, a, _ uint64) uint64 { return uint64(int32(a)) },
	OpZext8:  func(_ *Inst, a, _ uint64) uint64 { return a & 0xFF },
	OpZext16: func(_ *Inst, a, _ uint64) uint64 { return a & 0xFFFF },
	OpSext8:  func(_ *Inst, a, _ uint64) uint64 { return uint64(int8(a)) },
	OpSext16: func(_ *Inst, a, _ uint64) uint64 { return uint64(int16(a)) },
	OpUbfx: func(in *Inst, a, _ uint64) uint64 {
		return a >> (in.Imm & 255) & (1<<(in.Imm>>8) - 1)
	},
	OpBfi: func(in *Inst, a, b uint64) uint64 {
		lsb, m := in.Imm&255, uint64(1)<<(in.Imm>>8)-1
		return a&^(m<<lsb) | b&m<<lsb
	},
}
