package probes

import (
	"math"
	"strconv"
)

// Numbers in definitions are C numbers: 0x and a leading 0 choose the base.
// strconv's base 0 would also take 0b, 0o and underscores.

// cUint reads an unsigned number, with an optional + before it.
func cUint(s string) (uint64, bool) {
	if s != "" && s[0] == '+' {
		s = s[1:]
	}
	base := 10
	if len(s) > 1 && s[0] == '0' {
		base, s = 8, s[1:]
		if len(s) > 1 && (s[0] == 'x' || s[0] == 'X') {
			base, s = 16, s[1:]
		}
	}
	if s == "" || s[0] == '+' || s[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, base, 64)
	return n, err == nil
}

// cInt reads a signed number.
func cInt(s string) (int64, bool) {
	if s != "" && s[0] == '-' {
		n, ok := cUint(s[1:])
		return -int64(n), ok && n <= 1<<63
	}
	n, ok := cUint(s)
	return int64(n), ok && n <= math.MaxInt64
}
