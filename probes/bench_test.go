package probes

import (
	"encoding/binary"
	goruntime "runtime"
	"testing"
	"unsafe"

	"axol/jit"
	"axol/runtime/mem"
)

// Cost of a hit of a loop's one probed instruction.
func BenchmarkHit(b *testing.B) {
	pre := func(*Hit) int { return 0 }
	defer func() { way = ways[0] }()
	for _, e := range []struct {
		name string
		cfg  jit.Config
		way  int
	}{{"interp", engines[0].cfg, 0}, {"jit", engines[1].cfg, 0}, {"trap", engines[1].cfg, 2}} {
		way = ways[e.way]
		for _, k := range []struct {
			name string
			n    int // probes
			addr uint64
			pre  func(*Hit) int
			post func(*Hit)
		}{
			{"none", 0, 0, nil, nil},
			{"count", 1, codeAt, nil, nil},
			{"pre", 1, codeAt, pre, nil},
			{"pre-3", 3, codeAt, pre, nil},
			{"post", 1, codeAt, pre, func(*Hit) {}},
			{"simulated", 1, codeAt + 8, pre, func(*Hit) {}},
		} {
			b.Run(e.name+"/"+k.name, func(b *testing.B) {
				g := newGuest(b, e.cfg, rules61,
					0x91000400, // add x0, x0, #1
					0xf1000421, // subs x1, x1, #1
					0x54ffffc1, // b.ne .-8
					brk)
				probes := make([]Kprobe, k.n)
				for i := range probes {
					probes[i] = Kprobe{Addr: k.addr, Pre: k.pre, Post: k.post}
					g.register(&probes[i])
				}
				g.cpu.State().X[1] = uint64(b.N)
				b.ResetTimer()
				g.runToBreak(codeAt + 12)
				b.StopTimer()
				for i := range probes {
					if n := g.m.Hits(&probes[i]); n != uint64(b.N) {
						b.Errorf("%d hits, want %d", n, b.N)
					}
				}
			})
		}
	}
}

// Cost of the manager's part of a hit.
func BenchmarkHook(b *testing.B) {
	g := newGuest(b, jit.Config{Interp: true}, rules61, countdown...)
	g.register(&Kprobe{Addr: codeAt + 8, Pre: func(*Hit) int { return 0 }})
	n := uint64(g.m.sites.at(codeAt + 8).number)
	g.cpu.State().PC = codeAt + 8
	for b.Loop() {
		hook(g.cpu, n)
	}
}

func BenchmarkRegister(b *testing.B) {
	g := newGuest(b, jit.Config{}, rules61, countdown...)
	code := make([]uint32, 0x3000)
	for i := range code {
		code[i] = nop
	}
	g.write(codeAt, code...)
	probes := make([]Kprobe, len(code))
	for b.Loop() {
		for i := range probes {
			probes[i] = Kprobe{Addr: codeAt + 4*uint64(i)}
			g.register(&probes[i])
		}
		for i := range probes {
			if err := g.m.Unregister(&probes[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(probes)), "ns/probe")
}

// Arming a million probes at once, on a program that has been translated: time and memory for each.
func BenchmarkMillion(b *testing.B) {
	const n = 1 << 20
	defer func() { way = ways[0] }()
	for _, way = range ways {
		b.Run(way.fidelity.String()+"-"+way.placement.String(), func(b *testing.B) {
			g := newGuest(b, jit.Config{}, rules61)
			const at = 0x1000000
			if _, e := g.mem.Map(mem.Request{Addr: at, Length: 4 * n, Place: mem.Fixed,
				Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous}}); e != 0 {
				b.Fatal(e)
			}
			code := make([]byte, 0, 4*n)
			for range n {
				code = binary.LittleEndian.AppendUint32(code, 0x91000400)
			}
			if e := g.mem.Write(at, code); e != 0 {
				b.Fatal(e)
			}
			probes := make([]Kprobe, n)
			used := func() uint64 {
				var ms goruntime.MemStats
				goruntime.GC()
				goruntime.ReadMemStats(&ms)
				return ms.HeapAlloc
			}
			before := used()
			for b.Loop() {
				for i := range probes {
					probes[i].Addr = at + 4*uint64(i)
					g.register(&probes[i])
				}
				b.StopTimer()
				b.ReportMetric(float64(used()-before)/n+float64(unsafe.Sizeof(Kprobe{})), "bytes/probe")
				for i := range probes {
					if err := g.m.Unregister(&probes[i]); err != nil {
						b.Fatal(err)
					}
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/probe")
		})
	}
}
