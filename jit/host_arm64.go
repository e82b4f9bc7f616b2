package jit

import (
	"fmt"
	"io"
	"unsafe"

	"axol/jit/a64"
	"axol/jit/arm64"
	"axol/jit/ir"
	"axol/jit/lift"

	"github.com/klauspost/cpuid/v2"
)

// What of the engine is arm64's.

type (
	frame = arm64.Frame
	// hostExit is how generated code was left.
	hostExit = arm64.Exit
	// HostFeatures are the extensions of the host's processor that the translator may use.
	HostFeatures = arm64.Features
)

// tiers: copying costs so little that everything is a region at once.
const tiers = false

// softFPBits: the host does all that FPCR can ask for.
const softFPBits = 0

const (
	exitHook   = arm64.ExitHook
	exitKicked = arm64.ExitKicked
	exitStop   = ^arm64.Exit(0) // never: actions are done by hooks
)

// host is what an engine has of its own.
type host struct {
	stubs              *arm64.Stubs
	rewriter           *arm64.Rewriter // guarded by Engine.mu, as is the rest
	options            arm64.Options
	mirrorLo, mirrorHi int
	slots              []byte              // the mirror, to be written
	prepared           map[uint64]struct{} // pages of it that have no zeros
}

// hostUnit is what a unit has of its own.
type hostUnit struct {
	text  arm64.Code
	slots []uint64 // guest addresses in it that indirect branches lead to
}

// hostLink is offsets in the code cache: of the branch, and of what it leads to when it is not linked.
type hostLink struct{ at, tail uint32 }

// hostCPU is what a CPU has of its own.
type hostCPU struct {
	left arm64.Record // what generated code was left by
}

// DetectHost asks the processor for its extensions.
func DetectHost() HostFeatures {
	has := func(id cpuid.FeatureID) bool { return cpuid.CPU.Supports(id) }
	return HostFeatures{
		LSE: has(cpuid.ATOMICS), CRC32: has(cpuid.CRC32), AES: has(cpuid.AESARM), PMULL: has(cpuid.PMULL),
		SHA1: has(cpuid.SHA1), SHA256: has(cpuid.SHA2), SHA512: has(cpuid.SHA512), SHA3: has(cpuid.SHA3),
		SM3: has(cpuid.SM3), SM4: has(cpuid.SM4), RDM: has(cpuid.ASIMDRDM), DotProd: has(cpuid.ASIMDDP),
		FP16: has(cpuid.FPHP) && has(cpuid.ASIMDHP), FHM: has(cpuid.FHM), JSCVT: has(cpuid.JSCVT), FCMA: has(cpuid.FCMA),
		LRCPC: has(cpuid.LRCPC), BF16: has(cpuid.BF16), I8MM: has(cpuid.I8MM),
		ZVA64: readDCZID()&31 == 4,
	}
}

// open prepares the translator.
func (e *Engine) open() error {
	if e.cfg.MemBase != 0 || e.cfg.MemLimit > 1<<guestBits {
		return fmt.Errorf("jit: guest memory at %#x with limit %#x: instructions that are copied need it at 0, below %#x", e.cfg.MemBase, e.cfg.MemLimit, uint64(1)<<guestBits)
	}
	features := DetectHost()
	if e.cfg.Host != nil {
		features = *e.cfg.Host
	}
	e.stubs = arm64.MakeStubs()
	e.rewriter = arm64.NewRewriter(features, e.stubs)
	var err error
	if e.cache, err = e.newCache(min(e.cfg.CacheSize, codeSize)); err != nil {
		return err
	}
	e.cache.put(e.stubs.Words)
	e.prepared = map[uint64]struct{}{}
	e.options = arm64.Options{
		Counted:  !e.cfg.Uncounted,
		MirrorLo: e.mirrorLo, MirrorHi: e.mirrorHi,
		Lifted: lift.Supported, Constant: constant, Lacks: map[a64.Op]bool{},
	}
	installSignals()
	return nil
}

// constant is the value of a system register that has always the same.
func constant(reg uint16) (uint64, bool) {
	if !lift.Readable(reg) {
		return 0, false
	}
	v, ok := ir.SysConstants[uint64(reg)]
	return v, ok
}

// closeHost ends what open began.
func (e *Engine) closeHost() { e.closeCache() }

// stubsEnd is where the code cache begins to be filled.
func (e *Engine) stubsEnd() int { return (4*len(e.stubs.Words) + 15) &^ 15 }

// prepare makes a new frame ready.
func (c *CPU) prepare() {
	if e := c.eng; e.cache != nil {
		c.frame.Init(e.stubs, e.cache.rx)
	} else {
		c.frame.Init(&arm64.Stubs{}, 0)
	}
}

// make translates a unit to the end of the code cache; nil: it could not be done. e.mu is held.
func (e *Engine) make(pc uint64, r regime, region bool) *unit {
	code := e.rewrite(pc, r, region)
	if code == nil {
		return nil
	}
	u := &unit{
		pc: pc, regime: r, region: region, insns: len(code.Insns),
		entry: e.cache.used, size: 4 * len(code.Words), hostUnit: hostUnit{text: code.Clone()},
	}
	for _, g := range code.Ranges {
		u.code = append(u.code, ir.Range(g))
	}
	e.number(u, code)
	e.prepare(u)
	e.cache.put(code.Words)
	e.syncCores()
	e.stats.HostBytes += uint64(u.size)
	return u
}

// rewrite translates the code at pc. Where the rewriter fails, that is a bug of ours, not the guest's: the interpreter takes the unit
// over, and the count tells.
func (e *Engine) rewrite(pc uint64, r regime, region bool) (code *arm64.Code) {
	defer func() {
		if x := recover(); x != nil {
			if e.cfg.Strict {
				panic(x)
			}
			code = nil
		}
	}()
	o := &e.options
	o.MaxInsns, o.Region = e.lopt.MaxInsns, e.lopt.Region && region
	o.Single = r&stepped != 0
	o.Direct = r&inner != 0 || e.cfg.Off.JumpCache || e.lopt.Types
	if o.Single {
		o.MaxInsns = 1
	}
	src := probed{source: e.source, after: e.lopt.After}
	if r&inner != 0 {
		src.source.inner, src.after = true, nil
	}
	if o.Single {
		src.after = nil
	}
	return e.rewriter.Unit(pc, e.cache.used, &src, o)
}

// probed lets the rewriter see the guest's code, and what others put in front of it and behind.
type probed struct {
	source
	after func(b *ir.Builder, pc uint64)
	unit  ir.Unit
	list  []arm64.Probe
}

// probeKinds has the operations that may stand around an instruction. Actions are done by the hook.
var probeKinds = map[ir.Op]arm64.ProbeKind{
	ir.OpHook: arm64.ProbeHook, ir.OpActions: arm64.ProbeHook, ir.OpCount: arm64.ProbeCount, ir.OpClearEx: arm64.ProbeClear,
}

func (s *probed) Before(pc uint64) []arm64.Probe { return s.gather(pc, s.source.Before) }

func (s *probed) After(pc uint64) []arm64.Probe {
	if s.after == nil {
		return nil
	}
	return s.gather(pc, s.after)
}

func (s *probed) gather(pc uint64, f func(*ir.Builder, uint64)) []arm64.Probe {
	s.list = s.list[:0]
	s.unit.Reset(pc)
	b := ir.Builder{U: &s.unit}
	b.Start(b.NewBlock(pc))
	f(&b, pc)
	for _, in := range s.unit.Insts[1:] {
		kind, ok := probeKinds[in.Op]
		if !ok {
			panic(fmt.Sprintf("jit: %v in front of the instruction at %#x: there is no code for that", in.Op, pc))
		}
		s.list = append(s.list, arm64.Probe{Kind: kind, Number: in.Imm})
	}
	return s.list
}

// number gives the unit's links their numbers, in the code and in e.fill.
func (e *Engine) number(u *unit, code *arm64.Code) {
	for _, l := range code.Links {
		n := len(e.fill.links)
		base := uint32(u.entry)
		k := &link{from: u, target: l.Target, hostLink: hostLink{base + 4*uint32(l.At), base + 4*uint32(l.Tail)}}
		e.fill.links = append(e.fill.links, k)
		u.links = append(u.links, k)
		code.Words[l.N] = uint32(n)
	}
}

// link lets l jump straight to u.
func (e *Engine) link(l *link, u *unit) {
	to := int(e.entryAt(u, l.target) - e.cache.rx)
	e.cache.patch(l.at, arm64.Jump(to-int(l.at)))
	l.to = u
	u.in = append(u.in, l)
	e.stats.Links++
}

// unlink makes l's jump lead out again.
func (e *Engine) unlink(l *link) {
	e.cache.patch(l.at, arm64.Jump(int(l.tail)-int(l.at)))
	l.to = nil
}

// inside is the unit that can be entered at pc, though it begins elsewhere. e.mu is held.
func (e *Engine) inside(pc uint64, r regime) *unit {
	for _, u := range e.pages[pc>>pageShift] {
		if u.regime == r && !u.dead && u.entry >= 0 && u.text.Entry(pc) >= 0 {
			return u
		}
	}
	return nil
}

// entryAt is the host address at which u is entered for pc.
func (e *Engine) entryAt(u *unit, pc uint64) uintptr {
	return e.cache.rx + uintptr(u.entry) + uintptr(4*u.text.Entry(pc))
}

// learnJump has indirect branches find u.
func (c *CPU) learnJump(u *unit, _ uint64) {
	if pc := c.State().PC; pc < mirrorSize && u.regime == 0 {
		c.eng.setSlot(pc, c.eng.entryAt(u, pc))
		u.slots = append(u.slots, pc)
	}
}

// forgetJump takes u out of the mirror. e.mu is held.
func (e *Engine) forgetJump(u *unit) {
	for _, pc := range u.slots {
		e.setSlot(pc, 0)
	}
	u.slots = nil
}

func (c *CPU) forgetJump(*unit) {} // the mirror is everybody's

// forgetJumps empties the mirror. e.mu is held.
func (e *Engine) forgetJumps() {
	for _, u := range e.fill.order {
		e.forgetJump(u)
	}
}

// redirectJump has indirect branches lead to the engine instead of u. e.mu is held.
func (e *Engine) redirectJump(u, _ *unit) { e.forgetJump(u) }

// enterCode runs generated code from target on until it leaves.
func (c *CPU) enterCode(target uintptr) arm64.Exit {
	e, h := c.eng, &c.frame.Host
	x := arm64.Exit(enter(e.cache.rx+uintptr(e.stubs.Enter), uintptr(unsafe.Pointer(c.frame)), target))
	if x != arm64.ExitSite {
		return x
	}
	c.left = *(*arm64.Record)(hostPointer(uintptr(h.Site)))
	c.State().PC, c.owed = c.left.PC, int64(c.left.Left)
	if c.left.Kind == exitHook {
		h.Resume = h.Site + uint64(int64(c.left.N))
	}
	return c.left.Kind
}

// hookCalled is the hook that generated code was left for, and the instructions that were paid for and have not run.
func (c *CPU) hookCalled() (number uint64, ahead int64) { return c.left.Arg, c.owed }

// settle and syncFP: the guest's floating-point control and status are the host's own, and its budget is in memory.
func (c *CPU) settle() {}
func (c *CPU) syncFP() {}

// maker tells how single instructions are run.
type maker struct {
	lifter   lift.Lifter
	unit     ir.Unit
	rewriter *arm64.Rewriter
	options  arm64.Options
}

func newMaker() *maker {
	m := &maker{rewriter: arm64.NewRewriter(DetectHost(), arm64.MakeStubs())}
	m.options = arm64.Options{MaxInsns: 1, Lifted: lift.Supported, Constant: constant, MirrorLo: guestBits, MirrorHi: guestBits}
	return m
}

func (m *maker) made(word uint32) Made {
	m.lifter.Unit(&m.unit, 0, oneWord(word), &lift.Options{MaxInsns: 1})
	if how := madeOf(&m.unit); how != MadeNative {
		return how
	}
	src := probed{source: source{cfg: &Config{Guest: oneWord(word)}}}
	if m.rewriter.Unit(0, 0, &src, &m.options).Insns[0].Alone {
		return MadeHelper
	}
	return MadeNative
}

// listHost writes the code that the code at pc becomes. e.mu is held.
func (e *Engine) listHost(w io.Writer, pc uint64) {
	code := e.rewriter.Unit(pc, e.cache.used, &probed{source: e.source, after: e.lopt.After}, &e.options)
	for i, word := range code.Words {
		fmt.Fprintf(w, "%5x\t%08x\t%s\n", 4*i, word, a64.Listing(word, uint64(4*i)))
	}
}
