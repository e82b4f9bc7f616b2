package amd64

// Some guest registers are in host registers wherever a unit begins or ends, and nearly always in between:
// those that calls and returns hand over. A store and a load each time would take longer than all the rest.

// pins says where they are. Values for which a unit has better use of such a host register take it
// in between.
var pins = [...]struct {
	guest uint8
	reg   Reg
}{
	{guestSP, R15},
	{0, R9},
	{30, R8},
	{29, R12},
	{19, R10},
	{1, RDI},
}

// Pins is a set of pinned registers.
type Pins uint8

// Each calls f for the members: guest registers, and the host registers they are in.
func (s Pins) Each(f func(guest int, reg Reg)) {
	for i, p := range pins {
		if s>>i&1 != 0 {
			f(int(p.guest), p.reg)
		}
	}
}

var (
	pinned  uint64 // the guest registers that are pinned
	pinRegs uint16 // the host registers they are in
	pinOf   [guestV]Reg
)

func init() {
	for n := range pinOf {
		pinOf[n] = NoReg
	}
	for _, p := range pins {
		pinned |= 1 << p.guest
		pinRegs |= 1 << p.reg
		pinOf[p.guest] = p.reg
	}
}

// enterPins says that the pinned registers are in their places, and nowhere else.
func (c *Compiler) enterPins() {
	for _, p := range pins {
		v := c.adopt(int(p.guest), Loc{Guest: p.guest, Where: InReg, Reg: p.reg})
		c.guest[p.guest] = v
		c.vals[v].guest = 1 << p.guest
	}
	c.dirty |= pinned
}

// leavePins brings the pinned registers into their places. What is in register keep stays there, unless that is
// one of the places: the register in which it is then is returned.
func (c *Compiler) leavePins(locs []Loc, keep Reg) Reg {
	moves := c.moves[:0]
	missing := pinned
	for _, l := range locs {
		if l.Guest < guestV && pinned>>l.Guest&1 != 0 && l.Where != InHome {
			missing &^= 1 << l.Guest
			moves = append(moves, move{dst: pinOf[l.Guest], src: l})
		}
	}
	if keep != NoReg && !inPlace(locs, keep) {
		moves = append(moves, move{dst: RCX, src: Loc{Where: InReg, Reg: keep}})
		keep = RCX
	}
	c.moves = moves
	c.parallel(moves, &c.gpr)
	for ; missing != 0; missing &= missing - 1 {
		n := trailing(missing)
		c.loadHome(pinOf[n], n)
	}
	return keep
}

// inPlace reports whether leavePins leaves register r as it is.
func inPlace(locs []Loc, r Reg) bool {
	if pinRegs>>r&1 == 0 {
		return true
	}
	for _, l := range locs {
		if l.Guest < guestV && pinned>>l.Guest&1 != 0 && pinOf[l.Guest] == r {
			return l.Where == InReg && l.Reg == r
		}
	}
	return false
}
