package probes

import (
	"sync"
	"sync/atomic"
)

// site is an instruction with probes on it: the kernel's aggregator, also when there is
// but one.
type site struct {
	addr    uint64
	word    uint32
	number  uint32 // in its hooks
	verdict Verdict
	kind    Kind
	seq     uint32 // order of making, for lists
	slot    uint64 // where a copy is executed out of line, 0 if the instruction is simulated

	probes []*Kprobe // newest first; guarded by Manager.mu. The array is never changed.

	// chain is what a hit runs, nil if no probe is armed. A chain is never changed.
	chain atomic.Pointer[chain]
	// replaced is the actions of the chain before, for a vCPU that comes from code made for them.
	replaced atomic.Pointer[actions]
}

// chain is the probes of a site at some time.
type chain struct {
	all  []*Kprobe // newest first; those that are off are only told of misses
	hook bool      // Go code is needed
	post bool      // behind the instruction, too
	trap bool      // the instruction is a breakpoint

	actions *actions // what generated code does besides counting, nil for nothing
}

// newChain is nil when no probe is armed.
func newChain(probes []*Kprobe, trap bool) *chain {
	c, armed := &chain{all: probes, trap: trap}, false
	for _, p := range probes {
		if p.off.Load() {
			continue
		}
		armed = true
		c.hook = c.hook || !p.compiled()
		c.post = c.post || p.Post != nil
		c.trap = c.trap || p.Trap
	}
	if !armed {
		return nil
	}
	c.compile()
	return c
}

// compile collects what events do. If it is too much for generated code, it is left to Go.
func (c *chain) compile() {
	if c.hook {
		return
	}
	a := &actions{}
	for _, p := range c.all {
		if p.off.Load() {
			continue
		}
		o := p.outputs.Load()
		if o == nil {
			continue
		}
		a.list = append(a.list, o.actions...)
		for _, out := range o.list {
			a.do = append(a.do, eventOutput{o.event, out})
		}
	}
	switch {
	case len(a.list) > maxActions:
		c.hook = true
	case a.list != nil:
		c.actions = a
	}
}

// emits says whether translations for c are good for d, too: hooks find their chain when
// they are hit, counts are fixed.
func (c *chain) emits(d *chain) bool {
	if c == nil || d == nil {
		return c == d
	}
	return c.trap == d.trap && (c.trap || c.hook && d.hook && c.post == d.post)
}

// list is the site's probes as hits see them.
func (s *site) list() []*Kprobe {
	if ch := s.chain.Load(); ch != nil {
		return ch.all
	}
	return nil
}

// recentSites is a vCPU's memory of the sites it hit by breakpoint. It is good as long as no site comes or
// goes.
type recentSites struct {
	changes uint64
	sites   [256]*site
}

// siteAt is the site at an address, nil if there is none.
func (ctl *control) siteAt(addr uint64) *site {
	t, r := &ctl.m.sites, &ctl.recent
	if now := t.changes.Load(); r.changes != now {
		*r = recentSites{changes: now}
	}
	p := &r.sites[addr>>2&255]
	if s := *p; s != nil && s.addr == addr {
		return s
	}
	s := t.at(addr)
	if s != nil {
		*p = s
	}
	return s
}

// table has the sites by address, for who changes them and for translation, and by number,
// for hits. The locks are held for a moment: nothing is called meanwhile.
type table struct {
	mu     sync.RWMutex
	byAddr siteMap  // guarded by mu
	free   []uint64 // guarded by mu: numbers that had a site once
	next   uint64   // guarded by mu: the first number that never had one

	changes atomic.Uint64 // of byAddr

	// numbered is replaced when it is too short. Hits load it without a lock.
	numbered atomic.Pointer[[]atomic.Pointer[site]]
}

// at is the site at an address, nil if there is none.
func (t *table) at(addr uint64) *site {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byAddr.get(addr)
}

// hit is the site a hook belongs to, nil if it is gone. Its number may since have been given
// to another site: who asks compares the address.
func (t *table) hit(number uint64) *site {
	all := t.numbered.Load()
	if all == nil || number >= uint64(len(*all)) {
		return nil
	}
	return (*all)[number].Load()
}

// add gives a site its number and makes it known.
func (t *table) add(s *site) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.free); n > 0 {
		s.number, t.free = uint32(t.free[n-1]), t.free[:n-1]
	} else {
		s.number = uint32(t.next)
		t.next++
	}
	t.room(uint64(s.number))
	(*t.numbered.Load())[s.number].Store(s)
	t.byAddr.put(s)
	t.changes.Add(1)
}

// room makes numbered long enough for number n. mu is held, so that no site is stored in
// the old one meanwhile.
func (t *table) room(n uint64) {
	var old []atomic.Pointer[site]
	if p := t.numbered.Load(); p != nil {
		old = *p
	}
	if n < uint64(len(old)) {
		return
	}
	bigger := make([]atomic.Pointer[site], max(64, 2*len(old)))
	for i := range old {
		bigger[i].Store(old[i].Load())
	}
	t.numbered.Store(&bigger)
}

// remove forgets a site whose translations are gone.
func (t *table) remove(s *site) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byAddr.remove(s.addr)
	t.changes.Add(1)
	(*t.numbered.Load())[s.number].Store(nil)
	t.free = append(t.free, uint64(s.number))
}

// all is the sites in no order.
func (t *table) all() []*site {
	t.mu.RLock()
	defer t.mu.RUnlock()
	list := make([]*site, 0, t.byAddr.n)
	for _, s := range t.byAddr.slots {
		if s != nil {
			list = append(list, s)
		}
	}
	return list
}
