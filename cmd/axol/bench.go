package main

import (
	"errors"
	"fmt"
	"os"

	"axol/bench"
)

type benchCmd struct {
	Count int    `default:"10" help:"Rounds; the figures are their medians (${default})."`
	Peers bool   `help:"Compare programs with qemu-aarch64 and native builds instead ('make peers' fetches what that needs)."`
	Out   string `placeholder:"FILE" help:"Write every round to FILE, in Go benchmark format."`

	Names []string `arg:"" optional:"" help:"With --peers: 'programs', 'loops', or parts of names of programs; without, all."`
}

func (*benchCmd) Help() string {
	return `Measures what probes of each kind cost at every hit of a function, and to be registered and unregistered on one that is
running. With --peers, runs programs under Axol, under every version of qemu-aarch64 there is, and their native builds.

Examples:
  axol bench
  axol bench --count 20 --out overhead.txt
  axol bench --peers --count 3
  axol bench --peers --count 1 loops lua`
}

func (b *benchCmd) Run() error {
	if b.Count < 1 {
		return fmt.Errorf("--count %d: there must be at least 1 round", b.Count)
	}
	if len(b.Names) > 0 && !b.Peers {
		return fmt.Errorf("%s: names are for --peers", b.Names[0])
	}
	out, err := createOut(b.Out)
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	progress := bench.NewProgress(os.Stderr)
	var report bench.Report
	var peers *bench.Peers
	if b.Peers {
		peers, err = bench.ComparePeers(b.Count, b.Names, progress)
		report = peers
	} else {
		report, err = bench.MeasureOverhead(b.Count, progress)
	}
	progress.Clear()
	if err != nil {
		return err
	}
	if err := report.Print(os.Stdout); err != nil {
		return err
	}
	if out != nil {
		if err := errors.Join(report.Write(out), out.Close()); err != nil {
			return err
		}
	}
	return peers.Err()
}

// createOut fails before long work does.
func createOut(path string) (*os.File, error) {
	if path == "" {
		return nil, nil
	}
	return os.Create(path)
}
