package jit

import (
	"fmt"
	"io"

	"axol/jit/a64"
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
		e.listHost(w, pc)
	default:
		return fmt.Errorf("no stage %q: there are %v", stage, Stages)
	}
	return nil
}
