package filter

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"axol/jit/ir"
	"axol/probes/trace"
)

func testEvent() *trace.Event {
	e := &trace.Event{ID: 1500, Group: "g", Name: "e", Args: []trace.Field{
		{Name: "u8", Type: "u8", Show: trace.Unsigned, Size: 1},
		{Name: "s8", Type: "s8", Show: trace.Signed, Size: 1},
		{Name: "u16", Type: "u16", Show: trace.Unsigned, Size: 2},
		{Name: "s32", Type: "s32", Show: trace.Signed, Size: 4},
		{Name: "x64", Type: "u64", Show: trace.Hex, Size: 8},
		{Name: "s64", Type: "s64", Show: trace.Signed, Size: 8},
		{Name: "arr", Type: "u32", Show: trace.Hex, Size: 4, Count: 2},
		{Name: "str", Type: "__data_loc char[]", Show: trace.String, Size: 4},
		{Name: "bad", Type: "__data_loc char[]", Show: trace.String, Size: 4},
	}}
	e.Layout()
	return e
}

// testEntry has u8=200 s8=-2 u16=300 s32=-70000 x64=0x8000000000000001 s64=-3 arr={7,8} str="hello" bad=(fault), pid 77.
func testEntry(e *trace.Event) []byte {
	le := binary.LittleEndian
	b := make([]byte, e.Size)
	at := func(name string) []byte {
		f, _ := e.Field(name)
		return b[f.Offset:]
	}
	le.PutUint16(b, e.ID)
	le.PutUint32(at("common_pid"), 77)
	le.PutUint64(at("__probe_ip"), 0x1000)
	at("u8")[0], at("s8")[0] = 200, 0xfe
	le.PutUint16(at("u16"), 300)
	le.PutUint32(at("s32"), 1<<32-70000)
	le.PutUint64(at("x64"), 1<<63+1)
	le.PutUint64(at("s64"), 1<<64-3)
	le.PutUint64(at("arr"), 8<<32|7)
	le.PutUint32(at("str"), uint32(len(b)|6<<16))
	return append(b, "hello\x00"...)
}

func TestMatch(t *testing.T) {
	e := testEvent()
	entry := testEntry(e)
	for _, c := range []struct {
		text string
		want bool
	}{
		{"u8 == 200", true}, {"u8==200", true}, {"u8 != 200", false}, {"u8 == 0310", true}, {"u8 == 0xc8", true}, {"u8 > 199", true}, {"u8 < 200", false}, {"u8 <= 200", true}, {"u8 >= 201", false}, {"u8 & 0x48", true}, {"u8 & 0x37", false},
		{"u8 == 456", true}, // cut to the field's size, as the kernel does
		{"s8 == -2", true}, {"s8 < 0", true}, {"s8 > -3", true}, {"s8 >= -1", false}, {"s8 <= -2", true}, {"s8 & 2", true}, {"s8 == 254", true},
		{"u16 > 299 && u16 < 301", true}, {"s32 == -70000", true}, {"s32 < -69999", true}, {"s32 > 0", false},
		{"x64 > 0x8000000000000000", true}, {"x64 < 1", false}, {"s64 < -2", true}, {"s64 == -3", true}, {"s64 > 0", false}, {"arr == 7", true}, {"arr == 8", false},
		{"common_pid == 77", true}, {"common_type == 1500", true}, {"__probe_ip == 0x1000", true}, {"cpu == 2", true}, {"CPU != 2", false}, {"cpu < 3", true},
		{"str == 'hello'", true}, {`str == "hell"`, false}, {`str != "hell"`, true}, {`str ~ "h*"`, true}, {`str ~ "*l*"`, true}, {`str ~ "*lo"`, true}, {`str ~ "h?l[k-m]o"`, true}, {`str ~ "!h*"`, false}, {`str ~ "hello"`, true}, {`str ~ "ello"`, false},
		{`bad == ""`, true}, {`bad ~ "*"`, true}, {`bad != "x"`, true}, {`comm == "prog"`, true}, {`COMM ~ "pr*"`, true}, {`comm == 'pro'`, false},
		// && binds tighter than ||; ! is of what follows.
		{"u8 == 200 || u8 == 1 && u8 == 2", true}, {"u8 == 1 && u8 == 2 || u8 == 200", true}, {"(u8 == 200 || u8 == 1) && u8 == 2", false},
		{"!u8 == 1", true}, {"!(u8 == 200)", false}, {"!!(u8 == 200)", true}, {"! ! u8 == 200", true}, {"!(u8 == 200 && s8 == 5)", true}, {"!(u8 == 200 || s8 == 5)", false}, {"!(!(u8 == 200) || !(s8 == -2))", true},
		{"u8 == 1 || u8 == 2 || u8 == 3 || u8 == 200", true}, {"u8 == 200 && s8 == -2 && u16 == 300 && s32 == 5", false}, {"((((u8 == 200))))", true},
		{"u8 == 200&&s8 == -2||u16==1", true}, {"\tu8 \n== 200 ", true}, {`str == "(" || u8 == 200`, true}, {`str == "a && b" || u8 == 1`, false},
	} {
		f, err := Parse(c.text, e)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := f.Match(entry, 2, "prog"); got != c.want || f.String() != c.text {
			t.Errorf("%s: %v", c.text, got)
		}
		_, numbers := f.Tests()
		if generic := strings.ContainsAny(c.text, `'"`) || strings.Contains(strings.ToLower(c.text), "cpu"); numbers == generic {
			t.Errorf("%s: for generated code: %v", c.text, numbers)
		}
	}
}

// Places are the kernel's: mistakes in a predicate have their caret one behind.
func TestErrors(t *testing.T) {
	e := testEvent()
	for _, c := range []struct {
		text string
		code ErrorCode
		pos  int
		file string
	}{
		{"foo == 1", ErrFieldNotFound, 4, "foo == 1\n    ^\nparse_error: Field not found\n"},
		{"u8 == 1 && foo == 1", ErrFieldNotFound, 15, "u8 == 1 && foo == 1\n               ^\nparse_error: Field not found\n"},
		{"u8 = 1", ErrInvalidOp, 4, "u8 = 1\n    ^\nparse_error: Invalid operator\n"},
		{"u8", ErrInvalidOp, 3, "u8\n  ^\nparse_error: Invalid operator\n"},
		{"((u8 == 1)", ErrTooManyOpen, 0, "((u8 == 1)\n^\nparse_error: Too many '('\n"},
		{"u8 == 1 && (u8 == 2", ErrTooManyOpen, 11, ""},
		{"u8 == 1)", ErrTooManyClose, 7, "u8 == 1)\n       ^\nparse_error: Too few '('\n"},
		{"str == 'x", ErrMissingQuote, 7, "str == 'x\n       ^\nparse_error: Missing matching quote\n"},
		{"u8 == 123456789012345678901234", ErrOperandTooLong, 31, ""},
		{`str == "` + strings.Repeat("x", 256) + `"`, ErrOperandTooLong, 265, ""},
		{"str == 5", ErrExpectString, 8, ""},
		{"u8 == 'x'", ErrExpectDigit, 7, ""},
		{"str > 'x'", ErrIllegalFieldOp, 7, ""},
		{"u8 ~ 5", ErrIllegalFieldOp, 6, ""},
		{"u8 == 5x", ErrIllegalIntVal, 7, ""},
		{"u8 == 0x", ErrIllegalIntVal, 7, ""},
		{"u8 == -1", ErrIllegalIntVal, 7, ""},
		{"u8 == 99999999999999999999", ErrIllegalIntVal, 7, ""},
		{"s64 == 0x8000000000000000", ErrIllegalIntVal, 8, ""},
		{"u8 == 1 u8 == 2", ErrTooManyPreds, 8, ""},
		{"u8 == 1 & u8 == 2", ErrTooManyPreds, 8, ""},
		{"(u8 == 1 u8 == 2)", ErrTooManyPreds, 9, ""},
		{"u8 == x", ErrInvalidValue, 7, "u8 == x\n       ^\nparse_error: Invalid value (did you forget quotes)?\n"},
		{"", ErrNone, 0, "\nError: (0)\n"},
		{"u8 == 1 &&", ErrNone, 10, ""},
		{"&& u8 == 1", ErrNone, 0, ""},
		{"()", ErrNone, 1, ""},
		{strings.Repeat("(", 3000), ErrTooManyOpen, 2999, ""},
		{strings.Repeat("!", 4000), ErrTooManyOpen, 1000, ""},
		{strings.Repeat("x", 5000), ErrOperandTooLong, 4095, ""},
	} {
		_, err := Parse(c.text, e)
		var got *Error
		if !errors.As(err, &got) || got.Code != c.code || got.Pos != c.pos {
			t.Errorf("%.40s: %#v, want code %d at %d", c.text, err, c.code, c.pos)
			continue
		}
		if c.file != "" && got.File() != c.file {
			t.Errorf("%q, want %q", got.File(), c.file)
		}
		if strings.Contains(got.Error(), "\n") {
			t.Errorf("%q has several lines", got.Error())
		}
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"**", "abc", true}, {"a*b*c", "axxbyyc", true}, {"a*b*c", "axxbyy", false}, {"*.go", "x.go.go", true},
		{"?", "", false}, {"??", "ab", true}, {"[abc]", "b", true}, {"[!abc]", "b", false}, {"[!abc]", "d", true}, {"[a-c]x", "bx", true}, {"[]]", "]", true}, {"[a-]", "-", true}, {"[a", "[a", true}, {"[a", "a", false},
		{`\*`, "*", true}, {`\*`, "x", false}, {`a\`, `a\`, true}, {"*a*a*a*b", strings.Repeat("a", 1000), false},
	} {
		if got := glob(c.pattern, []byte(c.text)); got != c.want {
			t.Errorf("%q %q: %v", c.pattern, c.text, got)
		}
	}
}

// run evaluates tests as a back end is to.
func run(tests []ir.Test, entry []byte) bool {
	for i := 0; ; {
		q := &tests[i]
		next := q.Else
		if compare(q.Op, number(entry[q.At:], int(q.Size)), q.Value, int(q.Size), q.Signed) {
			next = q.Then
		}
		if next < 0 {
			return next == ir.Accept
		}
		if next <= i {
			panic("tests go back")
		}
		i = next
	}
}

// Whatever is read as a filter ends, agrees with its tests and with its negation, and is rejected again with a blank
// predicate behind it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"u8 == 200 || u8 == 1 && !(s8 < -2)", "str ~ '*l?[a-z]*' && cpu == 1", "!(x64 & 0x10 || common_pid != 5)", "u8 == 1)", "((", "str == \"", "u8 = 1", "a && b"} {
		f.Add(s)
	}
	e := testEvent()
	entry := testEntry(e)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text, e)
		if err != nil {
			var bad *Error
			if !errors.As(err, &bad) || bad.Pos < 0 || bad.Pos > len(text)+1 || bad.File() == "" || bad.Error() == "" {
				t.Fatalf("%#v", err)
			}
			return
		}
		got := p.Match(entry, 2, "prog")
		if tests, ok := p.Tests(); ok && run(tests, entry) != got {
			t.Errorf("%s: tests say otherwise", text)
		}
		if len(text) > maxText-8 {
			return
		}
		not, err := Parse("!("+text+")", e)
		if err != nil {
			t.Logf("%v", err) // too deep
		} else if not.Match(entry, 2, "prog") == got {
			t.Errorf("%s: its negation is the same", text)
		}
		if _, err := Parse(text+" u8", e); err == nil {
			t.Errorf("%s: a predicate that is none was taken", text)
		}
	})
}
