package bench

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Peers is how fast programs run under Axol and under other translators.
type Peers struct {
	Translators []Translator // Axol is the first
	Programs    []Program
}

// Translator runs arm64 programs.
type Translator struct {
	Name    string // as in tables
	Version string // as it calls itself
	command []string
}

// Program is a program and what it took, by translator and round.
type Program struct {
	Name string
	args []string
	User [][]float64 // seconds of user CPU time
	Wall [][]float64 // seconds
}

// programTime is how long one run may take.
const programTime = 5 * time.Minute

// ComparePeers runs every program under every translator in so many rounds. All must print
// the same.
func ComparePeers(rounds int, progress *Progress) (*Peers, error) {
	ts, err := translators()
	if err != nil {
		return nil, err
	}
	ps, err := programs()
	if err != nil {
		return nil, err
	}
	p := &Peers{ts, ps}
	done, all := 0, rounds*len(ts)*len(ps)
	for i := range p.Programs {
		g := &p.Programs[i]
		g.User, g.Wall = make([][]float64, len(ts)), make([][]float64, len(ts))
		for round := range rounds {
			if err := p.round(g, round, func(what string) { progress.Show(done, all, what); done++ }); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// round runs a program under every translator once. Who is first changes from round to round.
func (p *Peers) round(g *Program, round int, show func(string)) error {
	var want [sha256.Size]byte
	for k := range p.Translators {
		i := (k + round) % len(p.Translators)
		t := p.Translators[i]
		show(t.Name + ": " + g.Name)
		user, wall, sum, err := timed(append(slices.Clone(t.command), g.args...))
		if err != nil {
			return fmt.Errorf("%s under %s: %w", g.Name, t.Name, err)
		}
		if k == 0 {
			want = sum
		}
		if sum != want {
			return fmt.Errorf("%s: its output under %s is not what it is under %s", g.Name, t.Name, p.Translators[round%len(p.Translators)].Name)
		}
		g.User[i] = append(g.User[i], user)
		g.Wall[i] = append(g.Wall[i], wall)
	}
	return nil
}

// timed runs a command, and takes its time and a sum of its output.
func timed(command []string) (user, wall float64, sum [sha256.Size]byte, err error) {
	var stderr strings.Builder
	h := sha256.New()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = h, &stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, sum, err
	}
	kill := time.AfterFunc(programTime, func() { cmd.Process.Kill() })
	defer kill.Stop()
	if err := cmd.Wait(); err != nil {
		return 0, 0, sum, fmt.Errorf("%w: %s", err, stderr.String())
	}
	return cmd.ProcessState.UserTime().Seconds(), time.Since(start).Seconds(), [sha256.Size]byte(h.Sum(nil)), nil
}

// translators is Axol, this very program, and every version of qemu-aarch64 that there is.
func translators() ([]Translator, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	list := []Translator{{Name: "axol", Version: "this build", command: []string{self, "run"}}}
	cache, err := Cache()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, name := range []string{"qemu-aarch64-static", "qemu-aarch64"} {
		found, _ := filepath.Glob(filepath.Join(cache, "qemu-*", "usr", "bin", name)) // the pattern is well-formed
		paths = append(paths, found...)
		if p, err := exec.LookPath(name); err == nil {
			paths = append(paths, p)
		}
	}
	for _, path := range paths {
		out, err := exec.Command(path, "--version").Output()
		version, _, _ := strings.Cut(string(out), "\n")
		words := strings.Fields(version) // qemu-aarch64 version 7.2.22 (Debian ...)
		if err != nil || len(words) < 3 {
			return nil, fmt.Errorf("%s --version: %q, %v", path, version, err)
		}
		if !slices.ContainsFunc(list, func(t Translator) bool { return t.Version == version }) {
			list = append(list, Translator{Name: "qemu " + words[2], Version: version, command: []string{path}})
		}
	}
	if len(list) == 1 {
		return nil, errors.New("there is no qemu-aarch64: 'make peers' fetches it")
	}
	return list, nil
}

// programs is what is run.
func programs() ([]Program, error) {
	cache, err := Cache()
	if err != nil {
		return nil, err
	}
	busybox := filepath.Join(cache, "busybox-arm64", "bin", "busybox")
	if _, err := os.Stat(busybox); err != nil {
		return nil, fmt.Errorf("%w: 'make peers' fetches it", err)
	}
	big, err := textFile(256 << 20)
	if err != nil {
		return nil, err
	}
	small, err := textFile(64 << 20)
	if err != nil {
		return nil, err
	}
	guest, err := Guest()
	if err != nil {
		return nil, err
	}
	list := []Program{
		{Name: "busybox sha256sum, 256 MB", args: []string{busybox, "sha256sum", big}},
		{Name: "busybox gzip, 64 MB", args: []string{busybox, "gzip", "-c", small}},
	}
	for _, work := range []string{"sort", "map", "matrix", "sha256"} {
		list = append(list, Program{Name: "Go guest: " + work, args: []string{guest, "10", work}})
	}
	return list, nil
}
