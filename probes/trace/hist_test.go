package trace

import (
	"encoding/binary"
	"errors"
	"strings"
	"sync"
	"testing"
)

func histEvent(t testing.TB, b *Buffer) *Event {
	t.Helper()
	e := &Event{Group: "g", Name: "h", Args: []Field{
		{Name: "n", Type: "u64", Show: Unsigned, Size: 8}, {Name: "s", Type: "s8", Show: Signed, Size: 1},
		{Name: "str", Type: "__data_loc char[]", Show: String, Size: 4}, {Name: "arr", Type: "u8", Show: Hex, Size: 1, Count: 2},
	}}
	if err := b.AddEvent(e); err != nil {
		t.Fatal(err)
	}
	return e
}

func histEntry(e *Event, n uint64, s int8) []byte {
	b := make([]byte, e.Size)
	binary.LittleEndian.PutUint64(b[e.Args[0].Offset:], n)
	b[e.Args[1].Offset] = byte(s)
	return b
}

func histText(t *testing.T, trigger string, entries ...[2]int64) string {
	t.Helper()
	b := NewBuffer(Config{})
	e := histEvent(t, b)
	h := addHist(t, b, e, trigger)
	r := b.NewRing()
	for _, v := range entries {
		h.Count(r, histEntry(e, uint64(v[0]), int8(v[1])))
	}
	return b.HistText(h, symbols)
}

func addHist(t testing.TB, b *Buffer, e *Event, trigger string) *Hist {
	t.Helper()
	tr, err := ParseHist(trigger, e)
	if err != nil {
		t.Fatal(err)
	}
	h, err := b.AddHist(e, tr)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHistText(t *testing.T) {
	for _, c := range []struct {
		trigger, lists, rows string
		entries              [][2]int64
	}{
		{"hist:keys=n", "hist:keys=n:vals=hitcount:sort=hitcount:size=2048", `{ n:          7 } hitcount:          1
{ n:          9 } hitcount:          1
{ n:          5 } hitcount:          2
`, [][2]int64{{5, 0}, {9, 0}, {7, 0}, {5, 0}}},
		{"hist:key=n.log2:vals=hitcount:sort=n:size=200 if n > 3", "hist:keys=n.log2:vals=hitcount:sort=n:size=256 if n > 3", `{ n: ~ 2^0  } hitcount:          2
{ n: ~ 2^1  } hitcount:          1
{ n: ~ 2^2  } hitcount:          2
{ n: ~ 2^10 } hitcount:          2
{ n: ~ 2^64 } hitcount:          1
`, [][2]int64{{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {1024, 0}, {513, 0}, {-1, 0}}},
		{"hist:keys=n.buckets=10:sort=n.descending", "hist:keys=n.buckets=10:vals=hitcount:sort=n.descending:size=2048", `{ n: ~ 20-29 } hitcount:          2
{ n: ~ 0-9 } hitcount:          2
`, [][2]int64{{0, 0}, {9, 0}, {20, 0}, {29, 0}}},
		{"hist:keys=n.hex", "hist:keys=n.hex:vals=hitcount:sort=hitcount:size=2048", "{ n: ff } hitcount:          1\n", [][2]int64{{255, 0}}},
		{"hist:keys=n.sym", "hist:keys=n.sym:vals=hitcount:sort=hitcount:size=2048", "{ n: [1004] main" + strings.Repeat(" ", 41) + " } hitcount:          1\n", [][2]int64{{0x1004, 0}}},
		{"hist:keys=n.sym-offset", "hist:keys=n.sym-offset:vals=hitcount:sort=hitcount:size=2048", "{ n: [1004] main+0x4/0x100" + strings.Repeat(" ", 41) + " } hitcount:          1\n", [][2]int64{{0x1004, 0}}},
		{"hist:keys=s:sort=s", "hist:keys=s:vals=hitcount:sort=s:size=2048", "{ s: 18446744073709551613 } hitcount:          1\n{ s:          4 } hitcount:          1\n", [][2]int64{{0, 4}, {0, -3}}},
	} {
		got := histText(t, c.trigger, c.entries...)
		want := "# event histogram\n#\n# trigger info: " + c.lists + " [active]\n#\n\n" + c.rows + "\nTotals:\n"
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
	got := histText(t, "hist:keys=n", [2]int64{5, 0}, [2]int64{5, 0}, [2]int64{6, 0})
	if !strings.HasSuffix(got, "\nTotals:\n    Hits: 3\n    Entries: 2\n    Dropped: 0\n") {
		t.Error(got)
	}
}

// Several vCPUs count, one of them goes away, somebody reads meanwhile, and there are more keys than a table takes:
// every hit is in the counts or in those dropped.
func TestHistCounts(t *testing.T) {
	b := NewBuffer(Config{})
	e := histEvent(t, b)
	h := addHist(t, b, e, "hist:keys=n:size=128")
	const cpus, hits = 3, 20_000
	var done sync.WaitGroup
	for cpu := range cpus {
		r := b.NewRing()
		done.Add(1)
		go func() {
			defer done.Done()
			for i := range uint64(hits) {
				h.Count(r, histEntry(e, i%500, 0))
			}
			if cpu == 0 {
				b.Finish(r)
				_ = b.Read(func(*Record) error { return nil }) // and its ring is freed
			}
		}()
	}
	for range 100 {
		b.Counts(h)
	}
	done.Wait()
	sum := h.dropped.Load()
	for k, n := range b.Counts(h) {
		if k >= 500 || n > cpus*hits/500 {
			t.Errorf("%d: %d", k, n)
		}
		sum += n
	}
	if sum != cpus*hits || h.dropped.Load() == 0 || len(b.Counts(h)) < 200 {
		t.Errorf("%d hits of %d, %d dropped, %d keys", sum, cpus*hits, h.dropped.Load(), len(b.Counts(h)))
	}
}

func TestHistErrors(t *testing.T) {
	b := NewBuffer(Config{})
	e := histEvent(t, b)
	for _, c := range []struct {
		text string
		pos  int
		says string
	}{
		{"hits:keys=n", 0, "expected hist:"}, {"hist:", 5, `"" is not supported`}, {"hist:size=200", 13, "keys= is missing"}, {"hist:keys=m", 10, "Couldn't find field"},
		{"hist:keys=n,s", 11, "several keys"}, {"hist:keys=n:keys=s", 17, "already"}, {"hist:keys=str", 10, "strings and arrays"}, {"hist:keys=arr", 10, "strings and arrays"},
		{"hist:keys=n.log3", 12, "Invalid field modifier"}, {"hist:keys=n.log2=4", 12, "Invalid field modifier"}, {"hist:keys=n.buckets", 12, "positive number"}, {"hist:keys=n.buckets=0", 12, "positive number"},
		{"hist:keys=n:vals=s", 17, "only hitcount"}, {"hist:keys=n:sort=s", 17, "Invalid sort field"}, {"hist:keys=n:sort=n.up", 19, "Invalid sort modifier"},
		{"hist:keys=n:size=64", 17, "from 128"}, {"hist:keys=n:size=999999", 17, "to 131072"}, {"hist:keys=n:name=x", 12, `"name" is not supported`},
	} {
		_, err := ParseHist(c.text, e)
		var got *HistError
		if !errors.As(err, &got) || got.Pos != c.pos || !strings.Contains(got.Error(), c.says) {
			t.Errorf("%s: %v, want %q at %d", c.text, err, c.says, c.pos)
		}
	}
	for range 64 {
		addHist(t, b, e, "hist:keys=n")
	}
	tr, _ := ParseHist("hist:keys=n", e)
	if _, err := b.AddHist(e, tr); err == nil {
		t.Error("there is no end of histograms")
	}
}

// What is listed of a trigger is read as the same trigger.
func FuzzParseHist(f *testing.F) {
	for _, s := range []string{"hist:keys=n.log2:sort=n.descending:size=512 if n > 5", "hist:keys=n.buckets=0x10", "hist:keys=s", "hist:keys=n:vals=hitcount", "hist:keys=n,s", "hist::", "hist:keys=n.="} {
		f.Add(s)
	}
	e := histEvent(f, NewBuffer(Config{}))
	f.Fuzz(func(t *testing.T, text string) {
		x, err := ParseHist(text, e)
		if err != nil {
			var bad *HistError
			if !errors.As(err, &bad) || bad.Pos < 0 || bad.Pos > len(text) {
				t.Fatalf("%#v", err)
			}
			return
		}
		y, err := ParseHist(x.String(), e)
		if err != nil || y.String() != x.String() {
			t.Errorf("%q is listed as %q: %v", text, x, err)
		}
	})
}
