package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"axol/bench/sweep"
	"axol/bench/sweep/dynamic"
	"axol/probes"
	"axol/runtime/image"
)

type sweepCmd struct {
	File sweepFileCmd `cmd:"" default:"withargs" help:"Sweep one file: the word 'file' may be left out."`
	Diff sweepDiffCmd `cmd:"" help:"What became probe-able or refused between two kernels, reports or rule sets, by function."`
}

func (*sweepCmd) Help() string {
	return `Examples:
  axol sweep vmlinuz
  axol sweep --report sweep.html vmlinuz
  axol sweep diff vmlinuz-6.1 vmlinuz-6.12

'axol sweep file --help' says what a sweep does, and has its flags. A file that is called diff is ./diff.`
}

type sweepFileCmd struct {
	sweepSource
	Static  bool   `help:"Verdicts only: execute nothing."`
	Seed    uint64 `default:"1" placeholder:"N" help:"Of the random states that instructions are executed from (${default})."`
	Samples int    `default:"4" placeholder:"N" help:"Random states for each instruction and fidelity (${default})."`
	Report  string `placeholder:"FILE" help:"Write a report to FILE, by its name's end: .json (lines), .csv or .html (one page that needs nothing else)."`
	Per     string `enum:"function,instruction" default:"function" help:"What a .json or .csv report has a record for: function or instruction (${default})."`
	Resume  bool   `help:"Go on where a run with the same --report was interrupted; what it did is beside the report, in FILE.state."`

	File string `arg:"" help:"vmlinux, vmlinuz, Image, module or program for arm64."`
}

// sweepSource is how a file is read and judged.
type sweepSource struct {
	Rules   string `default:"auto" placeholder:"SET" help:"Kernel whose rules decide: linux-4.8 to linux-7.2, debian-6.1, debian-6.12; auto: the one that the file is, or linux-5.10."`
	Kind    string `enum:"auto,kprobe,uprobe" default:"auto" help:"Which probes: auto is kprobe for kernels and modules, uprobe for programs."`
	Symbols string `placeholder:"FILE" help:"Symbols of a kernel without its own: System.map, or /proc/kallsyms of where it runs."`
	Patched string `placeholder:"FILE" help:"What the running kernel had made of its text: lines of address, word in the image, word in memory, in hexadecimal, with commas."`
	VHE     bool   `name:"vhe" help:"The kernel runs at EL2, as on servers with FEAT_VHE."`
	Workers int    `placeholder:"N" help:"Cores to use (all)."`
}

func (*sweepFileCmd) Help() string {
	return `For every instruction of a kernel, a module or a program: may it be probed, how, and is going through the probe invisible?

It is stepped in a slot, simulated, or rejected, because of what it is, of what stands in front of it, or of where it stands: on the
blacklist, in the exception table, at an ftrace site, a jump label or a BUG. Then each that may be probed is executed at its own
address from random states, with a probe and without, by trap and by inline fidelity; the end states must be equal. Refusals are
shown to be right where that can be shown. --static leaves that out.

FILE is an ELF file (vmlinux, .ko, a program) or an arm64 Image as distributions ship it: plain, packed by gzip or zstd, or as EFI
zboot. Symbols are those of the ELF file, or are decoded from the Image's own kallsyms; nothing else is needed. The last table
printed says which of a kernel's tables were found in the file. Instructions that a kernel replaces when it finds out which
processor it has (alternatives) are as the file has them, unless --patched says what became of them.

Reports are whole or not there. In .json each line is an object with a type: sweep first (the image, the rules), then function (name,
address, section, words, stepped, simulated, rejected, entry, reasons, dynamic) or instruction (address, word, section, function,
offset, verdict, handler, reason, executions, result), inequality, and summary last.

The exit status is 0, 1 if a probe makes a difference to the program, 2 if nothing could be measured.

Examples:
  axol sweep /boot/vmlinuz-6.1.0-56-cloud-arm64
  axol sweep --report sweep.html --samples 4 vmlinuz
  axol sweep --report sweep.html --samples 4 --resume vmlinuz
  axol sweep --static --report sweep.json --per instruction --rules linux-6.18 vmlinux
  axol sweep --static --symbols /proc/kallsyms --vhe Image
  axol sweep diff vmlinuz-6.1 vmlinuz-6.12
  axol sweep diff --rules linux-5.10,linux-6.13 vmlinuz`
}

func (c *sweepFileCmd) Run() error {
	if err := c.check(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, err := c.sweep(c.File, c.Rules)
	if err != nil {
		return err
	}
	state := c.state(s)
	d, err := c.dynamic(ctx, s, state)
	if err != nil {
		return err
	}
	report := sweep.Report{Sweep: s, Summary: s.Summarize(d), Dynamic: d, Per: sweep.Per(c.Per)}
	if err := s.Print(os.Stdout, report.Summary); err != nil {
		return err
	}
	if d != nil {
		if err := d.PrintDifferences(os.Stdout); err != nil {
			return err
		}
	}
	if c.Report != "" {
		if err := report.Write(c.Report); err != nil {
			return fmt.Errorf("--report: %w", err)
		}
		if err := state.Remove(); err != nil {
			return err
		}
	}
	if status := report.Summary.Status(); status != 0 {
		return exitStatus(status)
	}
	return nil
}

// check finds what is wrong with the flags before long work begins.
func (c *sweepFileCmd) check() error {
	switch {
	case c.Samples < 1:
		return fmt.Errorf("--samples %d: there must be at least 1", c.Samples)
	case c.Resume && c.Report == "":
		return errors.New("--resume: what was done is kept beside a report, and there is no --report")
	case c.Resume && c.Static:
		return errors.New("--resume: a static sweep takes less than a second and keeps nothing")
	case c.Report != "":
		if err := sweep.CheckReport(c.Report); err != nil {
			return fmt.Errorf("--report %w", err)
		}
	}
	return nil
}

// state is where a dynamic pass is kept while it runs: beside a report that is a file.
func (c *sweepFileCmd) state(s *sweep.Sweep) *sweep.State {
	if info, err := os.Stat(c.Report); c.Report == "" || c.Static || err == nil && !info.Mode().IsRegular() {
		return nil
	}
	return &sweep.State{Path: c.Report + ".state", Digest: s.Identity(), Notice: func(why string) { fmt.Fprintf(os.Stderr, "axol: --resume: %s\n", why) }}
}

// dynamic is the dynamic pass, nil if there is to be none.
func (c *sweepFileCmd) dynamic(ctx context.Context, s *sweep.Sweep, state *sweep.State) (*sweep.Dynamic, error) {
	if c.Static {
		return nil, nil
	}
	progress := sweep.NewProgress(os.Stderr)
	d, err := s.RunDynamic(ctx, sweep.DynamicOptions{Runner: dynamic.New, Seed: c.Seed, Samples: c.Samples, Workers: c.Workers,
		State: state, Resume: c.Resume, Progress: progress.Show})
	progress.Close()
	if errors.Is(err, context.Canceled) {
		if state != nil {
			return nil, errors.New("interrupted: with --resume it goes on from here")
		}
		return nil, errors.New("interrupted")
	}
	return d, err
}

// sweep is the static pass over a file.
func (c *sweepSource) sweep(path, set string) (*sweep.Sweep, error) {
	im, err := c.open(path)
	if err != nil {
		return nil, err
	}
	if set == "auto" {
		set = sweep.RulesFor(im)
	}
	rules, err := probes.Lookup(set)
	if err != nil {
		return nil, fmt.Errorf("--rules %s: %w", set, err)
	}
	if c.Kind == "uprobe" || c.Kind == "auto" && im.Kind == image.Program {
		rules = rules.ForUprobes()
	}
	return sweep.New(im, rules, sweep.Options{HYP: c.VHE, Workers: c.Workers}), nil
}

// open reads a file, with what else the flags say of it.
func (c *sweepSource) open(path string) (*image.Image, error) {
	opt := image.Options{SymbolsPath: c.Symbols}
	if c.Symbols != "" {
		f, err := os.Open(c.Symbols)
		if err != nil {
			return nil, fmt.Errorf("--symbols: %w", err)
		}
		defer f.Close()
		opt.Symbols = f
	}
	im, err := image.Open(path, opt)
	if err != nil || c.Patched == "" {
		return im, err
	}
	f, err := os.Open(c.Patched)
	if err != nil {
		return nil, fmt.Errorf("--patched: %w", err)
	}
	defer f.Close()
	if _, err := sweep.Patch(im, c.Patched, f); err != nil {
		return nil, fmt.Errorf("--patched: %w", err)
	}
	return im, nil
}
