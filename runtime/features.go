package runtime

import (
	"time"

	"axol/jit/ir"
)

// feature is something the guest's processor has: how the kernel announces it in
// AT_HWCAP, and where the ID registers say so (Arm ARM D23.2).
type feature struct {
	name  string
	hwcap uint64
	reg   uint32
	shift uint
	value uint64
}

// ID registers, numbered as in ir.Sys....
const (
	idPFR0  = 0xC020 // ID_AA64PFR0_EL1
	idISAR0 = 0xC030 // ID_AA64ISAR0_EL1
)

// features is the processor. FP and AdvSIMD are announced by a field of 0.
var features = []feature{
	{"el0", 0, idPFR0, 0, 1},
	{"el1", 0, idPFR0, 4, 1},
	{"fp", 1 << 0, idPFR0, 16, 0},
	{"asimd", 1 << 1, idPFR0, 20, 0},
	{"aes", 1 << 3, idISAR0, 4, 1},
	{"pmull", 1 << 4, idISAR0, 4, 2}, // includes aes
	{"sha1", 1 << 5, idISAR0, 8, 1},
	{"sha2", 1 << 6, idISAR0, 12, 1},
	{"crc32", 1 << 7, idISAR0, 16, 1},
	{"atomics", 1 << 8, idISAR0, 20, 2},
	{"cpuid", 1 << 11, 0, 0, 0}, // the ID registers can be read
}

// hwcap is AT_HWCAP.
func hwcap() (bits uint64) {
	for _, f := range features {
		bits |= f.hwcap
	}
	return bits
}

// sysRegs is every system register with a constant value.
var sysRegs = makeSysRegs()

func makeSysRegs() map[uint32]uint64 {
	const lineWords = 4 // log2 of the words in a cache line of 64 bytes
	regs := map[uint32]uint64{
		// Physically tagged caches; stores need no cleaning to be fetched (IDC), but
		// stale instructions must be invalidated (no DIC): that is how the engine
		// learns of new code.
		ir.SysCTR:    1<<31 | 1<<28 | lineWords<<24 | lineWords<<20 | lineWords<<16 | 3<<14 | lineWords,
		ir.SysDCZID:  lineWords, // DC ZVA clears 64 bytes
		ir.SysCNTFRQ: uint64(time.Second / time.Nanosecond),
		ir.SysMIDR:   0xF<<16 | 0xA64<<4, // implementer 0: reserved for software
		ir.SysMPIDR:  1 << 31,
		ir.SysREVIDR: 0,
	}
	// The kernel lets programs read all of them, and those without a meaning as 0.
	for r := uint32(ir.SysIDFirst + 8); r <= ir.SysIDLast; r++ {
		regs[r] = 0
	}
	for _, f := range features {
		if f.reg != 0 {
			field := uint64(0xF) << f.shift
			regs[f.reg] = regs[f.reg]&^field | max(regs[f.reg]&field, f.value<<f.shift)
		}
	}
	return regs
}

// ReadSys implements Guest.
func (p *Process) ReadSys(reg uint32) (uint64, bool) {
	switch reg {
	case ir.SysCNTVCT, ir.SysCNTVCTSS:
		return uint64(time.Since(p.booted)), true
	}
	v, ok := sysRegs[reg]
	return v, ok
}

// Fetch implements Guest.
func (p *Process) Fetch(pc uint64) (uint32, bool) { return p.mem.Fetch(pc) }
