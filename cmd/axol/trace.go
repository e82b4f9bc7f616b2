package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"axol/jit/ir"
	"axol/probes"
	"axol/probes/trace"
)

// traceFlags say what becomes of what probes record.
type traceFlags struct {
	Trace       string   `placeholder:"FILE" help:"Write what probes record to FILE, '-' for standard error: .jsonl is JSON lines, .json is for chrome://tracing and Perfetto, anything else is ftrace's text. Without it they only count."`
	TraceFormat string   `enum:"auto,text,jsonl,chrome" default:"auto" help:"Format of the trace: text, jsonl, chrome, or as FILE's name says (${default})."`
	TraceClock  string   `enum:"insns,host" default:"insns" help:"Time of records: insns is the guest instructions its own thread has run, which says nothing about other threads; host is the host's clock, and costs another 10 ns a record (${default})."`
	TraceBuffer string   `default:"4M" placeholder:"SIZE" help:"Memory for records not yet written, for each guest thread (${default})."`
	TraceFull   string   `enum:"wait,drop,overwrite" default:"wait" help:"When that is full: wait until there is room, drop new records, or overwrite old ones; how many were lost is printed (${default})."`
	Filter      []string `sep:"none" placeholder:"EVENT:EXPR" help:"Record only hits of EVENT for which EXPR holds, in the syntax of tracefs's filter files."`
	Trigger     []string `sep:"none" placeholder:"EVENT:HIST" help:"Count hits of EVENT by a key, in the syntax of tracefs's hist triggers; printed when the program has ended."`
}

// tracing is a run's buffer, and the file it is written to while the guest runs. A nil one records nothing.
type tracing struct {
	buffer *trace.Buffer
	flags  *traceFlags
	hists  []*trace.Hist

	file   io.WriteCloser // nil: no records are wanted
	buffed *bufio.Writer
	out    trace.Output
	stop   chan bool
	done   chan error
}

const tracePeriod = 10 * time.Millisecond // how long records stay in the buffer

// open makes the buffer and the file, if there is anything to be recorded.
func (f *traceFlags) open() (*tracing, error) {
	if f.Trace == "" && len(f.Trigger) == 0 {
		if len(f.Filter) > 0 {
			return nil, fmt.Errorf("--filter %s: nothing is recorded without --trace", f.Filter[0])
		}
		return nil, nil
	}
	size, err := parseSize(f.TraceBuffer)
	if err != nil {
		return nil, fmt.Errorf("--trace-buffer %s: %w", f.TraceBuffer, err)
	}
	full := map[string]trace.Full{"wait": trace.Wait, "drop": trace.Drop, "overwrite": trace.Overwrite}
	cfg := trace.Config{Size: size, Full: full[f.TraceFull]}
	if f.TraceClock == "host" {
		cfg.Clock = ir.ClockTicks
	}
	t := &tracing{flags: f, buffer: trace.NewBuffer(cfg), stop: make(chan bool), done: make(chan error, 1)}
	switch f.Trace {
	case "":
		return t, nil
	case "-":
		t.file = os.Stderr
	default:
		file, err := os.Create(f.Trace)
		if err != nil {
			return nil, fmt.Errorf("--trace: %w", err)
		}
		t.file = file
	}
	return t, nil
}

// parseSize reads bytes with an optional K, M or G.
func parseSize(s string) (int, error) {
	var n int
	var unit string
	if _, err := fmt.Sscanf(s+" ", "%d%s", &n, &unit); err != nil && unit != "" {
		return 0, fmt.Errorf("not a size")
	}
	shift, ok := map[string]int{"": 0, "K": 10, "M": 20, "G": 30}[strings.ToUpper(unit)]
	if !ok || n <= 0 || n > 1<<40>>shift {
		return 0, fmt.Errorf("a size is a positive number, then K, M, G or nothing")
	}
	return n << shift, nil
}

// configure puts the buffer into the manager's configuration.
func (t *tracing) configure(cfg *probes.Config) {
	if t != nil {
		cfg.Trace, cfg.NoRecords = t.buffer, t.file == nil
	}
}

// attach sets filters and histograms of events, which have been made.
func (t *tracing) attach(m *probes.Manager) error {
	if t == nil {
		return nil
	}
	for _, s := range t.flags.Filter {
		e, expr, err := findEvent(m, s)
		if err == nil {
			err = e.SetFilter(expr)
		}
		if err != nil {
			return fmt.Errorf("--filter: %w", err)
		}
	}
	for _, s := range t.flags.Trigger {
		e, trigger, err := findEvent(m, s)
		if err != nil {
			return fmt.Errorf("--trigger: %w", err)
		}
		h, err := e.AddHist(trigger)
		if err != nil {
			return fmt.Errorf("--trigger: %w", err)
		}
		t.hists = append(t.hists, h)
	}
	return nil
}

// findEvent splits EVENT:REST or GROUP/EVENT:REST.
func findEvent(m *probes.Manager, s string) (*probes.Event, string, error) {
	name, rest, ok := strings.Cut(s, ":")
	if !ok {
		return nil, "", fmt.Errorf("%q: expected EVENT: and what is for it", s)
	}
	group, event, qualified := strings.Cut(strings.TrimSpace(name), "/")
	if !qualified {
		group, event = "", group
	}
	if events := m.Events(group, event); event != "" && len(events) > 0 {
		return events[0], strings.TrimSpace(rest), nil
	}
	return nil, "", fmt.Errorf("%q: there is no event %q", s, strings.TrimSpace(name))
}

// format is the name of the trace's format.
func (f *traceFlags) format() string {
	if f.TraceFormat != "auto" {
		return f.TraceFormat
	}
	switch filepath.Ext(f.Trace) {
	case ".jsonl":
		return "jsonl"
	case ".json":
		return "chrome"
	}
	return "text"
}

// start begins to write.
func (t *tracing) start(m *probes.Manager, comm string) {
	if t == nil || t.file == nil {
		return
	}
	t.buffed = bufio.NewWriterSize(t.file, 1<<18)
	t.out = trace.Formats[t.flags.format()](t.buffed, trace.OutputConfig{
		PID: os.Getpid(), Comm: comm, Clock: t.buffer.Clock(), Symbolize: m.Symbolize,
	})
	go func() {
		t.done <- t.drain()
		t.buffer.Release()
	}()
}

func (t *tracing) drain() error {
	tick := time.NewTicker(tracePeriod)
	defer tick.Stop()
	for end := false; !end; {
		select {
		case <-tick.C:
		case <-t.buffer.Wanted():
		case <-t.stop:
			end = true
		}
		if err := t.buffer.Read(t.out.Write); err != nil {
			return err
		}
	}
	if err := t.out.Close(); err != nil {
		return err
	}
	return t.buffed.Flush()
}

// finish writes what is left, prints the histograms, and says if anything was lost.
func (t *tracing) finish(m *probes.Manager) error {
	if t == nil {
		return nil
	}
	for _, h := range t.hists {
		fmt.Fprint(os.Stderr, t.buffer.HistText(h, m.Symbolize))
	}
	if t.file == nil {
		return nil
	}
	close(t.stop)
	if err := <-t.done; err != nil {
		return err
	}
	s := t.buffer.Stats()
	if s.Lost() > 0 {
		fmt.Fprintf(os.Stderr, "axol: --trace: %d records written, %d lost: %d found the buffer full, %d were overwritten\n", s.Read, s.Lost(), s.Dropped, s.Overwritten)
	}
	if t.flags.Trace == "-" {
		return nil
	}
	return t.file.Close()
}
