package probes

// line is one encoding class the kernels have an opinion about. A word belongs
// to the first line it matches (word&mask == value); what matches none is
// stepped. The columns, one letter each, are the rule sets in the order of
// columnNames; R is refused, S simulated, X stepped in a slot.
type line struct {
	name        string
	mask, value uint32
	kprobe      string
	uprobe      string // when it differs from kprobe
	handler     Handler
	refused     Reason // the reason where a column says R
	hazard      Reason // what goes wrong where a column says X
}

// columnNames are the rule sets: the mainline generations A to F, and the two
// late stable kernels, which carry some later fixes and not others.
var columnNames = [...]string{"A", "B", "C", "D", "E", "F", "debian-6.1", "debian-6.12"}

const (
	never  = "RRRRRRRR"
	always = "SSSSSSSS"
	slot   = "XXXXXXXX"

	hintNumber = 0xffffffff // mask of one hint: all 32 bits
)

// hint is the encoding of HINT #n.
func hint(n uint32) uint32 { return 0xd503201f | n<<5 }

// lines is the table of all rule sets. The kernels' masks are reproduced as
// they are, with what they forget: an encoding younger than the decoder falls
// through to the slot, and runs there with the slot's PC.
var lines = []line{
	// Hints. v4.8 refuses five and steps all others; v5.8 turned that round.
	{name: "nop", mask: hintNumber, value: hint(0), kprobe: "XXXXSSXX", handler: HandlerNop},
	{name: "yield", mask: hintNumber, value: hint(1), kprobe: never, refused: ReasonWaitHint},
	{name: "wfe", mask: hintNumber, value: hint(2), kprobe: never, refused: ReasonWaitHint},
	{name: "wfi", mask: hintNumber, value: hint(3), kprobe: never, refused: ReasonWaitHint},
	{name: "sev", mask: hintNumber, value: hint(4), kprobe: never, refused: ReasonWaitHint},
	{name: "sevl", mask: hintNumber, value: hint(5), kprobe: never, refused: ReasonWaitHint},
	{name: "xpaclri", mask: hintNumber, value: hint(0x07), kprobe: slot},
	{name: "pacia1716", mask: hintNumber, value: hint(0x08), kprobe: slot},
	{name: "pacib1716", mask: hintNumber, value: hint(0x0a), kprobe: slot},
	{name: "autia1716", mask: hintNumber, value: hint(0x0c), kprobe: "XXRRRRRR", refused: ReasonAuthHint},
	{name: "autib1716", mask: hintNumber, value: hint(0x0e), kprobe: "XXRRRRRR", refused: ReasonAuthHint},
	{name: "paciaz", mask: hintNumber, value: hint(0x18), kprobe: slot},
	{name: "paciasp", mask: hintNumber, value: hint(0x19), kprobe: slot},
	{name: "pacibz", mask: hintNumber, value: hint(0x1a), kprobe: slot},
	{name: "pacibsp", mask: hintNumber, value: hint(0x1b), kprobe: slot},
	{name: "autiaz", mask: hintNumber, value: hint(0x1c), kprobe: "XXRRRRRR", refused: ReasonAuthHint},
	{name: "autiasp", mask: hintNumber, value: hint(0x1d), kprobe: "XXRRRRRR", refused: ReasonAuthHint},
	{name: "autibz", mask: hintNumber, value: hint(0x1e), kprobe: "XXRRRRRR", refused: ReasonAuthHint},
	{name: "autibsp", mask: hintNumber, value: hint(0x1f), kprobe: "XXRRRRRR", refused: ReasonAuthHint},
	{name: "bti", mask: hintNumber, value: hint(0x20), kprobe: slot},
	{name: "bti c", mask: hintNumber, value: hint(0x22), kprobe: slot},
	{name: "bti j", mask: hintNumber, value: hint(0x24), kprobe: slot},
	{name: "bti jc", mask: hintNumber, value: hint(0x26), kprobe: slot},
	{name: "other hint", mask: 0xfffff01f, value: 0xd503201f, kprobe: "XRRRRRRR", refused: ReasonOtherHint},

	// Exceptions and system registers. Every MSR goes, not only those of DAIF;
	// the mask of MSR (immediate) takes CFINV, XAFLAG and AXFLAG along.
	{name: "exception", mask: 0xff000000, value: 0xd4000000, kprobe: never, refused: ReasonException},
	{name: "msr immediate", mask: 0xfff8f01f, value: 0xd500401f, kprobe: never, refused: ReasonMSR},
	{name: "msr register", mask: 0xfff00000, value: 0xd5100000, kprobe: never, refused: ReasonMSR},
	{name: "mrs daif", mask: 0xffffffe0, value: 0xd53b4220, kprobe: never, refused: ReasonMRSDAIF},
	{name: "eret", mask: 0xffffffff, value: 0xd69f03e0, kprobe: never, refused: ReasonExceptionReturn},
	{name: "eretaa/ab", mask: 0xfffffbff, value: 0xd69f0bff, kprobe: "XXRRRRRR", refused: ReasonExceptionReturn, hazard: HazardSlotBranch},

	// Branches.
	{name: "b", mask: 0xfc000000, value: 0x14000000, kprobe: always, handler: HandlerBBl},
	{name: "bl", mask: 0xfc000000, value: 0x94000000, kprobe: always, handler: HandlerBBl},
	{name: "cbz/cbnz", mask: 0x7e000000, value: 0x34000000, kprobe: always, handler: HandlerCbz},
	{name: "tbz/tbnz", mask: 0x7e000000, value: 0x36000000, kprobe: always, handler: HandlerTbz},
	{name: "b.cond", mask: 0xff000010, value: 0x54000000, kprobe: always, handler: HandlerBCond},
	{name: "bc.cond", mask: 0xff000010, value: 0x54000010, kprobe: "XXXXXSXS", handler: HandlerBCond, hazard: HazardSlotBranch},
	{name: "br", mask: 0xfffffc1f, value: 0xd61f0000, kprobe: always, handler: HandlerBrBlr},
	{name: "blr", mask: 0xfffffc1f, value: 0xd63f0000, kprobe: always, handler: HandlerBrBlr},
	{name: "ret", mask: 0xfffffc1f, value: 0xd65f0000, kprobe: always, handler: HandlerRet},
	{name: "braa/ab", mask: 0xfefff800, value: 0xd61f0800, kprobe: "XXRRRRRR", refused: ReasonAuthBranch, hazard: HazardSlotBranch},
	{name: "blraa/ab", mask: 0xfefff800, value: 0xd63f0800, kprobe: "XXRRRRRR", refused: ReasonAuthBranch, hazard: HazardSlotBranch},
	{name: "retaa/ab", mask: 0xfffffbff, value: 0xd65f0bff, kprobe: "XXRRRRRR", refused: ReasonAuthBranch, hazard: HazardSlotBranch},
	{name: "retaasppcr", mask: 0xfffffbe0, value: 0xd65f0be0, kprobe: slot, hazard: HazardSlotBranch},
	{name: "retaasppc", mask: 0xffc0001f, value: 0x5500001f, kprobe: slot, hazard: HazardSlotBranch},
	{name: "cb<cc>", mask: 0x7e000000, value: 0x74000000, kprobe: slot, hazard: HazardSlotBranch},

	// Relative to PC. The mask of LDR (literal) fixes V=0, so that the SIMD
	// forms are stepped and read relative to the slot.
	{name: "adr/adrp", mask: 0x1f000000, value: 0x10000000, kprobe: always, handler: HandlerAdr},
	{name: "ldr literal", mask: 0xbf000000, value: 0x18000000, kprobe: always, uprobe: "SSSRRRRR", handler: HandlerLdr, refused: ReasonUserLiteral},
	{name: "ldrsw literal", mask: 0xff000000, value: 0x98000000, kprobe: always, uprobe: "SSSRRRRR", handler: HandlerLdrsw, refused: ReasonUserLiteral},
	{name: "prfm literal", mask: 0xff000000, value: 0xd8000000, kprobe: never, refused: ReasonPrefetchLiteral},
	{name: "ldr s/d literal", mask: 0xbf000000, value: 0x1c000000, kprobe: slot, hazard: HazardSlotLiteral},
	{name: "ldr q literal", mask: 0xff000000, value: 0x9c000000, kprobe: slot, hazard: HazardSlotLiteral},

	// Memory. The exclusives' mask takes CASP along; CPY and SET are refused
	// from v6.13.
	{name: "exclusive", mask: 0x3f800000, value: 0x08000000, kprobe: never, refused: ReasonExclusive},
	{name: "cpy/set", mask: 0x3b200c00, value: 0x19000400, kprobe: "XXXXRRXR", refused: ReasonMemoryCopy},
}

// verdict is what column c, of kprobes or of uprobes, says about the line.
func (l *line) verdict(c int, kind Kind) Verdict {
	columns := l.kprobe
	if kind == KindUprobe && l.uprobe != "" {
		columns = l.uprobe
	}
	switch columns[c] {
	case 'R':
		return Verdict{Class: Rejected, Reason: l.refused}
	case 'S':
		return Verdict{Class: Simulated, Handler: l.handler}
	}
	return Verdict{Class: Stepped, Reason: l.hazard}
}
