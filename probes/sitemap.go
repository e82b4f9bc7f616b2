package probes

// siteMap finds sites by address. It is a table of pointers, for there may be a million sites, and the address is in
// the site: open addressing, at most three quarters full, and nothing in the way of what was removed.
type siteMap struct {
	slots []*site // a power of two of them
	n     int
}

// home is the slot at which the search for an address begins.
func (t *siteMap) home(addr uint64) int {
	return int(addr >> 2 * 0x9e3779b97f4a7c15 >> 32 & uint64(len(t.slots)-1))
}

// find is the slot that has an address, or where it would be.
func (t *siteMap) find(addr uint64) int {
	i := t.home(addr)
	for t.slots[i] != nil && t.slots[i].addr != addr {
		i = (i + 1) & (len(t.slots) - 1)
	}
	return i
}

func (t *siteMap) get(addr uint64) *site {
	if t.n == 0 {
		return nil
	}
	return t.slots[t.find(addr)]
}

// put adds a site whose address has none.
func (t *siteMap) put(s *site) {
	if 4*(t.n+1) > 3*len(t.slots) {
		old := t.slots
		t.slots = make([]*site, max(64, 2*len(old)))
		for _, s := range old {
			if s != nil {
				t.slots[t.find(s.addr)] = s
			}
		}
	}
	t.slots[t.find(s.addr)] = s
	t.n++
}

// remove takes a site out, and moves up those that it stood in the way of.
func (t *siteMap) remove(addr uint64) {
	if t.get(addr) == nil {
		return
	}
	mask := len(t.slots) - 1
	hole := t.find(addr)
	for i := (hole + 1) & mask; t.slots[i] != nil; i = (i + 1) & mask {
		if (i-t.home(t.slots[i].addr))&mask >= (i-hole)&mask {
			t.slots[hole], hole = t.slots[i], i
		}
	}
	t.slots[hole] = nil
	t.n--
}
