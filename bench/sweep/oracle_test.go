package sweep

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"axol/bench"
	"axol/probes"
	"axol/runtime/image"
)

// oracle opens a recording of what real kernels answered.
func oracle(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("AXOL_ORACLE")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "oracle")
	}
	file := filepath.Join(dir, name)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		t.Skipf("needs the oracle's %s (set AXOL_ORACLE to its folder)", name)
	}
	return file
}

// debian is the path of a kernel that 'make kernel' fetches.
func debian(t testing.TB, series string) string {
	t.Helper()
	cache, err := bench.Cache()
	if err != nil {
		t.Skip(err)
	}
	found, _ := filepath.Glob(filepath.Join(cache, "kernel-"+series, "boot", "vmlinuz-*"))
	if len(found) == 0 {
		t.Skipf("needs Debian's kernel %s ('make kernel' fetches it)", series)
	}
	return found[0]
}

func rules(t testing.TB, name string) *probes.Rules {
	t.Helper()
	r, err := probes.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The codes of the recording.
const (
	oracleBlacklist = 0x81
	oracleFtrace    = 0x82
)

// oracleNames are the codes' names in the recording's totals.
var oracleNames = map[byte]string{0: "stepped", 1: "simulated", 0x81: "blacklist", 0x82: "ftrace_site", 0x83: "jump_label", 0x84: "bug_brk",
	0x85: "not_text", 0x86: "extable", 0x87: "instruction", 0x88: "atomic_context"}

// recorded is the recording's code of a verdict.
func recorded(v Verdict) byte {
	switch v.Place {
	case RefusedFtrace:
		return oracleFtrace
	case RefusedBlacklist:
		return oracleBlacklist
	case RefusedJumpLabel:
		return 0x83
	case RefusedBug:
		return 0x84
	case RefusedNotText, RefusedInit:
		return 0x85
	case RefusedException:
		return 0x86
	}
	switch {
	case v.Reason == probes.ReasonExclusiveSequence:
		return 0x88
	case v.Class == probes.Rejected:
		return 0x87
	case v.Class == probes.Simulated:
		return 1
	}
	return 0
}

// Every address of a real kernel's text: what it answered itself, and what is made of nothing but its vmlinuz, and of
// what it had patched for the processor it ran on.
func TestOracleWholeText(t *testing.T) {
	const start, end = 0xffff800008010000, 0xffff800008be0000
	im, err := image.Open(debian(t, "6.1"), image.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(im.Version, "Debian 6.1.192-2") {
		t.Skipf("the recording is of another kernel than %s", im.Version)
	}
	if n, err := Patch(im, "text-patched", open(t, oracle(t, "text-patched-6.1.csv.gz"))); n != 39120 || err != nil {
		t.Fatalf("%d words are patched: %v", n, err)
	}
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("needs xz")
	}
	want, err := exec.Command("xz", "-dc", oracle(t, "text-sweep-6.1.bin.xz")).Output()
	if err != nil || len(want) != (end-start)/4 {
		t.Fatalf("%d verdicts: %v", len(want), err)
	}
	s := New(im, rules(t, "debian-6.1"), Options{})
	listed := s.blacklisted()
	disagree, counts := 0, map[string]int{}
	for i, w := range want {
		addr := start + 4*uint64(i)
		v, ok := s.At(addr)
		if !ok {
			t.Fatalf("%x is not swept", addr)
		}
		got := recorded(v)
		if got == oracleFtrace && listed(&s.Functions[functionAt(s.Functions, addr)]) {
			got = oracleBlacklist // a kernel asks ftrace first, the recording did not
		}
		if counts[oracleNames[got]]++; v.Class == probes.Simulated {
			counts["simulated:"+v.Handler.String()]++
		}
		if got != w {
			if disagree++; disagree <= 20 {
				t.Errorf("%x %s: %v, %02x; the kernel: %02x", addr, im.Symbols.Describe(addr), v, got, w)
			}
		}
	}
	t.Logf("%d addresses, %d disagreements: %v", len(want), disagree, counts)
	if disagree > 0 {
		t.Errorf("%d disagreements", disagree)
	}
	delete(counts, oracleNames[1]) // the totals are by handler
	var totals struct{ Counts map[string]int }
	text, err := os.ReadFile(oracle(t, "text-sweep-6.1.json"))
	if err == nil {
		err = json.Unmarshal(text, &totals)
	}
	if err != nil || !reflect.DeepEqual(counts, totals.Counts) {
		t.Errorf("totals %v, the kernel's %v: %v", counts, totals.Counts, err)
	}
}

func open(t *testing.T, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// With the kernel's /proc/kallsyms, which has no _text, at the addresses it has there or, with KASLR, at others, the verdicts
// are those that the Image gives by itself.
func TestOracleGivenSymbols(t *testing.T) {
	path := debian(t, "6.1")
	own, err := image.Open(path, image.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(own.Version, "Debian 6.1.192-2") {
		t.Skipf("the recording is of another kernel than %s", own.Version)
	}
	want := New(own, rules(t, "debian-6.1"), Options{})
	text, err := io.ReadAll(open(t, oracle(t, "kallsyms-6.1.gz")))
	if err != nil {
		t.Fatal(err)
	}
	for _, moved := range []string{string(text), strings.ReplaceAll(string(text), "ffff80000", "ffff80123")} {
		im, err := image.Open(path, image.Options{Symbols: strings.NewReader(moved), SymbolsPath: "kallsyms"})
		if err != nil {
			t.Fatal(err)
		}
		got := New(im, rules(t, "debian-6.1"), Options{})
		if !reflect.DeepEqual(got.Codes, want.Codes) {
			t.Errorf("other verdicts with symbols of %#x", im.Texts[0].Addr)
		}
	}
}
