package probes

import (
	"fmt"
	"regexp"
	"strings"
)

// Kind tells the two users of the decoder apart: the kernel asks it about its
// own text for kprobes, and about user programs for uprobes.
type Kind uint8

const (
	KindKprobe Kind = iota
	KindUprobe
)

func (k Kind) String() string { return [...]string{"kprobe", "uprobe"}[k] }

// Rules is one kernel's way with probes. Make one with Lookup.
type Rules struct {
	Name string // as given to Lookup
	Set  string // the column of the table of lines: A to F, or a stable kernel's name
	Kind Kind

	// CrossingScan is the exclusive-sequence scan of v4.8: blind to symbols,
	// and the lowest word of its window is not looked at.
	CrossingScan bool
	// WideLiteral: before v6.12-rc4 a simulated LDR Wt (literal) read eight
	// bytes and threw half away.
	WideLiteral bool

	// joinedRet: one handler did BR, BLR and RET before v6.18.
	joinedRet bool

	mech    mechanism
	version version // that the blacklist is of
	column  int
	tree    []treeNode
}

// version is a mainline release.
type version struct{ major, minor int }

func (v version) before(w version) bool {
	return v.major < w.major || v.major == w.major && v.minor < w.minor
}

func (v version) String() string { return fmt.Sprintf("linux-%d.%d", v.major, v.minor) }

// generations lists the first release of each mainline column.
var generations = []version{{4, 8}, {5, 8}, {5, 10}, {6, 12}, {6, 13}, {7, 1}}

// lastMinor is the last release of each major version there are facts about.
var lastMinor = map[int]int{4: 20, 5: 19, 6: 19, 7: 2}

// stable are the columns of kernels that are not mainline releases.
var stable = []string{"debian-6.1", "debian-6.12"}

// Names returns the rule sets' names: the first mainline release of each
// generation, then the stable kernels. Lookup accepts every release between.
func Names() []string {
	var names []string
	for _, v := range generations {
		names = append(names, v.String())
	}
	return append(names, stable...)
}

// losesReenter is the release candidates of v5.11 that forgot the nested state at BRK #6.
var losesReenter = regexp.MustCompile(`^(linux-5\.11)-rc[1-4]$`)

// Lookup returns the kprobe rules of a kernel: linux-4.8 to linux-7.2,
// linux-5.11-rc1 to -rc4, debian-6.1 or debian-6.12.
func Lookup(name string) (*Rules, error) {
	if m := losesReenter.FindStringSubmatch(name); m != nil {
		r, err := Lookup(m[1])
		if err == nil {
			r.Name, r.mech.losesReenter = name, true
		}
		return r, err
	}
	for i, s := range stable {
		if s == name {
			return newRules(name, len(generations)+i, version{}), nil
		}
	}
	v, ok := parseVersion(name)
	if !ok {
		return nil, fmt.Errorf("no rules for kernel %q: known are linux-4.8 to linux-7.2, %s", name, strings.Join(stable, ", "))
	}
	column := 0
	for column+1 < len(generations) && !v.before(generations[column+1]) {
		column++
	}
	return newRules(name, column, v), nil
}

// parseVersion reads linux-MAJOR.MINOR if it is a release we have facts about.
func parseVersion(name string) (v version, ok bool) {
	if _, err := fmt.Sscanf(name, "linux-%d.%d", &v.major, &v.minor); err != nil || v.String() != name {
		return version{}, false
	}
	last, known := lastMinor[v.major]
	return v, known && v.minor <= last && !v.before(generations[0])
}

// newRules makes the rules of one column. The zero version is a late stable
// kernel: all fixes that mainline had when it was cut, none of the renames.
func newRules(name string, column int, v version) *Rules {
	mainline := v != version{}
	r := &Rules{
		Name:         name,
		Set:          columnNames[column],
		CrossingScan: mainline && v.before(version{4, 9}),
		WideLiteral:  mainline && v.before(version{6, 12}),
		joinedRet:    !mainline || v.before(version{6, 18}),
		column:       column,
	}
	if r.mech, r.version = stableMechanism(name); mainline {
		r.mech, r.version = mechanismOf(v), v
	}
	r.compile()
	return r
}

// ForUprobes returns the same kernel's rules for user programs.
func (r *Rules) ForUprobes() *Rules {
	u := *r
	u.Kind = KindUprobe
	u.compile()
	return &u
}
