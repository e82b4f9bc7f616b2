package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const treeProbe = "p:tree main.tree depth=%x0:u64"

// traceTo runs the guest with a trace of calls of tree, and reads the file.
func traceTo(t *testing.T, name string, args ...string) (text []byte, stderr string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	args = append([]string{axol, "run", "--trace", file, "-p", treeProbe}, args...)
	r := run(t, "", append(args, guest(t), "alloc")...)
	text, err := os.ReadFile(file)
	if err != nil || r.status != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	return text, r.stderr
}

// Every line of JSON lines is an object; the first says what the others are.
func TestTraceJSONLines(t *testing.T) {
	text, stderr := traceTo(t, "t.jsonl", "--filter", "tree: depth == 14")
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	var head struct{ Schema, Clock, Comm string }
	if err := json.Unmarshal(lines[0], &head); err != nil || head.Schema != "axol-trace/1" || head.Clock != "insns" {
		t.Errorf("%q: %v", lines[0], err)
	}
	if hits := profileLine(t, stderr, "tree"); len(lines) < 2 || len(lines) > hits/100 {
		t.Errorf("%d lines of %d hits", len(lines), hits)
	}
	last := 0.0
	for _, l := range lines[1:] {
		var rec struct {
			TS     float64
			Event  string
			Symbol string
			Args   map[string]any
		}
		if err := json.Unmarshal(l, &rec); err != nil || rec.Event != "kprobes/tree" || rec.Args["depth"] != 14.0 || !strings.HasPrefix(rec.Symbol, "main.tree+0x0/") {
			t.Fatalf("%q: %v", l, err)
		}
		last = max(last, rec.TS)
	}
	if last == 0 {
		t.Error("time does not go on")
	}
}

func TestTraceChrome(t *testing.T) {
	text, _ := traceTo(t, "t.json", "--filter", "tree: depth >= 13 && depth & 1", "--trace-clock", "host")
	var all struct {
		TraceEvents []struct {
			Ph, Name string
			TS       float64
			PID, TID int
			Args     map[string]any
		}
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	names, hits := 0, 0
	for _, e := range all.TraceEvents {
		switch {
		case e.Ph == "M":
			names++
		case e.Ph == "i" && e.Name == "tree" && e.Args["depth"] == 13.0 && e.TS > 0 && e.PID > 0 && e.TID > 0:
			hits++
		default:
			t.Fatalf("%+v", e)
		}
	}
	if names < 2 || hits == 0 {
		t.Errorf("%d names, %d hits", names, hits)
	}
}

func TestTrigger(t *testing.T) {
	r := run(t, "", axol, "run", "-p", treeProbe, "--trigger", "tree: hist:keys=depth:sort=depth.descending if depth > 10", guest(t), "alloc")
	if r.status != 0 || !regexp.MustCompile(`(?s)^# event histogram\n#\n# trigger info: hist:keys=depth:vals=hitcount:sort=depth.descending:size=2048 if depth > 10 \[active\]\n#\n\n`+
		`\{ depth:         14 \} hitcount: +\d+\n\{ depth:         13 \}.*\{ depth:         11 \} hitcount: +\d+\n\nTotals:\n    Hits: \d+\n    Entries: 4\n    Dropped: 0\n`).MatchString(r.stderr) {
		t.Errorf("%+v", r)
	}
}

func TestTraceErrors(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--filter", "tree: depth > 3"}, "without --trace"},
		{[]string{"--trace", "-", "--filter", "tree: dept > 3"}, `filter "dept > 3": column 6: Field not found`},
		{[]string{"--trace", "-", "--filter", "three: depth > 3"}, `no event "three"`},
		{[]string{"--trace", "-", "--filter", "depth"}, "expected EVENT:"},
		{[]string{"--trigger", "tree: hist:keys=depth.log3"}, "column 17: Invalid field modifier"},
		{[]string{"--trigger", "tree: hist:keys=depth if depth = 3"}, "Invalid operator"},
		{[]string{"--trace", "-", "--trace-buffer", "4X"}, "--trace-buffer 4X"},
		{[]string{"--trace", "-", "--trace-format", "xml"}, "--trace-format"},
	} {
		r := run(t, "", append(append([]string{axol, "run", "-p", treeProbe}, c.args...), guest(t), "alloc")...)
		if r.status != 2 || !strings.Contains(r.stderr, c.want) || r.stdout != "" {
			t.Errorf("%q: %+v, want %q", c.args, r, c.want)
		}
	}
}
