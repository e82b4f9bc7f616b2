package trial

import "axol/jit/a64"

// Pointer authentication: its codes are different from machine to machine, so that a code
// that was made is checked, or checked after a bit of it was changed, before anybody looks.

func init() {
	for _, x := range []struct {
		sign, authenticate a64.Op
		make               func(*maker, *Trial, a64.Inst) bool
	}{
		{a64.OpPacia, a64.OpAutia, signed}, {a64.OpPacib, a64.OpAutib, signed},
		{a64.OpPacda, a64.OpAutda, signed}, {a64.OpPacdb, a64.OpAutdb, signed},
		{a64.OpPaciza, a64.OpAutiza, signed}, {a64.OpPacizb, a64.OpAutizb, signed},
		{a64.OpPacdza, a64.OpAutdza, signed}, {a64.OpPacdzb, a64.OpAutdzb, signed},
		{a64.OpPacia1716, a64.OpAutia1716, signedHint}, {a64.OpPacib1716, a64.OpAutib1716, signedHint},
		{a64.OpPaciaz, a64.OpAutiaz, signedHint}, {a64.OpPacibz, a64.OpAutibz, signedHint},
		{a64.OpPaciasp, a64.OpAutiasp, signedHint}, {a64.OpPacibsp, a64.OpAutibsp, signedHint},
	} {
		around[x.sign], around[x.authenticate] = x.make, x.make
	}
	around[a64.OpXpaclri] = func(_ *maker, tr *Trial, in a64.Inst) bool {
		tr.Words = []uint32{mov(30, 26), in.Word, mov(27, 30)}
		return true
	}
	around[a64.OpPacga] = func(_ *maker, tr *Trial, in a64.Inst) bool {
		rd := uint32(in.Rd())
		tr.Words = []uint32{in.Word, 0x92407c00 | rd<<5 | rd} // and xd, xd, #0xffffffff
		return rd < 28
	}
	around[a64.OpBraa], around[a64.OpBlraa] = branchSigned, branchSigned
	around[a64.OpBraaz], around[a64.OpBlraaz] = branchSigned, branchSigned
	around[a64.OpRetaa] = func(_ *maker, tr *Trial, in a64.Inst) bool {
		const paciasp = 0xd503233f
		tr.Words = []uint32{adr(30, 16), paciasp | in.Field(10, 10)<<6, in.Word, movX27}
		return true
	}
	around[a64.OpLdraa] = func(m *maker, tr *Trial, in a64.Inst) bool {
		const pacdza, xpacd = 0xdac12be0, 0xdac147e0
		n := uint32(in.Rn())
		tr.Words = []uint32{pacdza | in.Field(23, 23)<<10 | n, in.Word, xpacd | n}
		return in.Rn() < 28 && aim(m.rng, tr.Line, in, m.s, m.mem)
	}
}

// mov is mov Xd, Xn.
func mov(d, n uint32) uint32 { return 0xaa0003e0 | n<<16 | d }

// eor is eor Xd, Xd, #1<<bit.
func eor(d, bit uint32) uint32 { return 0xd2400000 | (64-bit)&63<<16 | d<<5 | d }

// proper is a pointer without a code, in either half, with a tag in the lower one.
func (m *maker) proper() uint64 {
	p := m.rng.Uint64() & (1<<48 - 1)
	switch m.rng.IntN(3) {
	case 0:
		return p | 0xffff<<48
	case 1:
		return p | uint64(m.rng.IntN(256))<<56
	}
	return p
}

// between is nothing, or changes a bit of the code in register d.
func (m *maker) between(d uint32) []uint32 {
	if m.rng.IntN(3) == 0 {
		return []uint32{eor(d, 48+uint32(m.rng.IntN(7)))}
	}
	return nil
}

// signed signs and authenticates: bit 12 of the word tells which.
func signed(m *maker, tr *Trial, in a64.Inst) bool {
	d := uint32(in.Rd())
	if d >= 28 || in.Rn() == in.Rd() {
		return false
	}
	m.s.X[d] = m.proper()
	tr.Words = append(append([]uint32{in.Word &^ (1 << 12)}, m.between(d)...), in.Word|1<<12)
	return true
}

// signedHint is signed for the forms with fixed registers: bit 7 tells which.
func signedHint(m *maker, tr *Trial, in a64.Inst) bool {
	sign, authenticate := in.Word&^(1<<7), in.Word|1<<7
	if in.Field(11, 8) == 1 { // 1716
		m.s.X[17] = m.proper()
		tr.Words = append(append([]uint32{sign}, m.between(17)...), authenticate)
		return true
	}
	m.s.X[26] = m.proper()
	tr.Words = append(append([]uint32{mov(30, 26), sign}, m.between(30)...), authenticate, mov(27, 30))
	return true
}

// branchSigned is an indirect branch to a signed address, over an instruction that tells.
func branchSigned(_ *maker, tr *Trial, in a64.Inst) bool {
	const pacia, paciza = 0xdac10000, 0xdac123e0
	n, key := uint32(in.Rn()), in.Field(10, 10)<<10
	sign := paciza | key | n
	if in.Bit(24) {
		sign = pacia | key | uint32(in.Rd())<<5 | n
	}
	tr.Words = []uint32{adr(in.Rn(), 16), sign, in.Word, movX27}
	if in.Bit(21) {
		tr.Words = append(tr.Words, mov(26, 30))
	}
	tr.Words = append(tr.Words, 0xdac143e0|n) // xpaci: the signed address stays in the register
	return n < 28 && in.Rn() != in.Rd()
}
