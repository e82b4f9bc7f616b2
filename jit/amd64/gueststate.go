package amd64

import (
	"math/bits"

	"axol/jit/ir"
)

func trailing(m uint64) int { return bits.TrailingZeros64(m) }

// pseudo is the value that stands for guest register n as it was when the block began.
func (c *Compiler) pseudo(n int) ir.Value { return ir.Value(len(c.u.Insts) + n) }

// reset forgets every register: all guest state is in ir.State.
func (c *Compiler) reset() {
	for _, f := range [...]*file{&c.gpr, &c.xmm} {
		f.owner = [16]ir.Value{}
		f.pinned = 0
	}
	c.guest = [numGuest]ir.Value{}
	c.dirty = 0
	c.plan.slots, c.plan.slotsX = 0, 0
	c.flags, c.flagsDirty, c.ef = 0, false, 0
	c.sums = c.sums[:0]
}

// get is the present value of guest register n: a new one that is in its home if nobody touched it.
func (c *Compiler) get(n int) ir.Value {
	if c.guest[n] == 0 {
		v := c.pseudo(n)
		t := ir.I64
		if n >= guestV {
			t = ir.V128
		}
		c.vals[v] = val{reg: NoReg, typ: t, guest: 1 << n, hint: int8(n + 1)}
		c.guest[n] = v
	}
	return c.guest[n]
}

// set makes v the value of guest register n.
func (c *Compiler) set(n int, v ir.Value) {
	v = c.canon(v)
	if c.guest[n] == v {
		return
	}
	c.rescue(n) // which may take v's register
	if x := &c.vals[v]; x.reg == NoReg && !x.konst && x.slot == 0 {
		c.in(v) // a copy needs more than another register's home
	}
	c.become(n, v)
}

// become is set for a value that may still have to be made.
func (c *Compiler) become(n int, v ir.Value) {
	c.unset(n)
	c.guest[n] = v
	c.vals[v].guest |= 1 << n
	c.dirty |= 1 << n
}

// unset ends the present value of guest register n, which is about to get another.
func (c *Compiler) unset(n int) {
	old := c.guest[n]
	if old == 0 {
		return
	}
	c.rescue(n)
	x := &c.vals[old]
	x.guest &^= 1 << n
	c.dirty &^= 1 << n
	c.guest[n] = 0
	c.release(old)
}

// rescue loads the present value of guest register n when it is needed after n gets
// another value, and its only copy is the home that will be overwritten.
func (c *Compiler) rescue(n int) {
	old := c.guest[n]
	if old == 0 {
		return
	}
	if x := &c.vals[old]; x.uses > 0 && x.reg == NoReg && !x.konst && x.slot == 0 && x.guest&^c.dirty == 1<<n {
		c.in(old)
	}
}

// bindEarly makes v the value of its guest register already now, when nobody can look in between.
func (c *Compiler) bindEarly(v ir.Value) {
	x := &c.vals[v]
	if x.early {
		x.early = false
		c.become(int(x.hint)-1, v)
	}
}

// captureDirty appends where each guest register is that is not in its home, but for those that are pinned
// and in their places, of which it returns the set.
func (c *Compiler) captureDirty(l []Loc) ([]Loc, Pins) {
	d := c.dirty
	var placed Pins
	for i, p := range pins {
		if v := c.guest[p.guest]; d>>p.guest&1 != 0 && c.gpr.owner[p.reg] == c.canon(v) {
			placed |= 1 << i
			d &^= 1 << p.guest
		}
	}
	for ; d != 0; d &= d - 1 {
		n := trailing(d)
		l = append(l, c.locOf(n, c.guest[n]))
	}
	return c.captureFlags(l), placed
}

// captureAll tells where each guest register is that is in a register or not in its home.
// The list is valid until the next unit.
func (c *Compiler) captureAll() []Loc {
	first := len(c.arena)
	for n := 0; n < guestFA; n++ {
		v := c.guest[n]
		if v == 0 {
			continue
		}
		if loc := c.locOf(n, v); loc.Where != InHome || loc.Safe != 0 {
			c.arena = append(c.arena, loc)
		}
	}
	c.arena = c.captureSums(c.captureFlags(c.arena))
	return c.arena[first:len(c.arena):len(c.arena)]
}

func (c *Compiler) captureFlags(l []Loc) []Loc {
	if c.flags != 0 && c.flagsDirty {
		x := &c.vals[c.flags]
		if x.fa != 0 {
			l = append(l, c.locOf(guestFA, x.fa))
		}
		if x.fb != 0 {
			l = append(l, c.locOf(guestFB, x.fb))
		}
	}
	return l
}

func (c *Compiler) locOf(n int, v ir.Value) Loc {
	v = c.canon(v)
	x := &c.vals[v]
	l := Loc{Guest: uint8(n), Reg: x.reg, Scalar: scalarBytes(x.typ), Safe: x.safe}
	if n < guestFA {
		l.Dirty = c.dirty>>n&1 != 0
	}
	switch {
	case x.reg != NoReg:
		l.Where = InReg
	case x.konst:
		l.Where, l.Imm = IsConst, x.imm
	case x.slot != 0:
		l.Where, l.Imm = InSlot, uint64(x.slot-1)
	default:
		l.Where = InHome
		if n >= guestFA {
			l.Imm = uint64(trailing(x.guest &^ c.dirty))
		}
	}
	return l
}

// restore makes the state of a captured list the present one, NZCV only if somebody can look at it.
func (c *Compiler) restore(list []Loc, fl flagState, flagsLive bool) {
	c.reset()
	for _, l := range list {
		if l.Guest >= guestFA {
			continue
		}
		n := int(l.Guest)
		v := c.adopt(n, l)
		c.guest[n] = v
		c.vals[v].guest |= 1 << n
		if l.Dirty {
			c.dirty |= 1 << n
		}
	}
	for _, l := range list {
		if l.Guest == guestSum {
			c.restoreSum(l)
		}
	}
	if flagsLive {
		c.restoreFlags(list, fl)
	}
}

// adopt is a value for what l describes; the one that owns the register already, where there is one.
func (c *Compiler) adopt(n int, l Loc) ir.Value {
	t := ir.I64
	f := &c.gpr
	if n >= guestV && n < guestFA {
		t, f = ir.V128, &c.xmm
		switch l.Scalar {
		case 4:
			t = ir.F32
		case 8:
			t = ir.F64
		}
	}
	if l.Where == InReg && f.owner[l.Reg] != 0 {
		return f.owner[l.Reg]
	}
	if l.Where == InHome && n >= guestFA {
		return c.get(int(l.Imm))
	}
	v := c.pseudo(n)
	c.vals[v] = val{reg: NoReg, typ: t, safe: l.Safe}
	x := &c.vals[v]
	if n < guestFA {
		x.hint = int8(n + 1)
	}
	switch l.Where {
	case InReg:
		x.reg = l.Reg
		f.owner[l.Reg] = v
	case IsConst:
		x.konst, x.imm = true, l.Imm
	case InSlot:
		x.slot = int8(l.Imm + 1)
		if t.IsVec() {
			c.plan.slotsX |= 1 << l.Imm
		} else {
			c.plan.slots |= 1 << l.Imm
		}
	}
	return v
}

// flush stores everything dirty to ir.State. Registers keep their values.
func (c *Compiler) flush() {
	for d := c.dirty; d != 0; d = c.dirty {
		n := trailing(d)
		x := &c.vals[c.guest[n]]
		if x.reg == NoReg && x.typ.IsVec() {
			c.in(c.guest[n])
		}
		c.clean(x)
	}
	c.flushFlags()
}
