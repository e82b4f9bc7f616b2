package amd64

// Shifts of vector lanes by their number in ModRM.reg of the groups pSHIFTW, D and Q;
// the last two shift the whole register by bytes.
const (
	shRight      = 2
	shArith      = 4
	shLeft       = 6
	shBytesRight = 3
	shBytesLeft  = 7
)

// vzeroupper clears the upper halves of all registers.
func (a *Asm) vzeroupper() { a.byte(0xC5, 0xF8, 0x77) }

const popcnt = 0xB8 | map0F | ppF3

const cmpxchg16b = 0xC7 | map0F // W, 1 in ModRM.reg

// xExtract moves lane n of 1<<lane bytes to a general register, zero-extended.
func (a *Asm) xExtract(lane uint8, dst Reg, src Xmm, n uint8) {
	switch {
	case lane == 1:
		a.rr(pEXTRW, false, dst, src)
	case lane == 0:
		a.rr(pEXTRB, false, src, dst)
	default:
		a.rr(pEXTRD, lane == 3, src, dst)
	}
	a.byte(n)
}

// xInsert replaces lane n of 1<<lane bytes by the low bits of a general register.
func (a *Asm) xInsert(lane uint8, dst Xmm, src Reg, n uint8) {
	a.rr([...]opcode{pINSRB, pINSRW, pINSRD, pINSRD}[lane], lane == 3, dst, src)
	a.byte(n)
}
