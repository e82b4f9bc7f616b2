package bench

import (
	"fmt"

	"axol/jit"
	"axol/probes"
	"axol/probes/trace"
	"axol/runtime/elf"
	"axol/runtime/mem"
)

// Where things are in a machine's part of the memory.
const (
	stackTop  = 0x80000
	stackLen  = 0x2000 // of each vCPU
	codeAt    = 0x100000
	codeEvery = 0x1000 // bytes from one guest to the next
	textAt    = 0x1000000
	landSize  = 0x2000000
)

const ringSize = 1 << 17

// land is guest memory for machines, one behind the other: a process has room for few reservations.
type land struct {
	*mem.Memory
	next uint64
}

func newLand() (*land, error) {
	m, err := mem.Reserve()
	return &land{m, landSize}, err
}

// Setting is how a machine takes hits, and whose rules it has.
type Setting struct {
	Fidelity  probes.Fidelity
	Placement probes.Placement
	Rules     string
}

func (s Setting) String() string { return setting(s.Fidelity.String(), s.Placement.String(), s.Rules) }

// setting is a setting in words.
func setting(fidelity, placement, rules string) string {
	return fmt.Sprintf("%s fidelity, %s placement, rules of %s", fidelity, placement, rules)
}

// machine is a part of guest memory with micro guests in it, an engine, and vCPUs.
type machine struct {
	mem    *mem.Memory
	origin uint64 // of its part
	eng    *jit.Engine
	probes *probes.Manager
	cpus   []*jit.CPU
	places []place
	events events
}

// place is where a micro guest is.
type place struct{ loop, function uint64 }

// events counts what happens at hits, on a machine that is made to.
type events struct {
	exceptions uint64 // taken: BRK, and steps
	calls      uint64 // of Go, from generated code
}

// machineConfig is what a machine is made of.
type machineConfig struct {
	Setting
	guests []string // the names of its micro guests, one behind the other
	text   []byte   // further code, at textAt
	cpus   int      // 0: one
	count  bool     // count events; whole regions are translated at once, so that counts are the same each time
	blocks bool     // translate block by block, and no regions: which blocks there are depends on nothing but the code
}

func newMachine(l *land, c machineConfig) (*machine, error) {
	m := &machine{mem: l.Memory, origin: l.next}
	l.next += landSize
	if err := m.start(&c); err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

func (m *machine) start(c *machineConfig) error {
	rules, err := probes.Lookup(c.Rules)
	if err != nil {
		return err
	}
	symbols, err := m.load(c)
	if err != nil {
		return err
	}
	m.probes = probes.New(probes.Config{Rules: rules, Fidelity: c.Fidelity, Placement: c.Placement, Text: m.mem.Fetch, CPUs: max(1, c.cpus),
		Symbols: func() *elf.Symbols { return symbols },
		Trace:   trace.NewBuffer(trace.Config{Size: ringSize, Full: trace.Overwrite})})
	m.probes.UseMemory(m.mem)
	cfg := m.probes.Into(jit.Config{MemBase: m.mem.Base(), MemLimit: m.mem.Limit()})
	if c.count {
		m.countEvents(&cfg)
	}
	cfg.Off.Regions = c.blocks
	if m.eng, err = jit.New(cfg); err != nil {
		return err
	}
	m.probes.Bind(m.eng)
	for range max(1, c.cpus) {
		cpu, err := m.eng.NewCPU()
		if err != nil {
			return err
		}
		m.probes.Attach(cpu)
		m.cpus = append(m.cpus, cpu)
	}
	return nil
}

// load puts guests, text and stacks into memory.
func (m *machine) load(c *machineConfig) (*elf.Symbols, error) {
	var symbols []elf.Symbol
	stacks := uint64(max(1, c.cpus)) * stackLen
	err := m.mapFixed(m.origin+stackTop-stacks, stacks, mem.Read|mem.Write, nil)
	if err != nil {
		return nil, err
	}
	for i, name := range c.guests {
		code, function, err := microCode(name)
		if err != nil {
			return nil, err
		}
		p := place{loop: m.origin + codeAt + uint64(i)*codeEvery}
		p.function = p.loop + function
		m.places = append(m.places, p)
		symbols = append(symbols, elf.Symbol{Name: fmt.Sprintf("%s%d", name, i), Addr: p.function, Size: uint64(len(code)) - function})
		if err := m.mapFixed(p.loop, codeEvery, mem.Read|mem.Write|mem.Exec, code); err != nil {
			return nil, err
		}
	}
	if len(c.text) > 0 {
		symbols = append(symbols, elf.Symbol{Name: "text", Addr: m.text(), Size: uint64(len(c.text))})
		if err := m.mapFixed(m.text(), uint64(len(c.text)+4095)&^4095, mem.Read|mem.Write|mem.Exec, c.text); err != nil {
			return nil, err
		}
	}
	return elf.NewSymbols(symbols), nil
}

// text is where further code is.
func (m *machine) text() uint64 { return m.origin + textAt }

func (m *machine) mapFixed(addr, length uint64, prot mem.Prot, data []byte) error {
	r := mem.Request{Addr: addr, Length: length, Place: mem.Fixed, Mapping: mem.Mapping{Prot: prot, Flags: mem.Anonymous}}
	if _, e := m.mem.Map(r); e != 0 {
		return fmt.Errorf("guest memory at %#x: %w", addr, e)
	}
	if e := m.mem.Write(addr, data); e != 0 {
		return fmt.Errorf("guest memory at %#x: %w", addr, e)
	}
	return nil
}

// countEvents puts m.events between the engine and the probes.
func (m *machine) countEvents(cfg *jit.Config) {
	cfg.Off.Tiers = true
	hook, trap := cfg.Hook, cfg.Trap
	cfg.Hook = func(c *jit.CPU, number uint64) {
		m.events.calls++
		hook(c, number)
	}
	cfg.Trap = func(c *jit.CPU, x *jit.Exit) bool {
		on := trap(c, x)
		if on {
			m.events.exceptions++
		}
		return on
	}
}

func (m *machine) close() {
	for _, c := range m.cpus {
		m.probes.Detach(c)
		c.Close()
	}
	if m.eng != nil {
		m.eng.Close()
	}
}

// call has guest i call its function n times on the first vCPU, and says how many guest instructions that took,
// without the BRK at the end. The caller is locked to its thread.
func (m *machine) call(i int, n uint64) (insns uint64, err error) { return m.callOn(0, i, n) }

func (m *machine) callOn(cpu, i int, n uint64) (insns uint64, err error) {
	m.cpus[cpu].State().X[1] = n
	insns, err = m.run(cpu, m.places[i].loop)
	if left := m.cpus[cpu].State().X[1]; err == nil && left != 0 {
		err = fmt.Errorf("the loop ended with %d of %d calls to go", left, n)
	}
	return insns, err
}

// run runs the code at pc up to its BRK #1.
func (m *machine) run(cpu int, pc uint64) (insns uint64, err error) {
	c := m.cpus[cpu]
	st := c.State()
	st.PC, st.SP, st.X[2] = pc, m.origin+stackTop-uint64(cpu)*stackLen, 0
	before := c.Insns()
	for {
		switch x := c.Run(); {
		case x.Kind == jit.ExitKicked:
		case x.Kind != jit.ExitBRK || x.Arg != 1:
			return 0, fmt.Errorf("the guest ended with %s at %#x", x.Kind, st.PC)
		default:
			return c.Insns() - before - 1, nil
		}
	}
}
