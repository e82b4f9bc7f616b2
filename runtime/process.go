package runtime

import (
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"axol/jit"
	"axol/runtime/elf"
	"axol/runtime/mem"
)

// Config says what to run.
type Config struct {
	Path string   // the program, a host file
	Args []string // argv, with its name in front; {Path} if empty
	Env  []string // as in os.Environ
	Root string   // absolute paths are looked for under this folder first, if it is not empty

	// Self is the command that runs a program like this one, with the same engine and root, up to
	// the program's name. Without it the guest cannot execute programs. Handover is for a process that
	// another such command started, BeforeExec is called right before the program is replaced.
	Self       []string
	Handover   *Handover
	BeforeExec func()

	// GiveStdio leaves standard input and output to the guest alone: when it closes them they are closed,
	// and Close does not restore them.
	GiveStdio bool

	// Warn is told, a line at a time, what the user should know: system calls that
	// are not supported, a fault that ended the guest. The default is standard error. It must
	// not call the Process.
	Warn func(line string)

	// Confined has the guest's memory at addresses that are none of the host's, where it can be otherwise: on a host that
	// executes guest instructions as they are, which then needs an engine that does not.
	Confined bool

	// NewEngine makes the engine for guest memory in [0, limit) at host address base. The
	// default is JIT(jit.Config{}).
	NewEngine func(g jit.Guest, base, limit uint64) (Engine, error)
}

// Process is a guest program.
type Process struct {
	cfg    Config
	mem    *mem.Memory
	engine Engine

	// Who the guest is. Its process number is Axol's.
	pid  int
	exe  string // absolute
	auxv []byte
	bias uint64 // what was added to the addresses of the program file

	start   struct{ pc, sp uint64 }
	mmapTop uint64 // mappings are made below
	codeTop uint64 // mappings of code are made below; 0: where others are
	tramp   uint64 // the code signal handlers return to

	fds    descriptors
	fdDirs sync.Map // descriptors of /proc/self/fd, whose entries are filtered
	stdio  stdio
	fs     workDir
	brk    *programBreak

	// A child that shares its parent's memory, until it executes a program.
	parent  *Process
	attr    syscall.SysProcAttr // of the process to be started
	spawned int                 // its number

	onThread []func(*Thread)
	onBreak  func(*Thread, jit.Exit) bool

	symbols     *elf.Symbols
	symbolsOnce sync.Once
	warned      sync.Map // lines said already

	// mu guards threads, signals and timers.
	mu          sync.Mutex
	threads     map[int]*Thread
	actions     [numSignals + 1]sigAction
	pending     sigQueue // for any thread
	timers      map[int32]*timer
	itimers     [3]*timer
	limits      map[uint64][2]uint64
	exiting     bool
	status      int
	endedBy     syscall.Signal
	deathSignal int // asked for by a child that shares memory
	running     sync.WaitGroup
	guarded     atomic.Bool    // the engine knows that there are guarded pages
	kick        chan struct{}  // wakes the kicker
	host        chan os.Signal // signals of the host
}

// Load prepares a program. Everything that can be wrong with it is found here.
func Load(cfg Config) (*Process, error) {
	if len(cfg.Args) == 0 {
		cfg.Args = []string{cfg.Path}
	}
	if cfg.NewEngine == nil {
		cfg.NewEngine = JIT(jit.Config{})
	}
	if cfg.Root != "" {
		root, err := absoluteFolder(cfg.Root)
		if err != nil {
			return nil, fmt.Errorf("root: %w", err)
		}
		cfg.Root = root
	}
	if e := prepareInterrupts(); e != 0 {
		return nil, fmt.Errorf("signal %d: %w", interruptSignal, e)
	}
	p := &Process{
		cfg: cfg, pid: os.Getpid(),
		threads: map[int]*Thread{}, timers: map[int32]*timer{}, limits: map[uint64][2]uint64{},
		kick: make(chan struct{}, 1), host: make(chan os.Signal, 64), brk: new(programBreak),
	}
	p.fs.dir.Store(atFDCWD)
	if h := cfg.Handover; h != nil {
		p.receive(h)
		for _, fd := range h.FDs {
			p.fds.add(fd)
		}
	} else if err := p.fds.inherit(); err != nil {
		return nil, fmt.Errorf("descriptors: %w", err)
	}
	defer leaveLowFDs()()
	p.stdio.save(cfg.GiveStdio)
	if p.cfg.Warn == nil {
		p.cfg.Warn = p.stdio.stderr
	}
	reserve := mem.Reserve
	if cfg.Confined {
		reserve = mem.ReserveConfined
	}
	m, err := reserve()
	if err == nil {
		p.mem = m
		if err = p.load(); err != nil {
			m.Release()
		}
	}
	if err != nil {
		p.stdio.restore()
		return nil, err
	}
	return p, nil
}

// absoluteFolder is the absolute name of a folder, without symbolic links: "" for the host's own root.
func absoluteFolder(path string) (string, error) {
	path, err := filepath.EvalSymlinks(path)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return "", fmt.Errorf("%s is not a folder", path)
	}
	return strings.TrimSuffix(path, "/"), nil
}

func (p *Process) load() error {
	if h := p.cfg.Handover; h != nil && h.Fork != nil {
		if e := p.resume(h.Fork); e != 0 {
			return fmt.Errorf("fork: copy of the memory: %w", e)
		}
	} else if err := p.loadProgram(); err != nil {
		return err
	}
	e, err := p.cfg.NewEngine(p, p.mem.Base(), p.mem.Limit())
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	p.engine = e
	p.mem.CodeChanged = p.codeChanged
	p.tellGuards()
	return nil
}

// codeChanged tells the engine what it has to know of memory that is or was executable.
func (p *Process) codeChanged(lo, hi uint64) {
	p.tellGuards()
	p.engine.Invalidate(lo, hi)
}

// tellGuards tells the engine of guarded pages, once there are.
func (p *Process) tellGuards() {
	if p.mem.Guards() && !p.guarded.Swap(true) {
		p.engine.Guard(p.mem.Guarded)
	}
}

// Run runs the program to its end, and returns its exit status, or 128+N if signal N
// ended it. It can be called once. The host's signals are the guest's meanwhile.
//
// A program that asks who it is will find its first thread to be another than the
// process unless Run is called on the main thread of Axol.
func (p *Process) Run() (status int) {
	stop := p.forwardSignals()
	defer stop()
	done := make(chan struct{})
	go p.kicker(done)
	defer close(done)

	p.running.Add(1)
	procs := goruntime.GOMAXPROCS(0)
	failed := p.runFirst()
	p.running.Wait()
	if goruntime.GOMAXPROCS(0) != procs { // spread changed it
		goruntime.GOMAXPROCS(procs)
	}
	p.stopTimers()
	if failed != nil {
		p.warn("axol: %v", failed)
		return 126
	}
	return p.status
}

// EndedBy is the signal that ended the program, or 0.
func (p *Process) EndedBy() syscall.Signal { return p.endedBy }

// Close gives the guest's memory and descriptors back; the standard descriptors are again
// what they were before Load. Run must have returned.
func (p *Process) Close() {
	p.closeAll(len(p.stdio))
	p.stdio.restore()
	p.engine.Close()
	p.mem.Release()
}

// Mem is the guest's memory.
func (p *Process) Mem() *mem.Memory { return p.mem }

// Engine is what Config.NewEngine made.
func (p *Process) Engine() Engine { return p.engine }

// Exe is the absolute name of the program file.
func (p *Process) Exe() string { return p.exe }

// Bias is what was added to the addresses in the program file: 0 unless it is
// position-independent.
func (p *Process) Bias() uint64 { return p.bias }

// Entry is where the program starts.
func (p *Process) Entry() uint64 { return p.start.pc }

// Symbols is the functions of the program, where they are loaded.
func (p *Process) Symbols() *elf.Symbols {
	p.symbolsOnce.Do(func() {
		p.symbols = elf.NewSymbols(nil)
		if im, err := elf.Open(p.exe, p.mem.Limit()); err == nil {
			p.symbols = im.Symbols(p.bias)
			im.Close()
		}
	})
	return p.symbols
}

// OnThread has f called for every thread on its own goroutine, before its first
// instruction. It must be called before Run.
func (p *Process) OnThread(f func(*Thread)) { p.onThread = append(p.onThread, f) }

// OnBreak has f called for every BRK instruction. If it returns true, the thread goes
// on as State says; otherwise the guest gets its SIGTRAP. It must be called before Run.
func (p *Process) OnBreak(f func(*Thread, jit.Exit) bool) { p.onBreak = f }

func (p *Process) warn(format string, args ...any) { p.cfg.Warn(fmt.Sprintf(format, args...)) }

// warnOnce says each line once.
func (p *Process) warnOnce(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if _, said := p.warned.LoadOrStore(line, true); !said {
		p.cfg.Warn(line)
	}
}

// exit ends the process: every thread leaves at its next look.
func (p *Process) exit(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.exitLocked(status)
}

// exitBy ends the process as one killed by a signal.
func (p *Process) exitBy(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.exitByLocked(s)
}

func (p *Process) exitByLocked(s syscall.Signal) {
	if !p.exiting {
		p.endedBy = s
	}
	p.exitLocked(128 + int(s))
}

func (p *Process) exitLocked(status int) {
	if !p.exiting {
		p.exiting, p.status = true, status
	}
	for _, t := range p.threads {
		t.notify()
	}
}

// kicker repeats kicks until they were noticed: one that comes just before a blocking
// system call is lost.
func (p *Process) kicker(done chan struct{}) {
	for {
		select {
		case <-p.kick:
		case <-done:
			return
		}
		for p.kickAgain() {
			time.Sleep(time.Millisecond)
		}
	}
}

func (p *Process) kickAgain() (again bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.threads {
		if t.attention.Load() {
			t.interrupt()
			again = true
		}
	}
	return again
}

// Signal sends the guest a signal, as another process would.
func (p *Process) Signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.post(nil, killInfo(s, siUser, 0, 0))
}
