package probes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"axol/jit"
	"axol/probes/trace"
	"axol/runtime/elf"
)

// caller calls a function three times, which adds its argument to X2 and returns the sum.
var caller = []uint32{
	0xd2800061, // 00 mov x1, #3
	0xd2800002, // 04 mov x2, #0
	0xaa0103e0, // 08 mov x0, x1
	0x94000006, // 0c bl +24 (24)
	0xf1000421, // 10 subs x1, x1, #1
	0x54ffffa1, // 14 b.ne .-12 (08)
	brk,        // 18
	nop, nop,
	0x8b000042, // 24 add x2, x2, x0
	0xaa0203e0, // 28 mov x0, x2
	ret,        // 2c
}

func callerSymbols() *elf.Symbols {
	return elf.NewSymbols([]elf.Symbol{{Name: "main", Addr: codeAt, Size: 0x24}, {Name: "sum", Addr: codeAt + 0x24, Size: 0xc}})
}

// Return probes record where the function returned to and what; their hits are the returns.
func TestReturnEvents(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		buffer := trace.NewBuffer(trace.Config{})
		g := newGuestWith(t, cfg, Config{Trace: buffer, Comm: "caller", Symbols: callerSymbols}, rules61, caller...)
		g.event("p:in sum n=%x0:u64")
		r := g.event("r5:out sum result=$retval:u64 x1=%x1:u8")
		if err := r.SetFilter("result != 5"); err != nil {
			t.Fatal(err)
		}
		h, err := r.AddHist("hist:keys=result:sort=result")
		if err != nil {
			t.Fatal(err)
		}
		g.runToBreak(codeAt + 0x18)
		var got []string
		for line := range strings.Lines(g.lines(buffer)) {
			got = append(got, strings.TrimSpace(line[strings.Index(line, ": ")+2:]))
		}
		want := []string{
			"in: (sum+0x0/0xc) n=3", "out: (main+0x10/0x24 <- sum) result=3 x1=3", "in: (sum+0x0/0xc) n=2",
			"in: (sum+0x0/0xc) n=1", "out: (main+0x10/0x24 <- sum) result=6 x1=1",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q, want %q", got, want)
		}
		if n := fmt.Sprint(buffer.Counts(h)); n != "map[3:1 5:1 6:1]" {
			t.Error(n)
		}
		profile := fmt.Sprintf("  %-44s %15d %15d\n  %-44s %15d %15d\n", "in", 3, 0, "out", 3, 0)
		if p := g.m.KprobeProfile(); p != profile || g.m.UprobeProfile() != "" {
			t.Errorf("%q, want %q", p, profile)
		}
		list := "p:kprobes/in sum n=%x0:u64\nr5:kprobes/out sum result=$retval:u64 x1=%x1:u8\n"
		if l := g.m.EventList(KindKprobe); l != list || g.m.EventList(KindUprobe) != "" {
			t.Errorf("%q, want %q", l, list)
		}
		if err := g.m.RemoveEvent("", ""); err != nil || len(g.m.Probes()) != 0 {
			t.Errorf("%v, %d probes are left", err, len(g.m.Probes()))
		}
	})
}

// The default of maxactive is what the kernel chose, and is listed.
func TestReturnEventMaxActive(t *testing.T) {
	g := newGuestWith(t, jit.Config{Interp: true}, Config{Symbols: callerSymbols, CPUs: 8}, rules61, caller...)
	g.event("r:out sum")
	if l := g.m.EventList(KindKprobe); l != "r16:kprobes/out sum\n" {
		t.Error(l)
	}
}

// fakeFile is a file of which the bytes from 0x1000 to 0x2000 are mapped at some places.
type fakeFile struct{ at []uint64 }

func (f *fakeFile) Size() uint64 { return 0x3000 }

func (f *fakeFile) At(offset uint64) (at []uint64) {
	for _, a := range f.at {
		if offset-0x1000 < 0x1000 {
			at = append(at, a+offset-0x1000)
		}
	}
	return at
}

// open is for [Config].
func (f *fakeFile) open(path string) (MappedFile, error) {
	if path != "/bin/caller" {
		return nil, syscall.ENOENT
	}
	return f, nil
}

func TestUprobeEvents(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		buffer := trace.NewBuffer(trace.Config{})
		g := newGuestWith(t, cfg, Config{Trace: buffer, Comm: "caller", Symbols: callerSymbols, File: (&fakeFile{[]uint64{codeAt}}).open}, rules61, caller...)
		in := g.event("p:in /bin/caller:0x1024 n=%x0:u64 word=@+0x1028:x32")
		out := g.event("r:out /bin/caller:0x1024 result=$retval:u64")
		if in.Compiled() || in.Desc().User != true {
			t.Errorf("%+v", in.Desc())
		}
		g.runToBreak(codeAt + 0x18)
		got := g.lines(buffer)
		for _, want := range []string{
			"[000] .....", "in: (0x10024) n=3 word=0xaa0203e0\n", "out: (0x10010 <- 0x10024) result=3\n", "out: (0x10010 <- 0x10024) result=6\n",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%q is not in %s", want, got)
			}
		}
		if in.Hits() != 3 || out.Hits() != 3 || strings.Count(got, "\n") != 6 {
			t.Errorf("%d hits and %d of\n%s", in.Hits(), out.Hits(), got)
		}
		profile := fmt.Sprintf("  %s %-44s %15d\n  %s %-44s %15d\n", "/bin/caller", "in", 3, "/bin/caller", "out", 3)
		if p := g.m.UprobeProfile(); p != profile || g.m.KprobeProfile() != "" {
			t.Errorf("%q, want %q", p, profile)
		}
		list := "p:uprobes/in /bin/caller:0x0000000000001024 n=%x0:u64 word=@+0x1028:x32\nr:uprobes/out /bin/caller:0x0000000000001024 result=$retval:u64\n"
		if l := g.m.EventList(KindUprobe); l != list {
			t.Errorf("%q, want %q", l, list)
		}
	})
}

func TestUprobeEventErrors(t *testing.T) {
	g := newGuestWith(t, jit.Config{Interp: true}, Config{File: (&fakeFile{[]uint64{codeAt}}).open}, rules61, caller...)
	for text, errno := range map[string]syscall.Errno{
		"p:a /bin/other:0x1024": syscall.ENOENT, "p:b /bin/caller:0x3004": syscall.EINVAL, "p:c /bin/caller:0x1026": syscall.EINVAL,
		"p:d /bin/caller:0x1024(0x10)": syscall.EOPNOTSUPP, "p:e /bin/caller:0x1018": syscall.EINVAL,
	} {
		d, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.m.AddEvent(d); err == nil {
			t.Errorf("%s was taken", text)
		} else {
			wantErrno(t, err, errno)
		}
	}
	if n := len(g.m.Probes()); n != 0 || g.m.files.Load() != 0 {
		t.Errorf("%d probes, %d files are left", n, g.m.files.Load())
	}
}

// A uprobe is wherever its file is mapped: nowhere, when it is made; then at two places; then at another; and its hits
// are those of all.
func TestUprobeFollowsFile(t *testing.T) {
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		const second = codeAt + 0x2000
		buffer := trace.NewBuffer(trace.Config{})
		f := &fakeFile{}
		g := newGuestWith(t, cfg, Config{Trace: buffer, Symbols: callerSymbols, File: f.open}, rules61, caller...)
		g.write(second, caller...)
		e := g.event("p:in /bin/caller:0x1024 n=%x0:u64 word=@+0x1028:x32")
		refused := g.event("p:out /bin/caller:0x1018") // BRK, which is seen when it is mapped
		hits := uint64(0)
		for i, c := range []struct {
			at                []uint64
			inFirst, inSecond uint64
		}{{nil, 0, 0}, {[]uint64{codeAt, second}, 3, 3}, {[]uint64{second}, 0, 3}, {[]uint64{codeAt}, 3, 0}, {nil, 0, 0}, {[]uint64{codeAt}, 3, 0}} {
			f.at = c.at
			g.m.Remapped()
			for at, want := range map[uint64]uint64{codeAt: c.inFirst, second: c.inSecond} {
				g.cpu.State().PC = at
				g.runToBreak(at + 0x18)
				if hits += want; e.Hits() != hits {
					t.Fatalf("step %d: %d hits behind %#x, want %d", i, e.Hits(), at, hits)
				}
			}
			if i == 3 { // the same, mapped anew
				g.write(codeAt, caller...)
				g.eng.Invalidate(codeAt, codeAt+0x1000)
				g.m.Remapped()
				g.cpu.State().PC = codeAt
				g.runToBreak(codeAt + 0x18)
				if hits += 3; e.Hits() != hits {
					t.Errorf("%d hits behind what was mapped anew, want %d", e.Hits(), hits)
				}
			}
			if n := len(e.Probes()); n != len(c.at) {
				t.Errorf("step %d: %d probes", i, n)
			}
		}
		lines := g.lines(buffer)
		if n := strings.Count(lines, "word=0xaa0203e0"); n != int(hits) || strings.Count(lines, "in: (0x12024) n=") != 6 {
			t.Errorf("%d lines of %d hits:\n%s", n, hits, lines)
		}
		if len(g.reports) != 4 || !strings.Contains(g.reports[0], "brk") || refused.Hits() != 0 {
			t.Errorf("%d hits, %q", refused.Hits(), g.reports)
		}
		if err := g.m.RemoveEvent("", ""); err != nil || len(g.m.Probes()) != 0 || g.m.files.Load() != 0 {
			t.Errorf("%v, %d probes are left", err, len(g.m.Probes()))
		}
	})
}

// A return is a slice in Chrome's format, from the entry.
func TestReturnsAsSlices(t *testing.T) {
	buffer := trace.NewBuffer(trace.Config{})
	g := newGuestWith(t, jit.Config{}, Config{Trace: buffer, Symbols: callerSymbols}, rules61, caller...)
	g.event("p:in sum")
	g.event("r:out sum")
	g.runToBreak(codeAt + 0x18)
	var out bytes.Buffer
	w := trace.NewChrome(&out, trace.OutputConfig{Comm: "x", Clock: buffer.Clock(), Symbolize: g.m.Symbolize})
	if err := buffer.Read(w.Write); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	var all struct {
		TraceEvents []struct {
			Ph      string
			TS, Dur float64
		}
	}
	if err := json.Unmarshal(out.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	slices := 0
	for _, e := range all.TraceEvents {
		if e.Ph == "X" {
			slices++
			if e.Dur < 0.003 || e.TS == 0 { // the function's instructions, and the trampoline's
				t.Errorf("%+v", e)
			}
		}
	}
	if slices != 3 {
		t.Errorf("%d slices in\n%s", slices, out.String())
	}
}
