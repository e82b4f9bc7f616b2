package a64

import "strings"

// Mnemonic is the instruction's name in assembly, aliases aside.
func (i Inst) Mnemonic() string {
	if i.Op == OpUnallocated {
		return ".inst"
	}
	l := i.Op.Info()
	switch {
	case i.Op == OpBCond || i.Op == OpBcCond:
		return strings.Replace(l.Name, "cond", condNames[i.Cond()], 1)
	case i.Op == OpCrc32 || i.Op == OpCrc32c:
		return l.Name + "bhwx"[i.Field(11, 10):][:1]
	case i.Op == OpBfmlalVec || i.Op == OpBfmlalElem:
		return l.Name + "bt"[i.Field(30, 30):][:1]
	case l.Group == LoadStore:
		return i.memMnemonic(l)
	case l.Feature == PAuth && l.flag(i, "M"): // the B key
		at := strings.LastIndexByte(l.Name, 'a')
		return l.Name[:at] + "b" + l.Name[at+1:]
	case i.Q() && changesWidth(l):
		return l.Name + "2"
	}
	return l.Name
}

var condNames = [...]string{"eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv"}

// flag reports whether the line has a field of that name and i has it not zero.
func (l *Line) flag(i Inst, name string) bool {
	f, ok := l.FieldNamed(name)
	return ok && i.Field(int(f.Hi), int(f.Lo)) != 0
}

// memMnemonic adds what loads and stores say of ordering and size.
func (i Inst) memMnemonic(l *Line) string {
	name := l.Name
	if i.Op == OpLdraa && i.Field(23, 23) != 0 {
		return "ldrab"
	}
	if l.Feature == LSE {
		if l.flag(i, "A") || l.flag(i, "L") {
			name += "a"
		}
		if l.flag(i, "R") || l.flag(i, "o0") {
			name += "l"
		}
	}
	f, sized := l.FieldNamed("size")
	if !sized || f.Lo != 30 || bit(i.Word, 26) {
		return name
	}
	if _, signed := l.FieldNamed("opc0"); signed {
		return name + "bhw"[i.MemSize():][:1]
	}
	return name + [...]string{"b", "h", "", ""}[i.MemSize()]
}

// changesWidth reports whether source and result elements differ in size: with Q
// such a line reads or writes the upper half of the narrow register and says so by
// a 2 in its name.
func changesWidth(l *Line) bool {
	switch l.Feature {
	case AdvSIMD, PMULL, BF16:
	default:
		return false
	}
	const threeDifferent, threeDifferentBits = 0x0e200000, 0x9f200c00
	return l.Mask&threeDifferentBits == threeDifferentBits && l.Value&threeDifferentBits == threeDifferent || widthChangers[l.Op]
}

var widthChangers = map[Op]bool{
	OpXtnVec: true, OpSqxtnVec: true, OpSqxtunVec: true, OpUqxtnVec: true, OpShllVec: true,
	OpFcvtnVec: true, OpFcvtlVec: true, OpFcvtxnVec: true, OpBfcvtnVec: true,
	OpShrnVecImm: true, OpRshrnVecImm: true, OpSqshrnVecImm: true, OpSqrshrnVecImm: true, OpSqshrunVecImm: true,
	OpSqrshrunVecImm: true, OpUqshrnVecImm: true, OpUqrshrnVecImm: true, OpSshllVecImm: true, OpUshllVecImm: true,
	OpSmlalElem: true, OpSmlslElem: true, OpSmullElem: true, OpUmlalElem: true, OpUmlslElem: true, OpUmullElem: true,
	OpSqdmlalElem: true, OpSqdmlslElem: true, OpSqdmullElem: true,
}
