package arm64

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"axol/jit/a64"
	"axol/jit/amd64"
	"axol/jit/ir"
	"axol/jit/lift"

	"golang.org/x/arch/x86/x86asm"
)

var update = flag.Bool("update", false, "write testdata/rewrites.txt")

// kinds is an instruction for each kind of rewriting, at address 0x400000.
var kinds = []struct {
	what string
	word uint32
}{
	{"copied", 0x8b020020},                 // add x0, x1, x2
	{"copied, a load", 0xf9400420},         // ldr x0, [x1, #8]
	{"names X28", 0xf9400b90},              // ldr x16, [x28, #16]
	{"names X18", 0x91000652},              // add x18, x18, #1
	{"names X15 and X18", 0x8b1201ef},      // add x15, x15, x18
	{"PC-relative", 0x10000080},            // adr x0, .+16
	{"PC-relative, page", 0xb0000000},      // adrp x0, .+0x1000
	{"literal", 0x58000080},                // ldr x0, .+16
	{"literal of a vector", 0x9c000081},    // ldr q1, .+16
	{"branch out", 0x14000400},             // b .+0x1000
	{"conditional branch out", 0x54008000}, // b.eq .+0x1000
	{"call", 0x94000400},                   // bl .+0x1000
	{"return", 0xd65f03c0},                 // ret
	{"indirect jump", 0xd61f0200},          // br x16
	{"indirect call", 0xd63f0100},          // blr x8
	{"thread register", 0xd53bd040},        // mrs x0, tpidr_el0
	{"thread register written", 0xd51bd040},
	{"ID register", 0xd5380600},            // mrs x0, id_aa64isar0_el1
	{"system call", 0xd4000001},            // svc #0
	{"exclusive alone", 0xc85f7c20},        // ldxr x0, [x1]
	{"pointer authentication", 0xd503233f}, // paciasp
	{"privileged", 0xd5385100},             // mrs x0, afsr0_el1
	{"undefined", 0x00000000},
}

// ofAMD64 are lines that stand for comparison: the golden test of package amd64 sees to them.
func ofAMD64(line string) bool { return strings.HasPrefix(line, "  amd64") }

// TestGoldenRewrites keeps what each kind of instruction becomes, and what it becomes on amd64, in one table.
func TestGoldenRewrites(t *testing.T) {
	const file = "testdata/rewrites.txt"
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&b, "%s: %08x %s\n%s%s\n", k.what, k.word, a64.Listing(k.word, 0x400000), onARM64(k.word), onAMD64(k.word))
	}
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := slices.DeleteFunc(strings.Split(b.String(), "\n"), ofAMD64)
	old := slices.DeleteFunc(strings.Split(string(want), "\n"), ofAMD64)
	if len(got) != len(old) {
		t.Errorf("%s has %d lines, now there are %d", file, len(old), len(got))
	}
	for i := range min(len(got), len(old)) {
		if got[i] != old[i] {
			t.Fatalf("%s has %q, now it is %q; go test -update writes it", file, old[i], got[i])
		}
	}
}

// onARM64 is the code in line, and behind it, up to the records.
func onARM64(word uint32) string {
	opt := testOptions()
	opt.MaxInsns = 1
	c := NewRewriter(everything, MakeStubs()).Unit(0x400000, 1<<16, &code{at: 0x400000, words: []uint32{word}}, opt)
	end := c.CodeEnd
	for _, p := range c.Exits {
		end = max(end, p.End)
	}
	var b strings.Builder
	for i, w := range c.Words[:end] {
		mark := ""
		if i == int(c.CodeEnd) {
			mark = "  ; out of line"
		}
		fmt.Fprintf(&b, "  arm64 %3x %08x %s%s\n", 4*i, w, a64.Listing(w, uint64(4*i)), mark)
	}
	return b.String()
}

// onAMD64 is the code of amd64 for the same unit.
func onAMD64(word uint32) string {
	host := amd64.Features{BMI1: true, BMI2: true, LZCNT: true, AVX: true, FMA: true, F16C: true, SHA: true, AES: true, PCLMUL: true}
	comp := amd64.NewCompiler(host, amd64.MakeStubs(host))
	var lf lift.Lifter
	var u ir.Unit
	var o ir.Optimizer
	o.Passes = ir.Passes{Forward: true, Fold: true, Common: true, DeadWrites: true}
	lf.Unit(&u, 0x400000, lifted(word), &lift.Options{MaxInsns: 1, Native: comp.Native})
	o.Run(&u)
	var b strings.Builder
	text := comp.Compile(&u, 1<<16).Text
	for off := 0; off < len(text); {
		in, err := x86asm.Decode(text[off:], 64)
		n, s := in.Len, ""
		if err != nil || n == 0 {
			n, s = max(1, amd64.VexLen(text[off:])), "(vex)"
		} else {
			s = x86asm.GNUSyntax(in, uint64(off), nil)
		}
		fmt.Fprintf(&b, "  amd64 %3x %s\n", off, s)
		off += n
	}
	return b.String()
}

// lifted is one instruction at 0x400000.
type lifted uint32

func (w lifted) Fetch(pc uint64) (uint32, bool) { return uint32(w), pc == 0x400000 }
func (lifted) Before(b *ir.Builder, pc uint64)  {}

// TestProbeCounts: how many words a probe that counts costs, and one with a hook until it has left the unit.
func TestProbeCounts(t *testing.T) {
	r := NewRewriter(everything, MakeStubs())
	words := func(ps ...Probe) int {
		c := r.Unit(0x1000, 0, &code{at: 0x1000, words: []uint32{0x8b020020}, before: map[uint64][]Probe{0x1000: ps}}, testOptions())
		return int(c.Insns[0].Body - c.Insns[0].Probe)
	}
	if n := words(Probe{Kind: ProbeCount, Number: 5}); n != 6 {
		t.Errorf("a probe that counts: %d words, want 6", n)
	}
	if n := words(Probe{Kind: ProbeCount, Number: 1 << 20}); n != 7 {
		t.Errorf("one with a counter far away: %d words, want 7", n)
	}
	if n := words(Probe{Kind: ProbeHook, Number: 5}); n != 4 {
		t.Errorf("a hook: %d words, want 4", n)
	}
	// The way out and in again is the same for all hooks.
	s := MakeStubs()
	t.Logf("the way out and in is %d words", (s.entered-s.Enter)/4+(s.abort-s.site)/4)
}
