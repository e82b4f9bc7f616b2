// Package a64 describes the A64 instruction set in one table and decodes by it.
//
// Every encoding has one [Line]: its bit pattern with named fields, its [Op],
// its mnemonic, the feature that brings it and the section of the Arm manual
// ("Index by encoding") it stands in. Decoder, listings, fuzzers and coverage
// tables are made from the table; encodings that Axol lists but does not run
// stand in it marked Unsupported.
//
// The package knows nothing but instruction words: no registers' contents, no
// translation, no hosts.
//
// # Names of operations
//
// An Op is named after the manual's page: mnemonic, then the form where a
// mnemonic has several (OpAddImm, OpAddShifted, OpAddExt, OpLdrLit). One Op
// covers the sizes of a page: Sf, Size, Q and the accessors below tell them
// apart. Loads and stores:
//
//	Str, Ldr         zero-extending, of every size (size field)
//	Ldrs             sign-extending (opc<0> set: to 32 bits)
//	...Imm           unsigned scaled offset
//	...Unscaled      signed offset (LDUR)
//	...Indexed       pre- and post-index (field pre)
//	...Unpriv        LDTR
//	...Reg           register offset
//	...Simd...       of a SIMD&FP register
//
// Floating point and Advanced SIMD:
//
//	OpFadd           floating-point data processing (field ftype)
//	OpFaddVec        Advanced SIMD vector
//	OpFaddVecH       Advanced SIMD vector, the half-precision encoding
//	OpFabdSca        Advanced SIMD scalar
//	OpFabdScaH       Advanced SIMD scalar, half precision
//	OpFmlaElem       vector by indexed element
//	OpFmlaElemSca    scalar by indexed element
//	...Elem...H      by indexed element, half precision
//	OpCmgtVec0       compare with zero
package a64
