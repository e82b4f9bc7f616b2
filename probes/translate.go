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
	s := m.sites.at(pc)
	if s == nil {
		return
	}
	if w, ok := m.cfg.Text(pc); !ok || w != s.word {
		return // other code stands here now: the kernel's breakpoint would be gone
	}
	ch := s.chain.Load()
	switch {
	case ch == nil:
	case !ch.hook:
		for _, p := range ch.armed {
			b.Emit(ir.Inst{Op: ir.OpCount, Imm: uint64(p.counter)})
		}
		if a := ch.actions; a != nil {
			b.Actions(s.number|jit.HookActions|a.serial<<serialShift, a.list)
		}
	default:
		b.Emit(ir.Inst{Op: ir.OpHook, Imm: s.number})
		m.behind.pc, m.behind.number = pc, s.number
		m.behind.wanted = ch.post && s.verdict.Class == Stepped
	}
}

// After is for [jit.Config]: it puts post handlers behind the instruction at pc.
func (m *Manager) After(b *ir.Builder, pc uint64) {
	if m.behind.wanted && m.behind.pc == pc {
		b.Emit(ir.Inst{Op: ir.OpHook, Imm: m.behind.number | jit.HookAfter})
	}
}
