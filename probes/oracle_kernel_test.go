package probes

import (
	"bufio"
	"encoding/binary"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"axol/runtime/elf"
)

// The whole text of a real 6.1 kernel, with its symbols and its blacklist.

const (
	textStart = 0xffff800008010000 // _stext
	textEnd   = 0xffff800008be0000 // _etext
	ftraceNop = 4                  // offset of the call site in functions that ftrace knows
)

// hexAddr reads a number without 0x.
func hexAddr(t *testing.T, s string) uint64 {
	t.Helper()
	a, err := strconv.ParseUint(s, 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// kernelSymbols is the functions of /proc/kallsyms, each up to the next symbol.
func kernelSymbols(t *testing.T) *elf.Symbols {
	t.Helper()
	var fs []elf.Symbol
	for lines := bufio.NewScanner(openOracle(t, "kallsyms-6.1.gz")); lines.Scan(); {
		f := strings.Fields(lines.Text())
		fs = append(fs, elf.Symbol{Name: f[2], Addr: hexAddr(t, f[0])})
	}
	all := elf.NewSymbols(fs).Funcs // which makes their sizes
	return elf.NewSymbols(slices.DeleteFunc(all, func(f elf.Symbol) bool { return f.Name == "_etext" }))
}

// kernel61 is what the kernel does not let be probed, but for what only its tables say.
func kernel61(t *testing.T, symbols *elf.Symbols) *Kernel {
	t.Helper()
	k := &Kernel{Text: []Range{{textStart, textEnd}}}
	var err error
	if k.Blacklist, err = ParseBlacklist(openOracle(t, "blacklist-6.1.gz")); err != nil {
		t.Fatal(err)
	}
	traced := map[string]bool{}
	for lines := bufio.NewScanner(openOracle(t, "available-filter-functions-6.1.gz")); lines.Scan(); {
		traced[lines.Text()] = true
	}
	for _, f := range symbols.Funcs {
		if traced[f.Name] {
			k.Ftrace = append(k.Ftrace, f.Addr+ftraceNop)
		}
	}
	return k
}

// The errors that real register_kprobe and register_kretprobe gave.
func TestOracleErrnos(t *testing.T) {
	_, logs := oracleScenarios(t)
	symbols := kernelSymbols(t)
	const module = 0xffff800000c50000
	all := append(symbols.Funcs, elf.Symbol{Name: "kf_multi", Addr: module, Size: 0x40}, elf.Symbol{Name: "kf_empty", Addr: module + 0x40, Size: 0x40},
		elf.Symbol{Name: "epre", Addr: module + 0x80, Size: 0x54}, elf.Symbol{Name: "module_data", Addr: module + 0x1000, Size: 8})
	symbols = elf.NewSymbols(all)
	k := kernel61(t, symbols)
	k.Text = append(k.Text, Range{module, module + 0x100})
	k.Init = []Range{{0xffff800009390000, 0xffff8000093f4c0c}}
	words := map[uint64]uint32{}
	vfs, _ := symbols.Lookup("vfs_read")
	for i, w := range []uint32{0xaa1e03e9, 0xd503201f, 0xd503233f, 0xd10283ff, 0xd5384104, 0xa9067bfd} {
		words[vfs.Addr+4*uint64(i)] = w
	}
	m := New(Config{Rules: mustLookup(t, rules61), Kernel: k, CPUs: 1, Symbols: func() *elf.Symbols { return symbols },
		Text: func(a uint64) (uint32, bool) {
			if w, ok := words[a]; ok {
				return w, true
			}
			return nop, a&3 == 0 && (a >= textStart && a < textEnd || a >= module && a < module+0x2000)
		}})
	m.Bind(&fakeCode{})
	special := map[string]*Kprobe{}
	add := func(name string, p *Kprobe) { special[name] = p }
	add("no symbol no addr", &Kprobe{})
	add("both", &Kprobe{Symbol: "kf_multi", Addr: module})
	add("unknown symbol", &Kprobe{Symbol: "no_such_function"})
	add("unaligned addr", &Kprobe{Addr: module + 2})
	add("addr+offset", &Kprobe{Addr: module, Offset: 4})
	add("NULL-ish addr 0x1000", &Kprobe{Addr: 0x1000})
	add("data address", &Kprobe{Addr: module + 0x1000})
	add("user addr", &Kprobe{Addr: 0x400000})
	add("sym vfs_read+0x100000", &Kprobe{Symbol: "vfs_read", Offset: 0x100000})
	add("start_kernel (init, freed)", &Kprobe{Symbol: "start_kernel"})
	add("kallsyms: sys_call_table", &Kprobe{Symbol: "sys_call_table"})
	add("_etext", &Kprobe{Addr: textEnd})
	add("module sym kporacle:kf_empty", &Kprobe{Symbol: "kf_empty"})
	add("module static sym epre", &Kprobe{Symbol: "epre"})
	add("flags=DISABLED ok", &Kprobe{Symbol: "kf_empty", Disabled: true})
	add("flags=0xff garbage", &Kprobe{Symbol: "kf_empty"})
	n := 0
	for _, line := range logs["T7"] {
		what, answer, ok := strings.Cut(strings.TrimPrefix(line, "errno "), " = ")
		if !ok {
			t.Fatalf("line %q", line)
		}
		want, addr, _ := strings.Cut(answer, " addr=")
		p := special[what]
		if p == nil {
			sym, off, _ := strings.Cut(strings.TrimPrefix(what, "sym "), "+")
			o, _ := cUint(off)
			p = &Kprobe{Symbol: sym, Offset: o}
		}
		err := m.Register(p)
		if got := strconv.Itoa(number(err)); got != want {
			t.Errorf("%s: %s, the kernel said %s (%v)", what, got, want, err)
		}
		if err == nil {
			name, off, _ := strings.Cut(addr, "+")
			off, _, _ = strings.Cut(off, "/")
			f, _ := symbols.Lookup(name)
			if o, _ := cUint(off); m.Address(p) != f.Addr+o {
				t.Errorf("%s is at %s, the kernel said %s", what, symbols.Describe(m.Address(p)), addr)
			}
			_ = m.Unregister(p)
		}
		n++
	}
	for _, line := range logs["T7e"] {
		what, want, _ := cutLast(line, " ")
		rp := &Kretprobe{Kprobe: Kprobe{Symbol: what}}
		switch sym, off, _ := strings.Cut(what, "+"); {
		case what == "no addr/symbol":
			rp.Symbol = ""
		case strings.HasPrefix(what, "data_size=1M"):
			rp.Symbol, rp.DataSize, rp.MaxActive = "kf_empty", 1<<20, 4
		case off != "":
			o, _ := cUint(off)
			rp.Symbol, rp.Offset = sym, o
		}
		if got := strconv.Itoa(number(m.RegisterKretprobe(rp))); got != want {
			t.Errorf("kretprobe, %s: %s, the kernel said %s", what, got, want)
		}
		n++
	}
	if n != 42 {
		t.Errorf("%d rows", n)
	}
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// kernelImage is the text of the kernel as it ran: of its Image, with what it had patched. The Image is Debian's
// linux-image-6.1.0-56-cloud-arm64, its vmlinuz put into axol's folder of the user's cache.
func kernelImage(t *testing.T) []uint32 {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("needs a cache folder")
	}
	file := filepath.Join(cache, "axol", "vmlinuz-6.1.0-56-cloud-arm64")
	image, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("needs %s, of Debian's package", file)
	}
	const offset = 0x10000 // of _stext
	words := make([]uint32, (textEnd-textStart)/4)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(image[offset+4*i:])
	}
	rows, err := csv.NewReader(openOracle(t, "text-patched-6.1.csv.gz")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		i := (hexAddr(t, row[0]) - textStart) / 4
		if words[i] != hexWord(t, row[1]) {
			t.Fatalf("the image has %08x at %s, the kernel's had %s", words[i], row[0], row[1])
		}
		words[i] = hexWord(t, row[2])
	}
	return words
}

// sweepVerdicts are the codes of the recording.
var sweepVerdicts = map[byte]string{0: "stepped", 1: "simulated", 0x81: "blacklist", 0x82: "ftrace", 0x83: "jump label", 0x84: "BUG",
	0x85: "text", 0x86: "exception table", 0x87: "instruction", 0x88: "exclusive"}

// Every address of the kernel's text: three million verdicts. Where the kernel patches its text for jump labels, where it
// traps for BUG and what its exception table has is taken from the recording, as the tables are not; all
// else is found here.
func TestOracleTextSweep(t *testing.T) {
	words := kernelImage(t)
	symbols := kernelSymbols(t)
	k := kernel61(t, symbols)
	verdicts := openSweep(t, len(words))
	// Names do not tell functions apart, and weak functions that others have replaced have their ftrace site but
	// no name. What the kernel made of a site is always this.
	const movX9LR = 0xaa1e03e9
	k.Ftrace = nil
	for i := range words[1:] {
		if words[i] == movX9LR && words[i+1] == nop {
			k.Ftrace = append(k.Ftrace, textStart+4*uint64(i+1))
		}
	}
	for i, v := range verdicts {
		a := textStart + 4*uint64(i)
		switch v {
		case 0x83:
			k.JumpLabels = append(k.JumpLabels, a)
		case 0x84:
			k.Bugs = append(k.Bugs, a)
		case 0x86:
			k.Extable = append(k.Extable, Fixup{a, a})
		}
	}
	r := mustLookup(t, rules61)
	text := Text{Base: textStart, Words: words}
	wrong, counts := 0, map[string]int{}
	for i, code := range verdicts {
		a := textStart + 4*uint64(i)
		got := ""
		if _, listed := k.area(a); listed { // the kernel asks ftrace first, the recording did not
			got = "blacklist"
		} else if errno, why := k.refuses(r, symbols, a); errno != 0 {
			for _, w := range []string{"blacklist", "ftrace", "jump label", "BUG", "not the text", "exception table"} {
				if strings.Contains(why, w) {
					got = strings.TrimPrefix(w, "not the ")
				}
			}
			if errno != syscall.EINVAL {
				got = errno.Error()
			}
		} else {
			p := Place{Addr: a}
			if f, _, ok := symbols.At(a); ok {
				p.Symbol, p.HasSymbol = f.Addr, true
			}
			switch v, _ := ClassifyAt(r, text.Word, p); {
			case v.Reason == ReasonExclusiveSequence:
				got = "exclusive"
			case v.Class == Rejected:
				got = "instruction"
			default:
				got = v.Class.String()
			}
		}
		counts[got]++
		if want := sweepVerdicts[code]; got != want {
			if wrong++; wrong <= 20 {
				t.Errorf("%#x (%s): %s, the kernel: %s", a, symbols.Describe(a), got, want)
			}
		}
	}
	t.Logf("%d addresses, %d disagreements: %v", len(verdicts), wrong, counts)
	if wrong > 0 {
		t.Errorf("%d disagreements", wrong)
	}
}

// openSweep reads the verdicts, one byte for each word.
func openSweep(t *testing.T, n int) []byte {
	t.Helper()
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("needs xz")
	}
	file := oracleFile(t, "text-sweep-6.1.bin.xz")
	b, err := exec.Command("xz", "-dc", file).Output()
	if err != nil || len(b) != n {
		t.Fatalf("%d verdicts for %d words: %v", len(b), n, err)
	}
	return b
}
