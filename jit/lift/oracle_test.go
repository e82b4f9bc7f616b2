package lift

import (
	"math/rand/v2"
	"testing"

	"axol/jit/a64"
	"axol/jit/ir"
)

// randomWords makes n random words of the line whose registers a trial may use:
// X28 to X30 belong to the harness.
func randomWords(rng *rand.Rand, l *a64.Line, n int) (words []uint32) {
	for len(words) < n {
		w := l.Random(rng)
		if usable(l, w) {
			words = append(words, w)
		}
	}
	return words
}

func usable(l *a64.Line, w uint32) bool {
	in := a64.Decode(w)
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

// linesOf are the supported lines of a group for which keep holds.
func linesOf(g a64.Group, keep func(*a64.Line) bool) (lines []*a64.Line) {
	for i := range a64.Table() {
		if l := &a64.Table()[i]; l.Group == g && Supported(l.Op) && keep(l) {
			lines = append(lines, l)
		}
	}
	return lines
}

func all(*a64.Line) bool { return true }

func trialsOf(rng *rand.Rand, lines []*a64.Line, each int) (trials []trial) {
	for _, l := range lines {
		for _, w := range randomWords(rng, l, each) {
			trials = append(trials, trial{words: []uint32{w}, start: randomState(rng)})
		}
	}
	return trials
}

func TestDataProcessingAsQEMU(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	trials := trialsOf(rng, linesOf(a64.DataProcImm, all), 60)
	trials = append(trials, trialsOf(rng, linesOf(a64.DataProcReg, all), 60)...)
	for i := range trials {
		trials[i].start.SP = interesting(rng) &^ 15
	}
	runTrials(t, trials, 1)
}

// TestFlagsAsQEMU: flag instructions and NZCV as a register.
func TestFlagsAsQEMU(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	var trials []trial
	for nzcv := range uint64(16) {
		for _, w := range []uint32{0xd500401f, 0xd500403f, 0xd500405f, 0xd53b4200, 0xd51b4201, 0xd53b4420, 0xd53b4400} {
			s := randomState(rng)
			s.NZCV = nzcv << 28
			trials = append(trials, trial{[]uint32{w}, s})
		}
	}
	runTrials(t, trials, 2)
}

// TestBranchesAsQEMU: a branch over one instruction, a MOV that tells.
func TestBranchesAsQEMU(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 1))
	const (
		movX27 = 0xd2800020 | 27
		nop    = 0xd503201f
	)
	var trials []trial
	add := func(w uint32) { trials = append(trials, trial{[]uint32{w, movX27, nop}, randomState(rng)}) }
	for cond := range uint32(16) {
		for nzcv := range uint64(16) {
			add(0x54000040 | cond)
			trials[len(trials)-1].start.NZCV = nzcv << 28
		}
	}
	for range 200 {
		r := rng.Uint32N(28)
		sf := rng.Uint32N(2) << 31
		add(0x34000040 | sf | rng.Uint32N(2)<<24 | r)
		add(0x36000040 | sf | rng.Uint32N(2)<<24 | rng.Uint32N(32)<<19 | r)
	}
	for i := range trials { // zeros often enough to be seen
		for r := range trials[i].start.X {
			if rng.IntN(3) == 0 {
				trials[i].start.X[r] = uint64(rng.Uint32()) << 32 * uint64(rng.IntN(2))
			}
		}
	}
	add(0x14000002) // b .+8
	runTrials(t, trials, 3)
}

// memoryTrial points the base register to the middle of the window, and makes the
// index register small.
func memoryTrial(rng *rand.Rand, l *a64.Line, w uint32) trial {
	if f, ok := l.FieldNamed("imm12"); ok { // at most 31, scaled
		w &^= 0xfe0 << f.Lo
	}
	if l.Op == a64.OpLdapr { // QEMU insists on the ones that should be there
		w |= 31 << 16
	}
	in, s := a64.Decode(w), randomState(rng)
	if _, ok := l.FieldNamed("option"); ok && in.Rm() < 28 {
		s.X[in.Rm()] = uint64(rng.IntN(64))
		if in.Extend() >= a64.SXTW || in.Extend() == a64.UXTX {
			s.X[in.Rm()] -= 32
		}
	}
	if in.Rn() < 28 {
		s.X[in.Rn()] = windowMiddle + uint64(rng.IntN(16))*aligned(l)
		if l.Feature == a64.LRCPC2 {
			s.X[in.Rn()] -= uint64(in.Imm9())
		}
	} else if l.Feature == a64.LRCPC2 {
		s.SP -= uint64(in.Imm9())
	}
	return trial{[]uint32{w}, s}
}

// aligned is 16 for the accesses that must be aligned, else 1.
func aligned(l *a64.Line) uint64 {
	if l.Feature == a64.LSE {
		return 16
	}
	switch l.Op {
	case a64.OpLdrImm, a64.OpLdrIndexed, a64.OpLdrReg, a64.OpLdrUnscaled, a64.OpStrImm, a64.OpStrIndexed, a64.OpStrReg, a64.OpStrUnscaled:
		return 1
	}
	return 16
}

// predictable: no write-back to, and no index from, a register that is also
// transferred or the base, and no pair of one register twice.
func predictable(l *a64.Line, w uint32) bool {
	in := a64.Decode(w)
	seen := map[uint8]bool{}
	for _, name := range []string{"Rn", "Rt", "Rt2", "Rs", "Rm"} {
		f, ok := l.FieldNamed(name)
		if !ok {
			continue
		}
		r := uint8(in.Field(int(f.Hi), int(f.Lo)))
		vector := in.Bit(26) && (name == "Rt" || name == "Rt2")
		if vector {
			r |= 64
		}
		if seen[r] && r != zr {
			return false
		}
		seen[r] = true
		if name == "Rt" && in.Op == a64.OpCasp || name == "Rs" && in.Op == a64.OpCasp {
			seen[r+1] = true
		}
	}
	return in.Rn() < 28 || in.Rn() == 31
}

func TestMemoryAsQEMU(t *testing.T) {
	rng := rand.New(rand.NewPCG(14, 1))
	var trials []trial
	for _, l := range linesOf(a64.LoadStore, func(l *a64.Line) bool {
		return l.Op != a64.OpLdrLit && l.Op != a64.OpLdrswLit && l.Op != a64.OpPrfmLit && l.Op != a64.OpLdrSimdLit
	}) {
		for n := 0; n < 60; {
			w := randomWords(rng, l, 1)[0]
			if _, indexed := l.FieldNamed("Rm"); predictable(l, w) && (!indexed || l.Feature != a64.AdvSIMD || a64.Inst{Word: w}.Rm() != a64.Inst{Word: w}.Rn()) {
				trials = append(trials, memoryTrial(rng, l, w))
				n++
			}
		}
	}
	runTrials(t, trials, 4)
}

// TestLiteralsAsQEMU loads what stands behind the instruction.
func TestLiteralsAsQEMU(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 1))
	const over = 0x14000005 // b .+20
	var trials []trial
	for _, w := range []uint32{0x18000040, 0x58000040, 0x98000040, 0xd8000040, 0x1c000040, 0x5c000040, 0x9c000040, 0x1800005f} {
		trials = append(trials, trial{[]uint32{w, over, rng.Uint32(), rng.Uint32() | 1<<31, rng.Uint32(), rng.Uint32()}, randomState(rng)})
	}
	runTrials(t, trials, 5)
}

// TestExclusivesAsQEMU: a load-exclusive and the store-exclusive after it, with
// something in between that may take the mark away.
func TestExclusivesAsQEMU(t *testing.T) {
	rng := rand.New(rand.NewPCG(16, 1))
	const clrex, nop, otherAddress = 0xd5033f5f, 0xd503201f, 0x91004021 // add x1, x1, #16
	var trials []trial
	for _, pair := range [][2]uint32{
		{0x085f7c20, 0x08027c23}, {0x485f7c20, 0x48027c23}, {0x885f7c20, 0x88027c23}, {0xc85f7c20, 0xc8027c23}, // x0 from [x1]; x3 to [x1], w2
		{0x885ffc20, 0x8802fc23}, {0x887f1420, 0x88221823}, {0xc87f1420, 0xc8221823}, {0xc87f9420, 0xc8229823},
		{0x885f7c20, 0xc8027c23},
	} {
		for _, between := range []uint32{nop, clrex, otherAddress} {
			s := randomState(rng)
			s.X[1] = windowMiddle
			trials = append(trials, trial{[]uint32{pair[0], between, pair[1], pair[1]}, s})
		}
	}
	runTrials(t, trials, 6)
}

// TestCompareSwapsThatSucceed: CAS and CASP with the right expectation, taken from
// memory just before.
func TestCompareSwapsThatSucceed(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 1))
	var trials []trial
	for _, seq := range [][2]uint32{
		{0x39400020, 0x08a07c22}, {0x79400020, 0x48e0fc22}, {0xb9400020, 0x88a07c22}, {0xf9400020, 0xc8e0fc22}, // ldr x0, [x1]; cas x0, x2, [x1]
		{0x29402c2a, 0x082a7c22}, {0xa9402c2a, 0x486afc22}, // ldp x10, x11, [x1]; casp x10, x11, x2, x3, [x1]
	} {
		s := randomState(rng)
		s.X[1] = windowMiddle + 32
		trials = append(trials, trial{seq[:], s})
	}
	runTrials(t, trials, 7)
}

// TestEveryLineMakesAValidUnit lifts random words of every supported line.
func TestEveryLineMakesAValidUnit(t *testing.T) {
	rng := rand.New(rand.NewPCG(18, 1))
	var lf Lifter
	var unit ir.Unit
	for _, l := range a64.Table() {
		if !Supported(l.Op) {
			continue
		}
		for range 200 {
			w := l.Random(rng)
			lf.One(&unit, rng.Uint64()&^3, w)
			if err := unit.Verify(); err != nil {
				t.Fatalf("%08x %s: %v\n%s", w, l.Name, err, &unit)
			}
			writesComeLast(t, &unit, w)
		}
	}
}

// TestEveryIntegerLineIsLifted: what is left out is so on purpose.
func TestEveryIntegerLineIsLifted(t *testing.T) {
	for _, l := range a64.Table() {
		switch {
		case l.Group == a64.SIMDFP || l.Unsupported || Supported(l.Op):
		case l.Feature == a64.PAuth || l.Feature == a64.WFxT: // undefined, as the ID registers do not show them
		default:
			t.Errorf("%s (%s) has no lifting function", l.Name, l.Pattern)
		}
	}
}

// FuzzOne: any word becomes a valid unit.
func FuzzOne(f *testing.F) {
	for _, l := range a64.Table() {
		f.Add(l.Value, uint64(0x1000))
	}
	f.Fuzz(func(t *testing.T, word uint32, pc uint64) {
		var lf Lifter
		var unit ir.Unit
		lf.One(&unit, pc&^3, word)
		if err := unit.Verify(); err != nil {
			t.Fatalf("%08x: %v\n%s", word, err, &unit)
		}
		writesComeLast(t, &unit, word)
	})
}

// writesComeLast: nothing of an instruction is written before all that can fault.
func writesComeLast(t *testing.T, u *ir.Unit, w uint32) {
	t.Helper()
	written := false
	for i := u.Blocks[0].First; i < u.Blocks[0].Last; i++ {
		switch in := &u.Insts[i]; {
		case in.Op == ir.OpSetX || in.Op == ir.OpSetV || in.Op == ir.OpSetFlags || in.Op == ir.OpSetSys:
			written = true
		case written && in.Op.Info().Effect.CanFault():
			t.Fatalf("%08x: v%d may fault after a write\n%s", w, i, u)
		}
	}
}
