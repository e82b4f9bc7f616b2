package dynamic

import (
	"math/rand/v2"

	"axol/runtime/mem"
)

// The arena is the memory that loads and stores are led to: two pages, with none around them.
const (
	arenaAt  = 0xF_F000_0000
	arenaLen = 2 * mem.PageSize
	middle   = arenaAt + arenaLen/2
	nowhere  = arenaAt + 1<<20 // no memory is there
)

// pool is random states and contents of the arena, from which every trial starts with changes of its own: making a
// whole state takes longer than executing an instruction.
type pool struct {
	seed   uint64
	states [64]state
	arenas [4][arenaLen]byte
}

func newPool(seed uint64) *pool {
	p := &pool{seed: seed}
	rng := rand.New(rand.NewPCG(seed, 0x5eed))
	for i := range p.states {
		s := &p.states[i]
		for j := range s.X {
			s.X[j] = integer(rng)
		}
		for j := range s.V {
			s.V[j] = [2]uint64{lanes(rng), lanes(rng)}
		}
		s.SP = arenaAt + 16*rng.Uint64N(arenaLen/16)
		s.NZCV = rng.Uint64N(16) << 28
		s.FPCR = rng.Uint32N(4)<<22 | rng.Uint32N(2)<<25 // RMode and DN
		if rng.IntN(4) == 0 {
			s.FPSR = rng.Uint32() & 0x0800009f
		}
	}
	for i := range p.arenas {
		a := p.arenas[i][:]
		for j := 0; j < len(a); j += 8 {
			v := lanes(rng)
			for k := range 8 {
				a[j+k] = byte(v >> (8 * k))
			}
		}
	}
	return p
}

// trial is one way to start an instruction.
type trial struct {
	state
	arena int // which contents
	// aim is the register that has the address if the instruction accesses memory: 31 for SP, noAim for none.
	aim int
	// accesses: it may access memory.
	accesses bool
}

const noAim = -1

// start makes sample n of the instruction word at pc. It depends on these and the seed only.
func (p *pool) start(t *trial, pc uint64, word uint32, n uint64) {
	src := rand.NewPCG(p.seed^pc*0x9e3779b97f4a7c15, n)
	rng := rand.New(src)
	t.state = p.states[rng.IntN(len(p.states))]
	t.arena = rng.IntN(len(p.arenas))
	t.PC = pc
	// Values of their own for the registers that the instruction may name.
	for shift := 0; shift <= 16; shift += 5 {
		if shift == 15 {
			shift++ // bits 20:16
		}
		r := word >> shift & 31
		if r < 31 {
			t.X[r] = integer(rng)
		}
		t.V[r] = [2]uint64{lanes(rng), lanes(rng)}
	}
	t.NZCV = rng.Uint64N(16) << 28
	t.lead(rng, word, n)
}

// Fields of loads and stores.
const (
	registerOffset = 1<<21 | 3<<10 // and their value in loads and stores with a register offset
	isRegister     = 1<<21 | 2<<10
)

// lead has the accesses of loads, stores and cache maintenance go to the arena, and some of them nowhere.
func (t *trial) lead(rng *rand.Rand, word uint32, n uint64) {
	t.aim, t.accesses = noAim, false
	switch {
	case isLiteral(word):
	case word&0x0a000000 == 0x08000000: // loads and stores
		t.aim = int(word >> 5 & 31)
		if rm := word >> 16 & 31; word&0x3b000000 == 0x38000000 && word&registerOffset == isRegister && rm < 31 && rm != word>>5&31 {
			t.X[rm] = uint64(rng.IntN(256)) - 128
		}
	case word&0xfff80000 == 0xd5080000 && word&31 != 31: // SYS
		t.aim = int(word & 31)
	}
	if t.aim == noAim {
		return
	}
	t.accesses = true
	to := uint64(middle) + 16*rng.Uint64N(32) - 256
	switch rng.IntN(16) {
	case 0:
		to = nowhere + rng.Uint64N(mem.PageSize)
		t.point(to)
		t.aim = noAim // there it stays
		return
	case 1, 2, 3, 4: // unaligned, where that may be
		to += rng.Uint64N(16)
	}
	if t.aim == 31 {
		to &^= 15
	}
	t.point(to)
}

// base is the register that has the address.
func (t *trial) base() uint64 {
	if t.aim == 31 {
		return t.SP
	}
	return t.X[t.aim]
}

// point sets it.
func (t *trial) point(to uint64) {
	if t.aim == 31 {
		t.SP = to
	} else {
		t.X[t.aim] = to
	}
}

// integer is a random number, often an extreme one.
func integer(rng *rand.Rand) uint64 {
	x := rng.Uint64()
	switch x & 7 {
	case 0:
		return 0
	case 1:
		return 1<<(x>>3&63) + x>>9%3 - 1
	case 2, 3:
		return uint64(int64(x) >> (x >> 3 & 63))
	case 4:
		return uint64(uint32(x >> 32))
	}
	return x
}

// lanes is random elements of a vector, often those that floating point has rules for.
func lanes(rng *rand.Rand) uint64 {
	special := [...]uint64{
		0, ^uint64(0), 0x7ff0000000000000, 0x8000000000000000, 0x7ff8000000000001, 0x7ff0000000000001, 0x000fffffffffffff, 0x3ff0000000000000,
		0x7f80000080000000, 0x3f800000bf800000, 0x7fc000017f800001, 0x007fffff00000001, 0x7c00fc003c008000, 0x7e0103ff7bff0001, 0x4330000000000001, 0x0101010180808080,
	}
	x := rng.Uint64()
	if x&3 == 0 {
		return special[x>>2&15]
	}
	return rng.Uint64()
}
