package interp

import (
	goruntime "runtime"
	"unsafe"

	"axol/jit/ir"
)

// access says what is being done to guest memory, for the exit if it faults.
type access struct {
	active bool
	store  bool
	addr   uint64 // the guest address, for faults that are found by looking at it
}

// badAddress is the panic of an access that cannot reach host memory, or has to be aligned and
// is not.
type badAddress struct{ unaligned bool }

const (
	topByte  = 0xff << 56
	pageSize = 4096 // the smallest a host has: only used to see that an access crosses none
)

func init() {
	register(map[ir.Op]opFunc{
		ir.OpLoad: func(m *Machine, in *ir.Inst) value {
			return m.load(m.v[in.A].lo+in.Imm, in.Aux, in.Type)
		},
		ir.OpStore: func(m *Machine, in *ir.Inst) value {
			m.store(m.v[in.A].lo+in.Imm, in.Aux, m.v[in.B].lo)
			return value{}
		},
		ir.OpLoadV: func(m *Machine, in *ir.Inst) value {
			return m.loadV(m.v[in.A].lo+in.Imm, in.Aux)
		},
		ir.OpStoreV: func(m *Machine, in *ir.Inst) value {
			m.storeV(m.v[in.A].lo+in.Imm, in.Aux, m.v[in.B])
			return value{}
		},
		ir.OpFence: func(*Machine, *ir.Inst) value { fence(); return value{} },
		ir.OpZeroBlock: func(m *Machine, in *ir.Inst) value {
			addr := m.v[in.A].lo
			touch(m.host(addr, 1, true)) // a fault is at the address given (Arm ARM, FAR_EL1)
			*(*[8]uint64)(m.host(addr&^63, 64, true)) = [8]uint64{}
			m.access.active = false
			return value{}
		},
	})
}

// nilFault is what Go makes of a fault whose address it is not told, or not to be believed: an emulator may say 0 of a SIGBUS.
const nilFault = "runtime error: invalid memory address or nil pointer dereference"

// nilPage is where Go takes a fault for a nil pointer of its own. Where guest addresses are the host's, nothing is mapped
// there, nor in the next pages, which are touched instead.
const nilPage = 4096

// host is the host address of size bytes at a guest address. Until the access
// is marked as over, a fault is the guest's.
func (m *Machine) host(addr uint64, size uint64, store bool) unsafe.Pointer {
	addr = userAddress(addr)
	m.access = access{true, store, addr}
	if limit := m.st.MemLimit; addr >= limit || limit-addr < size {
		panic(badAddress{})
	}
	at := m.st.MemBase + addr
	if at < nilPage {
		at += nilPage
	}
	return pointer(uintptr(at))
}

// aligned is host for an exclusive, atomic or ordered access, all of whose bytes must be within 16 aligned ones
// (FEAT_LSE2 with SCTLR_EL1.nAA 0: Arm ARM, AArch64.UnalignedAccessFaults). That is asked before whether
// there is memory (Arm ARM D8.15.6, "Prioritization of synchronous aborts").
func (m *Machine) aligned(addr, size uint64, store bool) unsafe.Pointer {
	if addr&15+size > 16 {
		m.access = access{true, store, userAddress(addr)}
		panic(badAddress{unaligned: true})
	}
	return m.host(addr, size, store)
}

// userAddress is addr without its top byte, which is ignored in the lower half (Arm ARM, AddrTop).
func userAddress(addr uint64) uint64 {
	if addr>>55&1 == 0 {
		addr &^= topByte
	}
	return addr
}

// pointer makes a pointer of an address that is outside Go's heap.
func pointer(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

// catchFault turns a fault in guest memory into an exit.
func (m *Machine) catchFault(kind *ir.ExitKind) {
	if !m.access.active && (m.helper == nil || !m.helper.m.access.active) {
		return // a panic from elsewhere goes on
	}
	r := recover()
	a := &m.access
	if m.helper != nil && m.helper.m.access.active {
		a = &m.helper.m.access
	}
	addr, arg := a.addr, uint64(0)
	if f, ok := r.(interface{ Addr() uintptr }); ok {
		at := uint64(f.Addr()) - m.st.MemBase
		if at >= m.st.MemLimit {
			panic(r)
		}
		if m.st.MemBase+a.addr < nilPage {
			at -= nilPage
		}
		addr = max(addr, at) // the host's access may begin before the guest's
	} else if bad, ok := r.(badAddress); !ok {
		if err, ok := r.(goruntime.Error); !ok || err.Error() != nilFault {
			panic(r)
		}
	} else if bad.unaligned {
		arg = ir.FaultUnaligned
	}
	if a.store {
		arg |= ir.FaultStore
	}
	*a, m.access.active = access{}, false
	m.st.PC, m.st.FaultAddr, m.st.ExitArg = m.pc, addr, arg
	m.leaveEarly(ir.ExitFault, m.done-1)
	m.st.ExitKind = uint64(ir.ExitFault)
	*kind = ir.ExitFault
}

func (m *Machine) load(addr uint64, mem uint8, t ir.Type) value {
	size := mem & ir.MemSizeMask
	var x uint64
	if mem&ir.MemAcquire != 0 {
		x = loadAtomic(m.aligned(addr, 1<<size, false), size)
		fence()
	} else {
		x = loadPart(m.host(addr, 1<<size, false), size)
	}
	m.access.active = false
	if mem&ir.MemSigned != 0 {
		x = uint64(signed(x, 8<<size)) & maskOf(t)
	}
	return value{lo: x}
}

func loadPart(p unsafe.Pointer, size uint8) uint64 {
	switch size {
	case 0:
		return uint64(*(*uint8)(p))
	case 1:
		return uint64(*(*uint16)(p))
	case 2:
		return uint64(*(*uint32)(p))
	default:
		return *(*uint64)(p)
	}
}

func (m *Machine) store(addr uint64, mem uint8, x uint64) {
	size := mem & ir.MemSizeMask
	if mem&ir.MemRelease != 0 {
		p := m.aligned(addr, 1<<size, true)
		fence()
		storeAtomic(p, size, x)
		fence() // a later load-acquire stays behind it
	} else {
		storePart(m.host(addr, 1<<size, true), size, x)
	}
	m.access.active = false
}

func storePart(p unsafe.Pointer, size uint8, x uint64) {
	switch size {
	case 0:
		*(*uint8)(p) = uint8(x)
	case 1:
		*(*uint16)(p) = uint16(x)
	case 2:
		*(*uint32)(p) = uint32(x)
	default:
		*(*uint64)(p) = x
	}
}

func (m *Machine) loadV(addr uint64, size uint8) (v value) {
	p := m.host(addr, 1<<size, false)
	switch {
	case size == ir.Q && natural(p, size):
		v.lo, v.hi = load128(p)
	case size == ir.Q:
		v = value{*(*uint64)(p), *(*uint64)(unsafe.Add(p, 8))}
	default:
		v.lo = loadPart(p, size)
	}
	m.access.active = false
	return v
}

// touch writes a byte without changing it.
func touch(p unsafe.Pointer) {
	x := *(*uint8)(p)
	cas8(p, x, x)
}

func (m *Machine) storeV(addr uint64, size uint8, v value) {
	p := m.host(addr, 1<<size, true)
	switch {
	case size == ir.Q && natural(p, size):
		store128(p, v.lo, v.hi)
	case size == ir.Q:
		if uintptr(p)%pageSize > pageSize-16 {
			// Both pages must be writable before either half is written. A fault on
			// the second is at its first byte.
			touch(p)
			touch(unsafe.Add(p, pageSize-uintptr(p)%pageSize))
		}
		*(*uint64)(p) = v.lo
		*(*uint64)(unsafe.Add(p, 8)) = v.hi
	default:
		storePart(p, size, v.lo)
	}
	m.access.active = false
}
