package filter

import (
	"encoding/binary"

	"axol/jit/ir"
	"axol/probes/trace"
)

// Filter says which entries of an event are wanted.
type Filter struct {
	text  string
	event *trace.Event
	preds []predicate // evaluated from the first
}

// predicate is FIELD OP VALUE, and what comes next.
type predicate struct {
	field  *trace.Field // nil of a generic field
	kind   kind
	op     ir.TestOp
	value  uint64 // cut to the field's size
	text   string
	negate bool // of a glob

	then, els int
}

// kind is what a predicate looks at.
type kind uint8

const (
	inEntry kind = iota
	ofComm
	ofCPU
)

func lookup(e *trace.Event, name string) (*trace.Field, kind, bool) {
	if f, ok := e.Field(name); ok {
		return f, inEntry, true
	}
	switch name {
	case "comm", "COMM":
		return nil, ofComm, true
	case "cpu", "CPU":
		return nil, ofCPU, true
	}
	return nil, 0, false
}

func (q *predicate) isString() bool {
	return q.kind == ofComm || q.field != nil && q.field.Show == trace.String
}

func (q *predicate) signed() bool { return q.kind == ofCPU || q.field.Signed() }

func (q *predicate) size() int {
	if q.field == nil {
		return 4
	}
	return q.field.Size
}

// String is the filter as it was written.
func (f *Filter) String() string { return f.text }

// builder places the predicates of an expression. Where to go on is known by pointer until all are placed.
type builder struct {
	preds   []predicate
	targets [][2]*int
}

// place puts the predicates of an expression in order, and tells each what comes next.
func (f *Filter) place(n *node) {
	var b builder
	accept, reject := ir.Accept, ir.Reject
	b.add(n, &accept, &reject)
	for i, t := range b.targets {
		b.preds[i].then, b.preds[i].els = *t[0], *t[1]
	}
	f.preds = b.preds
}

func (b *builder) add(n *node, then, els *int) {
	if n.not {
		b.add(n.x, els, then)
		return
	}
	if n.pred != nil {
		b.preds = append(b.preds, *n.pred)
		b.targets = append(b.targets, [2]*int{then, els})
		return
	}
	second := new(int)
	if n.and {
		b.add(n.x, second, els)
	} else {
		b.add(n.x, then, second)
	}
	*second = len(b.preds)
	b.add(n.y, then, els)
}

// Tests is the filter for generated code; ok is false if it looks at strings or generic fields.
func (f *Filter) Tests() (tests []ir.Test, ok bool) {
	for i := range f.preds {
		q := &f.preds[i]
		if q.kind != inEntry || q.isString() {
			return nil, false
		}
		tests = append(tests, ir.Test{
			At: q.field.Offset, Size: uint8(q.field.Size), Signed: q.field.Signed(),
			Op: q.op, Value: q.value, Then: q.then, Else: q.els,
		})
	}
	return tests, true
}

// Match says whether an entry is wanted, on a vCPU and in a task.
func (f *Filter) Match(entry []byte, cpu int, comm string) bool {
	i := 0
	for {
		q := &f.preds[i]
		next := q.els
		if q.holds(entry, cpu, comm) {
			next = q.then
		}
		switch next {
		case ir.Accept:
			return true
		case ir.Reject:
			return false
		}
		i = next
	}
}

func (q *predicate) holds(entry []byte, cpu int, comm string) bool {
	switch {
	case q.kind == ofComm:
		return q.matches([]byte(comm))
	case q.kind == ofCPU:
		return compare(q.op, uint64(cpu), q.value, 4, true)
	case q.isString():
		text, _ := trace.StringAt(entry, q.field.Offset) // one that could not be read is empty
		return q.matches(text)
	}
	return compare(q.op, number(entry[q.field.Offset:], q.field.Size), q.value, q.field.Size, q.field.Signed())
}

func number(b []byte, size int) uint64 {
	switch size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// compare compares two numbers of size bytes.
func compare(op ir.TestOp, x, y uint64, size int, signed bool) bool {
	less := x < y
	if signed {
		unused := 64 - 8*size
		less = int64(x<<unused) < int64(y<<unused)
	}
	switch op {
	case ir.TestEQ:
		return x == y
	case ir.TestNE:
		return x != y
	case ir.TestLT:
		return less
	case ir.TestLE:
		return less || x == y
	case ir.TestGT:
		return !less && x != y
	case ir.TestGE:
		return !less
	}
	return x&y != 0
}

func (q *predicate) matches(text []byte) bool {
	switch q.op {
	case ir.TestEQ:
		return string(text) == q.text
	case ir.TestNE:
		return string(text) != q.text
	}
	return glob(q.text, text) != q.negate
}
