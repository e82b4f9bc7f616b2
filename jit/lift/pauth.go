package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Pointer authentication (FEAT_PAuth). Linux gives programs addresses of 48 bits, and has
// top-byte-ignore on for the lower half: there the code is in bits 54:48, while in the upper
// half, where no program has memory, it is in 63:56 and 54:48 (Arm ARM, AddPAC).
//
// The algorithm is one that the architecture leaves to the implementation (ID_AA64ISAR1_EL1.API):
// a product of address and modifier, each mixed with a half of the key, folded. It is quick,
// and no protection against anybody.

func init() {
	for _, x := range []struct {
		pac, pacz, aut, autz a64.Op
		key                  ir.PACKey
	}{
		{a64.OpPacia, a64.OpPaciza, a64.OpAutia, a64.OpAutiza, ir.KeyIA},
		{a64.OpPacib, a64.OpPacizb, a64.OpAutib, a64.OpAutizb, ir.KeyIB},
		{a64.OpPacda, a64.OpPacdza, a64.OpAutda, a64.OpAutdza, ir.KeyDA},
		{a64.OpPacdb, a64.OpPacdzb, a64.OpAutdb, a64.OpAutdzb, ir.KeyDB},
	} {
		register(map[a64.Op]liftFunc{
			x.pac:  changePointer((*lifter).sign, x.key, registers),
			x.pacz: changePointer((*lifter).sign, x.key, registerZero),
			x.aut:  changePointer((*lifter).authenticate, x.key, registers),
			x.autz: changePointer((*lifter).authenticate, x.key, registerZero),
		})
	}
	for _, x := range []struct {
		pac1716, pacz, pacsp, aut1716, autz, autsp a64.Op
		key                                        ir.PACKey
	}{
		{a64.OpPacia1716, a64.OpPaciaz, a64.OpPaciasp, a64.OpAutia1716, a64.OpAutiaz, a64.OpAutiasp, ir.KeyIA},
		{a64.OpPacib1716, a64.OpPacibz, a64.OpPacibsp, a64.OpAutib1716, a64.OpAutibz, a64.OpAutibsp, ir.KeyIB},
	} {
		register(map[a64.Op]liftFunc{
			x.pac1716: changePointer((*lifter).sign, x.key, x17x16),
			x.pacz:    changePointer((*lifter).sign, x.key, linkZero),
			x.pacsp:   changePointer((*lifter).sign, x.key, linkSP),
			x.aut1716: changePointer((*lifter).authenticate, x.key, x17x16),
			x.autz:    changePointer((*lifter).authenticate, x.key, linkZero),
			x.autsp:   changePointer((*lifter).authenticate, x.key, linkSP),
		})
	}
	register(map[a64.Op]liftFunc{
		a64.OpXpaci:   func(l *lifter) { l.stripRegister(l.in.Rd()) },
		a64.OpXpacd:   func(l *lifter) { l.stripRegister(l.in.Rd()) },
		a64.OpXpaclri: func(l *lifter) { l.stripRegister(30) },
		a64.OpPacga:   signGeneric,

		a64.OpBraa:   func(l *lifter) { l.jumpTo(l.branchTarget(l.regSP(ir.I64, l.in.Rd()))) },
		a64.OpBraaz:  func(l *lifter) { l.jumpTo(l.branchTarget(l.Const(ir.I64, 0))) },
		a64.OpBlraa:  func(l *lifter) { l.callTo(l.branchTarget(l.regSP(ir.I64, l.in.Rd()))) },
		a64.OpBlraaz: func(l *lifter) { l.callTo(l.branchTarget(l.Const(ir.I64, 0))) },
		a64.OpRetaa: func(l *lifter) {
			l.returnTo(l.authenticate(l.GetX(30), l.GetX(sp), instructionKey(l.in)))
		},
		a64.OpLdraa: loadAuthenticated,
	})
}

// sp is the number of the stack pointer.
const sp = 31

// operands are the register with the pointer, and the modifier.
type operands func(l *lifter) (rd uint8, modifier ir.Value)

func registers(l *lifter) (uint8, ir.Value)    { return l.in.Rd(), l.regSP(ir.I64, l.in.Rn()) }
func registerZero(l *lifter) (uint8, ir.Value) { return l.in.Rd(), l.Const(ir.I64, 0) }
func x17x16(l *lifter) (uint8, ir.Value)       { return 17, l.GetX(16) }
func linkZero(l *lifter) (uint8, ir.Value)     { return 30, l.Const(ir.I64, 0) }
func linkSP(l *lifter) (uint8, ir.Value)       { return 30, l.GetX(sp) }

// changePointer signs or authenticates the pointer in a register.
func changePointer(how func(*lifter, ir.Value, ir.Value, ir.PACKey) ir.Value, key ir.PACKey, from operands) liftFunc {
	return func(l *lifter) {
		rd, modifier := from(l)
		l.setReg(ir.I64, rd, how(l, l.reg(ir.I64, rd), modifier, key))
	}
}

// instructionKey is the key that the M bit of a branch or the like chooses.
func instructionKey(in a64.Inst) ir.PACKey { return ir.KeyIA + ir.PACKey(in.Field(10, 10)) }

// branchTarget is the authenticated address of a branch.
func (l *lifter) branchTarget(modifier ir.Value) ir.Value {
	return l.authenticate(l.reg(ir.I64, l.in.Rn()), modifier, instructionKey(l.in))
}

// loadAuthenticated is LDRAA and LDRAB; what is written back is the authenticated address.
func loadAuthenticated(l *lifter) {
	key := ir.KeyDA + ir.PACKey(l.in.Field(23, 23))
	base := l.authenticate(l.GetX(l.in.Rn()), l.Const(ir.I64, 0), key)
	off := int64(l.in.Field(22, 22)<<9|l.in.Field(20, 12)) << 54 >> 51
	l.load(ir.D, address{base: base, off: off, back: l.in.Rn(), writes: l.in.Bit(11), step: off})
}

func (l *lifter) xor(a, b ir.Value) ir.Value { return l.Op2(ir.OpXor, ir.I64, a, b) }

// pointer is a pointer on its way through the manual's AddPAC, Auth and Strip.
type pointer struct {
	given  ir.Value
	upper  ir.Value // all ones in the upper half of the address space, where bit 55 is set; else 0
	field  ir.Value // the bits that hold the code
	proper ir.Value // the pointer with bit 55 in all of these
}

func (l *lifter) pointer(v ir.Value) (p pointer) {
	p.given = v
	p.upper = l.Op1Imm(ir.OpSbfx, ir.I64, v, 55|1<<8)
	p.field = l.or(l.mask(p.upper, 0xff<<56), l.Const(ir.I64, 0x7f<<48))
	p.proper = l.xor(v, l.and(l.xor(v, p.upper), p.field))
	return p
}

func (l *lifter) stripRegister(rd uint8) {
	l.setReg(ir.I64, rd, l.pointer(l.reg(ir.I64, rd)).proper)
}

// hash is the manual's ComputePAC, whose 64 bits AddPAC picks the code from. The rotation brings bits of the
// product's middle there, which depend on all bits of both factors.
func (l *lifter) hash(v, modifier ir.Value, key ir.PACKey) ir.Value {
	half := func(n uint64) ir.Value {
		return l.Emit(ir.Inst{Op: ir.OpGetSys, Type: ir.I64, Imm: ir.KeyRegister(key, n)})
	}
	a, b := l.xor(v, half(0)), l.xor(modifier, half(1))
	h := l.xor(l.Op2(ir.OpMul, ir.I64, a, b), l.Op2(ir.OpMulHiU, ir.I64, a, b))
	return l.xor(h, l.shift(a64.ROR, ir.I64, h, 23))
}

// sign is AddPAC: of a pointer that is not proper, a bit of the code is inverted.
func (l *lifter) sign(v, modifier ir.Value, key ir.PACKey) ir.Value {
	p := l.pointer(v)
	code := l.hash(p.proper, modifier, key)
	wrong := l.Op2(ir.OpShl, ir.I64, l.Const(ir.I64, 1<<54), l.mask(p.upper, 62-54))
	f := l.FlagsOf2(ir.OpFlagsSub, ir.I64, v, p.proper)
	code = l.xor(code, l.Select(ir.I64, ir.NE, f, wrong, l.Const(ir.I64, 0)))
	return l.xor(p.proper, l.and(l.xor(p.proper, code), p.field))
}

// authenticate is Auth without FEAT_PAuth2 and FEAT_FPAC: where the code is wrong, the address becomes one that
// faults, by the key's number in bits 54:53, or 62:61 in the upper half: 01 for the A keys, 10 for the B keys.
func (l *lifter) authenticate(v, modifier ir.Value, key ir.PACKey) ir.Value {
	p := l.pointer(v)
	difference := l.and(l.xor(v, l.hash(p.proper, modifier, key)), p.field)
	f := l.FlagsOf2(ir.OpFlagsSub, ir.I64, difference, l.Const(ir.I64, 0))
	// The bits are those of bit 55 in the proper pointer: ones in the upper half are inverted.
	low, up := uint64(1<<53), uint64(62-53)
	if key == ir.KeyIB || key == ir.KeyDB {
		low, up = 1<<54, 61-54
	}
	poison := l.Op2(ir.OpShl, ir.I64, l.Const(ir.I64, low), l.mask(p.upper, up))
	return l.xor(p.proper, l.Select(ir.I64, ir.NE, f, poison, l.Const(ir.I64, 0)))
}

// signGeneric is PACGA: a code of 32 bits, for data.
func signGeneric(l *lifter) {
	code := l.hash(l.reg(ir.I64, l.in.Rn()), l.regSP(ir.I64, l.in.Rm()), ir.KeyGA)
	l.setReg(ir.I64, l.in.Rd(), l.mask(code, 0xffffffff<<32))
}
