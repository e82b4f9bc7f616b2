package probes

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"axol/jit"
	"axol/probes/trace"
	"axol/runtime"
	"axol/runtime/elf"
)

// Config is the guest whose code is probed. The functions are called from any thread.
type Config struct {
	Rules *Rules
	// Text reads the guest's code; it fails where the guest may not execute.
	Text Code
	// Memory reads the guest's data.
	Memory Memory
	// Symbols is the functions of the guest, nil for none. It is not called before Register.
	Symbols func() *elf.Symbols
	// File finds a file that the guest may map. Whoever has it tells the manager when mappings of code change
	// (Remapped). Without it there are no uprobe events.
	File func(path string) (MappedFile, error)
	// Comm is the name $comm stands for.
	Comm string
	// Trace takes what events record and what their histograms count. Without one events only count hits.
	Trace *trace.Buffer
	// NoRecords: events record nothing, they only feed histograms.
	NoRecords bool
	// Fidelity is how a hit is taken, Placement where breakpoints are. Both look the same to handlers, and to
	// what the guest's code computes.
	Fidelity  Fidelity
	Placement Placement
	// Write writes the guest's data, Poke its code. MapPage makes an executable page for slots. Text
	// placement needs the last two, jprobes and the return probes of kernels before v6.13 the first.
	Write   Write
	Poke    Poke
	MapPage func() (addr uint64, err error)
	// Kernel, if the guest is one, or a piece of one, says what must not be probed in it. Without one,
	// exceptions that are no probe's are left alone, and every fault is of a user's address.
	Kernel *Kernel
	// PState is PSTATE at the beginning, 0 for EL1 with nothing masked.
	PState uint64
	// CPUs is how many processors the kernel believes to have.
	CPUs int
	// JprobeStack: a jprobe's handler may also change the top of the stack, which is put back, as in the
	// series that was reviewed (and not in what landed).
	JprobeStack bool
	// PanicStops: a handler that panics is the end of the guest (jit.ExitDead). Else the guest goes on, and
	// the handler's probe is disabled.
	PanicStops bool
	// Report is told, a line at a time, what went wrong in a handler. The default is
	// standard error.
	Report func(line string)
}

// Write stores a little-endian value of 1, 2, 4 or 8 bytes; it fails where the guest's access would.
type Write func(addr uint64, size int, value uint64) bool

// Poke writes code, whether or not the guest may.
type Poke func(addr uint64, code []byte) error

// Fidelity is how a hit is taken.
type Fidelity uint8

const (
	// Inline: the probe is part of the translated instruction. No exception is taken.
	Inline Fidelity = iota
	// Trap: the instruction is a breakpoint, and everything happens that the architecture and
	// the kernel have happen: the exception, the slot, its end, the return.
	Trap
)

func (f Fidelity) String() string { return [...]string{"inline", "trap"}[f] }

// Placement is where breakpoints are.
type Placement uint8

const (
	// PlaceShadow: in what the engine fetches. Guest memory is as it was.
	PlaceShadow Placement = iota
	// PlaceText: in guest memory, as on real machines; and so are the slots.
	PlaceText
)

func (p Placement) String() string { return [...]string{"shadow", "text"}[p] }

// kernel says that the guest is a kernel.
func (c *Config) kernel() bool { return c.Kernel != nil }

// Translations is what the manager needs of the engine.
type Translations interface {
	// Invalidate drops what was made from guest code in [lo, hi). No vCPU runs it any
	// more when it returns.
	Invalidate(lo, hi uint64) int
}

// Manager has the probes of one guest. Into makes it part of an engine; all vCPUs must be attached.
//
// # Who owns what
//
//   - mu serialises everything that changes probes. It is held while the engine drops
//     translations, and while others' handlers are waited for.
//   - The table of sites has locks of its own which are held for a look only, because the
//     engine asks (Before) while it is locked.
//   - What a hit runs is in the site's chain, which is never changed but replaced.
//   - A vCPU's control block belongs to the vCPU's thread, but for its atomic fields.
type Manager struct {
	cfg Config

	mu     sync.Mutex
	code   Translations // set by Bind
	events []*Event
	made   uint64 // sites made so far
	serial uint64 // of chains that have actions

	userRules *Rules
	slots     slots // of kprobes
	userSlots slots // of uprobes
	stubs     *stubs
	userStubs uint64  // where functions with uretprobes return to: BRK #5
	zombies   []*site // guarded by mu: gone, but a vCPU was in the slot
	disarmed  bool    // guarded by mu: kprobes/enabled is 0
	unmapped  error   // why there are no pages for text placement
	warned    sync.Map

	sites    table
	counters counters

	slotEntries, slotExits int // counters

	files   atomic.Int32 // events of uprobes
	mapping atomic.Int32 // the thread that maps pages for the manager

	symbolizer func(addr uint64) string // symbolizeSized, made once

	// behind is set by Before for the After of the same instruction. Both are called with
	// the engine's lock held.
	behind struct {
		pc     uint64
		number uint64
		wanted bool
	}
}

// New makes a manager. Nothing can be registered before Bind.
func New(cfg Config) *Manager {
	if cfg.Report == nil {
		cfg.Report = func(line string) { fmt.Fprintln(os.Stderr, line) }
	}
	if cfg.Symbols == nil {
		none := elf.NewSymbols(nil)
		cfg.Symbols = func() *elf.Symbols { return none }
	}
	m := &Manager{cfg: cfg}
	m.symbolizer = m.symbolizeSized
	if m.cfg.PState == 0 {
		m.cfg.PState = runtime.ModeEL1h
	}
	m.slotEntries, _, _ = m.counters.take()
	m.slotExits, _, _ = m.counters.take()
	m.userRules = cfg.Rules.ForUprobes()
	m.slots = slots{size: 8, base: kernelSlots}
	if cfg.Rules.mech.hardwareStep {
		m.slots.size = 4
	}
	m.userSlots = slots{size: 4, base: userSlots}
	m.stubs, m.userStubs = makeStubs(&cfg.Rules.mech, kernelStubs), userStubs
	if cfg.Placement == PlaceText && cfg.MapPage != nil {
		m.unmapped = m.placeInText()
	}
	return m
}

// placeInText puts stubs and slots into guest memory.
func (m *Manager) placeInText() error {
	base, err := m.cfg.MapPage()
	if err != nil {
		return err
	}
	m.stubs = makeStubs(&m.cfg.Rules.mech, base)
	m.userStubs = base + slotPageLen - 4
	m.stubs.words[len(m.stubs.words)-1] = brkWord(immUprobe)
	m.slots.mapPage, m.slots.poke = m.cfg.MapPage, m.cfg.Poke
	m.userSlots.mapPage, m.userSlots.poke = m.cfg.MapPage, m.cfg.Poke
	return m.stubs.toMemory(m.cfg.Poke)
}

// warnOnce reports a line, but once.
func (m *Manager) warnOnce(line string) {
	if _, said := m.warned.LoadOrStore(line, true); !said {
		m.cfg.Report(line)
	}
}

// Bind tells the manager the engine that it has been given to.
func (m *Manager) Bind(code Translations) { m.code = code }

// Rules is the kernel whose rules hold.
func (m *Manager) Rules() *Rules { return m.cfg.Rules }

// Attach must be called for every vCPU before it runs.
func (m *Manager) Attach(c *jit.CPU) {
	ctl := &control{m: m}
	ctl.Hit = Hit{cpu: c, st: c.State(), control: ctl}
	ctl.el1.PState = m.cfg.PState
	ctl.pstate = m.cfg.PState
	c.Local = ctl
	m.attachRing(ctl)
	m.counters.attach(ctl)
}

// attachRing gives a vCPU its ring, without which it records nothing.
func (m *Manager) attachRing(ctl *control) {
	if m.cfg.Trace == nil {
		return
	}
	ctl.ring = m.cfg.Trace.NewRing()
	ctl.st.Ring = uint64(uintptr(unsafe.Pointer(ctl.ring.Words())))
}

// Detach must be called before a vCPU is closed. Its counts, and what it recorded, are kept.
func (m *Manager) Detach(c *jit.CPU) {
	m.counters.detach(c)
	c.Local.(*control).rets.end()
	if ctl := c.Local.(*control); ctl.ring != nil {
		m.cfg.Trace.Finish(ctl.ring)
	}
}

// serialShift is where a hook's number has the serial number of the actions it is to do. Below are the number
// of the first of them, and of the site.
const serialShift = 40

// lock begins a change of probes. A handler may make one: while it waits, it says so,
// because who holds the lock may be waiting for handlers to end.
func (m *Manager) lock() (self *control) {
	self = m.counters.running()
	if self != nil {
		self.waiting.Store(true)
	}
	m.mu.Lock()
	return self
}

func (m *Manager) unlock(self *control) {
	m.mu.Unlock()
	if self != nil {
		self.waiting.Store(false)
	}
}

// publish makes what s.probes says what hits run. The translations of the instruction are
// dropped if they must change. mu is held.
func (m *Manager) publish(s *site) {
	old := s.chain.Load()
	var now *chain
	if !m.disarmed || s.kind == KindUprobe {
		now = newChain(s.probes, m.cfg.Fidelity == Trap || s.verdict.Reason != NoReason || m.cfg.Rules.mech.losesReenter)
		if now != nil && now.post && s.verdict.Class == Stepped && endsUnit(s.word) {
			now.trap = true
		}
	}
	if a := now.does(); a != nil {
		m.serial++
		a.serial = m.serial & (1<<(64-serialShift) - 1)
	}
	s.replaced.Store(old.does())
	s.chain.Store(now)
	if m.cfg.Placement == PlaceText && (old == nil) != (now == nil) {
		m.patch(s, now != nil)
	}
	if old.emits(now) {
		return
	}
	m.code.Invalidate(s.addr, s.addr+4)
}

// Hits is how many times the probe was hit, on all vCPUs.
func (m *Manager) Hits(p *Kprobe) uint64 {
	defer m.unlock(m.lock())
	return m.hits(p)
}

// hits is Hits with mu held.
func (m *Manager) hits(p *Kprobe) uint64 {
	if p.site == nil || p.manager != m {
		return p.count
	}
	return m.counters.sum(int(p.counter)) - p.count
}

// Probes is all registered probes, by address, and newest first where there are several.
func (m *Manager) Probes() []*Kprobe {
	defer m.unlock(m.lock())
	all := m.sites.all()
	slices.SortFunc(all, func(a, b *site) int { return cmp.Compare(a.addr, b.addr) })
	var probes []*Kprobe
	for _, s := range all {
		probes = append(probes, s.probes...)
	}
	return probes
}

// Address is where a registered probe stands, 0 otherwise.
func (m *Manager) Address(p *Kprobe) uint64 {
	defer m.unlock(m.lock())
	if p.site == nil {
		return 0
	}
	return p.site.addr
}

// Flags of a probe, as struct kprobe has them. Probes are never optimised, nor ftrace's, on arm64.
const (
	FlagGone        = 1
	FlagDisabled    = 2
	FlagOnFuncEntry = 16
)

// Flags is a registered probe's flags, 0 otherwise.
func (m *Manager) Flags(p *Kprobe) (flags uint32) {
	defer m.unlock(m.lock())
	if p.site == nil || p.manager != m {
		return 0
	}
	if p.off.Load() {
		flags |= FlagDisabled
	}
	if m.atEntry(p.site.addr) {
		flags |= FlagOnFuncEntry
	}
	return flags
}
