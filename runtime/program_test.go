package runtime

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"axol/jit"
)

// Real programs, on the real engine.

var engines = map[string]jit.Config{"translator": {}, "interpreter": {Interp: true}}

// runProgram runs a program with its standard output (and input) in pipes.
func runProgram(t *testing.T, cfg Config, input string) (status int, output string) {
	t.Helper()
	restore := redirect(t, input)
	cfg.Warn = func(l string) { t.Log(l) }
	p, err := Load(cfg)
	if err != nil {
		restore()
		t.Fatal(err)
	}
	status = p.Run()
	p.Close()
	return status, restore()
}

// redirect makes descriptors 0 and 1 this test's for a while: they are the guest's.
func redirect(t *testing.T, input string) (restore func() string) {
	t.Helper()
	saved := [2]int{}
	for fd := range saved {
		var err error
		if saved[fd], err = syscall.Dup(fd); err != nil {
			t.Fatal(err)
		}
		syscall.CloseOnExec(saved[fd])
	}
	in, inW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	outR, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	syscall.Dup3(int(in.Fd()), 0, 0)
	syscall.Dup3(int(out.Fd()), 1, 0)
	in.Close()
	out.Close()
	var got bytes.Buffer
	var wg sync.WaitGroup
	wg.Go(func() { io.WriteString(inW, input); inW.Close() })
	wg.Go(func() { io.Copy(&got, outR) })
	return func() string {
		for fd, s := range saved {
			syscall.Dup3(s, fd, 0)
			syscall.Close(s)
		}
		wg.Wait()
		outR.Close()
		return got.String()
	}
}

func TestGoProgram(t *testing.T) {
	prog := filepath.Join(t.TempDir(), "guest")
	build := exec.Command("go", "build", "-o", prog, "./testdata/guest")
	build.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
	if msg, err := build.CombinedOutput(); err != nil {
		t.Skipf("needs a Go toolchain for arm64: %v\n%s", err, msg)
	}
	want := strings.Fields("arguments arm64 goroutines preemption signals faults network pipes files profile ticks executable")
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			status, out := runProgram(t, Config{Path: prog, Args: []string{"guest", "an argument"}, NewEngine: JIT(engine),
				Env: []string{"GUEST=yes", "EXE=" + prog, "TMPDIR=" + t.TempDir()}}, "")
			if got := strings.Fields(out); status != 7 || strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("status %d\n%s", status, out)
			}
		})
	}
}

// busybox is where the arm64 busybox of Debian (package busybox-static) is looked for.
func busybox(t *testing.T) string {
	t.Helper()
	cache, _ := os.UserCacheDir()
	path := filepath.Join(cache, "axol", "busybox-arm64", "bin", "busybox")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs %s, of Debian's package busybox-static:arm64", path)
	}
	return path
}

func TestBusybox(t *testing.T) {
	path := busybox(t)
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "b"), []byte("second\n"), 0o644)
	os.WriteFile(filepath.Join(dir, "a"), []byte("first\n"), 0o600)
	for _, c := range []struct {
		args, input, want string
		status            int
	}{
		{"echo hello", "", "hello\n", 0},
		{"seq 3", "", "1\n2\n3\n", 0},
		{"sort", "c\nb\na\n", "a\nb\nc\n", 0},
		{"sha256sum", "hello\n", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  -\n", 0},
		{"md5sum", "hello\n", "b1946ac92492d2347c6235b4d2611184  -\n", 0},
		{"wc", "one two\nthree\n", "        2         3        14\n", 0},
		{"sed s/l/L/g", "hello\n", "heLLo\n", 0},
		{"awk {s+=$1}END{print(s)}", "1\n2\n39\n", "42\n", 0},
		{"bc", "2^64\n", "18446744073709551616\n", 0},
		{"od -An -tx1", "AZ", " 41 5a\n", 0},
		{"tail -n 1", "x\ny\n", "y\n", 0},
		{"head -n 1", "x\ny\n", "x\n", 0},
		{"tr a-z A-Z", "shout", "SHOUT", 0},
		{"date -u -d @0 +%F", "", "1970-01-01\n", 0},
		{"ls " + dir, "", "a\nb\n", 0},
		{"cat " + dir + "/a " + dir + "/b", "", "first\nsecond\n", 0},
		{"find " + dir + " -name a", "", dir + "/a\n", 0},
		{"stat -c %s:%a " + dir + "/a", "", "6:600\n", 0},
		{"dd bs=2 count=2", "abcdef", "abcd", 0},
		{"uname -m", "", "aarch64\n", 0},
		{"sleep 0.01", "", "", 0},
		{"false", "", "", 1},
		{"ls /does/not/exist", "", "", 1},
		{"no-such-applet", "", "", 127},
	} {
		status, out := runProgram(t, Config{Path: path, Args: append([]string{"busybox"}, strings.Split(c.args, " ")...)}, c.input)
		if status != c.status || out != c.want {
			t.Errorf("%s: status %d, %q; want %d, %q", c.args, status, out, c.status, c.want)
		}
	}
	for _, tool := range []string{"gzip", "bzip2"} {
		text := strings.Repeat("compress me, "+tool+"! ", 2000)
		status, packed := runProgram(t, Config{Path: path, Args: []string{"busybox", tool, "-c"}}, text)
		if status != 0 || len(packed) == 0 || len(packed) > len(text)/10 {
			t.Errorf("%s: status %d, %d bytes", tool, status, len(packed))
		}
		if status, out := runProgram(t, Config{Path: path, Args: []string{"busybox", tool, "-dc"}}, packed); status != 0 || out != text {
			t.Errorf("%s -d: status %d, %d bytes", tool, status, len(out))
		}
	}
}

func TestLoadErrors(t *testing.T) {
	for _, path := range []string{"/does/not/exist", t.TempDir(), os.Args[0]} {
		if p, err := Load(Config{Path: path}); err == nil {
			p.Close()
			t.Errorf("%s was loaded", path)
		} else if !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q does not name %s", err, path)
		}
	}
}
