package probes

import (
	"strconv"
	"strings"
)

// maxOps is how many steps the kernel's fetch programs have room for.
const maxOps = 15

// maxStackEntry is the last $stackN: the entries of a 16 KiB stack.
const maxStackEntry = 2048

// reservedNames are the fields every event has.
var reservedNames = []string{"common_type", "common_flags", "common_preempt_count", "common_pid", "common_tgid",
	"__probe_ip", "__probe_ret_ip", "__probe_func"}

// arg reads [NAME=]FETCH[:TYPE] and adds it to the definition.
func (p *parser) arg(s string) bool {
	a := Arg{Name: "arg" + strconv.Itoa(len(p.Args)+1), Text: s}
	at := 0
	if i := strings.IndexByte(s, '='); i >= 0 {
		switch {
		case i > maxArgName:
			return p.fail(ErrArgNameTooLong, 0)
		case i == 0:
			return p.fail(ErrNoArgName, 0)
		}
		a.Name, a.Text, at = s[:i], s[i+1:], i+1
	}
	if !isName(a.Name) {
		return p.fail(ErrBadArgName, 0)
	}
	if p.nameTaken(a.Name) {
		return p.fail(ErrUsedArgName, 0)
	}
	switch {
	case a.Text == "":
		return p.fail(ErrNoArgBody, at)
	case len(a.Text) > maxArgText:
		return p.fail(ErrArgTooLong, at)
	}
	if !p.argBody(&a, at) {
		return false
	}
	p.Args = append(p.Args, a)
	return true
}

func (p *parser) nameTaken(name string) bool {
	for _, r := range reservedNames {
		if r == name {
			return true
		}
	}
	for i := range p.Args {
		if p.Args[i].Name == name {
			return true
		}
	}
	return false
}

// argBody reads FETCH[:TYPE], at a byte of the word.
func (p *parser) argBody(a *Arg, at int) bool {
	fetch, typ, typed := strings.Cut(a.Text, ":")
	typeAt := at
	if typed {
		typeAt = at + len(fetch) + 1
	}
	if !p.argType(&a.Type, typ, typed, typeAt) {
		return false
	}
	ops := 0
	if !p.fetch(&a.Fetch, fetch, at, &ops) {
		return false
	}
	return p.argFits(a, typed, typ, typeAt, at, ops)
}

// argFits checks the expression against the type.
func (p *parser) argFits(a *Arg, typed bool, typ string, typeAt, at, ops int) bool {
	inMemory := len(a.Fetch.Loads) > 0
	if a.Fetch.Source.isText() {
		if typed && typ != "string" {
			return p.fail(ErrNeedString, typeAt)
		}
		a.Type = Type{Base: BaseString}
		return true
	}
	switch {
	case a.Type.Base.isString() && !inMemory && a.Fetch.Source != SourceImmediate,
		a.Type.Count != 0 && !inMemory:
		return p.fail(ErrNotMemory, typeAt)
	}
	// The kernel spends a step on storing a value that the last load does not
	// store, one on a bit field and one on an array.
	if !inMemory || a.Type.Base.isString() && a.Type.Count != 0 || a.Type.Base == BaseSymbolString {
		ops++
	}
	if a.Type.Width != 0 {
		ops++
	}
	if a.Type.Count != 0 {
		ops++
	}
	if ops > maxOps {
		return p.fail(ErrTooManyOps, at)
	}
	return true
}

// fetch reads an expression, at a byte of the word. ops counts the steps of
// the kernel's program for it.
func (p *parser) fetch(f *Fetch, s string, at int, ops *int) bool {
	if s == "" {
		return p.fail(ErrBadFetch, at)
	}
	if s[0] == '+' || s[0] == '-' {
		return p.dereference(f, s, at, ops)
	}
	*ops++
	switch s[0] {
	case '$':
		return p.variable(f, s[1:], at)
	case '%':
		var ok bool
		if f.N, ok = registerNumber(s[1:]); !ok {
			return p.fail(ErrBadRegister, at)
		}
		f.Source = SourceReg
		return true
	case '@':
		*ops++
		return p.memory(f, s[1:], at, ops)
	case '\\':
		return p.immediate(f, s[1:], at+1)
	}
	return p.fail(ErrBadFetch, at)
}

// variable reads what follows a $.
func (p *parser) variable(f *Fetch, s string, at int) bool {
	switch s {
	case "retval":
		if !p.Return {
			return p.fail(ErrRetvalOnProbe, at)
		}
		f.Source = SourceRetval
		return true
	case "comm":
		f.Source = SourceComm
		return true
	case "stack":
		f.Source = SourceStack
		return true
	}
	if rest, ok := strings.CutPrefix(s, "stack"); ok && isDigit(rest[0]) {
		f.Source = SourceStackEntry
		return p.number(&f.N, rest, 0, at, ErrBadStackNumber)
	}
	if rest, ok := strings.CutPrefix(s, "arg"); ok && rest != "" && isDigit(rest[0]) {
		if p.Kind != KindKprobe || !p.AtEntry() {
			return p.fail(ErrArgNotAtEntry, at)
		}
		f.Source = SourceArg
		ok := p.number(&f.N, rest, 1, at, ErrBadArgNumber)
		f.N--
		return ok
	}
	return p.fail(ErrBadVariable, at)
}

// number reads the decimal number of a stack entry or an argument.
func (p *parser) number(n *int, s string, least int, at int, code ErrorCode) bool {
	v := 0
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return p.fail(ErrBadVariable, at)
		}
		v = min(v*10+int(s[i]-'0'), maxStackEntry+1)
	}
	if v < least || v > maxStackEntry {
		return p.fail(code, at)
	}
	*n = v
	return true
}

// memory reads what follows an @: the value in memory at an address, a symbol
// or a file offset.
func (p *parser) memory(f *Fetch, s string, at int, ops *int) bool {
	f.Loads = append(f.Loads, Load{})
	var ok bool
	switch {
	case s != "" && isDigit(s[0]):
		f.Source = SourceImmediate
		if f.Value, ok = cUint(s); !ok {
			return p.fail(ErrBadMemAddr, at)
		}
	case s != "" && s[0] == '+':
		if p.Kind == KindKprobe {
			return p.fail(ErrFileOnKprobe, at)
		}
		f.Source = SourceFile
		offset, ok := cInt(s[1:])
		if !ok {
			return p.fail(ErrBadFileOffset, at)
		}
		f.Value = uint64(offset)
	default:
		if p.Kind == KindUprobe {
			return p.fail(ErrSymbolOnUprobe, at)
		}
		*ops++ // a place holder keeps the symbol's name
		f.Source = SourceSymbol
		if f.Symbol, f.Offset, ok = splitSymbol(s); !ok || f.Symbol == "" {
			return p.fail(ErrBadMemAddr, at)
		}
	}
	return true
}

// immediate reads what follows a backslash: a number or a string.
func (p *parser) immediate(f *Fetch, s string, at int) bool {
	if text, ok := strings.CutPrefix(s, `"`); ok {
		f.Source = SourceString
		if f.Text, ok = strings.CutSuffix(text, `"`); !ok {
			return p.fail(ErrStringOpen, at+len(s))
		}
		return true
	}
	f.Source = SourceImmediate
	var ok bool
	if s != "" && (s[0] == '-' || s[0] == '+') {
		var n int64
		n, ok = cInt(s)
		f.Value = uint64(n)
	} else {
		f.Value, ok = cUint(s)
	}
	if !ok {
		return p.fail(ErrBadImmediate, at)
	}
	return true
}

// dereference reads +|-[u]OFFSET(FETCH). It calls fetch again; the length of
// an argument bounds the depth.
func (p *parser) dereference(f *Fetch, s string, at int, ops *int) bool {
	open := strings.IndexByte(s, '(')
	if open < 0 {
		return p.fail(ErrDerefNeedsBrace, at)
	}
	number := s[1:open]
	number, user := strings.CutPrefix(number, "u")
	offset, ok := cInt(s[:1] + number)
	if !ok {
		return p.fail(ErrBadDerefOffset, at)
	}
	inner, at := s[open+1:], at+open+1
	end := strings.LastIndexByte(inner, ')')
	switch {
	case end < 0:
		return p.fail(ErrDerefOpen, at+len(inner))
	case end+1 < len(inner):
		return p.fail(ErrDerefSuffix, at+end+1)
	}
	if !p.fetch(f, inner[:end], at, ops) {
		return false
	}
	if f.Source.isText() {
		return p.fail(ErrStringDeref, at)
	}
	if *ops++; *ops > maxOps {
		return p.fail(ErrTooManyOps, at)
	}
	f.Loads = append(f.Loads, Load{offset, user})
	return true
}
