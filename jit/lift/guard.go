package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Branch types (FEAT_BTI). An indirect branch sets PSTATE.BTYPE, the next instruction clears it, and if that one
// is in a guarded page, it has to be one that may be branched to in this way. Nothing of this is
// done by code for a guest that has no guarded pages.
//
// Where there are some, code tells the type of an indirect branch by the address it goes to: bits 63:48 are
// [Branched] and the type. The jump cache has different entries for the types, so that the engine checks what
// it puts in, and nobody what is found there. An address that is not one of 48 bits has no entry. What the address
// really was is in State.Branch.

// Branched is bits 63:50 of where an indirect branch leads, of code that tells branch types; bits 49:48 are the type.
const Branched = 1

// The values of BTYPE.
const (
	branchOther   = 0
	branchLinker  = 1 // BR of X16 or X17, and any BR outside of guarded pages
	branchCall    = 2
	branchGuarded = 3 // BR from a guarded page
)

// jumpTo ends the block with BR or the like. Linkers make code that leads on by X16 and X17, which the manual
// therefore lets go where a call may go (BranchTypeNextInstr).
func (l *lifter) jumpTo(target ir.Value) {
	kind := uint64(branchLinker)
	if n := l.in.Rn(); l.types && n != 16 && n != 17 && l.guarded(l.pc) {
		kind = branchGuarded
	}
	l.indirect(ir.BranchJump, target, kind)
}

// callTo ends the block with BLR or the like.
func (l *lifter) callTo(target ir.Value) {
	l.link()
	l.indirect(ir.BranchCall, target, branchCall)
}

// returnTo ends the block with RET or the like.
func (l *lifter) returnTo(target ir.Value) { l.indirect(ir.BranchReturn, target, branchOther) }

func (l *lifter) indirect(how ir.Branch, target ir.Value, kind uint64) {
	if l.types {
		l.Emit(ir.Inst{Op: ir.OpSetSys, A: target, Imm: ir.SysBranch})
		kind |= Branched << 2
		f := l.FlagsOf2(ir.OpFlagsSub, ir.I64, l.shift(a64.LSR, ir.I64, target, 48), l.Const(ir.I64, 0))
		told := l.or(target, l.Const(ir.I64, kind<<48))
		// Not aligned, so that the jump cache has no such entry.
		target = l.Select(ir.I64, ir.EQ, f, told, l.Const(ir.I64, kind<<48|1))
	}
	l.ExitIndirect(how, target)
}

// Lands reports whether an instruction in a guarded page may be executed with PSTATE.BTYPE of kind, 1 to 3 (Arm ARM,
// BTypeCompatible_BTI and BTypeCompatible_PACIXSP, with SCTLR_EL1.BT0 set, as Linux has it: a jump other than the
// linker's may not go to PACIASP). A breakpoint comes before the check.
func Lands(word uint32, kind uint64) bool {
	in := a64.Decode(word)
	switch in.Op {
	case a64.OpBrk, a64.OpHlt:
		return true
	case a64.OpPaciasp, a64.OpPacibsp:
		return kind != branchGuarded
	case a64.OpBti:
		return landingPads[in.Field(7, 6)]>>kind&1 != 0
	}
	return false
}

// landingPads has a bit for each kind that BTI lets pass, by its targets: none, C, J, JC.
var landingPads = [4]uint8{
	1: 1<<branchLinker | 1<<branchCall,
	2: 1<<branchLinker | 1<<branchGuarded,
	3: 1<<branchLinker | 1<<branchCall | 1<<branchGuarded,
}
