package probes

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"axol/jit"
	"axol/runtime/elf"
)

func TestListKinds(t *testing.T) {
	k := newKernel(t, jit.Config{Interp: true}, Config{Kernel: &Kernel{Modules: map[string]Range{"kporacle": {kernelAt, kernelAt + 0x80}}}}, rules61)
	off := &Kprobe{Symbol: "kf_nop", Disabled: true}
	k.register(off, &Kprobe{Symbol: "kf_multi", Offset: 8})
	rp := &Kretprobe{Kprobe: Kprobe{Symbol: "kf_nop"}}
	if err := k.m.RegisterKretprobe(rp); err != nil {
		t.Fatal(err)
	}
	k.uprobes(&Uprobe{Kprobe: Kprobe{Symbol: "kf_b2"}, Handler: func(*Hit) int { return 0 }}) // not of this list
	lines := map[string]bool{
		fmt.Sprintf("%016x  r  kf_nop+0x0  kporacle ", k.addr["kf_nop"]):           true,
		fmt.Sprintf("%016x  k  kf_nop+0x0  kporacle [DISABLED]", k.addr["kf_nop"]): true,
		fmt.Sprintf("%016x  k  kf_multi+0x8    ", k.addr["kf_multi"]+8):            true,
	}
	got := strings.Split(strings.TrimSuffix(k.m.List(), "\n"), "\n")
	for _, l := range got {
		if !lines[l] {
			t.Errorf("line %q", l)
		}
	}
	if len(got) != len(lines) {
		t.Errorf("%d lines", len(got))
	}
}

// The global switch: nothing is hit while it is off, also what is registered then; disabled probes stay disabled.
func TestSetEnabled(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		k := newKernel(t, cfg, Config{}, rules61)
		a, off, late := counter("kf_empty"), counter("kf_b2"), counter("kf_b3")
		up := 0
		off.Disabled = true
		k.register(&a.Kprobe, &off.Kprobe)
		k.uprobes(&Uprobe{Kprobe: Kprobe{Symbol: "kf_nop"}, Handler: func(*Hit) int { up++; return 0 }})
		all := func() {
			for _, fn := range []string{"kf_empty", "kf_b2", "kf_b3", "kf_nop"} {
				k.call(fn, callAt+0x40, pstateBL, 1)
			}
		}
		all()
		k.m.SetEnabled(false)
		if got := k.m.Armed(); got != "0\n" {
			t.Errorf("enabled is %q", got)
		}
		if w, _ := k.m.text(k.addr["kf_empty"]); w != 0x91000400 {
			t.Errorf("the text is %x", w)
		}
		k.register(&late.Kprobe)
		all()
		k.m.SetEnabled(false)
		a.want(t, 1, 1, 0)
		late.want(t, 0, 0, 0)
		if f := k.m.Flags(&a.Kprobe); f != FlagOnFuncEntry {
			t.Errorf("flags are %x", f)
		}
		k.m.SetEnabled(true)
		if got := k.m.Armed(); got != "1\n" {
			t.Errorf("enabled is %q", got)
		}
		all()
		a.want(t, 2, 2, 0)
		late.want(t, 1, 1, 0)
		off.want(t, 0, 0, 0)
		if up != 3 {
			t.Errorf("%d hits of the uprobe", up)
		}
	})
}

// What each kernel's blacklist has, by section.
func TestSections(t *testing.T) {
	sections := []string{".kprobes.text", ".entry.text", ".irqentry.text", ".exception.text", ".idmap.text", ".hyp.text", ".hyp.idmap.text", ".noinstr.text", ".rodata"}
	k := &Kernel{Sections: map[string]Range{}}
	var symbols []elf.Symbol
	for i, s := range sections {
		at := uint64(0x1000 * (i + 1))
		k.Sections[s] = Range{at, at + 0x100}
		symbols = append(symbols, elf.Symbol{Name: "f" + s, Addr: at, Size: 0x200})
	}
	table := elf.NewSymbols(symbols)
	for _, c := range []struct {
		rules string
		hyp   bool
		want  string // a letter for each section that is refused
	}{
		{"linux-4.8", false, "KEIXDHh.R"},
		{"linux-4.8", true, "KEIXD...R"},
		{"linux-5.0", true, "KEIXDH..."},
		{"linux-5.8", false, "KEIXDHhN."},
		{"linux-6.1", true, "KEI.DH.N."},
		{rules61, false, "KEI.DHhN."},
		{"debian-6.12", false, "KEI..HhN."},
		{"linux-7.2", true, "KEI..H.N."},
	} {
		r := mustLookup(t, c.rules)
		k.HYP = c.hyp
		got := ""
		for i, s := range sections {
			letter := string("KEIXDHhNR"[i])
			errno, _ := k.refuses(r, table, k.Sections[s].End-4)
			if outside, _ := k.refuses(r, table, k.Sections[s].End); outside != 0 {
				t.Errorf("%s: the end of %s is refused", c.rules, s)
			}
			if errno == 0 {
				letter = "."
			}
			got += letter
		}
		if got != c.want {
			t.Errorf("%s, HYP %t: refuses %s, want %s", c.rules, c.hyp, got, c.want)
		}
	}
}

// The order of checks: the first that fails names the error.
func TestKernelRefuses(t *testing.T) {
	table := elf.NewSymbols([]elf.Symbol{{Name: "f", Addr: 0x1000, Size: 0x100}, {Name: "bad", Addr: 0x1100, Size: 0x10},
		{Name: "bad.isra.0", Addr: 0x1110, Size: 0x10}, {Name: "__pfx_f", Addr: 0x1120, Size: 0x10}, {Name: "data", Addr: 0x9000, Size: 0x10},
		{Name: "init", Addr: 0x5000, Size: 0x10}, {Name: "m_init", Addr: 0x6000, Size: 0x10}})
	k := &Kernel{
		Text: []Range{{0x1000, 0x2000}, {0x6000, 0x7000}}, Init: []Range{{0x5000, 0x5100}}, ModuleInit: []Range{{0x6000, 0x6100}},
		NoKprobe: []string{"bad"}, Extable: []Fixup{{0x1010, 0x1020}}, Ftrace: []uint64{0x1004}, JumpLabels: []uint64{0x1008, 0x1004},
		StaticCalls: []uint64{0x100c}, Bugs: []uint64{0x1014}, Blacklist: []Area{{Range{0x1080, 0x1084}, "listed"}},
	}
	for _, c := range []struct {
		addr  uint64
		rules string
		errno syscall.Errno
		why   string
	}{
		{0x1000, rules61, 0, ""},
		{0x1004, rules61, syscall.EINVAL, "ftrace"},
		{0x1008, rules61, syscall.EINVAL, "jump label"},
		{0x100c, rules61, syscall.EINVAL, "static call"},
		{0x1010, rules61, syscall.EINVAL, "exception table"},
		{0x1014, rules61, syscall.EINVAL, "BUG"},
		{0x1080, rules61, syscall.EINVAL, "listed"},
		{0x1084, rules61, 0, ""},
		{0x1104, rules61, syscall.EINVAL, "bad"},
		{0x1114, rules61, syscall.EINVAL, "bad"},
		{0x1120, rules61, syscall.EINVAL, "preamble"},
		{0x9000, rules61, syscall.EINVAL, "not the text"},
		{0x5000, rules61, syscall.EINVAL, "gone"},
		{0x6000, rules61, syscall.ENOENT, "module"},
		{0x1800, rules61, syscall.ENOENT, "no function"},
		{0x1800, "linux-5.4", 0, ""},
		{0xa000, "linux-5.4", syscall.EINVAL, "not the text"},
	} {
		errno, why := k.refuses(mustLookup(t, c.rules), table, c.addr)
		if errno != c.errno || !strings.Contains(why, c.why) || (errno == 0) != (why == "") {
			t.Errorf("%#x: %v (%s), want %v (%s)", c.addr, errno, why, c.errno, c.why)
		}
	}
}

func TestBlacklistText(t *testing.T) {
	k := newKernel(t, jit.Config{Interp: true}, Config{Kernel: &Kernel{NoKprobe: []string{"kf_b2"},
		Sections: map[string]Range{".kprobes.text": {kernelAt, kernelAt + 0x80}}}}, rules61)
	want := ""
	for _, fn := range []string{"kf_nop", "kf_adr", "kf_b2"} {
		want += fmt.Sprintf("0x%016x-0x%016x\t%s\n", k.addr[fn], k.addr[fn]+kernelSize, fn)
	}
	got := k.m.Blacklist()
	if got != want {
		t.Errorf("blacklist is\n%s, want\n%s", got, want)
	}
	list, err := ParseBlacklist(strings.NewReader(got))
	if err != nil || len(list) != 3 || list[2].Name != "kf_b2" || list[2].Start != k.addr["kf_b2"] {
		t.Errorf("read back: %v, %v", list, err)
	}
	for _, bad := range []string{"x", "0x10-0x8\tf", "0x10\tf"} {
		if _, err := ParseBlacklist(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q gives %v", bad, err)
		}
	}
	wantErrno(t, k.m.Register(&Kprobe{Symbol: "kf_adr"}), syscall.EINVAL)
}
