package jit

import (
	"fmt"
	"io"

	"axol/jit/amd64"

	"golang.org/x/arch/x86/x86asm"
)

// listHost writes the code that is made of e.unit, as lifted. e.mu is held.
func (e *Engine) listHost(w io.Writer, _ uint64) {
	e.opt.Run(&e.unit)
	listCode(w, e.comp.Compile(&e.unit, e.cache.used).Text)
}

func listCode(w io.Writer, code []byte) {
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
