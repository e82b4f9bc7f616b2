package runtime

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"axol/jit"
	"axol/jit/ir"
)

// The machine is tested against guests that are Go functions: a fakeCPU runs one on a
// goroutine of its own, and each system call it makes is an exit.

type fakeEngine struct{ guest func(*fakeCPU) }

func (e *fakeEngine) Invalidate(lo, hi uint64) {}
func (e *fakeEngine) Guard(func(uint64) bool)  {}
func (e *fakeEngine) Close()                   {}
func (e *fakeEngine) NewCPU() (CPU, error) {
	c := &fakeCPU{exits: make(chan jit.Exit), resume: make(chan bool), kicks: make(chan struct{}, 1), guest: e.guest}
	return c, nil
}

type fakeCPU struct {
	st      ir.State
	exits   chan jit.Exit
	resume  chan bool
	kicks   chan struct{}
	started bool
	ended   atomic.Bool
	guest   func(*fakeCPU)
}

func (c *fakeCPU) State() *ir.State { return &c.st }

func (c *fakeCPU) Kick() {
	select {
	case c.kicks <- struct{}{}:
	default:
	}
}

func (c *fakeCPU) Run() jit.Exit {
	if c.started {
		c.resume <- true
	} else {
		c.started = true
		go c.guest(c)
	}
	return <-c.exits
}

func (c *fakeCPU) Close() { c.ended.Store(true); close(c.resume) }

// exit stops the guest for the machine, as an instruction at PC does.
func (c *fakeCPU) exit(x jit.Exit) {
	c.exits <- x
	if !<-c.resume {
		select {} // the thread is gone; so is this goroutine
	}
}

// svc makes a system call.
func (c *fakeCPU) svc(nr uint64, a ...uint64) uint64 {
	c.st.X[8] = nr
	for i := range 6 {
		c.st.X[i] = 0
		if i < len(a) {
			c.st.X[i] = a[i]
		}
	}
	c.st.PC += 4
	c.exit(jit.Exit{Kind: jit.ExitSVC})
	return c.st.X[0]
}

func errno(e syscall.Errno) uint64 { return uint64(-int64(e)) }

// tinyELF is the smallest program.
func tinyELF() []byte {
	b := make([]byte, 64+56+8)
	copy(b, "\x7fELF\x02\x01\x01")
	le := binary.LittleEndian
	le.PutUint16(b[16:], 2)
	le.PutUint16(b[18:], 183)
	le.PutUint32(b[20:], 1)
	le.PutUint64(b[24:], 0x400078)
	le.PutUint64(b[32:], 64)
	le.PutUint16(b[52:], 64)
	le.PutUint16(b[54:], 56)
	le.PutUint16(b[56:], 1)
	p := b[64:]
	le.PutUint32(p[0:], 1)
	le.PutUint32(p[4:], 5)
	le.PutUint64(p[16:], 0x400000)
	le.PutUint64(p[32:], uint64(len(b)))
	le.PutUint64(p[40:], uint64(len(b)))
	return b
}

// work is guest memory a fake guest may use.
const work = 0x1000_0000

// runGuest runs a guest function as a program and returns its exit status.
func runGuest(t testing.TB, cfg Config, guest func(*Process, *fakeCPU)) (status int) {
	t.Helper()
	p := loadGuest(t, cfg, guest)
	defer p.Close()
	return p.Run()
}

func loadGuest(t testing.TB, cfg Config, guest func(*Process, *fakeCPU)) *Process {
	t.Helper()
	if cfg.Path == "" {
		cfg.Path = filepath.Join(t.TempDir(), "tiny")
		if err := os.WriteFile(cfg.Path, tinyELF(), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if cfg.Warn == nil {
		cfg.Warn = func(line string) { t.Log(line) }
	}
	var p *Process
	cfg.NewEngine = func(jit.Guest, uint64, uint64) (Engine, error) {
		return &fakeEngine{func(c *fakeCPU) {
			guest(p, c)
			c.svc(94, 0)
		}}, nil
	}
	p, err := Load(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if r := p.mapWork(); r != 0 {
		t.Fatal(r)
	}
	return p
}

func (p *Process) mapWork() syscall.Errno {
	t := &Thread{p: p}
	r := sysMmap(t, &args{work, 1 << 20, 3, mapPrivate | mapAnonymous | mapFixed})
	if r != work {
		return syscall.Errno(-int64(r))
	}
	return 0
}

// put writes bytes to guest memory, and str a string; both return the address.
func (p *Process) put(a uint64, b []byte) uint64 {
	if e := p.mem.Write(a, b); e != 0 {
		panic(e)
	}
	return a
}

func (p *Process) str(a uint64, s string) uint64 { return p.put(a, append([]byte(s), 0)) }

func (p *Process) get(a uint64, n int) []byte {
	b := make([]byte, n)
	if e := p.mem.Read(a, b); e != 0 {
		panic(e)
	}
	return b
}
