package jit

import "axol/jit/ir"

// unit is a translated unit.
type unit struct {
	pc     uint64
	regime regime
	insns  int
	code   []ir.Range // guest code it was made from
	dead   bool       // it can no longer be reached

	region bool  // or a block
	heat   int   // times a block of this root was found running
	root   *unit // the block the way to this one began with
	over   *unit // the region that is run instead

	entry, size int // in the code cache
	hostUnit
	links []*link // ways out
	in    []*link // links of other units that lead here

	ir *ir.Unit // with the interpreter: the unit itself
}

// regime is what a translation depends on besides the guest's code.
type regime uint8

// softFP: floating point is left to the interpreter, because FPCR asks for what the host does
// not do: flushing denormals the Arm way, half precision in the alternative format.
//
// stepped: the unit is one instruction, and is left by TrapStep whatever that does.
//
// inner: the unit has what Config.Inner puts into it, and no Before and After. Its indirect branches go
// by the engine, as the jump cache knows nothing of regimes.
const (
	softFP regime = 1 << iota
	stepped
	inner
	numRegimes = 1 << iota
)

const (
	fpcrFZ16 = 1 << 19
	fpcrFZ   = 1 << 24
	fpcrAHP  = 1 << 26
)

// regime is the one that holds for what the CPU runs next.
func (c *CPU) regime() (r regime) {
	if c.State().FPCR&softFPBits != 0 {
		r = softFP
	}
	if c.stepping {
		r |= stepped
	}
	if c.inner {
		r |= inner
	}
	return r
}

// link is a direct way out of a unit.
type link struct {
	from   *unit
	to     *unit // nil: not linked
	target uint64
	hostLink
}

func (u *unit) contains(lo, hi uint64) bool {
	for _, r := range u.code {
		if lo < r.End && r.Start < hi {
			return true
		}
	}
	return false
}

const pageShift = 12

// pages calls f for each guest page the unit was made from.
func (u *unit) pages(f func(page uint64)) {
	last := ^uint64(0)
	for _, r := range u.code {
		for p := r.Start >> pageShift; p <= (r.End-1)>>pageShift; p++ {
			if p != last {
				f(p)
				last = p
			}
		}
	}
}
