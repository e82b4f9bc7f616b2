package probes

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// oracleFile is a recording of what real kernels answered: AXOL_ORACLE names the folder, else it is
// looked for beside the checkout.
func oracleFile(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("AXOL_ORACLE")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "oracle")
	}
	file := filepath.Join(dir, name)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		t.Skipf("needs the oracle's %s (set AXOL_ORACLE to its folder)", name)
	}
	return file
}

// openOracle opens a recording.
func openOracle(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open(oracleFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// eachJSON calls f with every line of a JSON lines recording.
func eachJSON[T any](t *testing.T, name string, f func(T)) (n int) {
	t.Helper()
	s := bufio.NewScanner(openOracle(t, name))
	s.Buffer(nil, 1<<24)
	for ; s.Scan(); n++ {
		var row T
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			t.Fatalf("%s:%d: %v", name, n+1, err)
		}
		f(row)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

func hexWord(t *testing.T, s string) uint32 {
	t.Helper()
	w, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(w)
}

// oracleClass is a verdict in the recordings' words.
func oracleClass(v Verdict) string {
	if v.Class == Simulated {
		return "simulated:" + v.Handler.String()
	}
	return v.Class.String()
}

var oracleKernels = []string{"debian-6.1", "debian-6.12"}

func TestOracleWords(t *testing.T) {
	rows, err := csv.NewReader(openOracle(t, "words.csv.gz")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 200_000 {
		t.Fatalf("only %d rows", len(rows))
	}
	for k, kernel := range oracleKernels {
		r := mustLookup(t, kernel)
		wrong := 0
		for _, row := range rows[1:] {
			word := hexWord(t, row[0])
			if got, want := oracleClass(Classify(r, word)), row[2+2*k]; got != want {
				if wrong++; wrong <= 20 {
					t.Errorf("%s: %08x: rules say %s, the kernel said %s", kernel, word, got, want)
				}
			}
		}
		t.Logf("%s: %d words, %d disagreements", kernel, len(rows)-1, wrong)
	}
}

// oracleContext is a row of contexts.jsonl: words around a probe.
type oracleContext struct {
	T           string
	ProbeIndex  int  `json:"probe_index"`
	SymbolIndex *int `json:"symbol_start_index"`
	Words       []string
	R61         [2]any
	R612        [2]any
}

func TestOracleContexts(t *testing.T) {
	const base = 0xffff800000c00000
	rules := []*Rules{mustLookup(t, oracleKernels[0]), mustLookup(t, oracleKernels[1])}
	inside := 0
	n := eachJSON(t, "contexts.jsonl.gz", func(row oracleContext) {
		text := Text{Base: base}
		for _, w := range row.Words {
			text.Words = append(text.Words, hexWord(t, w))
		}
		// Where the row names no start, the symbol starts at or before the
		// first recorded word, more than a window away. (Before the two
		// "forward" rows there is less, but nothing that is not a NOP.)
		p := Place{Addr: base + 4*uint64(row.ProbeIndex), Symbol: base, HasSymbol: true}
		if row.SymbolIndex != nil {
			p.Symbol = base + 4*uint64(*row.SymbolIndex)
		} else if row.ProbeIndex < scanWords && row.T != "forward" {
			t.Fatalf("%s: window is not recorded", row.T)
		}
		for k, answer := range []any{row.R61[1], row.R612[1]} {
			v, ok := ClassifyAt(rules[k], text.Word, p)
			if !ok || oracleClass(v) != answer {
				t.Errorf("%s %s: rules say %s (%s), the kernel said %s: probe %d of %s", oracleKernels[k], row.T,
					oracleClass(v), v.Reason, answer, row.ProbeIndex, strings.Join(row.Words, " "))
			}
			if v.Reason == ReasonExclusiveSequence {
				inside++
			}
		}
	})
	if n < 1000 || inside == 0 {
		t.Fatalf("%d rows, %d inside a sequence", n, inside)
	}
	t.Logf("%d contexts, %d refusals by the scan", n, inside)
}

// TestOracleTracefs: 25,000 definitions written to a real kprobe_events. What
// the kernel refused for the instruction's sake the rules refuse, and what it
// accepted, or refused for the address's sake, they do not.
func TestOracleTracefs(t *testing.T) {
	rows, err := csv.NewReader(openOracle(t, "tracefs-6.1.csv.gz")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	r := mustLookup(t, "debian-6.1")
	n := map[string]int{}
	for _, row := range rows[1:] {
		text := "p " + row[column["symbol"]] + "+" + row[column["offset"]]
		if d, err := Parse(text); err != nil || d.Symbol != row[column["symbol"]] {
			t.Errorf("%s: %v", text, err)
		}
		v := Classify(r, hexWord(t, row[column["word"]]))
		answer := row[column["register_kprobe_result_same_address"]]
		n[answer]++
		switch answer {
		case "accepted", "rejected:atomic_context":
			if v.Class == Rejected {
				t.Errorf("%s: %s refused (%s), the kernel: %s", text, row[column["word"]], v.Reason, answer)
			}
		case "rejected:instruction":
			if v.Class != Rejected {
				t.Errorf("%s: %s is %s, the kernel: %s", text, row[column["word"]], v.Class, answer)
			}
		}
	}
	if n["accepted"] < 10_000 || n["rejected:instruction"] < 1000 {
		t.Fatalf("rows: %v", n)
	}
	t.Logf("%v", n)
}
