package interp

import "axol/jit/ir"

// Moves, permutations and logic.

func init() {
	register(map[ir.Op]opFunc{
		ir.OpVConst: func(_ *Machine, in *ir.Inst) value { return value{in.Imm, in.Imm} },
		ir.OpVDup: func(m *Machine, in *ir.Inst) value {
			return repeat(m.v[in.A].lo, in.Aux)
		},
		ir.OpVDupLane: func(m *Machine, in *ir.Inst) value {
			return repeat(m.v[in.A].get(in.Aux, int(in.Imm)), in.Aux)
		},
		ir.OpVGet: func(m *Machine, in *ir.Inst) value {
			return value{lo: m.v[in.A].get(in.Aux, int(in.Imm))}
		},
		ir.OpVGetS: func(m *Machine, in *ir.Inst) value {
			return value{lo: uint64(signed(m.v[in.A].get(in.Aux, int(in.Imm)), laneBits(in.Aux))) & maskOf(in.Type)}
		},
		ir.OpVIns: func(m *Machine, in *ir.Inst) value {
			r := m.v[in.A]
			r.set(in.Aux, int(in.Imm), m.v[in.B].lo)
			return r
		},
		ir.OpVInsLane: func(m *Machine, in *ir.Inst) value {
			r := m.v[in.A]
			r.set(in.Aux, int(in.Imm&255), m.v[in.B].get(in.Aux, int(in.Imm>>8)))
			return r
		},
		ir.OpVLow64: func(m *Machine, in *ir.Inst) value { return value{lo: m.v[in.A].lo} },
		ir.OpVPair:  func(m *Machine, in *ir.Inst) value { return value{m.v[in.A].lo, m.v[in.B].lo} },
		ir.OpVExt: func(m *Machine, in *ir.Inst) (r value) {
			a, b := m.v[in.A], m.v[in.B]
			for i := range 16 {
				if from := i + int(in.Imm); from < 16 {
					r.set(ir.B, i, a.get(ir.B, from))
				} else {
					r.set(ir.B, i, b.get(ir.B, from-16))
				}
			}
			return r
		},
		ir.OpVZip1:  permute(func(i, n int) (int, bool) { return i / 2, i%2 == 1 }),
		ir.OpVZip2:  permute(func(i, n int) (int, bool) { return n/2 + i/2, i%2 == 1 }),
		ir.OpVUzp1:  permute(func(i, n int) (int, bool) { return 2 * i % n, i >= n/2 }),
		ir.OpVUzp2:  permute(func(i, n int) (int, bool) { return 2*i%n + 1, i >= n/2 }),
		ir.OpVTrn1:  permute(func(i, n int) (int, bool) { return i &^ 1, i%2 == 1 }),
		ir.OpVTrn2:  permute(func(i, n int) (int, bool) { return i | 1, i%2 == 1 }),
		ir.OpVRev16: reverse(ir.H),
		ir.OpVRev32: reverse(ir.S),
		ir.OpVRev64: reverse(ir.D),
		ir.OpVTbl: func(m *Machine, in *ir.Inst) value {
			table, r, index := m.v[in.A], m.v[in.B], m.v[in.C]
			for i := range 16 {
				if at := index.get(ir.B, i); at < 16 {
					r.set(ir.B, i, table.get(ir.B, int(at)))
				}
			}
			return r
		},

		ir.OpVAnd:    logic(func(a, b uint64) uint64 { return a & b }),
		ir.OpVOr:     logic(func(a, b uint64) uint64 { return a | b }),
		ir.OpVXor:    logic(func(a, b uint64) uint64 { return a ^ b }),
		ir.OpVAndNot: logic(func(a, b uint64) uint64 { return a &^ b }),
		ir.OpVOrNot:  logic(func(a, b uint64) uint64 { return a | ^b }),
		ir.OpVNot:    func(m *Machine, in *ir.Inst) value { a := m.v[in.A]; return value{^a.lo, ^a.hi} },
		ir.OpVBsl: func(m *Machine, in *ir.Inst) value {
			a, b, c := m.v[in.A], m.v[in.B], m.v[in.C]
			return value{b.lo&a.lo | c.lo&^a.lo, b.hi&a.hi | c.hi&^a.hi}
		},
	})
}

func repeat(x uint64, l ir.Lane) (r value) {
	for i := range 16 >> l {
		r.set(l, i, x)
	}
	return r
}

// permute takes lane i of n of the result from the lane of A, or of B, that
// from says.
func permute(from func(i, n int) (lane int, ofB bool)) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		l := in.Aux
		operands := [2]value{m.v[in.A], m.v[in.B]}
		n := 16 >> l
		for i := range n {
			lane, ofB := from(i, n)
			which := 0
			if ofB {
				which = 1
			}
			r.set(l, i, operands[which].get(l, lane))
		}
		return r
	}
}

// reverse reverses the lanes within each container.
func reverse(container ir.Lane) opFunc {
	return func(m *Machine, in *ir.Inst) (r value) {
		a, l := m.v[in.A], in.Aux
		flip := 1<<(container-l) - 1
		for i := range 16 >> l {
			r.set(l, i, a.get(l, i^flip))
		}
		return r
	}
}

func logic(f func(a, b uint64) uint64) opFunc {
	return func(m *Machine, in *ir.Inst) value {
		a, b := m.v[in.A], m.v[in.B]
		return value{f(a.lo, b.lo), f(a.hi, b.hi)}
	}
}
