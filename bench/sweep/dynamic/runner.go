package dynamic

import (
	"context"
	"fmt"
	goruntime "runtime"

	"axol/bench/sweep"
	"axol/jit"
	"axol/jit/ir"
	"axol/probes"
	"axol/runtime"
	"axol/runtime/elf"
	"axol/runtime/image"
	"axol/runtime/mem"
)

// initialPState is PSTATE in front of each trial: EL1h, nothing masked.
const initialPState = runtime.ModeEL1h

// Runner executes the instructions of an image. It is a [sweep.Runner].
type Runner struct {
	cfg   sweep.RunnerConfig
	text  *text
	pool  *pool
	mem   *mem.Memory
	plain *machine
	teams [2]team // by placement

	filled        int              // which contents the arena has, -1: none
	before, after [arenaLen]byte   // the arena behind an execution without and with a probe
	trial         trial            // being made
	want          outcome          // of it, without a probe
	got           [numWays]outcome // with one
	requests      chan func()      // to the one thread that all machines run on
}

// The ways to take a hit, and their order.
const (
	byTrap = iota
	inline
	numWays
)

// team is the machines that have breakpoints in one placement, and the batch that they are at.
type team struct {
	ways  []*prober // trap before inline
	batch batch
}

// teamOf is the team that tries the site at an address. An instruction by itself cannot tell placements from each other; it is what the
// probes do that is different, and either is tried at every second address.
func (r *Runner) teamOf(addr uint64) *team { return &r.teams[addr>>4&1] }

var fidelities = [numWays]probes.Fidelity{probes.Trap, probes.Inline}

// New makes a Runner.
func New(cfg sweep.RunnerConfig) (sweep.Runner, error) {
	r, err := newRunner(cfg)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func newRunner(cfg sweep.RunnerConfig) (*Runner, error) {
	g, err := mem.Reserve()
	if err != nil {
		return nil, err
	}
	r := &Runner{cfg: cfg, text: newText(cfg.Image), pool: newPool(cfg.Seed), mem: g, filled: -1, requests: make(chan func())}
	if err := r.make(); err != nil {
		r.free()
		return nil, err
	}
	go func() {
		goruntime.LockOSThread()
		for f := range r.requests {
			f()
		}
	}()
	return r, nil
}

// make makes memory and machines.
func (r *Runner) make() (err error) {
	_, e := r.mem.Map(mem.Request{Addr: arenaAt, Length: arenaLen, Place: mem.Fixed,
		Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous, Name: "[arena]"}})
	if e != 0 {
		return fmt.Errorf("guest memory for the arena: %w", e)
	}
	if err := r.text.mapAlias(r.mem); err != nil {
		return err
	}
	if r.plain, err = newMachine("no probe", r.mem, r.text, nil); err != nil {
		return err
	}
	symbols := r.text.symbols(r.cfg.Image.Symbols)
	for placement := range r.teams {
		for _, fidelity := range fidelities {
			p, err := r.newProber(symbols, fidelity, probes.Placement(placement))
			if err != nil {
				return err
			}
			r.teams[placement].ways = append(r.teams[placement].ways, p)
		}
	}
	return nil
}

func (r *Runner) newProber(symbols *elf.Symbols, fidelity probes.Fidelity, placement probes.Placement) (*prober, error) {
	code := &planted{text: r.text, words: map[uint64]uint32{}}
	cfg := probes.Config{
		Rules: r.cfg.Rules, Fidelity: fidelity, Placement: placement,
		Text: code.word, Poke: code.poke, MapPage: code.mapPage,
		Memory: probes.ReadMemory(r.mem), Write: probes.WriteMemory(r.mem),
		Symbols: func() *elf.Symbols { return symbols },
		Report:  func(string) {}, // what a kernel says to an exception in a slot is in the outcome
	}
	if r.cfg.Image.Kind != image.Program {
		cfg.Kernel = &probes.Kernel{} // what it refuses has been refused by the static pass
	}
	x, err := newMachine(fidelity.String(), r.mem, nil, probes.New(cfg))
	if err != nil {
		return nil, err
	}
	return &prober{machine: x, kind: r.cfg.Rules.Kind}, nil
}

// Close gives back memory and machines.
func (r *Runner) Close() error {
	close(r.requests)
	r.free()
	return nil
}

func (r *Runner) free() {
	for _, t := range r.teams {
		for _, p := range t.ways {
			p.close()
		}
	}
	r.plain.close()
	r.mem.Release()
}

// Run is of [sweep.Runner].
func (r *Runner) Run(ctx context.Context, sites []sweep.Site, results []sweep.Result) error {
	done := make(chan error)
	r.requests <- func() {
		for len(sites) > 0 {
			if ctx.Err() != nil {
				done <- ctx.Err()
				return
			}
			n := min(len(sites), batchLen)
			if err := r.runBatch(sites[:n], results[:n]); err != nil {
				done <- err
				return
			}
			sites, results = sites[n:], results[n:]
		}
		done <- nil
	}
	return <-done
}

// batchLen is how many sites have their probes at the same time. There is room for some more than a page has.
const batchLen = 2048

// batch is the probes of a batch: those at aliases, then those at the addresses themselves, all ascending.
type batch struct {
	addrs []uint64
	site  []int // the number of the site that each address is of
}

func (b *batch) add(addr uint64, site int) {
	b.addrs, b.site = append(b.addrs, addr), append(b.site, site)
}

// isLiteral says whether a word loads from an address relative to its own.
func isLiteral(word uint32) bool { return word&0x3b000000 == 0x18000000 }

// runBatch arms all probes of a batch, makes all trials, and takes the probes away.
func (r *Runner) runBatch(sites []sweep.Site, results []sweep.Result) error {
	for i := range r.teams {
		b := &r.teams[i].batch
		b.addrs, b.site = b.addrs[:0], b.site[:0]
	}
	for i := range sites {
		if s := &sites[i]; r.text.aliased && s.Verdict.Class != probes.Rejected && isLiteral(s.Word) {
			r.teamOf(s.Addr).batch.add(aliasOf(s.Addr), i)
		}
	}
	for i := range sites {
		if s := &sites[i]; s.Verdict.Class != probes.Rejected {
			r.teamOf(s.Addr).batch.add(s.Addr, i)
		} else if s.Verdict.Place == sweep.NotRefused {
			r.refused(s, &results[i])
		}
	}
	for i := range r.teams {
		if err := r.runTeam(&r.teams[i], sites, results); err != nil {
			return err
		}
	}
	return nil
}

// runTeam is runBatch for the sites of one team.
func (r *Runner) runTeam(t *team, sites []sweep.Site, results []sweep.Result) error {
	b := &t.batch
	for _, p := range t.ways {
		p.arm(b.addrs)
	}
	for i, addr := range b.addrs {
		r.measure(t, i, addr, &sites[b.site[i]], &results[b.site[i]])
	}
	for _, p := range t.ways {
		err := p.disarm(len(b.addrs), func(i int, what string) { unequal(&results[b.site[i]], p, 0, what) })
		if err != nil {
			return err
		}
	}
	return nil
}

// unequal notes a difference, if there is none yet.
func unequal(res *sweep.Result, p *prober, sample uint64, what string) {
	if res.Inequality == nil {
		res.Inequality = &sweep.Inequality{Fidelity: p.name, Sample: sample, Detail: what}
	}
}

// notRegistered: the static pass and the manager do not agree.
const notRegistered = "the probe cannot be registered"

// measure makes the trials of one probe.
func (r *Runner) measure(t *team, i int, pc uint64, s *sweep.Site, res *sweep.Result) {
	for _, p := range t.ways {
		if err := p.armed[i].err; err != nil {
			res.Unmeasured = notRegistered
			return
		}
	}
	if why := changes(s.Word); why != "" {
		res.Unmeasured = why
		return
	}
	for n := range uint64(r.cfg.Samples) {
		r.pool.start(&r.trial, pc, s.Word, n)
		r.reference()
		if r.want.exit.Kind == jit.ExitUndefined {
			if why := missing(s.Word); why != "" {
				res.Unmeasured = why
				return
			}
		}
		for w, p := range t.ways {
			if what := r.compare(p, w, i, s); what != "" && pc != s.Addr {
				unequal(res, p, n, fmt.Sprintf(" at its alias %#x:%s", pc, what))
			} else if what != "" {
				unequal(res, p, n, what)
			}
			res.Executions++
		}
		if s.Verdict.Reason != probes.NoReason && r.got[byTrap].diff(&r.want) != "" {
			res.Confirmed = s.Verdict.Reason.String()
		}
	}
}

// reference executes the trial without a probe. Where an access misses the arena, the trial is made one that does not: the
// address that was missed tells by how much.
func (r *Runner) reference() {
	t := &r.trial
	for tries := 3; ; tries-- {
		r.execute(r.plain, &r.want, &r.before)
		x := &r.want.exit
		if x.Kind != jit.ExitFault || t.aim == noAim || tries == 0 {
			return
		}
		by := middle - x.Addr
		if x.Arg&ir.FaultUnaligned != 0 {
			by = -(x.Addr & 15)
		}
		if t.aim == 31 {
			by &^= 15
		}
		t.point(t.base() + by)
	}
}

// execute runs the trial on a machine; memory is the arena behind it.
func (r *Runner) execute(x *machine, o *outcome, memory *[arenaLen]byte) {
	r.fill()
	x.run(&r.trial.state, o)
	r.look(memory)
}

// fill gives the arena the contents that the trial starts with.
func (r *Runner) fill() {
	if r.filled == r.trial.arena || !r.trial.accesses {
		return
	}
	if e := r.mem.Write(arenaAt, r.pool.arenas[r.trial.arena][:]); e != 0 {
		panic(e) // it is mapped
	}
	r.filled = r.trial.arena
}

// look reads the arena behind an execution.
func (r *Runner) look(memory *[arenaLen]byte) {
	if !r.trial.accesses {
		return
	}
	if e := r.mem.Read(arenaAt, memory[:]); e != 0 {
		panic(e) // it is mapped
	}
	if *memory != r.pool.arenas[r.trial.arena] {
		r.filled = -1
	}
}

// compare executes the trial on a machine, which is way w, with its probe number i. The difference is in words, empty for none.
func (r *Runner) compare(p *prober, w, i int, s *sweep.Site) string {
	got, want := &r.got[w], &r.want
	r.fill()
	what := p.try(i, &r.trial.state, want, got, s.Verdict.Reason != probes.NoReason)
	r.look(&r.after)
	if r.trial.accesses && r.after != r.before {
		at := firstDifference(&r.after, &r.before)
		what += fmt.Sprintf(" memory at %#x %#x is %#x;", arenaAt+at, r.before[at], r.after[at])
	}
	return what + r.seen(w, s)
}

// seen is what of the outcome by way w shows that there is a probe. What the kernel is known to get otherwise, by whichever way, is
// to be the same by both.
func (r *Runner) seen(w int, s *sweep.Site) string {
	got, want := &r.got[w], r.want
	known := got // what is otherwise, as it is known to be
	if w != byTrap {
		known = &r.got[byTrap]
	}
	switch {
	case s.Verdict.Reason != probes.NoReason: // everything
		want = *known
	case s.Verdict.Class != probes.Stepped || want.exit.Kind == jit.ExitRan: // nothing
	case keepsHit(want.exit): // the exception is taken from the slot
		want.PC, want.pstate = known.PC, known.pstate
	default: // before v5.13, interrupts stay masked behind a fault in the slot
		want.pstate = known.pstate
	}
	return got.diff(&want)
}

func firstDifference(a, b *[arenaLen]byte) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return -1
}
