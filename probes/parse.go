package probes

import "strings"

// Limits of the kernel's parser.
const (
	maxDefinition = 4095
	maxEventName  = 63
	maxMaxActive  = 4096
	maxArgs       = 128
	maxArgName    = 32
	maxArgText    = 63
)

// Parse reads one definition:
//
//	p[:[GRP/][EVENT]] [MOD:]SYM[+OFFS]|ADDR [ARGS]
//	r[MAXACTIVE][:[GRP/][EVENT]] [MOD:]SYM[+0] [ARGS]
//	p|r[:[GRP/][EVENT]] PATH:OFFSET[%return][(REFCTR)] [ARGS]
//	-:[GRP/][EVENT]
//
// A place with a slash and a colon in it is a uprobe's, any other a kprobe's.
// The error is a *DefinitionError.
func Parse(text string) (*Definition, error) {
	kind := KindKprobe
	if words := splitWords(text); len(words) > 1 && isUprobeTarget(words[1]) {
		kind = KindUprobe
	}
	return ParseKind(text, kind)
}

// ParseKind reads a definition as kprobe_events or uprobe_events would, which
// take one kind only.
func ParseKind(text string, kind Kind) (*Definition, error) {
	if len(text) > maxDefinition {
		return nil, &DefinitionError{ErrTooLong, text[:maxDefinition], maxDefinition}
	}
	p := parser{words: splitWords(text)}
	p.Kind = kind
	if !p.parse() {
		return nil, p.err
	}
	return &p.Definition, nil
}

// ParseFile reads a file of definitions, one a line. A # starts a comment.
func ParseFile(text string) ([]*Definition, error) {
	var all []*Definition
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		d, err := Parse(line)
		if err != nil {
			return all, err
		}
		all = append(all, d)
	}
	return all, nil
}

func splitWords(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n\v\f\r", r) })
}

// parser reads the words of a definition into its Definition. Its methods
// return false once err is set.
type parser struct {
	Definition
	words []string
	word  int // index of the word being read
	err   *DefinitionError
}

// fail sets the error, at a byte of the word being read.
func (p *parser) fail(code ErrorCode, offset int) bool {
	for _, w := range p.words[:p.word] {
		offset += len(w) + 1
	}
	p.err = &DefinitionError{code, strings.Join(p.words, " "), offset}
	return false
}

func (p *parser) parse() bool {
	if len(p.words) == 0 {
		return p.fail(ErrEmpty, 0)
	}
	head := p.words[0]
	colon := strings.IndexByte(head, ':')
	operation := head
	if colon >= 0 {
		operation = head[:colon]
	}
	if operation == "-" && colon >= 0 {
		return p.delete(head[colon+1:], colon+1)
	}
	if !p.operation(operation) {
		return false
	}
	if len(p.words) < 2 {
		return p.fail(ErrNoTarget, len(head))
	}
	p.word = 1
	if !p.target(p.words[1]) {
		return false
	}
	p.word = 0
	if colon >= 0 && !p.names(head[colon+1:], colon+1) {
		return false
	}
	p.defaultNames()
	return p.args(p.words[2:])
}

// operation reads what stands before the colon: p, or r with a maxactive.
func (p *parser) operation(s string) bool {
	if s == "" || s[0] != 'p' && s[0] != 'r' {
		return p.fail(ErrBadOperation, 0)
	}
	p.Return = s[0] == 'r'
	number := s[1:]
	switch {
	case number == "":
		return true
	case !isDigit(number[0]) || p.Kind == KindUprobe:
		return p.fail(ErrBadOperation, 1)
	case !p.Return:
		return p.fail(ErrMaxActiveOnProbe, 1)
	}
	n, ok := cUint(number)
	if !ok || n == 0 {
		return p.fail(ErrBadMaxActive, 1)
	}
	if n > maxMaxActive {
		return p.fail(ErrMaxActiveTooBig, 1)
	}
	p.MaxActive = int(n)
	return true
}

func (p *parser) delete(names string, at int) bool {
	p.Delete = true
	if len(p.words) > 1 {
		p.word = 1
		return p.fail(ErrDeleteWords, 0)
	}
	return p.names(names, at)
}

// names reads [GROUP/][EVENT], at a byte of the first word. The separator may
// be a dot, too. The event may be missing only after a group.
func (p *parser) names(s string, at int) bool {
	slash := strings.IndexByte(s, '/')
	if slash < 0 {
		slash = strings.IndexByte(s, '.')
	}
	if slash >= 0 {
		group := s[:slash]
		switch {
		case group == "":
			return p.fail(ErrNoGroupName, at)
		case len(group) > maxEventName:
			return p.fail(ErrGroupTooLong, at)
		case !isName(group):
			return p.fail(ErrBadGroupName, at)
		}
		p.Group = group
		s, at = s[slash+1:], at+slash+1
		if s == "" {
			return true
		}
	}
	switch {
	case s == "":
		return p.fail(ErrNoEventName, at)
	case len(s) > maxEventName:
		return p.fail(ErrEventTooLong, at)
	case !isName(s):
		return p.fail(ErrBadEventName, at)
	}
	p.Event = s
	return true
}

func (p *parser) defaultNames() {
	if p.Group == "" {
		p.Group = [...]string{KindKprobe: kprobeGroup, KindUprobe: uprobeGroup}[p.Kind]
	}
	if p.Event == "" {
		p.Event = p.defaultEvent()
	}
}

// args reads the words after the place.
func (p *parser) args(words []string) bool {
	for i, w := range words {
		p.word = 2 + i
		if i == maxArgs {
			return p.fail(ErrTooManyArgs, 0)
		}
		if !p.arg(w) {
			return false
		}
	}
	return true
}
