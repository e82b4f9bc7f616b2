package amd64

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"axol/jit/a64"
	"axol/jit/ir"
	"axol/jit/lift"

	"golang.org/x/arch/x86/x86asm"
)

// How many host instructions a guest instruction becomes is kept in testdata/host_insns.txt, so that a
// change of the code generator shows what it wins and loses. The host is one with all features,
// whatever machine the test runs on.

var update = flag.Bool("update", false, "write the counts of the golden test")

const goldenFile = "testdata/host_insns.txt"

var goldenHost = Features{BMI1: true, BMI2: true, LZCNT: true, AVX: true, FMA: true, F16C: true, SHA: true, AES: true, PCLMUL: true}

// words is guest code; behind it there is nothing.
type words struct {
	pc   uint64
	code []uint32
}

func (w words) Fetch(pc uint64) (uint32, bool) {
	if pc < w.pc || (pc-w.pc)/4 >= uint64(len(w.code)) {
		return 0, false
	}
	return w.code[(pc-w.pc)/4], true
}

func (words) Before(*ir.Builder, uint64) {}

// counted is what was made for a unit.
type counted struct {
	first  int  // for the first guest instruction, in line
	line   int  // in line
	loop   int  // of them, in blocks that are in loops
	aside  int  // out of line
	helper bool // the first guest instruction is left to the interpreter
}

// counter compiles units and counts.
type counter struct {
	comp *Compiler
	lf   lift.Lifter
	opt  ir.Optimizer
	u    ir.Unit
	span []span
}

// span is the text that one operation's emitter made.
type span struct {
	block    ir.BlockID
	op       ir.Op
	pc       uint64
	from, to int
}

func newCounter(t *testing.T) *counter {
	k := &counter{comp: NewCompiler(goldenHost, MakeStubs(goldenHost)), opt: ir.Optimizer{Passes: ir.AllPasses}}
	wasEmitters, wasHalves := emitters, halves
	t.Cleanup(func() { emitters, halves = wasEmitters, wasHalves })
	for op := range emitters {
		k.watch(&emitters[op])
		k.watch(&halves[op])
	}
	return k
}

// watch notes what an emitter makes.
func (k *counter) watch(e *emitter) {
	emit := e.emit
	if emit == nil {
		return
	}
	e.emit = func(c *Compiler, v ir.Value, in *ir.Inst) {
		s := span{c.cur, in.Op, c.pc, c.Pos(), 0}
		emit(c, v, in)
		s.to = c.Pos()
		k.span = append(k.span, s)
	}
}

func (k *counter) count(t *testing.T, code ...uint32) (n counted) {
	const pc = 0x400000
	src := words{pc, code}
	k.lf.Unit(&k.u, pc, src, &lift.Options{MaxInsns: 192, Region: true, Native: k.comp.Native})
	k.opt.Run(&k.u)
	k.span = k.span[:0]
	text := k.comp.Compile(&k.u, 1<<20).Text
	in := func(from, to int) int { return hostInsns(t, text[from:to]) }
	at := 0
	for _, s := range k.span {
		made := in(at, s.to)
		at = s.to
		n.line += made
		if k.comp.plan.blocks[s.block].depth > 0 {
			n.loop += made
		}
		if s.pc == pc {
			n.first += in(s.from, s.to)
			n.helper = n.helper || s.op == ir.OpHelper
		}
	}
	n.aside = in(at, len(text))
	return n
}

// hostInsns counts the instructions in code.
func hostInsns(t *testing.T, code []byte) (n int) {
	for ; len(code) > 0; n++ {
		l := VexLen(code)
		if l == 1 {
			in, err := x86asm.Decode(code, 64)
			if l = in.Len; err != nil {
				l = shaLen(code)
			}
		}
		if l == 0 || l > len(code) {
			t.Fatalf("not an instruction: % x", code[:min(len(code), 15)])
		}
		code = code[l:]
	}
	return n
}

// shaLen is the length of a SHA instruction of registers, which x86asm does not know.
func shaLen(code []byte) int {
	n := 0
	if code[0]&0xF0 == 0x40 {
		n++
	}
	switch {
	case len(code) < n+4 || code[n] != 0x0F || code[n+3] < 0xC0:
		return 0
	case code[n+1] == 0x38 && code[n+2] >= 0xC8 && code[n+2] <= 0xCD:
		return n + 4
	case code[n+1] == 0x3A && code[n+2] == 0xCC:
		return n + 5
	}
	return 0
}

// lineOf is the count as the file has it, of the first instruction or of a unit.
func (n counted) lineOf(first bool) string {
	line := n.line
	if first {
		if n.helper {
			return "helper"
		}
		line = n.first
	}
	s := fmt.Sprint(line)
	if n.aside > 0 {
		s += fmt.Sprintf("+%d", n.aside)
	}
	if !first && n.loop > 0 {
		s += fmt.Sprintf(" loop %d", n.loop)
	}
	return s
}

const guestBRK = 0xd4200000

func TestGoldenHostInsns(t *testing.T) {
	text, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	k := newCounter(t)
	word := func(s string) uint32 {
		w, err := strconv.ParseUint(s, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		return uint32(w)
	}
	got := slices.Clone(lines)
	empty := k.count(t, guestBRK)
	singles, units := 0, 0
	for i := 0; i < len(lines); i++ {
		field := strings.Split(lines[i], "\t")
		switch {
		case lines[i] == "" || lines[i][0] == '#':
		case lines[i][0] == '=' && len(field) == 2:
			var code []uint32
			for j := i + 1; j < len(lines) && lines[j] != ""; j++ {
				code = append(code, word(strings.Split(lines[j], "\t")[0]))
			}
			got[i] = field[0] + "\t" + k.count(t, code...).lineOf(false)
			i += len(code)
			units++
		case len(field) == 3:
			n := k.count(t, word(field[0]), guestBRK)
			n.aside -= empty.aside
			got[i] = field[0] + "\t" + n.lineOf(true) + "\t" + field[2]
			singles++
		default:
			t.Fatalf("%s:%d: neither a comment, an instruction nor a unit: %q", goldenFile, i+1, lines[i])
		}
	}
	if singles < 300 || units < 40 {
		t.Errorf("%d instructions and %d units: some are gone", singles, units)
	}
	if *update {
		if err := os.WriteFile(goldenFile, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for i := range lines {
		if lines[i] != got[i] {
			t.Errorf("%s:%d:\n was %s\n now %s", goldenFile, i+1, lines[i], got[i])
		}
	}
}

// TestNative lifts random instructions of every line of the A64 table for a host with all features: none may be left
// to the interpreter.
func TestNative(t *testing.T) {
	c := NewCompiler(goldenHost, MakeStubs(goldenHost))
	r := rand.New(rand.NewPCG(1, 2))
	var lf lift.Lifter
	var u ir.Unit
	table := a64.Table()
	for i := range table {
		l := &table[i]
		if !lift.Supported(l.Op) || l.Name == "mrs" { // of some system registers
			continue
		}
		for range 50 {
			w := l.Random(r)
			lf.Unit(&u, 0x1000, words{0x1000, []uint32{w}}, &lift.Options{MaxInsns: 1, Native: c.Native})
			if u.Insts[u.Blocks[0].First+1].Op == ir.OpHelper {
				t.Errorf("%s is left to the interpreter", a64.Listing(w, 0x1000))
				break
			}
		}
	}
	// The test would see it.
	c = NewCompiler(Features{}, c.stubs)
	lf.Unit(&u, 0x1000, words{0x1000, []uint32{0x1ee22820}}, &lift.Options{MaxInsns: 1, Native: c.Native}) // fadd h0, h1, h2
	if u.Insts[u.Blocks[0].First+1].Op != ir.OpHelper {
		t.Error("half precision is native on a host without it")
	}
}
