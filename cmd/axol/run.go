package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"axol/bench"
	"axol/jit"
	"axol/probes"
	"axol/runtime"
)

type runCmd struct {
	Root      string   `predictor:"dir" placeholder:"DIR" help:"Look absolute paths up in DIR first: a sysroot of arm64 packages."`
	Probe     []string `short:"p" sep:"none" placeholder:"DEF" help:"Put a probe on the program, in the syntax of tracefs kprobe_events; '-' or '@FILE' reads definitions, one a line, from standard input or a file."`
	Rules     string   `predictor:"rules" default:"linux-5.10" placeholder:"SET" help:"Kernel whose rules decide what may be probed (${default}): linux-4.8 to linux-7.2, debian-6.1, debian-6.12."`
	Fidelity  string   `enum:"inline,trap" default:"inline" help:"How a probe is hit: inline makes it part of the translated instruction, trap takes the breakpoint exception and executes the instruction out of line, as a kernel does (${default})."`
	Placement string   `enum:"shadow,text" default:"shadow" help:"Where breakpoints are: shadow leaves guest memory alone, text writes them into the program's code (${default})."`
	Engine    string   `enum:"jit,interp" default:"jit" help:"jit translates, interp evaluates (${default})."`
	Off       []string `placeholder:"NAME" help:"Switch optimisations off: forward, fold, common, deadwrites, peel, calls, regions, links, jumpcache, tiers."`
	Stats     bool     `help:"Print what the engine did to standard error."`

	traceFlags

	Every   string `enum:"nothing,function,instruction" default:"nothing" help:"Put counting kprobes on every function, or on every instruction, of the program's file that may have one (${default})."`
	Figures int    `hidden:"" help:"Descriptor that is told what 'axol bench' wants to know."`

	Handover int `hidden:"" help:"Descriptor of what another Axol hands over to its guest's child."`

	Program []string `arg:"" passthrough:"partial" help:"An arm64 ELF program, and its arguments."`
}

func (*runCmd) Help() string {
	return `Standard streams are the program's own; what Axol has to say goes to standard error. The exit
status is the program's, 128+N if signal N ended it, 2 if nothing could be run. When the program has ended,
the hits and misses of its probes are printed as in the kernel's kprobe_profile and uprobe_profile.

Examples:
  axol run ./busybox sha256sum /etc/passwd
  axol run --stats ./guest
  axol run --probe 'p:alloc runtime.mallocgc size=%x0' ./guest
  axol run --probe @probes.txt --trace trace.txt --rules debian-6.1 ./guest
  axol run --probe 'p:alloc runtime.mallocgc size=%x0' --trace big.json --filter 'alloc: size >= 4096' ./guest
  axol run --every function ./busybox sha256sum /etc/passwd
  axol run --probe 'p:alloc runtime.mallocgc size=%x0' --trigger 'alloc: hist:keys=size.log2:sort=size' ./guest

In a filter, FIELD OP VALUE are joined by && and ||, with ! and parentheses; OP is == != < <= > >= or & of
numbers, == != or ~ (a glob) of strings. A field is an argument of the probe, common_pid, comm or cpu. A trigger
is hist:keys=FIELD, with .hex, .sym, .sym-offset, .log2 or .buckets=N, then :sort=FIELD|hitcount[.descending],
:size=N, and "if FILTER".`
}

// engineConfig is the engine that flags ask for.
func engineConfig(name string, off []string) (jit.Config, error) {
	cfg := jit.Config{Interp: name == "interp"}
	switches := map[string]*bool{
		"forward": &cfg.Off.Forward, "fold": &cfg.Off.Fold, "deadwrites": &cfg.Off.DeadWrites,
		"regions": &cfg.Off.Regions, "common": &cfg.Off.Common, "peel": &cfg.Off.Peel, "calls": &cfg.Off.Calls, "links": &cfg.Off.Links, "jumpcache": &cfg.Off.JumpCache, "tiers": &cfg.Off.Tiers,
	}
	for _, o := range off {
		p := switches[o]
		if p == nil {
			return cfg, fmt.Errorf("--off %s: there is no such optimisation", o)
		}
		*p = true
	}
	return cfg, nil
}

func (r *runCmd) Run() error {
	cfg, err := engineConfig(r.Engine, r.Off)
	if err != nil {
		return err
	}
	defs, err := readDefinitions(r.Probe)
	if err != nil {
		return err
	}
	rules, err := probes.Lookup(r.Rules)
	if err != nil {
		return fmt.Errorf("--rules %s: %w", r.Rules, err)
	}
	if r.Program[0] == "--" && len(r.Program) > 1 {
		r.Program = r.Program[1:]
	}
	trace, err := r.open()
	if err != nil {
		return err
	}
	comm := filepath.Base(r.Program[0])
	config := probes.Config{Rules: rules, Comm: comm[:min(len(comm), maxComm)]}
	if r.Fidelity == "trap" {
		config.Fidelity = probes.Trap
	}
	if r.Placement == "text" {
		config.Placement = probes.PlaceText
	}
	trace.configure(&config)
	manager := probes.New(config)
	// A host that executes the guest's instructions as they are does not count them for nothing.
	cfg.Uncounted = r.Trace == "" || r.TraceClock == "host"
	newEngine := runtime.JIT(cfg)
	if len(defs) > 0 || r.Every != string(bench.EveryNothing) {
		newEngine = manager.Engine(cfg)
	}
	guest := runtime.Config{Path: r.Program[0], Args: r.Program, Env: os.Environ(), Root: r.Root, NewEngine: newEngine, Self: r.self(), GiveStdio: true, Confined: cfg.Interp}
	report := sync.OnceFunc(func() {
		if err := trace.finish(manager); err != nil {
			fmt.Fprintf(os.Stderr, "axol: --trace: %v\n", err)
		}
		fmt.Fprint(os.Stderr, manager.KprobeProfile(), manager.UprobeProfile())
	})
	guest.BeforeExec = report // the program that goes on then has no probes
	if r.Handover > 0 {
		if guest.Handover, err = runtime.ReadHandover(r.Handover); err != nil {
			return err
		}
		if guest.Handover.Ended {
			guest.Handover.End()
		}
		guest.Args, guest.Env = guest.Handover.Args, guest.Handover.Env
	}
	every, err := newEverywhere(r.Figures)
	if err != nil {
		return err
	}
	p, err := runtime.Load(guest)
	if err != nil {
		return err
	}
	for _, d := range defs {
		if err := mayReturn(p, d.Definition); err != nil {
			return fmt.Errorf("%s: %w", d.source, err)
		}
		if _, err := manager.AddEvent(d.Definition); err != nil {
			return fmt.Errorf("%s: %w", d.source, err)
		}
	}
	if err := trace.attach(manager); err != nil {
		return err
	}
	trace.start(manager, config.Comm)
	if err := every.begin(manager, p, bench.Every(r.Every)); err != nil {
		return err
	}
	start := time.Now()
	status := p.Run()
	took := time.Since(start)
	if err := every.end(); err != nil {
		return err
	}
	stats := p.Engine().(interface{ Stats() jit.Stats }).Stats()
	p.Close() // the standard descriptors are Axol's again
	report()
	if r.Stats {
		printStats(stats, took)
		printEvents(manager)
	}
	if h := guest.Handover; h != nil && h.Child {
		h.Status, h.Signal = status, p.EndedBy()
		h.End()
	}
	return exitStatus(status)
}

// self is the command that runs the programs which a guest executes, and its children. They have no probes.
func (r *runCmd) self() []string {
	exe, err := os.Executable()
	if err != nil {
		return nil // guests cannot execute programs then
	}
	self := []string{exe, "run", "--engine=" + r.Engine}
	if root, err := filepath.Abs(r.Root); err == nil && r.Root != "" {
		self = append(self, "--root="+root)
	}
	if len(r.Off) > 0 {
		self = append(self, "--off="+strings.Join(r.Off, ","))
	}
	return self
}

// maxComm is the longest name of a task.
const maxComm = 15

// printEvents says of each event that does more than count where that is done.
func printEvents(m *probes.Manager) {
	for _, e := range m.Events("", "") {
		where := "in generated code"
		if !e.Compiled() {
			where = "by Go code"
		}
		fmt.Fprintf(os.Stderr, "axol: %-32s %s\n", "event "+e.Group+"/"+e.Event, where)
	}
}

func printStats(s jit.Stats, d time.Duration) {
	var b strings.Builder
	row := func(name string, v any) { fmt.Fprintf(&b, "axol: %-32s %v\n", name, v) }
	row("time", d.Round(time.Millisecond))
	row("units translated", s.Units)
	row("regions among them", s.Regions)
	row("guest instructions in them", s.Insns)
	row("bytes of host code", s.HostBytes)
	row("direct branches linked", s.Links)
	row("indirect branches looked up", s.Lookups)
	row("instructions by the interpreter", s.Helpers)
	row("stops inside a unit", s.Stops)
	row("units invalidated", s.Invalidated)
	row("code cache flushes", s.Flushes)
	row("units given to the interpreter", s.Broken)
	fmt.Fprint(os.Stderr, b.String())
}
