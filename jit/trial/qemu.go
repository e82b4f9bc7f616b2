package trial

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"axol/jit/a64"
)

// QEMUIsWrong tells the trials on which QEMU 7.2 departs from the manual.
func QEMUIsWrong(tr *Trial, in a64.Inst) bool {
	switch in.Op {
	case a64.OpFjcvtzs: // FPToFixedJS clears Z for a positive denormal flushed to zero
		x := tr.Start.V[in.Rn()][0]
		return tr.Start.FPCR&fpcrFZ != 0 && x != 0 && x < 1<<52
	case a64.OpFcvtzsScaImm: // a half precision result is 16 bits, not 32
		return in.Field(22, 21) == 0
	}
	return false
}

// unlikeQEMU are the classes in which QEMU 7.2 takes unallocated words for instructions (Arm ARM C4.1.96, "Data
// processing -- Scalar Floating-Point and Advanced SIMD").
var unlikeQEMU = [...]struct{ mask, value uint32 }{
	{0xbff8fc00, 0x2f00fc00}, // modified immediate: cmode 1111 with op and o2 both 1
	{0xff7e0c00, 0x5e700800}, // scalar pairwise, half precision: sz 1
	{0xbf7e0c00, 0x0e700800}, // across lanes, half precision: sz 1
}

// unlikeQEMURegister are system registers that are undefined on one side only.
var unlikeQEMURegister = map[uint16]bool{
	0xDA12: true, 0xDA17: true, 0xDE85: true, // SVCR, TCO, TPIDR2_EL0: SME's and MTE's
	0x9808: true, // MDCCSR_EL0: Linux has MDSCR_EL1.TDCC set
	0xDCF0: true, // PMUSERENR_EL0: there are no performance monitors here
	0xDF06: true, // CNTVCTSS_EL0: QEMU 7.2 has not got FEAT_ECV
}

// QEMUDiffers tells the words that need not do on QEMU 7.2 what they do here: instructions it has not got, or
// Axol has not got, bits that should be otherwise, and those that it takes for instructions.
func QEMUDiffers(in a64.Inst) bool {
	l := in.Op.Info()
	switch {
	case l == nil:
		for _, c := range unlikeQEMU {
			if in.Word&c.mask == c.value {
				return true
			}
		}
		return false
	case in.Op == a64.OpSys: // maintenance of tags, which are MTE's, and DC CVAP and CVADP, which QEMU keeps from programs
		field, crm := in.Field(7, 5), in.Field(11, 8)
		return in.Field(18, 12) == 0x37 && (crm == 4 && field >= 3 || crm >= 10 && field != 1 || crm == 12 || crm == 13)
	case in.Op == a64.OpMrs || in.Op == a64.OpMsr:
		reg := in.SysReg()
		const aarch32First, aarch32Last = 0xC010, 0xC01F // ID registers that Linux shows and QEMU does not
		return unlikeQEMURegister[reg] || in.Op == a64.OpMrs && reg >= aarch32First && reg <= aarch32Last
	case l.Feature == a64.LRCPC2: // unaligned within 16 bytes: QEMU 7.2 has no FEAT_LSE2
		low, size := in.Imm9()&15, int64(1)<<in.MemSize()
		return low&(size-1) != 0 && low+size <= 16
	case in.Op == a64.OpMsrImm: // of the fields of SME and MTE
		field := in.Field(18, 16)<<3 | in.Field(7, 5)
		return field == 033 || field == 034
	}
	// The code of an address that was never signed is right in one of 128 cases.
	return in.Op == a64.OpLdraa || l.Unsupported || notInQEMU[l.Feature] || asItShouldBe(in.Word) != in.Word
}

// QEMU runs the program by a qemu-aarch64 and returns the states its trials end in.
func (im *Image) QEMU(tool, dir string) ([]State, error) {
	out, err := runELF(im.ELF(), tool, dir)
	if err != nil {
		return nil, err
	}
	return States(out, im.n)
}

func runELF(file []byte, tool, dir string) ([]byte, error) {
	path := filepath.Join(dir, "trials")
	if err := os.WriteFile(path, file, 0o700); err != nil {
		return nil, err
	}
	defer os.Remove(path)
	out, err := exec.Command(tool, "-cpu", "max", path).Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", tool, err)
	}
	return out, nil
}
