package jit

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"axol/jit/ir"
	"axol/jit/lift"
)

// Guest is what the engine needs of the machine whose code it runs. Its methods are
// called from the threads of all vCPUs.
type Guest interface {
	// Fetch reads the instruction at pc; ok is false where the guest may not execute.
	Fetch(pc uint64) (word uint32, ok bool)
}

// Config describes an engine.
type Config struct {
	Guest Guest
	// MemBase is the host address of guest address 0, MemLimit the first guest address
	// that does not exist. The translator wants them equal, with 4 GiB of
	// inaccessible memory on either side.
	MemBase, MemLimit uint64

	Interp    bool  // evaluate by the interpreter, translate nothing
	Slice     int64 // guest instructions between looks for hot code; 0: 2^16 and more
	MaxInsns  int   // guest instructions in a unit, at most 192; 0: that
	Uncounted bool  // Insns, RunFor and budgets mean nothing, on a host where to count costs something
	CacheSize int   // bytes of generated code, or of IR, before everything is translated anew; 0: 128 MiB

	// Before, when set, may put operations in front of the instruction at pc as it is
	// lifted, and After behind it, unless it ends its block. One thread at a time calls
	// them, with the engine locked: they must not call it.
	Before func(b *ir.Builder, pc uint64)
	After  func(b *ir.Builder, pc uint64)
	// Inner is Before for code that a vCPU runs after SetInner: while something of the owner's is going on
	// outside of which that code stands. There is no After for it.
	Inner func(b *ir.Builder, pc uint64)
	// Hook, when set, is called for OpHook on the vCPU's thread, with State.PC at the
	// instruction in front of which the guest is. It may change all guest state; when it
	// changes PC, execution goes on there. It may call Invalidate. The number of a hook
	// that After put has HookAfter set.
	Hook func(c *CPU, number uint64)
	// Panicked, when set, is called with what Hook panicked with, and has then been Hook.
	Panicked func(c *CPU, r any)
	// Stepped, when set, is called when the instruction at pc was run on its own, by the
	// interpreter, because its unit was gone or could not go on: what After put behind
	// it has not been passed. State.PC is pc+4, and may be changed.
	Stepped func(c *CPU, pc uint64)

	// Trap, when set, is called on the vCPU's thread with what Run would return because the
	// guest took an exception other than SVC, with State as Run would leave it. It may change
	// all guest state, and x. If it returns true, the guest goes on as State says.
	Trap func(c *CPU, x *Exit) bool

	// Strict makes a bug of the translator a panic, for tests; otherwise the
	// interpreter takes the unit over, and Stats.Broken counts it.
	Strict bool

	// Off switches optimisations off.
	Off Off
	// Host is what the translator may use of the host; nil: all it has.
	Host *HostFeatures
}

// HookAfter marks the number of a hook that stands behind its instruction: when it was
// called and the unit is gone, the guest goes on with all that stands in front of the
// next instruction, and not with that instruction itself.
const HookAfter = 1 << 30

// HookActions marks the number of a hook that is to do actions (ir.OpActions), those of the index in bits 32
// and up and all behind it, because generated code could not, or because the interpreter runs the unit. Hook
// then changes nothing of the guest's state.
const HookActions = 1 << 29

// Off names the optimisations that can be switched off.
type Off struct {
	Forward, Fold, Common, DeadWrites, Peel bool // the passes of the IR

	Calls     bool // calls of small functions leave the unit
	Regions   bool // units end at their first branch
	Links     bool // every unit goes back to the engine
	JumpCache bool // indirect branches go back to the engine
	Tiers     bool // everything is a region at once
}

// Stats counts what an engine did. All counts are exact.
type Stats struct {
	Units       uint64 // translated
	Regions     uint64 // of these, regions
	Insns       uint64 // guest instructions in them
	HostBytes   uint64 // of code made for them
	Invalidated uint64 // units dropped because their code changed or a probe came or went
	Flushes     uint64 // times the code cache, or what there may be of IR, was full
	Helpers     uint64 // instructions evaluated by the interpreter from generated code
	Stops       uint64 // stops in the middle of a unit
	Links       uint64 // direct branches linked
	Lookups     uint64 // indirect branches that the jump cache did not know
	Broken      uint64 // units the translator gave up on: a bug; the interpreter runs them
}

const (
	defaultCacheSize = 128 << 20
	maxUnitInsns     = 192
	maxUnitBytes     = 256 << 10 // no unit is larger
)

// Engine translates and runs the code of one guest.
type Engine struct {
	cfg Config
	host

	mu    sync.Mutex
	cpus  []*CPU                       // guarded by mu
	units [numRegimes]map[uint64]*unit // guarded by mu
	pages map[uint64][]*unit           // guarded by mu: by guest page
	fill  *filling                     // guarded by mu
	irs   int                          // guarded by mu: bytes of IR the interpreter's units have
	drops atomic.Uint64                // counts units dropped, and flushes; changed with mu held
	stats Stats                        // guarded by mu

	guarded atomic.Pointer[func(pc uint64) bool] // what Guard was told

	cache  *cache
	lifter lift.Lifter  // guarded by mu, as are the next three
	opt    ir.Optimizer //
	unit   ir.Unit      // being translated
	source source       //
	lopt   lift.Options //
}

// filling is what the code cache is filled with, from one flush to the next. A CPU keeps the
// one its generated code was of.
type filling struct {
	order []*unit // guarded by Engine.mu: by place in the code cache
	links []*link // guarded by Engine.mu: by number
}

// source lets the lifter see the guest's code, and others put theirs in front of it.
type source struct {
	cfg   *Config
	inner bool
}

func (s source) Fetch(pc uint64) (uint32, bool) { return s.cfg.Guest.Fetch(pc) }

func (s source) Before(b *ir.Builder, pc uint64) {
	before := s.cfg.Before
	if s.inner {
		before = s.cfg.Inner
	}
	if before != nil {
		before(b, pc)
	}
}

// New makes an engine.
func New(cfg Config) (*Engine, error) {
	if cfg.CacheSize == 0 {
		cfg.CacheSize = defaultCacheSize
	}
	e := &Engine{cfg: cfg, pages: map[uint64][]*unit{}, fill: &filling{}}
	e.source = source{cfg: &e.cfg}
	for r := range e.units {
		e.units[r] = map[uint64]*unit{}
	}
	e.opt.Passes = ir.Passes{Forward: !cfg.Off.Forward, Fold: !cfg.Off.Fold, Common: !cfg.Off.Common, DeadWrites: !cfg.Off.DeadWrites, Peel: !cfg.Off.Peel}
	if cfg.MaxInsns == 0 {
		e.cfg.MaxInsns = maxUnitInsns
	}
	e.lopt = lift.Options{MaxInsns: min(e.cfg.MaxInsns, maxUnitInsns), Region: !cfg.Off.Regions, Calls: !cfg.Off.Calls, After: cfg.After}
	if cfg.Interp {
		return e, nil
	}
	if err := e.open(); err != nil {
		return nil, err
	}
	return e, nil
}

// Stats is what the engine did so far.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.stats
}

// Close frees the engine. None of its CPUs may run.
func (e *Engine) Close() {
	if e.cache != nil {
		e.closeHost()
	}
}

// lookup finds or makes the unit for pc, which was come to by l, nil: otherwise. There is none where
// the guest cannot execute.
func (e *Engine) lookup(pc uint64, r regime, l *link) *unit {
	if u := e.units[r][pc]; u != nil {
		return u
	}
	if u := e.inside(pc, r); u != nil {
		return u
	}
	if _, ok := e.cfg.Guest.Fetch(pc); !ok {
		return nil
	}
	u := e.translate(pc, r, !e.tiered())
	u.root = e.rootOf(u, l)
	return u
}

// translate makes a unit for pc: a region, or a block. e.mu is held.
func (e *Engine) translate(pc uint64, r regime, region bool) *unit {
	if e.cfg.Interp {
		return e.lift(pc, r)
	}
	if !e.cache.room(maxUnitBytes) {
		e.flush()
	}
	u := e.make(pc, r, region)
	if u == nil {
		e.stats.Broken++
		u = e.lift(pc, r)
		u.entry = -1
		return u
	}
	e.fill.order = append(e.fill.order, u)
	e.enter(u)
	return u
}

// enter makes a unit known, instead of one that was.
func (e *Engine) enter(u *unit) {
	if old := e.units[u.regime][u.pc]; old != nil {
		e.supersede(old, u)
	}
	e.units[u.regime][u.pc] = u
	u.pages(func(p uint64) { e.pages[p] = append(e.pages[p], u) })
	e.stats.Units++
	if u.region {
		e.stats.Regions++
	}
	e.stats.Insns += uint64(u.insns)
}

// lift makes a unit for the interpreter.
func (e *Engine) lift(pc uint64, r regime) *unit {
	if e.irs > e.cfg.CacheSize {
		e.flush()
	}
	native := e.lopt.Native
	e.lopt.Native = nil
	defer func() { e.lopt.Native = native }()
	u := &unit{pc: pc, regime: r, ir: &ir.Unit{}}
	e.raise(u.ir, pc, r, true)
	u.insns, u.code = u.ir.Insns(), u.ir.Code
	e.irs += cap(u.ir.Insts) * int(unsafe.Sizeof(ir.Inst{}))
	e.enter(u)
	return u
}
