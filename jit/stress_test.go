package jit_test

import (
	"math/rand/v2"
	goruntime "runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"axol/jit"
)

// vCPUs that are disturbed while they run: collected under, kicked, robbed of their code. What
// they compute, and in how many instructions, stays exact.

const (
	fibInsns   = 14
	stressAt   = codeAt + 4*fibInsns
	stressFib  = 8
	stressStop = stressAt + 4*9
)

// stressCode calls recursive functions, and others through pointers.
var stressCode = []uint32{
	0xf100081f, // fib: cmp x0, #2
	0x54000183, // b.lo to ret
	0xa9be7bfd, // stp x29, x30, [sp, #-32]!
	0xa90153f3, // stp x19, x20, [sp, #16]
	0xaa0003f3, // mov x19, x0
	0xd1000400, // sub x0, x0, #1
	0x97fffffa, // bl fib
	0xaa0003f4, // mov x20, x0
	0xd1000a60, // sub x0, x19, #2
	0x97fffff7, // bl fib
	0x8b140000, // add x0, x0, x20
	0xa94153f3, // ldp x19, x20, [sp, #16]
	0xa8c27bfd, // ldp x29, x30, [sp], #32
	ret,
	0x92400a83,                // stressAt: and x3, x20, #7
	0x8b031024,                // add x4, x1, x3, lsl #4
	0xd63f0080,                // blr x4
	0x8b00014a,                // add x10, x10, x0
	0xd2800000 | stressFib<<5, // mov x0, #8
	0x97ffffed,                // bl fib
	0x8b00014a,                // add x10, x10, x0
	0xd1000694,                // sub x20, x20, #1
	0xb5ffff14,                // cbnz x20, stressAt
	brk,
}

func newStressGuest(t testing.TB, cfg jit.Config) *guest {
	g := newGuest(t, cfg, stressCode...)
	for k := range uint64(8) {
		g.write(t, functionAt+16*k, movX0|uint32(k*k)<<5, ret)
	}
	return g
}

// stress runs the program on a vCPU, and counts how often it was kicked.
func stress(t testing.TB, c *jit.CPU, stack, rounds uint64, kicks *atomic.Int64) {
	st := c.State()
	st.PC, st.SP, st.X[1], st.X[10], st.X[20] = stressAt, stack, functionAt, 0, rounds
	before := c.Insns()
	for {
		ex := c.Run()
		if ex.Kind == jit.ExitKicked {
			kicks.Add(1)
			continue
		}
		if ex.Kind != jit.ExitBRK || st.PC != stressStop {
			t.Errorf("%s at %#x", exitString(ex), st.PC)
		}
		break
	}
	sum, insns := uint64(0), uint64(1)
	value, cost := fib(stressFib)
	for k := range rounds {
		d := (k + 1) & 7
		sum += d*d + value
		insns += 9 + 2 + cost
	}
	if n := c.Insns() - before; st.X[10] != sum || n != insns || st.SP != stack {
		t.Errorf("sum %d after %d instructions, sp %#x; want %d, %d, %#x", st.X[10], n, st.SP, sum, insns, stack)
	}
}

// fib is the function of stressCode, and the instructions it takes.
func fib(n uint64) (value, insns uint64) {
	if n < 2 {
		return n, 3
	}
	a, costA := fib(n - 1)
	b, costB := fib(n - 2)
	return a + b, costA + costB + fibInsns
}

// stressed runs the program on n vCPUs, again and again, while disturb is called on the test's
// goroutine, until it returns true. kicks counts the times they left Run for a kick.
func stressed(t *testing.T, g *guest, n int, disturb func(cpus []*jit.CPU, kicks *atomic.Int64) bool) {
	// The Go scheduler would let the disturbance wait for a vCPU's time slice to end.
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(n + 2))
	const rounds = 300
	var stop atomic.Bool
	var kicks atomic.Int64
	var cpus []*jit.CPU
	var done []<-chan struct{}
	for i := range n {
		c := g.newCPU(t)
		cpus = append(cpus, c)
		done = append(done, onThread(func() {
			for !stop.Load() && !t.Failed() {
				stress(t, c, stackAt-uint64(i)*0x4000, rounds, &kicks)
			}
		}))
	}
	for !t.Failed() && !disturb(cpus, &kicks) {
		time.Sleep(20 * time.Microsecond) // leaves the host's cores to the vCPUs
	}
	stop.Store(true)
	for _, d := range done {
		<-d
	}
}

func TestStressCollector(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		keep, times := make([][]byte, 64), 0
		stressed(t, newStressGuest(t, cfg), 2, func([]*jit.CPU, *atomic.Int64) bool {
			goruntime.GC()
			keep[times&63] = make([]byte, 1<<12)
			times++
			return times == 10
		})
	})
}

func TestStressKicks(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		r := rand.New(rand.NewPCG(1, 1))
		stressed(t, newStressGuest(t, cfg), 2, func(cpus []*jit.CPU, kicks *atomic.Int64) bool {
			before, c := kicks.Load(), cpus[r.IntN(len(cpus))]
			for range 1 + r.IntN(3) {
				c.Kick()
			}
			for kicks.Load() == before && !t.Failed() {
				time.Sleep(20 * time.Microsecond)
			}
			return before >= 100
		})
	})
}

func TestStressInvalidation(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newStressGuest(t, cfg)
		r := rand.New(rand.NewPCG(2, 2))
		dropped := 0
		stressed(t, g, 2, func([]*jit.CPU, *atomic.Int64) bool {
			at := codeAt + 4*uint64(r.IntN(len(stressCode)))
			if r.IntN(3) == 0 {
				at = functionAt + 4*uint64(r.IntN(32))
			}
			dropped += g.eng.Invalidate(at, at+4*uint64(1+r.IntN(3)))
			return dropped >= 300
		})
		if n := g.eng.Stats().Invalidated; n != uint64(dropped) {
			t.Errorf("%d units dropped, %d counted", dropped, n)
		}
	})
}

// smallCache has room for few units: the cache is full when the largest unit might not fit.
func smallCache(cfg jit.Config) jit.Config {
	cfg.CacheSize = 256<<10 + 6<<10
	if cfg.Interp {
		cfg.CacheSize = 8 << 10
	}
	return cfg
}

// TestStressFlushes has the code cache full again and again.
func TestStressFlushes(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newStressGuest(t, smallCache(cfg))
		stressed(t, g, 2, func([]*jit.CPU, *atomic.Int64) bool {
			g.eng.Invalidate(codeAt, functionAt+0x1000) // to be translated again, behind what is dead
			return g.eng.Stats().Flushes >= 20
		})
	})
}

// TestStressAll does everything at once, to more vCPUs than the host may have cores.
func TestStressAll(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		g := newStressGuest(t, smallCache(cfg))
		r := rand.New(rand.NewPCG(3, 3))
		collected, dropped := 0, 0
		stressed(t, g, 4, func(cpus []*jit.CPU, kicks *atomic.Int64) bool {
			switch at := codeAt + 4*uint64(r.IntN(len(stressCode))); r.IntN(50) {
			case 0:
				if collected++; collected <= 3 {
					goruntime.GC()
				}
			case 1:
				dropped += g.eng.Invalidate(0, 1<<40)
			case 2, 3, 4, 5:
				cpus[r.IntN(len(cpus))].Kick()
			default:
				dropped += g.eng.Invalidate(at, at+4)
			}
			return collected >= 3 && kicks.Load() >= 30 && dropped >= 200
		})
	})
}

// TestKick takes vCPUs out of loops that never leave generated code by themselves.
func TestKick(t *testing.T) {
	const far = codeAt + 0x1000
	for _, loop := range []struct {
		name      string
		near, far uint32
	}{
		{"b .", 0x14000000, ret},
		{"b, b", 0x14000400, 0x17fffc00},
		{"br, br", 0xd61f0040 /* br x2 */, 0xd61f0020 /* br x1 */},
		{"bl, ret", 0x94000400, 0xd65f0020 /* ret x1 */},
	} {
		t.Run(loop.name, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				g := newGuest(t, cfg, loop.near)
				g.write(t, far, loop.far)
				st := g.cpu.State()
				st.X[1], st.X[2] = codeAt, far
				exits, next := make(chan jit.Exit), make(chan bool)
				done := onThread(func() {
					for range next {
						exits <- g.cpu.Run()
					}
				})
				r := rand.New(rand.NewPCG(1, 1))
				for range 200 {
					next <- true
					for range r.IntN(30) {
						goruntime.Gosched()
					}
					g.cpu.Kick()
					if ex := <-exits; ex.Kind != jit.ExitKicked || st.PC != codeAt && st.PC != far {
						t.Fatalf("%s at %#x", exitString(ex), st.PC)
					}
				}
				before, pc := g.cpu.Insns(), st.PC
				g.cpu.Kick() // in front of Run
				next <- true
				if ex := <-exits; ex.Kind != jit.ExitKicked || st.PC != pc || g.cpu.Insns() != before {
					t.Errorf("kicked in front of Run: %s at %#x", exitString(ex), st.PC)
				}
				next <- true
				for range 5 { // the collector stops the world without the guest's help
					goruntime.GC()
				}
				g.cpu.Kick()
				<-exits
				close(next)
				<-done
			})
		})
	}
}
