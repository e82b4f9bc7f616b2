package amd64

// cc is a condition code, as in Jcc.
type cc uint8

const (
	ccO cc = iota
	ccNO
	ccB
	ccAE
	ccE
	ccNE
	ccBE
	ccA
	ccS
	ccNS
	ccP
	ccNP
	ccL
	ccGE
	ccLE
	ccG
)

func (c cc) invert() cc { return c ^ 1 }

// alu is an operation of the first group: its number in ModRM.reg.
type alu uint8

const (
	aluAdd alu = iota
	aluOr
	aluAdc
	aluSbb
	aluAnd
	aluSub
	aluXor
	aluCmp
)

// Shifts by their number in ModRM.reg.
const (
	shRol = 0
	shRor = 1
	shShl = 4
	shShr = 5
	shSar = 7
)

func (a *Asm) movRR(w bool, dst, src Reg)   { a.rr(0x8B, w, dst, src) }
func (a *Asm) load(w bool, dst Reg, m Mem)  { a.rm(0x8B, w, dst, m) }
func (a *Asm) store(w bool, m Mem, src Reg) { a.rm(0x89, w, src, m) }
func (a *Asm) lea(w bool, dst Reg, m Mem)   { a.rm(0x8D, w, dst, m) }
func (a *Asm) store16(m Mem, src Reg)       { a.rm(0x89|pp66, false, src, m) }
func (a *Asm) store8(m Mem, src Reg)        { a.rm8(0x88, src, m) }

// movImm loads v by the shortest encoding that leaves the flags alone.
func (a *Asm) movImm(dst Reg, v uint64) {
	switch {
	case v == uint64(uint32(v)):
		a.prefix(0xB8|opcode(dst&7), false, 0, 0, dst, false)
		a.u32(uint32(v))
	case v == uint64(int64(int32(v))):
		a.prefix(0xC7, true, 0, 0, dst, false)
		a.Buf = append(a.Buf, 0xC0|byte(dst&7))
		a.u32(uint32(v))
	default:
		a.prefix(0xB8|opcode(dst&7), true, 0, 0, dst, false)
		a.u64(v)
	}
}

// storeImm stores a sign-extended imm32.
func (a *Asm) storeImm(w bool, m Mem, v int32) {
	a.rm(0xC7, w, 0, m)
	a.u32(uint32(v))
}

// aluRR is op dst, src.
func (a *Asm) aluRR(op alu, w bool, dst, src Reg) { a.rr(opcode(op)<<3|3, w, dst, src) }

// aluRM is op dst, [m].
func (a *Asm) aluRM(op alu, w bool, dst Reg, m Mem) { a.rm(opcode(op)<<3|3, w, dst, m) }

// aluRI is op dst, imm.
func (a *Asm) aluRI(op alu, w bool, dst Reg, v int32) {
	if v == int32(int8(v)) {
		a.prefix(0x83, w, 0, 0, dst, false)
		a.Buf = append(a.Buf, 0xC0|byte(op)<<3|byte(dst&7), byte(v))
		return
	}
	if dst == RAX {
		a.prefix(opcode(op)<<3|5, w, 0, 0, 0, false)
	} else {
		a.prefix(0x81, w, 0, 0, dst, false)
		a.Buf = append(a.Buf, 0xC0|byte(op)<<3|byte(dst&7))
	}
	a.u32(uint32(v))
}

// aluMI is op [m], imm.
func (a *Asm) aluMI(op alu, w bool, m Mem, v int32) {
	if v == int32(int8(v)) {
		a.rm(0x83, w, Reg(op), m)
		a.Buf = append(a.Buf, byte(v))
		return
	}
	a.rm(0x81, w, Reg(op), m)
	a.u32(uint32(v))
}

func (a *Asm) testRR(w bool, x, y Reg) { a.rr(0x85, w, y, x) }

// testRI is test x, imm32 (sign-extended); a byte test where that is the same.
func (a *Asm) testRI(w bool, x Reg, v int32) {
	if v > 0 && v < 128 {
		a.prefix(0xF6, false, 0, 0, x, x >= RSP)
		a.Buf = append(a.Buf, 0xC0|byte(x&7), byte(v))
		return
	}
	a.prefix(0xF7, w, 0, 0, x, false)
	a.Buf = append(a.Buf, 0xC0|byte(x&7))
	a.u32(uint32(v))
}

// Unary group 3 by its number in ModRM.reg.
const (
	g3Not  = 2
	g3Neg  = 3
	g3Mul  = 4
	g3IMul = 5
	g3Div  = 6
	g3IDiv = 7
)

func (a *Asm) group3(n uint8, w bool, r Reg) { a.rr(0xF7, w, Reg(n), r) }

func (a *Asm) imul(w bool, dst, src Reg) { a.rr(0xAF|map0F, w, dst, src) }

func (a *Asm) shiftImm(n uint8, w bool, r Reg, by uint8) {
	a.rr(0xC1, w, Reg(n), r)
	a.Buf = append(a.Buf, by)
}

func (a *Asm) shiftCL(n uint8, w bool, r Reg) { a.rr(0xD3, w, Reg(n), r) }

// shrdImm is dst = src:dst >> by.
func (a *Asm) shrdImm(w bool, dst, src Reg, by uint8) {
	a.rr(0xAC|map0F, w, src, dst)
	a.Buf = append(a.Buf, by)
}

// shiftx is the BMI2 shift of src by a register: shlx, shrx, sarx. It leaves the flags alone.
func (a *Asm) shiftx(n uint8, w bool, dst, src, by Reg) {
	pp := [...]opcode{shShl: pp66, shShr: ppF2, shSar: ppF3}[n]
	a.vex(0xF7|map0F38|pp, w, false, dst, by, src)
}

func (a *Asm) rorx(w bool, dst, src Reg, by uint8) {
	a.vex(0xF0|map0F3A|ppF2, w, false, dst, 0, src)
	a.Buf = append(a.Buf, by)
}

// andn is dst = ^inv & src.
func (a *Asm) andn(w bool, dst, inv, src Reg) { a.vex(0xF2|map0F38, w, false, dst, inv, src) }

// mulx is hi:lo = rdx * src; it leaves the flags alone.
func (a *Asm) mulx(w bool, hi, lo, src Reg) { a.vex(0xF6|map0F38|ppF2, w, false, hi, lo, src) }

func (a *Asm) pext(w bool, dst, src, mask Reg) { a.vex(0xF5|map0F38|ppF3, w, false, dst, src, mask) }
func (a *Asm) pdep(w bool, dst, src, mask Reg) { a.vex(0xF5|map0F38|ppF2, w, false, dst, src, mask) }
func (a *Asm) lzcnt(w bool, dst, src Reg)      { a.rr(0xBD|map0F|ppF3, w, dst, src) }
func (a *Asm) bsr(w bool, dst, src Reg)        { a.rr(0xBD|map0F, w, dst, src) }

func (a *Asm) bswap(w bool, r Reg) {
	a.prefix(0xC8|opcode(r&7)|map0F, w, 0, 0, r, false)
}

// movx extends a register: from is log2 of the source bytes.
func (a *Asm) movx(signed bool, from uint8, w bool, dst, src Reg) {
	switch {
	case from == 0 && signed:
		a.prefix(0xBE|map0F, w, dst, 0, src, src >= RSP)
	case from == 0:
		a.prefix(0xB6|map0F, false, dst, 0, src, src >= RSP)
	case from == 1 && signed:
		a.prefix(0xBF|map0F, w, dst, 0, src, false)
	case from == 1:
		a.prefix(0xB7|map0F, false, dst, 0, src, false)
	case signed:
		a.prefix(0x63, true, dst, 0, src, false)
	default:
		a.prefix(0x8B, false, dst, 0, src, false)
	}
	a.Buf = append(a.Buf, 0xC0|byte(dst&7)<<3|byte(src&7))
}

// loadx loads 1<<size bytes and extends them to 32 (w false) or 64 bits.
func (a *Asm) loadx(signed bool, size uint8, w bool, dst Reg, m Mem) {
	switch {
	case size == 0 && signed:
		a.rm(0xBE|map0F, w, dst, m)
	case size == 0:
		a.rm(0xB6|map0F, false, dst, m)
	case size == 1 && signed:
		a.rm(0xBF|map0F, w, dst, m)
	case size == 1:
		a.rm(0xB7|map0F, false, dst, m)
	case size == 2 && signed && w:
		a.rm(0x63, true, dst, m)
	case size == 2:
		a.rm(0x8B, false, dst, m)
	default:
		a.rm(0x8B, true, dst, m)
	}
}

// storeN stores the low 1<<size bytes of src.
func (a *Asm) storeN(size uint8, m Mem, src Reg) {
	switch size {
	case 0:
		a.store8(m, src)
	case 1:
		a.store16(m, src)
	default:
		a.store(size == 3, m, src)
	}
}

func (a *Asm) setcc(c cc, r Reg) {
	a.prefix(0x90|opcode(c)|map0F, false, 0, 0, r, r >= RSP)
	a.Buf = append(a.Buf, 0xC0|byte(r&7))
}

func (a *Asm) cmov(c cc, w bool, dst, src Reg) { a.rr(0x40|opcode(c)|map0F, w, dst, src) }

func (a *Asm) jcc(c cc, l *Label) {
	a.byte(0x0F, 0x80|byte(c))
	a.rel32(l)
}

func (a *Asm) jmp(l *Label) {
	a.byte(0xE9)
	a.rel32(l)
}

// jmpTo is a jump to an offset relative to the start of Buf.
func (a *Asm) jmpTo(target int) {
	a.byte(0xE9)
	a.relTo(target)
}

func (a *Asm) callTo(target int) {
	a.byte(0xE8)
	a.relTo(target)
}

func (a *Asm) jmpMem(m Mem) { a.rm(0xFF, false, 4, m) }
func (a *Asm) jmpReg(r Reg) { a.rr(0xFF, false, 4, r) }

// bt copies bit n of [m] (32 bits) to the carry flag.
func (a *Asm) btMem(m Mem, n uint8) {
	a.rm(0xBA|map0F, false, 4, m)
	a.Buf = append(a.Buf, n)
}

func (a *Asm) btReg(w bool, r Reg, n uint8) {
	a.rr(0xBA|map0F, w, 4, r)
	a.Buf = append(a.Buf, n)
}

func (a *Asm) lahf()   { a.byte(0x9F) }
func (a *Asm) sahf()   { a.byte(0x9E) }
func (a *Asm) cmc()    { a.byte(0xF5) }
func (a *Asm) ret()    { a.byte(0xC3) }
func (a *Asm) mfence() { a.byte(0x0F, 0xAE, 0xF0) }
func (a *Asm) cdq()    { a.byte(0x99) }
func (a *Asm) cqo()    { a.byte(0x48, 0x99) }

func (a *Asm) ldmxcsr(m Mem) { a.rm(0xAE|map0F, false, 2, m) }
func (a *Asm) stmxcsr(m Mem) { a.rm(0xAE|map0F, false, 3, m) }

// nops pads with n bytes of no-operations (Intel's recommended sequences).
func (a *Asm) nops(n int) {
	for n > 0 {
		k := min(n, 8)
		a.byte(nopSeq[k-1][:k]...)
		n -= k
	}
}

var nopSeq = [8][8]byte{
	{0x90},
	{0x66, 0x90},
	{0x0F, 0x1F, 0x00},
	{0x0F, 0x1F, 0x40, 0x00},
	{0x0F, 0x1F, 0x44, 0x00, 0x00},
	{0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00},
	{0x0F, 0x1F, 0x80, 0, 0, 0, 0},
	{0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0},
}
