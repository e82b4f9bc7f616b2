package runtime

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// numbers reads the system call numbers that golang.org/x/sys has for an architecture.
func numbers(t *testing.T, arch string) map[string]int {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Skip("needs the source of golang.org/x/sys")
	}
	f, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "unix", "zsysnum_linux_"+arch+".go"))
	if err != nil {
		t.Skip("needs the source of golang.org/x/sys")
	}
	defer f.Close()
	m := map[string]int{}
	line := regexp.MustCompile(`^\s*SYS_(\w+)\s*=\s*(\d+)`)
	for s := bufio.NewScanner(f); s.Scan(); {
		if g := line.FindStringSubmatch(s.Text()); g != nil {
			m[strings.ToLower(g[1])], _ = strconv.Atoi(g[2])
		}
	}
	if len(m) < 300 {
		t.Fatalf("only %d numbers for %s", len(m), arch)
	}
	return m
}

// Names that differ between the two lists.
var sameCall = map[string]string{"newfstatat": "fstatat", "fstatat": "newfstatat"}

func TestNumbers(t *testing.T) {
	guest, host := numbers(t, "arm64"), numbers(t, "amd64")
	delete(guest, "arch_specific_syscall")
	known := 0
	for nr, c := range calls {
		if c.name == "" {
			continue
		}
		known++
		want, ok := guest[c.name]
		if !ok {
			want, ok = guest[sameCall[c.name]]
		}
		if !ok || want != nr {
			t.Errorf("call %d is %s, which is %d (%v)", nr, c.name, want, ok)
		}
		want, ok = host[c.name]
		if !ok {
			want, ok = host[sameCall[c.name]]
		}
		if got := hostNr(uint64(nr)); goruntime.GOARCH == "amd64" && (ok && int(got) != want || !ok && got != 0xFFFF) {
			t.Errorf("%s is %d on the host, want %d", c.name, got, want)
		}
	}
	if known != len(guest) {
		t.Errorf("%d calls in the table, %d exist", known, len(guest))
	}
}

// Every shape takes at most the six arguments there are, and uses known letters.
func TestShapes(t *testing.T) {
	for nr, c := range calls {
		if c.run != nil && c.shape != "" {
			t.Errorf("call %d (%s) has a function and a shape", nr, c.name)
		}
		n := 0
		for i, letter := range c.shape {
			switch {
			case letter == '@':
				n += 2
			case strings.ContainsRune("if*p", letter):
				n++
			case letter == '>' && i == 0:
			default:
				t.Errorf("call %d (%s): letter %q", nr, c.name, letter)
			}
		}
		if n > 6 {
			t.Errorf("call %d (%s) has %d arguments", nr, c.name, n)
		}
	}
}

// What a program can do to itself on purpose, or wait for, is not part of this.
var notWild = map[string]bool{"exit": true, "exit_group": true, "kill": true, "tkill": true, "tgkill": true, "setpgid": true, "setsid": true,
	"rt_sigsuspend": true, "ppoll": true, "pselect6": true, "nanosleep": true, "clock_nanosleep": true, "rt_sigtimedwait": true, "rt_sigreturn": true,
	"sync": true, "umask": true, "setpriority": true, "ioprio_set": true, "sched_setaffinity": true, "prctl": true, "rt_sigqueueinfo": true,
	"rt_tgsigqueueinfo": true, "futex": true, "clone": true, "setitimer": true, "rt_sigaction": true, "rt_sigprocmask": true}

// Wild arguments give an error; none reaches Axol.
func TestWildArguments(t *testing.T) {
	if goruntime.GOARCH == "arm64" && os.Getenv("AXOL_HARDWARE") == "" {
		t.Skip("QEMU ends by a fault of its own when a program passes bind a long length")
	}
	wild := []uint64{0, 1, 7, 900, 0xFFF, work, work + 1<<20 - 1, 1 << 36, 1 << 45, 1<<45 - 1, 1 << 46, 1 << 55, 0x5A << 56, 1 << 63, ^uint64(0), ^uint64(99), ^uint64(4095)}
	status := runGuest(t, Config{Warn: func(string) {}}, func(p *Process, c *fakeCPU) {
		for nr, call := range calls {
			if notWild[call.name] {
				continue
			}
			for i, a := range wild {
				b, d := wild[(i*5+nr)%len(wild)], wild[(i*7+3*nr+1)%len(wild)]
				c.svc(uint64(nr), a, b, d, a, b, d)
				if call.run == nil && call.shape == "" && c.st.X[0] != errno(syscall.ENOSYS) {
					t.Errorf("%s is not supported, and returned %#x", call.name, c.st.X[0])
				}
			}
			// The guest may have unmapped or closed what the next ones use.
			p.mapWork()
		}
		for _, nr := range []uint64{472, 1000, ^uint64(0)} {
			if r := c.svc(nr); r != errno(syscall.ENOSYS) {
				t.Errorf("call %d returned %#x", nr, r)
			}
		}
		c.svc(94, 42)
	})
	if status != 42 {
		t.Errorf("status %d", status)
	}
}

func TestUnsupportedIsNamedOnce(t *testing.T) {
	var lines []string
	runGuest(t, Config{Warn: func(l string) { lines = append(lines, l) }}, func(p *Process, c *fakeCPU) {
		c.svc(105) // init_module
		c.svc(105)
		c.svc(435) // clone3: programs cope
		c.svc(471 + 1)
		c.svc(220, cloneVM)
	})
	want := []string{"axol: system call 105 (init_module) is not supported", "axol: system call 472 is not known",
		"axol: system call 220 (clone) with flags 0x100 is not supported: threads are, fork and vfork"}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("said %q", lines)
	}
}
