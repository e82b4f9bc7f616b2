package fp

// Dot products of BF16 numbers round intermediate sums to odd, flush
// denormals, make default NaNs only, and touch neither FPCR nor FPSR (the
// behaviour without FEAT_EBF16).
var bfControl = Control{RMode: oddInf, FZ: true, DN: true}

// bfMul is BFMul: two BF16 numbers to a single.
func bfMul(x1, x2 uint16) uint64 {
	var ignored Status
	return Single.Mul(uint64(x1)<<16, uint64(x2)<<16, bfControl, &ignored)
}

// bfAdd is BFAdd: two singles.
func bfAdd(x1, x2 uint64) uint64 {
	var ignored Status
	return Single.Add(x1, x2, bfControl, &ignored)
}

// BFDotAdd is BFDotAdd: addend + a1*b1 + a2*b2, the factors BF16, the addend
// and the result single precision.
func BFDotAdd(addend uint64, a1, a2, b1, b2 uint16) uint64 {
	return bfAdd(addend, bfAdd(bfMul(a1, b1), bfMul(a2, b2)))
}

// BFMatMulAdd is BFMatMulAdd: sum is a 2x2 matrix of singles, a and b are 2x4
// matrices of BF16 numbers, the lowest element first; the result is
// sum + a * transpose(b).
func BFMatMulAdd(sum [4]uint32, a, b [8]uint16) [4]uint32 {
	for i := 0; i < 2; i++ {
		for j := 0; j < 2; j++ {
			e := uint64(sum[2*i+j])
			for k := 0; k < 4; k += 2 {
				e = BFDotAdd(e, a[4*i+k], a[4*i+k+1], b[4*j+k], b[4*j+k+1])
			}
			sum[2*i+j] = uint32(e)
		}
	}
	return sum
}
