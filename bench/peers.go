package bench

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Peers is how fast programs run under Axol, under other translators, and as native builds.
type Peers struct {
	Translators []Translator // Axol is the first, the host itself the last
	Programs    []Program
	Rounds      int
	// Notes says what the programs were made with, and what is missing.
	Notes []string
}

// Program is a row: a program, and what it took, by translator and round. There are no
// samples of a translator that could not run it.
type Program struct {
	Name string
	Set  string      // of setNames
	User [][]float64 // seconds of user CPU time
	Wall [][]float64 // seconds
	Err  error       // why there are no figures

	guest  string   // the arm64 build
	root   string   // its sysroot, "" if it needs none
	native []string // how the host runs its own build; nil if there is none
	args   []string
	rate   *rate
}

// programTime is how long one run may take.
const programTime = 5 * time.Minute

// comparePrograms runs the programs of a selection under every translator and natively, in so many rounds. All must
// print the same.
func comparePrograms(rounds int, s Selection, progress *Progress) (*Peers, error) {
	p := &Peers{Rounds: rounds}
	var err error
	if p.Translators, err = translators(); err != nil {
		return nil, err
	}
	if err := p.findPrograms(s); err != nil {
		return nil, err
	}
	done, all := 0, rounds*len(p.Translators)*len(p.Programs)
	for i := range p.Programs {
		g := &p.Programs[i]
		g.User, g.Wall = make([][]float64, len(p.Translators)), make([][]float64, len(p.Translators))
		for round := range rounds {
			if g.Err = p.round(g, round, func(what string) { progress.Show(done, all, what); done++ }); g.Err != nil {
				break
			}
		}
	}
	return p, nil
}

// Err is what went wrong with any program; without a comparison nothing did.
func (p *Peers) Err() error {
	if p == nil {
		return nil
	}
	var errs []error
	for i := range p.Programs {
		errs = append(errs, p.Programs[i].Err)
	}
	return errors.Join(errs...)
}

// findPrograms makes the rows that are selected ready to run.
func (p *Peers) findPrograms(selected Selection) error {
	var foreign []string
	for _, s := range selected.programs() {
		g, err := s.prepare()
		if missing := (*missingError)(nil); errors.As(err, &missing) {
			p.note(missing.Error())
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if g.native == nil {
			foreign = append(foreign, g.Name)
		}
		if g.Set == setLoops {
			p.note(loopNote())
		}
		p.Programs = append(p.Programs, *g)
	}
	if foreign != nil {
		p.note(fmt.Sprintf("No native build of %s is in the cache.", strings.Join(foreign, "; ")))
	}
	if len(p.Programs) == 0 {
		return fmt.Errorf("there is nothing to run: %s", strings.Join(p.Notes, " "))
	}
	return nil
}

func (p *Peers) note(s string) {
	if !slices.Contains(p.Notes, s) {
		p.Notes = append(p.Notes, s)
	}
}

// round runs a program under every translator once. Who is first changes from round to round.
func (p *Peers) round(g *Program, round int, show func(string)) error {
	var want [sha256.Size]byte
	first := ""
	for k := range p.Translators {
		i := (k + round) % len(p.Translators)
		t := &p.Translators[i]
		show(t.Name + ": " + g.Name)
		command := t.command(g)
		if command == nil {
			continue
		}
		r, err := timed(command)
		if err == nil && g.rate != nil {
			err = g.rate.apply(r)
		}
		if err != nil {
			return fmt.Errorf("%s under %s: %w", g.Name, t.Name, err)
		}
		if first == "" {
			first, want = t.Name, r.sum
		}
		if r.sum != want && g.rate == nil {
			return fmt.Errorf("%s: its output under %s is not what it is under %s", g.Name, t.Name, first)
		}
		g.User[i] = append(g.User[i], r.user)
		g.Wall[i] = append(g.Wall[i], r.wall)
	}
	return nil
}

// sample is one run of a program.
type sample struct {
	user, wall float64           // seconds
	sum        [sha256.Size]byte // of its standard output
	stderr     string
}

// timed runs a command to its end.
func timed(command []string) (*sample, error) {
	var stderr strings.Builder
	h := sha256.New()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = environment()
	cmd.Stdout, cmd.Stderr = h, &stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	kill := time.AfterFunc(programTime, func() { cmd.Process.Kill() })
	defer kill.Stop()
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, stderr.String())
	}
	return &sample{cmd.ProcessState.UserTime().Seconds(), time.Since(start).Seconds(), [sha256.Size]byte(h.Sum(nil)), stderr.String()}, nil
}

// environment is the same for every program on every machine. Python compiles what it imports every
// time: whether a cache stands beside its modules must not decide who is faster.
func environment() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "LC_ALL=C", "OPENSSL_CONF=/dev/null",
		"PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE=1", "PYTHONPYCACHEPREFIX=/nonexistent",
	}
}
