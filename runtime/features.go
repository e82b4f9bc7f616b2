package runtime

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"axol/jit/interp"
	"axol/jit/ir"
)

// ID registers, numbered as in ir.Sys....
const (
	idPFR0  = 0xC020 // ID_AA64PFR0_EL1
	idPFR1  = 0xC021 // ID_AA64PFR1_EL1
	idISAR0 = 0xC030 // ID_AA64ISAR0_EL1
	idISAR1 = 0xC031 // ID_AA64ISAR1_EL1
	idISAR2 = 0xC032 // ID_AA64ISAR2_EL1
	idMMFR0 = 0xC038 // ID_AA64MMFR0_EL1
	idMMFR2 = 0xC03A // ID_AA64MMFR2_EL1
)

// features is what the kernel announces in AT_HWCAP and AT_HWCAP2: a bit for each field
// of an ID register that has at least a value. The engine's ID registers decide; this
// is only how Linux puts it.
var features = []struct {
	name         string
	hwcap        int // bit; from 64 on in AT_HWCAP2
	reg          uint64
	shift, least uint64
}{
	{"fp", 0, idPFR0, 16, 0},
	{"asimd", 1, idPFR0, 20, 0},
	{"aes", 3, idISAR0, 4, 1},
	{"pmull", 4, idISAR0, 4, 2},
	{"sha1", 5, idISAR0, 8, 1},
	{"sha2", 6, idISAR0, 12, 1},
	{"crc32", 7, idISAR0, 16, 1},
	{"atomics", 8, idISAR0, 20, 2},
	{"fphp", 9, idPFR0, 16, 1},
	{"asimdhp", 10, idPFR0, 20, 1},
	{"asimdrdm", 12, idISAR0, 28, 1},
	{"jscvt", 13, idISAR1, 12, 1},
	{"fcma", 14, idISAR1, 16, 1},
	{"lrcpc", 15, idISAR1, 20, 1},
	{"dcpop", 16, idISAR1, 0, 1},
	{"sha3", 17, idISAR0, 32, 1},
	{"sm3", 18, idISAR0, 36, 1},
	{"sm4", 19, idISAR0, 40, 1},
	{"asimddp", 20, idISAR0, 44, 1},
	{"sha512", 21, idISAR0, 12, 2},
	{"asimdfhm", 23, idISAR0, 48, 1},
	{"dit", 24, idPFR0, 48, 1},
	{"uscat", 25, idMMFR2, 32, 1},
	{"ilrcpc", 26, idISAR1, 20, 2},
	{"flagm", 27, idISAR0, 52, 1},
	{"ssbs", 28, idPFR1, 4, 2},
	{"sb", 29, idISAR1, 36, 1},
	{"paca", 30, idISAR1, 8, 1},
	{"pacg", 31, idISAR1, 28, 1},
	{"dcpodp", 64 + 0, idISAR1, 0, 2},
	{"flagm2", 64 + 7, idISAR0, 52, 2},
	{"frint", 64 + 8, idISAR1, 32, 1},
	{"i8mm", 64 + 13, idISAR1, 52, 1},
	{"bf16", 64 + 14, idISAR1, 44, 1},
	{"dgh", 64 + 15, idISAR1, 48, 1},
	{"rng", 64 + 16, idISAR0, 60, 1},
	{"bti", 64 + 17, idPFR1, 0, 1},
	{"ecv", 64 + 19, idMMFR0, 60, 1},
	{"wfxt", 64 + 31, idISAR2, 0, 2},
	{"hbc", 64 + 44, idISAR2, 20, 1},
}

// hwcapCPUID says that programs may read the ID registers themselves.
const hwcapCPUID = 1 << 11

// hwcaps is AT_HWCAP and AT_HWCAP2, and the names of the bits as /proc/cpuinfo has them.
func hwcaps() (caps [2]uint64, names []string) {
	caps[0] = hwcapCPUID
	var st ir.State
	for _, f := range features {
		field := interp.ReadSys(&st, f.reg) >> f.shift & 0xF
		if field >= f.least && field != 0xF { // 15 in FP and AdvSIMD: not there
			caps[f.hwcap/64] |= 1 << (f.hwcap % 64)
			names = append(names, f.name)
		}
		if f.name == "asimdhp" { // in front of the next by its bit
			names = append(names, "cpuid")
		}
	}
	return caps, names
}

// cpuinfo is /proc/cpuinfo: what the registers say to programs that read it instead.
func cpuinfo(processors int) (b []byte) {
	_, names := hwcaps()
	var st ir.State
	midr := interp.ReadSys(&st, ir.SysMIDR)
	for n := range processors {
		b = fmt.Appendf(b, "processor\t: %d\nBogoMIPS\t: %.2f\nFeatures\t: %s\n", n, 2e-6*float64(interp.ReadSys(&st, ir.SysCNTFRQ)), strings.Join(names, " "))
		b = fmt.Appendf(b, "CPU implementer\t: %#02x\nCPU architecture: 8\nCPU variant\t: %#x\nCPU part\t: 0x%03x\nCPU revision\t: %d\n\n",
			midr>>24&0xff, midr>>20&0xf, midr>>4&0xfff, midr&0xf)
	}
	return b
}

// resetKeys gives the keys of pointer authentication that set has a bit for new values: all, if it has
// none (PR_PAC_RESET_KEYS). A thread's keys are those of the thread that made it; who wants the same codes in
// each run sets State.Keys in OnThread.
func resetKeys(st *ir.State, set uint64) {
	for k := range st.Keys {
		if set == 0 || set>>k&1 != 0 {
			st.Keys[k] = [2]uint64{rand.Uint64(), rand.Uint64()}
		}
	}
}

// Fetch implements jit.Guest.
func (p *Process) Fetch(pc uint64) (uint32, bool) { return p.mem.Fetch(pc) }
