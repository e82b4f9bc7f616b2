package probes

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"testing"

	"axol/jit"
	"axol/jit/a64"
	"axol/probes/trace"
)

// straightLine is a random program whose branches of all kinds lead on, and that ends in BRK: data processing of
// every kind, and loads and stores around X28, which nothing else writes.
func straightLine(rng *rand.Rand, n int) []uint32 {
	var lines []*a64.Line
	all := a64.Table()
	for i := range all {
		l := &all[i]
		if (l.Group == a64.DataProcImm || l.Group == a64.DataProcReg || l.Group == a64.SIMDFP) && !l.Unsupported {
			lines = append(lines, l)
		}
	}
	// x28-based: ldr, str, ldrb, strh, ldr s, str q, ldp, stp, ldr literal, nop, mrs nzcv, dmb
	memory := []uint32{0xf9400380, 0xf9000380, 0x39400380, 0x79000380, 0xbd400380, 0x3d800380, 0xa9400380, 0xa9000380}
	var code []uint32
	for len(code) < n {
		switch rng.IntN(9) {
		case 8:
			code = append(code, forward(rng)...)
		case 0, 1:
			w := memory[rng.IntN(len(memory))]
			rt := rng.Uint32N(28)
			if w>>24 == 0xa9 {
				w |= rng.Uint32N(32)<<15 | (rt+1)%28<<10
			} else {
				w |= rng.Uint32N(200) << 10
			}
			code = append(code, w|rt)
		case 2:
			code = append(code, [...]uint32{nop, 0xd53b4200, 0xd5033bbf, 0x58002003, 0x10000004, 0xb0000005, 0x98002006}[rng.IntN(7)])
		default:
			w := lines[rng.IntN(len(lines))].Random(rng)
			if rd := w & 31; rd != 28 {
				code = append(code, w)
			}
		}
	}
	return append(code, nop, nop, brk) // where the last branch may lead
}

// forward is a branch over up to two instructions.
func forward(rng *rand.Rand) []uint32 {
	over, rt := 1+rng.Uint32N(3), rng.Uint32N(28)
	switch rng.IntN(6) {
	case 0:
		return []uint32{0x14000000 | over}
	case 1:
		return []uint32{0x94000000 | over} // bl
	case 2:
		return []uint32{0x54000000 | over<<5 | rng.Uint32N(16)}
	case 3:
		return []uint32{0x34000000 | rng.Uint32N(2)<<31 | rng.Uint32N(2)<<24 | over<<5 | rt} // cbz, cbnz
	case 4:
		return []uint32{0x36000000 | rng.Uint32N(2)<<31 | rng.Uint32N(2)<<24 | rng.Uint32N(32)<<19 | over<<5 | rt} // tbz, tbnz
	}
	// br, blr or ret of an address that nobody can get in front of by a branch of before
	indirect := []uint32{0xd61f0000, 0xd63f0000, 0xd65f0000}[rng.IntN(3)]
	return []uint32{nop, nop, nop, 0x10000000 | (1+over)<<5 | rt, indirect | rt<<5}
}

// outcome is all that a program leaves behind.
type outcome struct {
	x      [31]uint64
	sp, pc uint64
	nzcv   uint64
	v      [32][2]uint64
	fpsr   uint32
	insns  uint64
	data   uint64
}

func (g *guest) outcome(seed maphash.Seed) outcome {
	g.t.Helper()
	st := g.cpu.State()
	data := make([]byte, dataLen)
	if e := g.mem.Read(dataAt, data); e != 0 {
		g.t.Fatal(e)
	}
	return outcome{st.X, st.SP, st.PC, st.NZCV, st.V, st.FPSR, g.cpu.Insns(), maphash.Bytes(seed, data)}
}

func (g *guest) randomState(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 7))
	st := g.cpu.State()
	for i := range st.X {
		st.X[i] = rng.Uint64() >> rng.UintN(64)
	}
	st.X[28] = dataAt
	for i := range st.V {
		st.V[i] = [2]uint64{rng.Uint64(), rng.Uint64()}
	}
	st.NZCV = uint64(rng.Uint32()) & 0xf0000000
	data := make([]byte, dataLen)
	for i := 0; i < len(data); i += 8 {
		binary.LittleEndian.PutUint64(data[i:], rng.Uint64())
	}
	if e := g.mem.Write(dataAt, data); e != 0 {
		g.t.Fatal(e)
	}
	// What literal loads find: behind the code, as they would see breakpoints in it.
	if e := g.mem.Write(codeAt+0x400, data[:0x400]); e != 0 {
		g.t.Fatal(e)
	}
}

// Random programs end in the same state with every probe-able instruction probed, by each
// kind of probe, as without probes; all probes are hit once, and their handlers see the
// same on all engines.
func TestTransparent(t *testing.T) {
	seed := maphash.MakeSeed()
	kinds := []struct {
		name      string
		pre, post bool
	}{{"count", false, false}, {"pre", true, false}, {"post", false, true}, {"both", true, true}}
	seen := map[string]uint64{} // by program and kind: a hash of what handlers saw, on the first engine
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		probed, seen := 0, seen
		for round := range uint64(25) {
			code := straightLine(rand.New(rand.NewPCG(round, 3)), 60)
			want, ok := outcome{}, false
			t.Run(fmt.Sprintf("%d/plain", round), func(t *testing.T) {
				g := newGuest(t, cfg, rules61, code...)
				g.randomState(round)
				ok = g.run().Kind == jit.ExitBRK
				want = g.outcome(seed)
			})
			for _, k := range kinds {
				if !ok {
					break // it has an instruction that the guest's processor has not
				}
				name := fmt.Sprintf("%d/%s", round, k.name)
				t.Run(name, func(t *testing.T) {
					n, saw := probedRun(t, cfg, rules61, code, round, seed, k.pre, k.post, want)
					if old, ok := seen[name]; ok && old != saw {
						t.Error("the handlers saw something else than on another engine")
					}
					seen[name] = saw
					probed += n
				})
			}
		}
		if probed < 2000 {
			t.Errorf("only %d probes were tried", probed)
		}
	})
}

// The same for every kernel: with a probe on each instruction, and with a uprobe.
func TestTransparentByRules(t *testing.T) {
	seed := maphash.MakeSeed()
	seen := map[string]uint64{}
	for _, rules := range allRules {
		t.Run(rules, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				probed := 0
				for round := range uint64(6) {
					code := straightLine(rand.New(rand.NewPCG(round, 5)), 60)
					want, ok := outcome{}, false
					t.Run(fmt.Sprintf("%d/plain", round), func(t *testing.T) {
						g := newGuest(t, cfg, rules, code...)
						g.randomState(round)
						ok = g.run().Kind == jit.ExitBRK
						want = g.outcome(seed)
					})
					if !ok {
						continue
					}
					name := fmt.Sprintf("%s/%d", rules, round)
					t.Run(fmt.Sprintf("%d/kprobes", round), func(t *testing.T) {
						n, saw := probedRun(t, cfg, rules, code, round, seed, true, true, want)
						if old, ok := seen[name]; ok && old != saw {
							t.Error("the handlers saw something else than in another way")
						}
						seen[name] = saw
						probed += n
					})
					t.Run(fmt.Sprintf("%d/uprobes", round), func(t *testing.T) {
						g := newGuest(t, cfg, rules, code...)
						g.randomState(round)
						hits, here := uint64(0), 0
						for i := range code {
							if g.m.RegisterUprobe(&Uprobe{Kprobe: Kprobe{Addr: codeAt + 4*uint64(i)}, Handler: func(*Hit) int { hits++; return 0 }}) == nil {
								here++
							}
						}
						probed += here
						g.runToBreak(codeAt + 4*uint64(len(code)-1))
						got := g.outcome(seed)
						sameInsns(t, got.insns, want.insns)
						if got.insns = want.insns; got != want || here == len(code)-1 && hits != want.insns-1 || hits == 0 {
							t.Errorf("%d hits of %d; ended\n%+v, without probes\n%+v", hits, want.insns, got, want)
						}
					})
				}
				if probed < 150 {
					t.Errorf("only %d probes were tried", probed)
				}
			})
		})
	}
}

// probedRun runs code with a probe on each instruction that may have one. It returns how
// many those are, and a hash of what their handlers saw.
func probedRun(t *testing.T, cfg jit.Config, rules string, code []uint32, state uint64, seed maphash.Seed, pre, post bool, want outcome) (int, uint64) {
	g := newGuest(t, cfg, rules, code...)
	g.randomState(state)
	var h maphash.Hash
	h.SetSeed(seed)
	look := func(hit *Hit) {
		var r Regs
		hit.Regs(&r)
		maphash.WriteComparable(&h, r)
	}
	var probes []*Kprobe
	for i := range code {
		p := &Kprobe{Addr: codeAt + 4*uint64(i)}
		if pre {
			p.Pre = func(hit *Hit) int { look(hit); return 0 }
		}
		if post {
			p.Post = look
		}
		if g.m.Register(p) == nil {
			probes = append(probes, p)
		}
	}
	g.runToBreak(codeAt + 4*uint64(len(code)-1))
	got := g.outcome(seed)
	sameInsns(t, got.insns, want.insns)
	if got.insns = want.insns; got != want {
		t.Errorf("ended\n%+v, without probes\n%+v", got, want)
	}
	hits := uint64(0)
	for _, p := range probes {
		n := g.m.Hits(p)
		if hits += n; n > 1 {
			t.Errorf("%d hits at %#x", n, p.Addr)
		}
	}
	if len(probes) == len(code)-1 && hits != want.insns-1 { // BRK is one
		t.Errorf("%d hits of %d instructions", hits, want.insns)
	}
	return len(probes), h.Sum64()
}

// Nothing is allocated at a hit.
func TestHitsDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	g := newGuestWith(t, jit.Config{Interp: true}, Config{Trace: trace.NewBuffer(trace.Config{})}, rules61, append(countdown, 0x14000000)...)
	g.register(&Kprobe{Addr: codeAt + 8, Pre: func(h *Hit) int { h.SetX(0, h.X(0)); return 0 }, Post: func(*Hit) {}},
		&Kprobe{Addr: codeAt + 16, Post: func(*Hit) {}})
	g.event("p:e main+12 x=%x0 s=-8(%sp):x8")
	for _, addr := range []uint64{codeAt + 8, codeAt + 12, codeAt + 16} {
		n := uint64(g.m.sites.at(addr).number)
		allocs := testing.AllocsPerRun(100, func() {
			g.cpu.State().PC = addr
			hook(g.cpu, n)
			g.m.Stepped(g.cpu, addr)
		})
		if allocs != 0 {
			t.Errorf("a hit at %#x allocates %v times", addr, allocs)
		}
	}
}
