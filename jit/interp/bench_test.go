package interp

import (
	"testing"

	"axol/jit/ir"
)

// BenchmarkLoop is a loop of two guest instructions, six operations.
func BenchmarkLoop(b *testing.B) {
	g, u := newGuest(b), loop()
	g.st.X[0], g.st.Budget = uint64(b.N), int64(2*b.N+2)
	g.m.Run(u, &g.st)
}

// BenchmarkFloat is a chain of double-precision additions and multiplications, and the
// moves from and to registers around them.
func BenchmarkFloat(b *testing.B) {
	g := newGuest(b)
	g.st.V[0], g.st.V[1] = [2]uint64{0x3ff123456789abcd}, [2]uint64{0x3ff0000000000001}
	g.st.FPSR = 0x10
	u := unit(func(b *ir.Builder) {
		get := func(n uint8) ir.Value { return b.Op1(ir.OpVToF, ir.F64, b.GetV(n)) }
		for range 50 {
			x := b.Op2(ir.OpFMul, ir.F64, get(0), get(1))
			b.SetV(2, b.Op1(ir.OpFToV, ir.V128, b.Op2(ir.OpFAdd, ir.F64, x, get(0))))
		}
	})
	for i := 0; i < b.N; i += 100 {
		g.st.Budget = 100
		g.m.Run(u, &g.st)
	}
}
