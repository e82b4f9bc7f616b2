package probes

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"axol/jit"
	"axol/probes/trace"
	"axol/runtime/elf"
)

func (g *guest) event(text string) *Event {
	g.t.Helper()
	d, err := Parse(text)
	if err != nil {
		g.t.Fatal(err)
	}
	e, err := g.m.AddEvent(d)
	if err != nil {
		g.t.Fatal(err)
	}
	return e
}

func TestEvents(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		buffer := trace.NewBuffer(trace.Config{})
		g := newGuestWith(t, cfg, Config{Trace: buffer, Comm: "tester"}, rules61, countdown...)
		plain := g.event("p:loop main+8")
		args := g.event("p:grp/start main+4 x0=%x0:u64 pc=%pc where=%pc:symbol word=+8(%pc):x32 me=$comm")
		g.runToBreak(codeAt + 0x14)
		if plain.Hits() != 1000 || args.Hits() != 1 || plain.Missed() != 0 {
			t.Errorf("hits %d and %d, missed %d", plain.Hits(), args.Hits(), plain.Missed())
		}
		want := `          tester-TID [000] d....            1: start: (main+0x4/0x40) x0=0 pc=0x10004 where=main+0x4/0x40 word=0xf1000421 me="tester"` + "\n" +
			"          tester-TID [000] d....            2: loop: (main+0x8/0x40)\n"
		if got := g.lines(buffer); !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 1001 {
			t.Errorf("trace is %.400q, want %q first", got, want)
		}
		profile := fmt.Sprintf("  %-44s %15d %15d\n  %-44s %15d %15d\n", "loop", 1000, 0, "start", 1, 0)
		if got := g.m.KprobeProfile(); got != profile {
			t.Errorf("profile is\n%s, want\n%s", got, profile)
		}
		if err := g.m.RemoveEvent("kprobes", "loop"); err != nil {
			t.Error(err)
		}
		g.restart()
		g.runToBreak(codeAt + 0x14)
		if plain.Hits() != 1000 || args.Hits() != 2 || len(g.m.Probes()) != 1 {
			t.Errorf("hits %d and %d, %d probes", plain.Hits(), args.Hits(), len(g.m.Probes()))
		}
		wantErrno(t, g.m.RemoveEvent("kprobes", "loop"), syscall.ENOENT)
	})
}

// Without a trace, an event with arguments is but a count.
func TestEventWithoutTrace(t *testing.T) {
	g := newGuest(t, jit.Config{Interp: true}, rules61, countdown...)
	e := g.event("p:loop main+8 x=%x0")
	if !e.Probes()[0].compiled() {
		t.Error("it has a handler")
	}
}

func TestEventErrors(t *testing.T) {
	symbols := elf.NewSymbols([]elf.Symbol{
		{Name: "main", Addr: codeAt, Size: 0x20},
		{Name: "twice", Addr: codeAt + 0x20, Size: 0x10}, {Name: "twice", Addr: codeAt + 0x30, Size: 0x10},
	})
	pc := Config{Symbols: func() *elf.Symbols { return symbols }}
	g := newGuestWith(t, jit.Config{Interp: true}, pc, rules61, append(countdown, nop, nop, nop, nop, nop, nop, nop)...)
	g.event("p:e main a=%x0")
	for _, c := range []struct {
		text  string
		errno syscall.Errno
		says  string
	}{
		{"p:e main a=%x0", syscall.EEXIST, "kprobes/e already"},
		{"p:e main+4 a=%x0:u8", syscall.EEXIST, "already"},
		{"p:e main+4 b=%x0", syscall.EEXIST, "already"},
		{"p:u /bin/true:0x10", syscall.EOPNOTSUPP, "no files"},
		{"p:m mod:main", syscall.ENOENT, "no module"},
		{"p:t twice", syscall.EINVAL, "2 places"},
		{"p:n nowhere", syscall.ENOENT, "no such symbol"},
		{"p:s main a=@nowhere", syscall.ENOENT, "nowhere"},
		{"p:b main+0x14", syscall.EINVAL, "brk #0x0"},
		{"-:e", syscall.EINVAL, "delete"},
	} {
		d, err := Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = g.m.AddEvent(d)
		if wantErrno(t, err, c.errno); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q in it", c.text, err, c.says)
		}
	}
	second := g.event("p:e main+4 a=%x1")
	g.runToBreak(codeAt + 0x14)
	if second.Hits() != 1 || strings.Count(g.m.KprobeProfile(), "\n") != 2 {
		t.Errorf("a second probe point of an event: %d hits, profile\n%s", second.Hits(), g.m.KprobeProfile())
	}
	if err := g.m.RemoveEvent("", ""); err != nil || len(g.m.Probes()) != 0 {
		t.Errorf("%v, %d probes are left", err, len(g.m.Probes()))
	}
}

func TestList(t *testing.T) {
	for addr, want := range map[uint64]uint64{0xffff800008010000: 62, 0xffff8000100a1234: 54, 0xffff800010081000: 24} {
		if got := bucket(addr); got != want {
			t.Errorf("bucket of %#x is %d, want %d", addr, got, want)
		}
	}
	g := newGuest(t, jit.Config{Interp: true}, rules61, countdown...)
	g.write(codeAt+0x100, nop)
	g.register(&Kprobe{Symbol: "main", Offset: 8}, &Kprobe{Symbol: "main", Offset: 8, Disabled: true}, &Kprobe{Addr: codeAt + 0x100})
	lines := strings.Split(strings.TrimSuffix(g.m.List(), "\n"), "\n")
	at := map[string]int{}
	for i, l := range lines {
		at[l] = i
	}
	const armed = "0000000000010008  k  main+0x8    "
	first, ok1 := at[armed+"[DISABLED]"]
	second, ok2 := at[armed]
	_, ok3 := at["0000000000010100  k  0x10100 "]
	if len(lines) != 3 || !ok1 || !ok2 || !ok3 || second != first+1 {
		t.Errorf("list is %q", lines)
	}
}
