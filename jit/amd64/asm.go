package amd64

import "encoding/binary"

// Reg is a general register, in the numbering of the instruction encoding.
type Reg uint8

// The general registers.
const (
	RAX Reg = iota
	RCX
	RDX
	RBX
	RSP
	RBP
	RSI
	RDI
	R8
	R9
	R10
	R11
	R12
	R13
	R14
	R15
	NoReg Reg = 0xFF
)

// Xmm is a vector register.
type Xmm = Reg

// Mem is a memory operand: [Base + Index*Scale + Disp]. Base NoReg is rip-relative
// to the instruction's end.
type Mem struct {
	Base, Index Reg
	Scale       uint8 // log2
	Disp        int32
}

// at is the operand [r+disp].
func at(r Reg, disp int32) Mem { return Mem{Base: r, Index: NoReg, Disp: disp} }

// Asm is an encoder that appends to Buf.
type Asm struct{ Buf []byte }

// Pos is the offset of the next byte.
func (a *Asm) Pos() int { return len(a.Buf) }

func (a *Asm) byte(b ...byte) { a.Buf = append(a.Buf, b...) }

func (a *Asm) u32(v uint32) { a.Buf = binary.LittleEndian.AppendUint32(a.Buf, v) }

func (a *Asm) u64(v uint64) { a.Buf = binary.LittleEndian.AppendUint64(a.Buf, v) }

// Opcode spaces and mandatory prefixes, packed in an opcode: bits 7:0 the byte,
// 11:8 the map (0 one-byte, 1 0F, 2 0F38, 3 0F3A), 13:12 the prefix (0 none, 1 66, 2 F3, 3 F2).
type opcode uint16

const (
	map0F   opcode = 1 << 8
	map0F38 opcode = 2 << 8
	map0F3A opcode = 3 << 8
	pp66    opcode = 1 << 12
	ppF3    opcode = 2 << 12
	ppF2    opcode = 3 << 12
)

// prefix writes mandatory prefix, REX and opcode. r, x, b are the registers that
// extend ModRM.reg, SIB.index and ModRM.rm; rex forces a REX (byte registers).
func (a *Asm) prefix(op opcode, w bool, r, x, b Reg, rex bool) {
	switch op >> 12 & 3 {
	case 1:
		a.Buf = append(a.Buf, 0x66)
	case 2:
		a.Buf = append(a.Buf, 0xF3)
	case 3:
		a.Buf = append(a.Buf, 0xF2)
	}
	v := byte(0x40)
	if w {
		v |= 8
	}
	v |= byte(r>>3&1)<<2 | byte(x>>3&1)<<1 | byte(b>>3&1)
	if v != 0x40 || rex {
		a.Buf = append(a.Buf, v)
	}
	switch op >> 8 & 15 {
	case 1:
		a.Buf = append(a.Buf, 0x0F)
	case 2:
		a.Buf = append(a.Buf, 0x0F, 0x38)
	case 3:
		a.Buf = append(a.Buf, 0x0F, 0x3A)
	}
	a.Buf = append(a.Buf, byte(op))
}

// rr encodes op with ModRM.reg=reg and a register in ModRM.rm.
func (a *Asm) rr(op opcode, w bool, reg, rm Reg) {
	a.prefix(op, w, reg, 0, rm, false)
	a.Buf = append(a.Buf, 0xC0|byte(reg&7)<<3|byte(rm&7))
}

// rr8 is rr for byte registers: it makes sil, dil, spl, bpl mean what they say.
func (a *Asm) rr8(op opcode, reg, rm Reg) {
	a.prefix(op, false, reg, 0, rm, reg >= RSP || rm >= RSP)
	a.Buf = append(a.Buf, 0xC0|byte(reg&7)<<3|byte(rm&7))
}

// rm encodes op with ModRM.reg=reg and a memory operand.
func (a *Asm) rm(op opcode, w bool, reg Reg, m Mem) {
	a.prefix(op, w, reg, orZero(m.Index), orZero(m.Base), false)
	a.modrm(reg, m)
}

// rm8 is rm for a byte register.
func (a *Asm) rm8(op opcode, reg Reg, m Mem) {
	a.prefix(op, false, reg, orZero(m.Index), orZero(m.Base), reg >= RSP)
	a.modrm(reg, m)
}

func orZero(r Reg) Reg {
	if r == NoReg {
		return 0
	}
	return r
}

// modrm writes ModRM, SIB and displacement. [rbp] and [r13] need a displacement,
// [rsp] and [r12] a SIB. Without base and index, the displacement is from the next instruction.
func (a *Asm) modrm(reg Reg, m Mem) {
	r := byte(reg&7) << 3
	if m.Base == NoReg {
		if m.Index != NoReg {
			a.Buf = append(a.Buf, r|4, m.Scale<<6|byte(m.Index&7)<<3|5)
		} else {
			a.Buf = append(a.Buf, r|5)
		}
		a.u32(uint32(m.Disp))
		return
	}
	b := byte(m.Base & 7)
	mod := byte(0x80)
	switch {
	case m.Disp == 0 && b != 5:
		mod = 0
	case m.Disp == int32(int8(m.Disp)):
		mod = 0x40
	}
	if m.Index != NoReg {
		a.Buf = append(a.Buf, mod|r|4, m.Scale<<6|byte(m.Index&7)<<3|b)
	} else if b == 4 {
		a.Buf = append(a.Buf, mod|r|4, 0x24)
	} else {
		a.Buf = append(a.Buf, mod|r|b)
	}
	switch mod {
	case 0x40:
		a.Buf = append(a.Buf, byte(m.Disp))
	case 0x80:
		a.u32(uint32(m.Disp))
	}
}

// vex encodes a VEX instruction: dst in ModRM.reg, src1 in VEX.vvvv, src2 in ModRM.rm.
func (a *Asm) vex(op opcode, w, l bool, reg, vvvv, rm Reg) {
	a.vexPrefix(op, w, l, reg, vvvv, 0, rm)
	a.Buf = append(a.Buf, 0xC0|byte(reg&7)<<3|byte(rm&7))
}

// vexm is vex with a memory operand.
func (a *Asm) vexm(op opcode, w, l bool, reg, vvvv Reg, m Mem) {
	a.vexPrefix(op, w, l, reg, vvvv, orZero(m.Index), orZero(m.Base))
	a.modrm(reg, m)
}

func (a *Asm) vexPrefix(op opcode, w, l bool, reg, vvvv, x, b Reg) {
	r := ^byte(reg>>3) & 1
	last := ^byte(vvvv)&15<<3 | byte(op>>12&3)
	if l {
		last |= 4
	}
	if op>>8&15 == 1 && !w && x < 8 && b < 8 {
		a.Buf = append(a.Buf, 0xC5, r<<7|last, byte(op))
		return
	}
	if w {
		last |= 0x80
	}
	xb := ^byte(x>>3)&1<<6 | ^byte(b>>3)&1<<5
	a.Buf = append(a.Buf, 0xC4, r<<7|xb|byte(op>>8&15), last, byte(op))
}

// Label is a place in the code. The zero Label is not placed yet.
type Label struct {
	pos  int32 // 1 + offset; 0: not placed
	uses []int32
}

// bind places l here.
func (a *Asm) bind(l *Label) {
	l.pos = int32(a.Pos()) + 1
	for _, u := range l.uses {
		binary.LittleEndian.PutUint32(a.Buf[u:], uint32(int32(a.Pos())-u-4))
	}
	l.uses = l.uses[:0]
}

// rel32 writes the distance to l, now or when it is placed.
func (a *Asm) rel32(l *Label) {
	at := int32(a.Pos())
	if l.pos != 0 {
		a.u32(uint32(l.pos - 1 - at - 4))
		return
	}
	l.uses = append(l.uses, at)
	a.u32(0)
}

// relTo writes the distance to an offset in the same code, which may lie outside of Buf.
func (a *Asm) relTo(target int) { a.u32(uint32(int32(target - a.Pos() - 4))) }

// VexLen is the length of the VEX instruction that code begins with, 1 for anything else.
func VexLen(code []byte) int {
	n := map[byte]int{0xC5: 3, 0xC4: 4}[code[0]]
	if n == 0 || len(code) < n+1 {
		return 1
	}
	space := byte(1)
	if code[0] == 0xC4 {
		space = code[1] & 31
	}
	op, modrm := code[n-1], code[n]
	if space == 1 && op == 0x77 { // vzeroupper has no operands
		return n
	}
	n++
	if modrm>>6 != 3 {
		if modrm&7 == 4 {
			n++
		}
		switch {
		case modrm>>6 == 1:
			n++
		case modrm>>6 == 2, modrm&0xC7 == 5:
			n += 4
		}
	}
	if space == 3 || space == 1 && (op >= 0x70 && op <= 0x73 || op >= 0xC2 && op <= 0xC6) { // an immediate
		n++
	}
	return n
}
