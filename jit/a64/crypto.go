package a64

// Operations of the cryptographic extensions.
const (

	// AES
	OpAese Op = iota + endSimdElem
	OpAesd
	OpAesmc
	OpAesimc

	// SHA-1 and SHA-256
	OpSha1c
	OpSha1p
	OpSha1m
	OpSha1su0
	OpSha256h
	OpSha256h2
	OpSha256su1
	OpSha1h
	OpSha1su1
	OpSha256su0

	// SHA-512, SHA-3, SM3 and SM4
	OpSm3tt1a
	OpSm3tt1b
	OpSm3tt2a
	OpSm3tt2b
	OpSha512h
	OpSha512h2
	OpSha512su1
	OpRax1
	OpSm3partw1
	OpSm3partw2
	OpSm4ekey
	OpEor3
	OpBcax
	OpSm3ss1
	OpXar
	OpSha512su0
	OpSm4e

	endCrypto
)

var crypto = []Line{

	// AES
	{Op: OpAese, Name: "aese", Pattern: "01001110 00 10100 00100 10 Rn Rd", Feature: AES},
	{Op: OpAesd, Name: "aesd", Pattern: "01001110 00 10100 00101 10 Rn Rd", Feature: AES},
	{Op: OpAesmc, Name: "aesmc", Pattern: "01001110 00 10100 00110 10 Rn Rd", Feature: AES},
	{Op: OpAesimc, Name: "aesimc", Pattern: "01001110 00 10100 00111 10 Rn Rd", Feature: AES},

	// SHA-1 and SHA-256
	{Op: OpSha1c, Name: "sha1c", Pattern: "01011110 000 Rm 0 000 00 Rn Rd", Feature: SHA1},
	{Op: OpSha1p, Name: "sha1p", Pattern: "01011110 000 Rm 0 001 00 Rn Rd", Feature: SHA1},
	{Op: OpSha1m, Name: "sha1m", Pattern: "01011110 000 Rm 0 010 00 Rn Rd", Feature: SHA1},
	{Op: OpSha1su0, Name: "sha1su0", Pattern: "01011110 000 Rm 0 011 00 Rn Rd", Feature: SHA1},
	{Op: OpSha256h, Name: "sha256h", Pattern: "01011110 000 Rm 0 100 00 Rn Rd", Feature: SHA256},
	{Op: OpSha256h2, Name: "sha256h2", Pattern: "01011110 000 Rm 0 101 00 Rn Rd", Feature: SHA256},
	{Op: OpSha256su1, Name: "sha256su1", Pattern: "01011110 000 Rm 0 110 00 Rn Rd", Feature: SHA256},
	{Op: OpSha1h, Name: "sha1h", Pattern: "01011110 00 10100 00000 10 Rn Rd", Feature: SHA1},
	{Op: OpSha1su1, Name: "sha1su1", Pattern: "01011110 00 10100 00001 10 Rn Rd", Feature: SHA1},
	{Op: OpSha256su0, Name: "sha256su0", Pattern: "01011110 00 10100 00010 10 Rn Rd", Feature: SHA256},

	// SHA-512, SHA-3, SM3 and SM4
	{Op: OpSm3tt1a, Name: "sm3tt1a", Pattern: "11001110 010 Rm 10 imm2 00 Rn Rd", Feature: SM3},
	{Op: OpSm3tt1b, Name: "sm3tt1b", Pattern: "11001110 010 Rm 10 imm2 01 Rn Rd", Feature: SM3},
	{Op: OpSm3tt2a, Name: "sm3tt2a", Pattern: "11001110 010 Rm 10 imm2 10 Rn Rd", Feature: SM3},
	{Op: OpSm3tt2b, Name: "sm3tt2b", Pattern: "11001110 010 Rm 10 imm2 11 Rn Rd", Feature: SM3},
	{Op: OpSha512h, Name: "sha512h", Pattern: "11001110 011 Rm 1 0 00 00 Rn Rd", Feature: SHA512},
	{Op: OpSha512h2, Name: "sha512h2", Pattern: "11001110 011 Rm 1 0 00 01 Rn Rd", Feature: SHA512},
	{Op: OpSha512su1, Name: "sha512su1", Pattern: "11001110 011 Rm 1 0 00 10 Rn Rd", Feature: SHA512},
	{Op: OpRax1, Name: "rax1", Pattern: "11001110 011 Rm 1 0 00 11 Rn Rd", Feature: SHA3},
	{Op: OpSm3partw1, Name: "sm3partw1", Pattern: "11001110 011 Rm 1 1 00 00 Rn Rd", Feature: SM3},
	{Op: OpSm3partw2, Name: "sm3partw2", Pattern: "11001110 011 Rm 1 1 00 01 Rn Rd", Feature: SM3},
	{Op: OpSm4ekey, Name: "sm4ekey", Pattern: "11001110 011 Rm 1 1 00 10 Rn Rd", Feature: SM4},
	{Op: OpEor3, Name: "eor3", Pattern: "11001110 0 00 Rm 0 Ra Rn Rd", Feature: SHA3},
	{Op: OpBcax, Name: "bcax", Pattern: "11001110 0 01 Rm 0 Ra Rn Rd", Feature: SHA3},
	{Op: OpSm3ss1, Name: "sm3ss1", Pattern: "11001110 0 10 Rm 0 Ra Rn Rd", Feature: SM3},
	{Op: OpXar, Name: "xar", Pattern: "11001110 100 Rm imm6 Rn Rd", Feature: SHA3},
	{Op: OpSha512su0, Name: "sha512su0", Pattern: "11001110 110 00000 1000 00 Rn Rd", Feature: SHA512},
	{Op: OpSm4e, Name: "sm4e", Pattern: "11001110 110 00000 1000 01 Rn Rd", Feature: SM4},
}
