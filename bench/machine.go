package bench

import (
	"fmt"
	goruntime "runtime"
	"sync/atomic"
	"time"

	"axol/jit"
	"axol/probes"
	"axol/probes/trace"
	"axol/runtime/mem"
)

const (
	codeAt    = 0x10000
	codeEvery = 0x1000 // bytes from one copy of the program to the next
	stackTop  = 0x200000
	ringSize  = 1 << 17
)

// machine is flat guest memory with copies of the loop, an engine and one vCPU.
type machine struct {
	mem     *mem.Memory
	eng     *jit.Engine
	probes  *probes.Manager
	cpu     *jit.CPU
	program []byte
	probed  uint64 // offset of the function in the program
}

// newMachine makes a machine with so many copies of the loop.
func newMachine(copies int) (*machine, error) {
	m := &machine{}
	var err error
	if m.program, m.probed, err = loopProgram(); err != nil {
		return nil, err
	}
	if m.mem, err = mem.Reserve(); err != nil {
		return nil, err
	}
	if err := m.start(copies); err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

func (m *machine) start(copies int) error {
	for _, r := range []mem.Request{
		{Addr: codeAt, Length: uint64(copies) * codeEvery, Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous}},
		{Addr: stackTop - 0x10000, Length: 0x10000, Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous}},
	} {
		r.Place = mem.Fixed
		if _, e := m.mem.Map(r); e != 0 {
			return fmt.Errorf("guest memory: %w", e)
		}
	}
	for i := range copies {
		if e := m.mem.Write(m.loop(i), m.program); e != 0 {
			return fmt.Errorf("guest memory: %w", e)
		}
	}
	rules, err := probes.Lookup("debian-6.1")
	if err != nil {
		return err
	}
	m.probes = probes.New(probes.Config{Rules: rules, Text: m.mem.Fetch,
		Trace: trace.NewBuffer(trace.Config{Size: ringSize, Full: trace.Overwrite})})
	m.probes.UseMemory(m.mem)
	m.eng, err = jit.New(m.probes.Into(jit.Config{MemBase: m.mem.Base(), MemLimit: m.mem.Limit()}))
	if err != nil {
		return err
	}
	m.probes.Bind(m.eng)
	if m.cpu, err = m.eng.NewCPU(); err != nil {
		return err
	}
	m.probes.Attach(m.cpu)
	return nil
}

func (m *machine) close() {
	if m.cpu != nil {
		m.probes.Detach(m.cpu)
		m.cpu.Close()
	}
	if m.eng != nil {
		m.eng.Close()
	}
	m.mem.Release()
}

// loop is where copy i is.
func (m *machine) loop(i int) uint64 { return codeAt + uint64(i)*codeEvery }

// function is the address of copy i's function, where the probes go.
func (m *machine) function(i int) uint64 { return m.loop(i) + m.probed }

// call has copy i call its function n times, and says how many guest instructions that took,
// without the BRK at the end. The caller is locked to its thread.
func (m *machine) call(i int, n uint64) (insns uint64, err error) {
	st := m.cpu.State()
	st.PC, st.SP, st.X[0], st.X[1] = m.loop(i), stackTop, 0, n
	before := m.cpu.Insns()
	for {
		switch x := m.cpu.Run(); {
		case x.Kind == jit.ExitKicked:
		case x.Kind != jit.ExitBRK || st.X[0] != n:
			return 0, fmt.Errorf("the loop ended with %s at %#x after %d of %d calls", x.Kind, st.PC, st.X[0], n)
		default:
			return m.cpu.Insns() - before - 1, nil
		}
	}
}

// while runs f while the vCPU runs copy i for ever on a thread of its own.
func (m *machine) while(i int, f func() error) error {
	// Generated code does not give way to goroutines: f needs a thread beside it.
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(max(3, goruntime.GOMAXPROCS(0))))
	st := m.cpu.State()
	st.PC, st.SP, st.X[0], st.X[1] = m.loop(i), stackTop, 0, 1<<62
	var stop atomic.Bool
	done := make(chan jit.Exit)
	go func() {
		goruntime.LockOSThread()
		defer goruntime.UnlockOSThread()
		for {
			if x := m.cpu.Run(); x.Kind != jit.ExitKicked || stop.Load() {
				done <- x
				return
			}
		}
	}()
	for m.cpu.Thread() == 0 { // it is not running yet
		time.Sleep(100 * time.Microsecond)
	}
	// The caller is locked to its thread; f is not, as it waits by giving way.
	result := make(chan error)
	go func() { result <- f() }()
	err := <-result
	stop.Store(true)
	for {
		m.cpu.Kick()
		select {
		case x := <-done:
			if x.Kind != jit.ExitKicked && err == nil {
				err = fmt.Errorf("the loop ended with %s at %#x", x.Kind, st.PC)
			}
			return err
		case <-time.After(time.Millisecond):
		}
	}
}
