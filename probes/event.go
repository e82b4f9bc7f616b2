package probes

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"axol/probes/trace"
	"axol/runtime/elf"
)

// Event is a probe made from a definition. It counts its hits; if the manager has a buffer, it makes a
// record at each that its filter wants, and counts for its histograms.
type Event struct {
	*Definition
	m    *Manager
	ret  *Kretprobe   // of a return probe
	file MappedFile   // of a uprobe
	addr uint64       // of a kprobe
	desc *trace.Event // of all probe points of the event

	probes  []*Kprobe // guarded by Manager.mu: one; of a uprobe, one wherever its file is mapped
	gone    uint64    // guarded by Manager.mu: hits of those that were
	outputs []output  // guarded by Manager.mu
	returns atomic.Uint64
}

// AddEvent makes the probe of a definition and arms it. Several definitions of one event are
// several probe points of it, as in the kernel, if they have the same arguments; they have the
// event's filter and histograms.
//
// The error is one of Register's and its siblings', or an *Error: EINVAL for a symbol that names several
// places, EEXIST for an event that there is already, ENOENT for a symbol of a module or of an argument,
// EOPNOTSUPP for uprobes of a guest without files and for reference counters. A file that cannot be found has
// the error that opening it has, one that is none and an offset beyond its end EINVAL; whether the file is mapped does
// not matter: the probe is put wherever it is, now and later.
func (m *Manager) AddEvent(d *Definition) (*Event, error) {
	if err := m.supports(d); err != nil {
		return nil, err
	}
	symbols := m.cfg.Symbols()
	err := d.Resolve(func(name string) (uint64, bool) {
		f, ok := symbols.Lookup(name)
		return f.Addr, ok
	})
	if err != nil {
		return nil, &Error{Place: d.Target(), Reason: err.Error(), Errno: syscall.ENOENT}
	}
	e := &Event{Definition: d, m: m}
	self := m.lock()
	defer m.unlock(self)
	if err := m.checkName(d); err != nil {
		return nil, err
	}
	if err := e.makeProbe(); err != nil {
		return nil, err
	}
	if err := m.layOut(e); err != nil {
		return nil, err
	}
	if e.file != nil {
		m.files.Add(1) // before it looks where the file is
	}
	if err := e.register(self); err != nil {
		e.forget()
		return nil, err
	}
	m.events = append(m.events, e)
	return e, nil
}

// makeProbe makes the probe that the definition asks for.
func (e *Event) makeProbe() (err error) {
	m, d := e.m, e.Definition
	if d.Kind == KindUprobe {
		return e.openFile()
	}
	p := &Kprobe{Symbol: d.Symbol, Addr: d.Addr, Offset: d.Offset}
	if d.Return {
		e.ret = &Kretprobe{Kprobe: Kprobe{Symbol: d.Symbol, Addr: d.Addr}, MaxActive: d.MaxActive}
		e.ret.Handler = func(*Hit, *Instance) int { e.returns.Add(1); return 0 }
		p = &e.ret.Kprobe
	}
	e.probes = []*Kprobe{p}
	e.addr, err = m.resolve(p)
	return err
}

// register arms the probe. mu is held.
func (e *Event) register(self *control) error {
	switch {
	case e.file != nil:
		return e.follow(self)
	case e.ret != nil:
		return e.m.registerReturn(e.ret)
	}
	return e.m.register(e.probes[0])
}

// forget says that the event does not follow its file any more.
func (e *Event) forget() {
	if e.file != nil {
		e.m.files.Add(-1)
	}
}

// unregister disarms the probe. mu is held.
func (e *Event) unregister(self *control) error {
	for _, p := range e.probes {
		if p.site == nil {
			continue // nothing could be put there
		}
		if err := e.m.unregister(p, self); err != nil {
			return err
		}
	}
	if e.ret != nil {
		e.ret.pool.abandon()
	}
	return nil
}

// layOut gives an event its description and outputs: those of its other probe points, if it has any. mu is held.
func (m *Manager) layOut(e *Event) error {
	for _, other := range m.events {
		if other.Group == e.Group && other.Event == e.Event {
			e.desc, e.outputs = other.desc, other.outputs
		}
	}
	if e.desc == nil {
		e.desc = describe(e.Definition)
		e.desc.Layout()
		if m.cfg.Trace == nil {
			return nil
		}
		if err := m.cfg.Trace.AddEvent(e.desc); err != nil {
			return &Error{Place: e.Target(), Reason: err.Error(), Errno: syscall.ENOSPC}
		}
		if !m.cfg.NoRecords {
			e.outputs = []output{{}}
		}
	}
	e.setOutputs(e.outputs)
	return nil
}

// setOutputs replaces what the event does at a hit. mu is held.
func (e *Event) setOutputs(list []output) {
	e.outputs = list
	var o *outputs
	if len(list) > 0 {
		o = e.newOutputs(list)
	}
	for _, p := range e.probes {
		p.outputs.Store(o)
	}
}

// supports refuses what cannot be made a probe of yet.
func (m *Manager) supports(d *Definition) error {
	refuse := func(errno syscall.Errno, format string, args ...any) error {
		return &Error{Place: d.Target(), Reason: fmt.Sprintf(format, args...), Errno: errno}
	}
	switch {
	case d.Delete:
		return refuse(syscall.EINVAL, "this is a definition to delete an event")
	case d.Kind == KindUprobe && m.cfg.File == nil:
		return refuse(syscall.EOPNOTSUPP, "the guest has no files: name a symbol or an address")
	case d.RefCounter != 0:
		return refuse(syscall.EOPNOTSUPP, "reference counters are not supported")
	case d.Module != "":
		return refuse(syscall.ENOENT, "there is no module %q", d.Module)
	}
	if n := places(m.cfg.Symbols().Funcs, d.Symbol); n > 1 {
		return &Error{Place: d.Target(), Errno: syscall.EINVAL, Ambiguous: true, Reason: fmt.Sprintf("symbol names %d places: give an address", n)}
	}
	return nil
}

// places counts the addresses that a name stands for.
func places(funcs []elf.Symbol, name string) (n int) {
	last := ^uint64(0)
	for _, f := range funcs {
		if f.Name == name && f.Addr != last {
			n, last = n+1, f.Addr
		}
	}
	return n
}

// checkName says whether another definition of the event may be added. mu is held.
func (m *Manager) checkName(d *Definition) error {
	for _, e := range m.events {
		if e.Group != d.Group || e.Event != d.Event {
			continue
		}
		if same := e.String() == d.String(); same || !sameArgs(e.Args, d.Args) {
			return &Error{Place: d.Target(), Errno: syscall.EEXIST, Same: same, Reason: fmt.Sprintf("there is an event %s/%s already", d.Group, d.Event)}
		}
	}
	return nil
}

func sameArgs(a, b []Arg) bool {
	return slices.EqualFunc(a, b, func(x, y Arg) bool { return x.Name == y.Name && x.Type == y.Type })
}

// RemoveEvent removes all probe points of an event; an empty group stands for any group, an
// empty event for any event. The error is an *Error, ENOENT.
func (m *Manager) RemoveEvent(group, event string) error {
	self := m.lock()
	defer m.unlock(self)
	removed := 0
	for _, e := range slices.Clone(m.events) {
		if group != "" && e.Group != group || event != "" && e.Event != event {
			continue
		}
		removed++
		m.events = slices.DeleteFunc(m.events, func(x *Event) bool { return x == e })
		e.forget()
		if err := e.unregister(self); err != nil {
			return err
		}
	}
	if removed == 0 {
		return &Error{Place: group + "/" + event, Reason: "there is no such event", Errno: syscall.ENOENT}
	}
	return nil
}

// Hits is how many times the event was hit; of a kretprobe, how many returns it saw.
func (e *Event) Hits() uint64 {
	defer e.m.unlock(e.m.lock())
	return e.hits()
}

// hits is Hits with mu held.
func (e *Event) hits() uint64 {
	if e.ret != nil {
		return e.returns.Load()
	}
	n := e.gone
	for _, p := range e.probes {
		n += e.m.hits(p)
	}
	return n
}

// Missed is how many hits did not count; of a kretprobe, together with the calls that found no instance.
func (e *Event) Missed() uint64 {
	defer e.m.unlock(e.m.lock())
	return e.missed()
}

// missed is Missed with mu held.
func (e *Event) missed() (n uint64) {
	for _, p := range e.probes {
		n += p.Missed()
	}
	if e.ret != nil {
		n += e.ret.MissedReturns()
	}
	return n
}

// Probes is the event's probe, which can be disabled and enabled; of a uprobe, one for each mapping of its file.
func (e *Event) Probes() []*Kprobe {
	defer e.m.unlock(e.m.lock())
	return slices.Clone(e.probes)
}

// symbolizeSized is an address as the kernel's %pS has it.
func (m *Manager) symbolizeSized(addr uint64) string {
	f, off, ok := m.cfg.Symbols().At(addr)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s+%#x/%#x", f.Name, off, f.Size)
}

// KprobeProfile is the text of tracefs's kprobe_profile: event, hits, misses.
func (m *Manager) KprobeProfile() string {
	defer m.unlock(m.lock())
	var b strings.Builder
	for _, e := range m.events {
		if e.file == nil {
			fmt.Fprintf(&b, "  %-44s %15d %15d\n", e.Event, e.hits(), e.missed())
		}
	}
	return b.String()
}

// UprobeProfile is the text of tracefs's uprobe_profile: file, event, hits.
func (m *Manager) UprobeProfile() string {
	defer m.unlock(m.lock())
	var b strings.Builder
	for _, e := range m.events {
		if e.file != nil {
			fmt.Fprintf(&b, "  %s %-44s %15d\n", e.Path, e.Event, e.hits())
		}
	}
	return b.String()
}

// EventList is the text of kprobe_events or uprobe_events. As late kernels do, it shows the maxactive that a
// return probe has, given or chosen.
func (m *Manager) EventList(kind Kind) string {
	defer m.unlock(m.lock())
	var b strings.Builder
	for _, e := range m.events {
		if e.Kind != kind {
			continue
		}
		d := *e.Definition
		if e.ret != nil {
			d.MaxActive = e.ret.MaxActive
		}
		fmt.Fprintln(&b, &d)
	}
	return b.String()
}
