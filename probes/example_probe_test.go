package probes_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	goruntime "runtime"
	"syscall"

	"axol/jit"
	"axol/probes"
	"axol/runtime/elf"
	"axol/runtime/mem"
)

// endExample gives back what the last guest had: under the race detector, not many have room beside each other.
var endExample = func() {}

// The function of the examples, at 0x10000: add x0, x0, #1; ret. It returns to a BRK at 0x10040.
func exampleGuest(kernel string, fidelity probes.Fidelity) (m *probes.Manager, call func(arg uint64) uint64) {
	endExample()
	memory, err := mem.Reserve()
	if err != nil {
		panic(err)
	}
	if _, e := memory.Map(mem.Request{Addr: 0x10000, Length: 0x1000, Place: mem.Fixed,
		Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous}}); e != 0 {
		panic(e)
	}
	var code []byte
	for _, w := range []uint32{0x91000400, 0xd65f03c0, 0xd4000001} {
		code = binary.LittleEndian.AppendUint32(code, w)
	}
	_ = memory.Write(0x10000, code)
	_ = memory.Write32(0x10040, 0xd4200000)
	rules, err := probes.Lookup(kernel)
	if err != nil {
		panic(err)
	}
	symbols := elf.NewSymbols([]elf.Symbol{{Name: "next", Addr: 0x10000, Size: 16}})
	m = probes.New(probes.Config{Rules: rules, Text: memory.Fetch, Fidelity: fidelity, Symbols: func() *elf.Symbols { return symbols }})
	m.UseMemory(memory)
	engine, err := jit.New(m.Into(jit.Config{MemBase: memory.Base(), MemLimit: memory.Limit()}))
	if err != nil {
		panic(err)
	}
	m.Bind(engine)
	cpu, err := engine.NewCPU()
	if err != nil {
		panic(err)
	}
	m.Attach(cpu)
	endExample = func() { cpu.Close(); engine.Close(); memory.Release() }
	return m, func(arg uint64) uint64 {
		goruntime.LockOSThread()
		defer goruntime.UnlockOSThread()
		st := cpu.State()
		st.PC, st.X[0], st.X[30] = 0x10000, arg, 0x10040
		cpu.Run()
		return st.X[0]
	}
}

func ExampleManager_Register() {
	m, call := exampleGuest("debian-6.12", probes.Trap)
	p := &probes.Kprobe{Symbol: "next", Cookie: 42,
		Pre:  func(h *probes.Hit) int { fmt.Printf("before: x0 = %d, cookie %d\n", h.X(0), h.Cookie()); return 0 },
		Post: func(h *probes.Hit) { fmt.Printf("behind: x0 = %d\n", h.X(0)) },
	}
	if err := m.Register(p); err != nil {
		fmt.Println(err)
	}
	fmt.Println(call(1), "after", m.Hits(p), "hit")

	err := m.Register(&probes.Kprobe{Symbol: "next", Offset: 8})
	fmt.Println(err)
	fmt.Println(errors.Is(err, syscall.EINVAL))
	// Output:
	// before: x0 = 1, cookie 42
	// behind: x0 = 2
	// 2 after 1 hit
	// probe at next+0x8 (0x10008): svc #0x0: debian-6.12 refuses it: generates an exception
	// true
}

func ExampleManager_RegisterKretprobe() {
	m, call := exampleGuest("debian-6.12", probes.Inline)
	rp := &probes.Kretprobe{
		Kprobe:    probes.Kprobe{Symbol: "next"},
		MaxActive: 4,
		DataSize:  8,
		Entry: func(h *probes.Hit, ri *probes.Instance) int {
			binary.LittleEndian.PutUint64(ri.Data, h.X(0))
			return 0
		},
		Handler: func(h *probes.Hit, ri *probes.Instance) int {
			fmt.Printf("next(%d) = %d, back to %#x\n", binary.LittleEndian.Uint64(ri.Data), h.X(0), ri.RetAddr)
			return 0
		},
	}
	if err := m.RegisterKretprobe(rp); err != nil {
		fmt.Println(err)
	}
	call(6)
	call(7)
	// Output:
	// next(6) = 7, back to 0x10040
	// next(7) = 8, back to 0x10040
}

func ExampleManager_RegisterUprobe() {
	m, call := exampleGuest("debian-6.12", probes.Trap)
	up := &probes.Uprobe{
		Kprobe:  probes.Kprobe{Symbol: "next"},
		Handler: func(h *probes.Hit) int { h.SetX(0, 100); return 0 },
		Return:  func(h *probes.Hit, c *probes.UserCall) int { fmt.Println("returns", h.X(0)); return 0 },
	}
	if err := m.RegisterUprobe(up); err != nil {
		fmt.Println(err)
	}
	call(1)
	fmt.Println(m.UnregisterUprobe(up), call(1))
	// Output:
	// returns 101
	// <nil> 2
}

func ExampleManager_RegisterJprobe() {
	m, call := exampleGuest("linux-4.8", probes.Inline)
	jp := &probes.Jprobe{Kprobe: probes.Kprobe{Symbol: "next"}, Handler: func(h *probes.Hit) {
		fmt.Println("next is called with", h.X(0))
		h.SetX(0, 0) // undone: a jprobe looks, and does not touch
	}}
	if err := m.RegisterJprobe(jp); err != nil {
		panic(err)
	}
	fmt.Println(call(41))
	// Output:
	// next is called with 41
	// 42
}

func ExampleManager_RegisterAll() {
	m, _ := exampleGuest("debian-6.12", probes.Inline)
	err := m.RegisterAll([]*probes.Kprobe{{Symbol: "next"}, {Symbol: "next", Offset: 8}})
	fmt.Println(errors.Is(err, syscall.EINVAL), err)
	fmt.Println(len(m.Probes()), "probes are left")
	// Output:
	// true probe at next+0x8 (0x10008): svc #0x0: debian-6.12 refuses it: generates an exception
	// 0 probes are left
}

func ExampleClassify() {
	for _, kernel := range []string{"linux-4.8", "linux-6.13"} {
		rules, err := probes.Lookup(kernel)
		if err != nil {
			panic(err)
		}
		for _, word := range []uint32{0xd503201f, 0xd50323bf, 0x5c000000} { // nop; autiasp; ldr d0, .
			v := probes.Classify(rules, word)
			fmt.Printf("%s %s %q %q\n", kernel, v.Class, v.Handler, v.Reason)
		}
	}
	// Output:
	// linux-4.8 stepped "" ""
	// linux-4.8 stepped "" ""
	// linux-4.8 stepped "" "wrong when stepped: reads relative to the slot"
	// linux-6.13 simulated "simulate_nop" ""
	// linux-6.13 rejected "" "pointer authentication that may fault"
	// linux-6.13 stepped "" "wrong when stepped: reads relative to the slot"
}
