package runtime

import (
	"testing"

	"axol/jit/ir"
)

func TestTakeBRK(t *testing.T) {
	e := EL1{PState: ModeEL1h | PStatePAN | 2<<10}
	st := ir.State{PC: 0x1000, NZCV: 0x60000000}
	e.TakeBRK(&st, 4)
	if e.ESR != 0xF2000004 || e.ELR != 0x1000 || e.SPSR != 0x60400805 || e.PState != 0x4003C5 {
		t.Errorf("%+v", e)
	}
	st.ExSize = 8
	if step := e.Return(&st, 0x2000, 0x80400005); step || st.ExSize != 0 || st.PC != 0x2000 || st.NZCV != 0x80000000 || e.PState != 0x400005 || e.ELR != 0x2000 {
		t.Errorf("step %t, %+v, pc %#x, nzcv %#x", step, e, st.PC, st.NZCV)
	}
}

// When an ERET is followed by a step exception (Arm ARM D2.11.3), and with what syndrome.
func TestStepException(t *testing.T) {
	const on = MDSCRSS | MDSCRKDE | MDSCRMDE
	for _, c := range []struct {
		name        string
		mdscr, spsr uint64
		lock, ex    bool
		step        bool
		esr         uint64
	}{
		{"EL1", on, PStateSS | ModeEL1h, false, false, true, 0xCF000022},
		{"EL1, load-exclusive", on, PStateSS | ModeEL1h, false, true, true, 0xCF000062},
		{"EL1, I and F masked", on, PStateSS | PStateI | PStateF | ModeEL1h, false, false, true, 0xCF000022},
		{"EL1, D masked", on, PStateSS | PStateD | ModeEL1h, false, false, false, 0},
		{"EL1, KDE clear", MDSCRSS | MDSCRMDE, PStateSS | ModeEL1h, false, false, false, 0},
		{"EL1, SS of MDSCR clear", MDSCRKDE | MDSCRMDE, PStateSS | ModeEL1h, false, false, false, 0},
		{"EL1, SS of SPSR clear", on, ModeEL1h, false, false, false, 0},
		{"OS lock", on, PStateSS | ModeEL1h, true, false, false, 0},
		{"EL0", MDSCRSS, PStateSS | ModeEL0, false, false, true, 0xCB000022},
		{"EL0, D masked", MDSCRSS, PStateSS | PStateD | ModeEL0, false, false, true, 0xCB000022},
	} {
		e := EL1{MDSCR: c.mdscr, OSLock: c.lock}
		var st ir.State
		if got := e.Return(&st, 0x100, c.spsr); got != c.step {
			t.Errorf("%s: step is %t", c.name, got)
		}
		if !c.step {
			if e.PState&PStateSS != 0 {
				t.Errorf("%s: SS stays set", c.name)
			}
			continue
		}
		st.PC = 0x104
		if e.TakeStep(&st, c.ex); e.ESR != c.esr || e.ELR != 0x104 || e.SPSR != c.spsr&^PStateSS || e.PState != PStateDAIF|ModeEL1h {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
}

func TestTakeAbort(t *testing.T) {
	for _, c := range []struct {
		mode         uint64
		fetch, write bool
		esr          uint64
	}{
		{ModeEL1h, false, false, 0x96000007}, {ModeEL1h, false, true, 0x96000047}, {ModeEL1h, true, false, 0x86000007},
		{ModeEL0, false, true, 0x92000047}, {ModeEL0, true, false, 0x82000007},
	} {
		e := EL1{PState: c.mode}
		if e.TakeAbort(&ir.State{}, c.fetch, c.write, 0x123, esrTranslation); e.ESR != c.esr || e.FAR != 0x123 {
			t.Errorf("%+v: ESR %#x", c, e.ESR)
		}
	}
}
