package probes

import "axol/runtime"

// mechanism is how a kernel takes a hit, once the rules have let the probe be registered. Each
// field is one change that was made to it; since says when.
type mechanism struct {
	hardwareStep  bool // the slot has the instruction alone, and software step ends it; else BRK #6 stands behind
	stepContext   bool // the end of the slot is known by ss_ctx.match_addr, not by the state
	losesReenter  bool // the end of the slot of a nested hit is nobody's, which is the end
	daif          daifRule
	clearsCurrent bool // a pre handler that returns nonzero ends the hit; else it lasts until a break handler
	faultHandler  bool // faults in handlers are counted as misses, and fault handlers are called
	fixup         bool // the page-fault hook does exception-table fixups itself
	strayIsOops   bool // BRK #4 without a probe; else it is executed again, for ever
	nestsInSlot   bool // a hit while stepping is nested like one in a handler; else it is fatal
	savesDAIF     bool // what the outer hit saved is kept for it while a nested one is stepped
	faultAtSlot   bool // the page-fault hook acts on faults of the slot's instruction only
	oldWarning    bool // the words of v4.8 for a hit that is too deep

	jprobes    bool
	brkReturn  bool // the kretprobe trampoline is BRK #7; else assembly that saves the registers
	frameLink  bool // that assembly makes X29 point to a frame record
	entryOnly  bool // kretprobes stand on the first instruction of a function only
	listReturn bool // the generic trampoline handler: checks X29, and has one busy probe current for all handlers
	returnPC   bool // handlers of a return see the return address as PC
	maxData    int  // of a kretprobe's instances; 0: no bound
	atFunction bool // addresses must lie in a symbol
}

// daifRule is what becomes of PSTATE.DAIF around a slot.
type daifRule struct {
	set, clear    uint64 // for the slot
	nestedClear   uint64 // and this, if the hit is nested
	restore       uint64 // bits that come back from what was saved, behind the slot
	nestedSet     uint64 // set behind the slot of a nested hit, whether it ended or faulted
	faultRestores bool   // restore also after a fault in the slot, unless nested
}

const (
	daifAll  = runtime.PStateDAIF
	maskDbg  = runtime.PStateD
	maskIRQs = runtime.PStateI
)

// runsAway says that the step of a hit does not end: it was begun with debug exceptions masked, and nobody
// unmasks them.
func (m *mechanism) runsAway(pstate uint64) bool {
	return m.hardwareStep && pstate&maskDbg != 0 && m.daif.clear&maskDbg == 0
}

// daifRules by the first release that has them.
var daifRules = []struct {
	since version
	rule  daifRule
}{
	{version{4, 8}, daifRule{set: maskIRQs, nestedClear: maskDbg, restore: maskIRQs, nestedSet: maskDbg}},
	{version{5, 1}, daifRule{set: maskIRQs, clear: maskDbg, restore: maskIRQs}},
	{version{5, 3}, daifRule{set: maskIRQs, clear: maskDbg, restore: daifAll}},
	{version{5, 10}, daifRule{set: daifAll, restore: daifAll}},
	{version{5, 13}, daifRule{set: daifAll, restore: daifAll, faultRestores: true}},
}

func daifRuleOf(v version) (r daifRule) {
	for _, d := range daifRules {
		if !v.before(d.since) {
			r = d.rule
		}
	}
	return r
}

// mechanismOf is a mainline kernel's.
func mechanismOf(v version) mechanism {
	until := func(major, minor int) bool { return v.before(version{major, minor}) }
	since := func(major, minor int) bool { return !until(major, minor) }
	m := mechanism{
		hardwareStep:  until(5, 10),
		stepContext:   until(5, 11),
		daif:          daifRuleOf(v),
		clearsCurrent: since(4, 19),
		faultHandler:  until(5, 14),
		fixup:         until(6, 2),
		strayIsOops:   since(6, 2),
		nestsInSlot:   since(7, 2),
		savesDAIF:     since(7, 2),
		faultAtSlot:   since(7, 2),
		oldWarning:    until(5, 0),
		jprobes:       until(4, 15),
		brkReturn:     since(6, 13),
		frameLink:     since(5, 15),
		entryOnly:     since(4, 12),
		listReturn:    since(5, 10),
		returnPC:      since(5, 15),
		atFunction:    since(6, 0),
	}
	if since(5, 16) {
		m.maxData = 4096
	}
	return m
}

// stableMechanism is that of the two late stable kernels, which have later fixes than their
// release: a hit in the slot nests.
func stableMechanism(name string) (mechanism, version) {
	base := version{6, 1}
	if name == "debian-6.12" {
		base = version{6, 12}
	}
	m := mechanismOf(base)
	m.nestsInSlot, m.savesDAIF = true, true
	m.brkReturn = name == "debian-6.12"
	return m, base
}

// Immediates of the breakpoints that are the kernel's (asm/brk-imm.h).
const (
	immKprobe     = 0x004
	immUprobe     = 0x005
	immSlotEnd    = 0x006
	immKretprobe  = 0x007
	immBug        = 0x800
	immCallReturn = 0xA001 // ours: the function that a handler called has returned
	immDead       = 0xA002 // ours: the guest has been given up
)

// brkWord is BRK with an immediate.
func brkWord(imm uint32) uint32 { return 0xd4200000 | imm<<5 }
