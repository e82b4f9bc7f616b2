package probes

import (
	"axol/jit"
	"axol/jit/ir"
)

// Before is for [jit.Config]: it puts the probes on the instruction at pc in front of it.
//
// The instruction itself then runs in its place. What the kernel executes in a slot or
// simulates has the same visible result, apart from the instructions whose verdict names
// a hazard: those do what they do without a probe, not what they would do in a slot.
func (m *Manager) Before(b *ir.Builder, pc uint64) {
	m.behind.wanted = false
	s, ch := m.inline(b, pc)
	switch {
	case ch == nil:
	case !ch.hook:
		for _, p := range ch.all {
			if p.off.Load() {
				continue
			}
			b.Emit(ir.Inst{Op: ir.OpCount, Imm: uint64(p.counter)})
		}
		if a := ch.actions; a != nil {
			b.Actions(uint64(s.number)|jit.HookActions|a.serial<<serialShift, a.list)
		}
	default:
		b.Emit(ir.Inst{Op: ir.OpHook, Imm: uint64(s.number)})
		m.behind.pc, m.behind.number = pc, uint64(s.number)
		m.behind.wanted = ch.post && s.verdict.Class == Stepped
	}
}

// Inner is for [jit.Config]: the same for code that runs while a hit is under way. Every probe is called, to
// be missed.
func (m *Manager) Inner(b *ir.Builder, pc uint64) {
	if s, ch := m.inline(b, pc); ch != nil {
		b.Emit(ir.Inst{Op: ir.OpHook, Imm: uint64(s.number)})
	}
}

// inline is the site at pc and its chain, nil if they have nothing to do with the translation of the
// instruction. Stubs are dealt with, and what every hit does to the guest: the return from its exception clears the
// exclusive monitor.
func (m *Manager) inline(b *ir.Builder, pc uint64) (*site, *chain) {
	s := m.sites.at(pc)
	if s == nil {
		if pc-m.stubs.base < slotPageLen {
			m.stubs.hook(b, pc)
		}
		return nil, nil
	}
	ch := s.chain.Load()
	if ch == nil || ch.trap {
		return nil, nil
	}
	want := s.word
	if m.cfg.Placement == PlaceText {
		want = s.breakpoint()
	}
	if w, ok := m.cfg.Text(pc); !ok || w != want {
		return nil, nil // other code stands here now: the kernel's breakpoint would be gone
	}
	b.Emit(ir.Inst{Op: ir.OpClearEx})
	return s, ch
}

// Fetch is what the engine executes at pc: not always what is in guest memory.
func (m *Manager) fetch(pc uint64) (uint32, bool) {
	if pc >= userStubs && m.cfg.Placement == PlaceShadow {
		if w, ok := m.unplaced(pc); ok {
			return w, true
		}
	}
	w, ok := m.cfg.Text(pc)
	if !ok {
		return 0, false
	}
	s := m.sites.at(pc)
	if s == nil {
		return w, true
	}
	ch := s.chain.Load()
	switch {
	case m.cfg.Placement == PlaceText && w == s.breakpoint() && (ch == nil || !ch.trap):
		return s.word, true
	case m.cfg.Placement == PlaceShadow && w == s.word && ch != nil && ch.trap:
		return s.breakpoint(), true
	}
	return w, true
}

// unplaced is the text of slots and stubs that are in no memory.
func (m *Manager) unplaced(pc uint64) (uint32, bool) {
	if w, ok := m.stubs.word(pc); ok {
		return w, true
	}
	if pc == m.userStubs {
		return brkWord(immUprobe), true
	}
	if w, ok := m.slots.word(pc); ok {
		return w, true
	}
	return m.userSlots.word(pc)
}

// fetcher is the guest as the engine sees it.
type fetcher struct{ m *Manager }

func (g fetcher) Fetch(pc uint64) (uint32, bool) { return g.m.fetch(pc) }

// Into makes the manager part of an engine: of its Config, before the engine is made.
func (m *Manager) Into(cfg jit.Config) jit.Config {
	cfg.Guest = fetcher{m}
	cfg.Before, cfg.After, cfg.Inner, cfg.Hook, cfg.Panicked = m.Before, m.After, m.Inner, hook, caught
	cfg.Stepped, cfg.Trap = m.Stepped, m.Trap
	return cfg
}

// After is for [jit.Config]: it puts post handlers behind the instruction at pc.
func (m *Manager) After(b *ir.Builder, pc uint64) {
	if m.behind.wanted && m.behind.pc == pc {
		b.Emit(ir.Inst{Op: ir.OpHook, Imm: m.behind.number | jit.HookAfter})
	}
}
