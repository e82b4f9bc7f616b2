package a64

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/arch/arm64/arm64asm"
)

// Listing is the text of word at address pc for people: in the syntax of the GNU
// assembler for what Armv8.0 has, with absolute branch targets; for younger
// instructions the mnemonic, the registers and the table's fields by name.
func Listing(word uint32, pc uint64) string {
	in := Decode(word)
	if in.Op == OpUnallocated {
		return fmt.Sprintf(".inst 0x%08x", word)
	}
	l := in.Op.Info()
	if l.Feature <= CRC32 {
		if text, ok := gnuSyntax(word, pc); ok {
			return text
		}
	}
	return strings.TrimSuffix(in.Mnemonic()+" "+strings.Join(l.operands(in), ", "), " ")
}

// gnuSyntax asks arm64asm, which knows Armv8.0 only.
func gnuSyntax(word uint32, pc uint64) (string, bool) {
	inst, err := arm64asm.Decode(binary.LittleEndian.AppendUint32(nil, word))
	if err != nil {
		return "", false
	}
	text := strings.TrimSpace(arm64asm.GNUSyntax(inst))
	for _, arg := range inst.Args {
		if rel, ok := arg.(arm64asm.PCRel); ok {
			if inst.Op == arm64asm.ADRP {
				pc &^= 0xfff
			}
			text = strings.Replace(text, strings.ToLower(rel.String()), fmt.Sprintf("%#x", pc+uint64(rel)), 1)
		}
	}
	return text, true
}

// registerOrder is the order of register fields in assembly.
var registerOrder = []string{"Rs", "Rt", "Rd", "Rt2", "Rn", "Rm", "Ra"}

// inMnemonic are the fields that the mnemonic and the registers' names show.
var inMnemonic = []string{"sf", "A", "R", "L", "o0", "M", "opc0", "size", "sz"}

// operands names the registers, then the other fields with their values.
func (l *Line) operands(i Inst) []string {
	var list []string
	for _, name := range registerOrder {
		if f, ok := l.FieldNamed(name); ok {
			list = append(list, l.register(i, name, i.Field(int(f.Hi), int(f.Lo))))
		}
	}
	for _, f := range l.Fields {
		shown := slices.Contains(inMnemonic, f.Name) && (l.Group != SIMDFP || f.Name == "M")
		if f.Name[0] != 'R' && !shown {
			list = append(list, fmt.Sprintf("%s=%#x", f.Name, i.Field(int(f.Hi), int(f.Lo))))
		}
	}
	return list
}

func (l *Line) register(i Inst, field string, n uint32) string {
	switch {
	case l.Group == LoadStore && field == "Rn" && n == 31:
		return "[sp]"
	case l.Group == LoadStore && field == "Rn":
		return fmt.Sprintf("[x%d]", n)
	case l.Group == SIMDFP || l.Group == LoadStore && bit(i.Word, 26) && field != "Rm":
		return fmt.Sprintf("v%d", n)
	}
	bank := "x"
	_, sf := l.FieldNamed("sf")
	if sf && !i.Sf() || l.Group == LoadStore && i.MemSize() != 3 && l.Feature != MOPS {
		bank = "w"
	}
	if n == 31 {
		return bank + "zr"
	}
	return fmt.Sprintf("%s%d", bank, n)
}
