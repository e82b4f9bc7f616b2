package probes

import "sync"

// Trace is a bounded buffer of the lines that events record. Lines that find it full are
// lost, and counted. Its methods can be called from any thread.
type Trace struct {
	mu   sync.Mutex
	buf  []byte // guarded by mu
	max  int
	lost uint64 // guarded by mu
}

// NewTrace makes a buffer for so many bytes of text.
func NewTrace(bytes int) *Trace { return &Trace{max: bytes} }

// Take appends the lines recorded so far to dst, and empties the buffer.
func (t *Trace) Take(dst []byte) []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	dst = append(dst, t.buf...)
	t.buf = t.buf[:0]
	return dst
}

// Lost is how many lines did not fit.
func (t *Trace) Lost() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lost
}

func (t *Trace) add(line []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.buf)+len(line) > t.max {
		t.lost++
		return
	}
	t.buf = append(t.buf, line...)
}
