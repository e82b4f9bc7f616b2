package runtime

import (
	"strconv"
	"sync"
	"syscall"

	"axol/runtime/mem"
)

// Flags of mmap.
const (
	mapShared         = 0x01
	mapPrivate        = 0x02
	mapSharedValidate = 0x03
	mapType           = 0x0F
	mapFixed          = 0x10
	mapAnonymous      = 0x20
	mapHugetlb        = 0x4_0000
	mapSync           = 0x8_0000
	mapFixedNoReplace = 0x10_0000

	mapForHost = 0x2000 | 0x8000 | 0x1_0000 // MAP_LOCKED, MAP_POPULATE, MAP_NONBLOCK: the rest is advice
)

// The permissions that there are, and one that Linux takes and ignores (PROT_SEM).
const (
	protBits = uint64(mem.Read | mem.Write | mem.Exec | mem.BTI)
	protSem  = 0x8
)

func sysMmap(t *Thread, a *args) uint64 {
	flags := a[3]
	if flags&(mapHugetlb|mapSync) != 0 {
		return fail(syscall.EINVAL)
	}
	r := mem.Request{Addr: a[0] &^ (mem.PageSize - 1), Length: a[1], Top: t.p.mmapTop, Host: int(flags & mapForHost),
		Mapping: mem.Mapping{Prot: mem.Prot(a[2] & protBits)}} // of others, mmap says nothing
	switch {
	case flags&mapFixedNoReplace != 0:
		r.Addr, r.Place = a[0], mem.NoReplace
	case flags&mapFixed != 0:
		r.Addr, r.Place = a[0], mem.Fixed
	}
	switch flags & mapType {
	case mapShared, mapSharedValidate:
		r.Flags |= mem.Shared
	case mapPrivate:
	default:
		return fail(syscall.EINVAL)
	}
	if flags&mapAnonymous != 0 {
		r.Flags |= mem.Anonymous
	} else if e := t.fileOf(&r, a[4], a[5]); e != 0 {
		return fail(e)
	}
	if t.p.codeTop != 0 && (r.Prot&mem.Exec != 0 || forLibrary(r, flags)) {
		r.Top = t.p.codeTop
	}
	at, e := t.p.mem.Map(r)
	if e != 0 {
		return fail(e)
	}
	return at
}

// forLibrary reports whether a mapping looks like the place that a dynamic linker takes for a library before it
// maps it there: stacks and heaps say what they are, and other reservations are larger.
func forLibrary(r mem.Request, flags uint64) bool {
	const largest = 16 << 20
	return r.Prot == 0 && r.Addr == 0 && r.Length <= largest && flags&^mapType == mapAnonymous && r.Flags&mem.Shared == 0
}

// fileOf fills in the file of a mapping.
func (t *Thread) fileOf(r *mem.Request, guestFD, offset uint64) syscall.Errno {
	fd, e := t.fd(guestFD)
	if e != 0 {
		return e
	}
	st := &t.scratch.stat
	if err := syscall.Fstat(int(fd), st); err != nil {
		return err.(syscall.Errno)
	}
	buf := t.scratch.paths[0][:pathMax]
	n, err := syscall.Readlink("/proc/thread-self/fd/"+strconv.Itoa(int(fd)), buf)
	if err == nil {
		r.Name = string(buf[:n])
	}
	r.FD, r.Offset, r.Inode, r.Dev = int(fd), offset, st.Ino, uint64(st.Dev)
	return 0
}

func sysMunmap(t *Thread, a *args) uint64 {
	return result(0, t.p.mem.Unmap(mem.Untag(a[0]), a[1]))
}

func sysMprotect(t *Thread, a *args) uint64 {
	at := mem.Untag(a[0])
	if a[2]&^(protBits|protSem) != 0 || at%mem.PageSize != 0 {
		return fail(syscall.EINVAL)
	}
	return result(0, t.p.mem.Protect(at, a[1], mem.Prot(a[2]&protBits)))
}

func sysMremap(t *Thread, a *args) uint64 {
	const mayMove, fixed = 1, 2
	if a[3]&^(mayMove|fixed) != 0 {
		return fail(syscall.EINVAL)
	}
	at, e := t.p.mem.Remap(mem.Untag(a[0]), a[1], a[2], a[3]&mayMove != 0, a[3]&fixed != 0, a[4], t.p.mmapTop)
	if e != 0 {
		return fail(e)
	}
	return at
}

// adviceForHost is the advice of madvise that means the same for guest memory on the
// host: all but what poisons pages or promises things.
var adviceForHost = map[uint64]bool{0: true, 1: true, 2: true, 3: true, 4: true, 8: true, 9: true, 12: true, 13: true,
	14: true, 15: true, 16: true, 17: true, 18: true, 19: true, 20: true, 21: true, 22: true, 23: true, 25: true}

func sysMadvise(t *Thread, a *args) uint64 {
	if !adviceForHost[a[2]] {
		return fail(syscall.EINVAL)
	}
	return t.ranged(nrMadvise, a[0], a[1], a[2])
}

// ranged is a host call on the pages of [at, at+n), which must be mapped.
func (t *Thread) ranged(nr uint64, at, n, more uint64) uint64 {
	at = mem.Untag(at)
	if at%mem.PageSize != 0 {
		return fail(syscall.EINVAL)
	}
	if n == 0 {
		return 0
	}
	if !t.p.mem.Covered(at, n) {
		return fail(syscall.ENOMEM)
	}
	host, _ := t.p.mem.Host(at)
	return result(t.block(hostNr(nr), host, uintptr(n), uintptr(more), 0, 0, 0))
}

func sysMsync(t *Thread, a *args) uint64   { return t.ranged(nrMsync, a[0], a[1], a[2]) }
func sysMlock2(t *Thread, a *args) uint64  { return t.lockPages(nrMlock2, a[0], a[1], a[2]) }
func sysMlock(t *Thread, a *args) uint64   { return t.lockPages(nrMlock, a[0], a[1], 0) }
func sysMunlock(t *Thread, a *args) uint64 { return t.lockPages(nrMunlock, a[0], a[1], 0) }

// lockPages is for calls that take any bytes of a page for the page.
func (t *Thread) lockPages(nr, at, n, more uint64) uint64 {
	skew := at % mem.PageSize
	return t.ranged(nr, at-skew, n+skew, more)
}

func sysMincore(t *Thread, a *args) uint64 {
	vec, e := t.addr(a[2])
	if e != 0 {
		return fail(e)
	}
	if a[1] > 1<<40 { // the answer must end in the guard behind guest memory
		return fail(syscall.ENOMEM)
	}
	return t.ranged(nrMincore, a[0], a[1], uint64(vec))
}

// programBreak is the heap that brk moves the end of.
type programBreak struct {
	mu         sync.Mutex
	first, end uint64
}

// start puts the heap behind the program.
func (b *programBreak) start(end uint64) { b.first, b.end = end, end }

func sysBrk(t *Thread, a *args) uint64 {
	b, m := t.p.brk, t.p.mem
	b.mu.Lock()
	defer b.mu.Unlock()
	want := a[0]
	if want < b.first || want > m.Limit() {
		return b.end
	}
	page := func(x uint64) uint64 { return (x + mem.PageSize - 1) &^ (mem.PageSize - 1) }
	from, to := page(b.end), page(want)
	switch {
	case to > from:
		_, e := m.Map(mem.Request{Addr: from, Length: to - from, Place: mem.NoReplace,
			Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous, Name: "[heap]"}})
		if e != 0 {
			return b.end
		}
	case to < from:
		if m.Unmap(to, from-to) != 0 {
			return b.end
		}
	}
	b.end = want
	return want
}
