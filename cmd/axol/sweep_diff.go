package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"axol/bench/sweep"
)

type sweepDiffCmd struct {
	sweepSource
	Format string `enum:"table,json" default:"table" help:"table for people, or json, an object a line (${default})."`
	All    bool   `help:"Every function, not the first of each list."`

	A string `arg:"" help:"An image, or a JSON report of a sweep (.json)."`
	B string `arg:"" optional:"" help:"The other one; without it, A is judged by two rule sets."`
}

func (*sweepDiffCmd) Help() string {
	return `What became probe-able, and what is refused now: by verdict, and by function. Functions are matched by name. Two sweeps of
one image are compared instruction by instruction; of different ones, the numbers of refusals in each function are.
--rules takes one rule set for both or two with a comma between; reports have theirs.

Examples:
  axol sweep diff /boot/vmlinuz-6.1.0-56-cloud-arm64 /boot/vmlinuz-6.12.117+deb12-cloud-arm64
  axol sweep diff --rules linux-5.10,linux-6.13 vmlinuz
  axol sweep diff old.json new.json
  axol sweep diff --format json --all old.json vmlinuz`
}

func (c *sweepDiffCmd) Run() error {
	setA, setB, two := strings.Cut(c.Rules, ",")
	if !two {
		setB = setA
	}
	if c.B == "" {
		if !two {
			return errors.New("--rules: one file is compared with itself by two rule sets, with a comma between")
		}
		c.B = c.A
	}
	a, err := c.profile(c.A, setA)
	if err != nil {
		return err
	}
	b, err := c.profile(c.B, setB)
	if err != nil {
		return err
	}
	d := sweep.Compare(a, b)
	out := bufio.NewWriter(os.Stdout)
	if c.Format == "json" {
		err = d.WriteJSON(out)
	} else {
		err = d.Print(out, c.All)
	}
	return errors.Join(err, out.Flush())
}

// profile is a sweep of an image, or the report of one.
func (c *sweepDiffCmd) profile(path, set string) (*sweep.Profile, error) {
	if ext := filepath.Ext(path); ext != ".json" && ext != ".jsonl" {
		s, err := c.sweep(path, set)
		if err != nil {
			return nil, err
		}
		return s.Profile(), nil
	}
	if set != "auto" {
		return nil, fmt.Errorf("--rules %s: %s is a report, which has its rules", set, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return sweep.ReadProfile(path, f)
}
