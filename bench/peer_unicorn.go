package bench

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// unicorn runs micro guests by libunicorn, through a program of ours.
type unicorn struct {
	program, code string
	function      uint64
	version       string
}

// newUnicorn fails, and says why, where there is no libunicorn.
func newUnicorn() (*unicorn, string, error) {
	program, err := buildPeer("unicorn", "-lunicorn")
	if err != nil {
		return nil, "", fmt.Errorf("%w (libunicorn-dev has what it needs)", err)
	}
	code, function, err := microCode("add")
	if err != nil {
		return nil, "", err
	}
	u := &unicorn{program: program, code: hex.EncodeToString(code), function: function}
	if _, _, err := u.time("", 1); err != nil {
		return nil, "", err
	}
	return u, u.version, nil
}

// can: libunicorn's hooks are functions.
func (u *unicorn) can(row string) bool { return row == "callback" }

func (u *unicorn) calls() uint64 { return 2_000_000 }

func (u *unicorn) time(row string, calls uint64) (sec float64, hits uint64, err error) {
	hook := "1"
	if row == "" {
		hook = "0"
	}
	out, err := exec.Command(u.program, u.code, fmt.Sprint(u.function), fmt.Sprint(calls), hook).Output()
	if err != nil {
		if e := (*exec.ExitError)(nil); errors.As(err, &e) {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(e.Stderr)))
		}
		return 0, 0, err
	}
	_, err = fmt.Sscan(string(out), &sec, &hits, &u.version)
	return sec, hits, err
}
