package trace

import (
	"fmt"
	"io"
	"strconv"
)

// chrome is the JSON that chrome://tracing and Perfetto read: an object with a list of events. A hit is an instant
// on its thread's line. A return for which a hit of the same function's entry was recorded, by any event, is a
// slice from there; without one it is an instant, too. Times are microseconds; of an instruction count, with 1
// instruction as 1 ns.
type chrome struct {
	w       io.Writer
	cfg     OutputConfig
	buf     []byte
	begun   bool
	entries map[int][]entered // by thread: functions that have not returned
}

// entered is a function's entry that was hit.
type entered struct {
	fn   uint64
	time uint64
}

// maxDepth bounds the entries that are remembered of a thread: those that never return would grow for ever.
const maxDepth = 4096

// NewChrome makes an Output that chrome://tracing and Perfetto read.
func NewChrome(w io.Writer, cfg OutputConfig) Output {
	return &chrome{w: w, cfg: cfg, entries: map[int][]entered{}}
}

func (c *chrome) begin() {
	c.begun = true
	c.buf = append(c.buf, `{"displayTimeUnit":"ns","otherData":{"clock":"`+clockName(c.cfg.Clock)+`"},"traceEvents":[`...)
	c.name("process_name", c.cfg.PID)
}

// name names the process, or a thread.
func (c *chrome) name(what string, tid int) {
	if what == "thread_name" {
		c.buf = append(c.buf, ",\n"...)
	}
	c.buf = fmt.Appendf(c.buf, `{"ph":"M","name":"%s","pid":%d,"tid":%d,"args":{"name":`, what, c.cfg.PID, tid)
	c.buf = append(appendJSONString(c.buf, []byte(c.cfg.Comm)), "}}"...)
}

func (c *chrome) Write(r *Record) error {
	c.buf = c.buf[:0]
	if !c.begun {
		c.begin()
	}
	if r.Lost > 0 {
		c.buf = fmt.Appendf(c.buf, ",\n"+`{"ph":"i","s":"p","name":"%d records lost on cpu %d","pid":%d,"tid":0,"ts":%s}`,
			r.Lost, r.CPU, c.cfg.PID, micro(r.Time))
	} else {
		c.event(r)
	}
	_, err := c.w.Write(c.buf)
	return err
}

func (c *chrome) event(r *Record) {
	tid := r.PID()
	stack, known := c.entries[tid]
	if !known {
		c.name("thread_name", tid)
	}
	fn := r.Uint(&r.Event.Places()[0], 0)
	start, slice := r.Time, false
	if r.Event.Return {
		stack, start, slice = popEntry(stack, fn, r.Time)
	} else if len(stack) < maxDepth {
		stack = append(stack, entered{fn, r.Time})
	}
	c.entries[tid] = stack
	c.buf = append(c.buf, ",\n"...)
	if slice {
		c.buf = fmt.Appendf(c.buf, `{"ph":"X","dur":%s`, micro(r.Time-start))
	} else {
		c.buf = append(c.buf, `{"ph":"i","s":"t"`...)
	}
	c.buf = fmt.Appendf(c.buf, `,"name":"%s","cat":"%s","pid":%d,"tid":%d,"ts":%s,"args":`, r.Event.Name, r.Event.Group, c.cfg.PID, tid, micro(start))
	c.buf = append(r.appendArgs(c.buf, &c.cfg), '}')
}

// popEntry takes the youngest entry of a function, and all above it: they did not return.
func popEntry(stack []entered, fn, now uint64) (_ []entered, start uint64, ok bool) {
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].fn == fn {
			return stack[:i], stack[i].time, true
		}
	}
	return stack, now, false
}

// micro is nanoseconds as microseconds.
func micro(ns uint64) string {
	return strconv.FormatUint(ns/1000, 10) + "." + fmt.Sprintf("%03d", ns%1000)
}

func (c *chrome) Close() error {
	c.buf = c.buf[:0]
	if !c.begun {
		c.begin()
	}
	_, err := c.w.Write(append(c.buf, "\n]}\n"...))
	return err
}
