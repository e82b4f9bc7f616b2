package probes

// Regs is the interrupted state a probe sees and may change: the kernel's
// pt_regs.
type Regs struct {
	X      [31]uint64
	SP     uint64
	PC     uint64
	PState uint64 // SPSR layout
}

// Bits of PState (SPSR_EL1, Arm ARM C5.2).
const (
	pstateN     = 1 << 31
	pstateZ     = 1 << 30
	pstateC     = 1 << 29
	pstateV     = 1 << 28
	pstateBTYPE = 3 << 10

	pstateNZCV = pstateN | pstateZ | pstateC | pstateV
)

// get reads register number n as the kernel's simulators do: 31 is XZR, never SP.
func (r *Regs) get(n uint32) uint64 {
	if n == 31 {
		return 0
	}
	return r.X[n]
}

// set writes register number n; a write to 31 is dropped.
func (r *Regs) set(n uint32, v uint64) {
	if n != 31 {
		r.X[n] = v
	}
}

// holds says whether condition cond (Arm ARM C1.2.4) is true. Both AL and NV
// always are.
func (r *Regs) holds(cond uint32) bool {
	n, z := r.PState&pstateN != 0, r.PState&pstateZ != 0
	c, v := r.PState&pstateC != 0, r.PState&pstateV != 0
	var t bool
	switch cond >> 1 {
	case 0: // EQ, NE
		t = z
	case 1: // CS, CC
		t = c
	case 2: // MI, PL
		t = n
	case 3: // VS, VC
		t = v
	case 4: // HI, LS
		t = c && !z
	case 5: // GE, LT
		t = n == v
	case 6: // GT, LE
		t = n == v && !z
	default: // AL, NV
		return true
	}
	return t != (cond&1 == 1)
}
