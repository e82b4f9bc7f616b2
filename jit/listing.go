package jit

import (
	"fmt"
	"io"

	"axol/jit/a64"
	"axol/jit/amd64"

	"golang.org/x/arch/x86/x86asm"
)

// Stages are what [Engine.List] can show, in the order code goes through them.
var Stages = []string{"a64", "ir", "opt", "host"}

// List writes the unit for pc as it is after a stage: the guest's instructions, the
// intermediate representation as lifted and as optimised, the host's code. The unit is made
// for the purpose; nothing that runs changes.
func (e *Engine) List(w io.Writer, pc uint64, stage string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lifter.Unit(&e.unit, pc, e.source, &e.lopt)
	switch stage {
	case "a64":
		for _, r := range e.unit.Code {
			for at := r.Start; at < r.End; at += 4 {
				word, _ := e.cfg.Guest.Fetch(at)
				fmt.Fprintf(w, "%#x\t%08x\t%s\n", at, word, a64.Listing(word, at))
			}
		}
	case "ir":
		e.unit.Print(w)
	case "opt":
		e.opt.Run(&e.unit)
		e.unit.Print(w)
	case "host":
		if e.cfg.Interp {
			return fmt.Errorf("the interpreter makes no host code")
		}
		e.opt.Run(&e.unit)
		listHost(w, e.comp.Compile(&e.unit, e.cache.used).Text)
	default:
		return fmt.Errorf("no stage %q: there are %v", stage, Stages)
	}
	return nil
}

func listHost(w io.Writer, code []byte) {
	for off := 0; off < len(code); {
		in, err := x86asm.Decode(code[off:], 64)
		n, text := in.Len, ""
		if err != nil || n == 0 {
			n, text = vexLen(code[off:]), "(vex)"
		} else {
			text = x86asm.GNUSyntax(in, uint64(off), nil)
		}
		fmt.Fprintf(w, "%5x\t%-30x\t%s\n", off, code[off:off+n], text)
		off += n
	}
}

// vexLen is the length of an instruction x86asm does not know: those with a VEX prefix.
func vexLen(code []byte) int {
	return min(amd64.VexLen(code), len(code))
}
