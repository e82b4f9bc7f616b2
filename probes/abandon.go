package probes

import "axol/jit"

// Abandon has a vCPU forget the hit that it is in the middle of, between two calls of its Run. After an exception that
// a kernel does not survive, such as an undefined instruction in a slot, the hit is never over: this is for who goes on all the same,
// with other code. Return probes' calls stay under way.
func (m *Manager) Abandon(c *jit.CPU) {
	ctl := c.Local.(*control)
	ctl.current, ctl.status, ctl.daif = nil, 0, 0
	ctl.prev.current, ctl.prev.status, ctl.prev.daif = nil, 0, 0
	ctl.pending, ctl.match = false, 0
	ctl.stepping, ctl.urets.stepping, ctl.running = nil, nil, nil
	ctl.dead = false
	for ctl.slotDepth() != 0 {
		ctl.leaveSlot()
	}
	ctl.el1.MDSCR = 0
	ctl.cpu.Hold(false)
	ctl.cpu.SetStep(false)
	ctl.setInner(false)
}
