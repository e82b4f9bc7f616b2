package lift

import (
	"testing"

	"axol/jit/a64"
	"axol/jit/interp"
	"axol/jit/ir"
)

// TestFeaturesShownAreLifted: what the ID registers promise is there, every line of it; and
// what is there is promised, if programs can ask for it.
func TestFeaturesShownAreLifted(t *testing.T) {
	const pfr0, isar0, isar1, isar2 = 0xC020, 0xC030, 0xC031, 0xC032
	var st ir.State
	for _, f := range []struct {
		feature    a64.Feature
		reg        uint64
		shift, min uint64
	}{
		{a64.FP16, pfr0, 16, 1}, {a64.FP16, pfr0, 20, 1},
		{a64.AES, isar0, 4, 1}, {a64.PMULL, isar0, 4, 2}, {a64.SHA1, isar0, 8, 1}, {a64.SHA256, isar0, 12, 1},
		{a64.SHA512, isar0, 12, 2}, {a64.CRC32, isar0, 16, 1}, {a64.LSE, isar0, 20, 2}, {a64.RDM, isar0, 28, 1},
		{a64.SHA3, isar0, 32, 1}, {a64.SM3, isar0, 36, 1}, {a64.SM4, isar0, 40, 1}, {a64.DotProd, isar0, 44, 1},
		{a64.FHM, isar0, 48, 1}, {a64.FlagM, isar0, 52, 1}, {a64.FlagM2, isar0, 52, 2},
		{a64.JSCVT, isar1, 12, 1}, {a64.FCMA, isar1, 16, 1}, {a64.LRCPC, isar1, 20, 1}, {a64.LRCPC2, isar1, 20, 2},
		{a64.PAuth, isar1, 8, 1}, {a64.PAuth, isar1, 28, 1}, {a64.DGH, isar1, 48, 1}, {a64.XS, isar1, 56, 1},
		{a64.WFxT, isar2, 0, 2}, {a64.HBC, isar2, 20, 1}, {a64.MOPS, isar2, 16, 1}, {a64.CSSC, isar2, 52, 1},
		{a64.SVE, pfr0, 32, 1}, {a64.MTE, 0xC021, 8, 1}, {a64.SME, 0xC021, 24, 1}, {a64.THE, 0xC021, 48, 1},
		{a64.LS64, isar1, 60, 1}, {a64.LRCPC3, isar1, 20, 3}, {a64.LSE128, isar0, 20, 3}, {a64.TME, isar0, 24, 1},
		{a64.FRINTTS, isar1, 32, 1}, {a64.SB, isar1, 36, 1}, {a64.BF16, isar1, 44, 1}, {a64.I8MM, isar1, 52, 1},
	} {
		shown := interp.ReadSys(&st, f.reg)>>f.shift&15 >= f.min
		for _, l := range a64.Table() {
			if l.Feature == f.feature && Supported(l.Op) != shown {
				t.Errorf("%s: shown %v, %s (%s) lifted %v", f.feature, shown, l.Name, l.Pattern, !shown)
			}
		}
	}
}
