package arm64

import (
	"slices"

	"axol/jit/a64"
)

// emitter places one instruction. The result is where the run goes on, and whether it does.
type emitter func(r *Rewriter, pc uint64, in a64.Inst) (next uint64, on bool)

// emitters has the instructions that are not simply copied.
var emitters [a64.NumOps]emitter

func register(f emitter, ops ...a64.Op) {
	for _, op := range ops {
		emitters[op] = f
	}
}

// insn places the instruction at pc with its probes.
func (r *Rewriter) insn(pc uint64, in a64.Inst) (next uint64, on bool) {
	if !r.opt.Single {
		r.exclusive(pc, in)
	}
	before := r.src.Before(pc)
	r.begin(pc)
	if r.opt.Counted && r.paid == 0 {
		r.pay(pc)
	}
	_, r.cur().Exclusive = r.native[pc]
	r.cur().Probe = uint16(r.here())
	r.probes(before, pc, 0)
	r.cur().Body = uint16(r.here())
	r.core()
	index := len(r.code.Insns) - 1
	next, on = r.emitterOf(in)(r, pc, in)
	x := &r.code.Insns[index]
	x.After = uint16(r.here())
	if x.Branch || x.Alone {
		return next, on
	}
	r.probes(r.src.After(pc), pc, 1)
	if r.opt.Single {
		r.leaveHere(tail{kind: ExitStep, pc: pc + 4, from: -1})
		return next, false
	}
	return next, on
}

func (r *Rewriter) emitterOf(in a64.Inst) emitter {
	if !r.opt.Lifted(in.Op) || !r.feat.has(in) || r.opt.Lacks[in.Op] {
		return alone
	}
	if e := emitters[in.Op]; e != nil {
		return e
	}
	return plain
}

// plain copies an instruction.
func plain(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	r.borrow(in, func(word uint32) { r.put(word) })
	return pc + 4, true
}

// alone leaves the instruction to the interpreter, which ends the unit: what the instruction leads to is for the
// engine to find out.
func alone(r *Rewriter, pc uint64, in a64.Inst) (uint64, bool) {
	r.cur().Alone = true
	r.leaveHere(tail{kind: ExitAlone, pc: pc, index: (len(r.code.Insns) - 1) << 1, from: -1})
	if r.opt.Region && !r.opt.Single && !ends[in.Op] {
		r.pending = append(r.pending, pc+4)
	}
	return pc + 4, false
}

// ends has the instructions behind which code need not be the same function's.
var ends = [a64.NumOps]bool{
	a64.OpUdf: true, a64.OpUnallocated: true, a64.OpBr: true, a64.OpBraa: true, a64.OpBraaz: true, a64.OpRet: true,
	a64.OpRetaa: true, a64.OpHlt: true, a64.OpEret: true, a64.OpEretaa: true, a64.OpBrk: true,
}

// named is the instruction with the guest's X28 where the host has it, and the registers it names that are in
// memory.
func named(in a64.Inst) (word uint32, inMemory []reg) {
	word = in.Word
	at, n := in.General()
	for _, lo := range at[:n] {
		switch g := word >> lo & 31; g {
		case goG:
			word = word&^(31<<lo) | Kept<<lo
		case Kept, Temp:
			if !slices.Contains(inMemory, g) {
				inMemory = append(inMemory, g)
			}
		}
	}
	return word, inMemory
}

// borrow places an instruction by way of f. The guest's X15 and X18 are in memory: registers that the instruction
// does not name stand in for them.
func (r *Rewriter) borrow(in a64.Inst, f func(word uint32)) {
	word, inMemory := named(in)
	if len(inMemory) == 0 {
		r.core()
		f(word)
		return
	}
	var stand [2]reg
	for i, g := range inMemory {
		stand[i] = r.free(in, stand[:i])
		word = rename(in, word, g, stand[i])
	}
	r.put(mrs(Temp, sysTPIDR))
	for i := range inMemory {
		r.put(str(stand[i], Temp, offSave+uintptr(i)*8))
	}
	for i, g := range inMemory {
		r.put(ldr(stand[i], Temp, homeX(g)))
	}
	r.core()
	f(word)
	for i, g := range inMemory {
		r.put(str(stand[i], Temp, homeX(g)))
	}
	for i := range inMemory {
		r.put(ldr(stand[i], Temp, offSave+uintptr(i)*8))
	}
}

// rename has the fields that name g name v. in is the instruction as the guest has it: a field with the guest's X28
// names Kept by now.
func rename(in a64.Inst, word uint32, g, v reg) uint32 {
	at, n := in.General()
	for _, lo := range at[:n] {
		if in.Word>>lo&31 == g {
			word = word&^(31<<lo) | v<<lo
		}
	}
	return word
}

// free is a register that the instruction does not name, none of taken.
func (r *Rewriter) free(in a64.Inst, taken []reg) reg {
	at, n := in.General()
	used := uint32(0)
	for _, lo := range at[:n] {
		used |= 1 << (in.Word >> lo & 31)
	}
	for _, t := range taken {
		used |= 1 << t
	}
	v := reg(0)
	for used>>v&1 != 0 {
		v++
	}
	return v
}

// inMemory reports whether the instruction names a register that is in memory.
func inMemory(in a64.Inst) bool {
	_, m := named(in)
	return len(m) > 0
}

// literal places a load of a constant into t. Literals stand behind the unit's code.
func (r *Rewriter) literal(t reg, v uint64) {
	r.literals = append(r.literals, literalUse{r.here(), v})
	r.put(literal | t)
}
