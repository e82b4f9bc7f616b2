package probes

import (
	"math"
	"strings"
)

// isUprobeTarget is the kernel's way to tell the two kinds of place apart.
func isUprobeTarget(s string) bool {
	return strings.Contains(s, "/") && strings.Contains(s, ":")
}

const returnSuffix = "%return"

// target reads the place to probe.
func (p *parser) target(s string) bool {
	if p.Kind == KindUprobe {
		return p.uprobeTarget(s)
	}
	if addr, ok := cUint(s); ok {
		p.Addr = addr
		return true
	}
	if isUprobeTarget(s) {
		return p.fail(ErrNotAKprobe, 0)
	}
	return p.symbolTarget(s)
}

// symbolTarget reads [MOD:]SYM[+OFFS][%return].
func (p *parser) symbolTarget(s string) bool {
	if i := strings.IndexByte(s, '%'); i >= 0 {
		if s[i:] != returnSuffix {
			return p.fail(ErrBadAddrSuffix, i)
		}
		p.Return = true
		s = s[:i]
	}
	symbol, offset, ok := splitSymbol(s)
	if ok {
		p.Symbol = symbol
		if module, rest, qualified := strings.Cut(symbol, ":"); qualified {
			p.Module, p.Symbol = module, rest
			ok = module != ""
		}
	}
	// No symbol starts with a digit: this is a number that went wrong.
	if !ok || p.Symbol == "" || isDigit(p.Symbol[0]) || offset < 0 || offset > math.MaxUint32 {
		return p.fail(ErrBadProbeAddr, 0)
	}
	p.Offset = uint64(offset)
	if p.Return && p.Offset != 0 {
		return p.fail(ErrBadRetprobe, 0)
	}
	return true
}

// splitSymbol splits SYM+OFFS or SYM-OFFS.
func splitSymbol(s string) (symbol string, offset int64, ok bool) {
	i := strings.IndexAny(s, "+-")
	if i < 0 {
		return s, 0, true
	}
	offset, ok = cInt(s[i:])
	return s[:i], offset, ok
}

// uprobeTarget reads PATH:OFFSET[%return][(REFCTR)]. The kernel wants the
// reference counter last, its documentation has it first: both will do.
func (p *parser) uprobeTarget(s string) bool {
	colon := strings.LastIndexByte(s, ':') // a path may have colons
	if colon < 0 || !strings.Contains(s[:colon], "/") || colon+1 == len(s) || !isDigit(s[colon+1]) {
		return p.fail(ErrNotAUprobe, 0)
	}
	p.Path = s[:colon]
	at := colon + 1
	rest, isReturn := strings.CutSuffix(s[at:], returnSuffix)
	if open := strings.IndexByte(rest, '('); open >= 0 {
		if !p.refCounter(rest[open+1:], at+open+1) {
			return false
		}
		rest = rest[:open]
		if r, ok := strings.CutSuffix(rest, returnSuffix); ok {
			rest, isReturn = r, true
		}
	}
	p.Return = p.Return || isReturn
	if i := strings.IndexByte(rest, '%'); i >= 0 {
		return p.fail(ErrBadAddrSuffix, at+i)
	}
	var ok bool
	if p.Offset, ok = cUint(rest); !ok {
		return p.fail(ErrBadUprobeOffset, at)
	}
	return true
}

// refCounter reads what follows the opening brace.
func (p *parser) refCounter(s string, at int) bool {
	end := strings.IndexByte(s, ')')
	switch {
	case end < 0:
		return p.fail(ErrRefCounterOpen, at+len(s))
	case end+1 < len(s):
		return p.fail(ErrRefCounterSuffix, at+end+1)
	}
	var ok bool
	if p.RefCounter, ok = cUint(s[:end]); !ok {
		return p.fail(ErrBadRefCounter, at)
	}
	return true
}
