package amd64

import "github.com/klauspost/cpuid/v2"

// Features are the host's extensions that code is selected by. Each has a
// fallback, so that any of them can be switched off.
type Features struct {
	BMI1, BMI2, LZCNT, AVX, FMA, F16C, SHA, AES, PCLMUL bool
}

// Baseline names what every host must have (x86-64-v2): the code generator has no
// fallback for these.
var Baseline = []cpuid.FeatureID{cpuid.SSE4, cpuid.SSE42, cpuid.SSSE3, cpuid.POPCNT, cpuid.CX16}

// Detect asks the processor.
func Detect() Features {
	has := func(id cpuid.FeatureID) bool { return cpuid.CPU.Supports(id) }
	return Features{
		BMI1: has(cpuid.BMI1), BMI2: has(cpuid.BMI2), LZCNT: has(cpuid.LZCNT),
		AVX: has(cpuid.AVX) && has(cpuid.AVX2), FMA: has(cpuid.FMA3), F16C: has(cpuid.F16C),
		SHA: has(cpuid.SHA), AES: has(cpuid.AESNI), PCLMUL: has(cpuid.CLMUL),
	}
}
