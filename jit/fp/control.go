package fp

// Rounding is a rounding mode. The first four are the values of FPCR.RMode.
type Rounding uint8

const (
	RN       Rounding = iota // to nearest, ties to even
	RP                       // towards plus infinity
	RM                       // towards minus infinity
	RZ                       // towards zero
	TiesAway                 // to nearest, ties away from zero
	Odd                      // inexact results get an odd significand (FCVTXN)
	oddInf                   // Odd, but overflow gives infinity (BFDOT, BFMMLA)
)

// Control is the part of FPCR that decides results.
type Control struct {
	RMode Rounding // RN, RP, RM or RZ
	FZ    bool     // flush single and double denormals to zero
	FZ16  bool     // flush half precision denormals to zero
	DN    bool     // every NaN result is the default NaN
	AHP   bool     // half precision is the alternative format (conversions only)
}

const (
	fpcrFZ16  = 1 << 19
	fpcrRMode = 22
	fpcrFZ    = 1 << 24
	fpcrDN    = 1 << 25
	fpcrAHP   = 1 << 26
)

// ControlOf decodes an FPCR value.
func ControlOf(fpcr uint32) Control {
	return Control{
		RMode: Rounding(fpcr >> fpcrRMode & 3),
		FZ:    fpcr&fpcrFZ != 0,
		FZ16:  fpcr&fpcrFZ16 != 0,
		DN:    fpcr&fpcrDN != 0,
		AHP:   fpcr&fpcrAHP != 0,
	}
}

// Status holds cumulative flags at their places in FPSR.
type Status uint32

const (
	IOC Status = 1 << 0  // invalid operation
	DZC Status = 1 << 1  // division by zero
	OFC Status = 1 << 2  // overflow
	UFC Status = 1 << 3  // underflow
	IXC Status = 1 << 4  // inexact
	IDC Status = 1 << 7  // input denormal
	QC  Status = 1 << 27 // integer saturation; set by its users, not here
)
