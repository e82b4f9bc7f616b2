package filter

// glob matches a whole text with a pattern: * is any text, ? any byte, [a-z] or [!a-z] a byte of a class, \
// takes the next byte as it is. A [ that is not closed stands for itself. The time is at most the product of
// the lengths: only the last * is tried again.
func glob(pattern string, text []byte) bool {
	p, t := 0, 0
	star, from := -1, 0
	for t < len(text) {
		if p < len(pattern) && pattern[p] == '*' {
			star, from = p, t
			p++
			continue
		}
		if n, ok := one(pattern[p:], text[t]); ok {
			p, t = p+n, t+1
			continue
		}
		if star < 0 {
			return false
		}
		from++
		p, t = star+1, from
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// one matches one byte with the beginning of a pattern, n bytes of it.
func one(pattern string, c byte) (n int, ok bool) {
	if pattern == "" {
		return 0, false
	}
	switch pattern[0] {
	case '?':
		return 1, true
	case '\\':
		if len(pattern) > 1 {
			return 2, pattern[1] == c
		}
	case '[':
		if n, in, closed := class(pattern, c); closed {
			return n, in
		}
	}
	return 1, pattern[0] == c
}

// class matches a byte with a class. A ] that comes first is one of the class.
func class(pattern string, c byte) (n int, in, closed bool) {
	i := 1
	inverted := i < len(pattern) && pattern[i] == '!'
	if inverted {
		i++
	}
	for first := i; i < len(pattern); i++ {
		if pattern[i] == ']' && i > first {
			return i + 1, in != inverted, true
		}
		lo, hi := pattern[i], pattern[i]
		if i+2 < len(pattern) && pattern[i+1] == '-' && pattern[i+2] != ']' {
			hi = pattern[i+2]
			i += 2
		}
		in = in || lo <= c && c <= hi
	}
	return 0, false, false
}
