package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"axol/bench"
	"axol/probes"
	"axol/runtime"
)

// everywhere is the counting probes that --every asks for, and the figures of the run.
type everywhere struct {
	out      *os.File // where the figures go, nil: nowhere
	counting *bench.Counting
	figures  bench.ProgramFigures
	user     float64
	start    time.Time
}

// figuresFrom is the lowest descriptor for figures: the low ones are the guest's.
const figuresFrom = 500

// newEverywhere takes the descriptor for figures out of the guest's sight.
func newEverywhere(fd int) (*everywhere, error) {
	e := &everywhere{}
	if fd == 0 {
		return e, nil
	}
	high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, figuresFrom)
	if err != nil {
		return nil, fmt.Errorf("--figures %d: %w", fd, err)
	}
	if err := unix.Close(fd); err != nil {
		return nil, err
	}
	e.out = os.NewFile(uintptr(high), "figures")
	return e, nil
}

// begin puts the probes on and begins to measure.
func (e *everywhere) begin(m *probes.Manager, p *runtime.Process, every bench.Every) error {
	before := userTime()
	if every != bench.EveryNothing {
		places, err := bench.Places(p.Exe(), every, p.Bias(), p.Symbols(), p.Fetch)
		if err != nil {
			return fmt.Errorf("--every %s: %w", every, err)
		}
		e.counting = bench.CountAt(m, p.Fetch, places)
	}
	e.user, e.start = userTime(), time.Now()
	e.figures.Prepare = e.user - before
	return nil
}

// end tells what was measured: to who asked for figures, and to people if there are probes.
func (e *everywhere) end() error {
	f := &e.figures
	f.User, f.Wall = userTime()-e.user, time.Since(e.start).Seconds()
	if e.counting != nil {
		e.counting.Figures(f)
	}
	if e.out != nil {
		defer e.out.Close()
		return json.NewEncoder(e.out).Encode(f)
	}
	if e.counting != nil {
		fmt.Fprintf(os.Stderr, "axol: %d counting probes, %d places refused, %d hits\n", f.Probes, f.Refused, f.Hits)
	}
	return nil
}

// userTime is the user CPU time of this process.
func userTime() float64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		panic(err) // every Linux has it
	}
	return float64(u.Utime.Sec) + 1e-6*float64(u.Utime.Usec)
}
