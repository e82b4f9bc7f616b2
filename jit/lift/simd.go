package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// What the files on Advanced SIMD share. An instruction comes in forms
// (vector, scalar, by element, half precision) that differ in where the lane
// and the number of lanes are encoded; what it computes is one function of the
// operands for all of them.

// A form finds the Aux of an instruction's operations: its lane, with ir.VHalf
// or ir.VOne where not the whole register is computed.
type form func(l *lifter) uint8

// The forms: integer and floating point, of vectors and scalars.
func intVector(l *lifter) uint8   { return l.in.Size() | l.part() }
func intScalar(l *lifter) uint8   { return l.in.Size() | ir.VOne }
func floatVector(l *lifter) uint8 { return l.floatLane() | l.part() }
func floatScalar(l *lifter) uint8 { return l.floatLane() | ir.VOne }
func halfVector(l *lifter) uint8  { return ir.H | l.part() }
func halfScalar(*lifter) uint8    { return ir.H | ir.VOne }
func byteVector(l *lifter) uint8  { return ir.B | l.part() }
func wordVector(l *lifter) uint8  { return ir.S | l.part() }

func (l *lifter) part() uint8 {
	if l.in.Q() {
		return 0
	}
	return ir.VHalf
}

// floatLane is single or double precision, by the bit sz.
func (l *lifter) floatLane() ir.Lane { return ir.S + uint8(l.in.Field(22, 22)) }

// upper is 1 if the instruction is of the upper half ("2" in its name).
func (l *lifter) upper() uint64 { return uint64(l.in.Field(30, 30)) }

// A compute makes the result from the operands in Rn and Rm.
type compute func(l *lifter, aux uint8, n, m ir.Value) ir.Value

// lift1, lift2 and liftElem make lifting functions: with one operand, with
// two, and with an element of Rm repeated in all lanes as the second.
func lift1(f form, c compute) liftFunc {
	return func(l *lifter) { l.SetV(l.in.Rd(), c(l, f(l), l.GetV(l.in.Rn()), 0)) }
}

func lift2(f form, c compute) liftFunc {
	return func(l *lifter) { l.SetV(l.in.Rd(), c(l, f(l), l.GetV(l.in.Rn()), l.GetV(l.in.Rm()))) }
}

func liftElem(f form, c compute) liftFunc {
	return func(l *lifter) {
		aux := f(l)
		m := l.element(ir.LaneOf(aux), 0)
		l.SetV(l.in.Rd(), c(l, aux, l.GetV(l.in.Rn()), m))
	}
}

// element repeats the element that H, L and M choose in all lanes. Elements of
// 16 bits take M as an index bit, and so reach the low 16 registers only. An
// element may be a group of 1<<group lanes; then M belongs to the register.
func (l *lifter) element(lane ir.Lane, group uint8) ir.Value {
	h, lm, m := uint64(l.in.Field(11, 11)), uint64(l.in.Field(21, 21)), uint64(l.in.Field(20, 20))
	reg := l.in.Rm()
	var index uint64
	switch lane + group {
	case ir.H:
		index, reg = h<<2|lm<<1|m, reg&15
	case ir.S:
		index = h<<1 | lm
	case ir.D:
		index = h
	}
	return l.Lane1Imm(ir.OpVDupLane, lane+group, l.GetV(reg), index)
}

// isCore reports whether op computes the whole register always.
func isCore(op ir.Op) bool { return op < ir.OpVSqAdd }

// trim clears what a form does not compute.
func (l *lifter) trim(aux uint8, v ir.Value) ir.Value {
	switch {
	case aux&ir.VOne != 0 && ir.LaneOf(aux) < ir.D:
		zero := l.vConst(0)
		return l.Emit(ir.Inst{Op: ir.OpVInsLane, Type: ir.V128, Aux: ir.LaneOf(aux), A: zero, B: v})
	case aux&(ir.VOne|ir.VHalf) != 0:
		return l.Op1(ir.OpVLow64, ir.V128, v)
	}
	return v
}

// v1 and v2 emit an operation of one or two operands in the form of aux.
func (l *lifter) v1(op ir.Op, aux uint8, a ir.Value) ir.Value { return l.v1Imm(op, aux, a, 0) }

func (l *lifter) v1Imm(op ir.Op, aux uint8, a ir.Value, imm uint64) ir.Value {
	if isCore(op) {
		return l.trim(aux, l.Lane1Imm(op, ir.LaneOf(aux), a, imm))
	}
	return l.Lane1Imm(op, aux, a, imm)
}

func (l *lifter) v2(op ir.Op, aux uint8, a, b ir.Value) ir.Value {
	if isCore(op) {
		return l.trim(aux, l.Lane2(op, ir.LaneOf(aux), a, b))
	}
	return l.Lane2(op, aux, a, b)
}

func (l *lifter) v2Imm(op ir.Op, aux uint8, a, b ir.Value, imm uint64) ir.Value {
	return l.Emit(ir.Inst{Op: op, Type: ir.V128, Aux: aux, A: a, B: b, Imm: imm})
}

func (l *lifter) v3Imm(op ir.Op, aux uint8, a, b, c ir.Value, imm uint64) ir.Value {
	return l.Emit(ir.Inst{Op: op, Type: ir.V128, Aux: aux, A: a, B: b, C: c, Imm: imm})
}

func (l *lifter) v3(op ir.Op, aux uint8, a, b, c ir.Value) ir.Value {
	return l.v3Imm(op, aux, a, b, c, 0)
}

func (l *lifter) vGet(op ir.Op, t ir.Type, lane ir.Lane, v ir.Value, index uint64) ir.Value {
	return l.Emit(ir.Inst{Op: op, Type: t, Aux: lane, A: v, Imm: index})
}

// vConst is x in both halves.
func (l *lifter) vConst(x uint64) ir.Value {
	return l.Emit(ir.Inst{Op: ir.OpVConst, Type: ir.V128, Imm: x})
}

// laneConst is the low bits of x in every lane.
func (l *lifter) laneConst(lane ir.Lane, x uint64) ir.Value { return l.vConst(replicate(lane, x)) }

func replicate(lane ir.Lane, x uint64) uint64 {
	for width := uint(8) << lane; width < 64; width *= 2 {
		x = x&(1<<width-1) | x<<width
	}
	return x
}

// destination is the old value of Rd.
func (l *lifter) destination() ir.Value { return l.GetV(l.in.Rd()) }

// Computes of a single operation.
func op1(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, _ ir.Value) ir.Value { return l.v1(op, aux, n) }
}

func op2(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value { return l.v2(op, aux, n, m) }
}

// swapped2 has the operands the other way round.
func swapped2(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value { return l.v2(op, aux, m, n) }
}

// op3 has the old destination as its first operand.
func op3(op ir.Op) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return l.v3(op, aux, l.destination(), n, m)
	}
}

// accumulate applies op to the old destination and the result of c.
func accumulate(op ir.Op, c compute) compute {
	return func(l *lifter, aux uint8, n, m ir.Value) ir.Value {
		return l.v2(op, aux, l.destination(), c(l, aux, n, m))
	}
}

// registerForms enters one compute for several forms; OpUnallocated marks a
// form that does not exist.
func registerForms(ops map[a64.Op]form, lift func(form, compute) liftFunc, c compute) {
	for op, f := range ops {
		if op != a64.OpUnallocated {
			register(map[a64.Op]liftFunc{op: lift(f, c)})
		}
	}
}
