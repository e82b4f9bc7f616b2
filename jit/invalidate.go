package jit

import "slices"

// Invalidate drops the units made from guest code in [lo, hi), and no other. When it
// returns, no vCPU runs them any more, nor will. It returns how many there were.
func (e *Engine) Invalidate(lo, hi uint64) int {
	if lo >= hi {
		return 0
	}
	e.lock()
	defer e.mu.Unlock()
	n := 0
	first, last := lo>>pageShift, (hi-1)>>pageShift
	if last-first > uint64(len(e.pages)) {
		for p := range e.pages {
			if p >= first && p <= last {
				n += e.dropPage(p, lo, hi)
			}
		}
	} else {
		for p := first; p <= last; p++ {
			n += e.dropPage(p, lo, hi)
		}
	}
	if n > 0 {
		e.stats.Invalidated += uint64(n)
		e.waitOutside()
	}
	return n
}

// dropPage drops the units of one page that contain some of [lo, hi). It looks at each once: there are pages with
// thousands.
func (e *Engine) dropPage(page, lo, hi uint64) (n int) {
	all := e.pages[page]
	rest := all[:0]
	for _, u := range all {
		if u.contains(lo, hi) {
			e.drop(u, page)
			n++
		} else {
			rest = append(rest, u)
		}
	}
	clear(all[len(rest):])
	e.setPage(page, rest)
	return n
}

// setPage makes list the units of a page.
func (e *Engine) setPage(page uint64, list []*unit) {
	if len(list) == 0 {
		delete(e.pages, page)
	} else {
		e.pages[page] = list
	}
}

// drop makes u unreachable. Who calls takes it out of the units of page.
func (e *Engine) drop(u *unit, page uint64) {
	u.dead = true
	e.drops.Add(1)
	if e.units[u.regime][u.pc] == u {
		delete(e.units[u.regime], u.pc)
	}
	u.pages(func(p uint64) {
		if p != page {
			e.setPage(p, slices.DeleteFunc(e.pages[p], func(x *unit) bool { return x == u }))
		}
	})
	for _, l := range u.in {
		e.unlink(l)
	}
	u.in = nil
	for _, l := range u.links {
		if l.to != nil && l.to != u {
			l.to.in = slices.DeleteFunc(l.to.in, func(x *link) bool { return x == l })
		}
	}
	e.forgetJump(u)
}

// flush drops everything, to have the code cache, or memory for IR, empty again.
func (e *Engine) flush() {
	for r := range e.units {
		for _, u := range e.units[r] {
			u.dead = true
		}
		e.units[r] = map[uint64]*unit{}
	}
	for _, u := range e.fill.order {
		u.dead = true
	}
	e.drops.Add(1)
	for _, l := range e.fill.links {
		e.unlink(l)
	}
	e.forgetJumps()
	e.waitOutside()
	e.pages, e.fill = map[uint64][]*unit{}, &filling{}
	e.irs = 0
	if e.cache != nil {
		e.cache.used = e.stubsEnd()
	}
	e.stats.Flushes++
}
