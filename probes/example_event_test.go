package probes_test

import (
	"encoding/binary"
	"fmt"
	"log"
	"os"
	goruntime "runtime"

	"axol/jit"
	"axol/probes"
	"axol/probes/trace"
	"axol/runtime/elf"
	"axol/runtime/mem"
)

// program calls sum with 4, 3, 2 and 1 in X0, then stops at BRK.
var program = []uint32{
	0xd2800081, // main: mov x1, #4
	0xd2800002, //       mov x2, #0
	0xaa0103e0, //       mov x0, x1
	0x94000004, //       bl sum
	0xf1000421, //       subs x1, x1, #1
	0x54ffffa1, //       b.ne .-12
	0xd4200000, //       brk #0
	0x8b000042, // sum:  add x2, x2, x0
	0xaa0203e0, //       mov x0, x2
	0xd65f03c0, //       ret
}

// machine is guest memory with a program, an engine, and one vCPU.
type machine struct {
	mem     *mem.Memory
	manager *probes.Manager
	engine  *jit.Engine
	cpu     *jit.CPU
}

const codeAt = 0x10000

func newMachine(buffer *trace.Buffer) *machine {
	m := &machine{}
	var err error
	if m.mem, err = mem.Reserve(); err != nil {
		log.Fatal(err)
	}
	if _, e := m.mem.Map(mem.Request{Addr: codeAt, Length: 0x10000, Place: mem.Fixed,
		Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous}}); e != 0 {
		log.Fatal(e)
	}
	for i, w := range program {
		if e := m.mem.Write(codeAt+4*uint64(i), binary.LittleEndian.AppendUint32(nil, w)); e != 0 {
			log.Fatal(e)
		}
	}
	rules, err := probes.Lookup("linux-6.12")
	if err != nil {
		log.Fatal(err)
	}
	symbols := elf.NewSymbols([]elf.Symbol{{Name: "main", Addr: codeAt, Size: 28}, {Name: "sum", Addr: codeAt + 28, Size: 12}})
	m.manager = probes.New(probes.Config{
		Rules: rules, Text: m.mem.Fetch, Comm: "program", Trace: buffer,
		Symbols: func() *elf.Symbols { return symbols },
	})
	m.manager.UseMemory(m.mem)
	if m.engine, err = jit.New(m.manager.Into(jit.Config{MemBase: m.mem.Base(), MemLimit: m.mem.Limit()})); err != nil {
		log.Fatal(err)
	}
	m.manager.Bind(m.engine)
	if m.cpu, err = m.engine.NewCPU(); err != nil {
		log.Fatal(err)
	}
	m.manager.Attach(m.cpu)
	m.cpu.State().PC, m.cpu.State().SP = codeAt, codeAt+0x10000 // what is behind the code is the stack
	return m
}

func (m *machine) event(definition string) *probes.Event {
	d, err := probes.Parse(definition)
	if err != nil {
		log.Fatal(err)
	}
	e, err := m.manager.AddEvent(d)
	if err != nil {
		log.Fatal(err)
	}
	return e
}

// run runs the program to its BRK. A vCPU has a thread of its own.
func (m *machine) run() {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	for {
		switch x := m.cpu.Run(); x.Kind {
		case jit.ExitKicked:
		case jit.ExitBRK:
			return
		default:
			log.Fatalf("%s at %#x", x.Kind, m.cpu.State().PC)
		}
	}
}

func (m *machine) close() {
	m.manager.Detach(m.cpu)
	m.cpu.Close()
	m.engine.Close()
	m.mem.Release()
}

// Records of an event that a filter wants, made by generated code, read from the buffer.
func ExampleManager_AddEvent() {
	buffer := trace.NewBuffer(trace.Config{})
	m := newMachine(buffer)
	defer m.close()
	e := m.event("p:add sum n=%x0:u64 total=%x2:u64")
	if err := e.SetFilter("n > 1 && total < 9"); err != nil {
		log.Fatal(err)
	}
	m.run()
	err := buffer.Read(func(r *trace.Record) error {
		n, _ := r.Event.Field("n")
		total, _ := r.Event.Field("total")
		fmt.Printf("after %d instructions: %s n=%d total=%d\n", r.Time, r.Event.Name, r.Uint(n, 0), r.Uint(total, 0))
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("hits: %d, done in generated code: %v\n", e.Hits(), e.Compiled())
	// Output:
	// after 4 instructions: add n=4 total=0
	// after 11 instructions: add n=3 total=4
	// after 18 instructions: add n=2 total=7
	// hits: 4, done in generated code: true
}

// A histogram of what a function returns.
func ExampleEvent_AddHist() {
	buffer := trace.NewBuffer(trace.Config{})
	m := newMachine(buffer)
	defer m.close()
	h, err := m.event("r4:done sum result=$retval:u64").AddHist("hist:keys=result.log2:sort=result")
	if err != nil {
		log.Fatal(err)
	}
	m.run()
	fmt.Print(buffer.HistText(h, m.manager.Symbolize))
	fmt.Print(m.manager.EventList(probes.KindKprobe))
	// Output:
	// # event histogram
	// #
	// # trigger info: hist:keys=result.log2:vals=hitcount:sort=result:size=2048 [active]
	// #
	//
	// { result: ~ 2^2  } hitcount:          1
	// { result: ~ 2^3  } hitcount:          1
	// { result: ~ 2^4  } hitcount:          2
	//
	// Totals:
	//     Hits: 4
	//     Entries: 3
	//     Dropped: 0
	// r4:kprobes/done sum result=$retval:u64
}

// Records as JSON lines.
func ExampleEvent() {
	buffer := trace.NewBuffer(trace.Config{})
	m := newMachine(buffer)
	defer m.close()
	e := m.event("p:first main+4 where=%pc:symbol words=+0(%pc):x32[2] who=$comm")
	m.run()
	err := buffer.Read(func(r *trace.Record) error {
		r.Entry[trace.PIDAt], r.Entry[trace.PIDAt+1], r.Entry[trace.PIDAt+2] = 1, 0, 0 // of any thread
		out := trace.NewJSONLines(os.Stdout, trace.OutputConfig{PID: 1, Comm: "program", Symbolize: m.manager.Symbolize})
		return out.Write(r)
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(e.Desc().Format())
	// Output:
	// {"schema":"axol-trace/1","clock":"insns","pid":1,"comm":"program"}
	// {"ts":1,"cpu":0,"pid":1,"event":"kprobes/first","ip":"0x10004","symbol":"main+0x4/0x1c","args":{"where":"main+0x4/0x1c","words":["0xd2800002","0xaa0103e0"],"who":"program"}}
	// name: first
	// ID: 1024
	// format:
	// 	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	// 	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
	// 	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
	// 	field:int common_pid;	offset:4;	size:4;	signed:1;
	//
	// 	field:unsigned long __probe_ip;	offset:8;	size:8;	signed:0;
	// 	field:u64 where;	offset:16;	size:8;	signed:0;
	// 	field:u32 words[2];	offset:24;	size:4;	signed:0;
	// 	field:__data_loc char[] who;	offset:32;	size:4;	signed:0;
	//
	// print fmt: "(%lx) where=%pS words={0x%x,0x%x} who=\"%s\"", REC->__probe_ip, REC->where, REC->words[0], REC->words[1], __get_str(who)
}
