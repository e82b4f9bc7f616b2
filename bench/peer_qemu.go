package bench

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// qemuPlugin runs micro guests as programs by a qemu-aarch64 that takes plugins.
type qemuPlugin struct {
	path, name, version, plugin string
}

// newQEMUs is every version that takes our plugin. The static builds of distributions take none.
func newQEMUs() (list []*qemuPlugin, err error) {
	paths, err := qemuPaths()
	if err != nil {
		return nil, err
	}
	paths = slices.DeleteFunc(paths, func(path string) bool {
		help, _ := exec.Command(path, "--help").Output() // some exit with a status
		return !strings.Contains(string(help), "-plugin")
	})
	if len(paths) == 0 {
		return nil, errors.New("there is no qemu-aarch64 that takes any (qemu-user's is, qemu-user-static's is not one)")
	}
	plugin, err := buildPeer("plugin", "-shared", "-fPIC")
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		name, version, err := qemuVersion(path)
		if err != nil {
			return nil, err
		}
		q := &qemuPlugin{path, name, version, plugin}
		if _, _, err := q.time("counter", 1); err != nil {
			return list, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, q)
	}
	return list, nil
}

func (q *qemuPlugin) can(string) bool { return true }

// calls is many: the host's kernel counts the time of processes in large steps.
func (q *qemuPlugin) calls() uint64 { return 20_000_000 }

// microAt is where micro guests are as programs.
const microAt = 0x400000

// time is user CPU time of the process, less that of one with a single call.
func (q *qemuPlugin) time(row string, calls uint64) (sec float64, hits uint64, err error) {
	few, _, err := q.run(row, 1)
	if err != nil {
		return 0, 0, err
	}
	sec, hits, err = q.run(row, calls)
	return sec - few, hits, err
}

func (q *qemuPlugin) run(row string, calls uint64) (sec float64, hits uint64, err error) {
	guest, function, err := microProgram("add", calls)
	if err != nil {
		return 0, 0, err
	}
	command := []string{q.path}
	out := ""
	if row != "" {
		f, err := os.CreateTemp("", "axol-hits-*")
		if err != nil {
			return 0, 0, err
		}
		f.Close()
		out = f.Name()
		defer os.Remove(out)
		command = append(command, "-plugin", fmt.Sprintf("%s,at=%#x,how=%s,out=%s", q.plugin, function, row, out))
	}
	s, err := timed(append(command, guest))
	if err != nil {
		return 0, 0, err
	}
	if out == "" {
		return s.user, 0, nil
	}
	text, err := os.ReadFile(out)
	if err != nil {
		return 0, 0, err
	}
	_, err = fmt.Sscan(string(text), &hits)
	return s.user, hits, err
}

// microProgram is the path of a program that runs a micro guest with so many calls, and where its function is.
func microProgram(name string, calls uint64) (path string, function uint64, err error) {
	if calls >= 1<<32 {
		return "", 0, fmt.Errorf("%d calls are too many", calls)
	}
	movz, movk := uint32(0xd2800001), uint32(0xf2a00001) // X1; the second shifted by 16
	code, at, err := assembleMicro(name,
		[]uint32{movz | uint32(calls&0xffff)<<5, movk | uint32(calls>>16)<<5},
		[]uint32{0xd2800000, 0xd2800ba8, 0xd4000001}) // exit(0)
	if err != nil {
		return "", 0, err
	}
	g := golden{entry: microAt, segments: []goldenSegment{{addr: microAt, size: uint64(len(code)), flags: 5, data: code}}}
	path, err = cached("micro-", fmt.Sprintf("%s-%d", name, calls), g.program("arm64"))
	if err != nil {
		return "", 0, err
	}
	return filepath.Clean(path), microAt + at, os.Chmod(path, 0o755)
}
