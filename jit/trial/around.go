package trial

import "axol/jit/a64"

// Instructions that show nothing when they stand alone.

// around has what makes the words of a trial for such an instruction.
var around = map[a64.Op]func(m *maker, tr *Trial, in a64.Inst) bool{
	a64.OpB: branch(0x3ffffff, 0), a64.OpBl: branch(0x3ffffff, 0),
	a64.OpBCond: branch(0x7ffff, 5), a64.OpBcCond: branch(0x7ffff, 5),
	a64.OpCbz: branch(0x7ffff, 5), a64.OpCbnz: branch(0x7ffff, 5),
	a64.OpTbz: branch(0x3fff, 5), a64.OpTbnz: branch(0x3fff, 5),
	a64.OpBr: branchRegister, a64.OpBlr: branchRegister, a64.OpRet: branchRegister,

	a64.OpLdrLit: literal, a64.OpLdrswLit: literal, a64.OpPrfmLit: literal, a64.OpLdrSimdLit: literal,

	a64.OpStxr: storeExclusive, a64.OpStlxr: storeExclusive, a64.OpStxp: storeExclusive, a64.OpStlxp: storeExclusive,
	a64.OpCas: compareSwap, a64.OpCasp: compareSwap,

	a64.OpMrs: systemRegister, a64.OpMsr: systemRegister, a64.OpMsrImm: statusField, a64.OpSys: cacheMaintenance,
}

// branch is a direct branch over an instruction that tells; mask and shift are of its offset.
func branch(mask, shift uint32) func(*maker, *Trial, a64.Inst) bool {
	return func(m *maker, tr *Trial, in a64.Inst) bool {
		w := in.Word&^(mask<<shift) | 2<<shift
		if m.rng.IntN(2) == 0 && in.Rt() < 28 { // zeros often enough to be seen
			m.s.X[in.Rt()] = uint64(m.rng.Uint32()) << 32 * uint64(m.rng.IntN(2))
		}
		tr.Words = []uint32{w, movX27, nop}
		if in.Op == a64.OpBl {
			tr.Words = append(tr.Words, mov(26, 30))
		}
		return true
	}
}

// branchRegister is an indirect branch over an instruction that tells.
func branchRegister(_ *maker, tr *Trial, in a64.Inst) bool {
	tr.Words = []uint32{adr(in.Rn(), 12), in.Word, movX27}
	if in.Op == a64.OpBlr {
		tr.Words = append(tr.Words, mov(26, 30))
	}
	return in.Rn() < 28
}

// adr is adr Xrd, .+offset, the offset a multiple of 4.
func adr(rd uint8, offset uint32) uint32 { return 0x10000000 | offset>>2<<5 | uint32(rd) }

// literal loads what stands behind the instruction.
func literal(m *maker, tr *Trial, in a64.Inst) bool {
	w := in.Word&^(0x7ffff<<5) | 2<<5
	tr.Words = []uint32{w, branch20, m.rng.Uint32(), m.rng.Uint32() | 1<<31, m.rng.Uint32(), m.rng.Uint32()}
	return true
}

// storeExclusive has a load-exclusive of the same size in front of it, and sometimes
// something that takes the mark away.
func storeExclusive(m *maker, tr *Trial, in a64.Inst) bool {
	const clrex, loads, pair = 0xd5033f5f, 1 << 22, 1 << 21
	load := in.Word&^(31<<16|31<<10|31) | loads | 31<<16 | 31<<10 | 27
	if in.Bit(21) {
		load = load&^(31<<10) | 26<<10
	}
	if in.Rn() >= 26 && in.Rn() < 31 || !aim(m.rng, tr.Line, in, m.s, m.mem) {
		return false
	}
	tr.Words = []uint32{load, in.Word}
	if m.rng.IntN(4) == 0 {
		tr.Words = []uint32{load, clrex, in.Word}
	}
	return true
}

// compareSwap expects what is in memory, half of the time.
func compareSwap(m *maker, tr *Trial, in a64.Inst) bool {
	if !aim(m.rng, tr.Line, in, m.s, m.mem) {
		return false
	}
	if m.rng.IntN(2) == 0 {
		load := 0x39400000 | uint32(in.MemSize())<<30 | uint32(in.Rn())<<5 | uint32(in.Rs())
		if in.Op == a64.OpCasp {
			load = 0x29400000 | in.Field(30, 30)<<31 | uint32(in.Rs()+1)<<10 | uint32(in.Rn())<<5 | uint32(in.Rs())
		}
		tr.Words = []uint32{load, in.Word}
	}
	return true
}

// systemRegister moves to or from one of the registers that programs may write; others are
// different from machine to machine.
func systemRegister(m *maker, tr *Trial, in a64.Inst) bool {
	const msr, mrs = 0xd5100000, 0xd5300000
	regs := [...]uint32{0xb4200, 0xb4400, 0xb4420, 0xb42a0, 0xb42c0, 0xbd040} // NZCV, FPCR, FPSR, DIT, SSBS, TPIDR_EL0
	reg := regs[m.rng.IntN(len(regs))]
	rt := uint32(in.Rt())
	if rt < 28 { // FPCR.Len and Stride are there for AArch32 only, which QEMU has and Axol has not
		m.s.X[rt] &^= 0x370000
	}
	tr.Words = []uint32{msr | reg | rt, mrs | reg | uint32(m.rng.IntN(28))}
	return true
}

// statusField is MSR of DIT or SSBS, the fields of PSTATE that EL0 may write, read back.
func statusField(m *maker, tr *Trial, in a64.Inst) bool {
	const dit, ssbs, mrsDIT, mrsSSBS = 0xd503405f, 0xd503403f, 0xd53b42a0, 0xd53b42c0
	tr.Words = []uint32{dit | in.Field(8, 8)<<8, mrsDIT | uint32(m.rng.IntN(28))}
	if m.rng.IntN(2) == 0 {
		tr.Words = []uint32{ssbs | in.Field(8, 8)<<8, mrsSSBS | uint32(m.rng.IntN(28))}
	}
	return true
}

// cacheMaintenance by the address of the trial's memory.
func cacheMaintenance(m *maker, tr *Trial, in a64.Inst) bool {
	// Not CVAP and CVADP, which QEMU 7.2 keeps from programs, and not ZVA, whose block is larger there.
	ops := [...]uint32{0xb7520, 0xb7a20, 0xb7b20, 0xb7e20} // IC IVAU; DC CVAC, CVAU, CIVAC
	if in.Rt() == 31 {
		return false
	}
	m.s.X[in.Rt()] = m.mem + uint64(m.rng.IntN(8*memWords))
	tr.Words = []uint32{0xd5080000 | ops[m.rng.IntN(len(ops))] | uint32(in.Rt())}
	return true
}
