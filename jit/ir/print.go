package ir

import (
	"fmt"
	"io"
	"strings"
)

// Print writes the unit as text, one instruction a line.
func (u *Unit) Print(w io.Writer) {
	fmt.Fprintf(w, "unit %#x\n", u.PC)
	for id := range u.Blocks {
		b := &u.Blocks[id]
		loop := ""
		if b.Loop {
			loop = " loop"
		}
		fmt.Fprintf(w, "b%d: %#x insns=%d%s\n", id, b.PC, b.Insns, loop)
		for i := b.First; i < b.Last; i++ {
			fmt.Fprintf(w, "\t%s\n", u.Line(b, Value(i)))
		}
	}
}

func (u *Unit) String() string {
	var s strings.Builder
	u.Print(&s)
	return s.String()
}

// Line is the text of one instruction of block b.
func (u *Unit) Line(b *Block, v Value) string {
	in := &u.Insts[v]
	info := in.Op.Info()
	var s strings.Builder
	if in.Op == OpInsn {
		return fmt.Sprintf("; %#x %08x", in.Imm, uint32(in.A))
	}
	if info.Result != "-" {
		fmt.Fprintf(&s, "v%d:%s = ", v, in.Type)
	}
	s.WriteString(info.Name)
	if in.Aux != 0 || usesCond(in.Op) {
		if usesCond(in.Op) {
			fmt.Fprintf(&s, ".%s", Cond(in.Aux))
		} else {
			fmt.Fprintf(&s, ".%d", in.Aux)
		}
	}
	for i, a := range [...]Value{in.A, in.B, in.C} {
		if i >= len(info.Args) {
			break
		}
		if info.Args[i] == '.' {
			fmt.Fprintf(&s, " %#x", uint32(a))
		} else if a != 0 {
			fmt.Fprintf(&s, " v%d", a)
		}
	}
	if in.Imm != 0 || strings.Contains(info.Doc, "Imm") {
		fmt.Fprintf(&s, " #%#x", in.Imm)
	}
	if info.Effect&Ends != 0 {
		for _, t := range b.Succ {
			if t >= 0 {
				fmt.Fprintf(&s, " b%d", t)
			}
		}
	}
	return s.String()
}

func usesCond(op Op) bool { return op == OpSelect || op == OpBrCond }
