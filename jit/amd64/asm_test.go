package amd64

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	golangasm "github.com/twitchyliquid64/golang-asm"
	"github.com/twitchyliquid64/golang-asm/obj"
	"github.com/twitchyliquid64/golang-asm/obj/x86"
	"golang.org/x/arch/x86/x86asm"
)

// The encoder is held against golang-asm, byte by byte; where that chooses another
// encoding of the same instruction, by what both disassemble to. What golang-asm does not have is
// held against objdump.

// encoding is one instruction, by both.
type encoding struct {
	name string
	ours []byte
	ref  *obj.Prog
}

// encodings collects instructions, so that one Builder assembles many.
type encodings struct {
	t    *testing.T
	b    *golangasm.Builder
	list []encoding
}

func newEncodings(t *testing.T) *encodings { return &encodings{t: t} }

// add adds one instruction: what ours emits, and As with operands in Go's order.
func (e *encodings) add(name string, ours func(a *Asm), as obj.As, args ...obj.Addr) {
	if e.b == nil {
		b, err := golangasm.NewBuilder("amd64", 2048)
		if err != nil {
			e.t.Fatal(err)
		}
		e.b = b
	}
	var a Asm
	ours(&a)
	p := e.b.NewProg()
	p.Ctxt.DiagFunc = func(f string, args ...any) { e.t.Fatalf("golang-asm: "+f, args...) }
	p.As = as
	switch len(args) {
	case 1:
		p.To = args[0]
	case 2:
		p.From, p.To = args[0], args[1]
	case 3:
		p.From, p.RestArgs, p.To = args[0], args[1:2], args[2]
	case 4:
		p.From, p.RestArgs, p.To = args[0], args[1:3], args[3]
	}
	e.b.AddInstruction(p)
	e.list = append(e.list, encoding{fmt.Sprintf("%s %v", name, p), a.Buf, p})
	if len(e.list) == 2000 {
		e.check()
	}
}

// check assembles and compares what was added.
func (e *encodings) check() {
	if e.b == nil {
		return
	}
	code := e.b.Assemble()
	for i, x := range e.list {
		end := int64(len(code))
		if i+1 < len(e.list) {
			end = e.list[i+1].ref.Pc
		}
		ref := code[x.ref.Pc:end]
		if !bytes.Equal(x.ours, ref) && !sameText(x.ours, ref) {
			e.t.Errorf("%s: % x, golang-asm % x (%s, %s)", x.name, x.ours, ref, textOf(x.ours), textOf(ref))
		}
	}
	e.b, e.list = nil, e.list[:0]
}

func textOf(code []byte) string {
	in, err := x86asm.Decode(code, 64)
	if err != nil {
		return err.Error()
	}
	s := x86asm.IntelSyntax(in, 0, nil)
	if in.Len != len(code) {
		s += " and more"
	}
	return s
}

func sameText(a, b []byte) bool {
	x, y := textOf(a), textOf(b)
	return x == y && !strings.Contains(x, "and more") && !strings.Contains(x, "unrecognized") && !strings.Contains(x, "truncated")
}

func gpr(r Reg) obj.Addr   { return obj.Addr{Type: obj.TYPE_REG, Reg: x86.REG_AX + int16(r)} }
func xmm(r Xmm) obj.Addr   { return obj.Addr{Type: obj.TYPE_REG, Reg: x86.REG_X0 + int16(r)} }
func ymm(r Xmm) obj.Addr   { return obj.Addr{Type: obj.TYPE_REG, Reg: x86.REG_Y0 + int16(r)} }
func imm(v int64) obj.Addr { return obj.Addr{Type: obj.TYPE_CONST, Offset: v} }

func mem(m Mem) obj.Addr {
	a := obj.Addr{Type: obj.TYPE_MEM, Reg: x86.REG_AX + int16(m.Base), Offset: int64(m.Disp)}
	if m.Index != NoReg {
		a.Index, a.Scale = x86.REG_AX+int16(m.Index), 1<<m.Scale
	}
	return a
}

// mems are memory operands: every base with every size of displacement, and every
// base with every index.
func mems() (l []Mem) {
	disps := []int32{0, 8, -128, 127, 128, -129, 0x12345678}
	for b := RAX; b <= R15; b++ {
		for _, d := range disps {
			l = append(l, at(b, d))
		}
		for x := RAX; x <= R15; x++ {
			if x != RSP {
				l = append(l, Mem{Base: b, Index: x, Scale: uint8(b+x) & 3, Disp: disps[int(b+3*x)%len(disps)]})
			}
		}
	}
	return l
}

// fewMems has each special case of mems once.
func fewMems() (l []Mem) {
	for _, b := range []Reg{RAX, RSP, RBP, RSI, R8, R12, R13, R15} {
		l = append(l, at(b, 0), at(b, -8), at(b, 0x1000), Mem{Base: b, Index: R12, Scale: 1, Disp: 0}, Mem{Base: b, Index: RDI, Scale: 3, Disp: 8})
	}
	return l
}

// regs are enough registers to see every bit of the numbers, and the special ones.
var someRegs = []Reg{RAX, RCX, RDX, RSP, RBP, RSI, RDI, R8, R12, R13, R15}

func pairs(f func(d, s Reg)) {
	for d := RAX; d <= R15; d++ {
		for s := RAX; s <= R15; s++ {
			f(d, s)
		}
	}
}

func triples(f func(d, s, t Reg)) {
	for _, d := range someRegs {
		for _, s := range someRegs {
			for _, t := range someRegs {
				f(d, s, t)
			}
		}
	}
}

// byWidth are the 32- and 64-bit forms of an instruction.
type byWidth [2]obj.As

func (w byWidth) of(wide bool) obj.As {
	if wide {
		return w[1]
	}
	return w[0]
}

var widths = []bool{false, true}

var aluAs = map[alu]byWidth{
	aluAdd: {x86.AADDL, x86.AADDQ}, aluOr: {x86.AORL, x86.AORQ}, aluAdc: {x86.AADCL, x86.AADCQ}, aluSbb: {x86.ASBBL, x86.ASBBQ},
	aluAnd: {x86.AANDL, x86.AANDQ}, aluSub: {x86.ASUBL, x86.ASUBQ}, aluXor: {x86.AXORL, x86.AXORQ}, aluCmp: {x86.ACMPL, x86.ACMPQ},
}

// aluArgs is source and destination in Go's order, which is the other way round for CMP.
func aluArgs(op alu, src, dst obj.Addr) []obj.Addr {
	if op == aluCmp {
		return []obj.Addr{dst, src}
	}
	return []obj.Addr{src, dst}
}

var someImms = []int32{0, 1, 127, -128, 128, -129, 0x12345678, -0x80000000}

func TestEncodeMoves(t *testing.T) {
	e := newEncodings(t)
	mov := byWidth{x86.AMOVL, x86.AMOVQ}
	lea := byWidth{x86.ALEAL, x86.ALEAQ}
	for _, w := range widths {
		pairs(func(d, s Reg) {
			e.add("movRR", func(a *Asm) { a.movRR(w, d, s) }, mov.of(w), gpr(s), gpr(d))
		})
		for i, m := range mems() {
			r := Reg(i & 15)
			e.add("load", func(a *Asm) { a.load(w, r, m) }, mov.of(w), mem(m), gpr(r))
			e.add("store", func(a *Asm) { a.store(w, m, r) }, mov.of(w), gpr(r), mem(m))
			e.add("lea", func(a *Asm) { a.lea(w, r, m) }, lea.of(w), mem(m), gpr(r))
		}
		for i, m := range fewMems() {
			v := someImms[i%len(someImms)]
			e.add("storeImm", func(a *Asm) { a.storeImm(w, m, v) }, mov.of(w), imm(int64(v)), mem(m))
		}
	}
	for _, m := range fewMems() {
		for r := RAX; r <= R15; r++ {
			e.add("store8", func(a *Asm) { a.store8(m, r) }, x86.AMOVB, gpr(r), mem(m))
			e.add("storeN 0", func(a *Asm) { a.storeN(0, m, r) }, x86.AMOVB, gpr(r), mem(m))
			e.add("store16", func(a *Asm) { a.store16(m, r) }, x86.AMOVW, gpr(r), mem(m))
			e.add("storeN 1", func(a *Asm) { a.storeN(1, m, r) }, x86.AMOVW, gpr(r), mem(m))
			e.add("storeN 2", func(a *Asm) { a.storeN(2, m, r) }, x86.AMOVL, gpr(r), mem(m))
			e.add("storeN 3", func(a *Asm) { a.storeN(3, m, r) }, x86.AMOVQ, gpr(r), mem(m))
		}
	}
	for r := RAX; r <= R15; r++ {
		for _, v := range []uint64{0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF} {
			e.add("movImm", func(a *Asm) { a.movImm(r, v) }, x86.AMOVL, imm(int64(v)), gpr(r))
		}
		for _, v := range []int64{-1, -0x80000000, 0x100000000, -0x80000001, 0x123456789ABCDEF0} {
			e.add("movImm", func(a *Asm) { a.movImm(r, uint64(v)) }, x86.AMOVQ, imm(v), gpr(r))
		}
	}
	e.check()
}

func TestEncodeExtends(t *testing.T) {
	e := newEncodings(t)
	// By signed, from and wide: what extends 8, 16 and 32 bits.
	as := map[bool][3]byWidth{
		true:  {{x86.AMOVBLSX, x86.AMOVBQSX}, {x86.AMOVWLSX, x86.AMOVWQSX}, {x86.AMOVLQSX, x86.AMOVLQSX}},
		false: {{x86.AMOVBLZX, x86.AMOVBLZX}, {x86.AMOVWLZX, x86.AMOVWLZX}, {x86.AMOVL, x86.AMOVL}},
	}
	for _, signed := range widths {
		for from := range uint8(3) {
			for _, w := range widths {
				pairs(func(d, s Reg) {
					e.add("movx", func(a *Asm) { a.movx(signed, from, w, d, s) }, as[signed][from].of(w), gpr(s), gpr(d))
				})
				for i, m := range fewMems() {
					d := Reg(i*7) & 15
					op := as[signed][from].of(w)
					if from == 2 && !w {
						op = x86.AMOVL
					}
					e.add("loadx", func(a *Asm) { a.loadx(signed, from, w, d, m) }, op, mem(m), gpr(d))
				}
			}
		}
		e.add("loadx", func(a *Asm) { a.loadx(signed, 3, true, R9, at(RBP, 8)) }, x86.AMOVQ, mem(at(RBP, 8)), gpr(R9))
	}
	e.check()
}

func TestEncodeALU(t *testing.T) {
	e := newEncodings(t)
	for op, as := range aluAs {
		for _, w := range widths {
			pairs(func(d, s Reg) {
				e.add("aluRR", func(a *Asm) { a.aluRR(op, w, d, s) }, as.of(w), aluArgs(op, gpr(s), gpr(d))...)
			})
			for i, m := range fewMems() {
				r, v := Reg(i*5)&15, someImms[i%len(someImms)]
				e.add("aluRM", func(a *Asm) { a.aluRM(op, w, r, m) }, as.of(w), aluArgs(op, mem(m), gpr(r))...)
				e.add("aluMI", func(a *Asm) { a.aluMI(op, w, m, v) }, as.of(w), aluArgs(op, imm(int64(v)), mem(m))...)
			}
			for r := RAX; r <= R15; r++ {
				for _, v := range someImms {
					e.add("aluRI", func(a *Asm) { a.aluRI(op, w, r, v) }, as.of(w), aluArgs(op, imm(int64(v)), gpr(r))...)
				}
			}
		}
	}
	test := byWidth{x86.ATESTL, x86.ATESTQ}
	for _, w := range widths {
		pairs(func(d, s Reg) {
			e.add("testRR", func(a *Asm) { a.testRR(w, d, s) }, test.of(w), gpr(s), gpr(d))
		})
		for r := RAX; r <= R15; r++ {
			e.add("testRI", func(a *Asm) { a.testRI(w, r, 0x12345678) }, test.of(w), imm(0x12345678), gpr(r))
			e.add("testRI", func(a *Asm) { a.testRI(w, r, -2) }, test.of(w), imm(-2), gpr(r))
			e.add("testRI", func(a *Asm) { a.testRI(w, r, 0x7F) }, x86.ATESTB, imm(0x7F), gpr(r))
		}
	}
	e.check()
}

func TestEncodeUnaryAndShifts(t *testing.T) {
	e := newEncodings(t)
	group := map[uint8]byWidth{
		g3Not: {x86.ANOTL, x86.ANOTQ}, g3Neg: {x86.ANEGL, x86.ANEGQ}, g3Mul: {x86.AMULL, x86.AMULQ},
		g3IMul: {x86.AIMULL, x86.AIMULQ}, g3Div: {x86.ADIVL, x86.ADIVQ}, g3IDiv: {x86.AIDIVL, x86.AIDIVQ},
	}
	shifts := map[uint8]byWidth{
		shRol: {x86.AROLL, x86.AROLQ}, shRor: {x86.ARORL, x86.ARORQ}, shShl: {x86.ASHLL, x86.ASHLQ},
		shShr: {x86.ASHRL, x86.ASHRQ}, shSar: {x86.ASARL, x86.ASARQ},
	}
	double := byWidth{x86.ASHRL, x86.ASHRQ}
	for _, w := range widths {
		for r := RAX; r <= R15; r++ {
			for n, as := range group {
				if n <= g3Neg {
					e.add("group3", func(a *Asm) { a.group3(n, w, r) }, as.of(w), gpr(r))
				} else {
					e.add("group3", func(a *Asm) { a.group3(n, w, r) }, as.of(w), gpr(r), obj.Addr{})
				}
			}
			for n, as := range shifts {
				e.add("shiftImm", func(a *Asm) { a.shiftImm(n, w, r, 5) }, as.of(w), imm(5), gpr(r))
				e.add("shiftCL", func(a *Asm) { a.shiftCL(n, w, r) }, as.of(w), gpr(RCX), gpr(r))
			}
			e.add("bswap", func(a *Asm) { a.bswap(w, r) }, byWidth{x86.ABSWAPL, x86.ABSWAPQ}.of(w), gpr(r))
			e.add("btReg", func(a *Asm) { a.btReg(w, r, 29) }, byWidth{x86.ABTL, x86.ABTQ}.of(w), imm(29), gpr(r))
		}
		pairs(func(d, s Reg) {
			e.add("imul", func(a *Asm) { a.imul(w, d, s) }, byWidth{x86.AIMULL, x86.AIMULQ}.of(w), gpr(s), gpr(d))
			e.add("shrdImm", func(a *Asm) { a.shrdImm(w, d, s, 7) }, double.of(w), imm(7), gpr(s), gpr(d))
			e.add("lzcnt", func(a *Asm) { a.lzcnt(w, d, s) }, byWidth{x86.ALZCNTL, x86.ALZCNTQ}.of(w), gpr(s), gpr(d))
			e.add("bsr", func(a *Asm) { a.bsr(w, d, s) }, byWidth{x86.ABSRL, x86.ABSRQ}.of(w), gpr(s), gpr(d))
			e.add("tzcnt", func(a *Asm) { a.rr(0xBC|map0F|ppF3, w, d, s) }, byWidth{x86.ATZCNTL, x86.ATZCNTQ}.of(w), gpr(s), gpr(d))
			e.add("bsf", func(a *Asm) { a.rr(0xBC|map0F, w, d, s) }, byWidth{x86.ABSFL, x86.ABSFQ}.of(w), gpr(s), gpr(d))
			e.add("rorx", func(a *Asm) { a.rorx(w, d, s, 9) }, byWidth{x86.ARORXL, x86.ARORXQ}.of(w), imm(9), gpr(s), gpr(d))
		})
		triples(func(d, s, r Reg) {
			e.add("shlx", func(a *Asm) { a.shiftx(shShl, w, d, s, r) }, byWidth{x86.ASHLXL, x86.ASHLXQ}.of(w), gpr(r), gpr(s), gpr(d))
			e.add("shrx", func(a *Asm) { a.shiftx(shShr, w, d, s, r) }, byWidth{x86.ASHRXL, x86.ASHRXQ}.of(w), gpr(r), gpr(s), gpr(d))
			e.add("sarx", func(a *Asm) { a.shiftx(shSar, w, d, s, r) }, byWidth{x86.ASARXL, x86.ASARXQ}.of(w), gpr(r), gpr(s), gpr(d))
			e.add("andn", func(a *Asm) { a.andn(w, d, s, r) }, byWidth{x86.AANDNL, x86.AANDNQ}.of(w), gpr(r), gpr(s), gpr(d))
			e.add("mulx", func(a *Asm) { a.mulx(w, d, s, r) }, byWidth{x86.AMULXL, x86.AMULXQ}.of(w), gpr(r), gpr(s), gpr(d))
			e.add("pext", func(a *Asm) { a.pext(w, d, s, r) }, byWidth{x86.APEXTL, x86.APEXTQ}.of(w), gpr(r), gpr(s), gpr(d))
			e.add("pdep", func(a *Asm) { a.pdep(w, d, s, r) }, byWidth{x86.APDEPL, x86.APDEPQ}.of(w), gpr(r), gpr(s), gpr(d))
		})
	}
	for _, m := range fewMems() {
		e.add("btMem", func(a *Asm) { a.btMem(m, 24) }, x86.ABTL, imm(24), mem(m))
	}
	e.check()
}

var (
	setAs = [16]obj.As{
		x86.ASETOS, x86.ASETOC, x86.ASETCS, x86.ASETCC, x86.ASETEQ, x86.ASETNE, x86.ASETLS, x86.ASETHI,
		x86.ASETMI, x86.ASETPL, x86.ASETPS, x86.ASETPC, x86.ASETLT, x86.ASETGE, x86.ASETLE, x86.ASETGT,
	}
	cmovAs = [16]byWidth{
		{x86.ACMOVLOS, x86.ACMOVQOS}, {x86.ACMOVLOC, x86.ACMOVQOC}, {x86.ACMOVLCS, x86.ACMOVQCS}, {x86.ACMOVLCC, x86.ACMOVQCC},
		{x86.ACMOVLEQ, x86.ACMOVQEQ}, {x86.ACMOVLNE, x86.ACMOVQNE}, {x86.ACMOVLLS, x86.ACMOVQLS}, {x86.ACMOVLHI, x86.ACMOVQHI},
		{x86.ACMOVLMI, x86.ACMOVQMI}, {x86.ACMOVLPL, x86.ACMOVQPL}, {x86.ACMOVLPS, x86.ACMOVQPS}, {x86.ACMOVLPC, x86.ACMOVQPC},
		{x86.ACMOVLLT, x86.ACMOVQLT}, {x86.ACMOVLGE, x86.ACMOVQGE}, {x86.ACMOVLLE, x86.ACMOVQLE}, {x86.ACMOVLGT, x86.ACMOVQGT},
	}
)

func TestEncodeConditions(t *testing.T) {
	e := newEncodings(t)
	for c := ccO; c <= ccG; c++ {
		for r := RAX; r <= R15; r++ {
			e.add("setcc", func(a *Asm) { a.setcc(c, r) }, setAs[c], gpr(r))
		}
		for _, w := range widths {
			pairs(func(d, s Reg) {
				e.add("cmov", func(a *Asm) { a.cmov(c, w, d, s) }, cmovAs[c].of(w), gpr(s), gpr(d))
			})
		}
	}
	e.check()
}

func TestEncodeLocked(t *testing.T) {
	e := newEncodings(t)
	sizes := [4]struct{ xadd, xchg, cmpxchg obj.As }{
		{x86.AXADDB, x86.AXCHGB, x86.ACMPXCHGB}, {x86.AXADDW, x86.AXCHGW, x86.ACMPXCHGW},
		{x86.AXADDL, x86.AXCHGL, x86.ACMPXCHGL}, {x86.AXADDQ, x86.AXCHGQ, x86.ACMPXCHGQ},
	}
	for size, as := range sizes {
		for _, m := range fewMems() {
			for _, r := range someRegs {
				reg := gpr(r)
				locked := func(op opcode) func(a *Asm) {
					return func(a *Asm) {
						var c Compiler
						c.lockRM(op, uint8(size), m, r)
						if c.Buf[0] != 0xF0 {
							t.Fatalf("no lock prefix: % x", c.Buf)
						}
						a.Buf = append(a.Buf, c.Buf[1:]...)
					}
				}
				e.add("xadd", locked(0xC0|map0F), as.xadd, reg, mem(m))
				e.add("xchg", locked(0x86), as.xchg, reg, mem(m))
				e.add("cmpxchg", locked(0xB0|map0F), as.cmpxchg, reg, mem(m))
			}
		}
	}
	for _, m := range fewMems() {
		e.add("cmpxchg16b", func(a *Asm) { a.rm(cmpxchg16b, true, 1, m) }, x86.ACMPXCHG16B, mem(m))
	}
	e.check()
}

// TestEncodeJumps decodes jumps and what is relative to the instruction pointer: targets
// before and behind.
func TestEncodeJumps(t *testing.T) {
	var a Asm
	var back, ahead Label
	a.bind(&back)
	type place struct {
		pos  int
		text string
	}
	var want []place
	emit := func(text string, f func()) {
		want = append(want, place{a.Pos(), text})
		f()
	}
	names := []string{"jo", "jno", "jb", "jnb", "jz", "jnz", "jbe", "jnbe", "js", "jns", "jp", "jnp", "jl", "jnl", "jle", "jnle"}
	for c := ccO; c <= ccG; c++ {
		emit(names[c]+" 0", func() { a.jcc(c, &back) })
		emit(names[c]+" A", func() { a.jcc(c, &ahead) })
		if c.invert()^1 != c {
			t.Errorf("inverse of %d", c)
		}
	}
	emit("jmp 0", func() { a.jmp(&back) })
	emit("jmp A", func() { a.jmp(&ahead) })
	emit("jmp -100", func() { a.jmpTo(-0x100) })
	emit("call 1000", func() { a.callTo(0x1000) })
	emit("jmp r11", func() { a.jmpReg(R11) })
	emit("lahf", a.lahf)
	emit("sahf", a.sahf)
	emit("cmc", a.cmc)
	emit("ret", a.ret)
	emit("mfence", a.mfence)
	emit("cdq", a.cdq)
	emit("cqo", a.cqo)
	emit("lea rcx, ptr [rip+0x10]", func() { a.lea(true, RCX, Mem{Base: NoReg, Index: NoReg, Disp: 16}) })
	a.bind(&ahead)
	for _, w := range want {
		in, err := x86asm.Decode(a.Buf[w.pos:], 64)
		if err != nil {
			t.Errorf("%s: %v", w.text, err)
			continue
		}
		got := x86asm.IntelSyntax(in, 0, nil)
		if rel, ok := in.Args[0].(x86asm.Rel); ok {
			to := w.pos + in.Len + int(rel)
			got = fmt.Sprintf("%s %x", strings.ToLower(in.Op.String()), to)
			if to == a.Pos() {
				got = strings.ToLower(in.Op.String()) + " A"
			}
		}
		if !sameJump(got, w.text) {
			t.Errorf("%s: % x is %s", w.text, a.Buf[w.pos:w.pos+in.Len], got)
		}
	}
}

// sameJump knows the two names some conditions have.
func sameJump(a, b string) bool {
	for _, alias := range [][2]string{{"jnb ", "jae "}, {"jz ", "je "}, {"jnz ", "jne "}, {"jnbe ", "ja "}, {"jnl ", "jge "}, {"jnle ", "jg "}} {
		b2 := strings.Replace(b, alias[0], alias[1], 1)
		if strings.HasPrefix(b, alias[0]) && a == b2 {
			return true
		}
	}
	return a == b
}

func TestEncodeNops(t *testing.T) {
	for n := range 40 {
		var a Asm
		a.nops(n)
		if a.Pos() != n {
			t.Errorf("nops(%d) is %d bytes", n, a.Pos())
		}
		for code := a.Buf; len(code) > 0; {
			in, err := x86asm.Decode(code, 64)
			if err != nil || in.Op != x86asm.NOP {
				t.Fatalf("nops(%d): % x: %v %v", n, a.Buf, in, err)
			}
			code = code[in.Len:]
		}
	}
}

// TestEncodeByObjdump holds what golang-asm does not have, or drives differently, against objdump.
func TestEncodeByObjdump(t *testing.T) {
	objdump, err := exec.LookPath("objdump")
	if err != nil {
		t.Skip("needs objdump")
	}
	var a Asm
	var want []string
	add := func(text string, f func()) {
		f()
		want = append(want, text)
	}
	names := [16]string{"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"}
	for d := Xmm(0); d < 16; d++ {
		s := d ^ 9
		for _, sh := range []struct {
			name string
			op   opcode
			n    uint8
		}{{"vpsllw", pSHIFTW, shLeft}, {"vpsrld", pSHIFTD, shRight}, {"vpsrad", pSHIFTD, shArith}, {"vpsrlq", pSHIFTQ, shRight}, {"vpslldq", pSHIFTQ, shBytesLeft}} {
			add(fmt.Sprintf("%s xmm%d,xmm%d,0x5", sh.name, d, s), func() {
				a.vex(sh.op, false, false, Reg(sh.n), d, s)
				a.byte(5)
			})
		}
		add(fmt.Sprintf("vcvtps2ph xmm%d,xmm%d,0x4", d, s), func() { a.vex(xCVTPS2PH, false, false, s, 0, d); a.byte(4) })
		add(fmt.Sprintf("cvttsd2si %s,xmm%d", names[d], s), func() { a.rr(scalarOp(0x2C|map0F, 0), true, d, s) })
		add(fmt.Sprintf("crc32 %s,%s", names[d], names[s]), func() { a.rr(0xF1|map0F38|ppF2, true, d, s) })
		add(fmt.Sprintf("popcnt %s,%s", names[d], names[s]), func() { a.rr(0xB8|map0F|ppF3, true, d, s) })
		add(fmt.Sprintf("jmp QWORD PTR [%s+r13*8+0x40]", names[d]), func() { a.jmpMem(Mem{Base: d, Index: R13, Scale: 3, Disp: 64}) })
		add(fmt.Sprintf("lock cmpxchg16b OWORD PTR [r14+%s*1]", names[s|8]), func() {
			a.byte(0xF0)
			a.rm(cmpxchg16b, true, 1, Mem{Base: R14, Index: s | 8})
		})
	}
	file := filepath.Join(t.TempDir(), "code")
	if err := os.WriteFile(file, a.Buf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(objdump, "-D", "-bbinary", "-mi386:x86-64", "-Mintel", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range strings.Split(string(out), "\n") {
		if f := strings.Split(line, "\t"); len(f) == 3 {
			got = append(got, strings.Replace(strings.Join(strings.Fields(f[2]), " "), "XMMWORD", "OWORD", 1))
		}
	}
	if len(got) != len(want) {
		t.Fatalf("objdump sees %d instructions, there are %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s is %s for objdump", want[i], got[i])
		}
	}
}
