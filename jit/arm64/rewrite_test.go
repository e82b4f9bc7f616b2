package arm64

import (
	"math/rand/v2"
	"testing"

	"axol/jit/a64"
	"axol/jit/lift"
)

// code is guest code for tests: words from an address on, with probes.
type code struct {
	at            uint64
	words         []uint32
	before, after map[uint64][]Probe
}

func (c *code) Fetch(pc uint64) (uint32, bool) {
	if i := (pc - c.at) / 4; pc >= c.at && i < uint64(len(c.words)) {
		return c.words[i], true
	}
	return 0, false
}

func (c *code) Before(pc uint64) []Probe { return c.before[pc] }
func (c *code) After(pc uint64) []Probe  { return c.after[pc] }

// everything is a host with all features.
var everything = Features{true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true}

func testOptions() *Options {
	return &Options{MaxInsns: 64, Region: true, MirrorLo: 36, MirrorHi: 37, Lifted: lift.Supported,
		Constant: func(reg uint16) (uint64, bool) { return uint64(reg), lift.Readable(reg) && reg != 0xdf02 }}
}

// TestEngineRegisters: whatever registers the guest's instructions name, no word of the code names Go's, and but for those
// that stand for the guest's X15 and X18 in memory, none the engine's.
func TestEngineRegisters(t *testing.T) {
	rng := rand.New(rand.NewPCG(28, 15))
	r := NewRewriter(everything, MakeStubs())
	for _, single := range []bool{false, true} {
		opt := testOptions()
		opt.Single = single
		for _, l := range a64.Table() {
			for range 100 {
				w := l.Random(rng)
				at, n := a64.Decode(w).General()
				for _, lo := range at[:n] {
					if rng.IntN(2) == 0 {
						w = w&^(31<<lo) | [...]uint32{goG, Kept, Temp, 29, 14, 17}[rng.IntN(6)]<<lo
					}
				}
				in := a64.Decode(w)
				c := r.Unit(0x1000, 0, &code{at: 0x1000, words: []uint32{w}}, opt)
				checkRegisters(t, c, in)
			}
		}
	}
}

func checkRegisters(t *testing.T, c *Code, in a64.Inst) {
	t.Helper()
	end := int(c.CodeEnd)
	for i := range end {
		w := c.Words[i]
		out := a64.Decode(w)
		at, n := out.General()
		for _, lo := range at[:n] {
			switch g := w >> lo & 31; {
			case g == goG:
				t.Fatalf("%08x %s becomes %08x %s: that is Go's", in.Word, a64.Listing(in.Word, 0), w, a64.Listing(w, 0))
			case out.Op == a64.OpCasp && lo != 5 && (g|1 == goG|1 || g|1 == Temp|1 || g|1 == Kept|1):
				t.Fatalf("%08x %s is copied with a pair that is not the guest's", in.Word, a64.Listing(in.Word, 0))
			}
		}
		x := &c.Insns[0]
		if i == int(x.Core) && !x.Branch && !x.Alone && c.Words[x.Core] != nop {
			// What the instruction does, it does to the registers that it names, or to those that stand for them.
			named, got := registersOf(in), registersOf(out)
			if named>>goG&1 != got>>Kept&1 && out.Op == in.Op {
				t.Fatalf("%08x %s becomes %08x %s", in.Word, a64.Listing(in.Word, 0), w, a64.Listing(w, 0))
			}
		}
	}
}

func registersOf(in a64.Inst) (set uint32) {
	at, n := in.General()
	for _, lo := range at[:n] {
		set |= 1 << (in.Word >> lo & 31)
	}
	return set
}
