package probes

import (
	"encoding/binary"
	"fmt"
	"slices"
	"syscall"

	"axol/jit/a64"
)

// Register puts a probe on its instruction. When it returns, no vCPU passes the instruction
// without hitting it. A probe that was unregistered can be registered again, and counts from 0.
//
// It may be called while the guest runs, and by a handler. The error is an *Error:
//
//   - EINVAL: both or neither of Symbol and Addr are set; the probe is registered; the
//     address is not executable, or not a multiple of 4; the rules refuse the instruction.
//   - ENOENT: there is no such symbol.
//   - ENOMEM: too many probes, or no page for another slot.
//   - with Config.Kernel, EINVAL or ENOENT as well for what Kernel refuses.
//
// Other than the kernel from v6.0 on, it takes addresses that belong to no symbol: programs
// may be stripped.
func (m *Manager) Register(p *Kprobe) error {
	self := m.lock()
	defer m.unlock(self)
	return m.register(p)
}

func (m *Manager) register(p *Kprobe) error {
	addr, err := m.resolve(p)
	if err != nil {
		return err
	}
	if p.site != nil {
		return &Error{Place: m.place(addr), Reason: "it is already registered", Errno: syscall.EINVAL}
	}
	kind := KindKprobe
	if p.user() != nil {
		kind = KindUprobe
	}
	if err := m.mayProbe(addr, kind); err != nil {
		return err
	}
	s := m.sites.at(addr)
	if s == nil {
		if s, err = m.newSite(addr, kind); err != nil {
			return err
		}
	} else if s.kind != kind {
		return &Error{Place: m.place(addr), Reason: "there is a " + s.kind.String(), Errno: ENOTSUPP}
	}
	counter, shows, ok := m.counters.take()
	if !ok {
		m.giveSlot(s)
		return &Error{Place: m.place(addr), Reason: "no counter is left: too many probes", Errno: syscall.ENOMEM}
	}
	p.site, p.manager, p.counter, p.count = s, m, int32(counter), shows
	p.off.Store(p.Disabled)
	p.missed.Store(0)
	if len(s.probes) == 0 {
		m.sites.add(s)
	}
	if p.jump() != nil {
		s.probes = slices.Concat(s.probes, []*Kprobe{p}) // jprobes come last
	} else {
		s.probes = slices.Concat([]*Kprobe{p}, s.probes)
	}
	m.publish(s)
	return nil
}

// RegisterAll registers all of the probes, or, at the first error, none. The error is one of Register's, or
// EINVAL for an empty list.
func (m *Manager) RegisterAll(probes []*Kprobe) error {
	return registerAll(m, probes, m.Register, m.Unregister)
}

func registerAll[P any](m *Manager, probes []P, register, unregister func(P) error) error {
	if len(probes) == 0 {
		return &Error{Place: "nowhere", Reason: "no probes are given", Errno: syscall.EINVAL}
	}
	for i, p := range probes {
		if err := register(p); err != nil {
			for _, done := range slices.Backward(probes[:i]) {
				_ = unregister(done) // it is registered
			}
			return err
		}
	}
	return nil
}

// Unregister takes a probe away. When it returns, none of its handlers runs, nor will;
// called by a handler, it does not wait for that one, nor for handlers that themselves wait
// for a change of probes. The error, EINVAL, is that the probe is not registered here.
func (m *Manager) Unregister(p *Kprobe) error {
	self := m.lock()
	defer m.unlock(self)
	return m.unregister(p, self)
}

// unregister is Unregister with mu held.
func (m *Manager) unregister(p *Kprobe, self *control) error {
	s := p.site
	if s == nil || p.manager != m {
		return m.unknown(p)
	}
	p.off.Store(true)
	s.probes = slices.DeleteFunc(slices.Clone(s.probes), func(x *Kprobe) bool { return x == p })
	m.publish(s)
	m.counters.settle(self)
	hits := m.hits(p)
	m.counters.give(int(p.counter))
	p.site, p.count = nil, hits
	if rp := p.ret(); rp != nil {
		rp.at.Store(nil)
	}
	if len(s.probes) == 0 {
		m.sites.remove(s)
		m.giveSlot(s)
	}
	return nil
}

// Enable arms a disabled probe, with the same guarantee as Register. The error, EINVAL, is
// that the probe is not registered here.
func (m *Manager) Enable(p *Kprobe) error {
	self := m.lock()
	defer m.unlock(self)
	if p.site == nil || p.manager != m {
		return m.unknown(p)
	}
	if p.off.Swap(false) {
		m.publish(p.site)
	}
	return nil
}

// Disable disarms a probe, with the same guarantee as Unregister; the probe stays, and is
// told of misses while others of its instruction are armed. The error, EINVAL, is that the
// probe is not registered here.
func (m *Manager) Disable(p *Kprobe) error {
	self := m.lock()
	defer m.unlock(self)
	if p.site == nil || p.manager != m {
		return m.unknown(p)
	}
	if !p.off.Swap(true) {
		m.publish(p.site)
	}
	m.counters.settle(self)
	return nil
}

// disable is Disable for a handler that panicked or wants no more hits; it says where the probe stands, if it is
// registered. If it has left s meanwhile, it is not meant.
func (m *Manager) disable(p *Kprobe, s *site) (at uint64, ok bool) {
	self := m.lock()
	defer m.unlock(self)
	if p.site == nil || s != nil && p.site != s {
		return 0, false
	}
	if !p.off.Swap(true) {
		m.publish(p.site)
	}
	return p.site.addr, true
}

// Enabled says whether the probe is registered here and not disabled.
func (m *Manager) Enabled(p *Kprobe) bool {
	defer m.unlock(m.lock())
	return p.site != nil && p.manager == m && !p.off.Load()
}

func (m *Manager) unknown(p *Kprobe) error {
	place := "nowhere"
	if addr, err := m.resolve(p); err == nil {
		place = m.place(addr)
	}
	return &Error{Place: place, Reason: "it is not registered", Errno: syscall.EINVAL}
}

// resolve is the address of a probe.
func (m *Manager) resolve(p *Kprobe) (uint64, error) {
	switch {
	case p.Symbol == "" && p.Addr == 0:
		return 0, &Error{Place: "nowhere", Reason: "neither a symbol nor an address is given", Errno: syscall.EINVAL}
	case p.Symbol != "" && p.Addr != 0:
		return 0, &Error{Place: p.Symbol, Reason: "both a symbol and an address are given", Errno: syscall.EINVAL}
	case p.Symbol == "":
		return p.Addr + p.Offset, nil
	}
	f, ok := m.cfg.Symbols().Lookup(p.Symbol)
	if !ok {
		return 0, &Error{Place: p.Symbol, Reason: "no such symbol", Errno: syscall.ENOENT}
	}
	return f.Addr + p.Offset, nil
}

// mayProbe says what speaks against a probe at addr before the instruction is looked at.
func (m *Manager) mayProbe(addr uint64, kind Kind) error {
	refuse := func(reason string, errno syscall.Errno) error {
		return &Error{Place: m.place(addr), Reason: reason, Errno: errno}
	}
	if m.cfg.Placement == PlaceText {
		if m.cfg.MapPage == nil || m.cfg.Poke == nil {
			return refuse("the guest's memory cannot have breakpoints", syscall.ENOMEM)
		}
		if m.unmapped != nil {
			return refuse("no page for slots: "+m.unmapped.Error(), syscall.ENOMEM)
		}
	}
	if kind == KindKprobe && m.cfg.kernel() {
		if errno, reason := m.cfg.Kernel.refuses(m.cfg.Rules, m.cfg.Symbols(), addr); errno != 0 {
			return refuse(reason, errno)
		}
	}
	if _, ok := m.cfg.Text(addr &^ 3); !ok {
		if kind == KindUprobe {
			return refuse("not executable code", syscall.EIO)
		}
		return refuse("not executable code", syscall.EINVAL)
	}
	if addr&3 != 0 {
		return refuse("not a multiple of 4", syscall.EINVAL)
	}
	return nil
}

// newSite asks the rules about the instruction at addr, and gives it a slot if it needs one.
func (m *Manager) newSite(addr uint64, kind Kind) (*site, error) {
	refuse := func(reason string, errno syscall.Errno, v Verdict) (*site, error) {
		return nil, &Error{Place: m.place(addr), Reason: reason, Errno: errno, Verdict: v}
	}
	rules, from := m.cfg.Rules, &m.slots
	if kind == KindUprobe {
		rules, from = m.userRules, &m.userSlots
	}
	word, _ := m.cfg.Text(addr)
	if kind == KindUprobe && word == brkWord(immUprobe) {
		return refuse("there is a breakpoint already", ENOTSUPP, Verdict{})
	}
	v, ok := ClassifyAt(rules, m.text, m.placeOf(addr))
	if !ok {
		return refuse("not executable code", syscall.EINVAL, v)
	}
	if v.Class == Rejected {
		return refuse(fmt.Sprintf("%s: %s refuses it: %s", a64.Listing(word, addr), rules.Name, v.Reason), syscall.EINVAL, v)
	}
	m.made++
	s := &site{addr: addr, word: word, verdict: v, kind: kind, seq: uint32(m.made)}
	if v.Class == Stepped {
		m.bury()
		var err error
		if s.slot, err = from.take(word); err != nil {
			return refuse("no slot: "+err.Error(), syscall.ENOMEM, v)
		}
	}
	return s, nil
}

// giveSlot takes the slot of a site that is gone back, unless a vCPU executes it.
func (m *Manager) giveSlot(s *site) {
	if s.slot == 0 || len(s.probes) > 0 {
		return
	}
	if m.inSlot(s) {
		m.zombies = append(m.zombies, s)
		return
	}
	from := &m.slots
	if s.kind == KindUprobe {
		from = &m.userSlots
	}
	m.code.Invalidate(s.slot, s.slot+from.size)
	from.give(s.slot)
}

// bury gives the slots back that were still in use when their sites went.
func (m *Manager) bury() {
	zombies := m.zombies
	m.zombies = nil
	for _, s := range zombies {
		m.giveSlot(s)
	}
}

// patch puts a breakpoint into guest memory, or the instruction back.
func (m *Manager) patch(s *site, arm bool) {
	from, to := s.word, s.breakpoint()
	if !arm {
		from, to = to, from
	}
	// What is not there any more was replaced by the guest: the probe has lost its instruction.
	if w, ok := m.cfg.Text(s.addr); ok && w == from {
		_ = m.cfg.Poke(s.addr, binary.LittleEndian.AppendUint32(nil, to))
	}
}

// breakpoint is the word of the site's breakpoint.
func (s *site) breakpoint() uint32 {
	if s.kind == KindUprobe {
		return brkWord(immUprobe)
	}
	return brkWord(immKprobe)
}

// text is the guest's code as the kernel's scan for exclusive sequences finds it: with the
// breakpoints of armed probes in it.
func (m *Manager) text(addr uint64) (uint32, bool) {
	if s := m.sites.at(addr); s != nil && s.chain.Load() != nil {
		return s.breakpoint(), true
	}
	return m.cfg.Text(addr)
}

// placeOf is what the rules want to know of an address. The base of the text is looked for
// no further than they look back, and if they do.
func (m *Manager) placeOf(addr uint64) Place {
	p := Place{Addr: addr, TextBase: addr}
	if f, _, ok := m.cfg.Symbols().At(addr); ok {
		p.Symbol, p.HasSymbol = f.Addr, true
	}
	if !m.cfg.Rules.CrossingScan {
		return p
	}
	for range scanWords + 1 {
		if _, ok := m.cfg.Text(p.TextBase - 4); !ok {
			break
		}
		p.TextBase -= 4
	}
	return p
}

// place names an address for people.
func (m *Manager) place(addr uint64) string {
	if name := m.symbolize(addr); name != "" {
		return fmt.Sprintf("%s (%#x)", name, addr)
	}
	return fmt.Sprintf("%#x", addr)
}

// symbolize is an address as the kernel's %pS has it, without the size.
func (m *Manager) symbolize(addr uint64) string { return m.cfg.Symbols().Describe(addr) }

// sysICIVAU is IC IVAU in bits 20:5 of SYS.
const sysICIVAU = 0x5ba9

// endsUnit says that the translator ends a unit with this instruction, though it does not
// have the kernel simulate it.
func endsUnit(word uint32) bool {
	switch in := a64.Decode(word); in.Op {
	case a64.OpBcCond, a64.OpWfet, a64.OpWfit:
		return true
	case a64.OpSys:
		return in.SysReg() == sysICIVAU
	}
	return false
}
