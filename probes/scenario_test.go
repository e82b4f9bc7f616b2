package probes

import (
	"fmt"
	"slices"
	"testing"

	"axol/jit"
)

// Scenarios of single instructions: where simulation or a slot makes a difference that is easy to get wrong, and where
// the rules accept what then goes wrong.

// scenario is an instruction in the place of a function's first, which is probed.
type scenario struct {
	name  string
	rules []string // kernels that have it
	word  uint32
	after []uint32 // what stands behind it
	args  []uint64 // X0 and up
	// The outcome: the guest ends with this exit, at an offset of the function, or of the probe's slot if inSlot.
	exit   jit.ExitKind
	at     uint64
	inSlot bool
	lost   bool                       // the hit does not end
	check  func(k *kernel, p *Kprobe) // further
}

const (
	scenarioAt = initAt + 0x2000
	otherAt    = scenarioAt + 0x20 // brk, where branches lead
)

func wantX(n int, v uint64) func(k *kernel, p *Kprobe) {
	return func(k *kernel, p *Kprobe) {
		k.t.Helper()
		if got := k.cpu.State().X[n]; got != v {
			k.t.Errorf("x%d = %#x, want %#x", n, got, v)
		}
	}
}

var (
	fewRules  = []string{"linux-4.8", "linux-5.10", "linux-7.2", rules61, "debian-6.12"} // of each mechanism
	before510 = []string{"linux-4.8", "linux-5.8"}
	before71  = []string{"linux-4.8", "linux-5.8", "linux-5.10", "linux-6.13", rules61}
)

var lone = []scenario{
	{name: "blr x30 goes to the old x30", rules: fewRules, word: 0xd63f03c0, exit: jit.ExitBRK, at: 0x40, check: wantX(30, scenarioAt+4)},
	{name: "ret x0", rules: fewRules, word: 0xd65f0000, args: []uint64{otherAt}, exit: jit.ExitBRK, at: 0x20},
	{name: "br x0", rules: fewRules, word: 0xd61f0000, args: []uint64{otherAt}, exit: jit.ExitBRK, at: 0x20},
	{name: "bl", rules: fewRules, word: 0x94000008, exit: jit.ExitBRK, at: 0x20, check: wantX(30, scenarioAt+4)},
	{name: "adr", rules: fewRules, word: 0x30000000, after: []uint32{brk}, exit: jit.ExitBRK, at: 4, check: wantX(0, scenarioAt+1)},
	{name: "adrp", rules: fewRules, word: 0xb0000000, after: []uint32{brk}, exit: jit.ExitBRK, at: 4, check: wantX(0, scenarioAt&^0xfff+0x1000)},
	{name: "ldr w0 of an address that is a multiple of 4 only", rules: fewRules, word: 0x18000040 | 1<<5, after: []uint32{brk, 0x11, 0xfedcba98, 0x33}, exit: jit.ExitBRK, at: 4, check: wantX(0, 0xfedcba98)},
	{name: "ldrsw", rules: fewRules, word: 0x98000040 | 1<<5, after: []uint32{brk, 0x11, 0xfedcba98, 0x33}, exit: jit.ExitBRK, at: 4, check: wantX(0, 0xffffffff_fedcba98)},
	{name: "cbz w0 looks at 32 bits", rules: fewRules, word: 0x34000100, args: []uint64{1 << 32}, exit: jit.ExitBRK, at: 0x20},
	{name: "tbnz x0, #40", rules: fewRules, word: 0xb7400100, args: []uint64{1 << 40}, exit: jit.ExitBRK, at: 0x20},
	{name: "b.al", rules: fewRules, word: 0x5400010e, exit: jit.ExitBRK, at: 0x20},
	{name: "b.nv is always taken", rules: fewRules, word: 0x5400010f, exit: jit.ExitBRK, at: 0x20},

	// Accepted, and wrong: they run in the slot, and are relative to it.
	{name: "bc.al leads out of the slot", rules: before71, word: 0x5400011e, exit: jit.ExitUndefined, at: 0x20, inSlot: true},
	{name: "bc.al is simulated", rules: []string{"linux-7.1", "linux-7.2", "debian-6.12"}, word: 0x5400011e, exit: jit.ExitBRK, at: 0x20},
	{name: "braaz leads on, but the step has not ended in the slot", rules: before510, word: 0xd61f081f, args: []uint64{otherAt}, exit: jit.ExitBRK, at: 0x20, lost: true},
	{name: "udf", rules: fewRules, word: 0, exit: jit.ExitUndefined, inSlot: true},
	{name: "cbgt is no instruction of the processor", rules: fewRules, word: 0x74010000, exit: jit.ExitUndefined, inSlot: true},
	{name: "mrs tpidr_el0", rules: fewRules, word: 0xd53bd040, after: []uint32{brk}, exit: jit.ExitBRK, at: 4, check: wantX(0, 0)},
}

func TestLoneInstructions(t *testing.T) {
	for _, c := range lone {
		t.Run(c.name, func(t *testing.T) {
			for _, rules := range c.rules {
				t.Run(rules, func(t *testing.T) {
					everyWay(t, func(t *testing.T, cfg jit.Config, cpus int) {
						for _, post := range []bool{false, true} {
							c.run(newKernel(t, cfg, Config{}, rules), cpus, post)
						}
					})
				})
			}
		})
	}
}

func (c *scenario) run(k *kernel, cpus int, withPost bool) {
	defer k.company(cpus - 1)()
	k.write(scenarioAt, slices.Concat([]uint32{c.word}, c.after)...)
	k.write(otherAt, brk)
	k.write(scenarioAt+0x40, brk)
	pre, post := 0, 0
	p := &Kprobe{Addr: scenarioAt, Pre: func(*Hit) int { pre++; return 0 }}
	if withPost {
		p.Post = func(*Hit) { post++ }
	}
	k.register(p)
	k.start("kf_nop", c.args...)
	k.cpu.State().PC, k.cpu.State().X[30] = scenarioAt, scenarioAt+0x40
	x := k.run()
	want := scenarioAt + c.at
	if c.inSlot {
		want = p.site.slot + c.at
	}
	place := fmt.Sprintf("%s at %#x, the slot is %#x", x.Kind, k.cpu.State().PC, p.site.slot)
	if x.Kind != c.exit || k.cpu.State().PC != want || pre != 1 {
		k.t.Errorf("%s, %d hits, want %s at %#x", place, pre, c.exit, want)
	}
	if c.check != nil {
		c.check(k, p)
	}
	if want := withPost && c.exit == jit.ExitBRK && !c.lost; (post == 1) != want {
		k.t.Errorf("%s, %d post handlers", place, post)
	}
}
