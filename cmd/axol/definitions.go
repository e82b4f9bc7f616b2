package main

import (
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"axol/probes"
	"axol/runtime"
)

// definition is a probe definition, and where it was given.
type definition struct {
	*probes.Definition
	source string
}

// readDefinitions reads the values of --probe: definitions, or where to find them.
func readDefinitions(values []string) ([]definition, error) {
	var all []definition
	for _, v := range values {
		var text []byte
		var err error
		source := "--probe"
		switch {
		case v == "-":
			source = "--probe: standard input"
			text, err = io.ReadAll(os.Stdin)
		case strings.HasPrefix(v, "@"):
			source = v[1:]
			text, err = os.ReadFile(v[1:])
		default:
			d, err := probes.Parse(v)
			if err != nil {
				return nil, placed(source, err)
			}
			all = append(all, definition{d, fmt.Sprintf("%s %q", source, v)})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("--probe %s: %w", v, err)
		}
		more, err := readLines(source, string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// readLines reads a file of definitions.
func readLines(source, text string) ([]definition, error) {
	var all []definition
	n := 0
	for line := range strings.Lines(text) {
		n++
		at := fmt.Sprintf("%s:%d", source, n)
		defs, err := probes.ParseFile(line) // none for comments and empty lines
		if err != nil {
			return nil, placed(at, err)
		}
		for _, d := range defs {
			all = append(all, definition{d, at})
		}
	}
	return all, nil
}

// placed is the error of a definition in one line: its column instead of a caret below it.
func placed(source string, err error) error {
	var e *probes.DefinitionError
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: %w", source, err)
	}
	return fmt.Errorf("%s %q: column %d: %s", source, e.Text, e.Pos+1, e.Code)
}

// mayReturn refuses return probes on Go programs. A kernel takes them, and the program crashes: when Go's runtime moves
// a stack, or collects garbage, it finds the trampoline where it wants to know the caller.
func mayReturn(p *runtime.Process, d *probes.Definition) error {
	file := p.Exe()
	if d.Kind == probes.KindUprobe {
		file = p.HostPath(d.Path)
	}
	if !d.Return {
		return nil
	}
	if _, err := buildinfo.ReadFile(file); err != nil {
		return nil // not by Go
	}
	return fmt.Errorf("%s is a Go program, which return probes crash, as they do under a kernel: it finds the trampoline for a "+
		"return address on its stack (golang.org/issue/22008); probe the function's RET instructions", file)
}
