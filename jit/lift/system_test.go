package lift

import (
	"strings"
	"testing"

	"axol/jit/ir"
)

// TestEL0 says what EL0 may do, and what is undefined there.
func TestEL0(t *testing.T) {
	for _, c := range []struct {
		name string
		word uint32
		want string // the operation that does it
	}{
		{"mrs x0, nzcv", 0xd53b4200, "nzcv"},
		{"mrs x0, fpcr", 0xd53b4400, "getsys"},
		{"mrs x0, ctr_el0", 0xd53b0020, "const"},
		{"mrs x0, dczid_el0", 0xd53b00e0, "const"},
		{"mrs x0, midr_el1", 0xd5380000, "const"},
		{"mrs x0, id_aa64isar0_el1", 0xd5380600, "const"},
		{"mrs x0, id_pfr0_el1", 0xd5380100, "trap.2"},
		{"mrs x0, currentel", 0xd5384240, "trap.2"},
		{"mrs x0, sctlr_el1", 0xd5381000, "trap.2"},
		{"mrs x0, daif", 0xd53b4220, "trap.2"},
		{"mrs x0, cntvct_el0", 0xd53be040, "getsys"},
		{"msr tpidr_el0, x0", 0xd51bd040, "setsys"},
		{"msr tpidrro_el0, x0", 0xd51bd060, "trap.2"},
		{"msr nzcv, x0", 0xd51b4200, "flagsof"},
		{"msr daifset, #2", 0xd50342df, "trap.2"},
		{"msr sctlr_el1, x0", 0xd5181000, "trap.2"},
		{"dc zva, x0", 0xd50b7420, "zeroblock"},
		{"dc cvau, x0", 0xd50b7b20, "load"},
		{"dc ivac, x0", 0xd5087620, "trap.2"},
		{"tlbi vmalle1", 0xd508871f, "trap.2"},
		{"at s1e0r, x0", 0xd5087840, "trap.2"},
		{"hvc #0", 0xd4000002, "trap.2"},
		{"smc #0", 0xd4000003, "trap.2"},
		{"hlt #0", 0xd4400000, "trap.2"},
		{"eret", 0xd69f03e0, "trap.2"},
		{"brk #1", 0xd4200020, "trap.1"},
		{"yield", 0xd503203f, "trap.5"},
		{"wfi", 0xd503207f, "trap.5"},
		{"paciasp", 0xd503233f, "mulhiu"},
		{"pacia x0, x1", 0xdac10020, "mulhiu"},
		{"eretaa", 0xd69f0bff, "trap.2"},
		{"mrs x0, dit", 0xd53b42a0, "getsys"},
		{"msr ssbs, x0", 0xd51b42c0, "setsys"},
		{"msr dit, #1", 0xd503415f, "setsys"},
		{"msr pan, #1", 0xd500419f, "trap.2"},
		{"mrs x0, rndr", 0xd53b2400, "getsys"},
		{"mrs x0, cntvctss_el0", 0xd53be0c0, "getsys"},
		{"mrs x0, cntpct_el0", 0xd53be020, "trap.2"},
		{"mrs x0, pmccntr_el0", 0xd53b9d00, "trap.2"},
		{"mrs x0, tpidr2_el0", 0xd53bd0a0, "trap.2"},
		{"mrs x0, apiakeylo_el1", 0xd5382100, "trap.2"},
		{"dc cvadp, x0", 0xd50b7d20, "load"},
		{"cfp rctx, x0", 0xd50b7380, "trap.2"},
		{"wfet x0", 0xd5031000, "trap.5"},
		{"isb", 0xd5033fdf, "fence.3"},
		{"dmb ishld", 0xd50339bf, "fence.1"},
		{"dsb ishst", 0xd5033abf, "fence.2"},
		{"clrex", 0xd5033f5f, "clearex"},
	} {
		var lf Lifter
		var u ir.Unit
		lf.One(&u, 0x1000, c.word, &Options{})
		if !strings.Contains(u.String(), c.want) || strings.Contains(u.String(), "trap.2") != (c.want == "trap.2") {
			t.Errorf("%s: want %s in\n%s", c.name, c.want, &u)
		}
	}
}
