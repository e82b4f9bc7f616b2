package jit

import (
	"fmt"
	"slices"
	"sync/atomic"

	"axol/jit/amd64"
	"axol/jit/ir"
	"axol/jit/lift"

	"github.com/klauspost/cpuid/v2"
)

// What of the engine is amd64's.

type (
	frame = amd64.Frame
	// hostExit is how generated code was left.
	hostExit = amd64.Exit
	// HostFeatures are the extensions of the host's processor that the translator may use.
	HostFeatures = amd64.Features
)

// tiers: blocks can come before regions.
const tiers = true

// softFPBits are the bits of FPCR that ask for what the host does not do.
const softFPBits = fpcrFZ16 | fpcrFZ | fpcrAHP

const (
	exitHook   = amd64.ExitHook
	exitKicked = amd64.ExitKicked
	exitStop   = amd64.ExitStop
)

// host is what an engine has of its own.
type host struct {
	stubs *amd64.Stubs
	comp  *amd64.Compiler // guarded by Engine.mu
}

// hostUnit is what a unit has of its own.
type hostUnit struct {
	points    []amd64.Point
	locs      []amd64.Loc
	flagsDead bool
}

// hostLink is offsets in the code cache of the displacements of a link; lazy 0: none.
type hostLink struct{ lazy, full uint32 }

// hostCPU is what a CPU has of its own.
type hostCPU struct {
	fpcr      uint32  // what the frame's MXCSR was made for
	stub, rbp uintptr // what enter wants
}

// open prepares the translator.
func (e *Engine) open() error {
	if e.cfg.MemBase != e.cfg.MemLimit {
		return fmt.Errorf("jit: guest memory at %#x has limit %#x: the translator needs them equal", e.cfg.MemBase, e.cfg.MemLimit)
	}
	for _, f := range amd64.Baseline {
		if !cpuid.CPU.Supports(f) {
			return fmt.Errorf("jit: this processor has no %s; use the interpreter", f)
		}
	}
	host := amd64.Detect()
	if e.cfg.Host != nil {
		host = *e.cfg.Host
	}
	e.stubs = amd64.MakeStubs(host)
	e.comp = amd64.NewCompiler(host, e.stubs)
	e.lopt.Native = e.comp.Native
	var err error
	if e.cache, err = newCache(e.cfg.CacheSize); err != nil {
		return err
	}
	e.cache.put(e.stubs.Text)
	installSignals(e.cache.rx+uintptr(e.cache.used), e.cache.rx+uintptr(len(e.cache.rw)), e.cache.rx+uintptr(e.stubs.Recover))
	return nil
}

// closeHost ends what open began.
func (e *Engine) closeHost() {
	removeSignals(e.cache.rx + uintptr(e.stubs.Recover))
	e.cache.close()
}

// stubsEnd is where the code cache begins to be filled.
func (e *Engine) stubsEnd() int { return (len(e.stubs.Text) + 15) &^ 15 }

// DetectHost asks the processor for its extensions.
func DetectHost() HostFeatures { return amd64.Detect() }

// maker tells how single instructions are run.
type maker struct {
	lifter lift.Lifter
	unit   ir.Unit
	opt    lift.Options
}

func newMaker() *maker {
	host := amd64.Detect()
	return &maker{opt: lift.Options{MaxInsns: 1, Native: amd64.NewCompiler(host, amd64.MakeStubs(host)).Native}}
}

func (m *maker) made(word uint32) Made {
	m.lifter.Unit(&m.unit, 0, oneWord(word), &m.opt)
	return madeOf(&m.unit)
}

// make translates a unit to the end of the code cache; nil: it could not be done. e.mu is held.
func (e *Engine) make(pc uint64, r regime, region bool) *unit {
	e.comp.SoftFP = r&softFP != 0
	e.raise(&e.unit, pc, r, region)
	code := e.compile()
	if code == nil {
		return nil
	}
	u := &unit{
		pc: pc, regime: r, region: region, insns: e.unit.Insns(), code: slices.Clone(e.unit.Code),
		entry: e.cache.used, size: len(code.Text),
		hostUnit: hostUnit{slices.Clone(code.Points), slices.Clone(code.Locs), code.FlagsDead},
	}
	e.number(u, code)
	e.cache.put(code.Text)
	e.stats.HostBytes += uint64(len(code.Text))
	return u
}

// compile translates e.unit. A unit on which the compiler fails is a bug of ours, not the
// guest's: the interpreter takes it over, and the count tells.
func (e *Engine) compile() (code *amd64.Code) {
	defer func() {
		if r := recover(); r != nil {
			if e.cfg.Strict {
				panic(r)
			}
			code = nil
		}
	}()
	return e.comp.Compile(&e.unit, e.cache.used)
}

// number gives the unit's links their numbers, in the code and in e.fill.
func (e *Engine) number(u *unit, code *amd64.Code) {
	for _, l := range code.Links {
		n := len(e.fill.links)
		base := uint32(u.entry)
		k := &link{from: u, target: l.Target, hostLink: hostLink{full: base + l.Full}}
		if l.Lazy != 0 {
			k.lazy = base + l.Lazy
		}
		e.fill.links = append(e.fill.links, k)
		u.links = append(u.links, k)
		t := code.Text[l.Num:]
		t[0], t[1], t[2], t[3] = byte(n), byte(n>>8), byte(n>>16), byte(n>>24)
	}
}

// link lets l jump straight to u.
func (e *Engine) link(l *link, u *unit) {
	if l.lazy != 0 && u.flagsDead {
		e.cache.patch(l.lazy, u.entry)
	} else {
		e.cache.patch(l.full, u.entry)
	}
	l.to = u
	u.in = append(u.in, l)
	e.stats.Links++
}

// unlink makes l's jumps lead to the next instruction again.
func (e *Engine) unlink(l *link) {
	if l.lazy != 0 {
		e.cache.patch(l.lazy, int(l.lazy)+4)
	}
	e.cache.patch(l.full, int(l.full)+4)
	l.to = nil
}

// inside is the unit that can be entered at pc, though it begins elsewhere: there is none.
func (e *Engine) inside(uint64, regime) *unit { return nil }

// entryAt is the host address at which u is entered for pc, where it begins.
func (e *Engine) entryAt(u *unit, _ uint64) uintptr { return e.cache.rx + uintptr(u.entry) }

// learnJump has indirect branches of the type told find u. e.mu is held.
func (c *CPU) learnJump(u *unit, told uint64) {
	pc := c.State().PC
	j := &c.frame.Jump[amd64.JumpSlot(pc)]
	j.Code = c.eng.hostAddr(u)
	atomic.StoreUint64(&j.PC, pc|told)
}

// hookCalled is the hook that generated code was left for, and the instructions that were paid for and have not run.
func (c *CPU) hookCalled() (number uint64, ahead int64) {
	arg := c.State().ExitArg
	return arg & (1<<32 - 1), int64(arg >> 32)
}

// forgetJump takes u out of the jump caches. e.mu is held.
func (e *Engine) forgetJump(u *unit) {
	for _, c := range e.cpus {
		if c.frame != nil {
			c.forgetJump(u)
		}
	}
}

func (c *CPU) forgetJump(u *unit) {
	slot := amd64.JumpSlot(u.pc)
	if j := &c.frame.Jump[slot]; atomic.LoadUint64(&j.PC)&typeless == u.pc {
		atomic.StoreUint64(&j.PC, amd64.NoPC(slot))
	}
}

// forgetJumps empties all jump caches. e.mu is held.
func (e *Engine) forgetJumps() {
	for _, c := range e.cpus {
		c.forgetJumps()
	}
}

// forgetJumps empties the jump cache, which knows but guest addresses: what it leads to was
// translated for the regime that was.
func (c *CPU) forgetJumps() {
	for i := range c.frame.Jump {
		atomic.StoreUint64(&c.frame.Jump[i].PC, amd64.NoPC(i))
	}
}

// redirectJump has indirect branches lead to n instead of u. e.mu is held.
func (e *Engine) redirectJump(u, n *unit) {
	slot := amd64.JumpSlot(u.pc)
	for _, c := range e.cpus {
		if j := &c.frame.Jump[slot]; atomic.LoadUint64(&j.PC)&typeless != u.pc || c.regime() != u.regime {
			continue
		} else if n.entry >= 0 {
			atomic.StoreUint64(&j.Code, e.hostAddr(n)) // for the same type of branch
		} else {
			atomic.StoreUint64(&j.PC, amd64.NoPC(slot))
		}
	}
}

// prepare makes the frame ready.
func (c *CPU) prepare() {
	c.frame.Init()
	if e := c.eng; e.stubs != nil {
		c.stub, c.rbp = e.cache.rx+uintptr(e.stubs.Enter), c.frame.RBP()
	}
}

// enterCode runs generated code from target on until it leaves.
func (c *CPU) enterCode(target uintptr) amd64.Exit {
	return amd64.Exit(enter(c.stub, c.rbp, target))
}

// settle takes over what generated code and the signal handlers keep in the frame.
func (c *CPU) settle() {
	c.takeFPStatus()
	h := &c.frame.Host
	c.frame.State.Budget += h.Aside
	h.Aside = 0
}

// syncFP makes the host's floating-point control what FPCR asks for.
func (c *CPU) syncFP() {
	if c.State().FPCR != c.fpcr {
		c.changeFP()
	}
}

func (c *CPU) changeFP() {
	st := c.State()
	if (c.fpcr^st.FPCR)&(fpcrFZ16|fpcrFZ|fpcrAHP) != 0 {
		c.forgetJumps()
	}
	c.fpcr = st.FPCR
	// RMode (Arm: nearest, up, down, zero) to RC (nearest, down, up, zero).
	rc := [4]uint32{0, 2, 1, 3}[st.FPCR>>22&3]
	c.frame.Host.MXCSR = 0x1F80 | rc<<13
}

// takeFPStatus moves the host's sticky exception bits to FPSR.
func (c *CPU) takeFPStatus() {
	m := c.frame.Host.MXCSR & 0x3D // not the denormal bit: Arm has it for flushed inputs only
	if m == 0 {
		return
	}
	c.frame.Host.MXCSR &^= 0x3F
	// amd64: invalid, denormal, zero-divide, overflow, underflow, inexact;
	// Arm: IOC, DZC, OFC, UFC, IXC from bit 0.
	c.frame.State.FPSR |= m&1 | m>>1&0x1E
}
