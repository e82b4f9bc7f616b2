package bench

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Other translators can hook an instruction, too. They run the same micro guest, and the hook is on the same instruction: either a
// count in the translation, or a call of a function that counts.

// peerRows is what they are compared at; for Axol, it is a kprobe without handlers, and one with a Go pre handler.
var peerRows = []hitRow{
	{name: "counter", what: "a hook that counts in the translation", guest: "add", probe: kprobe(nil, nil)},
	{name: "callback", what: "a hook that calls a function", guest: "add", probe: kprobe(noPre, nil)},
}

// peerSources is the C programs that drive other translators, for machines with a compiler and the library.
//
//go:embed peer
var peerSources embed.FS

// hooker is a translator that hooks.
type hooker interface {
	// can reports whether it has such a hook.
	can(row string) bool
	// calls is how many make a sample.
	calls() uint64
	// time is the seconds that so many calls take, with a hook or (row "") without, and its hits.
	time(row string, calls uint64) (sec float64, hits uint64, err error)
}

// peerExperiment measures the hooks of one other translator.
type peerExperiment struct {
	h    hooker
	rows []*Result
}

func newPeerExperiment(h hooker, under string, rows []hitRow) *peerExperiment {
	e := &peerExperiment{h: h}
	for _, r := range rows {
		if h.can(r.name) {
			e.rows = append(e.rows, &Result{Group: groupPeers, Name: r.name, Axes: []Axis{{"under", nameWord(under)}}, Iters: int(h.calls())})
		}
	}
	return e
}

func (e *peerExperiment) close()             {}
func (e *peerExperiment) results() []*Result { return e.rows }

func (e *peerExperiment) round(_ int, tick func(*Result)) error {
	calls := e.h.calls()
	for _, r := range e.rows {
		tick(r)
		base, _, err := e.h.time("", calls)
		if err != nil {
			return err
		}
		hooked, hits, err := e.h.time(r.Name, calls)
		if err != nil {
			return err
		}
		if hits != calls {
			return fmt.Errorf("%s: %d hits of %d calls", r.FullName(), hits, calls)
		}
		n := float64(calls)
		r.add(unitBase, base/n)
		r.add(unitTime, hooked/n)
		r.add(unitMore, (hooked-base)/n)
		r.add(unitRatio, hooked/base)
	}
	return nil
}

// peers sets up the comparison of hooks: Axol, inline and trap, and who else there is.
func (l *lab) peers() error {
	rows := l.s.of(groupPeers, peerRows)
	if len(rows) == 0 {
		return nil
	}
	for _, set := range l.o.settings(usualRules) {
		e, err := newHitExperiment(l.land, groupPeers, set, rows, l.meter, l.note)
		if err != nil {
			return err
		}
		for _, r := range e.results() {
			r.Axes = []Axis{{"under", nameWord("axol " + set.Fidelity.String())}}
		}
		l.add(e)
	}
	for _, h := range findHookers(l.note) {
		l.add(newPeerExperiment(h.hooker, h.name, rows))
	}
	return nil
}

// namedHooker is a translator with its name and version.
type namedHooker struct {
	hooker
	name string // with the version
}

// findHookers is those that there are. Who is missing is named.
func findHookers(note func(string)) (list []namedHooker) {
	if u, version, err := newUnicorn(); err == nil {
		list = append(list, namedHooker{u, "unicorn " + version})
		note("libunicorn " + version + ", with a hook of type UC_HOOK_CODE.")
	} else {
		note(fmt.Sprintf("unicorn is left out: %v.", err))
	}
	qemus, err := newQEMUs()
	if err != nil {
		note(fmt.Sprintf("qemu's plugins are left out: %v.", err))
	}
	for _, q := range qemus {
		list = append(list, namedHooker{q, q.name})
		note(q.version + ", with a plugin of ours.")
	}
	return list
}

// buildPeer compiles one of our C programs, the first time. The error says what is missing.
func buildPeer(name string, flags ...string) (string, error) {
	cc, err := exec.LookPath("gcc")
	if err != nil {
		return "", errors.New("it needs gcc")
	}
	version, err := compilerVersion(cc)
	if err != nil {
		return "", err
	}
	source, err := peerSources.ReadFile("peer/" + name + ".c")
	if err != nil {
		return "", err
	}
	in, err := cached("peer-", name+".c", source, []byte(version), []byte(strings.Join(flags, " ")))
	if err != nil {
		return "", err
	}
	out := filepath.Join(filepath.Dir(in), name)
	if _, err := os.Stat(out); err == nil {
		return out, nil
	}
	args := append([]string{"-O2", "-o", out, in}, flags...)
	if msg, err := exec.Command(cc, args...).CombinedOutput(); err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(string(msg)), "\n")
		return "", fmt.Errorf("%s cannot be compiled: %s", name, first)
	}
	return out, nil
}
