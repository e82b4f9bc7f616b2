package probes

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"axol/jit"
	"axol/runtime/elf"
)

// What error_log has for mistakes, as the kernel's own tests and documentation show it.
func TestErrorLog(t *testing.T) {
	symbols := elf.NewSymbols([]elf.Symbol{{Name: "main", Addr: codeAt, Size: 0x20}, {Name: "twice", Addr: codeAt + 8, Size: 4}, {Name: "twice", Addr: codeAt + 12, Size: 4}})
	g := newGuestWith(t, jit.Config{Interp: true}, Config{Symbols: func() *elf.Symbols { return symbols }}, rules61, countdown...)
	g.event("p:e main a=%x0")
	l := &ErrorLog{Now: func() time.Duration { return 5348*time.Second + 887237*time.Microsecond }}
	for _, c := range []struct {
		kind       Kind
		text, want string // ^ is in front of the place
	}{
		{KindKprobe, "p:a main+4 ^%foo", "Invalid register name"},
		{KindKprobe, "p:a  main+4   a=^$bar", "Invalid $-valiable specified"},
		{KindKprobe, "r^10fuzz main", "Invalid maxactive number"},
		{KindKprobe, "p:a ^nowhere", "Invalid probed address or symbol"},
		{KindKprobe, "p:a ^twice", "The symbol is not unique"},
		{KindKprobe, "p:a ^main+0x14", "Failed to register probe event"},
		{KindKprobe, "^p:e main a=%x0", "There is already the exact same probe event"},
		{KindKprobe, "p:e ^main+4 b=%x0", "Argument type or name is different from existing probe"},
		{KindUprobe, "p /bin/sh:0x10 ^@sym", "Symbol is not available with uprobe"},
		{KindKprobe, "q main", ""},
		{KindKprobe, "p", ""},
	} {
		l.Clear()
		at := strings.Index(strings.Join(strings.Fields(c.text), " "), "^")
		text := strings.Replace(c.text, "^", "", 1)
		d, err := ParseKind(text, c.kind)
		if err == nil {
			_, err = g.m.AddEvent(d)
		}
		l.Add(c.kind, text, err)
		want := ""
		if c.want != "" {
			want = fmt.Sprintf("[ 5348.887237] trace_%s: error: %s\n  Command: %s\n%s^\n", c.kind, c.want, strings.Join(strings.Fields(text), " "), strings.Repeat(" ", 11+at))
		}
		if got := l.String(); got != want || err == nil {
			t.Errorf("%s: %v\n%s\nwant\n%s", text, err, got, want)
		}
	}
	for i := range 20 {
		text := fmt.Sprintf("p main %%bad%d", i)
		_, err := Parse(text)
		l.Add(KindKprobe, text, err)
	}
	if got := l.String(); strings.Count(got, "error:") != 8 || !strings.Contains(got, "%bad12\n") || strings.Contains(got, "%bad11\n") {
		t.Error(got)
	}
}
