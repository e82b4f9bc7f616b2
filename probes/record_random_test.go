package probes

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"axol/jit"
	"axol/probes/trace"
)

// randomEvent is a definition with a filter, of what generated code can do and some that it cannot.
func randomEvent(rng *rand.Rand, name string) (text, filter, trigger string) {
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	types := []string{"u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "x8", "x16", "x32", "x64"}
	text = fmt.Sprintf("p:%s main+%#x", name, 4*rng.IntN(11))
	var numbers []string
	for i := range 1 + rng.IntN(5) {
		arg := fmt.Sprintf("a%d", i)
		fetch := pick("%x0", "%x1", "%x2", "%x3", "%x4", "%x28", "%sp", "%x30", `\0x123`, "%pc")
		for range rng.IntN(3) {
			fetch = fmt.Sprintf("%s%#x(%s)", pick("+", "-", "+"), rng.IntN(64)<<rng.IntN(3), fetch)
		}
		typ := pick(types...)
		switch {
		case rng.IntN(6) == 0:
			size := []int{8, 16, 32, 64}[rng.IntN(4)]
			width := 1 + rng.IntN(size)
			typ = fmt.Sprintf("b%d@%d/%d", width, rng.IntN(size-width+1), size)
		case strings.Contains(fetch, "(") && rng.IntN(5) == 0:
			typ = fmt.Sprintf("%s[%d]", typ, 1+rng.IntN(6))
		case strings.Contains(fetch, "(") && rng.IntN(9) == 0:
			typ = "string"
		}
		if typ != "string" {
			numbers = append(numbers, arg)
		}
		text += fmt.Sprintf(" %s=%s:%s", arg, fetch, typ)
	}
	numbers = append(numbers, "common_pid", "common_type", "__probe_ip")
	var expr func(depth int) string
	expr = func(depth int) string {
		switch n := rng.IntN(6); {
		case depth == 0 || n < 3:
			value := fmt.Sprint(rng.Uint64() >> rng.IntN(64) >> 1)
			if rng.IntN(2) == 0 { // one that X0 has
				value = fmt.Sprint(rng.IntN(100))
			}
			return pick(numbers...) + pick("==", "!=", "<", "<=", ">", ">=", "&") + value
		case n == 3:
			return "!(" + expr(depth-1) + ")"
		default:
			return "(" + expr(depth-1) + pick("&&", "||") + expr(depth-1) + ")"
		}
	}
	if rng.IntN(3) > 0 {
		filter = expr(3)
	}
	if rng.IntN(2) == 0 && !strings.Contains(text, "[") && len(numbers) > 3 {
		trigger = "hist:keys=" + numbers[0] + pick("", ".log2", ".buckets=64", ".buckets=1000")
	}
	return text, filter, trigger
}

// Random events with random filters and histograms: records, counts and the guest's end are the same on all engines.
func TestRandomRecords(t *testing.T) {
	for seed := range uint64(60) {
		var want string
		for _, e := range engines {
			if raceEnabled && !e.cfg.Interp {
				continue
			}
			rng := rand.New(rand.NewPCG(seed, 7))
			var got string
			t.Run(fmt.Sprint(e.name, "-", seed), func(t *testing.T) { got = randomRecords(t, rng, e.cfg) })
			if want == "" {
				want = got
			} else if got != want {
				x, y := strings.Split(got, "\n"), strings.Split(want, "\n")
				for i := range x {
					if i >= len(y) || x[i] != y[i] {
						t.Fatalf("seed %d, %s: line %d is\n%s\nwant\n%s", seed, e.name, i, x[i], y[min(i, len(y)-1)])
					}
				}
				t.Fatalf("seed %d, %s: %d lines, want %d", seed, e.name, len(x), len(y))
			}
		}
	}
}

// randomRecords is all that can be seen of one run.
func randomRecords(t *testing.T, rng *rand.Rand, cfg jit.Config) string {
	buffer := trace.NewBuffer(trace.Config{})
	g := newGuestWith(t, cfg, Config{Trace: buffer, Comm: "walker"}, rules61, walk...)
	fillWalk(g)
	seen := ""
	var hists []*trace.Hist
	for i := range 1 + rng.IntN(4) {
		text, filter, trigger := randomEvent(rng, fmt.Sprintf("e%d", i))
		e := g.event(text)
		seen += fmt.Sprintln(text, filter, trigger)
		if filter != "" {
			if err := e.SetFilter(filter); err != nil {
				seen += fmt.Sprintln(err)
			}
		}
		if trigger != "" {
			h, err := e.AddHist(trigger)
			if err != nil {
				t.Fatal(err)
			}
			hists = append(hists, h)
		}
	}
	g.runToBreak(codeAt + 0x2c)
	seen += g.lines(buffer)
	for _, h := range hists {
		seen += buffer.HistText(h, g.m.Symbolize)
	}
	st := g.cpu.State()
	return seen + fmt.Sprint(st.X, st.SP, st.NZCV, g.cpu.Insns())
}
