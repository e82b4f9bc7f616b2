package sweep

// Groups are the groups of instructions that tables show, as the Arm manual divides them (C4.1), and finer where that
// matters to probes.
var Groups = []string{
	"branches, direct", "branches to a register", "exceptions", "system registers, hints, barriers",
	"PC-relative addresses", "data processing, immediate", "data processing, register",
	"exclusive and ordered accesses", "literal loads", "pairs", "loads and stores", "vector structures", "atomic operations",
	"floating point and SIMD", "SVE and SME", "reserved, data",
}

// groupLine is words of a group: those that match in the bits of the mask. The first that matches counts.
type groupLine struct {
	mask, value uint32
	group       string
}

var groupLines = []groupLine{
	{0x7c000000, 0x14000000, "branches, direct"},
	{0x7e000000, 0x34000000, "branches, direct"},
	{0x7e000000, 0x36000000, "branches, direct"},
	{0xfe000000, 0x54000000, "branches, direct"},
	{0xfe000000, 0xd6000000, "branches to a register"},
	{0xff000000, 0xd4000000, "exceptions"},
	{0xff000000, 0xd5000000, "system registers, hints, barriers"},
	{0x1f000000, 0x10000000, "PC-relative addresses"},
	{0x1c000000, 0x10000000, "data processing, immediate"},
	{0x0e000000, 0x0a000000, "data processing, register"},
	{0x3f000000, 0x08000000, "exclusive and ordered accesses"},
	{0x3b000000, 0x18000000, "literal loads"},
	{0x3a000000, 0x28000000, "pairs"},
	{0xbe000000, 0x0c000000, "vector structures"},
	{0x3b200000, 0x38200000, "atomic operations"}, // and loads with a register offset, below
	{0x0a000000, 0x08000000, "loads and stores"},
	{0x0e000000, 0x0e000000, "floating point and SIMD"},
	{0x1e000000, 0x04000000, "SVE and SME"},
	{0x9e000000, 0x80000000, "SVE and SME"},
	{0x00000000, 0x00000000, "reserved, data"},
}

// groupOf is the index in Groups, by the upper half of the word: what the lines look at is there.
var groupOf = func() (table [1 << 16]uint8) {
	index := map[string]uint8{}
	for i, g := range Groups {
		index[g] = uint8(i)
	}
	for i := range table {
		for _, l := range groupLines {
			if uint32(i)<<16&l.mask == l.value {
				table[i] = index[l.group]
				break
			}
		}
	}
	return table
}()

// Bits 11:10 tell loads and stores with a register offset, and with pointer authentication, from atomic operations.
var (
	groupAtomic = groupOf[0x3820]
	groupAccess = groupOf[0x3800]
)

// Group is the index in Groups of an instruction's group.
func Group(word uint32) int {
	g := groupOf[word>>16]
	if g == groupAtomic && word&0xc00 != 0 {
		g = groupAccess
	}
	return int(g)
}
