package bench

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strings"
)

// loops is the C programs of the second table, and what stands in for compilers.
//
//go:embed loops
var loops embed.FS

// loopNames is the loops, and what they do.
var loopNames = []struct{ file, name string }{
	{"crc", "loop: CRC by bytes"},
	{"list", "loop: list walk"},
	{"matrix", "loop: matrix multiply, double"},
	{"state", "loop: state machine"},
	{"sum", "loop: double sum"},
	{"fib", "loop: fib(38)"},
	{"indirect", "loop: indirect calls"},
	{"words", "loop: memcpy by words"},
}

// loopFlags makes the two builds do the same: without vectors, without fused multiplication, which amd64 compilers do
// not assume, and without a library's memcpy.
var loopFlags = []string{
	"-O2", "-static", "-nostdlib", "-no-pie", "-fno-pie", "-ffp-contract=off", "-fno-tree-vectorize",
	"-fno-tree-loop-distribute-patterns", "-fno-stack-protector", "-fno-asynchronous-unwind-tables",
	"-fno-unwind-tables", "-Wl,--build-id=none",
}

func loopRows() []row {
	var rows []row
	for _, l := range loopNames {
		rows = append(rows, row{l.name, setLoops, func() (*Program, error) {
			arm, err := loopProgramFor("arm64", l.file)
			if err != nil {
				return nil, err
			}
			native, err := loopProgramFor(goruntime.GOARCH, l.file)
			return &Program{Name: l.name, Set: setLoops, guest: arm, native: []string{native}}, err
		}})
	}
	return rows
}

// compiler is the C compiler for an architecture.
func compiler(goarch string) (path string, err error) {
	if goarch == "arm64" && goruntime.GOARCH != "arm64" {
		return exec.LookPath("aarch64-linux-gnu-gcc")
	}
	return exec.LookPath("gcc")
}

// compilerVersion is as a compiler calls itself.
func compilerVersion(path string) (string, error) {
	out, err := exec.Command(path, "--version").Output()
	version, _, _ := strings.Cut(string(out), "\n")
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", path, err)
	}
	return version, nil
}

// loopProgramFor is the path of a loop for an architecture: compiled, or made of its golden code where
// there is no compiler.
func loopProgramFor(goarch, name string) (string, error) {
	cc, err := compiler(goarch)
	if errors.Is(err, exec.ErrNotFound) {
		return goldenLoop(goarch, name)
	}
	if err != nil {
		return "", err
	}
	return compileLoop(cc, goarch, name)
}

func compileLoop(cc, goarch, name string) (string, error) {
	version, err := compilerVersion(cc)
	if err != nil {
		return "", err
	}
	start, err := loops.ReadFile("loops/start.h")
	if err != nil {
		return "", err
	}
	source, err := loops.ReadFile("loops/" + name + ".c")
	if err != nil {
		return "", err
	}
	source = bytes.Replace(source, []byte("#include \"start.h\"\n"), start, 1)
	in, err := cached("loops-", name+".c", source, []byte(version), []byte(strings.Join(loopFlags, " ")))
	if err != nil {
		return "", err
	}
	out := strings.TrimSuffix(in, ".c") + "." + goarch
	if _, err := os.Stat(out); err == nil {
		return out, nil
	}
	cmd := exec.Command(cc, append(loopFlags, "-o", out, in)...)
	cmd.Dir = filepath.Dir(in)
	if msg, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", cc, err, msg)
	}
	return out, nil
}

// loopNote says what the loops were made with.
func loopNote() string {
	var made []string
	for _, goarch := range []string{"arm64", goruntime.GOARCH} {
		how := "golden code, there is no compiler"
		if cc, err := compiler(goarch); err == nil {
			if version, err := compilerVersion(cc); err == nil {
				how = version
			}
		}
		made = append(made, goarch+": "+how)
	}
	return "Loops: " + strings.Join(made, "; ") + "; " + strings.Join(loopFlags, " ") + "."
}
