package dynamic

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"axol/runtime/image"
)

// A program made by the Go toolchain, with uprobes: part of it, for it has more instructions than there is time.
func TestProgram(t *testing.T) {
	dir := t.TempDir()
	source, file := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() { println(42) }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", file, source)
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("needs the Go toolchain: %v\n%s", err, out)
	}
	im, err := image.Open(file, image.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := sweepImage(t, im, lookup(t, "linux-6.12").ForUprobes(), 4, 1)
	for _, d := range all.differences {
		t.Error(d)
	}
	if all.measured < 10000 || all.reasons["rejected, literal load in a user program: confirmed: another result in a slot"] == 0 {
		t.Error("too little was measured")
	}
	t.Log(&all)
}
