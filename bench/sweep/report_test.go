package sweep

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"axol/bench/show"
	"axol/runtime/image"
)

// reported is a sweep with a dynamic pass.
func reported(t *testing.T, per Per) *Report {
	t.Helper()
	s := dynamicSweep(t)
	f := newFake()
	d, err := s.RunDynamic(t.Context(), options(f, 2))
	if err != nil {
		t.Fatal(err)
	}
	return &Report{Sweep: s, Summary: s.Summarize(d), Dynamic: d, Per: per}
}

func (r *Report) text(t *testing.T, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The records of a JSON report add up to its summary.
func TestJSONReport(t *testing.T) {
	for _, per := range []Per{PerFunction, PerInstruction} {
		r := reported(t, per)
		var sum Tally
		types := map[string]int{}
		executions, unequal := 0, 0
		var last string
		for line := range strings.Lines(r.text(t, ".json")) {
			var rec struct {
				Type, Verdict, Result string
				Words                 int
				Stepped               int
				Simulated, Rejected   int
				Executions            int
				Dynamic               *dynamicOf
			}
			if json.Unmarshal([]byte(line), &struct{ Type *string }{&last}); last != "summary" {
				if err := json.Unmarshal([]byte(line), &rec); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
			}
			types[last]++
			switch last {
			case "function":
				sum.Words += rec.Words
				sum.Stepped += rec.Stepped
				sum.Simulated += rec.Simulated
				sum.Rejected += rec.Rejected
				executions += int(rec.Dynamic.Executions)
				unequal += rec.Dynamic.Unequal
			case "instruction":
				sum.Words++
				executions += rec.Executions
				switch rec.Verdict {
				case "stepped":
					sum.Stepped++
				case "simulated":
					sum.Simulated++
				case "rejected":
					sum.Rejected++
				}
				if rec.Result == "unequal" {
					unequal++
				}
			}
		}
		d := r.Summary.Dynamic
		if sum != r.Summary.Tally || uint64(executions) != d.Executions || unequal != d.Unequal || types["inequality"] != d.Unequal || types["sweep"] != 1 || types["summary"] != 1 || last != "summary" {
			t.Errorf("%s: %+v, %d executions, %d unequal, records %v; summary %+v", per, sum, executions, unequal, types, r.Summary)
		}
	}
}

func TestCSVReport(t *testing.T) {
	for per, column := range map[Per]int{PerFunction: 3, PerInstruction: -1} {
		r := reported(t, per)
		rows, err := csv.NewReader(strings.NewReader(r.text(t, ".csv"))).ReadAll() // which checks that rows are alike
		if err != nil {
			t.Fatal(err)
		}
		words := 0
		for _, row := range rows[1:] {
			n := 1
			if column >= 0 {
				n, _ = strconv.Atoi(row[column])
			}
			words += n
		}
		if words != r.Words() {
			t.Errorf("%s: %d words of %d", per, words, r.Words())
		}
	}
	static := reported(t, PerFunction)
	static.Dynamic = nil
	if _, err := csv.NewReader(strings.NewReader(static.text(t, ".csv"))).ReadAll(); err != nil {
		t.Error(err)
	}
}

// brokenWriter is a disk that gets full.
type brokenWriter struct{ left int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, syscall.ENOSPC
	}
	return len(p), nil
}

// A report is whole or not there, also where the disk gets full.
func TestReportIsWhole(t *testing.T) {
	r := reported(t, PerInstruction)
	for _, format := range []string{".json", ".csv", ".html"} {
		n := len(r.text(t, format))
		for _, left := range []int{0, n / 2, n - 1} {
			if err := r.write(&brokenWriter{left}, format); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("%s, disk of %d bytes: %v", format, left, err)
			}
		}
		dir := t.TempDir()
		path := filepath.Join(dir, "report"+format)
		err := show.Replace(path, func(w io.Writer) error {
			io.WriteString(w, "half a report")
			return syscall.ENOSPC
		})
		if left, _ := os.ReadDir(dir); !errors.Is(err, syscall.ENOSPC) || len(left) != 0 {
			t.Errorf("%v, and %v is left", err, left)
		}
		if err := r.Write(path); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != r.text(t, format) {
			t.Errorf("%s: %d bytes, want %d: %v", format, len(got), n, err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("%v is left", left)
		}
	}
	if err := r.Write(filepath.Join(t.TempDir(), "report.txt")); err == nil || !strings.Contains(err.Error(), "ends in .json, .csv or .html") {
		t.Errorf("%v", err)
	}
	if err := show.Replace("/dev/full", func(w io.Writer) error { _, err := w.Write([]byte("x")); return err }); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("/dev/full: %v", err)
	}
}

// chromium opens a page as a browser does, and returns what it has become.
func chromium(t *testing.T, path string) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		browser, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000",
			"--user-data-dir="+t.TempDir(), "--dump-dom", "file://"+path)
		cmd.WaitDelay = time.Second
		stop := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
		defer stop.Stop()
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return string(out)
	}
	t.Skip("needs chromium")
	return ""
}

// The page that a browser draws has the numbers of the JSON report: those in its tables, and those it counts in its map.
func TestHTMLReport(t *testing.T) {
	for name, make := range map[string]func(t *testing.T) *Report{
		"with a dynamic pass": func(t *testing.T) *Report { return reported(t, PerFunction) },
		"Debian's 6.1": func(t *testing.T) *Report {
			im, err := image.Open(debian(t, "6.1"), image.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := New(im, rules(t, RulesFor(im)), Options{})
			return &Report{Sweep: s, Summary: s.Summarize(nil), Per: PerFunction}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := make(t)
			path := filepath.Join(t.TempDir(), "report.html")
			if err := r.Write(path); err != nil {
				t.Fatal(err)
			}
			dom := chromium(t, path)
			var m Summary
			lines := strings.Split(strings.TrimSpace(r.text(t, ".json")), "\n")
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &m); err != nil {
				t.Fatal(err)
			}
			root := regexp.MustCompile(`<html[^>]*>`).FindString(dom)
			for attr, n := range map[string]int{"words": m.Words, "stepped": m.Stepped, "simulated": m.Simulated, "rejected": m.Rejected, "functions": m.Functions} {
				if want := ` data-` + attr + `="` + strconv.Itoa(n) + `"`; !strings.Contains(root, want) {
					t.Errorf("the map has not%s: %s", want, root)
				}
			}
			if !strings.Contains(root, `data-state="drawn"`) {
				t.Errorf("the page is not drawn: %s", root)
			}
			counts := regexp.MustCompile(`data-count="(\d+)"`).FindAllStringSubmatch(dom, -1)
			if len(counts) != len(m.Verdicts) {
				t.Fatalf("%d verdicts, want %d", len(counts), len(m.Verdicts))
			}
			for i, v := range m.Verdicts {
				if counts[i][1] != strconv.Itoa(v.Count) {
					t.Errorf("%+v: the page has %s", v, counts[i][1])
				}
			}
			for _, g := range append(append(m.Groups, m.Sections...), Named{Name: "", Tally: Tally{Words: m.Words}}) {
				if !strings.Contains(dom, grouped(g.Words)) {
					t.Errorf("the page has no %s of %s", grouped(g.Words), g.Name)
				}
			}
			if d := m.Dynamic; d != nil && !strings.Contains(dom, grouped(int(d.Executions))) {
				t.Errorf("the page has no %d executions", d.Executions)
			}
		})
	}
}

// Reports are compared as the sweeps that they are of.
func TestDiffOfReports(t *testing.T) {
	r := reported(t, PerFunction)
	want := r.Profile()
	for _, per := range []Per{PerFunction, PerInstruction} {
		r.Per = per
		got, err := ReadProfile("report.json", strings.NewReader(r.text(t, ".json")))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Functions, want.Functions) || !reflect.DeepEqual(got.Verdicts, want.Verdicts) || got.Digest != want.Digest || got.Rules != want.Rules {
			t.Errorf("per %s: %+v, want %+v", per, got, want)
		}
		if d := Compare(got, want); len(d.Functions)+len(d.OnlyA)+len(d.OnlyB) != 0 {
			t.Errorf("per %s: %+v", per, d)
		}
	}
	whole := r.text(t, ".json")
	for _, c := range []struct{ text, want string }{
		{"", "not whole"},
		{"{}\n", "report.json:1: not a report"},
		{whole[:strings.LastIndex(strings.TrimSpace(whole), "\n")], "not whole"},
		{whole[:strings.Index(whole, "\n")+1] + "hello\n", "report.json:2: "},
	} {
		if _, err := ReadProfile("report.json", strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v, want %q", c.text, err, c.want)
		}
	}
}

// Two rule sets on one image: which instructions changed is exact.
func TestDiffOfRules(t *testing.T) {
	a := dynamicSweep(t)
	b := New(a.Image, rules(t, "linux-6.13"), Options{}) // where NOP is simulated
	d := Compare(a.Profile(), b.Profile())
	nops := 0
	for _, w := range a.Image.Texts[0].Words {
		if w == wordNop {
			nops++
		}
	}
	inside := 0
	for i, c := range a.Codes[0] {
		if a.Image.Texts[0].Words[i] == wordNop && c == exclusiveCode {
			inside++
		}
	}
	if len(d.Transitions) != 1 || d.Transitions[0] != (Transition{"stepped", "simulated", nops - inside}) || len(d.OnlyA)+len(d.OnlyB) != 0 {
		t.Errorf("%d NOPs: %+v", nops, d.Transitions)
	}
	c := New(a.Image, rules(t, "linux-4.8"), Options{}) // where the scan crosses functions, and PAC is stepped
	d = Compare(a.Profile(), c.Profile())
	var text, js bytes.Buffer
	if err := errors.Join(d.Print(&text, true), d.WriteJSON(&js)); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(&js); lines.Scan(); {
		if !json.Valid(lines.Bytes()) {
			t.Errorf("%s", lines.Text())
		}
	}
	gained := 0
	for _, x := range d.Transitions {
		if isRejected(x.From) && !isRejected(x.To) {
			gained += x.Count
		}
	}
	for _, f := range d.Functions {
		gained -= f.Gained
	}
	if gained != 0 || !strings.Contains(text.String(), "at the same address") {
		t.Errorf("functions do not add up to the transitions: %+v\n%s", d.Transitions, text.String())
	}
}

func FuzzReadProfile(f *testing.F) {
	f.Add(`{"type":"sweep","schema":"axol-sweep/1"}` + "\n" + `{"type":"function","function":"a","words":3}` + "\n" + `{"type":"summary"}`)
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := ReadProfile("x", strings.NewReader(text)); err == nil {
			Compare(p, p)
		}
	})
}
