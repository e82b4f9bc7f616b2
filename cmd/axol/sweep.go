package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"axol/bench/sweep"
	"axol/probes"
	"axol/runtime/image"
)

type sweepCmd struct {
	File sweepFileCmd `cmd:"" default:"withargs" hidden:"" help:"Sweep one file."`
	Diff sweepDiffCmd `cmd:"" help:"What became probe-able or refused between two kernels, reports or rule sets, by function."`
}

func (*sweepCmd) Help() string { return new(sweepFileCmd).Help() }

type sweepFileCmd struct {
	sweepSource
	Report string `placeholder:"FILE" help:"Write a report to FILE, by its name's end: .json (lines), .csv or .html (one page that needs nothing else)."`
	Per    string `enum:"function,instruction" default:"function" help:"What a .json or .csv report has a record for: function or instruction (${default})."`

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
	return `For every instruction of a kernel, a module or a program: may it be probed, and how? It is stepped in a slot, simulated, or
rejected, because of what it is, of what stands in front of it, or of where it stands: on the blacklist, in the exception table, at an
ftrace site, a jump label or a BUG. Prints tables; the last one says which of a kernel's tables were found in the file.

FILE is an ELF file (vmlinux, .ko, a program) or an arm64 Image as distributions ship it: plain, packed by gzip or zstd, or as EFI
zboot. Symbols are those of the ELF file, or are decoded from the Image's own kallsyms; nothing else is needed.
Instructions that a kernel replaces when it finds out which processor it has (alternatives) are as the file has them, unless
--patched says what became of them.

Reports are whole or not there. In .json each line is an object with a type: sweep first (the image, the rules), then function (name,
address, section, words, stepped, simulated, rejected, entry, reasons) or instruction (address, word, section, function, offset,
verdict, handler, reason), inequality, and summary last.

The exit status is 0, 1 if a probe makes a difference to the program, 2 if nothing could be measured.

Examples:
  axol sweep /boot/vmlinuz-6.1.0-56-cloud-arm64
  axol sweep --report sweep.html vmlinuz
  axol sweep --report sweep.json --per instruction --rules linux-6.18 vmlinux
  axol sweep --symbols /proc/kallsyms --vhe Image
  axol sweep diff vmlinuz-6.1 vmlinuz-6.12
  axol sweep diff --rules linux-5.10,linux-6.13 vmlinuz`
}

func (c *sweepFileCmd) Run() error {
	if c.Report != "" {
		if err := sweep.CheckReport(c.Report); err != nil {
			return fmt.Errorf("--report %w", err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, err := c.sweep(c.File, c.Rules)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	summary := s.Summarize(nil)
	if err := s.Print(os.Stdout, summary); err != nil {
		return err
	}
	if c.Report != "" {
		report := sweep.Report{Sweep: s, Summary: summary, Per: sweep.Per(c.Per)}
		if err := report.Write(c.Report); err != nil {
			return fmt.Errorf("--report: %w", err)
		}
	}
	if status := summary.Status(); status != 0 {
		return exitStatus(status)
	}
	return nil
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
