package amd64

import (
	"encoding/binary"
	"unsafe"

	"axol/jit/ir"
)

// Ways out of a unit. Direct branches are jumps the engine links to other units; indirect ones
// look the target up in the vCPU's jump cache.
//
// Calls and returns use the host's own: a call pushes the guest's return address and calls, so that
// the host address it pushes leads to the unit behind the guest's call; a return compares and
// returns. The host predicts both. Only the comparison has to be right: the stack starts anew with
// every entry from Go, and whenever a return does not find what it expects.

// exitTo leaves the unit for guest address pc. Where NZCV is not in its place there are
// two jumps to patch: one in front of the code that puts it there, for targets that
// do not look.
func (c *Compiler) exitTo(pc uint64, locs []Loc, fl flagState) {
	for _, l := range locs {
		if l.Dirty {
			c.storeLoc(l)
		}
	}
	link := Link{Target: pc}
	if fl.dirty {
		link.Lazy = c.patchable(opJmp)
		c.saveFlagsAt(locs, fl)
	}
	link.Full = c.patchable(opJmp)
	link.Home = uint32(c.Pos())
	c.linkTail(link)
}

// linkTail is where a link leads that is not linked: to the engine, with the link's number.
func (c *Compiler) linkTail(l Link) {
	c.rm(0xC7, false, 0, st(ir.OffExitArg))
	l.Num = uint32(c.Pos())
	c.u32(0)
	c.jmpTo(c.stubs.link - c.base)
	c.code.Links = append(c.code.Links, l)
}

const (
	opJmp  = 0xE9
	opCall = 0xE8
)

// patchable emits a jump or call to the next instruction, its displacement aligned so that
// it can be replaced while others execute it. It returns the displacement's offset.
func (c *Compiler) patchable(op byte) uint32 {
	c.nops(-(c.base + c.Pos() + 1) & 3)
	c.byte(op)
	c.u32(0)
	return uint32(c.Pos() - 4)
}

// exitCall leaves the unit for the function at pc; it returns to guest address ret.
func (c *Compiler) exitCall(pc, ret uint64) {
	c.flush()
	c.pushReturn(ret)
	call := Link{Target: pc, Full: c.patchable(opCall)}
	c.landing(ret)
	call.Home = uint32(c.Pos())
	binary.LittleEndian.PutUint32(c.Buf[call.Full:], call.Home-call.Full-4)
	c.linkTail(call)
}

// pushReturn pushes the guest's return address, for the return to compare.
func (c *Compiler) pushReturn(ret uint64) {
	if ret == uint64(int64(int32(ret))) {
		c.byte(0x68) // push imm32
		c.u32(uint32(ret))
		return
	}
	c.movImm(scratch, ret)
	c.byte(0x50) // push rax
}

// landing is where a call returns to: the unit for guest address ret.
func (c *Compiler) landing(ret uint64) {
	l := Link{Target: ret, Full: c.patchable(opJmp)}
	l.Home = uint32(c.Pos())
	c.linkTail(l)
}

// exitIndirect leaves the unit for the address in target.
func (c *Compiler) exitIndirect(kind ir.Branch, target Reg) {
	c.killFlags()
	var miss Label
	if kind == ir.BranchReturn {
		c.aluRM(aluCmp, true, target, at(RSP, 8))
		c.jcc(ccNE, &miss)
		c.byte(0xC2, 8, 0) // ret 8
		c.Asm.bind(&miss)
		c.load(true, RSP, host(unsafe.Offsetof(Host{}.SP)))
	}
	c.movRR(false, scratch, target)
	c.aluRI(aluAnd, false, scratch, (JumpEntries-1)<<2)
	entry := Mem{Base: RBP, Index: scratch, Scale: 2, Disp: jumpOff}
	c.aluRM(aluCmp, true, target, entry)
	var unknown Label
	c.jcc(ccNE, &unknown)
	code := plus(entry, int32(unsafe.Offsetof(JumpEntry{}.Code)))
	if kind == ir.BranchCall {
		ret := c.pc + 4
		c.keepIndex(ret)
		c.rm(0xFF, false, 2, code) // call
		c.landing(ret)
	} else {
		c.jmpMem(code)
	}
	c.Asm.bind(&unknown)
	c.store(true, st(ir.OffPC), target)
	c.jmpTo(c.stubs.lookup - c.base)
}

// keepIndex is pushReturn when rax is in use: a far address goes through memory.
func (c *Compiler) keepIndex(ret uint64) {
	if ret == uint64(int64(int32(ret))) {
		c.pushReturn(ret)
		return
	}
	m := host(tempOff)
	c.storeImm(false, m, int32(ret))
	c.storeImm(false, plus(m, 4), int32(ret>>32))
	c.rm(0xFF, false, 6, m) // push [m]
}

// flushState stores everything, for a way out that is taken here and now.
func (c *Compiler) flushState(pc uint64) {
	c.flush()
	c.storeConst(st(ir.OffPC), pc)
}
