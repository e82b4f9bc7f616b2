package jit

import (
	"axol/jit/amd64"
	"axol/jit/ir"
)

// restore brings ir.State up to date after a stop: what a point says is elsewhere is
// taken from the saved host registers, spill slots and constants.
func (c *CPU) restore(u *unit, p *amd64.Point) {
	st, h := c.State(), &c.frame.Host
	st.PC = p.PC
	p.Placed.Each(func(guest int, reg amd64.Reg) {
		if guest == 31 {
			st.SP = h.GPR[reg]
		} else {
			st.X[guest] = h.GPR[reg]
		}
	})
	var fa, fb uint64
	for _, l := range u.locs[p.Locs : p.Locs+uint32(p.NumLocs)] {
		switch g := int(l.Guest); {
		case g < 31:
			st.X[g] = c.valueOf(l)
		case g == 31:
			st.SP = c.valueOf(l)
		case g < 64:
			st.V[g-32] = vectorOf(h, l)
		case g == 64:
			fa = c.valueOf(l)
		default:
			fb = c.valueOf(l)
		}
	}
	switch p.Flags.Kind {
	case amd64.FlagsHome: // the exit stub has converted Host.Flags
	case amd64.FlagsConst:
		st.NZCV = uint64(p.Flags.NZCV) << 28
	default:
		st.NZCV = nzcv(p.Flags, fa, fb)
	}
}

// valueOf is an integer that a point names. Operands of the flags may be in their homes.
func (c *CPU) valueOf(l amd64.Loc) uint64 {
	h := &c.frame.Host
	switch l.Where {
	case amd64.InReg:
		return h.GPR[l.Reg]
	case amd64.InSlot:
		return h.Spill[l.Imm]
	case amd64.IsConst:
		return l.Imm
	}
	if l.Imm == 31 {
		return c.State().SP
	}
	return c.State().X[l.Imm]
}

func vectorOf(h *amd64.Host, l amd64.Loc) (v [2]uint64) {
	switch l.Where {
	case amd64.InReg:
		v = h.XMM[l.Reg]
	case amd64.InSlot:
		v = h.SpillX[l.Imm]
	case amd64.IsConst:
		v = [2]uint64{l.Imm, l.Imm}
	}
	switch l.Scalar {
	case 4:
		v = [2]uint64{v[0] & 0xFFFFFFFF, 0}
	case 8:
		v[1] = 0
	}
	return v
}

// nzcv computes the flags from a recipe (Arm ARM, AddWithCarry).
func nzcv(f amd64.FlagsLoc, a, b uint64) uint64 {
	switch f.Kind {
	case amd64.FlagsLogic:
		return ir.LogicNZCV(f.Wide, a)
	case amd64.FlagsSubR:
		a += b
		fallthrough
	case amd64.FlagsSub:
		return ir.AddNZCV(f.Wide, a, ^b, 1)
	case amd64.FlagsAddR:
		a -= b
	}
	return ir.AddNZCV(f.Wide, a, b, 0)
}
