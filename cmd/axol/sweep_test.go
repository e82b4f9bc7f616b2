package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"axol/bench"
)

// sweepSummary is the last line of a report.
type sweepSummary struct {
	Type                                string
	Words, Stepped, Simulated, Rejected int
	Dynamic                             *struct{ Executions, Equal, Unequal int }
}

func readSummary(t *testing.T, report string) (s sweepSummary) {
	t.Helper()
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &s); err != nil || s.Type != "summary" {
		t.Fatalf("%s: %v", lines[len(lines)-1], err)
	}
	return s
}

// A sweep and 'classify' say the same of every instruction of a program.
func TestSweepIsClassify(t *testing.T) {
	program, report := guest(t), filepath.Join(t.TempDir(), "report.json")
	r := run(t, "", axol, "sweep", "--static", "--kind", "kprobe", "--rules", "debian-6.1", "--per", "instruction", "--report", report, program)
	if r.status != 0 || r.stderr != "" {
		t.Fatalf("%d: %s", r.status, r.stderr)
	}
	c := run(t, "", axol, "classify", "--rules", "debian-6.1", "--format", "json", program)
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	swept := strings.Split(strings.TrimSpace(string(text)), "\n")
	classified := strings.Split(strings.TrimSpace(c.stdout), "\n")
	swept = swept[1 : len(swept)-1]
	if len(swept) != len(classified) {
		t.Fatalf("%d and %d instructions", len(swept), len(classified))
	}
	for i := range swept {
		var a, b struct{ Address, Word, Verdict, Handler, Reason string }
		if err := errors.Join(json.Unmarshal([]byte(swept[i]), &a), json.Unmarshal([]byte(classified[i]), &b)); err != nil {
			t.Fatal(err)
		}
		if a != b {
			t.Fatalf("%+v, classify: %+v", a, b)
		}
	}
}

// assembled is a small program.
func assembled(t *testing.T, source string) string {
	t.Helper()
	const as, ld = "aarch64-linux-gnu-as", "aarch64-linux-gnu-ld"
	if _, err := exec.LookPath(as); err != nil {
		t.Skipf("needs %s", as)
	}
	out := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(out+".s", []byte(".globl _start\n_start:\n"+source), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, cmd := range [][]string{{as, "-o", out + ".o", out + ".s"}, {ld, "-o", out, out + ".o"}} {
		if msg, err := exec.Command(cmd[0], cmd[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, msg)
		}
	}
	return out
}

// The exit status says what was found.
func TestSweepStatus(t *testing.T) {
	report := filepath.Join(t.TempDir(), "report.json")
	good := assembled(t, "add x0, x0, #1\n\tldr x1, [x0]\n\tcbz x1, _start\n\tret\n\tsvc #0\n")
	if r := run(t, "", axol, "sweep", "--samples", "3", "--report", report, good); r.status != 0 || r.stderr != "" {
		t.Errorf("%+v", r)
	}
	if s := readSummary(t, report); s.Words != 5 || s.Dynamic == nil || s.Dynamic.Equal != 4 || s.Dynamic.Executions != 4*3*2 || s.Dynamic.Unequal != 0 {
		t.Errorf("%+v, %+v", s, s.Dynamic)
	}
	if r := run(t, "", axol, "sweep", assembled(t, "svc #0\n\tbrk #1\n")); r.status != 2 || !strings.Contains(r.stdout, "executions through a probe") {
		t.Errorf("nothing can be measured: %+v", r)
	}
	if r := run(t, "", axol, "sweep", "--static", assembled(t, "svc #0\n")); r.status != 0 {
		t.Errorf("static: %+v", r)
	}
}

// What is wrong is said in one line, with exit status 2, and leaves no report.
func TestSweepErrors(t *testing.T) {
	program, err := os.ReadFile(guest(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	image := make([]byte, 1<<17)
	copy(image[56:], "ARM\x64")
	report := filepath.Join(dir, "report.html")
	for _, c := range []struct{ args, want string }{
		{write("empty", nil), "neither an ELF file nor an arm64 Image"},
		{write("cut", program[:len(program)/3]), "cut: "},
		{write("image", image), "kallsyms: no token table"},
		{write("gzip", []byte("\x1f\x8b\x08\x00 and no more")), "gzip: "},
		{dir, "not a regular file"},
		{filepath.Join(dir, "missing"), "no such file"},
		{"--rules linux-9.9 " + write("good", program), "no rules for kernel"},
		{"--report report.txt " + write("good", program), "ends in .json, .csv or .html"},
		{"--report " + filepath.Join(dir, "no", "folder.json") + " " + write("good", program), "no such file or directory"},
		{"--resume " + write("good", program), "--resume: "},
		{"--samples 0 " + write("good", program), "at least 1"},
		{"--symbols " + write("symbols", []byte("hello\n")) + " " + write("image", image), "symbols:1: "},
		{"--patched " + write("patched", []byte("1,2,3\n")) + " " + write("good", program), "the image has no instruction at 0x1"},
	} {
		args := append([]string{axol, "sweep", "--static"}, strings.Fields(c.args)...)
		if !strings.Contains(c.args, "--report") {
			args = append(args, "--report", report)
		}
		if strings.Contains(c.args, "--resume") {
			args = append([]string{axol, "sweep"}, strings.Fields(c.args)...)
		}
		r := run(t, "", args...)
		if r.status != 2 || strings.Count(r.stderr, "\n") != 1 || !strings.HasPrefix(r.stderr, "axol: ") || !strings.Contains(r.stderr, c.want) {
			t.Errorf("%s: %d, %q, want %q", c.args, r.status, r.stderr, c.want)
		}
		if _, err := os.Stat(report); err == nil {
			t.Errorf("%s: there is a report", c.args)
		}
	}
}

// On a disk that gets full there is no part of a report.
func TestSweepFullDisk(t *testing.T) {
	program := guest(t)
	full := filepath.Join(t.TempDir(), "full.json")
	if err := os.Symlink("/dev/full", full); err != nil {
		t.Fatal(err)
	}
	if r := run(t, "", axol, "sweep", "--static", "--report", full, program); r.status != 2 || !strings.Contains(r.stderr, "no space left on device") {
		t.Errorf("/dev/full: %+v", r)
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("needs a file system of its own: %v", err)
	}
	defer syscall.Unmount(disk, 0)
	for _, name := range []string{"report.json", "report.csv", "report.html"} {
		r := run(t, "", axol, "sweep", "--static", "--per", "instruction", "--report", filepath.Join(disk, name), program)
		left, err := os.ReadDir(disk)
		if r.status != 2 || !strings.Contains(r.stderr, "no space left on device") || err != nil || len(left) != 0 {
			t.Errorf("%s: %d, %q; %v is left", name, r.status, r.stderr, left)
		}
	}
}

// A sweep that is interrupted leaves no report, and is resumed to the same one.
func TestSweepResumes(t *testing.T) {
	program, dir := guest(t), t.TempDir()
	whole, part := filepath.Join(dir, "whole.json"), filepath.Join(dir, "part.json")
	if r := run(t, "", axol, "sweep", "--report", whole, program); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	cmd := exec.Command(axol, "sweep", "--report", part, program)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	cmd.Process.Signal(os.Interrupt)
	err := cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) { // it was too fast
		t.Skipf("the sweep had ended: %v", err)
	}
	if _, err := os.Stat(part); exit.ExitCode() != 2 || !strings.Contains(errs.String(), "with --resume it goes on from here") || err == nil {
		t.Fatalf("%v: %s; a report: %v", exit, errs.String(), err)
	}
	if _, err := os.Stat(part + ".state"); err != nil {
		t.Fatal(err)
	}
	if r := run(t, "", axol, "sweep", "--resume", "--report", part, program); r.status != 0 || r.stderr != "" {
		t.Fatalf("%+v", r)
	}
	a, errA := os.ReadFile(whole)
	b, errB := os.ReadFile(part)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("%d and %d bytes differ: %v, %v", len(a), len(b), errA, errB)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("%v is left", left)
	}
}

func TestSweepDiff(t *testing.T) {
	program, report := guest(t), filepath.Join(t.TempDir(), "report.json")
	if r := run(t, "", axol, "sweep", "--static", "--kind", "kprobe", "--rules", "linux-5.10", "--report", report, program); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	r := run(t, "", axol, "sweep", "diff", "--kind", "kprobe", "--rules", "linux-4.8,linux-7.1", program)
	if r.status != 0 || !strings.Contains(r.stdout, "at the same address") || !strings.Contains(r.stdout, "stepped -> ") {
		t.Errorf("%+v", r)
	}
	r = run(t, "", axol, "sweep", "diff", "--format", "json", "--kind", "kprobe", report, program)
	for line := range strings.Lines(r.stdout) {
		var rec struct {
			Type string
			A, B any
		}
		if err := json.Unmarshal([]byte(line), &rec); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if rec.Type != "diff" && (rec.Type != "verdict" || rec.A != rec.B) {
			t.Errorf("a report and what it is of differ: %s", line)
		}
	}
	for _, args := range []string{program, "--rules linux-5.10 " + program, "--rules linux-5.10 " + report + " " + program, "missing.json " + program} {
		if r := run(t, "", append([]string{axol, "sweep", "diff"}, strings.Fields(args)...)...); r.status != 2 || r.stderr == "" {
			t.Errorf("%s: %+v", args, r)
		}
	}
}

// Both of Debian's kernels, of nothing but their vmlinuz.
func TestSweepKernels(t *testing.T) {
	cache, err := bench.Cache()
	if err != nil {
		t.Skip(err)
	}
	for _, series := range []string{"6.1", "6.12"} {
		t.Run(series, func(t *testing.T) {
			found, _ := filepath.Glob(filepath.Join(cache, "kernel-"+series, "boot", "vmlinuz-*"))
			if len(found) == 0 {
				t.Skip("needs Debian's kernel ('make kernel' fetches it)")
			}
			report := filepath.Join(t.TempDir(), "report.json")
			r := run(t, "", axol, "sweep", "--static", "--report", report, found[0])
			if r.status != 0 || r.stderr != "" || !strings.Contains(r.stdout, "kprobes of debian-"+series+",") || strings.Contains(r.stdout, "not found") {
				t.Errorf("%d, %s\n%s", r.status, r.stderr, r.stdout)
			}
			if s := readSummary(t, report); s.Words < 3e6 || s.Stepped+s.Simulated+s.Rejected != s.Words || s.Rejected < s.Words/20 {
				t.Errorf("%+v", s)
			}
		})
	}
}
