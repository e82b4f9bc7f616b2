package trace

import (
	"encoding/json"
	"io"
	"strconv"
	"unicode/utf8"

	"axol/jit/ir"
)

// Schema names the format of JSON lines. The first line is
//
//	{"schema":"axol-trace/1","clock":"insns"|"ns","pid":P,"comm":C}
//
// with the clock that "ts" is in: guest instructions of the record's vCPU, or nanoseconds. Each other line is a record,
//
//	{"ts":T,"cpu":N,"pid":P,"event":"GROUP/NAME","ip":"0x...","symbol":S,"args":{...}}
//
// where a return has "func" and "ret_ip" in place of "ip", with "symbol" that of the function, or it says how many records
// were lost on a vCPU up to there, {"cpu":N,"lost":N}. "pid" of a record is the thread, "symbol" is missing where there is
// none. In "args", numbers of types u, s and of bit fields are exact integers of up to 64 bits, those of x types strings
// ("0x1f"), text is a string in which bytes that are not UTF-8 are U+FFFD, text that could not be read is null.
const Schema = "axol-trace/1"

type jsonLines struct {
	w     io.Writer
	cfg   OutputConfig
	line  []byte
	begun bool
}

// NewJSONLines makes an Output of one JSON object a line, as Schema says.
func NewJSONLines(w io.Writer, cfg OutputConfig) Output { return &jsonLines{w: w, cfg: cfg} }

func clockName(k ir.Clock) string {
	if k == ir.ClockInsns {
		return "insns"
	}
	return "ns"
}

func (j *jsonLines) begin() {
	j.line = append(j.line[:0], `{"schema":"`+Schema+`","clock":"`+clockName(j.cfg.Clock)+`","pid":`...)
	j.line = strconv.AppendInt(j.line, int64(j.cfg.PID), 10)
	j.line = appendJSONString(append(j.line, `,"comm":`...), []byte(j.cfg.Comm))
	j.line = append(j.line, "}\n"...)
	j.begun = true
}

func (j *jsonLines) Write(r *Record) error {
	j.line = j.line[:0]
	if !j.begun {
		j.begin()
	}
	if r.Lost > 0 {
		j.line = strconv.AppendInt(append(j.line, `{"cpu":`...), int64(r.CPU), 10)
		j.line = strconv.AppendUint(append(j.line, `,"lost":`...), r.Lost, 10)
		j.line = append(j.line, "}\n"...)
	} else {
		j.line = r.appendJSON(j.line, &j.cfg)
	}
	_, err := j.w.Write(j.line)
	return err
}

func (j *jsonLines) Close() error {
	if j.begun {
		return nil
	}
	j.begin()
	_, err := j.w.Write(j.line)
	return err
}

func (r *Record) appendJSON(dst []byte, c *OutputConfig) []byte {
	dst = strconv.AppendUint(append(dst, `{"ts":`...), r.Time, 10)
	dst = strconv.AppendInt(append(dst, `,"cpu":`...), int64(r.CPU), 10)
	dst = strconv.AppendInt(append(dst, `,"pid":`...), int64(r.PID()), 10)
	dst = append(append(append(append(dst, `,"event":"`...), r.Event.Group...), '/'), r.Event.Name...)
	dst = append(dst, '"')
	for i, name := range placeNames(r.Event) {
		dst = append(append(append(dst, `,"`...), name...), `":"0x`...)
		dst = strconv.AppendUint(dst, r.Uint(&r.Event.Places()[i], 0), 16)
		dst = append(dst, '"')
	}
	if s := c.name(r.Uint(&r.Event.Places()[0], 0)); s != "" {
		dst = appendJSONString(append(dst, `,"symbol":`...), []byte(s))
	}
	dst = r.appendArgs(append(dst, `,"args":`...), c)
	return append(dst, "}\n"...)
}

func placeNames(e *Event) []string {
	if e.Return {
		return []string{"func", "ret_ip"}
	}
	return []string{"ip"}
}

// appendArgs appends the arguments as a JSON object.
func (r *Record) appendArgs(dst []byte, c *OutputConfig) []byte {
	dst = append(dst, '{')
	for i := range r.Event.Args {
		f := &r.Event.Args[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), f.Name...), `":`...)
		if f.Count == 0 {
			dst = r.appendJSONElement(dst, f, 0, c)
			continue
		}
		for k := range f.Count {
			dst = append(dst, "[,"[min(k, 1)])
			dst = r.appendJSONElement(dst, f, k, c)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func (r *Record) appendJSONElement(dst []byte, f *Field, i int, c *OutputConfig) []byte {
	switch f.Show {
	case Unsigned, Signed:
		return r.appendElement(dst, f, i, c)
	case Char:
		return appendJSONString(dst, []byte{byte(r.Uint(f, i))})
	case String:
		text, ok := r.Text(f, i)
		if !ok {
			return append(dst, "null"...)
		}
		return appendJSONString(dst, text)
	}
	return appendJSONString(dst, r.appendElement(nil, f, i, c))
}

// appendJSONString quotes text that the guest may have made.
func appendJSONString(dst, text []byte) []byte {
	plain := true
	for _, b := range text {
		plain = plain && b >= ' ' && b != '"' && b != '\\' && b < utf8.RuneSelf
	}
	if plain {
		return append(append(append(dst, '"'), text...), '"')
	}
	quoted, _ := json.Marshal(string(text)) // a string can be marshalled
	return append(dst, quoted...)
}
