package jit

// Containing is how many units there are that were made from guest code in [lo, hi): those that Invalidate would drop.
func (e *Engine) Containing(lo, hi uint64) (n int) {
	e.lock()
	defer e.mu.Unlock()
	seen := map[*unit]bool{}
	for p := lo >> pageShift; lo < hi && p <= (hi-1)>>pageShift; p++ {
		for _, u := range e.pages[p] {
			if !u.dead && !seen[u] && u.contains(lo, hi) {
				seen[u] = true
				n++
			}
		}
	}
	return n
}
