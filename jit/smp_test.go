package jit_test

import (
	"os"
	goruntime "runtime"
	"testing"

	"axol/jit"
)

// vCPUs that share memory, each on a thread of its own. Nothing may be lost, and nothing be
// seen before what was ordered in front of it.

// worker is a vCPU's part in a program.
type worker struct {
	pc uint64
	x  map[int]uint64
}

// runTogether runs every worker until BRK and returns the vCPUs.
func (g *guest) runTogether(t testing.TB, workers ...worker) []*jit.CPU {
	t.Helper()
	cpus := make([]*jit.CPU, len(workers))
	exits := make([]jit.Exit, len(workers))
	var done []<-chan struct{}
	for i, w := range workers {
		c := g.newCPU(t)
		st := c.State()
		st.PC = w.pc
		for r, v := range w.x {
			st.X[r] = v
		}
		cpus[i] = c
		done = append(done, onThread(func() {
			for exits[i].Kind = jit.ExitWait; exits[i].Kind == jit.ExitWait; {
				if exits[i] = c.Run(); exits[i].Kind == jit.ExitWait {
					goruntime.Gosched()
				}
			}
		}))
	}
	for i := range workers {
		<-done[i]
		if exits[i].Kind != jit.ExitBRK {
			t.Errorf("vCPU %d: %s at %#x", i, exitString(exits[i]), cpus[i].State().PC)
		}
	}
	return cpus
}

// counters add 1 to the doubleword at X1 (and the next, for pairs), X20 times; X2 is 1, X6 the
// address of a lock.
var counters = []struct {
	name string
	mask uint64 // of the counter
	pair bool
	code []uint32
}{
	{"ldadd", ^uint64(0), false, []uint32{
		0xf8220023, // ldadd x2, x3, [x1]
		0xd1000694, // sub x20, x20, #1
		0xb5ffffd4, // cbnz x20, back
		brk,
	}},
	{"cas", ^uint64(0), false, []uint32{
		0xf9400023, // ldr x3, [x1]
		0x91000465, // add x5, x3, #1
		0xaa0303e4, // mov x4, x3
		0xc8e4fc25, // casal x4, x5, [x1]
		0xeb03009f, // cmp x4, x3
		0x54ffff61, // b.ne back
		0xd1000694, // sub x20, x20, #1
		0xb5ffff34, // cbnz x20, back
		brk,
	}},
	{"ldxr", ^uint64(0), false, []uint32{
		0xc85f7c23, // ldxr x3, [x1]
		0x91000463, // add x3, x3, #1
		0xc8047c23, // stxr w4, x3, [x1]
		0x35ffffa4, // cbnz w4, back
		0xd1000694, // sub x20, x20, #1
		0xb5ffff74, // cbnz x20, back
		brk,
	}},
	{"ldaxrh", 0xffff, false, []uint32{
		0x485ffc23, // ldaxrh w3, [x1]
		0x11000463, // add w3, w3, #1
		0x4804fc23, // stlxrh w4, w3, [x1]
		0x35ffffa4, // cbnz w4, back
		0xd1000694, // sub x20, x20, #1
		0xb5ffff74, // cbnz x20, back
		brk,
	}},
	{"swp lock", ^uint64(0), false, []uint32{
		0xb8a280c5, // swpa w2, w5, [x6]
		0x34000065, // cbz w5, .+12
		0xd503203f, // yield
		0x17fffffd, // b back
		0xf9400023, // ldr x3, [x1]
		0x91000463, // add x3, x3, #1
		0xf9000023, // str x3, [x1]
		0xb87f80c5, // swpl wzr, w5, [x6]
		0xd1000694, // sub x20, x20, #1
		0xb5fffef4, // cbnz x20, back
		brk,
	}},
	{"ldaxr lock", ^uint64(0), false, []uint32{
		0x885ffcc5, // ldaxr w5, [x6]
		0x35000065, // cbnz w5, .+12
		0x88057cc2, // stxr w5, w2, [x6]
		0x34000065, // cbz w5, .+12
		0xd503203f, // yield
		0x17fffffb, // b back
		0xf9400023, // ldr x3, [x1]
		0x91000463, // add x3, x3, #1
		0xf9000023, // str x3, [x1]
		0x889ffcdf, // stlr wzr, [x6]
		0xd1000694, // sub x20, x20, #1
		0xb5fffeb4, // cbnz x20, back
		brk,
	}},
	{"casp", ^uint64(0), true, []uint32{
		0xa9400c22, // ldp x2, x3, [x1]
		0x91000444, // add x4, x2, #1
		0x91000465, // add x5, x3, #1
		0xaa0203e8, // mov x8, x2
		0xaa0303e9, // mov x9, x3
		0x4862fc24, // caspal x2, x3, x4, x5, [x1]
		0xeb08005f, // cmp x2, x8
		0xfa490060, // ccmp x3, x9, #0, eq
		0x54ffff01, // b.ne back
		0xd1000694, // sub x20, x20, #1
		0xb5fffed4, // cbnz x20, back
		brk,
	}},
	{"ldxp", ^uint64(0), true, []uint32{
		0xc87f0c22, // ldxp x2, x3, [x1]
		0x91000442, // add x2, x2, #1
		0x91000463, // add x3, x3, #1
		0xc8240c22, // stxp w4, x2, x3, [x1]
		0x35ffff84, // cbnz w4, back
		0xd1000694, // sub x20, x20, #1
		0xb5ffff54, // cbnz x20, back
		brk,
	}},
}

// counterRounds is large enough for threads to overlap.
func counterRounds(cfg jit.Config) uint64 {
	if cfg.Interp {
		return 5_000
	}
	return 100_000
}

func TestSharedCounters(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newGuest(t, cfg)
		for _, c := range counters {
			g.write(t, codeAt, c.code...)
			g.eng.Invalidate(codeAt, codeAt+0x1000)
			for _, n := range []uint64{2, 4} {
				g.mem.Write(dataAt+0x100, make([]byte, 16))
				rounds := counterRounds(cfg)
				w := worker{codeAt, map[int]uint64{1: dataAt + 0x100, 2: 1, 6: dataAt + 0x200, 20: rounds}}
				g.runTogether(t, []worker{w, w, w, w}[:n]...)
				lo, _ := g.mem.Read64(dataAt + 0x100)
				hi, _ := g.mem.Read64(dataAt + 0x108)
				want, wantHi := n*rounds&c.mask, uint64(0)
				if c.pair {
					wantHi = want
				}
				if lo != want || hi != wantHi {
					t.Errorf("%s on %d vCPUs: %d, %d, want %d, %d", c.name, n, lo, hi, want, wantHi)
				}
				if lock, _ := g.mem.Read64(dataAt + 0x200); lock != 0 {
					t.Errorf("%s on %d vCPUs: the lock is %d", c.name, n, lock)
				}
			}
		}
	})
}

// TestMessages hands a plain doubleword over behind a release and an acquire.
func TestMessages(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		const rounds = 3000
		g := newGuest(t, cfg,
			0x91000442, // add x2, x2, #1
			0xd37df043, // lsl x3, x2, #3
			0xf9000023, // str x3, [x1]
			0xc89ffca2, // stlr x2, [x5]
			0xc8dffcc4, // ldar x4, [x6]
			0xeb02009f, // cmp x4, x2
			0x54000060, // b.eq .+12
			0xd503203f, // yield
			0x17fffffc, // b back to ldar
			0xeb14005f, // cmp x2, x20
			0x54fffec1, // b.ne back
			brk)
		g.write(t, functionAt,
			0x91000442, // add x2, x2, #1
			0xc8dffca4, // ldar x4, [x5]
			0xeb02009f, // cmp x4, x2
			0x54000060, // b.eq .+12
			0xd503203f, // yield
			0x17fffffc, // b back to ldar
			0xf9400023, // ldr x3, [x1]
			0xeb020c7f, // cmp x3, x2, lsl #3
			0x9a8704e7, // cinc x7, x7, ne
			0xc89ffcc2, // stlr x2, [x6]
			0xeb14005f, // cmp x2, x20
			0x54fffea1, // b.ne back
			brk)
		x := map[int]uint64{1: dataAt, 5: dataAt + 0x100, 6: dataAt + 0x200, 20: rounds}
		cpus := g.runTogether(t, worker{codeAt, x}, worker{functionAt, x})
		if bad := cpus[1].State().X[7]; bad != 0 {
			t.Errorf("%d of %d messages were not there yet", bad, rounds)
		}
	})
}

// TestStoreBuffering has two vCPUs store to one place and load from the other's: with release and
// acquire, or a barrier between, one at least sees the other's store (Arm ARM B2.3). They meet in
// front of each slot.
func TestStoreBuffering(t *testing.T) {
	if goruntime.GOARCH == "arm64" && os.Getenv("AXOL_HARDWARE") == "" {
		t.Skip("QEMU 7.2 does not order STLR before LDAR; make hardware-check runs it")
	}
	const (
		slots = 2000
		other = tableAt + slots*64
	)
	for _, v := range []struct {
		name string
		code []uint32
	}{
		{"stlr, ldar", []uint32{
			0xc89ffc22, // stlr x2, [x1]
			0xc8dffcc3, // ldar x3, [x6]
			nop,
		}},
		{"str, dmb, ldr", []uint32{
			0xf9000022, // str x2, [x1]
			0xd5033bbf, // dmb ish
			0xf94000c3, // ldr x3, [x6]
		}},
	} {
		t.Run(v.name, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				code := []uint32{
					0x91000929, // add x9, x9, #2
					0xf82200bf, // stadd x2, [x5]
					0xc8dffca3, // ldar x3, [x5]
					0xeb09007f, // cmp x3, x9
					0x54ffffc3, // b.lo back to ldar
				}
				g := newGuest(t, cfg, append(append(code, v.code...),
					0xf9000423, // str x3, [x1, #8]
					0x91010021, // add x1, x1, #64
					0x910100c6, // add x6, x6, #64
					0xd1000694, // sub x20, x20, #1
					0xb5fffe94, // cbnz x20, back
					brk)...)
				mapTable(t, g, tableAt, 2*slots*64)
				g.runTogether(t,
					worker{codeAt, map[int]uint64{1: tableAt, 2: 1, 5: dataAt, 6: other, 20: slots}},
					worker{codeAt, map[int]uint64{1: other, 2: 1, 5: dataAt, 6: tableAt, 20: slots}})
				for i := range uint64(slots) {
					a, _ := g.mem.Read64(tableAt + 64*i + 8)
					b, _ := g.mem.Read64(other + 64*i + 8)
					if a|b != 1 {
						t.Fatalf("slot %d: neither saw the other's store", i)
					}
				}
			})
		})
	}
}

// TestPairsAreOneAccess: nobody sees half of a pair of doublewords that is aligned to 16 bytes (FEAT_LSE2), not
// even if the code was translated when there was but one vCPU.
func TestPairsAreOneAccess(t *testing.T) {
	if goruntime.GOARCH == "arm64" {
		t.Skip("pairs are copied: the host's processor decides, and the guest is not told that it has FEAT_LSE2")
	}
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		const reader = codeAt + 0x100
		g := newGuest(t, cfg,
			0xa9000c23, // stp x3, x3, [x1]
			0xa9000822, // stp x2, x2, [x1]
			0xd1000694, // sub x20, x20, #1
			0xb5ffffb4, // cbnz x20, back
			brk,
		)
		g.write(t, reader,
			0xa9401424, // ldp x4, x5, [x1]
			0xeb05009f, // cmp x4, x5
			0x540000a1, // b.ne to the other brk
			0xd1000694, // sub x20, x20, #1
			0xb5ffff94, // cbnz x20, back
			brk,
			brk,
			brk,
		)
		for _, pc := range []uint64{codeAt, reader} {
			st := g.cpu.State()
			st.PC, st.X[1], st.X[20] = pc, dataAt, 1
			if ex := g.run(); ex.Kind != jit.ExitBRK {
				t.Fatal(exitString(ex))
			}
		}
		rounds := uint64(300_000)
		if cfg.Interp {
			rounds = 30_000
		}
		x := map[int]uint64{1: dataAt, 2: 0, 3: ^uint64(0), 20: rounds}
		cpus := g.runTogether(t, worker{codeAt, x}, worker{reader, x})
		if st := cpus[1].State(); st.X[20] != 0 {
			t.Errorf("seen %#x and %#x", st.X[4], st.X[5])
		}
	})
}
