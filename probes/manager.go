package probes

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"sync"
	"unsafe"

	"axol/jit"
	"axol/probes/trace"
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
	// Comm is the name $comm stands for.
	Comm string
	// Trace takes what events record and what their histograms count. Without one events only count hits.
	Trace *trace.Buffer
	// NoRecords: events record nothing, they only feed histograms.
	NoRecords bool
	// Report is told, a line at a time, what went wrong in a handler. The default is
	// standard error.
	Report func(line string)
}

// Translations is what the manager needs of the engine.
type Translations interface {
	// Invalidate drops what was made from guest code in [lo, hi). No vCPU runs it any
	// more when it returns.
	Invalidate(lo, hi uint64) int
}

// Manager has the probes of one guest. Its Before, After, Hook and Stepped are for
// [jit.Config]; all vCPUs must be attached.
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

	sites    table
	counters counters

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
	return m
}

// Bind tells the manager the engine that it has been given to.
func (m *Manager) Bind(code Translations) { m.code = code }

// Rules is the kernel whose rules hold.
func (m *Manager) Rules() *Rules { return m.cfg.Rules }

// Attach must be called for every vCPU before it runs.
func (m *Manager) Attach(c *jit.CPU) {
	ctl := &control{m: m}
	ctl.Hit = Hit{cpu: c, st: c.State(), control: ctl}
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
	old, now := s.chain.Load(), newChain(s.probes)
	if a := now.does(); a != nil {
		m.serial++
		a.serial = m.serial & (1<<(64-serialShift) - 1)
	}
	s.replaced.Store(old.does())
	s.chain.Store(now)
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
		return p.final
	}
	return m.counters.sum(p.counter) - p.base
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
