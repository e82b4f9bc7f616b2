package probes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The files of debugfs's kprobes folder: list, enabled; blacklist is with the blacklist.

// List is the text of debugfs's kprobes/list. Its order is the kernel's: by bucket of a hash
// table, the newest address of a bucket first, the newest probe of an address first.
func (m *Manager) List() string {
	defer m.unlock(m.lock())
	sites := slices.DeleteFunc(m.sites.all(), func(s *site) bool { return s.kind != KindKprobe })
	slices.SortFunc(sites, func(a, b *site) int {
		if x, y := bucket(a.addr), bucket(b.addr); x != y {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(b.seq, a.seq)
	})
	var out strings.Builder
	for _, s := range sites {
		for _, p := range s.probes {
			m.listLine(&out, s.addr, p)
		}
	}
	return out.String()
}

func (m *Manager) listLine(out *strings.Builder, addr uint64, p *Kprobe) {
	kind := 'k'
	if p.ret() != nil {
		kind = 'r'
	}
	if name := m.symbolize(addr); name != "" {
		fmt.Fprintf(out, "%016x  %c  %s  %s ", addr, kind, name, m.moduleOf(addr))
	} else {
		fmt.Fprintf(out, "%016x  %c  %#x ", addr, kind, addr)
	}
	if p.off.Load() {
		out.WriteString("[DISABLED]")
	}
	out.WriteByte('\n')
}

// moduleOf is the module whose code has an address, a space for none.
func (m *Manager) moduleOf(addr uint64) string {
	if k := m.cfg.Kernel; k != nil {
		for name, r := range k.Modules {
			if r.has(addr) {
				return name
			}
		}
	}
	return " "
}

// bucket is the kernel's hash of an address: hash_ptr to 6 bits.
func bucket(addr uint64) uint64 { return addr * 0x61c8864680b583eb >> 58 }

// SetEnabled is what a write to debugfs's kprobes/enabled does: false disarms all kprobes, return probes
// and jprobes, which stay registered, and true arms them again, but for those that are disabled. Uprobes are
// not concerned.
func (m *Manager) SetEnabled(on bool) {
	self := m.lock()
	defer m.unlock(self)
	if m.disarmed == !on {
		return
	}
	m.disarmed = !on
	for _, s := range m.sites.all() {
		if s.kind == KindKprobe {
			m.publish(s)
		}
	}
	m.counters.settle(self)
}

// Armed is what debugfs's kprobes/enabled says.
func (m *Manager) Armed() string {
	defer m.unlock(m.lock())
	if m.disarmed {
		return "0\n"
	}
	return "1\n"
}
