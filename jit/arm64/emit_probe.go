package arm64

import "axol/jit/ir"

// pay takes the block that begins here off the budget. How many instructions it has is filled in at its end.
func (r *Rewriter) pay(pc uint64) {
	r.put(mrs(Temp, sysTPIDR), str(0, Temp, offSave), ldr(0, Temp, offState+ir.OffBudget))
	r.paid = r.here()
	r.put(subImm(0, 0, 0), str(0, Temp, offState+ir.OffBudget))
	r.tails = append(r.tails, tail{kind: ExitSpent, pc: pc, from: r.here(), index: len(r.code.Insns) - 1})
	r.put(tbnzSign(0, 0), ldr(0, Temp, offSave))
}

// probes places probes. behind is 1 for those behind the instruction at pc.
func (r *Rewriter) probes(ps []Probe, pc uint64, behind int) {
	for _, p := range ps {
		switch p.Kind {
		case ProbeCount:
			r.count(offCounters + uintptr(p.Number)*8)
			continue
		case ProbeClear:
			r.put(mrs(Temp, sysTPIDR), str(zr, Temp, offState+ir.OffExSize))
			continue
		}
		r.leaveHere(tail{kind: ExitHook, pc: pc + 4*uint64(behind), arg: p.Number, index: (len(r.code.Insns)-1)<<1 | behind, from: -1})
	}
}

// count adds 1 to the number at an offset from the frame. What is far away takes one word more.
func (r *Rewriter) count(off uintptr) {
	r.put(mrs(Temp, sysTPIDR))
	if off < 1<<15 {
		r.put(str(0, Temp, offSave), ldr(0, Temp, off), addImm(0, 0, 1), str(0, Temp, off), ldr(0, Temp, offSave))
		return
	}
	r.put(pair(storePair, 0, 1, Temp, offSave, 3))
	r.literal(0, uint64(off))
	r.put(ldrIndex(1, Temp, 0), addImm(1, 1, 1), strIndex(1, Temp, 0))
	r.put(pair(loadPair, 0, 1, Temp, offSave, 3))
}
