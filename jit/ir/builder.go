package ir

// Builder appends to a unit. Its methods return the value they made.
type Builder struct {
	U   *Unit
	cur BlockID
}

// NewBlock adds an empty block for guest address pc. It is filled after [Builder.Start].
func (b *Builder) NewBlock(pc uint64) BlockID {
	b.U.Blocks = append(b.U.Blocks, Block{PC: pc, First: -1, Succ: [2]BlockID{-1, -1}})
	return BlockID(len(b.U.Blocks) - 1)
}

// Start makes id the block that is appended to. A block is filled in one go:
// the one before must have its terminator.
func (b *Builder) Start(id BlockID) {
	b.cur = id
	n := int32(len(b.U.Insts))
	b.U.Blocks[id].First, b.U.Blocks[id].Last = n, n
}

// Block is the block that is appended to.
func (b *Builder) Block() *Block { return &b.U.Blocks[b.cur] }

// Emit appends an instruction.
func (b *Builder) Emit(in Inst) Value {
	b.U.Insts = append(b.U.Insts, in)
	b.U.Blocks[b.cur].Last++
	return Value(len(b.U.Insts) - 1)
}

// Mark is a point [Builder.Rollback] can return to.
type Mark struct{ insts, last int32 }

// Mark is the present point.
func (b *Builder) Mark() Mark { return Mark{int32(len(b.U.Insts)), b.U.Blocks[b.cur].Last} }

// Rollback drops what was appended to the current block since m.
func (b *Builder) Rollback(m Mark) {
	b.U.Insts = b.U.Insts[:m.insts]
	b.U.Blocks[b.cur].Last = m.last
}

// Insn marks the beginning of a guest instruction.
func (b *Builder) Insn(pc uint64, word uint32) {
	b.Emit(Inst{Op: OpInsn, A: Value(word), Imm: pc})
	b.U.Blocks[b.cur].Insns++
}

// Const is the constant v of type t.
func (b *Builder) Const(t Type, v uint64) Value {
	if t == I32 {
		v = uint64(uint32(v))
	}
	return b.Emit(Inst{Op: OpConst, Type: t, Imm: v})
}

// GetX is general register n, or SP when n is 31.
func (b *Builder) GetX(n uint8) Value { return b.Emit(Inst{Op: OpGetX, Type: I64, Imm: uint64(n)}) }

// SetX writes general register n, or SP when n is 31.
func (b *Builder) SetX(n uint8, v Value) { b.Emit(Inst{Op: OpSetX, A: v, Imm: uint64(n)}) }

// GetV is vector register n.
func (b *Builder) GetV(n uint8) Value { return b.Emit(Inst{Op: OpGetV, Type: V128, Imm: uint64(n)}) }

// SetV writes vector register n.
func (b *Builder) SetV(n uint8, v Value) { b.Emit(Inst{Op: OpSetV, A: v, Imm: uint64(n)}) }

// GetFlags is NZCV.
func (b *Builder) GetFlags() Value { return b.Emit(Inst{Op: OpGetFlags, Type: Flags}) }

// SetFlags writes NZCV.
func (b *Builder) SetFlags(f Value) { b.Emit(Inst{Op: OpSetFlags, A: f}) }

// Op1 appends an operation of one operand.
func (b *Builder) Op1(op Op, t Type, a Value) Value { return b.Emit(Inst{Op: op, Type: t, A: a}) }

// Op2 appends an operation of two operands.
func (b *Builder) Op2(op Op, t Type, x, y Value) Value {
	return b.Emit(Inst{Op: op, Type: t, A: x, B: y})
}

// Op1Imm appends an operation of one operand and a number.
func (b *Builder) Op1Imm(op Op, t Type, a Value, imm uint64) Value {
	return b.Emit(Inst{Op: op, Type: t, A: a, Imm: imm})
}

// Lane1 appends a vector operation of one operand.
func (b *Builder) Lane1(op Op, l Lane, a Value) Value {
	return b.Emit(Inst{Op: op, Type: V128, Aux: l, A: a})
}

// Lane2 appends a vector operation of two operands.
func (b *Builder) Lane2(op Op, l Lane, x, y Value) Value {
	return b.Emit(Inst{Op: op, Type: V128, Aux: l, A: x, B: y})
}

// Lane1Imm appends a vector operation of one operand and a number.
func (b *Builder) Lane1Imm(op Op, l Lane, a Value, imm uint64) Value {
	return b.Emit(Inst{Op: op, Type: V128, Aux: l, A: a, Imm: imm})
}

// Select is x if c holds on flags f, else y.
func (b *Builder) Select(t Type, c Cond, f, x, y Value) Value {
	return b.Emit(Inst{Op: OpSelect, Type: t, Aux: uint8(c), A: f, B: x, C: y})
}

// FlagsOf2 appends a flags operation (OpFlagsAdd, OpFlagsSub, OpFlagsFCmp) on operands of type t.
func (b *Builder) FlagsOf2(op Op, t Type, x, y Value) Value {
	return b.Emit(Inst{Op: op, Type: Flags, Aux: uint8(t), A: x, B: y})
}

// FlagsLogic is N and Z of a, which has type t.
func (b *Builder) FlagsLogic(t Type, a Value) Value {
	return b.Emit(Inst{Op: OpFlagsLogic, Type: Flags, Aux: uint8(t), A: a})
}

// Load is a load from addr+off; mem is the size and attributes.
func (b *Builder) Load(t Type, mem uint8, addr Value, off int64) Value {
	return b.Emit(Inst{Op: OpLoad, Type: t, Aux: mem, A: addr, Imm: uint64(off)})
}

// Store stores the low bytes of v at addr+off; mem is the size and attributes.
func (b *Builder) Store(mem uint8, addr Value, off int64, v Value) {
	b.Emit(Inst{Op: OpStore, Aux: mem, A: addr, B: v, Imm: uint64(off)})
}

// Jump ends the block.
func (b *Builder) Jump(to BlockID) {
	b.Block().Succ[0] = to
	b.Emit(Inst{Op: OpJump})
}

// Branch ends the block with a two-way branch: in is OpBrCond, OpBrZero, ... with its operands.
func (b *Builder) Branch(in Inst, taken, not BlockID) {
	b.Block().Succ = [2]BlockID{taken, not}
	b.Emit(in)
}

// Exit ends the block: the guest goes on at pc, outside the unit.
func (b *Builder) Exit(pc uint64) { b.Emit(Inst{Op: OpExit, Imm: pc}) }

// ExitIndirect ends the block: the guest goes on at the address in target.
func (b *Builder) ExitIndirect(kind Branch, target Value) {
	b.Emit(Inst{Op: OpExitIndirect, Aux: uint8(kind), A: target})
}

// Trap ends the block: the guest stops at pc.
func (b *Builder) Trap(t Trap, pc uint64, number uint32) {
	b.Emit(Inst{Op: OpTrap, Aux: uint8(t), A: Value(number), Imm: pc})
}
