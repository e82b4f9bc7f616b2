package probes

import (
	"fmt"
	goruntime "runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"axol/jit"
)

// The kernel's own tests of its probes: lib/test_kprobes.c (a self test at boot before), the samples, and ftrace's
// selftests as far as they are about probes. Each is run by one vCPU and by four at once, in every way.

// allRules is a kernel of each kind of mechanism, and of each set of rules.
var allRules = []string{"linux-4.8", "linux-5.4", "linux-5.8", "linux-5.10", "linux-6.1", "linux-6.12", "linux-6.13", "linux-7.1", "linux-7.2", rules61, "debian-6.12"}

// spread runs the functions on n vCPUs, each on a thread of its own with a stack of its own.
func (k *kernel) spread(n int, each func(c *jit.CPU, sp uint64)) {
	k.t.Helper()
	old := goruntime.GOMAXPROCS(n + 2)
	defer goruntime.GOMAXPROCS(old)
	var done sync.WaitGroup
	for i := range n {
		c := k.cpu
		if i > 0 {
			c = k.newCPU()
			defer k.close(c)
		}
		done.Add(1)
		go func() {
			defer done.Done()
			goruntime.LockOSThread()
			defer goruntime.UnlockOSThread()
			each(c, stackAt-0x1000*uint64(i))
		}()
	}
	done.Wait()
	k.cpu = k.newCPU() // the first has its thread
}

// callOn calls a function on a vCPU. (Hit.Call is for handlers.)
func (k *kernel) callOn(c *jit.CPU, sp uint64, fn string, args ...uint64) uint64 {
	st := c.State()
	st.PC, st.X[30], st.SP = k.addr[fn], callAt+0x40, sp
	copy(st.X[:], args)
	k.m.SetPState(c, pstateBL)
	if x := c.Run(); x.Kind != jit.ExitBRK || st.PC != callAt+0x40 || st.SP != sp {
		k.t.Errorf("%s ended with %s at %#x, sp %#x", fn, x.Kind, st.PC, st.SP)
	}
	return st.X[0]
}

// kunit are the tests. rounds is how often each vCPU calls, n how many calls there are.
var kunit = []struct {
	name string
	test func(k *kernel, calls func(fn string, arg, want uint64) (n uint64))
}{
	{"kprobe", func(k *kernel, calls func(string, uint64, uint64) uint64) {
		p := counted{Kprobe: Kprobe{Symbol: "kf_multi"}}
		var mu sync.Mutex
		p.Pre = func(h *Hit) int { k.masked(h); mu.Lock(); p.pre++; mu.Unlock(); return 0 }
		p.Post = func(h *Hit) { k.masked(h); mu.Lock(); p.post++; mu.Unlock() }
		k.register(&p.Kprobe)
		n := calls("kf_multi", 1, 8)
		p.want(k.t, int(n), int(n), 0)
		if err := k.m.Unregister(&p.Kprobe); err != nil {
			k.t.Error(err)
		}
		calls("kf_multi", 1, 8)
		p.want(k.t, int(n), int(n), 0)
	}},
	{"kprobes", func(k *kernel, calls func(string, uint64, uint64) uint64) {
		a, b := &Kprobe{Symbol: "kf_empty"}, &Kprobe{Symbol: "kf_b2", Pre: func(*Hit) int { return 0 }}
		if err := k.m.RegisterAll([]*Kprobe{a, b}); err != nil {
			k.t.Fatal(err)
		}
		n := calls("kf_empty", 1, 2)
		calls("kf_b2", 1, 3)
		if k.m.Hits(a) != n || k.m.Hits(b) != n {
			k.t.Errorf("%d and %d hits of %d", k.m.Hits(a), k.m.Hits(b), n)
		}
	}},
	{"missed", func(k *kernel, calls func(string, uint64, uint64) uint64) {
		missed := &Kprobe{Symbol: "kf_b2", Pre: func(*Hit) int { k.t.Error("a missed hit has its handler"); return 0 }}
		call := func(h *Hit) {
			if r, err := h.Call(k.addr["kf_b2"], 1); r != 3 || err != nil {
				k.t.Errorf("%d, %v", r, err)
			}
		}
		k.register(missed, &Kprobe{Symbol: "kf_empty", Pre: func(h *Hit) int { call(h); return 0 }, Post: call})
		n := calls("kf_empty", 1, 2)
		if missed.Missed() != 2*n { // exactly two for each
			k.t.Errorf("%d missed of %d", missed.Missed(), 2*n)
		}
	}},
	{"kretprobe", func(k *kernel, calls func(string, uint64, uint64) uint64) {
		var mu sync.Mutex
		entries, returns := uint64(0), uint64(0)
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_multi"},
			Entry: func(h *Hit, ri *Instance) int { mu.Lock(); entries++; mu.Unlock(); return 0 },
			Handler: func(h *Hit, ri *Instance) int {
				if h.X(0) != 8 {
					k.t.Errorf("returns %d", h.X(0))
				}
				mu.Lock()
				returns++
				mu.Unlock()
				return 0
			}}
		if err := k.m.RegisterKretprobe(rp); err != nil {
			k.t.Fatal(err)
		}
		if n := calls("kf_multi", 1, 8); entries != n || returns != n || rp.MissedReturns() != 0 {
			k.t.Errorf("%d entries, %d returns of %d, %d missed", entries, returns, n, rp.MissedReturns())
		}
	}},
	{"kretprobes", func(k *kernel, calls func(string, uint64, uint64) uint64) {
		a, b := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_multi"}}, &Kretprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(*Hit, *Instance) int { return 0 }}
		if err := k.m.RegisterKretprobes([]*Kretprobe{a, b}); err != nil {
			k.t.Fatal(err)
		}
		calls("kf_multi", 1, 8)
		calls("kf_empty", 1, 2)
	}},
	{"return addresses", func(k *kernel, calls func(string, uint64, uint64) uint64) {
		outer, inner := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_outer"}}, &Kretprobe{Kprobe: Kprobe{Symbol: "kf_multi"}}
		inner.Handler = func(h *Hit, ri *Instance) int {
			if ri.RetAddr != k.addr["kf_outer"]+0xc {
				k.t.Errorf("the inner function returns to %#x", ri.RetAddr)
			}
			return 0
		}
		outer.Handler = func(h *Hit, ri *Instance) int {
			if ri.RetAddr != callAt+0x40 {
				k.t.Errorf("the outer function returns to %#x", ri.RetAddr)
			}
			return 0
		}
		if err := k.m.RegisterKretprobes([]*Kretprobe{outer, inner}); err != nil {
			k.t.Fatal(err)
		}
		calls("kf_outer", 1, 8)
	}},
	{"jprobes", func(k *kernel, calls func(string, uint64, uint64) uint64) {
		if !k.m.cfg.Rules.mech.jprobes {
			return
		}
		var mu sync.Mutex
		seen := uint64(0)
		jp := &Jprobe{Kprobe: Kprobe{Symbol: "kf_multi"}, Handler: func(h *Hit) {
			if h.X(0) != 1 {
				k.t.Errorf("the argument is %d", h.X(0))
			}
			mu.Lock()
			seen++
			mu.Unlock()
		}}
		if err := k.m.RegisterJprobes([]*Jprobe{jp}); err != nil {
			k.t.Fatal(err)
		}
		if n := calls("kf_multi", 1, 8); seen != n || jp.Missed() != 0 {
			k.t.Errorf("%d of %d, %d missed", seen, n, jp.Missed())
		}
	}},
}

// masked is what in_nmi or preemptible would tell a handler.
func (k *kernel) masked(h *Hit) {
	if h.DAIF() != daifAll {
		k.t.Errorf("DAIF is %x in a handler", h.DAIF())
	}
}

func TestKUnit(t *testing.T) {
	for _, c := range kunit {
		t.Run(c.name, func(t *testing.T) {
			for _, rules := range allRules {
				t.Run(rules, func(t *testing.T) {
					everyWay(t, func(t *testing.T, cfg jit.Config, cpus int) {
						k := newKernel(t, cfg, Config{}, rules)
						k.m.cfg.CPUs = cpus
						c.test(k, func(fn string, arg, want uint64) uint64 {
							const rounds = 5
							k.spread(cpus, func(c *jit.CPU, sp uint64) {
								for range rounds {
									if r := k.callOn(c, sp, fn, arg); r != want {
										k.t.Errorf("%s(%d) = %d", fn, arg, r)
									}
								}
							})
							return uint64(rounds * cpus)
						})
					})
				})
			}
		})
	}
}

// samples/kprobes: a probe that prints, a return probe with a time stamp for each call.
func TestSamples(t *testing.T) {
	for _, rules := range allRules {
		t.Run(rules, func(t *testing.T) {
			everyWay(t, func(t *testing.T, cfg jit.Config, cpus int) {
				k := newKernel(t, cfg, Config{}, rules)
				defer k.company(cpus - 1)()
				var log strings.Builder
				p := &Kprobe{Symbol: "kf_empty",
					Pre: func(h *Hit) int {
						fmt.Fprintf(&log, "pre pc=%x pstate=%x\n", h.PC()-k.addr["kf_empty"], h.PState())
						return 0
					},
					Post: func(h *Hit) { fmt.Fprintf(&log, "post pstate=%x\n", h.PState()) }}
				rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_rec"}, DataSize: 8, MaxActive: 20}
				rp.Entry = func(h *Hit, ri *Instance) int {
					if h.X(0) == 1 { // a kernel thread, say
						return 1
					}
					ri.Data[0] = byte(h.X(0)) + 1
					return 0
				}
				rp.Handler = func(h *Hit, ri *Instance) int { fmt.Fprintf(&log, "%d took %d\n", h.X(0), ri.Data[0]); return 0 }
				k.register(p)
				if err := k.m.RegisterKretprobe(rp); err != nil {
					t.Fatal(err)
				}
				k.call("kf_empty", callAt+0x40, pstateBL, 1)
				k.call("kf_rec", callAt+0x40, pstateBL, 2)
				if err := k.m.Unregister(p); err != nil {
					t.Error(err)
				}
				if err := k.m.UnregisterKretprobe(rp); err != nil {
					t.Error(err)
				}
				want := "pre pc=0 pstate=60400005\npost pstate=60400005\n0 took 1\n2 took 3\n"
				if log.String() != want || rp.MissedReturns() != 0 {
					t.Errorf("log is\n%s, want\n%s", log.String(), want)
				}
			})
		})
	}
}

// ftrace's test of instruction boundaries: from a function's start on, only multiples of 4 inside of it can be probed.
func TestInstructionBoundary(t *testing.T) {
	for _, rules := range allRules {
		t.Run(rules, func(t *testing.T) {
			k := newKernel(t, jit.Config{Interp: true}, Config{}, rules)
			for off := range uint64(256) {
				err := k.m.Register(&Kprobe{Symbol: "kf_multi", Offset: off})
				if off%4 != 0 {
					wantErrno(t, err, syscall.EINVAL)
				} else if err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// ftrace's test of probe points: names, addresses, what lies behind a symbol, what lies before it, and offsets that have
// wrapped around at 32 bits.
func TestProbePoints(t *testing.T) {
	k := newKernel(t, jit.Config{Interp: true}, Config{Kernel: &Kernel{Text: []Range{{kernelAt, kernelAt + 0x1000}}}}, rules61)
	for _, c := range []struct {
		p     *Kprobe
		errno syscall.Errno
	}{
		{&Kprobe{Symbol: "kf_nop"}, 0},
		{&Kprobe{Addr: k.addr["kf_adr"]}, 0},
		{&Kprobe{Symbol: "kf_nop", Offset: kernelSize}, 0},                      // the next function
		{&Kprobe{Symbol: "kf_nop", Offset: ^uint64(3)}, syscall.ENOENT},         // before it
		{&Kprobe{Symbol: "kf_adr", Offset: 1<<32 - kernelSize}, syscall.ENOENT}, // -64, but for 32 bits
		{&Kprobe{Symbol: "call"}, syscall.EINVAL},
	} {
		err := k.m.Register(c.p)
		if c.errno == 0 && err != nil || c.errno != 0 && number(err) != -int(c.errno) {
			t.Errorf("%+v: %v, want %v", c.p, err, c.errno)
		}
	}
}

// Many probes at once, on every instruction of many functions, all hit.
func TestManyProbes(t *testing.T) {
	everyWay(t, func(t *testing.T, cfg jit.Config, cpus int) {
		k := newKernel(t, cfg, Config{}, rules61)
		defer k.company(cpus - 1)()
		const n = 1000
		code := make([]uint32, n+1)
		for i := range code {
			code[i] = 0x91000400
		}
		code[n] = ret
		k.write(initAt+0x2000, code...)
		probes := make([]*Kprobe, n)
		for i := range probes {
			probes[i] = &Kprobe{Addr: initAt + 0x2000 + 4*uint64(i)}
		}
		if err := k.m.RegisterAll(probes); err != nil {
			t.Fatal(err)
		}
		if r := k.call("long", callAt+0x40, pstateBL, 0); r != n {
			t.Errorf("x0 = %d", r)
		}
		for _, p := range probes {
			if k.m.Hits(p) != 1 {
				t.Fatalf("%d hits at %#x", k.m.Hits(p), p.Addr)
			}
		}
		for _, p := range probes {
			if err := k.m.Unregister(p); err != nil {
				t.Fatal(err)
			}
		}
		if r := k.call("long", callAt+0x40, pstateBL, 0); r != n {
			t.Errorf("x0 = %d", r)
		}
	})
}
