package sweep

import (
	"context"

	"axol/probes"
	"axol/runtime/image"
)

// Site is an instruction, and what the rules say to a probe on it.
type Site struct {
	Addr     uint64
	Word     uint32 // as a kernel that has started has it
	Section  string
	Function string // empty if no symbol has it
	Offset   uint64 // in the function
	Verdict  Verdict
}

// Result is what a Runner found at one site.
type Result struct {
	// Executions is how often the instruction was executed through a probe and compared, over all fidelities.
	Executions uint32
	// Unmeasured says why an instruction that may be probed was not executed, if Executions is 0; or, behind "refused: ", why a
	// refusal could not be shown to be right. Reports count sites by it: it is one of a few phrases, without commas, and names
	// neither addresses nor words.
	Unmeasured string
	// Confirmed says how the refusal of an instruction was shown to be right, in the same manner: "an exclusive pair
	// never succeeds when stepped". Empty: it was not.
	Confirmed string
	// Inequality is the first difference between executions with and without the probe, nil if there was none.
	Inequality *Inequality
}

// Inequality is a difference between an execution with a probe and one without.
type Inequality struct {
	Fidelity string // "trap" or "inline"
	Sample   uint64 // with the seed, it repeats the difference
	Detail   string // what differs, with both values
}

// RunnerConfig is what a Runner is made for.
type RunnerConfig struct {
	Image   *image.Image
	Rules   *probes.Rules // of the kind of probe that the image gets
	Seed    uint64
	Samples int // random states for each site, at least 1
}

// Runner executes instructions with and without a probe. The package bench/sweep/dynamic has the one there is; the command
// hands its constructor to the sweep, as a NewRunner.
//
// The sweep makes a Runner for each worker and calls Run for one chunk of sites after the other, never two at a time. What Run finds
// at a site depends on RunnerConfig and the site alone, not on the chunk or on what was run before: a sweep that was
// interrupted goes on with the chunks that are left, on any number of workers, and ends with the same report.
type Runner interface {
	// Run fills results[i] for sites[i]; the results are zero when it is called. The sites are in the order of their addresses; those that
	// are refused are among them. An error ends the sweep: it is for a machine that fails, never for an
	// instruction. When ctx is done, Run returns ctx.Err() soon, and the chunk counts as not run.
	Run(ctx context.Context, sites []Site, results []Result) error
	// Close gives back what the Runner has.
	Close() error
}

// NewRunner makes a Runner.
type NewRunner func(RunnerConfig) (Runner, error)
