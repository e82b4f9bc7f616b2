package probes

import (
	"slices"
	"syscall"

	"axol/probes/filter"
	"axol/probes/trace"
)

// Desc is the layout of the event's records.
func (e *Event) Desc() *trace.Event { return e.desc }

// Compiled says whether generated code does all that the event does at a hit, and all that other probes of the
// instruction do. It is false while the event's probe is disabled, and for uprobes.
func (e *Event) Compiled() bool {
	defer e.m.unlock(e.m.lock())
	for _, p := range e.probes {
		if p.site == nil || p.off.Load() {
			return false
		}
		if ch := p.site.chain.Load(); ch == nil || ch.hook || ch.trap {
			return false
		}
	}
	return e.file == nil
}

// Events is the events of a name, one for each of their probe points; an empty group stands for any, as does
// an empty name.
func (m *Manager) Events(group, name string) (list []*Event) {
	defer m.unlock(m.lock())
	for _, e := range m.events {
		if (group == "" || e.Group == group) && (name == "" || e.Event == name) {
			list = append(list, e)
		}
	}
	return list
}

// Symbolize is an address as the kernel's %pS has it, main+0x10/0x40, or "" if no symbol has it.
func (m *Manager) Symbolize(addr uint64) string { return m.symbolizeSized(addr) }

// SetFilter has all probe points of the event record only hits that the filter wants; "0" takes the filter away,
// as in tracefs. The guest may be running. Hits are counted all the same, and histograms have filters of their
// own. The error is a *filter.Error, or an *Error, EINVAL, if there are no records to filter.
func (e *Event) SetFilter(text string) error {
	var f *filter.Filter
	if text != "0" {
		var err error
		if f, err = filter.Parse(text, e.desc); err != nil {
			return err
		}
	}
	self := e.m.lock()
	defer e.m.unlock(self)
	list := append([]output(nil), e.outputs...)
	for i := range list {
		if list[i].hist == nil {
			list[i].filter = f
			e.changeOutputs(list, self)
			return nil
		}
	}
	return &Error{Place: e.Group + "/" + e.Event, Reason: "it makes no records", Errno: syscall.EINVAL}
}

// SetRecords says whether the event's probe points make records, which they do from the beginning unless
// Config.NoRecords is set. Without, hits are counted, and histograms go on. The guest may be running. The error is
// an *Error, EINVAL, if there is no buffer.
func (e *Event) SetRecords(on bool) error {
	if e.m.cfg.Trace == nil {
		return &Error{Place: e.Group + "/" + e.Event, Reason: "there is no buffer", Errno: syscall.EINVAL}
	}
	self := e.m.lock()
	defer e.m.unlock(self)
	list := slices.DeleteFunc(slices.Clone(e.outputs), func(o output) bool { return o.hist == nil })
	switch {
	case on && len(list) < len(e.outputs):
		return nil // it keeps its filter
	case on:
		list = append(list, output{})
	}
	e.changeOutputs(list, self)
	return nil
}

// AddHist has all probe points of the event count for a new histogram, as a trigger of tracefs says (see
// trace.HistTrigger). The guest may be running. The error is a *trace.HistError, a *filter.Error, or an *Error:
// EINVAL without a buffer, ENOSPC for too many histograms.
func (e *Event) AddHist(trigger string) (*trace.Hist, error) {
	name := e.Group + "/" + e.Event
	if e.m.cfg.Trace == nil {
		return nil, &Error{Place: name, Reason: "there is no buffer", Errno: syscall.EINVAL}
	}
	t, err := trace.ParseHist(trigger, e.desc)
	if err != nil {
		return nil, err
	}
	out := output{}
	if t.Filter != "" {
		if out.filter, err = filter.Parse(t.Filter, e.desc); err != nil {
			return nil, err
		}
	}
	if out.hist, err = e.m.cfg.Trace.AddHist(e.desc, t); err != nil {
		return nil, &Error{Place: name, Reason: err.Error(), Errno: syscall.ENOSPC}
	}
	self := e.m.lock()
	defer e.m.unlock(self)
	e.changeOutputs(append(append([]output(nil), e.outputs...), out), self)
	return out.hist, nil
}

// changeOutputs replaces what all probe points of the event do, and waits until nobody does the old. mu is held,
// by self.
func (e *Event) changeOutputs(list []output, self *control) {
	for _, other := range e.m.events {
		if other.desc != e.desc {
			continue
		}
		other.setOutputs(list)
		for _, p := range other.probes {
			if p.site != nil {
				e.m.publish(p.site)
			}
		}
	}
	e.m.counters.settle(self)
}
