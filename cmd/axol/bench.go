package main

import (
	"fmt"
	"os"

	"axol/bench"
)

type benchCmd struct {
	Count int    `default:"10" help:"Rounds; the figures are their medians (${default})."`
	Peers bool   `help:"Compare programs with qemu-aarch64 instead ('make peers' fetches what that needs)."`
	Out   string `placeholder:"FILE" help:"Write every round to FILE, in Go benchmark format."`
}

func (*benchCmd) Help() string {
	return `Measures what probes of each kind cost at every hit of a function, and to be registered and unregistered on one that is
running. With --peers, runs programs under Axol and under every version of qemu-aarch64 there is.

Examples:
  axol bench
  axol bench --count 20 --out overhead.txt
  axol bench --peers --count 3`
}

func (b *benchCmd) Run() error {
	if b.Count < 1 {
		return fmt.Errorf("--count %d: there must be at least 1 round", b.Count)
	}
	out, err := createOut(b.Out)
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	progress := bench.NewProgress(os.Stderr)
	var report bench.Report
	if b.Peers {
		report, err = bench.ComparePeers(b.Count, progress)
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
	if out == nil {
		return nil
	}
	if err := report.Write(out); err != nil {
		return err
	}
	return out.Close()
}

// createOut fails before long work does.
func createOut(path string) (*os.File, error) {
	if path == "" {
		return nil, nil
	}
	return os.Create(path)
}
