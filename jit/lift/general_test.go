package lift

import (
	"math/rand/v2"
	"testing"

	"axol/jit/a64"
	"axol/jit/ir"
)

// TestGeneral: the fields that a64 takes for general registers are those whose registers the lifted code reads
// and writes. Who renames registers relies on it.
func TestGeneral(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	var lf Lifter
	var u ir.Unit
	for _, l := range a64.Table() {
		if !Supported(l.Op) || l.Op == a64.OpCasp {
			continue
		}
		for range 200 {
			w := l.Random(rng)
			lf.One(&u, 0x1000, w, &Options{})
			var named, used uint32
			in := a64.Decode(w)
			at, n := in.General()
			for _, lo := range at[:n] {
				named |= 1 << (w >> lo & 31)
			}
			for i := range u.Insts {
				switch op := &u.Insts[i]; op.Op {
				case ir.OpGetX, ir.OpSetX:
					used |= 1 << op.Imm
				case ir.OpTrap:
					if ir.Trap(op.Aux) == ir.TrapUndefined {
						used = 0
					}
				}
			}
			used &^= implicit(in)
			if used&^named&^(1<<31) != 0 {
				t.Errorf("%08x %s uses registers %08x, General has %08x", w, a64.Listing(w, 0), used, named)
				break
			}
			// A field of a vector would name what is not used, too, but so does a result that is not needed.
			if in.Op.Info().Group == a64.SIMDFP && named&^used&^(1<<31) != 0 {
				t.Errorf("%08x %s: General has %08x, used are %08x", w, a64.Listing(w, 0), named, used)
				break
			}
		}
	}
}

// implicit has the registers that an instruction uses without a field.
func implicit(in a64.Inst) uint32 {
	switch in.Op {
	case a64.OpBl, a64.OpBlr, a64.OpBlraa, a64.OpBlraaz, a64.OpRetaa, a64.OpXpaclri, a64.OpPaciaz, a64.OpPaciasp,
		a64.OpPacibz, a64.OpPacibsp, a64.OpAutiaz, a64.OpAutiasp, a64.OpAutibz, a64.OpAutibsp:
		return 1 << 30
	case a64.OpPacia1716, a64.OpPacib1716, a64.OpAutia1716, a64.OpAutib1716:
		return 1<<16 | 1<<17
	}
	return 0
}
