package amd64

import "axol/jit/ir"

// plan is what is decided about a unit before code is emitted.
type plan struct {
	order  []ir.BlockID
	blocks []blockPlan
	// home is the host register each guest register has at the joints of the
	// unit's control flow; NoReg: it is in ir.State there.
	home   [numGuest]Reg
	homes  uint64 // guest registers that have one
	writes uint64 // guest registers written in the unit
	slots  uint64 // spill slots in use
	slotsX uint64

	flagsDead bool
}

// blockPlan is what is decided about a block.
type blockPlan struct {
	label   Label
	pos     int32 // place in the order; -1: not placed
	preds   int32 // edges that lead here
	depth   int8
	loop    bool
	exit    bool // nothing but OpExit: each edge to it becomes an exit of its own
	inherit bool // one edge leads here, from a block placed before: the state is taken over

	use, def uint64 // guest registers read before written; written
	live     uint64 // guest registers somebody in the unit reads before writing them
	// flagsLive: somebody can see the NZCV of the block's entry.
	flagsLive            bool
	flagsRead, flagsKill bool

	effect effect
	in     facts // at its beginning

	entry []Loc
	fl    flagState
	taken bool // entry and fl are set
}

// analyze prepares values and plan for the unit.
func (c *Compiler) analyze() {
	c.initVals()
	p := &c.plan
	p.order = p.order[:0]
	for len(p.blocks) < len(c.u.Blocks) {
		p.blocks = append(p.blocks, blockPlan{})
	}
	p.blocks = p.blocks[:len(c.u.Blocks)]
	p.writes = 0
	for id := range p.blocks {
		b := &p.blocks[id]
		uses := b.label.uses[:0]
		*b = blockPlan{pos: -1}
		b.label.uses = uses
		c.scanBlock(&c.u.Blocks[id], b)
		p.writes |= b.def
	}
	c.orderBlocks(0)
	c.findLoops()
	c.liveness()
	c.findFacts()
	c.chooseHomes()
	p.flagsDead = !p.blocks[0].flagsLive
}

func (c *Compiler) initVals() {
	n := len(c.u.Insts) + numGuest + 1
	if cap(c.vals) < n {
		c.vals = make([]val, n+n/2)
	}
	c.vals = c.vals[:n]
	for i := range c.u.Insts {
		in := &c.u.Insts[i]
		x := &c.vals[i]
		*x = val{reg: NoReg, typ: in.Type}
		switch in.Op {
		case ir.OpConst, ir.OpVConst:
			x.konst, x.imm = true, in.Imm
		}
	}
	for i := len(c.u.Insts); i < n; i++ {
		c.vals[i] = val{reg: NoReg}
	}
}

// scanBlock counts uses, and finds which guest registers the block reads and writes,
// which value is meant for which, and which may take its place at once.
func (c *Compiler) scanBlock(b *ir.Block, p *blockPlan) {
	observer := ir.Value(0)            // the last instruction before which guest state can be seen
	var touched [numGuest + 1]ir.Value // the last instruction that names each guest register, or NZCV
	p.exit = b.Insns == 0 && c.u.Insts[b.First].Op == ir.OpExit
	for i := ir.Value(b.First); i < ir.Value(b.Last); i++ {
		in := &c.u.Insts[i]
		info := in.Op.Info()
		for k, a := range [...]ir.Value{in.A, in.B, in.C} {
			if k < len(info.Args) && info.Args[k] != '.' && a != 0 {
				c.vals[a].uses++
			}
		}
		if info.Effect.CanFault() || in.Op == ir.OpHook || in.Op == ir.OpHelper || in.Op == ir.OpActions {
			observer = i
			if !p.flagsKill {
				p.flagsRead = true
			}
		}
		if info.Effect&ir.FPStatus != 0 {
			observer = i // it may stop, and the instruction be done over
		}
		switch in.Op {
		case ir.OpAdd:
			if c.scales(in) {
				c.vals[in.B].scaled++
			}
		case ir.OpGetX, ir.OpGetV:
			n := guestOf(in)
			touched[n] = i
			if p.def>>n&1 == 0 {
				p.use |= 1 << n
			}
		case ir.OpSetX, ir.OpSetV:
			n := guestOf(in)
			p.def |= 1 << n
			c.meantFor(in.A, n, max(observer, touched[n]))
			touched[n] = i
		case ir.OpGetFlags:
			touched[numGuest] = i
			if !p.flagsKill {
				p.flagsRead = true
			}
		case ir.OpSetFlags:
			p.flagsKill = true
			seen := max(observer, touched[numGuest])
			c.vals[in.A].early = in.A >= seen
			c.vals[seen].flagsEnd = seen != 0
			touched[numGuest] = i
		}
	}
}

func guestOf(in *ir.Inst) int {
	if in.Op == ir.OpGetV || in.Op == ir.OpSetV {
		return guestV + int(in.Imm)
	}
	return int(in.Imm)
}

// meantFor notes that v will be written to guest register n. Where nobody can look
// at n between the making of v and the write, the write may come first.
func (c *Compiler) meantFor(v ir.Value, n int, seen ir.Value) {
	for {
		x := &c.vals[v]
		if x.hint == 0 {
			x.hint = int8(n + 1)
			x.early = v >= seen
		}
		in := &c.u.Insts[v]
		if in.Op != ir.OpZext32 && in.Op != ir.OpFToV {
			return
		}
		x.early = false // an alias is not made; what it stands for is
		v = in.A
		if op := c.u.Insts[v].Op; op == ir.OpLow32 || op == ir.OpVToF {
			return
		}
	}
}

// orderBlocks places blocks so that the way not taken falls through, or, where a branch goes back in
// the guest's code, which it will mostly do, the way taken.
func (c *Compiler) orderBlocks(first ir.BlockID) {
	p := &c.plan
	pending := []ir.BlockID{first}
	for len(pending) > 0 {
		id := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		for id >= 0 && p.blocks[id].pos < 0 && !p.blocks[id].exit || len(p.order) == 0 {
			p.blocks[id].pos = int32(len(p.order))
			p.order = append(p.order, id)
			s := c.u.Blocks[id].Succ
			if s[1] >= 0 && c.u.Blocks[s[0]].PC <= c.u.Blocks[id].PC && p.blocks[s[0]].pos < 0 {
				s[0], s[1] = s[1], s[0]
			}
			if s[1] >= 0 {
				pending = append(pending, s[0])
				id = s[1]
			} else {
				id = s[0]
			}
		}
	}
}

// findLoops counts edges and finds how many loops are around each block.
func (c *Compiler) findLoops() {
	p := &c.plan
	p.blocks[0].preds++ // the entry of the unit
	for _, id := range p.order {
		p.blocks[id].loop = c.u.Blocks[id].Loop
		for _, s := range c.u.Blocks[id].Succ {
			if s < 0 {
				continue
			}
			b := &p.blocks[s]
			b.preds++
			if !c.u.Blocks[s].Loop || b.pos > p.blocks[id].pos {
				continue
			}
			for k := b.pos; k <= p.blocks[id].pos; k++ {
				if d := &p.blocks[p.order[k]]; d.depth < 4 {
					d.depth++
				}
			}
		}
	}
	for _, id := range p.order {
		b := &p.blocks[id]
		b.inherit = id != 0 && b.preds == 1 && !b.loop
	}
}

// liveness finds for each block the guest registers read later in the unit, and
// whether NZCV matters. Leaving the unit counts as a look at NZCV, not as a use of registers.
func (c *Compiler) liveness() {
	p := &c.plan
	for changed := true; changed; {
		changed = false
		for i := len(p.order) - 1; i >= 0; i-- {
			id := p.order[i]
			b := &p.blocks[id]
			live, fl := uint64(0), c.u.Blocks[id].Succ[0] < 0
			for _, s := range c.u.Blocks[id].Succ {
				if s < 0 {
					continue
				}
				live |= p.blocks[s].live
				fl = fl || p.blocks[s].exit || p.blocks[s].flagsLive
			}
			live = live&^b.def | b.use
			fl = b.flagsRead || fl && !b.flagsKill
			if live != b.live || fl != b.flagsLive {
				b.live, b.flagsLive, changed = live, fl, true
			}
		}
	}
}

// Registers the plan may give away, in order of preference; the rest is for values inside a block.
var (
	planGPR = []Reg{RBX, RSI, RDI, R9, R10, R12, R8}
	planXMM = []Xmm{13, 12, 11, 10, 9, 8, 7, 6, 5, 4}
)

// chooseHomes gives host registers to the guest registers used most, by loop depth.
func (c *Compiler) chooseHomes() {
	p := &c.plan
	for i := range p.home {
		p.home[i] = NoReg
	}
	p.homes, c.gpr.planned, c.xmm.planned = 0, 0, 0
	var weight [guestFA]int32
	if c.joints() {
		c.weigh(&weight)
		weight[guestSP] = 0
		c.assignPinned(weight[:guestV])
		c.assign(weight[guestV:], guestV, planXMM, &c.xmm)
	}
	planned := c.gpr.planned
	for _, q := range pins {
		if planned>>q.reg&1 == 0 {
			c.plant(int(q.guest), q.reg, &c.gpr)
		}
	}
	c.gpr.planned = planned // the others may be taken like any
}

// joints reports whether ways meet in the unit.
func (c *Compiler) joints() bool {
	for _, id := range c.plan.order {
		if b := &c.plan.blocks[id]; !b.inherit && (id != 0 || b.loop) {
			return true
		}
	}
	return false
}

func (c *Compiler) weigh(weight *[guestFA]int32) {
	for _, id := range c.plan.order {
		b := &c.u.Blocks[id]
		w := int32(1) << (3 * c.plan.blocks[id].depth)
		for i := b.First; i < b.Last; i++ {
			switch in := &c.u.Insts[i]; in.Op {
			case ir.OpGetX, ir.OpSetX, ir.OpGetV, ir.OpSetV:
				weight[guestOf(in)] += w
			}
		}
	}
}

// assignPinned is assign for the general registers: those that are pinned and used keep their places.
func (c *Compiler) assignPinned(weight []int32) {
	var rest [guestV]int32
	copy(rest[:], weight)
	for range planGPR {
		n := heaviest(rest[:])
		if rest[n] < 2 {
			break
		}
		rest[n] = 0
		if pinOf[n] != NoReg {
			weight[n] = 0
			c.plant(n, pinOf[n], &c.gpr)
		}
	}
	c.assign(weight, 0, planGPR, &c.gpr)
}

func heaviest(weight []int32) int {
	best := 0
	for n, w := range weight {
		if w > weight[best] {
			best = n
		}
	}
	return best
}

func (c *Compiler) assign(weight []int32, first int, regs []Reg, f *file) {
	for _, r := range regs {
		if f.planned>>r&1 != 0 {
			continue
		}
		n := heaviest(weight)
		if w := weight[n]; w < 2 || w < displace && f == &c.gpr && pinRegs>>r&1 != 0 {
			return
		}
		weight[n] = 0
		c.plant(first+n, r, f)
	}
}

// displace is the weight for which it pays to bring a pinned register elsewhere.
const displace = 4

// plant gives guest register n the host register r.
func (c *Compiler) plant(n int, r Reg, f *file) {
	c.plan.home[n] = r
	c.plan.homes |= 1 << n
	f.planned |= 1 << r
}

// joint is the set of guest registers that are in their planned registers where
// block id begins: SP, those somebody will read, and in a loop all that have one.
func (c *Compiler) joint(id ir.BlockID) uint64 {
	b := &c.plan.blocks[id]
	if b.depth > 0 {
		return c.plan.homes
	}
	return c.plan.homes & (b.live | pinned)
}
