package probes

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"axol/jit"
	"axol/probes/trace"
	"axol/runtime/elf"
)

// lines is what the buffer has, as ftrace shows it without its header and with TID for the thread.
func (g *guest) lines(b *trace.Buffer) string {
	g.t.Helper()
	var out bytes.Buffer
	w := trace.NewText(&out, trace.OutputConfig{Comm: g.m.cfg.Comm, Clock: b.Clock(), Symbolize: g.m.Symbolize})
	if err := b.Read(w.Write); err != nil {
		g.t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, "#") {
			kept = append(kept, strings.Replace(line, fmt.Sprintf("-%-7d", g.cpu.Thread()), "-TID", 1))
		}
	}
	return strings.Join(kept, "")
}

// walk goes over an array of words that begins at X28, with X2 the sum so far and NZCV of a comparison alive
// across the probed instructions.
var walk = []uint32{
	0xd2800000, // 00 mov x0, #0
	0xd2800c81, // 04 mov x1, #100
	0xd2800002, // 08 mov x2, #0
	0xf8607b83, // 0c ldr x3, [x28, x0, lsl #3]
	0xeb00003f, // 10 cmp x1, x0
	0x8b030042, // 14 add x2, x2, x3
	0x91000400, // 18 add x0, x0, #1
	0x9a9f97e4, // 1c cset x4, hi
	0xf100001f, // 20 cmp x0, #0
	0xeb01001f, // 24 cmp x0, x1
	0x54ffff21, // 28 b.ne .-28 (0c)
	brk,        // 2c
}

// fillWalk writes the array: numbers, pointers to text, and a pointer to nowhere.
func fillWalk(g *guest) {
	for i := range uint64(100) {
		v := i * 0x0101_0101_0101
		switch {
		case i%7 == 3:
			v = dataAt + 0x1000 + 16*i
		case i%11 == 5:
			v = 0x7777_0000
		case i%13 == 6:
			v |= 0xff << 56
		}
		if e := g.mem.Write64(dataAt+8*i, v); e != 0 {
			g.t.Fatal(e)
		}
		if e := g.mem.Write(dataAt+0x1000+16*i, fmt.Appendf(nil, "text %d\x00", i)); e != 0 {
			g.t.Fatal(e)
		}
	}
}

// events of the differential test: with what generated code can do and what it cannot.
var walkEvents = []struct {
	text, filter string
	compiled     bool
}{
	{"p:plain main+0x14", "", true},
	{"p:regs main+0x14 a=%x0 b=%x3:s64 c=%sp d=%pc e=%x30:u8 f=%x28:s16 g=%x2:u32", "", true},
	{"p:more main+0x18 a=%x3:b4@4/8 b=%x2:b17@13/32 c=%x2:b33@2/64 d=%x3:char e=%pc:symbol f=%x2:x8", "", true},
	{"p:mem main+0x14 a=+0(%x3) b=+8(%x28):u32 c=-8(+0(%x28)):s8 d=$stack0 e=@0x300000:x16", "", true},
	{"p:far main+0x10 a=+0x100000000(%x3) b=-0x7fffffff(%x3):u8 c=+0x7fffffff(%x3):u8[3]", "", true},
	{"p:arrays main+0x18 a=+0(%x28):x8[5] b=+16(%x28):u64[3] c=@0x300008:b4@4/16[4] d=+0x40000000(%x3):u16[2]", "", true},
	{`p:known main+0x18 a=$comm b=\"some_text" c=\5:u8 e=\0x1ff:b4@4/16`, "", true},
	{"p:flags main+0x14 a=%pstate b=%x0", "", false},
	{"p:str main+0x14 a=+0(%x3):string b=%x0:u8 c=+0(+0(%x28)):ustring", "", false},
	{"p:strs main+0x18 a=+24(%x28):string[3] b=%pc:symstr", "", false},
	{"p:f1 main+0x14 a=%x0:u32 b=%x3:s64", "a > 90", true},
	{"p:f2 main+0x14 a=%x0:u32 b=%x3:s64", "b < 0 || a == 3 && b != 5", true},
	{"p:f3 main+0x18 a=%x0:s8 b=+0(%x3):u8", "!(a & 3) && b >= 0x10 || a <= -1 || common_pid == 1", true},
	{"p:f4 main+0x18 a=%x3:u64 b=%x0:s16", "a >= 0x1000000000 && !(b > 40 || b < 10)", true},
	{"p:f5 main+0x18 a=%x0:u16 b=%x3:u64", "(a == 1 || a == 2 || a == 70) && common_pid != 0 && common_type > 5 && b & 0xffffffff00000000 || a == 9", true},
	{"p:f6 main+0x14 a=+0(%x3):string", `a ~ "text *7" || a == "text 3"`, false},
	{"p:f7 main+0x14 a=%x0", "cpu == 0 && comm == 'walker' && a > 97", false},
}

// Every engine makes the same records, with the same times, and leaves the guest as it would be without.
func TestRecords(t *testing.T) {
	var want, state string
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		symbols := elf.NewSymbols([]elf.Symbol{{Name: "main", Addr: codeAt, Size: 0x40}})
		for _, events := range [][]int{{}, nil} {
			buffer := trace.NewBuffer(trace.Config{})
			g := newGuestWith(t, cfg, Config{Trace: buffer, Comm: "walker", Symbols: func() *elf.Symbols { return symbols }}, rules61, walk...)
			fillWalk(g)
			for _, w := range walkEvents {
				if events != nil {
					break
				}
				e := g.event(w.text)
				if w.filter != "" {
					if err := e.SetFilter(w.filter); err != nil {
						t.Fatal(err)
					}
				}
			}
			g.runToBreak(codeAt + 0x2c)
			st := *g.cpu.State()
			now := fmt.Sprint(st.X, st.SP, st.PC, st.NZCV, g.cpu.Insns())
			if state == "" {
				state = now
			}
			if now != state {
				t.Errorf("the guest ends with\n%s, want\n%s", now, state)
			}
			if events != nil {
				continue
			}
			got := g.lines(buffer)
			if want == "" {
				want = got
				if out := os.Getenv("AXOL_LINES"); out != "" {
					_ = os.WriteFile(out, []byte(got), 0o666)
				}
			}
			if got != want {
				x, y := strings.Split(got, "\n"), strings.Split(want, "\n")
				for i := range x {
					if i >= len(y) || x[i] != y[i] {
						t.Fatalf("line %d is\n%q, want\n%q", i, x[i], y[min(i, len(y)-1)])
					}
				}
				t.Fatalf("%d lines, want %d", len(x), len(y))
			}
		}
	})
}

// Every comparison of every type, all at one instruction: X0 is 0 to 99 there.
func TestComparisons(t *testing.T) {
	want := map[string]int{"==": 1, "!=": 99, "<": 50, "<=": 51, ">": 49, ">=": 50, "&": 0}
	for i := range 100 {
		if i&50 != 0 {
			want["&"]++
		}
	}
	for _, cfg := range []jit.Config{{Interp: true}, {}} {
		if raceEnabled && !cfg.Interp {
			continue
		}
		buffer := trace.NewBuffer(trace.Config{})
		g := newGuestWith(t, cfg, Config{Trace: buffer}, rules61, walk...)
		fillWalk(g)
		names := map[string]int{}
		for _, typ := range []string{"u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64"} {
			for op, n := range want {
				name := fmt.Sprintf("e%d", len(names))
				names[name] = n
				if err := g.event(fmt.Sprintf("p:%s main+0x14 a=%%x0:%s", name, typ)).SetFilter("a " + op + " 50"); err != nil {
					t.Fatal(err)
				}
			}
		}
		g.runToBreak(codeAt + 0x2c)
		got := map[string]int{}
		if err := buffer.Read(func(r *trace.Record) error { got[r.Event.Name]++; return nil }); err != nil {
			t.Fatal(err)
		}
		for name, n := range names {
			if got[name] != n {
				t.Errorf("%s: %d records, want %d", g.m.Events("", name)[0], got[name], n)
			}
		}
		if n := g.eng.Stats().Stops; !cfg.Interp && n > 5 {
			t.Errorf("generated code gave up %d times", n)
		}
	}
}

// Generated code finds keys in their tables by itself: it gives up once for each.
func TestHistInGeneratedCode(t *testing.T) {
	for trigger, keys := range map[string]uint64{"n.log2": 8, "n.buckets=16": 7, "n.buckets=30": 4, "n": 100} {
		buffer := trace.NewBuffer(trace.Config{})
		g := newGuestWith(t, jit.Config{}, Config{Trace: buffer, NoRecords: true}, rules61, walk...)
		fillWalk(g)
		e := g.event("p:e main+0x14 n=%x0")
		h, err := e.AddHist("hist:keys=" + trigger)
		if err != nil {
			t.Fatal(err)
		}
		g.runToBreak(codeAt + 0x2c)
		if n := uint64(len(buffer.Counts(h))); n != keys || !e.Compiled() || g.eng.Stats().Stops > n+2 {
			t.Errorf("%s: %d keys, want %d; generated code gave up %d times", trigger, n, keys, g.eng.Stats().Stops)
		}
	}
}

// The same events one at a time, so that generated code, and not the hook of another, does each.
func TestRecordsAlone(t *testing.T) {
	for _, w := range walkEvents {
		var want string
		forEngines(t, func(t *testing.T, cfg jit.Config) {
			buffer := trace.NewBuffer(trace.Config{})
			cfg.Slice = 0 // the ends of slices are stops, too
			g := newGuestWith(t, cfg, Config{Trace: buffer, Comm: "walker"}, rules61, walk...)
			fillWalk(g)
			e := g.event(w.text)
			if w.filter != "" {
				if err := e.SetFilter(w.filter); err != nil {
					t.Fatal(err)
				}
			}
			if e.Compiled() != (w.compiled && way.fidelity == Inline) {
				t.Errorf("%s: compiled is %v", w.text, e.Compiled())
			}
			g.runToBreak(codeAt + 0x2c)
			if n := g.eng.Stats().Stops; !cfg.Interp && e.Compiled() && !strings.Contains(w.text, "(%x3)") && n > 5 {
				t.Errorf("%s: generated code gave up %d times", w.text, n)
			}
			if e.Hits() != 100 {
				t.Errorf("%d hits", e.Hits())
			}
			got := g.lines(buffer)
			if want == "" {
				want = got
			}
			if n := strings.Count(got, "\n"); w.filter == "" && n != 100 || w.filter != "" && (n == 0 || n > 60) {
				t.Errorf("%s: %d records", w.text, n)
			}
			if got != want {
				x, y := strings.Split(got, "\n"), strings.Split(want, "\n")
				for i := range x {
					if i >= len(y) || x[i] != y[i] {
						t.Fatalf("%s %s: line %d is\n%q, want\n%q", w.text, w.filter, i, x[i], y[min(i, len(y)-1)])
					}
				}
				t.Fatalf("%d lines, want %d", len(x), len(y))
			}
		})
	}
}
