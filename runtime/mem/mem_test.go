package mem

import (
	"bytes"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
)

func reserve(t testing.TB) *Memory {
	t.Helper()
	m, err := Reserve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Release)
	return m
}

func mustMap(t testing.TB, m *Memory, r Request) uint64 {
	t.Helper()
	a, e := m.Map(r)
	if e != 0 {
		t.Fatalf("Map(%+v): %v", r, e)
	}
	return a
}

func anon(addr, n uint64, p Prot) Request {
	return Request{Addr: addr, Length: n, Place: Fixed, Mapping: Mapping{Prot: p, Flags: Anonymous}}
}

func TestReserve(t *testing.T) {
	m := reserve(t)
	if identity {
		if m.Base() != 0 || m.Limit() != 1<<identityBits {
			t.Fatalf("base %#x, limit %#x: guest addresses are host addresses here", m.Base(), m.Limit())
		}
		if _, err := Reserve(); err == nil {
			t.Error("the same addresses are reserved twice")
		}
		confined, err := ReserveConfined()
		if err != nil || confined.Base() < m.Limit() {
			t.Errorf("a confined one beside it: %v", err)
		} else {
			confined.Release()
		}
		return
	}
	if m.Base() != m.Limit() || m.Limit()&(m.Limit()-1) != 0 {
		t.Fatalf("base %#x, limit %#x: want one power of two", m.Base(), m.Limit())
	}
	second := reserve(t) // while the first is there
	if second.Limit() >= m.Limit() {
		t.Errorf("second reservation of %#x beside one of %#x", second.Limit(), m.Limit())
	}
}

func TestWildAddresses(t *testing.T) {
	m := reserve(t)
	mustMap(t, m, anon(m.Limit()-PageSize, PageSize, Read|Write))
	var b [16]byte
	for _, a := range []uint64{0, 8, LowestAddress, m.Limit(), m.Limit() - 8, m.Limit() << 1, 1 << 55, 1<<56 - 1, ^uint64(0), ^uint64(15), 0xFF << 56} {
		if e := m.Read(a, b[:]); e != syscall.EFAULT {
			t.Errorf("Read(%#x) = %v", a, e)
		}
		if e := m.Write(a, b[:]); e != syscall.EFAULT {
			t.Errorf("Write(%#x) = %v", a, e)
		}
		if e := m.Poke(a, b[:]); e != syscall.EFAULT {
			t.Errorf("Poke(%#x) = %v", a, e)
		}
		if _, ok := m.Fetch(a); ok {
			t.Errorf("Fetch(%#x) read something", a)
		}
		if m.Touch(a+8, true) && a != m.Limit()-8 && a != m.Limit()-16 {
			t.Errorf("Touch(%#x) says it is there", a+8)
		}
	}
	if _, ok := m.Host(m.Limit()); ok {
		t.Error("the limit is not an address")
	}
	if e := m.Write(m.Limit()-16, b[:]); e != 0 {
		t.Errorf("the last bytes: %v", e)
	}
	if e := m.Write(0x5A<<56|m.Limit()-16, b[:]); e != 0 {
		t.Errorf("a tagged address: %v", e)
	}
}

func TestPermissions(t *testing.T) {
	m := reserve(t)
	const a = 0x40_0000
	for _, p := range []Prot{0, Read, Read | Write, Exec, Read | Exec, Read | Write | Exec} {
		mustMap(t, m, anon(a, PageSize, p))
		_, re := m.Read32(a)
		we := m.Write32(a, 0xD503201F)
		_, fetch := m.Fetch(a)
		if (re == 0) != (p != 0) || (we == 0) != (p&Write != 0) || fetch != (p&Exec != 0) {
			t.Errorf("prot %d: read %v, write %v, fetch %v", p, re, we, fetch)
		}
		if e := m.Poke(a, []byte{1, 2, 3, 4}); e != 0 {
			t.Errorf("prot %d: Poke: %v", p, e)
		}
		if we := m.Write32(a, 0); (we == 0) != (p&Write != 0) {
			t.Errorf("prot %d: after Poke, write %v", p, we)
		}
	}
	if e := m.Protect(a, PageSize, Read); e != 0 {
		t.Fatal(e)
	}
	if _, ok := m.Fetch(a); ok {
		t.Error("fetched from what is no longer executable")
	}
	if e := m.Protect(a, 2*PageSize, Read); e != syscall.ENOMEM {
		t.Errorf("Protect over a hole = %v", e)
	}
}

func TestReadString(t *testing.T) {
	m := reserve(t)
	const a = 0x40_0000
	mustMap(t, m, anon(a, PageSize, Read|Write))
	var buf [64]byte
	m.Write(a+PageSize-4, []byte("abc\x00"))
	if n, e := m.ReadString(a+PageSize-4, buf[:]); e != 0 || string(buf[:n]) != "abc" {
		t.Errorf("at the end of a page: %q %v", buf[:n], e)
	}
	m.Write(a+PageSize-4, []byte("abcd"))
	if _, e := m.ReadString(a+PageSize-4, buf[:]); e != syscall.EFAULT {
		t.Errorf("runs into a hole: %v", e)
	}
	m.Write(a, bytes.Repeat([]byte("x"), 100))
	if _, e := m.ReadString(a, buf[:]); e != syscall.ENAMETOOLONG {
		t.Errorf("longer than the buffer: %v", e)
	}
}

func TestPlace(t *testing.T) {
	m := reserve(t)
	top := m.Limit() / 2
	r := Request{Length: 3 * PageSize, Top: top, Mapping: Mapping{Prot: Read, Flags: Anonymous}}
	if a := mustMap(t, m, r); a != top-3*PageSize {
		t.Errorf("first at %#x, top %#x", a, top)
	}
	if a := mustMap(t, m, r); a != top-6*PageSize {
		t.Errorf("second at %#x, top %#x", a, top)
	}
	if got := len(m.Mappings()); got != 1 {
		t.Errorf("%d mappings, want neighbours merged", got)
	}
	m.Unmap(top-5*PageSize, 2*PageSize)
	r.Length = 2 * PageSize
	if a := mustMap(t, m, r); a != top-5*PageSize {
		t.Errorf("the gap was not used: %#x", a)
	}
	r.Addr = 0x1234000
	if a := mustMap(t, m, r); a != 0x1234000 {
		t.Errorf("the hint was not used: %#x", a)
	}
	if a := mustMap(t, m, r); a == 0x1234000 {
		t.Error("a hint replaced a mapping")
	}
	r.Place = NoReplace
	if _, e := m.Map(r); e != syscall.EEXIST {
		t.Errorf("NoReplace: %v", e)
	}
	for _, bad := range []Request{anon(0, PageSize, Read), anon(m.Limit(), PageSize, Read), anon(m.Limit()-PageSize, 2*PageSize, Read),
		anon(1, PageSize, Read), anon(0x10000, 0, Read), anon(0x10000, ^uint64(0), Read), anon(^uint64(0)&^0xFFF, PageSize, Read)} {
		if a, e := m.Map(bad); e == 0 {
			t.Errorf("Map(%#x, %#x) worked: %#x", bad.Addr, bad.Length, a)
		}
	}
	if _, e := m.Map(Request{Length: m.Limit(), Mapping: Mapping{Flags: Anonymous}}); e != syscall.ENOMEM {
		t.Errorf("everything at once: %v", e)
	}
}

func TestCodeChanged(t *testing.T) {
	m := reserve(t)
	var calls []span
	m.CodeChanged = func(lo, hi uint64) { calls = append(calls, span{lo, hi}) }
	expect := func(what string, want ...span) {
		t.Helper()
		if len(calls) != len(want) {
			t.Fatalf("%s: calls %v, want %v", what, calls, want)
		}
		for i := range want {
			if calls[i] != want[i] {
				t.Errorf("%s: calls %v, want %v", what, calls, want)
			}
		}
		calls = nil
	}
	const a = 0x100000
	mustMap(t, m, anon(a, 4*PageSize, Read|Write))
	expect("data")
	m.Protect(a+PageSize, PageSize, Read|Exec)
	expect("becomes code", span{a + PageSize, a + 2*PageSize})
	m.Protect(a, PageSize, Read)
	expect("its neighbour")
	m.Protect(a, 4*PageSize, Read)
	expect("is no longer code", span{a, a + 4*PageSize})
	m.Protect(a, 4*PageSize, Read|Exec)
	calls = nil
	m.Unmap(a, PageSize)
	expect("unmapped", span{a, a + PageSize})
	mustMap(t, m, anon(a+PageSize, PageSize, Read|Write))
	expect("mapped over", span{a + PageSize, a + 2*PageSize})
	to, e := m.Remap(a+2*PageSize, PageSize, PageSize, true, true, 0x900000, 0)
	if e != 0 {
		t.Fatal(e)
	}
	expect("moved", span{a + 2*PageSize, a + 3*PageSize}, span{to, to + PageSize})
}

func TestRemap(t *testing.T) {
	m := reserve(t)
	const a = 0x100000
	mustMap(t, m, anon(a, 2*PageSize, Read|Write))
	m.Write(a+PageSize, []byte("hello"))
	check := func(at uint64, e syscall.Errno, want uint64) {
		t.Helper()
		var b [5]byte
		if e == 0 {
			e = m.Read(at+PageSize, b[:])
		}
		if e != 0 || string(b[:]) != "hello" || want != 0 && at != want {
			t.Fatalf("at %#x: %q, %v", at, b, e)
		}
	}
	at, e := m.Remap(a, 2*PageSize, 4*PageSize, false, false, 0, 0)
	check(at, e, a)
	if e := m.Write(a+4*PageSize-1, []byte{1}); e != 0 {
		t.Errorf("grown in place: %v", e)
	}
	mustMap(t, m, anon(a+4*PageSize, PageSize, Read))
	if _, e := m.Remap(a, 4*PageSize, 8*PageSize, false, false, 0, 0); e != syscall.ENOMEM {
		t.Errorf("no room: %v", e)
	}
	at, e = m.Remap(a, 4*PageSize, 8*PageSize, true, false, 0, 0)
	check(at, e, 0)
	if m.Touch(a, false) || m.Covered(a, PageSize) {
		t.Error("the old place is still there")
	}
	at, e = m.Remap(at, 8*PageSize, 2*PageSize, true, true, 0x800000, 0)
	check(at, e, 0x800000)
	if m.Covered(at+2*PageSize, 1) {
		t.Error("not shrunk")
	}
	at, e = m.Remap(at, 2*PageSize, PageSize, false, false, 0, 0)
	if e != 0 || at != 0x800000 || m.Touch(at+PageSize, false) {
		t.Errorf("shrunk in place: %#x %v", at, e)
	}
	for _, bad := range [][3]uint64{{0x300000, PageSize, PageSize}, {0x800001, PageSize, PageSize}, {0x800000, PageSize, 0}, {0x800000, 0, PageSize}, {^uint64(0) &^ 0xFFF, 8192, 4096}} {
		if _, e := m.Remap(bad[0], bad[1], bad[2], true, true, 0xA00000, 0); e == 0 {
			t.Errorf("Remap(%#x) worked", bad)
		}
	}
}

func TestFileMapping(t *testing.T) {
	m := reserve(t)
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Write(bytes.Repeat([]byte{7}, 5000))
	a := mustMap(t, m, Request{Length: 3 * PageSize, FD: int(f.Fd()), Mapping: Mapping{Prot: Read, Name: "f"}})
	if v, e := m.Read32(a + 4096); e != 0 || v != 0x07070707 {
		t.Errorf("second page: %#x %v", v, e)
	}
	if m.Touch(a+2*PageSize, false) { // SIGBUS on the host
		t.Error("a page beyond the end of the file is not there")
	}
	m.Protect(a+PageSize, PageSize, 0)
	vs := m.Mappings()
	if len(vs) != 3 || vs[1].Offset != 4096 || vs[2].Offset != 8192 {
		t.Fatalf("split into %v", vs)
	}
	m.Protect(a+PageSize, PageSize, Read)
	if vs := m.Mappings(); len(vs) != 1 || vs[0].Offset != 0 {
		t.Errorf("not merged: %v", vs)
	}
}

func TestMappingString(t *testing.T) {
	v := Mapping{Lo: 0x400000, Hi: 0x401000, Prot: Read | Exec, Name: "/bin/x", Offset: 0x1000, Inode: 42, Dev: 0xFE01}
	if got, want := v.String(), "00400000-00401000 r-xp 00001000 fe:01 42                                 /bin/x"; got != want {
		t.Errorf("\n%q, want\n%q", got, want)
	}
	v = Mapping{Lo: 0x10000, Hi: 0x20000, Prot: Write, Flags: Shared | Anonymous}
	if got, want := v.String(), "00010000-00020000 -w-s 00000000 00:00 0 "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The table against a model of one entry per page, under random calls; what the
// host allows must agree with both.
func TestRandomCalls(t *testing.T) {
	m := reserve(t)
	const base, pages = 0x1000000, 24
	var model [pages]int // -1 nothing, else prot
	for i := range model {
		model[i] = -1
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	prots := []Prot{0, Read, Read | Write, Read | Exec}
	for range 3000 {
		i := rnd.IntN(pages)
		n := 1 + rnd.IntN(pages-i)
		a, size, p := base+uint64(i)*PageSize, uint64(n)*PageSize, prots[rnd.IntN(len(prots))]
		switch rnd.IntN(4) {
		case 0:
			mustMap(t, m, anon(a, size, p))
			for k := i; k < i+n; k++ {
				model[k] = int(p)
			}
		case 1:
			if e := m.Unmap(a, size); e != 0 {
				t.Fatal(e)
			}
			for k := i; k < i+n; k++ {
				model[k] = -1
			}
		case 2:
			whole := true
			for k := i; k < i+n; k++ {
				whole = whole && model[k] >= 0
			}
			if e := m.Protect(a, size, p); (e == 0) != whole {
				t.Fatalf("Protect: %v, all mapped: %v", e, whole)
			}
			for k := i; whole && k < i+n; k++ {
				model[k] = int(p)
			}
		case 3:
			to := rnd.IntN(pages - n + 1)
			if to < i+n && i < to+n {
				continue
			}
			one := true // a move takes one mapping
			for k := i; k < i+n; k++ {
				one = one && model[k] >= 0 && model[k] == model[i]
			}
			_, e := m.Remap(a, size, size, true, true, base+uint64(to)*PageSize, 0)
			if (e == 0) != one && !(one && e == syscall.EFAULT) { // the host may see two where we see one
				t.Fatalf("Remap: %v, one mapping: %v", e, one)
			}
			for k := range n {
				if e == 0 {
					model[to+k], model[i+k] = model[i+k], -1
				}
			}
		}
		agree(t, m, base, model[:])
	}
}

func agree(t *testing.T, m *Memory, base uint64, model []int) {
	t.Helper()
	for k, want := range model {
		a := base + uint64(k)*PageSize
		v, ok := m.Find(a)
		if ok != (want >= 0) || ok && int(v.Prot) != want {
			t.Fatalf("page %d is %v, model says %d", k, v, want)
		}
		if r, w := m.Touch(a, false), m.Touch(a, true); r != (want > 0) || w != (want > 0 && want&int(Write) != 0) {
			t.Fatalf("page %d of prot %d: host read %v, write %v", k, want, r, w)
		}
	}
	last := uint64(0)
	for i, v := range m.Mappings() {
		if v.Lo < last || v.Lo >= v.Hi || v.Lo%PageSize|v.Hi%PageSize != 0 {
			t.Fatalf("table out of order at %d: %v", i, m.Mappings())
		}
		if i > 0 && m.Mappings()[i-1].continues(v) {
			t.Fatalf("not merged at %d: %v", i, m.Mappings())
		}
		last = v.Hi
	}
}

func TestConcurrentUnmap(t *testing.T) {
	m := reserve(t)
	const a = 0x200000
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 3*PageSize)
		for {
			select {
			case <-stop:
				return
			default:
				m.Read(a, buf)
				m.Write(a, buf)
				m.Fetch(a)
			}
		}
	}()
	for range 500 {
		mustMap(t, m, anon(a, 4*PageSize, Read|Write|Exec))
		m.Unmap(a+PageSize, 2*PageSize)
	}
	close(stop)
	<-done
}
