package ir

import "fmt"

// Verify checks that the unit is well formed: every block has one terminator, at
// its end, with the successors it needs; operands are made earlier in the same
// block and have the types the table of operations asks for.
func (u *Unit) Verify() error {
	if len(u.Blocks) == 0 {
		return fmt.Errorf("ir: unit %#x has no block", u.PC)
	}
	for id := range u.Blocks {
		b := &u.Blocks[id]
		if b.First < 1 || b.Last <= b.First || int(b.Last) > len(u.Insts) {
			return fmt.Errorf("ir: b%d: instructions %d:%d of %d", id, b.First, b.Last, len(u.Insts))
		}
		for i := b.First; i < b.Last; i++ {
			if err := u.verifyInst(b, Value(i)); err != nil {
				return fmt.Errorf("ir: b%d: %s: %w", id, u.Line(b, Value(i)), err)
			}
		}
		if err := u.verifySucc(b); err != nil {
			return fmt.Errorf("ir: b%d: %w", id, err)
		}
	}
	return nil
}

func (u *Unit) verifySucc(b *Block) error {
	want := 0
	switch op := u.Insts[b.Last-1].Op; op {
	case OpJump:
		want = 1
	case OpBrCond, OpBrZero, OpBrNonZero, OpBrBitZero, OpBrBitSet:
		want = 2
	}
	for i, s := range b.Succ {
		if (i < want) != (s >= 0) || int(s) >= len(u.Blocks) {
			return fmt.Errorf("successor %d is b%d", i, s)
		}
	}
	return nil
}

func (u *Unit) verifyInst(b *Block, v Value) error {
	in := &u.Insts[v]
	if in.Op == OpInvalid || in.Op >= maxOps || ops[in.Op].Name == "" {
		return fmt.Errorf("operation %d is not in the table", in.Op)
	}
	info := in.Op.Info()
	if (info.Effect&Ends != 0) != (int32(v) == b.Last-1) {
		return fmt.Errorf("a block ends with its terminator")
	}
	for i, a := range [...]Value{in.A, in.B, in.C} {
		if i >= len(info.Args) {
			if a != 0 {
				return fmt.Errorf("operand %d is one too many", i)
			}
			continue
		}
		if err := u.verifyArg(b, v, info.Args[i], a); err != nil {
			return fmt.Errorf("operand %d: %w", i, err)
		}
	}
	return verifyResult(in, info)
}

func (u *Unit) verifyArg(b *Block, v Value, kind byte, a Value) error {
	if kind == '.' {
		return nil
	}
	if a == 0 && u.Insts[v].Op == OpTrap {
		return nil // its second operand is optional
	}
	if int32(a) < b.First || a >= v {
		return fmt.Errorf("v%d is not made earlier in the block", a)
	}
	in, t := &u.Insts[v], u.Insts[a].Type
	ok := false
	switch kind {
	case 'i', 'f':
		ok = t == in.Type
	case 'w':
		ok = t == I32
	case 'x':
		ok = t == I64
	case 'n':
		ok = t.IsInt() && (!auxIsType(in.Op) || Type(in.Aux) == t)
	case 'F':
		ok = t >= F16 && t <= F64
	case 'v':
		ok = t == V128
	case 'c':
		ok = t == Flags
	}
	if !ok {
		return fmt.Errorf("v%d is %s", a, t)
	}
	return nil
}

func auxIsType(op Op) bool {
	return op >= OpFlagsAdd && op <= OpFlagsCFCmp || op >= OpBrZero && op <= OpBrBitSet
}

func verifyResult(in *Inst, info *OpInfo) error {
	ok := false
	switch info.Result {
	case "-":
		ok = in.Type == None
	case "i":
		ok = in.Type.IsInt()
	case "f":
		ok = in.Type >= F16 && in.Type <= F64
	case "v":
		ok = in.Type == V128
	case "c":
		ok = in.Type == Flags
	}
	if !ok {
		return fmt.Errorf("makes %s", in.Type)
	}
	return nil
}
