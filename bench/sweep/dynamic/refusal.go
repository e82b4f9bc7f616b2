package dynamic

import (
	"axol/bench/sweep"
	"axol/jit"
	"axol/jit/a64"
	"axol/jit/ir"
	"axol/probes"
	"axol/runtime"
)

// What would go wrong if the rules did not refuse an instruction: it is executed in its place and in a slot.
const (
	fromSlot    = "the exception is taken from the slot"
	leavesSlot  = "does not come to the end of the slot"
	otherResult = "another result in a slot"
	neverStored = "an exclusive pair never succeeds when stepped"
	sameInSlot  = "the same in a slot"
	noPair      = "no load-exclusive is open"
	pairNotMade = "the exclusive pair was not brought to succeed"

	notShown = "refused: " // in front of why a refusal could not be shown to be right
)

// refused shows the refusal of an instruction to be right, where that can be shown.
func (r *Runner) refused(s *sweep.Site, res *sweep.Result) {
	switch s.Verdict.Reason {
	case probes.ReasonExclusive, probes.ReasonExclusiveSequence:
		r.refusedExclusive(s, res)
	default:
		r.refusedInSlot(s, res)
	}
}

// refusedInSlot compares the instruction in its place with the instruction in a slot.
func (r *Runner) refusedInSlot(s *sweep.Site, res *sweep.Result) {
	for n := range uint64(r.cfg.Samples) {
		r.pool.start(&r.trial, s.Addr, s.Word, n)
		r.reference()
		want, got := &r.want, &r.got[byTrap]
		switch want.exit.Kind {
		case jit.ExitUndefined:
			if why := missing(s.Word); why != "" {
				res.Unmeasured = notShown + why
				return
			}
		case jit.ExitFault:
			continue // after which the kernel goes back to the probe
		}
		r.trial.PC += slotDistance
		r.execute(r.plain, got, &r.after)
		if res.Confirmed = wrongInSlot(s, want, got, r.trial.accesses && r.before != r.after); res.Confirmed != "" {
			return
		}
	}
	res.Unmeasured = notShown + sameInSlot
}

// wrongInSlot is what is wrong with the outcome in the slot, empty for nothing.
func wrongInSlot(s *sweep.Site, want, got *outcome, memory bool) string {
	if want.exit.Kind != jit.ExitRan {
		return fromSlot
	}
	if got.exit.Kind == jit.ExitRan && got.PC != s.Addr+slotDistance+4 {
		return leavesSlot
	}
	back := *got
	back.PC -= slotDistance
	if memory || back.diff(want) != "" {
		return otherResult
	}
	return ""
}

// scanWords is how far the kernels look for an open exclusive sequence, and how far this file looks for its end.
const scanWords = 32

// refusedExclusive has the sequence around the instruction succeed, and then fail, time after time, because of exceptions around
// the instruction.
func (r *Runner) refusedExclusive(s *sweep.Site, res *sweep.Result) {
	load, store, ok := r.pair(s.Addr)
	if !ok {
		res.Unmeasured = notShown + noPair
		return
	}
	res.Unmeasured = notShown + pairNotMade
	for variant := range numVariants {
		r.startPair(variant, s.Addr, load)
		if passed, how := r.walk(load, store, s.Addr, false); !passed || how != stored {
			continue
		}
		r.startPair(variant, s.Addr, load)
		failed := 0
		for range 3 {
			if passed, how := r.walk(load, store, s.Addr, true); passed && how == notStored {
				failed++
			}
		}
		if failed == 3 {
			res.Unmeasured, res.Confirmed = "", neverStored
			return
		}
	}
}

// pair finds the load-exclusive that is open at addr, and the store-exclusive that closes it.
func (r *Runner) pair(addr uint64) (load, store uint64, ok bool) {
	load = addr
	for n := 0; ; n++ {
		w, mapped := r.text.own(load)
		op := a64.Decode(w).Op
		if loadsExclusive[op] {
			break
		}
		if !mapped || n == scanWords || load != addr && storesExclusive[op] {
			return 0, 0, false
		}
		load -= 4
	}
	for store = load + 4; store <= load+4*scanWords; store += 4 {
		if w, _ := r.text.own(store); storesExclusive[a64.Decode(w).Op] {
			return load, store, store >= addr
		}
	}
	return 0, 0, false
}

var (
	loadsExclusive  = map[a64.Op]bool{a64.OpLdxr: true, a64.OpLdaxr: true, a64.OpLdxp: true, a64.OpLdaxp: true}
	storesExclusive = map[a64.Op]bool{a64.OpStxr: true, a64.OpStlxr: true, a64.OpStxp: true, a64.OpStlxp: true}
)

// Variants of how a sequence is started. What it compares with what it has loaded is not known, so all is tried.
const (
	randomPair  = iota
	zeroPair    // registers and memory are zero
	pointerPair // all registers are addresses in the arena
	numVariants
)

// startPair makes the trial one that begins at the load.
func (r *Runner) startPair(variant int, addr, load uint64) {
	w, _ := r.text.own(load)
	t := &r.trial
	r.pool.start(t, load, w, addr)
	for i := range t.X {
		switch variant {
		case zeroPair:
			t.X[i] = 0
		case pointerPair:
			t.X[i] = middle + 16*uint64(i)
		}
	}
	t.aim, t.accesses = int(w>>5&31), true
	t.point(middle)
	r.fill()
	if variant == zeroPair {
		if e := r.mem.Write(middle, make([]byte, 16)); e != 0 {
			panic(e) // it is mapped
		}
	}
	r.filled = -1
	t.load(r.plain.cpu.State())
}

// status is how a walk through a sequence ended.
type status uint8

const (
	elsewhere status = iota // not at the store
	stored
	notStored
)

// walk executes from the load until the store has been, and says whether it came by addr. With exceptions, the
// instruction there is executed as a probe has it done: between the return from one exception and another.
func (r *Runner) walk(load, store, addr uint64, exceptions bool) (passed bool, how status) {
	x := r.plain
	st := x.cpu.State()
	el1 := runtime.EL1{PState: initialPState}
	st.PC = load
	for range 4 * scanWords { // it may go round in circles
		at := st.PC
		hit := at == addr
		passed = passed || hit
		if hit && exceptions {
			exception(&el1, st)
		}
		if x.cpu.RunFor(1).Kind != jit.ExitRan {
			return passed, elsewhere
		}
		if hit && exceptions {
			exception(&el1, st)
		}
		if at == store {
			w, _ := r.text.own(store)
			if rs := w >> 16 & 31; rs == 31 || st.X[rs] != 0 {
				return passed, notStored
			}
			return passed, stored
		}
	}
	return passed, elsewhere
}

// exception is a breakpoint at PC, and the return from it.
func exception(el1 *runtime.EL1, st *ir.State) {
	el1.TakeBRK(st, 4)
	el1.Return(st, st.PC, el1.SPSR)
}
