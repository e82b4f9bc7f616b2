package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"axol/probes"
)

// Every says what a program gets counting kprobes on.
type Every string

// What a program is measured with.
const (
	EveryNothing     Every = "nothing"
	EveryFunction    Every = "function"
	EveryInstruction Every = "instruction"
)

// ProgramFigures is what one run of a program says of itself, as JSON.
type ProgramFigures struct {
	Probes  int     `json:"probes"`
	Refused int     `json:"refused"` // places that the rules, or what is there, speak against
	Hits    uint64  `json:"hits"`
	Prepare float64 `json:"prepare"` // seconds of user CPU time to put the probes on
	User    float64 `json:"user"`    // seconds of user CPU time to run
	Wall    float64 `json:"wall"`
}

// A program is measured by running it as a process of its own, once for each way and round: Axol with these flags, which
// writes its figures to the descriptor behind the standard ones.
const (
	FlagEvery   = "--every"
	FlagFigures = "--figures"
	figuresFD   = 3
)

// programRun is a way to run the program, and its result.
type programRun struct {
	*Result
	every   Every
	command []string
	counted bool // the exact figures are in
}

// MeasureProgram runs a program and its arguments unprobed, with a probe on every function, and on every instruction, in each
// setting. Paths are looked up in root first, unless it is "".
func MeasureProgram(program []string, root string, o *Options) (*Report, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	rep := &Report{Rounds: o.Rounds, Host: thisHost()}
	for _, s := range o.settings(usualRules) {
		runs := programRuns(self, program, root, s)
		if err := measureRuns(runs, o, rep); err != nil {
			return nil, fmt.Errorf("%s: %w", program[0], err)
		}
		for _, r := range runs {
			rep.Results = append(rep.Results, r.Result)
		}
	}
	rep.note(fmt.Sprintf("The program: %s. Probes count, on what is executable in its own file: on its functions (without symbols: on what\n"+
		"is called by BL), or on all instructions. User CPU time of its process, without what it takes to load it and to put the probes on (prepare).", strings.Join(program, " ")))
	return rep, nil
}

func programRuns(self string, program []string, root string, s Setting) (runs []*programRun) {
	for _, every := range []Every{EveryNothing, EveryFunction, EveryInstruction} {
		name := "every-" + string(every)
		if every == EveryNothing {
			name = "unprobed"
		}
		command := []string{self, "run", FlagEvery, string(every), FlagFigures, fmt.Sprint(figuresFD),
			"--rules", s.Rules, "--fidelity", s.Fidelity.String(), "--placement", s.Placement.String()}
		if root != "" {
			command = append(command, "--root", root)
		}
		axes := append([]Axis{{"program", nameWord(filepath.Base(program[0]))}}, s.axes()...)
		runs = append(runs, &programRun{Result: &Result{Group: groupProgram, Name: name, Axes: axes, Iters: 1},
			every: every, command: append(append(command, "--"), program...)})
	}
	return runs
}

// measureRuns runs all ways in every round.
func measureRuns(runs []*programRun, o *Options, rep *Report) error {
	var printed *bytes.Buffer
	for round := range o.Rounds {
		var unprobed *ProgramFigures
		for i, r := range runs {
			o.Progress.Show(round*len(runs)+i, o.Rounds*len(runs), r.Name)
			var out bytes.Buffer
			f, err := r.run(&out)
			if err != nil {
				return fmt.Errorf("%s: %w", r.Name, err)
			}
			if printed == nil {
				printed = &out
			} else if !bytes.Equal(printed.Bytes(), out.Bytes()) {
				rep.note("What the program prints is not the same each time.")
			}
			if unprobed == nil {
				unprobed = f
			}
			r.take(f, unprobed)
		}
	}
	return nil
}

// take adds the figures of a run, beside those of the unprobed one of its round.
func (r *programRun) take(f, unprobed *ProgramFigures) {
	r.add(unitUser, f.User)
	r.add(unitTime, f.Wall)
	if r.every == EveryNothing {
		return
	}
	r.add(unitRatio, f.User/unprobed.User)
	r.add(unitPrepare, f.Prepare)
	r.add(unitProgramHits, float64(f.Hits)) // threads make it differ from run to run
	if f.Hits > 0 {
		r.add(unitMore, (f.User-unprobed.User)/float64(f.Hits))
	}
	if !r.counted {
		r.counted = true
		r.exact(unitProbes, float64(f.Probes))
		r.exact(unitRefused, float64(f.Refused))
	}
}

// maxPrinted is how much of what a program prints is kept to be compared.
const maxPrinted = 64 << 20

// run runs the program once. Its exit status is its own business, unless it did not run at all.
func (r *programRun) run(out *bytes.Buffer) (*ProgramFigures, error) {
	figures, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer figures.Close()
	var stderr bytes.Buffer
	cmd := exec.Command(r.command[0], r.command[1:]...)
	cmd.Env = environment()
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = &limited{out, maxPrinted}, &limited{&stderr, 1 << 16}, []*os.File{w}
	err = cmd.Start()
	w.Close()
	if err != nil {
		return nil, err
	}
	kill := time.AfterFunc(programTime, func() { cmd.Process.Kill() })
	defer kill.Stop()
	f := &ProgramFigures{}
	broken := json.NewDecoder(figures).Decode(f)
	err = cmd.Wait()
	if broken != nil {
		return nil, fmt.Errorf("it did not run to its end: %w", errors.Join(err, errors.New(strings.TrimSpace(stderr.String()))))
	}
	return f, nil
}

// limited keeps so many bytes and lets the rest go.
type limited struct {
	b    *bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	l.b.Write(p[:n])
	return len(p), nil
}

// Counting is counting kprobes on many places of a program.
type Counting struct {
	m       *probes.Manager
	probes  []probes.Kprobe
	refused int
}

// CountAt puts a counting kprobe on each of these places that may have one. Inside an exclusive sequence none may, even where
// there are no symbols, without which kernels do not look: the sequence would never succeed.
func CountAt(m *probes.Manager, code probes.Code, places []probes.Place) *Counting {
	c := &Counting{m: m, probes: make([]probes.Kprobe, len(places))}
	n := 0
	for _, place := range places {
		c.probes[n] = probes.Kprobe{Addr: place.Addr}
		v, ok := probes.ClassifyAt(m.Rules(), code, place)
		if ok && v.Class != probes.Rejected && m.Register(&c.probes[n]) == nil {
			n++
		} else {
			c.refused++
		}
	}
	c.probes = c.probes[:n]
	return c
}

// Figures fills in what the probes counted.
func (c *Counting) Figures(f *ProgramFigures) {
	f.Probes, f.Refused = len(c.probes), c.refused
	for i := range c.probes {
		f.Hits += c.m.Hits(&c.probes[i])
	}
}
