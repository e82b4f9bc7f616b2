package image

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// cached is the folder of what 'make kernel' fetches.
func cached(t *testing.T, pattern string) string {
	t.Helper()
	cache := os.Getenv("AXOL_CACHE")
	if cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			t.Skip("needs a cache folder")
		}
		cache = filepath.Join(dir, "axol")
	}
	found, _ := filepath.Glob(filepath.Join(cache, pattern))
	if len(found) == 0 {
		t.Skipf("needs %s ('make kernel' fetches it)", pattern)
	}
	return found[0]
}

// Everything in Debian's kernels is found, with no other file.
func TestDebianKernels(t *testing.T) {
	for _, series := range []string{"6.1", "6.12"} {
		t.Run(series, func(t *testing.T) {
			im, err := Open(cached(t, "kernel-"+series+"/boot/vmlinuz-*"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(im.Version, "Linux version "+series+".") {
				t.Errorf("version %q", im.Version)
			}
			least := map[string]int{"symbols": 40000, "exception table": 500, "jump labels": 5000, "BUG table": 5000, "ftrace sites": 30000, "NOKPROBE_SYMBOL": 50}
			for _, f := range im.Facts {
				if !f.Found || f.Count < least[f.What] {
					t.Errorf("%+v", f)
				}
				delete(least, f.What)
			}
			if len(least) > 0 {
				t.Errorf("nothing is said of %v", least)
			}
		})
	}
}

// The symbols of the kernel's own /proc/kallsyms.
func TestOracleKallsyms(t *testing.T) {
	dir := os.Getenv("AXOL_ORACLE")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "oracle")
	}
	file, err := os.Open(filepath.Join(dir, "kallsyms-6.1.gz"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("needs the oracle's kallsyms-6.1.gz (set AXOL_ORACLE to its folder)")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	im, err := Open(cached(t, "kernel-6.1/boot/vmlinuz-*"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(im.Version, "Debian 6.1.192-2") {
		t.Skipf("the recording is of another kernel than %s", im.Version)
	}
	has := map[string][]uint64{}
	for _, f := range im.Symbols.Funcs {
		has[f.Name] = append(has[f.Name], f.Addr)
	}
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	n, wrong := 0, 0
	end := im.Texts[len(im.Texts)-1].End()
	for lines := bufio.NewScanner(z); lines.Scan(); n++ {
		f := strings.Fields(lines.Text())
		addr, err := strconv.ParseUint(f[0], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		if addr < im.Texts[0].Addr || addr >= end {
			continue
		}
		if !slices.Contains(has[f[2]], addr) {
			if wrong++; wrong < 10 {
				t.Errorf("%s is not found", lines.Text())
			}
		}
	}
	if n < 40000 {
		t.Errorf("%d symbols", n)
	}
}

// Where symbols bound the tables, their structure alone says the same.
func TestStructure(t *testing.T) {
	path := cached(t, "kernel-6.12/boot/vmlinuz-*")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	im, err := Read(path, data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	bySymbols := im.Tables
	relative := findRelative(data)
	base, ok := linkBase(data, relative)
	if !ok {
		t.Fatal("where is it linked at?")
	}
	m := &memory{base: base, file: data, bytes: bytes.Clone(data)}
	m.relocate(relative, base)
	im.Tables, im.Facts = Tables{}, nil
	im.findTables(m, bounds{})
	if d := equalTables(&im.Tables, &bySymbols); d != "" {
		t.Error(d)
	}
	for _, f := range im.Facts {
		if !strings.HasPrefix(f.How, "by its structure") {
			t.Errorf("%+v", f)
		}
	}
}

// A module as a kernel's build makes it, and a kernel that is linked from it.
const source = `
	.section .head.text, "ax"
	.globl _text
_text:	b _stext
	.text
	.globl _stext
_stext:
	.rept 2
	nop
	.endr
	.globl traced
	.type traced, %function
traced:	bti c
1:	nop
	nop
2:	ldr w0, [x1]
3:	brk #0x800
4:	nop
5:	ret
	.globl other
other:	ret
	.globl _etext
_etext:
	.section .init.text, "ax"
	.globl _sinittext
_sinittext:
	.globl begin
begin:	ret
	.globl _einittext
_einittext:
	.section __ex_table, "a"
	.globl __start___ex_table
__start___ex_table:
	.long 2b - ., 5b - .
	.hword 1, 0
	.globl __stop___ex_table
__stop___ex_table:
	.section __jump_table, "aw"
	.globl __start___jump_table
__start___jump_table:
	.long 4b - ., 5b - .
	.quad __start___jump_table - .
	.globl __stop___jump_table
__stop___jump_table:
	.section __bug_table, "aw"
	.globl __start___bug_table
__start___bug_table:
	.long 3b - ., 0
	.hword 1, 0
	.globl __stop___bug_table
__stop___bug_table:
	.section __patchable_function_entries, "aw"
	.globl __start_mcount_loc
__start_mcount_loc:
	.quad 1b
	.globl __stop_mcount_loc
__stop_mcount_loc:
	.section _kprobe_blacklist, "aw"
	.globl __start_kprobe_blacklist
__start_kprobe_blacklist:
	.quad other
	.globl __stop_kprobe_blacklist
__stop_kprobe_blacklist:
`

func TestModuleAndVmlinux(t *testing.T) {
	const as, ld = "aarch64-linux-gnu-as", "aarch64-linux-gnu-ld"
	for _, tool := range []string{as, ld} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s", tool)
		}
	}
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(file("k.s"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, cmd := range [][]string{
		{as, "-march=armv8.5-a", "-o", file("k.ko"), file("k.s")},
		{ld, "-Ttext-segment=0xffff800008000000", "-e", "_text", "-o", file("vmlinux"), file("k.ko")},
		{ld, "-pie", "--no-dynamic-linker", "-z", "notext", "-Ttext-segment=0xffff800008000000", "-e", "_text", "-o", file("relocatable"), file("k.ko")},
	} {
		if out, err := exec.Command(cmd[0], cmd[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd, err, out)
		}
	}
	for name, kind := range map[string]Kind{"k.ko": Module, "vmlinux": Kernel, "relocatable": Kernel} {
		im, err := Open(file(name), Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		traced, ok := im.Symbols.Lookup("traced")
		other, _ := im.Symbols.Lookup("other")
		if !ok || im.Kind != kind || traced.Size != 28 {
			t.Errorf("%s: %s, traced is %+v", name, im.Kind, traced)
		}
		want := Tables{Exceptions: []Fixup{{traced.Addr + 12, traced.Addr + 24}}, Ftrace: []uint64{traced.Addr + 8},
			Bugs: []uint64{traced.Addr + 16}, JumpLabels: []uint64{traced.Addr + 20}, NoProbe: []uint64{other.Addr}}
		if d := equalTables(&im.Tables, &want); d != "" {
			t.Errorf("%s: %s\n%+v\n%+v", name, d, im.Tables, want)
		}
		begin, _ := im.Symbols.Lookup("begin")
		if i := im.SectionAt(begin.Addr); i < 0 || im.Sections[i].Name != ".init.text" || im.Sections[i].Core {
			t.Errorf("%s: begin is in section %d of %+v", name, i, im.Sections)
		}
	}
	// Cut or damaged anywhere, a file is an error or less of an image, never a crash.
	r := rand.New(rand.NewPCG(3, 4))
	for _, name := range []string{"k.ko", "vmlinux", "relocatable"} {
		data, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			checkRead(t, data[:r.IntN(len(data))], Options{})
			b := bytes.Clone(data)
			b[r.IntN(64)] ^= byte(r.Uint32()) // of its header
			b[r.IntN(len(b))] ^= byte(r.Uint32())
			checkRead(t, b, Options{})
		}
	}
}

func TestProgram(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "m.go")
	if err := os.WriteFile(src, []byte("package main\n\nfunc main() { println(1) }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, flags := range []string{"", "-s -w"} {
		out := filepath.Join(dir, "program")
		cmd := exec.Command("go", "build", "-ldflags", flags, "-o", out, src)
		cmd.Env = append(os.Environ(), "GOARCH=arm64", "GOOS=linux", "CGO_ENABLED=0")
		if msg, err := cmd.CombinedOutput(); err != nil {
			t.Skipf("needs a Go toolchain for arm64: %v\n%s", err, msg)
		}
		im, err := Open(out, Options{})
		if err != nil {
			t.Fatal(err)
		}
		f, ok := im.Symbols.Lookup("main.main")
		if i := im.SectionAt(f.Addr); !ok || im.Kind != Program || i < 0 || im.Sections[i].Name != ".text" {
			t.Errorf("%q: %s, main.main is %+v in section %d", flags, im.Kind, f, i)
		}
	}
}
