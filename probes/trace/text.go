package trace

import (
	"fmt"
	"io"

	"axol/jit/ir"
)

// text is ftrace's own format: the lines of trace_pipe under the header of trace.
type text struct {
	w     io.Writer
	cfg   OutputConfig
	line  []byte
	begun bool
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
		t.line = r.appendLine(t.line, &t.cfg)
	}
	_, err := t.w.Write(t.line)
	return err
}

func (t *text) Close() error { return nil }

func (r *Record) appendLine(dst []byte, c *OutputConfig) []byte {
	dst = fmt.Appendf(dst, "%16s-%-7d [%03d] %s", c.Comm, r.PID(), r.CPU, r.flags())
	if c.Clock == ir.ClockInsns {
		dst = fmt.Appendf(dst, " %12d: ", r.Time)
	} else {
		us := (r.Time + 500) / 1000
		dst = fmt.Appendf(dst, " %5d.%06d: ", us/1e6, us%1e6)
	}
	dst = append(dst, r.Event.Name...)
	dst = append(dst, ": ("...)
	dst = append(dst, r.place(c)...)
	dst = append(dst, ')')
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
