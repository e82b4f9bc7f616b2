package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"axol/bench"
	"axol/probes"
)

// The command is tested as its users have it: built, and run.

var axol string // the command

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "axol-test")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		axol = filepath.Join(dir, "axol")
		if msg, err := exec.Command("go", "build", "-o", axol, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, msg)
			return 1
		}
		return m.Run()
	}())
}

// result is what a command did.
type result struct {
	status         int
	stdout, stderr string
}

// run runs a command with input.
func run(t *testing.T, input string, command ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &errs
	cmd.WaitDelay = time.Second
	kill := time.AfterFunc(3*time.Minute, func() { cmd.Process.Kill() })
	defer kill.Stop()
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%q: %v", command, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// guest is the program of bench/guest.
func guest(t *testing.T) string {
	t.Helper()
	path, err := bench.Guest()
	if err != nil {
		t.Skipf("needs a Go toolchain for arm64: %v", err)
	}
	return path
}

// file makes a file.
func file(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// refused is the address of an instruction of the program that a kprobe may not stand on.
func refused(t *testing.T, program string) uint64 {
	t.Helper()
	rules, err := probes.Lookup("linux-5.10")
	if err != nil {
		t.Fatal(err)
	}
	found := errors.New("found")
	var at uint64
	err = bench.ClassifyFile(program, rules, func(addr uint64, _ uint32, v probes.Verdict) error {
		if v.Reason == probes.ReasonException {
			at = addr
			return found
		}
		return nil
	})
	if !errors.Is(err, found) {
		t.Fatalf("no instruction is refused: %v", err)
	}
	return at
}

// Every wrong input gives one line that names the input, the place in it and the reason, and
// status 2; nothing is run.
func TestBadInput(t *testing.T) {
	g := guest(t)
	whole, err := os.ReadFile(g)
	if err != nil {
		t.Fatal(err)
	}
	head, half := file(t, whole[:40]), file(t, whole[:len(whole)/8])
	text := file(t, []byte("#!/bin/sh\n"))
	foreign := append([]byte(nil), whole...)
	binary.LittleEndian.PutUint16(foreign[18:], 62)
	amd64 := file(t, foreign)
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing")
	definitions := file(t, []byte("# two\np main.main\np:x main.main a=%w0\n"))
	brk := fmt.Sprintf("p %#x", refused(t, g))

	for _, c := range []struct {
		args  []string
		input string
		want  []string
	}{
		{args: []string{"run", missing}, want: []string{missing, "no such file"}},
		{args: []string{"run", dir}, want: []string{dir, "not a regular file"}},
		{args: []string{"run", text}, want: []string{text, "not an ELF file"}},
		{args: []string{"run", head}, want: []string{head, "header"}},
		{args: []string{"run", half}, want: []string{half, "beyond the end of the file"}},
		{args: []string{"run", amd64}, want: []string{amd64, "amd64"}},

		{args: []string{"run", "-p", "p main.nothing", g}, want: []string{"main.nothing", "no such symbol"}},
		{args: []string{"run", "-p", "p main.main+2", g}, want: []string{"main.main+0x2", "not a multiple of 4"}},
		{args: []string{"run", "-p", "p 0x1000", g}, want: []string{"0x1000", "not executable"}},
		{args: []string{"run", "-p", brk, g}, want: []string{brk[2:], "linux-5.10 refuses it", "exception"}},
		{args: []string{"run", "-p", "r main.main+4", g}, want: []string{"main.main+4", "entry"}},
		{args: []string{"run", "-p", "p /bin/nothing:0x100", g}, want: []string{"/bin/nothing", "no such file"}},
		{args: []string{"run", "-p", "p /bin/sh:0x7fffffff0", g}, want: []string{"/bin/sh", "ends before"}},
		{args: []string{"run", "-p", "r:x runtime.mallocgc", g}, want: []string{"r:x runtime.mallocgc", "Go program", "RET"}},
		{args: []string{"run", "-p", "p:x main.main%return", g}, want: []string{"%return", "Go program"}},
		{args: []string{"run", "-p", "r:x " + g + ":0x1000", g}, want: []string{"r:x " + g, "Go program"}},
		{args: []string{"run", "-p", "p main.main", "-p", "p main.main", g}, want: []string{"main.main", "already"}},

		{args: []string{"run", "-p", "", g}, want: []string{"column 1", "nothing"}},
		{args: []string{"run", "-p", "q main.main", g}, want: []string{"q main.main", "column 1", "expected p"}},
		{args: []string{"run", "-p", "p:a main.main size=%q0", g}, want: []string{"column 20", "register"}},
		{args: []string{"run", "-p", "p:a main.main size=+8(%x0", g}, want: []string{"column", "dereference"}},
		{args: []string{"run", "-p", "@" + definitions, g}, want: []string{definitions + ":3", "column 17", "register"}},
		{args: []string{"run", "-p", "-", g}, input: "p main.main\nx\n", want: []string{"standard input:2", "column 1"}},
		{args: []string{"run", "-p", "@" + missing, g}, want: []string{missing, "no such file"}},
		{args: []string{"run", "--rules", "linux-3.0", g}, want: []string{"linux-3.0", "known are"}},
		{args: []string{"run", "--off", "everything", g}, want: []string{"everything", "no such optimisation"}},
		{args: []string{"run", "--engine", "steam", g}, want: []string{"--engine", "steam"}},
		{args: []string{"run", "--trace", missing + "/x", g}, want: []string{"--trace", missing, "no such file"}},
		{args: []string{"run"}, want: []string{"program"}},
		{args: []string{"run", "--nothing", g}, want: []string{"--nothing"}},
		{args: []string{"walk"}, want: []string{"walk"}},
		{args: nil, want: []string{"run"}},

		{args: []string{"classify", missing}, want: []string{missing, "no such file"}},
		{args: []string{"classify", text}, want: []string{text, "ELF"}},
		{args: []string{"classify", half}, want: []string{half}},
		{args: []string{"classify", amd64}, want: []string{amd64, "not arm64"}},
		{args: []string{"classify", "d503201f", "d503201fd503201f"}, want: []string{"d503201fd503201f", "1 to 8"}},
		{args: []string{"classify", "-"}, input: "xyz\n", want: []string{"standard input:1", "xyz"}},
		{args: []string{"classify", "--rules", "linux", "0"}, want: []string{`"linux"`, "known are"}},
		{args: []string{"classify", "--format", "xml", "0"}, want: []string{"--format", "xml"}},
		{args: []string{"classify"}, want: []string{"file"}},

		{args: []string{"disasm", missing}, want: []string{missing, "no such file"}},
		{args: []string{"disasm", g + ":main.nothing"}, want: []string{g, "main.nothing"}},
		{args: []string{"disasm", g + ":main.main+x"}, want: []string{g, "main.main+x", "offset"}},
		{args: []string{"disasm", g + ":0x1000"}, want: []string{g, "0x1000", "not executable"}},
		{args: []string{"disasm", g + ":main.main+2"}, want: []string{g, "main.main+2", "not a multiple of 4"}},
		{args: []string{"disasm", g + ":0x10z"}, want: []string{g, "0x10z"}},
		{args: []string{"disasm", "--stage", "front", g}, want: []string{"--stage", "front"}},

		{args: []string{"bench", "--count", "0"}, want: []string{"--count 0"}},
		{args: []string{"bench", "--out", missing + "/x"}, want: []string{"--out", missing, "no such file"}},
		{args: []string{"bench", "--plot", missing + "/x.svg"}, want: []string{"--plot", missing, "no such file"}},
		{args: []string{"bench", "--plot", "x.png"}, want: []string{"--plot x.png", ".svg or an .html"}},
		{args: []string{"bench", "nothing-like-it"}, want: []string{"nothing-like-it", "--list"}},
		{args: []string{"bench", "hit/("}, want: []string{"hit/(", "not a pattern"}},
		{args: []string{"bench", "programs/"}, want: []string{"programs/", "--peers"}},
		{args: []string{"bench", "--rules", "linux-3.0"}, want: []string{"--rules linux-3.0", "known are"}},
		{args: []string{"bench", "--fidelity", "steam"}, want: []string{"--fidelity", "steam"}},
		{args: []string{"bench", "--probes", "2000000"}, want: []string{"--probes 2000000", "1048576"}},
		{args: []string{"bench", "--cpus", "0"}, want: []string{"--cpus 0"}},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			r := run(t, c.input, append([]string{axol}, c.args...)...)
			if r.status != 2 || r.stdout != "" {
				t.Errorf("status %d, standard output %q", r.status, r.stdout)
			}
			if !strings.HasPrefix(r.stderr, "axol: ") || strings.Count(r.stderr, "\n") != 1 || !strings.HasSuffix(r.stderr, "\n") {
				t.Errorf("not one line: %q", r.stderr)
			}
			for _, w := range c.want {
				if !strings.Contains(r.stderr, w) {
					t.Errorf("%q does not say %q", r.stderr, w)
				}
			}
		})
	}
}

// A program prints under Axol what it prints when it is built for the host.
func TestGuest(t *testing.T) {
	host := filepath.Join(t.TempDir(), "host")
	if msg, err := exec.Command("go", "build", "-o", host, "../../bench/guest").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	works := strings.Fields("sort map sha256 alloc threads signals timers") // arm64 fuses floating point, amd64 does not
	want := run(t, "", append([]string{host}, works...)...)
	for _, flags := range [][]string{nil, {"--off", "regions,links,jumpcache"}} {
		got := run(t, "", append(append([]string{axol, "run"}, flags...), append([]string{guest(t)}, works...)...)...)
		if got != want {
			t.Errorf("%v: %+v, want %+v", flags, got, want)
		}
	}
}

// nodes is how many calls of main.tree the guest makes for its work "alloc". Each time a
// goroutine's stack must grow the function is entered once more.
const nodes, mostNodes = 30 * (1<<15 - 1), 30*(1<<15-1) + 100

// profileLine is the hits of an event that was never missed, in the format of kprobe_profile.
func profileLine(t *testing.T, line, event string) int {
	t.Helper()
	m := regexp.MustCompile(`^  ` + event + ` +(\d+) +0\n$`).FindStringSubmatch(line)
	if m == nil || len(line) != len("  ")+44+2*16+len("\n") {
		t.Fatalf("%q is not a line of kprobe_profile for %s", line, event)
	}
	hits, _ := strconv.Atoi(m[1]) // digits
	return hits
}

func TestProbe(t *testing.T) {
	r := run(t, "", axol, "run", "-p", "p:mine/tree main.tree depth=%x0", "-p", "p:alloc runtime.mallocgc size=%x0", guest(t), "alloc")
	if want := fmt.Sprintf("%-8s %d nodes\n", "alloc", nodes); r.status != 0 || r.stdout != want {
		t.Errorf("status %d, %q, want %q", r.status, r.stdout, want)
	}
	lines := strings.SplitAfter(r.stderr, "\n")
	if len(lines) != 3 {
		t.Fatalf("%q", r.stderr)
	}
	tree, alloc := profileLine(t, lines[0], "tree"), profileLine(t, lines[1], "alloc")
	if tree < nodes || tree > mostNodes || alloc < nodes {
		t.Errorf("%d calls of tree, %d allocations", tree, alloc)
	}
}

func TestTrace(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace")
	defs := "# what is asked of tree\n\np:tree main.tree depth=%x0:u64\n"
	r := run(t, defs, axol, "run", "--trace", trace, "--probe", "-", guest(t), "alloc")
	text, err := os.ReadFile(trace)
	if err != nil || r.status != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	hits := profileLine(t, r.stderr, "tree")
	i := bytes.LastIndexByte(text[:bytes.IndexByte(text, '(')], '\n') + 1 // behind the header
	if n := bytes.Count(text[i:], []byte("\n")); n != hits || n < nodes || n > mostNodes {
		t.Errorf("%d lines for %d hits, want %d", n, hits, nodes)
	}
	// Which thread's comes first is not known: their instruction counts have nothing to do with each other.
	form := regexp.MustCompile(`^ +guest[-.\w]*-\d+ +\[\d{3}\] d\.\.\.\. +\d+: tree: \(main\.tree\+0x0/0x[0-9a-f]+\) depth=\d+\n$`)
	roots := 0
	for line := range strings.Lines(string(text[i:])) {
		if !form.MatchString(line) {
			t.Fatalf("%q", line)
		}
		if strings.HasSuffix(line, "depth=14\n") {
			roots++
		}
	}
	if want := nodes / (1<<15 - 1); roots < want {
		t.Errorf("%d roots, want %d", roots, want)
	}
}

func TestStatistics(t *testing.T) {
	r := run(t, "", axol, "run", "--stats", guest(t), "matrix")
	if r.status != 0 || !regexp.MustCompile(`(?m)^axol: units translated +[1-9]\d*$`).MatchString(r.stderr) ||
		!regexp.MustCompile(`(?m)^axol: units given to the interpreter +0$`).MatchString(r.stderr) {
		t.Errorf("%+v", r)
	}
}

func TestDisasm(t *testing.T) {
	for stage, want := range map[string]string{"a64": "bl ", "ir": "exit", "opt": "exit", "host": ""} {
		r := run(t, "", axol, "disasm", "--stage", stage, guest(t)+":main.tree")
		if r.status != 0 || r.stdout == "" || r.stderr != "" || !strings.Contains(r.stdout, want) {
			t.Errorf("%s: %+v", stage, r)
		}
	}
}

// Every command has help with an example of its own.
func TestHelp(t *testing.T) {
	parser, err := kong.New(&cli{})
	if err != nil {
		t.Fatal(err)
	}
	commands := []string{""}
	for _, leaf := range parser.Model.Leaves(true) {
		if leaf.Parent.DefaultCmd == leaf { // its name may be left out, and examples do
			leaf = leaf.Parent
		}
		commands = append(commands, strings.TrimPrefix(leaf.FullPath(), parser.Model.Name+" "))
	}
	if len(commands) < 8 {
		t.Errorf("%q", commands)
	}
	for _, c := range commands {
		r := run(t, "", append([]string{axol}, append(strings.Fields(c), "--help")...)...)
		if r.status != 0 || !regexp.MustCompile(`Examples?:(.|\n)*axol `+c).MatchString(r.stdout) || r.stderr != "" {
			t.Errorf("%q: %+v", c, r)
		}
	}
}

// The guest's first thread is the process.
func TestSelf(t *testing.T) {
	box := busybox(t)
	r := run(t, "", axol, "run", box, "readlink", "/proc/self/exe")
	if r.status != 0 || strings.TrimSpace(r.stdout) != box {
		t.Errorf("%+v, want %s", r, box)
	}
}
