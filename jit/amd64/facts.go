package amd64

import "axol/jit/ir"

// What is true of the guest's state at a joint whichever way it was come to, so that the ways there
// need not bring it into a general form: NZCV may be a comparison of what guest registers
// hold, and vector registers may be zero above a scalar.

// facts are what is known at a place. The zero value of known says: nothing was found out
// yet, everything may be true.
type facts struct {
	known  bool
	flags  recipe
	above8 uint32 // vector registers that are zero above their lowest 8 bytes
	above4 uint32 // above their lowest 4
}

// recipe is NZCV as a comparison of what guest registers hold now; with Kind FlagsHome it
// is anything.
type recipe struct {
	FlagsLoc
	a, b operand
}

// operand is a guest register's present value, or a constant.
type operand struct {
	where Where // InHome: of register n; IsConst: imm; InReg: there is none
	n     uint8
	imm   uint64
}

// scalar is how many of the lowest bytes of guest register n count, the rest being zero; 0 for all.
func (f *facts) scalar(n int) uint8 {
	switch {
	case n < guestV:
		return 0
	case f.above4>>(n-guestV)&1 != 0:
		return 4
	case f.above8>>(n-guestV)&1 != 0:
		return 8
	}
	return 0
}

// effect is what a block does to the facts.
type effect struct {
	setsFlags bool
	flags     recipe // if it sets them
	defX      uint64 // general registers written
	defV      uint32 // vector registers written
	above8    uint32 // of those
	above4    uint32
}

// findFacts finds the facts at the joints of a unit with loops.
func (c *Compiler) findFacts() {
	p := &c.plan
	loops := false
	for _, id := range p.order {
		b := &p.blocks[id]
		b.in = facts{}
		loops = loops || b.loop
	}
	p.blocks[0].in.known = true
	if !loops {
		for _, id := range p.order {
			p.blocks[id].in.known = true
		}
		return
	}
	for _, id := range p.order {
		p.blocks[id].effect = c.effectOf(&c.u.Blocks[id])
	}
	for changed := true; changed; {
		changed = false
		for _, id := range p.order {
			b := &p.blocks[id]
			if !b.in.known {
				continue
			}
			out := b.in.after(&b.effect)
			for _, s := range c.u.Blocks[id].Succ {
				if s >= 0 && p.blocks[s].in.meet(out) {
					changed = true
				}
			}
		}
	}
}

// meet leaves of f what also holds in g, and reports whether that is less than before.
func (f *facts) meet(g facts) bool {
	if !f.known {
		*f = g
		return true
	}
	old := *f
	f.above8 &= g.above8
	f.above4 &= g.above4
	if f.flags != g.flags {
		f.flags = recipe{}
	}
	return *f != old
}

func (f facts) after(e *effect) facts {
	f.above8 = f.above8&^e.defV | e.above8
	f.above4 = f.above4&^e.defV | e.above4
	if e.setsFlags {
		f.flags = e.flags
	} else if f.flags.names(e.defX) {
		f.flags = recipe{}
	}
	return f
}

// names reports whether an operand is one of the guest registers.
func (r *recipe) names(regs uint64) bool {
	return r.a.where == InHome && regs>>r.a.n&1 != 0 || r.b.where == InHome && regs>>r.b.n&1 != 0
}

func (c *Compiler) effectOf(b *ir.Block) (e effect) {
	var now [guestV]ir.Value // the last value known to be in each general register
	var flags ir.Value
	for i := ir.Value(b.First); i < ir.Value(b.Last); i++ {
		switch in := &c.u.Insts[i]; in.Op {
		case ir.OpGetX:
			now[in.Imm] = i
		case ir.OpSetX:
			now[in.Imm] = in.A
			e.defX |= 1 << in.Imm
		case ir.OpSetV:
			bit := uint32(1) << in.Imm
			e.defV |= bit
			e.above8, e.above4 = e.above8&^bit, e.above4&^bit
			switch n := c.zeroAboveOf(in.A); {
			case n <= 4:
				e.above4 |= bit
				fallthrough
			case n <= 8:
				e.above8 |= bit
			}
		case ir.OpSetFlags:
			e.setsFlags, flags = true, in.A
		case ir.OpHook, ir.OpHelper: // may write anything
			now = [guestV]ir.Value{}
			e = effect{setsFlags: true, defX: ^uint64(0), defV: ^uint32(0)}
			flags = 0
		}
	}
	if flags != 0 {
		e.flags = c.recipeOf(flags, &now)
	}
	return e
}

// zeroAboveOf is above how many of its lowest bytes a vector is zero.
func (c *Compiler) zeroAboveOf(v ir.Value) uint8 {
	switch in := &c.u.Insts[v]; in.Op {
	case ir.OpFToV:
		switch c.u.Insts[in.A].Type {
		case ir.F64:
			return 8
		case ir.F32, ir.F16:
			return 4
		}
	case ir.OpLoadV:
		if in.Aux <= 3 {
			return max(4, uint8(1)<<in.Aux)
		}
	case ir.OpVConst:
		if in.Imm == 0 {
			return 4
		}
	}
	return 16
}

// recipeOf describes flags value v by what the general registers hold.
func (c *Compiler) recipeOf(v ir.Value, now *[guestV]ir.Value) recipe {
	in := &c.u.Insts[v]
	none := recipe{}
	r := recipe{FlagsLoc: FlagsLoc{Wide: wide(in)}}
	result := ir.OpNop
	switch in.Op {
	case ir.OpFlagsSub:
		r.Kind, result = FlagsSub, ir.OpSub
	case ir.OpFlagsAdd:
		r.Kind, result = FlagsAdd, ir.OpAdd
	case ir.OpFlagsLogic:
		r.Kind = FlagsLogic
	default:
		return none
	}
	var ok bool
	if result != ir.OpNop {
		if r.b, ok = c.operandOf(in.B, now, r.Wide); !ok {
			return none
		}
	}
	if r.a, ok = c.operandOf(in.A, now, r.Wide); ok {
		return r
	}
	// The operand is gone, but its register may hold the result.
	for n, x := range now {
		if x = c.root(x, r.Wide); x == 0 {
			continue
		}
		if y := &c.u.Insts[x]; y.Op == result && y.A == in.A && y.B == in.B && ir.Type(in.Aux) == y.Type {
			r.Kind = map[FlagsKind]FlagsKind{FlagsSub: FlagsSubR, FlagsAdd: FlagsAddR}[r.Kind]
			r.a = operand{where: InHome, n: uint8(n)}
			return r
		}
	}
	return none
}

// operandOf finds a register that holds v; for a narrow comparison, in its low half. Of several, the one
// with the highest number: it is one that lives across calls.
func (c *Compiler) operandOf(v ir.Value, now *[guestV]ir.Value, w bool) (operand, bool) {
	if in := &c.u.Insts[v]; in.Op == ir.OpConst {
		return operand{where: IsConst, imm: in.Imm}, true
	}
	v = c.root(v, w)
	for n := len(now) - 1; n >= 0; n-- {
		if x := now[n]; x != 0 && c.root(x, w) == v {
			return operand{where: InHome, n: uint8(n)}, true
		}
	}
	return operand{}, false
}

// root is the value that v is, or, if narrow, has the low half of.
func (c *Compiler) root(v ir.Value, w bool) ir.Value {
	for !w && (c.u.Insts[v].Op == ir.OpLow32 || c.u.Insts[v].Op == ir.OpZext32) {
		v = c.u.Insts[v].A
	}
	return v
}
