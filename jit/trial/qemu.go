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
