package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal opens a pair of ends of a terminal.
func terminal(t *testing.T) (user, program *os.File) {
	t.Helper()
	user, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("needs a pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { user.Close() })
	if err := unix.IoctlSetPointerInt(int(user.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("needs a pseudo-terminal: %v", err)
	}
	n, err := unix.IoctlGetInt(int(user.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skipf("needs a pseudo-terminal: %v", err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("needs a pseudo-terminal: %v", err)
	}
	return user, program
}

// A person who presses Tab in bash gets commands, flags, values and benchmarks completed.
func TestBashCompletion(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("needs bash")
	}
	user, program := terminal(t)
	cmd := exec.Command(bash, "--norc", "--noprofile", "-i")
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(axol)+":"+os.Getenv("PATH"), "TERM=dumb", "PS1=", "HISTFILE=/dev/null", "INPUTRC=/dev/null")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = program, program, program
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	program.Close()
	kill := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer kill.Stop()
	// Each line is what is typed; \t is the Tab key.
	for _, line := range []string{
		"source <(axol completion bash)",
		"axol benc\t --lis\t hit/uprobe-n\t",
		"axol clas\t --rul\t linux-4.\t --form\t cs\t d503201f",
		"exit",
	} {
		if _, err := io.WriteString(user, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	_, _ = io.Copy(&out, user) // ends with an error when nobody has the other end any more
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v", err)
	}
	for _, want := range []string{"uprobe with a Go handler on NOP", "d503201f,stepped,,"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

// The other shells are given what they understand; both ask axol as bash does.
func TestCompletion(t *testing.T) {
	for shell, want := range map[string]string{"bash": "complete -o default -C", "zsh": "bashcompinit", "fish": "complete -c axol"} {
		if r := run(t, "", axol, "completion", shell); r.status != 0 || !strings.Contains(r.stdout, want) || !strings.Contains(r.stdout, axol) {
			t.Errorf("%s: %+v", shell, r)
		}
	}
	for line, want := range map[string]string{
		"axol b":                       "bench",
		"axol run --fid":               "--fidelity",
		"axol run --fidelity t":        "trap",
		"axol bench --rules debian-6.": "debian-6.1\ndebian-6.12",
		"axol bench hit/kprobe-si":     "hit/kprobe-simulated\nhit/kprobe-simulated-count",
	} {
		cmd := exec.Command(axol)
		cmd.Env = append(os.Environ(), "COMP_LINE="+line, fmt.Sprintf("COMP_POINT=%d", len(line)))
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", line, got, err, want)
		}
	}
}
