package trial

import (
	"math/rand/v2"

	"axol/jit/a64"
)

// traps are the lines whose every word stops the program at EL0 with a signal.
var traps = map[a64.Op]bool{
	a64.OpUdf: true, a64.OpBrk: true, a64.OpHlt: true, a64.OpHvc: true, a64.OpSmc: true,
	a64.OpDcps1: true, a64.OpDcps2: true, a64.OpDcps3: true,
	a64.OpEret: true, a64.OpEretaa: true, a64.OpDrps: true, a64.OpSysl: true,
}

// untried are the lines that no trial is made of.
var untried = map[a64.Op]string{
	a64.OpSvc: "every program there is consists of them",
}

// notInQEMU are the features that QEMU 7.2 does not have. (QEMU 10 has HBC and XS.)
var notInQEMU = map[a64.Feature]bool{a64.HBC: true, a64.XS: true, a64.WFxT: true}

// Lines are the lines of the table that trials are made of.
func Lines() []*a64.Line {
	return pick(func(l *a64.Line) bool {
		return !l.Unsupported && !traps[l.Op] && untried[l.Op] == "" && !notInQEMU[l.Feature]
	})
}

// Traps are the lines whose every word stops the program.
func Traps() []*a64.Line { return pick(func(l *a64.Line) bool { return traps[l.Op] }) }

func pick(want func(*a64.Line) bool) (lines []*a64.Line) {
	table := a64.Table()
	for i := range table {
		if want(&table[i]) {
			lines = append(lines, &table[i])
		}
	}
	return lines
}

// maker makes the trials of one batch.
type maker struct {
	rng *rand.Rand
	mem uint64 // the memory of the trial being made
	s   *State // its state
}

// Make makes each trials of each line, their modes spread over all there are. Equal seeds make equal trials.
func Make(lines []*a64.Line, each int, seed uint64) []Trial {
	trials := make([]Trial, 0, len(lines)*each)
	makers := make([]maker, len(lines))
	for i, l := range lines {
		makers[i].rng = rand.New(rand.NewPCG(seed, uint64(l.Op)))
	}
	for n := range each {
		for i, l := range lines {
			m := &makers[i]
			trials = append(trials, m.trial(l, fpcr(modeOf(m.rng, n, each)), memoryOf(len(trials))))
		}
	}
	return trials
}

func (m *maker) trial(l *a64.Line, fpcr, mem uint64) Trial {
	for {
		in := a64.Decode(asItShouldBe(l.Random(m.rng)))
		tr := Trial{Line: l}
		m.mem, m.s = mem, &tr.Start
		tr.Start.random(m.rng, kindOf(l, in))
		tr.Start.FPCR = fpcr
		if usable(l, in) && m.words(&tr, in) && !QEMUIsWrong(&tr, in) {
			return tr
		}
	}
}

// asItShouldBe sets bits that the manual says should be 0 or 1: QEMU insists on these.
func asItShouldBe(w uint32) uint32 {
	switch a64.Decode(w).Op {
	case a64.OpLdapr:
		return w | 31<<16
	case a64.OpSb, a64.OpCfinv, a64.OpXaflag, a64.OpAxflag:
		return w &^ (15 << 8)
	}
	return w
}

// usable: X28 to X30 belong to the program.
func usable(l *a64.Line, in a64.Inst) bool {
	for _, f := range l.Fields {
		if f.Name[0] != 'R' || f.Hi-f.Lo != 4 {
			continue
		}
		if n := in.Field(int(f.Hi), int(f.Lo)); n >= 28 && n <= 30 || n == 27 && in.Op == a64.OpCasp {
			return false
		}
	}
	return true
}

// kindOf is what the vector lanes of the instruction are.
func kindOf(l *a64.Line, in a64.Inst) kind {
	if l.Group != a64.SIMDFP {
		return anyKind
	}
	if l.Feature == a64.FP16 {
		return halves
	}
	if _, ok := l.FieldNamed("ftype"); ok {
		return [...]kind{singles, doubles, anyKind, halves}[in.Ftype()]
	}
	if _, ok := l.FieldNamed("sz"); ok {
		return [...]kind{singles, doubles}[in.Field(22, 22)]
	}
	return anyKind
}

// words makes the instructions of the trial around in, and prepares its registers.
func (m *maker) words(tr *Trial, in a64.Inst) bool {
	tr.Words = []uint32{in.Word}
	if around := around[in.Op]; around != nil {
		return around(m, tr, in)
	}
	if tr.Line.Group == a64.LoadStore {
		return aim(m.rng, tr.Line, in, m.s, m.mem)
	}
	return true
}
