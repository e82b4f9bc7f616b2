package probes

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// oracleRun is a row of the exec recordings: probed instructions executed by a
// real kernel. Values are hexadecimal or relative to PC, SP or DATA.
type oracleRun struct {
	ID            int
	Asm, Words    []string
	Kind          []string
	Probes        []int
	Executed      bool
	Init          map[string]string
	FinalUnprobed map[string]string `json:"final_unprobed"`
	Handlers      []struct {
		Handler    string
		Probe      int
		PC, PState string
		HwDAIF     string `json:"hw_daif"`
		Changed    map[string]string
	}
}

// Where the recorded program stood. (PC is symbolic in the recordings, but the
// results of ADRP, when far away, are not.)
var oracleSymbols = map[string]uint64{"PC": 0xffff800000c3f000, "SP": 0xffff80000a003d00, "DATA": 0xffff000004000000}

func oracleValue(t *testing.T, s string) uint64 {
	t.Helper()
	for name, base := range oracleSymbols {
		if rest, ok := strings.CutPrefix(s, name); ok {
			if rest == "" {
				return base
			}
			n, err := strconv.ParseInt(rest, 0, 64)
			if err != nil {
				t.Fatal(err)
			}
			return base + uint64(n)
		}
	}
	n, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// regs is the state at handler call h.
func (run *oracleRun) regs(t *testing.T, h int) (r Regs) {
	t.Helper()
	value := func(name string) uint64 {
		if v, ok := run.Handlers[h].Changed[name]; ok {
			return oracleValue(t, v)
		}
		return oracleValue(t, run.Init[name])
	}
	for i := range r.X {
		r.X[i] = value("x" + strconv.Itoa(i))
	}
	r.SP = value("sp")
	r.PC = oracleValue(t, run.Handlers[h].PC)
	r.PState = oracleValue(t, run.Handlers[h].PState)
	return r
}

var asmOffset = regexp.MustCompile(`(?:\.|#)([-+]?(?:0x)?[0-9a-f]+)$`)

// literal is the memory at a literal load's address, as the listing gives it,
// with the value that the unprobed run found there.
func (run *oracleRun) literal(t *testing.T, probe int) Memory {
	return func(addr uint64, size int) (uint64, bool) {
		asm := run.Asm[probe]
		m := asmOffset.FindStringSubmatch(asm)
		if m == nil {
			t.Fatalf("%d %s: no offset in the listing", run.ID, asm)
		}
		var offset uint64
		if strings.HasPrefix(m[1], "0x") {
			offset, _ = strconv.ParseUint(m[1], 0, 64)
		} else {
			n, _ := strconv.ParseInt(m[1], 0, 64)
			offset = uint64(n)
		}
		if want := oracleSymbols["PC"] + uint64(4*run.Probes[probe]) + offset; addr != want {
			t.Errorf("%d %s: reads %#x, want %#x", run.ID, asm, addr, want)
		}
		if want := map[bool]int{true: 8, false: 4}[strings.HasPrefix(asm, "ldr x")]; size != want {
			t.Errorf("%d %s: reads %d bytes, want %d", run.ID, asm, size, want)
		}
		target := strings.NewReplacer("w", "x", ",", "").Replace(strings.Fields(strings.ReplaceAll(asm, ",", " "))[1])
		v, ok := run.FinalUnprobed[target]
		if !ok {
			v = "0x1234" // XZR: whatever is there is dropped
		}
		return oracleValue(t, v) & (1<<(8*size) - 1), true
	}
}

func TestOracleSimulation(t *testing.T) {
	rules := mustLookup(t, "debian-6.1")
	for _, file := range []string{"exec-6.1.jsonl.gz", "exec-random-6.1.jsonl.gz"} {
		simulated := map[Handler]int{}
		eachJSON(t, file, func(run oracleRun) {
			for h := 0; run.Executed && h+1 < len(run.Handlers); h++ {
				pre, post := run.Handlers[h], run.Handlers[h+1]
				if run.Kind[pre.Probe] != "simulated" || pre.Handler != "pre" || post.Handler != "post" {
					continue
				}
				word := hexWord(t, run.Words[run.Probes[pre.Probe]])
				v := Classify(rules, word)
				got, want := run.regs(t, h), run.regs(t, h+1)
				if err := Simulate(rules, v.Handler, word, got.PC, &got, run.literal(t, pre.Probe)); err != nil {
					t.Errorf("%s %d %s: %v", file, run.ID, run.Asm[pre.Probe], err)
				}
				if got != want {
					t.Errorf("%s %d %s:\n got %x\nwant %x", file, run.ID, run.Asm[pre.Probe], got, want)
				}
				simulated[v.Handler]++
			}
		})
		total := 0
		for _, n := range simulated {
			total += n
		}
		if total < 300 {
			t.Errorf("%s: only %d simulations", file, total)
		}
		t.Logf("%s: %d simulations: %v", file, total, simulated)
	}
}
