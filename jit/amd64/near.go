package amd64

import "axol/jit/ir"

// Addresses near one that was checked need no check: the reservation's guard is 4 GiB, and no access is more
// than 2 GiB from its operand.
const (
	safeStep  = 1 << 20
	safeSteps = 250
)

// sum is an address that was checked, or one near it: a + b<<shift. Loops that step through arrays go on with
// one of the two, and add them again.
type sum struct {
	a, b  ir.Value
	shift uint8
	safe  uint8 // as val.safe
}

// maxSums is how many the compiler keeps in mind.
const maxSums = 4

// near notes that v is a plus a constant.
func (c *Compiler) near(v, a ir.Value, by int32) {
	if by >= safeStep || by <= -safeStep {
		return
	}
	a = c.canon(a)
	if s := c.vals[a].safe; s != 0 && s < safeSteps {
		c.vals[v].safe = s + 1
	}
	for _, s := range c.sums {
		if s.safe >= safeSteps {
			continue
		}
		switch a {
		case s.a:
			s.a = v
		case s.b:
			if s.b = v; int64(by)<<s.shift >= safeStep || int64(by)<<s.shift <= -safeStep {
				continue
			}
		default:
			continue
		}
		s.safe++
		c.addSum(s)
	}
}

func (c *Compiler) addSum(s sum) {
	if len(c.sums) == maxSums {
		copy(c.sums, c.sums[1:])
		c.sums = c.sums[:maxSums-1]
	}
	c.sums = append(c.sums, s)
}

// sumOf takes v apart, if it is a sum of two values.
func (c *Compiler) sumOf(v ir.Value) (s sum, ok bool) {
	if int(v) >= len(c.u.Insts) {
		return s, false
	}
	in := &c.u.Insts[v]
	if in.Op != ir.OpAdd || in.Type != ir.I64 {
		return s, false
	}
	s.a, s.b = in.A, in.B
	if c.scales(in) {
		b := &c.u.Insts[in.B]
		by, _ := c.u.ConstOf(b.B)
		s.b, s.shift = b.A, uint8(by)
	}
	s.a, s.b = c.canon(s.a), c.canon(s.b)
	return s, !c.vals[s.a].konst && !c.vals[s.b].konst
}

// checked notes that v was checked as an address.
func (c *Compiler) checked(v ir.Value) {
	v = c.canon(v)
	c.vals[v].safe = 1
	if s, ok := c.sumOf(v); ok {
		s.safe = 1
		c.addSum(s)
	}
}

// recall finds out whether v, a sum, needs no check.
func (c *Compiler) recall(v ir.Value) {
	if len(c.sums) == 0 {
		return
	}
	s, ok := c.sumOf(v)
	if !ok {
		return
	}
	for _, t := range c.sums {
		if s.shift == t.shift && (s.a == t.a && s.b == t.b || s.shift == 0 && s.a == t.b && s.b == t.a) {
			c.vals[v].safe = t.safe
		}
	}
}

// captureSums appends the sums of guest registers, for the way to another block.
func (c *Compiler) captureSums(l []Loc) []Loc {
	for _, s := range c.sums {
		a, b := c.vals[s.a].guest, c.vals[s.b].guest
		if a != 0 && b != 0 {
			l = append(l, Loc{Guest: guestSum, Where: InHome, Safe: s.safe,
				Imm: uint64(trailing(a)) | uint64(trailing(b))<<8 | uint64(s.shift)<<16})
		}
	}
	return l
}

// restoreSum is for one of the list when the guest registers are there.
func (c *Compiler) restoreSum(l Loc) {
	s := sum{a: c.guest[l.Imm&0xFF], b: c.guest[l.Imm>>8&0xFF], shift: uint8(l.Imm >> 16), safe: l.Safe}
	if s.a != 0 && s.b != 0 {
		c.addSum(s)
	}
}
