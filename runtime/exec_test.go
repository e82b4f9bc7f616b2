package runtime

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

const sysExecveNR = 221

// words writes 64-bit words and returns their address.
func (p *Process) words(a uint64, vs ...uint64) uint64 {
	var b []byte
	for _, v := range vs {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return p.put(a, b)
}

func TestExecveErrors(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tiny := file("tiny", string(tinyELF()), 0o755)
	loop := filepath.Join(dir, "loop")
	file("loop", "#!"+loop+"\n", 0o755)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		want syscall.Errno
	}{
		{"/nonexistent/x", syscall.ENOENT},
		{dir, syscall.EACCES},
		{file("plain", string(tinyELF()), 0o644), syscall.EACCES},
		{file("empty", "", 0o755), syscall.ENOEXEC},
		{file("text", "echo hello\n", 0o755), syscall.ENOEXEC},
		{file("broken", string(tinyELF()[:80]), 0o755), syscall.ENOEXEC},
		{file("nameless", "#!  \n", 0o755), syscall.ENOEXEC},
		{file("orphan", "#!/nonexistent/interpreter -x\n", 0o755), syscall.ENOENT},
		{file("long", "#!"+strings.Repeat("a", 300)+"\n", 0o755), syscall.ENOEXEC},
		{tiny + "/x", syscall.ENOTDIR},
		{loop, syscall.ELOOP},
		{self, syscall.ENOEXEC}, // for another machine
	} {
		runGuest(t, Config{Self: []string{"/nonexistent/axol"}}, func(p *Process, c2 *fakeCPU) {
			if r := c2.svc(sysExecveNR, p.str(work, c.path), 0, 0); r != errno(c.want) {
				t.Errorf("%s: %v, want %v", c.path, syscall.Errno(-int64(r)), c.want)
			}
		})
	}
	runGuest(t, Config{Self: []string{"/nonexistent/axol"}}, func(p *Process, c *fakeCPU) {
		path := p.str(work, tiny)
		if r := c.svc(sysExecveNR, path, 0, 0); r != errno(syscall.ENOENT) { // Axol itself is not there
			t.Errorf("execve of a sound program: %#x", r)
		}
		if r := c.svc(sysExecveNR, path, p.words(work+0x1000, 8, 0), 0); r != errno(syscall.EFAULT) {
			t.Errorf("bad argument: %#x", r)
		}
		p.put(work+0x2000, append([]byte(strings.Repeat("x", maxArgument)), 0))
		if r := c.svc(sysExecveNR, path, 0, p.words(work+0x1000, work+0x2000, 0)); r != errno(syscall.E2BIG) {
			t.Errorf("one variable that is too long: %#x", r)
		}
		var many []uint64
		for range 30 {
			many = append(many, work+0x2001)
		}
		if r := c.svc(sysExecveNR, path, p.words(work+0x1000, append(many, 0)...), 0); r != errno(syscall.E2BIG) {
			t.Errorf("too much: %#x", r)
		}
	})
	runGuest(t, Config{Warn: func(string) {}}, func(p *Process, c *fakeCPU) {
		if r := c.svc(sysExecveNR, p.str(work, tiny), 0, 0); r != errno(syscall.ENOSYS) {
			t.Errorf("without Config.Self: %#x", r)
		}
		if r := c.svc(220, uint64(syscall.SIGCHLD)); r != errno(syscall.ENOSYS) {
			t.Errorf("fork without Config.Self: %#x", r)
		}
	})
}

func TestScriptInterpreter(t *testing.T) {
	dir := t.TempDir()
	tiny := filepath.Join(dir, "tiny")
	os.WriteFile(tiny, tinyELF(), 0o755)
	inner, outer := filepath.Join(dir, "inner"), filepath.Join(dir, "outer")
	os.WriteFile(inner, []byte("#! \t"+tiny+"  -a b\t\n"), 0o755)
	os.WriteFile(outer, []byte("#!"+inner), 0o755)
	p := loadGuest(t, Config{}, func(*Process, *fakeCPU) {})
	defer p.Close()
	program, argv, e := p.findProgram(outer, []string{"outer", "1", "2"})
	if want := []string{tiny, "-a b", inner, outer, "1", "2"}; e != 0 || program != tiny || !slices.Equal(argv, want) {
		t.Errorf("%s %q, %v; want %q", program, argv, e, want)
	}
}

func FuzzScriptInterpreter(f *testing.F) {
	f.Add([]byte("/bin/sh -e\n"))
	f.Add([]byte("  "))
	f.Fuzz(func(t *testing.T, line []byte) {
		interp, arg, e := scriptInterpreter(line[:min(len(line), scriptLine)])
		if e == 0 && (interp == "" || strings.ContainsAny(interp+arg, "\n") || strings.HasPrefix(arg, " ")) {
			t.Errorf("%q: %q %q", line, interp, arg)
		}
	})
}

// What is handed over arrives, whatever bytes are in it.
func TestHandover(t *testing.T) {
	h := &Handover{Args: []string{"", "\xff\x00"}, Env: []string{"A=\xfe"}, FDs: []int32{0, 7}, Blocked: 1 << 63, Ignored: 5,
		Limits: map[uint64][2]uint64{3: {1, 2}}, Child: true}
	fd, err := h.file()
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadHandover(fd)
	if err != nil || !slices.Equal(got.Args, h.Args) || !slices.Equal(got.Env, h.Env) || !slices.Equal(got.FDs, h.FDs) ||
		got.Blocked != h.Blocked || got.Ignored != h.Ignored || got.Limits[3] != h.Limits[3] || !got.Child || got.Fork != nil {
		t.Errorf("%+v, %v; want %+v", got, err, h)
	}
	if isOpen(int32(fd)) {
		t.Error("the descriptor is still open")
	}
	if _, err := ReadHandover(1 << 20); err == nil {
		t.Error("a descriptor that is not open was read")
	}
	null, err := syscall.Open("/dev/null", syscall.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadHandover(null); err == nil {
		t.Error("an empty file was read")
	}
}
