package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"axol/jit"
	"axol/runtime"
)

type disasmCmd struct {
	Stage string   `enum:"a64,ir,opt,host" default:"host" help:"a64: the instructions; ir: as lifted; opt: after the passes; host: the host's code (${default})."`
	Off   []string `placeholder:"NAME" help:"Switch optimisations off, as in run."`
	Code  string   `arg:"" help:"FILE, for its entry, or FILE:SYMBOL, or FILE:ADDRESS."`
}

func (*disasmCmd) Help() string {
	return `Shows the unit of translation that begins at an address, at one stage of its way.

Examples:
  axol disasm --stage ir ./busybox
  axol disasm ./guest:main.main
  axol disasm --stage a64 ./guest:0x78000`
}

func (d *disasmCmd) Run() error {
	cfg, err := engineConfig("jit", d.Off)
	if err != nil {
		return err
	}
	file, where := d.Code, ""
	if i := strings.LastIndexByte(file, ':'); i >= 0 {
		file, where = file[:i], file[i+1:]
	}
	var eng *jit.Engine
	p, err := runtime.Load(runtime.Config{
		Path: file,
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
	pc := p.Entry()
	if where != "" {
		if pc, err = resolve(p, where); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if pc%4 != 0 {
			return fmt.Errorf("%s: %s: not a multiple of 4", file, where)
		}
		if _, ok := p.Fetch(pc); !ok {
			return fmt.Errorf("%s: %s: not executable code", file, where)
		}
	}
	return eng.List(os.Stdout, pc, d.Stage)
}

// resolve is the address that a symbol, symbol+offset or number names.
func resolve(p *runtime.Process, where string) (uint64, error) {
	if n, err := strconv.ParseUint(where, 0, 64); err == nil {
		return n, nil
	}
	name, off := where, uint64(0)
	if i := strings.LastIndexByte(where, '+'); i > 0 {
		var err error
		if off, err = strconv.ParseUint(where[i+1:], 0, 64); err != nil {
			return 0, fmt.Errorf("%q: the offset is not a number", where)
		}
		name = where[:i]
	}
	s, ok := p.Symbols().Lookup(name)
	if !ok {
		return 0, fmt.Errorf("there is no function %q", name)
	}
	return s.Addr + off, nil
}
