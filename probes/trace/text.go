package trace

import (
	"fmt"
	"io"
	"strconv"

	"axol/jit/ir"
)

// text is ftrace's own format: the lines of trace_pipe under the header of trace.
type text struct {
	w     io.Writer
	cfg   OutputConfig
	line  []byte
	begun bool

	// task is the columns that are the same for record after record of a thread: tid, cpu and flags are theirs.
	task     []byte
	tid, cpu int
	flags    string
}

// NewText makes an Output in the format of ftrace. Times that are instructions are whole numbers, as those of
// ftrace's clocks that do not count nanoseconds.
func NewText(w io.Writer, cfg OutputConfig) Output { return &text{w: w, cfg: cfg} }

const textHeader = `# tracer: nop
#
#                                _-----=> irqs-off/BH-disabled
#                               / _----=> need-resched
#                              | / _---=> hardirq/softirq
#                              || / _--=> preempt-depth
#                              ||| / _-=> migrate-disable
#                              |||| /     delay
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
#              | |         |   |||||     |         |
`

func (t *text) Write(r *Record) error {
	t.line = t.line[:0]
	if !t.begun {
		t.begun = true
		t.line = append(t.line, textHeader...)
	}
	if r.Lost > 0 {
		t.line = fmt.Appendf(t.line, "CPU:%d [LOST %d EVENTS]\n", r.CPU, r.Lost)
	} else {
		t.line = r.appendEvent(t.appendTime(t.appendTask(t.line, r), r), &t.cfg)
	}
	_, err := t.w.Write(t.line)
	return err
}

func (t *text) Close() error { return nil }

func (t *text) appendTask(dst []byte, r *Record) []byte {
	if tid, flags := r.PID(), r.flags(); t.task == nil || tid != t.tid || r.CPU != t.cpu || flags != t.flags {
		t.tid, t.cpu, t.flags = tid, r.CPU, flags
		t.task = fmt.Appendf(t.task[:0], "%16s-%-7d [%03d] %s ", t.cfg.Comm, tid, r.CPU, flags)
	}
	return append(dst, t.task...)
}

func (t *text) appendTime(dst []byte, r *Record) []byte {
	if t.cfg.Clock == ir.ClockInsns {
		dst = appendPadded(dst, r.Time, 12, ' ')
	} else {
		us := (r.Time + 500) / 1000
		dst = appendPadded(append(appendPadded(dst, us/1e6, 5, ' '), '.'), us%1e6, 6, '0')
	}
	return append(dst, ": "...)
}

// appendPadded appends a number, with at least so many characters.
func appendPadded(dst []byte, v uint64, width int, pad byte) []byte {
	var digits [20]byte
	text := strconv.AppendUint(digits[:0], v, 10)
	for range width - len(text) {
		dst = append(dst, pad)
	}
	return append(dst, text...)
}

// appendEvent appends the event's own part.
func (r *Record) appendEvent(dst []byte, c *OutputConfig) []byte {
	dst = append(dst, r.Event.Name...)
	dst = append(dst, ": ("...)
	dst = append(r.appendPlace(dst, c), ')')
	for i := range r.Event.Args {
		f := &r.Event.Args[i]
		dst = append(append(append(dst, ' '), f.Name...), '=')
		if f.Count == 0 {
			dst = r.appendElement(dst, f, 0, c)
			continue
		}
		for k := range f.Count {
			dst = append(dst, "{,"[min(k, 1)])
			dst = r.appendElement(dst, f, k, c)
		}
		dst = append(dst, '}')
	}
	return append(dst, '\n')
}

// flags is the column that the header explains. Nothing but the first can be set here.
func (r *Record) flags() string {
	if r.Entry[FlagsAt]&IRQsOff != 0 {
		return "d...."
	}
	return "....."
}
