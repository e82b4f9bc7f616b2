package amd64

func (a *Asm) movaps(dst, src Xmm) {
	if dst != src {
		a.rr(0x28|map0F, false, dst, src)
	}
}

func (a *Asm) movups(dst Xmm, m Mem)   { a.rm(0x10|map0F, false, dst, m) }
func (a *Asm) storeups(m Mem, src Xmm) { a.rm(0x11|map0F, false, src, m) }

// movq moves between the files: 32 or 64 bits.
func (a *Asm) movGtoX(w bool, dst Xmm, src Reg) { a.rr(0x6E|map0F|pp66, w, dst, src) }
func (a *Asm) movXtoG(w bool, dst Reg, src Xmm) { a.rr(0x7E|map0F|pp66, w, src, dst) }

// zeroAbove clears what is above the lowest bytes (4 or 8) of r.
func (a *Asm) zeroAbove(r Xmm, bytes uint8) {
	if bytes == 8 {
		a.rr(0x7E|map0F|ppF3, false, r, r) // movq
		return
	}
	a.rr(0x21|map0F3A|pp66, false, r, r) // insertps, zero lanes 3:1
	a.byte(0x0E)
}

// sse is dst op= src.
func (a *Asm) sse(op opcode, dst, src Xmm) { a.rr(op, false, dst, src) }

// sseImm is sse with an immediate byte.
func (a *Asm) sseImm(op opcode, dst, src Xmm, imm uint8) {
	a.rr(op, false, dst, src)
	a.byte(imm)
}

// Opcodes of vector instructions, as (prefix, map, byte).
const (
	xADD   = 0x58 | map0F
	xMUL   = 0x59 | map0F
	xSUB   = 0x5C | map0F
	xMIN   = 0x5D | map0F
	xDIV   = 0x5E | map0F
	xMAX   = 0x5F | map0F
	xSQRT  = 0x51 | map0F
	xAND   = 0x54 | map0F
	xANDN  = 0x55 | map0F
	xOR    = 0x56 | map0F
	xXOR   = 0x57 | map0F
	pAND   = 0xDB | map0F | pp66
	pANDN  = 0xDF | map0F | pp66
	pOR    = 0xEB | map0F | pp66
	pXOR   = 0xEF | map0F | pp66
	pSHUFB = 0x00 | map0F38 | pp66
	pSHUFD = 0x70 | map0F | pp66
)
