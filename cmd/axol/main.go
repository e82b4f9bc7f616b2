// Command axol runs arm64 programs through a translator, with kernel probes on them.
// It is nothing but flags, wiring and printing.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/alecthomas/kong"
)

// usageStatus is the exit status for input that is wrong: nothing was run.
const usageStatus = 2

type cli struct {
	Run      runCmd      `cmd:"" help:"Run an arm64 Linux program, with probes on it if wanted."`
	Disasm   disasmCmd   `cmd:"" help:"Show code as it goes through the translator."`
}

func main() {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("axol"),
		kong.Description("Axol runs arm64 code through a block translator and puts Linux probes on it."),
		kong.UsageOnError(),
		kong.Writers(os.Stdout, os.Stderr),
		kong.Exit(func(status int) {
			if status != 0 {
				status = usageStatus
			}
			os.Exit(status)
		}),
	)
	if err != nil {
		panic(err)
	}
	ctx, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	err = ctx.Run()
	var status exitStatus
	switch {
	case errors.As(err, &status):
		os.Exit(int(status))
	case err != nil:
		fmt.Fprintf(os.Stderr, "axol: %v\n", err)
		os.Exit(usageStatus)
	}
}

// exitStatus is how a command asks for an exit status without a message.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }
