package jit_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	goruntime "runtime"
	"strings"
	"testing"

	"axol/jit"
	"axol/jit/a64"
	"axol/runtime/mem"
)

// Random control flow over loads and stores, in data of which a page cannot be read and one not
// be written: each fault is skipped, as a signal handler may, and every one of them must show the
// state that the interpreter shows.

const (
	unreadable = dataAt + 0x7000 // random states point behind it,
	unwritable = dataAt + 0x9000 // and in front of this
	maxFaults  = 40
)

// faults runs code until it ends otherwise than by a fault, and returns all stops.
func (g *guest) faults(t testing.TB, seed uint64, code []uint32) (stops []*outcome) {
	const all = mem.Read | mem.Write
	protect := func(unread, unwrit, code mem.Prot) {
		if g.mem.Protect(unreadable, mem.PageSize, unread) != 0 || g.mem.Protect(unwritable, mem.PageSize, unwrit) != 0 ||
			g.mem.Protect(codeAt, 0x10000, code) != 0 {
			t.Fatal("no protection")
		}
	}
	g.write(t, codeAt, append(code, brk, brk, brk)...)
	g.eng.Invalidate(codeAt, codeAt+0x10000)
	fillData(t, g, dataAt, 0x10000)
	protect(0, mem.Read, mem.Read|mem.Exec) // a program that changes itself may run as it was, or not
	st := g.cpu.State()
	randomState(st, rand.New(rand.NewPCG(seed, 2)))
	st.PC = codeAt
	before := g.cpu.Insns()
	for {
		o := &outcome{exit: g.run()}
		o.insns, o.st = g.cpu.Insns()-before, *st
		stops = append(stops, o)
		if o.exit.Kind != jit.ExitFault || len(stops) == maxFaults {
			protect(all, all, all|mem.Exec)
			g.mem.Read(dataAt, o.data[:])
			return stops
		}
		st.PC += 4
	}
}

// diffFaults compares all stops of a program, and counts them.
func (p pair) diffFaults(t testing.TB, seed uint64, code []uint32) (n int, d string) {
	a, b := p.jit.faults(t, seed, code), p.interp.faults(t, seed, code)
	for i := range min(len(a), len(b)) {
		if d := a[i].diff(b[i]); d != "" {
			return len(b), fmt.Sprintf("  at stop %d, %#x:\n%s", i, b[i].st.PC, d)
		}
	}
	if len(a) != len(b) {
		return len(b), fmt.Sprintf("  %d stops, %d by the interpreter\n", len(a), len(b))
	}
	return len(b), ""
}

func TestFaultingGraphs(t *testing.T) {
	var ints, loads []*a64.Line
	for _, l := range randomLines() {
		if goruntime.GOARCH == "arm64" && (l.Op == a64.OpLdp || l.Op == a64.OpLdpsw || l.Op == a64.OpLdnp) {
			continue // at a fault, the host may have loaded one register of a pair
		}
		switch l.Group {
		case a64.DataProcReg:
			ints = append(ints, l)
		case a64.LoadStore:
			// Whether a store-exclusive that fails looks at its address first is IMPLEMENTATION DEFINED (Arm ARM,
			// AArch64.ExclusiveMonitorsPass), and the engines differ: TestStoreExclusiveFaults has them.
			if !strings.HasPrefix(l.Name, "stx") && !strings.HasPrefix(l.Name, "stlx") {
				loads = append(loads, l)
			}
		}
	}
	lines := append(ints, append(loads, loads...)...)
	rounds := 400
	if testing.Short() {
		rounds = 100
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			p := newPair(t, v.cfg)
			total := 0
			for i, bad := 0, 0; i < rounds && bad < 3; i++ {
				seed := 1<<50 | uint64(i)
				if only := os.Getenv("AXOL_SEED"); only != "" && only != fmt.Sprint(seed) {
					continue
				}
				r := rand.New(rand.NewPCG(seed, 1))
				code := graph(r, lines)
				n, d := p.diffFaults(t, seed, code)
				total += n - 1
				if d == "" {
					continue
				}
				bad++
				t.Errorf("seed %d:\n%s%s", seed, listing(code), d)
			}
			if total < rounds && os.Getenv("AXOL_SEED") == "" {
				t.Errorf("%d faults in %d programs: too few to show anything", total, rounds)
			}
			t.Logf("%d faults", total)
		})
	}
}

func listing(code []uint32) (s string) {
	for i, w := range code {
		s += fmt.Sprintf("  %#x %08x %s\n", codeAt+4*i, w, a64.Listing(w, codeAt+4*uint64(i)))
	}
	return s
}
