package interp

import (
	"unsafe"

	"axol/jit/ir"
)

// Implemented in assembly, because they have to be atomic against translated
// code, which uses the same host instructions. Each compares memory with old,
// stores new if they are equal, and returns what was there.

//go:noescape
func cas8(p unsafe.Pointer, old, new uint8) uint8

//go:noescape
func cas16(p unsafe.Pointer, old, new uint16) uint16

//go:noescape
func cas32(p unsafe.Pointer, old, new uint32) uint32

//go:noescape
func cas64(p unsafe.Pointer, old, new uint64) uint64

// cas128 needs an address that is a multiple of 16.
//
//go:noescape
func cas128(p unsafe.Pointer, oldLo, oldHi, newLo, newHi uint64) (lo, hi uint64)

// load128 is a single-copy atomic load from an address that is a multiple of 16.
//
//go:noescape
func load128(p unsafe.Pointer) (lo, hi uint64)

// store128 is a single-copy atomic store to an address that is a multiple of 16.
//
//go:noescape
func store128(p unsafe.Pointer, lo, hi uint64)

// fence orders every access before it with every one after it.
func fence()

func init() {
	register(map[ir.Op]opFunc{
		ir.OpLoadEx:   loadEx,
		ir.OpStoreEx:  storeEx,
		ir.OpLoadExV:  loadExV,
		ir.OpStoreExV: storeExV,
		ir.OpClearEx:  func(m *Machine, _ *ir.Inst) value { m.st.ExSize = 0; return value{} },
		ir.OpAtomic:   atomicRMW,
		ir.OpCas: func(m *Machine, in *ir.Inst) value {
			return value{lo: m.cas(m.v[in.A].lo, in.Aux, m.v[in.B].lo, m.v[in.C].lo)}
		},
		ir.OpCasV: casV,
	})
}

func casPart(p unsafe.Pointer, size uint8, old, new uint64) uint64 {
	if !natural(p, size) {
		return casWithin(p, size, old, new)
	}
	switch size {
	case 0:
		return uint64(cas8(p, uint8(old), uint8(new)))
	case 1:
		return uint64(cas16(p, uint16(old), uint16(new)))
	case 2:
		return uint64(cas32(p, uint32(old), uint32(new)))
	default:
		return cas64(p, old, new)
	}
}

// cas is a compare and swap of 1 to 8 bytes. Host instructions that do it are
// full barriers, whatever mem asks for.
func (m *Machine) cas(addr uint64, mem uint8, old, new uint64) uint64 {
	size := mem & ir.MemSizeMask
	p, _ := m.modified(addr, size)
	prev := casPart(p, size, old, new)
	m.access.active = false
	return prev
}

func (m *Machine) cas16(addr uint64, old, new value) (prev value) {
	p, _ := m.modified(addr, ir.Q)
	prev.lo, prev.hi = cas128(p, old.lo, old.hi, new.lo, new.hi)
	m.access.active = false
	return prev
}

// modified is aligned for an access that reads and writes, and what it reads: its faults are those of a read as long
// as reading is what fails (Arm ARM, ESR_EL1.WnR).
func (m *Machine) modified(addr uint64, size uint8) (p unsafe.Pointer, old uint64) {
	p = m.aligned(addr, 1<<size, false)
	old = loadAtomic(p, min(size, ir.D))
	m.access.store = true
	return p, old
}

func casV(m *Machine, in *ir.Inst) value {
	addr, old, new := m.v[in.A].lo, m.v[in.B], m.v[in.C]
	if in.Aux&ir.MemSizeMask == 3 {
		return value{lo: m.cas(addr, in.Aux, old.lo, new.lo)}
	}
	return m.cas16(addr, old, new)
}

func atomicRMW(m *Machine, in *ir.Inst) value {
	size := in.Aux & ir.MemSizeMask
	p, old := m.modified(m.v[in.A].lo, size)
	operand := m.v[in.B].lo
	for {
		prev := casPart(p, size, old, modify(ir.RMW(in.Imm), old, operand, 8<<size))
		if prev == old {
			m.access.active = false
			return value{lo: old}
		}
		old = prev
	}
}

// modify is what an atomic operation stores.
func modify(op ir.RMW, old, x uint64, width uint) uint64 {
	mask := ^uint64(0) >> (64 - width)
	x &= mask
	keep := false
	switch op {
	case ir.RMWAdd:
		return old + x
	case ir.RMWClr:
		return old &^ x
	case ir.RMWEor:
		return old ^ x
	case ir.RMWSet:
		return old | x
	case ir.RMWSwap:
		return x
	case ir.RMWSMax:
		keep = signed(old, width) > signed(x, width)
	case ir.RMWSMin:
		keep = signed(old, width) < signed(x, width)
	case ir.RMWUMax:
		keep = old > x
	case ir.RMWUMin:
		keep = old < x
	}
	if keep {
		return old
	}
	return x
}

// The exclusive mark remembers what was loaded; a store-exclusive succeeds if
// that is still there, by compare and swap.

func (m *Machine) mark(addr, size uint64, v value) {
	m.st.ExAddr, m.st.ExSize, m.st.ExValue = addr&^topByte, size, [2]uint64{v.lo, v.hi}
}

// marked reports whether the mark is for this access.
func (m *Machine) marked(addr, size uint64) bool {
	return m.st.ExSize == size && m.st.ExAddr == addr&^topByte
}

func loadEx(m *Machine, in *ir.Inst) value {
	addr := m.v[in.A].lo
	v := m.load(addr, in.Aux|ir.MemAcquire, in.Type) // the host's loads are, anyway
	m.mark(addr, 1<<(in.Aux&ir.MemSizeMask), v)
	return v
}

func storeEx(m *Machine, in *ir.Inst) value {
	addr, size := m.v[in.A].lo, uint64(1)<<(in.Aux&ir.MemSizeMask)
	old := m.st.ExValue[0]
	m.aligned(addr, size, true) // whether or not it is marked
	m.access.active = false
	stored := m.marked(addr, size) && m.cas(addr, in.Aux, old, m.v[in.B].lo) == old
	return m.storeExDone(stored)
}

// storeExDone drops the mark; a store-exclusive returns 0 for success.
func (m *Machine) storeExDone(stored bool) value {
	m.st.ExSize = 0
	if stored {
		return value{}
	}
	return value{lo: 1}
}

func loadExV(m *Machine, in *ir.Inst) (v value) {
	addr := m.v[in.A].lo
	v.lo, v.hi = load128(m.aligned(addr, 16, false))
	m.access.active = false
	if in.Aux&ir.MemAcquire != 0 {
		fence()
	}
	m.mark(addr, 16, v)
	return v
}

func storeExV(m *Machine, in *ir.Inst) value {
	addr := m.v[in.A].lo
	m.aligned(addr, 16, true)
	m.access.active = false
	old := value{m.st.ExValue[0], m.st.ExValue[1]}
	return m.storeExDone(m.marked(addr, 16) && m.cas16(addr, old, m.v[in.B]) == old)
}
