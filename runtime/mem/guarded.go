package mem

// Guards reports whether there ever was a guarded mapping.
func (m *Memory) Guards() bool { return m.guards.Load() }

// Guarded reports whether pc is in a guarded page.
func (m *Memory) Guarded(pc uint64) bool {
	v, mapped := m.Find(pc)
	return mapped && v.Prot&BTI != 0
}

// noteGuard is told of the permissions that a mapping has got.
func (m *Memory) noteGuard(p Prot) {
	if p&(BTI|Exec) == BTI|Exec && !m.guards.Load() {
		m.guards.Store(true)
	}
}
