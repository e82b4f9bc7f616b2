package bench

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
)

// Translator runs arm64 programs; the host itself runs native builds.
type Translator struct {
	Name     string // as in tables
	Version  string // as it calls itself
	run      []string
	rootFlag string // what stands in front of a sysroot
	native   bool
}

// command is how t runs a program, nil if it cannot.
func (t *Translator) command(g *Program) []string {
	if t.native {
		if g.native == nil {
			return nil
		}
		return slices.Concat(g.native, g.args)
	}
	command := slices.Clone(t.run)
	if g.root != "" {
		command = append(command, t.rootFlag, g.root)
	}
	return append(append(command, g.guest), g.args...)
}

// translators is Axol, this very program, every version of qemu-aarch64 that there is, and
// the host.
func translators() ([]Translator, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	list := []Translator{{Name: "axol", Version: "this build", run: []string{self, "run"}, rootFlag: "--root"}}
	paths, err := qemuPaths()
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		name, version, err := qemuVersion(path)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(list, func(t Translator) bool { return t.Version == version }) {
			list = append(list, Translator{Name: name, Version: version, run: []string{path}, rootFlag: "-L"})
		}
	}
	if len(list) == 1 {
		return nil, errors.New("there is no qemu-aarch64: 'make peers' fetches it")
	}
	return append(list, Translator{Name: "native " + goruntime.GOARCH, native: true}), nil
}

// qemuPaths is every qemu-aarch64 there is: those of the cache first.
func qemuPaths() (paths []string, err error) {
	cache, err := Cache()
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"qemu-aarch64-static", "qemu-aarch64"} {
		found, _ := filepath.Glob(filepath.Join(cache, "qemu-*", "usr", "bin", name)) // the pattern is well-formed
		paths = append(paths, found...)
		if p, err := exec.LookPath(name); err == nil {
			paths = append(paths, p)
		}
	}
	return paths, nil
}

// qemuVersion is what we call a qemu, and what it calls itself.
func qemuVersion(path string) (name, version string, err error) {
	out, err := exec.Command(path, "--version").Output()
	version, _, _ = strings.Cut(string(out), "\n")
	words := strings.Fields(version) // qemu-aarch64 version 7.2.22 (Debian ...)
	if err != nil || len(words) < 3 {
		return "", "", fmt.Errorf("%s --version: %q, %v", path, version, err)
	}
	return "qemu " + words[2], version, nil
}
