package a64

// Operations of the reserved and the scalable vector and matrix spaces.
const (
	OpUdf Op = iota + endCrypto

	// Scalable vectors and matrices: listed as whole spaces
	OpSve
	OpSme

	endReserved
)

var reserved = []Line{
	{Op: OpUdf, Name: "udf", Pattern: "0000000000000000 imm16"},

	// Scalable vectors and matrices: listed as whole spaces
	{Op: OpSve, Name: "sve", Pattern: "xxx 0010 xxxxxxxxxxxxxxxxxxxxxxxxx", Feature: SVE, Unsupported: true},
	{Op: OpSme, Name: "sme", Pattern: "1xx 0000 xxxxxxxxxxxxxxxxxxxxxxxxx", Feature: SME, Unsupported: true},
}
