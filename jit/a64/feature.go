package a64

// Feature is the architecture extension an encoding belongs to, by the
// manual's FEAT_ name.
type Feature uint8

// The extensions. Base is Armv8.0 without floating point. An encoding of FP or
// AdvSIMD whose element size field says half precision needs FP16 as well.
const (
	Base Feature = iota
	FP
	AdvSIMD
	AES
	PMULL
	SHA1
	SHA256
	CRC32
	LOR
	LSE
	RDM
	FP16
	RAS
	SPE
	TRF
	PAuth
	JSCVT
	FCMA
	LRCPC
	DotProd
	SHA512
	SHA3
	SM3
	SM4
	FHM
	FlagM
	LRCPC2
	CSDB
	SB
	BTI
	FlagM2
	FRINTTS
	MTE
	DGH
	BF16
	I8MM
	LS64
	WFxT
	XS
	HBC
	MOPS
	CLRBHB
	GCS
	TME
	CSSC
	LSE128
	THE
	LRCPC3
	D128
	PAuthLR
	SVE
	SME
	numFeatures
)

var featureNames = [numFeatures]string{
	"Base", "FP", "AdvSIMD", "AES", "PMULL", "SHA1", "SHA256", "CRC32", "LOR", "LSE", "RDM", "FP16", "RAS", "SPE", "TRF",
	"PAuth", "JSCVT", "FCMA", "LRCPC", "DotProd", "SHA512", "SHA3", "SM3", "SM4", "FHM", "FlagM", "LRCPC2", "CSDB", "SB", "BTI",
	"FlagM2", "FRINTTS", "MTE", "DGH", "BF16", "I8MM", "LS64", "WFxT", "XS", "HBC", "MOPS", "CLRBHB", "GCS", "TME", "CSSC",
	"LSE128", "THE", "LRCPC3", "D128", "PAuthLR", "SVE", "SME",
}

func (f Feature) String() string { return featureNames[f] }
