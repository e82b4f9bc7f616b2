package mem

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A copy holds what the original does, and what is written to one later is not in the other, save where
// memory is shared.
func TestCopy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, bytes.Repeat([]byte("file"), 4096), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	sys := st.Sys().(*syscall.Stat_t)
	gone, err := os.Create(filepath.Join(t.TempDir(), "gone"))
	if err != nil {
		t.Fatal(err)
	}
	defer gone.Close()
	gone.WriteString("unlinked")
	os.Remove(gone.Name())

	m := reserve(t)
	const anon, private, shared, sharedFile, hidden, unlinked = 0x10_0000, 0x20_0000, 0x30_0000, 0x40_0000, 0x50_0000, 0x60_0000
	for _, r := range []Request{
		{Addr: anon, Length: 16 * PageSize, Mapping: Mapping{Prot: Read | Write, Flags: Anonymous, Name: "[heap]"}},
		{Addr: private, Length: 4 * PageSize, FD: int(f.Fd()), Mapping: Mapping{Prot: Read | Write, Name: file, Inode: sys.Ino, Dev: sys.Dev}},
		{Addr: shared, Length: 2 * PageSize, Mapping: Mapping{Prot: Read | Write, Flags: Shared | Anonymous}},
		{Addr: sharedFile, Length: PageSize, FD: int(f.Fd()), Mapping: Mapping{Prot: Read | Write, Flags: Shared, Name: file, Inode: sys.Ino, Dev: sys.Dev, Offset: PageSize}},
		{Addr: hidden, Length: PageSize, Mapping: Mapping{Prot: Read | Write, Flags: Anonymous}},
		{Addr: unlinked, Length: 2 * PageSize, FD: int(gone.Fd()), Mapping: Mapping{Prot: Read, Name: gone.Name() + " (deleted)"}},
	} {
		r.Place = Fixed
		if _, e := m.Map(r); e != 0 {
			t.Fatal(e)
		}
	}
	for _, w := range []struct {
		at   uint64
		text string
	}{{anon + 5*PageSize + 100, "anonymous"}, {private + PageSize + 4, "changed"}, {shared, "shared"}, {hidden, "hidden"}} {
		if e := m.Write(w.at, []byte(w.text)); e != 0 {
			t.Fatal(e)
		}
	}
	if e := m.Protect(hidden, PageSize, 0); e != 0 {
		t.Fatal(e)
	}
	c, e := m.Copy()
	if e != 0 {
		t.Fatal(e)
	}
	if n := len(c.Files()); n != 2 {
		t.Errorf("%d files, want the pages and one of shared memory", n)
	}
	pages := 0
	for _, v := range c.Maps {
		for _, r := range v.Runs {
			pages += int(r.Hi-r.Lo) / PageSize
		}
	}
	if pages != 1+1+1+2 {
		t.Errorf("%d pages are copied, want the three that were written and the two of the file that is gone", pages)
	}
	want := m.Mappings()

	// The other process is this one, with the first address space gone.
	for i := range c.Maps {
		if v := &c.Maps[i]; v.Shared >= 0 {
			if v.Shared, err = syscall.Dup(v.Shared); err != nil {
				t.Fatal(err)
			}
		}
	}
	m.Release()
	n := reserve(t)
	if e := n.Restore(c); e != 0 {
		t.Fatal(e)
	}
	got := n.Mappings()
	if len(got) != len(want) {
		t.Fatalf("%d mappings, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got[i], want[i])
		}
	}
	if e := n.Read(hidden, make([]byte, 1)); e != syscall.EFAULT {
		t.Errorf("hidden page: %v", e)
	}
	if e := n.Protect(hidden, PageSize, Read); e != 0 {
		t.Fatal(e)
	}
	for _, w := range []struct {
		at   uint64
		text string
	}{{anon + 5*PageSize + 100, "anonymous\x00"}, {anon, "\x00"}, {private + PageSize, "filechangedeflile"[:11]}, {private, "filefile"}, {shared, "shared"}, {sharedFile, "file"}, {hidden, "hidden"}, {unlinked, "unlinked\x00"}} {
		b := make([]byte, len(w.text))
		if e := n.Read(w.at, b); e != 0 || string(b) != w.text {
			t.Errorf("at %#x: %q, %v, want %q", w.at, b, e, w.text)
		}
	}
	if e := n.Write(private, []byte("mine")); e != 0 {
		t.Fatal(e)
	}
	if e := n.Write(sharedFile, []byte("ours")); e != 0 {
		t.Fatal(e)
	}
	b := make([]byte, 2*PageSize)
	if _, err := f.ReadAt(b, 0); err != nil || string(b[:4]) != "file" || string(b[PageSize:PageSize+4]) != "ours" {
		t.Errorf("the file has %q and %q, %v", b[:4], b[PageSize:PageSize+4], err)
	}
}

// Files of shared memory are closed when nothing maps them any more.
func TestSharedFilesAreClosed(t *testing.T) {
	m := reserve(t)
	for range 50 {
		a, e := m.Map(Request{Length: PageSize, Mapping: Mapping{Prot: Read | Write, Flags: Shared | Anonymous}})
		if e != 0 {
			t.Fatal(e)
		}
		if e := m.Unmap(a, PageSize); e != 0 {
			t.Fatal(e)
		}
	}
	if n := len(m.shared); n > 1 {
		t.Errorf("%d files are open", n)
	}
}
