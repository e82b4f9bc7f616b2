package filter

import (
	"strconv"
	"strings"

	"axol/jit/ir"
	"axol/probes/trace"
)

// Limits of the kernel's parser.
const (
	maxText    = 4095
	maxString  = 255
	maxNumber  = 23 // characters of a number
	maxNesting = 1000
)

// Parse reads a filter for an event. The error is an *Error.
func Parse(text string, e *trace.Event) (*Filter, error) {
	p := parser{text: text, event: e}
	if len(text) > maxText {
		p.text = text[:maxText]
		p.fail(ErrOperandTooLong, maxText)
		return nil, p.err
	}
	if !p.balanced() {
		return nil, p.err
	}
	n := p.or()
	if p.err == nil && p.at < len(p.text) { // a closing parenthesis cannot be what is left: they are balanced
		p.fail(ErrTooManyPreds, p.at)
	}
	if p.err != nil {
		return nil, p.err
	}
	f := &Filter{text: text, event: e}
	f.place(n)
	return f, nil
}

// node is an expression: a predicate, or two expressions and how they are joined.
type node struct {
	pred *predicate
	and  bool
	not  bool // of x alone
	x, y *node
}

type parser struct {
	text  string
	event *trace.Event
	at    int
	depth int
	err   *Error
}

func (p *parser) fail(code ErrorCode, at int) *node {
	if p.err == nil {
		p.err = &Error{Code: code, Text: p.text, Pos: at}
	}
	return nil
}

// balanced looks at parentheses and quotes first, as the kernel does.
func (p *parser) balanced() bool {
	var open []int
	for i := 0; i < len(p.text); i++ {
		switch c := p.text[i]; c {
		case '\'', '"':
			end := strings.IndexByte(p.text[i+1:], c)
			if end < 0 {
				p.fail(ErrMissingQuote, i)
				return false
			}
			i += end + 1
		case '(':
			open = append(open, i)
		case ')':
			if len(open) == 0 {
				p.fail(ErrTooManyClose, i)
				return false
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		p.fail(ErrTooManyOpen, open[len(open)-1])
		return false
	}
	return true
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\n\v\f\r", p.text[p.at]) >= 0 {
		p.at++
	}
}

// next takes a token if it comes next.
func (p *parser) next(token string) bool {
	p.space()
	if strings.HasPrefix(p.text[p.at:], token) {
		p.at += len(token)
		return true
	}
	return false
}

func (p *parser) or() *node {
	n := p.and()
	for p.err == nil && p.next("||") {
		n = &node{x: n, y: p.and()}
	}
	return n
}

func (p *parser) and() *node {
	n := p.unary()
	for p.err == nil && p.next("&&") {
		n = &node{and: true, x: n, y: p.unary()}
	}
	return n
}

func (p *parser) unary() *node {
	if p.depth++; p.depth > maxNesting {
		return p.fail(ErrTooManyOpen, p.at)
	}
	defer func() { p.depth-- }()
	p.space()
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, "!") && !strings.HasPrefix(rest, "!=") && !strings.HasPrefix(rest, "!~"):
		p.at++
		n := p.unary()
		if p.err != nil {
			return nil
		}
		return &node{not: true, x: n}
	case strings.HasPrefix(rest, "("):
		p.at++
		n := p.or()
		if p.err == nil && !p.next(")") {
			return p.fail(ErrTooManyPreds, p.at)
		}
		return n
	}
	return p.predicate()
}

// predicate reads FIELD OP VALUE. The kernel's places are one too high here.
func (p *parser) predicate() *node {
	start := p.at
	for p.at < len(p.text) && isNameByte(p.text[p.at]) {
		p.at++
	}
	if p.at == start {
		return p.fail(ErrNone, p.at)
	}
	q := &predicate{}
	var ok bool
	if q.field, q.kind, ok = lookup(p.event, p.text[start:p.at]); !ok {
		return p.fail(ErrFieldNotFound, p.at+1)
	}
	p.space()
	op, ok := p.operator()
	if !ok {
		return p.fail(ErrInvalidOp, p.at+1)
	}
	p.space()
	if !p.value(q, op) {
		return nil
	}
	return &node{pred: q}
}

func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// opGlob is the operator that ir does not have.
const opGlob = ir.TestAny + 1

// operators in the order of looking: what begins another comes after it.
var operators = []struct {
	text string
	op   ir.TestOp
}{
	{"~", opGlob}, {"!=", ir.TestNE}, {"==", ir.TestEQ}, {"<=", ir.TestLE}, {"<", ir.TestLT},
	{">=", ir.TestGE}, {">", ir.TestGT}, {"&", ir.TestAny},
}

func (p *parser) operator() (ir.TestOp, bool) {
	for _, o := range operators {
		if strings.HasPrefix(p.text[p.at:], o.text) {
			p.at += len(o.text)
			return o.op, true
		}
	}
	return 0, false
}

// value reads what stands behind the operator, and says whether it fits.
func (p *parser) value(q *predicate, op ir.TestOp) bool {
	rest := p.text[p.at:]
	q.op = op
	switch {
	case strings.HasPrefix(rest, "'"), strings.HasPrefix(rest, `"`):
		return p.stringValue(q, rest)
	case rest != "" && (isDigit(rest[0]) || rest[0] == '-'):
		return p.number(q, rest)
	}
	p.fail(ErrInvalidValue, p.at+1)
	return false
}

func (p *parser) stringValue(q *predicate, rest string) bool {
	switch {
	case q.op != opGlob && q.op != ir.TestEQ && q.op != ir.TestNE:
		p.fail(ErrIllegalFieldOp, p.at+1)
		return false
	case !q.isString():
		p.fail(ErrExpectDigit, p.at+1)
		return false
	}
	end := strings.IndexByte(rest[1:], rest[0]) + 1 // it is there: quotes were counted
	if end-1 > maxString {
		p.fail(ErrOperandTooLong, p.at+end+1)
		return false
	}
	q.text = rest[1:end]
	if q.op == opGlob {
		q.text, q.negate = strings.CutPrefix(q.text, "!")
	}
	p.at += end + 1
	return true
}

func (p *parser) number(q *predicate, rest string) bool {
	switch {
	case q.isString():
		p.fail(ErrExpectString, p.at+1)
		return false
	case q.op == opGlob:
		p.fail(ErrIllegalFieldOp, p.at+1)
		return false
	}
	n := 1 // a digit, or the sign
	for n < len(rest) && isNameByte(rest[n]) && rest[n] != '_' {
		n++
	}
	if n > maxNumber {
		p.fail(ErrOperandTooLong, p.at+n+1)
		return false
	}
	v, ok := parseInt(rest[:n], q.signed())
	if !ok {
		p.fail(ErrIllegalIntVal, p.at+1)
		return false
	}
	q.value = v & (1<<(8*q.size()) - 1)
	p.at += n
	return true
}

// parseInt reads a number in C's bases.
func parseInt(s string, signed bool) (uint64, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	base := 10
	if len(digits) > 1 && digits[0] == '0' {
		base, digits = 8, digits[1:]
		if len(digits) > 1 && digits[0]|0x20 == 'x' {
			base, digits = 16, digits[1:]
		}
	}
	if signed {
		if negative {
			digits = "-" + digits
		}
		v, err := strconv.ParseInt(digits, base, 64)
		return uint64(v), err == nil
	}
	v, err := strconv.ParseUint(digits, base, 64)
	return v, err == nil && !negative
}
