package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Loads and stores of structures: LD1 to LD4 and ST1 to ST4, of whole registers,
// of one lane, and replicated.

func init() {
	register(map[a64.Op]liftFunc{
		a64.OpLd1Multi: loadMany,
		a64.OpSt1Multi: storeMany,
		a64.OpLd2Multi: loadStructs(2, deinterleave2),
		a64.OpLd3Multi: loadStructs(3, deinterleave3),
		a64.OpLd4Multi: loadStructs(4, deinterleave4),
		a64.OpSt2Multi: storeStructs(2, interleave2),
		a64.OpSt3Multi: storeStructs(3, interleave3),
		a64.OpSt4Multi: storeStructs(4, interleave4),

		a64.OpLd1Single: loadLane(1),
		a64.OpLd2Single: loadLane(2),
		a64.OpLd3Single: loadLane(3),
		a64.OpLd4Single: loadLane(4),
		a64.OpSt1Single: storeLane(1),
		a64.OpSt2Single: storeLane(2),
		a64.OpSt3Single: storeLane(3),
		a64.OpSt4Single: storeLane(4),
		a64.OpLd1r:      loadReplicate(1),
		a64.OpLd2r:      loadReplicate(2),
		a64.OpLd3r:      loadReplicate(3),
		a64.OpLd4r:      loadReplicate(4),
	})
}

// structAddress is the address of size bytes of structures. Post-indexed, the base
// goes on by that, or by a register.
func (l *lifter) structAddress(size int) address {
	m := address{base: l.GetX(l.in.Rn()), back: l.in.Rn(), writes: l.in.Bit(23)}
	switch {
	case !m.writes:
	case l.in.Rm() == 31:
		m.step = int64(size)
	default:
		m.stepX = l.GetX(l.in.Rm())
	}
	return m
}

// structReg is the register of structure member i.
func (l *lifter) structReg(i int) uint8 { return (l.in.Rt() + uint8(i)) & 31 }

// vecSize is log2 of the bytes of a vector.
func vecSize(in a64.Inst) uint8 { return 3 + uint8(in.Field(30, 30)) }

// elemSize is log2 of the bytes of an element of a multiple-structure access.
func elemSize(in a64.Inst) ir.Lane { return ir.Lane(in.Field(11, 10)) }

// manyRegisters is how many registers LD1 and ST1 move, by opcode.
var manyRegisters = map[uint32]int{0b0111: 1, 0b1010: 2, 0b0110: 3, 0b0010: 4}

func loadMany(l *lifter) {
	n, size := manyRegisters[l.in.Field(15, 12)], vecSize(l.in)
	m := l.structAddress(n << size)
	var v [4]ir.Value
	for i := range n {
		v[i] = l.loadV(size, m.base, int64(i)<<size)
	}
	l.setStruct(v[:n], m)
}

func (l *lifter) setStruct(v []ir.Value, m address) {
	for i := range v {
		l.SetV(l.structReg(i), v[i])
	}
	l.writeBack(m)
}

func storeMany(l *lifter) {
	n, size := manyRegisters[l.in.Field(15, 12)], vecSize(l.in)
	m := l.structAddress(n << size)
	for i := range n {
		l.storeV(size, m.base, int64(i)<<size, l.GetV(l.structReg(i)))
	}
	l.writeBack(m)
}

// loadStructs loads n registers' worth of memory, 16 bytes at a time (8 in the
// last for an odd number of 8-byte registers), and takes the structures apart.
func loadStructs(n int, apart func(*lifter, []ir.Value) []ir.Value) liftFunc {
	return func(l *lifter) {
		total := n << vecSize(l.in)
		m := l.structAddress(total)
		var mem []ir.Value
		for at := 0; at < total; at += 16 {
			mem = append(mem, l.loadV(partSize(total-at), m.base, int64(at)))
		}
		l.setStruct(apart(l, mem), m)
	}
}

func storeStructs(n int, together func(*lifter, []ir.Value) []ir.Value) liftFunc {
	return func(l *lifter) {
		total := n << vecSize(l.in)
		m := l.structAddress(total)
		var regs []ir.Value
		for i := range n {
			regs = append(regs, l.GetV(l.structReg(i)))
		}
		for i, v := range together(l, regs) {
			l.storeV(partSize(total-16*i), m.base, int64(16*i), v)
		}
		l.writeBack(m)
	}
}

// partSize is log2 of the bytes moved at once when left bytes are left.
func partSize(left int) uint8 {
	if left < 16 {
		return ir.D
	}
	return ir.Q
}

// unzip gives the even and the odd elements of the 16-byte parts of memory; of a
// single part, they are in the lower half, with zeros above.
func (l *lifter) unzip(parts []ir.Value) (even, odd []ir.Value) {
	size := elemSize(l.in)
	if len(parts) == 1 {
		parts = append(parts, l.Emit(ir.Inst{Op: ir.OpVConst, Type: ir.V128}))
	}
	for i := 0; i < len(parts); i += 2 {
		even = append(even, l.Lane2(ir.OpVUzp1, size, parts[i], parts[i+1]))
		odd = append(odd, l.Lane2(ir.OpVUzp2, size, parts[i], parts[i+1]))
	}
	return even, odd
}

func deinterleave2(l *lifter, mem []ir.Value) []ir.Value {
	even, odd := l.unzip(mem)
	return append(even, odd...)
}

func deinterleave4(l *lifter, mem []ir.Value) []ir.Value {
	even, odd := l.unzip(mem)
	first, third := l.unzip(even)
	second, fourth := l.unzip(odd)
	return []ir.Value{first[0], second[0], third[0], fourth[0]}
}

// zip interleaves the elements of a and b. Of 8-byte vectors all fit in one part.
func (l *lifter) zip(a, b []ir.Value) (parts []ir.Value) {
	size := elemSize(l.in)
	for i := range a {
		parts = append(parts, l.Lane2(ir.OpVZip1, size, a[i], b[i]), l.Lane2(ir.OpVZip2, size, a[i], b[i]))
	}
	return parts
}

func interleave2(l *lifter, regs []ir.Value) []ir.Value {
	return l.zip(regs[:1], regs[1:])[:l.parts(2)]
}

func interleave4(l *lifter, regs []ir.Value) []ir.Value {
	odd, even := l.zip(regs[:1], regs[2:3])[:l.parts(2)], l.zip(regs[1:2], regs[3:])[:l.parts(2)]
	return l.zip(odd, even)
}

// parts is how many 16-byte parts n vectors fill.
func (l *lifter) parts(n int) int { return (n<<vecSize(l.in) + 15) / 16 }

// Structures of three have no zip: a byte shuffle from three sources does it.

// deinterleave3: byte k of register r is at element 3*(k/size)+r of memory.
func deinterleave3(l *lifter, mem []ir.Value) []ir.Value {
	size, bytes := 1<<elemSize(l.in), 1<<vecSize(l.in)
	regs := make([]ir.Value, 3)
	for r := range regs {
		regs[r] = l.shuffle(mem, bytes, func(k int) int { return (3*(k/size)+r)*size + k%size })
	}
	return regs
}

// interleave3: byte k of memory is of register e%3, where e is its element.
func interleave3(l *lifter, regs []ir.Value) []ir.Value {
	size, total := 1<<elemSize(l.in), 3<<vecSize(l.in)
	mem := make([]ir.Value, l.parts(3))
	for p := range mem {
		mem[p] = l.shuffle(regs, min(16, total-16*p), func(k int) int {
			e := (16*p + k) / size
			return e%3*16 + e/3*size + k%size
		})
	}
	return mem
}

// shuffle makes a vector whose byte k, below n, is byte source(k) of the sources
// laid end to end; zeros above.
func (l *lifter) shuffle(sources []ir.Value, n int, source func(k int) int) ir.Value {
	v := l.Emit(ir.Inst{Op: ir.OpVConst, Type: ir.V128})
	for i, from := range sources {
		var index [2]uint64 // 255 keeps what is there already
		for k := range 16 {
			b := 255
			if k < n && source(k)/16 == i {
				b = source(k) % 16
			}
			index[k/8] |= uint64(b) << (k % 8 * 8)
		}
		pick := l.Op2(ir.OpVPair, ir.V128, l.Const(ir.I64, index[0]), l.Const(ir.I64, index[1]))
		v = l.Emit(ir.Inst{Op: ir.OpVTbl, Type: ir.V128, A: from, B: v, C: pick})
	}
	return v
}

// lane is the element size and the index of a single-structure access: the index
// is Q:S:size without the bits that are below the element's size (C7.2, LD1).
func lane(in a64.Inst) (size ir.Lane, index uint64) {
	size, index = ir.Lane(in.Field(15, 14)), uint64(in.Field(30, 30)<<3|in.Field(12, 10))
	if size == ir.S && in.Bit(10) {
		size = ir.D
	}
	return size, index >> size
}

func loadLane(n int) liftFunc {
	return func(l *lifter) {
		size, index := lane(l.in)
		m := l.structAddress(n << size)
		var v [4]ir.Value
		for i := range n {
			v[i] = l.Load(ir.I64, size, m.base, int64(i)<<size)
		}
		for i := range n {
			into := l.GetV(l.structReg(i))
			v[i] = l.Emit(ir.Inst{Op: ir.OpVIns, Type: ir.V128, Aux: size, A: into, B: v[i], Imm: index})
		}
		l.setStruct(v[:n], m)
	}
}

func storeLane(n int) liftFunc {
	return func(l *lifter) {
		size, index := lane(l.in)
		m := l.structAddress(n << size)
		for i := range n {
			v := l.Emit(ir.Inst{Op: ir.OpVGet, Type: ir.I64, Aux: size, A: l.GetV(l.structReg(i)), Imm: index})
			l.Store(size, m.base, int64(i)<<size, v)
		}
		l.writeBack(m)
	}
}

func loadReplicate(n int) liftFunc {
	return func(l *lifter) {
		size := elemSize(l.in)
		m := l.structAddress(n << size)
		var v [4]ir.Value
		for i := range n {
			v[i] = l.Load(ir.I64, size, m.base, int64(i)<<size)
		}
		for i := range n {
			v[i] = l.Lane1(ir.OpVDup, size, v[i])
			if !l.in.Q() {
				v[i] = l.Op1(ir.OpVLow64, ir.V128, v[i])
			}
		}
		l.setStruct(v[:n], m)
	}
}
