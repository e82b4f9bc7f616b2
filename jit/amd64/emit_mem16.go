package amd64

import "axol/jit/ir"

// Exclusive and atomic accesses of 16 bytes, by cmpxchg16b: it compares memory with rdx:rax and stores
// rcx:rbx.

func init() {
	register(map[ir.Op]emitFunc{
		ir.OpLoadExV:  emitLoadExV,
		ir.OpStoreExV: emitStoreExV,
		ir.OpCasV:     emitCasV,
	}, nil)
}

// split puts the halves of src into two general registers.
func (c *Compiler) split(low, high Reg, src Xmm) {
	c.movXtoG(true, low, src)
	c.xExtract(ir.D, high, src, 1)
}

// grab16 empties the registers of cmpxchg16b.
func (c *Compiler) grab16() {
	c.grab(RDX)
	c.grab(RCX)
	c.grab(RBX)
}

func (c *Compiler) lockCmpxchg16(a access) {
	c.here(a)
	c.byte(0xF0)
	c.rm(cmpxchg16b, true, 1, a.mem)
}

func emitLoadExV(c *Compiler, v ir.Value, in *ir.Inst) {
	ra := c.in(in.A)
	c.gprHold(in.A)
	a := c.address(v, in.A, 0)
	c.aligned(ra, 4, a.point)
	c.here(a)
	c.movups(scratchX, a.mem)
	c.store(true, exField(ir.OffExAddr), ra)
	c.storeups(exField(ir.OffExValue), scratchX)
	c.storeImm(true, exField(ir.OffExSize), 16)
	c.drop(in.A)
	c.movaps(c.out(v), scratchX)
}

func emitStoreExV(c *Compiler, v ir.Value, in *ir.Inst) {
	c.grab16()
	b, ra := c.inV(in.B), c.in(in.A)
	c.gprHold(in.A)
	dst := c.alloc(&c.gpr, 0) // before the point: it is written before the access
	c.gpr.pinned |= 1 << dst
	a := c.address(0, in.A, 0)
	c.aligned(ra, 4, a.point)
	c.drop(in.A)
	c.drop(in.B)
	var fail Label
	c.killFlags()
	c.movImm(dst, 1)
	c.aluRM(aluCmp, true, ra, exField(ir.OffExAddr))
	c.jcc(ccNE, &fail)
	c.aluMI(aluCmp, true, exField(ir.OffExSize), 16)
	c.jcc(ccNE, &fail)
	c.split(RBX, RCX, b)
	c.load(true, RAX, exField(ir.OffExValue))
	c.load(true, RDX, plus(exField(ir.OffExValue), 8))
	c.lockCmpxchg16(a)
	c.jcc(ccNE, &fail)
	c.movImm(dst, 0)
	c.Asm.bind(&fail)
	c.storeImm(true, exField(ir.OffExSize), 0)
	c.bindEarly(v)
	c.own(v, dst)
}

// emitCasV compares and swaps a pair: of doublewords, or of words.
func emitCasV(c *Compiler, v ir.Value, in *ir.Inst) {
	size := in.Aux & ir.MemSizeMask
	c.grab16()
	b, k, ra := c.inV(in.B), c.inV(in.C), c.in(in.A)
	c.gprHold(in.A)
	a := c.address(0, in.A, 0)
	c.aligned(ra, size, a.point)
	c.killFlags()
	c.drop(in.A)
	c.drop(in.B)
	c.drop(in.C)
	if size == 3 {
		c.movXtoG(true, RAX, b)
		c.movXtoG(true, RBX, k)
		c.here(a)
		c.lockCmpxchg(size, a.mem, RBX)
		c.movGtoX(true, c.out(v), RAX)
		return
	}
	c.split(RAX, RDX, b)
	c.split(RBX, RCX, k)
	c.lockCmpxchg16(a)
	dst := c.out(v)
	c.movGtoX(true, dst, RAX)
	c.xInsert(ir.D, dst, RDX, 1)
}
