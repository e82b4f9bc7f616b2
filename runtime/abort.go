package runtime

import (
	"strconv"
	"syscall"

	"axol/jit/ir"
	"axol/runtime/mem"
)

func hex(a uint64) string { return "0x" + strconv.FormatUint(a, 16) }

// Syndromes as the kernel shows them to programs (Arm ARM D24.2.40): a data abort
// from EL0 (EC 0x24) or an instruction abort (0x20) of 32-bit instructions (IL), for a
// translation fault or a permission fault at level 3, or an alignment fault.
const (
	esrData, esrFetch       = 0x24<<26 | 1<<25, 0x20<<26 | 1<<25
	esrTranslation, esrPerm = 0x07, 0x0F
	esrAlign                = 0x21
	esrWrite                = 1 << 6
	esrCache                = 1 << 8 // CM
)

// dataAbort turns a failed access at guest address a into the guest's signal; how is what the
// engine says of it.
func (t *Thread) dataAbort(a, how uint64) {
	write := how&ir.FaultStore != 0
	want, esr := mem.Read, uint64(esrData)
	if write {
		want, esr = mem.Write, esr|esrWrite
	}
	if t.maintains() { // WnR is 1, and yet it needs no permission to write (Arm ARM, ISS of a data abort)
		esr |= esrWrite | esrCache
	}
	v, mapped := t.p.mem.Find(a)
	switch {
	case how&ir.FaultUnaligned != 0:
		t.fault(faultInfo(syscall.SIGBUS, busAdraln, a), esr|esrAlign)
	case !mapped:
		t.fault(faultInfo(syscall.SIGSEGV, segvMaperr, a), esr|esrTranslation)
	case v.Prot&(want|mem.Exec) == 0 || write && v.Prot&mem.Write == 0:
		t.fault(faultInfo(syscall.SIGSEGV, segvAccerr, a), esr|esrPerm)
	case t.p.mem.Touch(a, write):
		// Another thread has mapped it meanwhile: the instruction just runs again.
	default: // a file that ends before the mapping does
		t.fault(faultInfo(syscall.SIGBUS, busAdrerr, a), esr|esrTranslation)
	}
}

// maintains reports whether the instruction at PC is cache maintenance by address. DC ZVA is not: it is a write.
func (t *Thread) maintains() bool {
	const operation, dcZVA = 0xD50B7000, 0xD50B7420 // SYS with op1 3 and CRn 7, as EL0 has it
	word, e := t.p.mem.Read32(t.state.PC)
	return e == 0 && word&^0xFFF == operation && word&^0x1F != dcZVA
}

// fetchAbort turns a failed instruction fetch at pc into the guest's signal.
func (t *Thread) fetchAbort(pc uint64) {
	v, mapped := t.p.mem.Find(pc)
	switch {
	case !mapped:
		t.fault(faultInfo(syscall.SIGSEGV, segvMaperr, pc), esrFetch|esrTranslation)
	case v.Prot&mem.Exec == 0:
		t.fault(faultInfo(syscall.SIGSEGV, segvAccerr, pc), esrFetch|esrPerm)
	case t.p.mem.Touch(pc, false):
		// Mapped meanwhile.
	default:
		t.fault(faultInfo(syscall.SIGBUS, busAdrerr, pc), esrFetch|esrTranslation)
	}
}
