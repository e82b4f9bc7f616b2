package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"axol/jit"
	"axol/runtime"
)

type runCmd struct {
	Root   string   `placeholder:"DIR" help:"Look absolute paths up in DIR first: a sysroot of arm64 packages."`
	Probe  []string `short:"p" sep:"none" placeholder:"DEF" help:"Put a probe on the program, in the syntax of tracefs kprobe_events; '-' or '@FILE' reads definitions from standard input or a file."`
	Rules  string   `default:"linux-5.10" help:"Kernel whose rules decide what may be probed (${default})."`
	Engine string   `enum:"jit,interp" default:"jit" help:"jit translates, interp evaluates (${default})."`
	Off    []string `placeholder:"NAME" help:"Switch optimisations off: forward, fold, deadwrites, regions, links, jumpcache."`
	Stats  bool     `help:"Print what the engine did to standard error."`

	Program string   `arg:"" help:"An arm64 ELF program."`
	Args    []string `arg:"" optional:"" passthrough:"" help:"Its arguments."`
}

func (*runCmd) Help() string {
	return `Standard streams are the program's own; what Axol has to say goes to standard error. The exit
status is the program's, 128+N if signal N ended it, 2 if nothing could be run.

Examples:
  axol run ./busybox sha256sum /etc/passwd
  axol run --stats ./guest
  axol run --probe 'p:alloc runtime.mallocgc size=%x0' ./guest`
}

// engineConfig is the engine that flags ask for.
func engineConfig(name string, off []string) (jit.Config, error) {
	cfg := jit.Config{Interp: name == "interp"}
	switches := map[string]*bool{
		"forward": &cfg.Off.Forward, "fold": &cfg.Off.Fold, "deadwrites": &cfg.Off.DeadWrites,
		"regions": &cfg.Off.Regions, "links": &cfg.Off.Links, "jumpcache": &cfg.Off.JumpCache,
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
	var eng *jit.Engine
	p, err := runtime.Load(runtime.Config{
		Path: r.Program, Args: append([]string{r.Program}, r.Args...), Env: os.Environ(), Root: r.Root,
		NewEngine: func(g jit.Guest, base, limit uint64) (runtime.Engine, error) {
			cfg.Guest, cfg.MemBase, cfg.MemLimit = g, base, limit
			var err error
			if eng, err = jit.New(cfg); err != nil {
				return nil, err
			}
			return runtime.Use(eng), nil
		},
	})
	if err != nil {
		return err
	}
	start := time.Now()
	status := p.Run()
	if r.Stats {
		printStats(eng.Stats(), time.Since(start))
	}
	return exitStatus(status)
}

func printStats(s jit.Stats, d time.Duration) {
	var b strings.Builder
	row := func(name string, v any) { fmt.Fprintf(&b, "axol: %-32s %v\n", name, v) }
	row("time", d.Round(time.Millisecond))
	row("units translated", s.Units)
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
