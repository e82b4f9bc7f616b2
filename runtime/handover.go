package runtime

import (
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	goruntime "runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// A guest process is a process of the host. When it executes another program, or has a child, another
// Axol is started; a Handover is what that has to know beyond its command line. It is
// passed in a file in memory, whose descriptor is inherited.
type Handover struct {
	Args, Env        []string
	FDs              []int32 // the guest's descriptors that are open
	Blocked, Ignored uint64  // sets of signals
	Limits           map[uint64][2]uint64
	DeathSignal      int // PR_SET_PDEATHSIG

	// Child is whether a guest waits for this process: it must be seen to be ended by the
	// signal that ended its guest.
	Child bool

	Fork *Fork // a process that goes on where its parent is

	// Ended is a process that is nothing but an end: of a child that executed no program.
	Ended  bool
	Status int            // its exit status
	Signal syscall.Signal // or the signal that ended it
}

// ReadHandover reads what was handed over through descriptor fd, and closes it.
func ReadHandover(fd int) (*Handover, error) {
	f := os.NewFile(uintptr(fd), "handover")
	if f == nil {
		return nil, fmt.Errorf("handover: descriptor %d: %w", fd, syscall.EBADF)
	}
	defer f.Close()
	h := new(Handover)
	if err := gob.NewDecoder(io.NewSectionReader(f, 0, 1<<40)).Decode(h); err != nil {
		return nil, fmt.Errorf("handover: %w", err)
	}
	return h, nil
}

// End ends Axol as its guest has ended, so that who waits for it sees no difference.
func (h *Handover) End() {
	if h.Signal != 0 {
		endBySignal(h.Signal)
	}
	os.Exit(h.Status)
}

// endBySignal returns if the signal ends nothing.
func endBySignal(s syscall.Signal) {
	const rlimitCore = 4 // the core would be Axol's, with all its reservations
	syscall.Setrlimit(rlimitCore, &syscall.Rlimit{})
	goruntime.LockOSThread()
	unblock()
	var act hostSigaction
	syscall.RawSyscall6(hostNr(nrRtSigaction), uintptr(s), uintptr(unsafe.Pointer(&act)), 0, sigSetSize, 0, 0)
	syscall.Kill(os.Getpid(), s)
}

// file writes the handover to a file in memory, whose descriptor is out of the guest's way.
func (h *Handover) file() (fd int, err error) {
	low, e := openContent(nil)
	if e != 0 {
		return -1, e
	}
	defer syscall.Close(int(low))
	high, _, e := syscall.Syscall(hostNr(nrFcntl), low, syscall.F_DUPFD_CLOEXEC, lowFDs)
	if e != 0 {
		return -1, e
	}
	if err := gob.NewEncoder(fdWriter(high)).Encode(h); err != nil {
		syscall.Close(int(high))
		return -1, err
	}
	return int(high), nil
}

type fdWriter int

func (fd fdWriter) Write(b []byte) (int, error) { return syscall.Write(int(fd), b) }

// forGo is the variables that the runtime of a Go program obeys. Those a guest sets are meant for
// its own, and not for Axol's.
var forGo = map[string]bool{"GODEBUG": true, "GOGC": true, "GOMAXPROCS": true, "GOMEMLIMIT": true, "GOTRACEBACK": true, "GORACE": true, "GOCOVERDIR": true}

// command is what starts another Axol: its file name, arguments and environment, and the
// descriptor it has to inherit.
func (p *Process) command(h *Handover, program string) (argv, env []string, fd int, e syscall.Errno) {
	fd, err := h.file()
	if err != nil {
		return nil, nil, -1, asErrno(err)
	}
	argv = append(argv, p.cfg.Self...)
	argv = append(argv, "--handover="+strconv.Itoa(fd), "--", program)
	if len(h.Args) > 1 {
		argv = append(argv, h.Args[1:]...)
	}
	for _, v := range h.Env {
		if name, _, _ := strings.Cut(v, "="); !forGo[name] {
			env = append(env, v)
		}
	}
	return argv, env, fd, 0
}

func asErrno(err error) syscall.Errno {
	var e syscall.Errno
	if errors.As(err, &e) {
		return e
	}
	return syscall.EIO
}

// handover is what a process takes along when it executes a program with these arguments.
func (t *Thread) handover(args, env []string) *Handover {
	p := t.p
	p.mu.Lock()
	defer p.mu.Unlock()
	h := &Handover{Args: args, Env: env, FDs: p.fds.list(true), Blocked: uint64(t.blocked), Limits: p.limits,
		DeathSignal: p.deathSignal, Child: p.parent != nil || p.cfg.Handover != nil && p.cfg.Handover.Child}
	for s := syscall.Signal(1); s <= numSignals; s++ {
		if p.actions[s].handler == sigIgn {
			h.Ignored |= uint64(setOf(s))
		}
	}
	return h
}

// receive takes over what another Axol has handed over.
func (p *Process) receive(h *Handover) {
	for s := syscall.Signal(1); s <= numSignals; s++ {
		if sigSet(h.Ignored).has(s) {
			p.actions[s].handler = sigIgn
		}
	}
	for resource, l := range h.Limits {
		p.limits[resource] = l
		if resource == rlimitNofile {
			p.fds.limit.Store(l[0])
		}
		if limitsHost(resource) {
			syscall.Syscall6(hostNr(nrPrlimit64), 0, uintptr(resource), uintptr(unsafe.Pointer(&l)), 0, 0, 0)
		}
	}
	if h.DeathSignal != 0 {
		syscall.RawSyscall(hostNr(nrPrctl), prSetPdeathsig, uintptr(h.DeathSignal), 0)
	}
}
