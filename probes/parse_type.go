package probes

import (
	"strconv"
	"strings"
)

const (
	defaultType  = "x64"
	maxArraySize = 64
)

// argType reads TYPE or TYPE[N], at a byte of the word; the default if there
// is none.
func (p *parser) argType(t *Type, s string, typed bool, at int) bool {
	if !typed {
		*t = typeNames[defaultType]
		return true
	}
	name, size, isArray := strings.Cut(s, "[")
	count := 0
	if isArray && !p.arraySize(&count, size, at+len(name)+1) {
		return false
	}
	ok := true
	switch {
	case strings.HasPrefix(name, "b"):
		ok = p.bitfield(t, name, at)
	default:
		if *t, ok = typeNames[name]; !ok {
			p.fail(ErrBadType, at)
		}
	}
	t.Count = count
	return ok
}

// arraySize reads what follows the opening bracket.
func (p *parser) arraySize(count *int, s string, at int) bool {
	end := strings.IndexByte(s, ']')
	switch {
	case end < 0:
		return p.fail(ErrArrayOpen, at+len(s))
	case end+1 < len(s):
		return p.fail(ErrArraySuffix, at+end+1)
	}
	n, ok := cUint(s[:end])
	if !ok || n == 0 {
		return p.fail(ErrBadArraySize, at)
	}
	if n > maxArraySize {
		return p.fail(ErrArrayTooBig, at)
	}
	*count = int(n)
	return true
}

// bitfield reads bWIDTH@OFFSET/SIZE, shown as an unsigned number.
func (p *parser) bitfield(t *Type, s string, at int) bool {
	field, size, _ := strings.Cut(s[1:], "/")
	bits, ok := cUint(size)
	base, known := typeNames["u"+strconv.FormatUint(bits, 10)]
	if !ok || !known {
		return p.fail(ErrBadType, at)
	}
	width, shift, found := strings.Cut(field, "@")
	w, okWidth := cUint(width)
	o, okShift := cUint(shift)
	if !found || !okWidth || !okShift || w == 0 || w > bits || o > bits-w {
		return p.fail(ErrBadBitfield, at)
	}
	*t = base
	t.Width, t.Shift = uint(w), uint(o)
	return true
}
