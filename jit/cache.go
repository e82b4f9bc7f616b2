package jit

// cache is the memory for generated code: one memfd, mapped twice. Code is written
// through rw and executed through rx; no address is ever both, where the host can do with that.
type cache struct {
	rw   []byte
	rx   uintptr
	used int
}

// room reports whether n more bytes fit.
func (c *cache) room(n int) bool { return c.used+n <= len(c.rw) }
