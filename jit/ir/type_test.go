package ir

import "testing"

// addWithCarry is the Arm manual's AddWithCarry, on 32 bits, by its own words: the result against the
// unsigned and the signed sum.
func addWithCarry(a, b, carry uint64) (nzcv uint64) {
	unsigned := uint64(uint32(a)) + uint64(uint32(b)) + carry
	signed := int64(int32(a)) + int64(int32(b)) + int64(carry)
	result := uint32(unsigned)
	nzcv = uint64(result) >> 31 << 31
	if result == 0 {
		nzcv |= 1 << 30
	}
	if uint64(result) != unsigned {
		nzcv |= 1 << 29
	}
	if int64(int32(result)) != signed {
		nzcv |= 1 << 28
	}
	return nzcv
}

func TestAddNZCV(t *testing.T) {
	values := []uint64{0, 1, 2, 3, 0x1FFFFF, 0x200000, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF}
	for _, a := range values {
		for _, b := range values {
			for carry := range uint64(2) {
				want := addWithCarry(a, b, carry)
				for _, high := range []uint64{0, 0xDEADBEEF << 32} { // does not count
					if got := AddNZCV(false, a|high, b|high, carry); got != want {
						t.Errorf("32 bits: %#x + %#x + %d: %#x, want %#x", a, b, carry, got, want)
					}
				}
				// The same sum in the high half, with the low half passing the carry on.
				if got := AddNZCV(true, a<<32, b<<32|-carry>>32, carry); got != want {
					t.Errorf("64 bits: %#x + %#x + %d: %#x, want %#x", a<<32, b<<32, carry, got, want)
				}
			}
		}
	}
}
