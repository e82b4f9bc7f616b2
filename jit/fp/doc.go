// Package fp is Arm floating point, exact to the bit, in pure Go.
//
// It is the reference the interpreter runs on and the slow path of the back
// ends. Every operation follows the shared pseudocode of the Arm Architecture
// Reference Manual (section J1.3, functions FPAdd, FPMulAdd, FPRound, ...), and
// each takes its operands as bit patterns, the controls of FPCR, and the
// cumulative flags of FPSR, which it adds to.
//
// A value is unpacked to sign, exponent and a 64-bit significand whose leading
// one is bit 63, computed with in 128 bits where that is needed, and rounded
// once. Bits that fall out of a word are jammed into its lowest bit, which
// cannot change a rounding because every format leaves at least ten bits below
// its own precision.
//
// The package knows numbers only: no instruction encodings, no hosts. Not
// here, because FPCR bits of later architectures are not implemented: trapped
// exceptions, and the alternate behaviours of FEAT_AFP (AH, FIZ, NEP).
package fp
