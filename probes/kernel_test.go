package probes

import (
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"axol/jit"
	"axol/runtime/elf"
)

// The guest of these tests is a piece of a kernel: functions of 64 bytes, which the test calls as
// another function would.

type kernelFunc struct {
	name  string
	words []uint32
}

// kernelFuncs are its functions, one behind the other. (The names are those of the module that asked real
// kernels.)
var kernelFuncs = []kernelFunc{
	{"kf_nop", []uint32{nop, ret}},
	{"kf_adr", []uint32{0x10000000, ret}},
	{"kf_b", []uint32{0x14000002, nop, ret}},
	{"kf_ret", []uint32{ret}},
	{"kf_ldrlit", []uint32{0x58000040, ret, 0x55667788, 0x11223344}},
	{"kf_cbz", []uint32{0xb4000040, nop, ret}},
	{"kf_stp", []uint32{0xa9bf7bfd, 0xa8c17bfd, ret}},
	{"kf_paciasp", []uint32{0xd503233f, 0xd50323bf, ret}},
	{"kf_bti", []uint32{0xd503245f, ret}},
	{"kf_empty", []uint32{0x91000400, ret}}, // adds 1 to x0
	{"kf_b2", []uint32{0x91000800, ret}},    // 2
	{"kf_b3", []uint32{0x91000c00, ret}},    // 3
	{"kf_alt", []uint32{0xd280eee0, ret}},   // x0 = 0x777
	{"kf_multi", []uint32{0x91000400, 0x91000800, 0x91001000, 0x14000002, nop, ret}},
	{"kf_rec", []uint32{nop, 0xb40000c0, 0xa9bf7bfd, 0xd1000400, 0x97fffffc, 0x91000400, 0xa8c17bfd, ret}},
	{"kf_load", []uint32{0xf9400020, ret}},                                                   // x0 = [x1]
	{"kf_store", []uint32{0xf9000020, ret}},                                                  // [x1] = x0
	{"kf_outer", []uint32{0xa9bf7bfd, 0x910003fd, 0x97ffffde, 0xa8c17bfd, ret}},              // calls kf_multi at +8, see newKernel
	{"kf_fp", []uint32{0xd28000bd, ret}},                                                     // x29 = 5
	{"kf_lit128", []uint32{0x9c000040, ret, 0x11111111, 0x22222222, 0x33333333, 0x44444444}}, // ldr q0, .+8
}

const (
	kernelAt   = codeAt + 0x1000
	callAt     = codeAt // call: size 0x70; returns to +0x40
	initAt     = codeAt + 0x4000
	kernelSize = 0x40
	// pstateCall is PSTATE behind a BLR in code that has nothing masked, pstateBL behind a BL. PAN is set.
	pstateCall = 0x60400805
	pstateBL   = 0x60400005
)

// kernel is a guest with these functions.
type kernel struct {
	*guest
	addr map[string]uint64
	log  strings.Builder
}

func newKernel(t testing.TB, cfg jit.Config, pc Config, rules string) *kernel {
	t.Helper()
	k := &kernel{addr: map[string]uint64{}}
	symbols := []elf.Symbol{{Name: "call", Addr: callAt, Size: 0x70}, {Name: "kpo_init", Addr: initAt, Size: 0x4000}, {Name: "exec", Addr: execAt, Size: 0x80}}
	for _, f := range kernelFuncs {
		a := funcAt(f.name)
		k.addr[f.name] = a
		symbols = append(symbols, elf.Symbol{Name: f.name, Addr: a, Size: kernelSize})
	}
	k.addr["long"] = initAt + 0x2000 // for who writes a function there; vCPUs read the map at the same time
	table := elf.NewSymbols(symbols)
	pc.Symbols = func() *elf.Symbols { return table }
	if pc.Kernel == nil {
		pc.Kernel = &Kernel{}
	}
	pc.PState = pstateBL
	pc.CPUs = 1
	k.guest = newGuestWith(t, cfg, pc, rules, nop)
	for _, f := range kernelFuncs {
		k.write(k.addr[f.name], f.words...)
	}
	k.write(k.addr["kf_outer"]+8, 0x94000000|uint32((k.addr["kf_multi"]-k.addr["kf_outer"]-8)/4)&0x3ffffff)
	for _, at := range []uint64{callAt + 0x40, initAt + 0xc80, initAt + 0x12a8, initAt + 0x14e4, initAt + 0x1634} {
		k.write(at, brk)
	}
	return k
}

// funcAt is the address of a function.
func funcAt(name string) uint64 {
	i := slices.IndexFunc(kernelFuncs, func(f kernelFunc) bool { return f.name == name })
	return kernelAt + kernelSize*uint64(i)
}

// company has n more vCPUs call functions with probes of their own, until it is told to end: then it asks whether all
// have seen what they should.
func (k *kernel) company(n int) (end func()) {
	if n == 0 {
		return func() {}
	}
	var calls, pre, post atomic.Uint64
	stepped := &Kprobe{Symbol: "kf_stp", Pre: func(*Hit) int { pre.Add(1); return 0 }, Post: func(*Hit) { post.Add(1) }}
	simulated := &Kprobe{Symbol: "kf_cbz", Pre: func(*Hit) int { pre.Add(1); return 0 }}
	counting := &Kprobe{Symbol: "kf_stp", Offset: 4}
	k.register(stepped, simulated, counting)
	old := goruntime.GOMAXPROCS(n + 2)
	var stop atomic.Bool
	var done sync.WaitGroup
	for i := range n {
		c := k.newCPU()
		done.Add(1)
		go func() {
			defer done.Done()
			goruntime.LockOSThread()
			defer goruntime.UnlockOSThread()
			sp := stackAt - 0x1000*uint64(i+1)
			for !stop.Load() || calls.Load() < 2*uint64(n) {
				k.callOn(c, sp, "kf_stp")
				k.callOn(c, sp, "kf_cbz", 1)
				calls.Add(1)
			}
		}()
	}
	return func() {
		stop.Store(true)
		done.Wait()
		goruntime.GOMAXPROCS(old)
		n := calls.Load()
		for _, p := range []*Kprobe{stepped, simulated, counting} {
			if hits := k.m.Hits(p); hits != n || p.Missed() != 0 {
				k.t.Errorf("the company's probe at %s has %d hits and %d misses of %d", p.Symbol, hits, p.Missed(), n)
			}
		}
		if pre.Load() != 2*n || post.Load() != n {
			k.t.Errorf("the company has seen %d and %d of %d calls", pre.Load(), post.Load(), n)
		}
	}
}

// call calls a function as the code in front of lr does, and returns X0.
func (k *kernel) call(fn string, lr, pstate uint64, args ...uint64) uint64 {
	k.t.Helper()
	st := k.cpu.State()
	st.PC, st.X[30], st.SP = k.addr[fn], lr, stackAt
	copy(st.X[:], args)
	k.m.SetPState(k.cpu, pstate)
	k.runToBreak(lr)
	if st.SP != stackAt {
		k.t.Errorf("%s left SP at %#x", fn, st.SP)
	}
	return st.X[0]
}

// sym is an address as %pS has it, for a module.
func (k *kernel) sym(a uint64) string {
	if k.m.stubs.trampoline == a {
		return "__kretprobe_trampoline+0x0/0xcc"
	}
	if f, off, ok := k.m.cfg.Symbols().At(a); ok {
		return fmt.Sprintf("%s+%#x/%#x [kporacle]", f.Name, off, f.Size)
	}
	return fmt.Sprintf("%#x", a)
}

// event logs what a handler sees.
func (k *kernel) event(name string, h *Hit) {
	irqs := 0
	if h.DAIF()&maskIRQs != 0 {
		irqs = 1
	}
	fmt.Fprintf(&k.log, "[%s pc=%s x0=%x lr=%s pstate=%x hwdaif=%x pcnt=0 irqoff=%d]",
		name, k.sym(h.PC()), h.X(0), k.sym(h.X(30)), h.PState(), h.DAIF(), irqs)
}

// probe is a kprobe with handlers that log.
func (k *kernel) probe(name, fn string, off uint64) *Kprobe {
	return &Kprobe{Symbol: fn, Offset: off,
		Pre: func(h *Hit) int { k.event("pre:"+name, h); return 0 },
		Post: func(h *Hit) {
			k.event("post:"+name, h)
			k.log.WriteString("{flags=0}")
		}}
}

// take is the log, which is empty then.
func (k *kernel) take() string {
	s := k.log.String()
	k.log.Reset()
	return s
}
