package ir

// Passes are the optimisations of a unit. Each can be switched off, so that a bug can be
// bisected and the worth of each can be measured.
type Passes struct {
	Forward    bool // a read of a guest register becomes the value last written to it
	Fold       bool // constants are computed, offsets go into addresses
	Common     bool // what was computed in the block already is not computed again
	DeadWrites bool // writes of guest state that nobody can see are dropped
	Peel       bool // loops begin with a round of their own
}

// AllPasses switches everything on.
var AllPasses = Passes{Forward: true, Fold: true, Common: true, DeadWrites: true, Peel: true}

// Optimizer runs the passes. It keeps its memory from one unit to the next.
type Optimizer struct {
	Passes
	repl []Value    // what to use instead of a value; 0: itself
	kept []bool     // a guest register was set to the value
	seen [128]Value // by a hash of what they are: values already computed
}

const (
	regV     = 32 // V0 among the guest registers, behind X0 to X30 and SP
	regFlags = 64
	numRegs  = 65
)

// regOf is the guest register that a get or set operation names.
func regOf(in *Inst) (n int, get, set bool) {
	switch in.Op {
	case OpGetX:
		return int(in.Imm), true, false
	case OpSetX:
		return int(in.Imm), false, true
	case OpGetV:
		return regV + int(in.Imm), true, false
	case OpSetV:
		return regV + int(in.Imm), false, true
	case OpGetFlags:
		return regFlags, true, false
	case OpSetFlags:
		return regFlags, false, true
	}
	return 0, false, false
}

// observes reports whether guest state can be seen, or changed, at the instruction. A back end may
// leave the unit at a floating-point operation it does not want to finish, and have the guest
// instruction done over: its operands must be in the guest's registers then.
func observes(in *Inst) bool {
	e := in.Op.Info().Effect
	return e.CanFault() || e&(Ends|FPStatus) != 0 || in.Op == OpHook || in.Op == OpHelper || in.Op == OpActions
}

// Run optimises u in place.
func (o *Optimizer) Run(u *Unit) {
	if len(o.repl) < len(u.Insts) {
		o.repl = make([]Value, 2*len(u.Insts))
		o.kept = make([]bool, 2*len(u.Insts))
	}
	clear(o.repl[:len(u.Insts)])
	clear(o.kept[:len(u.Insts)])
	o.seen = [len(o.seen)]Value{}
	for id := range u.Blocks {
		b := &u.Blocks[id]
		if o.Fold {
			o.markKept(u, b)
		}
		if o.Forward || o.Fold || o.Common {
			o.forward(u, b)
		}
		if o.DeadWrites {
			deadWrites(u, b)
		}
	}
	if o.Peel {
		u.peelLoops()
	}
}

func (o *Optimizer) markKept(u *Unit, b *Block) {
	for i := b.First; i < b.Last; i++ {
		if in := &u.Insts[i]; in.Op == OpSetX {
			o.kept[in.A] = true
		}
	}
}

// forward goes through a block once: operands are replaced, reads of known guest
// registers disappear, constants fold.
func (o *Optimizer) forward(u *Unit, b *Block) {
	var now [numRegs]Value
	for i := b.First; i < b.Last; i++ {
		in := &u.Insts[i]
		o.replaceArgs(in)
		if o.Forward {
			if n, get, set := regOf(in); get && now[n] != 0 {
				o.replace(in, Value(i), now[n])
				continue
			} else if get {
				now[n] = Value(i)
			} else if set {
				now[n] = in.A
			} else if in.Op == OpHook || in.Op == OpHelper {
				now = [numRegs]Value{}
			}
		}
		if o.Fold {
			o.fold(u, in, Value(i))
		}
		if o.Common {
			o.common(u, b, in, Value(i))
		}
	}
}

// common makes v another name for an earlier value of the block that is the same.
func (o *Optimizer) common(u *Unit, b *Block, in *Inst, v Value) {
	if in.Op == OpHook || in.Op == OpHelper { // no value lives across one
		o.seen = [len(o.seen)]Value{}
		return
	}
	if info := in.Op.Info(); info.Effect != Pure || in.Type == None || in.Type == Flags {
		return
	}
	if _, get, _ := regOf(in); get {
		return
	}
	h := (uint64(in.Op) ^ uint64(in.A)<<8 ^ uint64(in.B)<<20 ^ in.Imm) * 0x9E3779B97F4A7C15 >> 57
	if e := o.seen[h]; e >= Value(b.First) && u.Insts[e] == *in {
		o.replace(in, v, e)
		return
	}
	o.seen[h] = v
}

func (o *Optimizer) replaceArgs(in *Inst) {
	args := in.Op.Info().Args
	for k, a := range [...]*Value{&in.A, &in.B, &in.C} {
		if k < len(args) && args[k] != '.' && o.repl[*a] != 0 {
			*a = o.repl[*a]
		}
	}
}

// replace makes v another name for by.
func (o *Optimizer) replace(in *Inst, v, by Value) {
	o.repl[v] = by
	o.kept[by] = o.kept[by] || o.kept[v]
	*in = Inst{Op: OpNop}
}

// deadWrites goes backwards and drops writes that are overwritten before anybody can look.
func deadWrites(u *Unit, b *Block) {
	var dead [numRegs]bool
	for i := b.Last - 1; i >= b.First; i-- {
		in := &u.Insts[i]
		if observes(in) {
			dead = [numRegs]bool{}
			continue
		}
		switch n, get, set := regOf(in); {
		case get:
			dead[n] = false
		case set && dead[n]:
			*in = Inst{Op: OpNop}
		case set:
			dead[n] = true
		}
	}
}
