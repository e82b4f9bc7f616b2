package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The tests of Go's standard library pass: cross-compiled, and run in the folder of their package as
// 'go test' does. They see no Go toolchain, as on a machine that only has the test binary: what needs one
// is skipped by rules of their own (internal/testenv).

// goStdPackages is what is run by default; the rest with AXOL_PROGRAMS=all ('make programs').
var goStdPackages, goStdLong = []string{"sort", "strings", "math", "crypto/sha256", "crypto/aes", "sync"},
	[]string{"encoding/json", "math/big", "compress/flate", "runtime", "os/exec", "time", "context"}

// goStdSkip is a test that looks for an arm64 strace where the host has its own.
const goStdSkip = "^TestUsingVDSO$"

func TestGoStd(t *testing.T) {
	packages := goStdPackages
	if allPrograms() {
		packages = append(packages, goStdLong...)
	}
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("needs a Go toolchain")
	}
	source := filepath.Join(strings.TrimSpace(string(out)), "src")
	// A GOROOT with the sources, and without the go command.
	root := t.TempDir()
	for _, dir := range []string{"src", "lib"} {
		if err := os.Symlink(filepath.Join(filepath.Dir(source), dir), filepath.Join(root, dir)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range packages {
		t.Run(strings.ReplaceAll(name, "/", "|"), func(t *testing.T) {
			binary := filepath.Join(root, strings.ReplaceAll(name, "/", "_")+".test")
			build := exec.Command("go", "test", "-c", "-o", binary, name)
			build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0", "GOFLAGS=")
			if msg, err := build.CombinedOutput(); err != nil {
				t.Skipf("needs a Go toolchain for arm64, and the sources of the standard library: %v\n%s", err, msg)
			}
			test := exec.Command("timeout", "120", axol, "run", binary, "-test.short", "-test.v", "-test.skip", goStdSkip)
			test.Dir = filepath.Join(root, "src", filepath.FromSlash(name))
			test.Env = []string{"GOROOT=" + root, "PATH=/nonexistent", "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "LANG=C"}
			msg, err := test.CombinedOutput()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(string(msg), "\n"), "\n")
			if err != nil || lines[len(lines)-1] != "PASS" {
				t.Errorf("%v\n%s", err, failures(lines))
			}
			t.Logf("%d tests pass, %d are skipped", strings.Count(string(msg), "--- PASS"), strings.Count(string(msg), "--- SKIP"))
		})
	}
}

// failures is the lines of a test's output that say what went wrong, each with those in front of it.
func failures(lines []string) string {
	const before, most = 12, 150
	var b []string
	for i, l := range lines {
		if strings.Contains(l, "--- FAIL") || strings.HasPrefix(l, "axol:") || strings.HasPrefix(l, "panic:") || strings.HasPrefix(l, "fatal error:") {
			b = append(b, lines[max(0, i-before):i+1]...)
		}
	}
	return strings.Join(append(b[:min(len(b), most)], lines[max(0, len(lines)-before):]...), "\n")
}
