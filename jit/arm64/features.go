package arm64

import "axol/jit/a64"

// Features are the host's extensions that instructions of the guest need. What is not there is left to the
// interpreter: the guest's processor is the same on every host. An extension that is not asked for here and
// missing shows in a SIGILL, and is left to the interpreter from then on.
type Features struct {
	LSE, CRC32, AES, PMULL, SHA1, SHA256, SHA512, SHA3, SM3, SM4, RDM, DotProd, FP16, FHM, JSCVT, FCMA, LRCPC, BF16, I8MM bool
	// ZVA64: DC ZVA zeroes 64 bytes, as it does for the guest.
	ZVA64 bool
}

// has reports whether the host has what a line of the table needs.
func (f *Features) has(in a64.Inst) bool {
	switch in.Op.Info().Feature {
	case a64.LSE:
		return f.LSE
	case a64.CRC32:
		return f.CRC32
	case a64.AES:
		return f.AES
	case a64.PMULL:
		return f.PMULL
	case a64.SHA1:
		return f.SHA1
	case a64.SHA256:
		return f.SHA256
	case a64.SHA512:
		return f.SHA512
	case a64.SHA3:
		return f.SHA3
	case a64.SM3:
		return f.SM3
	case a64.SM4:
		return f.SM4
	case a64.RDM:
		return f.RDM
	case a64.DotProd:
		return f.DotProd
	case a64.FP16:
		return f.FP16
	case a64.FHM:
		return f.FHM
	case a64.JSCVT:
		return f.JSCVT
	case a64.FCMA:
		return f.FCMA
	case a64.LRCPC:
		return f.LRCPC
	case a64.BF16:
		return f.BF16
	case a64.I8MM:
		return f.I8MM
	}
	return true
}
