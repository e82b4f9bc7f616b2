package probes

// Who takes a slot back must know whether a vCPU executes it. The vCPU says so in two of its counters, which others may
// read, with plain stores: those are behind its being in a handler, for which others wait first, and
// an atomic store would cost a tenth of a hit.

// enterSlot says that the vCPU goes into the slot of s, in which kicks wait.
func (ctl *control) enterSlot(s *site) {
	if ctl.slotted.Load() != s {
		ctl.slotted.Store(s)
	}
	ctl.cpu.Count(ctl.m.slotEntries)
	ctl.cpu.Hold(true)
}

// leaveSlot says that it is not there any more.
func (ctl *control) leaveSlot() {
	ctl.cpu.Count(ctl.m.slotExits)
	ctl.cpu.Hold(false)
}

// slotDepth is how many slots the vCPU is in: more than one if a hit was nested in that of another.
func (ctl *control) slotDepth() uint64 {
	return ctl.cpu.Counter(ctl.m.slotEntries) - ctl.cpu.Counter(ctl.m.slotExits)
}

// inSlot says whether a vCPU may be in the slot of a site.
func (m *Manager) inSlot(s *site) bool {
	k := &m.counters
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, ctl := range k.cpus {
		if depth := ctl.slotDepth(); depth > 1 || depth == 1 && ctl.slotted.Load() == s {
			return true
		}
	}
	return false
}
