package a64

import (
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// objdump disassembles words with binutils and returns the text of each.
func objdump(t *testing.T, words []uint32, options ...string) []string {
	t.Helper()
	tool, err := exec.LookPath("aarch64-linux-gnu-objdump")
	if err != nil {
		t.Skip("needs aarch64-linux-gnu-objdump (binutils-aarch64-linux-gnu)")
	}
	raw := make([]byte, 0, 4*len(words))
	for _, w := range words {
		raw = binary.LittleEndian.AppendUint32(raw, w)
	}
	file := filepath.Join(t.TempDir(), "words.bin")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, append(options, "-D", "-z", "-b", "binary", "-m", "aarch64", file)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(words))
	for sc := bufio.NewScanner(bytes.NewReader(out)); sc.Scan(); {
		addr, rest, ok := strings.Cut(sc.Text(), ":\t")
		if !ok {
			continue
		}
		at, err := strconv.ParseUint(strings.TrimSpace(addr), 16, 32)
		if err != nil {
			continue
		}
		_, text, _ := strings.Cut(rest, "\t")
		texts[at/4] = text
	}
	return texts
}

// busyboxText returns the instructions of Debian's static arm64 busybox, from
// the user's cache or, if apt knows the architecture, its archive.
func busyboxText(t testing.TB) []uint32 {
	t.Helper()
	file, err := elf.Open(busybox(t))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	raw, err := file.Section(".text").Data()
	if err != nil {
		t.Fatal(err)
	}
	words := make([]uint32, len(raw)/4)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	return words
}

func busybox(t testing.TB) string {
	t.Helper()
	const how = "needs busybox-static:arm64 (dpkg --add-architecture arm64; apt-get update)"
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(how)
	}
	dir := filepath.Join(cache, "axol", "busybox-arm64")
	path := filepath.Join(dir, "bin", "busybox")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	tmp := t.TempDir()
	get := exec.Command("apt-get", "download", "busybox-static:arm64")
	get.Dir = tmp
	if get.Run() != nil {
		t.Skip(how)
	}
	debs, _ := filepath.Glob(filepath.Join(tmp, "*.deb"))
	if len(debs) != 1 || exec.Command("dpkg-deb", "-x", debs[0], dir).Run() != nil {
		t.Skip(how)
	}
	return path
}

// undefined reports whether objdump has no instruction for the word.
func undefined(text string) bool { return strings.HasPrefix(text, ".inst") }

func TestBusyboxIsCovered(t *testing.T) {
	words := busyboxText(t)
	missing := 0
	for i, text := range objdump(t, words) {
		if !undefined(text) && Decode(words[i]).Op == OpUnallocated {
			if missing++; missing < 20 {
				t.Errorf("%#08x is unallocated, objdump says %q", words[i], text)
			}
		}
	}
	t.Logf("%d words, %d missing", len(words), missing)
}

// TestAllocatedAsObjdump compares which words are allocated: uniformly random
// words, and words one bit away from a line, where the constraints are.
func TestAllocatedAsObjdump(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	words := make([]uint32, 200_000)
	for i := range words {
		if i%2 == 0 {
			words[i] = rng.Uint32()
		} else {
			words[i] = Table()[rng.IntN(NumOps-1)].Random(rng) ^ 1<<rng.IntN(32)
		}
	}
	differences := 0
	for i, text := range objdump(t, words) {
		op := Decode(words[i]).Op
		if (op == OpUnallocated) == undefined(text) || explained(words[i], op, text) {
			continue
		}
		if differences++; differences < 60 {
			name := "unallocated"
			if op != OpUnallocated {
				name = op.Info().Name
			}
			t.Errorf("%#08x: %s, objdump says %q", words[i], name, text)
		}
	}
	t.Logf("%d differences", differences)
}

type difference struct {
	reason string
	is     func(word uint32, op Op, text string) bool
}

// objdumpDiffers lists where binutils 2.40 and the manual differ.
var objdumpDiffers = []difference{
	{"SVE and SME are listed as whole spaces", func(_ uint32, op Op, _ string) bool {
		return op == OpSve || op == OpSme
	}},
	{"extensions younger than binutils 2.40", func(_ uint32, op Op, text string) bool {
		switch op.feature() {
		case LSE128, THE, D128, PAuthLR, LRCPC3, GCS:
			return undefined(text)
		}
		return false
	}},
	{"MSR and MRS have op0 2 and 3 only; op0 0 is barriers, hints and PSTATE", func(w uint32, op Op, text string) bool {
		return op == OpUnallocated && strings.Contains(text, "s0_")
	}},
	{"Rs and Rt2 of LDAR and LDAPR should be ones, which is not decoded", func(w uint32, op Op, text string) bool {
		return op == OpLdar && span(w, 20, 10)|1<<5 != 0x7ff || op == OpLdapr && span(w, 20, 16) != 31
	}},
	{"LDPSW to its base or twice to one register is unpredictable, not unallocated", func(w uint32, op Op, text string) bool {
		in := Inst{op, w}
		return op == OpLdpsw && (in.Rt() == in.Rt2() || in.Rt() == in.Rn() || in.Rt2() == in.Rn())
	}},
	{"memory copy and set: which registers may be equal is the instruction's matter", func(w uint32, op Op, text string) bool {
		return op.feature() == MOPS
	}},
	{"LS64 takes even registers below 24", func(w uint32, op Op, text string) bool {
		return strings.Contains(text, "64b") && op == OpUnallocated && (bit(w, 0) || span(w, 4, 3) == 3)
	}},
	{"FMLAL and FMLSL are undefined with sz", func(w uint32, op Op, text string) bool {
		return op == OpUnallocated && strings.HasPrefix(text, "fml") && bit(w, 22)
	}},
}

func (o Op) feature() Feature {
	if o == OpUnallocated {
		return Base
	}
	return o.Info().Feature
}

func explained(word uint32, op Op, text string) bool {
	return slices.ContainsFunc(objdumpDiffers, func(d difference) bool { return d.is(word, op, text) })
}

// TestMnemonicsAsObjdump holds the name of every line against binutils' name of it.
func TestMnemonicsAsObjdump(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	var words []uint32
	for _, l := range Table() {
		if !l.Unsupported {
			for range 40 {
				words = append(words, l.Random(rng))
			}
		}
	}
	plain, aliases := objdump(t, words, "-M", "no-aliases"), objdump(t, words)
	for i, w := range words {
		in := Decode(w)
		mine := in.Mnemonic()
		if mine != firstWord(plain[i]) && mine != firstWord(aliases[i]) && !undefined(plain[i]) && !namedOtherwise(in, plain[i]) {
			t.Errorf("%#08x: %s, objdump says %q", w, mine, plain[i])
		}
	}
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, "\t")
	return word
}

// namedOtherwise lists what binutils 2.40 calls by a more general name, or a more
// particular one.
func namedOtherwise(in Inst, text string) bool {
	switch in.Op {
	case OpDgh, OpClrbhb, OpGcsb:
		return strings.HasPrefix(text, "hint")
	case OpCfinv, OpAxflag, OpXaflag, OpSb: // CRm should be zero
		return strings.Contains(text, "s0_") && in.Field(11, 8) != 0
	case OpMsrImm:
		return strings.HasPrefix(text, "smst")
	}
	return false
}
