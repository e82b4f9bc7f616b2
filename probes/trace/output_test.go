package trace

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"axol/jit/ir"
)

// everything is an event with a field of every kind.
func everything(ret, user bool) *Event {
	e := &Event{Group: "grp", Name: "all", Return: ret, User: user, ID: 1500, Args: []Field{
		{Name: "x", Type: "u64", Show: Hex, Size: 8},
		{Name: "u", Type: "u8", Show: Unsigned, Size: 1},
		{Name: "s", Type: "s16", Show: Signed, Size: 2},
		{Name: "c", Type: "u8", Show: Char, Size: 1},
		{Name: "sym", Type: "u64", Show: Symbol, Size: 8},
		{Name: "str", Type: "__data_loc char[]", Show: String, Size: 4},
		{Name: "bad", Type: "__data_loc char[]", Show: String, Size: 4},
		{Name: "arr", Type: "u32", Show: Hex, Size: 4, Count: 3},
		{Name: "strs", Type: "__data_loc char[]", Show: String, Size: 4, Count: 2},
	}}
	e.Layout()
	return e
}

// The text is what a 6.1 kernel has for such an event, but for its number.
func TestFormat(t *testing.T) {
	const common = `name: all
ID: 1500
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;

`
	const entry = common + `	field:unsigned long __probe_ip;	offset:8;	size:8;	signed:0;
	field:u64 x;	offset:16;	size:8;	signed:0;
	field:u8 u;	offset:24;	size:1;	signed:0;
	field:s16 s;	offset:25;	size:2;	signed:1;
	field:u8 c;	offset:27;	size:1;	signed:0;
	field:u64 sym;	offset:28;	size:8;	signed:0;
	field:__data_loc char[] str;	offset:36;	size:4;	signed:0;
	field:__data_loc char[] bad;	offset:40;	size:4;	signed:0;
	field:u32 arr[3];	offset:44;	size:4;	signed:0;
	field:__data_loc char[][2] strs;	offset:56;	size:4;	signed:0;

print fmt: "(%lx) x=0x%Lx u=%u s=%d c='%c' sym=%pS str=\"%s\" bad=\"%s\" arr={0x%x,0x%x,0x%x} strs={\"%s\",\"%s\"}", REC->__probe_ip, REC->x, REC->u, REC->s, REC->c, REC->sym, __get_str(str), __get_str(bad), REC->arr[0], REC->arr[1], REC->arr[2], __get_str(strs[0]), __get_str(strs[1])
`
	if got := everything(false, false).Format(); got != entry {
		t.Errorf("%s\nwant\n%s", got, entry)
	}
	ret := &Event{Name: "all", ID: 1500, Return: true}
	ret.Layout()
	want := common + `	field:unsigned long __probe_func;	offset:8;	size:8;	signed:0;
	field:unsigned long __probe_ret_ip;	offset:16;	size:8;	signed:0;

print fmt: "(%lx <- %lx)", REC->__probe_func, REC->__probe_ret_ip
`
	if got := ret.Format(); got != want || ret.Size != 24 {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func everythingEntry(e *Event) []byte {
	le := binary.LittleEndian
	b := make([]byte, e.Size)
	le.PutUint16(b, e.ID)
	b[FlagsAt] = IRQsOff
	le.PutUint32(b[PIDAt:], 77)
	le.PutUint64(b[IPAt:], 0x1004)
	if e.Return {
		le.PutUint64(b[FuncAt:], 0x1000)
		le.PutUint64(b[RetIPAt:], 0x2010)
	}
	at := func(name string) []byte {
		f, _ := e.Field(name)
		return b[f.Offset:]
	}
	text := func(where []byte, s string) {
		le.PutUint32(where, uint32(len(b)|(len(s)+1)<<16))
		b = append(append(b, s...), 0)
	}
	le.PutUint64(at("x"), 0xfffffffffffffff0)
	at("u")[0] = 200
	le.PutUint16(at("s"), 0xfffe)
	at("c")[0] = 'q'
	le.PutUint64(at("sym"), 0x1008)
	for i := range uint32(3) {
		le.PutUint32(at("arr")[4*i:], i+10)
	}
	text(at("str"), "he\"y\x1b\xff")
	text(at("strs"), "one")
	return b
}

func symbols(addr uint64) string {
	switch addr >> 12 {
	case 1:
		return fmt.Sprintf("main+%#x/0x100", addr&0xfff)
	case 2:
		return fmt.Sprintf("caller+%#x/0x100", addr&0xfff)
	}
	return ""
}

// show writes records and gives what an Output made of them.
func show(t *testing.T, format string, clock ir.Clock, records ...*Record) string {
	t.Helper()
	var b bytes.Buffer
	out := Formats[format](&b, OutputConfig{PID: 70, Comm: "prog", Clock: clock, Symbolize: symbols})
	for _, r := range records {
		if err := out.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestText(t *testing.T) {
	const args = " x=0xfffffffffffffff0 u=200 s=-2 c='q' sym=main+0x8/0x100 str=\"he\"y\\x1b\xff\" bad=(fault) arr={0xa,0xb,0xc} strs={\"one\",(fault)}\n"
	for _, c := range []struct {
		ret, user bool
		place     string
	}{
		{false, false, "main+0x4/0x100"}, {true, false, "caller+0x10/0x100 <- main"}, {false, true, "0x1004"}, {true, true, "0x2010 <- 0x1000"},
	} {
		e := everything(c.ret, c.user)
		rec := &Record{Event: e, CPU: 3, Time: 12_345_678_499, Entry: everythingEntry(e)}
		got := strings.TrimPrefix(show(t, "text", ir.ClockTicks, rec, &Record{CPU: 3, Lost: 9}), textHeader)
		want := "            prog-77      [003] d....    12.345678: all: (" + c.place + ")" + args + "CPU:3 [LOST 9 EVENTS]\n"
		if got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
		if got := show(t, "text", ir.ClockInsns, rec); !strings.Contains(got, "d....  12345678499: all: (") {
			t.Error(got)
		}
	}
}

func TestJSONLines(t *testing.T) {
	e := everything(true, false)
	got := show(t, "jsonl", ir.ClockTicks, &Record{Event: e, CPU: 3, Time: 12, Entry: everythingEntry(e)}, &Record{CPU: 3, Lost: 9})
	want := `{"schema":"axol-trace/1","clock":"ns","pid":70,"comm":"prog"}
{"ts":12,"cpu":3,"pid":77,"event":"grp/all","func":"0x1000","ret_ip":"0x2010","symbol":"main+0x0/0x100","args":{"x":"0xfffffffffffffff0","u":200,"s":-2,"c":"q","sym":"main+0x8/0x100","str":"he\"y\u001b\ufffd","bad":null,"arr":["0xa","0xb","0xc"],"strs":["one",null]}}
{"cpu":3,"lost":9}
`
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for line := range strings.Lines(got) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
	if got := show(t, "jsonl", ir.ClockInsns); !strings.HasPrefix(got, `{"schema":"axol-trace/1","clock":"insns"`) {
		t.Error(got)
	}
}

// A return is a slice from the hit of its function's entry, the youngest that has not returned; entries above it
// never return.
func TestChrome(t *testing.T) {
	at := func(e *Event, tid int, addr, time uint64) *Record {
		entry := make([]byte, e.Size)
		binary.LittleEndian.PutUint32(entry[PIDAt:], uint32(tid))
		binary.LittleEndian.PutUint64(entry[IPAt:], addr)
		return &Record{Event: e, Time: time, Entry: entry}
	}
	in, out := &Event{Group: "g", Name: "in"}, &Event{Group: "g", Name: "out", Return: true}
	in.Layout()
	out.Layout()
	text := show(t, "chrome", ir.ClockInsns,
		at(in, 7, 0x1000, 1000), at(in, 7, 0x1000, 2500), at(in, 7, 0x3000, 2600), at(in, 8, 0x1000, 2700),
		at(out, 7, 0x1000, 3500), at(out, 7, 0x1000, 5000), at(out, 7, 0x1000, 6000), &Record{CPU: 1, Lost: 2, Time: 7000})
	var all struct {
		TraceEvents []struct {
			Ph, Name string
			TID      int
			TS, Dur  float64
		}
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	got := ""
	for _, e := range all.TraceEvents {
		got += fmt.Sprintf("%s %s %d %g %g\n", e.Ph, e.Name, e.TID, e.TS, e.Dur)
	}
	const want = `M process_name 70 0 0
M thread_name 7 0 0
i in 7 1 0
i in 7 2.5 0
i in 7 2.6 0
M thread_name 8 0 0
i in 8 2.7 0
X out 7 2.5 1
X out 7 1 4
i out 7 6 0
i 2 records lost on cpu 1 0 7 0
`
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if !json.Valid([]byte(show(t, "chrome", ir.ClockTicks))) {
		t.Error("an empty trace is not JSON")
	}
}
