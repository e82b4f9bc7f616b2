package interp

import (
	"hash/crc32"
	"math/bits"

	"axol/jit/ir"
)

func init() {
	register(map[ir.Op]opFunc{
		ir.OpAdd:    int2(func(a, b uint64) uint64 { return a + b }),
		ir.OpSub:    int2(func(a, b uint64) uint64 { return a - b }),
		ir.OpMul:    int2(func(a, b uint64) uint64 { return a * b }),
		ir.OpAnd:    int2(func(a, b uint64) uint64 { return a & b }),
		ir.OpOr:     int2(func(a, b uint64) uint64 { return a | b }),
		ir.OpXor:    int2(func(a, b uint64) uint64 { return a ^ b }),
		ir.OpAndNot: int2(func(a, b uint64) uint64 { return a &^ b }),
		ir.OpMulHiU: int2(func(a, b uint64) uint64 { hi, _ := bits.Mul64(a, b); return hi }),
		ir.OpMulHiS: int2(mulHiS),
		ir.OpDivU:   int2(divU),
		ir.OpAdc: func(m *Machine, in *ir.Inst) value {
			return value{lo: (m.v[in.A].lo + m.v[in.B].lo + m.carry(in.C)) & maskOf(in.Type)}
		},
		ir.OpSbc: func(m *Machine, in *ir.Inst) value {
			return value{lo: (m.v[in.A].lo - m.v[in.B].lo - 1 + m.carry(in.C)) & maskOf(in.Type)}
		},

		ir.OpDivS: wide2(divS),
		ir.OpShl:  wide2(func(a, b uint64, w uint) uint64 { return a << (b % uint64(w)) }),
		ir.OpShr:  wide2(func(a, b uint64, w uint) uint64 { return a >> (b % uint64(w)) }),
		ir.OpSar:  wide2(func(a, b uint64, w uint) uint64 { return uint64(signed(a, w) >> (b % uint64(w))) }),
		ir.OpRor: wide2(func(a, b uint64, w uint) uint64 {
			n := b % uint64(w)
			return a>>n | a<<(uint64(w)-n)
		}),
		ir.OpExtr: func(m *Machine, in *ir.Inst) value {
			a, b, w := m.v[in.A].lo, m.v[in.B].lo, uint64(in.Type.Bits())
			return value{lo: (b>>in.Imm | a<<(w-in.Imm)) & maskOf(in.Type)}
		},

		ir.OpNot:    wide1(func(a uint64, _ uint) uint64 { return ^a }),
		ir.OpClz:    wide1(func(a uint64, w uint) uint64 { return uint64(bits.LeadingZeros64(a)) - (64 - uint64(w)) }),
		ir.OpCtz:    wide1(func(a uint64, w uint) uint64 { return min(uint64(bits.TrailingZeros64(a)), uint64(w)) }),
		ir.OpCls:    wide1(leadingSigns),
		ir.OpRbit:   wide1(func(a uint64, w uint) uint64 { return bits.Reverse64(a) >> (64 - w) }),
		ir.OpRev:    wide1(func(a uint64, w uint) uint64 { return bits.ReverseBytes64(a) >> (64 - w) }),
		ir.OpRev16:  wide1(func(a uint64, _ uint) uint64 { return a>>8&0x00ff00ff00ff00ff | a&0x00ff00ff00ff00ff<<8 }),
		ir.OpRev32:  wide1(func(a uint64, _ uint) uint64 { return bits.RotateLeft64(bits.ReverseBytes64(a), 32) }),
		ir.OpLow32:  wide1(func(a uint64, _ uint) uint64 { return a }),
		ir.OpZext32: wide1(func(a uint64, _ uint) uint64 { return a }),
		ir.OpSext32: wide1(func(a uint64, _ uint) uint64 { return uint64(signed(a, 32)) }),
		ir.OpSext8:  wide1(func(a uint64, _ uint) uint64 { return uint64(signed(a, 8)) }),
		ir.OpSext16: wide1(func(a uint64, _ uint) uint64 { return uint64(signed(a, 16)) }),
		ir.OpZext8:  wide1(func(a uint64, _ uint) uint64 { return a & 0xff }),
		ir.OpZext16: wide1(func(a uint64, _ uint) uint64 { return a & 0xffff }),

		ir.OpUbfx: func(m *Machine, in *ir.Inst) value {
			lsb, width := field(in)
			return value{lo: m.v[in.A].lo >> lsb & (1<<width - 1)}
		},
		ir.OpSbfx: func(m *Machine, in *ir.Inst) value {
			lsb, width := field(in)
			return value{lo: uint64(signed(m.v[in.A].lo>>lsb, width)) & maskOf(in.Type)}
		},
		ir.OpBfi: func(m *Machine, in *ir.Inst) value {
			lsb, width := field(in)
			mask := (uint64(1)<<width - 1) << lsb
			return value{lo: (m.v[in.A].lo&^mask | m.v[in.B].lo<<lsb&mask) & maskOf(in.Type)}
		},
		ir.OpCrc32:  crcOp(crc32.IEEETable),
		ir.OpCrc32C: crcOp(crc32.MakeTable(crc32.Castagnoli)),
	})
}

// int2 is an operation of two operands that is the same for both types.
func int2(f func(a, b uint64) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) value {
		return value{lo: f(m.v[in.A].lo, m.v[in.B].lo) & maskOf(in.Type)}
	}
}

// wide2 is an operation of two operands that needs to know the width.
func wide2(f func(a, b uint64, width uint) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) value {
		return value{lo: f(m.v[in.A].lo, m.v[in.B].lo, uint(in.Type.Bits())) & maskOf(in.Type)}
	}
}

// wide1 is an operation of one operand.
func wide1(f func(a uint64, width uint) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) value {
		return value{lo: f(m.v[in.A].lo, uint(in.Type.Bits())) & maskOf(in.Type)}
	}
}

// signed is the low width bits of x as a signed number.
func signed(x uint64, width uint) int64 { return int64(x<<(64-width)) >> (64 - width) }

func field(in *ir.Inst) (lsb, width uint) { return uint(in.Imm & 0xff), uint(in.Imm >> 8 & 0xff) }

func mulHiS(a, b uint64) uint64 {
	hi, _ := bits.Mul64(a, b)
	return hi - uint64(int64(a)>>63)&b - uint64(int64(b)>>63)&a
}

func divU(a, b uint64) uint64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func divS(a, b uint64, width uint) uint64 {
	y := signed(b, width)
	if y == 0 {
		return 0
	}
	return uint64(signed(a, width) / y) // Go wraps the minimum / -1 too
}

func leadingSigns(a uint64, width uint) uint64 {
	x := signed(a, width)
	return uint64(bits.LeadingZeros64(uint64(x^x<<1|1))) - (64 - uint64(width))
}

func crcOp(poly *crc32.Table) opFunc {
	return func(m *Machine, in *ir.Inst) value {
		crc, data := uint32(m.v[in.A].lo), m.v[in.B].lo
		for range 1 << in.Aux {
			crc = poly[uint8(crc)^uint8(data)] ^ crc>>8
			data >>= 8
		}
		return value{lo: uint64(crc)}
	}
}
