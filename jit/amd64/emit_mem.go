package amd64

import (
	"axol/jit/ir"
)

func init() {
	for op, f := range map[ir.Op]func(*Compiler, ir.Value, *ir.Inst){
		ir.OpLoad:      emitLoad,
		ir.OpStore:     emitStore,
		ir.OpLoadV:     emitLoadV,
		ir.OpStoreV:    emitStoreV,
		ir.OpLoadEx:    emitLoadEx,
		ir.OpStoreEx:   emitStoreEx,
		ir.OpClearEx:   emitClearEx,
		ir.OpAtomic:    emitAtomic,
		ir.OpCas:       emitCas,
		ir.OpFence:     emitFence,
		ir.OpZeroBlock: emitZeroBlock,
	} {
		emitters[op] = emitter{emit: f}
	}
}

// access is one access to guest memory being emitted.
type access struct {
	mem   Mem
	point int
}

// address prepares an access to a+off by the current instruction: the operand, checked once
// for each value, and the point for the case that it faults. v is what the access makes, 0 for nothing.
func (c *Compiler) address(v, a ir.Value, off uint64) access {
	x := c.val(a)
	r := NoReg
	disp := int32(off)
	far := off != uint64(int64(disp))
	if !far {
		r = c.in(a)
	} else {
		c.in(a)
	}
	if v != 0 && c.vals[v].early {
		c.rescue(int(c.vals[v].hint) - 1)
	}
	p := c.faultPoint()
	if far {
		c.killFlags()
		c.movImm(scratch, off)
		c.aluRR(aluAdd, true, scratch, x.reg)
		c.check(scratch, p)
		r, disp = scratch, 0
	} else if x.safe == 0 {
		c.check(r, p)
		c.checked(a)
	}
	c.drop(a)
	return access{Mem{Base: R14, Index: r, Disp: disp}, p}
}

// check leaves the unit when the guest address in r does not exist.
func (c *Compiler) check(r Reg, point int) {
	c.killFlags()
	c.aluRR(aluCmp, true, r, R14)
	c.jcc(ccAE, c.stopAt(point))
}

// here records that the instruction emitted next is the one that may fault.
func (c *Compiler) here(a access) { c.code.Points[a.point].Off = uint32(c.Pos()) }

// hereToo is here for a second instruction of the same access.
func (c *Compiler) hereToo(a access) {
	p := c.code.Points[a.point]
	p.Off = uint32(c.Pos())
	c.code.Points = append(c.code.Points, p)
}

func emitLoad(c *Compiler, v ir.Value, in *ir.Inst) {
	size := in.Aux & ir.MemSizeMask
	if c.loadsForAll(v, size) {
		c.loadAll(v+1, in)
		return
	}
	a := c.ordered(v, in)
	w := in.Type == ir.I64
	c.bindEarly(v)
	dst := c.alloc(&c.gpr, c.vals[v].hint)
	c.here(a)
	c.loadx(in.Aux&ir.MemSigned != 0, size, w, dst, a.mem)
	c.own(v, dst)
}

// loadsForAll reports whether all that is done with v is to repeat it in the lanes of the vector made next.
func (c *Compiler) loadsForAll(v ir.Value, size uint8) bool {
	next := &c.u.Insts[v+1]
	return c.feat.AVX && c.u.Insts[v].Aux&ir.MemAcquire == 0 && next.Op == ir.OpVDup && next.A == v && next.Aux == size && c.vals[v].uses == 1 && c.vals[v+1].uses > 0
}

// loadAll is the load in and the repetition v of it in one.
func (c *Compiler) loadAll(v ir.Value, in *ir.Inst) {
	a := c.address(v, in.A, in.Imm)
	c.bindEarly(v)
	dst := c.alloc(&c.xmm, c.vals[v].hint)
	c.here(a)
	c.vexm(broadcast[c.u.Insts[v].Aux], false, false, dst, 0, a.mem)
	c.own(v, dst)
	c.vals[v-1].uses = 0
	c.skip = v
}

// emitStore stores. A store-release is ordered against later load-acquires (Arm ARM
// B2.3.7), which amd64 does not do by itself.
func emitStore(c *Compiler, _ ir.Value, in *ir.Inst) {
	size := in.Aux & ir.MemSizeMask
	x := c.val(in.B)
	if imm, ok := c.imm32(in.B, size == 3); ok && x.reg == NoReg {
		a := c.ordered(0, in)
		c.here(a)
		c.storeImmN(size, a.mem, imm)
	} else {
		rb := c.in(in.B)
		a := c.ordered(0, in)
		c.here(a)
		c.storeN(size, a.mem, rb)
	}
	c.drop(in.B)
	if in.Aux&ir.MemRelease != 0 {
		c.fence()
	}
}

// storeImmN stores the low 1<<size bytes of an immediate.
func (c *Compiler) storeImmN(size uint8, m Mem, v int32) {
	switch size {
	case 0:
		c.rm(0xC6, false, 0, m)
		c.byte(byte(v))
	case 1:
		c.rm(0xC7|pp66, false, 0, m)
		c.byte(byte(v), byte(v>>8))
	default:
		c.storeImm(size == 3, m, v)
	}
}

func emitLoadV(c *Compiler, v ir.Value, in *ir.Inst) {
	a := c.address(v, in.A, in.Imm)
	c.bindEarly(v)
	dst := c.alloc(&c.xmm, c.vals[v].hint)
	switch in.Aux {
	case 0, 1: // through a general register: there is no narrow vector load
		c.here(a)
		c.loadx(false, in.Aux, false, scratch, a.mem)
		c.rr(0x6E|map0F|pp66, false, dst, scratch)
	case 2:
		c.here(a)
		c.rm(0x6E|map0F|pp66, false, dst, a.mem)
	case 3:
		c.here(a)
		c.rm(0x7E|map0F|ppF3, false, dst, a.mem)
	default:
		c.here(a)
		c.movups(dst, a.mem)
	}
	c.own(v, dst)
}

func emitStoreV(c *Compiler, _ ir.Value, in *ir.Inst) {
	rb := c.in(in.B)
	if in.Aux == 4 {
		rb = c.inV(in.B)
	}
	a := c.address(0, in.A, in.Imm)
	switch in.Aux {
	case 0:
		c.here(a)
		c.rm(0x14|map0F3A|pp66, false, rb, a.mem) // pextrb
		c.byte(0)
	case 1:
		c.here(a)
		c.rm(0x15|map0F3A|pp66, false, rb, a.mem) // pextrw
		c.byte(0)
	case 2:
		c.here(a)
		c.rm(0x7E|map0F|pp66, false, rb, a.mem)
	case 3:
		c.here(a)
		c.rm(0xD6|map0F|pp66, false, rb, a.mem)
	default:
		c.here(a)
		c.storeups(a.mem, rb)
	}
	c.drop(in.B)
}

// ordered is address for a load or store that may be a load-acquire or store-release, which go by aligned.
func (c *Compiler) ordered(v ir.Value, in *ir.Inst) access {
	size := in.Aux & ir.MemSizeMask
	if in.Aux&(ir.MemAcquire|ir.MemRelease) == 0 || size == 0 {
		return c.address(v, in.A, in.Imm)
	}
	r := c.in(in.A)
	c.gprHold(in.A)
	a := c.address(v, in.A, in.Imm)
	switch {
	case a.mem.Index == scratch: // the sum
		r = scratch
	case in.Imm&(1<<size-1) != 0:
		c.lea(true, scratch, at(r, int32(in.Imm)))
		r = scratch
	}
	c.aligned(r, size, a.point)
	c.drop(in.A)
	return a
}

// aligned leaves the unit when the address is not a multiple of the access size: the
// interpreter does what is within 16 aligned bytes all the same, and else raises the fault.
func (c *Compiler) aligned(r Reg, size uint8, point int) {
	if size == 0 {
		return
	}
	c.killFlags()
	c.testRI(false, r, 1<<size-1)
	c.jcc(ccNE, c.stopAt(point))
}

func exField(off uintptr) Mem { return st(off) }

// emitLoadEx loads and remembers address and value: the store succeeds while memory
// still has that value.
func emitLoadEx(c *Compiler, v ir.Value, in *ir.Inst) {
	size := in.Aux & ir.MemSizeMask
	ra := c.in(in.A)
	c.gprHold(in.A)
	a := c.address(v, in.A, 0)
	c.aligned(ra, size, a.point)
	c.here(a)
	c.loadx(false, size, true, scratch, a.mem)
	c.store(true, exField(ir.OffExAddr), ra)
	c.store(true, exField(ir.OffExValue), scratch)
	c.storeImm(true, exField(ir.OffExSize), 1<<size)
	c.drop(in.A)
	dst := c.out(v)
	c.movRR(true, dst, scratch)
}

// gprHold adds a use of v, so that its register outlives the access.
func (c *Compiler) gprHold(v ir.Value) { c.vals[c.canon(v)].uses++ }

func emitStoreEx(c *Compiler, v ir.Value, in *ir.Inst) {
	size := in.Aux & ir.MemSizeMask
	rb, ra := c.in(in.B), c.in(in.A)
	c.gprHold(in.A)
	dst := c.alloc(&c.gpr, 0) // before the point: it is written before the access
	c.gpr.pinned |= 1 << dst
	a := c.address(0, in.A, 0)
	c.aligned(ra, size, a.point)
	c.drop(in.A)
	c.drop(in.B)
	var fail Label
	c.killFlags()
	c.movImm(dst, 1)
	c.aluRM(aluCmp, true, ra, exField(ir.OffExAddr))
	c.jcc(ccNE, &fail)
	c.aluMI(aluCmp, true, exField(ir.OffExSize), 1<<size)
	c.jcc(ccNE, &fail)
	c.load(true, scratch, exField(ir.OffExValue))
	c.here(a)
	c.lockCmpxchg(size, a.mem, rb)
	c.jcc(ccNE, &fail)
	c.movImm(dst, 0)
	c.Asm.bind(&fail)
	c.storeImm(true, exField(ir.OffExSize), 0)
	c.bindEarly(v)
	c.own(v, dst)
}

func emitClearEx(c *Compiler, _ ir.Value, _ *ir.Inst) {
	c.storeImm(true, exField(ir.OffExSize), 0)
}

// lockCmpxchg is lock cmpxchg [m], r with rax of the given size.
func (c *Compiler) lockCmpxchg(size uint8, m Mem, r Reg) {
	c.lockRM(0xB0|map0F, size, m, r)
}

// lockRM is a locked read-modify-write of 1<<size bytes; op is its byte form.
func (c *Compiler) lockRM(op opcode, size uint8, m Mem, r Reg) {
	c.byte(0xF0)
	switch size {
	case 0:
		c.rm8(op, r, m)
	case 1:
		c.rm(op|1|pp66, false, r, m)
	default:
		c.rm(op|1, size == 3, r, m)
	}
}

// emitAtomic replaces memory by one locked instruction where there is one, else by
// a compare-and-exchange loop.
func emitAtomic(c *Compiler, v ir.Value, in *ir.Inst) {
	size := in.Aux & ir.MemSizeMask
	rb, ra := c.in(in.B), c.in(in.A)
	c.gprHold(in.A)
	tmp := c.alloc(&c.gpr, 0)
	c.gpr.pinned |= 1 << tmp
	a := c.address(0, in.A, 0)
	c.aligned(ra, size, a.point)
	c.killFlags()
	c.drop(in.A)
	c.drop(in.B)
	switch ir.RMW(in.Imm) {
	case ir.RMWAdd:
		c.movRR(true, scratch, rb)
		c.here(a)
		c.lockRM(0xC0|map0F, size, a.mem, scratch)
	case ir.RMWSwap:
		c.movRR(true, scratch, rb)
		c.here(a)
		c.lockRM(0x86, size, a.mem, scratch)
	default:
		c.here(a)
		c.loadx(false, size, true, scratch, a.mem)
		var again Label
		c.Asm.bind(&again)
		c.combine(ir.RMW(in.Imm), size, tmp, rb)
		c.hereToo(a)
		c.lockCmpxchg(size, a.mem, tmp)
		c.jcc(ccNE, &again)
	}
	c.bindEarly(v)
	dst := c.alloc(&c.gpr, c.vals[v].hint)
	c.own(v, dst)
	c.zeroExtend(size, dst, scratch)
}

func (c *Compiler) zeroExtend(size uint8, dst, src Reg) {
	if size == 3 {
		c.movRR(true, dst, src)
	} else {
		c.movx(false, size, false, dst, src)
	}
}

// combine is tmp = rax op rb on 1<<size bytes.
func (c *Compiler) combine(op ir.RMW, size uint8, tmp, rb Reg) {
	w := size == 3
	switch op {
	case ir.RMWClr:
		c.movRR(true, tmp, rb)
		c.group3(g3Not, true, tmp)
		c.aluRR(aluAnd, true, tmp, scratch)
	case ir.RMWEor, ir.RMWSet:
		c.movRR(true, tmp, scratch)
		c.aluRR([...]alu{ir.RMWEor: aluXor, ir.RMWSet: aluOr}[op], true, tmp, rb)
	default:
		keep := [...]cc{ir.RMWSMax: ccG, ir.RMWSMin: ccL, ir.RMWUMax: ccA, ir.RMWUMin: ccB}[op]
		c.movRR(true, tmp, rb)
		switch size {
		case 0:
			c.rr8(0x3A, scratch, rb)
		case 1:
			c.byte(0x66)
			c.aluRR(aluCmp, false, scratch, rb)
		default:
			c.aluRR(aluCmp, w, scratch, rb)
		}
		c.cmov(keep, true, tmp, scratch)
	}
}

func emitCas(c *Compiler, v ir.Value, in *ir.Inst) {
	size := in.Aux & ir.MemSizeMask
	rb, rc, ra := c.in(in.B), c.in(in.C), c.in(in.A)
	c.gprHold(in.A)
	a := c.address(0, in.A, 0)
	c.aligned(ra, size, a.point)
	c.killFlags()
	c.drop(in.A)
	c.drop(in.B)
	c.drop(in.C)
	c.movRR(true, scratch, rb)
	c.here(a)
	c.lockCmpxchg(size, a.mem, rc)
	c.bindEarly(v)
	dst := c.alloc(&c.gpr, c.vals[v].hint)
	c.own(v, dst)
	c.zeroExtend(size, dst, scratch)
}

// fence orders everything before it against everything after it: a locked operation
// on the stack is quicker than mfence.
func (c *Compiler) fence() {
	c.killFlags()
	c.byte(0xF0)
	c.aluMI(aluOr, false, at(RSP, -8), 0)
}

// emitFence: on amd64 only a store followed by a load can be reordered.
func emitFence(c *Compiler, _ ir.Value, in *ir.Inst) {
	if in.Aux == ir.FenceFull {
		c.fence()
	}
}

func emitZeroBlock(c *Compiler, _ ir.Value, in *ir.Inst) {
	r := c.in(in.A)
	c.gprHold(in.A)
	a := c.address(0, in.A, 0)
	c.killFlags()
	c.movRR(true, scratch, r)
	c.aluRI(aluAnd, true, scratch, -64)
	c.drop(in.A)
	c.rr(0x57|map0F, false, scratchX, scratchX) // xorps
	c.here(a)
	for off := int32(0); off < 64; off += 16 {
		c.storeups(Mem{Base: R14, Index: scratch, Disp: off}, scratchX)
	}
}
