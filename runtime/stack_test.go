package runtime

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"axol/jit/ir"
)

// reader takes a stack apart as a C library's start does.
type reader struct {
	t    *testing.T
	base uint64
	img  []byte
}

func (r reader) word(a uint64) uint64 { return binary.LittleEndian.Uint64(r.img[a-r.base:]) }

func (r reader) str(a uint64) string {
	s := r.img[a-r.base:]
	return string(s[:bytes.IndexByte(s, 0)])
}

func TestStackImage(t *testing.T) {
	const top = 0x7F_FFFE_0000
	random := []byte("0123456789abcdef")
	for n := range 40 { // all alignments
		args := []string{"prog", strings.Repeat("x", n)}
		env := []string{"A=1", "B=" + strings.Repeat("y", n*3)}
		if n == 0 {
			env = nil
		}
		aux := []auxEntry{{atHwcap, 0x123}, {atRandom, 0}, {atExecfn, 0}, {atPlatform, 0}, {atNull, 0}}
		img, err := stackImage(top, "./prog", args, env, random, aux)
		if err != nil {
			t.Fatal(err)
		}
		r := reader{t, top - uint64(len(img)), img}
		if r.base%16 != 0 {
			t.Errorf("SP %#x", r.base)
		}
		at := r.base
		next := func() uint64 { v := r.word(at); at += 8; return v }
		if got := next(); got != uint64(len(args)) {
			t.Errorf("argc %d", got)
		}
		for _, list := range [][]string{args, env} {
			for _, want := range list {
				if got := r.str(next()); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			}
			if next() != 0 {
				t.Error("list is not terminated")
			}
		}
		got := map[uint64]uint64{}
		for {
			k, v := next(), next()
			if k == atNull {
				break
			}
			got[k] = v
		}
		if got[atHwcap] != 0x123 || r.str(got[atPlatform]) != "aarch64" || r.str(got[atExecfn]) != "./prog" {
			t.Errorf("auxv %v", got)
		}
		if string(img[got[atRandom]-r.base:][:16]) != string(random) {
			t.Error("AT_RANDOM")
		}
		if r.word(top-8) != 0 {
			t.Error("the top is not zero")
		}
	}
}

func TestArgumentsTooLong(t *testing.T) {
	_, err := stackImage(1<<39, "p", []string{strings.Repeat("x", 3<<20)}, nil, make([]byte, 16), nil)
	if err == nil || !strings.Contains(err.Error(), "arguments and environment take") {
		t.Error(err)
	}
}

func TestStartState(t *testing.T) {
	runGuest(t, Config{Args: []string{"zero", "one"}}, func(p *Process, c *fakeCPU) {
		if c.st.PC != 0x400078 || c.st.SP%16 != 0 || p.Entry() != 0x400078 {
			t.Errorf("PC %#x, SP %#x", c.st.PC, c.st.SP)
		}
		if argc, _ := p.mem.Read64(c.st.SP); argc != 2 {
			t.Errorf("argc %d", argc)
		}
		arg1, _ := p.mem.Read64(c.st.SP + 16)
		var buf [8]byte
		if n, e := p.mem.ReadString(arg1, buf[:]); e != 0 || string(buf[:n]) != "one" {
			t.Errorf("argv[1] is %q, %v", buf[:n], e)
		}
		if v, ok := p.mem.Find(c.st.SP); !ok || v.Name != "[stack]" || v.Hi-v.Lo != stackSize {
			t.Errorf("stack %v", v)
		}
		if w, ok := p.Fetch(p.tramp); !ok || w != 0xD2801168 {
			t.Errorf("trampoline %#x %v", w, ok)
		}
	})
}

func TestHwcaps(t *testing.T) {
	caps, names := hwcaps()
	for _, f := range []struct {
		name string
		bit  int
	}{{"fp", 0}, {"asimd", 1}, {"aes", 3}, {"atomics", 8}, {"cpuid", 11}, {"dit", 24}, {"ssbs", 28}, {"paca", 30}, {"pacg", 31}} {
		if caps[0]>>f.bit&1 == 0 {
			t.Errorf("no %s in %#x", f.name, caps[0])
		}
	}
	if caps[0]>>22&1 != 0 {
		t.Error("SVE is announced")
	}
	if len(names) != bits.OnesCount64(caps[0])+bits.OnesCount64(caps[1]) {
		t.Errorf("%d names for %#x", len(names), caps)
	}
	if info := string(cpuinfo(2)); strings.Count(info, "Features\t: fp asimd aes ") != 2 || !strings.Contains(info, " paca pacg ") {
		t.Errorf("cpuinfo:\n%s", info)
	}
}

// TestKeys: PR_PAC_RESET_KEYS changes what it is asked to.
func TestKeys(t *testing.T) {
	const prctl, reset = 167, 54
	runGuest(t, Config{}, func(_ *Process, c *fakeCPU) {
		first := c.st.Keys
		if first[ir.KeyIA] == first[ir.KeyIB] {
			t.Error("the keys are not random")
		}
		if r := c.svc(prctl, reset, 1<<ir.KeyDB); r != 0 {
			t.Errorf("resetting a key: %#x", r)
		}
		second := c.st.Keys
		if second[ir.KeyDB] == first[ir.KeyDB] || second[ir.KeyIA] != first[ir.KeyIA] || second[ir.KeyGA] != first[ir.KeyGA] {
			t.Errorf("resetting a key: %x, were %x", second, first)
		}
		c.svc(prctl, reset)
		for k := range c.st.Keys {
			if c.st.Keys[k] == second[k] {
				t.Errorf("key %d is not reset", k)
			}
		}
		if r := c.svc(prctl, reset, 32); r != errno(syscall.EINVAL) {
			t.Errorf("a key there is not: %#x", r)
		}
	})
}

// Behind what comes from the file, all of its last page is zero, though the file has
// more bytes there, and the segment ends sooner.
func TestSegmentEnd(t *testing.T) {
	b := append(tinyELF(), bytes.Repeat([]byte{0xAA}, 8192)...)
	binary.LittleEndian.PutUint64(b[64+32:], 200) // p_filesz
	binary.LittleEndian.PutUint64(b[64+40:], 300) // p_memsz
	path := filepath.Join(t.TempDir(), "prog")
	os.WriteFile(path, b, 0o755)
	p := loadGuest(t, Config{Path: path}, func(*Process, *fakeCPU) {})
	defer p.Close()
	page := p.get(0x400000, 4096)
	if page[199] != 0xAA {
		t.Errorf("the file's last byte is %#x", page[199])
	}
	if i := bytes.IndexFunc(page[200:], func(r rune) bool { return r != 0 }); i >= 0 {
		t.Errorf("byte %d is %#x", 200+i, page[200+i])
	}
	if p.mem.Covered(0x401000, 1) {
		t.Error("more than one page was mapped")
	}
}
