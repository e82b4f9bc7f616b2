package runtime

import (
	"bytes"
	"encoding/binary"
	"syscall"
	"unsafe"

	"axol/jit/ir"
	"axol/runtime/mem"
)

// sysUname is the host's, but for the machine.
func sysUname(t *Thread, a *args) uint64 {
	const field = 65 // sysname, nodename, release, version, machine, domainname
	var b [6 * field]byte
	if _, _, e := syscall.Syscall(hostNr(nrUname), uintptr(unsafe.Pointer(&b)), 0, 0); e != 0 {
		return fail(e)
	}
	machine := b[4*field : 5*field]
	clear(machine)
	copy(machine, "aarch64")
	return result(0, t.p.mem.Write(a[0], b[:]))
}

// Options of prctl.
const (
	prSetPdeathsig      = 1
	prGetPdeathsig      = 2
	prGetDumpable       = 3
	prSetDumpable       = 4
	prGetKeepcaps       = 7
	prSetKeepcaps       = 8
	prSetName           = 15
	prGetName           = 16
	prCapbsetRead       = 23
	prSetTimerslack     = 29
	prGetTimerslack     = 30
	prSetNoNewPrivs     = 38
	prGetNoNewPrivs     = 39
	prPACResetKeys      = 54
	prGetTaggedAddrCtrl = 56
	prPACGetEnabledKeys = 61
	prSetVMA            = 0x53564D41
)

// prctls is the options that the host does, with the shape of their arguments.
var prctls = map[uint64]string{
	prSetPdeathsig: "ii", prGetPdeathsig: "i*", prGetDumpable: "i", prSetName: "i*", prGetName: "i*", prCapbsetRead: "ii",
	prSetTimerslack: "ii", prGetTimerslack: "i", prSetNoNewPrivs: "iiiii", prGetNoNewPrivs: "iiiii",
}

func sysPrctl(t *Thread, a *args) uint64 {
	switch a[0] {
	case prSetDumpable, prGetTaggedAddrCtrl: // top bytes are ignored without asking
		return 0
	case prSetPdeathsig:
		if t.p.parent != nil { // it is about the process to be started
			t.p.deathSignal = int(a[1])
			return 0
		}
	case prGetKeepcaps:
		return t.keepCaps
	case prSetKeepcaps: // a guest stays who it is, so there is nothing to keep
		if a[1] > 1 {
			return fail(syscall.EINVAL)
		}
		t.keepCaps = a[1]
		return 0
	case prSetVMA:
		return t.nameMemory(a)
	case prPACResetKeys:
		if a[1] >= 1<<ir.NumKeys || a[2]|a[3]|a[4] != 0 {
			return fail(syscall.EINVAL)
		}
		resetKeys(t.state, a[1])
		return 0
	case prPACGetEnabledKeys:
		return 1<<ir.KeyGA - 1 // the others are on, and stay so
	}
	shape, ok := prctls[a[0]]
	if !ok {
		t.p.warnOnce("axol: prctl option %d is not supported", a[0])
		return fail(syscall.EINVAL)
	}
	return t.pass(shape, hostNr(nrPrctl), a)
}

// nameMemory is PR_SET_VMA_ANON_NAME.
func (t *Thread) nameMemory(a *args) uint64 {
	const anonName, maxName = 0, 80
	if a[1] != anonName {
		return fail(syscall.EINVAL)
	}
	name := ""
	if a[4] != 0 {
		var b [maxName]byte
		n, e := t.p.mem.ReadString(a[4], b[:])
		if e != 0 {
			return fail(syscall.EINVAL)
		}
		if bytes.ContainsFunc(b[:n], func(r rune) bool { return r < ' ' || r > '~' || bytes.ContainsRune([]byte("\\`$[]"), r) }) {
			return fail(syscall.EINVAL)
		}
		name = "[anon:" + string(b[:n]) + "]"
	}
	return result(0, t.p.mem.Rename(mem.Untag(a[2]), a[3], name))
}

// sysPersonality knows no other than Linux.
func sysPersonality(t *Thread, a *args) uint64 {
	if uint32(a[0]) == 0 || uint32(a[0]) == 0xFFFF_FFFF {
		return 0
	}
	return fail(syscall.EINVAL)
}

// Resources that are Axol's own if the host's limit is set: the guest's are only remembered.
const (
	rlimitFsize  = 1
	rlimitStack  = 3
	rlimitNofile = 7
	numRlimits   = 16
)

// limitsHost says of a resource that the host has to limit it. The number of descriptors is not one:
// Axol has some of its own, above the guest's.
func limitsHost(resource uint64) bool { return resource == rlimitFsize }

func sysPrlimit64(t *Thread, a *args) uint64 {
	if a[0] != 0 && int(int32(a[0])) != t.p.pid {
		return t.pass("ii**", hostNr(nrPrlimit64), a) // another process
	}
	return t.limit(a[1], a[2], a[3])
}

func sysGetrlimit(t *Thread, a *args) uint64 { return t.limit(a[0], 0, a[1]) }
func sysSetrlimit(t *Thread, a *args) uint64 { return t.limit(a[0], a[1], 0) }

func (t *Thread) limit(resource, set, get uint64) uint64 {
	if resource >= numRlimits {
		return fail(syscall.EINVAL)
	}
	le, p := binary.LittleEndian, t.p
	p.mu.Lock()
	defer p.mu.Unlock()
	old, known := p.limits[resource]
	if !known {
		if _, _, e := syscall.Syscall6(hostNr(nrPrlimit64), 0, uintptr(resource), 0, uintptr(unsafe.Pointer(&old)), 0, 0); e != 0 {
			return fail(e)
		}
		if resource == rlimitStack {
			old[0] = stackSize
		}
	}
	if set != 0 {
		var b [16]byte
		if e := p.mem.Read(set, b[:]); e != 0 {
			return fail(e)
		}
		now := [2]uint64{le.Uint64(b[0:]), le.Uint64(b[8:])}
		if now[0] > now[1] {
			return fail(syscall.EINVAL)
		}
		if now[1] > old[1] {
			return fail(syscall.EPERM)
		}
		if limitsHost(resource) && p.parent == nil {
			if _, _, e := syscall.Syscall6(hostNr(nrPrlimit64), 0, uintptr(resource), uintptr(unsafe.Pointer(&now)), 0, 0, 0); e != 0 {
				return fail(e)
			}
		}
		p.limits[resource] = now
		if resource == rlimitNofile {
			p.fds.limit.Store(now[0])
		}
	}
	if get == 0 {
		return 0
	}
	var b [16]byte
	le.PutUint64(b[0:], old[0])
	le.PutUint64(b[8:], old[1])
	return result(0, p.mem.Write(get, b[:]))
}
