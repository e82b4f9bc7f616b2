package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"axol/bench"
	"axol/bench/show"
	"axol/probes"
)

type benchCmd struct {
	List  bool `help:"List the benchmarks there are, and run none."`
	Count int  `default:"10" help:"Rounds; the figures are their medians (${default})."`
	Peers bool `help:"Run the benchmarks that are the same work under other translators: unicorn, versions of qemu-aarch64, native builds ('make peers' fetches what that needs)."`

	Rules     []string `predictor:"rules" placeholder:"KERNEL" help:"Kernels whose rules and ways hold: linux-4.8 to linux-7.2, debian-6.1, debian-6.12; 'all' for one of each kind."`
	Fidelity  []string `enum:"inline,trap" help:"How hits are taken: inline, trap; without, both, for a program inline."`
	Placement []string `enum:"shadow,text" default:"shadow" help:"Where breakpoints are: shadow, text (${default})."`
	Cpus      []int    `default:"1,2" help:"Numbers of vCPUs, for group vcpus (${default})."`
	Probes    []int    `default:"1,10,100,1000,10000,100000,1000000" help:"Numbers of probes armed at once, for group armed (${default})."`

	Root string `predictor:"dir" placeholder:"DIR" help:"Sysroot of the program behind '--'."`

	Out  string `placeholder:"FILE" help:"Write every round to FILE, in Go benchmark format."`
	JSON bool   `name:"json" help:"Print JSON lines in place of tables."`
	Plot string `placeholder:"FILE" help:"Draw FILE, .svg or .html: hits per second by kind, and the cost of many probes."`

	What []string `arg:"" optional:"" predictor:"bench" help:"Regular expressions that select benchmarks; behind '--': a program and its arguments, which is measured instead."`
}

func (*benchCmd) Help() string {
	return `Measures what probes cost: at each hit (group hit, and table, as in the kernel's documentation), to arm and disarm
on a running vCPU (arm), 1 to 1000000 at once (armed), with several vCPUs (vcpus). Names are those of the kernel's bench_trigger
where they mean the same. Counts are exact; times are medians with intervals of 95 % confidence, and what a probe costs is the
difference to the same code without it, which runs right before it in every round.

Behind '--' stands any arm64 program: it is run unprobed, with a counting kprobe on every function, and on every instruction.
With --peers, libunicorn and plugins of qemu put the same hook on, and programs run beside qemu and their native builds.

Examples:
  axol bench
  axol bench --list
  axol bench --count 20 --out overhead.txt --plot overhead.svg hit/ armed/
  axol bench --rules linux-4.8,debian-6.12 --placement shadow,text '^hit/uprobe' '^hit/kprobe$'
  axol bench --json vcpus --cpus 1,2,4 > vcpus.jsonl
  axol bench --count 5 -- ./busybox sha256sum /etc/passwd
  axol bench --root SYSROOT -- SYSROOT/usr/bin/lua5.4 program.lua
  axol bench --peers --count 3
  axol bench --peers peers/
  axol bench --peers --count 1 loops/ lua`
}

func (b *benchCmd) Run() error {
	if b.Count < 1 {
		return fmt.Errorf("--count %d: there must be at least 1 round", b.Count)
	}
	patterns, program := split(b.What, os.Args)
	catalogue := bench.Catalogue(b.Probes)
	if b.List {
		s, err := bench.Match(catalogue, patterns)
		if err != nil {
			return err
		}
		return bench.PrintCatalogue(os.Stdout, s)
	}
	o, err := b.options(program != nil)
	if err != nil {
		return err
	}
	var selection bench.Selection
	if program == nil {
		selection, err = bench.Select(catalogue, b.Peers, patterns)
	} else if b.Peers || len(patterns) > 0 || len(program) == 0 {
		err = errors.New("-- PROGRAM: a program is measured alone, without patterns and --peers")
	}
	if err != nil {
		return err
	}
	files, err := b.open()
	if err != nil {
		return err
	}
	o.Progress = bench.NewProgress(os.Stderr)
	var report *bench.Report
	if program != nil {
		report, err = bench.MeasureProgram(program, b.Root, o)
	} else {
		report, err = bench.Run(selection, o)
	}
	o.Progress.Clear()
	if err != nil {
		return err
	}
	return errors.Join(b.print(report), files.finish(report), report.Err())
}

// split tells patterns from the program behind '--', which the parser takes away: what stands behind it is the end of what
// the parser found. Without '--' program is nil.
func split(found, args []string) (patterns, program []string) {
	i := slices.Index(args, "--")
	if i < 0 {
		return found, nil
	}
	n := max(0, len(found)-(len(args)-i-1))
	return found[:n], append([]string{}, found[n:]...)
}

// options is what the axes' flags ask for.
func (b *benchCmd) options(program bool) (*bench.Options, error) {
	o := &bench.Options{Rounds: b.Count, CPUs: b.Cpus, Probes: b.Probes, Rules: b.Rules}
	if slices.Contains(b.Rules, "all") {
		o.Rules = probes.Names()
	}
	for _, name := range o.Rules {
		if _, err := probes.Lookup(name); err != nil {
			return nil, fmt.Errorf("--rules %s: %w", name, err)
		}
	}
	fidelities := b.Fidelity
	if len(fidelities) == 0 && program {
		fidelities = []string{"inline"}
	} else if len(fidelities) == 0 {
		fidelities = []string{"inline", "trap"}
	}
	for _, f := range fidelities {
		o.Fidelities = append(o.Fidelities, map[string]probes.Fidelity{"inline": probes.Inline, "trap": probes.Trap}[f])
	}
	for _, p := range b.Placement {
		o.Placements = append(o.Placements, map[string]probes.Placement{"shadow": probes.PlaceShadow, "text": probes.PlaceText}[p])
	}
	for _, n := range b.Cpus {
		if n < 1 || n > bench.MaxCPUs {
			return nil, fmt.Errorf("--cpus %d: there can be 1 to %d", n, bench.MaxCPUs)
		}
	}
	for _, n := range b.Probes {
		if n < 1 || n > bench.MaxProbes {
			return nil, fmt.Errorf("--probes %d: there can be 1 to %d", n, bench.MaxProbes)
		}
	}
	return o, nil
}

func (b *benchCmd) print(r *bench.Report) error {
	if b.JSON {
		return r.WriteJSON(os.Stdout)
	}
	return r.Print(os.Stdout)
}

// outputs is the files to write: they are there as a whole at the end, or not at all.
type outputs []output

type output struct {
	flag  string
	file  *show.NewFile
	write func(r *bench.Report, w io.Writer) error
}

// open fails before long work does.
func (b *benchCmd) open() (list outputs, err error) {
	for _, o := range []output{
		{"--out " + b.Out, nil, func(r *bench.Report, w io.Writer) error { return r.Write(w) }},
		{"--plot " + b.Plot, nil, nil},
	} {
		_, path, _ := strings.Cut(o.flag, " ")
		if path == "" {
			continue
		}
		if o.write == nil {
			if o.write, err = bench.Plotter(path); err != nil {
				return nil, fmt.Errorf("%s: %w", o.flag, err)
			}
		}
		if o.file, err = show.CreateFile(path); err != nil {
			return nil, fmt.Errorf("%s: %w", o.flag, err)
		}
		list = append(list, o)
	}
	return list, nil
}

// finish writes the files.
func (l outputs) finish(r *bench.Report) error {
	var errs []error
	for _, o := range l {
		if err := o.file.Finish(func(w io.Writer) error { return o.write(r, w) }); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", o.flag, err))
		}
	}
	return errors.Join(errs...)
}
