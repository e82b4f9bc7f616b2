package bench

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"strconv"
	"strings"
)

// The sets of programs, each a table of its own.
const (
	setPrograms = "programs"
	setLoops    = "loops"
)

// row is a program that can be asked for.
type row struct {
	name, set string
	prepare   func() (*Program, error)
}

// missingError says that a program cannot be had, and what to do.
type missingError struct{ what string }

func (e *missingError) Error() string { return e.what }

// programs is the programs that are selected.
func (s Selection) programs() (rows []row) {
	for _, r := range append(programRows(), loopRows()...) {
		if s.has(r.set, nameWord(r.name)) {
			rows = append(rows, r)
		}
	}
	return rows
}

// packaged is the programs of Debian's packages, and what they do. In arguments, script: stands in front of
// one of our scripts, and text: in front of the size of a file of text.
var packaged = []struct {
	name, path, args string
	rate             *rate
}{
	{"lua5.4 fib", "usr/bin/lua5.4", "script:fib.lua", nil},
	{"lua5.4 table sort", "usr/bin/lua5.4", "script:sort.lua", nil},
	{"lua5.4 float loop", "usr/bin/lua5.4", "script:float.lua", nil},
	{"sqlite3 200k inserts, index, scan", "usr/bin/sqlite3", "-batch -init script:rows.sql :memory: .quit", nil},
	{"xz -6, 2 MB", "usr/bin/xz", "-6 -T1 -c text:2", nil},
	{"7zz -mmt1, 2 MB", "usr/bin/7zz", "a -an -txz -mx5 -mmt1 -so text:2", nil},
	{"7zz -mmt2, 2 MB", "usr/bin/7zz", "a -an -txz -mx5 -mmt2 -so text:2", nil},
	{"openssl sha256, 256 MB", "usr/bin/openssl", "dgst -sha256 text:256", nil},
	{"openssl aes-128-gcm, 1 GB", "usr/bin/openssl", "speed -seconds 2 -bytes 16384 -evp aes-128-gcm", &rate{1 << 30 / 16384}},
	{"openssl rsa2048, 1000 signatures", "usr/bin/openssl", "speed -seconds 2 rsa2048", &rate{1000}},
	{"python3 start-up", "usr/bin/python3.11", "-c print(sum(range(100)))", nil},
	{"python3 nbody", "usr/bin/python3.11", "script:nbody.py", nil},
	{"python3 json", "usr/bin/python3.11", "script:documents.py", nil},
	{"busybox sha256sum, 64 MB", "bin/busybox", "sha256sum text:64", nil},
	{"busybox gzip, 16 MB", "bin/busybox", "gzip -c text:16", nil},
}

// guestWorks is what the Go guest does, ten times each.
var guestWorks = []string{"sort", "map", "matrix", "sha256"}

func programRows() []row {
	var rows []row
	for _, p := range packaged {
		rows = append(rows, row{p.name, setPrograms, func() (*Program, error) {
			g := &Program{Name: p.name, Set: setPrograms, rate: p.rate}
			if err := g.find(p.path); err != nil {
				return nil, err
			}
			return g, g.expand(strings.Fields(p.args))
		}})
	}
	for _, work := range guestWorks {
		name := "Go guest: " + work
		rows = append(rows, row{name, setPrograms, func() (*Program, error) {
			arm, err := Guest()
			if err != nil {
				return nil, err
			}
			native, err := buildGuest(goruntime.GOARCH)
			return &Program{Name: name, Set: setPrograms, guest: arm, native: []string{native}, args: []string{"10", work}}, err
		}})
	}
	return rows
}

// find looks a packaged program up, the arm64 build in the sysroot and the host's in its own. Busybox is
// static, and comes without a sysroot.
func (g *Program) find(path string) error {
	cache, err := Cache()
	if err != nil {
		return err
	}
	if path == "bin/busybox" {
		g.guest = filepath.Join(cache, "busybox-arm64", path)
	} else {
		g.root = filepath.Join(cache, "sysroot")
		g.guest = filepath.Join(g.root, path)
	}
	if _, err := os.Stat(g.guest); err != nil {
		return &missingError{fmt.Sprintf("%s is not there: 'make peers' fetches it.", g.guest)}
	}
	native := filepath.Join(cache, "native")
	if _, err := os.Stat(filepath.Join(native, path)); err != nil {
		return nil
	}
	if g.root == "" {
		g.native = []string{filepath.Join(native, path)}
		return nil
	}
	// The libraries of that sysroot, too: the host's may be of another version. Names of folders and
	// dynamic linkers differ by architecture.
	loaders, _ := filepath.Glob(filepath.Join(native, "lib", "*-linux-gnu", "ld-linux*.so.*")) // the pattern is well-formed
	if len(loaders) == 0 {
		return fmt.Errorf("%s: there is no dynamic linker", native)
	}
	triplet := filepath.Base(filepath.Dir(loaders[0]))
	libraries := filepath.Join(native, "lib", triplet) + ":" + filepath.Join(native, "usr", "lib", triplet)
	g.native = []string{loaders[0], "--library-path", libraries, filepath.Join(native, path)}
	return nil
}

//go:embed scripts
var scripts embed.FS

// expand puts files where arguments ask for them.
func (g *Program) expand(args []string) error {
	for _, a := range args {
		var err error
		kind, what, _ := strings.Cut(a, ":")
		switch kind {
		case "script":
			a, err = cachedScript(what)
		case "text":
			var mb int64
			if mb, err = strconv.ParseInt(what, 10, 64); err == nil {
				a, err = textFile(mb << 20)
			}
		}
		if err != nil {
			return err
		}
		g.args = append(g.args, a)
	}
	return nil
}

// cachedScript is the path of one of our scripts.
func cachedScript(name string) (string, error) {
	source, err := scripts.ReadFile("scripts/" + name)
	if err != nil {
		return "", err
	}
	return cached("scripts-", name, source)
}

// rate is for a program that does as much as it can for a while, and says on standard error how much
// in how many seconds of user time: what so many operations take.
type rate struct{ operations float64 }

// Doing AES-128-GCM for 2s on 16384 size blocks: 313610 AES-128-GCM's in 1.99s
var done = regexp.MustCompile(`: (\d+) .* in ([0-9.]+)s\n`)

func (r *rate) apply(s *sample) error {
	m := done.FindStringSubmatch(s.stderr)
	if m == nil {
		return fmt.Errorf("it does not say how much it did: %q", s.stderr)
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return err
	}
	sec, err := strconv.ParseFloat(m[2], 64)
	if err != nil || n == 0 {
		return fmt.Errorf("it did not do anything: %q", s.stderr)
	}
	s.user = sec / n * r.operations
	s.wall = s.user
	return nil
}
