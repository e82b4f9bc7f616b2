package dynamic

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// What the words themselves say of why they cannot be measured.

// changes says of an instruction that its result is another each time, why.
func changes(word uint32) string {
	if word>>20 != 0xd53 {
		return ""
	}
	switch a64.Decode(word).SysReg() {
	case ir.SysCNTVCT, ir.SysCNTVCTSS:
		return "reads the time"
	case ir.SysRNDR, ir.SysRNDRRS:
		return "reads a random number"
	}
	return ""
}

// missing says of an instruction that is undefined here, what would define it. Nothing would if it is not allocated.
func missing(word uint32) string {
	op := a64.Decode(word).Op
	switch op {
	case a64.OpMrs, a64.OpMsr, a64.OpMsrImm, a64.OpSys, a64.OpSysl, a64.OpEret, a64.OpEretaa, a64.OpDrps, a64.OpHvc, a64.OpSmc,
		a64.OpHlt, a64.OpDcps1, a64.OpDcps2, a64.OpDcps3:
		return "needs EL1"
	}
	if l := op.Info(); l != nil && l.Unsupported {
		return "needs FEAT_" + l.Feature.String()
	}
	return ""
}
