//go:debug containermaxprocs=0

// Command axol runs arm64 programs through a translator, with kernel probes on them.
// It is nothing but flags, wiring and printing.
//
// Go's runtime is not to obey the limits of control groups (containermaxprocs): it would keep two files open, as
// descriptors 3 and 4, which are a guest's first.
package main

import (
	"errors"
	"fmt"
	"os"
	goruntime "runtime"
	"strings"

	"github.com/alecthomas/kong"
)

// usageStatus is the exit status for input that is wrong: nothing was run.
const usageStatus = 2

type cli struct {
	Run      runCmd      `cmd:"" help:"Run an arm64 Linux program, with probes on it if wanted."`
	Classify classifyCmd `cmd:"" help:"Say of instructions whether a kernel lets them be probed, and how."`

	Sweep sweepCmd `cmd:"" help:"Say of every instruction of a kernel or a program whether it may be probed, and how."`

	Bench    benchCmd    `cmd:"" help:"Measure what probes cost, and how fast programs run."`
	Disasm   disasmCmd   `cmd:"" help:"Show code as it goes through the translator."`
	Coverage coverageCmd `cmd:"" help:"Count what there is of the instruction set, and how it is run."`

	Completion completionCmd `cmd:"" help:"Print what makes a shell complete Axol's command lines."`

	Guest guestCmd `cmd:"" help:"Print the path of the program that Axol measures itself with."`
}

// The guest's first thread is the process only if it runs on the first thread of the host.
func init() { goruntime.LockOSThread() }

func main() {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("axol"),
		kong.Description(`Axol runs arm64 code through a block translator and puts Linux probes on it.

Example: axol run --probe 'p:alloc runtime.mallocgc size=%x0' ./guest

Input that is wrong gives one line on standard error that names it, the place in it and the
reason, and exit status 2; nothing is run.`),
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
	completeLine(parser)
	ctx, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	err = ctx.Run()
	var status exitStatus
	switch {
	case errors.As(err, &status):
		os.Exit(int(status))
	case err != nil:
		fmt.Fprintf(os.Stderr, "axol: %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
		os.Exit(usageStatus)
	}
}

// exitStatus is how a command asks for an exit status without a message.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }
