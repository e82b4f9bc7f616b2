package arm64

// reg is a general register of the host, 31 being SP or zero as the instruction has it.
type reg = uint32

// The registers that are not the guest's own.
const (
	goG  reg = 28 // Go's g: signal handlers of Go find it here at any time
	Kept reg = 18 // holds the guest's X28
	Temp reg = 15 // belongs to generated code
	zr   reg = 31
	lr   reg = 30
)

// Encodings of the few instructions that generated code has besides the guest's own. Offsets are in bytes.

const (
	nop        = 0xd503201f
	isb        = 0xd5033fdf
	ret        = 0xd65f03c0
	sysTPIDR   = 0xde82
	sysNZCV    = 0xda10
	sysFPCR    = 0xda20
	sysFPSR    = 0xda21
	literal    = 0x58000000 // ldr x, literal
	jump       = 0x14000000 // b
	address    = 0x10000000 // adr
	loadPair   = 0xa9400000
	storePair  = 0xa9000000
	loadPairQ  = 0xad400000
	storePairQ = 0xad000000
)

func ldr(t, n reg, off uintptr) uint32  { return 0xf9400000 | uint32(off/8)<<10 | n<<5 | t }
func str(t, n reg, off uintptr) uint32  { return 0xf9000000 | uint32(off/8)<<10 | n<<5 | t }
func ldrw(t, n reg, off uintptr) uint32 { return 0xb9400000 | uint32(off/4)<<10 | n<<5 | t }
func strw(t, n reg, off uintptr) uint32 { return 0xb9000000 | uint32(off/4)<<10 | n<<5 | t }

// pair is LDP or STP of registers of 1<<scale bytes.
func pair(op uint32, t, t2, n reg, off uintptr, scale int) uint32 {
	return op | uint32(off>>scale)&127<<15 | t2<<10 | n<<5 | t
}

func ldrIndex(t, n, m reg) uint32      { return 0xf8606800 | m<<16 | n<<5 | t }
func strIndex(t, n, m reg) uint32      { return 0xf8206800 | m<<16 | n<<5 | t }
func addImm(d, n reg, v uint32) uint32 { return 0x91000000 | v<<10 | n<<5 | d }
func subImm(d, n reg, v uint32) uint32 { return 0xd1000000 | v<<10 | n<<5 | d }
func movz(d reg, v uint32) uint32      { return 0xd2800000 | v<<5 | d }
func movReg(d, m reg) uint32           { return 0xaa0003e0 | m<<16 | d }
func mrs(t reg, sys uint32) uint32     { return 0xd5300000 | (sys&0x7fff)<<5 | t }
func msr(sys uint32, t reg) uint32     { return 0xd5100000 | (sys&0x7fff)<<5 | t }
func br(n reg) uint32                  { return 0xd61f0000 | n<<5 }
func cbnzw(t reg, words int) uint32    { return 0x35000000 | uint32(words)&0x7ffff<<5 | t }
func tbnzSign(t reg, words int) uint32 { return 0xb7f80000 | uint32(words)&0x3fff<<5 | t }

// eorBits is EOR of a register with an immediate of ones in bits lo to hi.
func eorBits(d, n reg, lo, hi int) uint32 {
	immr := uint32(64-lo) & 63
	return 0xd2400000 | immr<<16 | uint32(hi-lo)<<10 | n<<5 | d
}

// Jump is B over a distance in bytes.
func Jump(d int) uint32 { return jump | uint32(d/4)&0x3ffffff }
